"""Messages, notes and follow-ups: possible in any state after submission."""

import datetime as dt

from permits import legal_time
from permits.errors import InvalidInputError
from permits.models import CaseStatus, FollowUp, InternalNote, Level, Message, PermitCase, User
from permits.selectors.access import APPLICANT_LEVELS, levels_on_case
from permits.services import audit
from permits.services.notifications import notify_applicants
from permits.services.writing import writing

SUBMITTED_STATES = tuple(status for status in CaseStatus if status != CaseStatus.DRAFT)


def _text(text: str) -> str:
    if not text.strip():
        raise InvalidInputError("Bitte geben Sie einen Text ein.", field="text")
    return text.strip()


def send_message(*, case: PermitCase, by: User, text: str) -> Message:
    """Write to the other side: applicants to the authority, staff to the applicants."""
    with writing(case=case, by=by, level=Level.READ, states=SUBMITTED_STATES) as locked:
        levels = levels_on_case(by, locked)
        from_authority = Level.PROCESS in levels
        if not from_authority and not levels & APPLICANT_LEVELS:
            raise InvalidInputError("Sie können in diesem Vorgang nur lesen.")
        message = Message.objects.create(
            case=locked, author=by, from_authority=from_authority, text=_text(text), sent_at=legal_time.now()
        )
        audit.record(type="message.sent", by=by, case=locked, subject={"message": str(message.uuid)})
        if from_authority:
            notify_applicants(case=locked, event="message", key=str(message.uuid))
        return message


def write_note(*, case: PermitCase, by: User, text: str) -> InternalNote:
    """Add an internal note (Vermerk)."""
    with writing(case=case, by=by, level=Level.PROCESS, states=SUBMITTED_STATES) as locked:
        note = InternalNote.objects.create(case=locked, author=by, text=_text(text), written_at=legal_time.now())
        audit.record(type="note.written", by=by, case=locked, subject={"note": note.pk})
        return note


def set_follow_up(*, case: PermitCase, by: User, due_on: dt.date, text: str) -> FollowUp:
    """Set a date on which the case comes back to the desk (Wiedervorlage)."""
    with writing(case=case, by=by, level=Level.PROCESS, states=SUBMITTED_STATES) as locked:
        follow_up = FollowUp.objects.create(case=locked, due_on=due_on, text=_text(text), created_by=by)
        audit.record(type="follow_up.set", by=by, case=locked, subject={"follow_up": str(follow_up.uuid)})
        return follow_up


def open_system_task(*, case: PermitCase, text: str, effect_key: str, whose: User | None = None) -> FollowUp:
    """Give officers a task that the system found; the same ``effect_key`` opens it once.

    It lies on the desk of whoever the case is assigned to, and on that of ``whose``.
    """
    with writing(case=case, by=None, level=Level.PROCESS) as locked:
        follow_up, created = FollowUp.objects.get_or_create(
            effect_key=effect_key,
            defaults={"case": locked, "due_on": legal_time.today(), "text": text, "created_by": whose},
        )
        if created:
            audit.record(type="follow_up.set", by=None, case=locked, subject={"follow_up": str(follow_up.uuid)})
        return follow_up


def close_system_task(*, case: PermitCase, by: User | None, effect_key: str) -> None:
    """Tick off a task that the system opened, once its cause is gone. Does nothing where there is none open."""
    with writing(case=case, by=by, level=Level.READ) as locked:
        follow_up = FollowUp.objects.filter(case=locked, effect_key=effect_key, done_at__isnull=True).first()
        if follow_up is not None:
            follow_up.done_at, follow_up.done_by = legal_time.now(), by
            follow_up.save(update_fields=["done_at", "done_by"])
            audit.record(type="follow_up.done", by=by, case=locked, subject={"follow_up": str(follow_up.uuid)})


def finish_follow_up(*, case: PermitCase, by: User, follow_up: FollowUp) -> FollowUp:
    """Tick off a follow-up."""
    with writing(case=case, by=by, level=Level.PROCESS) as locked:
        if follow_up.case_id != locked.pk:
            raise InvalidInputError("Diese Wiedervorlage gehört zu einem anderen Vorgang.")
        follow_up.refresh_from_db()
        if follow_up.done_at is None:
            follow_up.done_at, follow_up.done_by = legal_time.now(), by
            follow_up.save(update_fields=["done_at", "done_by"])
            audit.record(type="follow_up.done", by=by, case=locked, subject={"follow_up": str(follow_up.uuid)})
        return follow_up
