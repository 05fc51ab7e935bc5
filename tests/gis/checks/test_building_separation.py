"""Golden scenarios of ``building_separation`` (NBauO § 7); the site is 60 m × 60 m."""

import pytest
from shapely.affinity import rotate

from gis.checks import Verdict
from gis.siteplan import Role
from tests.gis.builders import box, feature, layer, parcels, plan, polygon, run

TOWN = parcels(A=box(0, 0, 60, 60))
LEFT = feature(box(10, 10, 20, 20), wall_height_m=6.0, id="links")  # 0.4 · 6 = 2.4: 3 m


@pytest.mark.parametrize(
    ("gap", "verdict"),
    [(6.1, "passed"), (6.02, "borderline"), (6.0, "borderline"), (5.98, "borderline"), (5.9, "failed")],
)
def test_two_low_houses_keep_three_metres_each(gap: float, verdict: str) -> None:
    right = feature(box(20 + gap, 10, 30 + gap, 20), wall_height_m=6.0, id="rechts")
    result = run("building_separation", plan(LEFT, right), parcels=TOWN)
    assert (result.verdict, result.limit) == (verdict, pytest.approx(6.0))
    assert result.value == pytest.approx(gap)


def test_each_wall_asks_for_its_own_height() -> None:
    # 0.4 · 12 = 4.8 m and 3 m: 7.8 m; there are 7 m.
    high = feature(box(27, 10, 37, 20), wall_height_m=(6.0, 6.0, 6.0, 12.0), id="hoch")
    result = run("building_separation", plan(LEFT, high), parcels=TOWN)
    assert (result.verdict, result.value, result.limit) == (Verdict.FAILED, pytest.approx(7.0), pytest.approx(7.8))
    assert [step.result for step in result.steps] == [
        pytest.approx(7.0),
        pytest.approx(3.0),
        pytest.approx(4.8),
        pytest.approx(7.8),
    ]
    assert "Es fehlen 0,80 m" in result.message


def test_a_corner_keeps_the_distance_too() -> None:
    # Diagonal: 3 m east and 4 m north, 5 m between the corners.
    other = feature(box(23, 24, 33, 34), wall_height_m=6.0)
    result = run("building_separation", plan(LEFT, other), parcels=TOWN)
    assert (result.verdict, result.value) == (Verdict.FAILED, pytest.approx(5.0))


def test_houses_that_touch_are_one_building() -> None:
    row = feature(box(20, 10, 30, 20), wall_height_m=6.0)
    assert run("building_separation", plan(LEFT, row), parcels=TOWN).verdict is Verdict.NOT_APPLICABLE


@pytest.mark.parametrize(("height", "verdict"), [(3.0, "not_applicable"), (3.2, "failed"), (None, "not_assessable")])
def test_a_low_garage_may_stand_beside_the_house(height: float | None, verdict: str) -> None:
    garage = feature(box(21, 10, 24, 16), Role.GARAGE, wall_height_m=height, id="g")
    result = run("building_separation", plan(LEFT, garage), parcels=TOWN)
    assert result.verdict == verdict
    if height == 3.0:
        assert result.details["exempted"] == [["links", "g"]]
        assert any("Brandschutz" in text for text in result.assumptions)


def test_a_planned_house_keeps_its_distance_from_an_existing_one_but_existing_ones_do_not() -> None:
    old = feature(box(22, 10, 30, 20), Role.EXISTING_BUILDING, wall_height_m=6.0)
    older = feature(box(31, 10, 35, 20), Role.EXISTING_BUILDING, wall_height_m=6.0)
    result = run("building_separation", plan(LEFT, old, older), parcels=TOWN)
    assert (result.verdict, result.value) == (Verdict.FAILED, pytest.approx(2.0))
    assert run("building_separation", plan(old, older), parcels=TOWN).verdict is Verdict.NOT_APPLICABLE
    gone = feature(box(22, 10, 30, 20), Role.TO_BE_DEMOLISHED, wall_height_m=6.0)
    assert run("building_separation", plan(LEFT, gone), parcels=TOWN).verdict is Verdict.NOT_APPLICABLE


def test_without_a_height_it_is_not_assessable_with_the_distance_given() -> None:
    right = feature(box(24, 10, 30, 20))
    result = run("building_separation", plan(LEFT, right), parcels=TOWN)
    assert (result.verdict, result.value, result.limit) == (Verdict.NOT_ASSESSABLE, pytest.approx(4.0), None)


def test_a_single_house_has_nothing_to_keep_distance_from() -> None:
    assert run("building_separation", plan(LEFT), parcels=TOWN).verdict is Verdict.NOT_APPLICABLE


def courtyard(width: float) -> object:
    """A U, open to the north: two wings with a court of the width between them."""
    return polygon((10, 10), (30 + width, 10), (30 + width, 30), (20 + width, 30), (20 + width, 16), (20, 16), (20, 30),
                   (10, 30))  # fmt: skip


@pytest.mark.parametrize(("width", "verdict"), [(6.5, "passed"), (6.0, "borderline"), (4.0, "not_assessable")])
def test_wings_of_one_building_that_face_each_other_keep_the_distance(width: float, verdict: str) -> None:
    result = run("building_separation", plan(feature(courtyard(width), wall_height_m=6.0)), parcels=TOWN)  # type: ignore[arg-type]
    assert (result.verdict, result.limit) == (verdict, pytest.approx(6.0))
    assert result.value == pytest.approx(width)
    if verdict == "not_assessable":
        assert "Öffnungen" in result.message


@pytest.mark.parametrize(("angle", "found"), [(70, True), (80, False)])
def test_wings_at_a_wide_angle_need_none(angle: float, found: bool) -> None:
    # Two wings that meet in a corner; the open angle between them decides.
    wing = box(10, 10, 40, 12)
    other = rotate(wing, angle, origin=(550_010, 5_800_012))
    shape = wing.union(other)
    result = run("building_separation", plan(feature(shape, wall_height_m=6.0)), parcels=parcels(A=box(-9, -9, 60, 60)))
    assert (result.verdict is not Verdict.NOT_APPLICABLE) is found


def test_a_minor_recess_does_not_matter() -> None:
    # A recess 1.2 m deep and 3 m wide.
    shape = polygon((10, 10), (30, 10), (30, 20), (22, 20), (22, 18.8), (19, 18.8), (19, 20), (10, 20))
    result = run("building_separation", plan(feature(shape, wall_height_m=6.0)), parcels=TOWN)
    assert result.verdict is Verdict.NOT_APPLICABLE


def test_in_commercial_areas_the_smaller_factor_holds_and_less_is_for_the_authority_to_judge() -> None:
    # 0.2 · 18 = 3.6 m each: 7.2 m; 0.4 · 18 = 7.2 m each: 14.4 m.
    zoning = layer("zoning", [box(-9, -9, 99, 99)], {"zone": ["GE"]})

    def halls(gap: float) -> object:
        shapes = box(10, 10, 20, 20), box(20 + gap, 10, 30 + gap, 20)
        return plan(*(feature(shape, wall_height_m=18.0) for shape in shapes))

    wide = run("building_separation", halls(8.0), parcels=TOWN, zoning=zoning)  # type: ignore[arg-type]
    assert (wide.verdict, wide.limit) == (Verdict.PASSED, pytest.approx(7.2))
    narrow = run("building_separation", halls(5.0), parcels=TOWN, zoning=zoning)  # type: ignore[arg-type]
    assert narrow.verdict is Verdict.NOT_ASSESSABLE
    assert "Brandschutz" in narrow.message
    elsewhere = run("building_separation", halls(8.0), parcels=TOWN)  # type: ignore[arg-type]
    assert (elsewhere.verdict, elsewhere.limit) == (Verdict.FAILED, pytest.approx(14.4))


def test_a_building_of_the_cadastre_that_the_plan_leaves_out_is_not_passed_over() -> None:
    shed = layer("buildings", [box(24, 10, 28, 16)], {"building_id": ["DENI1"]})
    result = run("building_separation", plan(LEFT), parcels=TOWN, buildings=shed)
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert "4,00 m von Hauptgebäude links" in result.message
    drawn = feature(box(24, 10, 28, 16), Role.TO_BE_DEMOLISHED)
    known = run("building_separation", plan(LEFT, drawn), parcels=TOWN, buildings=shed)
    assert known.verdict is Verdict.NOT_APPLICABLE
    assert not known.assumptions
    # Nobody knows how high it is, so no distance is enough; a neighbour's building does not matter.
    away = layer("buildings", [box(36.5, 10, 38, 16)], {"building_id": ["1"]})
    assert run("building_separation", plan(LEFT), parcels=TOWN, buildings=away).verdict is Verdict.NOT_ASSESSABLE
    beyond = layer("buildings", [box(61, 10, 70, 20)], {"building_id": ["2"]})
    assert run("building_separation", plan(LEFT), parcels=TOWN, buildings=beyond).verdict is Verdict.NOT_APPLICABLE
    without = run("building_separation", plan(LEFT), parcels=TOWN)
    assert any("keine anderen Gebäude" in text for text in without.assumptions)
