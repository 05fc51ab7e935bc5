"""Connections to one database: read-only, bounded in time, reused by threads, never shared with a forked child."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from gis.sources.deadline import Deadline, DeadlinePassedError
from gis.sources.settings import PostgisAccess, SourceSettings

_MOST_IDLE = 4
_IDLE_SECONDS = 60.0
# The server's own timeout comes first: it ends the query there as well.
_GRACE_SECONDS = 0.5


class BoundedConnection(psycopg.Connection[tuple[object, ...]]):
    """A connection whose every wait ends with the deadline, also where the server has stopped answering."""

    deadline: Deadline | None = None

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait for the server; raises psycopg.Error when the time is up."""
        if self.deadline is not None and timeout is None:
            timeout = self.deadline.left() + _GRACE_SECONDS
        return super().wait(gen, interval, timeout)


class PostgisConnections:
    """Lends connections to one database."""

    def __init__(self, settings: SourceSettings) -> None:
        assert isinstance(settings.access, PostgisAccess)
        self._access = settings.access
        self._limits = settings.limits
        self._lock = threading.Lock()
        self._idle: list[tuple[BoundedConnection, float]] = []
        self._process = os.getpid()

    @contextmanager
    def lent(self, deadline: Deadline, *, fresh: bool = False) -> Iterator[tuple[BoundedConnection, bool]]:
        """Lend a connection that can only read.

        Yields
        ------
        (connection, reused): with `reused`, the server may have gone since, and another try is worth it.

        Raises
        ------
        psycopg.Error, DeadlinePassedError
        """
        connection = None if fresh else self._taken()
        reused = connection is not None
        if connection is None:
            connection = self._connect(deadline)
        healthy = False
        try:
            connection.deadline = deadline
            yield connection, reused
            healthy = True
        except psycopg.Error:
            deadline.left()  # where the time is up, that is the reason
            raise
        finally:
            connection.deadline = None
            if healthy:
                self._give_back(connection)
            else:
                connection.close()

    def _connect(self, deadline: Deadline) -> BoundedConnection:
        access = self._access
        parameters: dict[str, Any] = dict(access.parameters)
        if access.password is not None:
            parameters["password"] = access.password.value
        try:
            connection = BoundedConnection.connect(
                "",
                autocommit=True,
                # libpq counts whole seconds, and takes 1 as 2.
                connect_timeout=max(2, round(deadline.left(self._limits.connect_seconds))),
                application_name="bauakte",
                client_encoding="UTF8",
                **parameters,
            )
        except psycopg.errors.ConnectionTimeout:
            raise DeadlinePassedError from None
        connection.deadline = deadline
        milliseconds = max(1, round(self._limits.seconds * 1000))
        connection.execute(
            sql.SQL("SET default_transaction_read_only = on; SET statement_timeout = {}").format(
                sql.Literal(milliseconds)
            )
        )
        return connection

    def _taken(self) -> BoundedConnection | None:
        with self._lock:
            if self._process != os.getpid():
                # A forked child: these connections are the parent's. psycopg does not close them from here.
                self._idle, self._process = [], os.getpid()
            while self._idle:
                connection, since = self._idle.pop()
                if time.monotonic() - since < _IDLE_SECONDS and not connection.closed:
                    return connection
                connection.close()
        return None

    def _give_back(self, connection: BoundedConnection) -> None:
        with self._lock:
            if self._process == os.getpid() and len(self._idle) < _MOST_IDLE and not connection.closed:
                self._idle.append((connection, time.monotonic()))
                return
        connection.close()
