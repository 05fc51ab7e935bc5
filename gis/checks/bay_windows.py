"""Bay windows (Erker): which building each belongs to, its ground, and how many storeys it reaches over."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import shapely

from gis.checks.figures import highest_wall, lowest_wall
from gis.site_context import polygons
from gis.siteplan import PlanFeature, Role

#: A bay window this much lower or higher than whole storeys (in storeys) still reaches over them.
_VARY = 0.2


@dataclass(frozen=True)
class BayWindow:
    """A bay window in front of a building: ``area_m2`` beyond all buildings."""

    feature: PlanFeature
    area_m2: float

    @property
    def name(self) -> str:
        """German name."""
        return f"{self.feature.role.label} {self.feature.id}"

    def storeys_of(self, building: PlanFeature) -> tuple[int, int]:
        """Least and greatest number of full storeys of its building (whose number must be known) it may reach over.

        Its own number counts where stated; else its height, from the ground where no lower edge is stated.
        """
        every = building.storeys or 0
        if self.feature.storeys is not None:
            return self.feature.storeys, self.feature.storeys
        walls = (highest_wall(self.feature), self.feature.eaves_height_m)
        top = next((height for height in walls if height is not None), None)
        whole = next((h for h in (lowest_wall(building), building.eaves_height_m) if h is not None and h > 0), None)
        if top is None or whole is None or not every:
            return 0, every
        reached = (top - (self.feature.base_height_m or 0.0)) / (whole / every)
        least, most = math.floor(reached + _VARY), math.ceil(reached - _VARY)
        return max(0, min(every, least)), max(0, min(every, most))


def bay_windows(features: Iterable[PlanFeature], buildings: Sequence[PlanFeature]) -> dict[str, tuple[BayWindow, ...]]:
    """Return the bay windows of each building by its id: each belongs to the nearest one, only ground beyond counts."""
    found: dict[str, list[BayWindow]] = {}
    if not buildings:
        return {}
    every = shapely.union_all([building.geometry for building in buildings])
    for feature in features:
        if feature.role is Role.BAY_WINDOW:
            area = float(polygons(feature.geometry.difference(every)).area)
            nearest = min(buildings, key=lambda building: float(building.geometry.distance(feature.geometry)))
            found.setdefault(nearest.id, []).append(BayWindow(feature, area))
    return {name: tuple(bays) for name, bays in found.items()}
