"""Numbers of GML curves: lists of x, y, x, y …; arcs as chords.

Written for speed: a plan file is mostly rings, and each of them passes through here.
"""

import numpy as np
from lxml import etree

from gis.readers.arcs import stroke_arc, stroke_circle_through
from gis.readers.gml import GmlError
from gis.readers.xplan.names import HREF

Numbers = list[float]

#: Two points closer than this are one (conformity rule 2.2.1.1 of XPlanung).
SAME_POINT_M = 0.002
#: Finer than elsewhere: an arc and a differently cut twin of it must agree within the 2 mm of that rule.
CHORD_TOLERANCE_M = 0.0005
_LINES = frozenset({"LinearRing", "LineStringSegment", "Geodesic", "GeodesicString"})
_MEMBERS = frozenset({"curveMember", "curveMembers", "segments", "Ring", "baseCurve"})
#: Points from arcs in one geometry: far more than any plan has.
MAX_STROKED = 200_000


class CurveReader:
    """Reads chains of points, and notices the coordinate systems that they name."""

    def __init__(self) -> None:
        self.names: dict[str, str] = _LocalNames()
        self.srs_name: str | None = None
        self.other_srs: dict[str, Numbers] = {}
        #: Points that arcs of the present geometry became: a small file may describe a great many.
        self.stroked = 0

    def notice_srs(self, element: etree._Element, numbers: Numbers) -> None:
        """Remember the coordinate system named at an element, and where another one was first met."""
        name = element.get("srsName")
        if name is None or name == self.srs_name:
            return
        if self.srs_name is None:
            self.srs_name = name
        elif name not in self.other_srs:
            self.other_srs[name] = numbers[:2]

    def points(self, element: etree._Element, dimension: int) -> Numbers:
        """Numbers directly in an element (posList, pos, pointProperty, coordinates); raises GmlError."""
        names, numbers = self.names, []
        for part in element:
            name = names[part.tag]
            if name in {"posList", "pos"}:
                text = part.text or ""
                size = part.get("srsDimension")
                found = _floats(text, dimension_of(size) if size else dimension)
                self.notice_srs(part, found)
                numbers += found
            elif name == "coordinates":
                numbers += _floats((part.text or "").replace(",", " "), dimension)
            elif name in {"pointProperty", "pointRep"} and len(part):
                numbers += self.points(part[0], dimension)
        if not numbers:
            raise GmlError("Die Koordinaten sind unvollständig.")
        return numbers

    def chain(self, elements: etree._Element, dimension: int) -> Numbers:
        """Join the curves in an element, which must follow each other without a gap; raises GmlError."""
        if len(elements) == 1:
            return self.curve(elements[0], dimension)
        joined: Numbers = []
        for element in elements:
            piece = self.curve(element, dimension)
            if not joined:
                joined = piece
            elif abs(joined[-2] - piece[0]) < SAME_POINT_M and abs(joined[-1] - piece[1]) < SAME_POINT_M:
                joined += piece[2:]
            else:
                raise GmlError("Ein Linienzug hat eine Lücke.", (joined[-2], joined[-1]))
        if not joined:
            raise GmlError("Ein Linienzug ist leer.", kind="empty_geometry")
        return joined

    def curve(self, element: etree._Element, dimension: int) -> Numbers:
        """Numbers of one curve or segment, of whatever kind; raises GmlError."""
        name = self.names[element.tag]
        if name == "LineString":
            numbers = self.points(element, dimension)
            self.notice_srs(element, numbers)
            return numbers
        if name in _LINES:
            return self.points(element, dimension)
        if name in {"Arc", "ArcString"}:
            return self._arcs_through(self.points(element, dimension))
        if name == "Circle":
            return _circle(self.points(element, dimension))
        if name in _MEMBERS:
            if element.get(HREF):
                raise GmlError("Die Geometrie verweist auf ein anderes Objekt.", kind="unsupported_geometry")
            return self.chain(element, dimension)
        if name in {"Curve", "CompositeCurve"}:
            numbers = self.chain(element, dimension)
            self.notice_srs(element, numbers)
            return numbers
        if name == "OrientableCurve":
            numbers = self.chain(element, dimension)
            return _reversed(numbers) if element.get("orientation") == "-" else numbers
        raise GmlError(f"Das Liniensegment {name} wird nicht unterstützt.", kind="unsupported_geometry")

    def _arcs_through(self, numbers: Numbers) -> Numbers:
        pairs = _pairs(numbers)
        if len(pairs) < 3 or len(pairs) % 2 == 0:
            raise GmlError("Ein Kreisbogen braucht drei Punkte.", pairs[0])
        result: Numbers = list(pairs[0])
        for index in range(0, len(pairs) - 2, 2):
            try:
                stroked = stroke_arc(pairs[index], pairs[index + 1], pairs[index + 2], CHORD_TOLERANCE_M)
            except (ValueError, OverflowError, ZeroDivisionError):
                raise GmlError("Ein Kreisbogen ist nicht bestimmbar.", pairs[index]) from None
            self.stroked += len(stroked)
            if self.stroked > MAX_STROKED:
                raise GmlError("Die Kreisbögen der Geometrie ergeben zu viele Punkte.", pairs[0], "too_many_points")
            result += stroked[1:].ravel().tolist()
        return result


def dimension_of(text: str) -> int:
    """Number of ordinates of a srsDimension; raises GmlError."""
    if text.strip() not in {"2", "3"}:
        raise GmlError("Die Angabe srsDimension ist nicht lesbar.")
    return int(text)


class _LocalNames(dict[str, str]):
    """Tag to local name, computed once for each tag; GML's own name and description do not pass for XPlanung's."""

    def __missing__(self, tag: str) -> str:
        namespace, _, name = str(tag).rpartition("}")
        if name in {"name", "description", "identifier"} and "opengis.net/gml" in namespace:
            name = f"gml:{name}"
        self[tag] = name
        return name


def _floats(text: str, dimension: int) -> Numbers:
    try:
        if "_" in text:
            raise ValueError
        numbers = list(map(float, text.split()))
    except ValueError:
        raise GmlError("Eine Koordinate ist keine Zahl.") from None
    if dimension == 2:
        if len(numbers) % 2:
            raise GmlError("Die Koordinaten sind unvollständig.")
        return numbers
    if dimension != 3 or len(numbers) % 3:
        raise GmlError("Die Koordinaten sind unvollständig.")
    return [value for index, value in enumerate(numbers) if index % 3 != 2]


def _pairs(numbers: Numbers) -> list[tuple[float, float]]:
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _reversed(numbers: Numbers) -> Numbers:
    return [value for pair in reversed(_pairs(numbers)) for value in pair]


def _circle(numbers: Numbers) -> Numbers:
    pairs = _pairs(numbers)
    if len(pairs) != 3:
        raise GmlError("Ein Kreis braucht drei Punkte.", pairs[0])
    try:
        ring = stroke_circle_through(pairs[0], pairs[1], pairs[2], CHORD_TOLERANCE_M)
    except (ValueError, OverflowError, ZeroDivisionError):
        raise GmlError("Ein Kreis ist nicht bestimmbar.", pairs[0]) from None
    return [float(value) for value in np.ravel(ring)]
