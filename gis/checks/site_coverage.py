"""Does the plan keep the site coverage (Grundflächenzahl, GRZ) that the binding plan sets?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from shapely.geometry.base import BaseGeometry

from gis.checks import register
from gis.checks.building_land import LAYERS, building_land, on_land, street_on_land
from gis.checks.context import CheckContext
from gis.checks.footprints import Counted, counted_features
from gis.checks.judging import ratio_at_most, worst
from gis.checks.parcel_areas import RULE as AREAS
from gis.checks.places import ONLY_IN_WINDOW, by_window, differing, places_of, settings_of, total
from gis.checks.reservations import by_both_areas, by_street, listed_sentences, reservations
from gis.checks.result import CheckResult, Step, Verdict
from gis.checks.zones import ZONE_AREA_M2, Area, Zones, baunvo_year, zones_on_site
from gis.site_context import polygons, union_of
from gis.siteplan import BUILDING_ROLES, Role
from gis.wording import number, square_metres

_NAMES = ("grz", "gr_m2", "grz_2", "grz_min")


@dataclass(frozen=True)
class _Part:
    """The site, or its share in one of several zones: footprints and area in m², and what is permitted.

    ``limit`` and ``limit_2`` are GRZ I and II, None where not known (``reason`` says why) or not limited; ``minimum``
    is the least GRZ I where the plan asks for one. ``gr_m2`` is the permitted footprint where the plan sets that;
    ``windows``: how many building windows each set one, this being the part of the buildings in one of them.
    """

    zone: Area | None
    main: BaseGeometry
    both: BaseGeometry
    area_m2: float
    limit: float | None = None
    limit_2: float | None = None
    minimum: float | None = None
    gr_m2: float | None = None
    reason: str = ""
    notes: tuple[str, ...] = ()
    windows: int = 0

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

    def second_governs(self, tolerance: float) -> bool:
        """Whether GRZ II is judged worse than GRZ I: then it is what the result shows."""
        if self.limit is None or self.limit_2 is None:
            return False
        verdicts = [ratio_at_most(*pair, tolerance) for pair in self.pairs]
        return verdicts[1] is not verdicts[0] and worst(verdicts) is verdicts[1]

    def shown(self, tolerance: float) -> tuple[float, float | None]:
        """Value and limit of the ratio that governs."""
        return (self.grz_2, self.limit_2) if self.second_governs(tolerance) else (self.grz_1, self.limit)

    def with_more(self, ground: BaseGeometry) -> float:
        """GRZ I if what stands on more ground counted as well."""
        zone = ground if self.zone is None else ground.intersection(self.zone.geometry)
        return float(self.main.union(zone).area) / self.area_m2


@register(
    "site_coverage",
    title="Grundflächenzahl",
    unit="",
    order=400,
    main_buildings=True,
    layers=LAYERS,
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

    def raw_parts(official_m2: float) -> list[_Part]:
        return _parts(zones, land, first, both, official_m2 / site.planar_area_m2)

    tolerance = max(accuracy.ratio_of(part.both, part.area_m2) for part in raw_parts(site.area_m2))

    def parts_with(official_m2: float) -> list[_Part]:
        raw = raw_parts(official_m2)
        return [found for part in raw for found in _permitted(part, zones, rule.values, counted, tolerance)]

    parts = parts_with(site.area_m2)
    governing = _governing(parts, tolerance)
    verdict = _verdict(parts, tolerance)
    sentences, contradicted = list(held.sentences), False
    if held.doubt is not None:
        by_map = parts_with(site.planar_area_m2)
        figures = _figures(_governing(by_map, tolerance))
        reason, note = by_both_areas(held.doubt, verdict, _verdict(by_map, tolerance), figures)
        contradicted = reason is not None
        sentences += [reason] if reason else []
        notes += (note,) if note else ()
        context.rule(AREAS)
    street = street_on_land(context, land, both)
    if street is not None:
        without = parts_with(site.area_m2 * street.left) if street.left > 0 else []
        figures = _figures(_governing(without, tolerance)) if without else ""
        reason, note = by_street(street, verdict, _verdict(without, tolerance), figures)
        sentences += [reason] if reason else []
        notes += (note,) if note else ()
    with_undrawn = None
    if held.undrawn is not None and not held.undrawn.is_empty:
        ground = polygons(held.undrawn.intersection(land))
        with_undrawn = max(part.with_more(ground) for part in parts)
    details = {
        "grz_1": governing.grz_1,
        "grz_2": governing.grz_2,
        "limit_grz_1": governing.limit,
        "limit_grz_2": governing.limit_2,
        "footprint_grz_1_m2": governing.main.area,
        "footprint_grz_2_m2": governing.both.area,
        "site_area_m2": governing.area_m2,
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
    value, limit = governing.shown(tolerance)
    result = partial(
        context.result, value=value, geometry=both, details=details, tolerance=tolerance, steps=steps,
        limit=limit, assumptions=dict.fromkeys(notes),
    )  # fmt: skip
    unknown = next((part for part in parts if part.limit is None and _is_built(part, parts)), None)
    failed = verdict is Verdict.FAILED and not contradicted
    if not failed and (sentences or unknown is not None):
        shown = unknown or governing
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
    noun = (
        "Grundflächenzahl mit Garagen und Nebenanlagen" if governing.second_governs(tolerance) else "Grundflächenzahl"
    )
    lead = {
        Verdict.PASSED: f"Die {noun} ist eingehalten",
        Verdict.BORDERLINE: f"Grenzfall: Die {noun} liegt sehr nahe am zulässigen Wert",
        Verdict.FAILED: f"Die {noun} ist überschritten",
    }[verdict]
    where = f" im Gebiet {governing.zone.label}" if len(zones.zones) > 1 and governing.zone else ""
    if governing.windows:
        where += f" in {'jedem' if verdict is Verdict.PASSED else 'einem'} der {governing.windows} Baufenster"
    return result(verdict, f"{lead}{where}: {_figures(governing)}; {_allowed(governing)} ({rule.legal_basis}).")


def _verdict(parts: list[_Part], tolerance: float) -> Verdict:
    return worst(ratio_at_most(*pair, tolerance) for part in parts for pair in part.pairs)


def _governing(parts: list[_Part], tolerance: float) -> _Part:
    """The part that is judged worst, of equal ones that with the smallest margin."""
    verdict = _verdict(parts, tolerance)
    deciding = [part for part in parts if _verdict([part], tolerance) is verdict]
    return min(deciding or parts, key=lambda part: (part.margin, -part.grz_2))


def _parts_left_out(counted: Counted) -> tuple[str, ...]:
    """Name the minor parts of buildings that the ratio leaves out."""
    minor = [f for f in counted.none if f.role in (Role.ROOF_OVERHANG, Role.ENTRANCE_CANOPY)]
    if not minor:
        return ()
    return ("Dachüberstände und Vordächer sind untergeordnet und zählen nicht zur Grundfläche.",)


def _parts(zones: Zones, land: BaseGeometry, first: BaseGeometry, both: BaseGeometry, official: float) -> list[_Part]:
    """One part for the site, or one per zone; ``official``: official area of the site ÷ planar area."""
    if len(zones.zones) < 2 or zones.reason:
        zone = zones.zones[0] if zones.zones and not zones.reason else None
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


def _permitted(part: _Part, zones: Zones, values: Mapping[str, Any], counted: Counted, tolerance: float) -> list[_Part]:
    """Fill in what the plan permits where the buildings of a part stand (§ 19 Abs. 1 and 4).

    Where several windows each set a footprint in m², one part for each; where different things hold for the same
    buildings, the strictest that is kept or the loosest that is broken.
    """
    zone = part.zone
    if zone is None:
        return [part]
    features = counted.main or counted.ancillary
    places = places_of(zones, zone, [(f.geometry, f.role in BUILDING_ROLES) for f in features], _NAMES)
    windows = None
    if "grz_min" not in zone.values:
        windows = by_window(places, [f.geometry for f in features], "grz", "gr_m2")
    if windows is None:
        settings = settings_of(places, _NAMES, "gr_m2", zone)
        return [_agreed([_with_measures(part, place, values) for place in settings], settings, tolerance)]
    whole = _with_measures(part, total([window for window, _ in windows], "gr_m2"), values)
    found = []
    for window, members in windows:
        main = polygons(part.main.intersection(union_of(tuple(features[at] for at in members))))
        own = _with_measures(replace(part, main=main), window, values)
        notes = (*own.notes, ONLY_IN_WINDOW)
        found.append(replace(own, limit_2=whole.limit_2, windows=len(windows), notes=notes))
    return found


def _agreed(options: list[_Part], places: list[Area], tolerance: float) -> _Part:
    """What all settings that may hold lead to; none of them where they do not agree."""
    if len({(option.limit, option.limit_2, option.minimum) for option in options}) < 2:
        return options[0]
    told = differing([_set_in(place) for place in places])
    if any(option.limit is None for option in options):
        reason = next((option.reason for option in options if option.reason), "")
        return replace(options[0], limit=None, limit_2=None, minimum=None, reason=f"{told}. {reason}".strip())
    verdicts = {Verdict.FAILED if option.too_low(tolerance) else _verdict([option], tolerance) for option in options}
    if Verdict.FAILED in verdicts and len(verdicts) > 1:
        reason = f"{told}; nicht alles davon wäre eingehalten."
        return replace(options[0], limit=None, limit_2=None, minimum=None, reason=reason)
    pick = max if verdicts == {Verdict.FAILED} else min
    chosen = pick(options, key=lambda option: option.margin)
    return replace(chosen, notes=(*chosen.notes, f"{told}; alles führt zum selben Ergebnis."))


def _set_in(place: Area) -> str:
    grz, gr_m2 = place.number("grz"), place.number("gr_m2")
    set_there = [*([] if grz is None else [f"GRZ {number(grz)}"]), *([] if gr_m2 is None else [square_metres(gr_m2)])]
    return " mit ".join(set_there) or "keine Grundflächenzahl"


def _with_measures(part: _Part, zone: Area, values: Mapping[str, Any]) -> _Part:
    """Fill in what is permitted by the measures of one place."""
    grz, gr_m2, own, minimum = (zone.number(name) for name in _NAMES)
    part = replace(part, minimum=minimum, gr_m2=gr_m2 if grz is None else None)
    most = float(values["largest_grz"])
    if any(ratio is not None and ratio > most for ratio in (grz, own, minimum)):
        read = next(ratio for ratio in (grz, own, minimum) if ratio is not None and ratio > most)
        reason = (
            f"In den Daten des Bebauungsplans steht eine Grundflächenzahl von {number(read)}; mehr als {number(most)} "
            "ist nicht möglich (vielleicht in Prozent eingetragen)."
        )
        return replace(part, minimum=None, reason=reason)
    limits = [*([] if grz is None else [grz]), *([] if gr_m2 is None else [gr_m2 / part.area_m2])]
    limit = min(limits, default=None)
    if grz is not None and limit != grz:
        part = replace(part, gr_m2=gr_m2)
    if limit is None:
        return replace(part, reason="Der Bebauungsplan setzt für das Baugebiet keine Grundflächenzahl fest.")
    if own is not None:
        return replace(part, limit=limit, limit_2=own)
    year, since = baunvo_year(zone), int(values["baunvo_from"])
    if year is not None and year < since:
        note = f"Für den Bebauungsplan gilt die BauNVO {year}; die Grenze für Nebenanlagen ist nicht bewertet."
        return replace(part, limit=limit, notes=(note,))
    note = f"Für den Bebauungsplan gilt die BauNVO {since} oder eine spätere Fassung."
    limit_2 = max(limit, min(round(float(values["excess_factor"]) * limit, 9), float(values["excess_cap"])))
    return replace(part, limit=limit, limit_2=limit_2, notes=() if year else (note,))


def _figures(part: _Part) -> str:
    return (
        f"GRZ {number(part.grz_1)} ({square_metres(part.main.area)} Grundfläche auf {square_metres(part.area_m2)} "
        f"Grundstück), mit Garagen, Stellplätzen, Zufahrten und Nebenanlagen {number(part.grz_2)}"
    )


def _allowed(part: _Part) -> str:
    allowed = "zulässig sind " + number(part.limit or 0.0)
    if part.gr_m2 is not None:
        allowed = f"zulässig sind {square_metres(part.gr_m2)} Grundfläche (GRZ {number(part.limit or 0.0)})"
    if part.limit_2 is not None:
        allowed += f" und mit Nebenanlagen {number(part.limit_2)}"
    return allowed


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
            if part.gr_m2 is not None:
                text = (
                    f"nach dem Bebauungsplan {square_metres(part.gr_m2)} Grundfläche ÷ {square_metres(part.area_m2)} = "
                    f"{number(part.limit, 4)}"
                )
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
