"""What checks see: the plan among its layers, the rules, and one way to build results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from shapely.errors import GEOSException
from shapely.geometry.base import BaseGeometry

from gis.checks.accuracy import RULE as TOLERANCES
from gis.checks.accuracy import Accuracy, accuracy_of, assumed_values
from gis.checks.result import CheckResult, Step, Verdict
from gis.rules import RulePackError
from gis.site import ONE_PLOT_ASSUMPTION
from gis.site_context import SiteContext, UnassessableError
from gis.version import software_version

if TYPE_CHECKING:
    from gis.checks import Check
    from gis.layers import Bounds, Layers, LayerWindow
    from gis.rules import Rule, RulePack
    from gis.site import Site
    from gis.siteplan import PlanFeature, SitePlan

    Edges = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.intp]]


#: Introduces an assumption in a message.
ASSUMED = "Angenommen ist dabei:"


class CheckContext(SiteContext):
    """One plan under check, handed to every check by :meth:`run`."""

    def __init__(self, plan: SitePlan, layers: Layers, rules: RulePack) -> None:
        super().__init__(plan, layers)
        self.rules = rules
        self.check: Check
        self.shared: dict[str, Any] = {}
        self._edges: dict[str, Edges] = {}
        self._used: dict[str, Rule] = {}
        self._taken: tuple[PlanFeature, ...] | None = None
        self._asked: set[str] = set()
        self._accuracy: Accuracy | None = None
        self._versions = {
            "rules": rules.version,
            "law_on": rules.on.isoformat(),
            "software": software_version(),
        }

    def run(self, check: Check) -> CheckResult:
        """Run one check; whatever is missing ends in ``not_assessable`` with the reason."""
        self.check = check
        # Before anything is asked: a result names the site, and says the same whichever checks run beside it.
        _ = self._site_or_reason
        self._used, self._taken, self._accuracy, self._asked = {}, None, None, set()
        try:
            self.rule(check.id)
            result = check.function(self)
        except UnassessableError as error:
            result = self.result(Verdict.NOT_ASSESSABLE, f"Nicht prüfbar: {error.message}", **error.findings)
        except RulePackError as error:
            result = self.result(Verdict.NOT_ASSESSABLE, f"Nicht prüfbar: {error}")
        except GEOSException:
            sentence = "Nicht prüfbar: Die Geometrien des Lageplans und der Flurstücke ließen sich nicht verschneiden."
            result = self.result(Verdict.NOT_ASSESSABLE, sentence)
        return self._with_problems(check, self._with_defect(result))

    @property
    def site(self) -> Site:
        """The site; notes that this check has asked for the parcels. Raises ``UnassessableError``."""
        self._asked.add("parcels")
        return super().site

    def window(self, name: str, bounds: Bounds) -> LayerWindow:
        """Features of a layer in bounds; notes that this check has asked for the layer."""
        self._asked.add(name)
        return super().window(name, bounds)

    def note_reading(self, *names: str) -> None:
        """Note that this check uses what another has read of these layers."""
        self._asked.update(names)

    def _with_defect(self, result: CheckResult) -> CheckResult:
        """Parcels that are no site keep every check from passing; what fails on them fails."""
        site = self.known_site
        if site is None or site.defect is None or result.verdict is Verdict.NOT_APPLICABLE:
            return result
        if site.defect in result.message:
            return result
        if result.verdict in (Verdict.FAILED, Verdict.NOT_ASSESSABLE):
            return result.replace(message=f"{result.message} {site.defect}")
        message = f"Nicht prüfbar: {site.defect} Rechnerisch ergab sich: {result.message}"
        return result.replace(verdict=Verdict.NOT_ASSESSABLE, message=message)

    def _with_problems(self, check: Check, result: CheckResult) -> CheckResult:
        """What a layer that failed might have said keeps a result from being more than ``not_assessable``."""
        failed = [name for name in check.layers if name in self.problems]
        if result.verdict is Verdict.NOT_APPLICABLE:
            # Not applicable for a reason of the plan alone stays so; another check has met the problem.
            failed = [name for name in failed if name in self._asked]
        problems = [self.problems[name] for name in failed if self.problems[name] not in result.message]
        if not problems:
            return result
        if result.verdict is Verdict.NOT_ASSESSABLE:
            return result.replace(message=f"{result.message} {' '.join(problems)}")
        message = f"Nicht prüfbar: {' '.join(problems)} Rechnerisch ergab sich: {result.message}"
        return result.replace(verdict=Verdict.NOT_ASSESSABLE, message=message)

    def rule(self, rule_id: str) -> Rule:
        """Return the rule in force and note that the result uses it; raise ``RulePackError`` where there is none."""
        rule = self.rules.rule(rule_id)
        self._used[rule_id] = rule
        return rule

    def edges(self, feature: PlanFeature) -> Edges:
        """Walls of a feature of the plan (``PlanFeature.edges``), taken apart once for all checks; read only."""
        found = self._edges.get(feature.id)
        if found is None:
            found = self._edges[feature.id] = feature.edges()
        return found

    def take(self, features: Iterable[PlanFeature]) -> Accuracy:
        """Name the features that take part in this check; return how exact the least exact of them is.

        The result's tolerance and the assumptions behind values come from them (without it: from all features).
        """
        self._taken = tuple(features)
        self._accuracy = accuracy_of(self._taken, self.rules.rule(TOLERANCES))
        return self._accuracy

    def result(
        self,
        verdict: Verdict,
        message: str,
        *,
        value: float | None = None,
        limit: float | None = None,
        details: Mapping[str, Any] | None = None,
        geometry: BaseGeometry | None = None,
        assumptions: Iterable[str] = (),
        steps: Iterable[Step] = (),
        tolerance: float | None = None,
    ) -> CheckResult:
        """Build a result with unit, tolerance, site, provenance, rules, versions and assumptions filled in.

        ``tolerance`` is that of the features taken for lengths and ratios, unless the check gives its own; a value that
        is exact, or none, has none.
        """
        site = self.known_site
        own = site.assumptions if site and verdict is not Verdict.NOT_APPLICABLE else ()
        if ONE_PLOT_ASSUMPTION in own:
            message = f"{message} {ASSUMED} {ONE_PLOT_ASSUMPTION}"
        rule = self.rules.rules.get(self.check.id)
        accuracy = self._accuracy
        if accuracy is None and TOLERANCES in self.rules.rules:
            accuracy = self.take(self.plan.features)
        if tolerance is None and accuracy is not None:
            tolerance = {"m": accuracy.length_m, "": accuracy.ratio}.get(self.check.unit)
        found: list[str] = [*own, *assumptions]
        if accuracy is not None and verdict is not Verdict.NOT_APPLICABLE:
            found += accuracy.assumptions + assumed_values(self._taken or (), self.check.attributes)
        return CheckResult(
            plan=self.plan.plan,
            check=self.check.id,
            verdict=verdict,
            message=message,
            value=None if value is None else float(value),
            limit=None if limit is None else float(limit),
            unit=self.check.unit,
            tolerance=(tolerance or None) if rule and value is not None else None,
            legal_basis=rule.legal_basis if rule else "",
            parcels=site.parcel_ids if site else self.plan.parcels,
            details={
                **(details or {}),
                "rules": [used.citation() for used in self._used.values()],
                "accuracy": accuracy.table() if accuracy else None,
                "plan_warnings": list(self.plan.warnings),
            },
            geometry=geometry,
            assumptions=tuple(dict.fromkeys(found)),
            sources=tuple(
                self._source(name) for name in (*self.check.layers, *self.check.also_reads) if name in self.windows
            ),
            crs=self.crs_name,
            steps=tuple(steps),
            neighbour_protecting=rule.neighbour_protecting if rule else None,
            versions=self._versions,
            advice=self.check.advice,
            labels=self.check.labels,
        )

    def _source(self, name: str) -> dict[str, Any]:
        bounds, window = self.windows[name]
        info = window.info
        source: dict[str, Any] = {
            "layer": name,
            "snapshot_id": info.snapshot_id,
            "source": info.source,
            "licence": info.licence,
            "as_of": info.as_of.isoformat() if info.as_of else None,
        }
        if info.read_at is not None:
            # A live source has no snapshot to go back to: what was read, where, when, and its fingerprint.
            source |= {"read_at": info.read_at.isoformat(), "bounds": list(bounds), "digest": window.digest()}
        return source
