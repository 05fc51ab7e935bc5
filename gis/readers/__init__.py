"""One file per input format, and the registry of readers for site plans.

The content decides which reader takes a file, not its name: a renamed file must not reach a reader that follows links.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from gis.readers.options import NO_OPTIONS, ReadOptions
from gis.siteplan import PlanFile, SitePlanError
from gis.validation import DEFAULT_LIMITS, Limits, check_file_size


@dataclass(frozen=True, slots=True)
class PlanReader:
    """A reader of site plans.

    ``name`` is German, ``suffixes`` are what file dialogues offer, ``accepts`` tests the first bytes (and the suffix),
    ``takes_match``: files without georeference can be placed by two matched points.
    """

    name: str
    suffixes: tuple[str, ...]
    accepts: Callable[[bytes, str], bool]
    read: Callable[[Path, str, Limits, ReadOptions], PlanFile]
    takes_match: bool = False


def read_site_plans(
    path: Path, *, name: str | None = None, limits: Limits = DEFAULT_LIMITS, options: ReadOptions = NO_OPTIONS
) -> PlanFile:
    """Read the site plans of a file, by the reader of ``SITE_PLAN_READERS`` that knows its content.

    Parameters
    ----------
    path : file to read
    name : name of a plan that has none in the file; default: the file's stem
    limits : bounds on file size, features, vertices, time and memory
    options : layer maps and matched points for drawings

    Raises
    ------
    SitePlanError
        When the whole file is unreadable. Plans that alone are unreadable are in ``PlanFile.refused``.
    """
    reader = plan_reader(path, limits)
    if options.match is not None and not reader.takes_match:
        raise SitePlanError(
            "match", f"Passpunkte gibt es nur für Zeichnungen und Modelle (DXF, IFC); diese Datei ist {reader.name}."
        )
    return reader.read(path, path.stem if name is None else name, limits, options)


def plan_reader(path: Path, limits: Limits = DEFAULT_LIMITS) -> PlanReader:
    """The reader that knows the content of a file. Raises :class:`SitePlanError`."""
    try:
        check_file_size(path.stat().st_size, limits)
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError:
        raise SitePlanError("no_file", "Die Datei lässt sich nicht öffnen.") from None
    for reader in SITE_PLAN_READERS.values():
        if reader.accepts(head, path.suffix.lower()):
            return reader
    raise SitePlanError("unknown_format", f"Das Dateiformat ist nicht bekannt. Lesbar sind: {format_names()}.")


def format_names() -> str:
    """German names of all formats, in a row."""
    return ", ".join(reader.name for reader in SITE_PLAN_READERS.values())


def plan_suffixes() -> tuple[str, ...]:
    """Suffixes of all formats, with their dots."""
    return tuple(suffix for reader in SITE_PLAN_READERS.values() for suffix in reader.suffixes)


def _is_geojson(head: bytes, suffix: str) -> bool:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text[:1] in {b"{", b"["} or suffix in {".geojson", ".json"}


def _is_geopackage(head: bytes, _suffix: str) -> bool:
    return head.startswith(b"SQLite format 3\x00")


def _is_zip(head: bytes, _suffix: str) -> bool:
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def _is_dxf(head: bytes, suffix: str) -> bool:
    if head.startswith(b"AutoCAD Binary DXF"):
        return True
    lines = [line.strip() for line in head.split(b"\n", 4)[:2]]
    return suffix == ".dxf" or lines[0] in {b"0", b"999"}


def _is_ifc(head: bytes, suffix: str) -> bool:
    from gis.readers.ifc import is_ifc

    return is_ifc(head, suffix)


def _read_geojson(path: Path, name: str, limits: Limits, _options: ReadOptions) -> PlanFile:
    from gis.readers.geojson import read_geojson

    return read_geojson(path, name, limits)


def _read_geopackage(path: Path, name: str, limits: Limits, _options: ReadOptions) -> PlanFile:
    from gis.readers.geopackage import read_geopackage

    return read_geopackage(path, name, limits)


def _read_shapefile(path: Path, name: str, limits: Limits, _options: ReadOptions) -> PlanFile:
    from gis.readers.shapefile import read_shapefile

    return read_shapefile(path, name, limits)


def _read_dxf(path: Path, name: str, limits: Limits, options: ReadOptions) -> PlanFile:
    from gis.readers.dxf import read_dxf

    return read_dxf(path, name, limits, options)


def _read_ifc(path: Path, name: str, limits: Limits, options: ReadOptions) -> PlanFile:
    from gis.readers.ifc import read_ifc

    return read_ifc(path, name, limits, options)


SITE_PLAN_READERS: Mapping[str, PlanReader] = MappingProxyType(
    {
        "geopackage": PlanReader("GeoPackage", (".gpkg",), _is_geopackage, _read_geopackage),
        "ifc": PlanReader("IFC", (".ifc", ".ifczip"), _is_ifc, _read_ifc, takes_match=True),
        "dxf": PlanReader("DXF", (".dxf",), _is_dxf, _read_dxf, takes_match=True),
        "shapefile": PlanReader("Shapefile (zip)", (".zip",), _is_zip, _read_shapefile),
        "geojson": PlanReader("GeoJSON, JSON-FG", (".geojson", ".json"), _is_geojson, _read_geojson),
    }
)
