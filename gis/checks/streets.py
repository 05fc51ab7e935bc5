"""Public traffic areas beside a site, and the line in their middle up to which they count as land of the site."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.checks.context import CheckContext
from gis.layers import LayerWindow
from gis.site_context import UnassessableError, polygons, texts

#: Streets are looked for this far around the site: wide enough for the far side of any street.
_REACH_M = 30.0
#: No street is wider.
_ACROSS_M = 100.0
#: The far side of a street begins at least this far from the site.
_NEAREST_FAR_SIDE_M = 1.0
#: Street and boundary may lie this far apart in the data.
_NEAR_M = 0.10
#: Cosine of 75°: what runs more steeply away from the boundary is the end of a street and no far side.
_STEEPEST = 0.259
#: Cosine of 25°: a far side that runs more slantingly to a side of the site is that of another street.
_PARALLEL = 0.906
#: Corners are cut off or rounded over this length at most, in metres.
_CUT_CORNER_M = 12.0
#: Round corners are drawn in pieces shorter than this, in metres.
_ROUND_M = 2.0
#: The middle before a jog lies nearer to other land than this share of its own depth.
_OWN_SHARE = 0.75
#: The middle is computed at points this far apart.
_STEP_M = 2.0

GUESSED = "Als öffentliche Verkehrsfläche gilt, was die tatsächliche Nutzung als Straße, Weg oder Platz führt."
UNDEDICATED = "Die angrenzende Verkehrsfläche ist öffentlich; die Daten sagen dazu nichts."


@dataclass(frozen=True)
class Street:
    """Public traffic areas near the site, without the site itself."""

    area: BaseGeometry
    assumptions: tuple[str, ...]


def street_at(
    context: CheckContext,
    land: BaseGeometry,
    side_m: float,
    reach_m: float = _REACH_M,
    only: frozenset[str] | None = None,
) -> Street | None:
    """Return the public traffic areas that touch the land, None where there are none (NBauO § 6).

    They come from ``traffic_areas``; only where that layer is missing from ``land_use``, which is an assumption.
    ``side_m``: how far away an area still touches; ``reach_m``: how far around areas are taken, both in metres;
    ``only``: kinds of traffic areas to which the answer is narrowed.
    """
    values = context.rules.rule("counted_to_middle").values
    notes: tuple[str, ...] = ()
    if context.has_layer("traffic_areas"):
        window = _window(context, "traffic_areas", land, reach_m)
        if window is None:
            return None
        kinds = set(values["kinds"]) if only is None else set(values["kinds"]) & only
        rows, unknown = public_rows(window, kinds, set(values["kinds_public_unless_stated"]) & kinds)
        touching = shapely.dwithin(window.geometry[unknown], land, side_m)
        notes = (UNDEDICATED,) if touching.any() else ()
    elif context.has_layer("land_use"):
        window = _window(context, "land_use", land, reach_m)
        if window is None:
            return None
        kinds = set(values["land_use_kinds"])
        rows = np.array([row for row, kind in enumerate(texts(window, "kind")) if kind in kinds], dtype=int)
        notes = (GUESSED,)
    else:
        return None
    if not len(rows) or not shapely.dwithin(window.geometry[rows], land, side_m).any():
        return None
    area = polygons(polygons(shapely.union_all(window.geometry[rows])).difference(land))
    return None if area.is_empty else Street(area, notes)


def _window(context: CheckContext, layer: str, land: BaseGeometry, reach_m: float) -> LayerWindow | None:
    xmin, ymin, xmax, ymax = land.bounds
    try:
        return context.window(layer, (xmin - reach_m, ymin - reach_m, xmax + reach_m, ymax + reach_m))
    except UnassessableError:
        return None


def public_rows(
    window: LayerWindow, kinds: set[str], unless_stated: set[str]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows of public areas, and among them those that are only taken for public."""
    public = window.columns.get("public")
    rows, unknown = [], []
    for row, kind in enumerate(texts(window, "kind")):
        stated = None if public is None else public[row]
        if stated is None or stated != stated:
            if kind in unless_stated:
                rows.append(row)
                unknown.append(row)
        elif bool(stated) and kind in kinds:
            rows.append(row)
    return np.array(rows, dtype=int), np.array(unknown, dtype=int)


def middle_lines(own: BaseGeometry, street: Street, land: BaseGeometry) -> tuple[BaseGeometry, float]:
    """Return the middle of the street along a part of the boundary, and how far out it lies at most in metres.

    From every point of the boundary the middle lies half as far out as the far side of the street is away; the
    shortest way counts, so that a side street opposite does not move the middle. Around a corner of the site, also one
    that is cut off or round, the middles of both streets meet where their lines do; a jog has no middle of its own.
    """
    lines: list[shapely.LineString] = []
    deepest = 0.0
    merged = shapely.line_merge(own) if own.geom_type == "MultiLineString" else own
    # The near side is no far side, also where the boundary bends towards the street.
    far = street.area.boundary.difference(land.buffer(2 * _NEAR_M))
    for line in shapely.get_parts(merged):
        points: list[NDArray[np.float64]] = []
        corners = shapely.get_coordinates(shapely.simplify(line, 0.002))
        sides = _without_jogs([_half_widths(start, end, far, land) for start, end in pairwise(corners)], land)
        deepest = max(deepest, *(side.half for side in sides))
        at = 0
        while at < len(sides):
            # A corner that is cut off or round is no street of its own: the next side along a street is looked for.
            ahead = next((i for i in range(at, len(sides)) if sides[i].along_street), at)
            cut = sum(side.length for side in sides[at:ahead])
            corner = (
                None if not points or cut > _CUT_CORNER_M else _meeting(points[-1], sides[ahead].middle, street.area)
            )
            if corner is None and points and ahead > at:
                ahead, corner = at, _meeting(points[-1], sides[at].middle, street.area)
            elif not points:
                ahead = at
            if corner is not None:
                points.append(corner)
            points.append(sides[ahead].middle)
            at = ahead + 1
        lines.append(shapely.LineString(np.concatenate(points)))
    return shapely.MultiLineString(lines), deepest


@dataclass(frozen=True)
class _Side:
    """A straight piece of the boundary: points of it, the middle before them, half the width of the street, its length.

    ``along_street``: a far side runs along it, and it is no piece of a round corner.
    """

    stations: NDArray[np.float64]
    middle: NDArray[np.float64]
    half: float
    length: float
    along_street: bool


def _without_jogs(sides: list[_Side], land: BaseGeometry) -> list[_Side]:
    """Sides less those of jogs, which are shorter than the street is deep before them.

    Where other land is nearer to its middle, a jog has none; else it lies no farther out than before the other sides.
    """
    deepest = max((side.half for side in sides if side.length >= side.half), default=math.inf)
    kept = []
    for side in sides:
        if side.length >= side.half or side.half <= deepest:
            kept.append(side)
        elif (shapely.distance(shapely.points(side.middle), land) > _OWN_SHARE * side.half).any():
            out = (side.middle - side.stations) * deepest / side.half
            kept.append(replace(side, middle=side.stations + out, half=deepest))
    return kept


def _along(lines: BaseGeometry, unit: NDArray[np.float64]) -> BaseGeometry:
    """Pieces of a far side that run along a boundary: the end of a street is none. All where no piece does."""
    pieces = _pieces_along(lines, unit, _STEEPEST)
    return shapely.MultiLineString(pieces) if pieces else lines


def _pieces_along(lines: BaseGeometry, unit: NDArray[np.float64], cosine: float) -> list[shapely.LineString]:
    """Straight pieces of lines that turn from a direction by less than the angle of this cosine."""
    return [
        shapely.LineString([start, end])
        for part in shapely.get_parts(lines)
        if part.geom_type == "LineString"
        for start, end in pairwise(shapely.get_coordinates(part))
        if abs(float((end - start) @ unit)) > cosine * float(np.hypot(*(end - start)))
    ]


def _meeting(
    before: NDArray[np.float64], after: NDArray[np.float64], street: BaseGeometry
) -> NDArray[np.float64] | None:
    """Where two middles meet ahead of the end of one and the start of the other, shape (1, 2); None off the street."""
    one, two = before[-1] - before[-2], after[1] - after[0]
    cross = float(one[0] * two[1] - one[1] * two[0])
    if abs(cross) < 1e-9 * float(np.hypot(*one) * np.hypot(*two)):
        return None
    gap = after[0] - before[-1]
    ahead = float(gap[0] * two[1] - gap[1] * two[0]) / cross
    back = float(gap[0] * one[1] - gap[1] * one[0]) / cross
    point = before[-1] + ahead * one
    on_the_way = ahead > 0 and back < 0 and bool(shapely.covers(street, shapely.Point(point)))
    return point[None, :] if on_the_way else None


def _half_widths(start: NDArray[np.float64], end: NDArray[np.float64], far: BaseGeometry, land: BaseGeometry) -> _Side:
    along = end - start
    length = float(np.hypot(*along))
    unit = along / length
    normal = np.array([-unit[1], unit[0]])
    if shapely.covers(land, shapely.Point((start + end) / 2 + 0.05 * normal)):
        normal = -normal
    near, deep, wide = _NEAREST_FAR_SIDE_M * normal, _ACROSS_M * normal, _ACROSS_M * unit
    ahead = shapely.Polygon([start + near - wide, end + near + wide, end + deep + wide, start + deep - wide])
    opposite = _along(far.intersection(ahead), unit)
    count = max(2, math.ceil(length / _STEP_M) + 1)
    stations = start + np.linspace(0, 1, count)[:, None] * along
    if opposite.is_empty:
        return _Side(stations, stations, 0.0, length, True)
    half = np.asarray(shapely.distance(shapely.points(stations), opposite)) / 2
    along_street = length >= _ROUND_M and bool(_pieces_along(opposite, unit, _PARALLEL))
    return _Side(stations, stations + half[:, None] * normal, float(half.max()), length, along_street)
