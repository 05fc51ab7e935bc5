"""Which footprints count towards the permitted site coverage (§ 19 Abs. 2 and 4 BauNVO)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from gis.site import HAIRLINE_GAP_M
from gis.site_context import union_of
from gis.siteplan import PlanFeature, Role


@dataclass(frozen=True)
class Counted:
    """Features by how they count: with the main building, as ancillary, or not at all."""

    main: tuple[PlanFeature, ...]
    ancillary: tuple[PlanFeature, ...]
    none: tuple[PlanFeature, ...]

    def table(self, site: BaseGeometry) -> list[dict[str, Any]]:
        """Features that count, with their area on the site in m², for the details of a result."""
        return [
            {"feature": f.id, "role": f.role.value, "counts": counts, "area_m2": f.geometry.intersection(site).area}
            for counts, features in (("grz_1", self.main), ("grz_2", self.ancillary))
            for f in features
        ]


def _deep(shape: BaseGeometry, depth_m: float) -> bool:
    """Whether a shape is wider than so many metres in every direction at some place."""
    return bool(shape.buffer(-depth_m / 2 - 1e-6, join_style="mitre").area > 0)


def counted_features(features: tuple[PlanFeature, ...], values: Mapping[str, Any]) -> Counted:
    """Sort features by role as the rule ``site_coverage`` says; terraces that touch the main building go with it.

    Canopies and overhangs that are too deep for minor parts count like the building.
    """
    groups: dict[str, list[PlanFeature]] = {"main": [], "ancillary": [], "attached": [], "none": []}
    for feature in features:
        role = feature.role.value
        if role in values["roles_grz_1"] or role in values["roles_grz_1_parts"]:
            groups["main"].append(feature)
        elif role in values["roles_grz_2_only"]:
            groups["ancillary"].append(feature)
        elif role in values["roles_grz_1_attached"]:
            groups["attached"].append(feature)
        elif role in values["roles_minor"] and _deep(feature.geometry, float(values["minor_depth_m"])):
            groups["main"].append(feature)
        elif feature.role is not Role.TO_BE_DEMOLISHED:
            groups["none"].append(feature)
    buildings = union_of(tuple(groups["main"]))
    shapely.prepare(buildings)
    for feature in groups["attached"]:
        touches = shapely.dwithin(buildings, feature.geometry, HAIRLINE_GAP_M)
        groups["main" if touches else "ancillary"].append(feature)
    return Counted(tuple(groups["main"]), tuple(groups["ancillary"]), tuple(groups["none"]))
