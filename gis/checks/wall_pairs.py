"""Pairs of walls on one site that have to keep a distance from each other (NBauO § 7)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.checks.context import CheckContext
from gis.checks.facing_walls import FacingWalls
from gis.checks.nearest_pairs import Budget, NearestPairs, Stage
from gis.checks.separate_buildings import FEW, examine_separate
from gis.checks.wall_table import WallTable, box_distance
from gis.site import HAIRLINE_GAP_M
from gis.siteplan import PlanFeature, Role

#: Buildings farther apart than this are not looked at: no wall asks for more.
_FARTHEST_M = 200.0
#: Of more buildings than this only those are paired that are near enough to matter.
_FEW = 30
#: Buildings that look around at once, so that a search can end early.
_LOOKED_AROUND = 256
#: Finding out that two buildings touch costs as much as so many comparisons of boxes.
_TOUCHING_COST = 50


@dataclass(frozen=True)
class Pair:
    """Two walls: the distance between them and the sum to keep (NaN: a height is unknown)."""

    left: PlanFeature
    right: PlanFeature
    distance: float
    required: float
    heights: tuple[float, float]
    line: BaseGeometry
    same_building: bool = False

    @property
    def margin(self) -> float:
        return self.distance - self.required


class PairSearch:
    """Finds the pairs of walls that have to keep a distance from each other.

    ``values`` are those of the boundary distance, ``own`` those of the rule about buildings. ``budget`` tells how much
    had to be examined.
    """

    def __init__(
        self,
        buildings: Sequence[PlanFeature],
        values: Mapping[str, Any],
        own: Mapping[str, Any],
        factor: float,
        context: CheckContext,
    ) -> None:
        self.buildings = buildings
        self.factor = factor
        self.budget = Budget()
        self._own = own
        self._table = WallTable(buildings, values, context.rules.rule("gables").values, factor, context)
        self._planned = np.array([feature.role is not Role.EXISTING_BUILDING for feature in buildings])
        self._low = self._low_buildings()
        shapely.prepare(self._table.shapes)
        self._touching = self._find_touching()

    def most_urgent(self, listed: int) -> list[Pair]:
        """The ``listed`` most urgent pairs, and those by which a verdict is found, in the order of the plan.

        Pairs are the worst walls of every two buildings that do not touch, and then walls of one building, or of two
        that touch, that face each other too closely across open ground. Raises :class:`UnassessableError` where the
        walls are too many.
        """
        found = NearestPairs(listed)
        examine_separate(self._table, self._separable, self._farthest, self.budget, found)
        facing = FacingWalls(
            self._table, float(self._own["facing_below_deg"]), float(self._own["minor_recess_m"]), self.budget
        )
        planned = np.flatnonzero(self._planned)
        facing.examine(Stage.ONE_BUILDING, planned, planned, found)
        a, b = np.divmod(self._touching, len(self.buildings))
        keep = self._bound_to_each_other(a, b)
        facing.examine(Stage.TOUCHING, a[keep], b[keep], found)
        return [self._pair(*row) for row in zip(*(column.tolist() for column in found.chosen()), strict=True)]

    def exempted(self, listed: int) -> list[tuple[str, str]]:
        """The first ``listed`` pairs of buildings that stand near each other and one of which may do so."""
        if not self._low.any():
            return []
        low, planned = self._low, self._planned
        if len(low) <= FEW:
            a, b = np.triu_indices(len(low), 1)
            keep = (low[a] | low[b]) & (planned[a] | planned[b]) & ~self._touch(a, b)
            a, b = a[keep], b[keep]
            near = shapely.dwithin(self._table.shapes[a], self._table.shapes[b], self._farthest)
            rows = zip(a[near][:listed].tolist(), b[near][:listed].tolist(), strict=True)
            return [(self.buildings[left].id, self.buildings[right].id) for left, right in rows]
        # Who may be of such a pair with a building depends on what that one is.
        groups = [
            (low & planned, np.ones(len(low), dtype=bool)),
            (low & ~planned, planned),
            (~low & planned, low),
            (~low & ~planned, low & planned),
        ]
        parts = [(of, np.flatnonzero(others), shapely.STRtree(self._table.shapes[others])) for of, others in groups]
        names: list[tuple[str, str]] = []
        for start in range(0, len(low), _LOOKED_AROUND):
            pairs: list[tuple[int, int]] = []
            for of, others, tree in parts:
                sources = start + np.flatnonzero(of[start : start + _LOOKED_AROUND])
                left, right = tree.query(self._table.shapes[sources], predicate="dwithin", distance=self._farthest)
                a, b = sources[left], others[right]
                keep = (a < b) & ~self._touch(a, b)
                pairs += zip(a[keep].tolist(), b[keep].tolist(), strict=True)
            names += [(self.buildings[a].id, self.buildings[b].id) for a, b in sorted(pairs)]
            if len(names) >= listed:
                break
        return names[:listed]

    def near(self, shapes: NDArray[np.object_]) -> tuple[PlanFeature, float] | None:
        """The planned building nearest to one of other footprints; None where it touches them or may be close."""
        # How high the others are nobody knows, so no distance is enough for certain.
        sources = np.flatnonzero(self._planned & ~self._low)
        if not len(shapes) or not len(sources):
            return None
        boxes = shapely.bounds(shapes)
        own = self._table.building_boxes
        least = [float(box_distance(own[at], boxes).min()) for at in sources.tolist()]
        best = math.inf, -1
        for place in np.argsort(least, kind="stable").tolist():
            at = int(sources[place])
            if least[place] > best[0]:
                break
            nearest = shapes[box_distance(own[at], boxes) <= best[0]]
            distance = shapely.distance(nearest, self._table.shapes[at])
            # What touches is built on to it.
            apart = distance[distance > HAIRLINE_GAP_M]
            if len(apart):
                best = min(best, (float(apart.min()), at))
        return None if best[1] < 0 else (self.buildings[best[1]], best[0])

    @property
    def _farthest(self) -> float:
        return _FARTHEST_M if len(self.buildings) <= _FEW else 2 * float(self._table.reach.max()) + 1.0

    def _find_touching(self) -> NDArray[np.intp]:
        """Pairs a < b of buildings that touch, as a · number + b, in order."""
        shapes = self._table.shapes
        if len(shapes) <= FEW:
            a, b = np.triu_indices(len(shapes), 1)
            touch = shapely.dwithin(shapes[a], shapes[b], HAIRLINE_GAP_M)
            return np.asarray((a * len(shapes) + b)[touch])
        tree = shapely.STRtree(shapes)
        codes = []
        for part in np.array_split(np.arange(len(shapes)), len(shapes) // _LOOKED_AROUND + 1):
            left, right = tree.query(shapes[part], predicate="dwithin", distance=HAIRLINE_GAP_M)
            self.budget.spend(rough=_TOUCHING_COST * len(left))
            codes.append((part[left] * len(shapes) + right)[part[left] < right])
        return np.sort(np.concatenate(codes))

    def _touch(self, a: NDArray[np.intp], b: NDArray[np.intp]) -> NDArray[np.bool_]:
        if not len(self._touching):
            return np.zeros(len(a), dtype=bool)
        codes = a * len(self.buildings) + b
        places = np.searchsorted(self._touching, codes)
        found = np.append(self._touching, -1)[places]
        return np.asarray(found == codes)

    def _bound_to_each_other(self, a: NDArray[np.intp], b: NDArray[np.intp]) -> NDArray[np.bool_]:
        """One of the two is planned, and neither a garage or outbuilding that may be closer (§ 7 Abs. 2 Nr. 3)."""
        return np.asarray((self._planned[a] | self._planned[b]) & ~(self._low[a] | self._low[b]))

    def _separable(self, a: NDArray[np.intp], b: NDArray[np.intp]) -> NDArray[np.bool_]:
        return self._bound_to_each_other(a, b) & ~self._touch(a, b)

    def _low_buildings(self) -> NDArray[np.bool_]:
        """Garages and outbuildings of which every height is known and low."""
        limit = float(self._own["exempt_height_m"]) + 1e-9
        walls = np.logical_and.reduceat(self._table.heights <= limit, self._table.first[:-1])
        ridges = [feature.ridge_height_m is None or feature.ridge_height_m <= limit for feature in self.buildings]
        roles = [feature.role.value in self._own["exempt_roles"] for feature in self.buildings]
        return np.asarray(walls & np.array(ridges) & np.array(roles))

    def _pair(self, stage: int, a: int, b: int, i: int, j: int, distance: float, required: float) -> Pair:
        table = self._table
        line = shapely.shortest_line(table.edges[i], table.edges[j])
        heights = float(table.heights[i]), float(table.heights[j])
        return Pair(
            self.buildings[a], self.buildings[b], distance, required, heights, line, stage != Stage.SEPARATE
        )  # fmt: skip
