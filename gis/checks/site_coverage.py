"""Does the plan keep the site coverage (Grundflächenzahl, GRZ) that the binding plan sets?"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from shapely.geometry.base import BaseGeometry

from gis.checks import register
from gis.checks.building_land import LAYERS, building_land, on_land, street_on_land
from gis.checks.context import CheckContext
from gis.checks.coverage_parts import Part, governing, parts_of, permitted, verdict_of
from gis.checks.footprints import Counted, counted_features
from gis.checks.parcel_areas import RULE as AREAS
from gis.checks.reservations import by_both_areas, by_street, listed_sentences, reservations
from gis.checks.result import CheckResult, Step, Verdict
from gis.checks.zones import ZONE_AREA_M2, zones_on_site
from gis.site_context import polygons, union_of
from gis.siteplan import Role
from gis.wording import number, square_metres


@register(
    "site_coverage",
    title="Grundflächenzahl",
    unit="",
    order=400,
    main_buildings=True,
    layers=LAYERS,
    also_reads=("plan_scopes",),
    question="Die Grundflächenzahl des Bebauungsplans darf nicht überschritten werden; mit Garagen, Stellplätzen, "
    "Zufahrten und Nebenanlagen gilt eine höhere Grenze.",
    formula="GRZ = Grundfläche ÷ Grundstücksfläche im Bauland; mit Nebenanlagen höchstens das 1,5-fache, bis 0,8; "
    "in mehreren Baugebieten je Gebiet",
    inputs="Umrisse nach Art der Anlage, amtliche Flächen der Flurstücke, Baugebiete mit GRZ oder Grundfläche, "
    "Straßenbegrenzungslinie",
)
def site_coverage(context: CheckContext) -> CheckResult:
    """Value and limit: GRZ I and the GRZ of the plan, or GRZ II and its limit where that is judged worse.

    ``details`` has both. Footprints are cut to the building land of the site, overlaps counted once (BauNVO § 19). A
    site in several zones is computed per zone; value and limit are those of the worst zone with the smallest margin.
    Reservations about the basis keep it from passing (see ``gis.checks.reservations``).
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
    held = reservations(context, counted.main + counted.ancillary, zones, first)
    land, notes = building_land(context, zones, both)
    first, _ = on_land(first, land, site.geometry)
    both, left_out = on_land(both, land, site.geometry)
    notes += held.drawn_note(buildings_only=False) + left_out + _parts_left_out(counted)

    def raw_parts(official_m2: float) -> list[Part]:
        return parts_of(zones, land, first, both, official_m2 / site.planar_area_m2)

    tolerance = max(accuracy.ratio_of(part.both, part.area_m2) for part in raw_parts(site.area_m2))

    def parts_with(official_m2: float) -> list[Part]:
        raw = raw_parts(official_m2)
        return [found for part in raw for found in permitted(part, zones, rule.values, counted, tolerance)]

    parts = parts_with(site.area_m2)
    decisive = governing(parts, tolerance)
    verdict = verdict_of(parts, tolerance)
    sentences, contradicted = list(held.sentences), False
    if held.doubt is not None:
        by_map = parts_with(site.planar_area_m2)
        figures = _figures(governing(by_map, tolerance))
        reason, note = by_both_areas(held.doubt, verdict, verdict_of(by_map, tolerance), figures)
        contradicted = reason is not None
        sentences += [reason] if reason else []
        notes += (note,) if note else ()
        context.rule(AREAS)
    street = street_on_land(context, land, both)
    if street is not None:
        without = parts_with(site.area_m2 * street.left) if street.left > 0 else []
        figures = _figures(governing(without, tolerance)) if without else ""
        reason, note = by_street(street, verdict, verdict_of(without, tolerance), figures)
        sentences += [reason] if reason else []
        notes += (note,) if note else ()
    with_undrawn = None
    if held.undrawn is not None and not held.undrawn.is_empty:
        ground = polygons(held.undrawn.intersection(land))
        with_undrawn = max(part.with_more(ground) for part in parts)
    details = {
        "grz_1": decisive.grz_1,
        "grz_2": decisive.grz_2,
        "limit_grz_1": decisive.limit,
        "limit_grz_2": decisive.limit_2,
        "footprint_grz_1_m2": decisive.main.area,
        "footprint_grz_2_m2": decisive.both.area,
        "site_area_m2": decisive.area_m2,
        "building_land_share": land.area / site.planar_area_m2,
        "counted": counted.table(site.geometry),
        "not_counted": sorted({f.role.value for f in counted.none}),
        "zones": zones.table(),
        "parts": [_table(part) for part in parts] if len(parts) > 1 else [],
        "undrawn_m2": None if held.undrawn is None else float(held.undrawn.area),
    }
    if held.doubt is not None:
        details |= {"official_area_m2": site.area_m2, "planar_area_m2": site.planar_area_m2}
    steps = _steps(context, land, parts, rule.values)
    notes = (*site.area_assumptions, *zones.notes, *notes, *(note for part in parts for note in part.notes))
    value, limit = decisive.shown(tolerance)
    result = partial(
        context.result, value=value, geometry=both, details=details, tolerance=tolerance, steps=steps,
        limit=limit, assumptions=dict.fromkeys(notes),
    )  # fmt: skip
    unknown = next((part for part in parts if part.limit is None and _is_built(part, parts)), None)
    failed = verdict is Verdict.FAILED and not contradicted
    if not failed and (sentences or unknown is not None):
        shown = unknown or decisive
        text = _figures(shown) + (
            "" if with_undrawn is None else f"; mit den fehlenden Gebäuden {number(with_undrawn)}"
        )
        text += "" if unknown is not None else f"; {_allowed(shown)}"
        reasons = listed_sentences([*([unknown.reason] if unknown is not None else []), *sentences])
        message = f"Nicht prüfbar: {reasons} Rechnerisch: {text} ({rule.legal_basis})."
        if unknown is not None:
            return result(Verdict.NOT_ASSESSABLE, message, value=unknown.grz_1, limit=None)
        return result(Verdict.NOT_ASSESSABLE, message)
    low = next((part for part in parts if part.too_low(tolerance)), None)
    if low is not None and verdict is not Verdict.FAILED:
        message = f"Die Mindest-Grundflächenzahl von {number(low.minimum or 0.0)} ist nicht erreicht: {_figures(low)}"
        return result(Verdict.FAILED, f"{message} ({rule.legal_basis}).", value=low.grz_1, limit=low.minimum)
    noun = "Grundflächenzahl mit Garagen und Nebenanlagen" if decisive.second_governs(tolerance) else "Grundflächenzahl"
    lead = {
        Verdict.PASSED: f"Die {noun} ist eingehalten",
        Verdict.BORDERLINE: f"Grenzfall: Die {noun} liegt sehr nahe am zulässigen Wert",
        Verdict.FAILED: f"Die {noun} ist überschritten",
    }[verdict]
    where = f" im Gebiet {decisive.zone.label}" if len(zones.zones) > 1 and decisive.zone else ""
    if decisive.windows:
        where += f" in {'jedem' if verdict is Verdict.PASSED else 'einem'} der {decisive.windows} Baufenster"
    return result(verdict, f"{lead}{where}: {_figures(decisive)}; {_allowed(decisive)} ({rule.legal_basis}).")


def _parts_left_out(counted: Counted) -> tuple[str, ...]:
    """Name the minor parts of buildings that the ratio leaves out."""
    minor = [f for f in counted.none if f.role in (Role.ROOF_OVERHANG, Role.ENTRANCE_CANOPY)]
    if not minor:
        return ()
    return ("Dachüberstände und Vordächer sind untergeordnet und zählen nicht zur Grundfläche.",)


def _is_built(part: Part, parts: list[Part]) -> bool:
    """Whether anything stands in a part of the site; what reaches over a zone's edge by a hair does not."""
    return len(parts) == 1 or part.both.area > ZONE_AREA_M2


def _figures(part: Part) -> str:
    return (
        f"GRZ {number(part.grz_1)} ({square_metres(part.main.area)} Grundfläche auf {square_metres(part.area_m2)} "
        f"Grundstück), mit Garagen, Stellplätzen, Zufahrten und Nebenanlagen {number(part.grz_2)}"
    )


def _allowed(part: Part) -> str:
    allowed = "zulässig sind " + number(part.limit or 0.0)
    if part.gr_m2 is not None:
        allowed = f"zulässig sind {square_metres(part.gr_m2)} Grundfläche (GRZ {number(part.limit or 0.0)})"
    if part.limit_2 is not None:
        allowed += f" und mit Nebenanlagen {number(part.limit_2)}"
    return allowed


def _table(part: Part) -> dict[str, Any]:
    return {
        "zone": part.zone.text("zone") if part.zone else None,
        "area_m2": part.area_m2,
        "grz_1": part.grz_1,
        "limit_grz_1": part.limit,
        "grz_2": part.grz_2,
        "limit_grz_2": part.limit_2,
    }


def _steps(context: CheckContext, land: BaseGeometry, parts: list[Part], values: Mapping[str, Any]) -> list[Step]:
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
            if part.gr_m2 is not None:
                text = (
                    f"nach dem Bebauungsplan {square_metres(part.gr_m2)} Grundfläche ÷ {square_metres(part.area_m2)} = "
                    f"{number(part.limit, 4)}"
                )
            steps.append(Step(f"Zulässige GRZ{where}", text, part.limit, "", "§ 19 Abs. 1 BauNVO"))
        if part.limit is not None and part.limit_2 is not None:
            steps.append(_limit_2_step(part, part.limit, part.limit_2, where, values))
    return steps


def _limit_2_step(part: Part, limit: float, limit_2: float, where: str, values: Mapping[str, Any]) -> Step:
    label = f"Zulässige GRZ mit Nebenanlagen{where}"
    if part.zone is not None and "grz_2" in part.zone.values:
        return Step(label, f"abweichend im Bebauungsplan {number(limit_2)}", limit_2, "", "§ 19 Abs. 4 Satz 3 BauNVO")
    factor, cap = float(values["excess_factor"]), float(values["excess_cap"])
    text = f"{number(factor)} × {number(limit)} = {number(factor * limit, 4)}, höchstens {number(cap)}"
    return Step(label, f"{text}, mindestens {number(limit)}", limit_2, "", "§ 19 Abs. 4 Satz 2 BauNVO")


def _ratio_step(label: str, footprint: BaseGeometry, part: Part, basis: str) -> Step:
    ratio = float(footprint.area) / part.area_m2
    text = f"{square_metres(footprint.area)} ÷ {square_metres(part.area_m2)} = {number(ratio, 4)}"
    return Step(label, text, ratio, "", basis)
