"""A building of the cadastre, and what all house forms need to find their place on a plot."""

from __future__ import annotations

from dataclasses import dataclass

import shapely
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from demo.town.cadastre import Plot
from demo.town.shapes import Frame, Point2, frame_of

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


def lies_inside(shape: BaseGeometry, plot: BaseGeometry) -> bool:
    """Whether a shape lies in a plot, up to rounding."""
    return bool(shape.difference(plot).area < 0.01)


def width_of(plot: Plot) -> float:
    """Length of the plot's street front in metres."""
    return plot.front.length if plot.front is not None else 0.0


def street_frame(plot: Plot) -> Frame:
    """Frame at the middle of the plot's street front."""
    front = plot.front if plot.front is not None else LineString(plot.geometry.exterior.coords[:2])
    return frame_of(front, plot.geometry)


def first_fit(frame: Frame, outline: list[Point2], free: BaseGeometry, setback: float) -> Polygon | None:
    """Return the first scaled and shifted outline that fits into the free area of the plot."""
    for scale in (1.0, 0.9, 0.8, 0.7):
        for extra in (0.0, 2.0, 4.5):
            for shift in (0.0, -1.2, 1.2, -2.6, 2.6, -4.2, 4.2):
                shape = frame.shape([(u * scale + shift, v * scale + setback + extra) for u, v in outline])
                if lies_inside(shape, free):
                    return shape
    return None


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
