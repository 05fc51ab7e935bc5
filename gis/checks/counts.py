"""Numbers that plans limit per building: storeys, dwellings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gis.checks.context import CheckContext
from gis.checks.figures import RULE as FIGURES
from gis.checks.figures import several_storeys_high
from gis.checks.judging import at_least, at_most, worst
from gis.checks.per_building import Finding, agreed, name_of, sum_up
from gis.checks.result import CheckResult, Step, Verdict
from gis.checks.zones import Zones, required_zones
from gis.rules import Rule
from gis.siteplan import PlanFeature
from gis.wording import listed, number


@dataclass(frozen=True)
class Count:
    """A number per building: attribute of the feature, German words, and the plan's attributes that limit it.

    ``zero``: whether a main building may have none. ``if_missing``: German sentence on what is assumed for other
    buildings ("{}": their names) where they do not state the number and are not too high for it. ``contradiction``
    gives a German clause on figures of a building that the number does not go with; it is called with the rule of
    ``gis.checks.figures``.
    """

    attribute: str
    noun: str
    one: str
    most: str
    least: str = ""
    exact: str = ""
    unset: str = ""
    passed: str = ""
    zero: bool = True
    if_missing: str = ""
    contradiction: Callable[[PlanFeature, Rule], str | None] = lambda _building, _rule: None


def count_per_building(context: CheckContext, kind: Count) -> CheckResult:
    """Judge the number in every building with a role that the rule names."""
    rule = context.rule(context.check.id)
    buildings = [feature for feature in context.plan.features if feature.role.value in rule.values["roles"]]
    if not buildings:
        return context.result(Verdict.NOT_APPLICABLE, "Nicht anwendbar: Der Lageplan enthält kein Hauptgebäude.")
    others = [feature for feature in context.plan.features if feature.role.value in rule.values["roles_if_stated"]]
    figures = context.rules.rule(FIGURES)
    unknown = [feature for feature in others if getattr(feature, kind.attribute) is None]
    tall = [feature for feature in unknown if kind.if_missing and several_storeys_high(feature, figures)]
    stated = [feature for feature in others if getattr(feature, kind.attribute) or feature in tall]
    silent = [name_of(feature) for feature in unknown if feature not in tall]
    context.take((*buildings, *stated))
    zones = required_zones(context)
    result = sum_up(
        context,
        [*buildings, *stated],
        zones,
        lambda building: _judge(building, zones, kind, rule.legal_basis, figures, main=building in buildings),
        unset=kind.unset,
        passed=kind.passed,
    )
    if not silent or not kind.if_missing or result.verdict is Verdict.NOT_APPLICABLE:
        return result
    return result.replace(assumptions=(*result.assumptions, kind.if_missing.format(listed(silent))))


def _judge(building: PlanFeature, zones: Zones, kind: Count, basis: str, figures: Rule, *, main: bool) -> list[Finding]:
    """One finding for a building; none where the plan limits nothing. Only main buildings need a least number."""
    names = [name for name in (kind.most, kind.least, kind.exact) if name and (main or name != kind.least)]
    settings = zones.settings(building.geometry, names)
    found = [
        _by_limits(building, {name: limit for name, (_, limit) in limits.items()}, kind, basis, figures, main=main)
        for limits in settings
        if limits
    ]
    return agreed(found, lambda limit: number(limit, 0), unset=len(found) < len(settings))


def _by_limits(
    building: PlanFeature, limits: dict[str, float], kind: Count, basis: str, figures: Rule, *, main: bool
) -> Finding:
    name = name_of(building)
    asked = listed([_allowed(attribute, limit, kind) for attribute, limit in limits.items()])
    value = getattr(building, kind.attribute)
    governing = limits.get(kind.exact, limits.get(kind.most, limits.get(kind.least)))
    if value is None or (value == 0 and not kind.zero):
        given = "nicht" if value is None else "mit 0"
        text = f"{name}: die Zahl der {kind.noun} ist {given} angegeben; {asked}"
        return Finding(building, Verdict.NOT_ASSESSABLE, text, None, governing)
    if (clash := kind.contradiction(building, figures)) is not None:
        text = f"{name}: {clash}, das kann nicht stimmen; {asked}"
        return Finding(building, Verdict.NOT_ASSESSABLE, text, None, governing)
    verdicts = {
        attribute: _compare(attribute if main else kind.most, float(value), limit, kind)
        for attribute, limit in limits.items()
    }
    verdict = worst(verdicts.values())
    broken = next((limits[attribute] for attribute, found in verdicts.items() if found is verdict), governing)
    steps = (
        Step(f"{kind.noun}: {name}", f"{number(value, 0)} vorhanden", float(value), kind.noun, basis),
        *(
            Step("Festsetzung", _allowed(attribute, limit, kind), limit, kind.noun, basis)
            for attribute, limit in limits.items()
        ),
    )
    text = f"{name} hat {number(value, 0)} {kind.one if value == 1 else kind.noun}, {asked}"
    return Finding(building, verdict, text, float(value), broken, steps)


def _compare(attribute: str, value: float, limit: float, kind: Count) -> Verdict:
    if attribute == kind.exact:
        return Verdict.PASSED if value == limit else Verdict.FAILED
    return at_least(value, limit) if attribute == kind.least else at_most(value, limit)


def _allowed(attribute: str, limit: float, kind: Count) -> str:
    if attribute == kind.exact:
        return f"zwingend {'ist' if limit == 1 else 'sind'} {number(limit, 0)}"
    allowed = "zulässig ist" if limit == 1 else "zulässig sind"
    return f"mindestens {number(limit, 0)}" if attribute == kind.least else f"{allowed} höchstens {number(limit, 0)}"
