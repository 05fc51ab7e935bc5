"""Site plans in JSON-FG (OGC 21-045): geometry in ``place`` with ``coordRefSys``; faults of JSON with their place."""

import json
import math
from pathlib import Path
from typing import Any

import pyproj
import pytest

from gis.plan_crs import place_plan
from gis.readers import read_site_plans
from gis.siteplan import PlanFile, SitePlan, SitePlanError
from tests.gis.builders import CRS

SQUARE = [[[550000, 5800000], [550010, 5800000], [550010, 5800010], [550000, 5800010], [550000, 5800000]]]
UTM = "http://www.opengis.net/def/crs/EPSG/0/25832"


def feature(place: Any, geometry: Any = None, **members: Any) -> dict[str, Any]:
    """A feature as JSON-FG wants it: with time, place and geometry."""
    base = {"type": "Feature", "id": "haus", "featureType": "building", "time": None, "place": place}
    return {**base, "geometry": geometry, "properties": {"role": "main_building"}, **members}


def polygon(coordinates: Any = SQUARE, **members: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": coordinates, **members}


def read(folder: Path, *features: Any, text: str = "", **members: Any) -> PlanFile:
    path = folder / "haus.json"
    data = {
        "type": "FeatureCollection",
        "conformsTo": ["http://www.opengis.net/spec/json-fg-1/1.0/conf/core"],
        "features": list(features),
        **members,
    }
    path.write_text(text or json.dumps(data), "utf-8")
    return read_site_plans(path)


def only(result: PlanFile) -> SitePlan:
    assert not result.refused
    (plan,) = result.plans
    return plan


def refusal(folder: Path, *features: Any, **members: Any) -> SitePlanError:
    try:
        result = read(folder, *features, **members)
    except SitePlanError as error:
        return error
    (error,) = result.refused.values()
    return error


@pytest.mark.parametrize(
    "system",
    [
        UTM,
        "[EPSG:25832]",
        "urn:ogc:def:crs:EPSG::25832",
        {"type": "Reference", "href": UTM},
        [UTM, "http://www.opengis.net/def/crs/EPSG/0/7837"],
    ],
)
def test_place_is_read_in_the_system_of_the_file(tmp_path: Path, system: Any) -> None:
    plan = only(read(tmp_path, feature(polygon()), coordRefSys=system))
    assert plan.crs is not None
    assert plan.crs.to_epsg() == 25832
    assert plan.features[0].geometry.bounds == (550000, 5800000, 550010, 5800010)
    assert plan.warnings == ()


def test_the_nearest_system_counts(tmp_path: Path) -> None:
    own = polygon(coordRefSys="[EPSG:25832]")
    plan = only(read(tmp_path, feature(own, coordRefSys="[EPSG:25833]"), coordRefSys="[EPSG:2154]"))
    assert plan.crs is not None
    assert plan.crs.to_epsg() == 25832
    assert only(read(tmp_path, feature(polygon(), coordRefSys="[EPSG:25833]"), coordRefSys=UTM)).crs != CRS


def test_positions_follow_the_axes_of_the_system(tmp_path: Path) -> None:
    """EPSG:4258 and EPSG:31467 begin with latitude and northing, CRS84 with longitude."""
    for name, first in (("[EPSG:4258]", "north"), ("[EPSG:31467]", "north"), ("[OGC:CRS84]", "east")):
        system = pyproj.CRS("EPSG:4326" if "CRS84" in name else name.strip("[]"))
        east, north = pyproj.Transformer.from_crs(CRS, system, always_xy=True).transform(*zip(*SQUARE[0], strict=True))
        pairs = list(zip(north, east, strict=True)) if first == "north" else list(zip(east, north, strict=True))
        plan = place_plan(only(read(tmp_path, feature(polygon([pairs]), coordRefSys=name))), CRS)
        assert plan.features[0].geometry.bounds == pytest.approx((550000, 5800000, 550010, 5800010), abs=0.01)


def test_without_place_the_geometry_counts_in_degrees(tmp_path: Path) -> None:
    to_degrees = pyproj.Transformer.from_crs(CRS, 4326, always_xy=True)
    degrees = [[list(to_degrees.transform(*point)) for point in SQUARE[0]]]
    plan = only(read(tmp_path, feature(None, polygon(degrees)), coordRefSys=UTM))
    placed = place_plan(plan, CRS)
    assert placed.features[0].geometry.bounds == pytest.approx((550000, 5800000, 550010, 5800010), abs=1e-3)


def test_place_without_a_system_is_longitude_and_latitude(tmp_path: Path) -> None:
    plan = only(read(tmp_path, feature(polygon([[[9.7, 52.3], [9.8, 52.3], [9.8, 52.4], [9.7, 52.3]]]))))
    assert plan.crs is not None
    assert plan.crs.is_geographic


def test_epoch_and_time_are_told(tmp_path: Path) -> None:
    system = {"type": "Reference", "href": UTM, "epoch": 2017.23}
    plan = only(read(tmp_path, feature(polygon(), time={"date": "2026-11-22"}), coordRefSys=system))
    assert any("Epoche 2017.23" in warning for warning in plan.warnings)
    assert any("„time“" in warning for warning in plan.warnings)


def test_arcs_in_place_stay_within_a_centimetre(tmp_path: Path) -> None:
    """A square of 10 m whose north side is a half circle of radius 5: 100 + 12.5 pi."""
    ring = {
        "type": "CompoundCurve",
        "geometries": [
            {"type": "LineString", "coordinates": [[0, 10], [0, 0], [10, 0], [10, 10]]},
            {"type": "CircularString", "coordinates": [[10, 10], [5, 15], [0, 10]]},
        ],
    }
    curved = {"type": "CurvePolygon", "geometries": [ring]}
    for geometry in (curved, {"type": "MultiSurface", "geometries": [curved]}, {"type": "Prism", "base": curved}):
        plan = only(read(tmp_path, feature(geometry), coordRefSys=UTM))
        assert plan.features[0].geometry.area == pytest.approx(100 + 12.5 * math.pi, abs=0.01 * 5 * math.pi)


def test_of_a_body_only_the_stated_footprint_counts(tmp_path: Path) -> None:
    to_degrees = pyproj.Transformer.from_crs(CRS, 4326, always_xy=True)
    degrees = polygon([[list(to_degrees.transform(*point)) for point in SQUARE[0]]])
    body = {"type": "Polyhedron", "coordinates": [[[SQUARE[0]]]]}
    plan = only(read(tmp_path, feature(body, degrees), coordRefSys=UTM))
    assert any("Umriss in „geometry“" in warning for warning in plan.warnings)
    assert refusal(tmp_path, feature(body), coordRefSys=UTM).code == "geometry_type"


@pytest.mark.parametrize(
    ("place", "members", "code"),
    [
        (polygon(), {"coordRefSys": "[EPSG:999999]"}, "crs_unknown"),
        (polygon(), {"coordRefSys": {"type": "Other"}}, "crs_unknown"),
        (polygon(), {"coordRefSys": {"type": "Reference", "href": UTM, "epoch": "now"}}, "crs_unknown"),
        (polygon(), {"coordRefSys": 25832}, "crs_unknown"),
        (polygon(), {"coordRefSys": UTM, "conformsTo": "core"}, "structure"),
        ({"type": "CurvePolygon", "geometries": []}, {"coordRefSys": UTM}, "coordinates"),
        ({"type": "CurvePolygon", "geometries": [{"type": "Point"}]}, {"coordRefSys": UTM}, "geometry_type"),
        ({"type": "CurvePolygon", "geometries": []}, {}, "geometry_type"),
        (
            {"type": "CurvePolygon", "geometries": [{"type": "CircularString", "coordinates": [[0, 0], [1, 1]]}]},
            {"coordRefSys": UTM},
            "coordinates",
        ),
        ("Haus", {"coordRefSys": UTM}, "geometry_type"),
    ],
)
def test_what_cannot_be_understood_is_refused(tmp_path: Path, place: Any, members: dict[str, Any], code: str) -> None:
    assert refusal(tmp_path, feature(place), **members).code == code


def test_one_plan_in_two_systems_is_refused_and_two_plans_are_not(tmp_path: Path) -> None:
    first = feature(polygon(coordRefSys="[EPSG:25832]"))
    second = feature(polygon(coordRefSys="[EPSG:25833]"))
    error = refusal(tmp_path, first, second)
    assert error.code == "crs_mixed"
    assert "EPSG:25832 und EPSG:25833" in error.message
    second["properties"] = {"role": "garage", "plan": "b"}
    assert [plan.crs.to_epsg() for plan in read(tmp_path, first, second).plans if plan.crs] == [25832, 25833]


def test_an_old_coordinate_order_is_followed(tmp_path: Path) -> None:
    path = tmp_path / "alt.json"
    swapped = [[[y, x] for x, y in SQUARE[0]]]
    crs = {"type": "EPSG", "properties": {"code": 25832, "coordinate_order": [1, 0]}}
    old = {"type": "Feature", "properties": {"role": "garage"}, "geometry": polygon(swapped), "crs": crs}
    path.write_text(json.dumps(old), "utf-8")
    assert only(read_site_plans(path)).features[0].geometry.bounds == (550000, 5800000, 550010, 5800010)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"type": "FeatureCollection",\n "features": [{},\n  {"a": "}", "b": {},\n   "a": 2}]}', "Zeile 4, Spalte 10"),
        ('{"type": "FeatureCollection",\n"x": ' + "1" * 5000 + "}", "Zeile 2, Spalte 6"),
        ('{"type": "Feature",\n "id": }', "Zeile 2, Spalte 8"),
    ],
)
def test_faults_of_the_text_are_named_with_their_place(tmp_path: Path, text: str, place: str) -> None:
    with pytest.raises(SitePlanError) as caught:
        read(tmp_path, text=text)
    assert place in caught.value.place
