"""ALKIS in the AdV's simplified schema (GML of a web feature service): parcels, buildings, parts, land use."""

import re
import shutil
import tempfile
import tomllib
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

import pyproj
import shapely
from lxml import etree

from gis.readers.alkis_columns import Column, RowBuilder, Values, build_tree, collect, full_parcel_number
from gis.readers.feature_stream import gml_id, local_name, read_features
from gis.readers.gml import GmlError, placed_fault
from gis.readers.gml_crs import GmlCrs
from gis.readers.source import Fault, SourceBatch, SourceError, SourceLayer
from gis.readers.spool import LayerSpool, spooled_batches

_OBJECT, _KEY, _PLACE = "gebnutzbez", "gfkzshh", "lagebeztxt"
# Object types of GeoInfoDok in front of the key: building, part of a building.
_BUILDING, _PART = "31001", "31002"
_ADDRESS = re.compile(r"\s*(.+?)\s+(\d+)\s*([A-Za-z0-9/ -]*?)\s*$")
_OWN_COLUMNS = {"addresses": ("street", "house_number", "house_number_suffix", "position_source")}


@cache
def _layers() -> Mapping[str, tuple[frozenset[str], tuple[Column, ...]]]:
    with Path(__file__).with_name("alkis_simple.toml").open("rb") as file:
        data: dict[str, dict[str, Any]] = tomllib.load(file)
    return {
        name: (
            frozenset(entry["types"]),
            tuple(Column.parse(column, places) for column, places in entry["columns"].items()),
        )
        for name, entry in data.items()
    }


class SimpleAlkisSource:
    """A feature collection in the simplified schema (plain or gz)."""

    format = "ALKIS-vereinfacht"

    def __init__(self, path: Path) -> None:
        self.warnings: tuple[str, ...] = ()
        self.layers: Sequence[SourceLayer] = tuple(
            SourceLayer(name, _builder(name).names, "Unknown", -1) for name in _layers()
        )
        self._path = path
        self._folder = Path(tempfile.mkdtemp(prefix="bauakte-alkis-"))
        self._cleanup = weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        self._done: dict[str, _Reading] = {}

    def prepare(self, layers: Iterable[str]) -> dict[str, int]:
        """Read several layers; returns how many objects each has (none where the schema does not know it)."""
        return {name: self._reading(name).count if name in _layers() else 0 for name in layers}

    def crs(self, layer: str) -> pyproj.CRS | None:
        """System of the layer's coordinates (metres: degrees are moved into their UTM zone)."""
        system = self._reading(layer).system
        return None if system is None else system.crs

    def batches(self, layer: str, columns: Sequence[str]) -> Iterator[SourceBatch]:
        """Read one layer."""
        reading = self._reading(layer)
        yield from spooled_batches(reading.path)
        self.warnings = reading.notes()

    def close(self) -> None:
        """Remove what was spooled."""
        self._cleanup()

    def _reading(self, layer: str) -> "_Reading":
        if layer not in self._done:
            reading = _Reading(layer, self._folder / f"{layer}.arrow")
            reading.read(self._path)
            self._done[layer] = reading
        return self._done[layer]


class _Reading:
    """One layer out of one pass."""

    def __init__(self, layer: str, path: Path) -> None:
        self.path = path
        self.system: GmlCrs | None = None
        self._layer = layer
        self._types, self._columns = _layers()[layer]
        self._builder = _builder(layer)
        self._trees: dict[str, Any] = {}
        self._structures = self._unread = self.count = 0

    def read(self, path: Path) -> None:
        with ExitStack() as stack:
            self._spool = stack.enter_context(LayerSpool(self.path, self._builder.names))
            read_features(path, self._take)
        self.count = self._spool.count

    def notes(self) -> tuple[str, ...]:
        notes = []
        if self._structures:
            notes.append(f"Nicht übernommen: Bauwerke, die keine Gebäude sind ({self._structures}).")
        if self._unread:
            notes.append(f"Lagebezeichnungen ohne erkennbare Hausnummer: {self._unread}.")
        return tuple(notes)

    def _take(self, feature: etree._Element) -> None:
        tag = str(feature.tag)
        name = local_name(tag)
        if name not in self._types:
            return
        if tag not in self._trees:
            places = [place for column in self._columns for parts in column.alternatives for place in parts]
            self._trees[tag] = build_tree(tag[: len(tag) - len(name)], [*places, _OBJECT, _KEY, _PLACE])
        values: Values = {}
        collect(feature, self._trees[tag], values)
        values["@id"] = [gml_id(feature) or ""]
        if name == "GebaeudeBauwerk" and not self._fits(values):
            return
        if self._layer == "addresses":
            self._add_addresses(feature, values)
            return
        fault = self._geometry(feature)
        row = self._builder.row(values)
        key = values.get(_KEY, [""])[0].partition("_")[2]
        if key and name == "GebaeudeBauwerk":
            # The key is what the other sources of buildings have, too; the text stays out where there is one.
            row[self._builder.names.index("kind" if self._layer == "building_parts" else "function")] = key
        if self._layer == "parcels":
            row[0] = full_parcel_number(row[0])
        self._spool.add(row, fault)

    def _fits(self, values: Values) -> bool:
        number = values.get(_KEY, [""])[0].partition("_")[0]
        text = values.get(_OBJECT, [""])[0].casefold()
        part = number == _PART or (not number and text.startswith("bauteil"))
        building = number == _BUILDING or (not number and (not text or text.startswith(("gebäude", "gebaeude"))))
        if not part and not building:
            self._structures += self._layer == "buildings"
        return part if self._layer == "building_parts" else building

    def _geometry(self, feature: etree._Element) -> Fault | None:
        element = _geometry_of(feature)
        if element is None:
            self._spool.geometries.add_geometry(None)
            return None
        system = self._system(element)
        try:
            self._spool.geometries.add(element, system.reader)
        except GmlError as error:
            self._spool.geometries.add_geometry(None)
            return placed_fault(error.fault, element, system.reader.convert)
        return None

    def _system(self, element: etree._Element) -> GmlCrs:
        name = next((part.get("srsName") for part in element.iter() if part.get("srsName")), None)
        if self.system is None:
            if name is None:
                raise SourceError("Die Datei nennt kein Koordinatenreferenzsystem (srsName).")
            self.system = GmlCrs(name)
        elif name not in {None, self.system.name}:
            raise SourceError("Die Datei mischt Koordinatenreferenzsysteme. Bitte rufen Sie sie mit einem ab.")
        return self.system

    def _add_addresses(self, feature: etree._Element, values: Values) -> None:
        texts = [text for text in ";".join(values.get(_PLACE, ())).split(";") if text.strip()]
        element = _geometry_of(feature)
        found = [match for text in texts if (match := _ADDRESS.match(text))]
        self._unread += len(texts) - len(found)
        if not found or element is None:
            return
        try:
            point = shapely.point_on_surface(self._system(element).reader.read(element))
        except GmlError:
            # The building itself is named as bad when the layer of buildings is read.
            return
        for number, match in enumerate(found):
            row = self._builder.row(values)
            own = {
                "street": match[1],
                "house_number": match[2],
                "house_number_suffix": match[3] or None,
                "position_source": "building",
            }
            for name, value in own.items():
                row[self._builder.names.index(name)] = value
            if number:
                row[0] = f"{row[0]}-{number + 1}"
            self._spool.geometries.add_geometry(point)
            self._spool.add(row, None)


def _builder(layer: str) -> RowBuilder:
    return RowBuilder(_layers()[layer][1], _OWN_COLUMNS.get(layer, ()), {})


def _geometry_of(feature: etree._Element) -> etree._Element | None:
    """The geometry of a feature: the GML element inside of one of its properties."""
    for child in feature:
        for inner in child:
            if "opengis.net/gml" in str(inner.tag) and local_name(str(child.tag)) != "boundedBy":
                return inner
    return None
