"""Golden scenarios of ``building_height`` (BauNVO §§ 16, 18)."""

from typing import Any

import pytest

from gis.checks import Verdict
from gis.layers import Layer
from gis.siteplan import Origin, OriginKind, Provenance, Role
from tests.gis.builders import box, feature, layer, parcels, plan, run

TOWN = parcels(A=box(0, 0, 20, 30))
SHAPE = box(4, 4, 14, 16)


def check(house: Any, **values: Any) -> Any:
    zones: Layer = layer(
        "zoning", [box(-50, -50, 90, 80)], {"zone": ["WA"]} | {key: [value] for key, value in values.items()}
    )
    return run("building_height", plan(house), parcels=TOWN, zoning=zones)


@pytest.mark.parametrize(
    ("eaves", "verdict"), [(5.99, "passed"), (5.996, "borderline"), (6.005, "borderline"), (6.006, "failed")]
)
def test_heights_above_terrain_are_compared_as_given_to_half_a_centimetre(eaves: float, verdict: str) -> None:
    result = check(feature(SHAPE, eaves_height_m=eaves), eaves_height_max_m=6.0, height_reference="terrain")
    assert (result.verdict, result.value, result.limit) == (verdict, eaves, 6.0)


def test_derived_heights_have_the_tolerance_of_measured_ones() -> None:
    origin = Provenance("modell.ifc", values={"eaves_height_m": Origin(OriginKind.DERIVED, "Oberkante der Wände")})
    house = feature(SHAPE, eaves_height_m=6.02, provenance=origin)
    result = check(house, eaves_height_max_m=6.0, height_reference="terrain")
    assert result.verdict is Verdict.BORDERLINE


def test_heights_above_sea_level_need_the_ground_level() -> None:
    limits = {"ridge_height_max_m": 65.0, "height_reference": "nhn"}
    house = {"ridge_height_m": 9.5}
    # 9.50 + 55.40 = 64.90 m NHN
    result = check(feature(SHAPE, ground_level_nhn_m=55.4, **house), **limits)
    assert (result.verdict, result.value) == (Verdict.PASSED, pytest.approx(64.9))
    assert check(feature(SHAPE, ground_level_nhn_m=55.6, **house), **limits).verdict is Verdict.FAILED
    blind = check(feature(SHAPE, **house), **limits)
    assert (blind.verdict, blind.value, blind.limit) == (Verdict.NOT_ASSESSABLE, None, 65.0)
    assert "Geländehöhe" in blind.message


def test_heights_above_the_street_need_both_levels() -> None:
    limits = {"building_height_max_m": 10.0, "height_reference": "street"}
    # 9.50 + 55.40 − 54.60 = 10.30 m above the street
    levels = {"ground_level_nhn_m": 55.4, "street_level_nhn_m": 54.6}
    result = check(feature(SHAPE, ridge_height_m=9.5, **levels), **limits)
    assert (result.verdict, result.value) == (Verdict.FAILED, pytest.approx(10.3))
    half = feature(SHAPE, ridge_height_m=9.5, ground_level_nhn_m=55.4)
    assert check(half, **limits).verdict is Verdict.NOT_ASSESSABLE


def test_without_a_ridge_a_house_can_break_the_height_of_its_top_and_not_keep_it() -> None:
    house = feature(SHAPE, eaves_height_m=6.0, wall_height_m=6.5)
    open_one = check(house, building_height_max_m=7.0, height_reference="terrain")
    assert (open_one.verdict, open_one.value, open_one.limit) == (Verdict.NOT_ASSESSABLE, None, 7.0)
    assert "die Firsthöhe ist nicht angegeben, die größte angegebene Höhe ist 6,50 m" in open_one.message
    broken = check(house, building_height_max_m=6.0, height_reference="terrain")
    assert (broken.verdict, broken.value) == (Verdict.FAILED, 6.5)
    assert any("größte angegebene Höhe" in text for text in broken.assumptions)


def test_a_part_higher_than_its_house_is_the_top() -> None:
    limits: Layer = layer(
        "zoning",
        [box(-50, -50, 90, 80)],
        {"zone": ["WA"], "building_height_max_m": [7.0], "eaves_height_max_m": [6.0], "height_reference": ["terrain"]},
    )
    house = feature(SHAPE, ridge_height_m=6.0, eaves_height_m=5.5)
    for height, verdict in ((15.0, Verdict.FAILED), (6.5, Verdict.PASSED), (None, Verdict.PASSED)):
        bay = feature(box(4, 16, 9, 18), Role.BAY_WINDOW, wall_height_m=height)
        result = run("building_height", plan(house, bay), parcels=TOWN, zoning=limits)
        assert result.verdict is verdict, result.message


@pytest.mark.parametrize("reference", [None, "ground_floor", "reference_height", "other", "mixed"])
def test_an_unknown_reference_is_not_assessable(reference: str | None) -> None:
    result = check(feature(SHAPE, eaves_height_m=4.0), eaves_height_max_m=6.0, height_reference=reference)
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert result.limit == 6.0


@pytest.mark.parametrize(("wall", "verdict"), [(6.0, "passed"), (5.9, "failed"), (6.1, "failed")])
def test_an_exact_height_must_be_met(wall: float, verdict: str) -> None:
    result = check(feature(SHAPE, wall_height_m=wall), wall_height_exact_m=6.0, height_reference="terrain")
    assert result.verdict == verdict


def test_a_least_height_must_be_reached_and_an_unknown_wall_may_be_the_highest() -> None:
    limits = {"wall_height_min_m": 6.0, "height_reference": "terrain"}
    assert check(feature(SHAPE, wall_height_m=5.0), **limits).verdict is Verdict.FAILED
    assert check(feature(SHAPE, wall_height_m=(5.0, 7.0, 5.0, 5.0)), **limits).verdict is Verdict.PASSED
    some = feature(SHAPE, wall_height_m=(5.0, float("nan"), 5.0, 5.0))
    assert check(some, **limits).verdict is Verdict.NOT_ASSESSABLE


def test_no_height_set_is_not_applicable() -> None:
    assert check(feature(SHAPE, eaves_height_m=6.0), grz=0.4).verdict is Verdict.NOT_APPLICABLE
    garage = feature(SHAPE, Role.GARAGE, eaves_height_m=6.0)
    assert check(garage, eaves_height_max_m=3.0, height_reference="terrain").verdict is Verdict.NOT_APPLICABLE


def test_a_garage_higher_than_the_highest_permitted_height_fails() -> None:
    limits: Layer = layer(
        "zoning",
        [box(-50, -50, 90, 80)],
        {"zone": ["WA"], "building_height_max_m": [6.0], "eaves_height_max_m": [4.0], "height_reference": ["terrain"]},
    )
    house = feature(SHAPE, ridge_height_m=5.5, eaves_height_m=3.5)
    for height, verdict in ((12.0, Verdict.FAILED), (3.0, Verdict.PASSED), (None, Verdict.NOT_ASSESSABLE)):
        shed = feature(box(4, 20, 9, 25), Role.ANCILLARY_BUILDING, wall_height_m=height)
        result = run("building_height", plan(house, shed), parcels=TOWN, zoning=limits)
        assert result.verdict is verdict, result.message


@pytest.mark.parametrize(
    ("heights", "words"),
    [
        ({"ridge_height_m": 2.0, "eaves_height_m": 6.0}, "die Firsthöhe (2,00 m) liegt unter der Traufhöhe (6,00 m)"),
        ({"wall_height_m": 4.0, "eaves_height_m": 9.0}, "die Wandhöhe (4,00 m) liegt unter der Traufhöhe (9,00 m)"),
        ({"wall_height_m": 9.0, "ridge_height_m": 8.0}, "die Firsthöhe (8,00 m) liegt unter der Wandhöhe (9,00 m)"),
        ({"wall_height_m": 9.0, "top_floor_level_m": 12.0}, "der oberste Fußboden (12,00 m) liegt über"),
        (
            {"wall_height_m": 6.0, "eaves_height_m": 2.5},
            "die Traufhöhe (2,50 m) liegt unter der niedrigsten Wand (6,00 m)",
        ),
        ({"wall_height_m": 0.0}, "die Wandhöhe ist mit 0 m angegeben"),
        ({"ridge_height_m": 0.0}, "die Firsthöhe ist mit 0 m angegeben"),
        ({"storeys": 4, "ridge_height_m": 6.0}, "4 Vollgeschosse passen nicht unter die Firsthöhe (6,00 m)"),
    ],
)
def test_heights_that_contradict_each_other_are_not_assessable(heights: dict[str, float], words: str) -> None:
    result = check(feature(SHAPE, **heights), building_height_max_m=9.5, height_reference="terrain")
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert words in result.message


def test_the_reference_of_a_height_is_named_in_good_german() -> None:
    result = check(feature(SHAPE, ridge_height_m=9.0), ridge_height_max_m=9.5, height_reference="reference_height")
    assert "auf die Bezugshöhe des Plans bezogen" in result.message


def test_a_gable_above_the_eaves_is_no_contradiction() -> None:
    house = feature(SHAPE, wall_height_m=(7.9, 4.4, 7.9, 4.4), eaves_height_m=4.4, ridge_height_m=8.6)
    result = check(house, eaves_height_max_m=4.5, height_reference="terrain")
    assert (result.verdict, result.value) == (Verdict.PASSED, 4.4)


def test_eaves_a_little_below_all_walls_decide_only_where_the_walls_lead_to_the_same() -> None:
    # An overhanging roof: 3.80 m at its edge, 4.20 m at the wall.
    house = feature(SHAPE, wall_height_m=4.2, eaves_height_m=3.8)
    low = check(house, eaves_height_max_m=5.0, height_reference="terrain")
    assert (low.verdict, low.value) == (Verdict.PASSED, 3.8)
    assert any("beides führt zum selben Ergebnis" in text for text in low.assumptions)
    between = check(house, eaves_height_max_m=4.0, height_reference="terrain")
    assert (between.verdict, between.value) == (Verdict.NOT_ASSESSABLE, None)
    assert "die Traufhöhe (3,80 m) liegt unter der niedrigsten Wand (4,20 m)" in between.message


def test_heights_of_zone_and_window_both_hold_for_a_building_across_its_edge() -> None:
    values = {"zone": ["WA"], "ridge_height_max_m": [9.0], "height_reference": ["terrain"]}
    zones = layer("zoning", [box(-50, -50, 90, 80)], values)
    own = {"ridge_height_max_m": [12.0], "height_reference": ["terrain"]}
    windows = layer("building_windows", [box(2, 2, 18, 10)], own)
    for ridge, verdict in ((8.5, Verdict.PASSED), (10.0, Verdict.NOT_ASSESSABLE), (13.0, Verdict.FAILED)):
        house = plan(feature(SHAPE, ridge_height_m=ridge))
        result = run("building_height", house, parcels=TOWN, zoning=zones, building_windows=windows)
        assert result.verdict is verdict, result.message
    assert result.limit == 12.0
