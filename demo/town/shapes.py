"""Small planar helpers of the town generator. Everything is in metres."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
import shapely.ops
from numpy.typing import NDArray
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

Point2 = tuple[float, float]


@dataclass(frozen=True)
class Frame:
    """A right-handed frame: `u` along a street, `v` away from it, into the plot."""

    origin: Point2
    along: Point2
    inward: Point2

    def point(self, u: float, v: float) -> Point2:
        """Return the plane coordinates of a point of the frame."""
        return (
            self.origin[0] + u * self.along[0] + v * self.inward[0],
            self.origin[1] + u * self.along[1] + v * self.inward[1],
        )

    def measure(self, x: float, y: float) -> Point2:
        """Return the frame coordinates of a point of the plane."""
        dx, dy = x - self.origin[0], y - self.origin[1]
        return dx * self.along[0] + dy * self.along[1], dx * self.inward[0] + dy * self.inward[1]

    def shape(self, points: Iterable[Point2]) -> Polygon:
        """Return the polygon of frame coordinates."""
        return Polygon([self.point(u, v) for u, v in points])

    def box(self, u0: float, v0: float, u1: float, v1: float) -> Polygon:
        """Return the rectangle between two opposite corners in frame coordinates."""
        return self.shape([(u0, v0), (u1, v0), (u1, v1), (u0, v1)])

    def turned(self, degrees: float) -> Frame:
        """Return the frame turned about its origin."""
        c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))

        def turn(p: Point2) -> Point2:
            return (p[0] * c - p[1] * s, p[0] * s + p[1] * c)

        return Frame(self.origin, turn(self.along), turn(self.inward))


def frame_of(front: LineString, inside: BaseGeometry) -> Frame:
    """Return the frame at the middle of a street front; `inward` points to the inside of the plot.

    The direction is the chord of the front's middle part, so that a house on a curve stands square to it.
    """
    middle = front.length / 2
    reach = min(middle, 8.0)
    a, b = front.interpolate(middle - reach), front.interpolate(middle + reach)
    origin = front.interpolate(middle)
    length = math.hypot(b.x - a.x, b.y - a.y) or 1.0
    along = ((b.x - a.x) / length, (b.y - a.y) / length)
    inward = (-along[1], along[0])
    centre = inside.representative_point()
    if (centre.x - origin.x) * inward[0] + (centre.y - origin.y) * inward[1] < 0:
        along = (-along[0], -along[1])
        inward = (-inward[0], -inward[1])
    return Frame((origin.x, origin.y), along, inward)


def smooth(points: Sequence[Point2], step: float = 9.0, tolerance: float = 0.35) -> LineString:
    """Return a Catmull-Rom curve through the points, thinned to the straight pieces a surveyor would set."""
    p = np.asarray(points, dtype=float)
    if len(p) == 2:
        return LineString(p)
    closed = bool(np.allclose(p[0], p[-1]))
    head, tail = (p[-2], p[1]) if closed else (2 * p[0] - p[1], 2 * p[-1] - p[-2])
    q = np.vstack([head, p, tail])
    out: list[NDArray[np.float64]] = []
    for i in range(1, len(q) - 2):
        n = max(2, round(float(np.hypot(*(q[i + 1] - q[i]))) / step))
        t = np.linspace(0, 1, n, endpoint=False)[:, None]
        a, b, c, d = q[i - 1], q[i], q[i + 1], q[i + 2]
        out.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    return LineString(shapely.simplify(LineString(np.vstack([*out, p[-1:]])), tolerance).coords)


def part_of(line: LineString, start: float, end: float) -> LineString:
    """Return the part of a line between two distances from its start (start < end)."""
    part = shapely.ops.substring(line, start, end)
    assert isinstance(part, LineString)
    return part


def polygons_of(geometry: BaseGeometry) -> list[Polygon]:
    """Return the polygons of a geometry, in a stable order."""
    parts = shapely.get_parts(shapely.get_parts(np.asarray([geometry])))
    found = [g for g in parts if isinstance(g, Polygon) and not g.is_empty]
    return sorted(found, key=lambda g: g.bounds)


def lines_of(geometry: BaseGeometry) -> list[LineString]:
    """Return the lines of a geometry, joined where they touch, in a stable order."""
    merged = shapely.line_merge(geometry)
    parts = shapely.get_parts(shapely.get_parts(np.asarray([merged])))
    return sorted((g for g in parts if isinstance(g, LineString) and g.length > 0), key=lambda g: g.bounds)


def largest(geometry: BaseGeometry) -> Polygon:
    """Return the largest polygon of a geometry (an empty polygon where there is none)."""
    return max(polygons_of(geometry), key=lambda g: g.area, default=Polygon())


def split_field(field: Polygon, target_m2: float) -> list[Polygon]:
    """Return strips of a field: cut across its long side until no piece is much larger than the target."""
    count = round(field.area / target_m2)
    if count < 2:
        return [field]
    c = shapely.get_coordinates(shapely.minimum_rotated_rectangle(field))
    sides = (c[1] - c[0], c[2] - c[1])
    along, across = sorted(sides, key=lambda side: -float(np.hypot(*side)))
    at = c[:4].mean(axis=0) + along * ((count // 2) / count - 0.5)
    pieces = polygons_of(shapely.ops.split(field, LineString([at - across, at + across])))
    if len(pieces) < 2:
        return [field]
    return [part for piece in pieces for part in split_field(piece, target_m2)]
