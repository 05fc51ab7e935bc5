"""The worst pair of walls of every two buildings that do not touch, as far as it matters."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.checks.nearest_pairs import Budget, Floats, Ints, NearestPairs, Stage
from gis.checks.wall_table import SLACK_M, WallTable, box_distance, cross

#: Tells of buildings a < b whether they have to keep a distance from each other.
Wanted = Callable[[Ints, Ints], NDArray[np.bool_]]
#: Of so few buildings all pairs are looked at; of more only those in growing rings around each.
FEW = 64
#: Two buildings with more pairs of walls than this are examined block by block.
_MANY = 4_096
#: Walls in one block.
_BLOCK = 64
#: Building pairs examined at first; then ever more at once.
_FIRST_BATCH = 128
#: The least margin possible and this much more is looked for first; then twice as much more each time.
_FIRST_RING_M = 1.0
#: Finding two buildings near each other costs as much as so many comparisons of boxes.
_QUERY_COST = 10
#: What two buildings can come to: a margin, for want of heights only a distance, or either.
_KNOWN, _BLIND, _EITHER = 0, 1, 2


def worst_pairs(table: WallTable, a: Ints, b: Ints, budget: Budget) -> tuple[Ints, Ints, Floats, Floats]:
    """Walls i, j of each two buildings with the smallest margin, their distance, and what they have to keep.

    Where a height of the two buildings is unknown: the two walls that are nearest. Of equal ones the first.
    """
    size = (table.first[a + 1] - table.first[a]) * (table.first[b + 1] - table.first[b])
    i, j = np.zeros(len(a), dtype=np.intp), np.zeros(len(a), dtype=np.intp)
    few = np.flatnonzero(size <= _MANY)
    if len(few):
        budget.spend(exact=int(size[few].sum()))
        k, left, right = table.crossed(a[few], b[few])
        blind = table.some_unknown[a[few]] | table.some_unknown[b[few]]
        key = _key(table, left, right, blind[k])
        starts = np.cumsum(size[few]) - size[few]
        least = np.minimum.reduceat(key, starts)
        places = np.where(key == least[k], np.arange(len(key)), len(key))
        best = np.minimum.reduceat(places, starts)
        i[few], j[few] = left[best], right[best]
    for at in np.flatnonzero(size > _MANY).tolist():
        i[at], j[at] = _worst_by_blocks(table, int(a[at]), int(b[at]), budget)
    distance = np.asarray(shapely.distance(table.edges[i], table.edges[j]))
    return i, j, distance, table.required[i] + table.required[j]


def _key(table: WallTable, i: Ints, j: Ints, blind: NDArray[np.bool_]) -> Floats:
    distance = np.asarray(shapely.distance(table.edges[i], table.edges[j]))
    return np.where(blind, distance, distance - (table.required[i] + table.required[j]))


def _worst_by_blocks(table: WallTable, a: int, b: int, budget: Budget) -> tuple[int, int]:
    """Of two buildings of very many walls: blocks of walls first, nearest first, until no other can be worse."""
    blind = bool(table.some_unknown[a] or table.some_unknown[b])
    sides = [_blocks(table, at, blind) for at in (a, b)]
    (first_a, count_a, boxes_a, ask_a), (first_b, count_b, boxes_b, ask_b) = sides
    budget.spend(rough=len(first_a) * len(first_b))
    bound = (box_distance(boxes_a[:, None], boxes_b[None, :]) - ask_a[:, None] - ask_b[None, :]).ravel()
    ask = np.zeros(len(table.required)) if blind else table.required
    found: tuple[float, int, int] = (math.inf, -1, -1)
    for at in np.argsort(bound, kind="stable").tolist():
        if bound[at] > found[0]:
            break
        p, q = divmod(at, len(first_b))
        _, i, j = cross(first_a[[p]], count_a[[p]], first_b[[q]], count_b[[q]])
        budget.spend(rough=len(i))
        near = box_distance(table.boxes[i], table.boxes[j]) - ask[i] - ask[j]
        # The nearest of all boxes first: what it comes to leaves little of the rest.
        for pick in (near == near.min(), near <= found[0]):
            take = np.flatnonzero(pick & (near <= found[0]))
            if not len(take):
                continue
            budget.spend(exact=len(take))
            key = _key(table, i[take], j[take], np.full(len(take), blind))
            best = take[int(np.argmin(key))]
            found = min(found, (float(key.min()), int(i[best]), int(j[best])))
    return found[1], found[2]


def _blocks(table: WallTable, building: int, blind: bool) -> tuple[Ints, Ints, Floats, Floats]:
    """Blocks of consecutive walls: first wall, number, bounding box, and the most that a wall of it asks for."""
    walls = table.walls(building)
    first = np.arange(walls.start, walls.stop, _BLOCK)
    count = np.minimum(_BLOCK, walls.stop - first)
    inner = first - walls.start
    boxes = table.boxes[walls]
    corners = [
        np.minimum.reduceat(boxes[:, :2], inner, axis=0),
        np.maximum.reduceat(boxes[:, 2:], inner, axis=0),
    ]
    ask = np.zeros(len(first)) if blind else np.maximum.reduceat(table.required[walls], inner)
    return first, count, np.concatenate(corners, axis=1), ask


class Neighbourhood:
    """Buildings by their boxes: who stands how near to whom, among the pairs that are ``wanted``."""

    def __init__(self, table: WallTable, wanted: Wanted, budget: Budget) -> None:
        self._table, self._wanted, self._budget = table, wanted, budget
        self._tree = shapely.STRtree(_as_boxes(table.building_boxes))

    def around(self, sources: Ints, radius: Floats) -> tuple[Ints, Ints, Floats]:
        """Pairs a < b, each once and in order, that have a source whose box widened by its radius meets the other's.

        The third array holds the distances of their boxes.
        """
        boxes = self._table.building_boxes
        count = len(boxes)
        codes: list[Ints] = []
        # In parts, so that the budget ends a search before its answer fills the memory.
        for part in np.array_split(np.arange(len(sources)), max(1, math.ceil(len(sources) / 256))):
            at = sources[part]
            grown = boxes[at] + np.array([-1.0, -1.0, 1.0, 1.0]) * (radius[part] + 2 * SLACK_M)[:, None]
            left, right = self._tree.query(_as_boxes(grown))
            self._budget.spend(rough=_QUERY_COST * len(left))
            low, high = np.minimum(at[left], right), np.maximum(at[left], right)
            codes.append((low * count + high)[(low < high) & self._wanted(low, high)])
        every = np.sort(np.concatenate(codes))
        a, b = np.divmod(every[np.diff(every, prepend=-1) > 0], count)
        return a, b, box_distance(boxes[a], boxes[b])


def examine_separate(
    table: WallTable,
    wanted: Wanted,
    farthest: float,
    budget: Budget,
    found: NearestPairs,
) -> None:
    """Examine buildings that are ``wanted`` pairs and at most ``farthest`` apart, as far out as it matters."""
    if len(table.shapes) <= FEW:
        a, b = np.triu_indices(len(table.shapes), 1)
        every = wanted(a, b)
        if every.any():
            a, b = a[every], b[every]
            gap = box_distance(table.building_boxes[a], table.building_boxes[b])
            _examine(table, a, b, gap, farthest, budget, found)
        return
    neighbourhood = Neighbourhood(table, wanted, budget)
    unknown = np.flatnonzero(table.some_unknown)
    any_known = bool(np.count_nonzero(~table.all_unknown) > 1)
    done, upto, ring = -math.inf, _FIRST_RING_M - 2 * float(table.reach.max()), _FIRST_RING_M
    while True:
        known, blind = _needed(found, any_known, len(unknown) > 0)
        if max(known, blind) <= done:
            return
        # Where only an unknown height is still looked for, only who has one looks around.
        sources = np.arange(len(table.shapes)) if known > done else unknown
        other = np.where(table.some_unknown[sources], table.reach.max(), table.reach[sources])
        radius = table.reach[sources] + other + upto
        if radius.min() >= farthest:
            upto = math.inf
        looking = radius >= 0
        a, b, gap = neighbourhood.around(sources[looking], np.minimum(radius[looking], farthest))
        bound = _bounds(table, a, b, gap)
        new = np.flatnonzero((bound > done) & (bound <= upto))
        _examine(table, a[new], b[new], gap[new], farthest, budget, found)
        if math.isinf(upto):
            return
        done, ring = upto, 2 * ring
        upto += ring


def _needed(found: NearestPairs, any_known: bool, any_unknown: bool) -> tuple[float, float]:
    known, blind = found.matters(Stage.SEPARATE)
    return known if any_known else -math.inf, blind if any_unknown else -math.inf


def _bounds(table: WallTable, a: Ints, b: Ints, gap: Floats) -> Floats:
    """Lower bounds of the margins of buildings whose boxes are ``gap`` apart; of the distances where no height is."""
    return gap - np.where(table.all_unknown[a] | table.all_unknown[b], 0.0, table.reach[a] + table.reach[b])


def _examine(
    table: WallTable, a: Ints, b: Ints, gap: Floats, farthest: float, budget: Budget, found: NearestPairs
) -> None:
    """Examine building pairs in the order of their bounds, in growing batches, until no bound matters any more."""
    bound = _bounds(table, a, b, gap)
    kind = np.where(table.some_unknown[a] | table.some_unknown[b], _EITHER, _KNOWN)
    kind[table.all_unknown[a] | table.all_unknown[b]] = _BLIND
    queue, batch = np.argsort(bound, kind="stable"), _FIRST_BATCH
    while len(queue):
        known, blind = found.matters(Stage.SEPARATE)
        queue = queue[bound[queue] <= np.array([known, blind, max(known, blind)])[kind[queue]]]
        head, queue = queue[:batch], queue[batch:]
        head = head[shapely.dwithin(table.shapes[a[head]], table.shapes[b[head]], farthest)]
        found.add(Stage.SEPARATE, a[head], b[head], *worst_pairs(table, a[head], b[head], budget))
        batch *= 2


def _as_boxes(corners: Floats) -> NDArray[np.object_]:
    return np.asarray(shapely.box(*corners.T), dtype=object)
