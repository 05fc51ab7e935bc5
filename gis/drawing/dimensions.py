"""Which distances to the boundary to draw: the governing ones of the check, and one for every other side of a house."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.checks.result import CheckResult
from gis.drawing.evidence import Look, Measure
from gis.drawing.scene import Scene
from gis.site import Site
from gis.site_context import polygons, texts
from gis.siteplan import PlanFeature, Role
from gis.wording import number

#: Dimension lines longer than this say nothing about a distance to keep.
_LONGEST_M = 30.0
#: Up to this many dimension lines per building, in clearly different directions (degrees).
_PER_BUILDING, _DIRECTION_DEG = 4, 50.0
#: Plans with more buildings than this have dimension lines for so many of the most urgent ones only, one each.
_BUILDINGS, _URGENT = 30, 12
#: Walls shorter than this get no dimension line of their own.
_SHORTEST_WALL_M = 2.0

#: Differences up to this are rounding of coordinates.
_ROUNDING_M = 0.001

LEGENDS: Mapping[Look, str] = {
    Look.FINE: "Abstand zur Grenze in Metern",
    Look.DOUBT: "Grenzabstand: Grenzfall",
    Look.UNKNOWN: "Abstand ohne bekannte Wandhöhe",
    Look.VIOLATION: "Grenzabstand nicht eingehalten",
}

TO_MIDDLE = "Abstand zur Straßenmitte in Metern"
_BEYOND = "Außenwand jenseits der Grenze"


def land_of(scene: Scene, result: CheckResult | None) -> BaseGeometry:
    """The site with the easement areas that the check counts to it."""
    land: BaseGeometry = scene.site_geometry
    names = set(result.details.get("easements", ())) if result else set()
    window = scene.window("easements", land.bounds) if names else None
    if window is not None:
        rows = [row for row, name in enumerate(texts(window, "easement_id")) if name in names]
        land = shapely.union_all([land, *(polygons(window.geometry[row]) for row in rows)])
    return land


def boundary_measures(scene: Scene, result: CheckResult | None) -> tuple[Measure, ...]:
    """Dimension lines for main buildings (all sides) and for other features with walls (the closest side)."""
    walls: Sequence[Mapping[str, Any]] = result.details.get("walls", ()) if result else ()
    others: Sequence[Mapping[str, Any]] = result.details.get("not_covered", ()) if result else ()
    tolerance = (result.tolerance or 0.0) + 1e-9 if result else 0.0
    land = land_of(scene, result)
    by_feature = _by_feature(scene, walls, tolerance, land)
    chosen: list[Measure] = []
    main = scene.plan.by_role(Role.MAIN_BUILDING)
    many = len(main) > _BUILDINGS
    if many:
        main = tuple(sorted(main, key=lambda feature: _first_length(by_feature.get(feature.id))))
    for feature in main[: _URGENT if many else _BUILDINGS]:
        sides = _perpendicular(feature, scene.site) if scene.site and not many else []
        chosen += _different(by_feature.pop(feature.id, []) + sides, 1 if many else _PER_BUILDING)
    if not many:
        for measures in by_feature.values():
            chosen += _different([m for m in measures if m.look is not Look.FINE] or measures, 1)
    for wall in sorted(others, key=_urgency)[: 0 if many else _BUILDINGS]:
        chosen += _different([_from_wall(wall, tolerance, land)], 1)
    if many:
        chosen = [replace(measure, legend=f"{measure.legend} (nur die {_URGENT} knappsten)") for measure in chosen]
    return tuple(chosen)


def _by_feature(
    scene: Scene, walls: Sequence[Mapping[str, Any]], tolerance: float, land: BaseGeometry
) -> dict[str, list[Measure]]:  # fmt: skip
    """Measures of walls by feature, the most urgent first; of equal ones that of the wall which faces the boundary."""
    found: dict[str, list[tuple[float, bool, Measure]]] = {}
    for wall in sorted(walls, key=_urgency):
        plain = _from_wall(wall, tolerance, land)
        measure = _centred(scene, wall, plain)
        found.setdefault(wall["feature"], []).append((round(_urgency(wall), 3), measure is plain, measure))
    return {
        feature: [measure for *_, measure in sorted(entries, key=lambda entry: entry[:2])]
        for feature, entries in found.items()
    }


def _first_length(measures: Sequence[Measure] | None) -> float:
    if not measures:
        return math.inf
    return measures[0].length_m - (1000.0 if measures[0].look is Look.VIOLATION else 0.0)


def _from_wall(wall: Mapping[str, Any], tolerance: float, land: BaseGeometry) -> Measure:
    margin = wall["margin_m"]
    look = Look.FINE
    if "too_close" not in wall:
        if margin is None:
            look = Look.UNKNOWN
        elif margin < -tolerance:
            look = Look.VIOLATION
        elif margin <= tolerance:
            look = Look.DOUBT
    distance = float(wall["distance_m"])
    line = np.array(wall["line"], dtype=float)
    if not land.is_empty and distance > _ROUNDING_M and not shapely.dwithin(land, shapely.Point(line[0]), _ROUNDING_M):
        # So far beyond the boundary is no distance that is kept.
        look = Look.VIOLATION if look is Look.VIOLATION else Look.UNKNOWN
        return Measure(line, f"{number(distance)} m jenseits der Grenze", look, _BEYOND)
    street = bool(wall.get("to_middle_of_street"))
    text = number(distance)
    if look in {Look.VIOLATION, Look.DOUBT}:
        there = " bis Straßenmitte" if street else ""
        text = (
            f"{number(distance, 3 if look is Look.DOUBT else 2)} m{there} (erforderlich {number(wall['required_m'])} m)"
        )
    elif street:
        text = f"{text} m bis Straßenmitte"
    return Measure(line, text, look, TO_MIDDLE if street and look is Look.FINE else LEGENDS[look])


def _centred(scene: Scene, wall: Mapping[str, Any], measure: Measure) -> Measure:
    """The same distance from the middle of the wall, where wall and boundary run parallel."""
    feature = scene.feature(wall["feature"])
    if feature is None or scene.site is None or wall.get("to_middle_of_street"):
        return measure
    segments, _, index = feature.edges()
    for start, end in segments[index == wall["edge"]]:
        line = _straight_out(feature, scene.site, scene.site.geometry.boundary, start, end)
        if line is not None and abs(float(np.hypot(*(line[1] - line[0]))) - wall["distance_m"]) < 0.002:
            return replace(measure, line=line)
    return measure


def _urgency(wall: Mapping[str, Any]) -> float:
    margin = wall["margin_m"]
    return float(wall["distance_m"] if margin is None else margin)


def _different(candidates: Sequence[Measure], count: int) -> list[Measure]:
    """The first candidates that point in clearly different directions; at most one where wall and boundary touch."""
    chosen: list[Measure] = []
    for candidate in candidates:
        if len(chosen) >= count or candidate.length_m > _LONGEST_M:
            continue
        if all(_apart(_direction(candidate), _direction(other)) for other in chosen):
            chosen.append(candidate)
    return chosen


def _direction(measure: Measure) -> float | None:
    """Direction in degrees, None where wall and boundary touch."""
    if measure.length_m < 0.01:
        return None
    (x1, y1), (x2, y2) = measure.line
    return math.degrees(math.atan2(y2 - y1, x2 - x1))


def _apart(left: float | None, right: float | None) -> bool:
    if left is None or right is None:
        return left is not right
    return abs((left - right + 180) % 360 - 180) >= _DIRECTION_DEG


def _perpendicular(feature: PlanFeature, site: Site) -> list[Measure]:
    """From the middle of each longer wall straight out to the boundary, shortest first."""
    segments, _, _ = feature.edges()
    boundary = site.geometry.boundary
    found: list[Measure] = []
    for start, end in segments:
        line = _straight_out(feature, site, boundary, start, end)
        if line is not None:
            length = float(np.hypot(*(line[1] - line[0])))
            found.append(Measure(line, number(length), Look.FINE, LEGENDS[Look.FINE]))
    return sorted(found, key=lambda measure: measure.length_m)


def _straight_out(
    feature: PlanFeature, site: Site, boundary: BaseGeometry, start: NDArray[np.float64], end: NDArray[np.float64]
) -> NDArray[np.float64] | None:
    along = end - start
    length = float(np.hypot(*along))
    if length < _SHORTEST_WALL_M:
        return None
    middle = (start + end) / 2
    normal = np.array([along[1], -along[0]]) / length
    if feature.geometry.covers(shapely.Point(middle + 0.01 * normal)):
        normal = -normal
    if not site.geometry.covers(shapely.Point(middle)):
        return None
    ray = shapely.LineString([middle + 0.01 * normal, middle + _LONGEST_M * normal])
    hits = shapely.get_coordinates(ray.intersection(boundary))
    if not len(hits) or ray.intersects(feature.geometry):
        return None
    away = np.hypot(*(hits - middle).T)
    return np.array([middle, hits[int(np.argmin(away))]])
