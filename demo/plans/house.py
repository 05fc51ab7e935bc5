"""The drawn house: measures from the site plan, and rooms laid out to fit them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import shapely

from demo.town.sites import DemoSite

OUTER_WALL_M = 0.365
INNER_WALL_M = 0.115


@dataclass(frozen=True)
class Room:
    """A rectangular room between wall axes, in metres from the lower left corner of the house."""

    name: str
    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def area_m2(self) -> float:
        """Floor area between the finished walls."""
        return max(0.0, (self.x1 - self.x0 - INNER_WALL_M)) * max(0.0, (self.y1 - self.y0 - INNER_WALL_M))


@dataclass(frozen=True)
class House:
    """What the drawings need to know. Lengths in metres; `eaves` and `ridge` above the ground."""

    width: float
    depth: float
    storeys: int
    eaves: float
    ridge: float
    use: str
    dwellings: int

    @property
    def is_hall(self) -> bool:
        """Whether it is one large room with a shallow roof."""
        return "halle" in self.use.lower()

    @property
    def storey_height(self) -> float:
        """Height from floor to floor."""
        return self.eaves / self.storeys if not self.is_hall else self.eaves

    @property
    def pitch_degrees(self) -> float:
        """Pitch of the roof, whose ridge runs along the width."""
        return math.degrees(math.atan2(self.ridge - self.eaves, self.depth / 2))

    @property
    def footprint_m2(self) -> float:
        """Area of the footprint."""
        return self.width * self.depth

    @property
    def volume_m3(self) -> float:
        """Gross volume: walls and roof."""
        return self.footprint_m2 * (self.eaves + (self.ridge - self.eaves) / 2)


def house_of(site: DemoSite) -> House:
    """Return the house of a site plan; footprints that are no rectangle are drawn as the one around them."""
    shape = site.main.geometry
    box = shapely.get_coordinates(shapely.minimum_rotated_rectangle(shape))
    a, b = (float(math.hypot(*(box[k + 1] - box[k]))) for k in (0, 1))
    values = site.main.attributes
    walls = values.get("wall_height_m")
    wall = float(walls) if isinstance(walls, float) else min(walls) if walls else 6.2
    use = str(values.get("use") or "Wohnhaus")
    storeys = int(values.get("storeys") or 1)
    ridge = float(values.get("ridge_height_m") or wall + 2.9)
    if "halle" in use.lower():
        ridge = wall + 0.6
    elif storeys == 1 and wall < 4:
        ridge = wall + 0.9
    return House(max(a, b), min(a, b), storeys, wall, ridge, use, int(values.get("dwellings") or 0))


def storey_names(house: House) -> list[str]:
    """Return the names of the storeys from below."""
    if house.is_hall:
        return ["Erdgeschoss"]
    upper = [f"{k}. Obergeschoss" if house.storeys > 2 else "Obergeschoss" for k in range(1, house.storeys)]
    return ["Erdgeschoss", *upper]


def rooms(house: House, storey: int) -> list[Room]:
    """Return the rooms of a storey; they fill the house without gaps."""
    w, d = house.width, house.depth
    if house.is_hall:
        return _cut(w, d, [(0.8, [("Halle", 1.0)]), (0.2, [("Büro", 0.3), ("Sozialraum", 0.25), ("Lager", 0.45)])])
    if w * d < 40:
        return _cut(w, d, [(1.0, [("Wintergarten", 1.0)])])
    if storey == 0 and "Geschäft" in house.use:
        return _cut(w, d, [(0.55, [("Laden", 1.0)]), (0.45, [("Lager", 0.4), ("Treppenhaus", 0.2), ("Personal", 0.4)])])
    if storey == 0:
        back = [("Arbeiten", 0.34), ("Diele", 0.26), ("WC", 0.18), ("HWR", 0.22)]
        return _cut(w, d, [(0.45, [("Wohnen/Essen", 0.6), ("Küche", 0.4)]), (0.55, back)])
    front = [("Schlafen", 0.42), ("Kind 1", 0.3), ("Kind 2", 0.28)]
    return _cut(w, d, [(0.42, front), (0.58, [("Ankleide", 0.25), ("Flur", 0.35), ("Bad", 0.4)])])


def _cut(width: float, depth: float, rows: list[tuple[float, list[tuple[str, float]]]]) -> list[Room]:
    """Cut a rectangle into rows (share of the depth) of rooms (share of the width); the last ends at the wall."""
    found: list[Room] = []
    y0 = 0.0
    for r, (share, names) in enumerate(rows):
        y1 = depth if r == len(rows) - 1 else y0 + depth * share
        x0 = 0.0
        for n, (name, part) in enumerate(names):
            x1 = width if n == len(names) - 1 else x0 + width * part
            found.append(Room(name, x0, y0, x1, y1))
            x0 = x1
        y0 = y1
    return found
