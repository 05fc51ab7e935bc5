"""The line that buildings keep their distance from: the site's boundary, moved out where the law adds land to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.checks.context import CheckContext
from gis.checks.streets import Street, middle_lines, street_at
from gis.site import unite
from gis.site_context import UnassessableError, polygons, texts

#: Layers of every check that measures to the boundary.
BOUNDARY_LAYERS = ("parcels", "zoning", "traffic_areas", "land_use", "easements")
#: Zones and streets are looked up this far on either side: plans and parcels rarely coincide to the centimetre.
SIDE_M = 0.10
#: Of long parcels, such as streets, this much around the site decides in which zone they mostly lie.
_AROUND_M = 60.0
#: Shares closer to one half than this are one half.
_SHARE = 1e-3

NO_ZONES = "Ob Gewerbe- oder Industriegebiete angrenzen, ist nicht bekannt; gerechnet ist mit dem allgemeinen Faktor."
OPEN_ZONES = (
    "Im Gewerbe- oder Industriegebiet grenzt Land an, dessen Baugebiet nicht bekannt ist; dort ist mit dem allgemeinen "
    "Faktor gerechnet."
)
NO_STREETS = (
    "Ob öffentliche Verkehrsflächen angrenzen, ist nicht bekannt; gerechnet ist überall bis zur Grenze, nirgends bis "
    "zur Mitte einer Straße."
)
NO_AREA = "Eine Abstandsbaulast ohne Fläche ({}) ist nicht berücksichtigt."


@dataclass(frozen=True)
class Stretch:
    """A part of the boundary with one factor. ``line`` is measured to; ``own`` is the boundary of the site there."""

    line: BaseGeometry
    own: BaseGeometry
    reduced: bool
    counted: bool = False


@dataclass(frozen=True)
class Boundary:
    """All stretches of a site. ``land`` is the site with easement areas; ``rules`` are those used beside § 5.

    ``burdens``: areas of distance easements on the site itself, with their names.
    """

    land: BaseGeometry
    stretches: tuple[Stretch, ...]
    assumptions: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    easements: tuple[str, ...] = ()
    counted_m: float = 0.0
    burdens: tuple[tuple[str, BaseGeometry], ...] = ()


def boundary_of(context: CheckContext) -> Boundary:
    """Return the boundary of the context's site (computed once for all checks); records the rules that it uses."""
    found: Boundary | None = context.shared.get("boundary")
    if found is None:
        found = context.shared["boundary"] = _boundary(context)
    for rule in found.rules:
        context.rule(rule)
    return found


def _boundary(context: CheckContext) -> Boundary:
    values = context.rules.rule("boundary_distance").values
    land, easements, notes, rules, burdens = _with_easements(context)
    line = land.boundary
    zone, zone_note = _reduced_zone(context, line, tuple(values["zones_reduced"]))
    if zone_note:
        notes += (zone_note,)
    street = street_at(context, land, SIDE_M)
    if zone is not None:
        zone = _without_others(context, land, zone, tuple(values["zones_reduced"]), street)
    if street is None and not _streets_known(context):
        notes += (NO_STREETS,)
    if zone is None and street is None:
        return Boundary(land, (Stretch(line, line, False),), notes, rules, easements, burdens=burdens)
    cuts = [geometry.boundary for geometry in (zone, street.area if street else None) if geometry is not None]
    pieces = _pieces(line, shapely.union_all(cuts))
    sides = _Sides.of(pieces)
    reduced = sides.both_in(zone) if zone is not None else np.zeros(len(pieces), dtype=bool)
    if zone is not None and _open_beside(context, sides, zone, line):
        notes += (OPEN_ZONES,)
    counted = sides.between(land, street.area) if street else np.zeros(len(pieces), dtype=bool)
    stretches: list[Stretch] = []
    most = 0.0
    for is_reduced in (False, True):
        plain = (reduced == is_reduced) & ~counted
        if plain.any():
            own = _lines(pieces[plain])
            stretches.append(Stretch(own, own, is_reduced))
        beside = (reduced == is_reduced) & counted
        if beside.any() and street:
            own = _lines(pieces[beside])
            middle, depth = middle_lines(own, street, land)
            most = max(most, depth)
            stretches.append(Stretch(middle, own, is_reduced, counted=True))
    if counted.any() and street:
        notes += street.assumptions
        rules += ("counted_to_middle",)
    return Boundary(land, tuple(stretches), notes, rules, easements, most, burdens)


def beside(land: BaseGeometry, other: BaseGeometry) -> BaseGeometry:
    """The part of the land's boundary that has the other area on its far side (up to ``SIDE_M`` away), as lines."""
    pieces = _pieces(land.boundary, other.boundary)
    return _lines(pieces[_Sides.of(pieces).between(land, other)])


def _lines(pieces: NDArray[np.float64]) -> BaseGeometry:
    return shapely.MultiLineString(list(pieces))


_Burdens = tuple[tuple[str, BaseGeometry], ...]


def _with_easements(
    context: CheckContext,
) -> tuple[BaseGeometry, tuple[str, ...], tuple[str, ...], tuple[str, ...], _Burdens]:
    """The site with the areas of distance easements beside it: land, their ids, assumptions, rules used, burdens."""
    site: BaseGeometry = context.site.geometry
    if not context.has_layer("easements"):
        return site, (), (), (), ()
    try:
        window = context.window("easements", site.bounds)
    except UnassessableError:
        return site, (), (), (), ()
    kinds = {_plain(kind) for kind in context.rules.rule("distance_easements").values["kinds"]}
    ids, names = texts(window, "easement_id"), texts(window, "kind")
    areas: list[BaseGeometry] = []
    counted: list[str] = []
    notes: list[str] = []
    burdens: list[tuple[str, BaseGeometry]] = []
    for row, kind in enumerate(names):
        shape = window.geometry[row]
        if kind is None or _plain(kind) not in kinds or not shapely.dwithin(shape, site, SIDE_M):
            continue
        name = ids[row] or f"Nr. {row + 1}"
        area = polygons(shape)
        if area.is_empty:
            notes.append(NO_AREA.format(name))
            continue
        on_site = polygons(area.intersection(site))
        if not on_site.buffer(-SIDE_M, join_style="mitre").is_empty:
            burdens.append((name, on_site))
        if area.difference(site).area > 0:
            areas.append(area)
            counted.append(name)
    if not areas:
        return site, (), tuple(notes), ("distance_easements",) if burdens else (), tuple(burdens)
    land = unite(np.array([site, *areas], dtype=object))
    notes.append("Die Abstandsbaulast ist wirksam eingetragen und sichert den Abstand auf ihrer ganzen Fläche.")
    return land, tuple(counted), tuple(notes), ("distance_easements",), tuple(burdens)


def _plain(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.casefold().replace("ä", "ae").replace("ß", "ss"))


def _reduced_zone(
    context: CheckContext, boundary: BaseGeometry, kinds: tuple[str, ...]
) -> tuple[BaseGeometry | None, str | None]:
    """Area known to be of the kinds with the reduced factor and of no other; why it is not known."""
    if not context.has_layer("zoning"):
        return None, NO_ZONES
    xmin, ymin, xmax, ymax = boundary.bounds
    try:
        window = context.window("zoning", (xmin - 1, ymin - 1, xmax + 1, ymax + 1))
    except UnassessableError:
        return None, NO_ZONES
    names = texts(window, "zone")
    rows = [i for i, kind in enumerate(names) if kind is not None and is_one_of(kind, kinds)]
    if not rows:
        return None, None
    zone = shapely.union_all(window.geometry[rows])
    other = [i for i in range(len(names)) if i not in rows]
    if other:
        zone = zone.difference(shapely.union_all(window.geometry[other]))
    return zone, None


def _without_others(
    context: CheckContext, land: BaseGeometry, zone: BaseGeometry, kinds: tuple[str, ...], street: Street | None
) -> BaseGeometry:
    """The zone without neighbouring parcels that lie mostly outside of such zones (§ 5 Abs. 2 Satz 3).

    Streets must lie in it by more than half: what is zoned otherwise across them would keep the larger distance.
    """
    xmin, ymin, xmax, ymax = land.bounds
    around = (xmin - _AROUND_M, ymin - _AROUND_M, xmax + _AROUND_M, ymax + _AROUND_M)
    try:
        parcels = context.window("parcels", land.bounds).geometry
        zones = context.window("zoning", around)
    except UnassessableError:
        return zone
    names = texts(zones, "zone")
    rows = [i for i, kind in enumerate(names) if kind is not None and is_one_of(kind, kinds)]
    reduced = shapely.union_all(zones.geometry[rows])
    others = [i for i in range(len(names)) if i not in rows]
    if others:
        reduced = reduced.difference(shapely.union_all(zones.geometry[others]))
    near = shapely.box(*around)
    for parcel in parcels:
        shape = polygons(parcel.intersection(near))
        if shape.area <= 0 or polygons(parcel.intersection(land)).area > shape.area / 2:
            continue
        inside = polygons(shape.intersection(reduced)).area / shape.area
        is_street = street is not None and polygons(shape.intersection(street.area)).area > shape.area / 2
        if inside < 0.5 - _SHARE or (is_street and inside < 0.5 + _SHARE):
            zone = zone.difference(parcel)
    return zone


def _open_beside(context: CheckContext, sides: _Sides, zone: BaseGeometry, boundary: BaseGeometry) -> bool:
    """Whether land of no known zone lies across the boundary from one with the reduced factor."""
    xmin, ymin, xmax, ymax = boundary.bounds
    window = context.window("zoning", (xmin - 1, ymin - 1, xmax + 1, ymax + 1))  # read before, for the zone
    known = shapely.union_all(window.geometry)
    shapely.prepare([zone, known])
    left, right = (shapely.covers(zone, side) for side in (sides.left, sides.right))
    open_left, open_right = (~shapely.covers(known, side) for side in (sides.left, sides.right))
    return bool(((left & open_right) | (right & open_left)).any())


def _streets_known(context: CheckContext) -> bool:
    return context.has_layer("traffic_areas") or context.has_layer("land_use")


def is_one_of(kind: str, zones: tuple[str, ...]) -> bool:
    """Whether a zone is of one of the kinds; plans number their zones ("GE 2")."""
    return re.fullmatch(rf"({'|'.join(zones)})[\s_-]*\d*", kind.strip()) is not None


@dataclass(frozen=True)
class _Sides:
    """Points a little to the left and to the right of the middle of each piece."""

    left: NDArray[np.object_]
    right: NDArray[np.object_]

    @classmethod
    def of(cls, pieces: NDArray[np.float64]) -> _Sides:
        middle = (pieces[:, 0] + pieces[:, 1]) / 2
        along = pieces[:, 1] - pieces[:, 0]
        normal = np.column_stack([-along[:, 1], along[:, 0]]) / np.hypot(*along.T)[:, None] * SIDE_M
        return cls(shapely.points(middle + normal), shapely.points(middle - normal))

    def both_in(self, area: BaseGeometry) -> NDArray[np.bool_]:
        shapely.prepare(area)
        return np.asarray(shapely.covers(area, self.left) & shapely.covers(area, self.right))

    def between(self, land: BaseGeometry, other: BaseGeometry) -> NDArray[np.bool_]:
        """Pieces with the land on one side and the other area on the other."""
        shapely.prepare([land, other])
        left, right = (shapely.covers(land, side) for side in (self.left, self.right))
        there, here = (shapely.covers(other, side) for side in (self.left, self.right))
        return np.asarray((left & here) | (right & there))


def _pieces(boundary: BaseGeometry, cuts: BaseGeometry) -> NDArray[np.float64]:
    """Straight pieces of a boundary, cut where it meets other lines: shape (n, 2, 2)."""
    result: list[NDArray[np.float64]] = []
    for ring in shapely.get_parts(boundary):
        points = shapely.get_coordinates(ring)
        for start, end in pairwise(points):
            line = shapely.LineString([start, end])
            # Cuts up to SIDE_M beside the line count too: a zone drawn along the boundary ends with its own corner.
            near = shapely.get_coordinates(cuts.intersection(line.buffer(SIDE_M)))
            at = shapely.line_locate_point(line, shapely.points(near)) if len(near) else np.empty(0)
            stops = np.unique(np.concatenate([[0.0, line.length], at]))
            stops = stops[np.concatenate([[True], np.diff(stops) > 1e-6])]
            cut = start + np.outer(stops / line.length, end - start) if line.length else np.empty((0, 2))
            result.append(np.stack([cut[:-1], cut[1:]], axis=1))
    return np.concatenate(result)
