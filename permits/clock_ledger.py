"""The arithmetic behind a clock's ledger, without a database: events in, "used / left / due" out (design decision 6).

How days are counted: the day of START does not count (§ 187 (1) BGB). A PAUSE on day p is the first day that does not
count, a RESUME on day r the first that counts again, so r − p days are given back. An EXTEND lengthens from the end as
it stands (§ 190 BGB); a RESTART begins anew with a length of its own; a STOP freezes all figures.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from permits.deadlines import Length, next_working_day, nominal_end

_DAY = dt.timedelta(days=1)


class ClockRun(StrEnum):
    """Stand einer Frist."""

    NOT_STARTED = "not_started"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"

    @property
    def label(self) -> str:
        """German word for the state."""
        return _RUN_LABELS[self]


_RUN_LABELS = {
    ClockRun.NOT_STARTED: "nicht begonnen",
    ClockRun.RUNNING: "läuft",
    ClockRun.PAUSED: "gehemmt",
    ClockRun.STOPPED: "beendet",
}


@dataclass(frozen=True)
class Entry:
    """One event of the ledger; ``kind`` is a ``ClockEventKind`` value."""

    kind: str
    on: dt.date
    length: Length | None = None


@dataclass(frozen=True)
class Tally:
    """Rechenstand of a ledger. Ends are nominal last days, before § 193 BGB moves them; None = no set length."""

    holidays: Container[dt.date]
    shifts: bool = True
    run: ClockRun = ClockRun.NOT_STARTED
    started_on: dt.date | None = None
    length: Length | None = None
    end: dt.date | None = None
    unextended_end: dt.date | None = None
    extensions: int = 0
    paused_from: dt.date | None = None
    paused_days: int = 0
    stopped_on: dt.date | None = None

    def moved(self, end: dt.date | None) -> dt.date | None:
        """Return ``end`` moved to the next working day, where the clock's rule says so."""
        return next_working_day(end, self.holidays) if end and self.shifts else end

    @property
    def due_on(self) -> dt.date | None:
        """Last day of the period; None while it is open (never started, paused, no length)."""
        return None if self.paused_from else self.moved(self.end)

    def used(self, on: dt.date) -> int:
        """Return how many days ran up to ``on`` (included), pauses taken out."""
        if self.started_on is None:
            return 0
        last = min(day for day in (on, self.stopped_on, self._last_before_pause) if day)
        return max(0, (last - self.started_on).days - self.paused_days)

    def left(self, on: dt.date) -> int | None:
        """Return the days until the end, negative when it is past; while paused, those left on resuming."""
        if self.end is None:
            return None
        if self._last_before_pause:
            return (self.end - self._last_before_pause).days
        due = self.due_on or self.end
        return (due - min(day for day in (on, self.stopped_on) if day)).days

    @property
    def _last_before_pause(self) -> dt.date | None:
        # The day of START never counts, so a pause cannot give it back.
        if self.paused_from is None or self.started_on is None:
            return None
        return max(self.paused_from - _DAY, self.started_on)

    def add(self, entry: Entry) -> Tally:
        """Return the tally after one more event. The order of events is checked where they are recorded."""
        match entry.kind:
            case "start" | "restart":
                end = nominal_end(entry.on, entry.length) if entry.length else None
                return Tally(
                    self.holidays, self.shifts, ClockRun.RUNNING, entry.on, entry.length, end, unextended_end=end
                )
            case "pause":
                return replace(self, run=ClockRun.PAUSED, paused_from=entry.on)
            case "resume":
                return self._resumed(entry.on)
            case "extend":
                return replace(self, end=self.extended(entry.length), extensions=self.extensions + 1)
            case "stop":
                return replace(self, run=ClockRun.STOPPED, stopped_on=entry.on)
            case _:
                raise ValueError(f"Unbekanntes Fristereignis: {entry.kind}.")

    def extended(self, length: Length | None, *, unextended: bool = False) -> dt.date | None:
        """Return the nominal end after an extension, of the end as it stands or as it would be without extensions."""
        end = self.unextended_end if unextended else self.end
        if end is None or length is None:
            return end
        return nominal_end(self.moved(end) or end, length)

    def _resumed(self, on: dt.date) -> Tally:
        last = self._last_before_pause or on
        days = max(0, (on - _DAY - last).days)
        back = dt.timedelta(days=days)
        return replace(
            self,
            run=ClockRun.RUNNING,
            end=self.end + back if self.end else None,
            unextended_end=self.unextended_end + back if self.unextended_end else None,
            paused_from=None,
            paused_days=self.paused_days + days,
        )


def tally(entries: Iterable[Entry], *, holidays: Container[dt.date], shifts: bool = True) -> Tally:
    """Return the tally of a ledger's events in their order."""
    result = Tally(holidays, shifts)
    for entry in entries:
        result = result.add(entry)
    return result
