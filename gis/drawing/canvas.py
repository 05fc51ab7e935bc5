"""A sheet of paper in SVG: millimetres on paper, metres in the world, north up. Plain shapes only.

No transparency, no patterns, no clipping, no images: what is drawn prints alike on every device and passes PDF/A-3a.
Shapes that would leave the map are cut geometrically.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from xml.sax.saxutils import escape

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from gis.drawing.text import label_size

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Style:
    """How a shape looks: SVG colours, line width and dashes in mm. None: not filled, or no line."""

    fill: str | None = None
    stroke: str | None = "#000000"
    width: float = 0.18
    dash: str | None = None

    def attributes(self) -> str:
        """SVG presentation attributes."""
        parts = [f'fill="{self.fill or "none"}"']
        if self.stroke:
            parts.append(f'stroke="{self.stroke}" stroke-width="{self.width:g}" stroke-linejoin="round"')
        if self.dash:
            parts.append(f'stroke-dasharray="{self.dash}"')
        return " ".join(parts)


@dataclass
class Canvas:
    """Draws into a map frame on a sheet. ``west`` and ``south`` are the world coordinates of the frame's corner.

    ``taken`` are the boxes of words in mm, which no other words may cover; ``busy`` those of lines, which words avoid
    where they can, and ``built`` what stands around (world coordinates), which they leave in sight where they can.
    """

    scale: int
    west: float
    south: float
    left_mm: float
    top_mm: float
    width_mm: float
    height_mm: float
    text_mm: float = 2.5
    parts: list[str] = field(default_factory=list)
    taken: list[Box] = field(default_factory=list)
    busy: list[Box] = field(default_factory=list)
    built: shapely.STRtree | None = None

    @property
    def frame(self) -> shapely.Polygon:
        """The map frame in world coordinates."""
        metres = self.scale / 1000
        return shapely.box(
            self.west, self.south, self.west + self.width_mm * metres, self.south + self.height_mm * metres
        )

    def taken_area(self) -> BaseGeometry:
        """World area under the labels written so far."""
        return shapely.union_all([self.world_box(box) for box in self.taken])

    def world_box(self, box: Box) -> BaseGeometry:
        """World area under a box on paper, in mm."""
        metres = self.scale / 1000
        x1, y1, x2, y2 = box
        return shapely.box(
            self.west + (x1 - self.left_mm) * metres,
            self.south + (self.top_mm + self.height_mm - y2) * metres,
            self.west + (x2 - self.left_mm) * metres,
            self.south + (self.top_mm + self.height_mm - y1) * metres,
        )

    def paper(self, coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
        """World coordinates, shape (n, 2), to millimetres on the sheet."""
        millimetres = 1000 / self.scale
        x = self.left_mm + (coordinates[:, 0] - self.west) * millimetres
        y = self.top_mm + self.height_mm - (coordinates[:, 1] - self.south) * millimetres
        return np.column_stack([x, y])

    def shape(self, geometry: BaseGeometry, style: Style) -> None:
        """Draw polygons or lines, cut at the frame. Outlines do not run along the frame."""
        if geometry.is_empty or not geometry.intersects(self.frame):
            return
        inside = shapely.within(geometry, self.frame)
        if style.fill:
            cut = geometry if inside else geometry.intersection(self.frame)
            self._path(cut, Style(style.fill, style.stroke if inside else None, style.width, style.dash))
        if style.stroke and not (style.fill and inside):
            lines = geometry.boundary if geometry.geom_type.endswith("Polygon") else geometry
            self._path(
                lines if inside else lines.intersection(self.frame), Style(None, style.stroke, style.width, style.dash)
            )

    def _path(self, geometry: BaseGeometry, style: Style) -> None:
        commands: list[str] = []
        for part in _simple_parts(geometry):
            rings = [part.exterior, *part.interiors] if isinstance(part, Polygon) else [part]
            for ring in rings:
                points = self.paper(shapely.get_coordinates(ring))
                closed = len(points) > 2 and np.array_equal(points[0], points[-1])
                if closed:
                    points = points[:-1]
                commands.append("M" + "L".join(f"{x:.3f} {y:.3f}" for x, y in points) + ("Z" if closed else ""))
        if commands:
            self.parts.append(f'<path fill-rule="evenodd" {style.attributes()} d="{"".join(commands)}"/>')

    def hatch(self, geometry: BaseGeometry, spacing_mm: float, style: Style, *, angle: float = 45.0) -> None:
        """Hatch an area with parallel lines (cut geometrically, so that no pattern is needed)."""
        area = geometry.intersection(self.frame)
        if area.is_empty:
            return
        step = spacing_mm * self.scale / 1000
        xmin, ymin, xmax, ymax = area.bounds
        middle = np.array([(xmin + xmax) / 2, (ymin + ymax) / 2])
        reach = np.hypot(xmax - xmin, ymax - ymin) / 2 + step
        along = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
        across = np.array([-along[1], along[0]])
        offsets = np.arange(-reach, reach, step)[:, None] * across + middle
        lines = shapely.linestrings(np.stack([offsets - reach * along, offsets + reach * along], axis=1))
        self._path(shapely.union_all(shapely.intersection(lines, area)), style)

    def line(self, x1: float, y1: float, x2: float, y2: float, style: Style) -> None:
        """Draw a line on paper, in mm."""
        self.parts.append(f'<path {style.attributes()} d="M{x1:.3f} {y1:.3f}L{x2:.3f} {y2:.3f}"/>')

    def rectangle(self, x: float, y: float, width: float, height: float, style: Style) -> None:
        """Draw a rectangle on paper, in mm."""
        self.parts.append(
            f'<rect x="{x:.3f}" y="{y:.3f}" width="{width:.3f}" height="{height:.3f}" {style.attributes()}/>'
        )

    def polygon(self, points: list[tuple[float, float]], style: Style) -> None:
        """Draw a polygon on paper, in mm."""
        path = "L".join(f"{x:.3f} {y:.3f}" for x, y in points)
        self.parts.append(f'<path {style.attributes()} d="M{path}Z"/>')

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        anchor: str = "start",
        weight: int = 400,
        fill: str = "#000000",
    ) -> None:
        """Write text on paper: baseline at y, size in mm."""
        self.parts.append(
            f'<text x="{x:.3f}" y="{y:.3f}" font-size="{size:g}" text-anchor="{anchor}" font-weight="{weight}" '
            f'fill="{fill}">{escape(text)}</text>'
        )

    def circle(self, x: float, y: float, radius: float, style: Style) -> None:
        """Draw a circle on paper, in mm."""
        self.parts.append(f'<circle cx="{x:.3f}" cy="{y:.3f}" r="{radius:.3f}" {style.attributes()}/>')

    def occupy(self, start: NDArray[np.float64], end: NDArray[np.float64]) -> list[Box]:
        """Ask words to keep off a line on paper, in mm; return the boxes along it."""
        boxes: list[Box] = []
        pieces = max(1, int(np.hypot(*(end - start)) // 3))
        stops = np.linspace(start, end, pieces + 1)
        for one, two in pairwise(stops):
            (x1, y1), (x2, y2) = np.minimum(one, two), np.maximum(one, two)
            boxes.append((float(x1) - 0.3, float(y1) - 0.3, float(x2) + 0.3, float(y2) + 0.3))
        self.busy += boxes
        return boxes

    def label(
        self, places: Iterable[tuple[float, float]], lines: Sequence[str], size: float, *, weight: int = 400,
        fill: str = "#000000", box: Style | None = None, over_lines: bool = True,
        ignoring: Sequence[Box] = (),
    ) -> bool:  # fmt: skip
        """Write centred lines at the first place (x, y) with room for them; False where there is none.

        Words never cover other words. Places clear of lines (other than those of the boxes ``ignoring``) and of
        buildings around come first, then those clear of lines, then those over the fewest lines.
        """
        width, height = label_size(lines, size)
        spare: tuple[tuple[int, bool], Box] | None = None
        busy = [box for box in self.busy if box not in ignoring] if ignoring else self.busy
        for x, y in places:
            corners = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
            if not self._inside(corners) or any(_overlap(corners, other) for other in self.taken):
                continue
            covers = sum(_overlap(corners, other) for other in busy), self._hides_building(corners)
            if spare is None or covers < spare[0]:
                spare = covers, corners
            if covers == (0, False):
                break
        if spare is None or (spare[0][0] and not over_lines):
            return False
        self._write(spare[1], lines, size, weight, fill, box)
        return True

    def _hides_building(self, corners: Box) -> bool:
        return self.built is not None and len(self.built.query(self.world_box(corners), predicate="intersects")) > 0

    def is_free(self, corners: Box) -> bool:
        """Whether a box in mm lies inside the frame and clear of words and lines."""
        others = (*self.taken, *self.busy)
        return self._inside(corners) and not any(_overlap(corners, other) for other in others)

    def _inside(self, corners: Box) -> bool:
        return (
            corners[0] > self.left_mm + 0.5
            and corners[1] > self.top_mm + 0.5
            and corners[2] < self.left_mm + self.width_mm - 0.5
            and corners[3] < self.top_mm + self.height_mm - 0.5
        )

    def _write(
        self, corners: Box, lines: Sequence[str], size: float, weight: int, fill: str, box: Style | None
    ) -> None:  # fmt: skip
        self.taken.append(corners)
        x1, y1, x2, y2 = corners
        if box:
            self.rectangle(x1, y1, x2 - x1, y2 - y1, box)
        for number, line in enumerate(lines):
            baseline = y1 + 0.25 + (number + 0.92) * size * 1.2 - size * 0.12
            self.text((x1 + x2) / 2, baseline, line, size, anchor="middle", weight=weight, fill=fill)


def _overlap(left: Box, right: Box) -> bool:
    return left[2] >= right[0] and left[0] <= right[2] and left[3] >= right[1] and left[1] <= right[3]


def _simple_parts(geometry: BaseGeometry) -> list[BaseGeometry]:
    parts: list[BaseGeometry] = []
    for part in shapely.get_parts(geometry):
        if part.geom_type.startswith(("Multi", "Geometry")):
            parts.extend(_simple_parts(part))
        elif part.geom_type in {"Polygon", "LineString", "LinearRing"} and not part.is_empty:
            parts.append(part)
    return parts
