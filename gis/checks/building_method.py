"""Do the buildings follow the building method (Bauweise) and house forms that the binding plan sets?"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from shapely.geometry.base import BaseGeometry

from gis.checks import register
from gis.checks.boundary import boundary_of
from gis.checks.context import CheckContext
from gis.checks.house_forms import Group, groups
from gis.checks.judging import at_most, worst
from gis.checks.per_building import name_of
from gis.checks.result import CheckResult, Step, Verdict
from gis.checks.streets import street_at
from gis.checks.zones import Area, ConflictError, Zones, required_zones
from gis.rules import Rule
from gis.site_context import polygons
from gis.siteplan import Role
from gis.wording import listed, metres, square_metres

_FORMS = {"E": "Einzelhäuser", "D": "Doppelhäuser", "H": "Hausgruppen", "R": "Reihenhäuser"}
_SIDES = {"front": "vorderen", "side": "seitlichen", "rear": "rückwärtigen"}
_RULES = {"forbidden": "ausgeschlossen", "allowed": "zulässig", "required": "zwingend"}
_METHODS = {"o": "offene Bauweise", "g": "geschlossene Bauweise", "a": "abweichende Bauweise"}


@register(
    "building_method",
    title="Bauweise",
    unit="m",
    order=520,
    main_buildings=True,
    layers=("parcels", "zoning", "building_windows", "buildings", "traffic_areas", "land_use", "easements"),
    also_reads=("plan_scopes",),
    question="In der offenen Bauweise stehen die Gebäude mit seitlichem Grenzabstand als Einzelhäuser, Doppelhäuser "
    "oder Hausgruppen von höchstens 50 m Länge, in der geschlossenen ohne seitlichen Grenzabstand.",
    formula="Länge der Hausform ≤ 50 m; berührte Nachbargrenzen und angebaute Gebäude nach der festgesetzten Hausform",
    inputs="Umrisse der Hauptgebäude, Flurstücke und Gebäude der Nachbarn, Bauweise und Hausformen des Plans",
)
def building_method(context: CheckContext) -> CheckResult:
    """Value and limit: length of the longest house form and the permitted length, in metres (BauNVO § 22).

    Of the lateral distance only the least one is asked here; what the height asks for is up to ``boundary_distance``.
    Closed building asks for a building against the
    neighbours on both sides; which boundaries are lateral is not derived, two touched neighbours count as both sides.
    """
    rule = context.rule("building_method")
    main = context.plan.by_role(Role.MAIN_BUILDING)
    if not main:
        return context.result(Verdict.NOT_APPLICABLE, "Nicht anwendbar: Der Lageplan enthält kein Hauptgebäude.")
    tolerance = context.take(main).length_m
    zones = required_zones(context)
    lateral, eased = float(context.rule("boundary_distance").values["minimum_m"]), bool(boundary_of(context).easements)
    found = [
        _where_no_zone_is(_judge(group, zones, rule, tolerance, lateral, eased), group, zones, context.site.geometry)
        for group in groups(context, float(rule.values["touching_m"]))
    ]
    judged = [entry for entry in found if entry is not None]
    if not judged:
        message = f"Nicht anwendbar: Der Bebauungsplan setzt keine Bauweise fest ({rule.legal_basis})."
        return context.result(Verdict.NOT_APPLICABLE, message, assumptions=zones.notes)
    verdict = worst(entry[0] for entry in judged)
    governing = next(entry for entry in judged if entry[0] is verdict)
    group, text = governing[2], governing[1]
    lead = {
        Verdict.PASSED: "Die Bauweise ist eingehalten",
        Verdict.BORDERLINE: "Hinweis",
        Verdict.FAILED: "Die Bauweise ist nicht eingehalten",
        Verdict.NOT_ASSESSABLE: "Nicht prüfbar",
    }[verdict]
    notes = list(zones.notes)
    notes.extend(f"{entry[2].names} gelten als ein Haus." for entry in judged if entry[2].existing)
    if any(entry[2].attached is None for entry in judged):
        notes.append("Gebäude der Nachbarn sind nicht bekannt; gerechnet ist nur mit den Gebäuden des Lageplans.")
    street = street_at(context, context.site.geometry, float(rule.values["touching_m"]))
    if street is not None:
        notes.extend(street.assumptions)
    else:
        notes.append("Öffentliche Verkehrsflächen sind nicht bekannt; jedes angrenzende Flurstück gilt als Nachbar.")
    return context.result(
        verdict,
        f"{lead}: {text} ({rule.legal_basis}).",
        value=group.whole_length_m,
        # Closed building has no greatest length.
        limit=float(rule.values["longest_m"]) if _method(group, zones, rule) != "g" else None,
        geometry=group.outline,
        details={
            "groups": [
                {
                    "features": [feature.id for feature in entry[2].features],
                    "built_onto": [feature.id for feature in entry[2].existing],
                    "verdict": entry[0].value,
                    "length_m": entry[2].length_m,
                    "length_with_neighbours_m": entry[2].whole_length_m,
                    "lateral_m": None if math.isinf(entry[2].lateral_m) else entry[2].lateral_m,
                    "touched_parcels": list(entry[2].neighbours),
                    "attached_neighbours": None if entry[2].attached is None else len(entry[2].attached),
                }
                for entry in judged
            ],
            "zones": zones.table(),
        },
        assumptions=dict.fromkeys(notes),
        steps=[_step(entry[2], rule) for entry in judged],
    )


def _judge(
    group: Group, zones: Zones, rule: Rule, tolerance: float, lateral_m: float, eased: bool
) -> tuple[Verdict, str, Group] | None:
    """Verdict, German clause and group; None where the plan sets no method."""
    name = group.names
    try:
        method = zones.of_footprint(group.outline, "building_method")
        forms = zones.of_footprint(group.outline, "building_types")
        sides = {word: zones.of_footprint(group.outline, f"{side}_boundary") for side, word in _SIDES.items()}
    except ConflictError as error:
        return Verdict.NOT_ASSESSABLE, f"{name}: {error}".rstrip("."), group
    judged = _by_method(group, name, method, forms, rule, tolerance, lateral_m, eased)
    open_sides = _open_sides({word: str(found[1]) for word, found in sides.items() if found}, group)
    if open_sides is None or (judged is not None and judged[0] in (Verdict.FAILED, Verdict.NOT_ASSESSABLE)):
        return judged
    return Verdict.NOT_ASSESSABLE, f"{name} {open_sides}", group


def _open_sides(asked: Mapping[str, str], group: Group) -> str | None:
    """German clause where the plan says on which boundaries to build: which is which is not derived."""
    if all(rule == "allowed" or (rule == "forbidden" and not group.at_boundary) for rule in asked.values()):
        return None
    told = listed([f"die Bebauung der {word} Grundstücksgrenze {_RULES.get(r, f'„{r}“')}" for word, r in asked.items()])
    stands = "steht an einer Grundstücksgrenze" if group.at_boundary else "hält von allen Grundstücksgrenzen Abstand"
    return (
        f"{stands}; nach dem Bebauungsplan ist {told}. Welche Grenze das ist, wird nicht ermittelt; bitte prüfen Sie es"
    )


def _by_method(
    group: Group,
    name: str,
    method: tuple[Area, float | str] | None,
    forms: tuple[Area, float | str] | None,
    rule: Rule,
    tolerance: float,
    lateral_m: float,
    eased: bool,
) -> tuple[Verdict, str, Group] | None:
    """The verdict by building method and house forms alone."""
    key = key_of(method[1], rule) if method else ""
    if key == "g":
        return (*_closed(group, name), group)
    if key == "o" or (not key and forms):
        allowed = forms_of(str(forms[1]), rule.values["house_forms"]) if forms else {"E", "D", "H"}
        if not allowed:
            what = (
                f"{name}: die zulässige Hausform „{forms[1] if forms else ''}“ in den Daten des Plans ist nicht bekannt"
            )
            return Verdict.NOT_ASSESSABLE, what, group
        return (*_open(group, name, allowed, rule, tolerance, lateral_m, eased), group)
    if key == "":
        return None
    if key == "?":
        what = f"{name}: die Bauweise „{method[1] if method else ''}“ in den Daten des Plans ist nicht bekannt"
        return Verdict.NOT_ASSESSABLE, what, group
    what = _METHODS[key]
    return Verdict.NOT_ASSESSABLE, f"{name}: Was die {what} bedeutet, steht im Text des Bebauungsplans", group


def _method(group: Group, zones: Zones, rule: Rule) -> str:
    """Letter of the method that holds for a group, "" where none or several do."""
    try:
        method = zones.of_footprint(group.outline, "building_method")
    except ConflictError:
        return ""
    return key_of(method[1], rule) if method else ""


def key_of(text: object, rule: Rule) -> str:
    """Letter of a building method by the names that the rule lists; "?" for one that is not known."""
    word = str(text).strip().casefold()
    names = rule.values["methods"]
    return next(
        (key for key, known in names.items() if word in {name.casefold() for name in known}), "?" if word else ""
    )


def forms_of(text: str, names: Mapping[str, Sequence[str]]) -> set[str]:
    """House forms that a plan's text permits ("ED", "Doppelhäuser, Hausgruppen"); empty where a part is not known.

    ``names``: the words for each form, in any case; combinations of the letters alone stand for all of them.
    """
    found: set[str] = set()
    for word in re.findall(r"\w+", text.strip()):
        form = next((key for key, known in names.items() if word.casefold() in {n.casefold() for n in known}), None)
        if form is not None:
            found.add(form)
        elif word == "RH" or (word.isupper() and set(word) <= set(_FORMS)):
            found |= {"R"} if word == "RH" else set(word)
        elif word.casefold() not in {"und", "oder", "nur"}:
            return set()
    return found


def _where_no_zone_is(
    judged: tuple[Verdict, str, Group] | None, group: Group, zones: Zones, site: BaseGeometry
) -> tuple[Verdict, str, Group] | None:
    """What stands beyond the known zones keeps a result from being more than not assessable."""
    on_site = polygons(group.outline.intersection(site))
    beyond = zones.beyond_m2(on_site)
    if (judged is not None and judged[0] is Verdict.FAILED) or not (beyond or on_site.is_empty):
        return judged
    name = group.names
    if on_site.is_empty:
        return Verdict.NOT_ASSESSABLE, f"{name} liegt nicht auf dem Baugrundstück", group
    return Verdict.NOT_ASSESSABLE, f"{name} steht mit {square_metres(beyond)} außerhalb der bekannten Baugebiete", group


def _open(
    group: Group, name: str, allowed: set[str], rule: Rule, tolerance: float, lateral_m: float, eased: bool
) -> tuple[Verdict, str]:
    """Verdict and German clause in open building; ``eased``: an easement may stand in for a lateral distance."""
    permitted = listed([_FORMS[form] for form in "EDHR" if form in allowed], "oder")
    limit = float(rule.values["longest_m"])
    own, whole = at_most(group.length_m, limit, tolerance), at_most(group.whole_length_m, limit, tolerance)
    are = "ist" if len(group.features) + len(group.existing) == 1 else "sind zusammen"
    length = f"{name} {are} {metres(group.length_m)} lang, zulässig sind {metres(limit)}"
    if own is Verdict.FAILED:
        return own, length
    alone, touches = group.units == 1, len(group.neighbours)
    if touches > 2:
        return Verdict.FAILED, f"{name} steht an {touches} Nachbargrenzen ohne Grenzabstand, zulässig sind {permitted}"
    if alone and touches and allowed == {"E"}:
        return Verdict.FAILED, f"{name} steht ohne Grenzabstand an einer Nachbargrenze, zulässig sind nur Einzelhäuser"
    if alone and touches:
        missing = "ein angebautes Nachbarhaus ist nicht bekannt; eine Baulast oder der Anbau ist nachzuweisen"
        return Verdict.BORDERLINE, f"{name} steht an einer Nachbargrenze, {missing} (zulässig sind {permitted})"
    if group.lateral_m < lateral_m - tolerance:
        near = f"{name} steht {metres(group.lateral_m)} von einer Nachbargrenze"
        needed = f"in der offenen Bauweise ist ein seitlicher Grenzabstand von mindestens {metres(lateral_m)} zu halten"
        return (
            (Verdict.BORDERLINE, f"{near}; {needed}, den hier eine Baulast ersetzen kann")
            if eased
            else (Verdict.FAILED, f"{near}; {needed}")
        )
    form = "E" if alone else "D" if group.units == 2 else "H"
    fits = form in allowed or (form == "H" and "R" in allowed)
    if not fits and group.existing:
        onto = listed([name_of(feature) for feature in group.existing])
        return Verdict.BORDERLINE, f"zulässig sind {permitted}; ob {onto} dabei ein Haus für sich ist, ist zu prüfen"
    if not fits:
        stand = "steht für sich (Einzelhaus)" if alone else f"bildet mit {group.units} Häusern {_FORMS[form]}"
        return Verdict.FAILED, f"{name} {stand}, zulässig sind {permitted}"
    if own is Verdict.PASSED and whole is not Verdict.PASSED and group.undrawn:
        return Verdict.NOT_ASSESSABLE, (
            f"{name} {are} {metres(group.length_m)} lang; nach dem Liegenschaftskataster ist ein Gebäude angebaut, das "
            f"im Lageplan fehlt, damit ist die Hausform {metres(group.whole_length_m)} lang, zulässig sind "
            f"{metres(limit)}. Bitte zeichnen Sie vorhandene und abzubrechende Gebäude ein"
        )
    if own is Verdict.PASSED and whole is not Verdict.PASSED:
        return Verdict.BORDERLINE, (
            f"{length}; mit den angebauten Nachbarhäusern ist die Hausform {metres(group.whole_length_m)} lang"
        )
    if own is not Verdict.PASSED:
        return own, f"{length}; das liegt innerhalb der Messgenauigkeit"
    return Verdict.PASSED, f"{length}; {_FORMS[form]} sind zulässig"


def _closed(group: Group, name: str) -> tuple[Verdict, str]:
    touches = len(group.neighbours)
    if touches >= 2:
        return Verdict.PASSED, f"{name} steht ohne Grenzabstand an {touches} Nachbargrenzen (geschlossene Bauweise)"
    if touches == 1:
        return Verdict.BORDERLINE, (
            f"{name} steht nur an einer Nachbargrenze; ob die andere Seite ein Straßeneck oder eine Abweichung ist, "
            "ist zu prüfen (geschlossene Bauweise)"
        )
    return Verdict.FAILED, f"{name} hält zu allen Nachbarn Abstand, festgesetzt ist die geschlossene Bauweise"


def _step(group: Group, rule: Rule) -> Step:
    names = group.names
    text = f"Länge {metres(group.length_m)}, mit angebauten Nachbarhäusern {metres(group.whole_length_m)}"
    touched = f"berührte Nachbarflurstücke: {listed(list(group.neighbours)) or 'keine'}"
    return Step(f"Hausform: {names}", f"{text}; {touched}", group.whole_length_m, "m", rule.legal_basis)
