"""Real servers for tests of live sources: PostGIS, and one for WFS and OGC API Features, each a process of its own."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import shapely
from psycopg import sql

from bench import postgis_server
from gis.layers import LayerWindow
from gis.sources import LiveLayer, open_live_layer
from gis.sources.settings import HttpAccess, PostgisAccess, SourceLimits, SourceSettings
from tests.gis.sources.town import Feature, quarter

PROJECT = Path(__file__).resolve().parents[3]
Open = Callable[..., LiveLayer]


@pytest.fixture(scope="session")
def database(postgis: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A connection of the owner, with the quarter in tables of the schema "town"."""
    with postgis_server.connect(postgis) as connection:
        connection.execute("CREATE SCHEMA town")
        for layer, features in quarter().items():
            make_table(connection, layer, features)
        yield connection


def make_table(connection: psycopg.Connection[tuple[object, ...]], layer: str, features: list[Feature]) -> None:
    """A table of the schema "town" with the features' properties as columns."""
    table = sql.Identifier("town", layer)
    names = list(dict.fromkeys(name for one in features for name in one["properties"]))
    kinds = {name: _kind([one["properties"].get(name) for one in features]) for name in names}
    columns = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind)) for name, kind in kinds.items()
    )
    connection.execute(
        sql.SQL("CREATE TABLE {} (gml_id text PRIMARY KEY, {}, geom geometry(Geometry, 25832))").format(table, columns)
    )
    for one in features:
        shape = shapely.set_srid(shapely.geometry.shape(one["geometry"]), 25832)
        values = [one["id"], *(one["properties"].get(name) for name in names)]
        connection.execute(
            sql.SQL("INSERT INTO {} VALUES ({}, %s::geometry)").format(
                table, sql.SQL(", ").join([sql.Placeholder()] * len(values))
            ),
            [*values, shapely.to_wkb(shape, hex=True, include_srid=True)],
        )
    connection.execute(sql.SQL("CREATE INDEX ON {} USING gist (geom)").format(table))


def _kind(values: list[object]) -> str:
    given = [value for value in values if value is not None]
    if given and all(isinstance(value, int) for value in given):
        return "integer"
    return "numeric" if given and all(isinstance(value, int | float) for value in given) else "varchar"


@pytest.fixture(scope="session")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the web server that serves the quarter."""
    with running_server(tmp_path_factory.mktemp("web") / "data.json", quarter()) as address:
        yield address


class running_server:  # noqa: N801  # used like a function
    """The web server as another process, serving these layers."""

    def __init__(self, path: Path, layers: dict[str, list[Feature]]) -> None:
        path.write_text(json.dumps(layers))
        command = [sys.executable, "-m", "tests.gis.sources.server", str(path)]
        self._process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def __enter__(self) -> str:
        assert self._process.stdout is not None
        return f"http://127.0.0.1:{int(self._process.stdout.readline())}"

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def open_postgis(postgis: str, database: object) -> Open:
    """Open a table of the quarter as a layer."""

    def opened(layer: str, table: str = "", *, user: str = postgis_server.USER, **more: object) -> LiveLayer:
        schema, _, name = (table or f"town.{layer}").rpartition(".")
        parameters = (("dbname", "postgres"), ("host", postgis), ("user", user))
        geometry = more.pop("geometry", None)
        assert geometry is None or isinstance(geometry, str)
        access = PostgisAccess(schema or None, name, geometry, parameters)
        return open_live_layer(settings(layer, "postgis", access, **more), 25832)

    return opened


@pytest.fixture
def open_web(web: str) -> Open:
    """Open a layer of the web server: kind "ogcapi", "wfs" (2.0.0) or "wfs11", in a mode."""

    def opened(kind: str, layer: str = "parcels", mode: str = "ok", **more: object) -> LiveLayer:
        return open_live_layer(web_settings(web, kind, layer, mode, **more), int(str(more.get("srid", 25832))))

    return opened


def web_settings(web: str, kind: str, layer: str, mode: str = "ok", **more: object) -> SourceSettings:
    """Settings of a layer of the web server."""
    version = {"wfs": "2.0.0", "wfs11": "1.1.0"}.get(kind, "")
    own = {name: more.pop(name) for name in ("user", "password", "token", "page_size") if name in more}
    more.pop("srid", None)
    service = "ogc" if kind == "ogcapi" else "wfs"
    name = layer if kind == "ogcapi" else f"t:{layer}"
    access = HttpAccess(f"{web}/{mode}/{service}", name, version, **{"page_size": 10, **own})  # type: ignore[arg-type]
    return settings(layer, "ogcapi" if kind == "ogcapi" else "wfs", access, **more)


def settings(layer: str, kind: str, access: PostgisAccess | HttpAccess, **more: object) -> SourceSettings:
    """Settings with short limits."""
    limits = SourceLimits(seconds=5, connect_seconds=2, features=1000, answer_bytes=2 << 20)
    return SourceSettings("probe", layer, kind, access, "Kataster live", **{"limits": limits, **more})  # type: ignore[arg-type]


def rows(window: LayerWindow) -> list[tuple[object, ...]]:
    """Features of a window as rows that can be compared: attributes (NaN as None) and millimetre geometry."""
    names = sorted(window.columns)
    found = []
    for index, shape in enumerate(window.geometry):
        values = [window.columns[name][index] for name in names]
        plain = [None if value is None or value != value else value for value in values]
        found.append((*plain, shapely.set_precision(shape, 0.001).normalize().wkt))
    return sorted(found, key=str)
