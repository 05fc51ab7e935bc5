"""Buildings drawn as garage or outbuilding that people live in: checks of main buildings would pass them over."""

from __future__ import annotations

from gis.checks.context import CheckContext
from gis.checks.result import CheckResult, Verdict
from gis.checks.uses import use_of
from gis.siteplan import PlanFeature, Role
from gis.wording import counted, listed


def with_drawn_roles(context: CheckContext, result: CheckResult) -> CheckResult:
    """Keep a check of main buildings from more than ``not_assessable`` where the plan draws one as something else.

    What fails without it fails.
    """
    if not context.check.main_buildings or result.verdict is Verdict.FAILED:
        return result
    reason = _reason(context)
    if reason is None:
        return result
    if result.verdict is Verdict.NOT_ASSESSABLE:
        return result.replace(message=f"{result.message} {reason}")
    if result.verdict is Verdict.NOT_APPLICABLE:
        return result.replace(verdict=Verdict.NOT_ASSESSABLE, message=f"Nicht prüfbar: {reason}")
    message = f"Nicht prüfbar: {reason} Rechnerisch ergab sich: {result.message}"
    return result.replace(verdict=Verdict.NOT_ASSESSABLE, message=message)


def _reason(context: CheckContext) -> str | None:
    """German sentence naming garages and outbuildings with dwellings; None where there are none (found once)."""
    known: dict[str, str | None] = context.shared.setdefault("misdrawn", {})
    if "reason" not in known:
        rules = context.rules.rules
        table = rules["land_use"].values["uses"] if "land_use" in rules else {}
        found = [
            f"{feature.role.label} {feature.id} ({lived})"
            for feature in context.plan.by_role(Role.ANCILLARY_BUILDING, Role.GARAGE)
            if (lived := _lived_in(feature, use_of(feature.use, table) if feature.use else None))
        ]
        known["reason"] = (
            f"{listed(found[:4])}: Ein Gebäude zum Wohnen ist ein Hauptgebäude. Bitte zeichnen Sie es als Hauptgebäude."
            if found
            else None
        )
    return known["reason"]


def _lived_in(feature: PlanFeature, use: str | None) -> str:
    if feature.dwellings:
        return counted(feature.dwellings, "Wohnungen")
    return f"Nutzung {feature.use}" if use == "residential" else ""
