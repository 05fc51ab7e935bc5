"""How high the walls are: the upper edge of the outer faces along every edge of an outline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.readers.ifc.child.meshes import Body
from gis.siteplan import rings

#: A face lies on an edge of the outline when it is no further away than this.
_ON_EDGE_M = 0.02
#: A wall must run along an edge for more than this; touching a corner is not enough.
_ALONG_M = 0.05
#: How far from the end of an edge its corner is looked for: at the end, else near it.
_END_M, _CORNER_M = 0.002, 0.05
#: A roof rests on a wall when its skin is no higher above the top of the wall than this.
_ROOF_M = 1.5

#: Start and end of segments as (along the edge, z), shapes (n, 2).
Segments = tuple[NDArray[np.float64], NDArray[np.float64]]


@dataclass(frozen=True)
class WallTops:
    """Upper edges above the ground in metres, per edge of the outline as written, shape (n,) each; NaN: no wall."""

    highest: NDArray[np.float64]
    corners: NDArray[np.float64]

    @property
    def eaves(self) -> float | None:
        """The highest of the walls' lower corners: where the roof rests. None where no wall is known."""
        known = self.corners[np.isfinite(self.corners)]
        return float(known.max()) if len(known) else None


def wall_tops(shape: BaseGeometry, walls: Sequence[Body], roofs: Sequence[Body], ground: float) -> WallTops:
    """Measure along the edges of an outline, up to where the wall meets the skin of the roof that rests on it."""
    edges = np.concatenate([np.stack([ring[:-1], ring[1:]], axis=1) for ring in rings(shape)])
    highest = np.full(len(edges), np.nan)
    corners = np.full(len(edges), np.nan)
    bodies = [*walls, *roofs]
    tree = shapely.STRtree([body.outline for body in bodies])
    lengths = np.hypot(*(edges[:, 1] - edges[:, 0]).T)
    for number, (edge, length) in enumerate(zip(edges, lengths, strict=True)):
        if length == 0:
            continue
        direction = (edge[1] - edge[0]) / length
        inset = min(_ALONG_M, length / 4)
        middle = shapely.LineString([edge[0] + inset * direction, edge[1] - inset * direction])
        wall, roof = np.full(3, -np.inf), np.full(3, -np.inf)
        for at in tree.query(middle, predicate="dwithin", distance=_ON_EDGE_M):
            local = _local(bodies[at].triangles, edge[0], direction)
            if at < len(walls):
                wall = np.maximum(wall, _tops(_on_line(local), length))
            else:
                roof = np.maximum(roof, _tops(_on_line(local), length))
                roof = np.maximum(roof, _tops(_across_line(local), length))
        rests = (roof > wall) & ((roof <= wall + _ROOF_M) | np.isneginf(wall))
        tops = np.where(rests, roof, wall)
        if np.isfinite(tops[1]) and tops[1] > ground:
            highest[number] = tops[1] - ground
            if np.isfinite(tops[[0, 2]]).all():
                corners[number] = tops[[0, 2]].min() - ground
    return WallTops(highest, corners)


def _local(
    triangles: NDArray[np.float64], start: NDArray[np.float64], direction: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Triangles as (along the edge, away from it, z), shape (n, 3, 3)."""
    flat = triangles[:, :, :2] - start
    normal = np.array([-direction[1], direction[0]])
    return np.stack([flat @ direction, flat @ normal, triangles[:, :, 2]], axis=2)


def _on_line(local: NDArray[np.float64]) -> Segments:
    """Sides of triangles that lie in the vertical plane of the edge."""
    a, b = local.reshape(-1, 3), local[:, [1, 2, 0]].reshape(-1, 3)
    near = (np.abs(a[:, 1]) < _ON_EDGE_M) & (np.abs(b[:, 1]) < _ON_EDGE_M)
    return a[near][:, [0, 2]], b[near][:, [0, 2]]


def _across_line(local: NDArray[np.float64]) -> Segments:
    """Cuts of triangles with the vertical plane of the edge."""
    a, b = local, local[:, [1, 2, 0]]
    crosses = (a[:, :, 1] > 0) != (b[:, :, 1] > 0)
    cut = crosses.sum(axis=1) == 2
    a, b, crosses = a[cut], b[cut], crosses[cut]
    share = a[:, :, 1] / np.where(crosses, a[:, :, 1] - b[:, :, 1], 1.0)
    points = (a + share[:, :, None] * (b - a))[:, :, [0, 2]][crosses].reshape(-1, 2, 2)
    return points[:, 0], points[:, 1]


def _tops(segments: Segments, length: float) -> NDArray[np.float64]:
    """Highest z near the start of the edge, anywhere on it, near its end; -inf where there is nothing."""
    start, end = -np.inf, -np.inf
    for corner in (min(_END_M, length / 4), min(_CORNER_M, length / 4)):
        start = start if np.isfinite(start) else _highest(segments, 0.0, corner)
        end = end if np.isfinite(end) else _highest(segments, length - corner, length)
    return np.array([start, _highest(segments, 0.0, length), end])


def _highest(segments: Segments, low: float, high: float) -> float:
    """Highest z of segments (t, z) within a span of t."""
    tolerance = 1e-4
    (t1, z1), (t2, z2) = segments[0].T, segments[1].T
    inside = (np.maximum(t1, t2) >= low - tolerance) & (np.minimum(t1, t2) <= high + tolerance)
    if not inside.any():
        return -np.inf
    t1, t2, z1, z2 = t1[inside], t2[inside], z1[inside], z2[inside]
    upright = np.abs(t2 - t1) < 1e-9
    run = np.where(upright, 1.0, t2 - t1)
    # Never beyond the ends: a nearly upright segment would shoot far past them.
    shares = [np.clip((np.clip(t, low, high) - t1) / run, 0.0, 1.0) for t in (t1, t2)]
    ends = [np.where(upright, np.maximum(z1, z2), z1 + share * (z2 - z1)) for share in shares]
    return float(max(end.max() for end in ends))
