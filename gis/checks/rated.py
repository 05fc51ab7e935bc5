"""Ratios of an amount (floor area, volume) to the area of the site, in each zone of the site."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from shapely.geometry.base import BaseGeometry

from gis.checks.building_land import building_land, on_land
from gis.checks.context import CheckContext
from gis.checks.judging import ratio_at_least, ratio_at_most, worst
from gis.checks.result import CheckResult, Step, Verdict
from gis.checks.zones import Area, ConflictError, Zones, zones_on_site
from gis.site_context import polygons, union_of
from gis.siteplan import PlanFeature
from gis.wording import listed, number, square_metres


@dataclass(frozen=True)
class Amount:
    """What one building brings in, in m² or m³; ``value`` is None where unknown. ``text`` says where it comes from."""

    feature: PlanFeature
    value: float | None
    text: str
    assumption: str | None = None

    @property
    def name(self) -> str:
        """German name of the building."""
        return f"{self.feature.role.label} {self.feature.id}"


@dataclass(frozen=True)
class Ratio:
    """A ratio that plans set: German words, canonical attributes of the limits, and paragraphs.

    ``minimum`` is the attribute of a least value ("" where there is none). ``fallback`` gives a limit by law and its
    German reason where the plan sets none in a zone: called with zone, amount and area.
    """

    noun: str
    short: str
    amount: str
    unit: str
    ratio: str
    absolute: str
    minimum: str
    basis: str
    limit_basis: str
    fallback: Callable[[Zones, Area], tuple[float, str] | None] = lambda _zones, _zone: None


@dataclass(frozen=True)
class _Part:
    """Share of the site in one zone."""

    zone: Area | None
    amount: float
    area_m2: float
    limit: float | None = None
    minimum: float | None = None
    reason: str = ""

    @property
    def value(self) -> float:
        return self.amount / self.area_m2

    def verdict(self, tolerance: float) -> Verdict:
        found = []
        if self.limit is not None:
            found.append(ratio_at_most(self.value, self.limit, tolerance))
        if self.minimum is not None:
            found.append(ratio_at_least(self.value, self.minimum, tolerance))
        return Verdict.NOT_ASSESSABLE if self.reason else worst(found)

    @property
    def margin(self) -> float:
        """How far the ratio is from what is set; infinite where nothing is."""
        above = math.inf if self.limit is None else self.limit - self.value
        return above if self.minimum is None else min(above, self.value - self.minimum)

    @property
    def governing_limit(self) -> float | None:
        """The least value where that is missed, else the highest permitted one."""
        if self.minimum is not None and (self.limit is None or self.value < self.minimum):
            return self.minimum
        return self.limit


def rate(context: CheckContext, amounts: Sequence[Amount], kind: Ratio) -> CheckResult:
    """Compare the ratio with what the plan sets: per zone where the site lies in several.

    Value and limit are those of the worst zone, of equal ones the one with the smallest margin. An unknown amount keeps
    the result from passing, not from failing; without failing there is no value then.
    """
    accuracy = context.take([amount.feature for amount in amounts])
    site, zones = context.site, zones_on_site(context)
    built = polygons(union_of(tuple(amount.feature for amount in amounts)).intersection(site.geometry))
    land, land_notes = building_land(context, zones, built)
    unzoned = zones.beyond_m2(built) if zones.zones else 0.0
    built, left_out = on_land(built, land, site.geometry)
    parts = [_limited(part, zones, kind) for part in _parts(context, zones, land, amounts)]
    tolerance = accuracy.ratio
    verdicts = [part.verdict(tolerance) for part in parts]
    verdict = worst(verdicts)
    part = min(
        (candidate for candidate, found in zip(parts, verdicts, strict=True) if found is verdict),
        key=lambda candidate: (candidate.margin, -candidate.value),
    )
    unknown = [amount.name for amount in amounts if amount.value is None]
    notes = (
        *site.area_assumptions,
        *zones.notes,
        *land_notes,
        *left_out,
        *(a.assumption for a in amounts if a.assumption),
    )
    figures = (
        f"{kind.short} {number(part.value)} ({_quantity(part.amount, kind)} {kind.amount} auf "
        f"{square_metres(part.area_m2)} Grundstück)"
    )
    sentence, verdict = _sentence(kind, part, verdict, zones, figures, unknown)
    if unzoned and verdict not in (Verdict.FAILED, Verdict.NOT_ASSESSABLE):
        beyond = f"Für {square_metres(unzoned)} der Gebäude ist kein Baugebiet bekannt. Sonst gilt: {sentence}"
        sentence, verdict = f"Nicht prüfbar: {beyond}", Verdict.NOT_ASSESSABLE
    return context.result(
        verdict,
        f"{sentence} ({context.rule(context.check.id).legal_basis}).",
        # A sum without the unknown ones is no value, unless it is too much already.
        value=part.value if not unknown or verdict is Verdict.FAILED else None,
        limit=part.governing_limit,
        tolerance=tolerance,
        geometry=built,
        details=_details(amounts, parts, zones),
        assumptions=dict.fromkeys(notes),
        steps=_steps(amounts, parts, kind),
    )


def _parts(context: CheckContext, zones: Zones, land: Any, amounts: Sequence[Amount]) -> list[_Part]:
    site = context.site
    official = site.area_m2 / site.planar_area_m2
    if len(zones.zones) < 2:
        ground = None if land is site.geometry else land
        zone = zones.zones[0] if zones.zones else None
        return [_Part(zone, _amount(amounts, ground), float(land.area) * official, reason=zones.reason or "")]
    parts = []
    for zone in zones.zones:
        ground = polygons(zone.geometry.intersection(land))
        if ground.area > 0:
            parts.append(_Part(zone, _amount(amounts, ground), float(ground.area) * official))
    return parts


def _amount(amounts: Sequence[Amount], ground: BaseGeometry | None) -> float:
    """Sum of what the buildings bring in, of each in proportion of its footprint on the ground (None: all of it)."""
    return sum(
        (amount.value or 0.0)
        * (1.0 if ground is None else amount.feature.geometry.intersection(ground).area / amount.feature.geometry.area)
        for amount in amounts
    )


def _limited(part: _Part, zones: Zones, kind: Ratio) -> _Part:
    if part.zone is None:
        return part
    try:
        ratio, absolute = zones.measure(part.zone, kind.ratio), zones.measure(part.zone, kind.absolute)
        minimum = zones.measure(part.zone, kind.minimum) if kind.minimum else None
    except ConflictError as error:
        return _Part(part.zone, part.amount, part.area_m2, reason=str(error))
    limit = ratio if ratio is not None else None if absolute is None else absolute / part.area_m2
    if limit is None and (by_law := kind.fallback(zones, part.zone)) is not None:
        limit = by_law[0]
    return _Part(part.zone, part.amount, part.area_m2, limit, minimum)


def _sentence(
    kind: Ratio, part: _Part, verdict: Verdict, zones: Zones, figures: str, unknown: list[str]
) -> tuple[str, Verdict]:
    where = f" im Gebiet {part.zone.text('zone')}" if part.zone and len(zones.zones) > 1 else ""
    limit = part.governing_limit
    least = limit is not None and limit == part.minimum
    allowed = "" if limit is None else f"; {'mindestens' if least else 'zulässig sind'} {number(limit)}"
    if part.reason:
        # A sum without the unknown ones is no figure to show.
        computed = (
            f"Die {kind.amount} ist nicht angegeben für {listed(unknown)}" if unknown else f"Rechnerisch: {figures}"
        )
        return f"Nicht prüfbar: {part.reason} {computed}", Verdict.NOT_ASSESSABLE
    if limit is None:
        computed = "" if unknown else f". Rechnerisch: {figures}"
        text = f"Nicht anwendbar: Der Bebauungsplan setzt für das Baugebiet keine {kind.noun} fest{computed}"
        return text, Verdict.NOT_APPLICABLE
    if unknown and not (verdict is Verdict.FAILED and not least):
        missing = f"Nicht prüfbar: Die {kind.amount} ist nicht angegeben für {listed(unknown)}"
        known = "" if part.amount == 0 else f". Ohne dies: {figures}"
        return f"{missing}{known}{allowed}", Verdict.NOT_ASSESSABLE
    lead = {
        Verdict.PASSED: f"Die {kind.noun} ist eingehalten",
        Verdict.BORDERLINE: f"Grenzfall: Die {kind.noun} liegt sehr nahe am festgesetzten Wert",
        Verdict.FAILED: f"Die {kind.noun} ist {'nicht erreicht' if least else 'überschritten'}",
    }[verdict]
    return f"{lead}{where}: {figures}{allowed}", verdict


def _details(amounts: Sequence[Amount], parts: list[_Part], zones: Zones) -> dict[str, Any]:
    return {
        "amounts": [{"feature": a.feature.id, "value": a.value, "origin": a.text} for a in amounts],
        "parts": [
            {
                "zone": part.zone.text("zone") if part.zone else None,
                "amount": part.amount,
                "area_m2": part.area_m2,
                "value": part.value,
                "limit": part.limit,
                "minimum": part.minimum,
            }
            for part in parts
        ],
        "zones": zones.table(),
    }


def _steps(amounts: Sequence[Amount], parts: list[_Part], kind: Ratio) -> list[Step]:
    steps = [Step(f"{kind.amount}: {a.name}", a.text, a.value, kind.unit, kind.basis) for a in amounts]
    for part in parts:
        where = f" ({part.zone.text('zone') or 'ohne Art'})" if part.zone and len(parts) > 1 else ""
        steps.append(
            Step(f"Grundstücksfläche{where}", square_metres(part.area_m2), part.area_m2, "m²", "§ 19 Abs. 3 BauNVO")
        )
        text = f"{_quantity(part.amount, kind)} ÷ {square_metres(part.area_m2)} = {number(part.value, 4)}"
        steps.append(Step(f"{kind.noun}{where}", text, part.value, "", kind.basis))
        for label, limit in (("Zulässig", part.limit), ("Mindestens", part.minimum)):
            if limit is not None:
                steps.append(Step(f"{label}{where}", f"{kind.short} {number(limit)}", limit, "", kind.limit_basis))
    return steps


def _quantity(value: float, kind: Ratio) -> str:
    return square_metres(value) if kind.unit == "m²" else f"{number(value)} {kind.unit}"
