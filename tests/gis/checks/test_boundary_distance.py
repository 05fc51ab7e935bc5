"""Golden scenarios of ``boundary_distance`` (NBauO § 5); the site A is 20 m × 30 m unless a test says otherwise."""

from datetime import date

import pytest

from gis.checks import Verdict
from gis.layers import SkippedFeature
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
        (0.0, 3.0),
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


def test_other_roles_with_walls_are_listed_and_keep_the_verdict_from_passing_when_too_close() -> None:
    house = feature(box(5, 10, 14, 20), wall_height_m=6.0)
    far = feature(box(4, 24, 8, 26), Role.GARAGE, wall_height_m=2.8)
    close = feature(box(17, 24, 20, 30), Role.GARAGE, wall_height_m=2.8)
    fine = run("boundary_distance", plan(house, far), parcels=TOWN)
    assert fine.verdict is Verdict.PASSED
    assert [entry["role"] for entry in fine.details["not_covered"]] == ["garage"]
    doubtful = run("boundary_distance", plan(house, close), parcels=TOWN)
    assert doubtful.verdict is Verdict.NOT_ASSESSABLE
    assert doubtful.value == pytest.approx(5.0)
    assert "Garage" in doubtful.message


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
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert "kein Hauptgebäude" in result.message


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
