"""Golden scenarios of ``storeys`` (BauNVO § 16 Abs. 2 Nr. 3)."""

from typing import Any

import pytest

from gis.checks import Verdict
from gis.layers import Layer
from gis.siteplan import Role
from tests.gis.builders import box, feature, layer, parcels, plan, run

TOWN = parcels(A=box(0, 0, 20, 30))
SHAPE = box(4, 4, 14, 16)


def zoning(**values: Any) -> Layer:
    return layer("zoning", [box(-50, -50, 90, 80)], {"zone": ["WA"]} | {key: [value] for key, value in values.items()})


def storeys(house: Any, *others: Any, zones: Layer, **layers: Layer) -> Any:
    return run("storeys", plan(house, *others), parcels=TOWN, zoning=zones, **layers)


@pytest.mark.parametrize(
    ("limits", "built", "verdict", "limit"),
    [
        ({"storeys_max": 2.0}, 2, "passed", 2.0),
        ({"storeys_max": 2.0}, 3, "failed", 2.0),
        ({"storeys_exact": 3.0}, 3, "passed", 3.0),
        ({"storeys_exact": 3.0}, 2, "failed", 3.0),
        ({"storeys_min": 2.0, "storeys_max": 4.0}, 1, "failed", 2.0),
        ({"storeys_min": 2.0, "storeys_max": 4.0}, 5, "failed", 4.0),
        ({"storeys_min": 2.0, "storeys_max": 4.0}, 3, "passed", 4.0),
    ],
)
def test_storeys_follow_what_the_plan_sets(limits: dict[str, float], built: int, verdict: str, limit: float) -> None:
    result = storeys(feature(SHAPE, storeys=built), zones=zoning(**limits))
    assert (result.verdict, result.value, result.limit, result.unit) == (verdict, built, limit, "Vollgeschosse")
    assert result.tolerance is None


def test_unknown_storeys_are_not_assessable_and_another_building_can_still_fail() -> None:
    assert storeys(feature(SHAPE), zones=zoning(storeys_max=2.0)).verdict is Verdict.NOT_ASSESSABLE
    tall = feature(box(4, 18, 14, 28), storeys=3)
    result = storeys(feature(SHAPE), tall, zones=zoning(storeys_max=2.0))
    assert (result.verdict, result.value) == (Verdict.FAILED, 3)


def test_a_window_overrides_its_zone_for_the_building_that_stands_in_it() -> None:
    windows = layer("building_windows", [box(2, 2, 18, 17), box(2, 20, 18, 29)], {"storeys_max": [1.0, 4.0]})
    zones = zoning(storeys_max=2.0)
    assert storeys(feature(SHAPE, storeys=2), zones=zones, building_windows=windows).limit == 1.0
    behind = feature(box(4, 21, 14, 28), storeys=4)
    assert storeys(behind, zones=zones, building_windows=windows).verdict is Verdict.PASSED


def test_a_building_in_areas_with_different_numbers_is_not_assessable() -> None:
    zones = layer(
        "zoning", [box(-5, -5, 25, 10), box(-5, 10, 25, 40)], {"zone": ["WA", "WA"], "storeys_max": [2.0, 3.0]}
    )
    result = storeys(feature(SHAPE, storeys=3), zones=zones)
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert "Verschiedenes" in result.message


def test_no_number_set_is_not_applicable_and_no_plan_is_not_assessable() -> None:
    assert storeys(feature(SHAPE, storeys=2), zones=zoning(grz=0.4)).verdict is Verdict.NOT_APPLICABLE
    assert run("storeys", plan(feature(SHAPE, storeys=2)), parcels=TOWN).verdict is Verdict.NOT_ASSESSABLE
    garage = feature(SHAPE, Role.GARAGE, storeys=2)
    assert storeys(garage, zones=zoning(storeys_max=1.0)).verdict is Verdict.NOT_APPLICABLE


def test_a_house_where_no_zone_is_known_is_not_assessable_and_never_not_applicable() -> None:
    # The zone covers the northern 10 m of the site; the house stands south of it, or with 60 of 120 m² in it.
    away = layer("zoning", [box(-5, 20, 25, 40)], {"zone": ["WA"], "storeys_max": [2.0]})
    half = layer("zoning", [box(-5, 10, 25, 40)], {"zone": ["WA"], "storeys_max": [2.0]})
    for zones, beyond in ((away, "120,00 m²"), (half, "60,00 m²")):
        result = storeys(feature(SHAPE, storeys=2), zones=zones)
        assert result.verdict is Verdict.NOT_ASSESSABLE
        assert f"steht mit {beyond} außerhalb der bekannten Baugebiete" in result.message
    assert storeys(feature(SHAPE, storeys=3), zones=half).verdict is Verdict.FAILED


def test_no_storeys_at_all_is_a_field_left_empty() -> None:
    zones = layer("zoning", [box(-50, -50, 90, 80)], {"zone": ["WA"], "storeys_max": [2.0]})
    town = parcels(A=box(0, 0, 20, 30))
    result = run("storeys", plan(feature(box(4, 4, 14, 16), storeys=0)), parcels=town, zoning=zones)
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert "ist mit 0 angegeben" in result.message


def test_outbuildings_count_where_they_state_storeys_and_are_named_where_they_do_not() -> None:
    zones = layer("zoning", [box(-50, -50, 90, 80)], {"zone": ["WA"], "storeys_max": [2.0]})
    town = parcels(A=box(0, 0, 20, 30))
    house = feature(box(4, 4, 14, 16), storeys=2)
    high = plan(house, feature(box(4, 20, 9, 25), Role.ANCILLARY_BUILDING, storeys=4))
    assert run("storeys", high, parcels=town, zoning=zones).verdict is Verdict.FAILED
    silent = run("storeys", plan(house, feature(box(4, 20, 9, 25), Role.GARAGE)), parcels=town, zoning=zones)
    assert silent.verdict is Verdict.PASSED
    assert any("Garage 2" in text and "höchstens eines" in text for text in silent.assumptions)


def test_numbers_of_storeys_are_written_without_decimals() -> None:
    zones = layer(
        "zoning", [box(-50, -50, 9, 80), box(9, -50, 90, 80)], {"zone": ["WA", "WA"], "storeys_max": [1.0, 2.0]}
    )
    town = parcels(A=box(0, 0, 20, 30))
    result = run("storeys", plan(feature(box(4, 4, 14, 16), storeys=2)), parcels=town, zoning=zones)
    assert "(1 und 2)" in result.message


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"ridge_height_m": 3.0}, "2 Vollgeschosse passen nicht unter die Firsthöhe (3,00 m)"),
        ({"top_floor_level_m": 0.0}, "der oberste Fußboden (0,00 m) liegt zu tief für 2 Vollgeschosse"),
        ({"wall_height_m": 15.0, "dwellings": 6}, "die Wände (15,00 m) sind zu hoch für 2 Vollgeschosse"),
    ],
)
def test_storeys_that_heights_contradict_are_not_assessable(values: dict[str, Any], words: str) -> None:
    result = storeys(feature(SHAPE, storeys=2, **values), zones=zoning(storeys_max=2.0))
    assert (result.verdict, result.limit) == (Verdict.NOT_ASSESSABLE, 2.0)
    assert words in result.message


def test_two_full_storeys_under_an_attic_or_behind_the_walls_of_a_hall_are_no_contradiction() -> None:
    attic = feature(SHAPE, storeys=2, top_floor_level_m=6.0, wall_height_m=6.5, ridge_height_m=11.0, dwellings=2)
    hall = feature(SHAPE, storeys=2, top_floor_level_m=4.0, wall_height_m=15.0)
    for building in (attic, hall):
        assert storeys(building, zones=zoning(storeys_max=2.0)).verdict is Verdict.PASSED


def test_a_window_that_holds_a_corner_of_a_building_does_not_speak_for_all_of_it() -> None:
    # 12 of 120 m² stand in a window with 4 storeys, the rest in the zone with 2.
    windows = layer("building_windows", [box(2, 2, 6, 10)], {"storeys_max": [4.0]})
    zones = zoning(storeys_max=2.0)
    for built, verdict in ((2, Verdict.PASSED), (4, Verdict.NOT_ASSESSABLE), (5, Verdict.FAILED)):
        result = storeys(feature(SHAPE, storeys=built), zones=zones, building_windows=windows)
        assert result.verdict is verdict, result.message
    hair = layer("building_windows", [box(-10, 2, 4.09, 30)], {"storeys_max": [4.0]})
    result = storeys(feature(SHAPE, storeys=4), zones=zones, building_windows=hair)
    assert (result.verdict, result.limit) == (Verdict.FAILED, 2.0)


def test_an_exact_number_of_the_zone_gives_way_to_the_highest_of_the_window() -> None:
    windows = layer("building_windows", [box(2, 2, 18, 20)], {"storeys_max": [4.0]})
    result = storeys(feature(SHAPE, storeys=3), zones=zoning(storeys_exact=2.0), building_windows=windows)
    assert (result.verdict, result.limit) == (Verdict.PASSED, 4.0)


def test_an_outbuilding_too_high_for_one_storey_must_state_its_storeys() -> None:
    house = feature(SHAPE, storeys=2)
    for height, verdict in ((3.0, Verdict.PASSED), (9.0, Verdict.NOT_ASSESSABLE)):
        shed = feature(box(4, 20, 10, 26), Role.ANCILLARY_BUILDING, wall_height_m=height)
        assert storeys(house, shed, zones=zoning(storeys_max=2.0)).verdict is verdict
    # Of 8 m up to the ridge a storey may be roof; 9 m leave room for a second one also then.
    for ridge, verdict in ((8.0, Verdict.PASSED), (9.0, Verdict.NOT_ASSESSABLE)):
        shed = feature(box(4, 20, 10, 26), Role.ANCILLARY_BUILDING, ridge_height_m=ridge)
        assert storeys(house, shed, zones=zoning(storeys_max=2.0)).verdict is verdict
