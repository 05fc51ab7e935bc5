"""All walls of the buildings of a plan and of their parts in flat arrays, and lower bounds of what lies between them.

A bound is the distance of bounding boxes less the largest sum that could be asked for: never more than the true
margin. It tells cheaply which pairs need no exact look.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.checks.context import CheckContext
from gis.checks.separated_bodies import Body
from gis.checks.walls import required_distances

#: Boxes and exact distances are computed in different ways: bounds are this much on the safe side, in metres.
SLACK_M = 1e-6


class WallTable:
    """Walls of all bodies one after the other; those of body b are ``first[b]`` to ``first[b + 1]``.

    ``segments`` (w, 2, 2), ``heights`` (w,), ``allowance`` (w,) and ``required`` (w,), which is less the allowance, in
    metres, NaN where the height is unknown; ``owner`` (w,) is the body of a wall. ``worst``: heights at the worst, and
    no allowance that is doubtful.
    """

    def __init__(
        self,
        bodies: Sequence[Body],
        values: Mapping[str, Any],
        factor: float,
        context: CheckContext,
        worst: bool,
    ) -> None:
        self.shapes = np.array([body.feature.geometry for body in bodies], dtype=object)
        parts = [context.edges(body.feature)[0] for body in bodies]
        counts = [len(part) for part in parts]
        self.first = np.concatenate([[0], np.cumsum(counts)]).astype(np.intp)
        self.owner = np.repeat(np.arange(len(bodies)), counts)
        self.segments = np.concatenate(parts)
        self.heights = np.concatenate([body.most if worst else body.least for body in bodies])
        full = required_distances(self.heights, factor, values)
        self.allowance = np.zeros(len(full))
        for at, body in enumerate(bodies):
            if body.allowance is not None and not (worst and body.doubtful):
                walls = self.walls(at)
                self.allowance[walls] = body.allowance(full[walls])
        self.required = full - self.allowance
        #: Corners of the bounding boxes of the walls: west, south, east, north.
        self.boxes = np.concatenate([self.segments.min(axis=1), self.segments.max(axis=1)], axis=1)
        self.building_boxes = shapely.bounds(self.shapes)
        unknown = np.isnan(self.required)
        #: Per building: no wall, or at least one, has an unknown height.
        self.some_unknown = np.logical_or.reduceat(unknown, self.first[:-1])
        self.all_unknown = np.logical_and.reduceat(unknown, self.first[:-1])
        known = np.maximum.reduceat(np.where(unknown, -np.inf, self.required), self.first[:-1])
        #: The largest distance that a wall of the building asks for; the minimum where nothing is known.
        self.reach = np.where(self.all_unknown, float(values["minimum_m"]), known)

    def walls(self, building: int) -> slice:
        """Places of the walls of one building."""
        return slice(int(self.first[building]), int(self.first[building + 1]))

    @cached_property
    def edges(self) -> NDArray[np.object_]:
        """The walls as lines, shape (w,)."""
        return np.asarray(shapely.linestrings(self.segments), dtype=object)

    @cached_property
    def middle(self) -> NDArray[np.float64]:
        """Middles of the walls, shape (w, 2)."""
        return np.asarray(self.segments.mean(axis=1))

    @cached_property
    def outward(self) -> NDArray[np.float64]:
        """Unit normals that point out of the footprint, shape (w, 2)."""
        along = self.segments[:, 1] - self.segments[:, 0]
        normal = np.column_stack([along[:, 1], -along[:, 0]]) / np.hypot(*along.T)[:, None]
        shapely.prepare(self.shapes)
        probes = np.asarray(shapely.points(self.middle + 1e-3 * normal), dtype=object)
        inside = shapely.covers(self.shapes[self.owner], probes)
        return np.asarray(np.where(inside[:, None], -normal, normal))

    def crossed(self, a: NDArray[np.intp], b: NDArray[np.intp]) -> tuple[NDArray[np.intp], ...]:
        """Every wall of ``a[k]`` with every wall of ``b[k]``: ``(k, i, j)``, in the order of k, i, j."""
        return cross(self.first[a], self.first[a + 1] - self.first[a], self.first[b], self.first[b + 1] - self.first[b])


def cross(
    first_a: NDArray[np.intp], count_a: NDArray[np.intp], first_b: NDArray[np.intp], count_b: NDArray[np.intp]
) -> tuple[NDArray[np.intp], ...]:
    """Every place of one range with every place of another, for many ranges: ``(k, i, j)`` in the order of k, i, j."""
    size = count_a * count_b
    k = np.repeat(np.arange(len(size)), size)
    inner = np.arange(len(k)) - np.repeat(np.cumsum(size) - size, size)
    i, j = np.divmod(inner, np.maximum(count_b, 1)[k])
    return k, first_a[k] + i, first_b[k] + j


def box_distance(left: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distances of boxes (…, 4), a little less than the true ones: never more than that of what is in the boxes."""
    gap = np.maximum(right[..., :2] - left[..., 2:], left[..., :2] - right[..., 2:])
    gap = np.maximum(gap, 0.0)
    return np.asarray(np.hypot(gap[..., 0], gap[..., 1]) - SLACK_M)
