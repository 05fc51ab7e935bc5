"""How buildings stand together: attached ones as one, the neighbours' boundaries that they touch, their length."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis.checks.context import CheckContext
from gis.checks.living_rooms import Rooms, rooms_of
from gis.checks.places import grown_to_touch
from gis.checks.streets import street_at
from gis.site_context import UnassessableError, parcel_ids
from gis.siteplan import PlanFeature, Role
from gis.undrawn import undrawn_buildings
from gis.wording import listed

#: Neighbouring buildings are looked for this far around, in metres.
_AROUND_M = 60.0
#: Shared boundaries shorter than this are a corner point, in metres.
_SHARED_M = 0.5
#: Buildings of the register that lie on the site by more than this share are no neighbours'.
_OWN_SHARE = 0.5


@dataclass(frozen=True)
class Group:
    """Main buildings of the plan that are attached to each other, with what they touch.

    ``neighbours``: ids of parcels (no streets) whose boundary they touch; ``lateral_m``: distance to the nearest
    boundary of a parcel that they do not touch, infinite where there is none; ``attached``: buildings on other parcels
    that are built against them, None where no layer of buildings is known. ``at_boundary``: whether they touch any
    boundary of the site, streets included. ``existing`` are the site's own buildings that they are built onto,
    ``undrawn`` those of them that only the register knows.
    """

    features: tuple[PlanFeature, ...]
    outline: BaseGeometry
    neighbours: tuple[str, ...]
    lateral_m: float
    attached: tuple[BaseGeometry, ...] | None
    at_boundary: bool = False
    existing: tuple[PlanFeature, ...] = ()
    undrawn: tuple[BaseGeometry, ...] = ()

    @property
    def names(self) -> str:
        """German names of all that is drawn of it."""
        return listed([f"{feature.role.label} {feature.id}" for feature in (*self.features, *self.existing)[:4]])

    @property
    def body(self) -> BaseGeometry:
        """The buildings with those of the site that they are built onto."""
        return shapely.union_all([self.outline, *(feature.geometry for feature in self.existing)])

    @property
    def units(self) -> int:
        """Houses that stand together, as far as known."""
        return len(self.features) + len(self.attached or ())

    @property
    def length_m(self) -> float:
        """Longer side of the rectangle around the site's own drawn buildings, in metres."""
        return _length(self.body)

    @property
    def whole_length_m(self) -> float:
        """The same with those that the plan leaves out and the attached buildings of the neighbours."""
        return _length(shapely.union_all([self.body, *self.undrawn, *(self.attached or ())]))


def groups(context: CheckContext, touching_m: float) -> tuple[Group, ...]:
    """Main buildings of the plan by attachment; what is within ``touching_m`` (metres) touches (found once)."""
    known: dict[float, tuple[Group, ...]] = context.shared.setdefault("groups", {})
    if touching_m not in known:
        known[touching_m] = _groups(context, touching_m)
    streets = "traffic_areas" if context.has_layer("traffic_areas") else "land_use"
    context.note_reading("parcels", "buildings", streets)
    return known[touching_m]


def _groups(context: CheckContext, touching_m: float) -> tuple[Group, ...]:
    main = context.plan.by_role(Role.MAIN_BUILDING)
    shapes = np.array([feature.geometry for feature in main], dtype=object)
    grown = shapely.union_all(grown_to_touch(shapes, touching_m))
    sides = _neighbour_sides(context, touching_m)
    others = _other_buildings(context)
    existing = _existing_houses(context)
    undrawn = undrawn_buildings(context)
    result = []
    inside = shapely.STRtree(np.asarray(shapely.point_on_surface(shapes), dtype=object))
    for part in shapely.get_parts(grown):
        members = tuple(main[at] for at in sorted(inside.query(part, predicate="covers")))
        if not members:
            continue
        outline = shapely.union_all([feature.geometry for feature in members])
        distances = {name: float(shapely.distance(outline, side)) for name, side in sides.items()}
        touched = tuple(name for name, distance in distances.items() if distance <= touching_m)
        lateral = min((distance for distance in distances.values() if distance > touching_m), default=math.inf)
        onto = _attached(outline, [feature.geometry for feature in existing], touching_m)
        own = tuple(feature for feature in existing if any(feature.geometry is shape for shape in onto))
        body = shapely.union_all([outline, *onto])
        missing = () if undrawn is None else _attached(body, list(undrawn), touching_m)
        attached = None if others is None else _attached(body, others, touching_m)
        edge = bool(shapely.dwithin(outline, context.site.geometry.boundary, touching_m))
        result.append(Group(members, outline, touched, lateral, attached, edge, own, missing))
    return tuple(result)


def _existing_houses(context: CheckContext) -> list[PlanFeature]:
    """Existing buildings of the plan other than garages and sheds."""
    rule = context.rules.rules.get("boundary_buildings")
    drawn = context.plan.by_role(Role.EXISTING_BUILDING)
    return [feature for feature in drawn if rule is None or rooms_of(context, feature, rule) is not Rooms.NONE]


def _neighbour_sides(context: CheckContext, touching_m: float) -> dict[str, BaseGeometry]:
    """Boundary shared with each neighbouring parcel that is no public street."""
    site = context.site
    window = context.window("parcels", site.geometry.bounds)
    street = street_at(context, site.geometry, touching_m)
    names = parcel_ids(window)
    others = np.array([name not in site.parcel_ids for name in names], dtype=bool)
    rows = np.flatnonzero(others & shapely.dwithin(window.geometry, site.geometry, touching_m))
    shapes = window.geometry[rows]
    if street is not None:
        off_street = shapely.area(shapely.intersection(shapes, street.area)) <= shapely.area(shapes) / 2
        rows, shapes = rows[off_street], shapes[off_street]
    shared = shapely.intersection(shapely.boundary(shapes), site.geometry.boundary.buffer(touching_m))
    return {names[row]: side for row, side in zip(rows, shared, strict=True) if side.length > _SHARED_M}


def _other_buildings(context: CheckContext) -> list[BaseGeometry] | None:
    """Buildings of the register around the plan that do not stand on the site."""
    if not context.has_layer("buildings"):
        return None
    xmin, ymin, xmax, ymax = context.plan.bounds
    try:
        window = context.window("buildings", (xmin - _AROUND_M, ymin - _AROUND_M, xmax + _AROUND_M, ymax + _AROUND_M))
    except UnassessableError:
        return None
    site = context.site.geometry
    share = shapely.area(shapely.intersection(window.geometry, site)) / np.maximum(shapely.area(window.geometry), 1e-9)
    return list(window.geometry[share <= _OWN_SHARE])


def _attached(outline: BaseGeometry, others: list[BaseGeometry], touching_m: float) -> tuple[BaseGeometry, ...]:
    """Buildings attached to the outline, and those attached to them in turn."""
    rest, found, reach = list(others), list[BaseGeometry](), [outline]
    while reach and rest:
        here = reach.pop()
        candidates = np.array(rest, dtype=object)
        touching = np.asarray(shapely.dwithin(candidates, here, touching_m), dtype=bool)
        if touching.any():
            # A common corner does not attach: the walls must stand against each other.
            common = shapely.area(shapely.intersection(candidates[touching], here.buffer(touching_m)))
            touching[touching] = common > _SHARED_M * touching_m
        near = [other for other, touches in zip(rest, touching.tolist(), strict=True) if touches]
        rest = [other for other, touches in zip(rest, touching.tolist(), strict=True) if not touches]
        found += near
        reach += near
    return tuple(found)


def _length(shape: BaseGeometry) -> float:
    # Near the origin: with coordinates in millions of metres the envelope is off by up to a millimetre.
    points = shapely.get_coordinates(shape)
    corners = shapely.get_coordinates(shapely.oriented_envelope(shapely.MultiPoint(points - points[0])))
    return float(np.hypot(*np.diff(corners[:3], axis=0).T).max())
