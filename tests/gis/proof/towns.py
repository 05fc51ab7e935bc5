"""Two real places, given twice: to PostGIS as the files hold them, and to the checks as plans and layers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas
import psycopg
import pyogrio
import shapely
from psycopg import sql

from gis.layers import Layers, open_layer_file
from gis.readers import read_site_plans
from gis.siteplan import SitePlan

Connection = psycopg.Connection[tuple[Any, ...]]

#: Zones are drawn as squares over the place, so that they cut through parcels: kind and permitted GRZ, in turns.
ZONES: Sequence[tuple[str, float] | None] = (("WA", 0.3), ("MI", 0.6), ("GE", 0.8), ("GE", 0.8), ("WR", 0.2), None)
#: Heights in metres, in turns: lists go around the building.
HEIGHTS: Sequence[tuple[float, ...]] = ((6.0,), (2.8,), (9.37,), (7.5, 8.75, 11.0), (12.5,), (18.0,), (3.5, 26.0))

_TABLES = """
CREATE SCHEMA {schema};
CREATE TABLE {schema}.parcels (parcel_id text PRIMARY KEY, official_m2 float8, geom geometry(Geometry, {srid}));
CREATE TABLE {schema}.buildings (plan text PRIMARY KEY, heights_m float8[], geom geometry(Geometry, {srid}));
CREATE TABLE {schema}.zones (zone text, grz float8, geom geometry(Polygon, {srid}));
CREATE INDEX ON {schema}.parcels USING gist (geom);
CREATE INDEX ON {schema}.buildings USING gist (geom);
CREATE INDEX ON {schema}.zones USING gist (geom);
"""


@dataclass(frozen=True)
class Town:
    """A place in a schema of PostGIS, and the same as plans (one for each building) and layers."""

    schema: str
    srid: int
    plans: Mapping[str, SitePlan]
    layers: Layers


def terresdebord(connection: Connection, data: Path, folder: Path) -> Town:
    """A French village in degrees: PostGIS projects it on its own, the product reads it from GeoJSON."""
    source = data / "alkis/fr_terresdebord"
    buildings = json.loads((source / "batiments.geojson").read_text())["features"]
    parcels = json.loads((source / "parcelles.geojson").read_text())["features"]
    _create(connection, "terresdebord", 2154)
    lonlat = "ST_Transform(ST_SetSRID(ST_GeomFromGeoJSON(%s), 4326), 2154)"
    rows = [(f["properties"]["id"], None, json.dumps(f["geometry"])) for f in parcels]
    _insert(connection, "terresdebord", "parcels", lonlat, rows)
    shapes = [f["geometry"] for f in buildings]
    heights = [_heights(row, _edges(shape)) for row, shape in enumerate(shapes)]
    _insert_buildings(connection, "terresdebord", lonlat, [json.dumps(shape) for shape in shapes], heights)
    geopandas.read_file(source / "parcelles.geojson").to_crs(2154).to_file(folder / "parcels.gpkg")
    return _town(connection, "terresdebord", 2154, folder / "parcels.gpkg", shapes, heights, 60.0, folder)


def neuwerk(connection: Connection, data: Path, folder: Path) -> Town:
    """The island of Neuwerk from ALKIS, with official areas; walls are as high as the storeys make them."""
    path = data / "alkis/hh_neuwerk/hh_neuwerk_alkis.gpkg"
    _create(connection, "neuwerk", 25832)
    metric = "ST_GeomFromWKB(%s, 25832)"
    meta, _, shapes, columns = pyogrio.raw.read(path, layer="ax_flurstueck")
    table = dict(zip(meta["fields"], columns, strict=True))
    rows = zip(table["flurstueckskennzeichen"], table["amtlicheflaeche"].tolist(), shapes, strict=True)
    _insert(connection, "neuwerk", "parcels", metric, list(rows))
    meta, _, shapes, columns = pyogrio.raw.read(path, layer="ax_gebaeude")
    storeys = dict(zip(meta["fields"], columns, strict=True))["anzahlderoberirdischengeschosse"].tolist()
    heights = [(3.25 * count,) if count == count else HEIGHTS[row % 7] for row, count in enumerate(storeys)]
    geometries = [json.loads(shapely.to_geojson(shapely.from_wkb(shape))) for shape in shapes]
    heights = [h if len(h) == 1 else _around(h, _edges(g)) for h, g in zip(heights, geometries, strict=True)]
    _insert_buildings(connection, "neuwerk", metric, list(shapes), heights)
    return _town(connection, "neuwerk", 25832, path, geometries, heights, 250.0, folder)


def _create(connection: Connection, schema: str, srid: int) -> None:
    connection.execute(sql.SQL(_TABLES).format(schema=sql.Identifier(schema), srid=sql.Literal(srid)))


def _insert(connection: Connection, schema: str, table: str, geometry: str, rows: Sequence[tuple[Any, ...]]) -> None:
    statement = sql.SQL("INSERT INTO {} VALUES (%s, %s, {})").format(sql.Identifier(schema, table), sql.SQL(geometry))
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def _insert_buildings(
    connection: Connection, schema: str, geometry: str, shapes: Sequence[Any], heights: Sequence[tuple[float, ...]]
) -> None:
    rows = [(_name(row), list(heights[row]), shape) for row, shape in enumerate(shapes)]
    _insert(connection, schema, "buildings", geometry, rows)


def _name(row: int) -> str:
    return f"b{row:04d}"


def _heights(row: int, edges: int) -> tuple[float, ...]:
    return _around(HEIGHTS[row % len(HEIGHTS)], edges)


def _around(heights: tuple[float, ...], edges: int) -> tuple[float, ...]:
    return heights if len(heights) == 1 else tuple(heights[edge % len(heights)] for edge in range(edges))


def _edges(geometry: Mapping[str, Any]) -> int:
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return sum(len(ring) - 1 for polygon in polygons for ring in polygon)


def _town(
    connection: Connection,
    schema: str,
    srid: int,
    parcels: Path,
    shapes: Sequence[Mapping[str, Any]],
    heights: Sequence[tuple[float, ...]],
    side_m: float,
    folder: Path,
) -> Town:
    features = [
        {
            "type": "Feature",
            "properties": {
                "plan": _name(row),
                "role": "main_building",
                "wall_height_m": list(walls) if len(walls) > 1 else walls[0],
            },
            "geometry": shape,
        }
        for row, (shape, walls) in enumerate(zip(shapes, heights, strict=True))
    ]
    collection: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if srid == 25832:
        collection["crs"] = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{srid}"}}
    (folder / f"{schema}.geojson").write_text(json.dumps(collection))
    file = read_site_plans(folder / f"{schema}.geojson")
    assert not file.refused
    layer = open_layer_file("parcels", parcels)
    zones = _draw_zones(connection, schema, srid, side_m, folder / f"{schema}-zones.gpkg")
    return Town(schema, srid, {p.plan: p for p in file.plans}, {"parcels": layer, "zoning": zones})


def _draw_zones(connection: Connection, schema: str, srid: int, side_m: float, path: Path) -> Any:
    """Draw the squares: into the table, and into a file that the product reads."""
    row = connection.execute(
        sql.SQL(
            "SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e) FROM (SELECT ST_Extent(geom) e FROM {}) x"
        ).format(sql.Identifier(schema, "parcels"))
    ).fetchone()
    assert row is not None
    west, south, east, north = (float(value) for value in row)
    squares: list[tuple[str, float, shapely.Polygon]] = []
    for i in range(int((east - west) / side_m) + 1):
        for j in range(int((north - south) / side_m) + 1):
            kind = ZONES[(i + 2 * j + i * j) % len(ZONES)]
            if kind is not None:
                x, y = west + i * side_m, south + j * side_m
                squares.append((*kind, shapely.box(x, y, x + side_m, y + side_m)))
    texts = [(zone, grz, shape.wkt) for zone, grz, shape in squares]
    _insert(connection, schema, "zones", f"ST_GeomFromText(%s, {srid})", texts)
    frame = geopandas.GeoDataFrame(
        {"zone": [s[0] for s in squares], "grz": [s[1] for s in squares]},
        geometry=[shapely.from_wkt(text) for *_, text in texts],
        crs=srid,
    )
    frame.to_file(path, layer="zoning")
    return open_layer_file("zoning", path)
