"""Nobody takes a notice back after the time for it: asked again by whoever signs, and by the worker."""

from permits.errors import StateError
from permits.models import NoticeChange
from permits.selectors.revocation_period import period_of_change


class RevocationPeriodError(StateError):
    """The time for withdrawing or revoking a notice is over."""


def require_in_time(change: NoticeChange) -> None:
    """Raise RevocationPeriodError where the last day for a prepared withdrawal or revocation is past."""
    period = period_of_change(change)
    if period is not None and period.is_over:
        raise RevocationPeriodError(period.refusal)
