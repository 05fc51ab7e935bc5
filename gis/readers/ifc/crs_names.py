"""The coordinate system that an IfcProjectedCRS means: an EPSG code, a name, or datum, projection and zone."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pyproj

from gis.crs import CrsError, crs_from_epsg, crs_from_name, is_metric

_CODE = re.compile(r"(?:.*\bEPSG[\s:_#-]*)?(\d{4,6})", re.IGNORECASE | re.DOTALL)
_UTM = re.compile(
    r"(?P<datum>ETRS\s*-?(?:19)?89)?[\s/_,-]*UTM[\s/_,-]*(?:zone|z)?[\s_-]*(?P<zone>3[1-3])\s*[NU]?", re.IGNORECASE
)
_ZONE = re.compile(r"(?:zone|utm)?[\s_-]*(3[1-3])\s*[NU]?", re.IGNORECASE)
_EMPTY = re.compile(r"|unknown|undefined|not defined|none|unbekannt|default|\$|epsg:?", re.IGNORECASE)
#: Systems with the zone before the easting, by zone.
_PREFIXED = {4647: 32, 5649: 31, 5650: 33}


class CrsNameError(ValueError):
    """The system is not named, not known or not fit; the message is a German clause for a sentence of the caller."""


def projected_crs(named: Mapping[str, str | None]) -> pyproj.CRS:
    """Return the projected, metric system that Name, GeodeticDatum, MapProjection and MapZone give.

    Raises
    ------
    CrsNameError
        Where they name none, an unknown one, one that is not projected in metres, or contradict each other.
    """
    name, datum = (named.get("Name") or "").strip(), (named.get("GeodeticDatum") or "").strip()
    zone = _ZONE.fullmatch((named.get("MapZone") or "").strip())
    crs = _by_name(name, datum)
    if crs is None and "UTM" in (named.get("MapProjection") or "").upper() and zone and _is_etrs89(datum):
        crs = crs_from_epsg(25800 + int(zone[1]))
    if crs is None:
        if _EMPTY.fullmatch(name):
            raise CrsNameError("IfcProjectedCRS nennt kein Koordinatenreferenzsystem")
        raise CrsNameError(f"das Koordinatenreferenzsystem „{name[:80]}“ ist unbekannt")
    if crs.is_compound:
        crs = crs.sub_crs_list[0]
    if not is_metric(crs):
        raise CrsNameError(f"das Koordinatenreferenzsystem „{name[:80]}“ ist kein ebenes System in Metern")
    code = crs.to_epsg()
    own = code - 25800 if code in {25831, 25832, 25833} else _PREFIXED.get(code or 0)
    if zone and own and int(zone[1]) != own:
        raise CrsNameError(f"MapZone „{zone[0]}“ widerspricht dem Koordinatenreferenzsystem „{name[:80]}“")
    return crs


def _by_name(name: str, datum: str) -> pyproj.CRS | None:
    if _EMPTY.fullmatch(name):
        return None
    if code := _CODE.fullmatch(name):
        try:
            return crs_from_epsg(int(code[1]))
        except CrsError as error:
            raise CrsNameError(str(error).rstrip(".")) from None
    if (utm := _UTM.fullmatch(name)) and (utm["datum"] or _is_etrs89(datum)):
        return crs_from_epsg(25800 + int(utm["zone"]))
    try:
        # Nothing that looks like a definition: a name is looked up, never interpreted.
        return crs_from_name(name) if re.fullmatch(r"[\w\s:/().+-]{3,80}", name) and "+" not in name else None
    except CrsError:
        return None


def _is_etrs89(datum: str) -> bool:
    return re.sub(r"[\s_-]", "", datum).upper() in {"ETRS89", "ETRS1989", "EPSG:6258", "EPSG:4258"}
