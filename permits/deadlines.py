"""Date arithmetic of §§ 187–193 BGB (through § 31 VwVfG): pure functions of days, lengths and public holidays.

No length of time stands here: lengths come from ``permits/law``. A *day* is always the Berlin day
(``permits/legal_time.py``); a day ``d`` as the end of a period means that the period ends when ``d`` ends.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import holidays as holiday_tables

_UNITS = ("years", "months", "weeks", "days")
_GERMAN = {"years": ("Jahr", "Jahre"), "months": ("Monat", "Monate"), "weeks": ("Woche", "Wochen")}
_GERMAN["days"] = ("Tag", "Tage")
_DATIVE = {"years": ("einem Jahr", "Jahren"), "months": ("einem Monat", "Monaten"), "weeks": ("einer Woche", "Wochen")}
_DATIVE["days"] = ("einem Tag", "Tagen")
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Length:
    """Länge einer Frist in years, months, weeks and days; never negative, never zero."""

    years: int = 0
    months: int = 0
    weeks: int = 0
    days: int = 0

    def __post_init__(self) -> None:
        """Refuse what is no length of time."""
        values = [getattr(self, unit) for unit in _UNITS]
        if any(type(value) is not int or value < 0 for value in values) or not any(values):
            raise ValueError("Eine Frist braucht eine Länge aus ganzen, nicht negativen Zahlen über null.")

    @classmethod
    def from_data(cls, data: Mapping[str, object]) -> Length:
        """Read ``{"months": 3}``; raise :class:`ValueError` (German) for anything else."""
        unknown = sorted(set(data) - set(_UNITS))
        if unknown:
            raise ValueError(f"Unbekannte Einheit einer Frist: {', '.join(unknown)}.")
        return cls(**data)  # type: ignore[arg-type]  # checked in __post_init__

    def to_data(self) -> dict[str, int]:
        """Return the form that the ledger stores, without the units that are zero."""
        return {unit: getattr(self, unit) for unit in _UNITS if getattr(self, unit)}

    def __str__(self) -> str:
        """Return German words: "3 Monate", "1 Monat und 14 Tage"."""
        return _listed(f"{value} {_GERMAN[unit][value != 1]}" for unit, value in self.to_data().items())

    @property
    def dative(self) -> str:
        """German words after "innerhalb von": "einem Monat", "3 Monaten"."""
        return _listed(
            _DATIVE[unit][0] if value == 1 else f"{value} {_DATIVE[unit][1]}" for unit, value in self.to_data().items()
        )


def _listed(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} und {last}" if first else last


@dataclass(frozen=True, slots=True)
class NotificationRule:
    """Bekanntgaberegel of one channel: the ``days``-th day after the event ``counts_from`` (§ 41 VwVfG, § 9 OZG).

    ``counts_from`` is ``"provided"`` (posted, sent, made available) or ``"retrieved"``. ``shifts`` says whether such
    a day moves on from a Saturday, Sunday or public holiday, which is disputed. ``retrieve_within`` is the length of
    the time for retrieval after provision, where there is one.
    """

    counts_from: str
    days: int
    shifts: bool
    retrieve_within: Length | None = None


@dataclass(frozen=True, slots=True)
class NotificationDay:
    """Tag der Bekanntgabe under both readings; ``day`` is the one that the law data choose."""

    day: dt.date
    literal: dt.date
    shifted: dt.date

    @property
    def disputed(self) -> bool:
        """Whether the two readings give different days, so that an officer sees both."""
        return self.literal != self.shifted


@lru_cache(maxsize=256)
def holiday_names(subdivision: str, year: int) -> Mapping[dt.date, str]:
    """Return the public holidays of a Land (ISO 3166-2 part such as ``NI``) in one year, with their German names."""
    table = holiday_tables.country_holidays("DE", subdiv=subdivision, years=year, language="de")
    return dict(sorted(table.items()))


@dataclass(frozen=True, slots=True)
class PublicHolidays(Container[dt.date]):
    """Gesetzliche Feiertage of one Land, in every year."""

    subdivision: str

    def __contains__(self, day: object) -> bool:
        return isinstance(day, dt.date) and day in holiday_names(self.subdivision, day.year)


def public_holidays(land: str) -> PublicHolidays:
    """Return the public holidays of a Land (``ni``); raise :class:`ValueError` where there is no such Land."""
    subdivision = land.upper()
    if subdivision not in holiday_tables.list_supported_countries()["DE"]:
        raise ValueError(f"Für das Land „{land}“ sind keine Feiertage bekannt.")
    return PublicHolidays(subdivision)


def is_working_day(day: dt.date, holidays: Container[dt.date]) -> bool:
    """Whether ``day`` is neither Saturday nor Sunday nor a public holiday (§ 193 BGB)."""
    return day.weekday() < _SATURDAY and day not in holidays


def next_working_day(day: dt.date, holidays: Container[dt.date]) -> dt.date:
    """Return ``day``, or the first working day after it where it is none (§ 193 BGB, § 31 (3) VwVfG)."""
    while not is_working_day(day, holidays):
        day += dt.timedelta(days=1)
    return day


def nominal_end(event_day: dt.date, length: Length) -> dt.date:
    """Return the last day of a period as counted, before § 193 BGB moves it.

    The day of the event does not count (§ 187 (1)). Weeks end on the weekday, months and years on the day number of
    the event day (§ 188 (2)); where the month has no such day, on its last (§ 188 (3)). In a mixed length the years
    and months are counted first, then the weeks and days.
    """
    months = event_day.year * 12 + event_day.month - 1 + length.years * 12 + length.months
    year, month = months // 12, months % 12 + 1
    day = min(event_day.day, calendar.monthrange(year, month)[1])
    return dt.date(year, month, day) + dt.timedelta(weeks=length.weeks, days=length.days)


def period_end(event_day: dt.date, length: Length, *, holidays: Container[dt.date], shifts: bool = True) -> dt.date:
    """Return the last day of the period that the event on ``event_day`` sets going (§§ 187–193 BGB).

    ``shifts=False`` leaves an end on a Saturday, Sunday or public holiday where it is, for periods to which § 193 BGB
    and § 31 (3) VwVfG do not apply.
    """
    end = nominal_end(event_day, length)
    return next_working_day(end, holidays) if shifts else end


def extended_end(end: dt.date, extension: Length, *, holidays: Container[dt.date], shifts: bool = True) -> dt.date:
    """Return the new last day of an extended period, counted from the end of the old one (§ 190 BGB).

    Where the old end fell on a Saturday, Sunday or public holiday, the extension is counted from the working day to
    which it had moved (settled case law on § 190 BGB and § 224 (3) ZPO; unverified).
    """
    old = next_working_day(end, holidays) if shifts else end
    return period_end(old, extension, holidays=holidays, shifts=shifts)


def notified_on(
    channel: str,
    *,
    provided_on: dt.date | None = None,
    retrieved_on: dt.date | None = None,
    rules: Mapping[str, NotificationRule],
    holidays: Container[dt.date],
) -> NotificationDay:
    """Return the day on which a notice counts as notified (§ 41 (2), (2a) VwVfG).

    ``rules`` maps the channel to its rule. Raises :class:`ValueError` (German) for a channel without a rule, or where
    the day from which the rule counts is missing: a notice that was not retrieved is not notified.
    """
    rule = rules.get(channel)
    if rule is None:
        raise ValueError(f"Für den Zustellweg „{channel}“ gibt es keine Regel zur Bekanntgabe.")
    start = retrieved_on if rule.counts_from == "retrieved" else provided_on
    if start is None:
        missing = "Abruf" if rule.counts_from == "retrieved" else "Absendung oder Bereitstellung"
        raise ValueError(f"Der Tag der Bekanntgabe steht ohne den Tag von {missing} nicht fest.")
    literal = start + dt.timedelta(days=rule.days)
    shifted = next_working_day(literal, holidays)
    return NotificationDay(shifted if rule.shifts else literal, literal, shifted)


def retrieval_deadline(provided_on: dt.date, rule: NotificationRule, *, holidays: Container[dt.date]) -> dt.date | None:
    """Return the last day for retrieval from the portal (§ 41 (2a) VwVfG), or None where the channel has none."""
    if rule.retrieve_within is None:
        return None
    return period_end(provided_on, rule.retrieve_within, holidays=holidays)


def remedy_end(notified: dt.date, length: Length, *, holidays: Container[dt.date]) -> dt.date:
    """Return the last day for the legal remedy after notification (§ 70 (1), § 57 (2) VwGO, § 188 BGB)."""
    return period_end(notified, length, holidays=holidays)


def deemed_withdrawal_day(due_on: dt.date, length: Length, *, holidays: Container[dt.date]) -> dt.date:
    """Return the first day on which an application counts as withdrawn (§ 69 (2) NBauO).

    ``due_on`` is the last day of the time set in the request (or of its extension); the application counts as
    withdrawn when a further period of ``length`` has ended, so from the day after its last day.
    """
    return period_end(due_on, length, holidays=holidays) + dt.timedelta(days=1)
