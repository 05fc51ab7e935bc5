"""Ratios of an amount (floor area, volume) to the area of the site, in each zone of the site."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shapely.geometry.base import BaseGeometry

from gis.checks.building_land import building_land, on_land, street_on_land
from gis.checks.context import CheckContext
from gis.checks.judging import worst
from gis.checks.parcel_areas import RULE as AREAS
from gis.checks.ratio_parts import Amount, Part, Ratio, parts_of, permitted, quantity
from gis.checks.reservations import by_both_areas, by_street, listed_sentences, reservations
from gis.checks.result import CheckResult, Step, Verdict
from gis.checks.zones import ZONE_AREA_M2, Zones, zones_on_site
from gis.site_context import polygons, union_of
from gis.wording import listed, number, square_metres

#: Text of an amount that the plan leaves out.
NOT_GIVEN = "nicht angegeben"
_SPLIT = "Die {amount} eines Gebäudes in mehreren Baugebieten ist nach dem Anteil seines Umrisses auf sie verteilt."


def rate(context: CheckContext, amounts: Sequence[Amount], kind: Ratio) -> CheckResult:
    """Compare the ratio with what the plan sets: per zone where the site lies in several.

    Value and limit are those of the worst zone, of equal ones the one with the smallest margin. An unknown amount keeps
    the result from passing, not from failing; without failing there is no value then. So do reservations about the
    basis (see ``gis.checks.reservations``). Where two figures of the plan, or the two areas of the site, lead to
    different answers there is none.
    """
    accuracy = context.take([amount.feature for amount in amounts])
    site, zones = context.site, zones_on_site(context)
    built = polygons(union_of(tuple(amount.feature for amount in amounts)).intersection(site.geometry))
    held = reservations(context, [amount.feature for amount in amounts], zones, built)
    land, land_notes = building_land(context, zones, built)
    built, left_out = on_land(built, land, site.geometry)
    tolerance = accuracy.ratio

    def parts_with(official_m2: float, *, most: bool = False) -> list[Part]:
        share = official_m2 / site.planar_area_m2
        parts = parts_of(zones, land, amounts, share, most=most)
        return [found for part in parts for found in permitted(part, zones, kind, amounts, tolerance, most=most)]

    parts = parts_with(site.area_m2)
    verdicts = [part.verdict(tolerance) for part in parts]
    verdict = worst(verdicts)
    part = min(
        (candidate for candidate, found in zip(parts, verdicts, strict=True) if found is verdict),
        key=lambda candidate: (candidate.margin, -candidate.value),
    )
    unknown = [
        amount.name if amount.text == NOT_GIVEN else f"{amount.name} ({amount.text})"
        for amount in amounts
        if amount.value is None
    ]
    notes = [
        *site.area_assumptions,
        *zones.notes,
        *land_notes,
        *held.drawn_note(buildings_only=True),
        *left_out,
        *(a.assumption for a in amounts if a.assumption),
        *(note for part in parts for note in part.notes),
        *([_SPLIT.format(amount=kind.amount)] if _is_split(amounts, parts) else []),
    ]
    figures = (
        f"{kind.short} {number(part.value)} ({quantity(part.amount, kind)} {kind.amount} auf "
        f"{square_metres(part.area_m2)} Grundstück)"
    )
    reasons, contradicted = list(held.sentences), False
    disputed = [amount for amount in amounts if amount.most is not None]
    if disputed:
        highest = max(parts_with(site.area_m2, most=True), key=lambda candidate: -candidate.margin)
        names = listed([amount.dispute for amount in disputed[:3]])
        if worst(candidate.verdict(tolerance) for candidate in parts_with(site.area_m2, most=True)) is verdict:
            notes.append(f"{names}; beides führt zum selben Ergebnis.")
        else:
            contradicted = True
            reasons.append(f"{names}. Mit der größeren Zahl ergibt sich {kind.short} {number(highest.value)}.")
    if held.doubt is not None:
        by_map = parts_with(site.planar_area_m2)
        other = worst(candidate.verdict(tolerance) for candidate in by_map)
        highest = max(by_map, key=lambda candidate: -candidate.margin)
        reason, note = by_both_areas(held.doubt, verdict, other, f"{kind.short} {number(highest.value)}")
        context.rule(AREAS)
        contradicted = contradicted or reason is not None
        reasons += [reason] if reason else []
        notes += [note] if note else []
    street = street_on_land(context, land, built)
    if street is not None:
        without = parts_with(site.area_m2 * street.left) if street.left > 0 else []
        other = worst(candidate.verdict(tolerance) for candidate in without)
        highest = max(without, key=lambda candidate: -candidate.margin, default=part)
        reason, note = by_street(street, verdict, other, f"{kind.short} {number(highest.value)}" if without else "")
        reasons += [reason] if reason else []
        notes += [note] if note else []
    allowed = _allowed(kind, part)
    sentence, verdict = _sentence(kind, part, verdict, zones, figures, unknown)
    if reasons and (verdict not in (Verdict.FAILED, Verdict.NOT_APPLICABLE) or (contradicted and not unknown)):
        rest = (
            sentence.removeprefix("Nicht prüfbar: ") if unknown or part.reason else f"Rechnerisch: {figures}{allowed}"
        )
        sentence = f"Nicht prüfbar: {listed_sentences(reasons)} {rest}"
        verdict = Verdict.NOT_ASSESSABLE
    return context.result(
        verdict,
        f"{sentence} ({context.rule(context.check.id).legal_basis}).",
        # A sum without the unknown ones is no value, unless it is too much already.
        value=part.value if not unknown or verdict is Verdict.FAILED else None,
        limit=part.governing_limit,
        tolerance=tolerance,
        geometry=built,
        details={
            **_details(amounts, parts, zones),
            "undrawn_m2": None if held.undrawn is None else float(held.undrawn.area),
        },
        assumptions=dict.fromkeys(notes),
        steps=_steps(amounts, parts, kind),
    )


def _is_split(amounts: Sequence[Amount], parts: Sequence[Part]) -> bool:
    """Whether one building brings something into several zones."""
    if len(parts) < 2:
        return False
    grounds = [part.zone.geometry for part in parts if part.zone is not None]
    return any(
        sum(amount.feature.geometry.intersection(ground).area > ZONE_AREA_M2 for ground in grounds) > 1
        for amount in amounts
    )


def _sentence(
    kind: Ratio, part: Part, verdict: Verdict, zones: Zones, figures: str, unknown: list[str]
) -> tuple[str, Verdict]:
    where = f" im Gebiet {part.zone.text('zone')}" if part.zone and len(zones.zones) > 1 else ""
    if part.windows:
        where += f" in {'jedem' if verdict is Verdict.PASSED else 'einem'} der {part.windows} Baufenster"
    limit = part.governing_limit
    least = limit is not None and limit == part.minimum
    allowed = _allowed(kind, part)
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


def _allowed(kind: Ratio, part: Part) -> str:
    """What the plan sets, as the end of a sentence: in m² or m³ where it does so."""
    limit = part.governing_limit
    if limit is None:
        return ""
    if limit == part.minimum:
        return f"; mindestens {number(limit)}"
    if part.absolute is not None:
        return f"; zulässig sind {quantity(part.absolute, kind)} {kind.amount} ({kind.short} {number(limit)})"
    return f"; zulässig sind {number(limit)}"


def _details(amounts: Sequence[Amount], parts: list[Part], zones: Zones) -> dict[str, Any]:
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


def _steps(amounts: Sequence[Amount], parts: list[Part], kind: Ratio) -> list[Step]:
    steps = [Step(f"{kind.amount}: {a.name}", a.text, a.value, kind.unit, kind.basis) for a in amounts]
    for part in parts:
        where = f" ({part.zone.text('zone') or 'ohne Art'})" if part.zone and len(parts) > 1 else ""
        steps.append(
            Step(f"Grundstücksfläche{where}", square_metres(part.area_m2), part.area_m2, "m²", "§ 19 Abs. 3 BauNVO")
        )
        if part.zone is not None and len(parts) > 1:
            shares = [_share_text(a, part.zone.geometry, kind) for a in amounts if a.value]
            text = " + ".join(share for share in shares if share)
            label = f"Anteil{where} nach dem Umriss"
            steps.append(
                Step(label, f"{text or '0'} = {quantity(part.amount, kind)}", part.amount, kind.unit, kind.basis)
            )
        text = f"{quantity(part.amount, kind)} ÷ {square_metres(part.area_m2)} = {number(part.value, 4)}"
        steps.append(Step(f"{kind.noun}{where}", text, part.value, "", kind.basis))
        for label, limit in (("Zulässig", part.limit), ("Mindestens", part.minimum)):
            if limit is None:
                continue
            text = f"{kind.short} {number(limit)}"
            if part.absolute is not None and limit == part.limit:
                set_m2 = f"{quantity(part.absolute, kind)} {kind.amount}"
                text = f"{set_m2} ÷ {square_metres(part.area_m2)} = {kind.short} {number(limit, 4)}"
            steps.append(Step(f"{label}{where}", text, limit, "", kind.limit_basis))
    return steps


def _share_text(amount: Amount, ground: BaseGeometry, kind: Ratio) -> str:
    """The part of an amount that counts in a zone: "320,00 m² × 31,3 %"."""
    share = float(amount.feature.geometry.intersection(ground).area / amount.feature.geometry.area)
    return f"{quantity(amount.value or 0.0, kind)} × {number(100 * share, 1)} %" if share > 0 else ""
