"""The sheet around the map: scale, frame, legend, scale bar, north arrow, sources."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis.checks.result import Verdict
from gis.drawing import styles
from gis.drawing.canvas import Canvas, Style
from gis.drawing.evidence import Look, look_of
from gis.drawing.styles import AreaStyle
from gis.drawing.text import text_width, wrapped
from gis.layers import Bounds
from gis.wording import number

#: Scales that drawings on paper use; the largest that holds the content is taken.
STANDARD_SCALES = (100, 200, 250, 500, 1000, 2000, 2500)
#: Beyond the standard list, for plans that lie far from their parcels.
_EMERGENCY_SCALES = (5000, 10_000, 25_000, 50_000, 100_000)
#: World shown around the site and the plan, in metres and at least in mm on paper.
_CONTEXT_M, _CONTEXT_MM = 4.0, 8.0
TEXT_MM, SMALL_MM, HEAD_MM = 2.5, 2.2, 3.2
_ROW_MM, _SYMBOL_MM = 4.6, 8.5
#: No column of the legend is narrower than this.
_COLUMN_MM = 42.0
#: Sheets narrower than this are for small screens: words are larger there.
_NARROW_MM, _NARROW_TEXT_MM, _NARROW_ARROW = 120.0, 2.9, 0.7

Symbol = Callable[[Canvas, float, float], None]


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """A symbol, drawn into 7 × 3 mm from its top left corner, and its German text."""

    text: str
    symbol: Symbol


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """Scale and measures in mm that fit content on a sheet."""

    scale: int
    map_height_mm: float
    height_mm: float
    west: float
    south: float


def lay_out(
    content: Bounds, width_mm: float, height_mm: float, foot_mm: float, scale: int | None = None
) -> SheetLayout:
    """Choose the largest standard scale at which the content and some surroundings fit; no higher than needed.

    ``foot_mm`` is what legend, scale bar and sources need below the map.
    """
    xmin, ymin, xmax, ymax = content
    room_mm = height_mm - foot_mm
    scales = (scale,) if scale else STANDARD_SCALES + _EMERGENCY_SCALES
    for chosen in scales:
        margin = max(_CONTEXT_M, _CONTEXT_MM * chosen / 1000)
        need_x, need_y = ((size + 2 * margin) * 1000 / chosen for size in (xmax - xmin, ymax - ymin))
        if (need_x <= width_mm and need_y <= room_mm) or chosen == scales[-1]:
            break
    map_height = min(room_mm, max(need_y, 0.5 * width_mm))
    west = (xmin + xmax) / 2 - width_mm * chosen / 2000
    south = (ymin + ymax) / 2 - map_height * chosen / 2000
    return SheetLayout(chosen, map_height, map_height + foot_mm, west, south)


def legend_rows(entries: Sequence[LegendEntry], width_mm: float, text_mm: float) -> list[list[LegendEntry]]:
    """Arrange entries in rows, in as many columns as make the legend low."""
    return _rows(entries, _columns(entries, width_mm, text_mm))


def _rows(entries: Sequence[LegendEntry], columns: int) -> list[list[LegendEntry]]:
    return [list(entries[at : at + columns]) for at in range(0, len(entries), columns)]


def _columns(entries: Sequence[LegendEntry], width_mm: float, text_mm: float) -> int:
    """The number of columns of the lowest legend; long texts are wrapped. Of equally low ones that with fewest."""
    most = max(1, min(4, int(width_mm // _COLUMN_MM)))
    return min(
        range(1, most + 1), key=lambda columns: (round(_height(entries, columns, width_mm, text_mm), 3), columns)
    )


def _height(entries: Sequence[LegendEntry], columns: int, width_mm: float, text_mm: float) -> float:
    column = width_mm / columns
    return sum(
        _ROW_MM + (max(len(_entry_lines(entry, column, text_mm)) for entry in row) - 1) * 1.2 * text_mm
        for row in _rows(entries, columns)
    )


def _entry_lines(entry: LegendEntry, column_mm: float, text_mm: float) -> list[str]:
    return wrapped(entry.text, column_mm - _SYMBOL_MM - 1.0, text_mm)


def legend_height(entries: Sequence[LegendEntry], width_mm: float, text_mm: float) -> float:
    """Height in mm that the legend takes."""
    return _height(entries, _columns(entries, width_mm, text_mm), width_mm, text_mm)


def draw_legend(canvas: Canvas, entries: Sequence[LegendEntry], top: float) -> None:
    """Draw entries in columns, row by row."""
    size = canvas.text_mm
    column = canvas.width_mm / _columns(entries, canvas.width_mm, size)
    y = top
    for row in legend_rows(entries, canvas.width_mm, size):
        most = 1
        for at, entry in enumerate(row):
            x = canvas.left_mm + at * column
            entry.symbol(canvas, x, y)
            lines = _entry_lines(entry, column, size)
            most = max(most, len(lines))
            for number_, line in enumerate(lines):
                canvas.text(x + _SYMBOL_MM, y + 2.4 + 1.2 * size * number_, line, size)
        y += _ROW_MM + (most - 1) * 1.2 * size


def text_size(width_mm: float) -> float:
    """Size of words on a sheet of this width, in mm."""
    return _NARROW_TEXT_MM if width_mm < _NARROW_MM else TEXT_MM


def area_symbol(look: AreaStyle) -> Symbol:
    """Symbol of an area: a filled, perhaps hatched rectangle."""

    def draw(canvas: Canvas, x: float, y: float) -> None:
        canvas.rectangle(x, y, 7, 3, Style(look.area.fill or styles.WHITE, None))
        if look.hatch_mm:
            for angle in look.angles:
                _hatch_box(canvas, x, y, look.hatch_mm, look.hatch, angle)
        if look.crossed:
            canvas.line(x, y, x + 7, y + 3, look.hatch)
            canvas.line(x, y + 3, x + 7, y, look.hatch)
        if look.area.stroke:
            canvas.rectangle(x, y, 7, 3, Style(None, look.area.stroke, look.area.width, look.area.dash))
        if look.ticked:
            draw_tick(canvas, x + 3.5, y + 1.5, look.area.stroke or styles.BLACK)

    return draw


def draw_tick(canvas: Canvas, x: float, y: float, colour: str) -> None:
    """A tick of 2.4 mm around a point: what is marked by it is fine, also where colours are not seen."""
    canvas.circle(x, y, 1.3, Style(styles.WHITE, colour, 0.2))
    pen = Style(None, colour, 0.4)
    canvas.line(x - 0.7, y, x - 0.15, y + 0.6, pen)
    canvas.line(x - 0.15, y + 0.6, x + 0.8, y - 0.6, pen)


def _hatch_box(canvas: Canvas, x: float, y: float, step: float, style: Style, angle: float) -> None:
    """Parallel lines in a box of 7 × 3 mm, cut at its edges."""
    box = shapely.box(x, y, x + 7, y + 3)
    along = np.array([np.cos(np.radians(angle)), -np.sin(np.radians(angle))])
    across = np.array([-along[1], along[0]])
    middle = np.array([x + 3.5, y + 1.5])
    for offset in np.arange(-4 * step, 4.5 * step, step):
        at = middle + offset * across
        cut = shapely.LineString([at - 8 * along, at + 8 * along]).intersection(box)
        if cut.geom_type == "LineString" and cut.length > 0.2:
            (x1, y1), (x2, y2) = cut.coords
            canvas.line(x1, y1, x2, y2, style)


def line_symbol(style: Style) -> Symbol:
    """Symbol of a line."""

    def draw(canvas: Canvas, x: float, y: float) -> None:
        canvas.line(x, y + 1.5, x + 7, y + 1.5, style)

    return draw


def measure_symbol(style: Style) -> Symbol:
    """Symbol of a dimension line."""

    def draw(canvas: Canvas, x: float, y: float) -> None:
        canvas.line(x + 0.5, y + 1.5, x + 6.5, y + 1.5, style)
        for end in (x + 0.5, x + 6.5):
            canvas.line(end - 0.6, y + 2.1, end + 0.6, y + 0.9, Style(None, style.stroke, 0.3))

    return draw


def scale_bar_metres(scale: int, width_mm: float) -> float:
    """Length on the ground that the bar shows: round, and no longer than a third of the sheet."""
    room = min(50.0, width_mm / 3)
    return next((m for m in (5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1) if m * 1000 / scale <= room), 1)


def scale_width(scale: int, width_mm: float) -> float:
    """Width in mm that scale and bar take."""
    return scale_bar_metres(scale, width_mm) * 1000 / scale + text_width(_scale_text(scale), HEAD_MM) + 16.0


def _scale_text(scale: int) -> str:
    return f"Maßstab 1:{number(scale, 0)}"


def draw_scale_bar(canvas: Canvas, right: float, top: float) -> None:
    """Draw the scale and a bar of a round length with its subdivision, right-aligned."""
    metres = scale_bar_metres(canvas.scale, canvas.width_mm)
    length = metres * 1000 / canvas.scale
    left = right - length - 8
    quarter = length / 4
    for part in range(4):
        fill = styles.BLACK if part % 2 == 0 else styles.WHITE
        canvas.rectangle(left + part * quarter, top + 3.2, quarter, 1.3, Style(fill, styles.BLACK, 0.15))
    for share in (0, 2, 4):
        figure = metres * share / 4
        text = number(figure, 0 if figure == int(figure) else 1)
        canvas.text(left + share * quarter, top + 2.4, text + (" m" if share == 4 else ""), TEXT_MM, anchor="middle")
    text = _scale_text(canvas.scale)
    canvas.text(left - text_width(text, HEAD_MM) - 4, top + 4.4, text, HEAD_MM, weight=600)


def draw_verdict(canvas: Canvas, x: float, y: float, verdict: Verdict) -> None:
    """A sign of 4 mm for a verdict, told apart by its shape: tick, cross, exclamation mark, question mark, dash."""
    if verdict is Verdict.NOT_APPLICABLE:  # nothing was judged: no tick
        canvas.circle(x + 2.0, y + 2.0, 1.9, Style(styles.WHITE, styles.GREY, 0.3))
        canvas.line(x + 1.1, y + 2.0, x + 2.9, y + 2.0, Style(None, styles.GREY, 0.45))
        return
    look = look_of(verdict)
    style = styles.LINES[look]
    colour = styles.GREEN if look is Look.FINE else style.stroke or styles.BLACK
    if look is Look.DOUBT:
        canvas.polygon([(x, y + 3.8), (x + 2.2, y), (x + 4.4, y + 3.8)], Style(styles.WHITE, colour, 0.45))
        canvas.line(x + 2.2, y + 1.4, x + 2.2, y + 2.6, Style(None, colour, 0.5))
        canvas.line(x + 2.2, y + 3.0, x + 2.2, y + 3.3, Style(None, colour, 0.5))
        return
    canvas.circle(x + 2.0, y + 2.0, 1.9, Style(styles.WHITE, colour, 0.45))
    pen = Style(None, colour, 0.55)
    if look is Look.VIOLATION:
        canvas.line(x + 1.15, y + 1.15, x + 2.85, y + 2.85, pen)
        canvas.line(x + 1.15, y + 2.85, x + 2.85, y + 1.15, pen)
    elif look is Look.UNKNOWN:
        canvas.text(x + 2.0, y + 2.95, "?", 2.8, anchor="middle", weight=600, fill=colour)
    else:
        canvas.line(x + 1.0, y + 2.1, x + 1.75, y + 2.85, pen)
        canvas.line(x + 1.75, y + 2.85, x + 3.05, y + 1.2, pen)


def draw_north_arrow(canvas: Canvas, content: BaseGeometry) -> None:
    """Draw the arrow in the corner of the map where it hides least of the content; the map is always north up."""
    size = _NARROW_ARROW if canvas.width_mm < _NARROW_MM else 1.0
    width, height = 12 * size, 19 * size
    left, right = canvas.left_mm + 3, canvas.left_mm + canvas.width_mm - 3 - width
    top, bottom = canvas.top_mm + 2, canvas.top_mm + canvas.height_mm - 2 - height
    corners = [(right, top), (left, top), (right, bottom), (left, bottom)]
    hidden = [canvas.world_box((x, y, x + width, y + height)).intersection(content).area for x, y in corners]
    x, y = corners[int(np.argmin(np.round(hidden, 2)))]
    canvas.taken.append((x, y, x + width, y + height))
    canvas.rectangle(x, y, width, height, Style(styles.WHITE, styles.BLACK, 0.13))
    middle, tip, foot, notch = x + width / 2, y + 5.5 * size, y + 16.5 * size, y + 13.7 * size
    for side, fill in ((-3, styles.BLACK), (3, styles.WHITE)):
        canvas.polygon(
            [(middle, tip), (middle + side * size, foot), (middle, notch)], Style(fill, styles.BLACK, 0.2)
        )  # fmt: skip
    canvas.text(middle, y + 4.3 * size, "N", 3.4 * size, anchor="middle", weight=600)
