"""Parts of a site for a ratio of an amount to its area, and what the binding plan permits on each."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from shapely.geometry.base import BaseGeometry

from gis.checks.judging import ratio_at_least, ratio_at_most, worst
from gis.checks.places import ONLY_IN_WINDOW, by_window, differing, places_of, settings_of
from gis.checks.result import Verdict
from gis.checks.zones import Area, Zones
from gis.site_context import polygons
from gis.siteplan import PlanFeature
from gis.wording import number, square_metres


@dataclass(frozen=True)
class Amount:
    """What one building brings in, in m² or m³; ``value`` is None where unknown. ``text`` says where it comes from.

    ``most``: what other figures of the plan lead to where that is more; ``dispute`` names both in German.
    """

    feature: PlanFeature
    value: float | None
    text: str
    assumption: str | None = None
    most: float | None = None
    dispute: str = ""

    @property
    def name(self) -> str:
        """German name of the building."""
        return f"{self.feature.role.label} {self.feature.id}"


@dataclass(frozen=True)
class Ratio:
    """A ratio that plans set: German words, canonical attributes of the limits, and paragraphs.

    ``minimum`` is the attribute of a least value ("" where there is none). ``fallback`` gives a limit by law and its
    German reason where the plan sets none: called with the place in which the buildings
    stand, of which it reads the attributes ``fallback_reads``.
    """

    noun: str
    short: str
    amount: str
    unit: str
    ratio: str
    absolute: str
    minimum: str
    basis: str
    limit_basis: str
    fallback: Callable[[Area], tuple[float, str] | None] = lambda _place: None
    fallback_reads: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """Share of the site in one zone; ``windows``: how many windows each set an amount, this being one of them."""

    zone: Area | None
    amount: float
    area_m2: float
    limit: float | None = None
    minimum: float | None = None
    reason: str = ""
    absolute: float | None = None
    windows: int = 0
    notes: tuple[str, ...] = ()

    @property
    def value(self) -> float:
        return self.amount / self.area_m2

    def verdict(self, tolerance: float) -> Verdict:
        found = []
        if self.limit is not None:
            found.append(ratio_at_most(self.value, self.limit, tolerance))
        if self.minimum is not None:
            found.append(ratio_at_least(self.value, self.minimum, tolerance))
        return Verdict.NOT_ASSESSABLE if self.reason else worst(found)

    @property
    def margin(self) -> float:
        """How far the ratio is from what is set; infinite where nothing is."""
        above = math.inf if self.limit is None else self.limit - self.value
        return above if self.minimum is None else min(above, self.value - self.minimum)

    @property
    def governing_limit(self) -> float | None:
        """The least value where that is missed, else the highest permitted one."""
        if self.minimum is not None and (self.limit is None or self.value < self.minimum):
            return self.minimum
        return self.limit


def parts_of(zones: Zones, land: BaseGeometry, amounts: Sequence[Amount], official: float, *, most: bool) -> list[Part]:
    """One part for the site, or one per zone; ``official``: official area of the site ÷ planar area."""
    if len(zones.zones) < 2 or zones.reason:
        zone = zones.zones[0] if zones.zones and not zones.reason else None
        return [Part(zone, _amount(amounts, land, most=most), float(land.area) * official, reason=zones.reason or "")]
    parts = []
    for zone in zones.zones:
        ground = polygons(zone.geometry.intersection(land))
        if ground.area > 0:
            parts.append(Part(zone, _amount(amounts, ground, most=most), float(ground.area) * official))
    return parts


def _amount(amounts: Sequence[Amount], ground: BaseGeometry, *, most: bool = False) -> float:
    """Sum of what the buildings bring in, of each in proportion of its footprint on the ground."""
    return sum(
        ((amount.most if most and amount.most is not None else amount.value) or 0.0)
        * float(amount.feature.geometry.intersection(ground).area / amount.feature.geometry.area)
        for amount in amounts
    )


def permitted(
    part: Part, zones: Zones, kind: Ratio, amounts: Sequence[Amount], tolerance: float, *, most: bool
) -> list[Part]:
    """Fill in what the plan sets where the buildings of a part stand.

    Where several windows each set an amount, one part for each; where different things hold for the same buildings, the
    strictest that is kept or the loosest that is broken.
    """
    zone = part.zone
    if zone is None:
        return [part]
    names = [name for name in (kind.ratio, kind.absolute, kind.minimum) if name]
    footprints = [amount.feature.geometry for amount in amounts]
    buildings = [(footprint, True) for footprint in footprints]
    places = places_of(zones, zone, buildings, names)
    if not places:
        names = list(kind.fallback_reads)
        places = places_of(zones, zone, buildings, names)
    windows = None if kind.minimum in zone.values else by_window(places, footprints, kind.ratio, kind.absolute)
    if windows is None:
        settings = settings_of(places, names, kind.absolute, zone)
        return [_agreed([_with_measures(part, place, kind) for place in settings], settings, kind, tolerance)]
    found = []
    for window, members in windows:
        own = replace(part, amount=_amount([amounts[at] for at in members], zone.geometry, most=most))
        found.append(replace(_with_measures(own, window, kind), windows=len(windows), notes=(ONLY_IN_WINDOW,)))
    return found


def _agreed(options: list[Part], places: list[Area], kind: Ratio, tolerance: float) -> Part:
    """What all settings that may hold lead to; none of them where they do not agree."""
    if len({(option.limit, option.minimum) for option in options}) < 2:
        return options[0]
    told = differing([_set_in(place, kind) for place in places])
    verdicts = {option.verdict(tolerance) for option in options}
    if len(verdicts) > 1 and verdicts & {Verdict.FAILED, Verdict.NOT_APPLICABLE}:
        reason = f"{told}; nicht alles davon wäre eingehalten."
        return replace(options[0], limit=None, minimum=None, absolute=None, reason=reason)
    pick = max if verdicts == {Verdict.FAILED} else min
    chosen = pick(options, key=lambda option: option.margin)
    return replace(chosen, notes=(*chosen.notes, f"{told}; alles führt zum selben Ergebnis."))


def _set_in(place: Area, kind: Ratio) -> str:
    ratio, absolute = place.number(kind.ratio), place.number(kind.absolute)
    given = [] if ratio is None else [f"{kind.short} {number(ratio)}"]
    given += [] if absolute is None else [quantity(absolute, kind)]
    return " mit ".join(given) or f"keine {kind.noun}"


def _with_measures(part: Part, place: Area, kind: Ratio) -> Part:
    """Fill in what is permitted by the measures of one place: of a ratio and an amount the stricter one."""
    ratio, absolute = place.number(kind.ratio), place.number(kind.absolute)
    minimum = place.number(kind.minimum) if kind.minimum else None
    limits = [*([] if ratio is None else [ratio]), *([] if absolute is None else [absolute / part.area_m2])]
    limit = min(limits, default=None)
    if limit is None and (by_law := kind.fallback(place)) is not None:
        limit = by_law[0]
    return replace(part, limit=limit, minimum=minimum, absolute=absolute if limit != ratio else None)


def quantity(value: float, kind: Ratio) -> str:
    return square_metres(value) if kind.unit == "m²" else f"{number(value)} {kind.unit}"
