"""Everything that acts on a running case, for pages, jobs and the demo: lock → one permits service → move the task.

The lock is the outermost transaction; never call these inside an open one.
"""

import datetime as dt
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import transaction
from viewflow.workflow.models import Task
from viewflow.workflow.status import STATUS

from permits.errors import StateError
from permits.models import (
    AdditionalInformationRequest,
    Channel,
    CompletenessCheck,
    DecisionVersion,
    IssuedDocument,
    Outcome,
    PermitCase,
    ServiceOfNotice,
    Submission,
    User,
)
from permits.services import (
    assessment,
    completeness,
    decisions,
    issuing,
    issuing_failures,
    serving,
    submission,
    withdrawal,
)
from permits.services.documents_out import PreparedDocument
from permits.services.letters import CHANGE_KINDS
from workflows.models import CaseProcess
from workflows.permit_flow import PermitFlow
from workflows.steps import acting, cancel_process, current_steps, step

P = ParamSpec("P")
R = TypeVar("R")


def submit(*, case: PermitCase, by: User) -> Submission:
    """Submit a draft and start its process. A double click submits once."""
    with transaction.atomic():
        # The case row is the lock here: there is no process yet.
        PermitCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
        submitted = submission.submit_application(case=case, by=by)
        if not CaseProcess.objects.filter(case=case).exists():
            PermitFlow.start.run(case=PermitCase.objects.get(pk=case.pk))
        case.refresh_from_db()
        return submitted


def on_case(service: Callable[P, R], **arguments: object) -> R:
    """Call a permits service that moves no step (notes, conditions, reviews, messages …) under the flow lock."""
    case = arguments["case"]
    assert isinstance(case, PermitCase)
    if not CaseProcess.objects.filter(case=case).exists():
        return service(**arguments)  # type: ignore[call-arg, arg-type]
    with acting(case):
        return service(**arguments)  # type: ignore[call-arg, arg-type]


def confirm_completeness(*, case: PermitCase, by: User) -> CompletenessCheck:
    """Find the application complete and go on to assessment."""
    with step(case, "check_completeness", by=by):
        return completeness.confirm_completeness(case=case, by=by)


def request_information(*, case: PermitCase, by: User, due_on: dt.date, text: str = "") -> AdditionalInformationRequest:
    """Send the round's findings to the applicant and wait."""
    with step(case, "check_completeness", by=by):
        return completeness.request_information(case=case, by=by, due_on=due_on, text=text)


def answer_request(*, case: PermitCase, by: User) -> CompletenessCheck:
    """Hand in what was requested; the next completeness round opens."""
    with step(case, "await_information", by=by):
        return completeness.answer_request(case=case, by=by)


def finish_assessment(*, case: PermitCase, by: User) -> PermitCase:
    """Go on to drafting the decision."""
    with step(case, "assess", by=by):
        return assessment.finish_assessment(case=case, by=by)


def reopen_assessment(*, case: PermitCase, by: User) -> PermitCase:
    """Go back from drafting to assessing."""
    with step(case, "draft_decision", by=by):
        return assessment.reopen_assessment(case=case, by=by)


def save_decision(
    *, case: PermitCase, by: User, outcome: Outcome, operative_part: str, reasons: str, revision: int | None = None
) -> DecisionVersion:
    """Save the draft; possible from the beginning of the assessment until it is handed to the second signature."""
    with acting(case):
        return decisions.save_decision(
            case=case, by=by, outcome=outcome, operative_part=operative_part, reasons=reasons, revision=revision
        )


def propose_decision(*, case: PermitCase, by: User, revision: int | None = None) -> DecisionVersion:
    """Hand the draft to the second signature."""
    with step(case, "draft_decision", by=by):
        return decisions.propose_decision(case=case, by=by, revision=revision)


def save_and_propose_decision(
    *, case: PermitCase, by: User, outcome: Outcome, operative_part: str, reasons: str, revision: int | None = None
) -> DecisionVersion:
    """Save the draft and hand it to the second signature: both, or nothing is stored and nobody has written on it."""
    with step(case, "draft_decision", by=by):
        saved = decisions.save_decision(
            case=case, by=by, outcome=outcome, operative_part=operative_part, reasons=reasons, revision=revision
        )
        return decisions.propose_decision(case=case, by=by, revision=saved.revision)


def sign_decision(*, case: PermitCase, by: User, content_sha256: str) -> DecisionVersion:
    """Sign as the second person; the worker then issues the notice."""
    with step(case, "second_signature", by=by):
        return decisions.sign_decision(case=case, by=by, content_sha256=content_sha256)


def return_decision(*, case: PermitCase, by: User, reason: str) -> DecisionVersion:
    """Send the draft back with a reason."""
    with step(case, "second_signature", by=by):
        return decisions.return_decision(case=case, by=by, reason=reason)


def issue_again(*, case: PermitCase, by: User) -> PermitCase:
    """Have the worker try again to issue a notice whose job gave up."""
    with acting(case) as process:
        task = Task.objects.filter(process=process, flow_task=PermitFlow.issue_notice, status=STATUS.ERROR).first()
        if task is None:
            raise StateError("Die Ausfertigung ist nicht (mehr) gescheitert. Bitte laden Sie die Seite neu.")
        retried = issuing_failures.record_retry(case=case, by=by)
        task.flow_task.activation_class(task).retry()
        return retried


def issue_paper(*, case: PermitCase, prepared: PreparedDocument | IssuedDocument) -> IssuedDocument:
    """Store the paper of one act. Where it takes a notice back, nobody waits any more for the service of that one."""
    if prepared.kind not in CHANGE_KINDS:
        return issuing.issue_document(case=case, prepared=prepared)
    with acting(case):
        document = issuing.issue_document(case=case, prepared=prepared)
        _finish_service_if_complete(case, None)
        return document


def withdraw(*, case: PermitCase, by: User, reason: str = "") -> PermitCase:
    """Take an application back at any time before the second signature."""
    with acting(case) as process:
        withdrawn = withdrawal.withdraw_application(case=case, by=by, reason=reason)
        cancel_process(process)
        return withdrawn


def confirm_deemed_withdrawal(*, case: PermitCase, by: User) -> PermitCase:
    """Close a case whose request stayed unanswered too long."""
    with acting(case) as process:
        closed = withdrawal.confirm_deemed_withdrawal(case=case, by=by)
        cancel_process(process)
        return closed


def _finish_service_if_complete(case: PermitCase, by: User | None) -> None:
    # A second retrieval finds the process ended.
    notice = IssuedDocument.objects.filter(case=case, decision_version__isnull=False).first()
    if notice is not None and "await_service" in current_steps(case) and serving.nobody_left_to_serve(notice):
        with step(case, "await_service", by=by):
            pass


def record_retrieval(*, case: PermitCase, by: User, service: ServiceOfNotice) -> ServiceOfNotice:
    """Log the recipient's retrieval; the process ends when everybody is served."""
    with acting(case):
        served = serving.record_retrieval(case=case, by=by, service=service)
        _finish_service_if_complete(case, by)
        return served


def record_posting(*, case: PermitCase, by: User, service: ServiceOfNotice, posted_on: dt.date) -> ServiceOfNotice:
    """Enter the day of posting; the process ends when everybody is served."""
    with acting(case):
        served = serving.record_posting(case=case, by=by, service=service, posted_on=posted_on)
        _finish_service_if_complete(case, by)
        return served


def serve_again(*, case: PermitCase, by: User, service: ServiceOfNotice, channel: Channel) -> ServiceOfNotice:
    """Begin a further attempt of service."""
    with acting(case):
        return serving.serve_again(case=case, by=by, service=service, channel=channel)


def fail_unretrieved(*, case: PermitCase, service: ServiceOfNotice) -> ServiceOfNotice:
    """Mark a portal service as failed when its time is over."""
    with acting(case):
        return serving.fail_unretrieved(case=case, service=service)
