"""Outlines of a drawing become areas: single lines are joined to rings, hatches get their holes, faces are united."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

Points = NDArray[np.float64]

#: Ends of lines closer than this, in metres, are one point; wider gaps are for people to close.
GAP_M = 0.01
_EXACT_M = 1e-4


def close_lines(lines: Sequence[Points]) -> tuple[list[Polygon], tuple[float, float] | None, bool]:
    """Join open lines to rings.

    Parameters
    ----------
    lines : arrays of shape (n, 2) in metres

    Returns
    -------
    (rings, a place that stays open or None, whether gaps up to ``GAP_M`` were closed). Lines that branch or cross are
    cut at their meeting points where they do not close otherwise.
    """
    joined, bridged = _join_ends([line for line in lines if len(line) > 1])
    drawn = shapely.MultiLineString([line for line in joined if len(np.unique(line, axis=0)) > 1])
    rings, rest = _faces(shapely.get_parts(drawn))
    if rest is not None:
        noded, still = _faces(shapely.get_parts(shapely.node(drawn)))
        if still is not None:
            x, y = shapely.get_coordinates(still)[0]
            return rings, (float(x), float(y)), bridged
        rings = noded
    return rings, None, bridged


def _faces(lines: NDArray[np.object_]) -> tuple[list[Polygon], BaseGeometry | None]:
    faces, *others = (shapely.GeometryCollection(shapely.get_parts(group)) for group in shapely.polygonize_full(lines))
    rest = next((group for group in others if not group.is_empty), None)
    return [Polygon(face.exterior) for face in shapely.get_parts(faces)], rest


def _join_ends(lines: list[Points]) -> tuple[list[Points], bool]:
    """Move ends that lie within ``GAP_M`` of each other onto one point."""
    if not lines:
        return [], False
    ends = np.concatenate([[line[0], line[-1]] for line in lines])
    points = np.asarray(shapely.points(ends))
    first, second = shapely.STRtree(points).query(points, predicate="dwithin", distance=GAP_M)
    # The smallest index of the neighbours; chains of near ends follow it to one point.
    leader = np.arange(len(ends))
    np.minimum.at(leader, first, second)
    while (leader[leader] != leader).any():
        leader = leader[leader]
    moved = ends[leader]
    bridged = bool((np.hypot(*(moved - ends).T) > _EXACT_M).any())
    joined = [np.concatenate([[moved[2 * row]], line[1:-1], [moved[2 * row + 1]]]) for row, line in enumerate(lines)]
    return joined, bridged


def area_of(rings: Sequence[Points]) -> Polygon | MultiPolygon | None:
    """Area of one ring, or of a hatch: what lies in an odd number of its rings. None where there is none.

    The outline of a single ring is returned as drawn, also where it is invalid, so that people are told why.
    """
    polygons = [Polygon(_closed(ring)) for ring in rings if len(np.unique(ring, axis=0)) > 2]
    if len(polygons) < 2:
        return polygons[0] if polygons else None
    broken = next((polygon for polygon in polygons if not polygon.is_valid), None)
    if broken is not None:
        return broken
    area: BaseGeometry = polygons[0]
    for polygon in polygons[1:]:
        area = area.symmetric_difference(polygon)
    return _areal(area)


def unite_faces(rings: Sequence[Points]) -> list[Polygon]:
    """Areas that filled faces (SOLID, 3DFACE) cover together; a face seen from its side covers nothing."""
    polygons = [Polygon(_closed(ring)) for ring in rings if len(np.unique(ring, axis=0)) > 2]
    united = shapely.union_all(
        [polygon for polygon in polygons if polygon.is_valid and polygon.area > 0], grid_size=1e-6
    )
    return [part for part in shapely.get_parts(united) if isinstance(part, Polygon)]


def coincide(left: BaseGeometry, right: BaseGeometry) -> bool:
    """Whether two outlines are drawn over each other (nowhere more than ``GAP_M`` apart)."""
    if np.abs(np.array(left.bounds) - np.array(right.bounds)).max() > GAP_M:
        return False
    return bool(shapely.hausdorff_distance(left.boundary, right.boundary) <= GAP_M)


def _closed(ring: Points) -> Points:
    kept = ring[np.append(True, (ring[1:] != ring[:-1]).any(axis=1))]
    return kept if (kept[0] == kept[-1]).all() else np.concatenate([kept, kept[:1]])


def _areal(area: BaseGeometry) -> Polygon | MultiPolygon | None:
    parts = [part for part in shapely.get_parts(area) if isinstance(part, Polygon) and part.area > 0]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)
