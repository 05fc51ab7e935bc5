"""Is there building on the building line (Baulinie) of the binding plan?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.checks import register
from gis.checks.context import CheckContext
from gis.checks.judging import at_most
from gis.checks.per_building import name_of
from gis.checks.result import CheckResult, Step, Verdict
from gis.siteplan import PlanFeature, Role
from gis.wording import listed, metres

#: A line must reach this far into the site to concern it, in metres.
_REACH_M = 0.10
#: Lines closer to each other than this are one line in pieces.
_JOIN_M = 0.02
#: A building that is seen from the line on more than this, in metres, faces it.
_FACING_M = 0.5
#: Shorter pieces of a wall come from rounded coordinates, in metres.
_LEAST_M = 0.005


@dataclass(frozen=True)
class _Facade:
    """The front of a building over against a line: greatest distance of its edges, and how much of it lies on it."""

    feature: PlanFeature
    off_m: float
    on_line_m: float
    shortest: BaseGeometry


@register(
    "building_line",
    title="Baulinie",
    unit="m",
    order=510,
    main_buildings=True,
    layers=("parcels", "building_lines"),
    question="Auf der Baulinie muss gebaut werden; ein geringfügiges Vor- oder Zurücktreten kann zugelassen werden.",
    formula="Abstand der zugewandten Fassade von der Baulinie ≤ 0,10 m",
    inputs="Umrisse der Hauptgebäude, Baulinien des Bebauungsplans",
)
def building_line(context: CheckContext) -> CheckResult:
    """Value and limit: greatest distance of the façade from the line, and the distance that counts as on it.

    The façade is what is seen from the line at right angles of walls parallel to it (within ``parallel_deg``), however
    far back (BauNVO § 23 Abs. 2). Where several lines lie on the site, each needs a building; the line that is
    kept worst governs.
    """
    rule = context.rule("building_line")
    values = rule.values
    main = context.plan.by_role(Role.MAIN_BUILDING)
    if not main:
        return context.result(Verdict.NOT_APPLICABLE, "Nicht anwendbar: Der Lageplan enthält kein Hauptgebäude.")
    tolerance = context.take(main).length_m
    lines = _lines_on_site(context)
    if not lines:
        message = f"Nicht anwendbar: Auf dem Baugrundstück liegt keine Baulinie ({rule.legal_basis})."
        return context.result(Verdict.NOT_APPLICABLE, message)
    limit = float(values["on_line_m"])
    facades = [min((_facade(f, line, values) for f in main), key=lambda facade: facade.off_m) for line in lines]
    worst = max(facades, key=lambda facade: facade.off_m)
    verdict = at_most(worst.off_m, limit, tolerance)
    open_ones = _facing_behind(main, lines, [facade.feature for facade in facades], values, limit + tolerance)
    name = name_of(worst.feature)
    named = [facade.feature for facade in facades] + [feature for feature, _ in open_ones]
    behind = [name_of(feature) for feature in main if feature not in named]
    figures = f"die zugewandte Fassade von {name} liegt {metres(worst.off_m)} von der Linie entfernt"
    lead = {
        Verdict.PASSED: "Auf der Baulinie ist gebaut",
        Verdict.BORDERLINE: "Grenzfall: Der Abstand von der Baulinie liegt innerhalb der Messgenauigkeit an der Grenze",
        Verdict.FAILED: "Auf der Baulinie ist nicht gebaut",
    }[verdict]
    figures = f"{figures}; als auf der Linie gelten {metres(limit)}"
    if open_ones:
        seen = listed([f"{name_of(feature)} ({metres(off)} zurück)" for feature, off in open_ones])
        verdict = Verdict.BORDERLINE if verdict is Verdict.PASSED else verdict
        lead = "Hinweis" if verdict is Verdict.BORDERLINE else lead
        figures += f". Der Baulinie zugewandt, ohne auf ihr zu stehen: {seen}; bitte prüfen Sie, ob das zulässig ist"
    message = f"{lead}: {figures} ({rule.legal_basis})."
    notes = (f"{listed(behind)}: als Gebäude hinter der Baulinie nicht gefordert.",) if behind else ()
    return context.result(
        verdict,
        message,
        value=worst.off_m,
        limit=limit,
        geometry=worst.shortest,
        details={
            "lines": [
                {
                    "feature": facade.feature.id,
                    "off_m": facade.off_m,
                    "line_m": float(line.length),
                    "built_m": facade.on_line_m,
                }
                for line, facade in zip(lines, facades, strict=True)
            ]
        },
        assumptions=notes,
        steps=[
            Step(
                f"Fassade von {name_of(facade.feature)}",
                f"größter Abstand {metres(facade.off_m, 3)}, auf der Linie {metres(facade.on_line_m)} von "
                f"{metres(float(line.length))}",
                facade.off_m,
                "m",
                rule.legal_basis,
            )
            for line, facade in zip(lines, facades, strict=True)
        ],
    )


def _facing_behind(
    main: Sequence[PlanFeature],
    lines: Sequence[BaseGeometry],
    judged: Sequence[PlanFeature],
    values: Mapping[str, Any],
    on_line_m: float,
) -> list[tuple[PlanFeature, float]]:
    """Other buildings that face a line with no building between, and how far off it they stand, in metres."""
    if all(any(feature is other for other in judged) for feature in main):
        return []
    segments = np.concatenate([feature.edges()[0] for feature in main])
    found: list[tuple[PlanFeature, float]] = []
    for line in lines:
        parallel = _parallel_to(segments, line, float(values["parallel_deg"]))
        seen = shapely.union_all(_seen_from(line, segments, parallel))
        for feature in main:
            if any(feature is other for other in (*judged, *(known for known, _ in found))):
                continue
            own = seen.intersection(feature.geometry.boundary.buffer(_LEAST_M))
            off = float(shapely.distance(feature.geometry, line))
            if own.length > _FACING_M and off > on_line_m:
                found.append((feature, off))
    return found


def _lines_on_site(context: CheckContext) -> list[BaseGeometry]:
    """Building lines on the site, pieces joined; a line along the boundary of the site lies on it too."""
    site = context.site.geometry
    window = context.window("building_lines", site.bounds)
    if not len(window.geometry):
        return []
    near = site.buffer(_REACH_M, join_style="mitre")
    parts = [line.intersection(near) for line in window.geometry[shapely.intersects(window.geometry, near)]]
    lines = [part for line in parts for part in shapely.get_parts(line) if part.geom_type == "LineString"]
    if not lines:
        return []
    merged = shapely.line_merge(shapely.union_all(lines))
    return [line for line in shapely.get_parts(merged) if line.length > 2 * _REACH_M + _JOIN_M]


def _facade(feature: PlanFeature, line: BaseGeometry, values: Mapping[str, Any]) -> _Facade:
    """Measure the front of a building against a line: what is seen of it straight from the line, however far back."""
    segments, _, _ = feature.edges()
    parallel = _parallel_to(segments, line, float(values["parallel_deg"]))
    seen = _seen_from(line, segments, parallel)
    if not seen:
        # Beside the line, or at an angle to all of it: its nearest wall counts with both ends.
        edges = np.asarray(shapely.linestrings(segments))
        facing = edges[parallel] if parallel.any() else edges
        seen = [facing[int(np.argmin(shapely.distance(facing, line)))]]
    corners = np.concatenate([shapely.get_coordinates(piece) for piece in seen])
    distance = np.asarray(shapely.distance(shapely.points(corners), line))
    at = int(np.argmax(distance))
    to_line: BaseGeometry = shapely.shortest_line(shapely.Point(corners[at]), line)
    near = shapely.union_all(seen).intersection(line.buffer(float(values["on_line_m"])))
    return _Facade(feature, float(distance[at]), float(near.length), to_line)


def _seen_from(line: BaseGeometry, segments: NDArray[np.float64], parallel: NDArray[np.bool_]) -> list[BaseGeometry]:
    """Pieces of the walls along a line that no other wall hides from it, seen at right angles on both its sides."""
    result: list[BaseGeometry] = []
    points = shapely.get_coordinates(line)
    for start, end in pairwise(points):
        length = float(np.hypot(*(end - start)))
        along = (end - start) / length
        out = np.array([-along[1], along[0]])
        at, off = (segments - start) @ along, (segments - start) @ out
        stops = np.unique(np.clip(at.ravel(), 0.0, length))
        for left, right in pairwise(stops.tolist()):
            if right - left < _LEAST_M:
                continue
            middle = (left + right) / 2
            crossed = np.flatnonzero((at.min(axis=1) < middle) & (at.max(axis=1) > middle))
            if not len(crossed):
                continue
            first = crossed[int(np.argmin(np.abs(_off_at(middle, at[crossed], off[crossed]))))]
            if not parallel[first]:
                continue
            ends = [
                start + place * along + float(_off_at(place, at[[first]], off[[first]])[0]) * out
                for place in (left, right)
            ]
            result.append(shapely.LineString(ends))
    return result


def _off_at(place: float, at: NDArray[np.float64], off: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distance of walls from the line at a place along it, with sign."""
    share = (place - at[:, 0]) / (at[:, 1] - at[:, 0])
    found: NDArray[np.float64] = off[:, 0] + share * (off[:, 1] - off[:, 0])
    return found


def _parallel_to(segments: NDArray[np.float64], line: BaseGeometry, degrees: float) -> NDArray[np.bool_]:
    """Which edges run along the line, compared with its piece nearest to them."""
    points = shapely.get_coordinates(line)
    pieces = np.stack([points[:-1], points[1:]], axis=1)
    middles = shapely.points(segments.mean(axis=1))
    nearest = np.argmin(
        shapely.distance(np.asarray(middles)[:, None], np.asarray(shapely.linestrings(pieces))[None, :]), axis=1
    )
    along = segments[:, 1] - segments[:, 0]
    course = (pieces[:, 1] - pieces[:, 0])[nearest]
    cross = np.abs(along[:, 0] * course[:, 1] - along[:, 1] * course[:, 0])
    angle = np.degrees(np.arctan2(cross, np.abs((along * course).sum(axis=1))))
    return np.asarray(angle <= degrees)
