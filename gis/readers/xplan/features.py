"""Features out of XML: attributes, links and geometries, in batches."""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from gis.readers.source import SourceError
from gis.readers.xplan.geometry import GeometryBatch
from gis.readers.xplan.names import GEOMETRIES, GML_IDS, HREF, NUMBERS, PRESENTATION, UNITS, WHOLE
from gis.readers.xplan.package import PlanLimits
from gis.readers.xplan.raw import RawFeature
from gis.readers.xplan.stream import features

_BATCH = 256
_BATCH_POINTS = 500_000
#: Of drawings only these links are read: libxml2 picks them out.
_DRAWING_LINKS = ("{*}dientZurDarstellungVon", "{*}gehoertZuBereich")
_SHORT = 24
_MAX_DEPTH = 12


class FeatureReader:
    """Reads the features of one file; what it met is in its attributes when the last batch has come."""

    def __init__(self, path: Path, limits: PlanLimits) -> None:
        self.counts: Counter[str] = Counter()
        self._path = path
        self._limits = limits
        self._geometries = GeometryBatch()
        self._names = self._geometries.curves.names
        self._objects = self._points = 0

    @property
    def srs_name(self) -> str | None:
        """The coordinate system as it was first named."""
        return self._geometries.curves.srs_name

    @property
    def other_srs(self) -> dict[str, list[float]]:
        """Other names of coordinate systems, each with the first coordinates that it stood at."""
        return self._geometries.curves.other_srs

    def batches(self) -> Iterator[list[RawFeature]]:
        """Features in the order of the file, with geometries in its coordinates.

        Raises
        ------
        SourceError
            For broken XML, and for more objects than allowed.
        """
        elements = features(self._path)
        while batch := self._next(elements):
            yield batch

    def _next(self, elements: Iterator[etree._Element]) -> list[RawFeature]:
        """The next batch, empty at the end."""
        batch: list[RawFeature] = []
        for element in elements:
            batch.append(self._feature(element))
            if len(batch) == _BATCH or self._geometries.points > _BATCH_POINTS:
                break
        self._finish(batch)
        return batch

    def _finish(self, batch: list[RawFeature]) -> None:
        self._objects += len(batch)
        self._points += self._geometries.points
        for count, limit, what in (
            (self._objects, self._limits.objects, "Objekte"),
            (self._points, self._limits.points, "Punkte"),
        ):
            if count > limit:
                raise SourceError(f"Der Plan enthält mehr als {limit} {what} und wird abgelehnt.")
        self._geometries.finish()

    def _feature(self, element: etree._Element) -> RawFeature:
        kind = self._names[element.tag]
        self.counts[kind] += 1
        feature = RawFeature(kind, _id(element))
        if kind in PRESENTATION:
            names = self._names
            for child in element.iterchildren(*_DRAWING_LINKS):
                if href := child.get(HREF):
                    feature.links.append((names[child.tag], href.removeprefix("#")))
            return feature
        names, attributes, links = self._names, feature.attributes, feature.links
        placed = False
        for child in element:
            name = names[child.tag]
            if not len(child):
                text = child.text
                if text is not None and (text := text.strip()):
                    value: Any = _value(name, text, child, feature)
                else:
                    href = child.get(HREF)
                    if href:
                        links.append((name, href.removeprefix("#")))
                    continue
            elif name == "boundedBy":
                self._geometries.curves.notice_srs(child[0], [])
                continue
            elif names[child[0].tag] in GEOMETRIES:
                if placed:
                    message = f"Das Objekt hat mehrere Geometrien; „{name}“ wurde nicht übernommen."
                    feature.blame("second_geometry", message)
                    continue
                placed = True
                self._geometries.add(feature, child[0])
                continue
            else:
                value = self._complex(child, feature, 0)
            _store(attributes, name, value)
        return feature

    def _complex(self, element: etree._Element, feature: RawFeature, depth: int) -> dict[str, Any]:
        """A value with parts of its own: name to value, and the local name of its type as "type"."""
        names = self._names
        inner = element[0] if len(element) == 1 and len(element[0]) else element
        result: dict[str, Any] = {"type": names[inner.tag]} if inner is not element else {}
        if depth > _MAX_DEPTH:
            return result
        for part in inner:
            name = names[part.tag]
            if len(part):
                if names[part[0].tag] not in GEOMETRIES:
                    _store(result, name, self._complex(part, feature, depth + 1))
                continue
            text = (part.text or "").strip()
            if text:
                _store(result, name, _value(name, text, part, feature))
            elif href := part.get(HREF):
                _store(result, name, href)
        return result


def _id(element: etree._Element) -> str:
    for name in GML_IDS:
        if found := element.get(name):
            return found
    return ""


def _store(values: dict[str, Any], name: str, value: Any) -> None:
    if name not in values:
        values[name] = value
    elif isinstance(values[name], list):
        values[name].append(value)
    else:
        values[name] = [values[name], value]


def _value(name: str, text: str, element: etree._Element, feature: RawFeature) -> Any:
    """A leaf as bool, int, float (with a unit: in metres, m², m³, degrees) or text."""
    unit = element.get("uom")
    if unit is None and name not in NUMBERS:
        if name in WHOLE:
            try:
                return int(text)
            except ValueError:
                return _unreadable(name, text, feature)
        if text == "true" or text == "false":
            return text == "true"
        return sys.intern(text) if len(text) <= _SHORT else text
    try:
        number = float(text)
    except ValueError:
        return _unreadable(name, text, feature)
    if not -1e12 < number < 1e12:
        return _unreadable(name, text, feature)
    if unit is None:
        return number
    factor = UNITS.get(unit.strip().lower())
    if factor is None:
        message = f"Die Einheit „{unit[:40]}“ von {name} ist unbekannt; der Wert {text[:40]} wurde als Text übernommen."
        feature.blame("unknown_unit", message)
        return f"{text} {unit}"
    return number * factor


def _unreadable(name: str, text: str, feature: RawFeature) -> str:
    feature.blame("bad_value", f"Der Wert „{text[:40]}“ von {name} ist keine Zahl.")
    return text
