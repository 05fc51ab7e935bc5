"""Legal days: every stored instant is UTC, every legal day is the Berlin day (design decision 6)."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils import timezone

BERLIN = ZoneInfo("Europe/Berlin")


def now() -> dt.datetime:
    """Return the current instant (UTC)."""
    return timezone.now()


def legal_day(instant: dt.datetime) -> dt.date:
    """Return the Berlin day of ``instant``."""
    return instant.astimezone(BERLIN).date()


def today() -> dt.date:
    """Return the current Berlin day."""
    return legal_day(now())
