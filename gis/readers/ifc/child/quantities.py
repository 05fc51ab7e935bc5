"""Properties and quantities that a model gives for an object, in metres, square metres and cubic metres."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from gis.readers.ifc.child.units import project_unit, unit_factor

_KINDS = {"IfcQuantityArea": ("AreaValue", "AREAUNIT"), "IfcQuantityVolume": ("VolumeValue", "VOLUMEUNIT")}


def properties(entity: Any, set_name: str) -> dict[str, Any]:
    """Single values of a property set of an object, by name; the set's name is compared without case."""
    found: dict[str, Any] = {}
    for definition in _definitions(entity):
        if definition.is_a("IfcPropertySet") and str(definition.Name or "").casefold() == set_name.casefold():
            for prop in definition.HasProperties or ():
                if prop.is_a("IfcPropertySingleValue") and prop.NominalValue is not None:
                    found[str(prop.Name)] = prop.NominalValue.wrappedValue
    return found


def quantity(model: Any, entity: Any, name: str) -> tuple[float, str] | None:
    """An area or volume of an object by its name, in m² or m³, and where it stands; None where it is missing or 0."""
    for definition in _definitions(entity):
        if not definition.is_a("IfcElementQuantity"):
            continue
        for item in definition.Quantities or ():
            if item.Name != name or item.is_a() not in _KINDS:
                continue
            attribute, unit_type = _KINDS[item.is_a()]
            value = getattr(item, attribute)
            factor = unit_factor(item.Unit) if item.Unit is not None else project_unit(model, unit_type)
            if value is not None and math.isfinite(value) and value > 0 and factor:
                return float(value) * factor, f"{definition.Name or 'IfcElementQuantity'}.{name}"
    return None


def _definitions(entity: Any) -> Iterator[Any]:
    for relation in getattr(entity, "IsDefinedBy", None) or ():
        if relation.is_a("IfcRelDefinesByProperties") and (definition := relation.RelatingPropertyDefinition):
            yield definition
