"""Neighbours of a site: who shares a boundary, who lies across the street or near, and what concerns each.

The site A is 20 m × 30 m; B lies west, C east, N north, a street S of 8 m south, O1 and O2 across it, F 15 m off.
"""

from typing import Any

import pytest

from gis.checks import Verdict, run_checks
from gis.layers import Layer, SkippedFeature
from gis.neighbours import Neighbours, Relation, neighbours_of
from gis.rules import load_rules
from gis.siteplan import PlanFeature, Role
from tests.gis.builders import EAST, NORTH, TODAY, box, feature, layer, parcels, plan

SHAPES = {
    "A": box(0, 0, 20, 30),
    "B": box(-20, 0, 0, 30),
    "C": box(20, 0, 35, 30),
    "N": box(-20, 30, 40, 60),
    "S": box(-100, -8, 100, 0),
    "O1": box(-30, -40, 10, -8),
    "O2": box(10, -40, 60, -8),
    "O3": box(60, -40, 100, -8),
    "F": box(35, 0, 60, 30),
    "W": box(-60, 0, -45, 30),
}
TOWN = parcels(**SHAPES)
STREET = layer("traffic_areas", [SHAPES["S"]], {"kind": ["street"], "public": [True]})
HOUSE = feature(box(4, 8, 14, 20), wall_height_m=6.0, id="haus")
RULES = load_rules("ni", TODAY)


def find(*features: PlanFeature, within_m: float | None = None, **layers: Layer) -> Neighbours:
    given: dict[str, Layer] = {"parcels": TOWN, "traffic_areas": STREET} | layers
    site_plan = plan(*features, parcels=["A"])
    return neighbours_of(site_plan, given, RULES, run_checks(site_plan, given, RULES), within_m=within_m)


def by_name(found: Neighbours) -> dict[str, Any]:
    return {neighbour.parcel_id: neighbour for neighbour in found.neighbours}


def verdicts(found: Neighbours, check: str) -> dict[str, Verdict]:
    return {n.parcel_id: c.verdict for n in found.neighbours for c in n.concerns if c.check == check}


def test_relations_lengths_and_distances_are_those_of_the_map() -> None:
    found = find(HOUSE)
    assert [(n.parcel_id, n.relation, n.shared_m, n.street) for n in found.neighbours] == [
        ("B", Relation.ADJACENT, pytest.approx(30.0), False),
        ("C", Relation.ADJACENT, pytest.approx(30.0), False),
        ("N", Relation.ADJACENT, pytest.approx(20.0), False),
        ("S", Relation.ADJACENT, pytest.approx(20.0), True),
        ("O1", Relation.ACROSS_STREET, 0.0, False),
        ("O2", Relation.ACROSS_STREET, 0.0, False),
        ("F", Relation.NEARBY, 0.0, False),
    ]
    assert by_name(found)["O1"].distance_m == pytest.approx(8.0)
    assert by_name(found)["F"].distance_m == pytest.approx(15.0)
    assert (found.unknown, found.assumptions, found.within_m) == ((), (), 20.0)


def test_the_distance_is_a_parameter() -> None:
    assert "F" not in by_name(find(HOUSE, within_m=14.9))
    assert "W" not in by_name(find(HOUSE, within_m=44.9))
    assert by_name(find(HOUSE, within_m=45.1))["W"].distance_m == pytest.approx(45.0)


def test_a_common_corner_is_near_and_shares_nothing() -> None:
    corner = parcels(A=SHAPES["A"], E=box(20, 30, 40, 60))
    found = by_name(find(HOUSE, parcels=corner))
    assert (found["E"].relation, found["E"].shared_m, found["E"].distance_m) == (Relation.NEARBY, 0.0, 0.0)


def test_the_distance_from_each_boundary_concerns_its_owner() -> None:
    # 2 m from B, 8 m from C, 10 m from N: only B is short of 3 m.
    found = find(feature(box(2, 8, 12, 20), wall_height_m=6.0))
    assert verdicts(found, "boundary_distance") == {
        "B": Verdict.FAILED,
        "C": Verdict.PASSED,
        "N": Verdict.PASSED,
    }
    (concern,) = [c for c in by_name(found)["B"].concerns if c.check == "boundary_distance"]
    assert (concern.text, concern.protecting) == ("2,00 m vorhanden, 3,00 m erforderlich", True)


def test_what_is_measured_to_the_middle_of_the_street_concerns_whoever_lies_across() -> None:
    # 1 m from the street: 5 m to its middle; 0.4 · 15 = 6 m are needed. Only the parcel in front of the house is met.
    found = find(feature(box(12, 1, 18, 20), wall_height_m=15.0))
    across = verdicts(found, "boundary_distance")
    assert (across["O2"], "S" in across) == (Verdict.FAILED, False)


def test_a_garage_concerns_whose_boundary_it_stands_at() -> None:
    found = find(HOUSE, feature(box(17, 20, 20, 26), Role.GARAGE, wall_height_m=2.8, id="g"))
    assert verdicts(found, "boundary_buildings") == {"C": Verdict.PASSED}
    (concern,) = [c for c in by_name(found)["C"].concerns if c.check == "boundary_buildings"]
    assert concern.text == "Garage g 0,00 m von der Grenze"


def test_what_is_built_over_the_boundary_concerns_that_parcel() -> None:
    found = find(HOUSE, feature(box(18, 20, 21, 26), Role.GARAGE, wall_height_m=2.8))
    assert verdicts(found, "inside_parcels") == {"C": Verdict.FAILED}


def test_the_kind_of_use_concerns_everybody_but_the_street() -> None:
    zoning = layer("zoning", [box(-99, -99, 199, 99)], {"zone": ["WA"], "baunvo_version": ["2017"]})
    found = find(feature(box(4, 8, 14, 20), wall_height_m=6.0, use="Wohnhaus"), zoning=zoning)
    assert set(verdicts(found, "land_use")) == {"B", "C", "N", "O1", "O2", "F"}
    assert by_name(found)["S"].concerns == ()


def test_an_unknown_wall_height_stays_unknown_for_the_neighbour() -> None:
    found = find(feature(box(4, 8, 14, 20)))
    assert set(verdicts(found, "boundary_distance").values()) == {Verdict.NOT_ASSESSABLE}


def test_without_parcels_nothing_is_known_and_that_is_said() -> None:
    found = neighbours_of(plan(HOUSE, parcels=["A"]), {}, RULES)
    assert found.neighbours == ()
    assert "Die Nachbarn lassen sich nicht bestimmen" in found.unknown[0]


def test_streets_that_are_not_known_are_said() -> None:
    found = neighbours_of(plan(HOUSE, parcels=["A"]), {"parcels": TOWN}, RULES)
    assert "Verkehrsflächen sind nicht bekannt" in found.unknown[0]
    assert by_name(found)["S"].street is False


def test_a_boundary_at_the_edge_of_the_data_is_said() -> None:
    # B is not in the data: 30 m of the boundary are open.
    rest = parcels(**{name: shape for name, shape in SHAPES.items() if name != "B"})
    assert "30,00 m der Grundstücksgrenze" in find(HOUSE, parcels=rest).unknown[0]


def test_a_parcel_that_could_not_be_read_is_said() -> None:
    skipped = SkippedFeature("K", "invalid", (EAST + 20, NORTH, EAST + 35, NORTH + 30))
    names = [name for name in SHAPES if name != "C"]
    town = layer("parcels", [SHAPES[name] for name in names], {"parcel_id": names}, skipped=[skipped])
    assert any("nicht eingelesen" in text for text in find(HOUSE, parcels=town).unknown)


def test_the_list_is_strict_json_and_the_same_each_time() -> None:
    assert find(HOUSE).to_json() == find(HOUSE).to_json()
    assert find(HOUSE).to_json()["rule"]["verified"] is False
