"""What must hold for every check: its golden cases say the same when they are moved, turned, redrawn or reparcelled.

Every check has golden cases for each verdict (gis/checks/golden), so each property meets every verdict of every check.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.affinity import rotate, translate
from shapely.geometry.base import BaseGeometry

from gis.checks import CHECKS, CheckResult
from gis.checks.golden import GoldenCase, golden_cases
from gis.layers import Layer, MemoryLayer
from gis.siteplan import PlanFeature, edge_count

Change = Callable[[BaseGeometry], BaseGeometry]
PROJECT = Path(__file__).resolve().parents[3]
CASES = {check: golden_cases(check) for check in CHECKS}
EXAMPLES = settings(max_examples=12, deadline=None)
every_check = pytest.mark.parametrize("check", CHECKS)
#: Compares areas parcel by parcel, so it depends on how the site is parcelled.
BY_PARCEL = {"area_mismatch"}


def changed(
    case: GoldenCase, how: Change, of_feature: Callable[[PlanFeature], PlanFeature] | None = None
) -> GoldenCase:
    """The case with every geometry of plan and layers changed; ``of_feature`` where heights have to follow."""
    redraw = of_feature or (lambda feature: replace(feature, geometry=how(feature.geometry)))
    plan = replace(case.plan, features=tuple(redraw(feature) for feature in case.plan.features))
    return replace(case, plan=plan, layers={name: _changed(layer, how) for name, layer in case.layers.items()})


def _changed(layer: Layer, how: Change) -> Layer:
    assert isinstance(layer, MemoryLayer)
    shapes = np.array([how(shape) for shape in layer.geometry], dtype=object)
    return MemoryLayer(layer.info, shapes, layer.columns, layer.skipped)


def same(case: GoldenCase, other: GoldenCase, close: float = 1e-5) -> None:
    first, second = case.run(), other.run()
    for before, after in ((first.value, second.value), (first.limit, second.limit)):
        assert (before is None) == (after is None), (case.name, first.message, second.message)
        if before is not None and after is not None:
            assert after == pytest.approx(before, abs=close), case.name
    assert second.verdict == first.verdict, (case.name, first.message, second.message)


def drawn(data: st.DataObject, check: str) -> GoldenCase:
    return data.draw(st.sampled_from(CASES[check]), label="case")


def about(case: GoldenCase) -> tuple[float, float]:
    west, south, east, north = case.plan.bounds
    return (west + east) / 2, (south + north) / 2


@every_check
@EXAMPLES
@given(data=st.data())
def test_moving_everything_changes_nothing(check: str, data: st.DataObject) -> None:
    case = drawn(data, check)
    dx, dy = (data.draw(st.integers(-3000, 3000)) for _ in range(2))
    same(case, changed(case, lambda shape: translate(shape, dx, dy)))


@every_check
@EXAMPLES
@given(data=st.data())
def test_turning_everything_changes_nothing(check: str, data: st.DataObject) -> None:
    case = drawn(data, check)
    angle, origin = data.draw(st.integers(1, 359)), about(case)
    same(case, changed(case, lambda shape: rotate(shape, angle, origin=origin)))


@every_check
@EXAMPLES
@given(data=st.data())
def test_where_rings_start_and_which_way_they_run_changes_nothing(check: str, data: st.DataObject) -> None:
    case = drawn(data, check)
    start, back = data.draw(st.integers(0, 5)), data.draw(st.booleans())

    def of_feature(feature: PlanFeature) -> PlanFeature:
        shape, heights = feature.geometry, feature.wall_height_m
        if shape.geom_type != "Polygon" or (shape.interiors and isinstance(heights, tuple)):  # type: ignore[union-attr]
            return feature
        count = len(shape.exterior.coords) - 1  # type: ignore[union-attr]
        if isinstance(heights, tuple):
            turned = list(np.roll(np.array(heights), -(start % count)))
            heights = tuple(turned[-2::-1] + turned[-1:]) if back else tuple(turned)
        return replace(feature, geometry=_rolled(shape, start, back), wall_height_m=heights)  # type: ignore[arg-type]

    same(case, changed(case, lambda shape: _rolled(shape, start, back), of_feature))


def _rolled(shape: BaseGeometry, start: int, back: bool) -> BaseGeometry:
    if shape.geom_type != "Polygon":
        return shape.reverse() if back else shape

    def ring(line: BaseGeometry) -> np.ndarray:
        points = shapely.get_coordinates(line)[:-1]
        return np.roll(points, -(start % len(points)), axis=0)[:: -1 if back else 1]

    return shapely.Polygon(ring(shape.exterior), [ring(hole) for hole in shape.interiors])  # type: ignore[attr-defined]


@every_check
@EXAMPLES
@given(data=st.data())
def test_more_vertices_on_the_same_lines_change_nothing(check: str, data: st.DataObject) -> None:
    case = drawn(data, check)
    longest = data.draw(st.sampled_from([0.9, 2.3, 7.0]))
    same(case, changed(case, lambda shape: shapely.segmentize(shape, longest), lambda f: _denser(f, longest)))


def _denser(feature: PlanFeature, longest: float) -> PlanFeature:
    dense, heights = shapely.segmentize(feature.geometry, longest), feature.wall_height_m
    if isinstance(heights, tuple):
        segments, own, _ = feature.edges()
        lines = np.asarray(shapely.linestrings(segments), dtype=object)
        middles = PlanFeature(dense, feature.role).edges()[0].mean(axis=1)
        nearest = shapely.STRtree(lines).nearest(np.asarray(shapely.points(middles), dtype=object))
        heights = tuple(own[nearest].tolist())
        assert len(heights) == edge_count(dense)
    return replace(feature, geometry=dense, wall_height_m=heights)


@every_check
@EXAMPLES
@given(data=st.data())
def test_splitting_the_parcels_of_the_site_changes_nothing(check: str, data: st.DataObject) -> None:
    case = drawn(data, check)
    parcels = case.layers.get("parcels")
    ids = case.run().parcels
    if parcels is None or not ids or check in BY_PARCEL:
        return
    assert isinstance(parcels, MemoryLayer)
    if not set(ids) <= set(parcels.columns["parcel_id"].tolist()):
        return  # a parcel that is not there cannot be split
    share = data.draw(st.sampled_from([0.2, 0.5, 0.83]))
    shapes: list[BaseGeometry] = []
    rows: list[int] = []
    names: list[str] = []
    areas: list[float] = []
    official = parcels.columns.get("official_area_m2")
    for row, shape in enumerate(parcels.geometry):
        name = str(parcels.columns["parcel_id"][row])
        west, south, east, north = shape.bounds
        at = west + share * (east - west)
        halves = [shape.intersection(shapely.box(*b)) for b in ((west, south, at, north), (at, south, east, north))]
        parts = halves if name in ids and all(h.geom_type == "Polygon" and h.area > 1 for h in halves) else [shape]
        for number, part in enumerate(parts):
            shapes.append(part)
            rows.append(row)
            names.append(f"{name}/{number}" if len(parts) > 1 else name)
            areas.append(np.nan if official is None else float(official[row]) * part.area / shape.area)
    columns = {key: values[np.array(rows)] for key, values in parcels.columns.items()}
    columns |= {"parcel_id": np.array(names, dtype=object), "official_area_m2": np.array(areas)}
    split = MemoryLayer(parcels.info, np.array(shapes, dtype=object), columns, parcels.skipped)
    own = tuple(name for name in names if name.split("/")[0] in ids or name in ids)
    plan = replace(case.plan, parcels=own)
    same(case, replace(case, plan=plan, layers={**case.layers, "parcels": split}), close=1e-4)


@every_check
@EXAMPLES
@given(data=st.data())
def test_the_order_of_features_in_layers_and_plan_changes_nothing(check: str, data: st.DataObject) -> None:
    case = drawn(data, check)
    order = data.draw(st.randoms(use_true_random=False))

    def shuffled(layer: Layer) -> Layer:
        assert isinstance(layer, MemoryLayer)
        rows = list(range(len(layer.geometry)))
        order.shuffle(rows)
        at = np.array(rows, dtype=int)
        return MemoryLayer(layer.info, layer.geometry[at], {k: v[at] for k, v in layer.columns.items()}, layer.skipped)

    features = list(case.plan.features)
    order.shuffle(features)
    layers = {name: shuffled(layer) for name, layer in case.layers.items()}
    same(case, replace(case, plan=replace(case.plan, features=tuple(features)), layers=layers))


@every_check
@EXAMPLES
@given(data=st.data())
def test_rounding_to_millimetres_changes_no_verdict_outside_the_tolerance_band(check: str, data: st.DataObject) -> None:
    case = drawn(data, check)
    angle, origin = data.draw(st.integers(1, 359)), about(case)
    turned = changed(case, lambda shape: rotate(shape, angle, origin=origin))
    rounded = changed(turned, lambda shape: shapely.transform(shape, lambda xy: np.round(xy, 3)))
    first, second = turned.run(), rounded.run()
    if first.value is not None and second.value is not None:
        assert second.value == pytest.approx(first.value, abs=0.05, rel=0.001), case.name
    if first.verdict != second.verdict:
        assert _near_a_tip(first), (case.name, first.message, second.message)


def _near_a_tip(result: CheckResult, by: float = 0.003) -> bool:
    """Whether a millimetre may decide: at the limit, or at either end of the tolerance band around it."""
    if result.value is None or result.limit is None:
        return False
    off, tolerance = abs(result.value - result.limit), result.tolerance or 0.0
    return off < by or abs(off - tolerance) < by


def test_the_same_inputs_give_the_same_bytes_in_every_process() -> None:
    assert _bytes("0") == _bytes("1")


def _bytes(seed: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.gis.checks.golden_bytes"],
        cwd=PROJECT, check=True, capture_output=True, text=True,
        env=os.environ | {"PYTHONHASHSEED": seed},
    )  # fmt: skip
    assert len(json.loads(done.stdout)) == sum(len(cases) for cases in CASES.values())
    return done.stdout
