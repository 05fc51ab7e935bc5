"""Does each building keep the heights (eaves, ridge, wall, top) that the binding plan sets?"""

from __future__ import annotations

from dataclasses import dataclass, replace

from gis.checks import register
from gis.checks.accuracy import RULE as TOLERANCES
from gis.checks.context import CheckContext
from gis.checks.figures import ROUNDING_M, contradiction, highest_wall, lowest_wall
from gis.checks.figures import RULE as FIGURES
from gis.checks.judging import at_least, at_most, worst
from gis.checks.per_building import Finding, agreed, name_of, sum_up
from gis.checks.result import CheckResult, Step, Verdict
from gis.checks.zones import Area, Zones, required_zones
from gis.rules import Rule
from gis.siteplan import BUILDING_ROLES, OriginKind, PlanFeature
from gis.wording import listed, metres

_KINDS = {"eaves": "Traufhöhe", "ridge": "Firsthöhe", "building": "Gebäudehöhe", "wall": "Wandhöhe"}
_LIMITS = {"max": "höchstens", "min": "mindestens", "exact": "zwingend"}
_REFERENCES = {
    "terrain": "dem Gelände",
    "nhn": "NHN",
    "nn": "NN",
    "street": "der Straße",
    "pavement": "dem Gehweg",
    "reference_height": "der Bezugshöhe des Plans",
    "ground_floor": "dem Erdgeschossfußboden",
    "other": "einem Bezugspunkt, den der Plan beschreibt",
    "mixed": "verschiedenen Bezugspunkten",
}
#: The same in the accusative: "auf … bezogen".
_REFERENCES_TO = {
    "reference_height": "die Bezugshöhe des Plans",
    "ground_floor": "den Erdgeschossfußboden",
    "other": "einen Bezugspunkt, den der Plan beschreibt,",
    "mixed": "verschiedene Bezugspunkte",
}
#: Heights of the top of a building.
_TOPS = ("ridge", "building")
_NO_RIDGE = (
    "die Firsthöhe ist nicht angegeben, die größte angegebene Höhe ist {} (bitte geben Sie bei einem Flachdach dessen "
    "Oberkante als Firsthöhe an)"
)
_NEAR_STREET = frozenset({"street", "pavement"})


class _UnknownError(Exception):
    """A height or its reference is not known; the message is a German clause."""


@dataclass(frozen=True)
class _Height:
    """A height of a building above the reference of the plan, with how it came about."""

    value: float
    text: str
    tolerance: float
    assumptions: tuple[str, ...] = ()


@register(
    "building_height",
    title="Höhe baulicher Anlagen",
    unit="m",
    order=440,
    main_buildings=True,
    layers=("parcels", "zoning", "building_windows"),
    also_reads=("plan_scopes",),
    attributes=("eaves_height_m", "ridge_height_m", "wall_height_m", "ground_level_nhn_m", "street_level_nhn_m"),
    question="Trauf-, First-, Wand- und Gebäudehöhe müssen den Festsetzungen des Bebauungsplans entsprechen, gemessen "
    "vom festgesetzten Bezugspunkt.",
    formula="Höhe über Bezug = Höhe über Gelände + Geländehöhe (m NHN) − Höhe des Bezugspunkts (m NHN)",
    inputs="Höhen je Gebäude über dem Gelände, Geländehöhe und Straßenhöhe in m NHN, Festsetzungen mit Bezugspunkt",
)
def building_height(context: CheckContext) -> CheckResult:
    """Value and limit: height of the governing building above the plan's reference, in metres (BauNVO §§ 16, 18).

    Heights of a plan above terrain are compared as they are, above NHN with the ground level added, above the street
    with the difference of ground and street level. Without the levels, with another reference, or with heights that
    contradict each other, not assessable. Outbuildings and garages keep the highest heights with their highest point,
    bay windows and other parts that state one those of the top of a building. Without a ridge a main building can break
    a height of its top, and not keep it.
    """
    rule = context.rule("building_height")
    buildings = [feature for feature in context.plan.features if feature.role.value in rule.values["roles"]]
    if not buildings:
        return context.result(Verdict.NOT_APPLICABLE, "Nicht anwendbar: Der Lageplan enthält kein Hauptgebäude.")
    others = [feature for feature in context.plan.features if feature.role.value in rule.values["roles_as_a_whole"]]
    parts = [feature for feature in context.plan.features if feature.role.value in rule.values["roles_parts"]]
    others += [part for part in parts if _heights_of(part)]
    context.take((*buildings, *others))
    zones, tolerances = required_zones(context), context.rules.rule(TOLERANCES)
    figures = context.rules.rule(FIGURES)
    return sum_up(
        context,
        [*buildings, *others],
        zones,
        lambda building: _judge(building, zones, tolerances, figures, main=building in buildings),
        unset="Der Bebauungsplan setzt für das Baugebiet keine Höhen fest",
        passed="Die Höhen sind eingehalten",
    )


def _judge(building: PlanFeature, zones: Zones, tolerances: Rule, figures: Rule, *, main: bool) -> list[Finding]:
    """Findings on all heights that the plan sets; outbuildings only have to stay below the highest ones."""
    findings = []
    for kind in _KINDS:
        names = {f"{kind}_height_{bound}_m": bound for bound in (_LIMITS if main else ("max",))}
        settings = zones.settings(building.geometry, list(names))
        given = [{names[name]: at for name, at in limits.items()} for limits in settings if limits]
        shown = kind if main else "building"
        if not main and kind not in _TOPS and building.role not in BUILDING_ROLES:
            continue  # eaves and walls are those of the house
        found = [_compare(building, shown, limits, tolerances, figures, main=main) for limits in given]
        findings += agreed(found, metres, unset=len(given) < len(settings))
    return findings if main else sorted(findings, key=lambda finding: finding.limit or 0.0)[:1]


def _compare(
    building: PlanFeature,
    kind: str,
    limits: dict[str, tuple[Area, float]],
    tolerances: Rule,
    figures: Rule,
    *,
    main: bool,
) -> Finding:
    """Compare one height with all limits that the plan sets for it."""
    area = next(iter(limits.values()))[0]
    reference = area.text("height_reference")
    asked = listed([f"{_LIMITS[bound]} {metres(limit)}" for bound, (_, limit) in limits.items()])
    above = f" über {_REFERENCES.get(reference, reference)}" if reference else ""
    name = f"{_KINDS[kind]} von {name_of(building)}"
    first = next(iter(limits.values()))[1]
    try:
        if (clash := contradiction(building, figures)) is not None:
            raise _UnknownError(f"{clash}, das kann nicht stimmen")
        own = _own_height(building, kind, tolerances)
        height = _above_reference(building, own, reference)
        verdicts = {bound: _verdict(bound, height, limit) for bound, (_, limit) in limits.items()}
        verdict = worst(verdicts.values())
        height = _with_walls(building, kind, height, verdict, limits)
        open_top = main and kind == "building" and building.ridge_height_m is None and set(limits) != {"min"}
        if open_top and verdict is not Verdict.FAILED:
            raise _UnknownError(_NO_RIDGE.format(metres(own.value)))
    except _UnknownError as error:
        text = f"{name}: {error}; festgesetzt sind {asked}{above}"
        return Finding(building, Verdict.NOT_ASSESSABLE, text, None, first)
    governing = next(limits[bound][1] for bound, found in verdicts.items() if found is verdict)
    digits = 3 if verdict is Verdict.BORDERLINE else 2
    text = f"{name} {metres(height.value, digits)}{above}, festgesetzt sind {asked}"
    steps = (
        Step(name, height.text, height.value, "m", "§ 18 Abs. 1 BauNVO"),
        *(
            Step(f"Festsetzung ({_LIMITS[bound]})", f"{metres(limit)}{above}", limit, "m", "§ 16 Abs. 4 BauNVO")
            for bound, (_, limit) in limits.items()
        ),
    )
    details = {"kind": kind, "reference": reference}
    return Finding(building, verdict, text, height.value, governing, steps, height.assumptions, details)


def _with_walls(
    building: PlanFeature, kind: str, height: _Height, verdict: Verdict, limits: dict[str, tuple[Area, float]]
) -> _Height:
    """Height of the eaves where all walls are a little higher: both must lead to the same verdict."""
    eaves, low = building.eaves_height_m, lowest_wall(building)
    if kind != "eaves" or eaves is None or low is None or low <= eaves + ROUNDING_M:
        return height
    higher = replace(height, value=height.value + low - eaves)
    both = f"die Traufhöhe ({metres(eaves)}) liegt unter der niedrigsten Wand ({metres(low)})"
    if worst(_verdict(bound, higher, limit) for bound, (_, limit) in limits.items()) is not verdict:
        raise _UnknownError(f"{both}, und nur mit einer der beiden Höhen wäre die Festsetzung eingehalten")
    note = f"{name_of(building)}: {both}; beides führt zum selben Ergebnis."
    return replace(height, assumptions=(*height.assumptions, note))


def _verdict(bound: str, height: _Height, limit: float) -> Verdict:
    if bound == "exact":
        off = abs(height.value - limit)
        return Verdict.PASSED if off <= height.tolerance + 1e-9 else Verdict.FAILED
    compare = at_most if bound == "max" else at_least
    return compare(height.value, limit, height.tolerance)


def _heights_of(feature: PlanFeature) -> bool:
    """Whether any height is stated."""
    return any(h is not None for h in (feature.ridge_height_m, feature.eaves_height_m, feature.wall_height_m))


def _own_height(building: PlanFeature, kind: str, tolerances: Rule) -> _Height:
    """Height above natural ground as given; the top of a building without ridge is the highest height given."""
    attribute = {"eaves": "eaves_height_m", "ridge": "ridge_height_m", "building": "ridge_height_m"}.get(kind)
    value = getattr(building, attribute) if attribute else highest_wall(building)
    assumptions: tuple[str, ...] = ()
    if value is None and kind == "building":
        wall = highest_wall(building)
        known = [v for v in (building.eaves_height_m, wall) if v is not None]
        # One unknown wall may be the highest.
        value = None if building.wall_height_m is not None and wall is None else max(known, default=None)
        assumptions = ("Als Gebäudehöhe gilt die größte angegebene Höhe, da keine Firsthöhe angegeben ist.",)
    if value is None:
        raise _UnknownError("die Höhe ist nicht angegeben")
    origin = building.provenance.values.get(attribute or "wall_height_m")
    exact = origin is None or origin.kind is OriginKind.GIVEN
    tolerance = float(tolerances.values["dimension_text_m" if exact else "vector_m"])
    note = f" ({origin.note})" if origin and origin.note else ""
    return _Height(float(value), f"{metres(float(value), 3)} über dem Gelände{note}", tolerance, assumptions)


def _above_reference(building: PlanFeature, own: _Height, reference: str | None) -> _Height:
    ground, street = building.ground_level_nhn_m, building.street_level_nhn_m
    if reference == "terrain":
        return own
    if reference in {"nhn", "nn"}:
        if ground is None:
            raise _UnknownError("die Geländehöhe in m NHN ist nicht angegeben")
        value = own.value + ground
        text = f"{own.text} + {metres(ground, 3)} NHN = {metres(value, 3)} über NHN"
        extra = ("Höhen über NN sind ohne Umrechnung als Höhen über NHN gelesen.",) if reference == "nn" else ()
        return _Height(value, text, own.tolerance, own.assumptions + extra)
    if reference in _NEAR_STREET:
        if ground is None or street is None:
            raise _UnknownError("Geländehöhe und Straßenhöhe in m NHN sind nicht beide angegeben")
        value = own.value + ground - street
        text = f"{own.text} + {metres(ground, 3)} NHN − {metres(street, 3)} NHN (Straße) = {metres(value, 3)}"
        return _Height(value, text, own.tolerance, own.assumptions)
    if reference is None:
        raise _UnknownError("der Plan nennt in den Daten keinen Bezugspunkt der Höhe")
    raise _UnknownError(f"die Höhe ist auf {_REFERENCES_TO.get(reference, reference)} bezogen und nicht umrechenbar")
