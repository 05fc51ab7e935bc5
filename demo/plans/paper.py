"""A drawing on paper: lines, areas, dimensions and texts in millimetres of the sheet, written as SVG."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

Point2 = tuple[float, float]

BLACK, GREY, RED, BLUE = "#000000", "#666666", "#c40000", "#0b4aa2"


def metres(value: float, digits: int = 2) -> str:
    """Return a length as it stands on German drawings: 10,50."""
    return f"{value:.{digits}f}".replace(".", ",")


class Drawing:
    """Collects SVG elements; x to the right, y downwards, both in millimetres of the sheet."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._parts: list[str] = []

    def line(
        self, points: Iterable[Point2], *, width: float = 0.25, colour: str = BLACK, dash: str = "", close: bool = False
    ) -> None:
        """Draw a polyline."""
        d = "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points) + ("Z" if close else "")
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self._parts.append(f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{width}"{dashes}/>')

    def area(
        self, shape: BaseGeometry, *, fill: str = "none", stroke: str = BLACK, width: float = 0.25, dash: str = ""
    ) -> None:
        """Draw polygons given in millimetres of the sheet."""
        rings = [r for p in shapely.get_parts(shape) if isinstance(p, Polygon) for r in (p.exterior, *p.interiors)]
        d = "".join("M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in ring.coords) + "Z" for ring in rings)
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        outline = f'stroke="{stroke}" stroke-width="{width}"' if width else 'stroke="none"'
        self._parts.append(f'<path d="{d}" fill="{fill}" fill-rule="evenodd" {outline}{dashes}/>')

    def hatch(self, shape: BaseGeometry, *, gap: float = 1.6, angle: float = 45, colour: str = BLACK) -> None:
        """Fill an area with parallel lines."""
        if shape.is_empty:
            return
        x0, y0, x1, y1 = shape.bounds
        reach, centre = math.hypot(x1 - x0, y1 - y0) / 2 + gap, ((x0 + x1) / 2, (y0 + y1) / 2)
        c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        for k in np.arange(-reach, reach, gap):
            a = (centre[0] - reach * c - k * s, centre[1] - reach * s + k * c)
            b = (centre[0] + reach * c - k * s, centre[1] + reach * s + k * c)
            for part in shapely.get_parts(LineString([a, b]).intersection(shape)):
                if isinstance(part, LineString):
                    self.line([(x, y) for x, y in part.coords], width=0.1, colour=colour)

    def text(
        self,
        at: Point2,
        text: str,
        *,
        size: float = 2.5,
        anchor: str = "middle",
        turn: float = 0,
        bold: bool = False,
        colour: str = BLACK,
    ) -> None:
        """Write a line of text; `size` is the height of the font in millimetres."""
        x, y = at
        rotate = f' transform="rotate({turn:.1f} {x:.2f} {y:.2f})"' if turn else ""
        weight = ' font-weight="600"' if bold else ""
        self._parts.append(
            f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size}" text-anchor="{anchor}" fill="{colour}"'
            f'{weight}{rotate} font-family="Fira Sans, sans-serif">{escape(text)}</text>'
        )

    def dimension(self, a: Point2, b: Point2, text: str, *, size: float = 2.3, colour: str = BLACK) -> None:
        """Draw a dimension line between two points, ticks at its ends, the figure above its middle."""
        length = math.hypot(b[0] - a[0], b[1] - a[1])
        if length == 0:
            return
        ux, uy = (b[0] - a[0]) / length, (b[1] - a[1]) / length
        self.line([a, b], width=0.13, colour=colour)
        for x, y in (a, b):
            self.line([(x - (ux - uy), y - (uy + ux)), (x + (ux - uy), y + (uy + ux))], width=0.25, colour=colour)
        turn = math.degrees(math.atan2(uy, ux))
        if turn > 89 or turn < -91:
            turn, ux, uy = turn + 180, -ux, -uy
        middle = ((a[0] + b[0]) / 2 + uy * 0.9, (a[1] + b[1]) / 2 - ux * 0.9)
        self.text(middle, text, size=size, turn=turn, colour=colour)

    def level(self, at: Point2, text: str) -> None:
        """Draw a height mark: a triangle on the level, the height beside it."""
        x, y = at
        self.line([(x, y), (x - 1.3, y - 2), (x + 1.3, y - 2)], width=0.2, close=True)
        self.line([(x - 4, y), (x + 14, y)], width=0.13)
        self.text((x + 2.2, y - 0.8), text, size=2.3, anchor="start")

    def svg(self) -> str:
        """Return the whole drawing."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}mm" height="{self.height}mm" '
            f'viewBox="0 0 {self.width} {self.height}" stroke-linejoin="round">{"".join(self._parts)}</svg>'
        )


def scale_bar(scale: int) -> str:
    """Return a graphic scale bar of some 50 mm as SVG (NBauVorlVO, Anlage 1: beside the numeric scale)."""
    step = {100: 1, 200: 2, 250: 2, 500: 5, 1000: 10}[scale]
    mm = step * 1000 / scale
    count = 5
    d = Drawing(count * mm + 14, 8.5)
    for k in range(count):
        box = shapely.box(2 + k * mm, 1, 2 + (k + 1) * mm, 2.6)
        d.area(box, fill=BLACK if k % 2 == 0 else "#ffffff", width=0.2)
    for k in range(count + 1):
        d.text((2 + k * mm, 6), f"{k * step}" + (" m" if k == count else ""), size=2.6)
    return d.svg()


def choose_scale(extent_m: Sequence[float], space_mm: Sequence[float], scales: Sequence[int]) -> int:
    """Return the largest scale at which the extent (m) fits the space (mm)."""
    for scale in scales:
        if all(e * 1000 / scale <= s for e, s in zip(extent_m, space_mm, strict=True)):
            return scale
    return scales[-1]
