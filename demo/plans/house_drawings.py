"""Floor plans, section and elevations of the drawn house."""

from __future__ import annotations

from itertools import pairwise

import shapely
from shapely.geometry import Polygon

from demo.plans.house import INNER_WALL_M, OUTER_WALL_M, House, Room, rooms, storey_names
from demo.plans.paper import BLACK, GREY, Drawing, metres

SHEET_A3 = (400.0, 277.0)
GLASS = "#dfeaf3"
WITH_STAIRS = frozenset({"Diele", "Flur", "Treppenhaus"})


def draw_floor_plans(house: House, scale: int) -> Drawing:
    """Draw all storeys side by side."""
    d = Drawing(*SHEET_A3)
    k = 1000 / scale
    names = storey_names(house)
    gap = 34.0
    width = len(names) * house.width * k + (len(names) - 1) * gap
    x = max(26.0, (SHEET_A3[0] - width) / 2)
    y = 46.0 + max(0.0, (150.0 - house.depth * k) / 2)
    for storey, name in enumerate(names):
        _floor(d, house, storey, name, (x, y), k)
        x += house.width * k + gap
    return d


def _floor(d: Drawing, house: House, storey: int, name: str, at: tuple[float, float], k: float) -> None:
    ox, oy = at

    def box(x0: float, y0: float, x1: float, y1: float) -> Polygon:
        return shapely.box(ox + x0 * k, oy + y0 * k, ox + x1 * k, oy + y1 * k)

    w, depth, t = house.width, house.depth, OUTER_WALL_M
    found = rooms(house, storey)
    half = INNER_WALL_M / 2
    spaces = []
    for room in found:
        left, top = (t if room.x0 == 0 else room.x0 + half), (t if room.y0 == 0 else room.y0 + half)
        right, low = (w - t if room.x1 == w else room.x1 - half), (depth - t if room.y1 == depth else room.y1 - half)
        spaces.append(box(left, top, right, low))
    walls = box(0, 0, w, depth).difference(shapely.union_all(spaces))
    d.area(walls, fill="#d6d6d6", width=0.35)
    d.hatch(walls, gap=1.1, colour=GREY)
    for room, space in zip(found, spaces, strict=True):
        _openings(d, house, room, box)
        _label(d, room, space)
    if not house.is_hall and w * depth >= 40:
        _stairs(d, found, box)
    _dimensions(d, house, found, at, k)
    d.text((ox + w * k / 2, oy - 27), name, size=5, bold=True)


def _label(d: Drawing, room: Room, space: Polygon) -> None:
    x0, y0, x1, y1 = space.bounds
    middle = ((x0 + x1) / 2, y0 + (y1 - y0) * (0.3 if room.name in WITH_STAIRS else 0.5))
    narrow = x1 - x0 < 17
    d.text((middle[0], middle[1] - 0.4), room.name, size=2.2 if narrow else 3, bold=True)
    d.text((middle[0], middle[1] + 3.2), f"{metres(room.area_m2)} m²", size=1.9 if narrow else 2.4)


def _openings(d: Drawing, house: House, room: Room, box: object) -> None:
    """Windows in the outer walls, a door towards the hall in the inner ones."""
    assert callable(box)
    t = OUTER_WALL_M
    for horizontal, at_edge, wall in (
        (True, room.y0 == 0, 0.0),
        (True, room.y1 == house.depth, house.depth - t),
        (False, room.x0 == 0, 0.0),
        (False, room.x1 == house.width, house.width - t),
    ):
        if not at_edge:
            continue
        low, high = (room.x0, room.x1) if horizontal else (room.y0, room.y1)
        size = min(2.4, (high - low) * 0.5) if not house.is_hall else min(5.0, (high - low) * 0.6)
        a = (low + high - size) / 2
        shape = box(a, wall, a + size, wall + t) if horizontal else box(wall, a, wall + t, a + size)
        d.area(shape, fill="#ffffff", width=0.2)
        x0, y0, x1, y1 = shape.bounds
        for f in (0.38, 0.62):
            y, x = y0 + (y1 - y0) * f, x0 + (x1 - x0) * f
            d.line([(x0, y), (x1, y)] if horizontal else [(x, y0), (x, y1)], width=0.13)
    if room.y0 > 0 and room.x1 - room.x0 > 1.3:
        a = max(room.x0, t) + 0.15
        gap = box(a, room.y0 - INNER_WALL_M / 2 - 0.01, a + 0.9, room.y0 + INNER_WALL_M / 2 + 0.01)
        d.area(gap, fill="#ffffff", width=0.0)
        x0, y0, x1, y1 = gap.bounds
        d.line([(x0, y1), (x0, y1 + (x1 - x0))], width=0.25)
        arc = shapely.Point(x0, y1).buffer(x1 - x0, quad_segs=10).exterior
        quarter = arc.intersection(shapely.box(x0, y1, x1 + 1, y1 + (x1 - x0) + 1))
        for part in shapely.get_parts(shapely.line_merge(quarter)):
            d.line([(x, y) for x, y in part.coords], width=0.13)


def _stairs(d: Drawing, found: list[Room], box: object) -> None:
    assert callable(box)
    hall = next((r for r in found if r.name in WITH_STAIRS), None)
    if hall is None:
        return
    x1, y1 = hall.x1 - 0.12, hall.y1 - 0.5
    x0, y0 = x1 - 0.95, max(hall.y0 + 1.2, y1 - 3.4)
    shape = box(x0, y0, x1, y1)
    d.area(shape, fill="#ffffff", width=0.2)
    a, b, c, e = shape.bounds
    steps = 13
    for k in range(1, steps):
        y = b + (e - b) * k / steps
        d.line([(a, y), (c, y)], width=0.13)
    d.line([((a + c) / 2, e), ((a + c) / 2, b + 1)], width=0.2)
    d.line([((a + c) / 2 - 1, b + 2.5), ((a + c) / 2, b + 1), ((a + c) / 2 + 1, b + 2.5)], width=0.2)


def _dimensions(d: Drawing, house: House, found: list[Room], at: tuple[float, float], k: float) -> None:
    ox, oy = at
    xs = sorted({0.0, house.width} | {r.x1 for r in found if r.y0 == 0})
    ys = sorted({0.0, house.depth} | {r.y0 for r in found if r.x0 == 0})
    top, left = oy - 9, ox - 9
    for a, b in pairwise(xs):
        d.dimension((ox + a * k, top), (ox + b * k, top), metres(b - a))
    d.dimension((ox, top - 8), (ox + house.width * k, top - 8), metres(house.width))
    for a, b in pairwise(ys):
        d.dimension((left, oy + b * k), (left, oy + a * k), metres(b - a))
    d.dimension((left - 8, oy + house.depth * k), (left - 8, oy), metres(house.depth))


def draw_section(house: House, scale: int) -> Drawing:
    """Draw the section across the ridge, with heights."""
    d = Drawing(*SHEET_A3)
    k = 1000 / scale
    width = house.depth * k
    x0, ground = (SHEET_A3[0] - width) / 2 - 20, 198.0
    x1, t = x0 + width, OUTER_WALL_M * k
    _ground(d, x0 - 60, x1 + 75, ground)
    slab = 0.25 * k
    for a, b in ((x0, x0 + t), (x1 - t, x1)):
        wall = shapely.box(a, ground - house.eaves * k, b, ground + 0.8 * k)
        d.area(wall, fill="#e2e2e2", width=0.4)
        d.hatch(wall, gap=1.1, colour=GREY)
    for storey in range(house.storeys):
        y = ground - storey * house.storey_height * k
        floor = shapely.box(x0, y, x1, y + slab)
        d.area(floor, fill="#e2e2e2", width=0.4)
        d.hatch(floor, gap=1.1, angle=-45, colour=GREY)
        name = "OKFF EG" if storey == 0 else f"OKFF {storey}. OG"
        d.level((x1 + 12, y), f"{'±' if storey == 0 else '+'}{metres(storey * house.storey_height)}  {name}")
        d.text(((x0 + x1) / 2, y - house.storey_height * k / 2), storey_names(house)[storey], size=3.4)
    ceiling = shapely.box(x0, ground - house.eaves * k, x1, ground - house.eaves * k + slab)
    d.area(ceiling, fill="#e2e2e2", width=0.4)
    over, thick = 0.5 * k, 0.28 * k
    eaves, ridge = ground - house.eaves * k, ground - house.ridge * k
    slope = (eaves - ridge) / (width / 2)
    roof = Polygon([(x0 - over, eaves + over * slope), ((x0 + x1) / 2, ridge), (x1 + over, eaves + over * slope),
                    (x1 + over, eaves + over * slope - thick), ((x0 + x1) / 2, ridge - thick),
                    (x0 - over, eaves + over * slope - thick)])  # fmt: skip
    d.area(roof, fill="#cfcfcf", width=0.4)
    d.level((x1 + 12, eaves), f"+{metres(house.eaves)}  Traufe (Wandhöhe)")
    d.level((x1 + 12, ridge - thick), f"+{metres(house.ridge)}  First")
    d.text(
        ((x0 + x1) / 2 + width / 4 + 8, (eaves + ridge) / 2 - 9), f"Dachneigung {house.pitch_degrees:.0f}°", size=2.8
    )
    d.dimension((x0, ground + 20), (x1, ground + 20), metres(house.depth))
    d.dimension((x0 - 22, ground), (x0 - 22, eaves), f"H = {metres(house.eaves)}")
    d.dimension((x0 - 34, ground), (x0 - 34, ridge - thick), metres(house.ridge))
    d.text(((x0 + x1) / 2, ridge - 18), "Schnitt A–A", size=5, bold=True)
    return d


def _ground(d: Drawing, x0: float, x1: float, y: float) -> None:
    d.line([(x0, y), (x1, y)], width=0.6)
    d.hatch(shapely.box(x0, y, x1, y + 2.2), gap=2.2, angle=-45)
    d.text((x0 + 2, y - 1.5), "vorh. Gelände", size=2.3, anchor="start")


def draw_elevations(house: House, scale: int) -> Drawing:
    """Draw the four elevations."""
    d = Drawing(*SHEET_A3)
    k = 1000 / scale
    rows = (98.0, 200.0)  # above the title block
    views = (("Ansicht Süd", house.width, False), ("Ansicht Ost", house.depth, True),
             ("Ansicht Nord", house.width, False), ("Ansicht West", house.depth, True))  # fmt: skip
    for n, (name, length, gable) in enumerate(views):
        middle = 108.0 if n % 2 == 0 else 296.0
        _elevation(d, house, name, length, gable, (middle - length * k / 2, rows[n // 2]), k)
    return d


def _elevation(
    d: Drawing, house: House, name: str, length: float, gable: bool, at: tuple[float, float], k: float
) -> None:
    x0, ground = at
    x1, eaves, ridge = x0 + length * k, ground - house.eaves * k, ground - house.ridge * k
    over = 0.4 * k
    if gable:
        wall = Polygon([(x0, ground), (x0, eaves), ((x0 + x1) / 2, ridge), (x1, eaves), (x1, ground)])
        d.area(wall, fill="#f7f4ee", width=0.4)
        slope = (eaves - ridge) / ((x1 - x0) / 2)
        for edge, sign in ((x0, -1), (x1, 1)):
            d.line([((x0 + x1) / 2, ridge), (edge + sign * over, eaves + over * slope)], width=0.9)
    else:
        d.area(shapely.box(x0, eaves, x1, ground), fill="#f7f4ee", width=0.4)
        roof = shapely.box(x0 - over, ridge, x1 + over, eaves + 0.15 * k)
        d.area(roof, fill="#d9b5a4", width=0.4)
        for y in range(1, int((eaves - ridge) / 1.6)):
            d.line([(x0 - over, ridge + y * 1.6), (x1 + over, ridge + y * 1.6)], width=0.08, colour=GREY)
    _windows(d, house, length, (x0, ground), k, door=name.endswith("Nord"))
    d.line([(x0 - 18, ground), (x1 + 18, ground)], width=0.6)
    d.text(((x0 + x1) / 2, ground + 6), name, size=3.6, bold=True)
    d.dimension((x1 + 9, ground), (x1 + 9, eaves), metres(house.eaves))
    d.dimension((x1 + 16, ground), (x1 + 16, ridge), metres(house.ridge))


def _windows(d: Drawing, house: House, length: float, at: tuple[float, float], k: float, *, door: bool) -> None:
    x0, ground = at
    if house.is_hall:
        for a in (0.12, 0.4, 0.68):
            gate = shapely.box(x0 + length * a * k, ground - 4.2 * k, x0 + length * (a + 0.2) * k, ground)
            d.area(gate, fill="#e8e8e8", width=0.3)
            d.hatch(gate, gap=1.8, angle=0, colour=GREY)
        return
    count = max(2, int(length / 3.4))
    for storey in range(house.storeys):
        base = ground - (storey * house.storey_height + 0.9) * k
        for n in range(count):
            centre = x0 + length * (n + 0.5) / count * k
            if door and storey == 0 and n == count // 2:
                shape = shapely.box(centre - 0.55 * k, ground - 2.15 * k, centre + 0.55 * k, ground)
                d.area(shape, fill="#8a6a4a", width=0.3)
                continue
            shape = shapely.box(centre - 0.6 * k, base - 1.35 * k, centre + 0.6 * k, base)
            d.area(shape, fill=GLASS, width=0.3)
            d.line([(centre, base - 1.35 * k), (centre, base)], width=0.2, colour=BLACK)
