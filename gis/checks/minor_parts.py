"""Parts in front of a wall that may be short of the distance: eaves, balconies, bay windows, canopies (NBauO § 5)."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.checks.boundary import Boundary
from gis.checks.context import CheckContext
from gis.checks.result import Step
from gis.checks.walls import Run, Walls, facades, measure, wall_runs
from gis.site import HAIRLINE_GAP_M
from gis.siteplan import PlanFeature, Role
from gis.wording import metres, number

#: A part belongs to a building that is at most this far away.
_REACH_M = 0.5

OVERHANGS = (Role.ROOF_OVERHANG,)
GROUPED = (Role.BALCONY, Role.BAY_WINDOW, Role.ENTRANCE_CANOPY)
HOSTS = (Role.MAIN_BUILDING, Role.EXISTING_BUILDING, Role.GARAGE, Role.ANCILLARY_BUILDING)


@dataclass
class MinorParts:
    """Measured parts by the id of their building, what they assume, how shares were computed, and doubtful shares."""

    by_host: dict[str, list[Walls]] = field(default_factory=dict)
    assumptions: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    doubtful: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class _Placed:
    part: PlanFeature
    host: PlanFeature | None
    run: int = -1
    interval: tuple[float, float] = (0.0, 0.0)


def minor_parts(
    context: CheckContext,
    boundary: Boundary,
    heights: Mapping[str, NDArray[np.float64]],
    values: Mapping[str, Any],
    tolerance: float,
    of: Container[str],
    boundaries: Mapping[str, Boundary] = MappingProxyType({}),
) -> MinorParts:
    """Measure the minor parts of some buildings against the boundary.

    ``heights`` are the counting heights of buildings by id (gables reduced); ``of`` the ids of the buildings whose
    parts are wanted ("" for parts without a building), ``boundaries`` those of buildings that have one of their own.
    A part without a height of its own takes that of the wall next to it; one without a building has to keep the full
    distance.
    """
    found = MinorParts()
    parts = context.plan.by_role(*OVERHANGS, *GROUPED)
    hosts = context.plan.by_role(*HOSTS) if parts else ()
    runs: dict[str, list[Run]] = {}
    jog_m = float(context.rules.rule("minor_parts").values["jog_m"]) if parts else 0.0
    placed = [_place(part, hosts, runs, jog_m) for part in parts]
    placed = [place for place in placed if (place.host.id if place.host else "") in of]
    if not placed:
        return found
    rule = context.rule("minor_parts")
    allowed = _shares(placed, runs, rule.values, rule.legal_basis, tolerance, found)
    for place in placed:
        own = _heights(place, heights, found)
        allowance = None
        if place.part.role in OVERHANGS and place.host is not None:
            allowance = partial(_at_most, float(rule.values["overhang_m"]), None)
        elif (place.host.id if place.host else "", place.run) in allowed:
            allowance = partial(_at_most, float(rule.values["deepest_m"]), _fraction(rule.values["of_distance"]))
        line = boundaries.get(place.host.id, boundary) if place.host else boundary
        walls = measure(context, place.part, line, values, own, allowance)
        found.by_host.setdefault(place.host.id if place.host else "", []).append(walls)
        if place.host is None:
            found.assumptions.append(
                f"{place.part.role.label} {place.part.id} steht an keinem Gebäude; der volle Abstand ist angesetzt."
            )
    return found


def _fraction(pair: Sequence[int]) -> float:
    return pair[0] / pair[1]


def _at_most(metres_: float, share: float | None, full: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much of a full distance may be missing."""
    limit = np.full(len(full), metres_) if share is None else np.minimum(metres_, share * full)
    return np.where(np.isnan(full), 0.0, limit)


def _place(
    part: PlanFeature,
    hosts: Sequence[PlanFeature],
    runs: dict[str, list[Run]],
    jog_m: float,
) -> _Placed:
    """Find the building and the wall that a part belongs to, and what it takes of that wall's width."""
    near = [host for host in hosts if shapely.dwithin(part.geometry, host.geometry, _REACH_M)]
    if not near:
        return _Placed(part, None)
    # Of several buildings that it touches it belongs to the main one, whatever rounding makes of the distances.
    host = min(near, key=lambda f: (max(0.0, part.geometry.distance(f.geometry) - HAIRLINE_GAP_M), HOSTS.index(f.role)))
    if host.id not in runs:
        segments, own, _ = host.edges()
        runs[host.id] = facades(wall_runs(segments, np.zeros_like(own)), jog_m)
    around = part.geometry.buffer(_REACH_M, join_style="mitre")
    shared = [run.line.intersection(around).length for run in runs[host.id]]
    at = int(np.argmax(shared))
    run = runs[host.id][at]
    unit = (run.end - run.start) / run.width
    along = (shapely.get_coordinates(part.geometry) - run.start) @ unit
    low, high = (float(np.clip(value, 0.0, run.width)) for value in (along.min(), along.max()))
    return _Placed(part, host, at, (low, high))


def _shares(
    placed: Sequence[_Placed],
    runs: Mapping[str, Sequence[Run]],
    values: Mapping[str, Any],
    basis: str,
    tolerance: float,
    found: MinorParts,
) -> set[tuple[str, int]]:
    """Walls on which the parts together take no more than their share of the width; notes the computation."""
    groups: dict[tuple[str, int], list[_Placed]] = {}
    for place in placed:
        if place.host is not None and place.part.role in GROUPED:
            groups.setdefault((place.host.id, place.run), []).append(place)
    allowed: set[tuple[str, int]] = set()
    share = _fraction(values["of_wall"])
    for key, group in groups.items():
        width = runs[key[0]][key[1]].width
        taken = union_length([place.interval for place in group])
        limit = share * width
        found.steps.append(
            Step(
                f"Vortretende Bauteile an einer Außenwand von {_name(group[0].host)}",
                f"{metres(taken)} von {metres(width)} Wandbreite; zulässig {number(share, 3)} × {metres(width)} = "
                f"{metres(limit)}",
                taken,
                "m",
                basis,
            )
        )
        if taken <= limit + tolerance + 1e-9:
            allowed.add(key)
            if taken >= limit - tolerance - 1e-9:
                found.doubtful |= {place.part.id for place in group}
    return allowed


def union_length(intervals: Sequence[tuple[float, float]]) -> float:
    """Length that intervals cover together, overlaps once."""
    total, reached = 0.0, -np.inf
    for low, high in sorted(intervals):
        total += max(0.0, high - max(low, reached))
        reached = max(reached, high)
    return float(total)


def _name(feature: PlanFeature | None) -> str:
    return f"{feature.role.label} {feature.id}" if feature is not None else ""


def _heights(place: _Placed, heights: Mapping[str, NDArray[np.float64]], found: MinorParts) -> NDArray[np.float64]:
    """Heights of a part's edges: its own, else its eaves or ridge, else those of the wall next to each edge."""
    segments, own, _ = place.part.edges()
    unknown = ~(own > 0)  # a part of no height is none; such a figure says nothing
    own = np.where(unknown, np.nan, own)
    eaves, ridge = place.part.eaves_height_m, place.part.ridge_height_m
    if unknown.any() and (stated := eaves or ridge):
        return np.where(unknown, stated, own)
    if not unknown.any() or place.host is None:
        return own
    wall_segments, wall_heights, _ = place.host.edges()
    counting = heights.get(place.host.id, wall_heights)
    behind = shapely.STRtree(np.asarray(shapely.linestrings(wall_segments), dtype=object))
    nearest = behind.nearest(np.asarray(shapely.points(segments.mean(axis=1)), dtype=object))
    found.assumptions.append(
        f"Für {place.part.role.label} {place.part.id} ist keine Höhe angegeben; gerechnet ist mit der Höhe der Wand "
        "dahinter."
    )
    return np.where(unknown, counting[nearest], own)
