"""Reading site plans from GeoJSON: what is taken, and the German refusal with its place for everything else."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from gis.plan_json import plan_to_geojson
from gis.readers import format_names, read_site_plans
from gis.siteplan import Capture, CaptureKind, Origin, OriginKind, PlanFile, Role, SitePlan, SitePlanError
from gis.validation import Limits

SQUARE = [[[550000, 5800000], [550010, 5800000], [550010, 5800010], [550000, 5800010], [550000, 5800000]]]
UTM = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}


def feature(coordinates: Any = SQUARE, kind: str = "Polygon", **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"role": "main_building", **properties},
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def collection(*features: Any, crs: Any = UTM) -> dict[str, Any]:
    return {"type": "FeatureCollection", "crs": crs, "features": list(features)}


def read(folder: Path, data: Any, **limits: int) -> PlanFile:
    path = folder / "haus.geojson"
    path.write_text(data if isinstance(data, str) else json.dumps(data), "utf-8")
    return read_site_plans(path, limits=Limits(**limits))


def refusal(folder: Path, data: Any, **limits: int) -> SitePlanError:
    """The reason why the file, or the one plan in it, is refused."""
    try:
        result = read(folder, data, **limits)
    except SitePlanError as error:
        return error
    assert not result.plans
    (error,) = result.refused.values()
    return error


def test_a_plan_is_named_after_the_file_and_keeps_where_its_values_come_from(tmp_path: Path) -> None:
    data = collection(feature(wall_height_m=6.25, storeys=2, use="Wohnen", parcels=["A", "B"]))
    (plan,) = read(tmp_path, data).plans
    (house,) = plan.features
    assert (plan.plan, plan.parcels, plan.source) == ("haus", ("A", "B"), "haus.geojson")
    assert plan.crs is not None
    assert plan.crs.to_epsg() == 25832
    assert (house.role, house.wall_height_m, house.storeys, house.use) == (Role.MAIN_BUILDING, 6.25, 2, "Wohnen")
    assert house.geometry.area == 100
    assert (house.provenance.source, house.provenance.place) == ("haus.geojson", "Objekt 1")
    assert house.provenance.values["wall_height_m"] == Origin(OriginKind.GIVEN, "Eigenschaft „wall_height_m“")


def test_the_origin_of_values_survives_storing(tmp_path: Path) -> None:
    stated = {"wall_height_m": {"kind": "derived", "note": "Traufhöhe minus Gelände"}, "storeys": {"kind": "assumed"}}
    data = collection(
        feature(wall_height_m=6, storeys=2, use="Wohnen", origins=stated, capture="digitised", capture_scale=500)
    )
    (plan,) = read(tmp_path, data).plans
    (again,) = read(tmp_path, plan_to_geojson(plan)).plans
    assert again.features[0].provenance == plan.features[0].provenance
    provenance = again.features[0].provenance
    assert provenance.capture == Capture(CaptureKind.DIGITISED, 500)
    assert provenance.values == {
        "geometry": Origin(OriginKind.GIVEN, "Objekt 1"),
        "role": Origin(OriginKind.GIVEN, "Eigenschaft „role“"),
        "wall_height_m": Origin(OriginKind.DERIVED, "Traufhöhe minus Gelände"),
        "storeys": Origin(OriginKind.ASSUMED),
        "use": Origin(OriginKind.GIVEN, "Eigenschaft „use“"),
    }


@pytest.mark.parametrize(
    "stated",
    [
        {"origins": []},
        {"origins": {"role": "given"}},
        {"origins": {"role": {"kind": "guessed"}}},
        {"origins": {"role": {"kind": "given", "note": 1}}},
        {"capture": "photo"},
        {"capture_scale": 0},
        {"capture_scale": 0.5},
    ],
)
def test_an_origin_that_says_nothing_known_is_refused(tmp_path: Path, stated: dict[str, Any]) -> None:
    assert refusal(tmp_path, collection(feature(**stated))).code == "attribute"


def test_several_plans_in_one_file_are_told_apart_and_a_bad_one_does_not_stop_the_rest(tmp_path: Path) -> None:
    bow = [[[0, 0], [10, 10], [10, 0], [0, 10], [0, 0]]]
    result = read(tmp_path, collection(feature(plan="a"), feature(bow, plan="b"), feature(plan="c"), feature(plan="a")))
    assert [(plan.plan, len(plan.features)) for plan in result.plans] == [("a", 2), ("c", 1)]
    assert result.refused["b"].code == "self_crossing"


def test_vertices_stay_as_written(tmp_path: Path) -> None:
    clockwise = [SQUARE[0][::-1]]
    (plan,) = read(tmp_path, collection(feature(clockwise, wall_height_m=[1, 2, 3, 4]))).plans
    segments, heights, _ = plan.features[0].edges()
    assert segments[0].tolist() == [[550000, 5800000], [550000, 5800010]]
    assert heights.tolist() == [1, 2, 3, 4]


def test_heights_of_a_ring_with_courtyard_and_of_several_parts_run_on(tmp_path: Path) -> None:
    hole = [[550004, 5800004], [550006, 5800004], [550005, 5800006], [550004, 5800004]]
    other = [[[550020, 5800000], [550030, 5800000], [550025, 5800010], [550020, 5800000]]]
    data = collection(feature([[*SQUARE, hole], other], "MultiPolygon", wall_height_m=list(range(10))))
    (plan,) = read(tmp_path, data).plans
    segments, heights, _ = plan.features[0].edges()
    assert len(segments) == 10  # 4 outer edges, 3 of the courtyard, 3 of the other part
    assert segments[4][0].tolist() == [550004, 5800004]
    assert segments[7][0].tolist() == [550020, 5800000]
    assert heights.tolist() == list(range(10))


@pytest.mark.parametrize(
    ("crs", "epsg"),
    [
        (UTM, 25832),
        ({"type": "name", "properties": {"name": "EPSG:2154"}}, 2154),
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG:9.9.1:25832"}}, 25832),
        ({"type": "name", "properties": {"name": "urn:x-ogc:def:crs:EPSG:25832"}}, 25832),
        ({"type": "name", "properties": {"name": "http://www.opengis.net/def/crs/EPSG/0/25832"}}, 25832),
        ({"type": "name", "properties": {"name": "https://www.opengis.net/def/crs/EPSG/9.9.1/25832"}}, 25832),
        ({"type": "name", "properties": {"name": "http://www.opengis.net/gml/srs/epsg.xml#25832"}}, 25832),
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}, 4326),
        ({"type": "name", "properties": {"name": "EPSG:4647"}}, 4647),
        ({"type": "OGC", "properties": {"urn": "urn:ogc:def:crs:EPSG::31467"}}, 31467),
        ({"type": "name", "properties": {"name": "urn:adv:crs:ETRS89_UTM32"}}, 25832),
        ({"type": "EPSG", "properties": {"code": 25833}}, 25833),
    ],
)
def test_the_older_crs_member_is_understood(tmp_path: Path, crs: Any, epsg: int) -> None:
    (plan,) = read(tmp_path, collection(feature(), crs=crs)).plans
    assert plan.crs is not None
    assert plan.crs.to_epsg() == epsg


def test_without_crs_degrees_are_wgs_84_and_metres_are_left_open(tmp_path: Path) -> None:
    degrees = [[[9.7, 52.3], [9.8, 52.3], [9.8, 52.4], [9.7, 52.3]]]
    (plan,) = read(tmp_path, collection(feature(degrees), crs=None)).plans
    assert plan.crs is not None
    assert plan.crs.is_geographic
    (plan,) = read(tmp_path, collection(feature(), crs=None)).plans
    assert plan.crs is None


def ring(*points: Any) -> list[Any]:
    return [list(points)]


P = [550000, 5800000]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("", "empty_file"),
        ("{", "not_json"),
        ("[1, 2]", "not_geojson"),
        ('{"type": "Topology"}', "not_geojson"),
        ('{"type": "FeatureCollection"}', "not_geojson"),
        ('{"type": "FeatureCollection", "features": [], "features": []}', "not_json"),
        ('{"a":' * 100_000, "too_deep"),
        (collection(), "no_features"),
        (collection(None), "not_feature"),
        (collection({"type": "Feature", "properties": [], "geometry": None}), "properties"),
        (collection({"type": "Feature", "properties": {"role": "garage"}, "geometry": None}), "geometry_type"),
        (collection(feature([1, 2], "Point")), "geometry_type"),
        (collection(feature([], "Polygon")), "coordinates"),
        (collection(feature([[]], "MultiPolygon")), "coordinates"),
        (collection(feature(ring(P, [550010, 5800000], P))), "too_few_points"),
        (collection(feature([[*SQUARE[0][:-1], [1, 2]]])), "not_closed"),
        (collection(feature(ring(P, ["550010", 5800000], [550010, 5800010], P))), "coordinates"),
        (collection(feature(ring(P, [True, 5800000], [550010, 5800010], P))), "coordinates"),
        (collection(feature(ring(P, [550010], [550010, 5800010], P))), "coordinates"),
        (collection(feature(ring(P, [550010, 5800000, 1, 2, 3], [550010, 5800010], P))), "coordinates"),
        (collection(feature(ring(P, [float("nan"), 5800000], [550010, 5800010], P))), "not_finite"),
        (collection(feature(ring(P, [float("inf"), 5800000], [550010, 5800010], P))), "not_finite"),
        (collection(feature(ring([0, 0], [10, 10], [10, 0], [0, 10], [0, 0]))), "self_crossing"),
        (collection(feature(ring(P, [550010, 5800000], [550020, 5800000], P))), "self_crossing"),
        (collection(feature(role="villa")), "role"),
        (collection(feature(role=None)), "role"),
        (collection(feature(wall_height_m="hoch")), "attribute"),
        (collection(feature(wall_height_m=float("nan"))), "attribute"),
        (collection(feature(wall_height_m=-1)), "attribute"),
        (collection(feature(wall_height_m=[1, 2, 3])), "wall_heights"),
        (collection(feature(storeys=1.5)), "attribute"),
        (collection(feature(parcels="A"), feature(parcels=["B"])), "parcels"),
        (collection(feature(parcels={"a": 1})), "attribute"),
        (collection(feature(plan=["x"])), "attribute"),
        (collection(feature(), crs={"type": "name", "properties": {"name": "EPSG:999999"}}), "crs_unknown"),
        (collection(feature(), crs={"type": "link", "properties": {"href": "http://a.example"}}), "crs_link"),
        (collection(feature(), crs={"type": "name", "properties": {"name": "EPSG:5783"}}), "crs_unknown"),
    ],
)
def test_everything_else_is_refused_with_a_reason(tmp_path: Path, data: Any, code: str) -> None:
    error = refusal(tmp_path, data)
    assert error.code == code
    assert error.message.endswith(".")


def test_a_refusal_names_the_place(tmp_path: Path) -> None:
    error = refusal(tmp_path, collection(feature(), feature(ring(P, [550010, None], [550010, 5800010], P))))
    assert error.text == "Objekt 2, Ring 1, Punkt 2: Eine Koordinate ist keine Zahl."
    bow = refusal(tmp_path, collection(feature(ring([0, 0], [10, 10], [10, 0], [0, 10], [0, 0]))))
    assert bow.text == "Objekt 1: Der Umriss kreuzt sich selbst bei x = 5, y = 5."


def test_limits_count_per_plan(tmp_path: Path) -> None:
    many = collection(*[feature(plan=f"p{i}") for i in range(12)])
    assert len(read(tmp_path, many, features=2, vertices=8).plans) == 12
    assert refusal(tmp_path, collection(feature(), feature(), feature()), features=2).code == "too_many_features"
    assert refusal(tmp_path, collection(feature(), feature()), vertices=8).code == "too_many_vertices"
    assert refusal(tmp_path, many, file_bytes=100).code == "file_too_large"


def test_a_hundred_thousand_vertices_are_refused_by_default(tmp_path: Path) -> None:
    east = [[550000 + i / 100, 5800000] for i in range(50_000)]
    west = [[550500 - i / 100, 5800010] for i in range(50_000)]
    error = refusal(tmp_path, collection(feature([[*east, *west, east[0]]])))
    assert error.code == "too_many_vertices"
    assert "50.000" in error.message


def test_utf_16_is_named(tmp_path: Path) -> None:
    path = tmp_path / "haus.geojson"
    path.write_bytes(json.dumps(collection(feature())).encode("utf-16"))
    with pytest.raises(SitePlanError, match="UTF-8"):
        read_site_plans(path)


def test_an_unknown_format_is_refused_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "haus.gpkg"
    path.write_text("<OGRVRTDataSource/>")
    with pytest.raises(SitePlanError, match=re.escape(format_names())):
        read_site_plans(path)
    with pytest.raises(SitePlanError, match="öffnen"):
        read_site_plans(tmp_path / "nichts.geojson")


def outcome(path: Path) -> tuple[tuple[SitePlan, ...], list[str]]:
    """Plans of a file and the reasons for what was refused."""
    try:
        result = read_site_plans(path)
    except SitePlanError as error:
        return (), [error.message]
    return result.plans, [error.message for error in result.refused.values()]


@pytest.mark.realdata
def test_every_hostile_geojson_is_read_or_refused_with_a_german_reason(shared_data: Path) -> None:
    files = sorted((shared_data / "hostile/geo").rglob("*.geojson"))
    assert len(files) > 100
    for path in files:
        plans, reasons = outcome(path)
        assert plans or reasons, path.name
        assert all(reason.endswith(".") for reason in reasons), path.name
        # None of them names a role, so that none is a site plan.
        assert not plans, path.name
