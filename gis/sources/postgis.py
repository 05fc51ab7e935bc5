"""PostGIS tables and views as layers: only the window asked for, in one read-only transaction."""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
import psycopg
import pyarrow as pa
import pyproj
import shapely
from psycopg import sql

from gis.attributes import layer_schema
from gis.crs import same_crs, transform_geometries
from gis.importing.placing import name_of
from gis.layers import Bounds, LayerUnavailableError, LayerWindow, checked_bounds
from gis.readers.source import SourceBatch
from gis.readers.wkb import read_wkb
from gis.sources.answers import Answer, empty_window, window_of
from gis.sources.deadline import Deadline, DeadlinePassedError
from gis.sources.description import SourceDescription, source_mapping
from gis.sources.postgis_connections import BoundedConnection as Connection
from gis.sources.postgis_connections import PostgisConnections
from gis.sources.postgis_table import PostgisTable, describe_table
from gis.sources.settings import SourceSettings

T = TypeVar("T")

_PLAIN_TYPES = {"text", "varchar", "bpchar", "name", "int2", "int4", "int8", "float4", "float8", "bool"}
_TEXT_TYPES = {"text", "varchar", "bpchar"}
_ROWS_AT_ONCE = 500
# Strokes of arcs in degrees stay within about a centimetre.
_CENTIMETRE_DEG = 1e-7


class PostgisBackend:
    """Reads windows and single features of one table; may be used by several threads."""

    def __init__(self, settings: SourceSettings, crs: pyproj.CRS) -> None:
        self._settings = settings
        self._crs = crs
        self._connections = PostgisConnections(settings)
        self._lock = threading.Lock()
        self._table: PostgisTable | None = None

    def window(self, bounds: Bounds) -> LayerWindow:
        """Features whose box meets `bounds` (wanted system); raises LayerUnavailableError."""
        asked = checked_bounds(bounds)
        return self._reading(lambda connection, table: self._window(connection, table, asked))

    def find(self, feature_id: str) -> LayerWindow:
        """Features with this id; raises LayerUnavailableError."""
        return self._reading(lambda connection, table: self._find(connection, table, feature_id))

    def describe(self) -> SourceDescription:
        """System and columns of the table as it is now; raises LayerUnavailableError."""
        self._forget()
        table = self._reading(lambda connection, table: table)
        return SourceDescription("" if table.crs is None else name_of(table.crs), table.column_names())

    def _reading(self, work: Callable[[Connection, PostgisTable], T]) -> T:
        deadline = Deadline(self._settings.limits.seconds)
        try:
            return self._tried(work, deadline, fresh=False)
        except LayerUnavailableError:
            self._forget()
            raise
        except DeadlinePassedError:
            raise self._settings.too_slow(deadline.seconds) from None
        except psycopg.Error as error:
            self._forget()
            # Not the driver's message: it may name users and hosts.
            if isinstance(error, psycopg.errors.QueryCanceled):
                raise self._settings.too_slow(deadline.seconds) from None
            raise self._settings.unavailable(_reason(error)) from None

    def _tried(self, work: Callable[[Connection, PostgisTable], T], deadline: Deadline, *, fresh: bool) -> T:
        reused = False
        try:
            with self._connections.lent(deadline, fresh=fresh) as (connection, reused):
                return work(connection, self._described(connection))
        except psycopg.OperationalError:
            if not reused:
                raise
        # The server may have been restarted since the connection was used last.
        return self._tried(work, deadline, fresh=True)

    def _described(self, connection: Connection) -> PostgisTable:
        with self._lock:
            table = self._table
        if table is None or table.placement is None:
            table = describe_table(connection, self._settings, self._crs)
            with self._lock:
                self._table = table
        return table

    def _forget(self) -> None:
        """After an error the table is looked up anew: it may have been changed."""
        with self._lock:
            self._table = None

    def _window(self, connection: Connection, table: PostgisTable, bounds: Bounds) -> LayerWindow:
        mapping = source_mapping(self._settings, table.column_names())
        if table.placement is None:
            return empty_window(self._settings, self._crs)
        box = sql.SQL("{column} OPERATOR({schema}.&&) {envelope}(%s, %s, %s, %s, %s)").format(
            column=sql.Identifier(table.geometry),
            schema=sql.Identifier(table.functions),
            envelope=table.function("st_makeenvelope"),
        )
        answer = self._answer(connection, table, mapping, box, [*self._source_bounds(table, bounds), table.srid])
        return window_of(self._settings, self._crs, answer, mapping, bounds)

    def _source_bounds(self, table: PostgisTable, bounds: Bounds) -> list[float]:
        assert table.placement is not None
        west, south, east, north = bounds
        if not same_crs(table.placement.source, self._crs):
            box = shapely.segmentize(shapely.box(*bounds), max(east - west, north - south, 1.0) / 16)
            there = transform_geometries(np.array([box], dtype=object), self._crs, table.placement.source)
            west, south, east, north = (float(value) for value in shapely.total_bounds(there))
        offset = table.placement.east_offset
        return [west - offset, south, east - offset, north]

    def _find(self, connection: Connection, table: PostgisTable, feature_id: str) -> LayerWindow:
        mapping = source_mapping(self._settings, table.column_names())
        column = mapping.get(layer_schema(self._settings.layer).id_attribute)
        if column is None:
            raise self._settings.unavailable("hat keine Spalte mit Kennungen.")
        if table.placement is None:
            return empty_window(self._settings, self._crs)
        kind = dict(table.columns)[column]
        # An index on the column serves the plain comparison. Some sources leave the trailing underscores out.
        equal = sql.SQL("{} = ANY(%s::text[])" if kind in _TEXT_TYPES else "{}::text = ANY(%s::text[])")
        wanted = [*dict.fromkeys([feature_id, feature_id.rstrip("_")])]
        answer = self._answer(connection, table, mapping, equal.format(sql.Identifier(column)), [wanted])
        return window_of(self._settings, self._crs, answer, mapping, None).with_id(feature_id)

    def _answer(
        self,
        connection: Connection,
        table: PostgisTable,
        mapping: Mapping[str, str],
        condition: sql.Composed,
        parameters: Sequence[Any],
    ) -> Answer:
        columns = list(dict.fromkeys(mapping.values()))
        limit = self._settings.limits.features
        query = sql.SQL("SELECT {wkb}, {columns} FROM {table} WHERE {condition} LIMIT {limit}").format(
            wkb=_wkb(table),
            columns=sql.SQL(", ").join(self._column(table, mapping, column) for column in columns),
            table=table.name,
            condition=condition,
            limit=sql.Literal(limit + 1),
        )
        shapes: list[bytes | None] = []
        values: list[list[Any]] = [[] for _ in columns]
        size = 0
        cursor = connection.cursor()
        for wkb, *attributes in cursor.stream(query, parameters, binary=True, size=_ROWS_AT_ONCE):
            size += len(wkb) if isinstance(wkb, bytes) else 0
            if len(shapes) == limit or size > self._settings.limits.answer_bytes:
                raise self._settings.unavailable(
                    f"enthält in diesem Bereich zu viele Daten (mehr als {limit} Objekte oder "
                    f"{self._settings.limits.answer_bytes >> 20} MiB)."
                )
            shapes.append(wkb if isinstance(wkb, bytes) else None)
            for column, value in zip(values, attributes, strict=True):
                column.append(value)
        raw = np.empty(len(shapes), dtype=object)
        raw[:] = shapes
        geometry, faults = read_wkb(raw)
        attributes_table = pa.table({name: _array(column) for name, column in zip(columns, values, strict=True)})
        return Answer(SourceBatch(geometry, attributes_table, 1, faults), table.crs, table.placement)

    def _column(self, table: PostgisTable, mapping: Mapping[str, str], column: str) -> sql.Composable:
        """A column in a type that needs no guessing: numbers as they are, all else as text."""
        name = sql.Identifier(column)
        kind = dict(table.columns)[column]
        attributes = layer_schema(self._settings.layer).attributes
        wanted = {attributes[canonical].type for canonical, source in mapping.items() if source == column}
        if kind == "numeric" and not wanted & {"text", "date"}:
            return sql.SQL("{}::float8").format(name)
        return name if kind in _PLAIN_TYPES else sql.SQL("{}::text").format(name)


def _wkb(table: PostgisTable) -> sql.Composable:
    column = sql.Identifier(table.geometry)
    shape: sql.Composable = column
    if not table.straight and table.crs is not None and table.crs.is_geographic:
        # Our own strokes count in metres; in degrees the server strokes.
        shape = sql.SQL("{}({}, {}, 1, 1)").format(
            table.function("st_curvetoline"), column, sql.Literal(_CENTIMETRE_DEG)
        )
    return sql.SQL("{}({})").format(table.function("st_asbinary"), shape)


def _array(values: list[Any]) -> pa.Array:
    # A column of nothing has no type of its own; text casts into all others.
    return pa.array(values) if any(value is not None for value in values) else pa.array(values, pa.string())


def _reason(error: psycopg.Error) -> str:
    if isinstance(error, psycopg.errors.InvalidPassword | psycopg.errors.InvalidAuthorizationSpecification):
        return "verweigert die Anmeldung. Bitte prüfen Sie die Zugangsdaten."
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return "verweigert das Lesen. Bitte prüfen Sie die Rechte in der Datenbank."
    if isinstance(error, psycopg.errors.ConnectionTimeout):
        return "hat die Verbindung nicht in der vorgesehenen Zeit angenommen."
    if isinstance(error, psycopg.OperationalError) and error.sqlstate is None:
        return "ist nicht erreichbar oder hat die Verbindung beendet."
    return f"meldet einen Fehler der Datenbank ({error.sqlstate or type(error).__name__})."
