"""Pairs of walls on one site that have to keep a distance from each other (NBauO § 7)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.checks.context import CheckContext
from gis.checks.facing_walls import FacingWalls
from gis.checks.living_rooms import Rooms
from gis.checks.nearest_pairs import Budget, NearestPairs, Stage
from gis.checks.separate_buildings import FEW, examine_separate
from gis.checks.separated_bodies import Bodies, Body
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
    """Two walls: the distance between them and the sum to keep (NaN: a height is unknown).

    ``bodies`` are what they belong to, ``hosts`` the buildings of these; ``allowances`` may be missing of what each has
    to keep. ``same_building``: of one building, or of buildings that are connected.
    """

    bodies: tuple[Body, Body]
    hosts: tuple[PlanFeature, PlanFeature]
    distance: float
    required: float
    heights: tuple[float, float]
    allowances: tuple[float, float]
    line: BaseGeometry
    same_building: bool = False

    @property
    def left(self) -> PlanFeature:
        return self.bodies[0].feature

    @property
    def right(self) -> PlanFeature:
        return self.bodies[1].feature

    @property
    def existing(self) -> bool:
        """Whether both belong to existing buildings: only a part of one of them may be new."""
        return all(host.role is Role.EXISTING_BUILDING for host in self.hosts)

    @property
    def margin(self) -> float:
        return self.distance - self.required


class PairSearch:
    """Finds the pairs of walls that have to keep a distance from each other.

    ``values`` are those of the boundary distance, ``own`` those of the rule about buildings. ``budget`` tells how much
    had to be examined. ``worst``: with all that is open taken at its worst.
    """

    def __init__(
        self,
        found: Bodies,
        values: Mapping[str, Any],
        own: Mapping[str, Any],
        factor: float,
        context: CheckContext,
        *,
        worst: bool = False,
    ) -> None:
        self.bodies = found.bodies
        self.factor = factor
        self.budget = Budget()
        self._own = own
        self._count = found.buildings
        self._host = np.array([body.host for body in found.bodies], dtype=np.intp)
        self._table = WallTable(found.bodies, values, factor, context, worst)
        self._planned = np.array([body.feature.role is not Role.EXISTING_BUILDING for body in found.bodies])
        self._low = self._low_buildings(found.rooms, worst)
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
        planned = np.flatnonzero(self._planned[: self._count])
        facing.examine(Stage.ONE_BUILDING, planned, planned, found)
        a, b = np.divmod(self._touching, len(self.bodies))
        keep = (b < self._count) & self._bound_to_each_other(a, b)
        facing.examine(Stage.TOUCHING, a[keep], b[keep], found)
        return [self._pair(*row) for row in zip(*(column.tolist() for column in found.chosen()), strict=True)]

    def exempted(self, listed: int) -> list[tuple[str, str]]:
        """The first ``listed`` pairs of buildings that stand near each other and one of which may do so."""
        low, planned = self._low[: self._count], self._planned[: self._count]
        if not low.any():
            return []
        shapes = self._table.shapes[: self._count]
        if len(low) <= FEW:
            a, b = np.triu_indices(len(low), 1)
            keep = (low[a] | low[b]) & (planned[a] | planned[b]) & ~self._touch(a, b)
            a, b = a[keep], b[keep]
            near = shapely.dwithin(shapes[a], shapes[b], self._farthest)
            rows = zip(a[near][:listed].tolist(), b[near][:listed].tolist(), strict=True)
            return [(self._id(left), self._id(right)) for left, right in rows]
        # Who may be of such a pair with a building depends on what that one is.
        groups = [
            (low & planned, np.ones(len(low), dtype=bool)),
            (low & ~planned, planned),
            (~low & planned, low),
            (~low & ~planned, low & planned),
        ]
        parts = [(of, np.flatnonzero(others), shapely.STRtree(shapes[others])) for of, others in groups]
        names: list[tuple[str, str]] = []
        for start in range(0, len(low), _LOOKED_AROUND):
            pairs: list[tuple[int, int]] = []
            for of, others, tree in parts:
                sources = start + np.flatnonzero(of[start : start + _LOOKED_AROUND])
                left, right = tree.query(shapes[sources], predicate="dwithin", distance=self._farthest)
                a, b = sources[left], others[right]
                keep = (a < b) & ~self._touch(a, b)
                pairs += zip(a[keep].tolist(), b[keep].tolist(), strict=True)
            names += [(self._id(a), self._id(b)) for a, b in sorted(pairs)]
            if len(names) >= listed:
                break
        return names[:listed]

    def near(self, shapes: NDArray[np.object_]) -> tuple[PlanFeature, float] | None:
        """The planned building nearest to one of other footprints; None where it touches them or may be close."""
        # How high the others are nobody knows, so no distance is enough for certain.
        sources = np.flatnonzero((self._planned & ~self._low)[: self._count])
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
        return None if best[1] < 0 else (self.bodies[best[1]].feature, best[0])

    @property
    def _farthest(self) -> float:
        return _FARTHEST_M if self._count <= _FEW else 2 * float(self._table.reach.max()) + 1.0

    def _find_touching(self) -> NDArray[np.intp]:
        """Pairs a < b of bodies that touch, as a · number + b, in order."""
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
        codes = a * len(self.bodies) + b
        places = np.searchsorted(self._touching, codes)
        found = np.append(self._touching, -1)[places]
        return np.asarray(found == codes)

    def _bound_to_each_other(self, a: NDArray[np.intp], b: NDArray[np.intp]) -> NDArray[np.bool_]:
        """One of the two is planned, and neither a garage or outbuilding that may be closer (§ 7 Abs. 2 Nr. 3)."""
        return np.asarray((self._planned[a] | self._planned[b]) & ~(self._low[a] | self._low[b]))

    def _separable(self, a: NDArray[np.intp], b: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Bound to each other, and of buildings that do not touch; what only a part reaches is another matter."""
        p, q = self._host[a], self._host[b]
        together: NDArray[np.bool_] = (p == q) | self._touch(np.minimum(p, q), np.maximum(p, q))
        return np.asarray(self._bound_to_each_other(a, b) & ~together)

    def _low_buildings(self, rooms: Mapping[str, Rooms], worst: bool) -> NDArray[np.bool_]:
        """Garages and outbuildings of which every height is known and low and in which nobody lives, and their parts.

        Where it is open whether somebody does, they count as such unless the worst is asked for.
        """
        limit = float(self._own["exempt_height_m"]) + 1e-9
        walls = np.logical_and.reduceat(
            np.concatenate([body.most for body in self.bodies]) <= limit, self._table.first[:-1]
        )
        lived_in = {Rooms.SOME, Rooms.UNKNOWN} if worst else {Rooms.SOME}
        low = [
            bool(walls[at])
            and body.feature.role.value in self._own["exempt_roles"]
            and all(h is None or h <= limit for h in (body.feature.ridge_height_m, body.feature.eaves_height_m))
            and rooms.get(body.feature.id) not in lived_in
            for at, body in enumerate(self.bodies)
        ]
        return np.asarray(np.array(low, dtype=bool)[self._host])

    def _id(self, at: int) -> str:
        return self.bodies[at].feature.id

    def _pair(self, stage: int, a: int, b: int, i: int, j: int, distance: float, required: float) -> Pair:
        table = self._table
        # What touches another building by a part connects the two: their walls face each other across open ground.
        connected = stage != Stage.SEPARATE or bool(self._touch(np.array([a]), np.array([b]))[0])
        return Pair(
            (self.bodies[a], self.bodies[b]),
            (self.bodies[self._host[a]].feature, self.bodies[self._host[b]].feature),
            distance,
            required,
            (float(table.heights[i]), float(table.heights[j])),
            (float(table.allowance[i]), float(table.allowance[j])),
            shapely.shortest_line(table.edges[i], table.edges[j]),
            connected,
        )
