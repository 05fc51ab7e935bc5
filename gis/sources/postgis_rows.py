"""Rows of a table to a window: the queries, and what becomes of the rows.

A row with the same bytes is the same feature, so what was decoded and checked once is not decoded and checked again.
The rows themselves are always fetched anew.
"""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from types import MappingProxyType
from typing import Any

import numpy as np
import psycopg
import pyarrow as pa
import pyproj
import shapely
from numpy.typing import NDArray
from psycopg import sql

from gis.attributes import layer_schema
from gis.crs import same_crs
from gis.layers import Bounds, LayerWindow
from gis.readers.source import SourceBatch
from gis.readers.wkb import read_wkb
from gis.sources.answers import Answer, meets, window_of
from gis.sources.description import info_now, source_mapping
from gis.sources.postgis_table import PostgisTable
from gis.sources.settings import SourceSettings

Row = tuple[Any, ...]

#: Stands in place of a geometry from where on a query has sent too much.
TOO_LARGE = b""

_PLAIN_TYPES = {"text", "varchar", "bpchar", "name", "int2", "int4", "int8", "float4", "float8", "bool"}
_TEXT_TYPES = {"text", "varchar", "bpchar"}
# Strokes of arcs in degrees stay within about a centimetre.
_CENTIMETRE_DEG = 1e-7
_MOST_KNOWN = 20_000
_LARGEST_KNOWN_BYTES = 4096


class TableRows:
    """How the rows of one table are asked for and read.

    Attributes
    ----------
    window_query, find_query : bytes
        SQL with places for west, south, east, north and SRID, or for an array of ids.
    """

    def __init__(
        self,
        settings: SourceSettings,
        crs: pyproj.CRS,
        table: PostgisTable,
        connection: psycopg.Connection[tuple[object, ...]],
    ) -> None:
        self.table = table
        #: Whether the table's system is another than the wanted one (asked once: comparing systems takes its time).
        self.elsewhere = table.placement is not None and not same_crs(table.placement.source, crs)
        self.mapping: Mapping[str, str] = source_mapping(settings, table.column_names())
        self._settings = settings
        self._crs = crs
        self._schema = layer_schema(settings.layer)
        self._columns = list(dict.fromkeys(self.mapping.values()))
        # By row: id, geometry in the wanted system, canonical attributes in the order of the schema.
        self._known: dict[Row, Row] = {}
        self.window_query = self._query(self._in_box()).as_bytes(connection)
        self.find_query = self._query(self._has_id()).as_bytes(connection)

    def window(self, rows: list[Row], bounds: Bounds | None) -> LayerWindow:
        """Make a window of rows as the queries give them; raises LayerUnavailableError."""
        known = self._known
        found = list(map(known.get, rows))
        if None in found:
            new = list(dict.fromkeys(row for row, there in zip(rows, found, strict=True) if there is None))
            if not self._learn(new):
                return self._carefully(rows, bounds)
            found = list(map(known.get, rows))
            if None in found:
                return self._carefully(rows, bounds)
        complete: list[Row] = [row for row in found if row is not None]
        complete.sort(key=itemgetter(0))
        if self._schema.attributes[self._schema.id_attribute].required:
            ids = {row[0] for row in complete}
            if len(ids) != len(complete):
                return self._carefully(rows, bounds)
        return self._assembled(complete, bounds)

    def _assembled(self, rows: list[Row], bounds: Bounds | None) -> LayerWindow:
        columns: dict[str, np.ndarray] = {}
        _, shapes, *values = list(zip(*rows, strict=True)) or [()] * (2 + len(self._schema.attributes))
        geometry = _objects(shapes)
        for (name, attribute), column in zip(self._schema.attributes.items(), values, strict=True):
            numeric = attribute.type in {"number", "integer"}
            columns[name] = np.array(column, dtype=np.float64) if numeric else _objects(column)
        window = LayerWindow(info_now(self._settings, self._crs), geometry, MappingProxyType(columns))
        if bounds is None:
            return window
        inside = meets(shapely.bounds(geometry), bounds)
        return window if inside.all() else window.select(np.flatnonzero(inside))

    def _learn(self, rows: list[Row]) -> bool:
        """Decode and check rows, and remember them; False where one of them is not good in every way."""
        reading = window_of(self._settings, self._crs, self._answer(rows), self.mapping, None, ordered=False)
        large = any(len(row[0] or b"") > _LARGEST_KNOWN_BYTES for row in rows)
        if large or reading.skipped or len(reading) != len(rows):
            return False
        if len(self._known) + len(rows) > _MOST_KNOWN:
            self._known.clear()
        keys = [str(value) for value in reading.columns[self._schema.id_attribute]]
        columns = [reading.columns[name].tolist() for name in self._schema.attributes]
        self._known.update(zip(rows, zip(keys, reading.geometry.tolist(), *columns, strict=True), strict=True))
        return True

    def _carefully(self, rows: list[Row], bounds: Bounds | None) -> LayerWindow:
        return window_of(self._settings, self._crs, self._answer(rows), self.mapping, bounds)

    def _answer(self, rows: list[Row]) -> Answer:
        shapes, *attributes = list(zip(*rows, strict=True)) or [()] * (1 + len(self._columns))
        geometry, faults = read_wkb(_objects(shapes))
        table = pa.table({name: _array(list(values)) for name, values in zip(self._columns, attributes, strict=True)})
        return Answer(SourceBatch(geometry, table, 1, faults), self.table.crs, self.table.placement)

    # -- SQL -----------------------------------------------------------------------------------------------------------

    def _query(self, condition: sql.Composable) -> sql.Composed:
        # The guard sums what was sent so far, without unpacking it; beyond the limit geometries stay in the server.
        return sql.SQL(
            "SELECT CASE WHEN sum(pg_catalog.pg_column_size({geometry})) OVER (ROWS UNBOUNDED PRECEDING) > {most} "
            "THEN ''::bytea ELSE {wkb} END, {columns} FROM {table} WHERE {condition} LIMIT {limit}"
        ).format(
            geometry=sql.Identifier(self.table.geometry),
            most=sql.Literal(self._settings.limits.answer_bytes),
            wkb=self._wkb(),
            columns=sql.SQL(", ").join(self._column(column) for column in self._columns),
            table=self.table.name,
            condition=condition,
            limit=sql.Literal(self._settings.limits.features + 1),
        )

    def _in_box(self) -> sql.Composable:
        return sql.SQL("{column} OPERATOR({schema}.&&) {envelope}(%s, %s, %s, %s, %s)").format(
            column=sql.Identifier(self.table.geometry),
            schema=sql.Identifier(self.table.functions),
            envelope=self.table.function("st_makeenvelope"),
        )

    def _has_id(self) -> sql.Composable:
        column = self.mapping.get(self._schema.id_attribute)
        if column is None:
            return sql.SQL("%s::text[] IS NULL")
        # An index on the column serves the plain comparison.
        plain = dict(self.table.columns)[column] in _TEXT_TYPES
        return sql.SQL("{} = ANY(%s::text[])" if plain else "{}::text = ANY(%s::text[])").format(sql.Identifier(column))

    def _column(self, column: str) -> sql.Composable:
        """A column in a type that needs no guessing: numbers as they are, all else as text."""
        name = sql.Identifier(column)
        kind = dict(self.table.columns)[column]
        wanted = {self._schema.attributes[one].type for one, source in self.mapping.items() if source == column}
        if kind == "numeric" and not wanted & {"text", "date"}:
            return sql.SQL("{}::float8").format(name)
        return name if kind in _PLAIN_TYPES else sql.SQL("{}::text").format(name)

    def _wkb(self) -> sql.Composable:
        column = sql.Identifier(self.table.geometry)
        shape: sql.Composable = column
        if not self.table.straight and self.table.crs is not None and self.table.crs.is_geographic:
            # Our own strokes count in metres; in degrees the server strokes.
            shape = sql.SQL("{}({}, {}, 1, 1)").format(
                self.table.function("st_curvetoline"), column, sql.Literal(_CENTIMETRE_DEG)
            )
        return sql.SQL("{}({})").format(self.table.function("st_asbinary"), shape)


def _objects(values: Sequence[Any]) -> NDArray[np.object_]:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _array(values: list[Any]) -> pa.Array:
    # A column of nothing has no type of its own; text casts into all others.
    return pa.array(values) if any(value is not None for value in values) else pa.array(values, pa.string())
