"""Houses: detached, semi-detached, in rows, in the old town; with garages and sheds."""

from __future__ import annotations

import random

import shapely
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from demo.town.building import (
    GARAGE,
    HOUSE,
    HOUSE_AND_SHOP,
    SHED,
    SUMMER_HOUSE,
    WORKSHOP,
    Building,
    first_fit,
    lies_inside,
    side_line,
    street_frame,
    width_of,
)
from demo.town.cadastre import Plot
from demo.town.shapes import Point2, frame_of, largest, part_of

SHOP_STREETS = frozenset({"Lange Straße", "Marktstraße", "Brückenstraße", "Marktplatz"})


def _house_forms(w: float, d: float, rng: random.Random) -> list[Point2]:
    """Return the outline of a house in a frame centred on the front's middle, from v = 0."""
    a, b = -w / 2, w / 2
    form = rng.random()
    if form < 0.5:
        return [(a, 0), (b, 0), (b, d), (a, d)]
    if form < 0.72:  # a wing towards the garden
        c = a + w * rng.uniform(0.4, 0.6)
        return [(a, 0), (b, 0), (b, d * 0.72), (c, d * 0.72), (c, d), (a, d)]
    if form < 0.86:  # a bay on the street side
        c, e = -w * 0.18, w * 0.2
        return [(a, 1.2), (c, 1.2), (c, 0), (e, 0), (e, 1.2), (b, 1.2), (b, d), (a, d)]
    c = b - w * rng.uniform(0.3, 0.45)
    return [(a, 0), (c, 0), (c, 1.8), (b, 1.8), (b, d), (a, d)]


def detached(plot: Plot, rng: random.Random) -> list[Building]:
    """A house clear of all boundaries, most with a garage on one of them."""
    frame = street_frame(plot).turned(rng.uniform(-1.5, 1.5))
    villa = plot.style == "villa"
    garage = _garage(plot, rng) if rng.random() < (0.8 if plot.style != "new" else 0.7) else None
    clear = 3.05
    free: BaseGeometry = plot.geometry.buffer(-clear, join_style="mitre")
    if garage is not None:
        free = free.difference(garage.geometry.buffer(0.4 if rng.random() < 0.5 else 0.0, join_style="mitre"))
    setback = rng.uniform(5, 10) if villa else rng.choice([3.5, 4.0, 5.0, 5.0, 5.5, 6.0, 7.0])
    w, d = (rng.uniform(12, 17), rng.uniform(10, 14)) if villa else (rng.uniform(8.5, 12.5), rng.uniform(8.5, 11.5))
    if rng.random() < 0.35:
        w, d = d, w
    outline = _house_forms(w, d, rng)
    house = first_fit(frame, outline, free, setback)
    if house is None:
        return []
    storeys = 2 if villa or rng.random() < 0.4 else 1
    parts = [Building(house, HOUSE, round(rng.uniform(5.8, 7.4) + storeys * 1.2, 1), storeys, plot)]
    if garage is not None and garage.geometry.intersection(house).area < 0.01:
        parts.append(garage)
    return parts + _shed(plot, rng, [p.geometry for p in parts], 0.35)


def _garage(plot: Plot, rng: random.Random) -> Building | None:
    """Return a garage on a side boundary, square to that boundary (§ 5 Abs. 8 NBauO allows it there)."""
    side = side_line(plot, rng.random() < 0.5)
    if side is None or side.length < 14 or width_of(plot) < 13:
        return None
    double = rng.random() < 0.15 and width_of(plot) > 20
    width, length = (5.9 if double else rng.choice([3.0, 3.1, 3.5])), rng.choice([6.0, 6.5, 7.0, 8.5])
    start = rng.choice([5.5, 6.0, 7.0, 9.0])
    frame = frame_of(part_of(side, start, min(start + length, side.length)), plot.geometry)
    gap = 0.0 if rng.random() < 0.75 else 0.5
    shape = largest(frame.box(-length / 2, gap - 0.3, length / 2, gap + width).intersection(plot.geometry))
    if shape.area < width * length * 0.93:
        return None
    return Building(shape, GARAGE, round(rng.uniform(2.5, 3.0), 1), 1, plot, main=False)


def _shed(plot: Plot, rng: random.Random, taken: list[BaseGeometry], chance: float) -> list[Building]:
    if rng.random() > chance:
        return []
    frame = street_frame(plot)
    free = plot.geometry.buffer(-0.6).difference(shapely.union_all(taken).buffer(4))
    half = width_of(plot) / 2
    w, d = rng.uniform(2.2, 3.6), rng.uniform(2.4, 4.2)
    for _ in range(8):
        u, v = rng.uniform(-half, half), rng.uniform(16, 40)
        shape = frame.turned(rng.uniform(-8, 8)).box(u, v, u + w, v + d)
        if lies_inside(shape, free):
            return [Building(shape, SUMMER_HOUSE, round(rng.uniform(2.2, 2.9), 1), 1, plot, main=False)]
    return []


def terrace(plots: list[Plot], rng: random.Random) -> list[Building]:
    """Row houses: one straight bar over the group, stepped once in a while, 3 m clear of its ends."""
    union = shapely.coverage_union_all([p.geometry for p in plots])
    free = union.buffer(-3.05, join_style="mitre")
    frame = street_frame(plots[len(plots) // 2])
    setback, depth, step = rng.uniform(4, 6.5), rng.uniform(10.5, 12), rng.choice([0.0, 0.0, 1.2])
    height, found = round(rng.uniform(8.5, 10), 1), []
    for k, plot in enumerate(plots):
        v = setback + (step if k % 2 else 0.0)
        house = largest(frame.box(-90, v, 90, v + depth).intersection(free).intersection(plot.geometry))
        if house.area > 30:
            found.append(Building(house, HOUSE, height, 2, plot))
            found += _shed(plot, rng, [house], 0.4)
    return found


def semi_detached(plots: list[Plot], rng: random.Random) -> list[Building]:
    """Semi-detached houses: one outline over the common boundary, cut by it."""
    union = shapely.coverage_union_all([p.geometry for p in plots])
    common = plots[0].geometry.intersection(plots[1].geometry)
    joined = shapely.union_all([p.front for p in plots if p.front is not None])
    front = shapely.line_merge(joined)
    if not isinstance(front, LineString) or common.is_empty:
        return [b for p in plots for b in detached(p, rng)]
    frame = frame_of(front, union)
    setback, depth, half = rng.uniform(4, 6), rng.uniform(10.5, 12.5), rng.uniform(6.2, 7.2)
    free = union.buffer(-3.05, join_style="mitre")
    bar = frame.box(-half, setback, half, setback + depth).intersection(free)
    height, found = round(rng.uniform(8, 9.5), 1), []
    for k, plot in enumerate(plots):
        house = largest(bar.intersection(plot.geometry))
        if house.area < 30:
            continue
        found.append(Building(house, HOUSE, height, 2, plot))
        garage = _garage_beside(plot, k == 0, rng)
        if garage is not None and garage.geometry.distance(house) > 0.1 and rng.random() < 0.7:
            found.append(garage)
    return found


def _garage_beside(plot: Plot, first: bool, rng: random.Random) -> Building | None:
    side = side_line(plot, first)
    if side is None or side.length < 16:
        return None
    start = rng.choice([6.0, 8.0, 10.0])
    frame = frame_of(part_of(side, start, start + 6.5), plot.geometry)
    shape = frame.box(-3.25, -0.3, 3.25, 2.75).intersection(plot.geometry)
    return Building(shape, GARAGE, 2.6, 1, plot, main=False) if isinstance(shape, Polygon) else None


def town_house(plot: Plot, rng: random.Random) -> list[Building]:
    """Old-town houses fill the street front from boundary to boundary; many have a wing in the yard."""
    if plot.front is None:
        return []
    depth = rng.uniform(8.5, 12.5)
    strip = plot.front.buffer(depth, cap_style="square", join_style="mitre")
    house = largest(strip.intersection(plot.geometry).buffer(-0.4, join_style="mitre").buffer(0.4, join_style="mitre"))
    house = largest(house.intersection(plot.geometry))
    if house.area < 22:
        return []
    shop = plot.street in SHOP_STREETS
    storeys = rng.choice([2, 2, 3] if not shop else [2, 3, 3])
    height = round(4.2 + storeys * 2.9 + rng.uniform(-0.6, 1.2), 1)
    found = [Building(house, HOUSE_AND_SHOP if shop else HOUSE, height, storeys, plot)]
    if rng.random() < 0.55:
        frame, half = street_frame(plot), width_of(plot) / 2
        left = -half - 1 if rng.random() < 0.5 else half - rng.uniform(3.2, 4.6)
        wing = frame.box(left, depth - 1.5, left + half, depth + rng.uniform(4, 9)).intersection(plot.geometry)
        wing = largest(wing.difference(house).buffer(-0.6, join_style="mitre").buffer(0.6, join_style="mitre"))
        if 9 < wing.area < 90 and lies_inside(wing, plot.geometry.difference(house.buffer(-0.01))):
            found.append(
                Building(largest(wing.difference(house)), SHED, round(rng.uniform(3, 6), 1), 1, plot, main=False)
            )
    return found


def mixed(plot: Plot, rng: random.Random) -> list[Building]:
    """A larger house at a main road, often with shops, workshops or stores behind."""
    frame = street_frame(plot)
    free = plot.geometry.buffer(-3.05, join_style="mitre")
    w, d = min(rng.uniform(10, 15), width_of(plot) - 6.3), rng.uniform(10, 13)
    house = first_fit(frame, _house_forms(max(w, 8), d, rng), free, rng.choice([3.2, 3.5, 4.5, 6]))
    if house is None:
        return detached(plot, rng)
    storeys = rng.choice([2, 2, 3])
    function = HOUSE_AND_SHOP if rng.random() < 0.4 else HOUSE
    found = [Building(house, function, round(3.6 + storeys * 2.9 + rng.uniform(0, 1), 1), storeys, plot)]
    if rng.random() < 0.6:
        back = frame.turned(rng.uniform(-2, 2))
        u, v = rng.uniform(-6, 0), rng.uniform(21, 26)
        shape = back.box(u, v, u + rng.uniform(6, 10), v + rng.uniform(5, 7))
        if lies_inside(shape, plot.geometry.buffer(-0.5)) and shape.distance(house) > 2:
            found.append(Building(shape, rng.choice([SHED, WORKSHOP, GARAGE]), 3.4, 1, plot, main=False))
    return found


def apartments(plot: Plot, rng: random.Random) -> list[Building]:
    """A long house with flats on three or four floors."""
    frame, w = street_frame(plot), width_of(plot)
    free = plot.geometry.buffer(-4, join_style="mitre")
    a, b, d = -(w - 9) / 2, (w - 9) / 2, 11.5
    outline: list[Point2] = [(a, 0), (0, 0), (0, 1.5), (b, 1.5), (b, 1.5 + d), (0, 1.5 + d), (0, d), (a, d)]
    house = first_fit(frame, outline, free, rng.uniform(5, 7))
    if house is None:
        return mixed(plot, rng)
    storeys = rng.choice([3, 3, 4])
    return [Building(house, HOUSE, round(2.4 + storeys * 2.9, 1), storeys, plot)]
