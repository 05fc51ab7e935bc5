"""PostGIS tables and views as layers: only the window asked for, through connections that can only read."""

import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
import psycopg
import pyproj
import shapely

from gis.attributes import layer_schema
from gis.crs import transform_geometries
from gis.importing.placing import name_of
from gis.layers import Bounds, LayerUnavailableError, LayerWindow, checked_bounds
from gis.sources.answers import empty_window
from gis.sources.deadline import Deadline, DeadlinePassedError
from gis.sources.description import SourceDescription
from gis.sources.postgis_connections import BoundedConnection as Connection
from gis.sources.postgis_connections import PostgisConnections
from gis.sources.postgis_rows import TOO_LARGE, Row, TableRows
from gis.sources.postgis_table import describe_table
from gis.sources.settings import SourceSettings

T = TypeVar("T")


class PostgisBackend:
    """Reads windows and single features of one table; may be used by several threads."""

    def __init__(self, settings: SourceSettings, crs: pyproj.CRS) -> None:
        self._settings = settings
        self._crs = crs
        self._connections = PostgisConnections(settings)
        self._lock = threading.Lock()
        self._rows: TableRows | None = None

    def window(self, bounds: Bounds) -> LayerWindow:
        """Features whose box meets `bounds` (wanted system); raises LayerUnavailableError."""
        asked = checked_bounds(bounds)
        return self._reading(lambda connection, rows: self._window(connection, rows, asked))

    def find(self, feature_id: str) -> LayerWindow:
        """Features with this id; raises LayerUnavailableError."""
        return self._reading(lambda connection, rows: self._find(connection, rows, feature_id))

    def describe(self) -> SourceDescription:
        """System and columns of the table as it is now; raises LayerUnavailableError."""
        self._forget()
        table = self._reading(lambda connection, rows: rows.table)
        return SourceDescription("" if table.crs is None else name_of(table.crs), table.column_names())

    def _reading(self, work: Callable[[Connection, TableRows], T]) -> T:
        deadline = Deadline(self._settings.limits.seconds)
        try:
            return self._tried(work, deadline, fresh=False)
        except LayerUnavailableError:
            self._forget()
            raise
        except DeadlinePassedError:
            raise self._settings.too_slow(deadline.seconds) from None
        except UnicodeError:
            raise self._settings.unavailable("liefert Text in einem anderen Zeichensatz, als sie angibt.") from None
        except psycopg.Error as error:
            self._forget()
            # Not the driver's message: it may name users and hosts.
            if isinstance(error, psycopg.errors.QueryCanceled):
                raise self._settings.too_slow(deadline.seconds) from None
            raise self._settings.unavailable(_reason(error)) from None

    def _tried(self, work: Callable[[Connection, TableRows], T], deadline: Deadline, *, fresh: bool) -> T:
        reused = False
        try:
            with self._connections.lent(deadline, fresh=fresh) as (connection, reused):
                return work(connection, self._described(connection))
        except psycopg.OperationalError:
            if not reused:
                raise
        # The server may have been restarted since the connection was used last.
        return self._tried(work, deadline, fresh=True)

    def _described(self, connection: Connection) -> TableRows:
        with self._lock:
            rows = self._rows
        if rows is None or rows.table.placement is None:
            rows = TableRows(
                self._settings, self._crs, describe_table(connection, self._settings, self._crs), connection
            )
            with self._lock:
                self._rows = rows
        return rows

    def _forget(self) -> None:
        """After an error the table is looked up anew: it may have been changed."""
        with self._lock:
            self._rows = None

    def _window(self, connection: Connection, rows: TableRows, bounds: Bounds) -> LayerWindow:
        placement = rows.table.placement
        if placement is None:
            return empty_window(self._settings, self._crs)
        west, south, east, north = bounds
        if rows.elsewhere:
            box = shapely.segmentize(shapely.box(*bounds), max(east - west, north - south, 1.0) / 16)
            there = transform_geometries(np.array([box], dtype=object), self._crs, placement.source)
            west, south, east, north = (float(value) for value in shapely.total_bounds(there))
        offset = placement.east_offset
        values = [west - offset, south, east - offset, north, rows.table.srid]
        return rows.window(self._fetched(connection, rows.window_query, values), bounds)

    def _find(self, connection: Connection, rows: TableRows, feature_id: str) -> LayerWindow:
        if layer_schema(self._settings.layer).id_attribute not in rows.mapping:
            raise self._settings.unavailable("hat keine Spalte mit Kennungen.")
        if rows.table.placement is None:
            return empty_window(self._settings, self._crs)
        # Some sources leave the trailing underscores of a parcel number out.
        wanted = [*dict.fromkeys([feature_id, feature_id.rstrip("_")])]
        return rows.window(self._fetched(connection, rows.find_query, [wanted]), None).with_id(feature_id)

    def _fetched(self, connection: Connection, query: bytes, parameters: Sequence[Any]) -> list[Row]:
        """Rows of a query in one round trip; its own guard keeps too many or too large ones in the server."""
        rows: list[Row] = connection.cursor(binary=True).execute(query, parameters).fetchall()
        limits = self._settings.limits
        if len(rows) > limits.features or (rows and rows[-1][0] == TOO_LARGE):
            raise self._settings.unavailable(
                f"enthält in diesem Bereich zu viele Daten (mehr als {limits.features} Objekte oder "
                f"{limits.answer_bytes >> 20} MiB)."
            )
        return rows


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
