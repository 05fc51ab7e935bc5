"""Ending a case without a decision."""

from permits import legal_time
from permits.errors import StateError
from permits.models import CaseStatus, Level, PermitCase, User
from permits.services import audit
from permits.services.clock_stops import stop_running_clocks
from permits.services.communication import close_system_task
from permits.services.notifications import notify_applicants
from permits.services.outbox import request_document
from permits.services.writing import set_status, writing

# Until the second signature; then the notice is on its way.
WITHDRAWABLE = (
    CaseStatus.SUBMITTED,
    CaseStatus.COMPLETENESS,
    CaseStatus.INFORMATION_REQUESTED,
    CaseStatus.ASSESSMENT,
    CaseStatus.HEARING,
    CaseStatus.DECISION_DRAFTED,
)


def withdraw_application(*, case: PermitCase, by: User, reason: str = "") -> PermitCase:
    """Take an application back; only the applicant's side can."""
    with writing(case=case, by=by, level=Level.OWN, states=WITHDRAWABLE) as locked:
        set_status(case=locked, status=CaseStatus.WITHDRAWN, by=by)
        stop_running_clocks(case=locked, by=by, note="Rücknahme des Antrags")
        event = audit.record(type="case.withdrawn", by=by, case=locked, payload={"reason": reason})
        if locked.case_number:
            request_document(case=locked, kind="withdrawal_confirmation", subject=str(event.uuid))
        notify_applicants(case=locked, event="withdrawn", key=str(event.uuid))
        return locked


def confirm_deemed_withdrawal(*, case: PermitCase, by: User) -> PermitCase:
    """Close a case whose information request stayed unanswered too long (§ 69 Abs. 2 Satz 3 NBauO)."""
    with writing(case=case, by=by, level=Level.PROCESS, states=(CaseStatus.INFORMATION_REQUESTED,)) as locked:
        request = locked.information_requests.filter(answered_at__isnull=True).latest("sent_at")
        if legal_time.today() < request.deemed_withdrawn_on:
            raise StateError(f"Der Antrag gilt erst ab dem {request.deemed_withdrawn_on:%d.%m.%Y} als zurückgenommen.")
        set_status(case=locked, status=CaseStatus.DEEMED_WITHDRAWN, by=by)
        stop_running_clocks(case=locked, by=by, note="Rücknahmefiktion § 69 Abs. 2 Satz 3 NBauO")
        audit.record(type="case.deemed_withdrawn", by=by, case=locked, subject={"request": str(request.uuid)})
        request_document(case=locked, kind="deemed_withdrawal", subject=str(request.uuid))
        close_system_task(case=locked, by=by, effect_key=f"deemed-withdrawn:{request.uuid}")
        notify_applicants(case=locked, event="deemed_withdrawn", key=str(request.uuid))
        return locked
