"""ALKIS in NAS (the AdV's exchange format, GeoInfoDok 6 and 7), streamed: memory does not grow with the file."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyproj
from lxml import etree

from gis.crs import CrsError, crs_from_name
from gis.readers.gml import GmlError, GmlGeometryReader, local, placed_fault
from gis.readers.sniff import xml_events
from gis.readers.source import Fault, SourceBatch, SourceError, SourceLayer

_BATCH_ROWS = 4096
_MEMBERS = ("{*}featureMember", "{*}member", "{*}Insert", "{*}Replace", "{*}Delete", "{*}Update")


@dataclass(frozen=True)
class _NasLayer:
    types: Mapping[str, Mapping[str, str]]
    columns: Mapping[str, tuple[tuple[str, ...], ...]]

    @property
    def names(self) -> tuple[str, ...]:
        fixed = {name for constants in self.types.values() for name in constants}
        return (*self.columns, *sorted(fixed))


@cache
def _nas_layers() -> Mapping[str, _NasLayer]:
    with Path(__file__).with_name("nas_objects.toml").open("rb") as file:
        data: dict[str, dict[str, Any]] = tomllib.load(file)
    return {
        name: _NasLayer(
            types=entry["types"],
            columns={
                column: tuple(tuple(part.strip() for part in path.split("+")) for path in paths)
                for column, paths in entry["columns"].items()
            },
        )
        for name, entry in data.items()
    }


class NasSource:
    """A NAS file (plain or gz): current objects only, geometry and attributes of the known layers, nothing else."""

    format = "ALKIS-NAS"

    def __init__(self, path: Path) -> None:
        self.warnings: tuple[str, ...] = ()
        self._path = path
        self.layers: Sequence[SourceLayer] = tuple(
            SourceLayer(name=name, columns=layer.names, geometry_type="Unknown", feature_count=-1)
            for name, layer in _nas_layers().items()
        )

    def crs(self, layer: str) -> pyproj.CRS | None:
        """System of the first geometry in the file."""
        for _, element in xml_events(self._path, ("start",)):
            name = element.get("srsName")
            if name:
                return _crs(name)
            parent = element.getparent()
            if parent is not None:
                _forget_before(element, parent)
        return None

    def batches(self, layer: str, columns: Sequence[str]) -> Iterator[SourceBatch]:
        """Read the objects of one layer; historic objects (with an end of life) are left out."""
        definition = _nas_layers()[layer]
        srs_name: str | None = None
        geometries: list[object] = []
        rows: dict[str, list[str | None]] = {column: [] for column in definition.names}
        faults: dict[int, Fault] = {}
        reader = GmlGeometryReader()
        first_row, historic = 1, 0
        for feature in _features(self._path):
            constants = definition.types.get(local(feature))
            if constants is None:
                continue
            namespace = str(feature.tag).partition("}")[0] + "}"
            if _text(feature, namespace, "lebenszeitintervall/AA_Lebenszeitintervall/endet"):
                historic += 1
                continue
            row = len(geometries)
            position, own_srs = _position(feature, namespace)
            try:
                if own_srs:
                    srs_name = srs_name or own_srs
                    if own_srs != srs_name and _crs(own_srs) != _crs(srs_name):
                        raise GmlError("Das Objekt steht in einem anderen Koordinatenreferenzsystem als die übrigen.")
                geometries.append(None if position is None else reader.read(position))
            except GmlError as error:
                geometries.append(None)
                faults[row] = error.fault if position is None else placed_fault(error.fault, position)
            for column, paths in definition.columns.items():
                rows[column].append(_first_value(feature, namespace, paths))
            for column in definition.names[len(definition.columns) :]:
                rows[column].append(constants.get(column))
            if len(geometries) == _BATCH_ROWS:
                yield _batch(geometries, rows, faults, first_row)
                first_row += len(geometries)
                geometries, rows, faults = [], {column: [] for column in definition.names}, {}
        if geometries:
            yield _batch(geometries, rows, faults, first_row)
        if historic:
            self.warnings = (*self.warnings, f"{historic} historische Objekte wurden nicht übernommen.")

    def close(self) -> None:
        """Nothing is held between readings."""


def _features(path: Path) -> Iterator[etree._Element]:
    """Every object of the file, one at a time; each is forgotten when the next one comes."""
    for _, member in xml_events(path, ("end",), _MEMBERS):
        kind, parent = local(member), member.getparent()
        if parent is None or local(parent).startswith(("AX_", "AP_", "AA_")):
            continue
        if kind in {"Replace", "Delete", "Update"}:
            raise SourceError(
                "Die NAS-Datei ist ein Fortführungsauftrag (Änderungen statt Bestand). "
                "Bitte lesen Sie einen vollständigen Bestandsdatenauszug ein."
            )
        for feature in member:
            if isinstance(feature.tag, str):
                yield feature
        member.clear()
        _forget_before(member, parent)


def _forget_before(element: etree._Element, parent: etree._Element) -> None:
    while (previous := element.getprevious()) is not None:
        parent.remove(previous)


def _position(feature: etree._Element, namespace: str) -> tuple[etree._Element | None, str | None]:
    position = feature.find(f"{namespace}position")
    if position is None:
        return None, None
    for geometry in position:
        if isinstance(geometry.tag, str):
            return geometry, next((part.get("srsName") for part in geometry.iter() if part.get("srsName")), None)
    return None, None


def _first_value(feature: etree._Element, namespace: str, paths: tuple[tuple[str, ...], ...]) -> str | None:
    for parts in paths:
        values = [_text(feature, namespace, part) for part in parts]
        if all(values):
            return "".join(value for value in values if value)
    return None


def _text(feature: etree._Element, namespace: str, path: str) -> str | None:
    if path == "@id":
        return next((str(value) for name, value in feature.attrib.items() if str(name).endswith("}id")), None)
    text = feature.findtext("/".join(namespace + step for step in path.split("/")))
    return (text or "").strip() or None


def _batch(
    geometries: list[object], rows: Mapping[str, list[str | None]], faults: Mapping[int, Fault], first_row: int
) -> SourceBatch:
    geometry = np.empty(len(geometries), dtype=object)
    geometry[:] = geometries
    table = pa.table({name: pa.array(values, pa.string()) for name, values in rows.items()})
    return SourceBatch(geometry=geometry, attributes=table, first_row=first_row, faults=dict(faults))


def _crs(name: str) -> pyproj.CRS:
    try:
        return crs_from_name(name)
    except CrsError as error:
        raise SourceError(str(error)) from None
