"""Garages and outbuildings without the regular distance: which they are, and whether they keep their own limits.

NBauO § 5 (8): as high as 3 m, as long as 9 m along each boundary and 15 m on the site, projected onto the boundary.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis.checks.accuracy import RULE as TOLERANCES
from gis.checks.accuracy import accuracy_of
from gis.checks.boundary import Boundary, boundary_of
from gis.checks.context import CheckContext
from gis.checks.land_use import use_of
from gis.checks.minor_parts import union_length
from gis.checks.result import Verdict
from gis.checks.roofs import highest_possible
from gis.checks.walls import Walls, measure, on_land
from gis.rules import Rule
from gis.siteplan import PlanFeature, Role

ROLES = (Role.GARAGE, Role.ANCILLARY_BUILDING)
#: Vertices that a boundary can do without are none of its corners.
_STRAIGHT_M = 0.005
#: What lies in the distance by less than this is rounding.
_NEAR_M2 = 1e-6

NO_LIVING_ROOMS = "Die Nebengebäude und Garagen an der Grenze haben keine Aufenthaltsräume und keine Feuerstätten."


@dataclass(frozen=True)
class Criterion:
    """One limit: ``kind`` is "height", "boundary" or "site"; ``value`` is NaN where it is unknown."""

    kind: str
    value: float
    limit: float
    features: tuple[str, ...]
    names: tuple[str, ...]
    lengths: tuple[float, ...] = ()
    line: BaseGeometry | None = None

    @property
    def usage(self) -> float:
        """Share of the limit that is used, for finding the governing one."""
        return -math.inf if math.isnan(self.value) else self.value / self.limit


@dataclass
class BoundaryBuildings:
    """Walls of the features that keep the regular distance and of those that are closer, judged by their limits.

    ``outside`` do not lie on the site, ``roofs`` keep the distance only if a roof that nobody described allows it,
    and ``lived_in`` are among the closer ones though people live in them.
    """

    rule: Rule
    tolerance: float
    regular: list[Walls] = field(default_factory=list)
    close: list[Walls] = field(default_factory=list)
    criteria: list[Criterion] = field(default_factory=list)
    outside: list[PlanFeature] = field(default_factory=list)
    roofs: list[PlanFeature] = field(default_factory=list)
    lived_in: list[Walls] = field(default_factory=list)

    @property
    def verdict(self) -> Verdict:
        """Verdict on the limits; not applicable where nothing is closer than the regular distance."""
        if not self.close:
            return Verdict.NOT_APPLICABLE
        if self.lived_in:
            return Verdict.FAILED
        margins = [criterion.limit - criterion.value for criterion in self.criteria]
        if any(margin < -self.tolerance - 1e-9 for margin in margins):
            return Verdict.FAILED
        if any(math.isnan(margin) for margin in margins):
            return Verdict.NOT_ASSESSABLE
        if any(margin <= self.tolerance + 1e-9 for margin in margins):
            return Verdict.BORDERLINE
        return Verdict.PASSED

    @property
    def governing(self) -> Criterion | None:
        """The limit that is used most."""
        return max(self.criteria, key=lambda criterion: criterion.usage, default=None)


def boundary_buildings_of(context: CheckContext) -> BoundaryBuildings:
    """Sort garages and outbuildings by their distance and judge those that are closer (once for all checks)."""
    rule = (
        context.rule("boundary_buildings") if context.plan.by_role(*ROLES) else context.rules.rule("boundary_buildings")
    )
    found: BoundaryBuildings | None = context.shared.get("boundary_buildings")
    if found is None:
        found = context.shared["boundary_buildings"] = _judge(context, rule)
    return found


def _judge(context: CheckContext, rule: Rule) -> BoundaryBuildings:
    features = context.plan.by_role(*ROLES)
    tolerance = accuracy_of(features, context.rules.rule(TOLERANCES)).length_m
    found = BoundaryBuildings(rule, tolerance)
    if not features:
        return found
    boundary = boundary_of(context)
    values = context.rules.rule("boundary_distance").values
    gables = context.rules.rule("gables").values
    uses = context.rules.rule("land_use").values["uses"] if "land_use" in context.rules.rules else {}
    minimum = float(values["minimum_m"])
    for feature in features:
        walls = measure(context, feature, boundary, values)
        margin = walls.distance - np.where(np.isnan(walls.full), minimum, walls.full)
        possible = highest_possible(context, feature, float(gables["ignored_width_m"]), float(values["factor"]))
        if not _on_land_within(feature, boundary.land, tolerance):
            found.outside.append(feature)
        elif margin.min() < -tolerance - 1e-9:
            found.close.append(walls)
            if feature.dwellings or (feature.use and use_of(feature.use, uses) == "residential"):
                found.lived_in.append(walls)
        else:
            found.regular.append(walls)
            if possible is not None:
                roof = measure(context, feature, boundary, values, possible)
                if roof.margin.min() < -tolerance - 1e-9:
                    found.roofs.append(feature)
    if found.close:
        found.criteria = [*_heights(found.close, rule), *_lengths(found.close, boundary, rule, minimum)]
    return found


def _on_land_within(feature: PlanFeature, land: BaseGeometry, tolerance: float) -> bool:
    """Whether a feature lies on the land as exactly as its outline is known."""
    return on_land(feature, land) or on_land(feature, land.buffer(tolerance, join_style="mitre"))


def _heights(close: Sequence[Walls], rule: Rule) -> list[Criterion]:
    """Height of each building: its highest wall, or its ridge where that is higher."""
    limit = float(rule.values["height_m"])
    criteria = []
    for walls in close:
        ridge = walls.feature.ridge_height_m
        known = [float(h) for h in walls.height] + ([ridge] if ridge is not None else [])
        # One unknown wall may be the highest, unless another is too high anyway.
        height = max((h for h in known if not math.isnan(h)), default=math.nan)
        if any(math.isnan(h) for h in known) and not height > limit:
            height = math.nan
        criteria.append(Criterion("height", height, limit, (walls.feature.id,), (_name(walls),)))
    return criteria


def _lengths(close: Sequence[Walls], boundary: Boundary, rule: Rule, minimum: float) -> list[Criterion]:
    """Length along each boundary, and along all of them."""
    per_boundary, per_site = float(rule.values["length_per_boundary_m"]), float(rule.values["length_per_site_m"])
    criteria = []
    for side in boundary_sides(boundary, float(rule.values["corner_deg"])):
        intervals: list[tuple[float, float]] = []
        there: list[Walls] = []
        for walls in close:
            reach = minimum if np.isnan(walls.full).any() else float(walls.full.max())
            own = _interval(walls.feature.geometry, side, reach)
            if own is not None:
                intervals.append(own)
                there.append(walls)
        if intervals:
            length = union_length(intervals)
            criteria.append(
                Criterion(
                    "boundary",
                    length,
                    per_boundary,
                    tuple(walls.feature.id for walls in there),
                    tuple(_name(walls) for walls in there),
                    tuple(b - a for a, b in intervals),
                    side,
                )
            )
    lengths = tuple(criterion.value for criterion in criteria)
    every = tuple(dict.fromkeys(name for criterion in criteria for name in criterion.features))
    names = tuple(dict.fromkeys(name for criterion in criteria for name in criterion.names))
    return [*criteria, Criterion("site", sum(lengths), per_site, every, names, lengths)]


def _name(walls: Walls) -> str:
    return f"{walls.feature.role.label} {walls.feature.id}"


def _interval(shape: BaseGeometry, side: BaseGeometry, reach: float) -> tuple[float, float] | None:
    """Projection onto a side of what lies closer to it than the regular distance."""
    near = shape.intersection(side.buffer(reach, cap_style="flat", join_style="mitre"))
    if near.area <= _NEAR_M2:
        return None
    corners = np.asarray(shapely.points(shapely.get_coordinates(near)), dtype=object)
    at = shapely.line_locate_point(np.array([side]), corners)
    return float(at.min()), float(at.max())


def boundary_sides(boundary: Boundary, corner_deg: float) -> list[BaseGeometry]:
    """Split the boundary into its sides: a new one begins where it turns by more than ``corner_deg`` degrees.

    Stretches along a street, which are measured to its middle, are sides of their own.
    """
    sides: list[BaseGeometry] = []
    plain = [stretch.line for stretch in boundary.stretches if not stretch.counted]
    counted = [stretch.line for stretch in boundary.stretches if stretch.counted]
    for lines in (plain, counted):
        if lines:
            merged = shapely.line_merge(
                shapely.multilinestrings([p for line in lines for p in shapely.get_parts(line)])
            )
            for part in shapely.get_parts(merged):
                sides += _split_at_corners(shapely.get_coordinates(part.simplify(_STRAIGHT_M)), corner_deg)
    return sides


def _split_at_corners(points: np.ndarray, corner_deg: float) -> list[BaseGeometry]:
    along = np.diff(points, axis=0)
    direction = np.arctan2(along[:, 1], along[:, 0])
    turn = np.abs((np.degrees(np.diff(direction)) + 180) % 360 - 180)
    corners = [int(at) + 1 for at in np.flatnonzero(turn > corner_deg)]
    closed = len(points) > 3 and np.array_equal(points[0], points[-1])
    if closed:
        last = abs((math.degrees(direction[0] - direction[-1]) + 180) % 360 - 180)
        if last <= corner_deg and corners:
            # The ring starts in the middle of a side: let it start at a corner.
            points = np.concatenate([points[corners[0] : -1], points[: corners[0] + 1]])
            return _split_at_corners(points, corner_deg)
    stops = [0, *corners, len(points) - 1]
    return [shapely.LineString(points[a : b + 1]) for a, b in pairwise(stops)]
