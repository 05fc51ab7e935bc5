"""What the clocks of a case say on one day (design decision 6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from permits import legal_time
from permits.clock_ledger import ClockRun, Entry, Tally, tally
from permits.deadlines import Length
from permits.law import Clock, Law, law
from permits.models import ClockEvent, PermitCase
from permits.selectors.permit_fiction import FictionAnswer, permit_fiction_applies

__all__ = ["ClockRun", "ClockState", "FictionAnswer", "clock_state", "clocks_of", "law_of", "permit_fiction_applies"]


@dataclass(frozen=True, kw_only=True)
class ClockState:
    """Stand einer Frist on one day.

    ``due_on`` is the last day of the period; None where the clock never started or is paused (the end is open then).
    ``nominal_due_on`` is that day before § 193 BGB moves it. ``used`` counts the days that ran, the asked day
    included; ``left`` those until the end, negative when it is past; while paused, what will be left on resuming,
    before § 193 BGB. ``paused_days`` were given back so far. ``legal_basis`` is that of the last event with a length.
    """

    clock: str
    subject: str
    title: str
    effect: str
    run: ClockRun
    on: dt.date
    started_on: dt.date | None
    due_on: dt.date | None
    nominal_due_on: dt.date | None
    paused_from: dt.date | None
    stopped_on: dt.date | None
    used: int
    left: int | None
    paused_days: int
    extensions: int
    legal_basis: str
    verified: bool
    events: tuple[ClockEvent, ...]

    @property
    def is_running(self) -> bool:
        """Whether the clock runs."""
        return self.run == ClockRun.RUNNING

    @property
    def is_over(self) -> bool:
        """Whether the period has ended while the clock was running: its effect has set in."""
        return self.is_running and self.left is not None and self.left < 0


def law_of(case: PermitCase, *, on: dt.date | None = None) -> Law:
    """Return the law of the case's Land in force on ``on`` (default: today); raises LawPackError."""
    return law(case.authority.land).on(on or legal_time.today())


def clock_state(case: PermitCase, clock: str, subject: str = "", *, on: dt.date | None = None) -> ClockState:
    """Return how a clock stands today, or how it stood when day ``on`` ended (later events left out).

    Raises LawPackError where the Land has no such clock.
    """
    events = list(case.clock_events.filter(clock=clock, subject=subject))
    return _state(case, clock, subject, events, on)


def clocks_of(case: PermitCase, *, on: dt.date | None = None) -> list[ClockState]:
    """Return all clocks that ever started in a case, in the order of their first event. One query."""
    ledgers: dict[tuple[str, str], list[ClockEvent]] = {}
    for event in case.clock_events.all():
        ledgers.setdefault((event.clock, event.subject), []).append(event)
    return [_state(case, clock, subject, events, on) for (clock, subject), events in ledgers.items()]


def entry_of(event: ClockEvent) -> Entry:
    """Return the part of a stored event that the arithmetic needs."""
    return Entry(event.kind, event.on, Length.from_data(event.length) if event.length else None)


def tally_of(events: Sequence[ClockEvent], rule: Clock, in_force: Law) -> Tally:
    """Return the tally of stored events under a clock's rule."""
    return tally(map(entry_of, events), holidays=in_force.holidays, shifts=rule.shifts)


def _state(case: PermitCase, clock: str, subject: str, events: Sequence[ClockEvent], on: dt.date | None) -> ClockState:
    day = on or legal_time.today()
    told = [event for event in events if on is None or event.on <= on]
    # A clock lives under the law of the day on which it began, whatever the law is today.
    in_force = law_of(case, on=min([day, *(event.on for event in told)]))
    rule = in_force.clock(clock)
    count = tally_of(told, rule, in_force)
    bases = [event.legal_basis for event in told if event.length]
    return ClockState(
        clock=clock,
        subject=subject,
        title=rule.title,
        effect=rule.effect,
        run=count.run,
        on=day,
        started_on=count.started_on,
        due_on=count.due_on,
        nominal_due_on=None if count.paused_from else count.end,
        paused_from=count.paused_from,
        stopped_on=count.stopped_on,
        used=count.used(day),
        left=count.left(day),
        paused_days=count.paused_days,
        extensions=count.extensions,
        legal_basis=bases[-1] if bases else rule.legal_basis,
        verified=rule.verified,
        events=tuple(told),
    )
