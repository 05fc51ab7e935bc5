"""Draws a sheet: surroundings, rules, site, plan, what is highlighted, words, legend."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from xml.sax.saxutils import escape

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.checks.result import CheckResult
from gis.drawing import sheet, styles, words
from gis.drawing.canvas import Box, Canvas, Style
from gis.drawing.evidence import Area, Evidence, Line, Measure
from gis.drawing.highlights import evidence_of, highlight_of, overview_evidence
from gis.drawing.labels import inside_places, measure_places
from gis.drawing.map_words import keep_footprints_clear, write_words
from gis.drawing.marks import marks_of
from gis.drawing.reference_layers import draw_layers
from gis.drawing.scene import Scene
from gis.drawing.sheet import LegendEntry, SheetLayout
from gis.drawing.show_distances import setback_band
from gis.drawing.text import label_size, text_width, wrapped
from gis.layers import Bounds, Layers, LayerWindow
from gis.site_context import SiteContext
from gis.siteplan import Role, SitePlan
from gis.wording import number

#: A site that asks for a smaller scale than this is cut to what is built, where the finding is not about all of it.
_SMALLEST_FOR_DETAIL = 500
#: Highlighted areas smaller than this on paper get a ring around them.
_SMALL_MM = 2.0
_PLANNED = frozenset({Role.MAIN_BUILDING, Role.GARAGE, Role.ANCILLARY_BUILDING})
_OVERVIEW_LAYERS = tuple(styles.LAYERS)


class SiteMap:
    """A drawing in the making: the overview, or what one result shows."""

    def __init__(
        self,
        plan: SitePlan,
        layers: Layers | SiteContext,
        results: Sequence[CheckResult],
        shown: CheckResult | None = None,
    ) -> None:
        self.scene = Scene(plan, layers, results)
        self.shown = shown
        self.evidence: Evidence = overview_evidence(self.scene) if shown is None else evidence_of(self.scene, shown)
        self.marks = marks_of(self.evidence)
        self.legend: list[LegendEntry] = []
        self.highlighted: list[str] = []
        self.layers: list[str] = []

    def draw(
        self, width_mm: float, height_mm: float, scale: int | None, drawn_on: date | None
    ) -> tuple[str, SheetLayout]:
        """Return the SVG and its layout; the map is laid out again once the height of the legend is known."""
        foot, svg, layout = 45.0, "", None
        for _ in range(3):
            fitted = sheet.lay_out(self._content(width_mm, height_mm - foot, scale), width_mm, height_mm, foot, scale)
            if layout is not None and fitted.scale == layout.scale and layout.height_mm <= height_mm + 1e-6:
                break
            svg, layout, foot = self._sheet(fitted, width_mm, drawn_on)
        assert layout is not None  # the loop has run
        return svg, layout

    def _sheet(
        self, layout: SheetLayout, width_mm: float, drawn_on: date | None
    ) -> tuple[str, SheetLayout, float]:  # fmt: skip
        self.legend, self.highlighted, self.layers = [], [], []
        canvas = Canvas(
            layout.scale, layout.west, layout.south, 0.15, 0.15, width_mm - 0.3, layout.map_height_mm,
            sheet.text_size(width_mm),
        )  # fmt: skip
        sheet.draw_north_arrow(canvas, self._content_shape())
        arrow, canvas.parts = canvas.parts, []
        frame: Bounds = canvas.frame.bounds
        parcels = self.scene.window("parcels", frame)
        buildings = self.scene.window("buildings", frame)
        self._draw_ground(canvas)
        draw_layers(self, canvas, self._layer_names(), frame)
        self._draw_cadastre(canvas, parcels, buildings)
        self._draw_areas(canvas, ground=True)
        self._draw_site(canvas)
        self._draw_plan(canvas)
        self._draw_areas(canvas, ground=False)
        draw_layers(self, canvas, self._layer_names(), frame, over=True)
        self._draw_lines(canvas)
        keep_footprints_clear(self, canvas, buildings)
        self._draw_measures(canvas)
        write_words(self, canvas, frame, parcels, buildings)
        canvas.parts += arrow
        canvas.rectangle(canvas.left_mm, canvas.top_mm, canvas.width_mm, canvas.height_mm, styles.FRAME)
        foot = self._draw_foot(canvas, drawn_on)
        layout = replace(layout, height_mm=canvas.top_mm + canvas.height_mm + foot)
        return self._svg(canvas, layout, width_mm), layout, foot + 0.3

    # -- what is seen ----------------------------------------------------------------------------------------------

    def _content(self, width_mm: float, room_mm: float, scale: int | None) -> Bounds:
        """Bounds of what has to be seen: site, plan and evidence; of a large site only the part that matters."""
        shapes: list[BaseGeometry] = [feature.geometry for feature in self.scene.plan.features]
        if (bounds := self.evidence.bounds()) is not None and self.shown is not None:
            shapes.append(shapely.box(*bounds))
        site = self.scene.site_geometry
        whole: Bounds = shapely.total_bounds([*shapes, *([] if site.is_empty else [site])]).tolist()
        if scale is not None or self.shown is None or highlight_of(self.shown.check).whole_site or site.is_empty:
            return whole
        fits = sheet.lay_out(whole, width_mm, room_mm, 0.0)
        return whole if fits.scale <= _SMALLEST_FOR_DETAIL else shapely.total_bounds(shapes).tolist()

    def _content_shape(self) -> BaseGeometry:
        """What the north arrow must not hide."""
        shapes: list[BaseGeometry] = [feature.geometry for feature in self.scene.plan.features]
        shapes += [area.geometry for area in self.evidence.areas if not area.ground]
        shapes += [shapely.LineString(measure.line).buffer(0.5) for measure in self.evidence.measures]
        site = self.scene.site_geometry
        return shapely.union_all([*shapes, site.boundary.buffer(0.2)])

    def _layer_names(self) -> tuple[str, ...]:
        return _OVERVIEW_LAYERS if self.shown is None else highlight_of(self.shown.check).layers

    # -- the map, from the ground up -------------------------------------------------------------------------------

    def _draw_ground(self, canvas: Canvas) -> None:
        canvas.shape(self.scene.site_geometry, styles.SITE_FILL)
        band, legend = setback_band(self.scene, self.scene.results.get("boundary_distance"))
        if band.is_empty or not self.evidence.measures:
            return
        self.entry(
            legend,
            sheet.area_symbol(styles.AreaStyle(Style(styles.SETBACK_FILL.fill, "#000000", 0.2, "0.9 0.7"))),
        )
        canvas.shape(band, styles.SETBACK_FILL)
        inner = self.scene.site_geometry.difference(band)
        canvas.shape(inner, styles.SETBACK_LINE)

    def _draw_cadastre(self, canvas: Canvas, parcels: LayerWindow | None, buildings: LayerWindow | None) -> None:
        if buildings is not None:
            self.entry("Gebäude im Kataster", sheet.area_symbol(styles.AreaStyle(styles.CADASTRE_BUILDING)))
            for shape in buildings.geometry:
                canvas.shape(shape, styles.CADASTRE_BUILDING)
        if parcels is not None:
            self.entry("Flurstücksgrenze", sheet.line_symbol(styles.NEIGHBOUR_PARCEL))
            for shape in parcels.geometry:
                canvas.shape(shape, styles.NEIGHBOUR_PARCEL)

    def _draw_site(self, canvas: Canvas) -> None:
        if self.scene.site:
            self.entry("Grenze des Baugrundstücks", sheet.line_symbol(styles.SITE_LINE))
            canvas.shape(self.scene.site.geometry.boundary, styles.SITE_LINE)

    def _draw_plan(self, canvas: Canvas) -> None:
        for role in styles.DRAW_ORDER:
            features = self.scene.plan.by_role(role)
            if not features:
                continue
            look = styles.ROLES[role]
            planned = " (geplant)" if role in _PLANNED else ""
            self.entry(role.label + planned, sheet.area_symbol(look))
            for feature in features:
                self._fill(canvas, feature.geometry, look)
                if look.crossed:
                    _cross(canvas, feature.geometry, look.hatch)
                canvas.shape(feature.geometry, Style(None, look.area.stroke, look.area.width, look.area.dash))
        if self.scene.site:  # buildings on the boundary must not hide it
            canvas.shape(self.scene.site.geometry.boundary, Style(None, styles.BLACK, 0.3))

    @staticmethod
    def _fill(canvas: Canvas, shape: BaseGeometry, look: styles.AreaStyle) -> None:
        if look.area.fill:
            canvas.shape(shape, Style(look.area.fill, None))
        if look.hatch_mm:
            for angle in look.angles:
                canvas.hatch(shape, look.hatch_mm, look.hatch, angle=angle)

    # -- what is highlighted ---------------------------------------------------------------------------------------

    def _draw_areas(self, canvas: Canvas, *, ground: bool) -> None:
        for area in self.evidence.areas:
            if area.geometry.is_empty or area.ground is not ground:
                continue
            look = styles.AREAS[area.look]
            self._highlight_entry(area.legend, sheet.area_symbol(look))
            self._fill(canvas, area.geometry, look)
            canvas.shape(area.geometry, Style(None, look.area.stroke, look.area.width, look.area.dash))
            self._ring(canvas, area)
            if look.ticked:
                self._tick(canvas, area.geometry, look.area.stroke or styles.BLACK)

    @staticmethod
    def _tick(canvas: Canvas, shape: BaseGeometry, colour: str) -> None:
        """A tick in the upper left part of an area, where it fits inside."""
        places = inside_places(canvas, shape, (3.4, 3.4))
        for x, y in sorted(places, key=lambda place: (round(place[0] + place[1], 2), place)):
            box = (x - 1.5, y - 1.5, x + 1.5, y + 1.5)
            if canvas.is_free(box):
                sheet.draw_tick(canvas, x, y, colour)
                canvas.taken.append(box)
                return

    @staticmethod
    def _ring(canvas: Canvas, area: Area) -> None:
        xmin, ymin, xmax, ymax = area.geometry.bounds
        if max(xmax - xmin, ymax - ymin) * 1000 / canvas.scale < _SMALL_MM:
            (at,) = canvas.paper(np.array([[(xmin + xmax) / 2, (ymin + ymax) / 2]]))
            stroke = styles.AREAS[area.look].area.stroke
            canvas.circle(float(at[0]), float(at[1]), 2.4, Style(None, stroke, 0.4))

    def _draw_lines(self, canvas: Canvas) -> None:
        for line in self.evidence.lines:
            if not line.geometry.intersects(canvas.frame):
                continue  # the legend explains what is seen
            style = self.line_style(line)
            self._highlight_entry(line.legend, sheet.line_symbol(style))
            canvas.shape(line.geometry, style)

    @staticmethod
    def line_style(line: Line) -> Style:
        """How a highlighted line is drawn: broad where it is itself what was found."""
        return styles.BROAD[line.look] if line.broad else styles.STREET_MIDDLE

    def _draw_measures(self, canvas: Canvas) -> None:
        urgent = {look: rank for rank, look in enumerate(styles.LINES)}
        ordered = sorted(self.evidence.measures, key=lambda measure: urgent[measure.look])
        drawn = [self._dimension_line(canvas, measure) for measure in ordered]
        for measure, (start, end, boxes) in zip(ordered, drawn, strict=True):
            along = end - start
            length = math.hypot(*along)
            unit = along / length if length > 0 else np.array([0.0, -1.0])
            calm = styles.LINES[measure.look].stroke in {styles.BLACK, None}
            fill = styles.BLACK if calm else str(styles.LINES[measure.look].stroke)
            box = styles.LABEL_BOX if calm else Style(styles.WHITE, fill, 0.2)
            text = self.marked(measure.legend, measure.text)
            canvas.label(
                measure_places(start, end, unit, label_size([text], canvas.text_mm)), [text],
                canvas.text_mm, weight=400 if calm else 600, fill=fill, box=box, ignoring=boxes,
            )  # fmt: skip

    def _dimension_line(
        self, canvas: Canvas, measure: Measure
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], list[Box]]:
        """Draw a line with ticks; a ring where it is too short. Return its ends on paper and what it takes up."""
        start, end = canvas.paper(measure.line)
        style = styles.LINES[measure.look]
        self._highlight_entry(measure.legend, sheet.measure_symbol(style))
        along = end - start
        length = math.hypot(*along)
        if length < 1.5:
            canvas.circle(float(start[0]), float(start[1]), 1.3, Style(None, style.stroke, style.width))
            return start, end, []
        unit = along / length
        if measure.aside:
            left = np.array([unit[1], -unit[0]])
            away = left * measure.aside * 4.0
            for point in (start, end):
                near, far = point + away * 0.15, point + away * (1 + 1.2 / abs(4.0 * measure.aside))
                canvas.line(near[0], near[1], far[0], far[1], styles.HELP_LINE)
            start, end = start + away, end + away
        canvas.line(start[0], start[1], end[0], end[1], style)
        boxes = canvas.occupy(start, end)
        tick = np.array([unit[0] - unit[1], unit[1] + unit[0]]) * 0.75
        for point in (start, end):
            (x1, y1), (x2, y2) = point - tick, point + tick
            canvas.line(x1, y1, x2, y2, Style(None, style.stroke, 0.3))
        return start, end, boxes

    # -- around the map --------------------------------------------------------------------------------------------

    def entry(self, text: str, symbol: sheet.Symbol) -> None:
        """Add what is drawn to the legend, once."""
        if all(entry.text != text for entry in self.legend):
            self.legend.append(LegendEntry(text, symbol))

    def _highlight_entry(self, text: str, symbol: sheet.Symbol) -> None:
        if text not in self.highlighted:
            self.highlighted.append(text)
            self.entry(self.marked(text, text), symbol)

    def marked(self, legend: str, words_: str) -> str:
        """Words with the number of their entry in the legend, where it has one."""
        return f"{self.marks[legend]} {words_}".strip() if legend in self.marks else words_

    def _draw_foot(self, canvas: Canvas, drawn_on: date | None) -> float:
        """Draw title, figures, scale, legend and sources below the map; return the height in mm that they take."""
        bottom = canvas.top_mm + canvas.height_mm
        width, y = canvas.width_mm, bottom + 2.5
        bar = sheet.scale_width(canvas.scale, width)
        indent = 6.0 if self.shown is not None else 0.0
        heading, figures = words.title(self.scene, self.shown), words.figures(self.shown, self.evidence.figures)
        beside = text_width(heading, sheet.HEAD_MM) + indent <= width - bar - 2.0
        room = (width - bar - 2.0 if beside else width) - indent
        if self.shown is not None:
            sheet.draw_verdict(canvas, canvas.left_mm, y + 0.9, self.shown.verdict)
        if beside:
            sheet.draw_scale_bar(canvas, canvas.left_mm + width, y)
        for line in wrapped(heading, room, sheet.HEAD_MM):
            canvas.text(canvas.left_mm + indent, y + 4.4, line, sheet.HEAD_MM, weight=600)
            y += 4.4
        for line in wrapped(figures, room, canvas.text_mm):
            canvas.text(canvas.left_mm + indent, y + 3.4, line, canvas.text_mm)
            y += 3.4
        if not beside:
            sheet.draw_scale_bar(canvas, canvas.left_mm + width, y + 2.0)
            y += 7.0
        y += 3.4
        # What is highlighted is explained first.
        first = {self.marked(text, text) for text in self.highlighted}
        entries = sorted(self.legend, key=lambda entry: entry.text not in first)
        sheet.draw_legend(canvas, entries, y)
        y += sheet.legend_height(entries, width, canvas.text_mm) + 0.6
        shown = ["parcels", "buildings", *self.layers]
        for line in wrapped(" · ".join(words.sources(self.scene, shown, drawn_on)), width, sheet.SMALL_MM):
            canvas.text(canvas.left_mm, y + 2.2, line, sheet.SMALL_MM, fill="#333333")
            y += 3.0
        return y + 0.6 - bottom

    def _svg(self, canvas: Canvas, layout: SheetLayout, width_mm: float) -> str:
        width, height = f"{width_mm:g}", f"{layout.height_mm:.3f}".rstrip("0").rstrip(".")
        heading = f"{words.title(self.scene, self.shown)}, Maßstab 1:{number(layout.scale, 0)}"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" '
            f'viewBox="0 0 {width} {height}" role="img" font-family="Fira Sans, Noto Sans, sans-serif">'
            f"<title>{escape(heading)}</title>"
            f"<desc>{escape(self.text_alternative(layout.scale))}</desc>"
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>' + "".join(canvas.parts) + "</svg>"
        )

    def text_alternative(self, scale: int) -> str:
        """What the drawing shows, in German sentences."""
        return words.text_alternative(self.scene, self.shown, self.highlighted, scale)


def _cross(canvas: Canvas, geometry: BaseGeometry, style: Style) -> None:
    xmin, ymin, xmax, ymax = geometry.bounds
    for line in (((xmin, ymin), (xmax, ymax)), ((xmin, ymax), (xmax, ymin))):
        canvas.shape(shapely.LineString(line).intersection(geometry), style)
