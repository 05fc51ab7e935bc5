"""Bring a site plan to the CRS of the parcels, and tell the user what had to be assumed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from gis.crs import CrsError, Geometries, same_crs, strip_zone_prefix, transform_geometries
from gis.siteplan import SitePlan, SitePlanError
from gis.validity import in_area_of_use, is_valid, misfit_hint

_UTM_CODES = frozenset({25831, 25832, 25833})
#: No plain UTM easting is as large as the smallest one with a zone number before it.
_PREFIXED_FROM_M = 31_000_000.0
_CELL_M = 10_000.0


def place_plan(plan: SitePlan, target: pyproj.CRS) -> SitePlan:
    """Return the plan in the CRS of the parcels, with warnings for what had to be assumed.

    A plan without CRS is taken to be in the parcels' CRS where its coordinates fit that system's area of use.
    Zone-prefixed UTM eastings (EPSG:4647 and the like) are recognised. Raises :class:`SitePlanError` where the plan
    lies outside the validity of its CRS or fits no system.
    """
    count = len(plan.features)
    plan_geometry = np.array([*(feature.geometry for feature in plan.features), *plan.plots], dtype=object)
    geometry = plan_geometry
    warnings: list[str] = []
    crs = plan.crs
    if crs is None:
        crs, sentence = _guess(geometry[:count], target)
        warnings.append(sentence)
    if _facts(crs.srs).epsg in _UTM_CODES and plan.bounds[0] >= _PREFIXED_FROM_M:
        stripped, crs = strip_zone_prefix(geometry, crs)
        if stripped is not geometry:
            geometry = stripped
            warnings.append(
                "Die Rechtswerte (Ostwerte) tragen eine vorangestellte Zonennummer (wie bei EPSG:4647); sie wurde "
                "entfernt."
            )
    if not _in_area_of_use(geometry[:count], crs):
        warnings.append(
            f"Die Koordinaten liegen außerhalb des Gebiets, für das das Koordinatenreferenzsystem {crs_label(crs)} "
            "bestimmt ist. Bitte prüfen Sie, ob es das richtige ist."
        )
    if crs.srs != target.srs and not same_crs(crs, target):
        geometry, crs = strip_zone_prefix(geometry, crs)
        try:
            geometry = transform_geometries(geometry, crs, target)
        except CrsError as error:
            raise SitePlanError("crs_invalid", str(error)) from None
    if geometry is plan_geometry:
        return replace(plan, crs=target).warn(*warnings)
    moved = zip(plan.features, geometry[:count], strict=True)
    features = tuple(replace(feature, geometry=shape) for feature, shape in moved)
    return replace(plan, features=features, crs=target, plots=tuple(geometry[count:])).warn(*warnings)


def crs_label(crs: pyproj.CRS) -> str:
    """Short name: ``EPSG:25832`` where there is a code, else the system's own name."""
    return _facts(crs.srs).label


def _guess(geometry: Geometries, target: pyproj.CRS) -> tuple[pyproj.CRS, str]:
    """Settle the CRS of a plan that names none: the parcels' own, where the coordinates fit it."""
    assumed = (
        f"Die Datei nennt kein Koordinatenreferenzsystem; angenommen ist das der Flurstücke ({crs_label(target)})."
    )
    candidate, crs = strip_zone_prefix(geometry, target)
    try:
        if _in_area_of_use(candidate, crs):
            return target, assumed
    except SitePlanError:
        pass
    xmin, ymin, xmax, ymax = shapely.total_bounds(geometry)
    raise SitePlanError(
        "crs_missing",
        "Die Datei nennt kein Koordinatenreferenzsystem, und die Koordinaten passen nicht zu dem der Flurstücke "
        f"({crs_label(target)}). Bitte speichern Sie den Lageplan in Landeskoordinaten mit Angabe des Systems; "
        "eine Zeichnung oder ein Modell (DXF, IFC) können Sie auch mit zwei Passpunkten einpassen.",
        "Ausdehnung " + _extent(xmin, ymin, xmax, ymax),
    )


def _in_area_of_use(geometry: Geometries, crs: pyproj.CRS) -> bool:
    """Whether coordinates lie in the area of use of their CRS; raises where they are outside its validity."""
    bounds = shapely.total_bounds(geometry)
    west, south = bounds[:2] // _CELL_M
    # Most plans lie well within a cell of 10 km that has been looked at before.
    if (west, south) == tuple(bounds[2:] // _CELL_M) and _cell_in_area(crs.srs, west, south):
        return True
    return _bounds_in_area(_facts(crs.srs), bounds)


@lru_cache(maxsize=4096)
def _cell_in_area(srs: str, west: float, south: float) -> bool:
    facts = _facts(srs)
    if facts.crs.is_geographic:
        return False
    try:
        return _bounds_in_area(facts, np.array([west, south, west + 1, south + 1]) * _CELL_M)
    except SitePlanError:
        return False


def _bounds_in_area(facts: _Facts, bounds: NDArray[np.float64]) -> bool:
    if not is_valid(facts.crs, bounds):
        xmin, ymin, xmax, ymax = bounds
        raise SitePlanError(
            "crs_invalid",
            f"Die Koordinaten liegen außerhalb des Gültigkeitsbereichs von {facts.label}."
            f"{misfit_hint(facts.crs, bounds) or ' Vermutlich ist ein anderes Koordinatenreferenzsystem gemeint.'}",
            _extent(xmin, ymin, xmax, ymax),
        )
    return in_area_of_use(facts.crs, bounds)


def _extent(xmin: float, ymin: float, xmax: float, ymax: float) -> str:
    """Where the plan lies, for people; huge numbers short."""
    x1, x2, y1, y2 = (f"{value:.2f}" if abs(value) < 1e12 else f"{value:.3g}" for value in (xmin, xmax, ymin, ymax))
    return f"x {x1} bis {x2}, y {y1} bis {y2}"


@dataclass(frozen=True)
class _Facts:
    """What a CRS is asked for with every plan; finding it out takes longer than all checks together."""

    crs: pyproj.CRS
    epsg: int | None
    label: str


@lru_cache(maxsize=64)
def _facts(srs: str) -> _Facts:
    crs = pyproj.CRS.from_user_input(srs)
    authority = crs.to_authority()
    label = ":".join(authority) if authority else str(crs.name)
    return _Facts(crs, crs.to_epsg(), label)
