"""Units of a model as factors to metres, square metres and cubic metres."""

from __future__ import annotations

import math
from typing import Any

_PREFIXES = {
    "EXA": 1e18, "PETA": 1e15, "TERA": 1e12, "GIGA": 1e9, "MEGA": 1e6, "KILO": 1e3, "HECTO": 1e2, "DECA": 1e1,
    "DECI": 1e-1, "CENTI": 1e-2, "MILLI": 1e-3, "MICRO": 1e-6, "NANO": 1e-9, "PICO": 1e-12, "FEMTO": 1e-15,
    "ATTO": 1e-18,
}  # fmt: skip
_POWERS = {"LENGTHUNIT": 1, "AREAUNIT": 2, "VOLUMEUNIT": 3}


def project_unit(model: Any, kind: str) -> float | None:
    """Factor of the project's unit (LENGTHUNIT, AREAUNIT, VOLUMEUNIT) to SI; None where the model names none."""
    for project in model.by_type("IfcProject"):
        for unit in getattr(project.UnitsInContext, "Units", None) or ():
            if getattr(unit, "UnitType", None) == kind:
                return unit_factor(unit)
    return None


def unit_factor(unit: Any) -> float | None:
    """Factor of a unit to SI; None for one that is not readable."""
    factor = 1.0
    for _ in range(10):  # a foot is 12 inches is 25.4 mm: no chain is longer, but a file may bite its tail
        if unit is None:
            return None
        if unit.is_a("IfcSIUnit"):
            factor *= _PREFIXES.get(unit.Prefix or "", 1.0) ** _POWERS.get(unit.UnitType, 1)
            return factor if math.isfinite(factor) and factor > 0 else None
        if not unit.is_a("IfcConversionBasedUnit") or unit.ConversionFactor is None:
            return None
        measure = unit.ConversionFactor
        try:
            factor *= float(measure.ValueComponent.wrappedValue)
        except (AttributeError, TypeError, ValueError):
            return None
        unit = measure.UnitComponent
    return None
