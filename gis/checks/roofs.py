"""What roofs add to the height of walls: gables, which count in part (NBauO § 5 Abs. 4), and roofs nobody described."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.checks.context import CheckContext
from gis.checks.walls import ROUNDING_M, SAME_HEIGHT_M, Run, run_rings, turned_deg, wall_runs
from gis.siteplan import PlanFeature

NO_RIDGE = "Wo keine Firsthöhe angegeben ist, reichen Giebel und Dach nicht höher, als die Wandhöhen es zeigen."
#: With the kind and the name of a building.
HIP = "Das Dach von {} {} steigt über allen Wänden schräg an; keine Wand hat einen Giebel, der höher ist als angegeben."
#: A wall that turns by more than this has gone around a corner.
_CORNER_DEG = 45.0
#: Why a wall up to the ridge may count in full.
_ONE_SIDE = "nur auf einer Seite schließt eine niedrigere Wand an (wie am Pultdach)"
_ALONE = "nur diese Wand reicht bis zum First (wie die hohe Seite eines Pultdachs)"
_UNEVEN = "die anschließenden Wände und die Traufe sind verschieden hoch"
#: Fineness with which the widest circle in a footprint is found, in metres.
_CIRCLE_M = 0.001


@dataclass(frozen=True)
class Gable:
    """A gable wall: its width, the heights of ridge and eaves, and the height that counts.

    ``at_most`` is more than ``counts`` where the plan leaves open whether the wall ends in a triangle; ``reason`` is
    then the German clause that says why.
    """

    feature: PlanFeature
    width: float
    ridge: float
    eaves: float
    counts: float
    at_most: float
    reason: str = ""


@dataclass(frozen=True)
class RoofHeights:
    """Heights of edges in metres, gables reduced, shape (n,): ``least`` for certain, ``most`` at the worst."""

    least: NDArray[np.float64]
    most: NDArray[np.float64]
    gables: tuple[Gable, ...] = ()


def all_walls_stated(feature: PlanFeature) -> bool:
    """Whether the plan gives the height of each wall, not one for all: then no wall has a gable that is not shown."""
    return isinstance(feature.wall_height_m, tuple)


def roof_heights(context: CheckContext, feature: PlanFeature, ignored_width_m: float, jog_m: float) -> RoofHeights:
    """Heights of the edges with gables reduced, and these gables (NBauO § 5 Abs. 4).

    A gable is a wall up to the ridge between walls that end lower: what they end at is the foot of its triangle,
    whatever eaves are stated below them. The triangle does not count as far as it is at most ``ignored_width_m`` wide,
    measured horizontally: ``ridge − ignored ÷ width × (ridge − eaves)`` counts, and nothing above the eaves where the
    whole gable is no wider. Steps in the wall of up to ``jog_m`` metres do not divide it. A wall between two others of
    the same height is no gable; with one such neighbour (side of a mono-pitch roof), or where it is the only wall up
    to the ridge (which may be the high side of one), it counts in full at the worst.
    """
    segments, heights, _ = context.edges(feature)
    eaves, ridge = feature.eaves_height_m, feature.ridge_height_m
    if eaves is None or ridge is None or eaves >= ridge or not all_walls_stated(feature):
        return RoofHeights(heights, heights)
    top = np.abs(heights - ridge) <= SAME_HEIGHT_M
    if not top.any() or top.all():
        return RoofHeights(heights, heights)
    least, most, gables = heights.copy(), heights.copy(), []
    walls = list(_gable_walls(wall_runs(segments, heights), top, jog_m))
    for wall in walls:
        beside = [float(heights[run.edges[0]]) for run in wall.beside]
        high = sum(bool(top[run.edges[0]]) for run in wall.beside)
        if high == len(beside):
            continue
        feet = [height for run, height in zip(wall.beside, beside, strict=True) if not top[run.edges[0]]]
        feet = [eaves if np.isnan(height) else height for height in feet]
        width = _width(wall.runs)
        counts = _counted(ridge, min(feet), width, ignored_width_m)
        at_most, reason = max(counts, _counted(ridge, max(*feet, eaves), width, ignored_width_m)), ""
        if high or len(walls) == 1:
            at_most, reason = ridge, _ONE_SIDE if high else _ALONE
        elif at_most > counts:
            reason = _UNEVEN
        edges = [edge for run in wall.runs for edge in run.edges if top[edge]]
        least[edges], most[edges] = counts, at_most
        gables.append(Gable(feature, width, ridge, min(feet), counts, at_most, reason))
    return RoofHeights(least, most, tuple(gables))


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
    if not all_walls_stated(feature):
        for run in wall_runs(segments, heights):
            edges = list(run.edges)
            possible[edges] = _counted(top, float(walls[edges].max()), run.width, ignored_width_m)
    circle = shapely.maximum_inscribed_circle(feature.geometry, tolerance=_CIRCLE_M)
    # The ridge is no further from a wall than this; at that place it is as high as a wall of this height would ask for.
    return np.maximum(possible, top - float(circle.length) / factor)


def _counted(ridge: float, eaves: float, width: float, ignored_width_m: float) -> float:
    # Rounded far below what can be measured, so that noise of coordinates decides no step of 10 cm.
    return round(max(eaves, ridge - ignored_width_m / width * (ridge - eaves)), 6)


@dataclass(frozen=True)
class _HighWall:
    """Straight walls up to the ridge that belong together, and the walls next to them (short steps left out)."""

    runs: list[Run]
    beside: list[Run]


def _gable_walls(runs: Sequence[Run], top: NDArray[np.bool_], jog_m: float) -> Iterator[_HighWall]:
    """Straight walls up to the ridge, those of one gable together: only short steps lie between them."""
    for ring in run_rings(runs):
        begin = next((at for at, run in enumerate(ring) if not top[run.edges[0]] and run.width > jog_m), None)
        if begin is None:  # around and around: start at a step, if there is one
            begin = next((at for at, run in enumerate(ring) if not top[run.edges[0]]), 0)
        around = [*ring[begin:], *ring[:begin]]
        found: list[int] = []
        facing: NDArray[np.float64] | None = None
        for at, run in enumerate(around):
            high, long = bool(top[run.edges[0]]), run.width > jog_m
            if long and found and (not high or (facing is not None and turned_deg(facing, run) > _CORNER_DEG)):
                yield _high_wall(around, found, jog_m)
                found, facing = [], None
            if high:
                found.append(at)
                if long:
                    facing = run.end - run.start
        if found:
            yield _high_wall(around, found, jog_m)


def _high_wall(ring: Sequence[Run], found: Sequence[int], jog_m: float) -> _HighWall:
    count = len(ring)
    before = [ring[(found[0] - step) % count] for step in range(1, count)]
    after = [ring[(found[-1] + step) % count] for step in range(1, count)]
    sides = [next((run for run in way if run.width > jog_m), None) for way in (before, after)]
    return _HighWall([ring[at] for at in found], [run for run in sides if run is not None])


def _width(runs: Sequence[Run]) -> float:
    """Extent of the walls along the longest of them, in metres."""
    longest = max(runs, key=lambda run: run.width)
    unit = (longest.end - longest.start) / longest.width
    along = np.array([point @ unit for run in runs for point in (run.start - longest.start, run.end - longest.start)])
    return float(along.max() - along.min())
