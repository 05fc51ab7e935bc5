"""Figures of one building that contradict each other: then none of them can be relied on."""

from __future__ import annotations

from gis.rules import Rule
from gis.siteplan import PlanFeature
from gis.wording import counted, metres

#: The rule with what is possible at all.
RULE = "stated_figures"
#: Heights closer than this are rounding, in metres.
ROUNDING_M = 0.01


def wall_heights(building: PlanFeature) -> tuple[float, ...]:
    """Heights of all walls in metres; empty where one is unknown (it may be the highest or the lowest)."""
    heights = building.wall_height_m
    if heights is None:
        return ()
    if not isinstance(heights, tuple):
        return (float(heights),)
    return () if any(height != height for height in heights) else tuple(float(height) for height in heights)


def highest_wall(building: PlanFeature) -> float | None:
    """Height of the highest wall in metres, None where one is unknown (it may be the highest)."""
    return max(wall_heights(building), default=None)


def lowest_wall(building: PlanFeature) -> float | None:
    """Height of the lowest wall in metres, None where one is unknown (it may be the lowest)."""
    return min(wall_heights(building), default=None)


def contradiction(building: PlanFeature, rule: Rule) -> str | None:
    """German clause naming two heights of a building that cannot both be true, None where they can.

    ``rule`` is the one called :data:`RULE`.
    """
    eaves, ridge, floor = building.eaves_height_m, building.ridge_height_m, building.top_floor_level_m
    wall, low = highest_wall(building), lowest_wall(building)
    known = {"Traufhöhe": eaves, "Firsthöhe": ridge, "Wandhöhe": wall}
    top = max((height for height in known.values() if height is not None), default=None)
    if zero := next((name for name, height in known.items() if height is not None and height <= 0), None):
        return f"die {zero} ist mit 0 m angegeben"
    if ridge is not None and eaves is not None and ridge < eaves - ROUNDING_M:
        return f"die Firsthöhe ({metres(ridge)}) liegt unter der Traufhöhe ({metres(eaves)})"
    if ridge is not None and wall is not None and ridge < wall - ROUNDING_M:
        return f"die Firsthöhe ({metres(ridge)}) liegt unter der Wandhöhe ({metres(wall)})"
    if eaves is not None and wall is not None and wall < eaves - ROUNDING_M:
        return f"die Wandhöhe ({metres(wall)}) liegt unter der Traufhöhe ({metres(eaves)})"
    if eaves is not None and low is not None and low > eaves + float(rule.values["eaves_vary_m"]) + 1e-9:
        return f"die Traufhöhe ({metres(eaves)}) liegt unter der niedrigsten Wand ({metres(low)})"
    if floor is not None and top is not None and floor > top - ROUNDING_M:
        return f"der oberste Fußboden ({metres(floor)}) liegt über der größten angegebenen Höhe ({metres(top)})"
    return _above_ridge(building, rule)


def storey_contradiction(building: PlanFeature, rule: Rule) -> str | None:
    """German clause where the storeys of a building do not go with its top floor or heights, None where they do.

    That a storey is too high is said only of buildings with dwellings: halls and churches have such storeys.
    """
    if (clash := _above_ridge(building, rule)) is not None:
        return clash
    storeys, floor = building.storeys, building.top_floor_level_m
    walls = [height for height in (lowest_wall(building), building.eaves_height_m) if height is not None]
    low = min(walls, default=None)
    if storeys and floor is not None and floor < _least_level(storeys, rule) - 1e-9:
        return f"der oberste Fußboden ({metres(floor)}) liegt zu tief für {counted(storeys, 'Vollgeschosse')}"
    if not building.dwellings:
        return None
    highest, extra = float(rule.values["highest_storey_m"]), float(rule.values["base_and_roof_m"])
    if floor is not None and low is not None and low - floor > 2 * highest + extra:
        return f"die Wände ({metres(low)}) reichen weit über den obersten Fußboden ({metres(floor)})"
    # One more storey may be no full one.
    if storeys and floor is not None and floor > (storeys + 1) * highest:
        return f"der oberste Fußboden ({metres(floor)}) liegt zu hoch für {counted(storeys, 'Vollgeschosse')}"
    if storeys and low is not None and low > (storeys + 1) * highest + extra:
        return f"die Wände ({metres(low)}) sind zu hoch für {counted(storeys, 'Vollgeschosse')}"
    return None


def several_storeys_high(building: PlanFeature, rule: Rule) -> bool:
    """Whether a building is higher than one storey needs: by its lowest wall or its eaves, else by its ridge."""
    walls = [height for height in (lowest_wall(building), building.eaves_height_m) if height is not None]
    heights = walls or [height for height in (building.ridge_height_m,) if height is not None]
    # Nobody says how much of the height up to the ridge is roof: one more storey may fit in.
    roof = 0.0 if walls else float(rule.values["highest_storey_m"])
    most = float(rule.values["highest_storey_m"]) + float(rule.values["base_and_roof_m"]) + roof
    return bool(heights) and min(heights) > most


def _above_ridge(building: PlanFeature, rule: Rule) -> str | None:
    storeys, ridge = building.storeys, building.ridge_height_m
    if not storeys or ridge is None or ridge >= _least_level(storeys + 1, rule) - 1e-9:
        return None
    verb = "passt" if storeys == 1 else "passen"
    return f"{counted(storeys, 'Vollgeschosse')} {verb} nicht unter die Firsthöhe ({metres(ridge)})"


def _least_level(storeys: int, rule: Rule) -> float:
    """Least height above ground, in metres, of the floor of the uppermost of so many full storeys."""
    return (storeys - 1) * float(rule.values["least_storey_m"]) - float(rule.values["below_ground_m"])
