"""Circular arcs as lines: within a stated distance of the true arc, and the same vertices from both sides."""

import math

import numpy as np
from numpy.typing import NDArray

# Farthest that a chord may lie from its arc. Together with float rounding it stays below 1 cm.
CHORD_TOLERANCE_M = 0.009
# Below this bulge an arc is its chord.
_STRAIGHT_M = 0.0001
_MAX_VERTICES = 10_000

Point = tuple[float, float]
Coordinates = NDArray[np.float64]


# Two descriptions of one arc (one per neighbour) may give middle points that differ by the rounding to millimetres.
_SAME_ARC_M = 0.002
_MAX_REMEMBERED_ARCS = 200_000


class ArcError(ValueError):
    """Three points that give no arc which could be drawn."""


def stroke_arc(start: Point, middle: Point, end: Point, tolerance_m: float = CHORD_TOLERANCE_M) -> Coordinates:
    """Vertices of the arc from `start` through `middle` to `end`, shape (n, 2), both ends exactly as given.

    The arc is always computed from its lexicographically smaller end, so that the parcels on both sides, which
    walk it in opposite directions, get identical vertices.

    Raises
    ------
    ArcError
        When the radius is beyond all measure for the tolerance.
    """
    if start == end:
        return stroke_circle(start, middle, tolerance_m)
    if start > end:
        return stroke_arc(end, middle, start, tolerance_m)[::-1]
    # Coordinates relative to the start: UTM values would cost half of the digits.
    mx, my = middle[0] - start[0], middle[1] - start[1]
    ex, ey = end[0] - start[0], end[1] - start[1]
    chord = math.hypot(ex, ey)
    cross = mx * ey - my * ex
    along = (mx * ex + my * ey) / chord
    if abs(cross) / chord < _STRAIGHT_M and 0 <= along <= chord:
        return np.array([start, end], dtype=np.float64)
    if abs(cross) / chord < 1e-9:
        raise ArcError("points on a line, the middle one outside")
    cx, cy = _centre(mx, my, ex, ey, cross)
    radius = math.hypot(cx, cy)
    first = math.atan2(-cy, -cx)
    last = math.atan2(ey - cy, ex - cx)
    # cross > 0: the middle lies right of the chord, so the arc runs counter-clockwise.
    sweep = (last - first) % math.tau if cross > 0 else -((first - last) % math.tau)
    count = _segments(radius, abs(sweep), tolerance_m)
    angles = first + sweep * np.arange(1, count) / count
    points = np.empty((count + 1, 2))
    points[0], points[-1] = start, end
    points[1:-1, 0] = start[0] + cx + radius * np.cos(angles)
    points[1:-1, 1] = start[1] + cy + radius * np.sin(angles)
    return points


class ArcStroker:
    """Strokes arcs and remembers them, so that neighbours share the vertices of their common arc exactly."""

    def __init__(self) -> None:
        self._arcs: dict[tuple[float, float, float, float], list[tuple[Point, Coordinates]]] = {}

    def stroke(self, start: Point, middle: Point, end: Point) -> Coordinates:
        """Vertices of an arc, shape (n, 2); an arc seen before under the same ends comes back as it was."""
        if start > end:
            return self.stroke(end, middle, start)[::-1]
        known = self._arcs.setdefault((*start, *end), [])
        for other, stroked in known:
            if abs(other[0] - middle[0]) <= _SAME_ARC_M and abs(other[1] - middle[1]) <= _SAME_ARC_M:
                return stroked
        stroked = stroke_arc(start, middle, end)
        known.append((middle, stroked))
        if len(self._arcs) > _MAX_REMEMBERED_ARCS:
            self._arcs.pop(next(iter(self._arcs)))
        return stroked


def stroke_circle(start: Point, opposite: Point, tolerance_m: float = CHORD_TOLERANCE_M) -> Coordinates:
    """Vertices of the full circle over the diameter `start`–`opposite`, closed, counter-clockwise, shape (n, 2)."""
    centre = ((start[0] + opposite[0]) / 2, (start[1] + opposite[1]) / 2)
    return _ring(start, centre, tolerance_m)


def stroke_circle_through(
    first: Point, second: Point, third: Point, tolerance_m: float = CHORD_TOLERANCE_M
) -> Coordinates:
    """Vertices of the full circle through three points, closed, in the direction in which they follow each other."""
    sx, sy = second[0] - first[0], second[1] - first[1]
    tx, ty = third[0] - first[0], third[1] - first[1]
    cross = sx * ty - sy * tx
    if abs(cross) < 1e-9:
        raise ArcError("three points on a line give no circle")
    cx, cy = _centre(sx, sy, tx, ty, cross)
    # From the smallest of the points, so that the ring does not depend on where the source begins.
    ring = _ring(min(first, second, third), (first[0] + cx, first[1] + cy), tolerance_m)
    return ring if cross > 0 else ring[::-1]


def _centre(ax: float, ay: float, bx: float, by: float, cross: float) -> Point:
    """Centre of the circle through the origin, a and b; `cross` = a × b."""
    a2, b2 = ax * ax + ay * ay, bx * bx + by * by
    return (by * a2 - ay * b2) / (2 * cross), (ax * b2 - bx * a2) / (2 * cross)


def _ring(start: Point, centre: Point, tolerance_m: float) -> Coordinates:
    radius = math.hypot(start[0] - centre[0], start[1] - centre[1])
    if radius <= 0:
        raise ArcError("a circle without radius")
    count = max(_segments(radius, math.tau, tolerance_m), 3)
    angles = math.atan2(start[1] - centre[1], start[0] - centre[0]) + math.tau * np.arange(1, count) / count
    inner = np.column_stack([centre[0] + radius * np.cos(angles), centre[1] + radius * np.sin(angles)])
    return np.vstack([np.array([start]), inner, np.array([start])])


def _segments(radius: float, sweep: float, tolerance_m: float) -> int:
    # Sagitta of one chord: r · (1 − cos(sweep / 2n)) ≤ tolerance. asin of the half angle keeps the digits.
    ratio = min(tolerance_m / (2 * radius), 1.0)
    step = 4 * math.asin(math.sqrt(ratio))
    count = max(1, math.ceil(sweep / step - 1e-9))
    if count > _MAX_VERTICES:
        raise ArcError("radius beyond measure")
    return count
