"""Measures that hold for each building: one finding per building and limit, summed up to one result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from gis.checks.context import CheckContext
from gis.checks.judging import worst
from gis.checks.result import CheckResult, Step, Verdict
from gis.checks.zones import Zones
from gis.site_context import polygons, union_of
from gis.siteplan import PlanFeature
from gis.wording import listed, square_metres

_MOST_MESSAGES = 3


@dataclass(frozen=True)
class Finding:
    """What was found about one building: ``text`` is a German clause that stands alone in a sentence."""

    feature: PlanFeature
    verdict: Verdict
    text: str
    value: float | None = None
    limit: float | None = None
    steps: tuple[Step, ...] = ()
    assumptions: tuple[str, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def excess(self) -> float:
        """Distance from the limit, to find the building that governs."""
        return 0.0 if self.value is None or self.limit is None else abs(self.value - self.limit)


def name_of(feature: PlanFeature) -> str:
    """German name of a building in a sentence."""
    return f"{feature.role.label} {feature.id}"


def agreed(findings: Sequence[Finding], shown: Callable[[float], str], *, unset: bool) -> list[Finding]:
    """One finding from those by each of the different settings that hold where a building stands.

    Kept is what keeps the strictest, broken what breaks the loosest; between them nothing can be said. ``shown`` writes
    a limit; ``unset``: one place sets nothing. The finding of a building under one setting stays as it is.
    """
    if len(findings) + unset < 2 or not findings:
        return list(findings)
    verdicts = {finding.verdict for finding in findings}
    limits = [shown(limit) for limit in sorted({f.limit for f in findings if f.limit is not None})]
    limits += ["stellenweise nichts"] if unset else []
    told = (
        f"{name_of(findings[0].feature)} steht in Bereichen, für die der Bebauungsplan Verschiedenes festsetzt "
        f"({listed(limits)})"
    )
    if Verdict.FAILED in verdicts and (unset or len(verdicts) > 1):
        broken = next(finding for finding in findings if finding.verdict is Verdict.FAILED)
        text = f"{told}: {'; '.join(finding.text for finding in findings)}"
        return [replace(broken, verdict=Verdict.NOT_ASSESSABLE, text=text)]
    verdict = worst(verdicts)
    chosen = min((finding for finding in findings if finding.verdict is verdict), key=lambda finding: finding.excess)
    if len(limits) < 2:
        return [chosen]
    return [replace(chosen, assumptions=(*chosen.assumptions, f"{told}; alles führt zum selben Ergebnis."))]


def sum_up(
    context: CheckContext,
    buildings: Sequence[PlanFeature],
    zones: Zones,
    find: Callable[[PlanFeature], list[Finding]],
    *,
    unset: str,
    passed: str,
) -> CheckResult:
    """Judge every building and sum up.

    What stands where no zone is known is not assessable. ``unset`` is the German sentence for plans that set nothing,
    ``passed`` the one that introduces a good result. The worst finding governs value and limit; of equal ones, the one
    nearest to its limit where kept, farthest where not.
    """
    findings = [
        finding for building in buildings for finding in (*find(building), *_where_no_zone_is(context, building, zones))
    ]
    legal_basis = context.rule(context.check.id).legal_basis
    if not findings:
        return context.result(Verdict.NOT_APPLICABLE, f"Nicht anwendbar: {unset} ({legal_basis}).")
    verdict = worst(finding.verdict for finding in findings)
    deciding = [finding for finding in findings if finding.verdict is verdict]
    pick = max if verdict is Verdict.FAILED else min
    governing = pick(deciding, key=lambda finding: finding.excess)
    lead = {
        Verdict.PASSED: passed,
        Verdict.BORDERLINE: context.check.label(Verdict.BORDERLINE),
        Verdict.FAILED: "Nicht eingehalten",
        Verdict.NOT_ASSESSABLE: "Nicht prüfbar",
        Verdict.NOT_APPLICABLE: "Nicht anwendbar",
    }[verdict]
    shown = [governing, *(finding for finding in deciding if finding is not governing)]
    texts = "; ".join(finding.text for finding in shown[:_MOST_MESSAGES])
    more = len(shown) - _MOST_MESSAGES
    rest = f"; {more} weitere siehe Rechenweg" if more > 0 else ""
    return context.result(
        verdict,
        f"{lead}: {texts}{rest} ({legal_basis}).",
        value=governing.value,
        limit=governing.limit,
        geometry=union_of(tuple({finding.feature.id: finding.feature for finding in deciding}.values())),
        details={
            "buildings": [
                {
                    "feature": finding.feature.id,
                    "verdict": finding.verdict.value,
                    "value": finding.value,
                    "limit": finding.limit,
                    **finding.details,
                }
                for finding in findings
            ],
            "zones": zones.table(),
        },
        assumptions=dict.fromkeys((*zones.notes, *(text for finding in findings for text in finding.assumptions))),
        steps=[step for finding in findings for step in finding.steps],
    )


def _where_no_zone_is(context: CheckContext, building: PlanFeature, zones: Zones) -> list[Finding]:
    on_site = polygons(building.geometry.intersection(context.site.geometry))
    if on_site.is_empty:
        text = f"{name_of(building)} liegt nicht auf dem Baugrundstück"
        return [Finding(building, Verdict.NOT_ASSESSABLE, text)]
    beyond = zones.beyond_m2(on_site)
    if not beyond:
        return []
    text = f"{name_of(building)} steht mit {square_metres(beyond)} außerhalb der bekannten Baugebiete"
    return [Finding(building, Verdict.NOT_ASSESSABLE, text)]
