"""Does the plan keep the floor area ratio (Geschossflächenzahl, GFZ) that the binding plan sets?"""

from __future__ import annotations

from gis.checks import register
from gis.checks.building_land import LAYERS
from gis.checks.context import CheckContext
from gis.checks.rated import Amount, Ratio, rate
from gis.checks.result import CheckResult, Verdict
from gis.siteplan import PlanFeature
from gis.wording import number, square_metres

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
    return rate(context, [_floor_area(feature) for feature in counted], _RATIO)


def _floor_area(feature: PlanFeature) -> Amount:
    given = feature.gross_floor_area_m2
    if given is not None:
        return Amount(feature, given, f"{square_metres(given)} {_origin(feature)}")
    if feature.storeys is None:
        return Amount(feature, None, "nicht angegeben")
    footprint = float(feature.geometry.area)
    value = feature.storeys * footprint
    text = f"{number(feature.storeys, 0)} Vollgeschosse × {square_metres(footprint)} = {square_metres(value)}"
    return Amount(feature, value, text, SAME_STOREYS)


def _origin(feature: PlanFeature) -> str:
    origin = feature.provenance.values.get("gross_floor_area_m2")
    return f"({origin.note})" if origin and origin.note else "(angegeben)"
