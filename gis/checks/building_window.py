"""Do the buildings stay within the building limits (Baugrenzen) of the binding plan?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis.checks import register
from gis.checks.ancillary_places import outside_windows, sentences_on
from gis.checks.context import CheckContext
from gis.checks.crossing import Crossing, crossings
from gis.checks.judging import worst
from gis.checks.per_building import name_of
from gis.checks.result import CheckResult, Step, Verdict
from gis.rules import Rule
from gis.site import HAIRLINE_GAP_M
from gis.site_context import UnassessableError, union_of
from gis.siteplan import PlanFeature
from gis.wording import listed, metres, percent, square_metres

#: Windows that reach less than this into the site belong to a neighbour, in metres.
_REACH_M = 0.10
#: Windows are joined over gaps up to twice this, in metres; walls along their edge then stay clear of it.
_GROWN_M = 1e-4
#: Areas up to this are rounding of coordinates.
_ROUNDING_M2 = 1e-6


@dataclass(frozen=True)
class _Found:
    """What crosses on one side of the windows, and the verdict on it."""

    features: tuple[PlanFeature, ...]
    crossing: Crossing
    verdict: Verdict

    @property
    def feature(self) -> PlanFeature:
        """The feature that reaches out over the largest area."""
        return max(self.features, key=lambda f: float(f.geometry.intersection(self.crossing.outside).area))

    @property
    def names(self) -> str:
        """German names of all that reach out."""
        return listed([name_of(feature) for feature in self.features])


@register(
    "building_window",
    title="Baugrenze",
    unit="m",
    order=500,
    main_buildings=True,
    layers=("parcels", "building_windows", "ancillary_areas"),
    question="Gebäude und Gebäudeteile dürfen die Baugrenze nicht überschreiten; ein geringfügiges Vortreten kann "
    "zugelassen werden.",
    formula="Tiefe der Überschreitung = größter Abstand des Gebäudes von der überbaubaren Fläche = 0 m",
    inputs="Umrisse der Gebäude und Gebäudeteile, überbaubare Grundstücksflächen, Flächen für Nebenanlagen",
)
def building_window(context: CheckContext) -> CheckResult:
    """Value: how far the buildings reach beyond the building limit, in metres; limit 0 (BauNVO § 23 Abs. 3).

    A crossing up to ``minor_depth_m`` on ``minor_share`` of the façade, all parts of the building on that side
    together, is ``borderline``: the authority may permit it (Abs. 3 Satz 2 and 3). So is an outbuilding outside
    (Abs. 5), unless it stands where the plan excludes it.
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
        entry
        for house, attached in _houses(main, parts, values["roles_any_width"])
        for entry in _judge(house, attached, inside, tolerance, rule)
    ]
    beside = outside_windows(context, ancillary, inside, tolerance, values)
    crossed = [entry for entry in found if entry.verdict is Verdict.FAILED] or found
    governing = max(crossed, key=lambda entry: entry.crossing.depth_m, default=None)
    verdict = worst([entry.verdict for entry in found] + [entry.verdict for entry in beside] + [Verdict.PASSED])
    sentences = []
    if governing is not None:
        sentences.append(_sentence(governing, tolerance, values))
    elif verdict is not Verdict.FAILED and (main or not beside):
        sentences.append("Die Hauptgebäude halten die Baugrenze ein" if beside else "Die Baugrenze ist eingehalten")
    sentences += sentences_on(beside)
    shapes = [entry.crossing.outside for entry in found] + [entry.outside for entry in beside]
    # What outbuildings take up beside the window is no depth of a crossing.
    kept = verdict is not Verdict.FAILED and bool(main or not beside)
    return context.result(
        verdict,
        f"{'. '.join(sentences)} ({rule.legal_basis}).",
        value=governing.crossing.depth_m if governing else 0.0 if kept else None,
        limit=0.0 if governing or kept else None,
        geometry=shapely.union_all(shapes) if shapes else None,
        details={
            "crossings": [
                {
                    "feature": entry.feature.id,
                    "features": [feature.id for feature in entry.features],
                    "verdict": entry.verdict.value,
                    "depth_m": entry.crossing.depth_m,
                    "width_m": entry.crossing.width_m,
                    "share_of_facade": entry.crossing.share,
                    "area_m2": entry.crossing.area_m2,
                }
                for entry in found
            ],
            "ancillary_outside": [
                {"feature": entry.feature.id, "area_m2": float(entry.outside.area), "verdict": entry.verdict.value}
                for entry in beside
            ],
        },
        steps=[_step(entry, rule) for entry in found],
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
    return union.buffer(_GROWN_M, join_style="mitre")


def _houses(
    main: Sequence[PlanFeature], parts: Sequence[PlanFeature], any_width: Sequence[str]
) -> Iterator[tuple[PlanFeature, tuple[PlanFeature, ...]]]:
    """Main buildings with the parts that stand out from them; what may be as wide as it likes stands for itself."""
    rest = list(parts)
    for house in main:
        own = tuple(
            part
            for part in rest
            if part.role.value not in any_width and shapely.dwithin(house.geometry, part.geometry, HAIRLINE_GAP_M)
        )
        rest = [part for part in rest if part not in own]
        yield house, own
    for part in rest:
        yield part, ()


def _judge(
    house: PlanFeature, attached: tuple[PlanFeature, ...], inside: BaseGeometry, tolerance: float, rule: Rule
) -> Iterator[_Found]:
    """Crossings with their verdicts; none where all stays within or reaches out by a rounding only.

    Parts of a building count together along each side, as shares of its façade with them.
    """
    members = (house, *attached)
    numerator, denominator = rule.values["minor_share"]
    alone = house.role.value in rule.values["roles_parts"]
    for found in crossings(union_of(members), inside, _GROWN_M):
        if found.depth_m < 1e-3:
            continue
        minor = found.depth_m <= float(rule.values["minor_depth_m"]) + tolerance and (
            alone or found.width_m <= found.facade_m * numerator / denominator + tolerance
        )
        close = found.depth_m <= tolerance + 1e-9
        verdict = Verdict.BORDERLINE if minor or close else Verdict.FAILED
        reach = [feature for feature in members if feature.geometry.intersection(found.outside).area > _ROUNDING_M2]
        yield _Found(tuple(reach) or (house,), found, verdict)


def _sentence(entry: _Found, tolerance: float, values: Mapping[str, Any]) -> str:
    found = entry.crossing
    verb = "tritt" if len(entry.features) == 1 else "treten"
    what = (
        f"{entry.names} {verb} auf {metres(found.width_m)} Breite ({percent(found.share)} der Fassade) um "
        f"{metres(found.depth_m)} über die Baugrenze vor ({square_metres(found.area_m2)})"
    )
    if found.depth_m <= tolerance + 1e-9:
        return f"Grenzfall: {what}; das liegt innerhalb der Messgenauigkeit von {metres(tolerance, 3)}"
    if entry.verdict is Verdict.BORDERLINE:
        return (
            f"Hinweis: {what}; ein Vortreten bis etwa {metres(float(values['minor_depth_m']))} kann nach Satz 2 und 3 "
            "als geringfügig zugelassen werden"
        )
    return f"Die Baugrenze ist überschritten: {what}"


def _step(entry: _Found, rule: Rule) -> Step:
    found = entry.crossing
    text = (
        f"Tiefe {metres(found.depth_m, 3)}, Breite {metres(found.width_m)} von {metres(found.facade_m)} "
        f"({percent(found.share)} der Fassade), Fläche {square_metres(found.area_m2)}"
    )
    return Step(f"Überschreitung: {entry.names}", text, found.depth_m, "m", rule.legal_basis)
