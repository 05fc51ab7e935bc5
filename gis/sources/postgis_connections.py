"""Connections to one database: read-only, bounded in time, reused by threads, never shared with a forked child."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from gis.sources.deadline import Deadline, DeadlinePassedError
from gis.sources.settings import PostgisAccess, SourceSettings

Connection = psycopg.Connection[tuple[object, ...]]

_MOST_IDLE = 4
_IDLE_SECONDS = 60.0


class PostgisConnections:
    """Lends connections to one database."""

    def __init__(self, settings: SourceSettings) -> None:
        assert isinstance(settings.access, PostgisAccess)
        self._access = settings.access
        self._limits = settings.limits
        self._lock = threading.Lock()
        self._idle: list[tuple[Connection, float]] = []
        self._process = os.getpid()

    @contextmanager
    def transaction(self, deadline: Deadline, *, fresh: bool = False) -> Iterator[tuple[Connection, bool]]:
        """Lend a connection inside a read-only transaction that ends with the deadline, on both sides.

        Yields
        ------
        (connection, reused): with `reused`, the server may have gone since, and another try is worth it.

        Raises
        ------
        psycopg.Error, DeadlinePassedError
        """
        connection, reused = (None, False) if fresh else (self._taken(), True)
        if connection is None:
            connection, reused = self._connect(deadline), False
        healthy = False
        try:
            with _cut_off(connection, deadline):
                milliseconds = max(1, int(deadline.left() * 1000))
                # Set for this transaction alone, so that any pooler may stand between.
                connection.execute(
                    sql.SQL("BEGIN READ ONLY; SET LOCAL statement_timeout = {}").format(sql.Literal(milliseconds))
                )
                yield connection, reused
                connection.execute("ROLLBACK")
            healthy = True
        finally:
            if healthy:
                self._give_back(connection)
            else:
                connection.close()

    def _connect(self, deadline: Deadline) -> Connection:
        access = self._access
        parameters: dict[str, str | int] = dict(access.parameters)
        if access.password is not None:
            parameters["password"] = access.password.value
        # libpq counts whole seconds, and takes 1 as 2.
        seconds = max(2, round(deadline.left(self._limits.connect_seconds)))
        return psycopg.connect(
            "",
            autocommit=True,
            prepare_threshold=None,
            connect_timeout=seconds,
            application_name="bauakte",
            client_encoding="UTF8",
            **parameters,  # type: ignore[arg-type]  # every parameter of libpq is text or a number
        )

    def _taken(self) -> Connection | None:
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

    def _give_back(self, connection: Connection) -> None:
        with self._lock:
            if self._process == os.getpid() and len(self._idle) < _MOST_IDLE and not connection.closed:
                self._idle.append((connection, time.monotonic()))
                return
        connection.close()


@contextmanager
def _cut_off(connection: Connection, deadline: Deadline) -> Iterator[None]:
    """Close the line when the time is up: a server that has stopped answering does not keep its own timeout either."""
    # A copy of the descriptor, so that it means this line, whatever else is opened and closed meanwhile.
    line = socket.socket(fileno=os.dup(connection.fileno()))
    passed = threading.Event()

    def cut() -> None:
        passed.set()
        try:
            line.shutdown(socket.SHUT_RDWR)
        except OSError:
            passed.set()

    timer = threading.Timer(deadline.left() + _GRACE_SECONDS, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    except psycopg.Error:
        if passed.is_set():
            raise DeadlinePassedError from None
        raise
    finally:
        timer.cancel()
        line.close()


# The server's own timeout comes first, since its message is the better one.
_GRACE_SECONDS = 0.5
