"""Recognise what a file is from its content; its name counts for nothing."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from lxml import etree

from gis.readers.source import SourceError

Format = Literal[
    "nas",
    "alkis-simple",
    "geojson",
    "zip",
    "gzip",
    "FlatGeobuf",
    "GPKG",
    "ESRI Shapefile",
    "GML",
    "KML",
    "MapInfo File",
]

_HEAD_BYTES = 4096
# So far from the root is the first object, past the box and the metadata of a collection.
_SNIFFED_ELEMENTS = 60
_GML_NAMESPACE = "http://www.opengis.net/gml"


def sniff(path: Path) -> Format:
    """Format of a file, from its content.

    Raises
    ------
    SourceError
        For an empty file, for one that is none of the known formats, and for XML with a document type definition.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        raise SourceError(f"Die Datei „{path.name}“ ist nicht vorhanden oder nicht lesbar.") from None
    if not head.strip():
        raise SourceError("Die Datei ist leer.")
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    if head.startswith(b"fgb\x03"):
        return "FlatGeobuf"
    if head.startswith(b"SQLite format 3\x00"):
        return "GPKG"
    if head.startswith(b"\x00\x00\x27\x0a"):
        return "ESRI Shapefile"
    if head.lower().startswith((b"!table", b"version")) and path.suffix.lower() in {".tab", ".mif"}:
        return "MapInfo File"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith((b"{", b"[")):
        return "geojson"
    if text.startswith(b"<") or head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _sniff_xml(path)
    raise SourceError(
        "Das Format der Datei ist unbekannt. Möglich sind ALKIS-NAS, GeoPackage, GeoJSON, Shapefile, FlatGeobuf, "
        "GML, KML und MapInfo, auch gepackt (zip, gz)."
    )


def refuse_doctype(tree: etree._Element) -> None:
    """Refuse XML that brings a document type definition: entities are the way of every XML bomb."""
    if tree.getroottree().docinfo.doctype:  # type: ignore[attr-defined]
        raise SourceError("Die XML-Datei enthält eine Dokumenttyp-Definition (DTD). Solche Dateien werden abgelehnt.")


def xml_events(
    path: Path, events: tuple[str, ...], tag: tuple[str, ...] | None = None
) -> Iterator[tuple[str, etree._Element]]:
    """Stream a plain or gzipped XML file: no entities, no network, no document type, German errors."""
    with gzip.open(path, "rb") if is_gzip(path) else path.open("rb") as file:
        parser = etree.iterparse(
            file,
            events=events,
            tag=tag,
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            # Off: libxml2 keeps its own bounds for depth, text length and entity growth; NAS needs no more.
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        first = True
        try:
            for event, element in parser:
                if first:
                    refuse_doctype(element)
                    first = False
                yield event, element
        except etree.XMLSyntaxError as error:
            raise SourceError(f"Die XML-Datei ist fehlerhaft (Zeile {error.lineno}).") from None
        except (OSError, EOFError):
            raise SourceError("Die Datei ist beschädigt und lässt sich nicht entpacken.") from None


def is_gzip(path: Path) -> bool:
    """Whether a file is gzipped, from its first bytes."""
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def _sniff_xml(path: Path) -> Format:
    """Kind of an XML file, from its root and its first object: services declare the object's namespace only there."""
    is_gml = False
    for number, (_, element) in enumerate(xml_events(path, ("start",))):
        names = " ".join(str(name) for name in (element.tag, *element.nsmap.values()))
        if "adv/produkt/alkis-vereinfacht" in names:
            return "alkis-simple"
        if "adv-online.de/namespaces/adv/gid" in names:
            return "nas"
        if "xplanung.de/xplangml" in names:
            raise SourceError("Die Datei ist ein Bebauungsplan (XPlanGML). Bitte lesen Sie ihn mit import_plan ein.")
        if number == 0 and "opengis.net/kml" in str(element.tag):
            return "KML"
        is_gml = is_gml or _GML_NAMESPACE in names
        if number == _SNIFFED_ELEMENTS or (number == 0 and not is_gml and "opengis.net" not in names):
            break
    if is_gml:
        return "GML"
    raise SourceError("Die XML-Datei ist weder ALKIS-NAS noch GML noch KML.")
