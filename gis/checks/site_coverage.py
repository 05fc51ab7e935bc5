"""Does the plan keep the site coverage (Grundflächenzahl, GRZ) that the binding plan sets?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from gis.checks import register
from gis.checks.context import CheckContext
from gis.checks.result import CheckResult, Step, Verdict
from gis.checks.zones import building_land, zones_on_site
from gis.site import HAIRLINE_GAP_M
from gis.site_context import polygons, union_of
from gis.siteplan import PlanFeature, Role
from gis.wording import number, square_metres


@register(
    "site_coverage",
    title="Grundflächenzahl",
    unit="",
    order=400,
    layers=("parcels", "zoning", "street_boundaries", "traffic_areas", "building_windows"),
    question="Die Grundflächenzahl des Bebauungsplans darf nicht überschritten werden; mit Garagen, Stellplätzen, "
    "Zufahrten und Nebenanlagen gilt eine höhere Grenze.",
    formula="GRZ = Grundfläche ÷ Grundstücksfläche im Bauland; mit Nebenanlagen höchstens das 1,5-fache, bis 0,8",
    inputs="Umrisse nach Art der Anlage, amtliche Flächen der Flurstücke, Baugebiete mit GRZ oder Grundfläche, "
    "Straßenbegrenzungslinie",
)
def site_coverage(context: CheckContext) -> CheckResult:
    """Value and limit: GRZ I and the GRZ of the plan; with ancillary areas ``details.grz_2``, ``details.limit_grz_2``.

    Footprints are cut to the site, overlaps counted once (BauNVO § 19).
    """
    rule = context.rule("site_coverage")
    values = rule.values
    counted = _counted(context.plan.features, values)
    if not counted.main and not counted.ancillary:
        message = "Nicht anwendbar: Der Lageplan enthält keine Anlagen, die auf die Grundfläche anzurechnen sind."
        return context.result(Verdict.NOT_APPLICABLE, message)
    accuracy = context.take(counted.main + counted.ancillary)
    site = context.site
    first = polygons(union_of(counted.main).intersection(site.geometry))
    both = polygons(union_of(counted.main + counted.ancillary).intersection(site.geometry))
    zones = zones_on_site(context)
    land, notes = building_land(context, zones, both)
    share = land.area / site.planar_area_m2
    area = site.area_m2 * share
    grz_1, grz_2 = first.area / area, both.area / area
    details: dict[str, Any] = {
        "grz_1": grz_1,
        "grz_2": grz_2,
        "limit_grz_2": None,
        "footprint_grz_1_m2": first.area,
        "footprint_grz_2_m2": both.area,
        "site_area_m2": area,
        "building_land_share": share,
        "counted": counted.table(site.geometry),
        "not_counted": sorted({f.role.value for f in counted.none}),
        "zones": zones.table(),
    }
    if site.areas_differ:
        details["official_area_m2"] = site.area_m2
        details["planar_area_m2"] = site.planar_area_m2
    limit, reason = zones.limit(area)
    figures = (
        f"GRZ {number(grz_1)} ({square_metres(first.area)} Grundfläche auf {square_metres(area)} Grundstück), mit "
        f"Garagen, Stellplätzen, Zufahrten und Nebenanlagen {number(grz_2)}"
    )
    tolerance = accuracy.ratio_of(both, area)
    steps = [
        Step(
            "Grundstücksfläche",
            f"{square_metres(site.area_m2)} × {number(100 * share, 1)} % im Bauland = {square_metres(area)}",
            area,
            "m²",
            "§ 19 Abs. 3 BauNVO",
        ),
        _ratio_step("Grundflächenzahl (GRZ I)", first.area, area, grz_1, "§ 19 Abs. 2 BauNVO"),
        _ratio_step("mit Garagen und Nebenanlagen (GRZ II)", both.area, area, grz_2, "§ 19 Abs. 4 BauNVO"),
    ]
    result = partial(context.result, value=grz_1, geometry=both, details=details, tolerance=tolerance)
    notes = (*site.area_assumptions, *notes)
    if limit is None:
        message = f"Nicht prüfbar: {reason} Rechnerisch ergibt sich eine {figures} ({rule.legal_basis})."
        return result(Verdict.NOT_ASSESSABLE, message, assumptions=notes, steps=steps)
    steps.append(Step("Zulässige GRZ", f"nach dem Bebauungsplan {number(limit)}", limit, "", "§ 19 Abs. 1 BauNVO"))
    limit_2 = max(limit, min(float(values["excess_factor"]) * limit, float(values["excess_cap"])))
    comparisons = [(grz_1, limit)]
    if zones.baunvo_year is not None and zones.baunvo_year < int(values["baunvo_from"]):
        year = zones.baunvo_year
        notes += (f"Für den Bebauungsplan gilt die BauNVO {year}; die Grenze für Nebenanlagen ist nicht bewertet.",)
    else:
        details["limit_grz_2"] = limit_2
        factor, cap = float(values["excess_factor"]), float(values["excess_cap"])
        steps.append(
            Step(
                "Zulässige GRZ mit Nebenanlagen",
                f"{number(factor)} × {number(limit)} = {number(factor * limit, 4)}, höchstens {number(cap)}, "
                f"mindestens {number(limit)}",
                limit_2,
                "",
                "§ 19 Abs. 4 Satz 2 BauNVO",
            )
        )
        comparisons.append((grz_2, limit_2))
        if zones.baunvo_year is None:
            notes += (f"Für den Bebauungsplan gilt die BauNVO {values['baunvo_from']} oder eine spätere Fassung.",)
    verdict = _verdict(comparisons, tolerance)
    allowed = f"zulässig sind {number(limit)}"
    if details["limit_grz_2"] is not None:
        allowed += f" und mit Nebenanlagen {number(limit_2)}"
    lead = {
        Verdict.PASSED: "Die Grundflächenzahl ist eingehalten",
        Verdict.BORDERLINE: "Grenzfall: Die Grundflächenzahl liegt sehr nahe am zulässigen Wert",
        Verdict.FAILED: "Die Grundflächenzahl ist überschritten",
    }[verdict]
    message = f"{lead}: {figures}; {allowed} ({rule.legal_basis})."
    return result(verdict, message, limit=limit, assumptions=notes, steps=steps)


def _ratio_step(label: str, footprint_m2: float, area_m2: float, ratio: float, basis: str) -> Step:
    text = f"{square_metres(footprint_m2)} ÷ {square_metres(area_m2)} = {number(ratio, 4)}"
    return Step(label, text, ratio, "", basis)


def _verdict(comparisons: list[tuple[float, float]], tolerance: float) -> Verdict:
    """Failed beats borderline beats passed; borderline is |value − limit| < tolerance."""
    verdict = Verdict.PASSED
    for value, limit in comparisons:
        if abs(value - limit) < tolerance - 1e-12:
            verdict = Verdict.BORDERLINE
        elif value > limit:
            return Verdict.FAILED
    return verdict


@dataclass(frozen=True)
class _Counted:
    """Features by how they count: with the main building, as ancillary, or not at all."""

    main: tuple[PlanFeature, ...]
    ancillary: tuple[PlanFeature, ...]
    none: tuple[PlanFeature, ...]

    def table(self, site: BaseGeometry) -> list[dict[str, Any]]:
        return [
            {"feature": f.id, "role": f.role.value, "counts": counts, "area_m2": f.geometry.intersection(site).area}
            for counts, features in (("grz_1", self.main), ("grz_2", self.ancillary))
            for f in features
        ]


def _counted(features: tuple[PlanFeature, ...], values: Mapping[str, Any]) -> _Counted:
    groups: dict[str, list[PlanFeature]] = {"main": [], "ancillary": [], "attached": [], "none": []}
    for feature in features:
        role = feature.role.value
        if role in values["roles_grz_1"]:
            groups["main"].append(feature)
        elif role in values["roles_grz_2_only"]:
            groups["ancillary"].append(feature)
        elif role in values["roles_grz_1_attached"]:
            groups["attached"].append(feature)
        elif feature.role is not Role.TO_BE_DEMOLISHED:
            groups["none"].append(feature)
    buildings = union_of(tuple(groups["main"]))
    shapely.prepare(buildings)
    for feature in groups["attached"]:
        touches = shapely.dwithin(buildings, feature.geometry, HAIRLINE_GAP_M)
        groups["main" if touches else "ancillary"].append(feature)
    return _Counted(tuple(groups["main"]), tuple(groups["ancillary"]), tuple(groups["none"]))
