"""From drawing units to metres on the ground: by the drawing's own georeference, else by two matched points."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyproj
from numpy.typing import NDArray

from gis.crs import CrsError, crs_from_epsg
from gis.matching import SCALE_TOLERANCE, Match
from gis.readers.dxf_units import METRES_PER_UNIT, USUAL_UNITS, unit_name
from gis.siteplan import SitePlanError
from gis.wording import number

Points = NDArray[np.float64]
_METRE = 6


@dataclass(frozen=True, slots=True)
class Placing:
    """CRS of a drawing (None: to be settled by the parcels), the way to its coordinates, and what people are told."""

    crs: pyproj.CRS | None
    to_ground: Callable[[Points], Points]
    warnings: tuple[str, ...]
    matched: bool = False


def place_drawing(drawing: Mapping[str, Any], match: Match | None) -> Placing:
    """Choose the placing. Raises :class:`SitePlanError` where unit, georeference or matched points contradict."""
    geodata = drawing["geodata"]
    if geodata and "corners" in geodata:
        return _by_geodata(geodata, match)
    warnings: list[str] = []
    if geodata:
        warnings.append("Die Georeferenz der Zeichnung ist nicht auswertbar und wurde nicht benutzt.")
    unit = drawing["unit"]
    if unit != 0 and unit not in METRES_PER_UNIT:
        raise SitePlanError(
            "unit",
            f"Die Zeichnungseinheit ($INSUNITS = {unit}) ist für einen Lageplan nicht brauchbar. Bitte stellen Sie die "
            "Zeichnung auf Meter oder Millimeter um.",
        )
    if match is not None:
        return _by_match(unit, match, warnings)
    if unit == 0:
        warnings.append("Die Zeichnung nennt keine Einheit; angenommen sind Meter.")
    elif unit != _METRE:
        warnings.append(
            f"Die Zeichnung ist in {unit_name(unit)} gezeichnet; die Koordinaten sind in Meter umgerechnet."
        )
    scale = METRES_PER_UNIT.get(unit, 1.0)
    return Placing(None, lambda points: points * scale, tuple(warnings))


def _by_geodata(geodata: Mapping[str, Any], match: Match | None) -> Placing:
    try:
        crs = crs_from_epsg(geodata["epsg"])
    except CrsError as error:
        raise SitePlanError("crs_unknown", str(error)) from None
    origin, east, north = np.array(geodata["corners"])
    matrix = np.array([east - origin, north - origin])
    warnings: tuple[str, ...] = ()
    if match is not None:
        warnings = ("Die Zeichnung ist selbst georeferenziert; die Passpunkte wurden nicht benutzt.",)
    return Placing(crs, lambda points: origin + points @ matrix, warnings)


def _by_match(unit: int, match: Match, warnings: list[str]) -> Placing:
    if unit == 0:
        fitting = next((code for code in USUAL_UNITS if match.fits(METRES_PER_UNIT[code])), None)
        if fitting is None:
            raise SitePlanError(
                "match_scale",
                "Die Zeichnung nennt keine Einheit, und der Maßstab der Passpunkte (1 Zeichnungseinheit = "
                f"{number(match.metres_per_unit, 6)} m) passt zu keiner üblichen. Bitte prüfen Sie die Passpunkte.",
            )
        warnings.append(f"Die Zeichnung nennt keine Einheit; nach den Passpunkten sind es {unit_name(fitting)}.")
        unit = fitting
    scale = METRES_PER_UNIT[unit]
    if not match.fits(scale):
        raise SitePlanError("match_scale", _mismatch(unit, scale, match))
    warnings.append(
        f"Die Zeichnung (Einheit: {unit_name(unit)}) ist mit zwei Passpunkten eingepasst: Drehung "
        f"{number(match.rotation_deg, 2)}°, Maßstab {number(match.metres_per_unit / scale, 5)}, Restklaffung "
        f"{number(1000 * match.residual_m(scale), 0)} mm auf {number(match.ground_m, 2)} m."
    )
    return Placing(match.crs, match.to_ground, tuple(warnings), matched=True)


def _mismatch(unit: int, scale: float, match: Match) -> str:
    text = (
        f"Die Passpunkte passen nicht zum Maßstab der Zeichnung: Dort liegen sie {number(match.drawn * scale, 3)} m "
        f"auseinander (Einheit: {unit_name(unit)}), im Gelände {number(match.ground_m, 3)} m. Das Verhältnis ist "
        f"{number(match.metres_per_unit / scale, 4)}; erlaubt ist {number(1 - SCALE_TOLERANCE, 3)} bis "
        f"{number(1 + SCALE_TOLERANCE, 3)}."
    )
    other = next((code for code in USUAL_UNITS if match.fits(METRES_PER_UNIT[code])), None)
    if other is not None:
        return f"{text} Zu den Passpunkten würde {unit_name(other)} als Zeichnungseinheit ($INSUNITS) passen."
    return f"{text} Bitte prüfen Sie die Passpunkte."
