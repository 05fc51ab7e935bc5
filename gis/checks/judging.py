"""Compare a value with its limit, and sum up the verdicts of several buildings."""

from __future__ import annotations

from collections.abc import Iterable

from gis.checks.result import Verdict

#: From the worst to the best: what a whole is when its parts differ.
_ORDER = (
    Verdict.FAILED,
    Verdict.NOT_ASSESSABLE,
    Verdict.BORDERLINE,
    Verdict.PASSED,
    Verdict.NOT_APPLICABLE,
)
#: Differences up to this are rounding of floating-point numbers.
_ROUNDING = 1e-9


def ratio_at_most(value: float, limit: float, tolerance: float) -> Verdict:
    """Verdict on a ratio: borderline where it is less than ``tolerance`` away from the limit, on either side."""
    if abs(value - limit) < tolerance - 1e-12:
        return Verdict.BORDERLINE
    return Verdict.FAILED if value > limit else Verdict.PASSED


def ratio_at_least(value: float, limit: float, tolerance: float) -> Verdict:
    """Verdict on a ratio that must reach a limit."""
    return ratio_at_most(-value, -limit, tolerance)


def at_most(value: float, limit: float, tolerance: float = 0.0) -> Verdict:
    """Verdict on a length or count: borderline within the tolerance either side (0: exact, the limit itself passes)."""
    if tolerance > 0 and abs(value - limit) <= tolerance + _ROUNDING:
        return Verdict.BORDERLINE
    return Verdict.FAILED if value > limit + _ROUNDING else Verdict.PASSED


def at_least(value: float, limit: float, tolerance: float = 0.0) -> Verdict:
    """Verdict on a length or count that must reach a limit."""
    return at_most(-value, -limit, tolerance)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict on a whole: one failure fails it; what is unknown keeps it from passing."""
    return min(verdicts, key=_ORDER.index, default=Verdict.NOT_APPLICABLE)
