"""GML 3 geometries of ALKIS by local names: surfaces of lines and arcs, lines, points. Any namespace version."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace

import numpy as np
import shapely
from lxml import etree
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.readers.arcs import ArcError, ArcStroker, stroke_circle_through
from gis.readers.source import Fault

Coordinates = NDArray[np.float64]

_UNREADABLE = "unreadable_geometry"


class GmlError(ValueError):
    """A geometry cannot be read; carries a German sentence and, where known, a place."""

    def __init__(self, message: str, place: tuple[float, float] | None = None, kind: str = _UNREADABLE) -> None:
        super().__init__(message)
        self.fault = Fault(kind, message, place, (*place, *place) if place else None)


def local(element: etree._Element) -> str:
    """Name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def placed_fault(
    fault: Fault, geometry: etree._Element, convert: Callable[[Coordinates], Coordinates] | None = None
) -> Fault:
    """The fault with the box of all coordinates that the broken geometry still tells."""
    found: list[Coordinates] = []
    for part in geometry.iter("{*}posList", "{*}pos"):
        with suppress(GmlError):
            found.append(_points(part))
    if not found:
        return fault
    points = np.vstack(found) if convert is None else convert(np.vstack(found))
    west, south, east, north = (float(value) for value in (*points.min(axis=0), *points.max(axis=0)))
    return replace(fault, place=fault.place or _pair(points[0]), bounds=(west, south, east, north))


@dataclass
class GmlGeometryReader:
    """Reads geometries and remembers arcs, so that neighbours share the vertices of their common arc exactly.

    `convert` takes coordinates, shape (n, 2), as they are written, and gives them in metres, east before north: arcs
    can only be stroked there.
    """

    convert: Callable[[Coordinates], Coordinates] | None = None
    _arcs: ArcStroker = field(default_factory=ArcStroker)

    @property
    def converts(self) -> bool:
        """Whether coordinates are not taken as they are written."""
        return self.convert is not None

    def read(self, element: etree._Element) -> BaseGeometry:
        """Shapely geometry (2D) of one GML geometry element; raises GmlError."""
        name = local(element)
        if name in {"Surface", "Polygon", "PolygonPatch", "MultiSurface", "CompositeSurface", "MultiPolygon"}:
            polygons = [self._polygon(part) for part in _surface_parts(element)]
            if not polygons:
                raise GmlError("Die Fläche ist leer.", kind="empty_geometry")
            return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)
        if name == "Point":
            return shapely.Point(self._points(element)[0])
        if name == "MultiPoint":
            points = [self._points(part)[0] for part in element.iter() if local(part) == "Point"]
            return shapely.Point(points[0]) if len(points) == 1 else shapely.MultiPoint(points)
        if name in {"Curve", "LineString", "CompositeCurve"}:
            return shapely.LineString(self._chain([element]))
        if name == "MultiCurve":
            lines = [self._chain([curve]) for member in element for curve in member]
            return shapely.LineString(lines[0]) if len(lines) == 1 else shapely.MultiLineString(lines)
        raise GmlError(f"Die Geometrieart {name} wird nicht unterstützt.", kind="unsupported_geometry")

    def _polygon(self, patch: etree._Element) -> shapely.Polygon:
        shell: Coordinates | None = None
        holes: list[Coordinates] = []
        for part in patch:
            if local(part) in {"exterior", "outerBoundaryIs"}:
                shell = self._ring(part)
            elif local(part) in {"interior", "innerBoundaryIs"}:
                holes.append(self._ring(part))
        if shell is None:
            raise GmlError("Die Fläche hat keinen äußeren Ring.")
        return shapely.Polygon(shell, holes)

    def _ring(self, boundary: etree._Element) -> Coordinates:
        coordinates = self._chain(list(boundary))
        first = (float(coordinates[0, 0]), float(coordinates[0, 1]))
        if tuple(coordinates[-1]) != first:
            raise GmlError("Ein Ring ist nicht geschlossen.", first)
        if len(coordinates) < 4:
            raise GmlError("Ein Ring hat weniger als drei verschiedene Punkte.", first)
        return coordinates

    def _chain(self, elements: Iterable[etree._Element]) -> Coordinates:
        """Join the segments of curves, which must follow each other without a gap."""
        pieces: list[Coordinates] = []
        for piece in self._pieces(elements):
            if not pieces:
                pieces.append(piece)
                continue
            end = pieces[-1][-1]
            if end[0] != piece[0, 0] or end[1] != piece[0, 1]:
                raise GmlError("Ein Linienzug hat eine Lücke.", (float(end[0]), float(end[1])))
            pieces.append(piece[1:])
        if not pieces:
            raise GmlError("Ein Linienzug ist leer.", kind="empty_geometry")
        return np.vstack(pieces)

    def _pieces(self, elements: Iterable[etree._Element]) -> Iterator[Coordinates]:
        for element in elements:
            name = local(element)
            if name in {"Ring", "curveMember", "curveMembers", "Curve", "segments", "CompositeCurve"}:
                if any(attribute.endswith("}href") for attribute in map(str, element.attrib)):
                    raise GmlError("Die Geometrie verweist auf ein anderes Objekt.", kind="unsupported_geometry")
                yield from self._pieces(element)
            elif name in {"LinearRing", "LineString", "LineStringSegment"}:
                yield self._points(element)
            elif name in {"Arc", "ArcString"}:
                yield from self._arc_string(self._points(element))
            elif name == "Circle":
                points = self._points(element)
                if len(points) != 3:
                    raise GmlError("Ein Kreis braucht drei Punkte.", _place(points))
                yield _circle(points)
            else:
                raise GmlError(f"Das Liniensegment {name} wird nicht unterstützt.", kind="unsupported_geometry")

    def _arc_string(self, points: Coordinates) -> Iterator[Coordinates]:
        if len(points) < 3 or len(points) % 2 == 0:
            raise GmlError("Ein Kreisbogen braucht drei Punkte.", _place(points))
        for index in range(0, len(points) - 2, 2):
            yield self._arc(_pair(points[index]), _pair(points[index + 1]), _pair(points[index + 2]))

    def _arc(self, start: tuple[float, float], middle: tuple[float, float], end: tuple[float, float]) -> Coordinates:
        try:
            return self._arcs.stroke(start, middle, end)
        except ArcError:
            raise GmlError("Ein Kreisbogen ist nicht bestimmbar.", start) from None

    def _points(self, element: etree._Element) -> Coordinates:
        points = _points(element)
        return points if self.convert is None else self.convert(points)


def _surface_parts(element: etree._Element) -> Iterator[etree._Element]:
    """Polygons and patches inside a surface, at any depth of nesting that GML allows."""
    if local(element) in {"Polygon", "PolygonPatch"}:
        yield element
        return
    if any(str(attribute).endswith("}href") for attribute in element.attrib):
        raise GmlError("Die Geometrie verweist auf ein anderes Objekt.", kind="unsupported_geometry")
    for child in element:
        if isinstance(child.tag, str):
            yield from _surface_parts(child)


def _points(element: etree._Element) -> Coordinates:
    values: list[str] = []
    dimension = _dimension_above(element)
    for part in element.iter():
        name = local(part)
        stated = part.get("srsDimension")
        if stated is not None:
            # Anything but 2 or 3 is refused below.
            dimension = int(stated) if stated.isdecimal() else 0
        if name in {"posList", "pos"} and part.text:
            values.extend(part.text.split())
        elif name == "coordinates" and part.text:
            values.extend(part.text.replace(",", " ").split())
    try:
        flat = np.array(values, dtype=np.float64)
    except ValueError:
        raise GmlError("Eine Koordinate ist keine Zahl.") from None
    if dimension not in {2, 3} or len(flat) == 0 or len(flat) % dimension:
        raise GmlError("Die Koordinaten sind unvollständig.")
    points = flat.reshape(-1, dimension)[:, :2]
    if not np.isfinite(points).all():
        raise GmlError("Eine Koordinate ist keine endliche Zahl.", kind="not_finite")
    return points


def _dimension_above(element: etree._Element) -> int:
    """Numbers per position as the enclosing geometry states them."""
    above = element.getparent()
    while above is not None:
        stated = above.get("srsDimension")
        if stated is not None and stated.isdigit():
            return int(stated)
        above = above.getparent()
    return 2


def _circle(points: Coordinates) -> Coordinates:
    try:
        return stroke_circle_through(_pair(points[0]), _pair(points[1]), _pair(points[2]))
    except ArcError:
        raise GmlError("Ein Kreis ist nicht bestimmbar.", _place(points)) from None


def _pair(point: Coordinates) -> tuple[float, float]:
    return float(point[0]), float(point[1])


def _place(points: Coordinates) -> tuple[float, float] | None:
    return _pair(points[0]) if len(points) else None
