"""Hearing before a refusal (§ 28 VwVfG)."""

import datetime as dt

from permits import legal_time
from permits.deadlines import next_working_day
from permits.errors import InvalidInputError, StateError
from permits.models import CaseStatus, Hearing, Level, PermitCase, User
from permits.selectors.clock import law_of
from permits.services import audit
from permits.services.assessment import WORKING_STATES
from permits.services.notifications import notify_applicants
from permits.services.outbox import request_document
from permits.services.writing import set_status, writing


def hold_hearing(*, case: PermitCase, by: User, text: str, due_on: dt.date) -> Hearing:
    """Tell the applicants that a refusal is intended, why, and until when they may answer."""
    with writing(case=case, by=by, level=Level.PROCESS, states=WORKING_STATES) as locked:
        if not text.strip():
            raise InvalidInputError("Bitte nennen Sie die Gründe der beabsichtigten Ablehnung.", field="text")
        if due_on <= legal_time.today():
            raise InvalidInputError("Die Frist zur Stellungnahme muss in der Zukunft liegen.", field="due_on")
        # An end on a weekend or holiday moves on (§ 31 Abs. 3 VwVfG); the letter names the day that counts.
        due_on = next_working_day(due_on, law_of(locked).holidays)
        hearing = Hearing.objects.create(
            case=locked, text=text.strip(), due_on=due_on, held_by=by, held_at=legal_time.now()
        )
        set_status(case=locked, status=CaseStatus.HEARING, by=by)
        audit.record(type="hearing.held", by=by, case=locked, subject={"hearing": str(hearing.uuid), "due_on": due_on})
        request_document(case=locked, kind="hearing_letter", subject=str(hearing.uuid))
        notify_applicants(case=locked, event="hearing", key=str(hearing.uuid))
        return hearing


def waive_hearing(*, case: PermitCase, by: User, reason: str) -> Hearing:
    """Record why no hearing is needed (§ 28 Abs. 2, 3 VwVfG)."""
    with writing(case=case, by=by, level=Level.PROCESS, states=WORKING_STATES) as locked:
        if not reason.strip():
            raise InvalidInputError("Bitte begründen Sie, warum keine Anhörung nötig ist.", field="reason")
        hearing = Hearing.objects.create(
            case=locked, waived_reason=reason.strip(), held_by=by, held_at=legal_time.now()
        )
        audit.record(type="hearing.waived", by=by, case=locked, subject={"hearing": str(hearing.uuid)})
        return hearing


def answer_hearing(*, case: PermitCase, by: User, statement: str) -> Hearing:
    """Give the applicant's statement; a later one replaces none, it is added."""
    with writing(case=case, by=by, level=Level.CONTRIBUTE, states=(CaseStatus.HEARING,)) as locked:
        if not statement.strip():
            raise InvalidInputError("Bitte geben Sie Ihre Stellungnahme ein.", field="statement")
        hearing = locked.hearings.filter(due_on__isnull=False).latest("held_at")
        if hearing.statement_at is not None:
            raise StateError("Ihre Stellungnahme liegt bereits vor. Weiteres senden Sie bitte als Nachricht.")
        hearing.statement, hearing.statement_at = statement.strip(), legal_time.now()
        hearing.save(update_fields=["statement", "statement_at"])
        set_status(case=locked, status=CaseStatus.ASSESSMENT, by=by)
        audit.record(type="hearing.answered", by=by, case=locked, subject={"hearing": str(hearing.uuid)})
        return hearing


def hearing_gap(case: PermitCase) -> str:
    """Return in German what still keeps a refusal from being proposed, or an empty text."""
    hearing = case.hearings.order_by("-held_at").first()
    if hearing is None:
        return (
            "Vor einer Ablehnung ist anzuhören (§ 28 VwVfG). Leiten Sie die Anhörung ein, "
            "oder begründen Sie, warum keine nötig ist."
        )
    if hearing.waived_reason or hearing.statement_at is not None:
        return ""
    if hearing.due_on is not None and legal_time.today() <= hearing.due_on:
        return f"Die Frist der Anhörung läuft noch bis {hearing.due_on:%d.%m.%Y}."
    return ""
