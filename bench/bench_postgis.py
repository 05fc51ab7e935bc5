"""PostGIS: a window read through the layer against the bare query, on 100,000 parcels, in one run and in turns.

The bare query fetches the same rows and columns and decodes the geometries; the layer also checks every feature, maps
the attributes, and orders by id. "First" is a window that was never read before; "again" is one whose rows have not
changed since, as when a plan is checked, drawn and checked once more: they are fetched anew, and compared. What is left
of "first" beyond the bare query: GEOS' check of validity (half as long as the bare query), the columns in Arrow, and
the sum in the server that bounds an answer's bytes.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import psycopg
import shapely

from bench.bench_layers import _EAST, _NORTH, _STEP, _parcels
from bench.postgis_server import USER, binaries, connect, postgis_server
from gis.sources import open_live_layer
from gis.sources.settings import PostgisAccess, SourceSettings

PARCELS = 100_000
WINDOWS_M = (300.0, 1000.0)
ROUNDS = 100
FIRST_ROUNDS = 25
_BARE = (
    "SELECT ST_AsBinary(geom), flstkennz, flaeche, gemaschl FROM parcels "
    "WHERE geom && ST_MakeEnvelope(%s, %s, %s, %s, 25832)"
)
Bounds = tuple[float, float, float, float]


def figures() -> Iterator[dict[str, object]]:
    """Yield the figures; nothing but a sentence where PostGIS is not installed."""
    if binaries() is None:
        yield {"figure": "postgis_window", "skipped": "PostGIS is not installed (Debian: postgresql-15-postgis-3)."}
        return
    with postgis_server() as host:
        with connect(host) as connection:
            _fill(connection)
        parameters = (("dbname", "postgres"), ("host", host), ("user", USER))
        access = PostgisAccess(None, "parcels", None, parameters)
        settings = SourceSettings("bench", "parcels", "postgis", access, "Bench")
        with connect(host) as connection:
            for side in WINDOWS_M:
                yield from _measured(connection, settings, side)


def _measured(
    connection: psycopg.Connection[Any], settings: SourceSettings, side: float
) -> Iterator[dict[str, object]]:
    size = int(np.sqrt(PARCELS)) * _STEP
    random = np.random.default_rng(2)

    def window() -> Bounds:
        west, south = (float(value) for value in random.uniform(0, size - side, 2) + np.array([_EAST, _NORTH]))
        return west, south, west + side, south + side

    def layer(bounds: Bounds) -> int:
        # A new object each time, as in each request: it remembers no window.
        return len(open_live_layer(settings, 25832).window(bounds))

    def bare(bounds: Bounds) -> int:
        rows = connection.cursor(binary=True).execute(_BARE, bounds).fetchall()
        return len(shapely.from_wkb(np.array([row[0] for row in rows], dtype=object)))

    same = window()
    features = layer(same)
    assert bare(same) == features
    again = _in_turns([bare, layer], lambda: same, ROUNDS)
    first = _in_turns([bare, layer], window, FIRST_ROUNDS)
    for label, (bare_s, layer_s) in (("again", again), ("first", first)):
        yield {
            "figure": f"postgis_window_{side:.0f}m_{label}_vs_bare",
            "value": layer_s / bare_s,
            "unit": "ratio",
            "aim": "at most 1.5",
            "features": features,
            "layer_ms": layer_s * 1000,
            "bare_ms": bare_s * 1000,
        }


def _in_turns(works: list[Callable[[Bounds], int]], window: Callable[[], Bounds], rounds: int) -> list[float]:
    """Medians; in turns, so that what else runs on the machine meets all alike."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        bounds = window()
        for work, seconds in zip(works, times, strict=True):
            start = time.perf_counter()
            work(bounds)
            seconds.append(time.perf_counter() - start)
    return [statistics.median(seconds) for seconds in times]


def _fill(connection: psycopg.Connection[Any]) -> None:
    connection.execute(
        "CREATE TABLE parcels (flstkennz varchar(20) PRIMARY KEY, flaeche float8, gemaschl varchar, "
        "geom geometry(Polygon, 25832))"
    )
    with connection.cursor().copy("COPY parcels FROM STDIN") as copy:
        for batch in _parcels(PARCELS):
            shapes = shapely.set_srid(shapely.from_wkb(batch.column("geom").to_pylist()), 25832)
            wkb = shapely.to_wkb(shapes, hex=True, include_srid=True)
            for row in zip(*(column.to_pylist() for column in batch.columns[:3]), wkb, strict=True):
                copy.write_row(row)
    connection.execute("CREATE INDEX ON parcels USING gist (geom)")
    connection.execute("VACUUM ANALYZE parcels")
