"""Where buildings stand: in a building window that sets measures of its own, or in the rest of its zone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.site_context import polygons
from gis.wording import listed

if TYPE_CHECKING:
    from gis.checks.zones import Area, Zones

#: Areas that reach less than this into what they concern (metres) or cover less (m²) are drawing inaccuracy.
REACH_M, AREA_M2 = 0.10, 0.5
ONLY_IN_WINDOW = "Was ein Baufenster an Fläche oder Baumasse festsetzt, gilt für die Gebäude in diesem Baufenster."
#: How many times its width a border may reach at a sharp corner (the usual limit of mitred borders).
_MITRE_LIMIT = 5.0
#: Buildings this near to each other, in metres, are one.
_TOUCHING_M = 0.1


def _replaced() -> dict[str, frozenset[str]]:
    """What a measure of a window takes the place of, beside the same measure of its zone."""
    other = {"grz": {"gr_m2"}, "gfz": {"gf_m2"}, "bmz": {"bm_m3"}}
    other |= {absolute: {ratio} for ratio, (absolute,) in other.items()}
    kinds = [("storeys", "")] + [(f"{kind}_height", "_m") for kind in ("eaves", "ridge", "building", "wall")]
    for kind, unit in kinds:
        bounds = {f"{kind}_{bound}{unit}" for bound in ("max", "min")}
        exact = f"{kind}_exact{unit}"
        other |= {exact: bounds} | {bound: {exact} for bound in bounds}
    return {name: frozenset(names) for name, names in other.items()}


_REPLACED = _replaced()
_REFERENCE = ("height_reference", "heights")


def places_in(zone: Area, windows: Sequence[Area]) -> tuple[Area, ...]:
    """Cut a zone into the windows that set something for themselves and the rest; each has all values that hold there.

    What a window sets takes the place of what the zone sets for the same thing. Windows may overlap.
    """
    places = []
    for window in windows:
        own = {name: value for name, value in window.values.items() if name != "plan_id"}
        if not own or not window.geometry.intersects(zone.geometry):
            continue
        ground = polygons(window.geometry.intersection(zone.geometry))
        if ground.area > 0:
            values = MappingProxyType(_merged(zone.values, own))
            places.append(replace(zone, values=values, geometry=ground, window=True))
    if not places:
        return (zone,)
    rest = polygons(zone.geometry.difference(shapely.union_all([place.geometry for place in places])))
    return (*places, replace(zone, geometry=rest)) if rest.area > 0 else tuple(places)


def _merged(zone: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    gone = {other for name in own for other in _REPLACED.get(name, ())}
    if any("height" in name for name in own):
        # Heights of a window are above its own reference, not above that of the zone.
        gone.update(_REFERENCE)
    return {name: value for name, value in zone.items() if name not in gone} | dict(own)


def standing_in(footprint: BaseGeometry, places: Sequence[Area]) -> list[tuple[Area, BaseGeometry]]:
    """Places in which a footprint stands, with its part in each; what reaches over an edge by a hair does not."""
    parts = [(place, footprint.intersection(place.geometry)) for place in places]
    least = min(AREA_M2, float(footprint.area) / 4)
    found = [(place, part) for place, part in parts if part.area > least and _has_core(part, footprint, least)]
    if found:
        return found
    largest = max(parts, key=lambda entry: float(entry[1].area), default=None)
    return [largest] if largest is not None and largest[1].area > 0 else []


def _has_core(part: BaseGeometry, footprint: BaseGeometry, least: float) -> bool:
    if part.area >= footprint.area * (1 - 1e-9):
        return True
    return bool(polygons(polygons(part).buffer(-REACH_M, join_style="mitre")).area > least)


def grown_to_touch(shapes: NDArray[np.object_], touching_m: float) -> NDArray[np.object_]:
    """Footprints grown so that those meet that are within ``touching_m`` metres; what stands alone stays as it is.

    Growing a jagged outline costs much.
    """
    grown = shapes.copy()
    # Corners grow by up to the mitre limit.
    left, right = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=_MITRE_LIMIT * touching_m)
    near = np.unique(left[left != right])
    grown[near] = shapely.buffer(shapes[near], touching_m / 2, join_style="mitre", mitre_limit=_MITRE_LIMIT)
    return grown


def clusters(footprints: Sequence[BaseGeometry]) -> list[list[int]]:
    """Positions of footprints that touch each other, group by group."""
    if not footprints:
        return []
    shapes = np.asarray(footprints, dtype=object)
    grown = shapely.union_all(grown_to_touch(shapes, _TOUCHING_M))
    tree = shapely.STRtree(shapely.point_on_surface(shapes))
    found = [sorted(tree.query(part, predicate="covers").tolist()) for part in shapely.get_parts(grown)]
    return [group for group in found if group]


def places_of(
    zones: Zones, zone: Area, footprints: Sequence[tuple[BaseGeometry, bool]], names: Sequence[str]
) -> dict[int, tuple[Area, ...]]:
    """Where in a zone each footprint stands, by position: the places that set one of the measures ``names``.

    Footprints come with whether they are buildings: where there are any, nothing else has a place of its own.
    """
    buildings = any(building for _, building in footprints)
    found = {
        position: tuple(place for place in zones.places(footprint, zone) if any(name in place.values for name in names))
        for position, (footprint, building) in enumerate(footprints)
        if building or not buildings
    }
    return {position: places for position, places in found.items() if places}


def settings_of(places: Mapping[int, Sequence[Area]], names: Sequence[str], absolute: str, zone: Area) -> list[Area]:
    """One place for each set of values that may hold for what stands in ``places``; the zone itself where nothing does.

    Several windows that set an absolute value may each mean it for itself or all together: that is one more.
    """
    every = list({id(place): place for found in places.values() for place in found}.values())
    found: dict[tuple[Any, ...], Area] = {}
    for place in every:
        found.setdefault(tuple(place.values.get(name) for name in names), place)
    amounts = [place for place in every if place.window and place.number(absolute) is not None]
    return [*found.values(), *([total(amounts, absolute)] if len(amounts) > 1 else [])] or [zone]


def total(places: Sequence[Area], name: str) -> Area:
    """A place that sets what several set together."""
    amount = sum(place.number(name) or 0.0 for place in places)
    return replace(places[0], values=MappingProxyType({**places[0].values, name: amount}))


def differing(settings: Sequence[str]) -> str:
    """German clause telling different settings for the same buildings."""
    told = listed(sorted(settings))
    return f"Wo die Gebäude stehen, setzt der Bebauungsplan Verschiedenes fest ({told})"


def by_window(
    places: Mapping[int, Sequence[Area]], footprints: Sequence[BaseGeometry], ratio: str, absolute: str
) -> list[tuple[Area, list[int]]] | None:
    """Buildings of each window where several windows set an absolute value, which then holds for those in it alone.

    ``places`` says by position in ``footprints`` where a building stands; what has no place of its own (terraces) goes
    with the building that it touches. None where buildings that touch stand in several places or in none, or a place
    sets no such value.
    """
    every = list({id(place): place for found in places.values() for place in found}.values())
    if len(every) < 2 or any(not p.window or p.number(absolute) is None or p.number(ratio) is not None for p in every):
        return None
    members: dict[int, list[int]] = {id(place): [] for place in every}
    for group in clusters(footprints):
        at = {id(place) for position in group for place in places.get(position, ())}
        if len(at) != 1:
            return None
        members[at.pop()].extend(group)
    return [(place, sorted(members[id(place)])) for place in every]
