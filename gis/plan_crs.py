"""Bring a site plan to the CRS of the parcels, and tell the user what had to be assumed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyproj
import shapely

from gis.crs import CrsError, Geometries, prefix_offset, same_crs, strip_zone_prefix, transform_geometries
from gis.siteplan import SitePlan, SitePlanError

#: Where a transformation there and back misses by more than this (degrees, about 1 m), the system is not valid.
_ROUND_TRIP_DEG = 1e-5


def place_plan(plan: SitePlan, target: pyproj.CRS) -> SitePlan:
    """Return the plan in the CRS of the parcels, with warnings for what had to be assumed.

    A plan without CRS is taken to be in the parcels' CRS where its coordinates fit that system's area of use.
    Zone-prefixed UTM eastings (EPSG:4647 and the like) are recognised. Raises :class:`SitePlanError` where the plan
    lies outside the validity of its CRS or fits no system.
    """
    geometry = np.array([feature.geometry for feature in plan.features], dtype=object)
    warnings: list[str] = []
    crs = plan.crs
    if crs is None:
        crs, sentence = _guess(geometry, target)
        warnings.append(sentence)
    if _zone_prefixed(geometry, crs):
        warnings.append(
            "Die Rechtswerte (Ostwerte) tragen eine vorangestellte Zonennummer (wie bei EPSG:4647); sie wurde entfernt."
        )
    code = crs.to_epsg()
    if code in {25831, 25832, 25833} and _zone_prefixed(geometry, crs):
        geometry, crs = strip_zone_prefix(geometry, crs)
    place = _geographic(geometry, crs)
    if not _in_area_of_use(place, crs):
        warnings.append(
            f"Die Koordinaten liegen außerhalb des Gebiets, für das das Koordinatenreferenzsystem {crs_label(crs)} "
            "bestimmt ist. Bitte prüfen Sie, ob es das richtige ist."
        )
    if not same_crs(crs, target):
        geometry, crs = strip_zone_prefix(geometry, crs)
        try:
            geometry = transform_geometries(geometry, crs, target)
        except CrsError as error:
            raise SitePlanError("crs_invalid", str(error)) from None
    features = tuple(replace(feature, geometry=shape) for feature, shape in zip(plan.features, geometry, strict=True))
    return replace(plan, features=features, crs=target).warn(*warnings)


def crs_label(crs: pyproj.CRS) -> str:
    """Short name: ``EPSG:25832`` where there is a code, else the system's own name."""
    authority = crs.to_authority()
    return ":".join(authority) if authority else str(crs.name)


def _zone_prefixed(geometry: Geometries, crs: pyproj.CRS) -> bool:
    code = crs.to_epsg()
    return code in {25831, 25832, 25833} and prefix_offset(geometry, code) != 0


def _guess(geometry: Geometries, target: pyproj.CRS) -> tuple[pyproj.CRS, str]:
    """Settle the CRS of a plan that names none: the parcels' own, where the coordinates fit it."""
    assumed = (
        f"Die Datei nennt kein Koordinatenreferenzsystem; angenommen ist das der Flurstücke ({crs_label(target)})."
    )
    candidate, crs = strip_zone_prefix(geometry, target)
    try:
        if _in_area_of_use(_geographic(candidate, crs), crs):
            return target, assumed
    except SitePlanError:
        pass
    xmin, ymin, xmax, ymax = shapely.total_bounds(geometry)
    raise SitePlanError(
        "crs_missing",
        "Die Datei nennt kein Koordinatenreferenzsystem, und die Koordinaten passen nicht zu dem der Flurstücke "
        f"({crs_label(target)}). Bitte speichern Sie den Lageplan in Landeskoordinaten mit Angabe des Systems.",
        f"Ausdehnung x {xmin:.2f} bis {xmax:.2f}, y {ymin:.2f} bis {ymax:.2f}",
    )


def _geographic(geometry: Geometries, crs: pyproj.CRS) -> tuple[float, float, float, float]:
    """Bounds in longitude and latitude; raises where the coordinates are outside the validity of the CRS."""
    bounds = shapely.total_bounds(geometry)
    x, y = bounds[[0, 2, 2, 0]], bounds[[1, 1, 3, 3]]
    transformer = _to_geographic(crs.to_wkt())
    lon, lat = transformer.transform(x, y)
    valid = np.isfinite(lon).all() and np.isfinite(lat).all()
    valid = valid and bool((np.abs(lon) <= 180).all() and (np.abs(lat) <= 90).all())
    if valid and not crs.is_geographic:
        back_x, back_y = transformer.transform(lon, lat, direction="INVERSE")
        lon_2, lat_2 = transformer.transform(back_x, back_y)
        back = np.isfinite(back_x).all() and np.allclose([back_x, back_y], [x, y], rtol=0, atol=1.0)
        valid = bool(back and np.allclose([lon_2, lat_2], [lon, lat], rtol=0, atol=_ROUND_TRIP_DEG))
    if not valid:
        raise SitePlanError(
            "crs_invalid",
            f"Die Koordinaten liegen außerhalb des Gültigkeitsbereichs von {crs_label(crs)}. Vermutlich ist ein "
            "anderes Koordinatenreferenzsystem gemeint.",
            f"x {bounds[0]:.2f} bis {bounds[2]:.2f}, y {bounds[1]:.2f} bis {bounds[3]:.2f}",
        )
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())


_transformers: dict[str, pyproj.Transformer] = {}


def _to_geographic(wkt: str) -> pyproj.Transformer:
    if wkt not in _transformers:
        crs = pyproj.CRS.from_wkt(wkt)
        geodetic = crs.geodetic_crs or pyproj.CRS.from_epsg(4326)
        _transformers[wkt] = pyproj.Transformer.from_crs(crs, geodetic, always_xy=True)
    return _transformers[wkt]


def _in_area_of_use(place: tuple[float, float, float, float], crs: pyproj.CRS) -> bool:
    area = crs.area_of_use
    if area is None:
        return True
    west, south, east, north = place
    return bool(area.west <= west and east <= area.east and area.south <= south and north <= area.north)
