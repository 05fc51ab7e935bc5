"""What roofs add to the height of walls: gables, which count in part (NBauO § 5 Abs. 4), and roofs nobody described."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.checks.context import CheckContext
from gis.checks.walls import ROUNDING_M, SAME_HEIGHT_M, Run, wall_runs
from gis.siteplan import PlanFeature

#: A wall that turns by more than this has gone around a corner.
_CORNER_DEG = 45.0
#: Fineness with which the widest circle in a footprint is found, in metres.
_CIRCLE_M = 0.001


@dataclass(frozen=True)
class Gable:
    """A gable wall: its width, the heights of ridge and eaves, and the height that counts."""

    feature: PlanFeature
    width: float
    ridge: float
    eaves: float
    counts: float


def counting_heights(
    context: CheckContext, feature: PlanFeature, ignored_width_m: float, jog_m: float
) -> tuple[NDArray[np.float64], list[Gable]]:
    """Heights of the edges with gables reduced, and these gables (NBauO § 5 Abs. 4).

    A gable is a wall up to the ridge where other walls end lower. Its triangle does not count as far as it is at most
    ``ignored_width_m`` wide, measured horizontally: ``ridge − ignored ÷ width × (ridge − eaves)`` counts, and nothing
    above the eaves where the whole gable is no wider. Steps in the wall of up to ``jog_m`` metres do not divide it.
    """
    segments, heights, _ = context.edges(feature)
    eaves, ridge = feature.eaves_height_m, feature.ridge_height_m
    if eaves is None or ridge is None or eaves >= ridge or not isinstance(feature.wall_height_m, tuple):
        return heights, []
    top = np.abs(heights - ridge) <= SAME_HEIGHT_M
    if not top.any() or top.all():
        return heights, []
    counting, gables = heights.copy(), []
    for runs in _gable_walls(wall_runs(segments, heights), top, jog_m):
        width = _width(runs)
        counts = _counted(ridge, eaves, width, ignored_width_m)
        counting[[edge for run in runs for edge in run.edges if top[edge]]] = counts
        gables.append(Gable(feature, width, ridge, eaves, counts))
    return counting, gables


def highest_possible(
    context: CheckContext, feature: PlanFeature, ignored_width_m: float, factor: float
) -> NDArray[np.float64] | None:
    """Heights that the walls could come to with a roof that the plan does not describe; None where it describes it.

    Where a ridge (or eaves) is higher than every wall, the roof may end in a gable above any wall whose height was
    given for all alike; and where it rises more steeply than ``1 ÷ factor``, it needs more distance than the walls.
    """
    segments, heights, _ = context.edges(feature)
    tops = [h for h in (feature.ridge_height_m, feature.eaves_height_m) if h is not None]
    if not tops or np.isnan(heights).any() or max(tops) <= heights.max() + ROUNDING_M:
        return None
    top = max(tops)
    walls = np.maximum(heights, feature.eaves_height_m or 0.0)
    possible = walls.copy()
    if not isinstance(feature.wall_height_m, tuple):
        for run in wall_runs(segments, heights):
            edges = list(run.edges)
            possible[edges] = _counted(top, float(walls[edges].max()), run.width, ignored_width_m)
    circle = shapely.maximum_inscribed_circle(feature.geometry, tolerance=_CIRCLE_M)
    # The ridge is no further from a wall than this; at that place it is as high as a wall of this height would ask for.
    return np.maximum(possible, top - float(circle.length) / factor)


def _counted(ridge: float, eaves: float, width: float, ignored_width_m: float) -> float:
    # Rounded far below what can be measured, so that noise of coordinates decides no step of 10 cm.
    return round(max(eaves, ridge - ignored_width_m / width * (ridge - eaves)), 6)


def _gable_walls(runs: Sequence[Run], top: NDArray[np.bool_], jog_m: float) -> Iterator[list[Run]]:
    """Straight walls up to the ridge, those of one gable together: only short steps lie between them."""
    for ring in _rings(runs):
        begin = next((at for at, run in enumerate(ring) if not top[run.edges[0]] and run.width > jog_m), None)
        if begin is None:  # around and around: start at a step, if there is one
            begin = next((at for at, run in enumerate(ring) if not top[run.edges[0]]), 0)
        found: list[Run] = []
        facing: NDArray[np.float64] | None = None
        for run in [*ring[begin:], *ring[:begin]]:
            high, long = bool(top[run.edges[0]]), run.width > jog_m
            if long and found and (not high or (facing is not None and _turned(facing, run))):
                yield found
                found, facing = [], None
            if high:
                found.append(run)
                if long:
                    facing = run.end - run.start
        if found:
            yield found


def _rings(runs: Sequence[Run]) -> Iterator[list[Run]]:
    ring: list[Run] = []
    for run in runs:
        if ring and not np.array_equal(ring[-1].end, run.start):
            yield ring
            ring = []
        ring.append(run)
    if ring:
        yield ring


def _turned(facing: NDArray[np.float64], run: Run) -> bool:
    along = run.end - run.start
    cosine = float(facing @ along) / (float(np.hypot(*facing)) * run.width)
    return bool(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))) > _CORNER_DEG)


def _width(runs: Sequence[Run]) -> float:
    """Extent of the walls along the longest of them, in metres."""
    longest = max(runs, key=lambda run: run.width)
    unit = (longest.end - longest.start) / longest.width
    along = np.array([point @ unit for run in runs for point in (run.start - longest.start, run.end - longest.start)])
    return float(along.max() - along.min())
