"""What a PostGIS table or view is: its columns, the geometry column, the system of its coordinates."""

from dataclasses import dataclass

import numpy as np
import psycopg
import pyproj
import shapely
from psycopg import sql

from gis.crs import CrsError, crs_from_epsg, crs_from_name
from gis.importing.placing import Placement, decide_placement
from gis.readers.source import SourceError
from gis.sources.settings import PostgisAccess, SourceSettings

# No arcs can be in columns that are declared as one of these.
_STRAIGHT_TYPES = {"Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon"}

_COLUMNS = """
SELECT a.attname, t.typname, n.nspname, a.atttypmod
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE a.attrelid = pg_catalog.to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum
"""


@dataclass(frozen=True)
class PostgisTable:
    """A table as it was found.

    Attributes
    ----------
    columns : tuple of (name, type)
        All but geometries.
    functions : str
        Schema where PostGIS lives; its functions are always called by their full names.
    srid : int
        As stored with the geometries; 0 where none is.
    straight : bool
        Whether the column can hold no arcs.
    placement : Placement or None
        How coordinates come into the wanted system; None while the table holds no geometry.
    """

    name: sql.Identifier
    columns: tuple[tuple[str, str], ...]
    geometry: str
    functions: str
    srid: int
    straight: bool
    crs: pyproj.CRS | None
    placement: Placement | None

    def function(self, name: str) -> sql.Identifier:
        """Full name of a function of PostGIS."""
        return sql.Identifier(self.functions, name)

    def column_names(self) -> tuple[str, ...]:
        """Names of the columns that may carry attributes."""
        return tuple(name for name, _ in self.columns)


def describe_table(
    connection: psycopg.Connection[tuple[object, ...]], settings: SourceSettings, wanted: pyproj.CRS
) -> PostgisTable:
    """Look a table up; raises LayerUnavailableError where it is not there, or has no usable geometry."""
    access = settings.access
    assert isinstance(access, PostgisAccess)
    name = sql.Identifier(access.schema, access.table) if access.schema else sql.Identifier(access.table)
    rows = connection.execute(_COLUMNS, [name.as_string(connection)]).fetchall()
    if not rows:
        raise settings.unavailable(f"enthält keine Tabelle oder Sicht „{access.table}“, die gelesen werden darf.")
    found = [(str(column), str(kind), str(schema), typmod) for column, kind, schema, typmod in rows]
    geometries = [row for row in found if row[1] == "geometry" and access.geometry in {None, row[0]}]
    if len(geometries) != 1:
        known = ", ".join(row[0] for row in found if row[1] == "geometry") or "keine"
        raise settings.unavailable(
            f"braucht genau eine Geometriespalte; bitte nennen Sie sie mit „geometry“. Vorhanden sind: {known}."
        )
    geometry, _, functions, typmod = geometries[0]
    declared = connection.execute(
        sql.SQL("SELECT {}(%s), {}(%s)").format(
            sql.Identifier(functions, "postgis_typmod_srid"), sql.Identifier(functions, "postgis_typmod_type")
        ),
        [typmod, typmod],
    ).fetchone()
    assert declared is not None
    sample = _sample(connection, name, geometry, functions)
    srid = int(str(declared[0])) or (sample[0] if sample else 0)
    crs = _crs(connection, settings, functions, srid)
    return PostgisTable(
        name=name,
        columns=tuple((column, kind) for column, kind, _, _ in found if kind not in {"geometry", "geography"}),
        geometry=geometry,
        functions=functions,
        srid=srid,
        straight=str(declared[1]).rstrip("ZM") in _STRAIGHT_TYPES,
        crs=crs,
        placement=None if sample is None else _placement(settings, crs, wanted, sample[1]),
    )


def _sample(
    connection: psycopg.Connection[tuple[object, ...]], name: sql.Identifier, geometry: str, functions: str
) -> tuple[int, bytes] | None:
    """System and box of one geometry; None where there is none."""
    query = sql.SQL(
        "SELECT {srid}(g), {wkb}({envelope}(g)) FROM (SELECT {column} AS g FROM {table} "
        "WHERE {column} IS NOT NULL AND NOT {empty}({column}) LIMIT 1) AS one"
    ).format(
        srid=sql.Identifier(functions, "st_srid"),
        wkb=sql.Identifier(functions, "st_asbinary"),
        envelope=sql.Identifier(functions, "st_envelope"),
        empty=sql.Identifier(functions, "st_isempty"),
        column=sql.Identifier(geometry),
        table=name,
    )
    row = connection.execute(query, binary=True).fetchone()
    return None if row is None or not isinstance(row[1], bytes) else (int(str(row[0])), row[1])


def _crs(
    connection: psycopg.Connection[tuple[object, ...]], settings: SourceSettings, functions: str, srid: int
) -> pyproj.CRS | None:
    try:
        if srid == 0:
            return None if settings.epsg is None else crs_from_epsg(settings.epsg)
        row = connection.execute(
            sql.SQL("SELECT auth_name, auth_srid, srtext FROM {} WHERE srid = %s").format(
                sql.Identifier(functions, "spatial_ref_sys")
            ),
            [srid],
        ).fetchone()
        if row is None:
            raise settings.unavailable(f"nennt das Koordinatenreferenzsystem {srid}, das die Datenbank nicht kennt.")
        authority, code, text = row
        if str(authority).upper() == "EPSG" and code is not None:
            return crs_from_epsg(int(str(code)))
        return crs_from_name(str(text))
    except CrsError as error:
        raise settings.unavailable(f"nennt ein unbrauchbares Koordinatenreferenzsystem. {error}") from None


def _placement(settings: SourceSettings, crs: pyproj.CRS | None, wanted: pyproj.CRS, box: bytes) -> Placement:
    if crs is None:
        raise settings.unavailable("nennt kein Koordinatenreferenzsystem. Bitte geben Sie es mit „epsg“ an.")
    sample = np.array([shapely.from_wkb(box)], dtype=object)
    try:
        return decide_placement(crs, wanted, sample)
    except SourceError as error:
        raise settings.unavailable(f"enthält unpassende Koordinaten. {error}") from None
