"""Garages and outbuildings outside the building windows: where plans set areas for them or exclude them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis.checks.context import CheckContext
from gis.checks.crossing import crossing
from gis.checks.per_building import name_of
from gis.checks.result import Verdict
from gis.site_context import polygons, texts
from gis.siteplan import PlanFeature
from gis.wording import listed, square_metres

#: Areas that an outbuilding touches by less than this are drawing inaccuracy, in m².
_LEAST_M2 = 0.5
_MOST_NAMES = 4


@dataclass(frozen=True)
class Beside:
    """An outbuilding outside the windows: its part outside, and what the plan says there ("" where it says nothing)."""

    feature: PlanFeature
    outside: BaseGeometry
    rule: str = ""

    @property
    def verdict(self) -> Verdict:
        """Failed where the plan excludes it, else for the authority to permit."""
        return Verdict.FAILED if self.rule == "excluded" else Verdict.BORDERLINE


def outside_windows(
    context: CheckContext, features: Sequence[PlanFeature], inside: BaseGeometry, tolerance: float, values: Any
) -> list[Beside]:
    """Garages and outbuildings outside both the windows and the areas set for them, and those in excluded areas.

    An area that names what it is for counts for that only (``ancillary_kinds`` of the rule: role → kinds).
    """
    if not features:
        return []
    areas = _areas(context)
    result = []
    for feature in features:
        own = _for_role(areas, values["ancillary_kinds"].get(feature.role.value, ()))
        barred = polygons(feature.geometry.intersection(own.get("excluded", shapely.Polygon())))
        if barred.area > _LEAST_M2:
            result.append(Beside(feature, barred, "excluded"))
            continue
        set_for = own.get("designated", shapely.Polygon())
        found = crossing(feature.geometry, shapely.union_all([inside, set_for]))
        if found is None or found.depth_m <= tolerance:
            continue
        limited = feature.geometry.intersection(own.get("restricted", shapely.Polygon())).area > _LEAST_M2
        rule = "restricted" if limited else "elsewhere" if not set_for.is_empty else ""
        result.append(Beside(feature, found.outside, rule))
    return result


def sentences_on(beside: Sequence[Beside]) -> list[str]:
    """German sentences (without full stop) on what stands outside, one for each thing that the plan says there."""
    result = []
    for rule in ("excluded", "restricted", "elsewhere", ""):
        entries = [entry for entry in beside if entry.rule == rule]
        if entries:
            result.append(_sentence(rule, entries))
    return result


def _sentence(rule: str, entries: Sequence[Beside]) -> str:
    names = [name_of(entry.feature) for entry in entries[:_MOST_NAMES]]
    named = listed(names + ([f"{len(entries) - _MOST_NAMES} weitere"] if len(entries) > _MOST_NAMES else []))
    stands = "steht" if len(entries) == 1 else "stehen"
    if rule == "excluded":
        area = square_metres(sum(float(entry.outside.area) for entry in entries))
        return (
            f"Nicht zulässig: {named} {stands} mit {area} auf einer Fläche, auf der der Bebauungsplan solche Anlagen "
            "ausschließt (§ 12 Abs. 6, § 14 Abs. 1 BauNVO)"
        )
    may = (
        "Nebenanlagen und Anlagen, die in den Abstandsflächen zulässig sind, kann die Behörde dort zulassen "
        "(§ 23 Abs. 5 BauNVO)"
    )
    lead = f"Außerhalb der Baugrenze {stands} {named}"
    if rule == "restricted":
        return f"{lead}, auf einer Fläche mit Einschränkungen für solche Anlagen; den Text des Plans bitte prüfen"
    if rule == "elsewhere":
        return f"{lead}, auch außerhalb der Flächen, die der Bebauungsplan dafür bestimmt; {may}"
    return f"{lead}; {may}"


def _areas(context: CheckContext) -> list[tuple[str, frozenset[str], BaseGeometry]]:
    """Rule, kinds (none: for all) and shape of the areas on the site."""
    if not context.has_layer("ancillary_areas"):
        return []
    site = context.site.geometry
    window = context.window("ancillary_areas", site.bounds)
    rules, kinds = texts(window, "rule"), texts(window, "kind")
    rows = np.flatnonzero(shapely.intersects(window.geometry, site))
    return [
        (
            rule if (rule := rules[row]) in ("restricted", "excluded") else "designated",
            frozenset(kind.strip() for kind in (kinds[row] or "").split(",") if kind.strip()),
            window.geometry[row],
        )
        for row in rows
    ]


def _for_role(
    areas: Sequence[tuple[str, frozenset[str], BaseGeometry]], kinds: Sequence[str]
) -> Mapping[str, BaseGeometry]:
    groups: dict[str, list[BaseGeometry]] = {}
    for rule, named, shape in areas:
        if not named or named & set(kinds):
            groups.setdefault(rule, []).append(shape)
    return {rule: shapely.union_all(shapes) for rule, shapes in groups.items()}
