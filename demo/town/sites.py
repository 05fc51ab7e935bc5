"""A demo site: the plot, the drawn proposal as site plan, and what the checks should say about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import shapely
from shapely.geometry import Polygon, mapping
from shapely.geometry.base import BaseGeometry

EPSG = 25832


@dataclass(frozen=True)
class DrawnFeature:
    """One footprint of a proposal, with the attributes of the site plan profile."""

    geometry: Polygon
    role: str
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class DemoSite:
    """A plot on which the demo proposes to build. `expected` maps check ids to verdicts."""

    key: str
    title: str
    municipality: str
    authority: str
    parcels: tuple[str, ...]
    parcel_labels: tuple[str, ...]
    address: str
    postal_code: str
    place: str
    proposal: str
    features: tuple[DrawnFeature, ...]
    expected: Mapping[str, str]
    geometry: BaseGeometry
    """The site: union of its parcels, EPSG:25832."""

    @property
    def main(self) -> DrawnFeature:
        """The first main building."""
        return next(f for f in self.features if f.role == "main_building")

    @property
    def area_m2(self) -> float:
        """Planar area of the site."""
        return float(self.geometry.area)

    def site_plan(self) -> dict[str, Any]:
        """Return the site plan as a GeoJSON FeatureCollection that names its CRS."""
        return {
            "type": "FeatureCollection",
            "name": self.key,
            "crs": {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{EPSG}"}},
            "features": [
                {
                    "type": "Feature",
                    "id": f"{self.key}-{k + 1}",
                    "properties": {
                        "plan": self.key,
                        "parcels": list(self.parcels),
                        "role": f.role,
                        **dict(f.attributes),
                    },
                    "geometry": mapping(shapely.set_precision(f.geometry, 0.0001)),
                }
                for k, f in enumerate(self.features)
            ],
        }
