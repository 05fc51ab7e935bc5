"""The objects of a site plan with their values, and where each value comes from, as pages show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import shapely

from gis.siteplan import CaptureKind, OriginKind, Role
from gis.wording import number, square_metres
from permits.models import SitePlanVersion

#: Attribute → German name, unit and decimals.
_VALUES: Mapping[str, tuple[str, str, int]] = {
    "wall_height_m": ("Wandhöhe", "m", 2),
    "base_height_m": ("Sockelhöhe", "m", 2),
    "eaves_height_m": ("Traufhöhe", "m", 2),
    "ridge_height_m": ("Firsthöhe", "m", 2),
    "top_floor_level_m": ("Fußboden des obersten Geschosses", "m", 2),
    "ground_level_nhn_m": ("Geländehöhe über NHN", "m", 2),
    "storeys": ("Vollgeschosse", "", 0),
    "gross_floor_area_m2": ("Geschossfläche", "m²", 2),
    "gross_volume_m3": ("Brutto-Rauminhalt", "m³", 2),
    "dwellings": ("Wohnungen", "", 0),
    "use": ("Nutzung", "", 0),
}


@dataclass(frozen=True)
class PlanValue:
    """A value in words; ``origin`` is one of angegeben, gemessen, berechnet, angenommen, ``note`` says by what."""

    label: str
    text: str
    origin: str
    note: str
    assumed: bool


@dataclass(frozen=True)
class PlanObject:
    """A footprint of the plan with its values, the outline first."""

    title: str
    capture: str
    values: tuple[PlanValue, ...]


def plan_objects(version: SitePlanVersion | None) -> list[PlanObject]:
    """Return the objects of a version in its order, then plots of its drawing; empty without one."""
    if version is None:
        return []
    plots = [_plot(geometry) for geometry in version.features.get("plots") or ()]
    return [*(_object(feature) for feature in version.features["features"]), *plots]


def _plot(geometry: Mapping[str, Any]) -> PlanObject:
    area = square_metres(shapely.geometry.shape(dict(geometry)).area)
    value = PlanValue("Fläche", area, OriginKind.MEASURED.label, "aus der Zeichnung, nur zum Vergleich", False)
    return PlanObject("Grundstück, wie gezeichnet", CaptureKind.VECTOR.label, (value,))


def _object(feature: Mapping[str, Any]) -> PlanObject:
    properties = feature["properties"]
    origins = properties.get("origins") or {}
    area = shapely.geometry.shape(feature["geometry"]).area
    outline = _value("Grundfläche des Umrisses", square_metres(area), origins.get("geometry"))
    values = [
        _value(label, _text(properties[name], unit, digits), origins.get(name))
        for name, (label, unit, digits) in _VALUES.items()
        if properties.get(name) is not None
    ]
    kind = CaptureKind(properties.get("capture") or CaptureKind.VECTOR)
    scale = properties.get("capture_scale")
    capture = f"{kind.label} im Maßstab 1:{scale}" if scale else kind.label
    return PlanObject(Role(properties["role"]).label, capture, (outline, *values))


def _value(label: str, text: str, origin: Mapping[str, str] | None) -> PlanValue:
    kind = OriginKind((origin or {}).get("kind", OriginKind.GIVEN))
    return PlanValue(label, text, kind.label, (origin or {}).get("note", ""), kind is OriginKind.ASSUMED)


def _text(value: Any, unit: str, digits: int) -> str:
    if isinstance(value, list):
        known = [item for item in value if item is not None]
        if not known:
            return "nicht angegeben"
        low, high = number(min(known), digits), number(max(known), digits)
        span = low if low == high else f"{low} bis {high}"
        return f"{span} {unit}, je Wand" if len(known) == len(value) else f"{span} {unit}, nicht für alle Wände"
    if isinstance(value, str):
        return value
    return f"{number(value, digits)} {unit}".strip()
