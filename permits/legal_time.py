"""Legal days: every stored instant is UTC, every legal day is the Berlin day (design decision 6).

All code of the domain asks this module for the time, so that the demo can live through weeks in a minute.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

BERLIN = ZoneInfo("Europe/Berlin")
_offset = dt.timedelta()


def now() -> dt.datetime:
    """Return the current instant (UTC)."""
    return timezone.now() + _offset


def legal_day(instant: dt.datetime) -> dt.date:
    """Return the Berlin day of ``instant``."""
    return instant.astimezone(BERLIN).date()


def today() -> dt.date:
    """Return the current Berlin day."""
    return legal_day(now())


@contextmanager
def demo_time(start: dt.datetime) -> Iterator[None]:
    """Let the whole process live from ``start`` on, for making demo cases. Refused outside a demo."""
    global _offset  # noqa: PLW0603 - one clock for all threads, the worker's included
    if not settings.DEMO:
        raise ImproperlyConfigured("The clock can be moved in a demo only.")
    before, _offset = _offset, start - timezone.now()
    try:
        yield
    finally:
        _offset = before
