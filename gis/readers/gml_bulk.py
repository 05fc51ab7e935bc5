"""Polygons of straight edges, the bulk of every cadastre: many at once. All else goes to `GmlGeometryReader`.

A cadastre writes each edge as a curve of its own. Here their corners are joined by comparing texts, and rings and
polygons of thousands of features are built in two calls. What is not plainly a closed ring of straight edges in the
plane (arcs, gaps, heights, several patches, odd numbers) is left to the careful reader, which also words the faults.
"""

import math

import numpy as np
import shapely
from lxml import etree
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.readers.gml import GmlGeometryReader

_STRAIGHT = ("LineStringSegment", "LinearRing", "LineString")


class GeometryBuffer:
    """Geometries of successive features; `take` hands out those of all features since the last time."""

    def __init__(self) -> None:
        self._clear()

    def _clear(self) -> None:
        self._count = 0
        self._others: dict[int, BaseGeometry] = {}
        self._coordinates: list[float] = []
        self._ring_sizes: list[int] = []
        self._ring_polygons: list[int] = []
        self._rows: list[int] = []

    def add(self, element: etree._Element, reader: GmlGeometryReader) -> None:
        """Take the geometry of the next feature; raises GmlError (then `add_geometry(None)` completes it)."""
        rings = None if reader.converts else _plain_rings(element)
        if rings is None:
            self.add_geometry(reader.read(element))
            return
        for ring in rings:
            self._coordinates += ring
            self._ring_sizes.append(len(ring) >> 1)
            self._ring_polygons.append(len(self._rows))
        self._rows.append(self._count)
        self._count += 1

    def add_geometry(self, geometry: BaseGeometry | None) -> None:
        """Take a geometry that is there already, or None."""
        if geometry is not None:
            self._others[self._count] = geometry
        self._count += 1

    def take(self) -> NDArray[np.object_]:
        """Geometries of all features since the last call, shape (n,)."""
        taken: NDArray[np.object_] = np.full(self._count, None, dtype=object)
        if self._rows:
            points = np.array(self._coordinates, dtype=np.float64).reshape(-1, 2)
            numbers = np.repeat(np.arange(len(self._ring_sizes)), self._ring_sizes)
            rings: NDArray[np.object_] = np.asarray(shapely.linearrings(points, indices=numbers))
            taken[self._rows] = shapely.polygons(rings, indices=self._ring_polygons)
        for row, geometry in self._others.items():
            taken[row] = geometry
        self._clear()
        return taken


def _plain_rings(element: etree._Element) -> list[list[float]] | None:
    """Coordinates (x, y, x, y …) of the rings of one polygon, the outer ring first, or None where it is not plain."""
    tag = str(element.tag)
    namespace = tag[: tag.rfind("}") + 1]
    if tag[len(namespace) :] not in {"Surface", "Polygon"}:
        return None
    positions, exterior = namespace + "posList", namespace + "exterior"
    straight = {namespace + name for name in _STRAIGHT}
    rings: list[list[str]] = []
    corners: list[str] = []
    for part in element.iter(positions, exterior, namespace + "interior", namespace + "pos", namespace + "coordinates"):
        name = part.tag
        if name == positions:
            parent, text = part.getparent(), part.text
            if parent is None or parent.tag not in straight or text is None:
                return None
            values = text.split()
            if not corners:
                corners += values
            elif values[:2] == corners[-2:]:
                corners += values[2:]
            else:
                return None
        elif (name == exterior) == bool(rings):
            # A second outer ring, or an inner one before it; also a bare position.
            return None
        else:
            corners = []
            rings.append(corners)
    return _numbers(rings)


def _numbers(rings: list[list[str]]) -> list[list[float]] | None:
    found: list[list[float]] = []
    for corners in rings:
        if len(corners) < 8 or len(corners) & 1 or corners[:2] != corners[-2:]:
            return None
        try:
            values = list(map(float, corners))
        except ValueError:
            return None
        if not math.isfinite(sum(values)):
            return None
        found.append(values)
    return found or None
