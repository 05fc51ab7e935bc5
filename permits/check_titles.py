"""What people read of the geometric checks, from their registry: titles, verdicts, order, what is unverified."""

from collections.abc import Mapping
from typing import Any

from gis.checks import CHECKS
from gis.checks.result import Verdict, unverified_bases
from gis.neighbours import Relation

#: Verdicts that an officer may confirm together.
CONFIRMED_TOGETHER = (Verdict.PASSED, Verdict.NOT_APPLICABLE)


def check_title(check_id: str) -> str:
    """Return the title of a check; a retired check keeps its id."""
    check = CHECKS.get(check_id)
    return check.title if check else check_id


def verdict_text(check_id: str, verdict: str) -> str:
    """Return the German word for a verdict of a check: checks that only advise have words of their own."""
    check = CHECKS.get(check_id)
    return check.label(Verdict(verdict)) if check else Verdict(verdict).label


def relation_text(relation: str) -> str:
    """Return the German words for how a neighbouring parcel lies to the site."""
    return Relation(relation).label


def unverified(details: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the legal bases behind a stored result that nobody has compared with their source."""
    return unverified_bases(details)


def check_order(check_id: str) -> tuple[int, str]:
    """Return where people read a check; a retired one comes last."""
    check = CHECKS.get(check_id)
    return (check.order if check else 10_000, check_id)
