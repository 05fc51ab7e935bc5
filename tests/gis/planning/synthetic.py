"""Small plans typed by hand for the tests of derived layers."""

from datetime import date
from typing import Any

import pyproj
import shapely

from gis.planning.force import PlanInForce
from gis.planning.model import BindingPlan, LawVersion, LegalStatus, PlanObject

UTM32 = pyproj.CRS.from_epsg(25832)
#: South-west corner of everything here.
X, Y = 550_000.0, 5_800_000.0


def rectangle(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """A rectangle in metres from the corner."""
    return shapely.box(X + west, Y + south, X + east, Y + north)


def line(*points: tuple[float, float]) -> shapely.LineString:
    """A line in metres from the corner."""
    return shapely.LineString([(X + x, Y + y) for x, y in points])


def plan(
    name: str, scope: shapely.Polygon, *objects: PlanObject, status: LegalStatus = LegalStatus.IN_FORCE, **values: Any
) -> BindingPlan:
    """A plan of the town 03999001."""
    return BindingPlan(
        plan_id=f"GML_{name}",
        name=name,
        number=values.pop("number", None),
        version=None,
        plan_type=values.pop("plan_type", "10001"),
        legal_status=status,
        in_force_since=values.pop("in_force_since", None),
        baunvo_version=LawVersion(date(1990, 1, 23), None),
        municipality="Musterstadt (03999001)",
        municipality_key="03999001",
        xplan_version="6.0",
        crs=values.pop("crs", UTM32),
        scope=shapely.MultiPolygon([scope]),
        objects=objects,
        **values,
    )


def zone(name: str, geometry: shapely.Polygon, **attributes: Any) -> PlanObject:
    """A WA unless `besondereArtDerBaulNutzung` says otherwise."""
    values = {"besondereArtDerBaulNutzung": "1200", "rechtscharakter": "1000"} | attributes
    return PlanObject(id=name, kind="BP_BaugebietsTeilFlaeche", geometry=geometry, attributes=values, closes=True)


def item(kind: str, name: str, geometry: Any, **values: Any) -> PlanObject:
    """Any other object; attributes of the plan as ``attributes``."""
    return PlanObject(id=name, kind=kind, geometry=geometry, **values)


def in_force(of: BindingPlan, since: date | None = None, family: str = "", **values: Any) -> PlanInForce:
    """The plan in force, under its name."""
    return PlanInForce(
        snapshot_id=f"{of.name}-1", family=family or of.name.lower(), plan=of, since=since, status="in_force", **values
    )
