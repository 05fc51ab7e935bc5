"""Houses at a boundary as the plan demands or permits (NBauO § 5 (5)); site A 20 m × 30 m, street in the south."""

from typing import Any

import pytest

from gis.checks import CheckResult, Verdict
from gis.checks.party_walls import MATCHES
from gis.siteplan import PlanFeature, Role
from tests.gis.builders import box, feature, layer, parcels, plan, run

A, B, C, R = box(0, 0, 20, 30), box(-20, 0, 0, 30), box(20, 0, 40, 30), box(-20, 30, 40, 50)
STREET = box(-60, -10, 90, 0)
TOWN = parcels(A=A, B=B, C=C, R=R, S=STREET)
TRAFFIC = layer("traffic_areas", [STREET], {"kind": ["street"], "public": [True]})


def checked(house: Any, *more: PlanFeature, buildings: Any = (), **zone: str) -> CheckResult:
    """The distance of a house 6 m high in a plan that sets something; ``buildings``: of the neighbours."""
    functions = ["" for _ in buildings]
    return run(
        "boundary_distance",
        plan(feature(house, wall_height_m=6.0, id="haus"), *more, parcels=["A"]),
        parcels=TOWN,
        traffic_areas=TRAFFIC,
        zoning=layer("zoning", [box(-99, -50, 99, 99)], {"zone": ["WA"]} | {k: [v] for k, v in zone.items()}),
        buildings=layer("buildings", list(buildings), {"function": functions}),
    )


WIDE, EASTERN = box(0, 8, 20, 20), box(8, 8, 20, 20)
NEXT_DOOR = box(20, 8, 30, 20)


def test_closed_building_keeps_no_distance_at_the_sides() -> None:
    # From side to side; 30 − 20 = 10 m to the rear.
    result = checked(WIDE, building_method="g")
    assert (result.verdict, result.value, result.limit) == (Verdict.PASSED, pytest.approx(10.0), 3.0)
    assert "geschlossene Bauweise; § 5 Abs. 5 Satz 1 NBauO" in result.message
    assert [(s["parcel"], s["settled"]) for s in result.details["party_walls"]] == [("B", True), ("C", True)]
    assert any(rule["rule"] == "party_walls" and not rule["verified"] for rule in result.details["rules"])


def test_closed_building_keeps_its_distance_to_the_rear() -> None:
    result = checked(box(0, 18, 20, 30), building_method="g")
    assert (result.verdict, result.value) == (Verdict.FAILED, 0.0)
    near = checked(box(0, 8, 20, 28), building_method="g")
    assert (near.verdict, near.value) == (Verdict.FAILED, pytest.approx(2.0))


def test_without_a_street_nobody_knows_which_boundaries_are_lateral() -> None:
    house = plan(feature(WIDE, wall_height_m=6.0), parcels=["A"])
    zoning = layer("zoning", [box(-99, -50, 99, 99)], {"zone": ["WA"], "building_method": ["g"]})
    result = run("boundary_distance", house, parcels=TOWN, zoning=zoning)
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert "seitlichen Grenzen" in result.message


@pytest.mark.parametrize(
    ("types", "buildings", "verdict"),
    [
        ("D", [NEXT_DOOR], "passed"),
        ("H", [NEXT_DOOR], "passed"),
        ("ED", [NEXT_DOOR], "passed"),
        ("E", [NEXT_DOOR], "failed"),
        ("D", [], "not_assessable"),
        ("D", [box(24, 8, 34, 20)], "not_assessable"),  # next door keeps its own distance
        ("D", [box(20, 8, 30, 12)], "not_assessable"),  # 12 m of wall against 4 m
        ("D", [box(20, 8, 30, 19)], "passed"),  # 1 m beyond the neighbour's
        ("X", [NEXT_DOOR], "not_assessable"),
    ],
)
def test_open_building_permits_houses_that_are_built_together(types: str, buildings: list[Any], verdict: str) -> None:
    result = checked(EASTERN, buildings=buildings, building_method="o", building_types=types)
    assert result.verdict == verdict
    assert (MATCHES in result.assumptions) is (verdict == "passed")
    if verdict == "not_assessable" and types == "D":
        assert "wenn eine Baulast sichert" in result.message


def test_a_garage_next_door_is_no_house_to_build_against() -> None:
    house = plan(feature(EASTERN, wall_height_m=6.0), parcels=["A"])
    zone = {"zone": ["WA"], "building_method": ["o"], "building_types": ["D"]}
    zoning = layer("zoning", [box(-99, -50, 99, 99)], zone)
    garage = layer("buildings", [NEXT_DOOR], {"function": ["2463"]})
    layers: Any = {"parcels": TOWN, "traffic_areas": TRAFFIC, "zoning": zoning}
    assert run("boundary_distance", house, **layers, buildings=garage).verdict is Verdict.NOT_ASSESSABLE
    unknown = run("boundary_distance", house, **layers)
    assert unknown.verdict is Verdict.NOT_ASSESSABLE
    assert "Gebäude der Nachbarn sind nicht bekannt" in unknown.message
    easement = layer("easements", [C], {"easement_id": ["BL 3"], "kind": ["Anbaubaulast"]})
    secured = run("boundary_distance", house, **layers, easements=easement)
    assert secured.verdict is Verdict.PASSED
    assert any("BL 3" in text for text in secured.assumptions)


@pytest.mark.parametrize("method", ["a", "halboffen"])
def test_what_the_text_of_the_plan_decides_is_open(method: str) -> None:
    result = checked(EASTERN, building_method=method)
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert f"„{method}“" in result.message


@pytest.mark.parametrize(
    ("word", "verdict"), [("required", "passed"), ("allowed", "not_assessable"), ("forbidden", "failed")]
)
def test_a_plan_may_say_so_for_the_side_itself(word: str, verdict: str) -> None:
    assert checked(EASTERN, building_method="o", side_boundary=word).verdict == verdict
    # What it says of the rear does not help at the side.
    assert checked(EASTERN, building_method="o", building_types="E", rear_boundary="required").verdict == "failed"


def test_without_a_plan_a_house_keeps_its_distance() -> None:
    assert checked(EASTERN, buildings=[NEXT_DOOR]).verdict is Verdict.FAILED


def test_a_house_over_the_boundary_is_not_built_at_it() -> None:
    result = checked(box(-0.5, 8, 20, 20), building_method="g")
    assert (result.verdict, result.value) == (Verdict.FAILED, 0.0)


def test_what_is_set_back_from_that_boundary_is_left_to_the_authority() -> None:
    balcony = feature(box(18, 20, 19.5, 21.5), Role.BALCONY, id="b")
    result = checked(WIDE, balcony, building_method="g")
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert "tritt von der Grenze zu Flurstück C um 0,50 m zurück" in result.message
    # Eaves along the street reach from side to side.
    eaves = feature(box(0, 7.5, 20, 8), Role.ROOF_OVERHANG, id="d")
    assert checked(WIDE, eaves, building_method="g").verdict is Verdict.PASSED
