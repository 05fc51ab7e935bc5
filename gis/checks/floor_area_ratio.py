"""Does the plan keep the floor area ratio (Geschossflächenzahl, GFZ) that the binding plan sets?"""

from __future__ import annotations

from gis.checks import register
from gis.checks.building_land import LAYERS
from gis.checks.context import CheckContext
from gis.checks.per_building import name_of
from gis.checks.rated import NOT_GIVEN, Amount, Ratio, rate
from gis.checks.result import CheckResult, Verdict
from gis.rules import Rule
from gis.siteplan import PlanFeature
from gis.wording import square_metres

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


@register(
    "floor_area_ratio",
    title="Geschossflächenzahl",
    unit="",
    order=410,
    layers=LAYERS,
    attributes=("gross_floor_area_m2", "storeys"),
    question="Die Geschossfläche darf das vom Bebauungsplan festgesetzte Verhältnis zur Grundstücksfläche nicht "
    "überschreiten.",
    formula="GFZ = Summe der Geschossflächen aller Vollgeschosse (Außenmaße) ÷ Grundstücksfläche im Bauland",
    inputs="Geschossflächen oder Zahl der Vollgeschosse und Umrisse der Gebäude, Flächen der Flurstücke, Baugebiete",
)
def floor_area_ratio(context: CheckContext) -> CheckResult:
    """Value and limit: GFZ and the GFZ of the plan (BauNVO § 20); with ``gf_m2`` the limit is turned into a ratio.

    Outbuildings, balconies, terraces and what is permitted in the distance areas do not count (§ 20 Abs. 4).
    """
    rule = context.rule("floor_area_ratio")
    counted = [feature for feature in context.plan.features if feature.role.value in rule.values["roles"]]
    if not counted:
        return context.result(Verdict.NOT_APPLICABLE, "Nicht anwendbar: Der Lageplan enthält kein Gebäude.")
    return rate(context, [_floor_area(feature, rule) for feature in counted], _RATIO)


def _floor_area(feature: PlanFeature, rule: Rule) -> Amount:
    given, footprint = feature.gross_floor_area_m2, float(feature.geometry.area)
    by_storeys = feature.storeys * footprint if feature.storeys else None
    if given == 0 or (given is None and feature.storeys == 0):
        # A building that stands takes floor area: a zero is a field left empty.
        what = "0 m² Geschossfläche" if given == 0 else "0 Vollgeschossen"
        return Amount(feature, None, f"mit {what} angegeben, das kann nicht stimmen")
    if given is not None:
        text = f"{square_metres(given)} {_origin(feature)}"
        if by_storeys is None or given >= by_storeys * (1 - float(rule.values["storeys_vary_share"])):
            return Amount(feature, given, text)
        product = f"{_storeys(feature)} × {square_metres(footprint)} = {square_metres(by_storeys)}"
        dispute = f"Für {name_of(feature)} sind {square_metres(given)} Geschossfläche angegeben, aber {product}"
        return Amount(feature, given, text, most=by_storeys, dispute=dispute)
    if by_storeys is None:
        return Amount(feature, None, NOT_GIVEN)
    text = f"{_storeys(feature)} × {square_metres(footprint)} = {square_metres(by_storeys)}"
    return Amount(feature, by_storeys, text, SAME_STOREYS)


def _storeys(feature: PlanFeature) -> str:
    return f"{feature.storeys} {'Vollgeschoss' if feature.storeys == 1 else 'Vollgeschosse'}"


def _origin(feature: PlanFeature) -> str:
    origin = feature.provenance.values.get("gross_floor_area_m2")
    return f"({origin.note})" if origin and origin.note else "(angegeben)"
