"""Do the buildings stay within the building limits (Baugrenzen) of the binding plan?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis.checks import register
from gis.checks.context import CheckContext
from gis.checks.crossing import Crossing, crossing
from gis.checks.per_building import name_of
from gis.checks.result import CheckResult, Step, Verdict
from gis.rules import Rule
from gis.site_context import UnassessableError
from gis.siteplan import PlanFeature
from gis.wording import listed, metres, number, square_metres

#: Windows that reach less than this into the site belong to a neighbour, in metres.
_REACH_M = 0.10


@dataclass(frozen=True)
class _Found:
    """A feature that crosses, and the verdict on it."""

    feature: PlanFeature
    crossing: Crossing
    verdict: Verdict


@register(
    "building_window",
    title="Baugrenze",
    unit="m",
    order=500,
    layers=("parcels", "building_windows", "ancillary_areas"),
    question="Gebäude und Gebäudeteile dürfen die Baugrenze nicht überschreiten; ein geringfügiges Vortreten kann "
    "zugelassen werden.",
    formula="Tiefe der Überschreitung = größter Abstand des Gebäudes von der überbaubaren Fläche = 0 m",
    inputs="Umrisse der Gebäude und Gebäudeteile, überbaubare Grundstücksflächen, Flächen für Nebenanlagen",
)
def building_window(context: CheckContext) -> CheckResult:
    """Value: how far the buildings reach beyond the building limit, in metres; limit 0 (BauNVO § 23 Abs. 3).

    A crossing up to ``minor_depth_m`` on ``minor_share`` of the façade, by a part of a building, or by an outbuilding,
    is ``borderline``: the authority may permit it (Abs. 3 Satz 2 and 3, Abs. 5).
    """
    rule = context.rule("building_window")
    values = rule.values
    main = _with_roles(context, values["roles"])
    parts = _with_roles(context, values["roles_parts"])
    ancillary = _with_roles(context, values["roles_ancillary"])
    if not main and not ancillary:
        return context.result(Verdict.NOT_APPLICABLE, "Nicht anwendbar: Der Lageplan enthält kein Gebäude.")
    tolerance = context.take((*main, *parts, *ancillary)).length_m
    inside = _windows(context)
    found = [
        *(_judge(feature, inside, tolerance, rule, part=False) for feature in main),
        *(_judge(feature, inside, tolerance, rule, part=True) for feature in parts),
    ]
    beside = _outside_ancillary(context, ancillary, inside, tolerance)
    crossings = [entry for entry in found if entry is not None]
    failed = [entry for entry in crossings if entry.verdict is Verdict.FAILED]
    worst = max(failed or crossings, key=lambda entry: entry.crossing.depth_m, default=None)
    verdict = worst.verdict if worst else Verdict.PASSED
    if verdict is Verdict.PASSED and beside:
        verdict = Verdict.BORDERLINE
    sentences = [_sentence(worst, tolerance, values["minor_depth_m"]) if worst else "Die Baugrenze ist eingehalten"]
    if beside:
        names = listed([name_of(feature) for feature, _ in beside[:4]])
        sentences.append(
            f"Außerhalb der Baugrenze {'steht' if len(beside) == 1 else 'stehen'} {names}; Nebenanlagen und Anlagen, "
            "die in den Abstandsflächen zulässig sind, kann die Behörde dort zulassen (§ 23 Abs. 5 BauNVO)"
        )
    shapes = [entry.crossing.outside for entry in crossings] + [outside for _, outside in beside]
    return context.result(
        verdict,
        f"{'. '.join(sentences)} ({rule.legal_basis}).",
        value=worst.crossing.depth_m if worst else 0.0,
        limit=0.0,
        geometry=shapely.union_all(shapes) if shapes else None,
        details={
            "crossings": [
                {
                    "feature": entry.feature.id,
                    "verdict": entry.verdict.value,
                    "depth_m": entry.crossing.depth_m,
                    "width_m": entry.crossing.width_m,
                    "share_of_facade": entry.crossing.share,
                    "area_m2": entry.crossing.area_m2,
                }
                for entry in crossings
            ],
            "ancillary_outside": [
                {"feature": feature.id, "area_m2": float(outside.area)} for feature, outside in beside
            ],
        },
        steps=[_step(entry, rule) for entry in crossings],
    )


def _with_roles(context: CheckContext, roles: Sequence[str]) -> tuple[PlanFeature, ...]:
    return tuple(feature for feature in context.plan.features if feature.role.value in roles)


def _windows(context: CheckContext) -> BaseGeometry:
    """Union of the building windows on the site."""
    site = context.site.geometry
    window = context.window("building_windows", site.bounds)
    core = site.buffer(-_REACH_M, join_style="mitre")
    rows = np.flatnonzero(shapely.intersects(window.geometry, site if core.is_empty else core))
    if not len(rows):
        raise UnassessableError(
            "Für das Baugrundstück ist keine überbaubare Grundstücksfläche aus einem Bebauungsplan bekannt."
        )
    # Windows that touch are one: the line between them (another number of storeys) is no building limit.
    union: BaseGeometry = shapely.union_all(window.geometry[rows])
    return union.buffer(1e-4, join_style="mitre")


def _judge(feature: PlanFeature, inside: BaseGeometry, tolerance: float, rule: Rule, *, part: bool) -> _Found | None:
    """A crossing with its verdict, None where the feature stays within or reaches out by a rounding only."""
    found = crossing(feature.geometry, inside)
    if found is None or found.depth_m < 1e-3:
        return None
    numerator, denominator = rule.values["minor_share"]
    minor = found.depth_m <= float(rule.values["minor_depth_m"]) + tolerance and (
        part or found.width_m <= found.facade_m * numerator / denominator + tolerance
    )
    close = found.depth_m <= tolerance + 1e-9
    return _Found(feature, found, Verdict.BORDERLINE if minor or close else Verdict.FAILED)


def _outside_ancillary(
    context: CheckContext, features: Sequence[PlanFeature], inside: BaseGeometry, tolerance: float
) -> list[tuple[PlanFeature, BaseGeometry]]:
    """Garages and outbuildings outside both the windows and the areas that the plan sets for them."""
    allowed = inside
    if context.has_layer("ancillary_areas"):
        window = context.window("ancillary_areas", context.site.geometry.bounds)
        excluded = window.columns.get("rule")
        rows = [
            row for row in range(len(window)) if excluded is None or excluded[row] not in {"restricted", "excluded"}
        ]
        allowed = shapely.union_all([inside, *window.geometry[rows]])
    result = []
    for feature in features:
        found = crossing(feature.geometry, allowed)
        if found is not None and found.depth_m > tolerance:
            result.append((feature, found.outside))
    return result


def _sentence(entry: _Found, tolerance: float, minor_depth: float) -> str:
    found = entry.crossing
    what = (
        f"{name_of(entry.feature)} tritt auf {metres(found.width_m)} Breite um {metres(found.depth_m)} über die "
        f"Baugrenze vor ({square_metres(found.area_m2)})"
    )
    if found.depth_m <= tolerance + 1e-9:
        return f"Grenzfall: {what}; das liegt innerhalb der Messgenauigkeit von {metres(tolerance, 3)}"
    if entry.verdict is Verdict.BORDERLINE:
        return (
            f"Hinweis: {what}; ein Vortreten bis etwa {metres(minor_depth)} kann nach Satz 2 und 3 als geringfügig "
            "zugelassen werden"
        )
    return f"Die Baugrenze ist überschritten: {what}"


def _step(entry: _Found, rule: Rule) -> Step:
    found = entry.crossing
    text = (
        f"Tiefe {metres(found.depth_m, 3)}, Breite {metres(found.width_m)} von {metres(found.facade_m)} "
        f"({number(100 * found.share, 0)} % der Fassade), Fläche {square_metres(found.area_m2)}"
    )
    return Step(f"Überschreitung: {name_of(entry.feature)}", text, found.depth_m, "m", rule.legal_basis)
