"""Answers of a WFS as XML: capabilities, feature types, pages of features. By local names: versions do not matter."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import shapely
from lxml import etree

from gis.crs import CrsError
from gis.readers.gml import GmlError, GmlGeometryReader, local, placed_fault
from gis.readers.source import Fault, SourceBatch
from gis.sources.axes import NamedCrs, named_crs
from gis.sources.settings import SourceSettings

ID_COLUMN = "gml_id"

_GEOMETRIES = {
    *("Point", "MultiPoint", "LineString", "Curve", "MultiCurve", "CompositeCurve", "MultiLineString"),
    *("Polygon", "Surface", "MultiSurface", "CompositeSurface", "MultiPolygon", "MultiGeometry"),
}
_GEOMETRY_TYPES = {f"{name}PropertyType" for name in (*_GEOMETRIES, "Geometry", "GeometricPrimitive", "GeometryArray")}
_EXCEPTIONS = {"ExceptionReport", "ServiceExceptionReport", "ServiceException"}
_GML_ID = "{http://www.opengis.net/gml/3.2}id", "{http://www.opengis.net/gml}id", "fid"
_HREF = "{http://www.w3.org/1999/xlink}href"


@dataclass(frozen=True)
class FeatureType:
    """What a service says of a feature type."""

    columns: tuple[str, ...]
    geometries: tuple[str, ...]


@dataclass(frozen=True)
class WfsPage:
    """One page: its features, and how many there are altogether (None: the service does not know)."""

    features: tuple[etree._Element, ...]
    matched: int | None
    has_next: bool


def parse(settings: SourceSettings, content: bytes) -> etree._Element:
    """Root of an answer; raises LayerUnavailableError for what is no XML, or an exception report."""
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise settings.unavailable("antwortet nicht mit gültigem XML.") from None
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]
        raise settings.unavailable("antwortet mit etwas anderem als den Daten eines WFS.")
    if local(root) in _EXCEPTIONS:
        # Only the code: the text may repeat what was sent.
        codes = [element.get("exceptionCode") or element.get("code") for element in root.iter()]
        code = next((text for text in codes if text and text.isalnum()), "ohne Code")
        raise settings.unavailable(f"meldet einen Fehler ({code}).")
    return root


def offered_crs(settings: SourceSettings, root: etree._Element, name: str) -> list[str]:
    """Names of the systems in which a feature type is offered, the default one first."""
    for kind in root.iter("{*}FeatureType"):
        names = [text(child) for child in kind if local(child) == "Name"]
        if names and same_type(names[0] or "", name):
            systems = ("DefaultCRS", "DefaultSRS", "OtherCRS", "OtherSRS")
            return [found for child in kind if local(child) in systems and (found := text(child))]
    if local(root) != "WFS_Capabilities":
        raise settings.unavailable("beschreibt sich nicht als WFS.")
    raise settings.unavailable(f"bietet die Objektart „{name}“ nicht an.")


def feature_type(settings: SourceSettings, root: etree._Element, name: str) -> FeatureType:
    """Columns and geometry properties of a feature type, from its XML schema."""
    if local(root) != "schema":
        raise settings.unavailable("beschreibt die Objektart nicht.")
    types = {element.get("name"): element for element in root if local(element) == "complexType"}
    for element in root:
        if local(element) == "element" and same_type(str(element.get("name")), name):
            described = types.get(str(element.get("type")).rpartition(":")[2], element)
            properties = [part for part in described.iter("{*}element") if part.get("name") and part is not element]
            kinds = [(str(part.get("name")), str(part.get("type")).rpartition(":")[2]) for part in properties]
            return FeatureType(
                columns=(ID_COLUMN, *(one for one, kind in kinds if kind not in _GEOMETRY_TYPES)),
                geometries=tuple(one for one, kind in kinds if kind in _GEOMETRY_TYPES),
            )
    raise settings.unavailable("beschreibt die Objektart nicht.")


def read_page(settings: SourceSettings, root: etree._Element) -> WfsPage:
    """Features of one page; raises LayerUnavailableError where the page itself says that it is not complete."""
    if local(root) != "FeatureCollection":
        raise settings.unavailable("antwortet mit etwas anderem als einer Sammlung von Objekten.")
    if any(local(child) == "truncatedResponse" for child in root):
        raise settings.unavailable("hat die Antwort abgebrochen.")
    features: list[etree._Element] = []
    for child in root:
        if local(child) in {"member", "featureMember", "featureMembers"}:
            if len(child) == 0 and local(child) != "featureMembers":
                raise settings.unavailable("verweist auf Objekte, statt sie zu liefern.")
            features.extend(child)
    returned = _count(root, "numberReturned")
    if returned is not None and returned != len(features):
        raise settings.unavailable(f"kündigt {returned} Objekte an, liefert aber {len(features)}.")
    return WfsPage(tuple(features), _count(root, "numberMatched"), root.get("next") is not None)


def read_count(root: etree._Element) -> int | None:
    """Number of features that match, from the answer to a request for hits."""
    matched = _count(root, "numberMatched")
    return _count(root, "numberOfFeatures") if matched is None else matched


def feature_id(feature: etree._Element) -> str | None:
    """Identity of a feature in the service."""
    return next((value for key in _GML_ID if (value := feature.get(key))), None)


def read_features(
    settings: SourceSettings,
    features: Sequence[etree._Element],
    *,
    columns: Sequence[str],
    geometry: str | None,
    asked: NamedCrs,
) -> tuple[SourceBatch, NamedCrs]:
    """Geometries and the named columns of features, east first, and the system that they are written in."""
    reader = GmlGeometryReader()
    shapes = np.full(len(features), None, dtype=object)
    faults: dict[int, Fault] = {}
    values: dict[str, list[str | None]] = {column: [None] * len(features) for column in columns}
    names: set[str] = set()
    for row, feature in enumerate(features):
        if ID_COLUMN in values:
            values[ID_COLUMN][row] = feature_id(feature)
        shape: etree._Element | None = None
        for child in feature:
            name = local(child)
            if name in {"boundedBy", "location"}:
                continue
            inner = next((part for part in child if local(part) in _GEOMETRIES), None)
            if inner is not None and (geometry is None or name == geometry):
                if shape is not None:
                    raise settings.unavailable("liefert mehrere Geometrien je Objekt; bitte nennen Sie „geometry“.")
                shape = inner
            elif inner is None and name in values and values[name][row] is None:
                values[name][row] = text(child)
        if shape is None:
            continue
        names.update(filter(None, (part.get("srsName") for part in shape.iter())))
        try:
            shapes[row] = reader.read(shape)
        except GmlError as error:
            faults[row] = _placed(error.fault, shape)
        except (ValueError, shapely.errors.ShapelyError):
            faults[row] = _placed(Fault("unreadable_geometry", "Die Geometrie ist nicht lesbar."), shape)
    written = _written_in(settings, names, asked)
    table = pa.table({column: pa.array(entries, pa.string()) for column, entries in values.items()})
    return SourceBatch(written.east_first(shapes), table, 1, _east_first(faults, written)), written


def text(element: etree._Element) -> str | None:
    """Text of an element, or where it refers to a code, the reference; None where it is empty."""
    return (element.text or "").strip() or element.get(_HREF)


def same_type(left: str, right: str) -> bool:
    """Whether two names mean one feature type; a prefix counts only where both have one."""
    prefixes = left.rpartition(":")[0], right.rpartition(":")[0]
    return left.rpartition(":")[2] == right.rpartition(":")[2] and ("" in prefixes or prefixes[0] == prefixes[1])


def _placed(fault: Fault, shape: etree._Element) -> Fault:
    try:
        return placed_fault(fault, shape)
    except ValueError:
        return fault


def _written_in(settings: SourceSettings, names: set[str], asked: NamedCrs) -> NamedCrs:
    try:
        found = [named_crs(name) for name in sorted(names)]
    except CrsError as error:
        raise settings.unavailable(f"nennt ein unbrauchbares Koordinatenreferenzsystem. {error}") from None
    if any((one.crs, one.north_first) != (found[0].crs, found[0].north_first) for one in found):
        raise settings.unavailable("liefert Objekte in verschiedenen Koordinatenreferenzsystemen.")
    return found[0] if found else asked


def _east_first(faults: dict[int, Fault], written: NamedCrs) -> dict[int, Fault]:
    if not written.north_first:
        return faults
    return dict(_swapped(faults))


def _swapped(faults: dict[int, Fault]) -> Iterator[tuple[int, Fault]]:
    for row, fault in faults.items():
        place = None if fault.place is None else (fault.place[1], fault.place[0])
        box = fault.bounds
        yield row, Fault(fault.kind, fault.message, place, None if box is None else (box[1], box[0], box[3], box[2]))


def _count(root: etree._Element, attribute: str) -> int | None:
    value = root.get(attribute, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None
