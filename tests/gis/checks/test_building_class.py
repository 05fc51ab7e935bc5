"""Golden scenarios of ``building_class`` (NBauO § 2 Abs. 3) and its hints at special buildings."""

from typing import Any

import pytest

from gis.checks import Verdict
from gis.layers import Layer
from gis.siteplan import Role
from tests.gis.builders import box, feature, layer, parcels, plan, run

TOWN = parcels(A=box(0, 0, 60, 60), B=box(60, 0, 120, 60))
SHAPE = box(20, 20, 32, 30)
NOBODY = layer("buildings", [box(300, 0, 310, 10)], {})


def check(shape: Any = SHAPE, buildings: Layer | None = NOBODY, **values: Any) -> Any:
    layers = {} if buildings is None else {"buildings": buildings}
    return run("building_class", plan(feature(shape, **values), parcels=["A"]), parcels=TOWN, **layers)


@pytest.mark.parametrize(
    ("level", "dwellings", "area", "found"),
    [
        (5.5, 1, 180.0, 1),
        (7.0, 2, 400.0, 1),
        (7.0, 3, 380.0, 3),
        (7.0, 2, 401.0, 3),
        (7.01, 2, 400.0, 4),
        (13.0, 10, 4_000.0, 4),
        (13.0, 9, 4_000.0, 5),
        (13.01, 20, 2_000.0, 5),
    ],
)
def test_the_class_follows_height_units_and_area(level: float, dwellings: int, area: float, found: int) -> None:
    result = check(top_floor_level_m=level, dwellings=dwellings, gross_floor_area_m2=area)
    assert (result.verdict, result.value, result.limit) == (Verdict.PASSED, found, None)


def test_an_attached_house_is_class_two() -> None:
    neighbour = layer("buildings", [box(60, 20, 70, 30)], {})
    result = check(box(48, 20, 60, 30), neighbour, top_floor_level_m=5.5, dwellings=1, gross_floor_area_m2=180.0)
    assert result.value == 2


def test_what_is_missing_is_named_with_the_classes_that_are_possible() -> None:
    blind = check(dwellings=1)
    assert (blind.verdict, blind.value) == (Verdict.NOT_ASSESSABLE, None)
    assert "1 bis 5" in blind.message
    low = check(top_floor_level_m=5.5)
    assert low.details["buildings"][0]["possible_classes"] == [1, 2, 3]
    assert "Geschossfläche" in low.message
    assert check(top_floor_level_m=10.0).details["buildings"][0]["possible_classes"] == [4, 5]


def test_without_the_neighbours_buildings_only_a_house_at_the_boundary_is_open() -> None:
    values = {"top_floor_level_m": 5.5, "dwellings": 1, "gross_floor_area_m2": 180.0}
    assert check(buildings=None, **values).value == 1
    at_boundary = check(box(48, 20, 60, 30), buildings=None, **values)
    assert at_boundary.details["buildings"][0]["possible_classes"] == [1, 2]


def test_a_high_rise_and_special_uses_are_hints() -> None:
    high = check(top_floor_level_m=25.0, dwellings=40)
    assert (high.verdict, high.value) == (Verdict.BORDERLINE, 5)
    assert "Hochhaus" in high.message
    shop = check(top_floor_level_m=0.0, dwellings=0, gross_floor_area_m2=900.0, use="Laden")
    assert shop.verdict is Verdict.BORDERLINE
    small = check(top_floor_level_m=0.0, dwellings=0, gross_floor_area_m2=300.0, use="Laden")
    assert small.verdict is Verdict.PASSED


@pytest.mark.parametrize(
    ("use", "words"),
    [
        ("Versammlungsstätte", "Nutzung Versammlungsstätte"),
        ("Supermarkt", "Nutzung Laden"),
        ("Schwebebahnhof", "die Nutzung „Schwebebahnhof“ ist nicht zuzuordnen"),
    ],
)
def test_special_and_unknown_uses_hint_at_a_special_building(use: str, words: str) -> None:
    hall = feature(
        box(4, 4, 14, 16), use=use, top_floor_level_m=3.0, dwellings=0, gross_floor_area_m2=2000.0, id="halle"
    )
    result = run("building_class", plan(hall), parcels=parcels(A=box(0, 0, 20, 30)))
    assert result.verdict is Verdict.BORDERLINE
    assert words in result.message


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"top_floor_level_m": 3.0, "storeys": 8}, "der oberste Fußboden (3,00 m) liegt zu tief für 8 Vollgeschosse"),
        ({"top_floor_level_m": 7.5, "ridge_height_m": 6.0}, "der oberste Fußboden (7,50 m) liegt über der größten"),
        ({"top_floor_level_m": 3.0, "wall_height_m": 24.0}, "die Wände (24,00 m) reichen weit über den obersten"),
        ({"top_floor_level_m": 12.0, "storeys": 1}, "der oberste Fußboden (12,00 m) liegt zu hoch für 1 Vollgeschoss"),
    ],
)
def test_a_top_floor_against_storeys_or_heights_gives_no_class(values: dict[str, Any], words: str) -> None:
    result = check(dwellings=1, gross_floor_area_m2=180.0, **values)
    assert (result.verdict, result.value) == (Verdict.NOT_ASSESSABLE, None)
    assert words in result.message


def test_a_floor_area_that_the_storeys_contradict_decides_only_where_both_lead_to_the_same_class() -> None:
    # 3 storeys of 120 m² make 360 m², 4 storeys 480 m²: above the 400 m² of classes 1 and 2.
    same = check(top_floor_level_m=6.0, dwellings=1, gross_floor_area_m2=180.0, storeys=3)
    assert (same.verdict, same.value) == (Verdict.PASSED, 1)
    other = check(top_floor_level_m=6.0, dwellings=1, gross_floor_area_m2=180.0, storeys=4)
    assert (other.verdict, other.value) == (Verdict.NOT_ASSESSABLE, None)
    assert "180,00 m² Geschossfläche, aber 4 Vollgeschosse × 120,00 m² = 480,00 m²" in other.message


def test_an_extension_has_the_class_of_the_whole_building() -> None:
    values: dict[str, Any] = {"top_floor_level_m": 3.0, "dwellings": 1, "gross_floor_area_m2": 240.0}
    extension = feature(SHAPE, **values)

    def check_onto(**old: Any) -> Any:
        house = feature(box(32, 20, 44, 30), Role.EXISTING_BUILDING, **old)
        return run("building_class", plan(extension, house, parcels=["A"]), parcels=TOWN, buildings=NOBODY)

    unknown = check_onto()
    assert (unknown.verdict, unknown.value) == (Verdict.NOT_ASSESSABLE, None)
    assert "es zählt das ganze Gebäude" in unknown.message
    # 240 m² + 120 m² = 360 m² are class 1, with 200 m² more than 400 m²: class 3.
    assert check_onto(top_floor_level_m=3.0, dwellings=1, gross_floor_area_m2=120.0).value == 1
    assert check_onto(top_floor_level_m=3.0, dwellings=1, gross_floor_area_m2=200.0).value == 3
    known = layer("buildings", [box(32, 20, 44, 30)])
    drawn_nowhere = run("building_class", plan(extension, parcels=["A"]), parcels=TOWN, buildings=known)
    assert drawn_nowhere.verdict is Verdict.NOT_ASSESSABLE


@pytest.mark.parametrize(
    ("use", "area", "verdict"),
    [
        ("Restaurant", 600.0, "borderline"),
        ("Restaurant", 50.0, "passed"),
        ("Kirche", 400.0, "borderline"),
        ("Büro", 5_000.0, "borderline"),
        ("Büro", 300.0, "passed"),
        ("Lager", 2_000.0, "borderline"),
    ],
)
def test_places_for_many_people_and_large_halls_hint_at_a_special_building(use: str, area: float, verdict: str) -> None:
    result = check(top_floor_level_m=0.0, dwellings=0, gross_floor_area_m2=area, use=use)
    assert result.verdict == verdict, result.message
