"""Golden scenarios of ``building_window`` (BauNVO § 23 Abs. 3); the window is 4..16 × 4..20 on a site of 20 × 30 m."""

from typing import Any

import pytest
import shapely
from shapely.affinity import rotate

from gis.checks import Verdict
from gis.layers import Layer
from gis.siteplan import Capture, CaptureKind, Provenance, Role
from tests.gis.builders import EAST, NORTH, box, feature, layer, parcels, plan, run

TOWN = parcels(A=box(0, 0, 20, 30))
WINDOW = layer("building_windows", [box(4, 4, 16, 20)], {})


def check(*features: Any, windows: Layer | None = WINDOW, **layers: Layer) -> Any:
    given = {} if windows is None else {"building_windows": windows}
    return run("building_window", plan(*features), parcels=TOWN, **given, **layers)


def test_a_house_within_or_on_the_limit_passes() -> None:
    for house in (box(5, 5, 15, 15), box(4, 4, 16, 20)):
        result = check(feature(house))
        assert (result.verdict, result.value, result.limit) == (Verdict.PASSED, 0.0, 0.0)


@pytest.mark.parametrize(("x", "verdict"), [(16.02, "borderline"), (16.04, "failed"), (17.5, "failed")])
def test_a_whole_facade_beyond_the_limit_fails_outside_the_tolerance(x: float, verdict: str) -> None:
    result = check(feature(box(6, 6, x, 16)))
    assert (result.verdict, result.value) == (verdict, pytest.approx(x - 16, abs=1e-6))
    (entry,) = result.details["crossings"]
    assert (entry["width_m"], entry["share_of_facade"]) == (pytest.approx(10.0), pytest.approx(1.0))


@pytest.mark.parametrize(
    ("width", "depth", "verdict"),
    [(4.0, 1.5, "borderline"), (4.0, 1.6, "failed"), (4.2, 1.5, "failed"), (2.0, 0.5, "borderline")],
)
def test_a_minor_projection_of_a_third_of_the_facade_is_a_hint(width: float, depth: float, verdict: str) -> None:
    # House 12 m wide along the northern limit y = 20, of which `width` reaches `depth` beyond it.
    house = shapely.union_all([box(4, 8, 16, 20), box(6, 20, 6 + width, 20 + depth)])
    result = check(feature(house))
    assert (result.verdict, result.value) == (verdict, pytest.approx(depth, abs=1e-6))
    (entry,) = result.details["crossings"]
    assert entry["area_m2"] == pytest.approx(width * depth, abs=2e-3)
    assert entry["share_of_facade"] == pytest.approx(width / 12)


def test_balconies_may_be_permitted_and_deep_ones_fail() -> None:
    house = feature(box(5, 8, 15, 20))
    assert check(house, feature(box(6, 20, 9, 21.5), Role.BALCONY)).verdict is Verdict.BORDERLINE
    assert check(house, feature(box(6, 20, 9, 22), Role.BALCONY)).verdict is Verdict.FAILED
    # As wide as the house, only a roof may reach out.
    assert check(house, feature(box(5, 20, 15, 20.5), Role.BALCONY)).verdict is Verdict.FAILED
    assert check(house, feature(box(5, 20, 15, 20.5), Role.ROOF_OVERHANG)).verdict is Verdict.BORDERLINE


def test_what_reaches_out_on_one_side_counts_together_as_a_share_of_the_facade() -> None:
    # Two nibs of 3 m each on a façade of 12 m: half of it, more than a third, whether drawn in one or as bay windows.
    house, nibs = box(4, 8, 16, 20), (box(5, 20, 8, 21), box(11, 20, 14, 21))
    whole = check(feature(shapely.union_all([house, *nibs])))
    bays = check(feature(house), *(feature(nib, Role.BAY_WINDOW) for nib in nibs))
    for result in (whole, bays):
        assert (result.verdict, result.value) == (Verdict.FAILED, pytest.approx(1.0, abs=1e-6))
        (entry,) = result.details["crossings"]
        assert (entry["width_m"], entry["share_of_facade"]) == (pytest.approx(6.0), pytest.approx(0.5))
    assert "Erker 2 und Erker 3 treten auf 6,00 m Breite (50 % der Fassade)" in bays.message
    # On two sides, each is a share of its own façade.
    sides = check(feature(box(4, 4, 16, 20)), *(feature(b, Role.BAY_WINDOW) for b in (nibs[0], box(3, 5, 4, 8))))
    assert (sides.verdict, len(sides.details["crossings"])) == (Verdict.BORDERLINE, 2)


def test_a_garage_outside_is_a_hint_unless_the_plan_sets_an_area_for_it() -> None:
    house, garage = feature(box(5, 5, 15, 15)), feature(box(16, 22, 19, 28), Role.GARAGE)
    result = check(house, garage)
    assert (result.verdict, result.value) == (Verdict.BORDERLINE, 0.0)
    assert "Garage 2" in result.message
    area = layer("ancillary_areas", [box(15, 21, 20, 29)], {"kind": ["garage"], "rule": ["designated"]})
    assert check(house, garage, ancillary_areas=area).verdict is Verdict.PASSED


@pytest.mark.parametrize(
    ("rule", "kind", "verdict", "words"),
    [
        ("excluded", "garage", "failed", "ausschließt (§ 12 Abs. 6"),
        ("excluded", None, "failed", "ausschließt"),
        ("excluded", "playground", "borderline", "kann die Behörde dort zulassen"),
        ("restricted", "parking,garage", "borderline", "mit Einschränkungen"),
    ],
)
def test_a_garage_where_the_plan_excludes_garages_fails(rule: str, kind: str | None, verdict: str, words: str) -> None:
    house, garage = feature(box(5, 5, 15, 15)), feature(box(16, 22, 19, 28), Role.GARAGE)
    areas = layer("ancillary_areas", [box(15, 21, 20, 29)], {"kind": [kind], "rule": [rule]})
    result = check(house, garage, ancillary_areas=areas)
    assert result.verdict == verdict
    assert words in result.message


def test_a_garage_beside_the_area_that_the_plan_sets_for_garages_says_so() -> None:
    house, garage = feature(box(5, 5, 15, 15)), feature(box(16, 22, 19, 28), Role.GARAGE)
    areas = layer("ancillary_areas", [box(0, 21, 5, 29)], {"kind": ["garage"], "rule": ["designated"]})
    result = check(house, garage, ancillary_areas=areas)
    assert result.verdict is Verdict.BORDERLINE
    assert "auch außerhalb der Flächen, die der Bebauungsplan dafür bestimmt" in result.message


def test_two_windows_that_touch_are_one() -> None:
    windows = layer("building_windows", [box(4, 4, 16, 12), box(4, 12, 16, 20)], {})
    assert check(feature(box(5, 5, 15, 18)), windows=windows).verdict is Verdict.PASSED


def test_a_house_wholly_outside_fails_with_its_distance() -> None:
    result = check(feature(box(5, 22, 15, 28)))
    assert (result.verdict, result.value) == (Verdict.FAILED, pytest.approx(8.0, abs=1e-6))


def test_outlines_from_a_sheet_have_a_wider_tolerance() -> None:
    sheet = Provenance("plan.pdf", capture=Capture(CaptureKind.DIGITISED, 500))
    result = check(feature(box(6, 6, 16.2, 16), provenance=sheet))
    assert (result.verdict, result.tolerance) == (Verdict.BORDERLINE, 0.25)


def test_no_window_is_not_assessable_and_no_building_not_applicable() -> None:
    assert check(feature(box(5, 5, 15, 15)), windows=None).verdict is Verdict.NOT_ASSESSABLE
    far = layer("building_windows", [box(400, 4, 416, 20)], {})
    assert check(feature(box(5, 5, 15, 15)), windows=far).verdict is Verdict.NOT_ASSESSABLE
    assert check(feature(box(5, 5, 15, 15), Role.TERRACE)).verdict is Verdict.NOT_APPLICABLE


@pytest.mark.parametrize("angle", [8, 11, 12, 13, 16, 30, 77])
def test_walls_along_the_edge_of_a_turned_window_hide_no_crossing(angle: int) -> None:
    # The house fills the window; turned, walls and edge differ in the last digit. 4 m of 12 m reach out by 1 m.
    house = shapely.union_all([box(4, 8, 16, 20), box(6, 20, 10, 21)])
    turned, window = (rotate(shape, angle, origin=(EAST + 10, NORTH + 15)) for shape in (house, box(4, 4, 16, 20)))
    town = layer("parcels", [box(-40, -40, 60, 60)], {"parcel_id": ["A"]})
    result = run(
        "building_window", plan(feature(turned)), parcels=town, building_windows=layer("building_windows", [window], {})
    )
    assert (result.verdict, result.value) == (Verdict.BORDERLINE, pytest.approx(1.0, abs=1e-6))


def test_a_house_over_the_courtyard_of_a_window_crosses_the_limit_within() -> None:
    # A court of 6 m × 8 m: its middle lies 3 m from the window.
    court = shapely.Polygon(box(3, 3, 17, 27).exterior, [box(8, 10, 14, 18).exterior.coords])
    town = parcels(A=box(0, 0, 20, 30))
    windows = layer("building_windows", [court], {})
    result = run("building_window", plan(feature(box(4, 8, 16, 20))), parcels=town, building_windows=windows)
    assert (result.verdict, result.value) == (Verdict.FAILED, pytest.approx(3.0, abs=1e-3))
    assert result.details["crossings"][0]["area_m2"] == pytest.approx(48.0, abs=0.01)


@pytest.mark.parametrize(("gap", "verdict"), [(0.02, "borderline"), (0.2, "failed"), (3.2, "failed")])
def test_a_house_across_the_gap_between_two_windows_is_half_the_gap_outside(gap: float, verdict: str) -> None:
    town = parcels(A=box(0, 0, 20, 30))
    windows = layer("building_windows", [box(3, 3, 10 - gap / 2, 27), box(10 + gap / 2, 3, 17, 27)], {})
    result = run("building_window", plan(feature(box(4, 8, 16, 20))), parcels=town, building_windows=windows)
    assert (result.verdict, result.value) == (verdict, pytest.approx(gap / 2, abs=1e-3))
