"""Uses of buildings as the table of ``land_use`` knows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gis.attributes import normalise


def use_of(text: str, uses: Mapping[str, Any]) -> str | None:
    """Id of a use by its id, title or one of its names, whatever their spelling; None where it is not known."""
    wanted = normalise(text)
    for name, entry in uses.items():
        if wanted in {normalise(known) for known in (name, entry["title"], *entry["names"])}:
            return name
    return None
