"""How much of each boundary garages and outbuildings take up (NBauO § 5 (8))."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis.checks.boundary import Boundary

#: Vertices that a boundary can do without are none of its corners.
_STRAIGHT_M = 0.005
#: What lies in the distance by less than this is rounding.
_NEAR_M2 = 1e-6


def projection(shape: BaseGeometry, side: BaseGeometry, reach: float) -> tuple[float, float] | None:
    """Interval of a side, in metres from its start, that lies beside what of a shape is closer to it than ``reach``."""
    near = shape.intersection(side.buffer(reach, cap_style="flat", join_style="mitre"))
    if near.area <= _NEAR_M2:
        return None
    corners = np.asarray(shapely.points(shapely.get_coordinates(near)), dtype=object)
    at = shapely.line_locate_point(np.array([side]), corners)
    return float(at.min()), float(at.max())


def boundary_sides(boundary: Boundary, corner_deg: float) -> list[BaseGeometry]:
    """Split the boundary into its sides: a new one begins where it turns by more than ``corner_deg`` degrees.

    Stretches along a street, which are measured to its middle, are sides of their own.
    """
    sides: list[BaseGeometry] = []
    plain = [stretch.line for stretch in boundary.stretches if not stretch.counted]
    counted = [stretch.line for stretch in boundary.stretches if stretch.counted]
    for lines in (plain, counted):
        if lines:
            merged = shapely.line_merge(
                shapely.multilinestrings([p for line in lines for p in shapely.get_parts(line)])
            )
            for part in shapely.get_parts(merged):
                sides += _split_at_corners(shapely.get_coordinates(part.simplify(_STRAIGHT_M)), corner_deg)
    return sides


def _split_at_corners(points: np.ndarray, corner_deg: float) -> list[BaseGeometry]:
    along = np.diff(points, axis=0)
    direction = np.arctan2(along[:, 1], along[:, 0])
    turn = np.abs((np.degrees(np.diff(direction)) + 180) % 360 - 180)
    corners = [int(at) + 1 for at in np.flatnonzero(turn > corner_deg)]
    closed = len(points) > 3 and np.array_equal(points[0], points[-1])
    if closed:
        last = abs((math.degrees(direction[0] - direction[-1]) + 180) % 360 - 180)
        if last <= corner_deg and corners:
            # The ring starts in the middle of a side: let it start at a corner.
            points = np.concatenate([points[corners[0] : -1], points[: corners[0] + 1]])
            return _split_at_corners(points, corner_deg)
    stops = [0, *corners, len(points) - 1]
    return [shapely.LineString(points[a : b + 1]) for a, b in pairwise(stops)]
