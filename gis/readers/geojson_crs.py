"""Coordinate systems in GeoJSON: the ``crs`` member of the 2008 draft, and ``coordRefSys`` of JSON-FG."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyproj

from gis.crs import CrsError, crs_from_name
from gis.siteplan import SitePlanError

_CURIE = re.compile(r"\[([\w.-]+:[\w.-]+)\]")


@dataclass(frozen=True, slots=True)
class StatedCrs:
    """A system as a file states it; ``northing_first``: its positions begin with the northing or the latitude."""

    crs: pyproj.CRS
    northing_first: bool = False
    epoch: float | None = None


def crs_member(member: Mapping[str, Any], place: str = "") -> StatedCrs | None:
    """Read ``crs``: ``{"type": "name", "properties": {"name": …}}``, and the older types EPSG and OGC.

    Positions are easting, northing whatever the system says, as the draft demands, unless a ``coordinate_order`` says
    otherwise. Raises :class:`SitePlanError`; links are never followed.
    """
    value = member.get("crs")
    if value is None:
        return None
    kind = str(value.get("type")) if isinstance(value, dict) else ""
    properties = value.get("properties") if isinstance(value, dict) else None
    if kind.lower() == "link":
        raise SitePlanError(
            "crs_link",
            "Das Koordinatenreferenzsystem („crs“) ist nur als Verweis auf eine Adresse angegeben; Adressen werden "
            "nicht abgerufen. Bitte geben Sie den Namen an, zum Beispiel „urn:ogc:def:crs:EPSG::25832“.",
            place,
        )
    name: Any = None
    if isinstance(properties, dict):
        if kind == "name":
            name = properties.get("name")
        elif kind.upper() == "EPSG":
            name = f"EPSG:{properties.get('code')}"
        elif kind.upper() == "OGC":
            name = properties.get("urn")
    if not isinstance(name, str) or not isinstance(properties, dict):
        raise SitePlanError("crs_unknown", "Die Angabe zum Koordinatenreferenzsystem („crs“) ist nicht lesbar.", place)
    return StatedCrs(_named(name, place), properties.get("coordinate_order") == [1, 0])


def coord_ref_sys(value: Any, place: str = "") -> StatedCrs:
    """Read ``coordRefSys``: a URI, a safe CURIE ([EPSG:25832]), a reference with epoch, or a list with the plane first.

    Positions follow the axes of the system. Raises :class:`SitePlanError`.
    """
    epoch = None
    if isinstance(value, list) and value:
        value = value[0]  # a compound system: the second part is that of the heights
    if isinstance(value, dict):
        epoch = value.get("epoch")
        if isinstance(epoch, bool) or not isinstance(epoch, int | float | None):
            raise SitePlanError("crs_unknown", "Die Epoche des Koordinatenreferenzsystems ist keine Zahl.", place)
        value = value.get("href") if value.get("type") == "Reference" else None
    if not isinstance(value, str):
        raise SitePlanError("crs_unknown", "Die Angabe „coordRefSys“ ist nicht lesbar.", place)
    curie = _CURIE.fullmatch(value.strip())
    crs = _named(curie[1] if curie else value, place)
    longitude_first = value.strip().rstrip("]").upper().endswith(("CRS84", "CRS84H"))
    northing_first = not longitude_first and crs.axis_info[0].direction.lower() in {"north", "south"}
    return StatedCrs(crs, northing_first, None if epoch is None else float(epoch))


def _named(name: str, place: str) -> pyproj.CRS:
    try:
        crs = crs_from_name(name)
    except CrsError as error:
        raise SitePlanError("crs_unknown", str(error), place) from None
    if crs.is_compound:
        crs = crs.sub_crs_list[0]
    if not (crs.is_projected or crs.is_geographic):
        raise SitePlanError(
            "crs_unknown", f"Das Koordinatenreferenzsystem „{name[:80]}“ ist keines für Lagekoordinaten.", place
        )
    return crs
