"""What a model says about its place on Earth, as it says it; ``gis.readers.ifc.placing`` judges it."""

from __future__ import annotations

import math
from typing import Any

from gis.readers.ifc.child.quantities import properties
from gis.readers.ifc.child.units import unit_factor

_NUMBERS = ("Eastings", "Northings", "OrthogonalHeight", "XAxisAbscissa", "XAxisOrdinate", "Scale")
_FACTORS = ("FactorX", "FactorY", "FactorZ")
_TEXTS = ("Name", "GeodeticDatum", "MapProjection", "MapZone")


def georeference(model: Any) -> dict[str, Any]:
    """Map conversion, projected system, position of the site, north and origin of the model's context."""
    found = _entities(model) if model.schema != "IFC2X3" else {}
    if not found:
        found = _property_sets(model)
    contexts = [c for c in model.by_type("IfcGeometricRepresentationContext", False) if c.ContextType != "Plan"]
    site = next(iter(model.by_type("IfcSite")), None)
    return found | {
        "schema": model.schema,
        "shifted_origin": any(_shifted(context.WorldCoordinateSystem) for context in contexts),
        "true_north": next((north for context in contexts if (north := _north(context)) is not None), None),
        "latitude": _angle(getattr(site, "RefLatitude", None)),
        "longitude": _angle(getattr(site, "RefLongitude", None)),
    }


def _entities(model: Any) -> dict[str, Any]:
    operations = list(model.by_type("IfcCoordinateOperation"))
    if not operations:
        return {}
    operation = operations[0]
    target = operation.TargetCRS
    result: dict[str, Any] = {
        "kind": operation.is_a(),
        "several": len({_key(op) for op in operations}) > 1,
        "crs_kind": target.is_a() if target is not None else None,
        "crs": {name: _text(getattr(target, name, None)) for name in _TEXTS},
        "map_unit": None,
        "numbers": {name: _number(getattr(operation, name, None)) for name in (*_NUMBERS, *_FACTORS)},
    }
    if (unit := getattr(target, "MapUnit", None)) is not None:
        result["map_unit"] = unit_factor(unit)
    return result


def _key(operation: Any) -> tuple[Any, ...]:
    return tuple(_number(getattr(operation, name, None)) for name in _NUMBERS[:3])


def _property_sets(model: Any) -> dict[str, Any]:
    """2x3 has no map conversion; by agreement of buildingSMART it stands in property sets of site or project."""
    for owner in (*model.by_type("IfcSite"), *model.by_type("IfcProject")):
        conversion = properties(owner, "ePSet_MapConversion")
        if not conversion:
            continue
        crs = properties(owner, "ePSet_ProjectedCRS") or {}
        unit = str(crs.get("MapUnit") or "").upper().replace("METER", "METRE")
        return {
            "kind": "ePSet_MapConversion",
            "several": False,
            "crs_kind": "ePSet_ProjectedCRS" if crs else None,
            "crs": {name: _text(crs.get(name)) for name in _TEXTS},
            "map_unit": 1.0 if unit in {"METRE", "M"} else None,
            "numbers": {name: _number(conversion.get(name)) for name in (*_NUMBERS, *_FACTORS)},
        }
    return {}


def _number(value: Any) -> float | None:
    if isinstance(value, str):
        try:
            value = float(value.replace(",", "."))
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def _text(value: Any) -> str | None:
    return str(value).strip()[:120] or None if value is not None else None


def _angle(value: Any) -> float | None:
    """Degrees from an IfcCompoundPlaneAngleMeasure: degrees, minutes, seconds, millionths, all with one sign."""
    if not value or any(isinstance(part, bool) or not isinstance(part, int) for part in value):
        return None
    return float(sum(part / scale for part, scale in zip(value, (1, 60, 3600, 3.6e9), strict=False)))


def _shifted(system: Any) -> bool:
    if system is None or system.Location is None:
        return False
    moved = any(abs(value) > 1e-9 for value in system.Location.Coordinates or ())
    axis = getattr(system, "RefDirection", None)
    ratios = list(axis.DirectionRatios) if axis is not None else [1.0]
    return moved or ratios[0] <= 0 or any(abs(value) > 1e-9 for value in ratios[1:])


def _north(context: Any) -> float | None:
    """Angle of true north in degrees, anticlockwise from the model's y axis."""
    north = getattr(context, "TrueNorth", None)
    if north is None or len(north.DirectionRatios) < 2:
        return None
    x, y = north.DirectionRatios[:2]
    return math.degrees(math.atan2(-x, y)) if x or y else None
