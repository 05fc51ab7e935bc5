"""The deadline that matters most on a case, out of its clocks (the ledger stays the only truth)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from permits import legal_time
from permits.clock_ledger import ClockRun
from permits.models import CaseStatus, PermitCase
from permits.selectors.clock import clocks_of
from permits.selectors.revocation_period import TITLE, period_under_way

# Clocks that somebody works against before a decision; others (remedy) only run.
WATCHED = ("permit_fiction", "information_request", "hearing")
WARN_DAYS = 14


@dataclass(frozen=True, order=True)
class CaseDeadline:
    """A due day. ``left`` counts days from today, negative when past; a paused clock has no due day."""

    due_on: dt.date
    title: str
    left: int
    verified: bool = True

    @property
    def tone(self) -> str:
        """How urgent: danger, warning, neutral."""
        if self.left < 0:
            return "danger"
        return "warning" if self.left <= WARN_DAYS else "neutral"

    @property
    def icon(self) -> str:
        """Shape beside the words, so that colour is never needed."""
        return "running" if self.tone == "neutral" else self.tone

    @property
    def words(self) -> str:
        """Days left in German."""
        return days_left(self.left)


def days_left(left: int) -> str:
    """Return "noch 3 Tage", "heute", "seit 2 Tagen überschritten"."""
    if left == 0:
        return "heute"
    if left < 0:
        return f"seit {-left} {'Tag' if left == -1 else 'Tagen'} überschritten"
    return f"noch {left} {'Tag' if left == 1 else 'Tage'}"


def deadlines_of(case: PermitCase) -> list[CaseDeadline]:
    """Return the running deadlines of a case, the soonest first; uses prefetched events, hearings and changes."""
    today = legal_time.today()
    found = [
        CaseDeadline(state.due_on, state.title, state.left, state.verified)
        for state in clocks_of(case)
        if state.clock in WATCHED
        and state.run == ClockRun.RUNNING
        and state.due_on is not None
        and state.left is not None
    ]
    if case.status == CaseStatus.HEARING:
        due = max((h.due_on for h in case.hearings.all() if h.due_on is not None), default=None)
        if due is not None:
            found.append(CaseDeadline(due, "Anhörung", (due - today).days))
    if revocation := revocation_deadline(case):
        found.append(revocation)
    return sorted(found)


def revocation_deadline(case: PermitCase) -> CaseDeadline | None:
    """Return the last day for a withdrawal or revocation that is not issued yet; uses prefetched changes."""
    period = period_under_way(case.notice_changes.all())
    if period is None:
        return None
    left = (period.last_day - legal_time.today()).days
    return CaseDeadline(period.last_day, TITLE, left, period.rule.verified)


def next_deadline(case: PermitCase) -> CaseDeadline | None:
    """Return the soonest deadline of a case."""
    return next(iter(deadlines_of(case)), None)


def soonest(cases: Iterable[PermitCase]) -> dict[int, CaseDeadline]:
    """Return the soonest deadline of each case that has one, by the case's key."""
    return {case.pk: deadline for case in cases if (deadline := next_deadline(case)) is not None}
