"""Judge a model's georeference: a usable one gives a coordinate system and a matrix, any other a German reason.

Never guessed: latitude and longitude of IfcSite alone (too coarse for a distance from a boundary, and often the default
of the authoring tool), and a map conversion of zero.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyproj
from numpy.typing import NDArray

from gis.matching import Match
from gis.readers.ifc.crs_names import CrsNameError, projected_crs
from gis.siteplan import SitePlanError
from gis.wording import number

Points = NDArray[np.float64]
Bounds = tuple[float, float, float, float]

#: Scales of map projections stay well within this.
_SCALES = (0.99, 1.01)
#: Eastings and northings up to this are what exporters write where nobody gave any.
_DEFAULT_M = 1.0
#: True and grid north differ by less than this in any zone.
_TURN_DEG = 4.0
_BEYOND_DEG = 4.0


@dataclass(frozen=True, slots=True)
class Placing:
    """How model coordinates in metres become map coordinates: ``matrix`` (2, 2) and ``offset`` (2,)."""

    crs: pyproj.CRS
    matrix: Points
    offset: Points
    warnings: tuple[str, ...] = ()

    def apply(self, points: Points) -> Points:
        """Map coordinates of points, shape (n, 2)."""
        return points @ self.matrix.T + self.offset


class NotPlacedError(Exception):
    """The model has no usable georeference; the message is a German sentence that says why."""


def place_model(
    facts: Mapping[str, Any], unit_m: float, bounds: Bounds, match: Match | None
) -> tuple[pyproj.CRS, Callable[[Points], Points], tuple[str, ...]]:
    """CRS, way to its coordinates, and what people are told: by the georeference, else by matched points.

    Matched points are in units of the model. Raises :class:`gis.siteplan.SitePlanError` where there is neither, or
    where the points do not fit the unit.
    """
    try:
        placing = placing_of(facts, unit_m, bounds)
    except NotPlacedError as error:
        if match is None:
            raise SitePlanError(
                "georeference",
                f"{error} Bitte geben Sie beim Export Koordinatenreferenzsystem, Ost- und Nordwert an, oder passen Sie "
                "das Modell mit zwei Passpunkten ein.",
                _extent(bounds),
            ) from None
        return match.crs, lambda points: match.to_ground(points / unit_m), (str(error), _matched(match, unit_m))
    told = placing.warnings
    if match is not None:
        told = (*told, "Das IFC-Modell ist selbst georeferenziert; die Passpunkte wurden nicht benutzt.")
    return placing.crs, placing.apply, told


def _matched(match: Match, unit_m: float) -> str:
    if not match.fits(unit_m):
        raise SitePlanError(
            "match_scale",
            f"Die Passpunkte passen nicht zum Maßstab des Modells: Dort liegen sie {number(match.drawn * unit_m, 3)} m "
            f"auseinander, im Gelände {number(match.ground_m, 3)} m. Koordinaten des Modells sind in dessen Einheit "
            f"anzugeben (1 Einheit = {number(unit_m, 6)} m).",
        )
    return (
        f"Das IFC-Modell ist mit zwei Passpunkten eingepasst: Drehung {number(match.rotation_deg, 2)}°, Maßstab "
        f"{number(match.metres_per_unit / unit_m, 5)}, Restklaffung {number(1000 * match.residual_m(unit_m), 0)} mm "
        f"auf {number(match.ground_m, 2)} m."
    )


def _extent(bounds: Bounds) -> str:
    xmin, ymin, xmax, ymax = (number(value, 2) for value in bounds)
    return f"Modellkoordinaten x {xmin} bis {xmax} m, y {ymin} bis {ymax} m"


def placing_of(facts: Mapping[str, Any], unit_m: float, bounds: Bounds) -> Placing:
    """Judge what ``child.georeference`` found; ``bounds`` are those of the outlines in the model, in metres.

    Raises
    ------
    NotPlacedError
        Where the georeference is missing, zero, contradictory or does not lead to where its system is used.
    """
    if "kind" not in facts:
        raise NotPlacedError(f"Das IFC-Modell hat keine Georeferenz (IfcMapConversion).{_position(facts)}")
    kind = facts["kind"]
    if kind not in {"IfcMapConversion", "IfcMapConversionScaled", "ePSet_MapConversion"}:
        raise NotPlacedError(f"Die Georeferenz des IFC-Modells ({kind}) ist keine IfcMapConversion.")
    if facts["several"]:
        raise NotPlacedError("Das IFC-Modell enthält mehrere Georeferenzen, die sich widersprechen.")
    if facts["shifted_origin"]:
        raise NotPlacedError(
            "Das IFC-Modell hat eine Georeferenz und zugleich einen verschobenen Ursprung (WorldCoordinateSystem); "
            "das ist nicht eindeutig."
        )
    try:
        crs = projected_crs(facts["crs"])
    except CrsNameError as error:
        raise NotPlacedError(f"Die Georeferenz des IFC-Modells ist nicht benutzbar: {error}.") from None
    return _placing(facts, unit_m, bounds, crs)


def _placing(facts: Mapping[str, Any], unit_m: float, bounds: Bounds, crs: pyproj.CRS) -> Placing:
    numbers, kind = facts["numbers"], facts["kind"]
    east, north = numbers["Eastings"], numbers["Northings"]
    if east is None or north is None:
        raise NotPlacedError(f"Der Georeferenz des IFC-Modells ({kind}) fehlen Ost- oder Nordwert.")
    turn, warnings = _turn(facts)
    units = _map_units(facts, unit_m)
    xmin, ymin, xmax, ymax = bounds
    corners = np.array([[xmin, ymin], [xmax, ymin], [xmax, ymax], [xmin, ymax]])
    for map_unit in units:
        scale, more = _scale(facts, map_unit, unit_m)
        offset = np.array([east, north]) * map_unit
        placing = Placing(crs, scale * turn, offset, (*warnings, *more))
        if _near_area_of_use(placing.apply(corners), crs):
            return placing
    raise NotPlacedError(_not_there(facts, np.array([east, north]) * units[0], crs))


def _turn(facts: Mapping[str, Any]) -> tuple[Points, tuple[str, ...]]:
    """Rotation (with the factors of IfcMapConversionScaled), and a warning where north says otherwise."""
    numbers = facts["numbers"]
    x, y = numbers["XAxisAbscissa"], numbers["XAxisOrdinate"]
    factors = np.diag([1.0 if numbers[name] is None else numbers[name] for name in ("FactorX", "FactorY")])
    if not (np.diag(factors) > 0).all():
        raise NotPlacedError("Die Maßstäbe in der Georeferenz des IFC-Modells (FactorX, FactorY) sind nicht lesbar.")
    if x is None and y is None:
        north = facts["true_north"]
        if north is None or abs(north) <= _TURN_DEG:
            return factors, ()
        warning = (
            f"Das IFC-Modell nennt eine um {number(north, 1)}° gedrehte Nordrichtung, aber keine Drehung in der "
            "Georeferenz; benutzt ist nur die Georeferenz. Bitte prüfen Sie die Lage."
        )
        return factors, (warning,)
    length = math.hypot(x or 0.0, y or 0.0)
    if length < 1e-9:
        raise NotPlacedError("Die Drehung in der Georeferenz des IFC-Modells ist nicht lesbar (Richtung 0/0).")
    cos, sin = (x or 0.0) / length, (y or 0.0) / length
    return np.array([[cos, -sin], [sin, cos]]) @ factors, ()


def _map_units(facts: Mapping[str, Any], unit_m: float) -> list[float]:
    """Metres per map unit. Without MapUnit it is the model's unit or the metre: what leads to the system's area."""
    if facts["map_unit"] is not None:
        return [facts["map_unit"]]
    stated = facts["numbers"]["Scale"]
    if stated is not None and not _plausible(stated) and _plausible(stated / unit_m):
        return [1.0]
    return [1.0, unit_m] if facts["kind"] == "ePSet_MapConversion" else [unit_m, 1.0]


def _scale(facts: Mapping[str, Any], map_unit: float, unit_m: float) -> tuple[float, tuple[str, ...]]:
    """Scale from metres of the model to metres of the map.

    IfcMapConversion.Scale turns units of the model into units of the map; many programs leave it out for models in
    millimetres. A scale that is neither that of a projection nor that of the units refuses the georeference.
    """
    stated = facts["numbers"]["Scale"]
    if stated is not None and _plausible(stated * map_unit / unit_m):
        return stated * map_unit / unit_m, ()
    if stated is not None and not _plausible(stated):
        raise NotPlacedError(
            f"Der Maßstab in der Georeferenz des IFC-Modells (Scale = {stated:g}) passt nicht zu den Einheiten."
        )
    warning = (
        "Der Georeferenz des IFC-Modells fehlt die Umrechnung zwischen den Einheiten von Modell und Karte (Scale); "
        "umgerechnet ist nach den Einheiten selbst."
    )
    return 1.0 if stated is None else stated, () if math.isclose(map_unit, unit_m) else (warning,)


def _plausible(scale: float) -> bool:
    return _SCALES[0] <= scale <= _SCALES[1]


def _not_there(facts: Mapping[str, Any], offset: Points, crs: pyproj.CRS) -> str:
    if np.abs(offset).max() <= _DEFAULT_M:
        return (
            f"Die Georeferenz des IFC-Modells ({facts['kind']}) ist nicht gesetzt: Ostwert {offset[0]:g}, Nordwert "
            f"{offset[1]:g} ist die Vorgabe von Programmen.{_position(facts)}"
        )
    return (
        f"Die Georeferenz des IFC-Modells ({facts['kind']}: Ostwert {number(offset[0], 3)} m, Nordwert "
        f"{number(offset[1], 3)} m) führt aus dem Gebiet, für das {_label(crs)} bestimmt ist."
    )


def _position(facts: Mapping[str, Any]) -> str:
    latitude, longitude = facts.get("latitude"), facts.get("longitude")
    if latitude is None or longitude is None:
        return ""
    place = f"Breite {latitude:.4f}°, Länge {longitude:.4f}°".replace(".", ",")
    return f" Die Angabe in IfcSite ({place}) ist für eine Prüfung von Abständen zu ungenau und wird nicht benutzt."


def _near_area_of_use(points: Points, crs: pyproj.CRS) -> bool:
    """Whether points lie in or near the area of a system; some Länder use their UTM zone beyond its edge."""
    code = crs.to_epsg()
    prefix = (code - 25800) * 1e6 if code in {25831, 25832, 25833} else 0.0
    east = points[:, 0] - (prefix if prefix and points[:, 0].min() > prefix else 0.0)
    geodetic = crs.geodetic_crs or pyproj.CRS.from_epsg(4326)
    lon, lat = pyproj.Transformer.from_crs(crs, geodetic, always_xy=True).transform(east, points[:, 1])
    area = crs.area_of_use
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()) or area is None:
        return False
    west, east_edge = area.west - _BEYOND_DEG, area.east + _BEYOND_DEG
    return bool(west <= lon.min() and lon.max() <= east_edge and area.south <= lat.min() and lat.max() <= area.north)


def _label(crs: pyproj.CRS) -> str:
    authority = crs.to_authority()
    return ":".join(authority) if authority else str(crs.name)
