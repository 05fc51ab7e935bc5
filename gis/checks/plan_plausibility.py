"""Do the measures of the binding plan look right (orientation values of § 17 BauNVO)? Advice about the data."""

from __future__ import annotations

from gis.checks import register
from gis.checks.context import CheckContext
from gis.checks.result import CheckResult, Step, Verdict
from gis.checks.zones import baunvo_year, required_zones
from gis.wording import listed, number

_MEASURES = (("grz", "GRZ"), ("gfz", "GFZ"), ("bmz", "BMZ"))
_ROUNDING = 1e-9


@register(
    "plan_plausibility",
    title="Plausibilität der Festsetzungen",
    unit="",
    order=490,
    advice=True,
    layers=("parcels", "zoning"),
    also_reads=("building_windows", "plan_scopes"),
    question="Liegen die Festsetzungen des Bebauungsplans im Rahmen der Orientierungswerte? Höhere Werte sind möglich, "
    "aber ein Anlass, die eingelesenen Daten mit der Urkunde zu vergleichen.",
    formula="GRZ, GFZ und BMZ des Baugebiets ≤ Orientierungswert für die Art des Gebiets",
    inputs="Baugebiete mit Art und Maß der baulichen Nutzung",
)
def plan_plausibility(context: CheckContext) -> CheckResult:
    """Value and limit: the measure that exceeds its orientation value most, as number and value (BauNVO § 17).

    The values bind the makers of a plan, not an applicant: a higher one is ``borderline``, never ``failed``.
    """
    rule = context.rule("plan_plausibility")
    zones = required_zones(context)
    table = rule.values["orientation"]
    found: list[tuple[float, float, str]] = []
    steps: list[Step] = []
    unknown: list[str] = []
    notes: list[str] = []
    for zone in zones.zones:
        if zone.kind not in table:
            unknown.append(zone.text("zone") or "ohne Art")
            continue
        year = baunvo_year(zone)
        if year is not None and year < rule.valid_from.year:
            notes.append(f"Der Plan folgt der BauNVO {year}, für die andere Obergrenzen galten.")
        for (name, short), limit in zip(_MEASURES, table[zone.kind], strict=True):
            value = zone.number(name)
            if value is not None and limit > 0:
                text = f"{short} {number(value)} im {zone.text('zone')}, Orientierungswert {number(limit)}"
                steps.append(Step(f"{short} im {zone.text('zone')}", text, value, "", rule.legal_basis))
                found.append((value, float(limit), text))
    if not found:
        reason = (
            f"für das Gebiet {listed(unknown)} gibt es keinen Orientierungswert"
            if unknown
            else "der Plan setzt kein Maß mit einem Orientierungswert fest"
        )
        message = f"Nicht anwendbar: Ein Vergleich entfällt, {reason} ({rule.legal_basis})."
        return context.result(Verdict.NOT_APPLICABLE, message, steps=steps)
    above = [entry for entry in found if entry[0] > entry[1] + _ROUNDING]
    value, limit, _ = max(above or found, key=lambda entry: entry[0] / entry[1])
    if above:
        lead = "Hinweis: Der Bebauungsplan geht über die Orientierungswerte hinaus; bitte mit der Urkunde vergleichen"
    else:
        lead = "Die Festsetzungen liegen im Rahmen der Orientierungswerte"
    texts = "; ".join(text for _, _, text in (above or found)[:3])
    return context.result(
        Verdict.BORDERLINE if above else Verdict.PASSED,
        f"{lead}: {texts} ({rule.legal_basis}).",
        value=value,
        limit=limit,
        tolerance=0.0,
        details={"without_value": unknown, "zones": zones.table()},
        assumptions=dict.fromkeys(notes),
        steps=steps,
    )
