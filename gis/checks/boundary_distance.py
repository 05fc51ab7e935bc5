"""Do the main buildings keep their distance (Grenzabstand) from the boundaries of the site?"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.checks import register
from gis.checks.context import CheckContext
from gis.checks.result import CheckResult, Step, Verdict
from gis.site_context import UnassessableError, texts
from gis.siteplan import PlanFeature, Role
from gis.wording import listed, metres, number

#: Zones are looked up this far on either side of a boundary: plans and parcels rarely coincide to the centimetre.
_SIDE_M = 0.10
#: Differences up to this are rounding of coordinates, not geometry.
_ROUNDING_M = 1e-6
#: At most this many walls are listed in the details, those with the smallest margins.
_LISTED_WALLS = 100

NO_ZONES = "Ob Gewerbe- oder Industriegebiete angrenzen, ist nicht bekannt; gerechnet ist mit dem allgemeinen Faktor."


_Parts = tuple[BaseGeometry, BaseGeometry | None, str | None]


@dataclass(frozen=True)
class _Walls:
    """Edges of one feature with everything measured; arrays of shape (n,). NaN: height and hence limit unknown."""

    feature: PlanFeature
    index: NDArray[np.intp]
    height: NDArray[np.float64]
    factor: NDArray[np.float64]
    distance: NDArray[np.float64]
    required: NDArray[np.float64]
    line: NDArray[np.object_]

    @property
    def margin(self) -> NDArray[np.float64]:
        return self.distance - self.required


@register(
    "boundary_distance",
    title="Grenzabstand",
    unit="m",
    order=200,
    layers=("parcels", "zoning"),
    attributes=("wall_height_m",),
    question="Gebäude müssen mit allen Punkten ihrer Außenflächen Abstand von den Grenzen des Baugrundstücks halten.",
    formula="Abstand ≥ 0,4 × Höhe, abgerundet auf volle 10 cm, mindestens 3 m (0,2 × Höhe in Gewerbegebieten)",
    inputs="Umrisse und Wandhöhen der Hauptgebäude, Flurstücke des Baugrundstücks, Baugebiete",
)
def boundary_distance(context: CheckContext) -> CheckResult:
    """Value and limit: distance and required distance of the wall with the smallest margin, in metres.

    Distance of an edge: shortest planar distance to any ring of the site's boundary, 0 where it touches or crosses.
    Required: factor × wall height, the product rounded down to 10 cm, and the minimum (NBauO § 5).
    """
    rule = context.rule("boundary_distance")
    values = rule.values
    parts = cached_parts(context, values)
    others = _not_covered(context, values, parts)
    main = context.plan.by_role(Role.MAIN_BUILDING)
    if not main:
        close = [entry for entry in others if entry["too_close"]]
        message = "Nicht anwendbar: Der Lageplan enthält kein Hauptgebäude."
        if close:
            message = f"Nicht prüfbar: Der Lageplan enthält kein Hauptgebäude. {_close_sentence(close)}"
        verdict = Verdict.NOT_ASSESSABLE if close else Verdict.NOT_APPLICABLE
        return context.result(verdict, message, details={"not_covered": others})
    regular, reduced, assumption = parts()
    walls = [measure(feature, regular, reduced, values) for feature in main]
    found = _judge(walls, values, context.take(main).length_m)
    verdict, message = found.verdict, found.message
    site = context.site.geometry
    if verdict in {Verdict.PASSED, Verdict.BORDERLINE} and _beyond(main, site):
        verdict = Verdict.NOT_ASSESSABLE
        message = (
            "Nicht prüfbar: Ein Hauptgebäude liegt nicht vollständig auf dem Baugrundstück, ohne dass eine Außenwand "
            f"die Grenze kreuzt; der Abstand zur Grenze sagt dann nichts aus. {message}"
        )
    close = [entry for entry in others if entry["too_close"]]
    if verdict is Verdict.PASSED and close:
        verdict = Verdict.NOT_ASSESSABLE
        message = f"Nicht abschließend prüfbar: {message} {_close_sentence(close)}"
    return context.result(
        verdict,
        f"{message} Rechtsgrundlage: {rule.legal_basis}.",
        value=found.value,
        limit=found.limit,
        details={"governing": found.wall, "walls": _wall_list(walls), "not_covered": others},
        geometry=_line(found.line),
        steps=_steps(found, rule.legal_basis),
        assumptions=(assumption,) if assumption else (),
    )


def _steps(found: _Finding, basis: str) -> tuple[Step, ...]:
    return (Step("Abstand der maßgebenden Außenwand", metres(found.value, 3), found.value, "m", basis),)


def cached_parts(context: CheckContext, values: Mapping[str, Any]) -> Callable[[], _Parts]:
    """Split the boundary when it is first needed: a plan without walls needs no site."""
    return cache(lambda: boundary_parts(context, tuple(values["zones_reduced"])))


def required_distance(height_m: float, factor: float, values: Mapping[str, Any]) -> float:
    """Required distance in metres: the product rounded *down* to the step, at least the minimum (NBauO § 5)."""
    per_metre = round(1 / float(values["rounding_step_m"]))
    return max(float(values["minimum_m"]), math.floor(factor * height_m * per_metre + 1e-9) / per_metre)


def boundary_parts(context: CheckContext, zones_reduced: tuple[str, ...]) -> _Parts:
    """Split the site's boundary into ``(regular, reduced, assumption)`` stretches.

    Reduced are stretches where the zones on both sides are *known* to be among ``zones_reduced``; None if there is
    none.
    """
    boundary = context.site.geometry.boundary
    if not context.has_layer("zoning"):
        return boundary, None, NO_ZONES
    xmin, ymin, xmax, ymax = boundary.bounds
    try:
        window = context.window("zoning", (xmin - 1, ymin - 1, xmax + 1, ymax + 1))
    except UnassessableError:
        return boundary, None, NO_ZONES
    kinds = texts(window, "zone")
    rows = [i for i, kind in enumerate(kinds) if kind is not None and _is_one_of(kind, zones_reduced)]
    if not rows:
        return boundary, None, None
    zone = shapely.union_all(window.geometry[rows])
    other = [i for i in range(len(kinds)) if i not in rows]
    if other:
        zone = zone.difference(shapely.union_all(window.geometry[other]))
    pieces = _pieces(boundary, zone.boundary)
    middle = (pieces[:, 0] + pieces[:, 1]) / 2
    along = pieces[:, 1] - pieces[:, 0]
    normal = np.column_stack([-along[:, 1], along[:, 0]]) / np.hypot(*along.T)[:, None] * _SIDE_M
    shapely.prepare(zone)
    both = shapely.covers(zone, shapely.points(middle + normal)) & shapely.covers(zone, shapely.points(middle - normal))
    if not both.any():
        return boundary, None, None
    regular = shapely.multilinestrings(shapely.linestrings(pieces[~both]))
    return regular, shapely.multilinestrings(shapely.linestrings(pieces[both])), None


def _is_one_of(kind: str, zones: tuple[str, ...]) -> bool:
    """Whether a zone is of one of the kinds; plans number their zones ("GE 2")."""
    return re.fullmatch(rf"({'|'.join(zones)})[\s_-]*\d*", kind.strip()) is not None


def _pieces(boundary: BaseGeometry, cuts: BaseGeometry) -> NDArray[np.float64]:
    """Straight pieces of a boundary, cut where it meets other lines: shape (n, 2, 2)."""
    result: list[NDArray[np.float64]] = []
    for ring in shapely.get_parts(boundary):
        points = shapely.get_coordinates(ring)
        for start, end in pairwise(points):
            line = shapely.LineString([start, end])
            # Cuts up to _SIDE_M beside the line count too: a zone drawn along the boundary ends with its own corner.
            near = shapely.get_coordinates(cuts.intersection(line.buffer(_SIDE_M)))
            at = shapely.line_locate_point(line, shapely.points(near)) if len(near) else np.empty(0)
            stops = np.unique(np.concatenate([[0.0, line.length], at]))
            stops = stops[np.concatenate([[True], np.diff(stops) > 1e-6])]
            cut = start + np.outer(stops / line.length, end - start) if line.length else np.empty((0, 2))
            result.append(np.stack([cut[:-1], cut[1:]], axis=1))
    return np.concatenate(result)


def measure(
    feature: PlanFeature, regular: BaseGeometry, reduced: BaseGeometry | None, values: Mapping[str, Any]
) -> _Walls:
    """Measure every edge against the boundary; of two stretches the one with the smaller margin governs."""
    segments, height, index = feature.edges()
    edges = shapely.linestrings(segments)
    shapely.prepare(edges)
    best: _Walls | None = None
    for stretch, key in ((regular, "factor"), (reduced, "factor_reduced")):
        if stretch is None or stretch.is_empty:
            continue
        factor = float(values[key])
        required = np.array([math.nan if math.isnan(h) else required_distance(h, factor, values) for h in height])
        distance = np.asarray(shapely.distance(edges, stretch))
        line = np.asarray(shapely.shortest_line(edges, stretch))
        walls = _Walls(feature, index, height, np.full(len(index), factor), distance, required, line)
        best = walls if best is None else _smaller(best, walls)
    assert best is not None  # a site has a boundary
    return best


def _smaller(left: _Walls, right: _Walls) -> _Walls:
    unknown = np.isnan(left.required)
    take = np.where(unknown, right.distance < left.distance, right.margin < left.margin)
    columns = {
        name: np.where(take, getattr(right, name), getattr(left, name))
        for name in ("factor", "distance", "required", "line")
    }
    return _Walls(left.feature, left.index, left.height, **columns)


@dataclass(frozen=True)
class _Finding:
    verdict: Verdict
    message: str
    value: float
    limit: float | None
    wall: Mapping[str, Any]
    line: BaseGeometry


def _judge(walls: list[_Walls], values: Mapping[str, Any], tolerance: float) -> _Finding:
    """Pick the governing wall: smallest margin; a wall without height counts only where no other wall fails."""
    known = [(w, int(np.nanargmin(w.margin))) for w in walls if not np.isnan(w.margin).all()]
    worst = min(known, key=lambda pair: float(pair[0].margin[pair[1]]), default=None)
    if worst is not None and worst[0].margin[worst[1]] < -tolerance - 1e-9:
        return _finding(Verdict.FAILED, *worst, values, tolerance)
    blind = [(w, int(i)) for w in walls for i in np.flatnonzero(np.isnan(w.height))]
    if blind:
        walls_, at = min(blind, key=lambda pair: float(pair[0].distance[pair[1]]))
        distance = float(walls_.distance[at])
        message = (
            "Nicht prüfbar: Für mindestens eine Außenwand fehlt die Wandhöhe. Der kleinste Abstand einer solchen Wand "
            f"zur Grenze beträgt {metres(distance)}. Bitte geben Sie die Wandhöhe über dem gewachsenen Gelände an."
        )
        entry = _entry(walls_, at)
        return _Finding(Verdict.NOT_ASSESSABLE, message, distance, None, entry, walls_.line[at])
    assert worst is not None  # every wall has a height here
    borderline = abs(worst[0].margin[worst[1]]) <= tolerance + 1e-9
    return _finding(Verdict.BORDERLINE if borderline else Verdict.PASSED, *worst, values, tolerance)


def _finding(verdict: Verdict, walls: _Walls, at: int, values: Mapping[str, Any], tolerance: float) -> _Finding:
    distance, required = float(walls.distance[at]), float(walls.required[at])
    height = float(walls.height[at])
    formula = (
        f"erforderlich sind {metres(required)} bei einer Wandhöhe von {metres(height)} "
        f"({number(float(walls.factor[at]))} × Wandhöhe, abgerundet auf volle "
        f"{number(100 * float(values['rounding_step_m']), 0)} cm, mindestens {metres(float(values['minimum_m']))})"
    )
    if verdict is Verdict.PASSED:
        text = f"Der Grenzabstand ist eingehalten: {metres(distance)} vorhanden, {formula}."
    elif verdict is Verdict.BORDERLINE:
        text = (
            f"Grenzfall: Der Grenzabstand von {metres(distance, 3)} weicht höchstens um die Messgenauigkeit von "
            f"{metres(tolerance)} vom erforderlichen ab; {formula}."
        )
    elif distance == 0:
        text = f"Der Grenzabstand ist nicht eingehalten: Eine Außenwand berührt oder kreuzt die Grenze; {formula}."
    else:
        text = (
            f"Der Grenzabstand ist nicht eingehalten: {metres(distance)} vorhanden, {formula}. "
            f"Es fehlen {metres(required - distance)}."
        )
    return _Finding(verdict, text, distance, required, _entry(walls, at), walls.line[at])


def _entry(walls: _Walls, at: int) -> dict[str, Any]:
    """One wall for the details; ``line`` leads from the wall to the boundary."""
    height, required = float(walls.height[at]), float(walls.required[at])
    unknown = math.isnan(height)
    return {
        "feature": walls.feature.id,
        "edge": int(walls.index[at]),
        "wall_height_m": None if unknown else height,
        "factor": float(walls.factor[at]),
        "distance_m": float(walls.distance[at]),
        "required_m": None if unknown else required,
        "margin_m": None if unknown else float(walls.distance[at]) - required,
        "line": shapely.get_coordinates(walls.line[at]).tolist(),
    }


def _wall_list(walls: list[_Walls]) -> list[dict[str, Any]]:
    entries = [(w, i) for w in walls for i in range(len(w.index))]
    if len(entries) > _LISTED_WALLS:
        entries.sort(key=lambda pair: float(np.nan_to_num(pair[0].margin[pair[1]], nan=pair[0].distance[pair[1]])))
    return [_entry(w, i) for w, i in entries[:_LISTED_WALLS]]


def _not_covered(context: CheckContext, values: Mapping[str, Any], parts: Callable[[], _Parts]) -> list[dict[str, Any]]:
    """Other roles with walls: distance and, at least, the minimum that they would have to keep."""
    roles = set(values["roles_with_walls"])
    features = [
        f
        for f in context.plan.features
        if f.role not in {Role.MAIN_BUILDING, Role.TO_BE_DEMOLISHED, Role.UNDERGROUND}
        and (f.role.value in roles or f.wall_height_m is not None)
    ]
    if not features:
        return []
    regular, reduced, _ = parts()
    minimum = float(values["minimum_m"])
    result = []
    for feature in features:
        walls = measure(feature, regular, reduced, values)
        blind = np.isnan(walls.required)
        required = np.where(blind, minimum, walls.required)
        at = int(np.argmin(walls.distance - required))
        entry = _entry(walls, at)
        entry["role"] = feature.role.value
        entry["minimum_m"] = minimum
        entry["too_close"] = bool(walls.distance[at] < required[at] - _ROUNDING_M)
        result.append(entry)
    return result


def _close_sentence(close: list[dict[str, Any]]) -> str:
    items = [f"{Role(entry['role']).label} ({metres(entry['distance_m'])})" for entry in close]
    return (
        f"Näher an der Grenze als sonst erforderlich: {listed(items)}. Ob dafür eine Ausnahme gilt (etwa für "
        "Garagen und Nebengebäude ohne Aufenthaltsräume), prüft die Bauaufsichtsbehörde."
    )


def _beyond(features: tuple[PlanFeature, ...], site: BaseGeometry) -> bool:
    """Whether a building lies in part outside the site by more than rounding."""
    return any(feature.geometry.difference(site).area > 1e-6 for feature in features)


def _line(line: BaseGeometry) -> BaseGeometry:
    """The evidence: line from wall to boundary, or the point where they touch."""
    return line if line.length > 0 else shapely.Point(shapely.get_coordinates(line)[0])
