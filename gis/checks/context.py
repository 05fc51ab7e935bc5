"""What checks see: the plan among its layers, the rules, and one way to build results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from shapely.errors import GEOSException
from shapely.geometry.base import BaseGeometry

from gis.checks.result import CheckResult, Verdict
from gis.rules import RulePackError
from gis.site_context import SiteContext, UnassessableError

if TYPE_CHECKING:
    from gis.checks import Check
    from gis.layers import Layers
    from gis.rules import Rule, RulePack
    from gis.siteplan import SitePlan


#: Introduces an assumption in a message.
ASSUMED = "Angenommen ist dabei:"


class CheckContext(SiteContext):
    """One plan under check, handed to every check by :meth:`run`."""

    def __init__(self, plan: SitePlan, layers: Layers, rules: RulePack) -> None:
        super().__init__(plan, layers)
        self.rules = rules
        self.check: Check

    def run(self, check: Check) -> CheckResult:
        """Run one check; whatever is missing ends in ``not_assessable`` with the reason."""
        self.check = check
        try:
            result = check.function(self)
        except UnassessableError as error:
            result = self.result(Verdict.NOT_ASSESSABLE, f"Nicht prüfbar: {error.message}", **error.findings)
        except RulePackError as error:
            result = self.result(Verdict.NOT_ASSESSABLE, f"Nicht prüfbar: {error}")
        except GEOSException:
            sentence = "Nicht prüfbar: Die Geometrien des Lageplans und der Flurstücke ließen sich nicht verschneiden."
            result = self.result(Verdict.NOT_ASSESSABLE, sentence)
        problems = [self.problems[name] for name in check.layers if name in self.problems]
        if problems and result.verdict not in {Verdict.NOT_APPLICABLE, Verdict.NOT_ASSESSABLE}:
            message = f"Nicht prüfbar: {' '.join(problems)} Rechnerisch ergab sich: {result.message}"
            result = result.replace(verdict=Verdict.NOT_ASSESSABLE, message=message)
        return result

    def result(
        self,
        verdict: Verdict,
        message: str,
        *,
        rule: Rule | None = None,
        value: float | None = None,
        limit: float | None = None,
        details: Mapping[str, Any] | None = None,
        geometry: BaseGeometry | None = None,
        assumptions: tuple[str, ...] = (),
    ) -> CheckResult:
        """Build a result with unit, tolerance, site, provenance and assumptions filled in."""
        site = self.known_site
        own = site.assumptions if site else ()
        if own and verdict not in {Verdict.NOT_APPLICABLE}:
            message = f"{message} {ASSUMED} {own[0]}"
        if rule is None:
            rule = self.rules.rules.get(self.check.id)
        return CheckResult(
            plan=self.plan.plan,
            check=self.check.id,
            verdict=verdict,
            message=message,
            value=None if value is None else float(value),
            limit=None if limit is None else float(limit),
            unit=self.check.unit,
            tolerance=float(rule.values["tolerance"]) if rule else None,
            legal_basis=rule.legal_basis if rule else "",
            parcels=site.parcel_ids if site else self.plan.parcels,
            details={
                **(details or {}),
                "rules": [rule.citation()] if rule else [],
                "plan_warnings": list(self.plan.warnings),
            },
            geometry=geometry,
            assumptions=(*own, *assumptions),
            sources=tuple(self._source(name) for name in self.check.layers if name in self.windows),
            crs=self.crs_name,
        )

    def _source(self, name: str) -> dict[str, Any]:
        info = self.windows[name][1].info
        return {
            "layer": name,
            "snapshot_id": info.snapshot_id,
            "source": info.source,
            "licence": info.licence,
            "as_of": info.as_of.isoformat() if info.as_of else None,
        }
