"""Draws the map: surroundings, site, plan and findings; and says in words what it shows."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from xml.sax.saxutils import escape

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.checks.context import ASSUMED
from gis.checks.result import CheckResult, Verdict
from gis.drawing import sheet, styles
from gis.drawing.canvas import Canvas, Style, label_size
from gis.drawing.dimensions import Dimension, dimensions
from gis.drawing.sheet import LegendEntry, SheetLayout
from gis.layers import Bounds, Layers, LayerWindow
from gis.site import ONE_PLOT_ASSUMPTION, Site
from gis.site_context import SiteContext, UnassessableError, parcel_ids, parcel_label
from gis.siteplan import PlanFeature, Role, SitePlan
from gis.wording import listed, metres, number, parcels_named, square_metres


class SiteMap:
    """A map in the making. ``windows`` are read when the frame is known, since it decides what is seen."""

    def __init__(self, plan: SitePlan, layers: Layers | SiteContext, results: Sequence[CheckResult]) -> None:
        self.context = layers if isinstance(layers, SiteContext) else SiteContext(plan, layers)
        self.plan = self.context.plan
        self.results = {result.check: result for result in results}
        self.site: Site | None
        try:
            self.site = self.context.site
        except UnassessableError:
            self.site = None
        self.legend: list[LegendEntry] = []

    def draw(
        self, width_mm: float, height_mm: float, scale: int | None, drawn_on: date | None
    ) -> tuple[str, SheetLayout]:
        """Return the SVG and its layout."""
        foot = sheet.foot_height(self._legend_size(), width_mm, 3)
        layout = sheet.lay_out(self._content(), width_mm, height_mm, foot, scale)
        canvas = Canvas(layout.scale, layout.west, layout.south, 0.15, 0.15, width_mm - 0.3, layout.map_height_mm)
        sheet.draw_north_arrow(canvas)
        arrow, canvas.parts = canvas.parts, []
        frame: Bounds = canvas.frame.bounds
        parcels = self._window("parcels", frame)
        buildings = self._window("buildings", frame)
        self._draw_surroundings(canvas, parcels, buildings)
        self._draw_rules(canvas, self._window("building_windows", frame))
        self._draw_plan(canvas)
        self._draw_findings(canvas)
        self._draw_dimensions(canvas)
        self._label_plan(canvas)
        self._label_parcels(canvas, parcels, buildings)
        canvas.parts += arrow
        canvas.rectangle(canvas.left_mm, canvas.top_mm, canvas.width_mm, canvas.height_mm, styles.FRAME)
        layout = self._draw_foot(canvas, layout, drawn_on)
        return self._svg(canvas, layout, width_mm), layout

    def _content(self) -> Bounds:
        shapes: list[BaseGeometry] = [feature.geometry for feature in self.plan.features]
        if self.site:
            shapes.append(self.site.geometry)
        xmin, ymin, xmax, ymax = shapely.total_bounds(shapes)
        return float(xmin), float(ymin), float(xmax), float(ymax)

    def _window(self, layer: str, frame: Bounds) -> LayerWindow | None:
        if not self.context.has_layer(layer):
            return None
        try:
            return self.context.window(layer, frame)
        except UnassessableError:
            return None

    # -- the map, from the ground up -------------------------------------------------------------------------------

    def _draw_surroundings(self, canvas: Canvas, parcels: LayerWindow | None, buildings: LayerWindow | None) -> None:
        if self.site:
            canvas.shape(self.site.geometry, styles.SITE_FILL)
        if buildings is not None and len(buildings.geometry):
            self._entry("Gebäude im Kataster", sheet.area_symbol(styles.CADASTRE_BUILDING))
            for shape in buildings.geometry:
                canvas.shape(shape, styles.CADASTRE_BUILDING)
        if parcels is not None:
            self._entry("Flurstücksgrenze", sheet.line_symbol(styles.NEIGHBOUR_PARCEL))
            for shape in parcels.geometry:
                canvas.shape(shape, styles.NEIGHBOUR_PARCEL)

    def _draw_rules(self, canvas: Canvas, windows: LayerWindow | None) -> None:
        if windows is not None and len(windows.geometry):
            self._entry("Baugrenze (Baufenster)", sheet.line_symbol(styles.BUILDING_WINDOW))
            for shape in windows.geometry:
                canvas.shape(shape, styles.BUILDING_WINDOW)
        if not self.site:
            return
        self._entry("Grenze des Baugrundstücks", sheet.line_symbol(styles.SITE_LINE))
        band = self.results.get("boundary_distance")
        if band is not None and band.limit:
            inner = self.site.geometry.buffer(-band.limit, join_style="mitre")
            if not inner.is_empty:
                text = f"Abstand {metres(band.limit)} zur Grenze"
                self._entry(text, sheet.line_symbol(styles.SETBACK))
                canvas.shape(inner, styles.SETBACK)
        canvas.shape(self.site.geometry, styles.SITE_LINE)

    def _draw_plan(self, canvas: Canvas) -> None:
        for role in styles.DRAW_ORDER:
            features = self.plan.by_role(role)
            if not features:
                continue
            look = styles.ROLES[role]
            planned = " (geplant)" if role in {Role.MAIN_BUILDING, Role.GARAGE, Role.ANCILLARY_BUILDING} else ""
            self._entry(role.label + planned, sheet.role_symbol(role))
            for feature in features:
                canvas.shape(feature.geometry, Style(look.area.fill, None))
                if look.hatch_mm:
                    canvas.hatch(feature.geometry, look.hatch_mm, look.hatch, angle=look.angle)
                if look.crossed:
                    _cross(canvas, feature.geometry, look.hatch)
                canvas.shape(feature.geometry, Style(None, look.area.stroke, look.area.width, look.area.dash))
        if self.site:  # buildings on the boundary must not hide it
            canvas.shape(self.site.geometry.boundary, Style(None, styles.BLACK, 0.3))

    def _draw_findings(self, canvas: Canvas) -> None:
        outside = self.results.get("inside_parcels")
        if outside is None or outside.geometry is None or outside.geometry.is_empty:
            return
        symbol = sheet.area_symbol(Style("#ffffff", styles.VERMILLION, 0.45), 0.9, styles.VIOLATION_HATCH)
        self._entry("Außerhalb des Baugrundstücks", symbol)
        canvas.shape(outside.geometry, Style("#ffffff", None))
        canvas.hatch(outside.geometry, 0.9, styles.VIOLATION_HATCH)
        canvas.hatch(outside.geometry, 0.9, styles.VIOLATION_HATCH, angle=135)
        canvas.shape(outside.geometry, styles.VIOLATION_LINE)

    def _draw_dimensions(self, canvas: Canvas) -> None:
        for dimension in dimensions(self.results.get("boundary_distance"), self.plan, self.site):
            self._dimension(canvas, dimension)

    def _dimension(self, canvas: Canvas, dimension: Dimension) -> None:
        """A dimension line with ticks and its length; where a wall meets the boundary, a ring marks the place."""
        start, end = canvas.paper(dimension.line)
        style = styles.DIMENSION_FAILED if dimension.failed else styles.DIMENSION
        text = number(dimension.distance_m)
        if dimension.failed:
            text = f"{text} (erforderlich {number(dimension.required_m)})"
            self._entry("Grenzabstand nicht eingehalten", sheet.line_symbol(styles.DIMENSION_FAILED))
        else:
            self._entry("Abstand zur Grenze in Metern", sheet.line_symbol(styles.DIMENSION))
        along = end - start
        length = math.hypot(*along)
        unit = along / length if length > 0 else np.array([0.0, -1.0])
        if length < 1.5:
            canvas.parts.append(f'<circle cx="{start[0]:.3f}" cy="{start[1]:.3f}" r="1.3" {style.attributes()}/>')
        else:
            canvas.line(start[0], start[1], end[0], end[1], style)
            tick = np.array([unit[0] - unit[1], unit[1] + unit[0]]) * 0.75
            for point in (start, end):
                (x1, y1), (x2, y2) = point - tick, point + tick
                canvas.line(x1, y1, x2, y2, Style(None, style.stroke, 0.3))
        box = styles.FAILED_BOX if dimension.failed else styles.LABEL_BOX
        fill = styles.VERMILLION if dimension.failed else styles.BLACK
        weight = 600 if dimension.failed else 400
        for x, y in _label_places(start, end, unit, label_size([text], sheet.TEXT_MM)):
            if canvas.label(x, y, [text], sheet.TEXT_MM, weight=weight, fill=fill, box=box):
                return

    # -- words on the map ------------------------------------------------------------------------------------------

    def _label_plan(self, canvas: Canvas) -> None:
        for feature in sorted(self.plan.features, key=lambda f: -f.geometry.area)[:_LABELS]:
            lines = [feature.role.label]
            if isinstance(feature.wall_height_m, float | int):
                lines.append(f"Wandhöhe {metres(feature.wall_height_m)}")
            visible = feature.geometry.intersection(canvas.frame)
            spot = _spot(visible)
            if spot is None:
                continue
            for x, y, shown in self._plan_label_places(canvas, visible, spot, lines):
                if canvas.label(x, y, shown, sheet.TEXT_MM, weight=600, box=styles.LABEL_BOX):
                    break

    @staticmethod
    def _plan_label_places(
        canvas: Canvas, visible: BaseGeometry, spot: tuple[float, float], lines: list[str]
    ) -> Iterator[tuple[float, float, list[str]]]:
        """Places for the label of a footprint: inside where it fits, else beside it, else inside all the same."""
        (left, bottom), (right, top) = canvas.paper(np.array(visible.bounds).reshape(2, 2))
        (x, y), *_ = canvas.paper(np.array([spot]))
        for shown in (lines, lines[:1]):
            width, height = label_size(shown, sheet.TEXT_MM)
            if width < 0.9 * (right - left) and height < 0.8 * (bottom - top):
                yield x, y, shown
        width, height = label_size(lines[:1], sheet.TEXT_MM)
        middle = (top + bottom) / 2
        yield right + width / 2 + 0.5, middle, lines[:1]
        yield left - width / 2 - 0.5, middle, lines[:1]
        yield (left + right) / 2, top - height / 2 - 0.5, lines[:1]
        yield (left + right) / 2, bottom + height / 2 + 0.5, lines[:1]
        yield x, y, lines[:1]

    def _label_parcels(self, canvas: Canvas, parcels: LayerWindow | None, buildings: LayerWindow | None) -> None:
        """Numbers of parcels, those of the site first, each in the roomiest place that is not built over."""
        if parcels is None:
            return
        own = set(self.site.parcel_ids) if self.site else set()
        shapes: list[BaseGeometry] = [feature.geometry for feature in self.plan.features]
        if buildings is not None:
            shapes += [shape for shape in buildings.geometry if shape.intersects(canvas.frame)]
        built = shapely.union_all(shapes).buffer(1.5 * canvas.scale / 1000)
        ids = parcel_ids(parcels)
        area = shapely.area(parcels.geometry)
        order = sorted(range(len(ids)), key=lambda row: (ids[row] not in own, -area[row]))
        for row in order:
            mine = ids[row] in own
            visible = parcels.geometry[row].intersection(canvas.frame)
            free = visible.difference(built)
            if mine and not free.is_empty:
                clear = free.difference(canvas.taken_area().buffer(2.5 * canvas.scale / 1000))
                free = free if clear.is_empty else clear
            spot = _spot(free if not free.is_empty else visible)
            room_mm = math.sqrt(visible.area) * 1000 / canvas.scale
            if spot is None or room_mm < 6:
                continue
            x, y = canvas.paper(np.array([spot]))[0]
            size, weight, fill = (3.4, 600, styles.BLACK) if mine else (2.6, 400, styles.GREY)
            canvas.label(x, y, [_short(parcel_label(parcels, row))], size, weight=weight, fill=fill)

    # -- around the map --------------------------------------------------------------------------------------------

    def _entry(self, text: str, symbol: sheet.Symbol) -> None:
        if all(entry.text != text for entry in self.legend):
            self.legend.append(LegendEntry(text, symbol))

    def _legend_size(self) -> int:
        """Upper bound on the number of legend entries, known before anything is drawn."""
        return 6 + len({feature.role for feature in self.plan.features}) + (2 if self.results else 0)

    def _draw_foot(self, canvas: Canvas, layout: SheetLayout, drawn_on: date | None) -> SheetLayout:
        """Draw what is below the map and return the layout with the height that it really took."""
        sources = sheet.wrapped(self._sources(drawn_on), canvas.width_mm)
        foot = sheet.foot_height(len(self.legend), canvas.width_mm, len(sources))
        height = canvas.top_mm + canvas.height_mm + foot
        top = canvas.top_mm + canvas.height_mm + 2.5
        sheet.draw_scale_bar(canvas, canvas.left_mm + canvas.width_mm, top)
        sheet.draw_legend(canvas, self.legend, top + 7.5)
        canvas.text(canvas.left_mm, top + 4.4, self._title(), 3.2, weight=600)
        for row, line in enumerate(reversed(sources)):
            canvas.text(canvas.left_mm, height - 1.0 - 3.0 * row, line, sheet.SMALL_MM, fill="#333333")
        return replace(layout, height_mm=height)

    def _title(self) -> str:
        names = [_short(self.context.parcel_name(parcel)) for parcel in self.site.parcel_ids] if self.site else []
        return f"Lageplan, {parcels_named(names)}" if names else "Lageplan"

    def _sources(self, drawn_on: date | None) -> list[str]:
        parts = []
        for name, (_, window) in self.context.windows.items():
            info = window.info
            as_of = f", Stand {info.as_of:%d.%m.%Y}" if info.as_of else ""
            licence = f", {info.licence}" if info.licence else ""
            parts.append(f"{_LAYER_NAMES.get(name, name)}: {info.source}{as_of}{licence}")
        texts = list(dict.fromkeys(parts))
        if self.context.crs_name:
            texts.append(f"Koordinaten: {self.context.crs_name}")
        if drawn_on:
            texts.append(f"gezeichnet am {drawn_on:%d.%m.%Y}")
        return texts

    def _svg(self, canvas: Canvas, layout: SheetLayout, width_mm: float) -> str:
        width, height = f"{width_mm:g}", f"{layout.height_mm:.3f}".rstrip("0").rstrip(".")
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" '
            f'viewBox="0 0 {width} {height}" role="img" font-family="Fira Sans, Noto Sans, sans-serif">'
            f"<title>{escape(self._title())}, Maßstab 1:{number(layout.scale, 0)}</title>"
            f"<desc>{escape(self.text_alternative(layout.scale))}</desc>"
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>' + "".join(canvas.parts) + "</svg>"
        )

    def text_alternative(self, scale: int) -> str:
        """What the drawing shows, in German sentences."""
        sentences = [f"Lageplan im Maßstab 1:{number(scale, 0)}, Norden ist oben."]
        if self.site:
            names = [self.context.parcel_name(parcel) for parcel in self.site.parcel_ids]
            sentences.append(f"Baugrundstück: {parcels_named(names)}, {square_metres(self.site.area_m2)}.")
        else:
            sentences.append("Das Baugrundstück ist nicht bestimmt.")
        sentences.append(f"Eingezeichnet: {listed(_described_all(self.plan))}.")
        applicable = [result for result in self.results.values() if result.verdict is not Verdict.NOT_APPLICABLE]
        sentences += [result.message.replace(f" {ASSUMED} {ONE_PLOT_ASSUMPTION}", "") for result in applicable]
        sentences += [f"{ASSUMED} {assumption}" for assumption in (self.site.assumptions if self.site else ())]
        return " ".join(sentences)


#: Plans with more features than these are labelled for the largest only, and described by counts.
_LABELS, _DESCRIBED = 100, 20

_LAYER_NAMES = {
    "parcels": "Flurstücke",
    "buildings": "Gebäude",
    "building_windows": "Baufenster",
}


def _label_places(
    start: NDArray[np.float64], end: NDArray[np.float64], unit: NDArray[np.float64], size: tuple[float, float]
) -> Iterator[tuple[float, float]]:
    """Places for the figure of a dimension line: on the line where it is long enough, beyond its ends, beside it."""
    half = (size[0] * abs(unit[0]) + size[1] * abs(unit[1])) / 2 + 1.0
    across = np.array([-unit[1], unit[0]])
    aside = (size[0] * abs(across[0]) + size[1] * abs(across[1])) / 2 + 1.0
    middle = (start + end) / 2
    places = [end + unit * half, middle + across * aside, middle - across * aside, start - unit * half]
    if math.hypot(*(end - start)) > 2 * half:
        places = [middle, middle * 0.7 + start * 0.3, middle * 0.7 + end * 0.3, *places]
    yield from ((float(x), float(y)) for x, y in places)


def _cross(canvas: Canvas, geometry: BaseGeometry, style: Style) -> None:
    xmin, ymin, xmax, ymax = geometry.bounds
    for line in (((xmin, ymin), (xmax, ymax)), ((xmin, ymax), (xmax, ymin))):
        canvas.shape(shapely.LineString(line).intersection(geometry), style)


def _spot(area: BaseGeometry) -> tuple[float, float] | None:
    """The roomiest place of an area for a label."""
    parts = [part for part in shapely.get_parts(area) if part.geom_type == "Polygon" and part.area > 0]
    if not parts:
        return None
    largest = max(parts, key=lambda part: part.area)
    radius = shapely.maximum_inscribed_circle(largest, tolerance=math.sqrt(largest.area) / 50)
    x, y = shapely.get_coordinates(radius)[0]
    return float(x), float(y)


def _short(label: str) -> str:
    return label if len(label) <= 10 else f"…{label[-6:]}"


def _described_all(plan: SitePlan) -> list[str]:
    """Features one by one, or counted by role where there are too many to listen to."""
    if len(plan.features) <= _DESCRIBED:
        return [_described(feature) for feature in plan.features]
    counts = Counter(feature.role for feature in plan.features)
    return [f"{number(count, 0)} × {role.label}" for role, count in counts.items()]


def _described(feature: PlanFeature) -> str:
    height = feature.wall_height_m
    walls = f" mit {metres(height)} Wandhöhe" if isinstance(height, float | int) else ""
    return f"{feature.role.label} ({square_metres(feature.geometry.area)}{walls})"
