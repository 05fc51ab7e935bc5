"""The sheet around the map: scale, frame, legend, scale bar, north arrow, sources."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gis.drawing import styles
from gis.drawing.canvas import Canvas, Style, text_width
from gis.layers import Bounds
from gis.siteplan import Role
from gis.wording import number

#: Scales that drawings on paper use; the largest that holds the content is taken.
STANDARD_SCALES = (100, 200, 250, 500, 1000, 2000)
#: Beyond the standard list, for plans that lie far from their parcels.
_EMERGENCY_SCALES = (5000, 10_000, 25_000, 50_000, 100_000)
#: World shown around the site and the plan, in metres and at least in mm on paper.
_CONTEXT_M, _CONTEXT_MM = 4.0, 8.0
TEXT_MM, SMALL_MM = 2.5, 2.2
_ROW_MM, _COLUMN_MM = 4.6, 44.0

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


def foot_height(entries: int, width_mm: float, source_lines: int) -> float:
    """Height in mm of what is below the map: title and scale bar, legend, sources."""
    columns = max(1, int(width_mm // _COLUMN_MM))
    return 10.0 + -(-entries // columns) * _ROW_MM + 3.0 * source_lines + 1.0


def wrapped(texts: Sequence[str], width_mm: float) -> list[str]:
    """Join small texts with dots to lines that fit the width."""
    lines: list[str] = []
    for text in texts:
        joined = f"{lines[-1]} · {text}" if lines else text
        if lines and text_width(joined, SMALL_MM) <= width_mm:
            lines[-1] = joined
        else:
            lines.append(text)
    return lines


def draw_legend(canvas: Canvas, entries: Sequence[LegendEntry], top: float) -> None:
    """Draw entries in columns, filled column by column."""
    columns = max(1, int(canvas.width_mm // _COLUMN_MM))
    rows = -(-len(entries) // columns)
    for position, entry in enumerate(entries):
        column, row = divmod(position, rows)
        x = canvas.left_mm + column * (canvas.width_mm / columns)
        y = top + row * _ROW_MM
        entry.symbol(canvas, x, y)
        canvas.text(x + 8.5, y + 2.4, entry.text, TEXT_MM)


def area_symbol(style: Style, hatch_mm: float | None = None, hatch: Style | None = None, angle: float = 45.0) -> Symbol:
    """Symbol of an area: a filled, perhaps hatched rectangle."""

    def draw(canvas: Canvas, x: float, y: float) -> None:
        canvas.rectangle(x, y, 7, 3, Style(style.fill or "#ffffff", None))
        if hatch_mm and hatch:
            _hatch_box(canvas, x, y, hatch_mm, hatch, angle)
        canvas.rectangle(x, y, 7, 3, Style(None, style.stroke, style.width, style.dash))

    return draw


def _hatch_box(canvas: Canvas, x: float, y: float, step: float, style: Style, angle: float) -> None:
    if angle == 0:
        for row in range(1, 3):
            canvas.line(x, y + row, x + 7, y + row, style)
    elif angle == 90:
        offset = step / 2
        while offset < 7:
            canvas.line(x + offset, y, x + offset, y + 3, style)
            offset += step
    else:
        offset = -3.0 + step / 2
        while offset < 7:
            left, right = max(offset, 0.0), min(offset + 3, 7.0)
            rise, run = left - offset, right - offset
            ys = (y + 3 - rise, y + 3 - run) if angle < 90 else (y + rise, y + run)
            canvas.line(x + left, ys[0], x + right, ys[1], style)
            offset += step * 1.3


def line_symbol(style: Style) -> Symbol:
    """Symbol of a line."""

    def draw(canvas: Canvas, x: float, y: float) -> None:
        canvas.line(x, y + 1.5, x + 7, y + 1.5, style)

    return draw


def role_symbol(role: Role) -> Symbol:
    """Symbol of a planned footprint."""
    look = styles.ROLES[role]
    base = area_symbol(look.area, look.hatch_mm, look.hatch, look.angle)

    def draw(canvas: Canvas, x: float, y: float) -> None:
        base(canvas, x, y)
        if look.crossed:
            canvas.line(x, y, x + 7, y + 3, look.hatch)
            canvas.line(x, y + 3, x + 7, y, look.hatch)

    return draw


def draw_scale_bar(canvas: Canvas, right: float, top: float) -> None:
    """Draw the scale and a bar of a round length with its subdivision, right-aligned."""
    metres = next(m for m in (5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2) if m * 1000 / canvas.scale <= 50)
    length = metres * 1000 / canvas.scale
    left = right - length - 8
    quarter = length / 4
    for part in range(4):
        fill = styles.BLACK if part % 2 == 0 else "#ffffff"
        canvas.rectangle(left + part * quarter, top + 3.2, quarter, 1.3, Style(fill, styles.BLACK, 0.15))
    for share in (0, 2, 4):
        figure = metres * share / 4
        text = number(figure, 0 if figure == int(figure) else 1)
        canvas.text(left + share * quarter, top + 2.4, text + (" m" if share == 4 else ""), TEXT_MM, anchor="middle")
    text = f"Maßstab 1:{number(canvas.scale, 0)}"
    canvas.text(left - text_width(text, 3.2) - 6, top + 4.4, text, 3.2, weight=600)


def draw_north_arrow(canvas: Canvas) -> None:
    """Draw the arrow in the upper right corner of the map; the map is always north up."""
    x, y = canvas.left_mm + canvas.width_mm - 9, canvas.top_mm + 3
    canvas.rectangle(x - 6, y - 1, 12, 19, Style("#ffffff", styles.BLACK, 0.13))
    canvas.polygon([(x, y + 4.5), (x - 3, y + 15.5), (x, y + 12.7)], Style(styles.BLACK, styles.BLACK, 0.2))
    canvas.polygon([(x, y + 4.5), (x + 3, y + 15.5), (x, y + 12.7)], Style("#ffffff", styles.BLACK, 0.2))
    canvas.text(x, y + 3.3, "N", 3.4, anchor="middle", weight=600)
    canvas.taken.append((x - 6, y - 1, x + 6, y + 18))
