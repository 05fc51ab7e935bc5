"""Measures of a plan's object (Maß der baulichen Nutzung, BauNVO § 16; heights § 18) as canonical attributes."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gis.planning.derivation import derivation
from gis.planning.model import Height, PlanObject

#: Told of what could not be taken over as it stands; the text goes on after the object's class and id.
Remark = Callable[[PlanObject, str], None]

_LIMITS = (("max", "max_m"), ("min", "min_m"), ("exact", "exact_m"))


@dataclass(frozen=True)
class _Limit:
    """One limit of a height: ``column`` such as eaves_height_max_m."""

    column: str
    value: float
    reference: str | None


def measures_of(item: PlanObject, remark: Remark) -> dict[str, Any]:
    """Canonical measures that the object itself fixes; what it does not fix is not in the result."""
    tables = derivation()
    found: dict[str, Any] = {}
    for name, sources in tables.numbers.items():
        value = _first_number(item, sources, remark)
        if value is not None:
            found[name] = value
    for name, sources in tables.integers.items():
        value = _first_number(item, sources, remark)
        if value is not None and value == int(value):
            found[name] = int(value)
        elif value is not None:
            remark(item, f"„{sources[0]}“ ist keine ganze Zahl ({value}) und wurde nicht übernommen.")
    for name, (attribute, table) in tables.coded.items():
        code = code_of(item, attribute, table, remark)
        if code is not None:
            found[name] = code
    return found


def heights_of(heights: Iterable[Height]) -> dict[str, Any]:
    """Height limits as canonical attributes: per point the strictest value, one reference, and all of them as JSON.

    `h` is the greatest permitted height of the point. Where no point is named, hMin and hMax say between which
    heights the object is valid at all, and limit nothing. Where heights refer to different things, the reference is
    ``mixed`` and only ``heights`` tells which is which.
    """
    stated = tuple(heights)
    if not stated:
        return {}
    limits = [limit for height in stated for limit in _limits(height)]
    found: dict[str, Any] = {"heights": json.dumps([_as_json(height) for height in stated], ensure_ascii=False)}
    for limit in limits:
        known = found.get(limit.column)
        stricter = max if limit.column.endswith("_min_m") else min
        found[limit.column] = limit.value if known is None else stricter(known, limit.value)
    references = {limit.reference for limit in limits}
    if len(references) == 1:
        found["height_reference"] = references.pop()
    elif references:
        found["height_reference"] = "mixed"
    return found


def limits_a_building(height: Height) -> bool:
    """Whether a height limits a building (and is not, say, the level of the terrain)."""
    return bool(_limits(height))


def code_of(item: PlanObject, attribute: str, table: str, remark: Remark) -> Any:
    """Canonical value of a coded attribute, or None; a code that the table lacks is remarked."""
    code = scalar(item.attributes, attribute)
    if code is None:
        return None
    value = derivation().codes[table].get(str(code))
    if value is None:
        remark(item, f"„{attribute}“ hat den Schlüssel {code}, den diese Ebene nicht kennt.")
    return value


def codes_of(item: PlanObject, attribute: str, table: str) -> list[str]:
    """Canonical values of an attribute that may occur several times, and may be complex (`allgemein`), sorted."""
    codes = derivation().codes[table]
    found: set[str] = set()
    for entry in item.values(attribute):
        code = plain_code(entry)
        if code is not None:
            found.add(str(codes.get(code, "other")))
    return sorted(found)


def plain_code(entry: Any) -> str | None:
    """The code of a value, or of the `allgemein` inside a complex one (XPlanGML 6)."""
    if isinstance(entry, Mapping):
        if "allgemein" in entry:
            return plain_code(entry["allgemein"])
        inner = [value for value in entry.values() if isinstance(value, Mapping)]
        return plain_code(inner[0]) if inner else None
    if isinstance(entry, list):
        return plain_code(entry[0]) if entry else None
    return None if entry is None else str(entry).strip() or None


def scalar(attributes: Mapping[str, Any], name: str) -> Any:
    """A single value, or None where there is none or several that differ."""
    value = attributes.get(name)
    if isinstance(value, list):
        return value[0] if len({str(entry) for entry in value}) == 1 else None
    return value


def _first_number(item: PlanObject, sources: Iterable[str], remark: Remark) -> float | None:
    for source in sources:
        values = {value for value in map(_number, item.values(source)) if value is not None}
        if len(values) == 1:
            return values.pop()
        if values:
            listed = ", ".join(str(value) for value in sorted(values))
            remark(item, f"„{source}“ steht mehrfach mit verschiedenen Werten ({listed}) und wurde nicht übernommen.")
            return None
        if item.values(source):
            remark(item, f"„{source}“ ist keine Zahl und wurde nicht übernommen.")
    return None


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    try:
        return float(str(value).replace(",", "."))
    except ValueError:
        return None


def _limits(height: Height) -> list[_Limit]:
    codes = derivation().codes
    point = codes["height_points"].get(height.point or "")
    if point is None or height.point_text:
        return []
    reference = _reference(height)
    found = [
        _Limit(f"{point}_height_{suffix}_m", value, reference)
        for suffix, field in _LIMITS
        if (value := getattr(height, field)) is not None
    ]
    if height.value_m is not None:
        found.append(_Limit(f"{point}_height_max_m", height.value_m, reference))
    return found


def _reference(height: Height) -> str | None:
    if height.reference_text:
        return "other"
    if height.reference is None:
        return None
    return str(derivation().codes["height_references"].get(height.reference, "other"))


def _as_json(height: Height) -> dict[str, Any]:
    codes = derivation().codes["height_points"]
    entry = {
        "point": codes.get(height.point or "", height.point),
        "point_code": height.point,
        "point_text": height.point_text,
        "reference": _reference(height),
        "reference_text": height.reference_text,
        "max_m": height.max_m if height.max_m is not None else height.value_m,
        "min_m": height.min_m,
        "exact_m": height.exact_m,
    }
    return {name: value for name, value in entry.items() if value is not None}
