"""Small hand-made geometries for tests: metres around one place in EPSG:25832, so that figures can be done by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from gis.checks import CheckResult, run_checks
from gis.layers import Layer, LayerInfo, MemoryLayer, SkippedFeature
from gis.rules import load_rules
from gis.siteplan import PlanFeature, Role, SitePlan

CRS = pyproj.CRS.from_epsg(25832)
EAST, NORTH = 550_000.0, 5_800_000.0
TODAY = date(2026, 11, 22)


def box(x1: float, y1: float, x2: float, y2: float) -> shapely.Polygon:
    """Rectangle, counter-clockwise from the lower left corner: edges south, east, north, west."""
    return polygon((x1, y1), (x2, y1), (x2, y2), (x1, y2))


def polygon(*points: tuple[float, float], holes: Sequence[Sequence[tuple[float, float]]] = ()) -> shapely.Polygon:
    """Polygon from local points."""
    moved = [[(EAST + x, NORTH + y) for x, y in ring] for ring in (points, *holes)]
    return shapely.Polygon(moved[0], moved[1:])


def layer(
    name: str,
    shapes: Sequence[BaseGeometry],
    columns: Mapping[str, Sequence[Any]] | None = None,
    *,
    skipped: Sequence[SkippedFeature] = (),
    crs: pyproj.CRS = CRS,
) -> Layer:
    """A layer in memory."""
    info = LayerInfo(name, None, "Testdaten", "", date(2026, 1, 1), crs, len(shapes))
    arrays = {
        key: np.array(values, dtype=float if all(isinstance(v, float) for v in values) else object)
        for key, values in (columns or {}).items()
    }
    return MemoryLayer(info, np.array(shapes, dtype=object), arrays, tuple(skipped))


def parcels(**shapes: BaseGeometry) -> Layer:
    """Parcels named by keyword, without official areas."""
    return layer("parcels", list(shapes.values()), {"parcel_id": list(shapes)})


def feature(shape: BaseGeometry, role: Role = Role.MAIN_BUILDING, **attributes: Any) -> PlanFeature:
    """A footprint of a plan."""
    return PlanFeature(shape, role, **attributes)


def plan(*features: PlanFeature, parcels: Sequence[str] = ()) -> SitePlan:
    """A plan in EPSG:25832."""
    return SitePlan("plan", features, tuple(parcels), CRS)


def run(check: str, site_plan: SitePlan, on: date = TODAY, **layers: Layer) -> CheckResult:
    """Run one check with the rules of Lower Saxony."""
    (result,) = run_checks(site_plan, layers, load_rules("ni", on), [check])
    return result
