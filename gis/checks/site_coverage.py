"""Does the plan keep the site coverage (Grundflächenzahl, GRZ) that the binding plan sets?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from shapely.geometry.base import BaseGeometry

from gis.checks import register
from gis.checks.building_land import LAYERS, building_land, on_land
from gis.checks.context import CheckContext
from gis.checks.footprints import counted_features
from gis.checks.judging import ratio_at_most, worst
from gis.checks.result import CheckResult, Step, Verdict
from gis.checks.zones import ZONE_AREA_M2, Area, ConflictError, Zones, baunvo_year, zones_on_site
from gis.site_context import polygons, union_of
from gis.wording import number, square_metres


@dataclass(frozen=True)
class _Part:
    """The site, or its share in one of several zones: footprints and area in m², and what is permitted.

    ``limit`` and ``limit_2`` are GRZ I and II, None where not known (``reason`` says why) or not limited; ``minimum``
    is the least GRZ I where the plan asks for one.
    """

    zone: Area | None
    main: BaseGeometry
    both: BaseGeometry
    area_m2: float
    limit: float | None = None
    limit_2: float | None = None
    minimum: float | None = None
    reason: str = ""
    notes: tuple[str, ...] = ()

    @property
    def grz_1(self) -> float:
        return float(self.main.area) / self.area_m2

    @property
    def grz_2(self) -> float:
        return float(self.both.area) / self.area_m2

    @property
    def pairs(self) -> list[tuple[float, float]]:
        pairs = [(self.grz_1, self.limit), (self.grz_2, self.limit_2)]
        return [(value, limit) for value, limit in pairs if limit is not None]

    def too_low(self, tolerance: float) -> bool:
        """Whether the plan asks for more to be built over."""
        return self.minimum is not None and self.grz_1 < self.minimum - tolerance

    @property
    def margin(self) -> float:
        return min((limit - value for value, limit in self.pairs), default=float("inf"))


@register(
    "site_coverage",
    title="Grundflächenzahl",
    unit="",
    order=400,
    layers=LAYERS,
    question="Die Grundflächenzahl des Bebauungsplans darf nicht überschritten werden; mit Garagen, Stellplätzen, "
    "Zufahrten und Nebenanlagen gilt eine höhere Grenze.",
    formula="GRZ = Grundfläche ÷ Grundstücksfläche im Bauland; mit Nebenanlagen höchstens das 1,5-fache, bis 0,8; "
    "in mehreren Baugebieten je Gebiet",
    inputs="Umrisse nach Art der Anlage, amtliche Flächen der Flurstücke, Baugebiete mit GRZ oder Grundfläche, "
    "Straßenbegrenzungslinie",
)
def site_coverage(context: CheckContext) -> CheckResult:
    """Value and limit: GRZ I and the GRZ of the plan; with ancillary areas ``details.grz_2``, ``details.limit_grz_2``.

    Footprints are cut to the building land of the site, overlaps counted once (BauNVO § 19). A site in several zones
    is computed per zone; value and limit are those of the zone with the smallest margin.
    """
    rule = context.rule("site_coverage")
    counted = counted_features(context.plan.features, rule.values)
    if not counted.main and not counted.ancillary:
        message = "Nicht anwendbar: Der Lageplan enthält keine Anlagen, die auf die Grundfläche anzurechnen sind."
        return context.result(Verdict.NOT_APPLICABLE, message)
    accuracy = context.take(counted.main + counted.ancillary)
    site = context.site
    first = polygons(union_of(counted.main).intersection(site.geometry))
    both = polygons(union_of(counted.main + counted.ancillary).intersection(site.geometry))
    zones = zones_on_site(context)
    land, notes = building_land(context, zones, both)
    unzoned = zones.beyond_m2(first) if zones.zones else 0.0
    first, _ = on_land(first, land, site.geometry)
    both, left_out = on_land(both, land, site.geometry)
    notes += left_out
    parts = [_permitted(part, zones, rule.values) for part in _parts(context, zones, land, first, both)]
    governing = min(parts, key=lambda part: (part.margin, -part.grz_2))
    tolerance = max(accuracy.ratio_of(part.both, part.area_m2) for part in parts)
    details = {
        "grz_1": governing.grz_1,
        "grz_2": governing.grz_2,
        "limit_grz_2": governing.limit_2,
        "footprint_grz_1_m2": governing.main.area,
        "footprint_grz_2_m2": governing.both.area,
        "site_area_m2": governing.area_m2,
        "building_land_share": land.area / site.planar_area_m2,
        "counted": counted.table(site.geometry),
        "not_counted": sorted({f.role.value for f in counted.none}),
        "zones": zones.table(),
        "parts": [_table(part) for part in parts] if len(parts) > 1 else [],
    }
    if site.areas_differ:
        details |= {"official_area_m2": site.area_m2, "planar_area_m2": site.planar_area_m2}
    steps = _steps(context, land, parts, rule.values)
    notes = (*site.area_assumptions, *zones.notes, *notes, *(note for part in parts for note in part.notes))
    result = partial(
        context.result, value=governing.grz_1, geometry=both, details=details, tolerance=tolerance, steps=steps,
        limit=governing.limit, assumptions=dict.fromkeys(notes),
    )  # fmt: skip
    figures = _figures(governing)
    verdict = worst(ratio_at_most(*pair, tolerance) for part in parts for pair in part.pairs)
    if unzoned and verdict is not Verdict.FAILED:
        message = f"Nicht prüfbar: Für {square_metres(unzoned)} der Gebäude ist kein Baugebiet bekannt."
        return result(Verdict.NOT_ASSESSABLE, f"{message} Sonst gilt: {figures} ({rule.legal_basis}).")
    unknown = next((part for part in parts if part.limit is None and _is_built(part, parts)), None)
    if unknown is not None and verdict is not Verdict.FAILED:
        message = f"Nicht prüfbar: {unknown.reason} Rechnerisch: {_figures(unknown)}"
        return result(Verdict.NOT_ASSESSABLE, f"{message} ({rule.legal_basis}).", value=unknown.grz_1, limit=None)
    low = next((part for part in parts if part.too_low(tolerance)), None)
    if low is not None and verdict is not Verdict.FAILED:
        message = f"Die Mindest-Grundflächenzahl von {number(low.minimum or 0.0)} ist nicht erreicht: {_figures(low)}"
        return result(Verdict.FAILED, f"{message} ({rule.legal_basis}).", value=low.grz_1, limit=low.minimum)
    allowed = "zulässig sind " + number(governing.limit or 0.0)
    if governing.limit_2 is not None:
        allowed += f" und mit Nebenanlagen {number(governing.limit_2)}"
    lead = {
        Verdict.PASSED: "Die Grundflächenzahl ist eingehalten",
        Verdict.BORDERLINE: "Grenzfall: Die Grundflächenzahl liegt sehr nahe am zulässigen Wert",
        Verdict.FAILED: "Die Grundflächenzahl ist überschritten",
    }[verdict]
    where = f" im Gebiet {governing.zone.label}" if len(parts) > 1 and governing.zone else ""
    return result(verdict, f"{lead}{where}: {figures}; {allowed} ({rule.legal_basis}).")


def _parts(
    context: CheckContext, zones: Zones, land: BaseGeometry, first: BaseGeometry, both: BaseGeometry
) -> list[_Part]:
    """One part for the site, or one per zone: areas in proportion of the official area."""
    official = context.site.area_m2 / context.site.planar_area_m2
    if len(zones.zones) < 2:
        zone = zones.zones[0] if zones.zones else None
        return [_Part(zone, first, both, float(land.area) * official, reason=zones.reason or "")]
    parts = []
    for zone in zones.zones:
        ground = polygons(zone.geometry.intersection(land))
        if ground.area > 0:
            main, every = (polygons(built.intersection(ground)) for built in (first, both))
            parts.append(_Part(zone, main, every, float(ground.area) * official))
    return parts


def _is_built(part: _Part, parts: list[_Part]) -> bool:
    """Whether anything stands in a part of the site; what reaches over a zone's edge by a hair does not."""
    return len(parts) == 1 or part.both.area > ZONE_AREA_M2


def _permitted(part: _Part, zones: Zones, values: Mapping[str, Any]) -> _Part:
    """Fill in what the plan permits in a part (§ 19 Abs. 1 and 4)."""
    zone = part.zone
    if zone is None:
        return part
    try:
        grz, gr_m2 = zones.measure(zone, "grz"), zones.measure(zone, "gr_m2")
        own, minimum = zones.measure(zone, "grz_2"), zones.measure(zone, "grz_min")
    except ConflictError as error:
        return replace(part, reason=str(error))
    part = replace(part, minimum=minimum)
    limit = grz if grz is not None else None if gr_m2 is None else gr_m2 / part.area_m2
    if limit is None:
        return replace(part, reason="Der Bebauungsplan setzt für das Baugebiet keine Grundflächenzahl fest.")
    if own is not None:
        return replace(part, limit=limit, limit_2=own)
    year, since = baunvo_year(zone), int(values["baunvo_from"])
    if year is not None and year < since:
        note = f"Für den Bebauungsplan gilt die BauNVO {year}; die Grenze für Nebenanlagen ist nicht bewertet."
        return replace(part, limit=limit, notes=(note,))
    note = f"Für den Bebauungsplan gilt die BauNVO {since} oder eine spätere Fassung."
    limit_2 = max(limit, min(float(values["excess_factor"]) * limit, float(values["excess_cap"])))
    return replace(part, limit=limit, limit_2=limit_2, notes=() if year else (note,))


def _figures(part: _Part) -> str:
    return (
        f"GRZ {number(part.grz_1)} ({square_metres(part.main.area)} Grundfläche auf {square_metres(part.area_m2)} "
        f"Grundstück), mit Garagen, Stellplätzen, Zufahrten und Nebenanlagen {number(part.grz_2)}"
    )


def _table(part: _Part) -> dict[str, Any]:
    return {
        "zone": part.zone.text("zone") if part.zone else None,
        "area_m2": part.area_m2,
        "grz_1": part.grz_1,
        "limit_grz_1": part.limit,
        "grz_2": part.grz_2,
        "limit_grz_2": part.limit_2,
    }


def _steps(context: CheckContext, land: BaseGeometry, parts: list[_Part], values: Mapping[str, Any]) -> list[Step]:
    site = context.site
    share = land.area / site.planar_area_m2
    area = site.area_m2 * share
    steps = [
        Step(
            "Grundstücksfläche",
            f"{square_metres(site.area_m2)} × {number(100 * share, 1)} % im Bauland = {square_metres(area)}",
            area,
            "m²",
            "§ 19 Abs. 3 BauNVO",
        )
    ]
    for part in parts:
        where = f" ({part.zone.text('zone') or 'ohne Art'})" if part.zone and len(parts) > 1 else ""
        if where:
            text = f"{square_metres(part.area_m2)} im Baugebiet"
            steps.append(Step(f"Anteil{where}", text, part.area_m2, "m²", "§ 19 Abs. 3 BauNVO"))
        steps.append(_ratio_step(f"Grundflächenzahl (GRZ I){where}", part.main, part, "§ 19 Abs. 2 BauNVO"))
        steps.append(
            _ratio_step(f"mit Garagen und Nebenanlagen (GRZ II){where}", part.both, part, "§ 19 Abs. 4 BauNVO")
        )
        if part.limit is not None:
            text = f"nach dem Bebauungsplan {number(part.limit)}"
            steps.append(Step(f"Zulässige GRZ{where}", text, part.limit, "", "§ 19 Abs. 1 BauNVO"))
        if part.limit is not None and part.limit_2 is not None:
            steps.append(_limit_2_step(part, part.limit, part.limit_2, where, values))
    return steps


def _limit_2_step(part: _Part, limit: float, limit_2: float, where: str, values: Mapping[str, Any]) -> Step:
    label = f"Zulässige GRZ mit Nebenanlagen{where}"
    if part.zone is not None and "grz_2" in part.zone.values:
        return Step(label, f"abweichend im Bebauungsplan {number(limit_2)}", limit_2, "", "§ 19 Abs. 4 Satz 3 BauNVO")
    factor, cap = float(values["excess_factor"]), float(values["excess_cap"])
    text = f"{number(factor)} × {number(limit)} = {number(factor * limit, 4)}, höchstens {number(cap)}"
    return Step(label, f"{text}, mindestens {number(limit)}", limit_2, "", "§ 19 Abs. 4 Satz 2 BauNVO")


def _ratio_step(label: str, footprint: BaseGeometry, part: _Part, basis: str) -> Step:
    ratio = float(footprint.area) / part.area_m2
    text = f"{square_metres(footprint.area)} ÷ {square_metres(part.area_m2)} = {number(ratio, 4)}"
    return Step(label, text, ratio, "", basis)
