"""German writing of dates, moments, numbers, areas and amounts in documents (DIN 5008)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
NBSP = "\u00a0"
MONTHS = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)


def german_date(day: date) -> str:
    """``22. November 2026``; a moment counts on its Berlin day."""
    if isinstance(day, datetime):
        day = day.astimezone(BERLIN).date()
    return f"{day.day}.{NBSP}{MONTHS[day.month - 1]}{NBSP}{day.year}"


def short_date(day: date) -> str:
    """``22.11.2026``; a moment counts on its Berlin day."""
    if isinstance(day, datetime):
        day = day.astimezone(BERLIN).date()
    return f"{day.day:02}.{day.month:02}.{day.year}"


def german_moment(moment: datetime) -> str:
    """``22. November 2026, 14:05 Uhr`` in Berlin; ``ValueError`` for a naive moment."""
    if moment.tzinfo is None:
        raise ValueError("a moment in a document needs a time zone")
    local = moment.astimezone(BERLIN)
    return f"{german_date(local)}, {local:%H:%M}{NBSP}Uhr"


def short_moment(moment: datetime) -> str:
    """``22.11.2026, 14:05`` in Berlin; ``ValueError`` for a naive moment."""
    if moment.tzinfo is None:
        raise ValueError("a moment in a document needs a time zone")
    return f"{short_date(moment)}, {moment.astimezone(BERLIN):%H:%M}"


def german_number(value: Decimal | float | int, places: int = 2) -> str:
    """``1.234,50``, rounded half up."""
    quantum = Decimal(1).scaleb(-places)
    rounded = Decimal(str(value)).quantize(quantum, rounding=ROUND_HALF_UP)
    return f"{rounded:,f}".translate(str.maketrans(",.", ".,"))


def square_metres(value: Decimal | float | int, places: int = 0) -> str:
    """``1.234 m²``."""
    return f"{german_number(value, places)}{NBSP}m²"


def metres(value: Decimal | float | int, places: int = 2) -> str:
    """``3,00 m``."""
    return f"{german_number(value, places)}{NBSP}m"


def euros(value: Decimal) -> str:
    """``1.234,50 €``."""
    return f"{german_number(value)}{NBSP}€"


def file_size(size_bytes: int) -> str:
    """``1,4 MB`` (powers of ten, as file managers show them)."""
    for factor, unit in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        # From where it rounds to one of them on: never "1.000,0 kB".
        if size_bytes >= factor - factor // 20_000:
            return f"{german_number(Decimal(size_bytes) / factor, 1)}{NBSP}{unit}"
    return f"{size_bytes}{NBSP}Byte"
