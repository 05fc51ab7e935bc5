"""The drawn proposals: each function draws one kind of project on a plot, or says that the plot does not fit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from demo.town.building import Building, side_line
from demo.town.cadastre import Plot
from demo.town.shapes import Frame, frame_of, largest, part_of
from demo.town.sites import DrawnFeature

Drawn = list[DrawnFeature] | None

ON_BOUNDARY_M = 0.005
"""A wall on a boundary is drawn half a centimetre inside: a slanting line is never met exactly by rounded corners."""


@dataclass(frozen=True)
class Lot:
    """A plot to build on: frame at its street front, its existing buildings, the plot beside it, and the streets."""

    plot: Plot
    frame: Frame
    buildings: tuple[Building, ...]
    neighbour: Plot | None
    flooded: bool
    streets: BaseGeometry

    @property
    def shape(self) -> Polygon:
        """The parcel."""
        return self.plot.geometry

    def clear(self, shape: Polygon, metres: float) -> bool:
        """Whether a shape lies in the plot, that far from every boundary."""
        return bool(self.shape.buffer(-metres, join_style="mitre").contains(shape))

    def at_street(self, side: LineString) -> bool:
        """Whether a side boundary runs along a street, whose half counts for the distance."""
        return bool(side.interpolate(0.5, normalized=True).distance(self.streets) < 1.0)


def house(shape: Polygon, wall: float | Sequence[float] | None = 6.2, storeys: int = 2, **more: Any) -> DrawnFeature:
    """Return a main building."""
    walls = {} if wall is None else {"wall_height_m": wall if isinstance(wall, float) else list(wall)}
    eaves = {} if not isinstance(wall, float) else {"eaves_height_m": wall, "ridge_height_m": round(wall + 2.9, 2)}
    attributes = {
        **walls, **eaves, "storeys": storeys, "dwellings": 1, "use": "Wohnhaus",
        "gross_floor_area_m2": round(shape.area * storeys, 1), **more,
    }  # fmt: skip
    return DrawnFeature(shape, "main_building", attributes)


def _other(shape: Polygon, role: str, **attributes: Any) -> DrawnFeature:
    return DrawnFeature(shape, role, attributes)


def _box(lot: Lot, width: float, depth: float, clear: float) -> tuple[float, float, Polygon] | None:
    """Return (u, v, rectangle) of the first place near the street where a house stands clear of all boundaries."""
    for v in (5.0, 6.0, 4.0, 7.5, 9.0, 10.5):
        for u in (0.0, -0.8, 0.8, -1.6, 1.6, -2.5, 2.5, -3.5, 3.5):
            shape = lot.frame.box(u - width / 2, v, u + width / 2, v + depth)
            if lot.clear(shape, clear):
                return u, v, shape
    return None


def _terrace(lot: Lot, u: float, v: float, width: float = 5.0, depth: float = 3.0) -> DrawnFeature:
    return _other(lot.frame.box(u - width / 2, v, u + width / 2, v + depth), "terrace")


def _drive(lot: Lot, u: float, v: float, width: float = 3.0) -> DrawnFeature:
    strip = lot.frame.box(u - width / 2, -3, u + width / 2, v)
    return _other(largest(strip.intersection(lot.shape.buffer(-0.02))), "driveway")


def single_house(lot: Lot) -> Drawn:
    """House with terrace and driveway, clear of all boundaries."""
    place = _box(lot, 10.5, 9.5, 3.3)
    if place is None or lot.shape.area < 560:
        return None
    u, v, shape = place
    return [house(shape), _terrace(lot, u + 1, v + 9.5), _drive(lot, u - 3.2, v)]


def gable_house(lot: Lot) -> Drawn:
    """House with low eaves and high gables: one wall height per edge."""
    place = _box(lot, 9.0, 11.0, 3.35)
    if place is None:
        return None
    u, v, shape = place
    return [house(shape, (7.9, 4.4, 7.9, 4.4), eaves_height_m=4.4, ridge_height_m=8.6), _terrace(lot, u, v + 11)]


def no_height(lot: Lot) -> Drawn:
    """A plan without any wall height."""
    place = _box(lot, 11.0, 9.0, 3.3)
    return None if place is None else [house(place[2], None)]


def with_basement(lot: Lot) -> Drawn:
    """House over a larger underground garage, which counts for the second ratio only."""
    place = _box(lot, 11.0, 9.5, 3.3)
    if place is None or lot.shape.area < 640:
        return None
    u, v, shape = place
    below = lot.frame.box(u - 6.4, v - 1, u + 6.4, v + 12.5)
    if not lot.clear(below, 0.5):
        return None
    return [house(shape, 6.4), _other(below, "underground")]


def beside(
    distance: float, wall: float, width: float = 9.5, depth: float = 10.5, start: float = 5.5
) -> Callable[[Lot], Drawn]:
    """Draw a house parallel to a side boundary at exactly that distance, and clear of all others."""

    def draw(lot: Lot) -> Drawn:
        for first in (True, False):
            side = side_line(lot.plot, first)
            if side is None or side.length < start + depth + 3.5 or lot.at_street(side):
                continue
            frame = frame_of(part_of(side, start, start + depth), lot.shape)
            shape = frame.box(-depth / 2, distance, depth / 2, distance + width)
            if distance <= 0:
                rest = largest(shape.intersection(lot.shape))
                free = lot.shape.boundary.difference(side.buffer(0.05))
                if rest.distance(free) > 3.2 and shape.difference(lot.shape).area < width * depth / 3:
                    return [house(shape, wall)]
                continue
            others = lot.shape.boundary.difference(side.buffer(0.05))
            good = (
                abs(shape.distance(lot.shape.boundary) - distance) < 0.0005
                and shape.distance(others) > wall * 0.4 + 0.7
            )
            if lot.shape.contains(shape) and good:
                return [house(shape, wall)]
        return None

    return draw


def garage_on_boundary(lot: Lot) -> Drawn:
    """House clear of the boundaries, garage on one."""
    for first in (True, False):
        side = side_line(lot.plot, first)
        if side is None or side.length < 18:
            continue
        frame = frame_of(part_of(side, 6.0, 13.0), lot.shape)
        garage = frame.box(-3.5, ON_BOUNDARY_M, 3.5, 3.0)
        for width in (9.5, 8.8, 8.2):
            place = _box(lot, width, 10.0, 3.2)
            if place and place[2].distance(garage) > 0.1 and garage.difference(lot.shape).area < 0.01:
                return [
                    house(place[2]),
                    _other(garage, "garage", wall_height_m=2.8, use="Garage"),
                    _terrace(lot, place[0], place[1] + 10, 4.0),
                ]
    return None


def coverage(target: float) -> Callable[[Lot], Drawn]:
    """Draw a house whose footprint is that share of the plot's official (rounded) area."""

    def draw(lot: Lot) -> Drawn:
        area = target * round(lot.shape.area)
        for width in (12.0, 13.0, 14.0, 15.0, 11.0, 16.0):
            place = _box(lot, width, area / width, 3.25)
            if place is not None:
                return [house(place[2], 6.0)]
        return None

    return draw


def paved_too_much(lot: Lot) -> Drawn:
    """House within the first ratio, but car parks and drives beyond the second."""
    for width, depth in ((14.0, 12.0), (13.0, 12.0), (12.0, 11.0), (11.0, 10.0)):
        place = _box(lot, width, depth, 3.25)
        if place is None:
            continue
        u, v, shape = place
        half = width / 2 + 2.5
        yard = lot.frame.box(u - half, v + depth + 0.5, u + half, v + depth + 10)
        drive = largest(lot.frame.box(u - half - 1, -3, u + half + 1, v - 0.5).intersection(lot.shape.buffer(-0.05)))
        paved = (shape.area + yard.area + drive.area) / lot.shape.area
        if shape.area / lot.shape.area < 0.29 and paved > 0.465 and lot.clear(yard, 0.2):
            return [house(shape, 6.1, dwellings=2), _other(yard, "parking"), _other(drive, "driveway")]
    return None


def over_two_parcels(lot: Lot) -> Drawn:
    """A wide house across the common boundary of two plots."""
    if lot.neighbour is None or lot.plot.front is None or lot.neighbour.front is None:
        return None
    both = shapely.coverage_union_all([lot.shape, lot.neighbour.geometry])
    front = shapely.line_merge(shapely.union_all([lot.plot.front, lot.neighbour.front], grid_size=0.001))
    if front.geom_type != "LineString" or not isinstance(both, Polygon):
        return None
    frame = frame_of(front, both)
    for v in (5.0, 6.0, 7.0):
        shape = frame.box(-8.5, v, 8.5, v + 10)
        if both.buffer(-3.6, join_style="mitre").contains(shape):
            return [house(shape, 6.6, dwellings=2)]
    return None


def semi_detached(lot: Lot) -> Drawn:
    """One half of a semi-detached house: its party wall stands on the boundary."""
    for first in (True, False):
        side = side_line(lot.plot, first)
        if side is None or side.length < 20:
            continue
        frame = frame_of(part_of(side, 5.5, 16.5), lot.shape)
        shape = frame.box(-5.5, ON_BOUNDARY_M, 5.5, 6.6)
        others = lot.shape.boundary.difference(side.buffer(0.05))
        if shape.difference(lot.shape).area < 0.001 and shape.distance(others) > 3.4:
            return [house(shape, 6.4, use="Doppelhaushälfte")]
    return None


def hall(distance: float, street: float, wall: float) -> Callable[[Lot], Drawn]:
    """Draw a hall at these distances from a side boundary and (at least) from the street."""

    def draw(lot: Lot) -> Drawn:
        for first in (True, False):
            side = side_line(lot.plot, first)
            if side is None or side.length < 40:
                continue
            frame = frame_of(part_of(side, 0, side.length), lot.shape)
            for width, depth in ((26.0, 34.0), (22.0, 28.0), (18.0, 24.0)):
                shape = frame.box(-depth / 2, distance, depth / 2, distance + width)
                others = lot.shape.boundary.difference(side.buffer(0.05))
                if lot.shape.contains(shape) and shape.distance(others) > street:
                    attributes = {"use": "Lagerhalle", "dwellings": 0, "ridge_height_m": wall}  # a flat roof
                    u, v = lot.frame.measure(shape.centroid.x, shape.centroid.y)
                    yard = _drive(lot, u, v, 7.0).geometry.difference(shape)
                    return [house(shape, wall, 1, **attributes), _other(largest(yard), "driveway")]
        return None

    return draw


def hall_at_street(lot: Lot) -> Drawn:
    """A high-bay store 3.50 m from the street: too close also with half of the street, by the full factor."""
    for width, depth in ((26.0, 30.0), (20.0, 24.0), (16.0, 18.0)):
        for v in (3.5, 3.6, 3.7, 3.8):
            shape = lot.frame.box(-width / 2, v, width / 2, v + depth)
            others = lot.shape.boundary.difference(lot.streets.buffer(0.1))
            if lot.clear(shape, 3.3) and not lot.clear(shape, 4.0) and shape.distance(others) > 5.5:
                return [house(shape, 24.0, 1, use="Hochregallager", dwellings=0)]
    return None


def extension(lot: Lot) -> Drawn:
    """An extension towards the garden of an existing house."""
    old = next((b for b in lot.buildings if b.main), None)
    if old is None or len(lot.buildings) != 1:
        return None
    for u in (0.0, -2.0, 2.0):
        strip = lot.frame.box(u - 3.0, 4, u + 3.0, 24)
        behind = [p for p in shapely.get_parts(strip.difference(old.geometry.buffer(0.0))) if p.area > 25]
        far = max(behind, key=lot.plot.front.distance, default=None) if lot.plot.front else None
        if far is None or far.distance(old.geometry) > 0.001:
            continue
        shape = largest(far.intersection(old.geometry.buffer(5.0, join_style="mitre")))
        if lot.clear(shape, 3.2) and shape.area > 24 and (shape.area + old.geometry.area) / lot.shape.area < 0.27:
            return [house(shape, 3.6, 1), _other(old.geometry, "existing_building", wall_height_m=6.0, storeys=2)]
    return None


def replacement(lot: Lot) -> Drawn:
    """A new house in place of an old one that is pulled down."""
    place = _box(lot, 11.0, 10.0, 3.3)
    old = [b for b in lot.buildings if b.main]
    if place is None or len(lot.buildings) != 1 or not 0.12 < place[2].area / lot.shape.area < 0.24:
        return None
    return [house(place[2], 6.5), _other(old[0].geometry, "to_be_demolished", use="Wohnhaus")]


def infill(lot: Lot) -> Drawn:
    """A house that closes a gap in the old town, from boundary to boundary, on the street line."""
    if lot.plot.front is None:
        return None
    strip = lot.plot.front.buffer(10, cap_style="square", join_style="mitre")
    shape = largest(strip.intersection(lot.shape.buffer(-ON_BOUNDARY_M, join_style="mitre")))
    if lot.shape.area < 120 or not 0.3 < shape.area / lot.shape.area < 0.79:
        return None
    return [house(shape, 8.8, 3, use="Wohn- und Geschäftshaus", dwellings=3)]


def barn(lot: Lot) -> Drawn:
    """A machine hall of a farm."""
    place = _box(lot, 14.0, 18.0, 3.5)
    return None if place is None else [house(place[2], 6.0, 1, use="Maschinenhalle", dwellings=0)]
