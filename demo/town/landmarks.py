"""Buildings other than houses: works, farms, church, school, town hall, and what stands in yards and gardens."""

from __future__ import annotations

import random
from itertools import pairwise

import shapely
from shapely.geometry import LineString, Polygon

from demo.town.building import (
    BARN,
    CHAPEL,
    CHURCH,
    GARAGE,
    HOUSE,
    OFFICE,
    SCHOOL,
    SPORTS_HALL,
    STABLE,
    STORE,
    SUMMER_HOUSE,
    TOWN_HALL,
    WORKSHOP,
    Building,
    first_fit,
    lies_inside,
    street_frame,
    width_of,
)
from demo.town.cadastre import Plot
from demo.town.houses import detached
from demo.town.shapes import Frame, Point2, frame_of, largest


def town_hall(plot: Plot, rng: random.Random) -> list[Building]:
    """The town hall on the market square, with a risalit and a wing."""
    del rng
    pieces = shapely.get_coordinates(plot.front)
    longest = max(pairwise(pieces), key=lambda ab: float(((ab[1] - ab[0]) ** 2).sum()))
    front = LineString(longest)
    frame, w = frame_of(front, plot.geometry), front.length
    a, b = -w / 2 + 2, w / 2 - 2
    outline = [(a, 1), (-3, 1), (-3, -0.2), (3, -0.2), (3, 1), (b, 1), (b, 20), (b - 9, 20), (b - 9, 12), (a, 12)]
    shape = frame.shape(outline).intersection(plot.geometry)
    return [Building(largest(shape), TOWN_HALL, 15.5, 3, plot, name="Rathaus")]


def works(plot: Plot, rng: random.Random) -> list[Building]:
    """A hall with an office in front, and often a second hall behind."""
    frame, w = street_frame(plot).turned(rng.uniform(-2, 2)), width_of(plot)
    free = plot.geometry.buffer(-5, join_style="mitre")
    deep, setback = plot.geometry.area / max(w, 1.0), rng.uniform(10, 15)
    hw, hd = w * rng.uniform(0.45, 0.72), min(rng.uniform(20, 42), deep - setback - 6)
    gap = hw * rng.uniform(0.3, 0.5)
    forms: list[list[Point2]] = [
        [(-hw / 2, 0), (hw / 2, 0), (hw / 2, hd), (-hw / 2, hd)],
        [(-hw / 2, 0), (hw / 2, 0), (hw / 2, hd * 0.6), (hw / 2 - gap, hd * 0.6), (hw / 2 - gap, hd), (-hw / 2, hd)],
    ]
    hall = first_fit(frame, rng.choice(forms), free, setback)
    if hall is None:
        hall = first_fit(frame, [(-8, 0), (8, 0), (8, 14), (-8, 14)], free, 7)
    if hall is None:
        return []
    found = [Building(hall, rng.choice([STORE, WORKSHOP]), round(rng.uniform(7, 11.5), 1), 1, plot)]
    ow = rng.uniform(9, 16)
    office = largest(frame.box(-hw / 2 + 1, 5.5, -hw / 2 + 1 + ow, setback + 4).difference(hall).intersection(free))
    if _square(office) and 45 < office.area < 300:
        found.append(Building(office, OFFICE, 7.2, 2, plot, main=False))
    for v in (setback + hd + 9, setback + hd + 22):
        rear = frame.box(-hw * 0.35, v, hw * rng.uniform(0.1, 0.4), v + rng.uniform(9, 15))
        if rng.random() < 0.6 and lies_inside(rear, free) and all(rear.distance(b.geometry) > 5 for b in found):
            found.append(Building(rear, STORE, 6.0, 1, plot, main=False))
    return found


def _square(shape: Polygon) -> bool:
    return bool(shape.area > 0.9 * shapely.minimum_rotated_rectangle(shape).area)


def farm(plot: Plot, rng: random.Random) -> list[Building]:
    """A farmstead on three sides of a yard: house by the street, barn across the back, stable on one side."""
    frame, w = street_frame(plot).turned(rng.uniform(-4, 4)), width_of(plot)
    free = plot.geometry.buffer(-1.2, join_style="mitre")
    hand = -1 if rng.random() < 0.5 else 1
    house = frame.shape([(hand * u, v) for u, v in [(2, 4), (11, 4), (11, 18), (2, 18)]])
    house = house if lies_inside(house, plot.geometry.buffer(-3)) else frame.box(-4.5, 4, 4.5, 15)
    if not lies_inside(house, plot.geometry):
        return detached(plot, rng)
    found = [Building(house, HOUSE, round(rng.uniform(8, 10), 1), 2, plot)]
    stable = frame.shape([(-hand * u, v) for u, v in [(5, 8), (12, 8), (12, 28), (5, 28)]])
    barn = frame.box(-w / 2 + 5, 32, w / 2 - 5, 44)
    for shape, function, height in ((stable, STABLE, 6.5), (barn, BARN, 9.0)):
        cut = largest(shape.intersection(free))
        if cut.area > 90 and _square(cut) and all(cut.distance(b.geometry) > 2.5 for b in found):
            found.append(Building(cut, function, height, 1, plot, main=False))
    return found


def church(plot: Plot, rng: random.Random) -> list[Building]:
    """Nave with choir and tower, set east to west whatever the streets do."""
    del rng
    centre = shapely.maximum_inscribed_circle(plot.geometry, 1.0)
    x, y = centre.coords[0]
    size = min(1.0, centre.length / 21.0)
    frame = Frame((x, y), (0.995, 0.0998), (-0.0998, 0.995))
    nave = [(-13, -6), (10, -6), (10, -4.5), (15, -4.5), (18, -2), (18, 2), (15, 4.5), (10, 4.5), (10, 6), (-13, 6)]
    tower = [(-20, -4), (-13, -4), (-13, 4), (-20, 4)]
    name = "St.-Marien-Kirche" if plot.town == "musterstadt" else "Dorfkirche"
    return [
        Building(frame.shape([(u * size, v * size) for u, v in shape]), CHURCH, height, 1, plot, main, name)
        for shape, height, main in ((nave, 17.0, True), (tower, 38.0 if size == 1.0 else 24.0, False))
    ]


def school(plot: Plot, rng: random.Random) -> list[Building]:
    """A school in three wings, with a sports hall."""
    del rng
    centre = shapely.maximum_inscribed_circle(plot.geometry, 1.0)
    x, y = centre.coords[0]
    frame = Frame((x, y), (0.978, 0.208), (-0.208, 0.978))
    main = [(-34, 8), (20, 8), (20, -20), (32, -20), (32, 21), (-22, 21), (-22, 30), (-34, 30)]
    shape = frame.shape(main)
    found = [Building(largest(shape.intersection(plot.geometry.buffer(-4))), SCHOOL, 11.0, 3, plot, name="Grundschule")]
    hall = frame.box(-30, -28, -4, -12)
    if lies_inside(hall, plot.geometry.buffer(-2)):
        found.append(Building(hall, SPORTS_HALL, 8.5, 1, plot, main=False, name="Sporthalle"))
    return found


def chapel(plot: Plot, rng: random.Random) -> list[Building]:
    """The chapel of the cemetery."""
    del rng
    centre = plot.geometry.centroid
    frame = Frame((centre.x, centre.y), (0.99, 0.141), (-0.141, 0.99))
    return [Building(frame.box(-8, -4.5, 8, 4.5), CHAPEL, 9.0, 1, plot, name="Friedhofskapelle")]


def yard_garage(plot: Plot, rng: random.Random) -> list[Building]:
    """Garages and stores in the yards of the old town."""
    free = plot.geometry.buffer(-0.8)
    x0, y0, x1, y1 = plot.geometry.bounds
    for _ in range(12):
        angle = rng.uniform(0, 180)
        frame = Frame((rng.uniform(x0, x1), rng.uniform(y0, y1)), (1, 0), (0, 1)).turned(angle)
        shape = frame.box(0, 0, rng.uniform(6, 11), rng.uniform(5, 6))
        if lies_inside(shape, free):
            return [Building(shape, GARAGE, 2.8, 1, plot, main=False)]
    return []


def arbours(plot: Plot, rng: random.Random) -> list[Building]:
    """Summer houses of an allotment garden."""
    free, found = plot.geometry.buffer(-2), list[Building]()
    x0, y0, x1, y1 = plot.geometry.bounds
    for _ in range(round(plot.geometry.area / 160)):
        frame = Frame((rng.uniform(x0, x1), rng.uniform(y0, y1)), (0.98, 0.199), (-0.199, 0.98)).turned(
            rng.uniform(-9, 9)
        )
        shape = frame.box(0, 0, rng.uniform(3, 4.5), rng.uniform(3.5, 5))
        if lies_inside(shape, free) and all(shape.distance(b.geometry) > 7 for b in found):
            found.append(Building(shape, SUMMER_HOUSE, 2.6, 1, plot, main=False))
    return found
