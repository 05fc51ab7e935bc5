"""How a footprint crosses a line: depth, width and share of the façade."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.site_context import polygons

#: Parts smaller than this, in m², are rounding of coordinates.
_ROUNDING_M2 = 1e-6
#: Strips up to twice this wide, in metres, come from coordinates rounded to millimetres and say nothing of a façade.
_STRIP_M = 0.003
#: Depths within an area are found to this, in metres.
_DEPTH_STEP_M = 1e-6
#: Edges are looked at this densely at first, in metres.
_SAMPLE_M = 0.25
#: What buffers of corners leave over because their arcs are a little too small, in metres.
_ARCS_M = 2e-4
#: Cosine of 15°: lines that turn by less are one side.
_SAME_SIDE = 0.966


@dataclass(frozen=True)
class Crossing:
    """Part of a footprint outside the area in which it has to stay.

    ``depth_m``: how far it reaches out; ``width_m``: its extent along the line that it crosses; ``facade_m``: that of
    the whole footprint in the same direction.
    """

    outside: BaseGeometry
    depth_m: float
    width_m: float
    facade_m: float

    @property
    def area_m2(self) -> float:
        """Area outside in m²."""
        return float(self.outside.area)

    @property
    def share(self) -> float:
        """Share of the façade that crosses."""
        return self.width_m / self.facade_m if self.facade_m > 0 else 1.0


def crossings(footprint: BaseGeometry, inside: BaseGeometry, grown_m: float = 0.0) -> list[Crossing]:
    """Measure how a footprint leaves an area: one crossing per side, the deepest first; none where it stays within.

    What leaves over the same side counts together: its widths add up, the deepest part gives the depth. ``grown_m``:
    how much wider ``inside`` was made, so that walls along its edge do not cut it in rounded coordinates.
    """
    outside = polygons(footprint.difference(inside))
    if outside.area <= _ROUNDING_M2:
        return []
    parts = [
        (part, _depth(part, inside) + grown_m) for part in shapely.get_parts(outside) if part.area > _ROUNDING_M2 / 100
    ]
    sides: list[tuple[NDArray[np.float64], list[tuple[BaseGeometry, float]]]] = []
    for part, depth in sorted(parts, key=lambda entry: -entry[1]):
        way = _way_out(part, inside)
        side = next((members for other, members in sides if float(other @ way) > _SAME_SIDE), None)
        if side is None:
            sides.append((way, [(part, depth)]))
        else:
            side.append((part, depth))
    result = []
    for way, members in sides:
        along = np.array([-way[1], way[0]])
        cores = [_without_strips(part) for part, _ in members]
        width = sum(b - a for a, b in merged([_interval(core, along) for core in cores]))
        shapes = shapely.union_all([part for part, _ in members])
        result.append(Crossing(shapes, members[0][1], width, _extent(footprint, along)))
    return result


def crossing(footprint: BaseGeometry, inside: BaseGeometry) -> Crossing | None:
    """The deepest crossing with all that lies outside; None where the footprint stays within."""
    found = crossings(footprint, inside)
    if not found:
        return None
    outside = shapely.union_all([entry.outside for entry in found])
    return Crossing(outside, found[0].depth_m, found[0].width_m, found[0].facade_m)


def merged(intervals: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Intervals without overlaps."""
    result: list[tuple[float, float]] = []
    for start, end in sorted(intervals):
        if result and start <= result[-1][1]:
            result[-1] = result[-1][0], max(end, result[-1][1])
        else:
            result.append((start, end))
    return result


def _way_out(part: BaseGeometry, inside: BaseGeometry) -> NDArray[np.float64]:
    """Unit vector straight out over the line that a part crosses."""
    along = _direction(part, inside)
    out = np.array([along[1], -along[0]])
    middle = shapely.point_on_surface(part)
    start = middle if inside.is_empty else shapely.shortest_line(inside, middle).interpolate(0)
    towards = np.array([middle.x - start.x, middle.y - start.y])
    return out if float(towards @ out) >= 0 else -out


def _without_strips(part: BaseGeometry) -> BaseGeometry:
    core = part.buffer(-_STRIP_M, join_style="mitre").buffer(_STRIP_M, join_style="mitre")
    return part if core.is_empty else max(shapely.get_parts(polygons(core)), key=lambda piece: float(piece.area))


def _depth(part: BaseGeometry, inside: BaseGeometry) -> float:
    """Greatest distance of a part from the area that it left, in metres."""
    if inside.is_empty:
        return float(shapely.minimum_bounding_radius(part) * 2)
    # The distance to one straight line is greatest at a corner; around corners of the area denser points are needed.
    corners = float(np.max(shapely.distance(shapely.points(shapely.get_coordinates(part)), inside)))
    outer = max(_edge_depth(line, inside) for line in shapely.get_parts(part.boundary))
    return _inner_depth(part, inside, max(corners, outer))


def _edge_depth(line: BaseGeometry, inside: BaseGeometry) -> float:
    """Greatest distance of a line from an area: the best of many points, then of ever denser ones around it."""
    length = float(line.length)
    ats = np.linspace(0.0, length, math.ceil(length / _SAMPLE_M) + 1)
    step = _SAMPLE_M
    while True:
        points = shapely.line_interpolate_point(np.full(len(ats), line, dtype=object), ats)
        depths = np.asarray(shapely.distance(points, inside))
        best = int(np.argmax(depths))
        if step < _DEPTH_STEP_M:
            return float(depths[best])
        ats = np.clip(np.linspace(ats[best] - step, ats[best] + step, 101), 0.0, length)
        step /= 50


def _inner_depth(part: BaseGeometry, inside: BaseGeometry, outer: float) -> float:
    """The same where the area lies around the part (a courtyard, a gap between two areas): deepest in its middle."""
    highest = float(shapely.minimum_bounding_radius(part)) + outer
    xmin, ymin, xmax, ymax = part.bounds
    near = inside.intersection(shapely.box(xmin - highest, ymin - highest, xmax + highest, ymax + highest))

    def reaches(depth: float) -> bool:
        return bool(part.difference(near.buffer(depth, quad_segs=64)).area > _ROUNDING_M2 / 100)

    # Buffers of corners are a little too small: what only their arcs leave over is no depth.
    low = outer * 1.0005 + _ARCS_M
    if not reaches(low):
        return outer
    while highest - low > _DEPTH_STEP_M:
        middle = (low + highest) / 2
        low, highest = (middle, highest) if reaches(middle) else (low, middle)
    return highest


def _direction(part: BaseGeometry, inside: BaseGeometry) -> NDArray[np.float64]:
    """Unit vector along the longest stretch of the line that the part crosses (its own longest edge without one)."""
    line = part.boundary.intersection(inside.boundary.buffer(2 * _STRIP_M)) if not inside.is_empty else part.boundary
    segments = _segments(line)
    if not len(segments):
        segments = _segments(part.boundary)
    vectors = segments[:, 1] - segments[:, 0]
    lengths = np.hypot(*vectors.T)
    longest = int(np.argmax(lengths))
    unit: NDArray[np.float64] = vectors[longest] / lengths[longest]
    return unit


def _segments(geometry: BaseGeometry) -> NDArray[np.float64]:
    """Straight pieces of lines as an array of shape (n, 2, 2)."""
    pieces = [
        np.stack([points[:-1], points[1:]], axis=1)
        for line in shapely.get_parts(geometry)
        if line.geom_type in {"LineString", "LinearRing"} and len(points := shapely.get_coordinates(line)) > 1
    ]
    return np.concatenate(pieces) if pieces else np.empty((0, 2, 2))


def _interval(geometry: BaseGeometry, unit: NDArray[np.float64]) -> tuple[float, float]:
    at = shapely.get_coordinates(geometry) @ unit
    return float(at.min()), float(at.max())


def _extent(geometry: BaseGeometry, unit: NDArray[np.float64]) -> float:
    start, end = _interval(geometry, unit)
    return end - start
