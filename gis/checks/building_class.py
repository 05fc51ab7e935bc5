"""Which building class (Gebäudeklasse) is the building in, and may it be a special building (Sonderbau)?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from gis.attributes import normalise
from gis.checks import register
from gis.checks.context import CheckContext
from gis.checks.figures import RULE as FIGURES
from gis.checks.figures import contradiction, storey_contradiction
from gis.checks.house_forms import groups
from gis.checks.per_building import name_of
from gis.checks.result import CheckResult, Step, Verdict
from gis.checks.uses import use_of
from gis.rules import Rule
from gis.siteplan import PlanFeature, Role
from gis.wording import counted, listed, metres, square_metres

_ALL = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class _Class:
    """Classes that are possible for a building; one where everything is known.

    ``missing`` names what is not known, ``clash`` is a German clause on figures that contradict each other.
    """

    feature: PlanFeature
    possible: tuple[int, ...]
    reason: str
    missing: tuple[str, ...] = ()
    special: tuple[str, ...] = ()
    clash: str | None = None


@register(
    "building_class",
    title="Gebäudeklasse",
    unit="Klasse",
    order=550,
    main_buildings=True,
    advice=True,
    layers=("parcels", "buildings"),
    also_reads=("land_use",),
    attributes=("top_floor_level_m", "dwellings", "gross_floor_area_m2", "use"),
    question="Welche Gebäudeklasse hat das Vorhaben (Anforderungen an Brandschutz und Nachweise), und gibt es Hinweise "
    "auf einen Sonderbau?",
    formula="Höhe des Fußbodens des obersten Aufenthaltsraums: ≤ 7 m GK 1 bis 3, ≤ 13 m GK 4, sonst GK 5; dazu Zahl "
    "und Fläche der Nutzungseinheiten und ob das Gebäude freisteht",
    inputs="Höhe des obersten Fußbodens, Wohnungen, Geschossfläche und Nutzung je Gebäude, Nachbargebäude",
)
def building_class(context: CheckContext) -> CheckResult:
    """Value: highest building class of the plan (1 to 5); no limit (NBauO § 2 Abs. 3).

    Advice: ``passed`` means that the class is known, ``borderline`` that something hints at a special building,
    ``not_assessable`` that several classes are possible.
    """
    rule = context.rule("building_class")
    uses = context.rules.rule("land_use").values["uses"] if "land_use" in context.rules.rules else {}
    main = context.plan.by_role(Role.MAIN_BUILDING)
    if not main:
        return context.result(Verdict.NOT_APPLICABLE, "Nicht anwendbar: Der Lageplan enthält kein Hauptgebäude.")
    context.take(main)
    whole = _whole_buildings(context, rule)
    figures = context.rules.rule(FIGURES)
    found = [_checked(feature, *whole.get(feature.id, (None, False, ())), rule, figures, uses) for feature in main]
    open_ones = [entry for entry in found if len(entry.possible) > 1]
    special = [entry for entry in found if entry.special]
    verdict = Verdict.NOT_ASSESSABLE if open_ones else Verdict.BORDERLINE if special else Verdict.PASSED
    texts = [_text(entry) for entry in (open_ones or found)[:3]]
    lead = {
        Verdict.NOT_ASSESSABLE: "Nicht prüfbar",
        Verdict.BORDERLINE: "Hinweis auf einen Sonderbau",
        Verdict.PASSED: "Ermittelt",
    }[verdict]
    hints = [f"{name_of(entry.feature)}: {text}" for entry in special for text in entry.special]
    tail = f". Hinweise auf einen Sonderbau: {'; '.join(hints[:3])}" if hints else ""
    units = ["Nutzungseinheiten sind die angegebenen Wohnungen; ihre Fläche ist die Geschossfläche, gleich verteilt."]
    if silent := [name_of(feature) for feature in main if not feature.use]:
        units.append(
            f"Die Nutzung ist nicht angegeben für {listed(silent[:5])}; Hinweise auf einen Sonderbau fehlen dann."
        )
    return context.result(
        verdict,
        f"{lead}: {'; '.join(texts)}{tail} ({rule.legal_basis}).",
        value=None if open_ones else float(max(entry.possible[0] for entry in found)),
        details={
            "buildings": [
                {
                    "feature": entry.feature.id,
                    "possible_classes": list(entry.possible),
                    "missing": list(entry.missing),
                    "special_building": list(entry.special),
                }
                for entry in found
            ]
        },
        assumptions=units,
        steps=[Step(name_of(entry.feature), entry.reason, None, "", rule.legal_basis) for entry in found],
    )


def _whole_buildings(context: CheckContext, rule: Rule) -> dict[str, tuple[bool | None, bool, tuple[PlanFeature, ...]]]:
    """For each main building whether it stands alone, and what of the site it is built onto.

    The first is None where the neighbours' buildings are not known; the second says whether the plan leaves out a
    building that it is built onto; the third are the drawn ones.
    """
    result: dict[str, tuple[bool | None, bool, tuple[PlanFeature, ...]]] = {}
    for group in groups(context, float(rule.values["attached_m"])):
        alone: bool | None = group.units == 1
        if alone and group.attached is None and group.neighbours:
            alone = None
        result |= {feature.id: (alone, bool(group.undrawn), group.existing) for feature in group.features}
    return result


def _with_existing(feature: PlanFeature, onto: tuple[PlanFeature, ...]) -> PlanFeature | None:
    """The whole building after an extension: highest floor, all area and dwellings; None where one is not known."""
    every = (feature, *onto)
    levels = [f.top_floor_level_m for f in every if f.top_floor_level_m is not None]
    areas = [f.gross_floor_area_m2 for f in every if f.gross_floor_area_m2 is not None]
    units = [f.dwellings for f in every if f.dwellings is not None]
    if min(len(levels), len(areas), len(units)) < len(every):
        return None
    return replace(feature, top_floor_level_m=max(levels), gross_floor_area_m2=sum(areas), dwellings=sum(units))


def _checked(
    feature: PlanFeature,
    detached: bool | None,
    undrawn: bool,
    onto: tuple[PlanFeature, ...],
    rule: Rule,
    figures: Rule,
    uses: Any,
) -> _Class:
    """Class by the stated figures: none where they contradict each other, several where two floor areas do."""
    clash = contradiction(feature, figures) or storey_contradiction(feature, figures)
    if clash is not None:
        text = f"{clash[0].upper()}{clash[1:]}."
        return _Class(
            feature, _ALL, text, special=_special(feature, rule, uses), clash=f"{clash}, das kann nicht stimmen"
        )
    if undrawn or onto:
        building = None if undrawn else _with_existing(feature, onto)
        if building is not None:
            return _classify(building, detached, rule, uses)
        names = listed([name_of(other) for other in onto])
        clash = (
            f"angebaut ist {names}, und oberster Fußboden, Fläche oder Wohnungen davon sind nicht angegeben"
            if onto and not undrawn
            else "nach dem Liegenschaftskataster ist ein Gebäude angebaut, das im Lageplan fehlt"
        )
        clash = f"{clash}; es zählt das ganze Gebäude"
        reason = f"{clash[0].upper()}{clash[1:]}."
        return _Class(feature, _ALL, reason, special=_special(feature, rule, uses), clash=clash)
    found = _classify(feature, detached, rule, uses)
    area, footprint = feature.gross_floor_area_m2, float(feature.geometry.area)
    by_storeys = (feature.storeys or 0) * footprint
    if area is None or area >= by_storeys * (1 - float(figures.values["less_share"])):
        return found
    other = _classify(replace(feature, gross_floor_area_m2=by_storeys), detached, rule, uses)
    if other.possible == found.possible:
        return found
    clash = (
        f"angegeben sind {square_metres(area)} Geschossfläche, aber {counted(feature.storeys or 0, 'Vollgeschosse')} × "
        f"{square_metres(footprint)} = {square_metres(by_storeys)}; das führt zu verschiedenen Klassen"
    )
    possible = tuple(sorted({*found.possible, *other.possible}))
    return replace(found, possible=possible, reason=f"{found.reason} {other.reason}", clash=clash)


def _classify(feature: PlanFeature, detached: bool | None, rule: Rule, uses: Any) -> _Class:
    values = rule.values
    special = _special(feature, rule, uses)
    level = feature.top_floor_level_m
    if level is None:
        reason = "Die Höhe des obersten Fußbodens ist nicht angegeben."
        return _Class(feature, _ALL, reason, ("Höhe des obersten Fußbodens",), special)
    at = f"Oberster Fußboden {metres(level)} über dem Gelände"
    area, units = feature.gross_floor_area_m2, feature.dwellings
    small = float(values["small_area_m2"])
    if level <= float(values["low_m"]):
        missing = tuple(
            name for name, value in (("Zahl der Wohnungen", units), ("Geschossfläche", area)) if value is None
        )
        few = None if units is None else units <= int(values["few_units"])
        compact = None if area is None else area <= small
        if few is False or compact is False:
            return _Class(feature, (3,), f"{at}, {_units(units)}, {_area(area)}: Klasse 3.", (), special)
        if few and compact:
            possible = (1,) if detached else (2,) if detached is False else (1, 2)
            stands = {True: "freistehend", False: "angebaut", None: "Nachbargebäude nicht bekannt"}[detached]
            more = ("Nachbargebäude",) if detached is None else ()
            return _Class(feature, possible, f"{at}, {_units(units)}, {_area(area)}, {stands}.", more, special)
        return _Class(feature, (1, 2, 3), f"{at}; {listed(missing)} nicht angegeben.", missing, special)
    if level > float(values["middle_m"]):
        return _Class(feature, (5,), f"{at}, mehr als {metres(float(values['middle_m']))}: Klasse 5.", (), special)
    if area is None or not units:
        return _Class(feature, (4, 5), f"{at}; Fläche der Nutzungseinheiten nicht bekannt.", ("Flächen",), special)
    each = area / units
    found = 4 if each <= small else 5
    text = f"{at}, je Nutzungseinheit {square_metres(each)} (Grenze {square_metres(small)}): Klasse {found}."
    return _Class(feature, (found,), text, (), special)


def _units(units: int | None) -> str:
    return "Wohnungen unbekannt" if units is None else counted(units, "Wohnungen")


def _area(area: float | None) -> str:
    return "Fläche unbekannt" if area is None else square_metres(area)


def _special(feature: PlanFeature, rule: Rule, uses: Any) -> tuple[str, ...]:
    """Hints at a special building; whether it is one is for the officer to say."""
    values = rule.values
    hints = []
    if feature.top_floor_level_m is not None and feature.top_floor_level_m > float(values["high_rise_m"]):
        hints.append(f"Hochhaus (oberster Fußboden {metres(feature.top_floor_level_m)})")
    footprint = float(feature.geometry.area)
    use = use_of(feature.use, uses) if feature.use else None
    if feature.use and normalise(feature.use) in {normalise(name) for name in values["names_special"]}:
        hints.append(f"Nutzung {feature.use}")
    elif feature.use and use is None:
        hints.append(f"die Nutzung „{feature.use}“ ist nicht zuzuordnen; ob sie einen Sonderbau ergibt, ist zu prüfen")
    if use != "residential" and footprint > float(values["large_floor_m2"]):
        hints.append(
            f"Geschoss mit mehr als {square_metres(float(values['large_floor_m2']))} außerhalb von Wohngebäuden"
        )
    if use in values["uses_special"]:
        least = float(values["uses_special"][use])
        area = feature.gross_floor_area_m2 if feature.gross_floor_area_m2 is not None else footprint
        if area > least:
            hints.append(f"Nutzung {uses[use]['title']}")
    return tuple(hints)


def _text(entry: _Class) -> str:
    if len(entry.possible) == 1:
        return f"{name_of(entry.feature)} ist Gebäudeklasse {entry.possible[0]}"
    if entry.clash is not None:
        return f"{name_of(entry.feature)}: {entry.clash}"
    span = f"{entry.possible[0]} bis {entry.possible[-1]}"
    return f"{name_of(entry.feature)}: möglich sind die Klassen {span}; es fehlt: {listed(entry.missing)}"
