"""Is the intended use permitted in the zone (Art der baulichen Nutzung)?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gis.checks import register
from gis.checks.context import CheckContext
from gis.checks.living_rooms import Rooms, rooms_of
from gis.checks.per_building import Finding, name_of, sum_up
from gis.checks.result import CheckResult, Step, Verdict
from gis.checks.uses import use_of
from gis.checks.zones import ZONE_AREA_M2, Area, Zones, baunvo_year, required_zones
from gis.rules import Rule
from gis.siteplan import PlanFeature
from gis.wording import counted, listed, number, square_metres


@register(
    "land_use",
    title="Art der baulichen Nutzung",
    unit="",
    order=540,
    labels={Verdict.BORDERLINE: "Ausnahme möglich"},
    layers=("parcels", "zoning"),
    also_reads=("building_windows", "plan_scopes"),
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
    buildings = [feature for feature in context.plan.features if _is_judged(context, feature, rule)]
    if not buildings:
        return context.result(Verdict.NOT_APPLICABLE, "Nicht anwendbar: Der Lageplan enthält kein Hauptgebäude.")
    context.take(buildings)
    zones = required_zones(context)
    vary = float(context.rules.rule("floor_area_ratio").values["storeys_vary_share"])
    return sum_up(
        context,
        buildings,
        zones,
        lambda building: _judge(building, zones, rule, vary),
        unset="Kein Gebäude steht in einem Baugebiet",
        passed="Die Nutzung ist zulässig",
    )


def _is_judged(context: CheckContext, feature: PlanFeature, rule: Rule) -> bool:
    """Main buildings, and outbuildings in which people live or work by what the plan itself says."""
    if feature.role.value in rule.values["roles"]:
        return True
    if feature.role.value not in rule.values["roles_if_lived_in"]:
        return False
    return rooms_of(context, feature, context.rules.rule("boundary_buildings")) is Rooms.SOME


def _judge(building: PlanFeature, zones: Zones, rule: Rule, vary: float) -> list[Finding]:
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
    return [_in_zone(building, use, zone, rule, vary) for zone in stands_in]


def _in_zone(building: PlanFeature, use: str, zone: Area, rule: Rule, vary: float) -> Finding:
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
        most, what = float(limit["most"]), str(limit["text"])
        # What figures decide is no assumption.
        condition = None if what == condition else condition
        figure = _figure(building, limit["attribute"], most, vary)
        lead = f"{name}, Nutzung {title}: im Gebiet {label} nur zulässig, wenn {what}"
        if figure.value is None or (figure.least is not None and figure.value <= most < figure.least):
            text = f"{lead}; {figure.doubt or limit['missing']}"
            return Finding(building, Verdict.NOT_ASSESSABLE, text, None, None, steps, assumptions, details)
        figures = f"{limit['noun']} {number(figure.value, 0)}{figure.origin}, Grenze {number(most, 0)}"
        steps += (Step(f"{name}: {what}", figures, figure.value, "", str(limit["legal_basis"])),)
        if figure.value > most:
            text = f"{lead} ({figures})"
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


@dataclass(frozen=True)
class _Figure:
    """A figure that decides a condition; ``least``: what outline and storeys make, where they contradict it."""

    value: float | None
    origin: str = ""
    least: float | None = None
    doubt: str = ""


def _figure(building: PlanFeature, attribute: str, most: float, vary: float) -> _Figure:
    """The figure as stated; a floor area that is missing by outline × storeys, one that these contradict with both.

    ``vary``: share by which storeys may be smaller than the outline. Without storeys one is sure: it decides where it
    is more than ``most`` already.
    """
    given = getattr(building, attribute)
    if attribute != "gross_floor_area_m2":
        return _Figure(None if given is None else float(given))
    footprint, storeys = float(building.geometry.area), building.storeys or 1
    least = footprint * storeys
    outline = f"{counted(storeys, 'Vollgeschosse')} × {square_metres(footprint)} Umriss"
    if not given:
        return _Figure(least, f" ({outline})") if building.storeys or footprint > most else _Figure(None)
    if given >= least * (1 - vary):
        return _Figure(float(given))
    doubt = f"angegeben sind {square_metres(given)} Geschossfläche, {outline} ergeben {square_metres(least)}"
    return _Figure(float(given), "", least, f"{doubt}; bitte prüfen Sie die Angaben")
