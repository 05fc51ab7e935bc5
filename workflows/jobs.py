"""The worker's jobs. Effects are idempotent: a job may run twice, a paper is issued once."""

import logging

from django.conf import settings
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
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
)
from permits.services.audit_seals import seal_heads
from permits.services.communication import open_system_task
from permits.services.decisions import mark_issued
from permits.services.issuing import issue_document, prepare_document
from workflows import actions

logger = logging.getLogger(__name__)
RETRY = RetryStrategy(max_attempts=5, exponential_wait=5)


@app.task(name=SEND_JOB, retry=RETRY)
def send_mail(mail_id: int) -> None:
    """Send one queued mail; at least once, with its fixed Message-ID."""
    send_queued_mail(mail_id=mail_id)


@app.task(name="workflows.issue_document", retry=RETRY)
def issue_letter(case_uuid: str, kind: str, subject: str) -> None:
    """Render, seal where needed, and store the paper of one act."""
    case = PermitCase.objects.select_related("authority").get(uuid=case_uuid)
    issue_document(case=case, prepared=prepare_document(case=case, kind=kind, subject=subject))


@app.task(name="workflows.issue_notice", retry=RETRY, pass_context=True)
def issue_notice(context: JobContext, task_id: int) -> None:
    """Issue the sealed notice of a signed decision and let the process go on. Exactly one notice, however often run."""
    task = Task.objects.get(pk=task_id)
    # Done already, or given up: an officer schedules it anew after the fault is mended.
    if task.status in (STATUS.DONE, STATUS.ERROR, STATUS.CANCELED):
        return
    with task.activation() as activation:
        activation.start()
        case: PermitCase = activation.process.case
    try:
        version = case.decision.signed_version
        if version is None:
            raise RuntimeError(f"Case {case.uuid} has no signed decision.")
        # The slow part happens outside every lock.
        prepared = prepare_document(case=case, kind="permit_notice", subject=str(version.uuid))
        with task.activation() as activation:
            issue_document(case=case, prepared=prepared)
            mark_issued(case=case, version=version)
            activation.execute()
    except Exception as error:
        if context.job is not None and context.job.attempts >= (RETRY.max_attempts or 0):
            with task.activation() as activation:
                activation.error(error)
                open_system_task(
                    case=case,
                    text="Der Bescheid konnte nicht ausgefertigt werden. Bitte an die Technik wenden und dann erneut "
                    "ausfertigen.",
                    effect_key=f"issue-failed:{task_id}:{context.job.id}",
                )
        raise


@app.periodic(cron="*/1 * * * *")
@app.task(name="workflows.rescue_stalled", queueing_lock="rescue_stalled", pass_context=True)
async def rescue_stalled(context: JobContext, timestamp: int) -> None:
    """Bring back jobs whose worker died: Procrastinate leaves them in ``doing`` for ever."""
    for job in await context.app.job_manager.get_stalled_jobs(seconds_since_heartbeat=30):
        logger.warning("Job %s (%s) lost its worker and is tried again.", job.id, job.task_name)
        await context.app.job_manager.retry_job(job)


@app.periodic(cron="*/10 * * * *")
@app.task(name="workflows.watch_service", queueing_lock="watch_service")
def watch_service(timestamp: int) -> None:
    """Mark portal services whose time for retrieval is over."""
    open_services = ServiceOfNotice.objects.filter(state=ServiceState.PROVIDED).select_related("document__case")
    for service in open_services:
        actions.fail_unretrieved(case=service.document.case, service=service)


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
