"""The site: union of parcels, hairline gaps, areas; and names of parcels."""

import json
import math

import numpy as np
import pytest
import shapely

from gis.plan_json import plan_to_geojson
from gis.site import build_site
from gis.site_context import parcel_number
from gis.siteplan import Role
from gis.wording import listed, metres, number, parcels_named, square_metres
from tests.gis.builders import box, feature, plan, polygon


def test_boundaries_between_parcels_vanish() -> None:
    result = build_site(["A", "B"], np.array([box(0, 0, 20, 30), box(20, 0, 40, 30)], dtype=object), np.full(2, np.nan))
    assert result.geometry.equals(box(0, 0, 40, 30))
    assert result.official_area_m2 is None
    assert (result.overlapping, result.apart) == ((), ())


@pytest.mark.parametrize(("gap", "closed"), [(1e-9, True), (0.001, True), (0.02, True), (0.025, False)])
def test_gaps_up_to_two_centimetres_close_and_the_outer_boundary_stays(gap: float, closed: bool) -> None:
    shapes = np.array([box(0, 0, 20, 30), box(20 + gap, 0, 40, 30)], dtype=object)
    result = build_site(["A", "B"], shapes, np.full(2, np.nan)).geometry
    assert (result.geom_type == "Polygon") is closed
    if closed:
        assert result.hausdorff_distance(box(0, 0, 40, 30)) < 2e-5


def test_a_narrow_notch_of_one_parcel_is_no_gap() -> None:
    notched = polygon((0, 0), (10, 0), (10, 20), (10.01, 20), (10.01, 0), (20, 0), (20, 30), (0, 30))
    shapes = np.array([notched, box(20, 0, 40, 30)], dtype=object)
    result = build_site(["A", "B"], shapes, np.full(2, np.nan)).geometry
    assert result.area == pytest.approx(40 * 30 - 0.01 * 20, abs=1e-3)


def test_the_official_area_counts_per_parcel_and_once() -> None:
    shapes = np.array([box(0, 0, 20, 15), box(0, 15, 20, 30), box(20, 0, 40, 30)], dtype=object)
    result = build_site(["A", "A", "B"], shapes, np.array([620.0, 620.0, np.nan]))
    # A in two rows has 620 m² officially, B has only its planar 600 m².
    assert result.area_m2 == pytest.approx(1220.0)
    assert result.planar_area_m2 == pytest.approx(1200.0)
    assert result.official_area_m2 is None
    assert (result.overlapping, result.apart) == ((), ())
    assert result.parcel_ids == ("A", "B")
    assert result.repeated == ("A",)
    assert "Flurstück A liegt im Kartenbestand mehrfach vor; gerechnet ist mit allen Teilen zusammen." in (
        result.assumptions
    )


@pytest.mark.parametrize(
    ("second", "apart"),
    [
        (box(20, 0, 40, 30), ()),
        (box(20.05, 0, 40, 30), ()),  # a gap that is no hairline stays open, but the parcels adjoin
        (box(20.11, 0, 40, 30), ("B",)),
        (box(100, 0, 120, 30), ("B",)),
        (box(20, 30, 40, 60), ("B",)),  # a common corner
        (box(20, 29.4, 40, 60), ()),  # 0.60 m of common boundary
        (box(20, 29.6, 40, 60), ("B",)),
        (polygon((20, 30), (40, 20), (40, 60)), ("B",)),  # a corner that the edges leave at an acute angle
        (box(5, 5, 8, 8), ()),  # they overlap, one within the other
        (box(-5, -5, 50, 50), ()),
    ],
)
def test_parcels_that_touch_in_a_corner_or_lie_apart_are_no_site(second: shapely.Polygon, apart: tuple[str]) -> None:
    result = build_site(["A", "B"], np.array([box(0, 0, 20, 30), second], dtype=object), np.full(2, np.nan))
    assert result.apart == apart
    assert (result.defect is not None) is bool(apart)


def test_parcels_that_hang_together_over_a_third_one_are_a_site() -> None:
    shapes = np.array([box(0, 0, 20, 30), box(20, 30, 40, 60), box(20, 0, 40, 30)], dtype=object)
    assert build_site(["A", "D", "C"], shapes, np.full(3, np.nan)).apart == ()


@pytest.mark.parametrize(
    ("parcel_id", "name"),
    [
        ("030101001000120003__", "12/3"),
        ("030101001001290000__", "129"),
        ("020125___00129______", "129"),
        ("274120000A0123", "274120000A0123"),
    ],
)
def test_people_read_the_number_of_a_parcel(parcel_id: str, name: str) -> None:
    assert parcel_number(parcel_id) == name


def test_numbers_are_written_the_german_way() -> None:
    assert number(1234.5) == "1.234,50"
    assert number(-0.001) == "0,00"
    assert metres(0.004) == "weniger als 1 cm"
    assert square_metres(0.004) == "weniger als 0,01 m²"
    assert listed(["a", "b", "c"]) == "a, b und c"
    assert parcels_named(["1"]) == "Flurstück 1"
    assert parcels_named([str(n) for n in range(9)]).endswith("5 und 3 weitere")


def test_a_plan_survives_being_stored() -> None:
    house = feature(box(0, 0, 10, 8), id="1", wall_height_m=(1.0, math.nan, 2.0, 3.0), storeys=2)
    data = json.loads(
        json.dumps(plan_to_geojson(plan(house, feature(box(1, 1, 2, 2), Role.GARAGE), parcels=["A"])), allow_nan=False)
    )
    assert data["features"][0]["properties"]["wall_height_m"] == [1.0, None, 2.0, 3.0]
    assert data["features"][0]["properties"]["parcels"] == ["A"]
    assert data["crs"]["properties"]["name"] == "EPSG:25832"


def test_features_without_an_id_of_their_own_are_numbered() -> None:
    shape = box(0, 0, 1, 1)
    ids = [f.id for f in plan(feature(shape), feature(shape, id="a"), feature(shape, id="a"), feature(shape)).features]
    assert ids == ["1", "a", "a#3", "4"]
