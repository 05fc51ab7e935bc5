"""What the project asks for beside the house: playground, bicycles, cars, green. Advice for applicant and officer."""

from __future__ import annotations

import math

from gis.checks import register
from gis.checks.context import CheckContext
from gis.checks.result import CheckResult, Step, Verdict
from gis.site_context import polygons, union_of
from gis.wording import counted, number, percent, square_metres


@register(
    "demand",
    title="Spielplatz, Stellplätze, Grün",
    unit="Wohnungen",
    order=700,
    main_buildings=True,
    advice=True,
    layers=("parcels",),
    attributes=("dwellings",),
    question="Braucht das Vorhaben einen Spielplatz, Abstellplätze für Fahrräder oder Einstellplätze, und wie viel des "
    "Grundstücks bleibt grün?",
    formula="Wohnungen × Richtwert je Wohnung; Spielplatz bei mehr als 5 Wohnungen; Grün = Grundstück − befestigte "
    "Flächen",
    inputs="Zahl der Wohnungen je Gebäude, Umrisse aller Anlagen, Baugrundstück",
)
def demand(context: CheckContext) -> CheckResult:
    """Value and limit: most dwellings in one building, and the number above which a playground is needed.

    NBauO §§ 9, 47, 48.

    Advice: ``borderline`` where something is to be shown, ``passed`` where nothing is. Local statutes go first.
    """
    rule = context.rule("demand")
    values = rule.values
    buildings = [feature for feature in context.plan.features if feature.role.value in values["roles"]]
    if not buildings:
        return context.result(Verdict.NOT_APPLICABLE, "Nicht anwendbar: Der Lageplan enthält kein Hauptgebäude.")
    context.take(context.plan.features)
    site = context.site
    sealed = union_of(tuple(f for f in context.plan.features if f.role.value in values["roles_sealed"]))
    sealed_m2 = float(polygons(sealed.intersection(site.geometry)).area)
    green_m2 = site.planar_area_m2 - sealed_m2
    most = int(values["playground_above_dwellings"])
    share = percent(green_m2 / site.planar_area_m2)
    green = f"unbebaut und unbefestigt bleiben {square_metres(green_m2)} ({share})"
    details = {"green_m2": green_m2, "green_share": green_m2 / site.planar_area_m2, "sealed_m2": sealed_m2}
    step = Step(
        "Grünfläche", f"{square_metres(site.planar_area_m2)} − {square_metres(sealed_m2)}", green_m2, "m²", "§ 9 NBauO"
    )
    if any(feature.dwellings is None for feature in buildings):
        message = (
            f"Nicht prüfbar: Die Zahl der Wohnungen ist nicht für alle Gebäude angegeben; {green} ({rule.legal_basis})."
        )
        return context.result(Verdict.NOT_ASSESSABLE, message, limit=float(most), details=details, steps=[step])
    dwellings = sum(feature.dwellings or 0 for feature in buildings)
    largest = max(feature.dwellings or 0 for feature in buildings)
    playground = largest > most
    bicycles = math.ceil(dwellings * float(values["bicycles_per_dwelling"]) - 1e-9)
    cars = math.ceil(dwellings * float(values["car_spaces_per_dwelling"]) - 1e-9)
    needs = []
    if playground:
        needs.append(f"ein Spielplatz für Kinder (Gebäude mit mehr als {most} Wohnungen)")
    if bicycles:
        needs.append(f"{number(bicycles, 0)} Abstellplätze für Fahrräder (Richtwert)")
    if cars:
        needs.append(f"{number(cars, 0)} Einstellplätze")
    lead = f"Hinweis: Für {counted(dwellings, 'Wohnungen')} nachzuweisen sind {' und '.join(needs)}" if needs else (
        "Aus der Zahl der Wohnungen ergibt sich kein weiterer Nachweis"
    )  # fmt: skip
    return context.result(
        Verdict.BORDERLINE if needs else Verdict.PASSED,
        f"{lead}; {green} ({rule.legal_basis}).",
        value=float(largest),
        limit=float(most),
        details={**details, "dwellings": dwellings, "playground": playground, "bicycles": bicycles, "car_spaces": cars},
        assumptions=("Örtliche Satzungen gehen den Richtwerten vor und sind nicht ausgewertet.",),
        steps=[
            _per_dwelling("Fahrräder", dwellings, float(values["bicycles_per_dwelling"]), bicycles, "§ 48 NBauO"),
            _per_dwelling("Einstellplätze", dwellings, float(values["car_spaces_per_dwelling"]), cars, "§ 47 NBauO"),
            step,
        ],
    )


def _per_dwelling(label: str, dwellings: int, each: float, needed: int, basis: str) -> Step:
    return Step(label, f"{counted(dwellings, 'Wohnungen')} × {number(each, 1)} = {needed}", float(needed), "", basis)
