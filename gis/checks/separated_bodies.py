"""What keeps a distance between buildings: the buildings themselves, their parts, and raised terraces (NBauO § 7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gis.checks.context import CheckContext
from gis.checks.living_rooms import Rooms, rooms_of
from gis.checks.minor_parts import Allowance, part_heights, place_parts
from gis.checks.raised_terraces import raised_terraces
from gis.checks.result import Step
from gis.checks.roofs import HIP, NO_RIDGE, RoofHeights, all_walls_stated, highest_possible
from gis.checks.stated_heights import height_bounds, height_conflict
from gis.siteplan import PlanFeature, Role
from gis.wording import metres

#: A terrace belongs to a building that is at most this far away.
_REACH_M = 0.5


@dataclass(frozen=True)
class Body:
    """Something with outer walls. ``least`` and ``most``: heights of its edges, shape (n,) in metres, NaN: unknown.

    ``host`` is the place of the building that it belongs to; its own one for buildings and what stands alone.
    ``allowance`` says by how much it may be short of a full distance.
    """

    feature: PlanFeature
    host: int
    least: NDArray[np.float64]
    most: NDArray[np.float64]
    allowance: Allowance | None = None
    #: Whether ``allowance`` hangs on a share of the wall's width that is met almost exactly.
    doubtful: bool = False

    @property
    def name(self) -> str:
        """German name."""
        return f"{self.feature.role.label} {self.feature.id}"


@dataclass
class Bodies:
    """All bodies of a plan, the first ``buildings`` of which are buildings.

    ``conflicts``: German sentences on stated heights that cannot be true, by the id of the building. ``rooms``: what
    the plan says about rooms for people in garages and outbuildings, by their id.
    """

    bodies: list[Body] = field(default_factory=list)
    buildings: int = 0
    assumptions: list[str] = field(default_factory=list)
    #: What is taken for granted of roofs: matters only where distances are judged.
    roofs: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    conflicts: dict[str, str] = field(default_factory=dict)
    rooms: dict[str, Rooms] = field(default_factory=dict)

    @property
    def in_doubt(self) -> bool:
        """Whether heights, uses or shares leave open what is to be kept."""
        open_use = any(rooms is Rooms.UNKNOWN for rooms in self.rooms.values())
        return open_use or any(
            body.doubtful or not np.array_equal(body.least, body.most, equal_nan=True) for body in self.bodies
        )


def bodies_of(context: CheckContext, buildings: Sequence[PlanFeature], tolerance: float) -> Bodies:
    """Collect what keeps a distance: roofs are reckoned as for the distance from boundaries, gables in part."""
    found = Bodies(buildings=len(buildings))
    bounds = {feature.id: _bounds(context, feature, found) for feature in buildings}
    for at, feature in enumerate(buildings):
        found.bodies.append(Body(feature, at, bounds[feature.id].least, bounds[feature.id].most))
        if feature.role in (Role.GARAGE, Role.ANCILLARY_BUILDING):
            found.rooms[feature.id] = rooms_of(context, feature, context.rules.rule("boundary_buildings"))
    places = {feature.id: at for at, feature in enumerate(buildings)}
    least, most = ({name: getattr(each, side) for name, each in bounds.items()} for side in ("least", "most"))
    placing = place_parts(context, tolerance)
    found.steps += placing.steps
    for place in placing.placed:
        host = places.get(place.host_id, len(found.bodies))
        low, high = part_heights(place, least, found.assumptions), part_heights(place, most, [])
        doubtful = place.part.id in placing.doubtful
        found.bodies.append(Body(place.part, host, low, high, placing.allowance(place), doubtful))
    terraces = raised_terraces(context)
    found.assumptions += terraces.assumptions
    for terrace, level in terraces.found:
        near = [float(terrace.geometry.distance(feature.geometry)) for feature in buildings]
        host = int(np.argmin(near)) if near and min(near) <= _REACH_M else len(found.bodies)
        found.bodies.append(Body(terrace, host, level, level))
    if any(each.gables for each in bounds.values()) or found.in_doubt:
        context.rule("gables")
    return found


def _bounds(context: CheckContext, feature: PlanFeature, found: Bodies) -> RoofHeights:
    """Heights of a building; what is missing stays unknown at the worst, even below a stated ridge."""
    if conflict := height_conflict(context, feature):
        found.conflicts[feature.id] = conflict
    bounds = height_bounds(context, feature)
    bounds.most[np.isnan(context.edges(feature)[1])] = np.nan
    if feature.wall_height_m is not None and feature.ridge_height_m is None and feature.role is Role.MAIN_BUILDING:
        found.roofs = list(dict.fromkeys([*found.roofs, NO_RIDGE]))
    if all_walls_stated(feature) and not bounds.gables and feature.ridge_height_m is not None:
        values = context.rules.rule("gables").values
        factor = float(context.rules.rule("boundary_distance").values["factor"])
        if highest_possible(context, feature, float(values["ignored_width_m"]), factor) is not None:
            found.roofs.append(HIP.format(feature.role.label, feature.id))
    return bounds


def doubt_about(body: Body, host: PlanFeature, found: Bodies) -> str:
    """German sentence on why a body may have to keep more than what is certain; "" where all is known."""
    name = f"{host.role.label} {host.id}"
    if host.id in found.conflicts:
        return found.conflicts[host.id]
    if found.rooms.get(host.id) is Rooms.UNKNOWN:
        return (
            f"Ob {name} („{host.use}“) Aufenthaltsräume hat, ist nicht bekannt; nur ohne sie dürfte das Gebäude näher "
            "an anderen stehen. Bitte geben Sie die Nutzung genauer an."
        )
    if body.doubtful:
        return (
            f"{body.name} nimmt mit den übrigen vortretenden Bauteilen fast genau den Teil der Wandbreite ein, bis zu "
            "dem solche Bauteile näher stehen dürfen."
        )
    if np.array_equal(body.least, body.most, equal_nan=True):
        return ""
    tops = [height for height in (host.ridge_height_m, host.eaves_height_m) if height is not None]
    high = f" mit einer größten Höhe von {metres(max(tops))}" if tops else ""
    return (
        f"Je nach Form des Dachs von {name}{high} zählen seine Wände höher, als es sicher ist. Bitte geben Sie die "
        "Höhe jeder Außenwand an, Giebel bis zum First."
    )
