"""Outer walls with their heights, the distance that each keeps, and the distance that it has to keep (NBauO § 5)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.checks.boundary import Boundary, Stretch
from gis.checks.context import CheckContext
from gis.siteplan import PlanFeature

#: At most this many walls are listed in the details, those with the smallest margins.
LISTED_WALLS = 100
#: Differences up to this are rounding of coordinates, not geometry.
ROUNDING_M = 1e-6
#: Edges whose directions differ by less are one wall, also where a vertex was rounded to millimetres.
_SAME_WALL_DEG = 1.0
#: Walls that turn by less, beside a step between them, are one façade.
_FACADE_DEG = 5.0
#: Coordinates rounded to millimetres lie this far off at most, in metres: half a diagonal each of plan and parcels.
_MILLIMETRES_M = 0.0015
#: Heights that differ by less are the same.
SAME_HEIGHT_M = 0.005


@dataclass(frozen=True)
class Walls:
    """Edges of one feature with everything measured; arrays of shape (n,). NaN: height and hence limit unknown.

    ``height`` is the one that counts (gables reduced), ``allowance`` what may be short of the distance (minor parts):
    ``required`` is without it.
    """

    feature: PlanFeature
    index: NDArray[np.intp]
    height: NDArray[np.float64]
    factor: NDArray[np.float64]
    distance: NDArray[np.float64]
    full: NDArray[np.float64]
    allowance: NDArray[np.float64]
    counted: NDArray[np.bool_]
    line: NDArray[np.object_]

    @property
    def required(self) -> NDArray[np.float64]:
        """Distance to keep: the full one less what may be short of it."""
        return self.full - self.allowance

    @property
    def margin(self) -> NDArray[np.float64]:
        """Distance kept beyond the one to keep."""
        return self.distance - self.required

    def entry(self, at: int) -> dict[str, Any]:
        """One wall for the details; ``line`` leads from the wall to the boundary, or to the middle of the street."""
        unknown = math.isnan(self.height[at])
        allowance = float(self.allowance[at])
        required = float(self.full[at]) - allowance
        distance = float(self.distance[at])
        return {
            "feature": self.feature.id,
            "role": self.feature.role.value,
            "edge": int(self.index[at]),
            "wall_height_m": None if unknown else float(self.height[at]),
            "factor": float(self.factor[at]),
            "distance_m": distance,
            "required_m": None if unknown else required,
            "margin_m": None if unknown else distance - required,
            "allowance_m": None if unknown else allowance,
            "to_middle_of_street": bool(self.counted[at]),
            "line": shapely.get_coordinates(self.line[at]).tolist(),
        }


def required_distances(heights: NDArray[np.float64], factor: float, values: Mapping[str, Any]) -> NDArray[np.float64]:
    """Required distances in metres: factor × height rounded *down* to the step, at least the minimum (NBauO § 5)."""
    per_metre = round(1 / float(values["rounding_step_m"]))
    product = np.floor(factor * heights * per_metre + 1e-9) / per_metre
    return np.asarray(np.where(np.isnan(heights), np.nan, np.maximum(float(values["minimum_m"]), product)))


def measure(
    context: CheckContext,
    feature: PlanFeature,
    boundary: Boundary,
    values: Mapping[str, Any],
    heights: NDArray[np.float64] | None = None,
    allowance: Callable[[NDArray[np.float64]], NDArray[np.float64]] | None = None,
) -> Walls:
    """Measure every edge against the boundary; of all stretches the one with the smallest margin governs.

    ``heights`` (n,) stand in for those of the feature; ``allowance`` says by how much a full distance may be undercut.
    To the middle of a street is measured only from what stands on
    the land itself.
    """
    segments, own, index = context.edges(feature)
    height = own if heights is None else heights
    edges = np.asarray(shapely.linestrings(segments), dtype=object)
    shapely.prepare(edges)
    beyond = any(stretch.counted for stretch in boundary.stretches) and not on_land(feature, boundary.land)
    best: Walls | None = None
    for stretch in boundary.stretches:
        walls = _against(stretch, beyond, feature, index, height, edges, values)
        if allowance is not None:
            walls = replace(walls, allowance=allowance(walls.full))
        best = walls if best is None else _smaller(best, walls)
    assert best is not None  # a site has a boundary
    return best


def on_land(feature: PlanFeature, land: BaseGeometry) -> bool:
    """Whether a feature lies on the land by all but rounding, of its own coordinates and of the land's."""
    if land.covers(feature.geometry):
        return True
    rounded = land.buffer(_MILLIMETRES_M, join_style="mitre")
    return bool(feature.geometry.difference(rounded).area <= 1e-6)


def _against(
    stretch: Stretch,
    beyond: bool,
    feature: PlanFeature,
    index: NDArray[np.intp],
    height: NDArray[np.float64],
    edges: NDArray[np.object_],
    values: Mapping[str, Any],
) -> Walls:
    factor = float(values["factor_reduced" if stretch.reduced else "factor"])
    target = stretch.own if beyond else stretch.line
    count = len(index)
    return Walls(
        feature=feature,
        index=index,
        height=height,
        factor=np.full(count, factor),
        distance=np.asarray(shapely.distance(edges, target)),
        full=required_distances(height, factor, values),
        allowance=np.zeros(count),
        counted=np.full(count, stretch.counted and not beyond),
        line=np.asarray(shapely.shortest_line(edges, target)),
    )


def _smaller(left: Walls, right: Walls) -> Walls:
    unknown = np.isnan(left.full)
    take = np.where(unknown, right.distance < left.distance, right.margin < left.margin)
    columns = {
        name: np.where(take, getattr(right, name), getattr(left, name))
        for name in ("factor", "distance", "full", "allowance", "counted", "line")
    }
    return replace(left, **columns)


@dataclass(frozen=True)
class Run:
    """A straight wall: its edges (positions in ``feature.edges()``), ends and direction."""

    edges: tuple[int, ...]
    start: NDArray[np.float64]
    end: NDArray[np.float64]

    @property
    def width(self) -> float:
        """Length of the wall in metres."""
        return float(np.hypot(*(self.end - self.start)))

    @property
    def line(self) -> BaseGeometry:
        """The wall as a line."""
        return shapely.LineString([self.start, self.end])


def wall_runs(segments: NDArray[np.float64], heights: NDArray[np.float64]) -> list[Run]:
    """Join consecutive edges of one direction and one height to walls; a wall may run over the start of its ring."""
    runs: list[list[int]] = []
    for at in range(len(segments)):
        if runs and _continues(segments, heights, runs[-1][-1], at):
            runs[-1].append(at)
        else:
            runs.append([at])
    return [
        Run(tuple(run), segments[run[0], 0], segments[run[-1], 1])
        for run in _closed_over_start(runs, segments, heights)
    ]


def _closed_over_start(
    runs: list[list[int]], segments: NDArray[np.float64], heights: NDArray[np.float64]
) -> list[list[int]]:
    """Join the last run of each ring with its first where they are one wall."""
    first: int | None = 0 if runs else None
    result = list(runs)
    for position, run in enumerate(runs):
        ends_ring = position + 1 == len(runs) or not np.array_equal(
            segments[run[-1], 1], segments[runs[position + 1][0], 0]
        )
        if not ends_ring or first is None:
            continue
        if first != position and _continues(segments, heights, run[-1], runs[first][0]):
            result[first] = run + runs[first]
            result[position] = []
        first = position + 1
    return [run for run in result if run]


def _continues(segments: NDArray[np.float64], heights: NDArray[np.float64], left: int, right: int) -> bool:
    if not np.array_equal(segments[left, 1], segments[right, 0]):
        return False
    same = heights[left] == heights[right] or abs(heights[left] - heights[right]) <= SAME_HEIGHT_M
    if not (same or (np.isnan(heights[left]) and np.isnan(heights[right]))):
        return False
    (x1, y1), (x2, y2) = segments[left, 1] - segments[left, 0], segments[right, 1] - segments[right, 0]
    turn = math.degrees(math.atan2(x1 * y2 - y1 * x2, x1 * x2 + y1 * y2))
    return abs(turn) < _SAME_WALL_DEG


def run_rings(runs: Iterable[Run]) -> Iterator[list[Run]]:
    """Yield runs by the ring of the outline to which they belong."""
    ring: list[Run] = []
    for run in runs:
        if ring and not np.array_equal(ring[-1].end, run.start):
            yield ring
            ring = []
        ring.append(run)
    if ring:
        yield ring


def turned_deg(facing: NDArray[np.float64], run: Run) -> float:
    """Angle in degrees between a direction and a wall, 0 to 180."""
    along = run.end - run.start
    cosine = float(facing @ along) / (float(np.hypot(*facing)) * run.width)
    return float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


def facades(runs: Iterable[Run], jog_m: float) -> list[Run]:
    """Join walls of one direction between which the outline only steps to and fro by up to ``jog_m`` metres."""
    found: list[Run] = []
    for ring in run_rings(runs):
        # A façade may run over the start of its ring: begin behind a real corner.
        begin = next((at for at in range(len(ring)) if _corner(ring[at - 1], ring[at], jog_m)), 0)
        joined: list[Run] = []
        for run in [*ring[begin:], *ring[:begin]]:
            joined.append(run)
            while len(joined) > 2:
                first, step, last = joined[-3:]
                if not _steps(first, step, last, jog_m):
                    break
                joined[-3:] = [Run((*first.edges, *step.edges, *last.edges), first.start, last.end)]
        found += joined
    return found


def _corner(before: Run, after: Run, jog_m: float) -> bool:
    return min(before.width, after.width) > jog_m and turned_deg(before.end - before.start, after) > _FACADE_DEG


def _steps(first: Run, step: Run, last: Run, jog_m: float) -> bool:
    long = min(first.width, last.width) > jog_m >= step.width
    return long and turned_deg(first.end - first.start, last) < _FACADE_DEG


def wall_list(walls: Iterable[Walls]) -> list[dict[str, Any]]:
    """Walls for the details; of many those with the smallest margins."""
    entries = [(w, i) for w in walls for i in range(len(w.index))]
    if len(entries) > LISTED_WALLS:
        entries.sort(key=lambda pair: float(np.nan_to_num(pair[0].margin[pair[1]], nan=pair[0].distance[pair[1]])))
    return [w.entry(i) for w, i in entries[:LISTED_WALLS]]
