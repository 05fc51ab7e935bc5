"""Official and planar areas of the parcels of a site, and whether they agree (rule ``area_mismatch``)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from gis.checks.context import CheckContext
from gis.site_context import numbers, parcel_ids

#: Id of the rule that says how far the two areas may differ.
RULE = "area_mismatch"


@dataclass(frozen=True)
class ParcelArea:
    """One parcel, or all together, in m²; ``official`` is NaN where it is missing."""

    name: str
    planar: float
    official: float
    limit: float

    @property
    def difference(self) -> float:
        """How far the two areas differ."""
        return abs(self.official - self.planar)

    @property
    def usage(self) -> float:
        """Share of the permitted difference that is used, to find the worst."""
        return -math.inf if math.isnan(self.official) else self.difference / self.limit


def parcel_areas(context: CheckContext, values: Mapping[str, Any]) -> list[ParcelArea]:
    """The parcels of the site, and all together where they are several."""
    site = context.site
    window = context.window("parcels", site.geometry.bounds)
    ids = parcel_ids(window)
    official = numbers(window, "official_area_m2")
    found: list[ParcelArea] = []
    for parcel in site.parcel_ids:
        rows = [row for row, other in enumerate(ids) if other == parcel]
        known = official[rows][np.isfinite(official[rows]) & (official[rows] > 0)]
        planar = float(shapely.area(shapely.union_all(window.geometry[rows])))
        name = f"Flurstück {context.parcel_name(parcel)}"
        found.append(_area(name, planar, float(known.max()) if len(known) else math.nan, values))
    if len(found) > 1:
        found.append(_area("Baugrundstück", site.planar_area_m2, sum(a.official for a in found), values))
    return found


def area_doubt(context: CheckContext) -> ParcelArea | None:
    """The site where its official area and that of the map differ by more than is permitted, None where they agree."""
    site = context.site
    rule = context.rules.rule(RULE)
    whole = _area("Baugrundstück", site.planar_area_m2, site.area_m2, rule.values)
    return whole if whole.difference > whole.limit + float(rule.values["rounding_m2"]) else None


def _area(name: str, planar: float, stated: float, values: Mapping[str, Any]) -> ParcelArea:
    base = planar if math.isnan(stated) else stated
    return ParcelArea(
        name, planar, stated, float(values["root_factor"]) * math.sqrt(base) + float(values["share"]) * base
    )
