"""Which distances to draw: the governing ones of the check, and one for every other side of a main building."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.checks.result import CheckResult
from gis.site import Site
from gis.siteplan import PlanFeature, Role, SitePlan

#: Dimension lines longer than this say nothing about a distance to keep.
_LONGEST_M = 30.0
#: Up to this many dimension lines per building, in clearly different directions (degrees).
_PER_BUILDING, _DIRECTION_DEG = 4, 50.0
#: A drawing with more buildings than this has dimension lines for the first (or most urgent) ones only.
_BUILDINGS = 30
#: Walls shorter than this get no dimension line of their own.
_SHORTEST_WALL_M = 2.0


@dataclass(frozen=True, slots=True)
class Dimension:
    """A dimension line from wall to boundary: world coordinates of shape (2, 2), length, and what would be required."""

    line: NDArray[np.float64]
    distance_m: float
    required_m: float = math.nan
    failed: bool = False

    @property
    def direction(self) -> float | None:
        """Direction in degrees, None where wall and boundary touch."""
        if self.distance_m < 0.01:
            return None
        (x1, y1), (x2, y2) = self.line
        return math.degrees(math.atan2(y2 - y1, x2 - x1))


def dimensions(result: CheckResult | None, plan: SitePlan, site: Site | None) -> list[Dimension]:
    """Dimension lines for main buildings (all sides) and for other features with walls (the closest side)."""
    walls: Sequence[Mapping[str, Any]] = result.details.get("walls", ()) if result else ()
    others: Sequence[Mapping[str, Any]] = result.details.get("not_covered", ()) if result else ()
    by_feature: dict[str, list[Dimension]] = {}
    for wall in sorted(walls, key=_urgency):
        by_feature.setdefault(wall["feature"], []).append(_from_wall(wall))
    chosen: list[Dimension] = []
    for feature in plan.by_role(Role.MAIN_BUILDING)[:_BUILDINGS]:
        sides = _perpendicular(feature, site) if site else []
        chosen += _different(by_feature.get(feature.id, []) + sides, _PER_BUILDING)
    for wall in sorted(others, key=_urgency)[:_BUILDINGS]:
        chosen += _different([_from_wall(wall)], 1)
    return chosen


def _from_wall(wall: Mapping[str, Any]) -> Dimension:
    short = wall["margin_m"] is not None and wall["margin_m"] < 0 and "too_close" not in wall
    required = math.nan if wall["required_m"] is None else float(wall["required_m"])
    return Dimension(np.array(wall["line"], dtype=float), float(wall["distance_m"]), required, short)


def _urgency(wall: Mapping[str, Any]) -> float:
    margin = wall["margin_m"]
    return float(wall["distance_m"] if margin is None else margin)


def _different(candidates: Sequence[Dimension], count: int) -> list[Dimension]:
    """The first candidates that point in clearly different directions; at most one where wall and boundary touch."""
    chosen: list[Dimension] = []
    for candidate in candidates:
        if len(chosen) >= count or candidate.distance_m > _LONGEST_M:
            continue
        if all(_apart(candidate.direction, other.direction) for other in chosen):
            chosen.append(candidate)
    return chosen


def _apart(left: float | None, right: float | None) -> bool:
    if left is None or right is None:
        return left is not right
    return abs((left - right + 180) % 360 - 180) >= _DIRECTION_DEG


def _perpendicular(feature: PlanFeature, site: Site) -> list[Dimension]:
    """From the middle of each longer wall straight out to the boundary, shortest first."""
    segments, _, _ = feature.edges()
    boundary = site.geometry.boundary
    found: list[Dimension] = []
    for start, end in segments:
        along = end - start
        length = float(np.hypot(*along))
        if length < _SHORTEST_WALL_M:
            continue
        middle = (start + end) / 2
        normal = np.array([along[1], -along[0]]) / length
        if feature.geometry.covers(shapely.Point(middle + 0.01 * normal)):
            normal = -normal
        if not site.geometry.covers(shapely.Point(middle)):
            continue
        ray = shapely.LineString([middle + 0.01 * normal, middle + _LONGEST_M * normal])
        hits = shapely.get_coordinates(ray.intersection(boundary))
        if not len(hits) or ray.intersects(feature.geometry):
            continue
        away = np.hypot(*(hits - middle).T)
        nearest = int(np.argmin(away))
        found.append(Dimension(np.array([middle, hits[nearest]]), float(away[nearest])))
    return sorted(found, key=lambda dimension: dimension.distance_m)
