"""Parts in front of a wall that may be short of the distance: eaves, balconies, bay windows, canopies (NBauO § 5)."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
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

#: By how much each of some full distances may be undercut, in metres.
Allowance = Callable[[NDArray[np.float64]], NDArray[np.float64]]
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
class PlacedPart:
    """A part, the building it belongs to (None: none), and what it takes of which of that building's walls."""

    part: PlanFeature
    host: PlanFeature | None
    run: int = -1
    interval: tuple[float, float] = (0.0, 0.0)

    @property
    def host_id(self) -> str:
        """Id of its building, "" without one."""
        return self.host.id if self.host else ""


@dataclass
class PlacedParts:
    """Parts at their buildings, how shares of walls were computed, and the parts whose share is doubtful."""

    placed: tuple[PlacedPart, ...] = ()
    steps: list[Step] = field(default_factory=list)
    doubtful: set[str] = field(default_factory=set)
    _values: Mapping[str, Any] = field(default_factory=dict)
    _allowed: set[tuple[str, int]] = field(default_factory=set)

    def allowance(self, place: PlacedPart) -> Allowance | None:
        """By how much a part may be short of a full distance; None where it may not."""
        if place.host is None:
            return None
        if place.part.role in OVERHANGS:
            return partial(_at_most, float(self._values["overhang_m"]), None)
        if (place.host_id, place.run) in self._allowed:
            return partial(_at_most, float(self._values["deepest_m"]), _fraction(self._values["of_distance"]))
        return None


def place_parts(context: CheckContext, tolerance: float, of: Container[str] | None = None) -> PlacedParts:
    """Find the building and the wall that each minor part belongs to, and which parts may be closer.

    ``of``: ids of the buildings whose parts are wanted ("" for parts without a building); None for all.
    """
    parts = context.plan.by_role(*OVERHANGS, *GROUPED)
    if not parts:
        return PlacedParts()
    hosts = context.plan.by_role(*HOSTS)
    runs: dict[str, list[Run]] = {}
    jog_m = float(context.rules.rule("minor_parts").values["jog_m"])
    placed = [_place(part, hosts, runs, jog_m) for part in parts]
    placed = [place for place in placed if of is None or place.host_id in of]
    if not placed:
        return PlacedParts()
    rule = context.rule("minor_parts")
    found = PlacedParts(tuple(placed), _values=rule.values)
    found._allowed |= _shares(placed, runs, rule.values, rule.legal_basis, tolerance, found)
    return found


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
    placing = place_parts(context, tolerance, of)
    found = MinorParts(steps=placing.steps, doubtful=placing.doubtful)
    for place in placing.placed:
        own = part_heights(place, heights, found.assumptions)
        line = boundaries.get(place.host_id, boundary)
        walls = measure(context, place.part, line, values, own, placing.allowance(place))
        found.by_host.setdefault(place.host_id, []).append(walls)
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
) -> PlacedPart:
    """Find the building and the wall that a part belongs to, and what it takes of that wall's width."""
    near = [host for host in hosts if shapely.dwithin(part.geometry, host.geometry, _REACH_M)]
    if not near:
        return PlacedPart(part, None)
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
    return PlacedPart(part, host, at, (low, high))


def _shares(
    placed: Sequence[PlacedPart],
    runs: Mapping[str, Sequence[Run]],
    values: Mapping[str, Any],
    basis: str,
    tolerance: float,
    found: PlacedParts,
) -> set[tuple[str, int]]:
    """Walls on which the parts together take no more than their share of the width; notes the computation."""
    groups: dict[tuple[str, int], list[PlacedPart]] = {}
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


def part_heights(
    place: PlacedPart, heights: Mapping[str, NDArray[np.float64]], assumptions: list[str]
) -> NDArray[np.float64]:
    """Heights of a part's edges: its own, else its eaves or ridge, else those of the wall next to each edge.

    ``heights`` are the counting heights of buildings by id; what is taken for granted is added to ``assumptions``.
    """
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
    assumptions.append(
        f"Für {place.part.role.label} {place.part.id} ist keine Höhe angegeben; gerechnet ist mit der Höhe der Wand "
        "dahinter."
    )
    return np.where(unknown, counting[nearest], own)
