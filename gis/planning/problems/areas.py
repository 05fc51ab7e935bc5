"""Areas made fit for overlays, and the tolerance of XPlanung."""

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Geometries = NDArray[np.object_]
Place = tuple[float, float]

#: Points closer than this are the same point: XPlanung, Konformitätsbedingung 2.2.1.1 (Flächenschluss).
TOLERANCE_M = 0.002


def as_array(geometries: list[BaseGeometry | None]) -> Geometries:
    """Array of geometries, shape (n,), also for none and for a single one."""
    result = np.empty(len(geometries), dtype=object)
    result[:] = geometries
    return result


def is_areal(geometry: BaseGeometry | None) -> bool:
    """Whether this is a Polygon or MultiPolygon with anything in it."""
    return isinstance(geometry, shapely.Polygon | shapely.MultiPolygon) and not geometry.is_empty


def usable(geometries: Geometries) -> Geometries:
    """The same areas, invalid ones repaired for the overlay only (they are reported by themselves)."""
    bad = ~shapely.is_valid(geometries)
    if not bad.any():
        return geometries
    result = geometries.copy()
    result[bad] = shapely.make_valid(geometries[bad])
    return result


def wide(geometries: Geometries) -> NDArray[np.bool_]:
    """Which geometries have an areal part that is wider than the tolerance."""
    found = np.asarray(shapely.area(geometries) > 0)
    if found.any():
        narrowed = shapely.buffer(geometries[found], -TOLERANCE_M / 2, quad_segs=1)
        found[found] = ~shapely.is_empty(narrowed)
    return found


def inner_place(geometry: BaseGeometry) -> Place:
    """A point inside the widest part, so that a person finds the spot on a map."""
    parts = shapely.get_parts(geometry)
    part = parts[int(np.argmax(shapely.area(parts)))]
    point = shapely.point_on_surface(part)
    return float(point.x), float(point.y)


def square_metres(area: float) -> str:
    """Area in German, finer where it is small."""
    digits = 1 if area >= 10 else 3 if area >= 0.001 else 6
    return f"{area:,.{digits}f}".replace(",", "#").replace(".", ",").replace("#", ".") + " m²"
