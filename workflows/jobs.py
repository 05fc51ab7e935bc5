"""The worker's jobs. Effects are idempotent: a job may run twice, a paper is issued once."""

import logging
import uuid

from django.conf import settings
from procrastinate import JobContext, RetryDecision, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job
from viewflow.workflow.models import Task
from viewflow.workflow.status import STATUS

from permits import legal_time
from permits.mail import SEND_JOB, send_queued_mail
from permits.models import (
    AdditionalInformationRequest,
    CaseStatus,
    PermitCase,
    ServiceOfNotice,
    ServiceState,
    SitePlanVersion,
)
from permits.services.audit_seals import seal_heads
from permits.services.checking import check_site_plan
from permits.services.communication import open_system_task
from permits.services.decisions import mark_issued
from permits.services.issuing import issue_document, prepare_document
from permits.services.issuing_failures import record_failure
from permits.services.letters import notice_kind
from permits.services.notice_ends import end_if_notified
from permits.services.paper_faults import is_permanent
from permits.services.serving import retrieval_is_over
from workflows import actions
from workflows.locks import CaseBusyError
from workflows.permit_flow import PermitFlow

logger = logging.getLogger(__name__)


class Retries(RetryStrategy):
    """Tries again what may pass (a key, a disk, a server), and never what a person has to mend first."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Return when to try again, or None to give up."""
        return None if is_permanent(exception) else super().get_retry_decision(exception=exception, job=job)


RETRY = Retries(max_attempts=5, exponential_wait=5)
# States of a step whose job is still to do its work.
WAITING = (STATUS.SCHEDULED, STATUS.STARTED)


@app.task(name=SEND_JOB, retry=RETRY)
def send_mail(mail_id: int) -> None:
    """Send one queued mail; at least once, with its fixed Message-ID."""
    send_queued_mail(mail_id=mail_id)


@app.task(name="workflows.issue_document", retry=RETRY, pass_context=True)
def issue_letter(context: JobContext, case_uuid: str, kind: str, subject: str) -> None:
    """Render, seal where needed, and store the paper of one act. The last failure becomes a task of the officers."""
    case = PermitCase.objects.select_related("authority").get(uuid=case_uuid)
    try:
        actions.issue_paper(case=case, prepared=prepare_document(case=case, kind=kind, subject=subject))
    except Exception as error:
        if _gives_up(context, error):
            record_failure(case=case, kind=kind, subject=subject, error_id=str(uuid.uuid4()), error=error)
        raise


@app.task(name="workflows.issue_notice", retry=RETRY, pass_context=True)
def issue_notice(context: JobContext, task_id: int) -> None:
    """Issue the sealed notice of a signed decision and let the process go on. Exactly one notice, however often run."""
    task = Task.objects.get(pk=task_id)
    # Done already, or given up: an officer schedules it anew after the fault is mended.
    if task.status not in WAITING:
        return
    with task.activation() as activation:
        activation.start()
        case: PermitCase = activation.process.case
    try:
        version = case.decision.signed_version
        if version is None:
            raise RuntimeError(f"Case {case.uuid} has no signed decision.")
        # The slow part happens outside every lock.
        prepared = prepare_document(case=case, kind=notice_kind(version), subject=str(version.uuid))
        with task.activation() as activation:
            # A worker that was taken for dead may have been slow only, and another one faster.
            if activation.status in WAITING:
                issue_document(case=case, prepared=prepared)
                mark_issued(case=case, version=version)
                activation.execute()
    except Exception as error:
        if _gives_up(context, error):
            _give_up_notice(task, error)
        raise


def _gives_up(context: JobContext, error: Exception) -> bool:
    """Whether the running attempt is the job's last."""
    return is_permanent(error) or (context.job is not None and context.job.attempts >= (RETRY.max_attempts or 0))


def _give_up_notice(task: Task, error: Exception) -> None:
    """Stop the step in the state "error", where an officer finds it and starts it again."""
    with task.activation() as activation:
        if activation.status not in WAITING:
            return
        activation.error(error)
        case: PermitCase = activation.process.case
        version = case.decision.signed_version
        record_failure(
            case=case,
            kind=notice_kind(version) if version else "permit_notice",
            subject=str(version.uuid) if version else "",
            error_id=str(task.data["error_id"]),
            error=error,
        )


@app.task(name="workflows.check_site_plan", retry=RETRY)
def check_new_plan(plan_uuid: str) -> None:
    """Check a site plan that nobody has checked yet."""
    plan = SitePlanVersion.objects.select_related("case__authority").get(uuid=plan_uuid)
    if not plan.runs.exists():
        check_site_plan(case=plan.case, by=None, version=plan)


@app.periodic(cron="*/1 * * * *")
@app.task(name="workflows.rescue_stalled", queueing_lock="rescue_stalled", pass_context=True)
async def rescue_stalled(context: JobContext, timestamp: int) -> None:
    """Bring back jobs whose worker died: Procrastinate leaves them in ``doing`` for ever."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=settings.JOB_STALL_SECONDS):
        logger.warning("Job %s (%s) lost its worker and is tried again.", job.id, job.task_name)
        await manager.retry_job(job)


@app.periodic(cron="*/10 * * * *")
@app.task(name="workflows.watch_issuing", queueing_lock="watch_issuing")
def watch_issuing(timestamp: int) -> None:
    """Give up notices whose job is gone (failed while nobody could write that down), so that an officer sees them."""
    waiting = Task.objects.filter(flow_task=PermitFlow.issue_notice, status__in=WAITING)
    for task in waiting:
        jobs = ProcrastinateJob.objects.filter(task_name="workflows.issue_notice", args__task_id=task.pk)
        if not jobs.filter(status__in=("todo", "doing")).exists():
            _give_up_notice(task, LostJobError(f"The job of task {task.pk} is gone."))


class LostJobError(Exception):
    """A step waits for a job that nobody will run."""


@app.periodic(cron="*/10 * * * *")
@app.task(name="workflows.watch_service", queueing_lock="watch_service")
def watch_service(timestamp: int) -> None:
    """Mark portal services whose time for retrieval is over."""
    open_services = ServiceOfNotice.objects.filter(state=ServiceState.PROVIDED)
    for service in open_services.select_related("document__case__authority"):
        if not retrieval_is_over(service):
            continue
        try:
            actions.fail_unretrieved(case=service.document.case, service=service)
        except CaseBusyError:
            # Somebody is acting on this one; the others are not held up, and it has its turn in ten minutes.
            logger.info("Service %s is busy and is looked at again later.", service.uuid)


@app.periodic(cron="*/10 * * * *")
@app.task(name="workflows.watch_ends", queueing_lock="watch_ends")
def watch_ends(timestamp: int) -> None:
    """End notices whose withdrawal or revocation counts as notified from today on."""
    due = ServiceOfNotice.objects.filter(
        state=ServiceState.SERVED,
        notified_on__lte=legal_time.today(),
        document__change__isnull=False,
        document__case__status=CaseStatus.REVOCATION_ISSUED,
    )
    for service in due.select_related("document__case__authority", "document__change__concerns"):
        try:
            actions.on_case(end_if_notified, case=service.document.case, document=service.document)
        except CaseBusyError:
            logger.info("Case %s is busy and is looked at again later.", service.document.case.uuid)


@app.periodic(cron="15 2 * * *")
@app.task(name="workflows.seal_audit", queueing_lock="seal_audit")
def seal_audit(timestamp: int) -> None:
    """Seal the heads of the audit chains, every night, into a folder outside the database."""
    seal_heads(folder=settings.AUDIT_SEAL_FOLDER)


@app.periodic(cron="5 * * * *")
@app.task(name="workflows.watch_requests", queueing_lock="watch_requests")
def watch_requests(timestamp: int) -> None:
    """Give officers a task where an unanswered application counts as withdrawn: a person confirms it."""
    due = AdditionalInformationRequest.objects.filter(
        answered_at__isnull=True,
        deemed_withdrawn_on__lte=legal_time.today(),
        case__status=CaseStatus.INFORMATION_REQUESTED,
    )
    for request in due.select_related("case"):
        open_system_task(
            case=request.case,
            text="Die Nachforderung blieb ohne Antwort: Der Antrag gilt als zurückgenommen. Bitte bestätigen.",
            effect_key=f"deemed-withdrawn:{request.uuid}",
        )
