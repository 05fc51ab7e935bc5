"""Which snapshots are states of the same plan: a key out of municipality, number and name.

The gml:id changes with every export, and a number alone is shared by a plan and its changes ("Nr. 12, 1. Änderung"),
so the name belongs to the key. Where a new state is called otherwise, a person says which plan it is.
"""

import hashlib
import re
import unicodedata

from gis.planning.model import BindingPlan

_LONGEST = 80
FAMILY_PATTERN = r"[a-z0-9]+(-[a-z0-9]+)*"


def family_of(plan: BindingPlan) -> str:
    """Key such as ``02000000-29-blankenese29``: lower case, letters and digits, at most 80 characters."""
    municipality = plan.municipality_key or plan.municipality or ""
    parts = [_slug(part) for part in (municipality, plan.number or "", plan.name)]
    key = "-".join(part for part in parts if part) or "plan"
    if len(key) <= _LONGEST:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()[:8]
    return f"{key[: _LONGEST - 9].rstrip('-')}-{digest}"


def is_family(key: str) -> bool:
    """Whether a text can be a key (it names a folder)."""
    return len(key) <= _LONGEST and re.fullmatch(FAMILY_PATTERN, key) is not None


def _slug(text: str) -> str:
    folded = text.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    plain = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
