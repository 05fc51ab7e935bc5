"""German titles of the geometric checks, from their registry."""

from gis.checks import CHECKS


def check_title(check_id: str) -> str:
    """Return the title of a check; a retired check keeps its id."""
    check = CHECKS.get(check_id)
    return check.title if check else check_id
