"""What must hold for every plan: figures do not depend on place, vertex order, or how the site is parcelled."""

from collections.abc import Sequence

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.affinity import rotate, translate
from shapely.geometry.base import BaseGeometry

from gis.checks import CheckResult, run_checks
from gis.layers import Layer
from gis.rules import load_rules
from gis.siteplan import PlanFeature, Role
from tests.gis.builders import EAST, NORTH, TODAY, box, layer, plan

RULES = load_rules("ni", TODAY)
SITE = box(0, 0, 30, 40)
metre = st.integers(min_value=-200, max_value=4000).map(lambda cm: cm / 100)


@st.composite
def houses(draw: st.DrawFn) -> PlanFeature:
    x, y = draw(metre), draw(metre)
    width, depth = (draw(st.integers(200, 1500)) / 100 for _ in range(2))
    heights = tuple(draw(st.integers(0, 2000)) / 100 for _ in range(4))
    shape = rotate(box(x, y, x + width, y + depth), draw(st.integers(0, 359)), origin=(EAST + 15, NORTH + 20))
    return PlanFeature(shape, Role.MAIN_BUILDING, "1", heights)


def check(house: PlanFeature, site: Sequence[BaseGeometry], ids: Sequence[str]) -> dict[str, CheckResult]:
    layers: dict[str, Layer] = {
        "parcels": layer("parcels", site, {"parcel_id": list(ids)}),
        "zoning": layer("zoning", [shapely.union_all(site).buffer(500)], {"zone": ["WA"], "grz": [0.3]}),
    }
    return {result.check: result for result in run_checks(plan(house, parcels=ids), layers, RULES)}


def same(left: dict[str, CheckResult], right: dict[str, CheckResult]) -> None:
    for name, result in left.items():
        other = right[name]
        assert other.value == pytest.approx(result.value, abs=1e-6), name
        assert other.limit == pytest.approx(result.limit), name
        if result.value is None or result.limit is None or result.tolerance is None:
            continue
        # At the very edge of the tolerance a verdict may tip by rounding.
        if abs(abs(result.value - result.limit) - result.tolerance) > 1e-6:
            assert other.verdict == result.verdict, name


@given(houses(), st.integers(-3000, 3000), st.integers(-3000, 3000))
@settings(max_examples=60, deadline=None)
def test_moving_everything_changes_nothing(house: PlanFeature, dx: int, dy: int) -> None:
    moved = PlanFeature(translate(house.geometry, dx, dy), house.role, house.id, house.wall_height_m)
    same(check(house, [SITE], ["A"]), check(moved, [translate(SITE, dx, dy)], ["A"]))


@given(houses(), st.integers(0, 3), st.booleans())
@settings(max_examples=60, deadline=None)
def test_where_a_ring_starts_and_which_way_it_runs_changes_nothing(house: PlanFeature, start: int, back: bool) -> None:
    points = list(house.geometry.exterior.coords)[:-1]  # type: ignore[union-attr]
    heights = list(house.wall_height_m)  # type: ignore[arg-type]
    points, heights = points[start:] + points[:start], heights[start:] + heights[:start]
    if back:
        points = points[::-1]
        heights = heights[-2::-1] + heights[-1:]
    other = PlanFeature(shapely.Polygon(points), house.role, house.id, tuple(heights))
    same(check(house, [SITE], ["A"]), check(other, [SITE], ["A"]))


@given(houses(), st.integers(1, 2999), st.integers(0, 2))
@settings(max_examples=60, deadline=None)
def test_splitting_the_parcel_changes_nothing_even_with_a_hairline_gap(
    house: PlanFeature, at: int, gap_cm: int
) -> None:
    x, gap = at / 100, gap_cm / 100
    parts = [box(0, 0, x, 40), box(x + gap, 0, 30 + gap, 40)]
    if parts[1].area < 1:
        return
    whole, split = check(house, [box(0, 0, 30 + gap, 40)], ["A"]), check(house, parts, ["A", "B"])
    # The closed gap is a hundredth of a millimetre wider than the gap.
    for name, result in whole.items():
        # An area is that of the parcels, without the gap between them.
        assert split[name].value == pytest.approx(result.value, abs=1.0 if result.unit == "m²" else 1e-3), name


@given(houses())
@settings(max_examples=60, deadline=None)
def test_the_distance_is_that_of_the_nearest_wall_computed_another_way(house: PlanFeature) -> None:
    result = check(house, [SITE], ["A"])["boundary_distance"]
    margins = []
    segments, heights, _ = house.edges()
    for segment, height in zip(segments, heights, strict=True):
        distance = shapely.LineString(segment).distance(SITE.exterior)
        required = max(3.0, np.floor(0.4 * height * 10 + 1e-9) / 10)
        margins.append((distance - required, distance, required))
    _, distance, required = min(margins)
    assert (result.value, result.limit) == pytest.approx((distance, required))
