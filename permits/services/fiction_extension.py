"""The one extension of the time to decide, after which a permit counts as granted (§ 70a NBauO, § 42a VwVfG)."""

import datetime as dt

from permits.deadlines import Length, next_working_day
from permits.errors import InvalidInputError
from permits.models import CaseStatus, ClockEvent, Level, PermitCase, User
from permits.selectors.clock import clock_state, law_of
from permits.services.assessment import WORKING_STATES
from permits.services.clock import ClockSequenceError, record_clock_event
from permits.services.notifications import notify_applicants
from permits.services.outbox import request_document
from permits.services.writing import writing

CLOCK = "permit_fiction"
UNDECIDED = (*WORKING_STATES, CaseStatus.DECISION_DRAFTED)


def extend_permit_fiction(*, case: PermitCase, by: User, until: dt.date, reason: str) -> ClockEvent:
    """Extend the running time to decide until ``until`` and tell the applicant why, in a letter.

    A day that is no working day moves on to the next one. Raises StateError where the clock does not run, is over or
    was extended before, InvalidInputError without a reason or for a day that is no later than the end as it stands.
    """
    with writing(case=case, by=by, level=Level.PROCESS, states=UNDECIDED) as locked:
        state = clock_state(locked, CLOCK)
        if not state.is_running or state.due_on is None:
            raise ClockSequenceError("Die Frist der Genehmigungsfiktion läuft in diesem Vorgang nicht.")
        if not reason.strip():
            raise InvalidInputError("Bitte begründen Sie die Verlängerung.", field="reason")
        until = next_working_day(until, law_of(locked).holidays)
        if until <= state.due_on:
            raise InvalidInputError(
                f"Die Frist endet am {state.due_on:%d.%m.%Y}. Bitte nennen Sie einen späteren Tag.", field="until"
            )
        event = record_clock_event(
            case=locked,
            clock=CLOCK,
            kind="extend",
            on=state.on,
            by=by,
            length=Length(days=(until - state.due_on).days),
            note=reason.strip(),
        )
        request_document(case=locked, kind="deadline_extension", subject=str(event.uuid))
        notify_applicants(case=locked, event="decision_later", key=str(event.uuid))
        return event
