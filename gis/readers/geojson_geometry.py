"""GeoJSON geometries, strictly: every position a pair of numbers, every ring closed."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.readers.geojson_structure import GEOMETRY_TYPES, StructureError, refuse_strangers


def read_geometry(member: dict[str, Any], depth: int = 0) -> BaseGeometry:
    """Shapely geometry, with heights where it has them; raises StructureError where it is not as RFC 7946 asks."""
    kind = member.get("type")
    if not isinstance(kind, str):
        raise StructureError("Die Geometrieart fehlt oder ist unbekannt.")
    refuse_strangers(member, kind)
    if kind == "GeometryCollection":
        parts = member.get("geometries")
        if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts) or depth > 8:
            raise StructureError("Die Geometriesammlung ist fehlerhaft.")
        return shapely.GeometryCollection([read_geometry(part, depth + 1) for part in parts])
    if kind not in GEOMETRY_TYPES:
        raise StructureError("Die Geometrieart fehlt oder ist unbekannt.")
    coordinates = member.get("coordinates")
    if not isinstance(coordinates, list):
        raise StructureError("Die Koordinaten fehlen.")
    if kind == "Polygon":
        return _polygon(coordinates)
    if kind == "MultiPolygon":
        return shapely.MultiPolygon([_polygon(part) for part in coordinates])
    if kind == "Point":
        return shapely.Point(_positions([coordinates])[0]) if coordinates else shapely.Point()
    if kind == "LineString":
        return shapely.LineString(_line(coordinates))
    if kind == "MultiPoint":
        return shapely.MultiPoint(_positions(coordinates)) if coordinates else shapely.MultiPoint()
    return shapely.MultiLineString([_line(part) for part in coordinates])


def _polygon(rings: object) -> shapely.Polygon:
    if not isinstance(rings, list):
        raise StructureError("Die Koordinaten der Fläche sind falsch verschachtelt.")
    if not rings:
        return shapely.Polygon()
    shell, *holes = [_ring(ring) for ring in rings]
    return shapely.Polygon(shell, holes)


def _ring(ring: object) -> NDArray[np.float64]:
    points = _positions(ring)
    if len(points) < 4:
        raise StructureError("Ein Ring hat weniger als vier Positionen.", "unreadable_geometry")
    if not np.array_equal(points[0, :2], points[-1, :2], equal_nan=True):
        raise StructureError("Ein Ring ist nicht geschlossen.", "unreadable_geometry")
    return points


def _line(positions: object) -> NDArray[np.float64]:
    points = _positions(positions)
    if len(points) < 2:
        raise StructureError("Eine Linie hat weniger als zwei Positionen.", "unreadable_geometry")
    return points


def _positions(positions: object) -> NDArray[np.float64]:
    """Positions as an array of shape (n, 2), or (n, 3) where some have heights; a fourth number is left out."""
    try:
        points = np.array(positions)
    except ValueError:
        points = _uneven_positions(positions)
    if points.ndim != 2 or points.shape[1] < 2 or points.dtype.kind not in "if":
        if isinstance(positions, list) and not positions:
            return np.empty((0, 2))
        raise StructureError("Die Koordinaten sind keine Zahlenpaare.")
    if points.shape[1] > 4:
        raise StructureError("Eine Position hat mehr als vier Zahlen.")
    return points[:, :3].astype(np.float64)


def _uneven_positions(positions: object) -> NDArray[np.generic]:
    # Positions with and without a height may stand side by side.
    if not isinstance(positions, list) or not all(isinstance(item, list) and len(item) >= 2 for item in positions):
        raise StructureError("Die Koordinaten sind keine Zahlenpaare.")
    try:
        return np.array([(*item, 0.0)[:3] for item in positions])
    except ValueError:
        raise StructureError("Die Koordinaten sind keine Zahlenpaare.") from None


def number_pairs(coordinates: object) -> Iterator[tuple[float, float]]:
    """Finite number pairs at any depth of nested lists, in their order."""
    stack = [coordinates]
    while stack:
        item = stack.pop()
        if not isinstance(item, list):
            continue
        if len(item) >= 2 and all(isinstance(value, int | float) for value in item[:2]):
            if np.isfinite(item[:2]).all():
                yield float(item[0]), float(item[1])
        else:
            stack.extend(reversed(item))
