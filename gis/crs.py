"""Coordinate systems: names used in German sources, zone-prefixed eastings, metric check, transformation."""

import re
from functools import lru_cache

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from pyproj.exceptions import CRSError

Geometries = NDArray[np.object_]

# AdV short names (GeoInfoDok) and the EPSG systems they mean, in the axis order east, north that NAS uses.
_ADV = re.compile(r"(?:urn:adv:crs:)?(ETRS89_UTM(3[1-3])|DE_DHDN_3GK([2-5])(?:_[A-Z0-9]+)?|ETRS89_Lat-Lon)(?:\*.*)?$")
_EPSG = re.compile(
    r"(?:EPSG:{1,2}|urn:(?:x-)?ogc:def:crs:EPSG:(?:[\w.]*:)?"
    r"|https?://www\.opengis\.net/(?:def/crs|gml/srs)/epsg[^\d]*(?:[\d.]+/)?|epsg\.xml#)(\d{4,6})$",
    re.I,
)

# UTM systems whose eastings carry the zone as millions: the zone's own system and the number to subtract.
_PREFIXED_SYSTEMS = {4647: (25832, 32_000_000.0), 5650: (25833, 33_000_000.0), 5649: (25831, 31_000_000.0)}
_UTM_ZONES = {25831: 31, 25832: 32, 25833: 33}


class CrsError(ValueError):
    """A coordinate system is unknown or does not fit; the message is German, for people."""


@lru_cache(maxsize=64)
def crs_from_name(name: str) -> pyproj.CRS:
    """Read a coordinate system from an EPSG code, a URN, an AdV short name or WKT.

    Raises
    ------
    CrsError
        When the name is not known.
    """
    text = name.strip()
    adv = _ADV.match(text)
    if adv:
        if adv[2]:
            return pyproj.CRS.from_epsg(25800 + int(adv[2]))
        if adv[3]:
            return pyproj.CRS.from_epsg(31464 + int(adv[3]))
        return pyproj.CRS.from_epsg(4258)
    if text.upper().endswith(("CRS84", "CRS84H")):
        # Longitude before latitude, which is how we hold coordinates anyway.
        return pyproj.CRS.from_epsg(4326)
    epsg = _EPSG.match(text)
    try:
        return pyproj.CRS.from_epsg(int(epsg[1])) if epsg else pyproj.CRS.from_user_input(text)
    except CRSError:
        raise CrsError(f"Das Koordinatenreferenzsystem „{text[:80]}“ ist unbekannt.") from None


def crs_from_epsg(code: int) -> pyproj.CRS:
    """Coordinate system of an EPSG code; raises `CrsError` for an unknown one."""
    return crs_from_name(f"EPSG:{code}")


def is_metric(crs: pyproj.CRS) -> bool:
    """Whether planar figures in metres can be computed in this system."""
    return bool(crs.is_projected) and all(axis.unit_name in {"metre", "meter"} for axis in crs.axis_info[:2])


def same_crs(left: pyproj.CRS, right: pyproj.CRS) -> bool:
    """Whether two systems give the same coordinates (names and axis order apart)."""
    if left is right:
        return True
    codes = left.to_epsg(), right.to_epsg()
    if None not in codes:
        return codes[0] == codes[1]
    return bool(left.equals(right, ignore_axis_order=True))


def utm_zone_crs(longitude: float, latitude: float) -> pyproj.CRS | None:
    """The ETRS89 / UTM system for a place in Europe (zones 28–38), or None elsewhere."""
    zone = int((longitude + 180) // 6) + 1
    return pyproj.CRS.from_epsg(25800 + zone) if 28 <= zone <= 38 and 30 <= latitude <= 84 else None


def strip_zone_prefix(geometry: Geometries, crs: pyproj.CRS) -> tuple[Geometries, pyproj.CRS]:
    """Take the zone number off UTM eastings (32 500 000 → 500 000), exactly, without a transformation.

    Recognised are EPSG:4647, 5649 and 5650, and coordinates so written under EPSG:25831–25833.

    Returns
    -------
    (geometry, crs) with EPSG:25831–25833; both unchanged where there is no prefix.
    """
    code = crs.to_epsg()
    if code in _PREFIXED_SYSTEMS:
        base, offset = _PREFIXED_SYSTEMS[code]
        return shift_east(geometry, -offset), pyproj.CRS.from_epsg(base)
    if code in _UTM_ZONES:
        offset = prefix_offset(geometry, code)
        if offset:
            return shift_east(geometry, -offset), crs
    return geometry, crs


def prefix_offset(geometry: Geometries, code: int) -> float:
    """Zone prefix (e.g. 32 000 000) carried by coordinates that are declared as plain UTM, or 0."""
    offset = _UTM_ZONES[code] * 1e6
    bounds = total_bounds(geometry)
    west, east = float(bounds[0]), float(bounds[2])
    return offset if offset <= west and east < offset + 1e6 else 0.0


def total_bounds(geometry: Geometries) -> NDArray[np.float64]:
    """Bounds of all geometries, shape (4,); NaN where none has a place."""
    if len(geometry) == 0:
        return np.full(4, np.nan)
    bounds: NDArray[np.float64] = shapely.total_bounds(geometry)
    return bounds


def shift_east(geometry: Geometries, offset: float) -> Geometries:
    """Add `offset` metres to every easting."""

    def shifted(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        # Rounded to 0.1 µm: adding 32 million costs float digits, and a mm coordinate must come back as written.
        return np.column_stack([np.round(xy[:, 0] + offset, 7), xy[:, 1]])

    return shapely.transform(geometry, shifted)


def transform_geometries(geometry: Geometries, source: pyproj.CRS, target: pyproj.CRS) -> Geometries:
    """Transform 2D geometries (east/north or longitude/latitude order) between two systems.

    Raises
    ------
    CrsError
        When a coordinate has no image in the target system.
    """
    if same_crs(source, target):
        return geometry
    transformer = _transformer(source.to_wkt(), target.to_wkt())

    def moved(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = transformer.transform(xy[:, 0], xy[:, 1])
        return np.column_stack([x, y])

    result: Geometries = shapely.transform(geometry, moved)
    if not np.isfinite(shapely.get_coordinates(result)).all():
        raise CrsError("Koordinaten liegen außerhalb des Gültigkeitsbereichs des Koordinatenreferenzsystems.")
    return result


@lru_cache(maxsize=16)
def _transformer(source: str, target: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(source, target, always_xy=True)
