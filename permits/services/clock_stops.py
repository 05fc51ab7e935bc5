"""Ending the clocks of a case whose procedure ends."""

from permits import legal_time
from permits.clock_ledger import ClockRun
from permits.models import ClockEventKind, PermitCase, User
from permits.selectors.clock import clocks_of
from permits.services.clock import record_clock_event


def stop_running_clocks(*, case: PermitCase, by: User | None, note: str, clock: str | None = None) -> int:
    """Stop every running or paused clock of a case (or those of one kind) today; returns how many."""
    stopped = 0
    for state in clocks_of(case):
        wanted = clock is None or state.clock == clock
        if wanted and state.run in (ClockRun.RUNNING, ClockRun.PAUSED):
            record_clock_event(
                case=case,
                clock=state.clock,
                subject=state.subject,
                kind=ClockEventKind.STOP,
                on=legal_time.today(),
                by=by,
                note=note,
            )
            stopped += 1
    return stopped
