"""Writes the clock ledger: append-only, in legal order, audited (design decision 6)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from permits import legal_time
from permits.clock_ledger import ClockRun, Tally
from permits.deadlines import Length
from permits.errors import StateError
from permits.law import Clock
from permits.models import ClockEvent, ClockEventKind, PermitCase, User
from permits.selectors.clock import law_of, tally_of
from permits.services import audit

_RUNS_BEFORE: dict[str, tuple[ClockRun, ...]] = {
    ClockEventKind.START: (ClockRun.NOT_STARTED,),
    ClockEventKind.PAUSE: (ClockRun.RUNNING,),
    ClockEventKind.RESUME: (ClockRun.PAUSED,),
    ClockEventKind.EXTEND: (ClockRun.RUNNING, ClockRun.PAUSED),
    ClockEventKind.RESTART: (ClockRun.RUNNING, ClockRun.PAUSED, ClockRun.STOPPED),
    ClockEventKind.STOP: (ClockRun.RUNNING, ClockRun.PAUSED),
}
_BEGINNINGS = (ClockEventKind.START, ClockEventKind.RESTART)
_WITH_LENGTH = (*_BEGINNINGS, ClockEventKind.EXTEND)


class ClockSequenceError(StateError):
    """A clock event that cannot follow those before it, or that the law does not allow."""


@transaction.atomic
def record_clock_event(
    *,
    case: PermitCase,
    clock: str,
    kind: str,
    on: dt.date,
    by: User | None,
    length: Length | None = None,
    legal_basis: str | None = None,
    subject: str = "",
    note: str = "",
) -> ClockEvent:
    """Append an event to a clock of a case and return it.

    START takes the length from the law where none is given, RESTART that of the last beginning, EXTEND needs one.
    ``legal_basis`` defaults to the law's. Raises ClockSequenceError (German), LawPackError for an unknown clock.
    """
    PermitCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
    events = list(case.clock_events.filter(clock=clock, subject=subject))
    in_force = law_of(case, on=events[0].on if events else on)
    rule = in_force.clock(clock)
    count = tally_of(events, rule, in_force)
    _check_order(rule, kind, on, count, events[-1].on if events else None)
    if kind in _WITH_LENGTH:
        length = _length(rule, kind, length, count)
    elif length is not None:
        raise ClockSequenceError(f"Frist „{rule.title}“: Dieses Ereignis hat keine Länge.")
    if kind == ClockEventKind.EXTEND:
        _check_extension(rule, on, length, count)
    default_basis = rule.extension_basis if kind == ClockEventKind.EXTEND else rule.legal_basis
    event = ClockEvent.objects.create(
        case=case,
        clock=clock,
        subject=subject,
        kind=kind,
        on=on,
        length=length.to_data() if length else None,
        legal_basis=legal_basis or default_basis or rule.legal_basis,
        note=note,
        by=by,
        recorded_at=legal_time.now(),
    )
    audit.record(
        type="clock.recorded",
        by=by,
        case=case,
        subject={"clock_event": str(event.uuid), "clock": clock, "kind": str(kind), "of": subject},
        payload={"on": on, "length": event.length, "legal_basis": event.legal_basis, "note": note},
    )
    return event


def _check_order(rule: Clock, kind: str, on: dt.date, count: Tally, last: dt.date | None) -> None:
    label = ClockEventKind(kind).label
    if count.run not in _RUNS_BEFORE[kind]:
        raise ClockSequenceError(
            f"Frist „{rule.title}“: „{label}“ ist nicht möglich, die Frist ist im Stand „{count.run.label}“."
        )
    if last is not None and on < last:
        raise ClockSequenceError(
            f"Frist „{rule.title}“: Der {on:%d.%m.%Y} liegt vor dem letzten Fristereignis vom {last:%d.%m.%Y}."
        )
    # A clock may begin tomorrow (§ 41 (2a) VwVfG), and what replaces it be known today.
    if kind not in _BEGINNINGS and on > max(legal_time.today(), last or on.min):
        raise ClockSequenceError(f"Frist „{rule.title}“: „{label}“ lässt sich nicht für einen künftigen Tag eintragen.")
    if kind == ClockEventKind.PAUSE and count.due_on is not None and on > count.due_on:
        raise ClockSequenceError(f"Frist „{rule.title}“ ist am {count.due_on:%d.%m.%Y} abgelaufen.")


def _length(rule: Clock, kind: str, length: Length | None, count: Tally) -> Length | None:
    if kind == ClockEventKind.EXTEND:
        if length is None:
            raise ClockSequenceError(f"Frist „{rule.title}“: Die Verlängerung braucht eine Länge.")
        return length
    if rule.set_by == "law" and length is not None and length != rule.length:
        raise ClockSequenceError(f"Frist „{rule.title}“: Die Länge ist gesetzlich bestimmt ({rule.length}).")
    return length or count.length or rule.length


def _check_extension(rule: Clock, on: dt.date, length: Length | None, count: Tally) -> None:
    if count.end is None:
        raise ClockSequenceError(f"Frist „{rule.title}“ hat kein Ende, das sich verlängern ließe.")
    if not rule.extendable:
        raise ClockSequenceError(f"Frist „{rule.title}“ lässt sich nicht verlängern.")
    if rule.max_extensions is not None and count.extensions >= rule.max_extensions:
        raise ClockSequenceError(
            f"Frist „{rule.title}“ lässt sich nicht öfter als {rule.max_extensions}-mal verlängern."
        )
    due = count.moved(count.end)
    if due is not None and on > due and not rule.extend_after_end:
        raise ClockSequenceError(f"Frist „{rule.title}“ ist am {due:%d.%m.%Y} abgelaufen.")
    if rule.max_extension is None:
        return
    # Both ends as they count in the end: a last day on a holiday may be used up to the next working day.
    new = count.moved(count.extended(length))
    last = count.moved(count.extended(rule.max_extension, unextended=True))
    if new is not None and last is not None and new > last:
        raise ClockSequenceError(f"Frist „{rule.title}“ lässt sich um höchstens {rule.max_extension} verlängern.")
