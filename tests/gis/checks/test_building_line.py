"""Golden scenarios of ``building_line`` (BauNVO § 23 Abs. 2); the line runs along y = 4 of a site of 20 × 30 m."""

from typing import Any

import pytest
import shapely

from gis.checks import Verdict
from gis.layers import Layer
from gis.siteplan import Role
from tests.gis.builders import EAST, NORTH, box, feature, layer, parcels, plan, polygon, run

TOWN = parcels(A=box(0, 0, 20, 30))


def line(*points: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString([(EAST + x, NORTH + y) for x, y in points])


LINES = layer("building_lines", [line((-10, 4), (50, 4))], {})


def check(*features: Any, lines: Layer | None = LINES) -> Any:
    given = {} if lines is None else {"building_lines": lines}
    return run("building_line", plan(*features), parcels=TOWN, **given)


@pytest.mark.parametrize(
    ("y", "verdict", "off"),
    [
        (4.0, "passed", 0.0),
        (4.06, "passed", 0.06),
        (4.09, "borderline", 0.09),
        (4.13, "borderline", 0.13),
        (4.14, "failed", 0.14),
        (3.8, "failed", 0.2),
        (9.0, "failed", 5.0),
    ],
)
def test_the_facade_must_lie_on_the_line_before_and_behind_it(y: float, verdict: str, off: float) -> None:
    result = check(feature(box(4, y, 16, 16)))
    assert (result.verdict, result.value, result.limit) == (verdict, pytest.approx(off, abs=1e-6), 0.1)


def test_a_facade_at_an_angle_counts_with_its_farthest_end() -> None:
    # From (4, 4) to (14, 4.5): the far end lies 0.5 m behind.
    house = polygon((4, 4), (14, 4.5), (14, 16), (4, 16))
    result = check(feature(house))
    assert (result.verdict, result.value) == (Verdict.FAILED, pytest.approx(0.5))


def test_a_recess_of_the_facade_counts_up_to_its_depth() -> None:
    house = polygon((4, 4), (8, 4), (8, 5), (12, 5), (12, 4), (16, 4), (16, 16), (4, 16))
    result = check(feature(house))
    assert (result.verdict, result.value) == (Verdict.FAILED, pytest.approx(1.0))
    assert result.details["lines"][0]["built_m"] == pytest.approx(8.0)


@pytest.mark.parametrize("back", [0.3, 1.9, 2.1, 3.0, 6.0])
def test_half_a_facade_further_back_fails_however_far(back: float) -> None:
    house = polygon((4, 4), (10, 4), (10, 4 + back), (16, 4 + back), (16, 16), (4, 16))
    result = check(feature(house))
    assert (result.verdict, result.value) == (Verdict.FAILED, pytest.approx(back))
    assert result.details["lines"][0]["built_m"] == pytest.approx(6.0)


def test_a_nose_on_the_line_before_a_facade_that_is_not_fails() -> None:
    house = polygon((4, 4), (4.5, 4), (4.5, 7), (18, 7), (18, 16), (4, 16))
    result = check(feature(house))
    assert (result.verdict, result.value) == (Verdict.FAILED, pytest.approx(3.0))
    assert result.details["lines"][0]["built_m"] == pytest.approx(0.5 + 2 * 0.1, abs=0.25)


def test_a_yard_behind_the_facade_is_none_of_it() -> None:
    # A house around a yard: only the front is seen from the line.
    house = shapely.Polygon(box(4, 4, 16, 16).exterior, [box(8, 8, 12, 12).exterior.coords])
    assert check(feature(house)).verdict is Verdict.PASSED


def test_a_second_building_behind_the_first_is_not_asked_for() -> None:
    result = check(feature(box(4, 4, 16, 10)), feature(box(4, 15, 16, 25)))
    assert result.verdict is Verdict.PASSED
    assert any("hinter der Baulinie" in text for text in result.assumptions)


def test_two_lines_both_need_a_building() -> None:
    lines = layer("building_lines", [line((-10, 4), (50, 4)), line((4, 10), (4, 60))], {})
    # The western façade lies 2 m beside the second line.
    result = check(feature(box(6, 4, 16, 16)), lines=lines)
    assert (result.verdict, result.value) == (Verdict.FAILED, pytest.approx(2.0))


def test_a_line_in_pieces_is_one() -> None:
    lines = layer("building_lines", [line((-10, 4), (8, 4)), line((8, 4), (50, 4))], {})
    result = check(feature(box(9, 4, 16, 16)), lines=lines)
    assert (result.verdict, len(result.details["lines"])) == (Verdict.PASSED, 1)


def test_no_line_on_the_site_is_not_applicable_and_no_layer_not_assessable() -> None:
    far = layer("building_lines", [line((-10, 90), (50, 90))], {})
    assert check(feature(box(4, 4, 16, 16)), lines=far).verdict is Verdict.NOT_APPLICABLE
    assert check(feature(box(4, 4, 16, 16)), lines=None).verdict is Verdict.NOT_ASSESSABLE
    assert check(feature(box(4, 4, 16, 16), Role.GARAGE)).verdict is Verdict.NOT_APPLICABLE


def test_a_second_house_beside_the_first_that_faces_the_line_from_behind_is_a_hint() -> None:
    result = check(feature(box(4, 4, 9, 12)), feature(box(11, 7, 16, 14)))
    assert (result.verdict, result.value) == (Verdict.BORDERLINE, pytest.approx(0.0, abs=1e-6))
    assert "Der Baulinie zugewandt, ohne auf ihr zu stehen: Hauptgebäude 2 (3,00 m zurück)" in result.message
    assert check(feature(box(4, 4, 9, 12)), feature(box(11, 4, 16, 14))).verdict is Verdict.PASSED
