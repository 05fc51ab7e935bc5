"""Golden scenarios of ``building_method`` (BauNVO § 22): plots A, B, C side by side, a street in the south."""

from typing import Any

import pytest

from gis.checks import Verdict
from gis.checks.building_method import forms_of
from gis.layers import Layer
from gis.rules import load_rules
from gis.siteplan import Role
from tests.gis.builders import TODAY, box, feature, layer, parcels, plan, run

TOWN = parcels(A=box(0, 0, 60, 30), B=box(60, 0, 120, 30), C=box(-60, 0, 0, 30), S=box(-60, -10, 120, 0))
STREET = layer("traffic_areas", [box(-60, -10, 120, 0)], {"kind": ["street"], "public": [True]})


def check(*houses: Any, buildings: Layer | None = None, **values: Any) -> Any:
    zones = layer(
        "zoning", [box(-99, -50, 199, 80)], {"zone": ["WA"]} | {key: [value] for key, value in values.items()}
    )
    others = buildings or layer("buildings", [box(200, 0, 210, 10)], {})
    shapes = [feature(house) for house in houses]
    return run(
        "building_method",
        plan(*shapes, parcels=["A"]),
        parcels=TOWN,
        zoning=zones,
        traffic_areas=STREET,
        buildings=others,
    )


@pytest.mark.parametrize(
    ("length", "verdict"), [(49.9, "passed"), (49.98, "borderline"), (50.02, "borderline"), (50.1, "failed")]
)
def test_a_detached_house_is_limited_in_length(length: float, verdict: str) -> None:
    result = check(box(4, 4, 4 + length, 16), building_method="o")
    assert (result.verdict, result.value, result.limit) == (verdict, pytest.approx(length), 50.0)


@pytest.mark.parametrize(("west", "verdict"), [(1.0, "failed"), (2.98, "passed"), (3.0, "passed")])
def test_open_building_keeps_a_lateral_distance(west: float, verdict: str) -> None:
    result = check(box(west, 4, west + 10, 16), building_method="o")
    assert result.verdict == verdict
    assert ("seitlicher Grenzabstand" in result.message) == (verdict == "failed")


def test_attached_houses_on_the_site_count_together() -> None:
    # 26 m and 25 m side by side are 51 m.
    assert check(box(4, 4, 30, 16), box(30, 4, 55, 16), building_method="o").verdict is Verdict.FAILED
    assert check(box(4, 4, 28, 16), box(32, 4, 56, 16), building_method="o").verdict is Verdict.PASSED


@pytest.mark.parametrize(
    ("forms", "verdict"), [("E", "failed"), ("D", "passed"), ("ED", "passed"), ("H", "failed"), (None, "passed")]
)
def test_a_house_against_a_neighbours_house_is_a_pair(forms: str | None, verdict: str) -> None:
    neighbour = layer("buildings", [box(60, 4, 72, 16)], {})
    result = check(box(48, 4, 60, 16), buildings=neighbour, building_method="o", building_types=forms)
    assert (result.verdict, result.value) == (verdict, pytest.approx(24.0))
    assert result.details["groups"][0]["touched_parcels"] == ["B"]


def test_a_house_at_the_boundary_without_counterpart_is_a_hint_or_fails_where_only_detached_ones_are_set() -> None:
    assert check(box(48, 4, 60, 16), building_method="o", building_types="D").verdict is Verdict.BORDERLINE
    assert check(box(48, 4, 60, 16), building_method="o", building_types="E").verdict is Verdict.FAILED


def test_with_the_neighbours_houses_a_group_may_get_too_long() -> None:
    neighbours = layer("buildings", [box(60, 4, 90, 16), box(90, 4, 110, 16)], {})
    result = check(box(48, 4, 60, 16), buildings=neighbours, building_method="o")
    assert (result.verdict, result.value) == (Verdict.BORDERLINE, pytest.approx(62.0))


@pytest.mark.parametrize(
    ("house", "verdict"),
    [(box(0, 4, 60, 16), "passed"), (box(0, 4, 40, 16), "borderline"), (box(10, 4, 40, 16), "failed")],
)
def test_closed_building_stands_against_both_neighbours(house: Any, verdict: str) -> None:
    assert check(house, building_method="g").verdict == verdict


def test_the_street_is_no_neighbour() -> None:
    result = check(box(20, 0, 40, 16), building_method="o", building_types="E")
    assert result.verdict is Verdict.PASSED
    assert result.details["groups"][0]["touched_parcels"] == []


def test_a_garage_of_the_neighbour_across_a_corner_is_not_attached() -> None:
    corner = layer("buildings", [box(60, 16, 66, 22)], {})
    result = check(box(48, 4, 60, 16), buildings=corner, building_method="o")
    assert result.details["groups"][0]["attached_neighbours"] == 0


def test_a_deviating_method_is_not_assessable_and_none_not_applicable() -> None:
    assert check(box(4, 4, 16, 16), building_method="a").verdict is Verdict.NOT_ASSESSABLE
    assert check(box(4, 4, 16, 16), grz=0.4).verdict is Verdict.NOT_APPLICABLE
    nothing = run("building_method", plan(feature(box(4, 4, 16, 16))), parcels=TOWN)
    assert nothing.verdict is Verdict.NOT_ASSESSABLE
    garage = run("building_method", plan(feature(box(4, 4, 8, 8), Role.GARAGE)), parcels=TOWN)
    assert garage.verdict is Verdict.NOT_APPLICABLE


def test_missing_layers_are_named_among_the_assumptions() -> None:
    zones = layer("zoning", [box(-99, -50, 199, 80)], {"zone": ["WA"], "building_method": ["o"]})
    result = run("building_method", plan(feature(box(20, 4, 40, 16))), parcels=TOWN, zoning=zones)
    assert result.verdict is Verdict.PASSED
    assert any("Gebäude der Nachbarn sind nicht bekannt" in text for text in result.assumptions)


def test_a_house_beyond_the_known_zones_is_not_assessable() -> None:
    zones = layer("zoning", [box(-99, 20, 199, 80)], {"zone": ["WA"], "building_method": ["o"]})
    house = plan(feature(box(4, 4, 14, 16)), parcels=["A"])
    result = run("building_method", house, parcels=TOWN, zoning=zones, traffic_areas=STREET)
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert "steht mit 120,00 m² außerhalb der bekannten Baugebiete" in result.message


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("ED", {"E", "D"}),
        ("E, D", {"E", "D"}),
        ("RH", {"R"}),
        ("nur Doppelhäuser", {"D"}),
        ("Einzelhäuser und Hausgruppen", {"E", "H"}),
        ("double", set()),
        ("Einzelhäuser, semi_detached", set()),
        ("xyz", set()),
    ],
)
def test_house_forms_are_read_as_words_and_not_letter_by_letter(text: str, forms: set[str]) -> None:
    assert forms_of(text, load_rules("ni", TODAY).rule("building_method").values["house_forms"]) == forms


@pytest.mark.parametrize("columns", [{"building_types": ["double"]}, {"building_method": ["gekoppelt"]}])
def test_a_house_form_or_method_that_nobody_knows_is_not_assessable(columns: dict[str, list[str]]) -> None:
    zones = layer("zoning", [box(-50, -50, 90, 80)], {"zone": ["WA"], "building_method": ["o"], **columns})
    town = parcels(A=box(0, 0, 20, 30))
    result = run("building_method", plan(feature(box(5, 5, 13, 15))), parcels=town, zoning=zones)
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert "ist nicht bekannt" in result.message


def test_closed_building_has_no_greatest_length() -> None:
    zones = layer("zoning", [box(-50, -50, 90, 80)], {"zone": ["WA"], "building_method": ["g"]})
    town = parcels(A=box(0, 0, 20, 30), B=box(20, 0, 40, 30))
    result = run("building_method", plan(feature(box(5, 5, 13, 15))), parcels=town, zoning=zones)
    assert (result.verdict, result.limit) == (Verdict.FAILED, None)


def test_a_tiny_building_stands_in_the_zone_around_it() -> None:
    zones = layer("zoning", [box(-50, -50, 90, 80)], {"zone": ["WA"], "building_method": ["o"]})
    town = parcels(A=box(0, 0, 20, 30))
    result = run("building_method", plan(feature(box(5, 5, 5.5, 5.5)), parcels=["A"]), parcels=town, zoning=zones)
    assert result.verdict is Verdict.PASSED


def _built_onto(length: float, **layers: Layer) -> Any:
    """An extension of 25 m onto an existing house of that length."""
    zones = layer("zoning", [box(-99, -50, 199, 80)], {"zone": ["WA"], "building_method": ["o"]})
    extension = feature(box(30, 4, 55, 16), id="anbau")
    old = [] if layers else [feature(box(30 - length, 4, 30, 16), Role.EXISTING_BUILDING, id="alt")]
    return run(
        "building_method",
        plan(extension, *old, parcels=["A"]),
        parcels=TOWN,
        zoning=zones,
        traffic_areas=STREET,
        **layers,
    )


def test_an_extension_and_the_house_that_it_is_built_onto_are_one_house() -> None:
    too_long = _built_onto(26.0)
    assert (too_long.verdict, too_long.value) == (Verdict.FAILED, pytest.approx(51.0))
    assert "Hauptgebäude anbau und Vorhandenes Gebäude alt sind zusammen 51,00 m lang" in too_long.message
    fits = _built_onto(20.0)
    assert (fits.verdict, fits.value) == (Verdict.PASSED, pytest.approx(45.0))
    assert any("gelten als ein Haus" in text for text in fits.assumptions)


def test_a_house_of_the_site_that_only_the_register_knows_keeps_a_long_extension_from_passing() -> None:
    known = layer("buildings", [box(4, 4, 30, 16)], {"building_id": ["alt"]})
    result = _built_onto(26.0, buildings=known)
    assert (result.verdict, result.value) == (Verdict.NOT_ASSESSABLE, pytest.approx(51.0))
    assert "ist ein Gebäude angebaut, das im Lageplan fehlt" in result.message


def test_a_house_without_neighbours_at_the_limit_names_none() -> None:
    result = check(box(4, 4, 54, 16), building_method="o")
    assert result.verdict is Verdict.BORDERLINE
    assert "Nachbarhäuser" not in result.message


@pytest.mark.parametrize(
    ("house", "rule", "verdict"),
    [
        (box(48, 4, 60, 16), "forbidden", "not_assessable"),
        (box(20, 4, 32, 16), "forbidden", "passed"),
        (box(48, 4, 60, 16), "allowed", "passed"),
        (box(20, 4, 32, 16), "required", "not_assessable"),
    ],
)
def test_what_the_plan_says_of_lateral_boundaries_is_not_passed_over(house: Any, rule: str, verdict: str) -> None:
    neighbour = layer("buildings", [box(60, 4, 72, 16)], {})
    result = check(house, buildings=neighbour, building_method="o", side_boundary=rule)
    assert result.verdict == verdict
    if verdict == "not_assessable":
        assert "der seitlichen Grundstücksgrenze" in result.message
