"""GeoJSON (RFC 7946) as a strict stream: what GDAL does not understand it quietly drops; this reader says so."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyproj

from gis.crs import crs_from_epsg, total_bounds
from gis.readers.geojson_bulk import BulkPolygons
from gis.readers.geojson_document import GeoJsonDocument
from gis.readers.geojson_geometry import number_pairs, read_geometry
from gis.readers.geojson_structure import StructureError, refuse_strangers
from gis.readers.source import Fault, SourceBatch, SourceLayer

_BATCH_ROWS = 8192
_SCHEMA_SAMPLE = 20_000
_READ_TWICE_BYTES = 8 << 20
_TAIL_BYTES = 4096
_WORLD = (-180.0, -90.0, 180.0, 90.0)


class GeoJsonSource:
    """A GeoJSON file: FeatureCollection, Feature or bare geometry."""

    format = "GeoJSON"

    def __init__(self, path: Path, name: str) -> None:
        self.warnings: tuple[str, ...] = ()
        self._path = path
        self._crs, columns, self._sample_bounds = self._look()
        self.layers: Sequence[SourceLayer] = (
            SourceLayer(name=name, columns=columns, geometry_type="Unknown", feature_count=-1),
        )

    def crs(self, layer: str) -> pyproj.CRS | None:
        """The `crs` member of older files; else WGS 84 (RFC 7946) where the coordinates are degrees, else None."""
        if self._crs is not None:
            return self._crs
        west, south, east, north = self._sample_bounds
        fits = west >= _WORLD[0] and south >= _WORLD[1] and east <= _WORLD[2] and north <= _WORLD[3]
        return crs_from_epsg(4326) if fits or np.isnan(west) else None

    def batches(self, layer: str, columns: Sequence[str]) -> Iterator[SourceBatch]:
        """Read all features in batches; a feature with a wrong structure is a fault, a broken file a SourceError."""
        first_row = 1
        batch: list[object] = []
        known = {*self.layers[0].columns, "id"}
        late: dict[str, None] = {}
        for feature in GeoJsonDocument(self._path).features():
            batch.append(feature)
            if len(batch) == _BATCH_ROWS:
                late.update(dict.fromkeys(_names(batch) - known))
                yield feature_batch(batch, columns, first_row)
                first_row += len(batch)
                batch = []
        if batch:
            late.update(dict.fromkeys(_names(batch) - known))
            yield feature_batch(batch, columns, first_row)
        if late:
            names = ", ".join(sorted(late)[:10])
            note = f"Attribute, die erst spät in der Datei auftreten, bleiben außen vor: {names}."
            self.warnings = (*self.warnings, note)

    def close(self) -> None:
        """Nothing is held between readings."""

    def _has_late_crs(self) -> bool:
        with self._path.open("rb") as file:
            file.seek(-min(_TAIL_BYTES, self._path.stat().st_size), 2)
            return b'"crs"' in file.read()

    def _look(self) -> tuple[pyproj.CRS | None, tuple[str, ...], tuple[float, float, float, float]]:
        document = GeoJsonDocument(self._path)
        columns: dict[str, None] = {}
        sample: list[object] = []
        # A big file is not read twice only to learn its columns; an old `crs` member may stand at its end.
        sampled = self._path.stat().st_size > _READ_TWICE_BYTES and not self._has_late_crs()
        for feature in document.features():
            if len(sample) < _SCHEMA_SAMPLE:
                sample.append(feature)
            elif sampled:
                break
            properties = feature.get("properties") if isinstance(feature, dict) else None
            if isinstance(properties, dict):
                columns.update(dict.fromkeys(properties))
        if "id" not in columns and any(isinstance(feature, dict) and "id" in feature for feature in sample):
            columns["id"] = None
        bounds = total_bounds(feature_batch(sample, (), 1).geometry)
        west, south, east, north = (float(value) for value in bounds)
        return document.crs(), tuple(columns), (west, south, east, north)


def feature_batch(features: list[object], columns: Sequence[str], first_row: int) -> SourceBatch:
    """Features as geometries and the named columns; one with a wrong structure becomes a fault of its row."""
    geometry = np.full(len(features), None, dtype=object)
    faults: dict[int, Fault] = {}
    values: dict[str, list[str | None]] = {column: [] for column in columns}
    bulk = BulkPolygons()
    for row, feature in enumerate(features):
        properties: dict[str, Any] = {}
        try:
            properties, member = _parts(feature)
            if member is not None and not bulk.take(row, member):
                geometry[row] = read_geometry(member)
        except StructureError as error:
            faults[row] = _fault(error, feature)
        for column, entries in values.items():
            value = properties.get(column)
            entries.append(value if isinstance(value, str) or value is None else _text(value))
    try:
        bulk.build(geometry)
    except ValueError:
        for row, member in bulk.members:
            try:
                geometry[row] = read_geometry(member)
            except StructureError as error:
                faults[row] = _fault(error, features[row])
    table = pa.table({column: pa.array(entries, pa.string()) for column, entries in values.items()})
    if not columns:
        table = pa.table({"": pa.nulls(len(features))})
    return SourceBatch(geometry=geometry, attributes=table, first_row=first_row, faults=faults)


def _names(features: list[object]) -> set[str]:
    names: set[str] = set()
    for feature in features:
        if isinstance(feature, dict) and isinstance(feature.get("properties"), dict):
            names.update(feature["properties"])
    return names


def _text(value: object) -> str:
    return repr(value) if type(value) in (int, float) else json.dumps(value, ensure_ascii=False)


def _fault(error: StructureError, feature: object) -> Fault:
    """The fault of a feature, with the place that its coordinates, however broken, still tell."""
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    pairs = list(number_pairs(geometry.get("coordinates"))) if isinstance(geometry, dict) else []
    if not pairs:
        return Fault(error.kind, str(error))
    (west, south), (east, north) = np.min(pairs, axis=0).tolist(), np.max(pairs, axis=0).tolist()
    return Fault(error.kind, str(error), pairs[0], (west, south, east, north))


def _parts(feature: object) -> tuple[dict[str, Any], dict[str, Any] | None]:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise StructureError("Das Objekt ist kein GeoJSON-Feature.")
    if "properties" not in feature:
        raise StructureError("Das Objekt hat keinen Eintrag „properties“.")
    refuse_strangers(feature, "Feature")
    properties = {} if feature["properties"] is None else feature["properties"]
    if not isinstance(properties, dict):
        raise StructureError("Die Attribute (properties) sind kein Objekt.")
    identity = feature.get("id")
    if identity is not None:
        if isinstance(identity, bool) or not isinstance(identity, str | int | float):
            raise StructureError("Die Kennung (id) ist weder Text noch Zahl.")
        properties = {"id": identity, **properties}
    if "geometry" not in feature:
        raise StructureError("Das Objekt hat keinen Eintrag „geometry“.")
    member = feature["geometry"]
    if member is not None and not isinstance(member, dict):
        raise StructureError("Die Geometrie ist kein Objekt.")
    return properties, member
