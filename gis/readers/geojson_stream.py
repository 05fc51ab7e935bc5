"""GeoJSON (RFC 7946) as a strict stream: what GDAL does not understand it quietly drops; this reader says so."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.crs import CrsError, crs_from_epsg, crs_from_name, total_bounds
from gis.readers.geojson_bulk import BulkPolygons
from gis.readers.source import Fault, SourceBatch, SourceError, SourceLayer

_BATCH_ROWS = 8192
_CHUNK = 1 << 20
_MAX_VALUE_CHARS = 256 << 20
_SCHEMA_SAMPLE = 20_000
_READ_TWICE_BYTES = 8 << 20
_TAIL_BYTES = 4096
_STRANGERS = {
    "FeatureCollection": frozenset({"coordinates", "geometries", "geometry", "properties"}),
    "Feature": frozenset({"coordinates", "geometries", "features"}),
    "Geometry": frozenset({"geometry", "properties", "features"}),
}
_WORLD = (-180.0, -90.0, 180.0, 90.0)


class _StructureError(ValueError):
    """A feature does not have the structure of RFC 7946."""

    def __init__(self, message: str, kind: str = "structure") -> None:
        super().__init__(message)
        self.kind = kind


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
        for feature in _Document(self._path).features():
            batch.append(feature)
            if len(batch) == _BATCH_ROWS:
                late.update(dict.fromkeys(_names(batch) - known))
                yield _batch(batch, columns, first_row)
                first_row += len(batch)
                batch = []
        if batch:
            late.update(dict.fromkeys(_names(batch) - known))
            yield _batch(batch, columns, first_row)
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
        document = _Document(self._path)
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
        bounds = total_bounds(_batch(sample, (), 1).geometry)
        west, south, east, north = (float(value) for value in bounds)
        return document.crs(), tuple(columns), (west, south, east, north)


class _Document:
    """One pass over the text of a GeoJSON file; the members beside `features` are kept, the features handed on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._members: dict[str, Any] = {}
        self._text = ""
        self._position = 0
        self._ended = False
        self._file: IO[str] | None = None
        self._decoder = json.JSONDecoder(object_pairs_hook=_unique)

    def crs(self) -> pyproj.CRS | None:
        """System named by the `crs` member (GeoJSON 2008), read after or during the pass."""
        member = self._members.get("crs")
        if member is None:
            return None
        properties = member.get("properties") if isinstance(member, dict) else None
        name = properties.get("name") if isinstance(properties, dict) else None
        if not isinstance(name, str):
            raise SourceError("Das Koordinatenreferenzsystem der GeoJSON-Datei ist nicht lesbar.")
        try:
            return crs_from_name(name)
        except CrsError as error:
            raise SourceError(str(error)) from None

    def features(self) -> Iterator[Any]:
        """Every item of `features`, or the one feature or geometry that the file consists of."""
        try:
            with self._path.open(encoding="utf-8-sig") as self._file:
                yield from self._root()
        except UnicodeDecodeError:
            raise SourceError("Die GeoJSON-Datei ist nicht in UTF-8 geschrieben.") from None
        except RecursionError:
            raise SourceError("Die GeoJSON-Datei ist zu tief verschachtelt.") from None
        except _StructureError as error:
            raise SourceError(str(error)) from None
        except (ValueError, OSError):
            raise SourceError("Die Datei ist kein gültiges JSON.") from None

    def _root(self) -> Iterator[Any]:
        self._members = {}
        streamed = False
        if self._peek() != "{":
            raise SourceError("Die Datei ist kein GeoJSON: Sie muss mit einem Objekt beginnen.")
        self._position += 1
        while self._peek() != "}":
            name = self._value()
            if not isinstance(name, str) or name in self._members or self._take() != ":":
                raise ValueError("member expected")
            if name == "features" and self._peek() == "[":
                self._members[name] = None
                streamed = True
                yield from self._items()
            else:
                self._members[name] = self._value()
            if self._peek() == ",":
                self._position += 1
                if self._peek() == "}":
                    raise ValueError("trailing comma")
            elif self._peek() != "}":
                raise ValueError("comma expected")
        self._position += 1
        if self._peek() != "":
            raise ValueError("text after the end")
        kind = self._members.get("type")
        if streamed and kind == "FeatureCollection":
            _refuse_strangers(self._members, kind)
            return
        if streamed or kind == "FeatureCollection" or "features" in self._members:
            raise SourceError("Die GeoJSON-Datei ist keine gültige FeatureCollection.")
        if kind == "Feature":
            yield self._members
        elif isinstance(kind, str) and kind in _GEOMETRY_TYPES:
            yield {"type": "Feature", "properties": {}, "geometry": self._members}
        else:
            raise SourceError("Die Datei ist kein GeoJSON: Der Typ fehlt oder ist unbekannt.")

    def _items(self) -> Iterator[Any]:
        self._position += 1
        if self._peek() == "]":
            self._position += 1
            return
        while True:
            yield self._value()
            separator = self._take()
            if separator == "]":
                return
            if separator != ",":
                raise ValueError("comma expected")

    def _value(self) -> Any:
        """Decode the next value; reads on while it is incomplete (doubling, so the work stays linear)."""
        self._peek()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._position)
            except ValueError as error:
                if self._ended or isinstance(error, _StructureError):
                    raise
            else:
                if end < len(self._text) or self._ended:
                    self._position = end
                    return value
            if len(self._text) - self._position > _MAX_VALUE_CHARS:
                raise SourceError("Ein Objekt der GeoJSON-Datei ist zu groß.")
            self._fill(max(_CHUNK, len(self._text) - self._position))

    def _peek(self) -> str:
        """Next character that is no white space ("" at the end), not taken."""
        while True:
            while self._position < len(self._text) and self._text[self._position] in " \t\r\n":
                self._position += 1
            if self._position < len(self._text):
                return self._text[self._position]
            if self._ended:
                return ""
            self._fill(_CHUNK)

    def _take(self) -> str:
        char = self._peek()
        self._position += 1
        return char

    def _fill(self, size: int) -> None:
        assert self._file is not None
        more = self._file.read(size)
        self._ended = not more
        self._text = self._text[self._position :] + more
        self._position = 0


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _StructureError("Die GeoJSON-Datei nennt einen Namen doppelt; welcher Wert gilt, ist unklar.")
    return members


def _batch(features: list[object], columns: Sequence[str], first_row: int) -> SourceBatch:
    geometry = np.full(len(features), None, dtype=object)
    faults: dict[int, Fault] = {}
    values: dict[str, list[str | None]] = {column: [] for column in columns}
    bulk = BulkPolygons()
    for row, feature in enumerate(features):
        properties: dict[str, Any] = {}
        try:
            properties, member = _parts(feature)
            if member is not None and not bulk.take(row, member):
                geometry[row] = _geometry(member)
        except _StructureError as error:
            faults[row] = _fault(error, feature)
        for column, entries in values.items():
            value = properties.get(column)
            entries.append(value if isinstance(value, str) or value is None else _text(value))
    try:
        bulk.build(geometry)
    except ValueError:
        for row, member in bulk.members:
            try:
                geometry[row] = _geometry(member)
            except _StructureError as error:
                faults[row] = _fault(error, features[row])
    table = pa.table({column: pa.array(entries, pa.string()) for column, entries in values.items()})
    if not columns:
        table = pa.table({"": pa.nulls(len(features))})
    return SourceBatch(geometry=geometry, attributes=table, first_row=first_row, faults=faults)


def _refuse_strangers(member: dict[str, Any], kind: object) -> None:
    """Refuse members that would change the meaning (RFC 7946, 7.1), and a bounding box that is none."""
    key = str(kind) if kind in ("FeatureCollection", "Feature") else "Geometry"
    if not _STRANGERS[key].isdisjoint(member):
        stranger = min(_STRANGERS[key] & member.keys())
        raise _StructureError(f"Ein Objekt der Art {key} darf keinen Eintrag „{stranger}“ haben.")
    if "bbox" not in member:
        return
    box = member["bbox"]
    if not (isinstance(box, list) and len(box) in {4, 6} and all(isinstance(value, int | float) for value in box)):
        raise _StructureError("Der Begrenzungsrahmen (bbox) ist fehlerhaft.")


def _names(features: list[object]) -> set[str]:
    names: set[str] = set()
    for feature in features:
        if isinstance(feature, dict) and isinstance(feature.get("properties"), dict):
            names.update(feature["properties"])
    return names


def _text(value: object) -> str:
    return repr(value) if type(value) in (int, float) else json.dumps(value, ensure_ascii=False)


def _fault(error: _StructureError, feature: object) -> Fault:
    """The fault of a feature, with the place that its coordinates, however broken, still tell."""
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    pairs = list(_pairs(geometry.get("coordinates"))) if isinstance(geometry, dict) else []
    if not pairs:
        return Fault(error.kind, str(error))
    (west, south), (east, north) = np.min(pairs, axis=0).tolist(), np.max(pairs, axis=0).tolist()
    return Fault(error.kind, str(error), pairs[0], (west, south, east, north))


def _pairs(coordinates: object) -> Iterator[tuple[float, float]]:
    """Finite number pairs at any depth of nested lists."""
    if not isinstance(coordinates, list):
        return
    if len(coordinates) >= 2 and all(isinstance(value, int | float) for value in coordinates[:2]):
        if np.isfinite(coordinates[:2]).all():
            yield float(coordinates[0]), float(coordinates[1])
        return
    for item in coordinates:
        yield from _pairs(item)


def _parts(feature: object) -> tuple[dict[str, Any], dict[str, Any] | None]:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise _StructureError("Das Objekt ist kein GeoJSON-Feature.")
    if "properties" not in feature:
        raise _StructureError("Das Objekt hat keinen Eintrag „properties“.")
    _refuse_strangers(feature, "Feature")
    properties = {} if feature["properties"] is None else feature["properties"]
    if not isinstance(properties, dict):
        raise _StructureError("Die Attribute (properties) sind kein Objekt.")
    identity = feature.get("id")
    if identity is not None:
        if isinstance(identity, bool) or not isinstance(identity, str | int | float):
            raise _StructureError("Die Kennung (id) ist weder Text noch Zahl.")
        properties = {"id": identity, **properties}
    if "geometry" not in feature:
        raise _StructureError("Das Objekt hat keinen Eintrag „geometry“.")
    member = feature["geometry"]
    if member is not None and not isinstance(member, dict):
        raise _StructureError("Die Geometrie ist kein Objekt.")
    return properties, member


def _geometry(member: dict[str, Any], depth: int = 0) -> BaseGeometry:
    kind = member.get("type")
    if not isinstance(kind, str):
        raise _StructureError("Die Geometrieart fehlt oder ist unbekannt.")
    _refuse_strangers(member, kind)
    if kind == "GeometryCollection":
        parts = member.get("geometries")
        if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts) or depth > 8:
            raise _StructureError("Die Geometriesammlung ist fehlerhaft.")
        return shapely.GeometryCollection([_geometry(part, depth + 1) for part in parts])
    if kind not in _GEOMETRY_TYPES:
        raise _StructureError("Die Geometrieart fehlt oder ist unbekannt.")
    coordinates = member.get("coordinates")
    if not isinstance(coordinates, list):
        raise _StructureError("Die Koordinaten fehlen.")
    if kind == "Polygon":
        return _polygon(coordinates)
    if kind == "MultiPolygon":
        return shapely.MultiPolygon([_polygon(part) for part in coordinates])
    if kind == "Point":
        return shapely.Point(_positions([coordinates])[0]) if coordinates else shapely.Point()
    if kind == "LineString":
        return shapely.LineString(_line(coordinates))
    if kind == "MultiPoint":
        return shapely.MultiPoint(_positions(coordinates)) if coordinates else shapely.MultiPoint()
    return shapely.MultiLineString([_line(part) for part in coordinates])


_GEOMETRY_TYPES = frozenset(
    {"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"}
)


def _polygon(rings: object) -> shapely.Polygon:
    if not isinstance(rings, list):
        raise _StructureError("Die Koordinaten der Fläche sind falsch verschachtelt.")
    if not rings:
        return shapely.Polygon()
    shell, *holes = [_ring(ring) for ring in rings]
    return shapely.Polygon(shell, holes)


def _ring(ring: object) -> NDArray[np.float64]:
    points = _positions(ring)
    if len(points) < 4:
        raise _StructureError("Ein Ring hat weniger als vier Positionen.", "unreadable_geometry")
    if not np.array_equal(points[0], points[-1], equal_nan=True):
        raise _StructureError("Ein Ring ist nicht geschlossen.", "unreadable_geometry")
    return points


def _line(positions: object) -> NDArray[np.float64]:
    points = _positions(positions)
    if len(points) < 2:
        raise _StructureError("Eine Linie hat weniger als zwei Positionen.", "unreadable_geometry")
    return points


def _positions(positions: object) -> NDArray[np.float64]:
    """Positions as an array of shape (n, 2); heights are left out."""
    try:
        points = np.array(positions)
    except ValueError:
        points = _uneven_positions(positions)
    if points.ndim != 2 or points.shape[1] < 2 or points.dtype.kind not in "if":
        if isinstance(positions, list) and not positions:
            return np.empty((0, 2))
        raise _StructureError("Die Koordinaten sind keine Zahlenpaare.")
    return points[:, :2].astype(np.float64)


def _uneven_positions(positions: object) -> NDArray[np.generic]:
    # Positions with and without a height may stand side by side.
    if not isinstance(positions, list) or not all(isinstance(item, list) and len(item) >= 2 for item in positions):
        raise _StructureError("Die Koordinaten sind keine Zahlenpaare.")
    try:
        return np.array([item[:2] for item in positions])
    except ValueError:
        raise _StructureError("Die Koordinaten sind keine Zahlenpaare.") from None
