"""Garages and outbuildings without the regular distance: which they are, and whether they keep their own limits.

NBauO § 5 (8): as high as 3 m, as long as 9 m along each boundary and 15 m on the site, projected onto the boundary.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from shapely.geometry.base import BaseGeometry

from gis.checks.accuracy import RULE as TOLERANCES
from gis.checks.accuracy import accuracy_of
from gis.checks.boundary import Boundary, boundary_of
from gis.checks.context import CheckContext
from gis.checks.living_rooms import Rooms, rooms_of
from gis.checks.minor_parts import minor_parts
from gis.checks.privileged_limits import BoundaryBuildings, heights, lengths, name_of
from gis.checks.stated_heights import height_bounds, height_conflict
from gis.checks.walls import Walls, measure, on_land
from gis.rules import Rule
from gis.siteplan import PlanFeature, Role, SitePlan
from gis.wording import metres

_ROLES = (Role.GARAGE, Role.ANCILLARY_BUILDING)

NO_LIVING_ROOMS = "Die Nebengebäude und Garagen an der Grenze haben keine Aufenthaltsräume und keine Feuerstätten."


def privileged_features(plan: SitePlan) -> tuple[PlanFeature, ...]:
    """Features of a plan that § 5 (8) is about: garages, outbuildings, and parking places with a roof (carports)."""
    return tuple(f for f in plan.features if f.role in _ROLES or (f.role is Role.PARKING and stands_up(f)))


def stands_up(feature: PlanFeature) -> bool:
    """Whether any height above ground is stated for a feature."""
    heights = (*np.atleast_1d(feature.wall_height_m or 0.0), feature.ridge_height_m, feature.eaves_height_m)
    return any(height is not None and height > 0 for height in heights)


def boundary_buildings_of(context: CheckContext) -> BoundaryBuildings:
    """Sort garages and outbuildings by their distance and judge those that are closer (once for all checks)."""
    there = bool(privileged_features(context.plan))
    rule = context.rule("boundary_buildings") if there else context.rules.rule("boundary_buildings")
    found: BoundaryBuildings | None = context.shared.get("boundary_buildings")
    if found is None:
        found = context.shared["boundary_buildings"] = _judge(context, rule)
    return found


def _judge(context: CheckContext, rule: Rule) -> BoundaryBuildings:
    features = privileged_features(context.plan)
    tolerance = accuracy_of(features, context.rules.rule(TOLERANCES)).length_m
    found = BoundaryBuildings(rule, tolerance)
    if not features:
        return found
    boundary = boundary_of(context)
    values = context.rules.rule("boundary_distance").values
    minimum = float(values["minimum_m"])
    bounds = {feature.id: height_bounds(context, feature) for feature in features}
    for feature in features:
        least = measure(context, feature, boundary, values, bounds[feature.id].least)
        most = measure(context, feature, boundary, values, bounds[feature.id].most)
        _sort(context, found, boundary, minimum, least, most)
    parts, worst = (
        minor_parts(context, boundary, known, values, tolerance, of=set(bounds))
        for known in ({n: b.least for n, b in bounds.items()}, {n: b.most for n, b in bounds.items()})
    )
    found.assumptions += parts.assumptions
    for host, measured in parts.by_host.items():
        for least, most in zip(measured, worst.by_host[host], strict=True):
            _sort(context, found, boundary, minimum, least, most)
    for walls in found.close:
        rooms = rooms_of(context, walls.feature, rule)
        if rooms is Rooms.SOME:
            found.lived_in.append(walls)
        elif rooms is Rooms.UNKNOWN:
            found.open_use.append(walls)
    if found.close:
        found.criteria = [*heights(found, rule), *lengths(found, context, boundary, minimum)]
    return found


def _sort(
    context: CheckContext, found: BoundaryBuildings, boundary: Boundary, minimum: float, least: Walls, most: Walls
) -> None:
    """Put one feature, measured with the heights that it has at least and at most, where it belongs."""
    feature = least.feature
    if feature.role in _ROLES and (conflict := height_conflict(context, feature)):
        found.conflicts[feature.id] = conflict
    if not _on_land_within(feature, boundary.land, found.tolerance):
        found.outside.append(feature)
    elif _short(least, minimum, found.tolerance):
        found.close.append(least)
    elif np.isnan(most.height).any():
        found.unknown.append(most)
    elif _short(most, minimum, found.tolerance):
        stated = not np.isnan(context.edges(feature)[1]).any()
        if stated and feature.ridge_height_m is not None:
            found.roofs.append(feature)
            found.regular.append(least)
        else:
            found.unknown.append(most)
    else:
        found.regular.append(least if not np.isnan(least.height).any() else most)


def _short(walls: Walls, minimum: float, tolerance: float) -> bool:
    """Whether a wall is closer than its distance; one of unknown height has to keep the least one for certain."""
    required = np.where(np.isnan(walls.full), minimum, walls.required)
    return bool((walls.distance - required).min() < -tolerance - 1e-9)


def _on_land_within(feature: PlanFeature, land: BaseGeometry, tolerance: float) -> bool:
    """Whether a feature lies on the land as exactly as its outline is known."""
    return on_land(feature, land) or on_land(feature, land.buffer(tolerance, join_style="mitre"))


def unknown_heights(unknown: Sequence[Walls], conflicts: dict[str, str]) -> list[str]:
    """German sentences on buildings of which unknown heights decide whether they keep the regular distance."""
    sentences = []
    for walls in unknown[:5]:
        feature = walls.feature
        if feature.id in conflicts:
            sentences.append(conflicts[feature.id])
            continue
        distance = metres(float(walls.distance.min()))
        text = f"Für {name_of(walls)} fehlt die Höhe der Außenwände"
        if np.isnan(walls.full).any():
            text += f"; ob {distance} Abstand zur Grenze genügen, ist nicht bekannt"
        else:
            text += (
                f"; ungünstigstenfalls sind {metres(float(walls.required.max()))} Abstand zur Grenze erforderlich, "
                f"vorhanden sind {distance}"
            )
        sentences.append(f"{text}. Bitte geben Sie die Höhe jeder Außenwand an.")
    return sentences
