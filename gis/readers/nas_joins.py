"""What an ALKIS extract says in pieces: addresses and protected areas, put together at the end of the file.

The pieces of one address may lie anywhere in the file, and a state has millions of them. So they wait in a temporary
database on disk, which SQLite removes with its connection; memory stays as it is.
"""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

# Where a house number lies, the best first.
PRESENTATION, BUILDING, PARCEL = range(3)
POSITION_SOURCES = {PRESENTATION: "presentation", BUILDING: "building", PARCEL: "parcel"}

_TABLES = """
CREATE TABLE streets (key TEXT PRIMARY KEY, name TEXT) WITHOUT ROWID;
CREATE TABLE places (key TEXT PRIMARY KEY, name TEXT) WITHOUT ROWID;
CREATE TABLE numbers (id TEXT, street_key TEXT, street TEXT, number TEXT);
CREATE TABLE georeferenced (id TEXT);
CREATE TABLE points (id TEXT, rank INTEGER, x REAL, y REAL);
CREATE TABLE areas (id TEXT PRIMARY KEY, type TEXT, key TEXT, name TEXT) WITHOUT ROWID;
"""
_INSERTS = {
    "streets": "INSERT OR IGNORE INTO streets VALUES (?, ?)",
    "places": "INSERT OR IGNORE INTO places VALUES (?, ?)",
    "numbers": "INSERT INTO numbers VALUES (?, ?, ?, ?)",
    "georeferenced": "INSERT INTO georeferenced VALUES (?)",
    "points": "INSERT INTO points VALUES (?, ?, ?, ?)",
    "areas": "INSERT OR IGNORE INTO areas VALUES (?, ?, ?, ?)",
}
_JOIN = """
SELECT n.id, COALESCE(n.street, s.name), n.number, p.name,
       (SELECT rank || ' ' || x || ' ' || y FROM points WHERE points.id = n.id ORDER BY rank, rowid LIMIT 1)
FROM numbers n
LEFT JOIN streets s ON s.key = n.street_key
LEFT JOIN places p ON p.key = substr(n.street_key, 1, 8)
WHERE NOT EXISTS (SELECT 1 FROM georeferenced g WHERE g.id = n.id)
ORDER BY n.rowid
"""
_NUMBER = re.compile(r"\s*(\d+)\s*(.*?)\s*$", re.S)
_WAITING = 5_000


@dataclass(frozen=True)
class JoinedAddress:
    """A house number without a georeferenced address of its own. `rank` and `point` are None where it has no place."""

    id: str
    street: str | None
    number: str
    suffix: str | None
    place: str | None
    rank: int | None
    point: tuple[float, float] | None


class NasJoins:
    """The pieces, by kind; all ids are those of the objects (gml:id)."""

    def __init__(self) -> None:
        # An empty name: on disk, and gone with the connection.
        self._base = sqlite3.connect("", isolation_level=None)
        self._base.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-8192; BEGIN;")
        self._base.executescript(_TABLES)
        self._waiting: dict[str, list[tuple[Any, ...]]] = {}

    def close(self) -> None:
        """Remove everything."""
        self._base.close()

    def add(self, table: str, *row: Any) -> None:
        """Keep one piece: streets, places (key, name), numbers (id, street key, street, number), …"""
        rows = self._waiting.setdefault(table, [])
        rows.append(row)
        if len(rows) >= _WAITING:
            self._write(table)

    def addresses(self) -> Iterator[JoinedAddress]:
        """House numbers that no georeferenced address stands for, in the order of the file."""
        self._write_all()
        self._base.executescript("CREATE INDEX by_point ON points (id); CREATE INDEX by_geo ON georeferenced (id);")
        for number_id, street, number, place, where in self._base.execute(_JOIN):
            match = _NUMBER.match(number)
            plain, suffix = (match[1], match[2] or None) if match else (number, None)
            if where is None:
                yield JoinedAddress(number_id, street, plain, suffix, place, None, None)
                continue
            rank, x, y = where.split(" ")
            yield JoinedAddress(number_id, street, plain, suffix, place, int(rank), (float(x), float(y)))

    def area(self, area_id: str | None) -> tuple[str, str | None, str | None] | None:
        """(type, key, name) of the protected area that a zone belongs to."""
        self._write_all()
        found: Sequence[Any] | None = self._base.execute(
            "SELECT type, key, name FROM areas WHERE id = ?", (area_id,)
        ).fetchone()
        return None if found is None else (found[0], found[1], found[2])

    def _write_all(self) -> None:
        for table in tuple(self._waiting):
            self._write(table)

    def _write(self, table: str) -> None:
        rows = self._waiting.pop(table, [])
        if rows:
            self._base.executemany(_INSERTS[table], rows)
