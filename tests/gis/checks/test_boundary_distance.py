"""Golden scenarios of ``boundary_distance`` (NBauO § 5); the site A is 20 m × 30 m unless a test says otherwise."""

from datetime import date

import pytest

from gis.checks import Verdict
from gis.layers import Layer, SkippedFeature
from gis.siteplan import Role
from tests.gis.builders import EAST, NORTH, box, feature, layer, parcels, plan, polygon, run

A, B = box(0, 0, 20, 30), box(20, 0, 40, 30)
TOWN = parcels(A=A, B=B)


def test_a_low_wall_keeps_the_minimum_of_three_metres() -> None:
    # Wall 6.25 m: 0.4 · 6.25 = 2.50 → minimum 3.00; the nearest wall is 4 m from the boundary.
    result = run("boundary_distance", plan(feature(box(4, 5, 14, 17), wall_height_m=6.25)), parcels=TOWN)
    assert (result.verdict, result.unit, result.tolerance) == (Verdict.PASSED, "m", 0.03)
    assert result.value == pytest.approx(4.0)
    assert result.limit == 3.0


@pytest.mark.parametrize(
    ("height", "required"),
    [
        (9.37, 3.7),  # 0.4 · 9.37 = 3.748, rounded down to 3.7
        (7.75, 3.1),  # 0.4 · 7.75 = 3.1 exactly: not 3.0 by a rounding error of the computer
        (18.0, 7.2),
        (7.74, 3.0),  # 3.096 → 3.0
        (0.1, 3.0),
    ],
)
def test_the_product_is_rounded_down_to_ten_centimetres(height: float, required: float) -> None:
    result = run("boundary_distance", plan(feature(box(8, 10, 12, 20), wall_height_m=height)), parcels=TOWN)
    assert result.limit == required


@pytest.mark.parametrize(
    ("distance", "verdict"),
    [
        (2.969, "failed"),
        (2.971, "borderline"),
        (3.0, "borderline"),
        (3.029, "borderline"),
        (3.031, "passed"),
    ],
)
def test_three_centimetres_either_way_of_the_limit_are_borderline(distance: float, verdict: str) -> None:
    house = box(distance, 10, 12, 20)
    result = run("boundary_distance", plan(feature(house, wall_height_m=6.0)), parcels=TOWN)
    assert result.verdict == verdict
    assert result.value == pytest.approx(distance)


def test_value_and_limit_are_those_of_the_wall_with_the_smallest_margin() -> None:
    # West wall 4.0 m away and 6 m high: margin 1.0. East wall 20 − 14.5 = 5.5 m away and 15 m high: required 6.0,
    # margin −0.5. The east wall governs, though the west wall is nearer.
    house = box(4, 10, 14.5, 20)
    heights = (6.0, 15.0, 6.0, 6.0)  # south, east, north, west
    result = run("boundary_distance", plan(feature(house, wall_height_m=heights)), parcels=TOWN)
    assert result.verdict is Verdict.FAILED
    assert result.value == pytest.approx(5.5)
    assert result.limit == 6.0
    assert result.details["governing"]["edge"] == 1
    assert result.details["governing"]["wall_height_m"] == 15.0
    assert "5,50 m" in result.message
    assert "6,00 m" in result.message


def test_heights_follow_the_edges_as_written_whatever_the_direction() -> None:
    # The same house written clockwise from the upper right corner: edges east, south, west, north.
    house = polygon((14.5, 20), (14.5, 10), (4, 10), (4, 20))
    result = run("boundary_distance", plan(feature(house, wall_height_m=(15.0, 6.0, 6.0, 6.0))), parcels=TOWN)
    assert (result.value, result.limit) == (pytest.approx(5.5), 6.0)
    assert result.details["governing"]["edge"] == 0


def test_a_repeated_vertex_keeps_its_place_in_the_list_of_heights() -> None:
    house = polygon((4, 10), (4, 10), (14.5, 10), (14.5, 20), (4, 20))
    result = run("boundary_distance", plan(feature(house, wall_height_m=(99.0, 6.0, 15.0, 6.0, 6.0))), parcels=TOWN)
    assert (result.value, result.limit) == (pytest.approx(5.5), 6.0)
    assert result.details["governing"]["edge"] == 2


def test_walls_that_touch_or_cross_the_boundary_are_at_distance_zero() -> None:
    for house in (box(0, 10, 12, 20), box(-2, 10, 12, 20)):
        result = run("boundary_distance", plan(feature(house, wall_height_m=6.0), parcels=["A"]), parcels=TOWN)
        assert (result.verdict, result.value, result.limit) == (Verdict.FAILED, 0.0, 3.0)


def test_boundaries_between_parcels_of_the_site_do_not_count() -> None:
    # On A and B together (40 × 30 m) the house is 10 m from every outer boundary.
    result = run("boundary_distance", plan(feature(box(10, 10, 30, 20), wall_height_m=6.0)), parcels=TOWN)
    assert result.verdict is Verdict.PASSED
    assert result.value == pytest.approx(10.0)
    assert "Baulast" in result.message


def test_enclaves_are_boundaries_too() -> None:
    hole = [(9.0, 22.0), (11.0, 22.0), (11.0, 24.0), (9.0, 24.0)]
    town = parcels(A=polygon((0, 0), (20, 0), (20, 30), (0, 30), holes=[hole]))
    result = run("boundary_distance", plan(feature(box(5, 10, 15, 20), wall_height_m=6.0)), parcels=town)
    # The north wall is 22 − 20 = 2 m from the enclave.
    assert (result.verdict, result.value) == (Verdict.FAILED, pytest.approx(2.0))


def test_a_building_over_an_enclave_or_off_the_site_is_never_a_pass() -> None:
    hole = [(9.0, 14.0), (11.0, 14.0), (11.0, 16.0), (9.0, 16.0)]
    town = parcels(A=polygon((0, 0), (20, 0), (20, 30), (0, 30), holes=[hole]), B=B)
    over = run("boundary_distance", plan(feature(box(5, 10, 15, 20), wall_height_m=6.0), parcels=["A"]), parcels=town)
    assert over.verdict is Verdict.NOT_ASSESSABLE
    away = run("boundary_distance", plan(feature(box(25, 10, 35, 20), wall_height_m=6.0), parcels=["A"]), parcels=town)
    assert away.verdict is Verdict.NOT_ASSESSABLE
    assert away.value == pytest.approx(5.0)


def test_without_a_wall_height_the_distance_is_still_given() -> None:
    result = run("boundary_distance", plan(feature(box(4, 5, 14, 17))), parcels=TOWN)
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert result.value == pytest.approx(4.0)
    assert result.limit is None
    assert "Wandhöhe" in result.message


def test_a_wall_that_fails_is_not_hidden_by_another_building_without_height() -> None:
    houses = [feature(box(1, 5, 8, 12), wall_height_m=6.0, id="1"), feature(box(10, 15, 15, 20), id="2")]
    result = run("boundary_distance", plan(*houses), parcels=TOWN)
    assert (result.verdict, result.value, result.limit) == (Verdict.FAILED, pytest.approx(1.0), 3.0)


HOUSE = feature(box(5, 10, 14, 20), wall_height_m=6.0, id="haus")


def test_a_garage_that_keeps_the_distance_is_listed() -> None:
    far = feature(box(4, 24, 8, 26), Role.GARAGE, wall_height_m=2.8)
    result = run("boundary_distance", plan(HOUSE, far), parcels=TOWN)
    assert result.verdict is Verdict.PASSED
    assert [(e["role"], e["too_close"]) for e in result.details["not_covered"]] == [("garage", False)]


def test_a_garage_on_the_boundary_passes_with_the_limits_of_boundary_buildings() -> None:
    # 3 × 6 m in the north-eastern corner: 6 m along one boundary, 3 m along the other, 2.80 m high.
    garage = feature(box(17, 24, 20, 30), Role.GARAGE, wall_height_m=2.8, id="g")
    result = run("boundary_distance", plan(HOUSE, garage), parcels=TOWN)
    assert result.verdict is Verdict.PASSED
    assert (result.value, result.limit) == (pytest.approx(5.0), 3.0)
    (entry,) = result.details["not_covered"]
    assert (entry["too_close"], entry["judged_by"]) == (True, "boundary_buildings")
    assert any("Aufenthaltsräume" in text for text in result.assumptions)


@pytest.mark.parametrize(
    ("height", "verdict", "limit"),
    [(None, "not_assessable", 3.0), (3.0, "borderline", 3.0), (3.5, "failed", 3.0), (8.0, "failed", 3.2)],
)
def test_a_garage_on_the_boundary_without_that_privilege_never_passes(
    height: float | None, verdict: str, limit: float
) -> None:
    garage = feature(box(17, 24, 20, 30), Role.GARAGE, wall_height_m=height, id="g")
    result = run("boundary_distance", plan(HOUSE, garage), parcels=TOWN)
    assert result.verdict == verdict
    assert result.limit == limit
    assert "Garage g" in result.message


def test_a_house_that_fails_is_shown_before_its_garage() -> None:
    house = feature(box(1, 10, 14, 20), wall_height_m=6.0)
    garage = feature(box(17, 24, 20, 30), Role.GARAGE, wall_height_m=3.5)
    result = run("boundary_distance", plan(house, garage), parcels=TOWN)
    assert (result.verdict, result.value) == (Verdict.FAILED, pytest.approx(1.0))


def test_an_existing_building_too_close_is_not_judged_and_keeps_the_plan_from_passing() -> None:
    old = feature(box(1, 24, 6, 28), Role.EXISTING_BUILDING, wall_height_m=4.0)
    result = run("boundary_distance", plan(HOUSE, old), parcels=TOWN)
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert (result.value, result.limit) == (pytest.approx(5.0), 3.0)
    assert "Bestandsschutz" in result.message


def test_roles_without_walls_do_not_matter() -> None:
    features = [feature(box(5, 10, 14, 20), wall_height_m=6.0), feature(box(0, 0, 5, 5), Role.PARKING)]
    result = run("boundary_distance", plan(*features), parcels=TOWN)
    assert result.verdict is Verdict.PASSED
    assert result.details["not_covered"] == []


def test_a_plan_without_main_building_is_not_applicable_unless_another_wall_is_too_close() -> None:
    garage = feature(box(10, 10, 14, 16), Role.GARAGE, wall_height_m=2.8)
    assert run("boundary_distance", plan(garage), parcels=TOWN).verdict is Verdict.NOT_APPLICABLE
    close = feature(box(0, 10, 3, 16), Role.GARAGE, wall_height_m=2.8)
    result = run("boundary_distance", plan(close), parcels=TOWN)
    assert result.verdict is Verdict.NOT_APPLICABLE
    assert "kein Hauptgebäude" in result.message
    high = feature(box(0, 10, 3, 16), Role.GARAGE, wall_height_m=4.0)
    failed = run("boundary_distance", plan(high), parcels=TOWN)
    assert (failed.verdict, failed.value, failed.limit) == (Verdict.FAILED, 0.0, 3.0)


def zones(*pairs: tuple[str, object]) -> object:
    return layer("zoning", [shape for _, shape in pairs], {"zone": [kind for kind, _ in pairs]})


def test_the_reduced_factor_holds_where_both_sides_are_known_to_be_commercial() -> None:
    # Wall 18 m: 0.2 · 18 = 3.6 m in GE/GI, 0.4 · 18 = 7.2 m elsewhere. GE covers everything: 4 m suffice.
    house = plan(feature(box(4, 8, 16, 22), wall_height_m=18.0))
    everywhere = run("boundary_distance", house, parcels=TOWN, zoning=zones(("GE", box(-50, -50, 90, 80))))
    assert (everywhere.verdict, everywhere.value, everywhere.limit) == (Verdict.PASSED, pytest.approx(4.0), 3.6)


def test_the_general_factor_holds_where_the_other_side_is_unknown() -> None:
    # GE ends with the parcel: the zone on the other side is not known, so 0.4 · 18 = 7.2 m apply.
    house = plan(feature(box(4, 8, 16, 22), wall_height_m=18.0))
    result = run("boundary_distance", house, parcels=TOWN, zoning=zones(("GE", A)))
    assert (result.verdict, result.value, result.limit) == (Verdict.FAILED, pytest.approx(4.0), 7.2)
    alone = run("boundary_distance", house, parcels=TOWN)
    assert (alone.verdict, alone.limit) == (Verdict.FAILED, 7.2)
    assert any("nicht bekannt" in assumption for assumption in alone.assumptions)


def test_the_reduced_factor_holds_only_along_the_stretch_between_commercial_zones() -> None:
    # GE covers A and its eastern neighbour. East: 20 − 16 = 4.0 m ≥ 3.6. West: 8 m ≥ 7.2. South and north: 8 m. The
    # east wall has the smallest margin (0.4); the ends of the general stretch north and south of it are 8 m away.
    house = plan(feature(box(8, 8, 16, 22), wall_height_m=18.0))
    result = run("boundary_distance", house, parcels=TOWN, zoning=zones(("GI", box(0, 0, 40, 30))))
    assert (result.verdict, result.value, result.limit) == (Verdict.PASSED, pytest.approx(4.0), 3.6)
    assert result.details["governing"]["factor"] == 0.2


def test_numbered_zones_are_recognised_and_similar_names_are_not() -> None:
    house = plan(feature(box(4, 8, 16, 22), wall_height_m=18.0))
    for kind, limit in (("GE 2", 3.6), ("GI1", 3.6), ("GEMEINBEDARF", 7.2), ("WA", 7.2)):
        result = run("boundary_distance", house, parcels=TOWN, zoning=zones((kind, box(-50, -50, 90, 80))))
        assert result.limit == limit, kind


def test_a_zone_boundary_cuts_a_stretch_in_two() -> None:
    # East of A the neighbour is GE up to y = 15 and WA beyond. The house's north wall ends at (16, 14): the general
    # stretch begins at (20, 15), √(4² + 1²) = 4.123 m away, and asks for 0.4 · 12 = 4.8 m: failed.
    zoning = zones(("GE", A), ("GE", box(20, 0, 40, 15)), ("WA", box(20, 15, 40, 30)))
    result = run("boundary_distance", plan(feature(box(8, 8, 16, 14), wall_height_m=12.0)), parcels=TOWN, zoning=zoning)
    assert result.value == pytest.approx(17**0.5)
    assert (result.verdict, result.limit) == (Verdict.FAILED, 4.8)


@pytest.mark.parametrize(
    ("east", "limit"),
    [
        (20.11, 7.2),  # the plan reaches 11 cm into the neighbour's parcel
        (29.0, 7.2),  # less than half of it
        (31.0, 3.6),
    ],
)
def test_neighbours_mostly_outside_of_commercial_zones_keep_the_general_factor(east: float, limit: float) -> None:
    zoning = zones(("GE", box(-50, -50, east, 80)), ("WA", box(east, -50, 90, 80)))
    result = run("boundary_distance", plan(feature(box(8, 8, 16, 22), wall_height_m=18.0)), parcels=TOWN, zoning=zoning)
    assert (result.value, result.limit) == (pytest.approx(4.0), limit)


@pytest.mark.parametrize(("south", "limit"), [(-5.0, 7.2), (-10.0, 3.6)])
def test_a_street_zoned_to_its_middle_has_another_zone_across(south: float, limit: float) -> None:
    # A street of 10 m: 2 m + 5 m = 7 m to its middle.
    street = box(-20, -10, 60, 0)
    zoning = zones(("GE", box(-50, south, 90, 80)), ("WA", box(-50, -80, 90, south)))
    house = plan(feature(box(8, 2, 12, 20), wall_height_m=18.0), parcels=["A"])
    area = layer("traffic_areas", [street], {"kind": ["street"], "public": [True]})
    result = run("boundary_distance", house, parcels=parcels(A=A, B=B, S=street), zoning=zoning, traffic_areas=area)
    front = [wall for wall in result.details["walls"] if wall["edge"] == 0]
    assert (front[0]["distance_m"], front[0]["required_m"]) == (pytest.approx(7.0), limit)


def test_a_skipped_zone_in_the_window_makes_it_not_assessable() -> None:
    skipped = SkippedFeature("Z1", "self_crossing", (EAST + 5, NORTH + 5, EAST + 50, NORTH + 50))
    zoning = layer("zoning", [], {}, skipped=[skipped])
    result = run("boundary_distance", plan(feature(box(5, 8, 15, 22), wall_height_m=6.0)), parcels=TOWN, zoning=zoning)
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert (result.value, result.limit) == (pytest.approx(5.0), 3.0)


def test_the_old_law_holds_before_july_2024_and_is_shown_as_unverified() -> None:
    # 0.5 · 8 = 4.0 m before, 0.4 · 8 = 3.2 m since.
    house = plan(feature(box(5, 8, 15, 22), wall_height_m=8.0))
    before = run("boundary_distance", house, date(2024, 6, 30), parcels=TOWN)
    since = run("boundary_distance", house, date(2024, 7, 1), parcels=TOWN)
    assert (before.limit, since.limit) == (4.0, 3.2)
    assert before.details["rules"][0]["verified"] is False
    assert since.details["rules"][0]["verified"] is True


def test_a_day_without_rules_is_not_assessable() -> None:
    result = run(
        "boundary_distance", plan(feature(box(5, 8, 15, 22), wall_height_m=8.0)), date(2000, 1, 1), parcels=TOWN
    )
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert "01.01.2000" in result.message


# -- gables (§ 5 Abs. 4) -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("width", "counts", "limit"),
    [
        # The east and west walls are gables up to 12 m, the eaves are at 6 m.
        (5.0, 6.0, 3.0),  # 5 m wide: the triangle does not count at all
        (6.0, 6.0, 3.0),  # 6 m: 12 − 6 ÷ 6 · 6 = 6
        (8.0, 7.5, 3.0),  # 12 − 6 ÷ 8 · 6 = 7.5; 0.4 · 7.5 = 3.0
        (12.0, 9.0, 3.6),  # 12 − 6 ÷ 12 · 6 = 9.0; 0.4 · 9 = 3.6
    ],
)
def test_a_gable_counts_without_its_upper_six_metres_of_width(width: float, counts: float, limit: float) -> None:
    house = feature(
        box(3.3, 10, 14, 10 + width), wall_height_m=(6.0, 12.0, 6.0, 12.0), eaves_height_m=6.0, ridge_height_m=12.0
    )
    result = run("boundary_distance", plan(house), parcels=TOWN)
    (gable,) = [wall for wall in result.details["walls"] if wall["edge"] == 3]  # in the west, 3.3 m away
    assert gable["wall_height_m"] == pytest.approx(counts)
    assert (result.value, result.limit) == (pytest.approx(3.3), pytest.approx(limit))
    assert any("Giebel" in step.label for step in result.steps)
    assert any(rule["rule"] == "gables" and not rule["verified"] for rule in result.details["rules"])


def test_a_gable_in_several_edges_is_one_wall() -> None:
    # The western gable of 12 m drawn as 4 m and 8 m: still 9.0 m.
    house = polygon((3.3, 10), (14, 10), (14, 22), (3.3, 22), (3.3, 14))
    heights = (6.0, 12.0, 6.0, 12.0, 12.0)
    given = feature(house, wall_height_m=heights, eaves_height_m=6.0, ridge_height_m=12.0)
    result = run("boundary_distance", plan(given), parcels=TOWN)
    assert result.limit == pytest.approx(3.6)


@pytest.mark.parametrize("jog", [0.001, 0.005, 0.05, 1.0])
def test_a_step_in_the_wall_does_not_divide_a_gable(jog: float) -> None:
    # 10 m wide with a step in the middle: 15 − 6 ÷ 10 · (15 − 5) = 9.0 m, 3.6 m are required.
    walls = polygon((3.3 + jog, 10), (14, 10), (14, 20), (3.3, 20), (3.3, 15), (3.3 + jog, 15))
    heights = (5.0, 15.0, 5.0, 15.0, 15.0, 15.0)
    given = feature(walls, wall_height_m=heights, eaves_height_m=5.0, ridge_height_m=15.0)
    result = run("boundary_distance", plan(given), parcels=TOWN)
    assert (result.verdict, result.limit) == (Verdict.FAILED, pytest.approx(3.6))
    assert not any("−5.9" in step.formula for step in result.steps)


def test_gables_of_two_wings_count_by_themselves() -> None:
    # Two gables of 6 m in the west, one set back by 4 m: neither counts above its eaves.
    house = polygon((3.3, 8), (14, 8), (14, 20), (7.3, 20), (7.3, 14), (3.3, 14))
    heights = (5.0, 15.0, 5.0, 15.0, 5.0, 15.0)
    given = feature(house, wall_height_m=heights, eaves_height_m=5.0, ridge_height_m=15.0)
    west = [w for w in run("boundary_distance", plan(given), parcels=TOWN).details["walls"] if w["edge"] in (3, 5)]
    assert [wall["wall_height_m"] for wall in west] == [pytest.approx(5.0), pytest.approx(5.0)]


def test_a_roof_that_nobody_described_is_reckoned_at_its_worst() -> None:
    # Worst gable, 10 m wide: 9 − 6 ÷ 10 · 3 = 7.2 m → 3.00 m, kept whatever the roof is like.
    low = feature(box(5, 10, 14, 20), wall_height_m=6.0, eaves_height_m=6.0, ridge_height_m=9.0)
    result = run("boundary_distance", plan(low), parcels=TOWN)
    assert (result.verdict, result.limit) == (Verdict.PASSED, 3.0)
    assert any("Form des Dachs" in step.formula for step in result.steps)


@pytest.mark.parametrize(
    ("x", "verdict"),
    [
        # Ridge 15 m: 15 − 6 ÷ 10 · 9 = 9.6 m → 3.8 m.
        (3.3, "not_assessable"),
        (3.9, "passed"),
    ],
)
def test_walls_of_one_height_under_a_high_ridge_may_hide_a_gable(x: float, verdict: str) -> None:
    high = feature(box(x, 10, 14, 20), wall_height_m=6.0, ridge_height_m=15.0)
    result = run("boundary_distance", plan(high), parcels=TOWN)
    assert (result.verdict, result.limit) == (verdict, 3.0)


@pytest.mark.parametrize("roof", [{"ridge_height_m": 40.0}, {"eaves_height_m": 9.0}])
def test_a_tower_of_six_metres_cannot_have_a_steep_roof_unseen(roof: dict[str, float]) -> None:
    # 6 m wide gables do not count, but the ridge is 3 m inside: 40 − 3 ÷ 0.4 = 32.5 m → 13.0 m.
    tower = feature(box(3.2, 10, 9.2, 16), wall_height_m=4.0, **roof)
    result = run("boundary_distance", plan(tower), parcels=TOWN)
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert "Höhe jeder Außenwand" in result.message


def test_what_rises_above_a_cellar_is_named() -> None:
    house = feature(box(5, 10, 14, 20), wall_height_m=6.0)
    cellar = feature(box(0.5, 10, 5, 20), Role.UNDERGROUND, wall_height_m=1.5)
    assert run("boundary_distance", plan(house, cellar), parcels=TOWN).verdict is Verdict.NOT_ASSESSABLE
    below = feature(box(0.5, 10, 5, 20), Role.UNDERGROUND, wall_height_m=0.0)
    assert run("boundary_distance", plan(house, below), parcels=TOWN).verdict is Verdict.PASSED


# The west wall of a house of 12 m × 12 m in 3.30 m from the boundary; heights south, east, north, west.


@pytest.mark.parametrize(
    ("heights", "eaves", "verdict", "limit"),
    [
        # Mono-pitch roof, high side in the west: a rectangle of 10 m, 0.4 · 10 = 4.0 m.
        ((10.0, 6.0, 10.0, 10.0), 6.0, "failed", 4.0),
        # Mono-pitch roof, high side in the north: its corner, 10 m high, stands 3.30 m from the western boundary.
        ((6.0, 10.0, 10.0, 10.0), 6.0, "failed", 4.0),
        # The west wall alone reaches the ridge: a gable before a hip, or a mono-pitch roof told by its lower walls.
        ((6.0, 6.0, 6.0, 10.0), 6.0, "not_assessable", 3.2),
        # Two gables: 8 m, 3.2 m.
        ((6.0, 10.0, 6.0, 10.0), 6.0, "passed", 3.2),
        # Eaves below the walls beside the gable do not make its triangle higher: 10 − 6 ÷ 12 · 2 = 9 m, 3.6 m.
        ((8.0, 10.0, 8.0, 10.0), 1.0, "failed", 3.6),
        ((8.0, 8.0, 8.0, 10.0), 1.0, "failed", 3.6),
        # Walls of 4 m and 8 m beside it: from 4 m up 10 − 6 ÷ 12 · 6 = 7 m (3.0 m), from 8 m up 9 m (3.6 m).
        ((4.0, 10.0, 8.0, 10.0), 4.0, "not_assessable", 3.2),
    ],
)
def test_only_walls_that_end_in_a_triangle_are_gables(
    heights: tuple[float, ...], eaves: float, verdict: str, limit: float
) -> None:
    house = feature(box(3.3, 8, 15.3, 20), wall_height_m=heights, eaves_height_m=eaves, ridge_height_m=10.0)
    result = run("boundary_distance", plan(house), parcels=TOWN)
    assert (result.verdict, result.value) == (verdict, pytest.approx(3.3))
    assert result.limit == pytest.approx(limit)
    if verdict == "not_assessable":
        assert "in einem Giebel endet" in result.message


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ({"wall_height_m": 0.0}, "Wandhöhe von 0,00 m"),
        ({"wall_height_m": (0.0, 0.0, 0.0, 0.0), "ridge_height_m": 6.0}, "Wandhöhe von 0,00 m"),
        # 4 · 2.4 − 1.5 = 8.1 m for four storeys.
        ({"wall_height_m": 3.0, "storeys": 4}, "4 Geschosse braucht es mindestens 8,10 m"),
        ({"wall_height_m": 3.0, "ridge_height_m": 6.0, "top_floor_level_m": 7.5}, "7,50 m über dem Gelände"),
    ],
)
def test_heights_that_contradict_other_figures_are_not_assessable(figures: dict[str, object], words: str) -> None:
    far = run("boundary_distance", plan(feature(box(5, 8, 15, 20), **figures)), parcels=TOWN)
    assert far.verdict is Verdict.NOT_ASSESSABLE
    assert words in far.message
    # Whatever is true, three metres are the least.
    near = run("boundary_distance", plan(feature(box(2, 8, 15, 20), **figures)), parcels=TOWN)
    assert (near.verdict, near.limit) == (Verdict.FAILED, 3.0)


@pytest.mark.parametrize(
    "figures",
    [
        {"wall_height_m": (0.0, 8.0, 0.0, 8.0), "eaves_height_m": 0.0, "ridge_height_m": 8.0},  # a roof down to earth
        {"wall_height_m": 3.0, "ridge_height_m": 8.2, "storeys": 4},
        {"wall_height_m": 2.5, "storeys": 1, "top_floor_level_m": 0.2},
    ],
)
def test_low_walls_that_contradict_nothing_are_believed(figures: dict[str, object]) -> None:
    assert run("boundary_distance", plan(feature(box(5, 8, 15, 20), **figures)), parcels=TOWN).verdict == "passed"


# -- minor parts (§ 5 Abs. 3) ------------------------------------------------------------------------------------------

# West wall 10 m wide, 4.00 m from the boundary, 9.00 m high: 0.4 · 9 = 3.6 m.
TALL = feature(box(4, 10, 14, 20), wall_height_m=9.0, id="haus")


@pytest.mark.parametrize(
    ("depth", "verdict"),
    [(0.85, "passed"), (0.90, "borderline"), (0.95, "failed")],  # 3.6 − 0.5 = 3.1 m to keep, 4 − 0.9 = 3.1 m there
)
def test_eaves_may_be_half_a_metre_closer(depth: float, verdict: str) -> None:
    eaves = feature(box(4 - depth, 10, 4, 20), Role.ROOF_OVERHANG, id="dach")
    result = run("boundary_distance", plan(TALL, eaves), parcels=TOWN)
    assert result.verdict == verdict
    assert result.limit == pytest.approx(3.1)
    assert any(step.label == "Darf unterschritten werden" for step in result.steps)


def test_eaves_drawn_as_the_outline_of_the_roof_are_judged_edge_by_edge() -> None:
    # 0.80 m all around: 4 − 0.8 = 3.2 m in the west, 3.1 m to keep.
    roof = feature(box(3.2, 9.2, 14.8, 20.8), Role.ROOF_OVERHANG, id="dach")
    result = run("boundary_distance", plan(TALL, roof), parcels=TOWN)
    assert (result.verdict, result.value, result.limit) == (
        Verdict.PASSED,
        pytest.approx(3.2),
        pytest.approx(3.1),
    )


@pytest.mark.parametrize(
    ("width", "depth", "verdict", "limit"),
    [
        # A third of 10 m is 3.33 m; a third of 3.6 m is 1.2 m: 2.4 m remain.
        (3.0, 1.5, "passed", 2.4),
        (3.0, 1.6, "borderline", 2.4),
        (3.0, 1.7, "failed", 2.4),
        (3.333, 1.5, "borderline", 2.4),  # just the third of the wall
        (3.5, 1.5, "failed", 3.6),  # more than a third: the full distance
    ],
)
def test_a_balcony_on_a_third_of_the_wall_may_be_a_third_closer(
    width: float, depth: float, verdict: str, limit: float
) -> None:
    balcony = feature(box(4 - depth, 12, 4, 12 + width), Role.BALCONY, base_height_m=3.0, id="b")
    result = run("boundary_distance", plan(TALL, balcony), parcels=TOWN)
    assert result.verdict == verdict
    assert result.limit == pytest.approx(limit)
    assert any("ist keine Höhe angegeben" in text for text in result.assumptions)


@pytest.mark.parametrize(("jog", "limit"), [(0.05, 2.4), (0.25, 2.4), (0.4, 3.6)])
def test_a_small_step_in_a_facade_does_not_divide_it(jog: float, limit: float) -> None:
    # West wall of 10 m with a step in its middle; a balcony of 3 m takes less than a third of it, not of its half.
    house = feature(
        polygon((4, 10), (14, 10), (14, 20), (4 + jog, 20), (4 + jog, 15), (4, 15)), wall_height_m=9.0, id="haus"
    )
    balcony = feature(box(2.6, 11, 4, 14), Role.BALCONY, id="b")
    result = run("boundary_distance", plan(house, balcony), parcels=TOWN)
    assert result.limit == pytest.approx(limit)
    assert any("Außenwand von Hauptgebäude haus" in step.label for step in result.steps)


def test_a_roof_over_walls_of_stated_height_is_taken_for_a_hip() -> None:
    house = feature(box(5, 10, 14, 20), wall_height_m=(6.0,) * 4, ridge_height_m=12.0)
    result = run("boundary_distance", plan(house), parcels=TOWN)
    assert result.verdict is Verdict.PASSED
    assert any("keine Wand hat einen Giebel" in text for text in result.assumptions)


def test_parts_of_one_wall_count_together_and_parts_of_another_do_not() -> None:
    balcony = feature(box(2.5, 11, 4, 13), Role.BALCONY, id="b")
    canopy = feature(box(2.5, 15, 4, 17), Role.ENTRANCE_CANOPY, id="v")
    south = feature(box(6, 8.5, 9, 10), Role.BAY_WINDOW, id="e")
    # 2 + 2 = 4 m of 10 m: more than a third.
    together = run("boundary_distance", plan(TALL, balcony, canopy), parcels=TOWN)
    assert (together.verdict, together.limit) == (Verdict.FAILED, pytest.approx(3.6))
    apart = run("boundary_distance", plan(TALL, balcony, south), parcels=TOWN)
    assert (apart.verdict, apart.limit) == (Verdict.PASSED, pytest.approx(2.4))


def test_a_part_without_walls_is_as_high_as_its_eaves_or_ridge() -> None:
    # 12 m: 0.4 · 12 = 4.8 m less 1.5 m; the wall behind it would ask for 3.6 m less 1.2 m.
    for height in ({"eaves_height_m": 12.0}, {"ridge_height_m": 12.0}):
        bay = feature(box(3.2, 12, 4, 14), Role.BAY_WINDOW, id="e", **height)
        result = run("boundary_distance", plan(TALL, bay), parcels=TOWN)
        assert (result.verdict, result.limit) == (Verdict.FAILED, pytest.approx(3.3))


def test_a_deep_distance_is_undercut_by_one_and_a_half_metres_at_most() -> None:
    # 15 m high: 6 m to keep; a third would be 2 m, but 1.5 m is the most: 4.5 m.
    house = feature(box(6.5, 10, 13.5, 20), wall_height_m=15.0)
    bay = feature(box(4.6, 12, 6.5, 15), Role.BAY_WINDOW, id="e")
    result = run("boundary_distance", plan(house, bay), parcels=TOWN)
    assert (result.verdict, result.value, result.limit) == (
        Verdict.PASSED,
        pytest.approx(4.6),
        pytest.approx(4.5),
    )


def test_a_part_without_a_building_keeps_the_full_distance() -> None:
    canopy = feature(box(2.8, 25, 4, 27), Role.ENTRANCE_CANOPY, wall_height_m=2.5, id="v")
    result = run("boundary_distance", plan(TALL, canopy), parcels=TOWN)
    assert (result.verdict, result.value, result.limit) == (Verdict.FAILED, pytest.approx(2.8), 3.0)
    assert any("steht an keinem Gebäude" in text for text in result.assumptions)


# -- terraces (§ 5 Abs. 1 Satz 2) --------------------------------------------------------------------------------------


def test_a_terrace_higher_than_a_metre_keeps_the_distance() -> None:
    low = feature(box(1, 10, 5, 14), Role.TERRACE, base_height_m=1.0, id="t")
    high = feature(box(1, 10, 5, 14), Role.TERRACE, base_height_m=1.2, id="t")
    unknown = feature(box(1, 10, 5, 14), Role.TERRACE, id="t")
    assert run("boundary_distance", plan(HOUSE, low), parcels=TOWN).verdict is Verdict.PASSED
    failed = run("boundary_distance", plan(HOUSE, high), parcels=TOWN)
    assert (failed.verdict, failed.value, failed.limit) == (Verdict.FAILED, pytest.approx(1.0), 3.0)
    assumed = run("boundary_distance", plan(HOUSE, unknown), parcels=TOWN)
    assert assumed.verdict is Verdict.PASSED
    assert any("Terrasse" in text for text in assumed.assumptions)


def test_the_roof_of_a_terrace_and_what_rises_over_the_ground_are_looked_at() -> None:
    roofed = feature(box(1, 10, 5, 14), Role.TERRACE, base_height_m=0.2, eaves_height_m=2.5, ridge_height_m=3.0, id="t")
    failed = run("boundary_distance", plan(HOUSE, roofed), parcels=TOWN)
    assert (failed.verdict, failed.value, failed.limit) == (Verdict.FAILED, pytest.approx(1.0), 3.0)
    ramp = feature(box(1, 10, 5, 14), Role.DRIVEWAY, wall_height_m=1.5, id="r")
    open_question = run("boundary_distance", plan(HOUSE, ramp), parcels=TOWN)
    assert open_question.verdict is Verdict.NOT_ASSESSABLE
    assert "wie Gebäude wirken" in open_question.message


# -- streets counted to their middle, easements (§ 6) ------------------------------------------------------------------

STREET = box(-8, -10, 0, 40)  # 8 m wide, along the western boundary of A
AT_STREET = plan(feature(box(1, 8, 12, 22), wall_height_m=9.0))  # 3.6 m to keep, 1 m from the street


def traffic(kind: str, public: bool | None) -> Layer:
    return layer("traffic_areas", [STREET], {"kind": [kind], "public": [public]})


def test_a_public_street_counts_to_its_middle() -> None:
    # 1 m to the boundary and 8 ÷ 2 = 4 m of street: 5 m, and 8 m to the other boundaries.
    result = run("boundary_distance", AT_STREET, parcels=TOWN, traffic_areas=traffic("street", True))
    assert (result.verdict, result.value, result.limit) == (Verdict.PASSED, pytest.approx(5.0), 3.6)
    assert result.details["governing"]["to_middle_of_street"] is True
    assert "Mitte" in result.message
    assert any(rule["rule"] == "counted_to_middle" and not rule["verified"] for rule in result.details["rules"])
    assert run("boundary_distance", AT_STREET, parcels=TOWN).verdict is Verdict.FAILED


@pytest.mark.parametrize(
    ("kind", "public", "counted", "assumed"),
    [
        ("street", None, True, True),  # the cadastre does not say whether a street is public
        ("path", None, False, False),
        ("path", True, True, False),
        ("street", False, False, False),
        ("railway", True, False, False),
    ],
)
def test_only_public_traffic_areas_count(kind: str, public: bool | None, counted: bool, assumed: bool) -> None:
    result = run("boundary_distance", AT_STREET, parcels=TOWN, traffic_areas=traffic(kind, public))
    assert result.value == pytest.approx(5.0 if counted else 1.0)
    assert any("öffentlich" in text for text in result.assumptions) is assumed


def test_a_street_guessed_from_land_use_is_an_assumption() -> None:
    uses = layer("land_use", [STREET, A], {"kind": ["AX_Strassenverkehr", "AX_Wohnbauflaeche"]})
    result = run("boundary_distance", AT_STREET, parcels=TOWN, land_use=uses)
    assert result.value == pytest.approx(5.0)
    assert any("tatsächliche Nutzung" in text for text in result.assumptions)


def test_a_side_street_opposite_does_not_move_the_middle_far() -> None:
    # A side street 8 m wide opposite: its corners are √(4² + 8²) = 8.94 m from the boundary, at most half of it counts.
    area = layer("traffic_areas", [STREET, box(-60, 11, -8, 19)], {"kind": ["street"] * 2, "public": [True] * 2})
    result = run("boundary_distance", AT_STREET, parcels=TOWN, traffic_areas=area)
    assert result.value is not None
    assert 5.0 <= result.value <= 1 + 8.95 / 2


def test_a_street_counts_only_for_what_stands_on_the_site() -> None:
    over = plan(feature(box(-1, 8, 12, 22), wall_height_m=9.0), parcels=["A"])
    result = run("boundary_distance", over, parcels=TOWN, traffic_areas=traffic("street", True))
    assert (result.verdict, result.value) == (Verdict.FAILED, 0.0)


def test_a_corner_plot_counts_both_streets() -> None:
    # Streets of 8 m west and south: 1 + 4 m each.
    south = box(-8, -8, 60, 0)
    area = layer("traffic_areas", [box(-8, 0, 0, 60), south], {"kind": ["street"] * 2, "public": [True] * 2})
    house = plan(feature(box(2, 2, 12, 20), wall_height_m=9.0))
    result = run("boundary_distance", house, parcels=TOWN, traffic_areas=area)
    assert result.verdict is Verdict.PASSED
    assert result.value is not None
    assert result.value >= 5.0


@pytest.mark.parametrize(("near", "verdict"), [(1.1, "passed"), (0.9, "failed")])
def test_around_a_corner_the_middles_of_both_streets_meet(near: float, verdict: str) -> None:
    # Streets of 4 m west and south: 2 m + 1.1 m = 3.1 m to the middle of either, and of both at their crossing.
    shapes = [box(-4, -4, 0, 60), box(0, -4, 60, 0)]
    area = layer("traffic_areas", shapes, {"kind": ["street"] * 2, "public": [True] * 2})
    house = plan(feature(box(near, near, 12, 20), wall_height_m=6.0))
    result = run("boundary_distance", house, parcels=TOWN, traffic_areas=area)
    assert (result.verdict, result.value) == (verdict, pytest.approx(2 + near))


def test_a_street_that_ends_at_the_corner_keeps_its_middle() -> None:
    # 4 m wide from x = 0 on: 2 m + 1.2 m = 3.2 m to its middle; 3.1 m to the western boundary.
    area = layer("traffic_areas", [box(0, -4, 60, 0)], {"kind": ["street"], "public": [True]})
    house = plan(feature(box(3.1, 1.2, 12, 20), wall_height_m=6.0))
    result = run("boundary_distance", house, parcels=TOWN, traffic_areas=area)
    assert (result.verdict, result.value) == (Verdict.PASSED, pytest.approx(3.1))


@pytest.mark.parametrize(
    ("x", "words"), [(4.0, "steht 0,00 m von ihrer Fläche"), (7.0, "steht 2,00 m von ihrer Fläche"), (8.1, "")]
)
def test_a_distance_easement_on_the_site_itself_moves_its_boundary(x: float, words: str) -> None:
    # The strip of 5 m along the western boundary keeps the distance of another plot: 3 m from it, from x = 8 on.
    area = layer("easements", [box(0, 0, 5, 30)], {"easement_id": ["BL 5"], "kind": ["Abstandsbaulast"]})
    house = feature(box(x, 8, 15, 20), wall_height_m=6.0, id="haus")
    result = run("boundary_distance", plan(house), parcels=TOWN, easements=area)
    assert result.verdict == ("not_assessable" if words else "passed")
    assert words in result.message
    assert result.details["burdens"] == ["BL 5"]
    garage = plan(feature(box(0, 8, 3, 14), Role.GARAGE, wall_height_m=2.8))
    assert run("boundary_buildings", garage, parcels=TOWN, easements=area).verdict is Verdict.NOT_ASSESSABLE


def test_a_distance_easement_adds_its_area_and_others_do_not() -> None:
    # The house is 1 m from the eastern boundary; the easement on B is 4 m deep: 5 m.
    house = plan(feature(box(10, 8, 19, 22), wall_height_m=6.0))
    area = box(20, 0, 24, 30)
    with_it = layer("easements", [area], {"easement_id": ["BL 7"], "kind": ["Abstandsbaulast"]})
    result = run("boundary_distance", house, parcels=TOWN, easements=with_it)
    assert (result.verdict, result.value) == (Verdict.PASSED, pytest.approx(5.0))
    assert result.details["easements"] == ["BL 7"]
    assert any("Abstandsbaulast" in text for text in result.assumptions)
    way = layer("easements", [area], {"easement_id": ["BL 8"], "kind": ["Zuwegungsbaulast"]})
    assert run("boundary_distance", house, parcels=TOWN, easements=way).verdict is Verdict.FAILED
    line = layer("easements", [area.exterior], {"easement_id": ["BL 9"], "kind": ["Abstandsbaulast"]})
    unknown = run("boundary_distance", house, parcels=TOWN, easements=line)
    assert unknown.verdict is Verdict.FAILED
    assert any("BL 9" in text for text in unknown.assumptions)
