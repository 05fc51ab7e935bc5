"""Papers that could not be issued: what officers are told, and starting again once the cause is gone."""

from permits.models import CaseStatus, Level, NoticeChange, PermitCase, User
from permits.services import audit
from permits.services.communication import open_system_task
from permits.services.letters import CHANGE_KINDS, NOTICE_KINDS
from permits.services.paper_faults import reason_for_officers
from permits.services.revocation_periods import RevocationPeriodError
from permits.services.writing import writing

# What officers read when a paper could not be issued.
FAILURES = {
    "permit_notice": "Der Bescheid",
    "refusal_notice": "Der Bescheid",
    "receipt": "Die Eingangsbestätigung",
    "information_request": "Das Nachforderungsschreiben",
    "hearing_letter": "Das Anhörungsschreiben",
    "deadline_extension": "Die Mitteilung über die verlängerte Frist",
    "deemed_withdrawal": "Die Mitteilung über die Rücknahmefiktion",
    "withdrawal_confirmation": "Die Bestätigung der Rücknahme",
    "correction_notice": "Der Berichtigungsbescheid",
    "revocation_notice": "Der Aufhebungsbescheid",
}
TOO_LATE = "Auf der Seite „Ausgangsregister“ kann die Leitung die Fassung zurückgeben."
TECHNICAL = "Bitte wenden Sie sich an die Technik."


def failure_key(error_id: str) -> str:
    """Return the key of the task that a failure gives to officers."""
    return f"issue-failed:{error_id}"


def record_failure(
    *, case: PermitCase, kind: str, subject: str, error_id: str, error: BaseException | None = None
) -> None:
    """Say that a paper could not be issued, and give officers a task that says what to do.

    ``error_id`` leads the technicians to the log; an ``error`` that people can mend is told in its own words.
    """
    with writing(case=case, by=None, level=Level.PROCESS) as locked:
        audit.record(
            type="notice.failed",
            by=None,
            case=locked,
            subject={"kind": kind, "act": subject, "error": error_id},
        )
        if kind in CHANGE_KINDS:
            NoticeChange.objects.filter(case=locked, uuid=subject).update(failed_error=error_id)
        open_system_task(
            case=locked,
            text=f"{FAILURES.get(kind, 'Ein Schreiben')} konnte nicht ausgefertigt werden (Fehler {error_id}). "
            f"{reason_for_officers(error) or TECHNICAL} {TOO_LATE if _is_too_late(error) else _then(kind)}",
            effect_key=failure_key(error_id),
        )


def _is_too_late(error: BaseException | None) -> bool:
    return isinstance(error, RevocationPeriodError)


def _then(kind: str) -> str:
    page = "Entscheidung" if kind in NOTICE_KINDS else "Ausgangsregister"
    return f"Danach starten Sie die Ausfertigung auf der Seite „{page}“ erneut."


def record_retry(*, case: PermitCase, by: User) -> PermitCase:
    """Say in the log that an officer has a failed notice issued again; the flow then schedules the job."""
    with writing(case=case, by=by, level=Level.PROCESS, states=(CaseStatus.DECISION_SIGNED,)) as locked:
        audit.record(type="notice.retried", by=by, case=locked)
        return locked
