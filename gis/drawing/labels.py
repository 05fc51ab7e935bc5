"""Where words may stand: places in order of preference, of which the canvas takes the first that is free."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.drawing.canvas import Canvas
from gis.drawing.text import label_size

Place = tuple[float, float]

#: Points tried inside an area, besides its roomiest place.
_GRID = 9


def measure_places(
    start: NDArray[np.float64], end: NDArray[np.float64], unit: NDArray[np.float64], size: tuple[float, float]
) -> Iterator[Place]:
    """Places for the figure of a dimension line: on the line where it is long enough, beyond its ends, beside it."""
    half = (size[0] * abs(unit[0]) + size[1] * abs(unit[1])) / 2 + 1.0
    across = np.array([-unit[1], unit[0]])
    aside = (size[0] * abs(across[0]) + size[1] * abs(across[1])) / 2 + 0.6
    middle = (start + end) / 2
    places = []
    if math.hypot(*(end - start)) > 2 * half:
        places += [middle, middle * 0.7 + start * 0.3, middle * 0.7 + end * 0.3]
    places += [middle + across * aside, middle - across * aside, end + unit * half, start - unit * half]
    for step in (1.5, 3.0, 5.0, 8.0, 12.0):
        for point in (middle, end, start):
            places += [point + across * (aside + step), point - across * (aside + step)]
        places += [end + unit * (half + step), start - unit * (half + step)]
    yield from ((float(x), float(y)) for x, y in places)


def inside_places(canvas: Canvas, area: BaseGeometry, size: tuple[float, float]) -> Iterator[Place]:
    """Places inside an area where a label of this size (mm) fits wholly, the roomiest first."""
    width, height = (length * canvas.scale / 1000 / 2 for length in size)
    xmin, ymin, xmax, ymax = area.bounds
    if area.is_empty or xmax - xmin < 2 * width or ymax - ymin < 2 * height:
        return
    spot = roomiest(area)
    if spot is None:
        return
    points = np.concatenate([[spot], _grid(area)])
    x, y = points.T
    boxes = np.asarray(shapely.box(x - width, y - height, x + width, y + height), dtype=object)
    shapely.prepare(area)
    for at in canvas.paper(points[shapely.covers(area, boxes)]):
        yield float(at[0]), float(at[1])


def around_places(canvas: Canvas, shape: BaseGeometry, size: tuple[float, float]) -> Iterator[Place]:
    """Places beside the bounds of a shape, nearest first."""
    (left, bottom), (right, top) = canvas.paper(np.array(shape.bounds).reshape(2, 2))
    width, height = size
    x, y = (left + right) / 2, (top + bottom) / 2
    for gap in (0.6, 2.5, 5.0, 9.0):
        yield float(right + width / 2 + gap), float(y)
        yield float(left - width / 2 - gap), float(y)
        yield float(x), float(top - height / 2 - gap)
        yield float(x), float(bottom + height / 2 + gap)
        for beside_y in (top + height / 2, bottom - height / 2):
            yield float(right + width / 2 + gap), float(beside_y)
            yield float(left - width / 2 - gap), float(beside_y)
        for beside_x in (left + width / 2, right - width / 2):
            yield float(beside_x), float(top - height / 2 - gap)
            yield float(beside_x), float(bottom + height / 2 + gap)
        for dx in (-1, 1):
            for dy in (-1, 1):
                edge_x, edge_y = (right if dx > 0 else left), (bottom if dy > 0 else top)
                yield float(edge_x + dx * (width / 2 + gap)), float(edge_y + dy * (height / 2 + gap))


def label_area(
    canvas: Canvas, area: BaseGeometry, variants: Sequence[Sequence[str]], size: float, **look: object
) -> bool:
    """Write the longest of several wordings that fits inside an area; False where none does."""
    for lines in variants:
        if canvas.label(inside_places(canvas, area, label_size(lines, size)), lines, size, **look):  # type: ignore[arg-type]
            return True
    return False


def roomiest(area: BaseGeometry) -> Place | None:
    """The roomiest place of an area, None where it is empty."""
    parts = [part for part in shapely.get_parts(area) if part.geom_type == "Polygon" and part.area > 0]
    if not parts:
        return None
    largest = max(parts, key=lambda part: part.area)
    radius = shapely.maximum_inscribed_circle(largest, tolerance=math.sqrt(largest.area) / 50)
    x, y = shapely.get_coordinates(radius)[0]
    return float(x), float(y)


def _grid(area: BaseGeometry) -> NDArray[np.float64]:
    """Points of a regular grid inside an area, those far from its edge first."""
    xmin, ymin, xmax, ymax = area.bounds
    steps = (np.arange(_GRID) + 0.5) / _GRID
    xs, ys = np.meshgrid(xmin + steps * (xmax - xmin), ymin + steps * (ymax - ymin))
    grid = np.column_stack([xs.ravel(), ys.ravel()])
    points = np.asarray(shapely.points(grid), dtype=object)
    shapely.prepare(area)
    inside = shapely.covers(area, points)
    away = shapely.distance(points[inside], area.boundary)
    order = np.argsort(-np.round(away, 3), kind="stable")
    found: NDArray[np.float64] = grid[inside][order]
    return found
