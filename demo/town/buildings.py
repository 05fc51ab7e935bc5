"""The buildings: house forms by style of the plot, set square to the street, with garages and sheds."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import shapely
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from demo.town.cadastre import Plot
from demo.town.shapes import Frame, Point2, frame_of, largest, part_of

# Building functions of the German cadastre (ALKIS, Gebäudefunktion).
HOUSE, HOUSE_AND_SHOP, OFFICE, WORKSHOP, STORE = "1010", "1120", "2020", "2112", "2143"
GARAGE, BARN, SHED, STABLE, SUMMER_HOUSE = "2463", "2721", "2723", "2724", "1313"
TOWN_HALL, SCHOOL, CHURCH, CHAPEL, SPORTS_HALL = "3012", "3021", "3041", "3043", "3211"

FUNCTION_NAMES = {
    HOUSE: "Wohnhaus",
    HOUSE_AND_SHOP: "Wohngebäude mit Handel und Dienstleistungen",
    OFFICE: "Bürogebäude",
    WORKSHOP: "Werkstatt",
    STORE: "Lagergebäude",
    GARAGE: "Garage",
    BARN: "Scheune",
    SHED: "Schuppen",
    STABLE: "Stall",
    SUMMER_HOUSE: "Gartenhaus",
    TOWN_HALL: "Rathaus",
    SCHOOL: "Schule",
    CHURCH: "Kirche",
    CHAPEL: "Kapelle",
    SPORTS_HALL: "Sporthalle",
}

VACANCY = {
    "new": 0.52,
    "oldtown": 0.03,
    "ge": 0.15,
    "villa": 0.06,
    "detached": 0.04,
    "semi": 0.0,
    "row": 0.0,
    "farm": 0.12,
}
SHOP_STREETS = frozenset({"Lange Straße", "Marktstraße", "Brückenstraße", "Marktplatz"})


@dataclass
class Building:
    """A building of the cadastre; heights and storeys are those above ground."""

    geometry: Polygon
    function: str
    height_m: float
    storeys: int
    plot: Plot
    main: bool = True
    name: str = ""


def raise_buildings(plots: Sequence[Plot], seed: str) -> list[Building]:
    """Return all buildings. Every plot draws from a random stream of its own, so one change stays local."""
    found: list[Building] = []
    for _, rows in groupby(plots, key=lambda p: (p.town, p.block, p.kind, p.style, p.group)):
        members = list(rows)
        first = members[0]
        rng = random.Random(f"{seed}/{first.town}/{first.block}/{first.order}")  # noqa: S311 (no secret)
        if first.style == "row" and len(members) > 1:
            found += _terrace(members, rng)
        elif first.style == "semi" and len(members) == 2:
            found += _pair(members, rng)
        else:
            for plot in members:
                found += _single(plot, rng)
    return [b for b in (_on_grid(b) for b in found) if b.geometry.area > 4]


def _on_grid(building: Building) -> Building:
    """Round to the millimetre; the outline stays inside its parcel to that precision."""
    building.geometry = largest(shapely.normalize(shapely.set_precision(building.geometry, 0.001)))
    return building


def _single(plot: Plot, rng: random.Random) -> list[Building]:
    vacancy = plot.vacancy if plot.vacancy >= 0 else VACANCY.get(plot.style, 0.02)
    makers: dict[str, Callable[[Plot, random.Random], list[Building]]] = {
        "oldtown": _town_house, "townhall": _town_hall, "detached": _detached, "villa": _detached, "new": _detached,
        "semi": _detached, "row": _detached, "mixed": _mixed, "apartment": _apartments, "ge": _works, "farm": _farm,
    }  # fmt: skip
    specials = {"church": _church, "school": _school, "cemetery": _chapel, "allotment": _arbours, "yard": _yard}
    if plot.kind != "lot":
        return specials[plot.kind](plot, rng) if plot.kind in specials else []
    if rng.random() < vacancy or plot.front is None:
        return []
    return makers[plot.style](plot, rng)


def _inside(shape: BaseGeometry, plot: BaseGeometry) -> bool:
    return bool(shape.difference(plot).area < 0.01)


def _wide(plot: Plot) -> float:
    return plot.front.length if plot.front is not None else 0.0


def _frame(plot: Plot) -> Frame:
    front = plot.front if plot.front is not None else LineString(plot.geometry.exterior.coords[:2])
    return frame_of(front, plot.geometry)


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


def _detached(plot: Plot, rng: random.Random) -> list[Building]:
    frame = _frame(plot).turned(rng.uniform(-1.5, 1.5))
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
    house = _first_fit(frame, outline, free, setback)
    if house is None:
        return []
    storeys = 2 if villa or rng.random() < 0.4 else 1
    parts = [Building(house, HOUSE, round(rng.uniform(5.8, 7.4) + storeys * 1.2, 1), storeys, plot)]
    if garage is not None and garage.geometry.intersection(house).area < 0.01:
        parts.append(garage)
    return parts + _shed(plot, rng, [p.geometry for p in parts], 0.35)


def _first_fit(frame: Frame, outline: list[Point2], free: BaseGeometry, setback: float) -> Polygon | None:
    """Return the first scaled and shifted outline that fits into the free area of the plot."""
    for scale in (1.0, 0.9, 0.8, 0.7):
        for extra in (0.0, 2.0, 4.5):
            for shift in (0.0, -1.2, 1.2, -2.6, 2.6, -4.2, 4.2):
                shape = frame.shape([(u * scale + shift, v * scale + setback + extra) for u, v in outline])
                if _inside(shape, free):
                    return shape
    return None


def _garage(plot: Plot, rng: random.Random) -> Building | None:
    """Return a garage on a side boundary, square to that boundary (§ 5 Abs. 8 NBauO allows it there)."""
    side = side_line(plot, rng.random() < 0.5)
    if side is None or side.length < 14 or _wide(plot) < 13:
        return None
    double = rng.random() < 0.15 and _wide(plot) > 20
    width, length = (5.9 if double else rng.choice([3.0, 3.1, 3.5])), rng.choice([6.0, 6.5, 7.0, 8.5])
    start = rng.choice([5.5, 6.0, 7.0, 9.0])
    frame = frame_of(part_of(side, start, min(start + length, side.length)), plot.geometry)
    gap = 0.0 if rng.random() < 0.75 else 0.5
    shape = largest(frame.box(-length / 2, gap - 0.3, length / 2, gap + width).intersection(plot.geometry))
    if shape.area < width * length * 0.93:
        return None
    return Building(shape, GARAGE, round(rng.uniform(2.5, 3.0), 1), 1, plot, main=False)


def side_line(plot: Plot, first: bool) -> LineString | None:
    """Return the straight side boundary that starts at one end of the street front, from the street inwards."""
    if plot.front is None:
        return None
    ring = shapely.get_coordinates(plot.geometry.exterior)[:-1]
    end = plot.front.coords[0 if first else -1]
    k = int(((ring - end) ** 2).sum(axis=1).argmin())
    near = plot.front.buffer(0.4)
    for other in (ring[k - 1], ring[(k + 1) % len(ring)]):
        line = LineString([ring[k], other])
        if line.length > 10 and not near.contains(line) and line.difference(near).length > 0.9 * line.length:
            return line
    return None


def _shed(plot: Plot, rng: random.Random, taken: list[BaseGeometry], chance: float) -> list[Building]:
    if rng.random() > chance:
        return []
    frame = _frame(plot)
    free = plot.geometry.buffer(-0.6).difference(shapely.union_all(taken).buffer(4))
    half = _wide(plot) / 2
    w, d = rng.uniform(2.2, 3.6), rng.uniform(2.4, 4.2)
    for _ in range(8):
        u, v = rng.uniform(-half, half), rng.uniform(16, 40)
        shape = frame.turned(rng.uniform(-8, 8)).box(u, v, u + w, v + d)
        if _inside(shape, free):
            return [Building(shape, SUMMER_HOUSE, round(rng.uniform(2.2, 2.9), 1), 1, plot, main=False)]
    return []


def _terrace(plots: list[Plot], rng: random.Random) -> list[Building]:
    """Row houses: one straight bar over the group, stepped once in a while, 3 m clear of its ends."""
    union = shapely.coverage_union_all([p.geometry for p in plots])
    free = union.buffer(-3.05, join_style="mitre")
    frame = _frame(plots[len(plots) // 2])
    setback, depth, step = rng.uniform(4, 6.5), rng.uniform(10.5, 12), rng.choice([0.0, 0.0, 1.2])
    height, found = round(rng.uniform(8.5, 10), 1), []
    for k, plot in enumerate(plots):
        v = setback + (step if k % 2 else 0.0)
        house = largest(frame.box(-90, v, 90, v + depth).intersection(free).intersection(plot.geometry))
        if house.area > 30:
            found.append(Building(house, HOUSE, height, 2, plot))
            found += _shed(plot, rng, [house], 0.4)
    return found


def _pair(plots: list[Plot], rng: random.Random) -> list[Building]:
    """Semi-detached houses: one outline over the common boundary, cut by it."""
    union = shapely.coverage_union_all([p.geometry for p in plots])
    common = plots[0].geometry.intersection(plots[1].geometry)
    joined = shapely.union_all([p.front for p in plots if p.front is not None])
    front = shapely.line_merge(joined)
    if not isinstance(front, LineString) or common.is_empty:
        return [b for p in plots for b in _detached(p, rng)]
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


def _town_house(plot: Plot, rng: random.Random) -> list[Building]:
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
        frame, half = _frame(plot), _wide(plot) / 2
        left = -half - 1 if rng.random() < 0.5 else half - rng.uniform(3.2, 4.6)
        wing = frame.box(left, depth - 1.5, left + half, depth + rng.uniform(4, 9)).intersection(plot.geometry)
        wing = largest(wing.difference(house).buffer(-0.6, join_style="mitre").buffer(0.6, join_style="mitre"))
        if 9 < wing.area < 90 and _inside(wing, plot.geometry.difference(house.buffer(-0.01))):
            found.append(
                Building(largest(wing.difference(house)), SHED, round(rng.uniform(3, 6), 1), 1, plot, main=False)
            )
    return found


def _town_hall(plot: Plot, rng: random.Random) -> list[Building]:
    del rng
    pieces = shapely.get_coordinates(plot.front)
    longest = max(pairwise(pieces), key=lambda ab: float(((ab[1] - ab[0]) ** 2).sum()))
    front = LineString(longest)
    frame, w = frame_of(front, plot.geometry), front.length
    a, b = -w / 2 + 2, w / 2 - 2
    outline = [(a, 1), (-3, 1), (-3, -0.2), (3, -0.2), (3, 1), (b, 1), (b, 20), (b - 9, 20), (b - 9, 12), (a, 12)]
    shape = frame.shape(outline).intersection(plot.geometry)
    return [Building(largest(shape), TOWN_HALL, 15.5, 3, plot, name="Rathaus")]


def _mixed(plot: Plot, rng: random.Random) -> list[Building]:
    frame = _frame(plot)
    free = plot.geometry.buffer(-3.05, join_style="mitre")
    w, d = min(rng.uniform(10, 15), _wide(plot) - 6.3), rng.uniform(10, 13)
    house = _first_fit(frame, _house_forms(max(w, 8), d, rng), free, rng.choice([3.2, 3.5, 4.5, 6]))
    if house is None:
        return _detached(plot, rng)
    storeys = rng.choice([2, 2, 3])
    function = HOUSE_AND_SHOP if rng.random() < 0.4 else HOUSE
    found = [Building(house, function, round(3.6 + storeys * 2.9 + rng.uniform(0, 1), 1), storeys, plot)]
    if rng.random() < 0.6:
        back = frame.turned(rng.uniform(-2, 2))
        u, v = rng.uniform(-6, 0), rng.uniform(21, 26)
        shape = back.box(u, v, u + rng.uniform(6, 10), v + rng.uniform(5, 7))
        if _inside(shape, plot.geometry.buffer(-0.5)) and shape.distance(house) > 2:
            found.append(Building(shape, rng.choice([SHED, WORKSHOP, GARAGE]), 3.4, 1, plot, main=False))
    return found


def _apartments(plot: Plot, rng: random.Random) -> list[Building]:
    frame, w = _frame(plot), _wide(plot)
    free = plot.geometry.buffer(-4, join_style="mitre")
    a, b, d = -(w - 9) / 2, (w - 9) / 2, 11.5
    outline: list[Point2] = [(a, 0), (0, 0), (0, 1.5), (b, 1.5), (b, 1.5 + d), (0, 1.5 + d), (0, d), (a, d)]
    house = _first_fit(frame, outline, free, rng.uniform(5, 7))
    if house is None:
        return _mixed(plot, rng)
    storeys = rng.choice([3, 3, 4])
    return [Building(house, HOUSE, round(2.4 + storeys * 2.9, 1), storeys, plot)]


def _works(plot: Plot, rng: random.Random) -> list[Building]:
    """A hall with an office in front, and often a second hall behind."""
    frame, w = _frame(plot).turned(rng.uniform(-2, 2)), _wide(plot)
    free = plot.geometry.buffer(-5, join_style="mitre")
    deep, setback = plot.geometry.area / max(w, 1.0), rng.uniform(10, 15)
    hw, hd = w * rng.uniform(0.45, 0.72), min(rng.uniform(20, 42), deep - setback - 6)
    gap = hw * rng.uniform(0.3, 0.5)
    forms: list[list[Point2]] = [
        [(-hw / 2, 0), (hw / 2, 0), (hw / 2, hd), (-hw / 2, hd)],
        [(-hw / 2, 0), (hw / 2, 0), (hw / 2, hd * 0.6), (hw / 2 - gap, hd * 0.6), (hw / 2 - gap, hd), (-hw / 2, hd)],
    ]
    hall = _first_fit(frame, rng.choice(forms), free, setback)
    if hall is None:
        hall = _first_fit(frame, [(-8, 0), (8, 0), (8, 14), (-8, 14)], free, 7)
    if hall is None:
        return []
    found = [Building(hall, rng.choice([STORE, WORKSHOP]), round(rng.uniform(7, 11.5), 1), 1, plot)]
    ow = rng.uniform(9, 16)
    office = largest(frame.box(-hw / 2 + 1, 5.5, -hw / 2 + 1 + ow, setback + 4).difference(hall).intersection(free))
    if 45 < office.area < 300:
        found.append(Building(office, OFFICE, 7.2, 2, plot, main=False))
    for v in (setback + hd + 9, setback + hd + 22):
        rear = frame.box(-hw * 0.35, v, hw * rng.uniform(0.1, 0.4), v + rng.uniform(9, 15))
        if rng.random() < 0.6 and _inside(rear, free) and all(rear.distance(b.geometry) > 5 for b in found):
            found.append(Building(rear, STORE, 6.0, 1, plot, main=False))
    return found


def _farm(plot: Plot, rng: random.Random) -> list[Building]:
    """A farmstead on three sides of a yard: house by the street, barn across the back, stable on one side."""
    frame, w = _frame(plot).turned(rng.uniform(-4, 4)), _wide(plot)
    free = plot.geometry.buffer(-1.2, join_style="mitre")
    hand = -1 if rng.random() < 0.5 else 1
    house = frame.shape([(hand * u, v) for u, v in [(2, 4), (11, 4), (11, 18), (2, 18)]])
    house = house if _inside(house, plot.geometry.buffer(-3)) else frame.box(-4.5, 4, 4.5, 15)
    if not _inside(house, plot.geometry):
        return _detached(plot, rng)
    found = [Building(house, HOUSE, round(rng.uniform(8, 10), 1), 2, plot)]
    stable = frame.shape([(-hand * u, v) for u, v in [(5, 8), (12, 8), (12, 28), (5, 28)]])
    barn = frame.box(-w / 2 + 5, 32, w / 2 - 5, 44)
    for shape, function, height in ((stable, STABLE, 6.5), (barn, BARN, 9.0)):
        cut = largest(shape.intersection(free))
        if cut.area > 90 and all(cut.distance(b.geometry) > 2.5 for b in found):
            found.append(Building(cut, function, height, 1, plot, main=False))
    return found


def _church(plot: Plot, rng: random.Random) -> list[Building]:
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


def _school(plot: Plot, rng: random.Random) -> list[Building]:
    del rng
    centre = shapely.maximum_inscribed_circle(plot.geometry, 1.0)
    x, y = centre.coords[0]
    frame = Frame((x, y), (0.978, 0.208), (-0.208, 0.978))
    main = [(-34, 8), (20, 8), (20, -20), (32, -20), (32, 21), (-22, 21), (-22, 30), (-34, 30)]
    shape = frame.shape(main)
    found = [Building(largest(shape.intersection(plot.geometry.buffer(-4))), SCHOOL, 11.0, 3, plot, name="Grundschule")]
    hall = frame.box(-30, -28, -4, -12)
    if _inside(hall, plot.geometry.buffer(-2)):
        found.append(Building(hall, SPORTS_HALL, 8.5, 1, plot, main=False, name="Sporthalle"))
    return found


def _chapel(plot: Plot, rng: random.Random) -> list[Building]:
    del rng
    centre = plot.geometry.centroid
    frame = Frame((centre.x, centre.y), (0.99, 0.141), (-0.141, 0.99))
    return [Building(frame.box(-8, -4.5, 8, 4.5), CHAPEL, 9.0, 1, plot, name="Friedhofskapelle")]


def _yard(plot: Plot, rng: random.Random) -> list[Building]:
    """Garages and stores in the yards of the old town."""
    free = plot.geometry.buffer(-0.8)
    x0, y0, x1, y1 = plot.geometry.bounds
    for _ in range(12):
        angle = rng.uniform(0, 180)
        frame = Frame((rng.uniform(x0, x1), rng.uniform(y0, y1)), (1, 0), (0, 1)).turned(angle)
        shape = frame.box(0, 0, rng.uniform(6, 11), rng.uniform(5, 6))
        if _inside(shape, free):
            return [Building(shape, GARAGE, 2.8, 1, plot, main=False)]
    return []


def _arbours(plot: Plot, rng: random.Random) -> list[Building]:
    """Summer houses of an allotment garden."""
    free, found = plot.geometry.buffer(-2), list[Building]()
    x0, y0, x1, y1 = plot.geometry.bounds
    for _ in range(round(plot.geometry.area / 160)):
        frame = Frame((rng.uniform(x0, x1), rng.uniform(y0, y1)), (0.98, 0.199), (-0.199, 0.98)).turned(
            rng.uniform(-9, 9)
        )
        shape = frame.box(0, 0, rng.uniform(3, 4.5), rng.uniform(3.5, 5))
        if _inside(shape, free) and all(shape.distance(b.geometry) > 7 for b in found):
            found.append(Building(shape, SUMMER_HOUSE, 2.6, 1, plot, main=False))
    return found
