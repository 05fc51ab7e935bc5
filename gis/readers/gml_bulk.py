"""Polygons of straight edges, the bulk of every cadastre: many at once. All else goes to `GmlGeometryReader`.

A cadastre writes each edge as a curve of its own. Here their corners are joined by comparing texts, and rings and
polygons of thousands of features are built in two calls. What is not plainly a closed ring of straight edges in the
plane (arcs, gaps, heights, several patches, odd numbers) is left to the careful reader, which also words the faults.
"""

from collections.abc import Callable
from functools import cache
from math import isfinite
from typing import cast

import numpy as np
import shapely
from lxml import etree
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.readers.gml import GmlGeometryReader

Ring = tuple[list[float], list[float]]

_STRAIGHT = ("LineStringSegment", "LinearRing", "LineString")


class GeometryBuffer:
    """Geometries of successive features; `take` hands out those of all features since the last time."""

    def __init__(self) -> None:
        self._clear()

    def _clear(self) -> None:
        self._count = 0
        self._others: dict[int, BaseGeometry] = {}
        self._x: list[float] = []
        self._y: list[float] = []
        self._ring_sizes: list[int] = []
        self._ring_polygons: list[int] = []
        self._rows: list[int] = []

    def add(self, element: etree._Element, reader: GmlGeometryReader) -> None:
        """Take the geometry of the next feature; raises GmlError (then `add_geometry(None)` completes it)."""
        if reader.converts or not self._add_plain(element):
            self.add_geometry(reader.read(element))

    def add_geometry(self, geometry: BaseGeometry | None) -> None:
        """Take a geometry that is there already, or None."""
        if geometry is not None:
            self._others[self._count] = geometry
        self._count += 1

    def take(self) -> NDArray[np.object_]:
        """Geometries of all features since the last call, shape (n,)."""
        taken: NDArray[np.object_] = np.full(self._count, None, dtype=object)
        if self._rows:
            points = np.column_stack([np.array(self._x), np.array(self._y)])
            numbers = np.repeat(np.arange(len(self._ring_sizes)), self._ring_sizes)
            rings: NDArray[np.object_] = np.asarray(shapely.linearrings(points, indices=numbers))
            taken[self._rows] = shapely.polygons(rings, indices=self._ring_polygons)
        for row, geometry in self._others.items():
            taken[row] = geometry
        self._clear()
        return taken

    def _add_plain(self, element: etree._Element) -> bool:
        tag = str(element.tag)
        rings = _ring_of_edges(_edges(tag)(element)) or _plain_rings(element, tag)
        if rings is None:
            return False
        for x, y in rings:
            self._x += x
            self._y += y
            self._ring_sizes.append(len(x))
            self._ring_polygons.append(len(self._rows))
        self._rows.append(self._count)
        self._count += 1
        return True


@cache
def _edges(tag: str) -> Callable[[etree._Element], list[str]]:
    """Texts of the edges of a surface of one patch without holes, as a cadastre writes it; by the surface's tag."""
    namespace = tag[1 : tag.rfind("}")]
    path = etree.XPath(
        "self::g:Surface/g:patches[not(g:PolygonPatch[2])]/g:PolygonPatch[not(g:interior)]/g:exterior/g:Ring"
        "/g:curveMember/g:Curve/g:segments/g:LineStringSegment/g:posList/text()",
        namespaces={"g": namespace or "none"},
        smart_strings=False,
    )
    return cast(Callable[[etree._Element], list[str]], path)


def _ring_of_edges(texts: list[str]) -> list[Ring] | None:
    """The ring of edges of two corners each, where every edge begins with the end of the one before."""
    tokens = " ".join(texts).split()
    if len(texts) < 3 or len(tokens) != 4 * len(texts):
        return None
    x, y = tokens[::4], tokens[1::4]
    x.append(x[0])
    y.append(y[0])
    # An edge that was passed over (an arc, say) leaves a gap here.
    if tokens[2::4] != x[1:] or tokens[3::4] != y[1:]:
        return None
    return _numbers([(x, y)])


def _plain_rings(element: etree._Element, tag: str) -> list[Ring] | None:
    """The rings of one polygon of straight edges, the outer ring first, or None where it is not plain."""
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
    if any(len(corners) < 8 or len(corners) & 1 or corners[:2] != corners[-2:] for corners in rings):
        return None
    return _numbers([(corners[::2], corners[1::2]) for corners in rings])


def _numbers(rings: list[tuple[list[str], list[str]]]) -> list[Ring] | None:
    try:
        found = [(list(map(float, x)), list(map(float, y))) for x, y in rings]
    except ValueError:
        return None
    return found if found and all(isfinite(sum(x) + sum(y)) for x, y in found) else None
