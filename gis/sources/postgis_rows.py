"""Rows of a table to a window: the queries, and what becomes of the rows."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, LiteralString

import numpy as np
import psycopg
import pyarrow as pa
import pyproj
from numpy.typing import NDArray
from psycopg import sql

from gis.attributes import layer_schema
from gis.crs import same_crs
from gis.layers import Bounds, LayerWindow
from gis.readers.source import SourceBatch
from gis.readers.wkb import read_wkb
from gis.sources.answers import Answer, window_of
from gis.sources.description import info_now, source_mapping
from gis.sources.postgis_remembered import RememberedWindows
from gis.sources.postgis_table import PostgisTable
from gis.sources.settings import SourceSettings

Row = tuple[Any, ...]

#: Stands in place of a geometry from where on a query has sent too much.
TOO_LARGE = b""

_PLAIN_TYPES: tuple[LiteralString, ...] = (
    *("text", "varchar", "bpchar", "name", "int2", "int4", "int8", "float4", "float8", "bool"),
)
_ARROW_TYPES: Mapping[str, pa.DataType] = {
    **dict.fromkeys(("int2", "int4", "int8"), pa.int64()),
    **dict.fromkeys(("float4", "float8"), pa.float64()),
    "bool": pa.bool_(),
}
_TEXT_TYPES = {"text", "varchar", "bpchar"}
# Strokes of arcs in degrees stay within about a centimetre.
_CENTIMETRE_DEG = 1e-7


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
        self._types = [_ARROW_TYPES.get(self._sent_as(column), pa.string()) for column in self._columns]
        self._remembered = RememberedWindows()
        self.window_query = self._query(self._in_box()).as_bytes(connection)
        self.find_query = self._query(self._has_id()).as_bytes(connection)

    def window(self, rows: list[Row], bounds: Bounds | None) -> LayerWindow:
        """Make a window of rows as the queries give them; raises LayerUnavailableError."""
        window = None if bounds is None else self._remembered.window(bounds, rows)
        if window is None:
            window = window_of(self._settings, self._crs, self._answer(rows), self.mapping, bounds)
            if bounds is not None:
                self._remembered.keep(bounds, rows, window)
            return window
        return replace(window, info=info_now(self._settings, self._crs))

    def _answer(self, rows: list[Row]) -> Answer:
        shapes, *attributes = list(zip(*rows, strict=True)) or [()] * (1 + len(self._columns))
        geometry, faults = read_wkb(_objects(shapes))
        table = pa.table([pa.array(values, self._types[n]) for n, values in enumerate(attributes)], self._columns)
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
        kind, sent = dict(self.table.columns)[column], self._sent_as(column)
        return name if sent == kind else sql.SQL("{}::{}").format(name, sql.SQL(sent))

    def _sent_as(self, column: str) -> LiteralString:
        kind = dict(self.table.columns)[column]
        wanted = {self._schema.attributes[one].type for one, source in self.mapping.items() if source == column}
        if kind == "numeric" and not wanted & {"text", "date"}:
            return "float8"
        return next((plain for plain in _PLAIN_TYPES if plain == kind), "text")

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
