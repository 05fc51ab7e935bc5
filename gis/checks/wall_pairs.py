"""Pairs of walls on one site that have to keep a distance from each other (NBauO § 7)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.checks.context import CheckContext
from gis.checks.roofs import counting_heights
from gis.checks.walls import required_distances
from gis.site import HAIRLINE_GAP_M
from gis.siteplan import PlanFeature, Role

#: Buildings farther apart than this are not looked at: no wall asks for more.
_FARTHEST_M = 200.0
#: Of more buildings than this only those are paired that are near enough to matter.
_FEW = 30


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
    """Finds the pairs of walls that have to keep a distance from each other."""

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
        self.own = own
        self.minimum = float(values["minimum_m"])
        self.exempted: list[tuple[str, str]] = []
        gables = context.rules.rule("gables").values
        ignored, jog = float(gables["ignored_width_m"]), float(gables["jog_m"])
        self.edges: list[NDArray[np.object_]] = []
        self.segments: list[NDArray[np.float64]] = []
        self.heights: list[NDArray[np.float64]] = []
        self.required: list[NDArray[np.float64]] = []
        for feature in buildings:
            segments, _, _ = context.edges(feature)
            heights, _ = counting_heights(context, feature, ignored, jog)
            self.segments.append(segments)
            self.edges.append(np.asarray(shapely.linestrings(segments), dtype=object))
            self.heights.append(heights)
            self.required.append(required_distances(heights, factor, values))
        shapes = np.array([feature.geometry for feature in buildings], dtype=object)
        self.tree = shapely.STRtree(shapes)
        left, right = self.tree.query(shapes, predicate="dwithin", distance=HAIRLINE_GAP_M)
        self.touching = {(int(a), int(b)) for a, b in zip(left, right, strict=True) if a < b}
        self.shapes = shapes

    def separate(self) -> Iterator[Pair]:
        """The worst pair of walls of every two buildings that do not touch."""
        reach = [self._reach(at) for at in range(len(self.buildings))]
        farthest = _FARTHEST_M if len(self.buildings) <= _FEW else 2 * max(reach) + 1.0
        left, right = self.tree.query(self.shapes, predicate="dwithin", distance=farthest)
        for a, b in sorted(zip(left.tolist(), right.tolist(), strict=True)):
            if a >= b or (a, b) in self.touching or not self._planned(a, b):
                continue
            if self._exempt(a, b):
                self.exempted.append((self.buildings[a].id, self.buildings[b].id))
                continue
            yield self._worst(a, b)

    def within(self) -> Iterator[Pair]:
        """Walls of one building, or of two that touch, that face each other too closely across open ground."""
        for at, feature in enumerate(self.buildings):
            if feature.role is not Role.EXISTING_BUILDING:
                yield from self._facing(at, at)
        for a, b in sorted(self.touching):
            if self._planned(a, b) and not self._exempt(a, b):
                yield from self._facing(a, b)

    def near(self, shapes: NDArray[np.object_]) -> tuple[PlanFeature, float] | None:
        """The planned building nearest to one of other footprints; None where it touches them or may be close."""
        found: tuple[PlanFeature, float] | None = None
        for at, feature in enumerate(self.buildings):
            if feature.role is Role.EXISTING_BUILDING or not len(shapes):
                continue
            distance = shapely.distance(shapes, feature.geometry)
            # What touches is built on to it.
            apart = distance[distance > HAIRLINE_GAP_M]
            # How high the others are nobody knows, so no distance is enough for certain.
            if not len(apart) or self._low(at):
                continue
            if found is None or apart.min() < found[1]:
                found = feature, float(apart.min())
        return found

    def _reach(self, at: int) -> float:
        known = self.required[at][~np.isnan(self.required[at])]
        return float(known.max()) if len(known) else self.minimum

    def _planned(self, a: int, b: int) -> bool:
        return any(self.buildings[at].role is not Role.EXISTING_BUILDING for at in (a, b))

    def _exempt(self, a: int, b: int) -> bool:
        """Whether one of two is a garage or outbuilding that may be closer (§ 7 Abs. 2 Nr. 3)."""
        return self._low(a) or self._low(b)

    def _low(self, at: int) -> bool:
        """A garage or outbuilding of which every height is known and low."""
        feature, limit = self.buildings[at], float(self.own["exempt_height_m"]) + 1e-9
        ridge = feature.ridge_height_m
        low = bool((self.heights[at] <= limit).all()) and (ridge is None or ridge <= limit)
        return low and feature.role.value in self.own["exempt_roles"]

    def _worst(self, a: int, b: int) -> Pair:
        """The two walls with the smallest margin; where a height is unknown, the two that are nearest."""
        i = np.repeat(np.arange(len(self.edges[a])), len(self.edges[b]))
        j = np.tile(np.arange(len(self.edges[b])), len(self.edges[a]))
        distance = np.asarray(shapely.distance(self.edges[a][i], self.edges[b][j]))
        required = self.required[a][i] + self.required[b][j]
        at = int(np.argmin(distance)) if np.isnan(required).any() else int(np.argmin(distance - required))
        line = shapely.shortest_line(self.edges[a][i[at]], self.edges[b][j[at]])
        heights = float(self.heights[a][i[at]]), float(self.heights[b][j[at]])
        return Pair(
            self.buildings[a], self.buildings[b], float(distance[at]), float(required[at]), heights, line
        )  # fmt: skip

    def _facing(self, a: int, b: int) -> Iterator[Pair]:
        """Walls that look at each other at less than the angle of the rule, farther apart than a minor recess."""
        footprint = shapely.union_all([self.shapes[a], self.shapes[b]]) if a != b else self.shapes[a]
        if footprint.area >= footprint.convex_hull.area * (1 - 1e-9):
            return
        below = math.cos(math.radians(float(self.own["facing_below_deg"])))
        minor = float(self.own["minor_recess_m"])
        normal = {at: _outward(self.segments[at], self.shapes[at]) for at in {a, b}}
        middle = {at: self.segments[at].mean(axis=1) for at in {a, b}}
        shapely.prepare(footprint)
        for i in range(len(self.segments[a])):
            towards = middle[b] - middle[a][i]
            looks = (towards @ normal[a][i] > 1e-6) & ((-towards * normal[b]).sum(axis=1) > 1e-6)
            opposite = -(normal[b] @ normal[a][i]) > below
            for j in np.flatnonzero(looks & opposite):
                if a == b and j <= i:
                    continue
                left, right = self.edges[a][i], self.edges[b][j]
                line = shapely.shortest_line(left, right)
                between = shapely.LineString([middle[a][i], middle[b][j]])
                depth = min(float(left.length), float(right.length))
                open_ground = between.intersection(footprint).length < 0.01
                if depth > minor and open_ground:
                    yield Pair(
                        self.buildings[a], self.buildings[b], float(line.length),
                        float(self.required[a][i] + self.required[b][j]),
                        (float(self.heights[a][i]), float(self.heights[b][j])), line, True,
                    )  # fmt: skip


def _outward(segments: NDArray[np.float64], shape: BaseGeometry) -> NDArray[np.float64]:
    """Unit normals that point out of the footprint, shape (n, 2)."""
    along = segments[:, 1] - segments[:, 0]
    normal = np.column_stack([along[:, 1], -along[:, 0]]) / np.hypot(*along.T)[:, None]
    inside = shapely.covers(shape, np.asarray(shapely.points(segments.mean(axis=1) + 1e-3 * normal), dtype=object))
    return np.asarray(np.where(inside[:, None], -normal, normal))
