"""Draws what plans and registers say around the site, and what the zones of a plan are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.drawing import sheet, styles
from gis.drawing.canvas import Canvas, Style
from gis.drawing.scene import Scene
from gis.layers import Bounds, LayerWindow
from gis.site_context import numbers, polygons, texts
from gis.wording import number

if TYPE_CHECKING:
    from gis.drawing.site_map import SiteMap

_ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
#: Measures of a zone in the order of a plan's stencil (Nutzungsschablone).
_RATIOS = (("grz", "GRZ"), ("gfz", "GFZ"), ("bmz", "BMZ"))
_HEIGHTS = (("eaves_height_max_m", "TH"), ("ridge_height_max_m", "FH"), ("building_height_max_m", "OK"))


def draw_layers(
    target: SiteMap, canvas: Canvas, names: tuple[str, ...], frame: Bounds, *, over: bool = False
) -> None:  # fmt: skip
    """Draw the reference layers of these names that are known here, in the order of the style table.

    ``over``: those that lie over the buildings, else those below.
    """
    for name, style in styles.LAYERS.items():
        window = target.scene.window(name, frame) if name in names and style.over is over else None
        if window is None:
            continue
        target.layers.append(name)
        if style.line and not shapely.intersects(_outlines(window.geometry), _inner(canvas)).any():
            continue  # an area that fills the map has no border in it
        if style.line:
            target.entry(style.legend, sheet.line_symbol(style.look.area))
        else:
            target.entry(style.legend, sheet.area_symbol(style.look))
        for shape in window.geometry[shapely.intersects(window.geometry, canvas.frame)]:
            _draw(canvas, shape, style)


def _outlines(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    areal = np.isin(shapely.get_dimensions(shapes), [2])
    return np.where(areal, shapely.boundary(shapes), shapes)


def _inner(canvas: Canvas) -> BaseGeometry:
    """The map frame less the width of a line."""
    return canvas.frame.buffer(-0.5 * canvas.scale / 1000)


def _draw(canvas: Canvas, shape: BaseGeometry, style: styles.LayerStyle) -> None:
    look = style.look
    if not style.line:
        area = polygons(shape)
        if look.area.fill:
            canvas.shape(area, Style(look.area.fill, None))
        if look.hatch_mm:
            for angle in look.angles:
                canvas.hatch(area, look.hatch_mm, look.hatch, angle=angle)
    canvas.shape(shape, Style(None, look.area.stroke, look.area.width, look.area.dash))


def zone_labels(scene: Scene, frame: Bounds) -> list[tuple[BaseGeometry, tuple[str, ...]]]:
    """Zones in view with what the plan sets there, in the words of its stencil."""
    window = scene.window("zoning", frame)
    if window is None:
        return []
    box = shapely.box(*frame)
    found = []
    for row, shape in enumerate(window.geometry):
        visible = shape.intersection(box)
        lines = _stencil(window, row)
        if lines and visible.area > 0:
            found.append((visible, lines))
    return found


def _stencil(window: LayerWindow, row: int) -> tuple[str, ...]:
    head = [text for name in ("zone", "building_method") if (text := texts(window, name)[row])]
    storeys = numbers(window, "storeys_max")[row]
    exact = numbers(window, "storeys_exact")[row]
    for value, mark in ((storeys, "{}"), (exact, "({})")):
        if value == value and 0 < value < len(_ROMAN):
            head.insert(1, mark.format(_ROMAN[int(value)]))
    ratios = [
        f"{short} {number(value, 2 if value * 10 % 1 > 1e-9 else 1)}"
        for name, short in _RATIOS
        if (value := float(numbers(window, name)[row])) == value
    ]
    heights = [
        f"{short} {number(value)} m"
        for name, short in _HEIGHTS
        if (value := float(numbers(window, name)[row])) == value
    ]
    lines = (" ".join(head), "  ".join(ratios), "  ".join(heights))
    return tuple(line for line in lines if line)
