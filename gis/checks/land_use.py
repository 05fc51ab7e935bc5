"""Is the intended use permitted in the zone (Art der baulichen Nutzung)?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gis.attributes import normalise
from gis.checks import register
from gis.checks.context import CheckContext
from gis.checks.per_building import Finding, name_of, sum_up
from gis.checks.result import CheckResult, Step, Verdict
from gis.checks.zones import ZONE_AREA_M2, Area, Zones, baunvo_year, required_zones
from gis.rules import Rule
from gis.siteplan import PlanFeature
from gis.wording import listed, number


@register(
    "land_use",
    title="Art der baulichen Nutzung",
    unit="",
    order=540,
    labels={Verdict.BORDERLINE: "Ausnahme möglich"},
    layers=("parcels", "zoning"),
    attributes=("use",),
    question="Die Nutzung muss in dem Baugebiet allgemein zulässig sein oder als Ausnahme zugelassen werden.",
    formula="Nutzung × Baugebiet → allgemein zulässig, ausnahmsweise zulässig, nicht zulässig",
    inputs="Nutzung je Gebäude, Baugebiete mit Art der baulichen Nutzung und Fassung der BauNVO",
)
def land_use(context: CheckContext) -> CheckResult:
    """Verdict per building from the table of the rule: an exception is ``borderline``, what is in neither list fails.

    Value and limit are empty. A use that the zone admits in rooms only (§ 13) is not assessable where it is stated for
    the whole building, and fails where that has no dwellings. Uses are recognised by the names in the table; one that
    is not known, a zone without table (SO) and a plan under an ordinance before ``baunvo_from`` are not assessable
    (BauNVO §§ 2 to 9).
    """
    rule = context.rule("land_use")
    buildings = [feature for feature in context.plan.features if feature.role.value in rule.values["roles"]]
    if not buildings:
        return context.result(Verdict.NOT_APPLICABLE, "Nicht anwendbar: Der Lageplan enthält kein Hauptgebäude.")
    context.take(buildings)
    zones = required_zones(context)
    return sum_up(
        context,
        buildings,
        zones,
        lambda building: _judge(building, zones, rule),
        unset="Kein Gebäude steht in einem Baugebiet",
        passed="Die Nutzung ist zulässig",
    )


def use_of(text: str, uses: Mapping[str, Any]) -> str | None:
    """Id of a use by its id, title or one of its names, whatever their spelling; None where it is not known."""
    wanted = normalise(text)
    for name, entry in uses.items():
        if wanted in {normalise(known) for known in (name, entry["title"], *entry["names"])}:
            return name
    return None


def _judge(building: PlanFeature, zones: Zones, rule: Rule) -> list[Finding]:
    name, uses = name_of(building), rule.values["uses"]
    if not building.use:
        return [Finding(building, Verdict.NOT_ASSESSABLE, f"{name}: die Nutzung ist nicht angegeben")]
    use = use_of(building.use, uses)
    if use is None:
        known = listed([str(entry["title"]) for entry in uses.values()], "oder")
        text = f"{name}: die Nutzung „{building.use}“ ist keine der bekannten ({known})"
        return [Finding(building, Verdict.NOT_ASSESSABLE, text)]
    least = min(ZONE_AREA_M2, float(building.geometry.area) / 2)
    stands_in = [zone for zone in zones.zones if zone.geometry.intersection(building.geometry).area > least]
    return [_in_zone(building, use, zone, rule) for zone in stands_in]


def _in_zone(building: PlanFeature, use: str, zone: Area, rule: Rule) -> Finding:
    name, title = name_of(building), str(rule.values["uses"][use]["title"])
    table = rule.values["zones"].get(zone.kind or "")
    label = zone.text("zone") or "ohne Art"
    year = baunvo_year(zone)
    details = {"use": use, "use_title": title, "zone": label}
    if table is None:
        by_plan = (zone.kind or "").startswith(tuple(rule.values["zones_by_plan"]))
        text = (
            f"{name}: Was im Gebiet {label} zulässig ist, bestimmt der Bebauungsplan selbst"
            if by_plan
            else f"{name}: „{label}“ ist keine bekannte Art des Baugebiets; bitte prüfen Sie die Daten des Plans"
        )
        return Finding(building, Verdict.NOT_ASSESSABLE, text, details=details)
    if year is not None and year < int(rule.values["baunvo_from"]):
        text = f"{name}: Für das Gebiet {label} gilt die BauNVO {year}, deren Listen nicht vorliegen"
        return Finding(building, Verdict.NOT_ASSESSABLE, text, details=details)
    rooms_only = next((e for e in rule.values["rooms_only"] if e["use"] == use and zone.kind in e["zones"]), None)
    if rooms_only is not None:
        return _whole_building(building, title, label, str(rooms_only["legal_basis"]), details)
    general, exception = use in table["general"], use in table["exception"]
    verdict = Verdict.PASSED if general else Verdict.BORDERLINE if exception else Verdict.FAILED
    how = "allgemein zulässig" if general else "ausnahmsweise zulassungsfähig" if exception else "nicht zulässig"
    condition = table.get("conditions", {}).get(use)
    note = f" ({condition})" if condition else ""
    basis = str(table["legal_basis"])
    text = f"{name}, Nutzung {title}: im Gebiet {label} {how}{note}, {basis}"
    steps: tuple[Step, ...] = (Step(f"{name} im Gebiet {label}", f"{title}: {how}{note}", None, "", basis),)
    assumptions: tuple[str, ...] = () if year else ("Für den Bebauungsplan gilt die BauNVO in der Fassung seit 1990.",)
    applying = rule.values["limits"] if general or exception else ()
    for limit in applying:
        if limit["use"] != use or zone.kind not in limit["zones"]:
            continue
        value, most, what = getattr(building, limit["attribute"]), float(limit["most"]), str(limit["text"])
        # What figures decide is no assumption, unless they are missing.
        condition = None if what == condition else condition
        if value is None:
            assumptions += (f"Die Voraussetzung für die Nutzung {title} im Gebiet {label} ist erfüllt: {what}.",)
            continue
        figures = f"{limit['noun']} {number(value, 0)}, Grenze {number(most, 0)}"
        steps += (Step(f"{name}: {what}", figures, float(value), "", str(limit["legal_basis"])),)
        if value > most:
            text = f"{name}, Nutzung {title}: im Gebiet {label} nur zulässig, wenn {what} ({figures})"
            return Finding(building, Verdict.FAILED, text, None, None, steps, assumptions, details)
    if condition and (general or exception):
        assumptions += (f"Die Voraussetzung für die Nutzung {title} im Gebiet {label} ist erfüllt: {condition}.",)
    return Finding(building, verdict, text, None, None, steps, assumptions, details)


def _whole_building(building: PlanFeature, title: str, label: str, basis: str, details: dict[str, Any]) -> Finding:
    """A use stated for a whole main building where the zone admits only rooms for it (BauNVO § 13)."""
    lead = (
        f"{name_of(building)}, Nutzung „{building.use}“: im Gebiet {label} sind dafür nur Räume zulässig, keine Gebäude"
    )
    if building.dwellings == 0:
        verdict = Verdict.FAILED
        text = f"{lead} ({basis}); das Gebäude ist ohne Wohnungen angegeben und dient nur dieser Nutzung"
    else:
        verdict = Verdict.NOT_ASSESSABLE
        text = (
            f"{lead} ({basis}), und der Lageplan gibt diese Nutzung für das ganze Gebäude an; bitte geben Sie an, wie "
            "das Gebäude überwiegend genutzt wird (zum Beispiel Wohnen), und stellen Sie die einzelnen Räume in den "
            "Bauvorlagen dar"
        )
    step = Step(f"{name_of(building)} im Gebiet {label}", f"{title}: nur Räume, keine Gebäude", None, "", basis)
    return Finding(building, verdict, text, None, None, (step,), (), details)
