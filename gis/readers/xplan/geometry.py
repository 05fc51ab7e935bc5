"""Geometries of features, collected and built in batches: one call of GEOS for many rings instead of one each."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import shapely
from lxml import etree
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.readers.gml import GmlError
from gis.readers.source import Fault
from gis.readers.xplan.coordinates import SAME_POINT_M, CurveReader, Numbers, dimension_of
from gis.readers.xplan.names import HREF
from gis.readers.xplan.raw import RawFeature

_SURFACES = frozenset(
    {
        "Polygon", "PolygonPatch", "Surface", "CompositeSurface", "MultiSurface", "MultiPolygon",
        "OrientableSurface", "baseSurface", "patches", "polygonPatches", "surfaceMember", "surfaceMembers",
        "polygonMember", "geometryMember", "geometryMembers",
    }
)  # fmt: skip
_LINES = frozenset({"MultiCurve", "MultiLineString", "curveMember", "curveMembers", "lineStringMember"})
_CURVES = frozenset({"LineString", "Curve", "CompositeCurve", "OrientableCurve"})
_MULTI_POINTS = frozenset({"MultiPoint", "pointMember", "pointMembers"})
_WRAPPERS = frozenset({"geometryMember", "geometryMembers"})
_BUILDERS: dict[str, Callable[..., Any]] = {
    "Polygon": shapely.multipolygons,
    "LineString": shapely.multilinestrings,
    "Point": shapely.multipoints,
}


class GeometryBatch:
    """Takes the geometry elements of features; `finish` builds all of them and gives them to their features."""

    def __init__(self) -> None:
        self.curves = CurveReader()
        self._owners: list[RawFeature] = []
        self._clear()

    def _clear(self) -> None:
        self._owners = []
        self._numbers: Numbers = []
        self._sizes: list[int] = []  # points of each chain
        self._shells: list[int] = []  # chain → polygon, -1: a line, -2: a point
        self._polygons: list[int] = []  # polygon → owner
        self._lines: list[int] = []  # line or point, in order of the chains → owner

    def add(self, owner: RawFeature, element: etree._Element) -> None:
        """Take the geometry of a feature. What is wrong with it is added to the feature's faults."""
        self.curves.stroked = 0
        marks = len(self._numbers), len(self._sizes), len(self._polygons), len(self._lines)
        try:
            size = element.get("srsDimension")
            self._collect(element, len(self._owners), dimension_of(size) if size else 2)
            if len(self._sizes) == marks[1]:
                raise GmlError("Die Geometrie ist leer.", kind="empty_geometry")
        except GmlError as error:
            del self._numbers[marks[0] :], self._sizes[marks[1] :], self._shells[marks[1] :]
            del self._polygons[marks[2] :], self._lines[marks[3] :]
            fault = error.fault
            if fault.place is None:
                fault = replace(fault, place=_first_place(element) or _corner(element))
            owner.faults = (*owner.faults, replace(fault, bounds=None))
            return
        self._owners.append(owner)

    @property
    def points(self) -> int:
        """Points of the geometries taken since the last time."""
        return len(self._numbers) // 2

    def finish(self) -> None:
        """Build every geometry that was taken since the last time."""
        if self._owners:
            self._build()
        self._clear()

    def _collect(self, element: etree._Element, owner: int, dimension: int) -> None:
        name = self.curves.names[element.tag]
        if name in {"Polygon", "PolygonPatch"}:
            self.curves.notice_srs(element, self._polygon(element, owner, dimension))
        elif name in _CURVES:
            line = self.curves.curve(element, dimension)
            if len(line) < 4:
                raise GmlError("Eine Linie hat weniger als zwei Punkte.", (line[0], line[1]))
            self._chain(line, -1)
            self._lines.append(owner)
        elif name == "Point":
            numbers = self.curves.points(element, dimension)
            self.curves.notice_srs(element, numbers)
            self._chain(numbers[:2], -2)
            self._lines.append(owner)
        elif name in _SURFACES or name in _LINES or name in _MULTI_POINTS or name in _WRAPPERS:
            if element.get(HREF):
                raise GmlError("Die Geometrie verweist auf ein anderes Objekt.", kind="unsupported_geometry")
            before = len(self._numbers)
            for part in element:
                self._collect(part, owner, dimension)
            self.curves.notice_srs(element, self._numbers[before : before + 2])
        else:
            raise GmlError(f"Die Geometrieart {name} wird nicht unterstützt.", kind="unsupported_geometry")

    def _polygon(self, element: etree._Element, owner: int, dimension: int) -> Numbers:
        names, polygon, first = self.curves.names, len(self._polygons), len(self._numbers)
        inner: list[etree._Element] = []
        outer: etree._Element | None = None
        for boundary in element:
            name = names[boundary.tag]
            if name in {"exterior", "outerBoundaryIs"}:
                outer = boundary
            elif name in {"interior", "innerBoundaryIs"}:
                inner.append(boundary)
        if outer is None:
            raise GmlError("Die Fläche hat keinen äußeren Ring.")
        for boundary in (outer, *inner):
            numbers = self.curves.chain(boundary, dimension)
            if len(numbers) < 8:
                raise GmlError("Ein Ring hat weniger als drei verschiedene Punkte.", (numbers[0], numbers[1]))
            if numbers[0] != numbers[-2] or numbers[1] != numbers[-1]:
                numbers[-2:] = _closed(numbers)
            self._chain(numbers, polygon)
        self._polygons.append(owner)
        return self._numbers[first : first + 2]

    def _chain(self, numbers: Numbers, shell: int) -> None:
        self._numbers += numbers
        self._sizes.append(len(numbers) // 2)
        self._shells.append(shell)

    def _build(self) -> None:
        points = np.array(self._numbers, dtype=np.float64).reshape(-1, 2)
        sizes, shells = np.array(self._sizes), np.array(self._shells)
        chain_of_point = np.repeat(np.arange(len(sizes)), sizes)
        finite_point = np.asarray(np.isfinite(points).all(axis=1))
        finite = np.ones(len(sizes), dtype=bool)
        finite[chain_of_point[~finite_point]] = False
        points = np.where(finite_point[:, None], points, 0.0)
        ring_chain, line_chain = shells >= 0, shells == -1
        owners = len(self._owners)
        polygon_owner, line_owner = np.array(self._polygons, dtype=np.intp), np.array(self._lines, dtype=np.intp)
        chain_owner = np.empty(len(sizes), dtype=np.intp)
        chain_owner[ring_chain] = polygon_owner[shells[ring_chain]]
        chain_owner[~ring_chain] = line_owner
        broken = np.zeros(owners, dtype=bool)
        broken[chain_owner[~finite]] = True
        polygons = _polygons(points, chain_of_point, ring_chain, shells, len(self._polygons))
        others = np.empty(len(line_owner), dtype=object)
        is_line = line_chain[~ring_chain]
        others[is_line] = _lines(points, chain_of_point, line_chain)
        others[~is_line] = shapely.points(points[(shells == -2)[chain_of_point]])
        parts = np.concatenate([polygons, others])
        part_owner = np.concatenate([polygon_owner, line_owner])
        for row, geometry in _joined(parts, part_owner, owners):
            owner = self._owners[row]
            if broken[row]:
                known = points[finite_point & (chain_owner[chain_of_point] == row)].tolist()
                place = (known[0][0], known[0][1]) if known else None
                fault = Fault("not_finite", "Eine Koordinate ist keine endliche Zahl.", place)
                owner.faults = (*owner.faults, fault)
            else:
                owner.geometry = geometry


def _polygons(
    points: NDArray[np.float64],
    chain_of_point: NDArray[np.intp],
    ring_chain: NDArray[np.bool_],
    shells: NDArray[np.intp],
    count: int,
) -> NDArray[np.object_]:
    result = np.empty(count, dtype=object)
    if count:
        own = ring_chain[chain_of_point]
        number = np.cumsum(ring_chain) - 1
        rings: Any = shapely.linearrings(points[own], indices=number[chain_of_point[own]])
        shapely.polygons(rings, indices=shells[ring_chain], out=result)
    return result


def _lines(
    points: NDArray[np.float64], chain_of_point: NDArray[np.intp], line_chain: NDArray[np.bool_]
) -> NDArray[np.object_]:
    if not line_chain.any():
        return np.empty(0, dtype=object)
    own = line_chain[chain_of_point]
    number = np.cumsum(line_chain) - 1
    lines: Any = shapely.linestrings(points[own], indices=number[chain_of_point[own]])
    return np.asarray(lines, dtype=object)


def _joined(
    parts: NDArray[np.object_], owner: NDArray[np.intp], owners: int
) -> Iterator[tuple[int, BaseGeometry | None]]:
    """One geometry for each owner: its only part, or the multi-geometry of its parts."""
    counts = np.bincount(owner, minlength=owners)
    order = np.argsort(owner, kind="stable")
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    for row, (start, count) in enumerate(zip(starts.tolist(), counts.tolist(), strict=True)):
        own = parts[order[start : start + count]]
        yield row, own[0] if count == 1 else _multi(list(own))


def _multi(parts: list[BaseGeometry]) -> BaseGeometry | None:
    kinds = {part.geom_type for part in parts}
    build = _BUILDERS.get(kinds.pop()) if len(kinds) == 1 else None
    return (build or shapely.geometrycollections)(parts) if parts else None


def _first_place(element: etree._Element) -> tuple[float, float] | None:
    """The first coordinates that a broken geometry still tells."""
    for part in element.iter("{*}posList", "{*}pos"):
        if place := _pair(part.text):
            return place
    return None


def _pair(text: str | None) -> tuple[float, float] | None:
    try:
        x, y = (float(value) for value in (text or "").split()[:2])
    except ValueError:
        return None
    return (x, y) if np.isfinite([x, y]).all() else None


def _corner(element: etree._Element) -> tuple[float, float] | None:
    """Lower corner of the envelope of the feature whose geometry this is."""
    holder = element.getparent()
    feature = holder.getparent() if holder is not None else None
    return _pair(feature.findtext("{*}boundedBy/{*}Envelope/{*}lowerCorner")) if feature is not None else None


def _closed(numbers: Numbers) -> Numbers:
    """The first point, where the last one lies within 2 mm of it; raises GmlError where the ring is open."""
    if abs(numbers[0] - numbers[-2]) < SAME_POINT_M and abs(numbers[1] - numbers[-1]) < SAME_POINT_M:
        return numbers[:2]
    raise GmlError("Ein Ring ist nicht geschlossen.", (numbers[0], numbers[1]), kind="open_ring")
