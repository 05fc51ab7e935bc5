"""Figures of one building that contradict each other: then none of them can be relied on."""

from __future__ import annotations

from gis.siteplan import PlanFeature
from gis.wording import metres

#: Heights closer than this are rounding, in metres.
_ROUNDING_M = 0.01


def highest_wall(building: PlanFeature) -> float | None:
    """Height of the highest wall in metres, None where one is unknown (it may be the highest)."""
    heights = building.wall_height_m
    if heights is None:
        return None
    if not isinstance(heights, tuple):
        return float(heights)
    return None if any(height != height for height in heights) else max(heights)


def contradiction(building: PlanFeature) -> str | None:
    """German clause naming two heights of a building that cannot both be true, None where they can."""
    eaves, ridge, floor = building.eaves_height_m, building.ridge_height_m, building.top_floor_level_m
    wall = highest_wall(building)
    known = [height for height in (eaves, ridge, wall) if height is not None]
    top = max(known, default=None)
    if ridge is not None and eaves is not None and ridge < eaves - _ROUNDING_M:
        return f"die Firsthöhe ({metres(ridge)}) liegt unter der Traufhöhe ({metres(eaves)})"
    if ridge is not None and wall is not None and ridge < wall - _ROUNDING_M:
        return f"die Firsthöhe ({metres(ridge)}) liegt unter der Wandhöhe ({metres(wall)})"
    if eaves is not None and wall is not None and wall < eaves - _ROUNDING_M:
        return f"die Wandhöhe ({metres(wall)}) liegt unter der Traufhöhe ({metres(eaves)})"
    if floor is not None and top is not None and floor > top - _ROUNDING_M:
        return f"der oberste Fußboden ({metres(floor)}) liegt über der größten angegebenen Höhe ({metres(top)})"
    return None
