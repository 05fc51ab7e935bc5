"""Golden scenarios of ``land_use`` (BauNVO §§ 2 to 9)."""

from typing import Any

import pytest

from gis.checks import Verdict
from gis.rules import load_rules
from gis.siteplan import Role
from tests.gis.builders import TODAY, box, feature, layer, parcels, plan, run

TOWN = parcels(A=box(0, 0, 20, 30))
SHAPE = box(4, 4, 14, 16)


def check(use: str | None, zone: str = "WA", role: Role = Role.MAIN_BUILDING, **columns: Any) -> Any:
    values = {"zone": [zone]} | {key: [value] for key, value in columns.items()}
    zones = layer("zoning", [box(-50, -50, 90, 80)], values)
    building = feature(SHAPE, role, use=use, storeys=2, dwellings=1 if role is Role.MAIN_BUILDING else None)
    return run("land_use", plan(building, parcels=["A"]), parcels=TOWN, zoning=zones)


@pytest.mark.parametrize(
    ("use", "zone", "verdict"),
    [
        ("residential", "WA", "passed"),
        ("Einfamilienhaus", "WR", "passed"),
        ("Mehrfamilienhaus", "WA 2", "passed"),
        ("Hotel", "WA", "borderline"),
        ("Tankstelle", "WA", "borderline"),
        ("Tankstelle", "WR", "failed"),
        ("Gewerbebetrieb", "WA", "failed"),
        ("Wohnhaus", "GE", "failed"),
        ("Wohnhaus", "GI", "failed"),
        ("Betriebswohnung", "GE", "borderline"),
        ("Spielhalle", "MI", "borderline"),
        ("Büro", "MU", "passed"),
        ("Industrie", "GE", "failed"),
        ("Industrie", "GI", "passed"),
        ("Praxis", "WR", "not_assessable"),
        ("Praxis", "WB", "passed"),
        ("Kanzlei", "GE", "passed"),
        ("Hofstelle", "MD", "passed"),
        ("Hofstelle", "WA", "failed"),
    ],
)
def test_the_use_is_looked_up_in_the_list_of_the_zone(use: str, zone: str, verdict: str) -> None:
    result = check(use, zone)
    assert result.verdict == verdict
    assert "BauNVO" in result.message


def test_conditions_of_the_list_are_named() -> None:
    assert "zur Versorgung des Gebiets" in check("Laden").message


@pytest.mark.parametrize("use", ["Praxis", "Kanzlei", "Arztpraxis", "Ärztehaus", "free_profession"])
@pytest.mark.parametrize("zone", ["WS", "WR", "WA"])
def test_a_whole_building_for_free_professions_never_passes_where_only_rooms_are_permitted(use: str, zone: str) -> None:
    result = check(use, zone, baunvo_version="2017")
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert "nur Räume zulässig, keine Gebäude (§ 13 BauNVO)" in result.message
    assert "bitte geben Sie an, wie das Gebäude überwiegend genutzt wird" in result.message


@pytest.mark.parametrize(("dwellings", "verdict"), [(0, "failed"), (1, "not_assessable")])
def test_a_building_without_dwellings_for_a_free_profession_alone_fails_in_a_residential_zone(
    dwellings: int, verdict: str
) -> None:
    zones = layer("zoning", [box(-50, -50, 90, 80)], {"zone": ["WR"], "baunvo_version": ["2017"]})
    house = plan(feature(SHAPE, use="Kanzlei", dwellings=dwellings))
    assert run("land_use", house, parcels=TOWN, zoning=zones).verdict == verdict


@pytest.mark.parametrize(
    ("use", "zone", "words"),
    [(None, "WA", "nicht angegeben"), ("Raumschiff", "WA", "Raumschiff"), ("Büro", "SO", "SO")],
)
def test_what_is_not_known_is_not_assessable(use: str | None, zone: str, words: str) -> None:
    result = check(use, zone)
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert words in result.message


def test_plans_under_an_older_ordinance_are_not_assessable() -> None:
    assert check("Wohnhaus", baunvo_version="BauNVO 1977").verdict is Verdict.NOT_ASSESSABLE
    assert check("Wohnhaus", baunvo_version="BauNVO 1990").verdict is Verdict.PASSED


def test_a_building_in_two_zones_is_judged_in_both() -> None:
    zones = layer("zoning", [box(-5, -5, 9, 40), box(9, -5, 25, 40)], {"zone": ["WA", "GE"]})
    result = run("land_use", plan(feature(SHAPE, use="Wohnhaus")), parcels=TOWN, zoning=zones)
    assert result.verdict is Verdict.FAILED
    assert [entry["zone"] for entry in result.details["buildings"]] == ["WA", "GE"]


def test_a_garage_is_not_judged_and_no_zoning_not_assessable() -> None:
    assert check("Garage", role=Role.GARAGE).verdict is Verdict.NOT_APPLICABLE
    assert run("land_use", plan(feature(SHAPE, use="Wohnhaus")), parcels=TOWN).verdict is Verdict.NOT_ASSESSABLE


def test_the_lists_name_known_uses_only_and_no_use_twice() -> None:
    values = load_rules("ni", TODAY).rule("land_use").values
    for zone, table in values["zones"].items():
        assert set(table["general"]) | set(table["exception"]) <= set(values["uses"]), zone
        assert not set(table["general"]) & set(table["exception"]), zone


def test_a_condition_that_nobody_has_looked_at_is_an_assumption() -> None:
    result = check("Laden", baunvo_version="1990")
    met = "Die Voraussetzung für die Nutzung Laden im Gebiet WA ist erfüllt:"
    assert result.assumptions == (f"{met} zur Versorgung des Gebiets.",)
    assert check("Wohnhaus", baunvo_version="1990").assumptions == ()


@pytest.mark.parametrize(
    ("zone", "use", "figures", "verdict", "words"),
    [
        ("WS", "Wohnhaus", {"dwellings": 2}, "borderline", "ausnahmsweise"),
        ("WS", "Wohnhaus", {"dwellings": 5}, "failed", "nur zulässig, wenn nicht mehr als zwei Wohnungen"),
        ("GE", "Einzelhandel", {"gross_floor_area_m2": 800.0}, "passed", "allgemein zulässig"),
        ("GE", "Einzelhandel", {"gross_floor_area_m2": 5000.0}, "failed", "Geschossfläche in m² 5.000, Grenze 1.200"),
        ("WA", "Supermarkt", {"gross_floor_area_m2": 1500.0}, "failed", "nicht großflächig"),
        ("MK", "Supermarkt", {"gross_floor_area_m2": 5000.0}, "passed", "allgemein zulässig"),
        ("XX", "Wohnhaus", {}, "not_assessable", "keine bekannte Art des Baugebiets"),
        ("SO 2", "Wohnhaus", {}, "not_assessable", "bestimmt der Bebauungsplan selbst"),
    ],
)
def test_conditions_that_figures_decide_are_no_assumptions(
    zone: str, use: str, figures: dict[str, float], verdict: str, words: str
) -> None:
    zones = layer("zoning", [box(-50, -50, 90, 80)], {"zone": [zone], "baunvo_version": ["1990"]})
    house = plan(feature(box(4, 4, 14, 16), use=use, **figures))
    result = run("land_use", house, parcels=parcels(A=box(0, 0, 20, 30)), zoning=zones)
    assert result.verdict == verdict
    assert words in result.message
    assert not any("zwei Wohnungen" in text or "großflächig" in text for text in result.assumptions)


@pytest.mark.parametrize(
    ("figures", "verdict", "words"),
    [
        ({"storeys": 1}, "failed", "1.600 (1 Vollgeschoss × 1.600,00 m² Umriss), Grenze 1.200"),
        ({}, "failed", "1.600 (1 Vollgeschoss × 1.600,00 m² Umriss), Grenze 1.200"),
        (
            {"gross_floor_area_m2": 1000.0, "storeys": 1},
            "not_assessable",
            "1 Vollgeschoss × 1.600,00 m² Umriss ergeben",
        ),
        ({"gross_floor_area_m2": 1000.0}, "not_assessable", "angegeben sind 1.000,00 m² Geschossfläche"),
        ({"gross_floor_area_m2": 1500.0, "storeys": 1}, "failed", "Geschossfläche in m² 1.500, Grenze 1.200"),
    ],
)
def test_a_large_shop_does_not_pass_by_a_figure_that_is_missing_or_too_small(
    figures: dict[str, Any], verdict: str, words: str
) -> None:
    zones = layer("zoning", [box(-50, -50, 90, 80)], {"zone": ["WA"], "baunvo_version": ["2017"]})
    shop = plan(feature(box(2, 2, 42, 42), use="Supermarkt", **figures), parcels=["A"])
    result = run("land_use", shop, parcels=parcels(A=box(0, 0, 50, 50)), zoning=zones)
    assert result.verdict == verdict
    assert words in result.message


@pytest.mark.parametrize(
    ("figures", "verdict"),
    [({}, "not_assessable"), ({"storeys": 2}, "passed"), ({"gross_floor_area_m2": 240.0}, "passed")],
)
def test_a_small_shop_passes_by_outline_and_storeys_but_not_by_nothing(figures: dict[str, Any], verdict: str) -> None:
    zones = layer("zoning", [box(-50, -50, 90, 80)], {"zone": ["WA"], "baunvo_version": ["2017"]})
    result = run("land_use", plan(feature(SHAPE, use="Laden", **figures), parcels=["A"]), parcels=TOWN, zoning=zones)
    assert result.verdict == verdict
    assert ("Zahl der Vollgeschosse sind nicht angegeben" in result.message) is (not figures)


def test_dwellings_that_nobody_states_decide_nothing_in_a_small_settlement_area() -> None:
    zones = layer("zoning", [box(-50, -50, 90, 80)], {"zone": ["WS"], "baunvo_version": ["2017"]})
    result = run("land_use", plan(feature(SHAPE, use="Wohnhaus"), parcels=["A"]), parcels=TOWN, zoning=zones)
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert "die Zahl der Wohnungen ist nicht angegeben" in result.message


@pytest.mark.parametrize("role", [Role.ANCILLARY_BUILDING, Role.GARAGE])
@pytest.mark.parametrize(
    ("attributes", "zone", "verdict"),
    [
        ({"use": "Wohnen"}, "WA", "passed"),
        ({"use": "Wohnen"}, "GI", "failed"),
        ({"use": "Büro"}, "WR", "failed"),
        ({"dwellings": 2}, "WA", "not_assessable"),  # people live there, but the use is not stated
        ({"use": "Abstellraum"}, "GI", "not_applicable"),
        ({}, "GI", "not_applicable"),
    ],
)
def test_outbuildings_that_the_plan_says_people_live_or_work_in_are_judged(
    role: Role, attributes: dict[str, Any], zone: str, verdict: str
) -> None:
    zones = layer("zoning", [box(-50, -50, 90, 80)], {"zone": [zone], "baunvo_version": ["2017"]})
    result = run("land_use", plan(feature(SHAPE, role, **attributes), parcels=["A"]), parcels=TOWN, zoning=zones)
    assert result.verdict == verdict
