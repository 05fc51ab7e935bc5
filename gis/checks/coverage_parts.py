"""Parts of a site for its coverage: what stands on each, and what the binding plan permits there (§ 19 BauNVO)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from shapely.geometry.base import BaseGeometry

from gis.checks.footprints import Counted
from gis.checks.judging import ratio_at_most, worst
from gis.checks.places import ONLY_IN_WINDOW, by_window, differing, places_of, settings_of, total
from gis.checks.result import Verdict
from gis.checks.zones import Area, Zones, baunvo_year
from gis.site_context import polygons, union_of
from gis.siteplan import BUILDING_ROLES
from gis.wording import number, square_metres

_NAMES = ("grz", "gr_m2", "grz_2", "grz_min")


@dataclass(frozen=True)
class Part:
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


def verdict_of(parts: list[Part], tolerance: float) -> Verdict:
    return worst(ratio_at_most(*pair, tolerance) for part in parts for pair in part.pairs)


def governing(parts: list[Part], tolerance: float) -> Part:
    """The part that is judged worst, of equal ones that with the smallest margin."""
    verdict = verdict_of(parts, tolerance)
    deciding = [part for part in parts if verdict_of([part], tolerance) is verdict]
    return min(deciding or parts, key=lambda part: (part.margin, -part.grz_2))


def parts_of(zones: Zones, land: BaseGeometry, first: BaseGeometry, both: BaseGeometry, official: float) -> list[Part]:
    """One part for the site, or one per zone; ``official``: official area of the site ÷ planar area."""
    if len(zones.zones) < 2 or zones.reason:
        zone = zones.zones[0] if zones.zones and not zones.reason else None
        return [Part(zone, first, both, float(land.area) * official, reason=zones.reason or "")]
    parts = []
    for zone in zones.zones:
        ground = polygons(zone.geometry.intersection(land))
        if ground.area > 0:
            main, every = (polygons(built.intersection(ground)) for built in (first, both))
            parts.append(Part(zone, main, every, float(ground.area) * official))
    return parts


def permitted(part: Part, zones: Zones, values: Mapping[str, Any], counted: Counted, tolerance: float) -> list[Part]:
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


def _agreed(options: list[Part], places: list[Area], tolerance: float) -> Part:
    """What all settings that may hold lead to; none of them where they do not agree."""
    if len({(option.limit, option.limit_2, option.minimum) for option in options}) < 2:
        return options[0]
    told = differing([_set_in(place) for place in places])
    if any(option.limit is None for option in options):
        reason = next((option.reason for option in options if option.reason), "")
        return replace(options[0], limit=None, limit_2=None, minimum=None, reason=f"{told}. {reason}".strip())
    verdicts = {Verdict.FAILED if option.too_low(tolerance) else verdict_of([option], tolerance) for option in options}
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


def _with_measures(part: Part, zone: Area, values: Mapping[str, Any]) -> Part:
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
