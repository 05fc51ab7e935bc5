"""Where coordinates may lie: inside the validity of their system (else refused), inside its area of use (else told)."""

from functools import lru_cache

import numpy as np
import pyproj
from numpy.typing import ArrayLike, NDArray

Bounds = tuple[float, float, float, float]

#: How far beyond its area of use (degrees) a projected system still counts as valid.
_BEYOND_AREA_DEG = 12.0
_ANYWHERE: Bounds = (-1e9, -1e9, 1e9, 1e9)
_WORLD: Bounds = (-180.0, -90.0, 180.0, 90.0)
#: An outline wider than this in degrees goes the wrong way round the world (RFC 7946, 3.1.9).
WIDEST_DEG = 180.0


def valid_box(crs: pyproj.CRS) -> Bounds:
    """Box of coordinates where a system is valid: the whole world for degrees, else its area of use, widened."""
    return _valid_box(crs.srs)


def is_valid(crs: pyproj.CRS, bounds: ArrayLike) -> NDArray[np.bool_]:
    """Whether boxes, shape (4,) or (n, 4), lie inside the validity of a system; False where a value is not finite."""
    boxes = np.asarray(bounds, dtype=float)
    west, south, east, north = valid_box(crs)
    inside = (boxes[..., 0] >= west) & (boxes[..., 1] >= south) & (boxes[..., 2] <= east) & (boxes[..., 3] <= north)
    if crs.is_geographic:
        inside &= boxes[..., 2] - boxes[..., 0] <= WIDEST_DEG
    return np.asarray(inside)


def in_area_of_use(crs: pyproj.CRS, bounds: ArrayLike) -> bool:
    """Whether the corners of a valid box lie in the area that the system is meant for."""
    area = crs.area_of_use
    if area is None:
        return True
    west, south, east, north = np.asarray(bounds, dtype=float)
    lon, lat = _to_geographic(crs.srs).transform([west, east, east, west], [south, south, north, north])
    return bool(area.west <= min(lon) and max(lon) <= area.east and area.south <= min(lat) and max(lat) <= area.north)


def misfit_hint(crs: pyproj.CRS, bounds: ArrayLike) -> str:
    """German guess why coordinates do not fit a system, beginning with a blank; empty where there is none."""
    west, south, east, north = (float(value) for value in np.asarray(bounds, dtype=float))
    if not crs.is_geographic and _inside(_WORLD, (west, south, east, north)):
        return " Sie sehen aus wie Grad (geographische Länge und Breite)."
    if crs.is_geographic and west >= _WORLD[0] and east <= _WORLD[2] and east - west > WIDEST_DEG:
        return " Überquert ein Umriss die Datumsgrenze?"
    if _inside(valid_box(crs), (south, west, north, east)):
        return " Sind Rechts- und Hochwert vertauscht?"
    return ""


def _inside(box: Bounds, bounds: Bounds) -> bool:
    return box[0] <= bounds[0] and box[1] <= bounds[1] and bounds[2] <= box[2] and bounds[3] <= box[3]


@lru_cache(maxsize=64)
def _valid_box(srs: str) -> Bounds:
    crs = pyproj.CRS.from_user_input(srs)
    if not crs.is_projected:
        return _WORLD
    area = crs.area_of_use
    if area is None:
        return _ANYWHERE
    beyond = _BEYOND_AREA_DEG
    west, south = max(area.west - beyond, -180.0), max(area.south - beyond, -85.0)
    east, north = min(area.east + beyond, 180.0), min(area.north + beyond, 85.0)
    transformer = pyproj.Transformer.from_crs(crs.geodetic_crs, crs, always_xy=True)
    box = transformer.transform_bounds(west, south, east, north, densify_pts=21)
    return (box[0], box[1], box[2], box[3]) if np.isfinite(box).all() else _ANYWHERE


@lru_cache(maxsize=64)
def _to_geographic(srs: str) -> pyproj.Transformer:
    crs = pyproj.CRS.from_user_input(srs)
    return pyproj.Transformer.from_crs(crs, crs.geodetic_crs or pyproj.CRS.from_epsg(4326), always_xy=True)
