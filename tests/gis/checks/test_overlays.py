"""Golden scenarios of ``overlays``; the site A is 20 m × 30 m = 600 m², the house stands at 4..14 × 4..16."""

from typing import Any

import pytest
import shapely

from gis.checks import CHECKS, Verdict
from gis.layers import Layer
from gis.rules import load_rules
from gis.siteplan import Role
from tests.gis.builders import EAST, NORTH, TODAY, box, feature, layer, parcels, plan, run

TOWN = parcels(A=box(0, 0, 20, 30))
HOUSE = feature(box(4, 4, 14, 16))
NOTHING = {
    "overlays": layer("overlays", [], {"kind": []}),
    "monuments": layer("monuments", [], {"kind": []}),
    "traffic_areas": layer("traffic_areas", [], {"kind": []}),
}


def areas(shape: Any, kind: str, **columns: Any) -> Layer:
    values = {key: [value] for key, value in columns.items()}
    return layer("overlays", [shape], {"kind": [kind], "name": ["Aue"]} | values)


def check(*features: Any, **layers: Layer) -> Any:
    return run("overlays", plan(*(features or (HOUSE,)), parcels=["A"]), parcels=TOWN, **(NOTHING | layers))


def answer(result: Any, definition: str) -> Any:
    (found,) = [entry for entry in result.details["answers"] if entry["id"] == definition]
    return found


def test_no_area_passes_and_every_negative_answer_is_recorded() -> None:
    result = check()
    assert (result.verdict, result.value, result.limit) == (Verdict.PASSED, 0.0, 0.0)
    definitions = load_rules("ni", TODAY).rule("overlays").values["definitions"]
    assert [entry["answer"] for entry in result.details["answers"]] == ["none"] * len(definitions)
    assert len(result.steps) == len(definitions)


def test_building_in_a_flood_area_fails_with_area_share_and_consultee() -> None:
    # The area covers x ≥ 10: 10 · 30 = 300 m² of the site, of the house 4 · 12 = 48 m².
    result = check(overlays=areas(box(10, -50, 60, 80), "flood_area"))
    assert (result.verdict, result.value) == (Verdict.FAILED, 1.0)
    found = answer(result, "flood_area")
    assert (found["site_m2"], found["site_share"], found["built_m2"]) == (
        pytest.approx(300), pytest.approx(0.5), pytest.approx(48),
    )  # fmt: skip
    assert found["consultee"] == "Untere Wasserbehörde"
    assert "50 %" in result.message
    assert "§ 78 WHG" in result.message
    assert result.geometry.area == pytest.approx(300)


def test_a_flood_area_beside_the_house_is_a_hint() -> None:
    result = check(overlays=areas(box(16, -50, 60, 80), "flood_area"))
    assert result.verdict is Verdict.BORDERLINE
    assert result.details["consultees"] == ["Untere Wasserbehörde"]


def test_touching_is_not_overlapping() -> None:
    for shape in (box(20, -50, 60, 80), box(19.98, -50, 60, 80)):
        assert check(overlays=areas(shape, "water_protection")).verdict is Verdict.PASSED
    assert check(overlays=areas(box(19.9, -50, 60, 80), "water_protection")).verdict is Verdict.BORDERLINE


def test_a_missing_layer_is_unknown_and_never_none() -> None:
    result = run("overlays", plan(HOUSE), parcels=TOWN)
    assert (result.verdict, result.value) == (Verdict.NOT_ASSESSABLE, None)
    assert {entry["answer"] for entry in result.details["answers"]} == {"unknown"}
    some = run("overlays", plan(HOUSE), parcels=TOWN, overlays=areas(box(10, -50, 60, 80), "flood_area"))
    assert some.verdict is Verdict.FAILED
    assert answer(some, "monument")["answer"] == "unknown"
    assert "Nicht geprüft" in some.message


def test_the_surroundings_of_a_monument_reach_as_far_as_the_rule_says() -> None:
    def at(x: float) -> Any:
        return check(monuments=layer("monuments", [box(x, 0, x + 10, 10)], {"name": ["Kapelle"]}))

    # The house ends at x = 14; 50 m further is x = 64.
    near = at(63.9)
    assert (near.verdict, answer(near, "monument")["answer"]) == (Verdict.BORDERLINE, "none")
    assert answer(near, "monument_surroundings")["distance_m"] == pytest.approx(49.9)
    assert "Kapelle" in near.message
    assert at(64.1).verdict is Verdict.PASSED
    own = at(5)
    assert [answer(own, name)["answer"] for name in ("monument", "monument_surroundings")] == ["hit", "none"]


def test_a_point_on_the_site_is_a_hit() -> None:
    point = layer("monuments", [shapely.Point(EAST + 10, NORTH + 10)], {"name": ["Grenzstein"]})
    assert answer(check(monuments=point), "monument")["answer"] == "hit"


def line(*points: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString([(EAST + x, NORTH + y) for x, y in points])


def point(x: float, y: float) -> shapely.Point:
    return shapely.Point(EAST + x, NORTH + y)


def monuments(*shapes: Any) -> Layer:
    return layer("monuments", shapes, {"name": ["Bildstock"] * len(shapes)})


@pytest.mark.parametrize(
    ("shapes", "words"),
    [
        ([point(17, 20)], "(Bildstock) liegt auf dem Baugrundstück, §"),
        ([point(17, 20), point(18, 20)], "(Bildstock) liegt an 2 Stellen auf dem Baugrundstück, §"),
        ([point(10, 10)], "liegt auf dem Baugrundstück, an dieser Stelle wird gebaut, §"),
        ([line((-5, 20), (25, 20))], "liegt auf 20,00 m Länge auf dem Baugrundstück, §"),
        ([line((-5, 10), (25, 10))], "liegt auf 20,00 m Länge auf dem Baugrundstück, an dieser Stelle wird gebaut, §"),
        ([box(16, 0, 20, 30)], "auf 120,00 m² des Baugrundstücks (20 %), §"),
    ],
)
def test_what_has_no_area_is_told_by_number_and_length(shapes: list[Any], words: str) -> None:
    result = check(monuments=monuments(*shapes))
    assert result.verdict is Verdict.BORDERLINE
    assert words in result.message
    assert " 0,00 m²" not in result.message
    (step,) = [step for step in result.steps if step.label == answer(result, "monument")["title"]]
    assert not step.formula.startswith("0,00 m²")


def test_a_flood_line_through_the_house_fails_and_says_how_long_it_is() -> None:
    result = check(overlays=areas(line((-5, 10), (25, 10)), "flood_area"))
    assert result.verdict is Verdict.FAILED
    assert "liegt auf 20,00 m Länge auf dem Baugrundstück, an dieser Stelle wird gebaut" in result.message
    found = answer(result, "flood_area")
    assert (found["site_m2"], found["site_m"], found["site_points"]) == (0.0, pytest.approx(20), 0)


def test_a_line_along_the_boundary_and_a_point_on_it_touch_the_site_only() -> None:
    assert check(monuments=monuments(line((20, -5), (20, 35)))).details["answers"][0]["answer"] == "none"
    found = answer(check(monuments=monuments(point(20, 12))), "monument")
    assert (found["answer"], found["site_points"]) == ("none", 0)


def test_a_road_that_touches_the_site_keeps_its_distance_and_no_length_on_it() -> None:
    road = layer("traffic_areas", [box(-50, -12, 90, 0)], {"kind": ["street"], "key": ["1301"], "public": [True]})
    result = check(traffic_areas=road)
    assert all(entry["site_m"] == 0 for entry in result.details["answers"])


def test_roads_are_told_apart_by_the_key_of_the_source() -> None:
    road = areas(box(-100, -60, 200, -50), "road_classification", key="1120")
    assert check(overlays=road).verdict is Verdict.PASSED  # 54 m from the house, 40 m are asked for
    near = areas(box(-100, -40, 200, -30), "road_classification", key="1120")
    result = check(overlays=near)
    assert answer(result, "federal_road")["distance_m"] == pytest.approx(34.0)
    assert answer(result, "motorway")["answer"] == "none"


def test_an_area_that_no_rule_knows_keeps_the_check_from_passing() -> None:
    result = check(overlays=areas(box(-50, -50, 60, 80), "forest_law"))
    assert (result.verdict, result.value) == (Verdict.NOT_ASSESSABLE, None)
    assert result.details["without_rule"] == ["Aue"]
    assert "in Aue; dafür ist keine Regel hinterlegt" in result.message
    assert check(overlays=areas(box(21, -50, 60, 80), "forest_law")).verdict is Verdict.PASSED


@pytest.mark.parametrize("kind", ["Überschwemmungsgebiet", "FLOOD AREA", "festgesetztes ueberschwemmungsgebiet"])
def test_areas_are_known_by_their_german_names_too(kind: str) -> None:
    assert check(overlays=areas(box(10, -50, 60, 80), kind)).verdict is Verdict.FAILED


def test_buildings_beside_the_named_site_are_asked_for_as_well() -> None:
    # The plan names A, the house stands on its neighbour, in the flood area: x from 24 to 34.
    result = check(feature(box(24, 4, 34, 16)), overlays=areas(box(22, -50, 60, 80), "flood_area"))
    assert result.verdict is Verdict.FAILED
    assert (answer(result, "flood_area")["site_m2"], answer(result, "flood_area")["built_m2"]) == (0.0, 120.0)
    assert "außerhalb des Baugrundstücks, dort 120,00 m² bebaut" in result.message


def test_what_is_demolished_builds_nothing() -> None:
    old = feature(box(4, 4, 14, 16), Role.TO_BE_DEMOLISHED)
    result = check(old, feature(box(1, 20, 5, 24)), overlays=areas(box(10, -50, 60, 80), "flood_area"))
    assert result.verdict is Verdict.BORDERLINE


def test_every_definition_names_a_layer_that_the_check_reads() -> None:
    definitions = load_rules("ni", TODAY).rule("overlays").values["definitions"]
    assert {entry["layer"] for entry in definitions} <= set(CHECKS["overlays"].layers)
    assert all(entry["effect"] in {"forbids", "consult"} for entry in definitions)
    assert len({entry["id"] for entry in definitions}) == len(definitions)


@pytest.mark.parametrize(("west", "verdict"), [(14.0, "borderline"), (13.98, "borderline"), (13.9, "failed")])
def test_a_wall_at_the_edge_of_an_area_that_forbids_building_does_not_stand_in_it(west: float, verdict: str) -> None:
    # The house ends at x = 14; up to 3 cm are within the accuracy of its outline.
    assert check(overlays=areas(box(west, -10, 40, 40), "flood_area")).verdict == verdict


@pytest.mark.parametrize(
    ("key", "x", "hits"),
    [
        ("1130", 25, {"state_road_ban", "state_road"}),  # 11 m from the house, which ends at x = 14
        ("1140", 33, {"state_road_ban", "state_road"}),
        ("1140", 36, {"state_road"}),
        ("1130", 60, set()),
        ("1120", 25, {"federal_road"}),
        ("1150", 25, set()),  # a municipal road
    ],
)
def test_roads_of_the_land_and_the_district_ask_for_their_distance(key: str, x: float, hits: set[str]) -> None:
    columns = {"kind": ["road_classification"], "key": [key], "name": ["L 7"]}
    result = check(overlays=layer("overlays", [line((x, -100), (x, 100))], columns))
    assert {entry["id"] for entry in result.details["answers"] if entry["answer"] == "hit"} == hits
    assert result.verdict is (Verdict.BORDERLINE if hits else Verdict.PASSED)


@pytest.mark.parametrize(("x", "verdict"), [(25, "not_assessable"), (113, "not_assessable"), (115, "passed")])
def test_a_road_near_by_whose_class_nobody_states_is_not_assessable(x: float, verdict: str) -> None:
    columns = {"kind": ["road_classification"], "name": ["L 7"]}
    result = check(overlays=layer("overlays", [line((x, -100), (x, 100))], columns))
    assert result.verdict == verdict
    assert ("L 7 liegt in der Nähe, aber ohne Angabe der Klasse" in result.message) is (verdict == "not_assessable")
