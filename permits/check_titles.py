"""German titles of the geometric checks and their order, from their registry."""

from gis.checks import CHECKS


def check_title(check_id: str) -> str:
    """Return the title of a check; a retired check keeps its id."""
    check = CHECKS.get(check_id)
    return check.title if check else check_id


def check_order(check_id: str) -> tuple[int, str]:
    """Return where people read a check; a retired one comes last."""
    check = CHECKS.get(check_id)
    return (check.order if check else 10_000, check_id)
