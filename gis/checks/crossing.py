"""How a footprint crosses a line: depth, width and share of the façade."""

from __future__ import annotations

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


def crossing(footprint: BaseGeometry, inside: BaseGeometry) -> Crossing | None:
    """Measure how a footprint leaves an area; None where it stays within. The deepest part gives width and façade."""
    outside = polygons(footprint.difference(inside))
    if outside.area <= _ROUNDING_M2:
        return None
    parts = shapely.get_parts(outside)
    depths = [_depth(part, inside) for part in parts]
    deepest = int(np.argmax(depths))
    part = _without_strips(parts[deepest])
    along = _direction(part, inside)
    return Crossing(outside, depths[deepest], _extent(part, along), _extent(footprint, along))


def _without_strips(part: BaseGeometry) -> BaseGeometry:
    core = part.buffer(-_STRIP_M, join_style="mitre").buffer(_STRIP_M, join_style="mitre")
    return part if core.is_empty else max(shapely.get_parts(polygons(core)), key=lambda piece: float(piece.area))


def _depth(part: BaseGeometry, inside: BaseGeometry) -> float:
    """Greatest distance of a part from the area that it left, in metres."""
    if inside.is_empty:
        return float(shapely.minimum_bounding_radius(part) * 2)
    # The distance to one straight line is greatest at a corner; around corners of the area denser points are needed.
    points = shapely.points(shapely.get_coordinates(shapely.segmentize(part, 0.25)))
    return float(np.max(shapely.distance(points, inside)))


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


def _extent(geometry: BaseGeometry, unit: NDArray[np.float64]) -> float:
    at = shapely.get_coordinates(geometry) @ unit
    return float(at.max() - at.min())
