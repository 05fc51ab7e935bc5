"""Walls of one building, or of two that touch, that look at each other across open ground."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.checks.nearest_pairs import Budget, Floats, Ints, NearestPairs, Stage
from gis.checks.wall_table import WallTable, box_distance, cross

#: Pairs of walls compared at once, and pairs that look at each other gathered before the most urgent are examined.
_CHUNK = 500_000
_GATHERED = 2_000_000
#: Pairs examined at first; then ever more at once.
_FIRST_BATCH = 64
#: A line of which this much lies in a building, in metres, does not lead across open ground.
_BLOCKED_M = 0.01
#: Finding out whether a line crosses a building costs as much as so many exact distances.
_CROSSING_COST = 10
#: Places on a line, as a share of its length, where it is first seen whether a building is in the way: spread without
#: a rhythm, since buildings have one.
_PLACES = tuple(0.05 + 0.9 * (step * 0.6180339887 % 1.0) for step in range(1, 21))


class FacingWalls:
    """Finds the facing walls that matter among buildings at least partly planned.

    ``facing_below_deg`` is the angle of the rule, ``minor_recess_m`` what a wall has to be longer than.
    """

    def __init__(self, table: WallTable, facing_below_deg: float, minor_recess_m: float, budget: Budget) -> None:
        self._table, self._budget = table, budget
        self._below = math.cos(math.radians(facing_below_deg))
        self._minor = minor_recess_m
        self._grounds: dict[tuple[int, int], BaseGeometry | None] = {}

    @cached_property
    def _long(self) -> Ints:
        """Walls that are longer than a minor recess, in order."""
        return np.flatnonzero(shapely.length(self._table.edges) > self._minor)

    @cached_property
    def _first(self) -> Ints:
        """Where the long walls of each building begin among all long walls."""
        return np.searchsorted(self._long, self._table.first)

    def examine(self, stage: Stage, a: Ints, b: Ints, found: NearestPairs) -> None:
        """Examine the walls of building ``a[k]`` against those of ``b[k]``, the most urgent first."""
        if stage is Stage.ONE_BUILDING:
            angular = ~_convex(self._table.shapes[a])
            a, b = a[angular], b[angular]
        if not len(a):
            return
        for at, i, j in self._candidates(stage, a, b):
            self._examine(stage, a[at], b[at], i, j, found)

    def _candidates(self, stage: Stage, a: Ints, b: Ints) -> Iterator[tuple[Ints, Ints, Ints]]:
        """Long walls that look at each other, as many at once as memory allows: place in ``a``, walls i and j."""
        columns: list[tuple[Ints, ...]] = []
        gathered = 0
        for k, i, j in self._long_walls(a, b):
            sees = self._look_at_each_other(i, j)
            if stage is Stage.ONE_BUILDING:
                sees &= i < j
            columns.append(tuple(column[sees] for column in np.broadcast_arrays(k, i, j)))
            gathered += len(columns[-1][0])
            if gathered > _GATHERED:
                yield _joined(columns)
                columns, gathered = [], 0
        if gathered:
            yield _joined(columns)

    def _examine(self, stage: Stage, a: Ints, b: Ints, i: Ints, j: Ints, found: NearestPairs) -> None:
        table = self._table
        required = table.required[i] + table.required[j]
        blind = np.isnan(required)
        bound = box_distance(table.boxes[i], table.boxes[j]) - np.where(blind, 0.0, required)
        queue, batch = np.argsort(bound, kind="stable"), _FIRST_BATCH
        while len(queue):
            known, unknown = found.matters(stage)
            queue = queue[bound[queue] <= np.where(blind[queue], unknown, known)]
            head, queue = queue[:batch], queue[batch:]
            head = head[self._across_open_ground(a[head], b[head], i[head], j[head])]
            line = shapely.shortest_line(table.edges[i[head]], table.edges[j[head]])
            found.add(stage, a[head], b[head], i[head], j[head], shapely.length(line), required[head])
            batch *= 2

    def _long_walls(self, a: Ints, b: Ints) -> Iterator[tuple[Ints, Ints, Ints]]:
        """Every long wall of the one with every long wall of the other, in chunks: place in ``a``, walls i and j.

        The three arrays are to be broadcast: all flat, or rows and columns.
        """
        first, count = self._first[:-1], np.diff(self._first)
        size = count[a] * count[b]
        self._budget.spend(rough=int(size.sum()))
        for at in np.flatnonzero(size > _CHUNK).tolist():
            rows, columns = (self._long[self._first[side] : self._first[side + 1]] for side in (a[at], b[at]))
            step = max(1, _CHUNK // len(columns))
            for start in range(0, len(rows), step):
                # Of one building every two walls once.
                rest = columns[start:] if a[at] == b[at] else columns
                yield np.array([[at]]), rows[start : start + step, None], rest[None, :]
        few = np.flatnonzero(size <= _CHUNK)
        ends = np.cumsum(size[few])
        start = 0
        while start < len(few):
            done = int(ends[start - 1]) if start else 0
            stop = max(start + 1, int(np.searchsorted(ends, done + _CHUNK, side="right")))
            some = few[start:stop]
            k, i, j = cross(first[a[some]], count[a[some]], first[b[some]], count[b[some]])
            yield some[k], self._long[i], self._long[j]
            start = stop

    def _look_at_each_other(self, i: Ints, j: Ints) -> NDArray[np.bool_]:
        """Whether each wall has the middle of the other before it, and the angle between them is small enough."""
        (x, y), (east, north) = self._table.middle.T, self._table.outward.T
        dx, dy = x[j] - x[i], y[j] - y[i]
        before = (dx * east[i] + dy * north[i] > 1e-6) & (-dx * east[j] - dy * north[j] > 1e-6)
        return np.asarray(before & (-(east[j] * east[i] + north[j] * north[i]) > self._below))

    def _across_open_ground(self, a: Ints, b: Ints, i: Ints, j: Ints) -> NDArray[np.bool_]:
        """Whether the line between the middles of two walls crosses none of the two buildings."""
        grounds = self._footprints(a, b)
        real = np.flatnonzero(grounds != None)  # noqa: E711 - elementwise
        self._budget.spend(exact=_CROSSING_COST * len(real))
        middle = self._table.middle
        ends = np.stack([middle[i[real]], middle[j[real]]], axis=1)
        grounds = grounds[real]
        length = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
        # Predicates on prepared buildings are fast; few lines need more.
        trimmed = _part(ends, 0.4 * _BLOCKED_M / length, 1 - 0.4 * _BLOCKED_M / length)
        clear = (length > 2 * _BLOCKED_M) & shapely.disjoint(grounds, trimmed)
        unsure = np.flatnonzero(~clear)
        for place in _PLACES:
            half = 0.6 * _BLOCKED_M / length[unsure]
            inside = shapely.covers(grounds[unsure], _part(ends[unsure], place - half, place + half))
            unsure = unsure[~(inside & (length[unsure] > 10 * _BLOCKED_M))]
        self._budget.spend(exact=int(shapely.get_num_coordinates(grounds[unsure]).sum()))
        lines = np.asarray(shapely.linestrings(ends[unsure]), dtype=object)
        clear[unsure] = shapely.length(shapely.intersection(lines, grounds[unsure])) < _BLOCKED_M
        result = np.zeros(len(i), dtype=bool)
        result[real] = clear
        return result

    def _footprints(self, a: Ints, b: Ints) -> NDArray[np.object_]:
        """What the two buildings cover together, prepared; None where it is convex: then nothing faces anything."""
        keys = list(zip(a.tolist(), b.tolist(), strict=True))
        new = [key for key in dict.fromkeys(keys) if key not in self._grounds]
        if new:
            both = self._table.shapes[np.array(new)]
            single = np.array([left == right for left, right in new])
            united = both[:, 0].copy()
            united[~single] = shapely.union_all(both[~single], axis=1)
            shapely.prepare(united)
            self._grounds |= {
                key: None if flat else ground
                for key, ground, flat in zip(new, united, _convex(united).tolist(), strict=True)
            }
        result = np.empty(len(keys), dtype=object)
        result[:] = [self._grounds[key] for key in keys]
        return result


def _joined(columns: list[tuple[Ints, ...]]) -> tuple[Ints, Ints, Ints]:
    k, i, j = (np.concatenate(column) for column in zip(*columns, strict=True))
    return k, i, j


def _part(ends: Floats, start: Floats, stop: Floats) -> NDArray[np.object_]:
    """Parts of straight lines (n, 2, 2), from one share of their length to another."""
    along = ends[:, 1] - ends[:, 0]
    points = np.stack([ends[:, 0] + start[:, None] * along, ends[:, 0] + stop[:, None] * along], axis=1)
    return np.asarray(shapely.linestrings(points), dtype=object)


def _convex(shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    hulls = shapely.area(shapely.convex_hull(shapes))
    return np.asarray(shapely.area(shapes) >= hulls * (1 - 1e-9))
