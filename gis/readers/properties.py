"""Attributes of a plan feature as files carry them, checked and typed; shared by GeoJSON and GeoPackage."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from shapely.geometry import MultiPolygon, Polygon

from gis.siteplan import (
    COUNT_ATTRIBUTES,
    NUMBER_ATTRIBUTES,
    Capture,
    CaptureKind,
    Origin,
    OriginKind,
    PlanFeature,
    Provenance,
    Role,
    SitePlanError,
    StoreyLevel,
    edge_count,
)

#: Attributes that may be negative: levels relative to the ground or to sea level.
_SIGNED = frozenset({"base_height_m", "top_floor_level_m", "ground_level_nhn_m", "street_level_nhn_m"})
_LARGEST = 1e9
_WITH_ORIGIN = ("role", "wall_height_m", *NUMBER_ATTRIBUTES, *COUNT_ATTRIBUTES, "use", "storey_levels")
_MOST_STOREYS = 300
_LONGEST_NOTE = 300
#: More parcels than any site has.
_MOST_PARCELS = 500


def plan_name(properties: Mapping[str, Any], default: str, place: str) -> str:
    """Name of the plan that a feature belongs to (``plan``; default: the file's stem)."""
    value = properties.get("plan")
    if value is None or value == "":
        return default
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise SitePlanError("attribute", "Die Angabe „plan“ muss ein Text sein.", place)
    return str(value)


def parcel_list(properties: Mapping[str, Any], place: str) -> tuple[str, ...]:
    """Ids of the parcels that the plan names: a list, or in formats without lists a text with a JSON list or commas."""
    value = properties.get("parcels")
    if value is None or value == "":
        return ()
    if isinstance(value, str):
        value = _json_value(value) if value.lstrip().startswith("[") else value.split(",")
    if not isinstance(value, list) or any(isinstance(i, bool) or not isinstance(i, str | int) for i in value):
        raise SitePlanError("attribute", "Die Angabe „parcels“ muss eine Liste von Flurstückskennzeichen sein.", place)
    if len(value) > _MOST_PARCELS:
        raise SitePlanError("attribute", f"Die Angabe „parcels“ nennt mehr als {_MOST_PARCELS} Flurstücke.", place)
    return tuple(dict.fromkeys(text for item in value if (text := str(item).strip())))


def feature_from(
    properties: Mapping[str, Any], geometry: Polygon | MultiPolygon, *, feature_id: str, source: str, place: str
) -> PlanFeature:
    """Build a plan feature; raises :class:`SitePlanError` for an unknown role or an attribute of the wrong kind."""
    values: dict[str, Any] = {}
    for name in NUMBER_ATTRIBUTES:
        values[name] = _number(properties.get(name), name, place, signed=name in _SIGNED)
    for name in COUNT_ATTRIBUTES:
        values[name] = _count(properties.get(name), name, place)
    use = properties.get("use")
    if use is not None and not isinstance(use, str):
        raise SitePlanError("attribute", "Die Angabe „use“ muss ein Text sein.", place)
    return PlanFeature(
        geometry=geometry,
        role=role_from(properties.get("role"), place),
        id=feature_id,
        wall_height_m=_wall_heights(properties.get("wall_height_m"), geometry, place),
        use=use,
        storey_levels=_storey_levels(properties.get("storey_levels"), place),
        provenance=Provenance(source, place, origins_from(properties, place), capture_from(properties, place)),
        **values,
    )


def origins_from(properties: Mapping[str, Any], place: str) -> dict[str, Origin]:
    """Origin of the geometry and of every attribute that has a value: as ``origins`` says, else given in the file."""
    stated = properties.get("origins")
    if isinstance(stated, str):
        stated = _json_value(stated)
    if not isinstance(stated, dict | None):
        raise SitePlanError("attribute", "Die Angabe „origins“ muss ein Objekt sein.", place)
    present = [name for name in _WITH_ORIGIN if properties.get(name) is not None]
    origins = {"geometry": Origin(OriginKind.GIVEN, place)}
    origins |= {name: Origin(OriginKind.GIVEN, f"Eigenschaft „{name}“") for name in present}
    for name, value in (stated or {}).items():
        if name in origins:
            origins[name] = _origin(value, name, place)
    return origins


def _origin(value: Any, name: str, place: str) -> Origin:
    if not isinstance(value, dict) or not isinstance(value.get("note", ""), str):
        raise SitePlanError("attribute", f"Die Herkunft von „{name}“ (Angabe „origins“) ist nicht lesbar.", place)
    try:
        kind = OriginKind(str(value.get("kind")))
    except ValueError:
        allowed = ", ".join(OriginKind)
        raise SitePlanError("attribute", f"Die Herkunft von „{name}“ muss eine von {allowed} sein.", place) from None
    return Origin(kind, value.get("note", "")[:_LONGEST_NOTE])


def capture_from(properties: Mapping[str, Any], place: str) -> Capture:
    """How the outline was taken (``capture``, ``capture_scale``); vector data where nothing is said."""
    scale = _count(properties.get("capture_scale"), "capture_scale", place)
    if scale == 0:
        raise SitePlanError("attribute", "Die Angabe „capture_scale“ muss größer als 0 sein.", place)
    try:
        kind = CaptureKind(properties.get("capture") or CaptureKind.VECTOR)
    except ValueError:
        allowed = ", ".join(CaptureKind)
        raise SitePlanError("attribute", f"Die Angabe „capture“ muss eine von {allowed} sein.", place) from None
    return Capture(kind, scale)


def role_from(value: Any, place: str) -> Role:
    """The role, or a refusal that lists the permitted ones."""
    try:
        return Role(value)
    except ValueError:
        allowed = ", ".join(Role)
        if value is None:
            sentence = f"Die Angabe „role“ fehlt. Erlaubt sind: {allowed}."
        else:
            sentence = f"Die Rolle „{str(value)[:60]}“ ist unbekannt. Erlaubt sind: {allowed}."
        raise SitePlanError("role", sentence, place) from None


def _wall_heights(value: Any, geometry: Polygon | MultiPolygon, place: str) -> float | tuple[float, ...] | None:
    if isinstance(value, str) and value.lstrip().startswith("["):
        value = _json_value(value)
    if not isinstance(value, list):
        return _number(value, "wall_height_m", place)
    edges = edge_count(geometry)
    if len(value) != edges:
        raise SitePlanError(
            "wall_heights",
            f"Die Liste „wall_height_m“ hat {len(value)} Werte, der Umriss aber {edges} Kanten.",
            place,
        )
    heights = [_number(item, "wall_height_m", place) for item in value]
    return tuple(math.nan if height is None else height for height in heights)


def _storey_levels(value: Any, place: str) -> tuple[StoreyLevel, ...]:
    """Storeys from the lowest up: objects with ``name``, ``level_m``, ``height_m`` and ``above_ground``."""
    if isinstance(value, str):
        value = _json_value(value)
    if value is None:
        return ()
    good = isinstance(value, list) and len(value) <= _MOST_STOREYS and all(isinstance(item, dict) for item in value)
    if not good:
        raise SitePlanError("attribute", "Die Angabe „storey_levels“ muss eine Liste von Geschossen sein.", place)
    storeys = []
    for item in value:
        level = _number(item.get("level_m"), "level_m", place, signed=True)
        name, above = item.get("name", ""), item.get("above_ground", True)
        if level is None or not isinstance(name, str) or not isinstance(above, bool):
            raise SitePlanError("attribute", "Ein Geschoss in „storey_levels“ ist nicht lesbar.", place)
        storeys.append(StoreyLevel(name, level, _number(item.get("height_m"), "height_m", place), above))
    return tuple(storeys)


def _json_value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _number(value: Any, name: str, place: str, *, signed: bool = False) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SitePlanError("attribute", f"Die Angabe „{name}“ ist keine Zahl.", place)
    if not -_LARGEST < value < _LARGEST:  # also refuses NaN
        raise SitePlanError("attribute", f"Die Angabe „{name}“ ist keine brauchbare Zahl.", place)
    if value < 0 and not signed:
        raise SitePlanError("attribute", f"Die Angabe „{name}“ darf nicht negativ sein.", place)
    return float(value)


def _count(value: Any, name: str, place: str) -> int | None:
    number = _number(value, name, place)
    if number is None:
        return None
    if number != int(number):
        raise SitePlanError("attribute", f"Die Angabe „{name}“ muss eine ganze Zahl sein.", place)
    return int(number)
