"""Does the plan keep the floor area ratio (Geschossflächenzahl, GFZ) that the binding plan sets?"""

from __future__ import annotations

from collections.abc import Sequence

from gis.checks import register
from gis.checks.bay_windows import BayWindow, bay_windows
from gis.checks.building_land import LAYERS
from gis.checks.context import CheckContext
from gis.checks.per_building import name_of
from gis.checks.rated import NOT_GIVEN, rate
from gis.checks.ratio_parts import Amount, Ratio
from gis.checks.result import CheckResult, Verdict
from gis.checks.zones import baunvo_year, zones_on_site
from gis.rules import Rule
from gis.siteplan import PlanFeature, Role
from gis.wording import listed, square_metres

_RATIO = Ratio(
    noun="Geschossflächenzahl",
    short="GFZ",
    amount="Geschossfläche",
    unit="m²",
    ratio="gfz",
    absolute="gf_m2",
    minimum="gfz_min",
    basis="§ 20 Abs. 3 BauNVO",
    limit_basis="§ 20 Abs. 2 BauNVO",
)

SAME_STOREYS = (
    "Die Geschossfläche ist nicht angegeben; angenommen ist, dass jedes Vollgeschoss so groß ist wie der Umriss."
)
OLD_LAW = (
    "Für den Bebauungsplan gilt die BauNVO {year}; nach ihr zählen auch Aufenthaltsräume in anderen Geschossen zur "
    "Geschossfläche, das ist nicht bewertet."
)
NOT_COUNTED = "Nebengebäude und Garagen zählen nicht zur Geschossfläche (§ 20 Abs. 4 BauNVO)."


@register(
    "floor_area_ratio",
    title="Geschossflächenzahl",
    unit="",
    order=410,
    main_buildings=True,
    layers=LAYERS,
    also_reads=("plan_scopes",),
    attributes=("gross_floor_area_m2", "storeys"),
    question="Die Geschossfläche darf das vom Bebauungsplan festgesetzte Verhältnis zur Grundstücksfläche nicht "
    "überschreiten.",
    formula="GFZ = Summe der Geschossflächen aller Vollgeschosse (Außenmaße) ÷ Grundstücksfläche im Bauland",
    inputs="Geschossflächen oder Zahl der Vollgeschosse und Umrisse der Gebäude, Flächen der Flurstücke, Baugebiete",
)
def floor_area_ratio(context: CheckContext) -> CheckResult:
    """Value and limit: GFZ and the GFZ of the plan (BauNVO § 20); with ``gf_m2`` the limit is turned into a ratio.

    Without a stated floor area, bay windows count with each full storey that they reach over. Outbuildings, balconies,
    terraces and what is permitted in the distance areas do not count (§ 20 Abs. 4).
    """
    rule = context.rule("floor_area_ratio")
    counted = [feature for feature in context.plan.features if feature.role.value in rule.values["roles"]]
    if not counted:
        return context.result(Verdict.NOT_APPLICABLE, "Nicht anwendbar: Der Lageplan enthält kein Gebäude.")
    bays = bay_windows(context.plan.features, counted)
    result = rate(context, [_floor_area(feature, bays.get(feature.id, ()), rule) for feature in counted], _RATIO)
    if result.verdict is Verdict.NOT_APPLICABLE:
        return result
    notes = [NOT_COUNTED] if context.plan.by_role(Role.ANCILLARY_BUILDING, Role.GARAGE) else []
    years = [baunvo_year(zone) for zone in zones_on_site(context).zones]
    old = sorted({year for year in years if year is not None and year < int(rule.values["baunvo_from"])})
    notes += [OLD_LAW.format(year=year) for year in old]
    return result.replace(assumptions=(*result.assumptions, *notes))


def _floor_area(feature: PlanFeature, bays: Sequence[BayWindow], rule: Rule) -> Amount:
    given, footprint = feature.gross_floor_area_m2, float(feature.geometry.area)
    if given == 0 or (given is None and feature.storeys == 0):
        # A building that stands takes floor area: a zero is a field left empty.
        what = "0 m² Geschossfläche" if given == 0 else "0 Vollgeschossen"
        return Amount(feature, None, f"mit {what} angegeben, das kann nicht stimmen")
    if not feature.storeys:
        return Amount(feature, given, NOT_GIVEN if given is None else f"{square_metres(given)} {_origin(feature)}")
    reach = [(bay, *bay.storeys_of(feature)) for bay in bays]
    least = feature.storeys * footprint + sum(low * bay.area_m2 for bay, low, _ in reach)
    most = feature.storeys * footprint + sum(high * bay.area_m2 for bay, _, high in reach)
    if given is not None:
        text = f"{square_metres(given)} {_origin(feature)}"
        if given >= least * (1 - float(rule.values["storeys_vary_share"])):
            return Amount(feature, given, text)
        product = _product(feature, footprint, [(bay, high) for bay, _, high in reach], most)
        dispute = f"Für {name_of(feature)} sind {square_metres(given)} Geschossfläche angegeben, aber {product}"
        return Amount(feature, given, text, most=most, dispute=dispute)
    text = _product(feature, footprint, [(bay, low) for bay, low, _ in reach], least)
    open_ones = [bay.name for bay, low, high in reach if low != high]
    if not open_ones:
        return Amount(feature, least, text, SAME_STOREYS)
    stands = "steht" if len(open_ones) == 1 else "stehen"
    dispute = f"Über wie vielen Vollgeschossen {listed(open_ones)} {stands}, ist nicht angegeben"
    return Amount(feature, least, text, SAME_STOREYS, most, dispute)


def _product(feature: PlanFeature, footprint: float, bays: Sequence[tuple[BayWindow, int]], total: float) -> str:
    """How a floor area comes about: "2 Vollgeschosse × 120,00 m² + Erker 2: 2 × 6,00 m² = 252,00 m²"."""
    parts = [f"{bay.name}: {storeys} × {square_metres(bay.area_m2)}" for bay, storeys in bays if storeys]
    return f"{' + '.join([f'{_storeys(feature)} × {square_metres(footprint)}', *parts])} = {square_metres(total)}"


def _storeys(feature: PlanFeature) -> str:
    return f"{feature.storeys} {'Vollgeschoss' if feature.storeys == 1 else 'Vollgeschosse'}"


def _origin(feature: PlanFeature) -> str:
    origin = feature.provenance.values.get("gross_floor_area_m2")
    return f"({origin.note})" if origin and origin.note else "(angegeben)"
