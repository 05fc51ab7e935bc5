"""Does the plan keep the building volume ratio (Baumassenzahl, BMZ) that the binding plan sets?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gis.checks import register
from gis.checks.bay_windows import BayWindow, bay_windows
from gis.checks.building_land import LAYERS
from gis.checks.context import CheckContext
from gis.checks.figures import RULE as FIGURES
from gis.checks.figures import lowest_wall
from gis.checks.per_building import name_of
from gis.checks.rated import NOT_GIVEN, rate
from gis.checks.ratio_parts import Amount, Ratio
from gis.checks.result import CheckResult, Verdict
from gis.checks.zones import Area, zones_on_site
from gis.rules import Rule
from gis.siteplan import PlanFeature
from gis.wording import metres, number, square_metres

_RATIO = Ratio(
    noun="Baumassenzahl",
    short="BMZ",
    amount="Baumasse",
    unit="m³",
    ratio="bmz",
    absolute="bm_m3",
    minimum="",
    basis="§ 21 Abs. 2 BauNVO",
    limit_basis="§ 21 Abs. 1 BauNVO",
)
_HEIGHTS = tuple(
    f"{kind}_height_{bound}_m" for kind in ("eaves", "ridge", "building", "wall") for bound in ("max", "exact")
)


@register(
    "building_volume_ratio",
    title="Baumassenzahl",
    unit="",
    order=420,
    main_buildings=True,
    layers=LAYERS,
    also_reads=("plan_scopes",),
    attributes=("gross_volume_m3", "gross_floor_area_m2", "storeys", "wall_height_m", "eaves_height_m"),
    question="Die Baumasse darf das vom Bebauungsplan festgesetzte Verhältnis zur Grundstücksfläche nicht "
    "überschreiten.",
    formula="BMZ = Rauminhalt der Vollgeschosse (Außenmaße) ÷ Grundstücksfläche im Bauland; ohne Festsetzung von Höhe "
    "und BMZ bei hohen Geschossen höchstens 3,5 × GFZ",
    inputs="Rauminhalt der Gebäude, Flächen der Flurstücke, Baugebiete mit BMZ, Baumasse oder GFZ",
)
def building_volume_ratio(context: CheckContext) -> CheckResult:
    """Value and limit: BMZ and the BMZ of the plan (BauNVO § 21); with ``bm_m3`` the limit is turned into a ratio.

    Where the plan sets neither height nor BMZ and storeys are higher than ``high_storey_m``, the limit is
    ``gfz_factor`` × GFZ (§ 21 Abs. 4). Heights are those of the storeys, else their mean: volume ÷ floor area, or what
    the lowest wall leaves for each storey.
    """
    rule = context.rule("building_volume_ratio")
    counted = [feature for feature in context.plan.features if feature.role.value in rule.values["roles"]]
    if not counted:
        return context.result(Verdict.NOT_APPLICABLE, "Nicht anwendbar: Der Lageplan enthält kein Gebäude.")
    high = any(_high_storeys(feature, rule) for feature in counted)
    kind = _RATIO
    if high:
        kind = replace(_RATIO, fallback=lambda place: _by_floor_area(place, rule), fallback_reads=("gfz", *_HEIGHTS))
    bays, figures = bay_windows(context.plan.features, counted), context.rules.rule(FIGURES)
    result = rate(context, [_volume(feature, bays.get(feature.id, ()), figures) for feature in counted], kind)
    if result.verdict is not Verdict.NOT_APPLICABLE or not any(_storeys_unknown(feature) for feature in counted):
        return result
    zones = zones_on_site(context)
    if not any(_by_floor_area(zone, rule) for zone in zones.zones):
        return result
    limit = metres(float(rule.values["high_storey_m"]))
    note = f"Kein Geschoss ist höher als {limit} (§ 21 Abs. 4 BauNVO)."
    return result.replace(assumptions=(*result.assumptions, note))


def _volume(feature: PlanFeature, bays: Sequence[BayWindow], figures: Rule) -> Amount:
    value = feature.gross_volume_m3
    if value == 0:
        return Amount(feature, None, "mit 0 m³ Baumasse angegeben, das kann nicht stimmen")
    if value is None:
        return Amount(feature, None, NOT_GIVEN)
    origin = feature.provenance.values.get("gross_volume_m3")
    text = f"{number(value)} m³ ({origin.note if origin and origin.note else 'angegeben'})"
    assumption = "Der angegebene Rauminhalt gilt als Baumasse der Vollgeschosse."
    outline = float(feature.geometry.area) + sum(bay.area_m2 for bay in bays)
    least, most, product = max(_by_walls(feature, outline, figures), _by_storeys(feature, figures))
    if value >= least * (1 - float(figures.values["less_share"])):
        return Amount(feature, value, text, assumption)
    dispute = f"Für {name_of(feature)} sind {number(value)} m³ Baumasse angegeben, aber {product}"
    return Amount(feature, value, text, assumption, most, dispute)


def _by_walls(feature: PlanFeature, outline_m2: float, figures: Rule) -> tuple[float, float, str]:
    """Least and greatest volume in m³ between the outer walls, and how the latter comes about; (0, 0, "") if unknown.

    The lowest wall counts: gables are higher. Least: without base, ceiling and knee wall.
    """
    low = min((h for h in (lowest_wall(feature), feature.eaves_height_m) if h is not None), default=0.0)
    least = outline_m2 * max(0.0, low - float(figures.values["base_and_roof_m"]))
    most = outline_m2 * low
    return least, most, f"{square_metres(outline_m2)} Umriss × {metres(low)} Wandhöhe = {number(most)} m³"


def _by_storeys(feature: PlanFeature, figures: Rule) -> tuple[float, float, str]:
    """The same from the floor area, or from storeys and outline."""
    area = feature.gross_floor_area_m2 or (feature.storeys or 0) * float(feature.geometry.area)
    least, highest = (float(figures.values[name]) for name in ("least_storey_m", "highest_storey_m"))
    text = f"{square_metres(area)} Geschossfläche × {metres(highest)} Geschosshöhe = {number(area * highest)} m³"
    return area * least, area * highest, text


def _storeys_unknown(feature: PlanFeature) -> bool:
    heights = [storey.height_m for storey in feature.storey_levels if storey.above_ground]
    return not heights or None in heights


def _high_storeys(feature: PlanFeature, rule: Rule) -> bool:
    """Whether storeys are higher than the law takes for granted, or the walls say that they must be."""
    high = float(rule.values["high_storey_m"])
    if any(storey.above_ground and (storey.height_m or 0.0) > high for storey in feature.storey_levels):
        return True
    area = feature.gross_floor_area_m2
    if area is None and feature.storeys is not None:
        area = feature.storeys * float(feature.geometry.area)
    if area and feature.gross_volume_m3 is not None:
        return feature.gross_volume_m3 / area > high
    if not _storeys_unknown(feature) or not feature.storeys:
        return False
    walls = feature.wall_height_m if isinstance(feature.wall_height_m, tuple) else (feature.wall_height_m,)
    known = [height for height in (*walls, feature.eaves_height_m) if height is not None and height == height]
    # The lowest wall: gables are higher than their storeys.
    return bool(known) and (min(known) - float(rule.values["base_and_roof_m"])) / feature.storeys > high


def _by_floor_area(place: Area, rule: Rule) -> tuple[float, str] | None:
    gfz = place.number("gfz")
    if gfz is None or any(place.number(name) is not None for name in _HEIGHTS):
        return None
    factor = float(rule.values["gfz_factor"])
    return factor * gfz, f"{number(factor)} × GFZ {number(gfz)}"
