"""Where the middle of streets lies around corners that are cut off or round, and along jogs of the boundary."""

from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from gis.checks import Verdict
from tests.gis.builders import EAST, NORTH, box, feature, layer, parcels, plan, polygon, run


def check(site: BaseGeometry, street: BaseGeometry, house: BaseGeometry) -> Any:
    area = layer("traffic_areas", [street.difference(site)], {"kind": ["street"], "public": [True]})
    return run(
        "boundary_distance", plan(feature(house, wall_height_m=6.0), parcels=["A"]),
        parcels=parcels(A=site), traffic_areas=area,
    )  # fmt: skip


def middle(result: Any) -> shapely.LineString:
    (stretch,) = result.details["street_middle"]
    (line,) = stretch["line"]
    return shapely.LineString(np.array(line) - (EAST, NORTH))


CROSSING = shapely.union_all([box(-4, -4, 60, 0), box(-4, -4, 0, 60)])
CUT = polygon((3, 0), (20, 0), (20, 30), (0, 30), (0, 3))
ROUND = box(0, 0, 20, 30).difference(
    box(0, 0, 6, 6).difference(shapely.Point(EAST + 6, NORTH + 6).buffer(6, quad_segs=8))
)


@pytest.mark.parametrize("site", [CUT, ROUND], ids=["cut off", "round"])
@pytest.mark.parametrize(("near", "verdict"), [(1.1, Verdict.PASSED), (0.9, Verdict.FAILED)])
def test_around_a_corner_that_is_no_right_angle_the_middles_of_both_streets_meet(
    site: BaseGeometry, near: float, verdict: Verdict
) -> None:
    # Streets of 4 m: 2 m and the distance of the house from the western boundary; its corner is 6 m from the south.
    street = shapely.union_all([CROSSING, box(0, 0, 6, 6)])
    result = check(site, street, box(near, 6, 12, 20))
    assert (result.verdict, result.value) == (verdict, pytest.approx(2 + near, abs=0.01))
    assert middle(result).distance(shapely.Point(-2, -2)) == pytest.approx(0.0, abs=0.1)


def test_a_long_slanting_side_keeps_the_middle_before_it() -> None:
    # 14 m × 14 m cut off: a square, no corner of two streets.
    site = polygon((14, 0), (30, 0), (30, 30), (0, 30), (0, 14))
    result = check(site, shapely.union_all([CROSSING, box(0, 0, 14, 14)]), box(16, 16, 26, 26))
    assert middle(result).distance(shapely.Point(-2, -2)) > 1.0


def test_a_jog_of_the_boundary_moves_the_middle_no_farther_than_the_street_is_wide() -> None:
    site = polygon((0, 0), (10, 0), (10, -1), (20, -1), (20, 30), (0, 30))
    result = check(site, box(-30, -8, 60, 0), box(4, 1.1, 16, 14))
    line = middle(result)
    # Where the site juts out by 1 m towards the east, the end of the street is 40 m away; it is 8 m wide at most.
    assert line.bounds == pytest.approx((0.0, -4.5, 24.0, 0.0))
    assert shapely.LineString([(0.5, -3.9), (19.5, -3.9)]).disjoint(line)
    assert (result.verdict, result.value) == (Verdict.PASSED, pytest.approx(4.0))
