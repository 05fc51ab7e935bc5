"""Words on the map: what is highlighted, the plan's buildings, notes, zones, and the numbers of parcels."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis.drawing import styles, words
from gis.drawing.canvas import Canvas, Style
from gis.drawing.evidence import Area
from gis.drawing.labels import around_places, inside_places, label_area
from gis.drawing.reference_layers import zone_labels
from gis.drawing.scene import CROWDED
from gis.drawing.text import label_size
from gis.layers import Bounds, LayerWindow
from gis.site_context import parcel_ids, parcel_label
from gis.siteplan import PlanFeature
from gis.wording import metres

if TYPE_CHECKING:
    from gis.drawing.site_map import SiteMap

#: Plans with more features than these are labelled for the largest only.
_LABELS = 400
#: Size of numbers on footprints that are too small for ordinary words, in mm: some 5 points.
_SMALLEST_MM = 1.8
#: Of areas of one kind so many carry the number of their entry in the legend.
_MARKED = 12
#: Parcels with less room than this (side of a square, in mm) have no number; of a site of more parcels than this,
#: numbers do not look for a place clear of other words.
_PARCEL_MM, _CLEAR_NUMBERS = 6.0, 6


def keep_footprints_clear(target: SiteMap, canvas: Canvas, buildings: LayerWindow | None) -> None:
    """Words on a footprint seem to name it, and hide what stands there: all others keep off where they can."""
    features = target.scene.plan.features
    for feature in features if len(features) <= CROWDED else ():
        (left, bottom), (right, top) = canvas.paper(np.array(feature.geometry.bounds).reshape(2, 2))
        canvas.busy.append((float(left), float(top), float(right), float(bottom)))
    for area in target.evidence.areas:
        if not area.ground:
            _keep_off(canvas, area.geometry)
    _keep_off(canvas, target.scene.site_geometry)
    if buildings is not None:
        canvas.built = shapely.STRtree(buildings.geometry)


def _keep_off(canvas: Canvas, area: BaseGeometry) -> None:
    """Ask words to leave the outline of an area in sight."""
    outline = shapely.intersection(area.boundary, canvas.frame)
    for part in shapely.get_parts(outline):
        if part.geom_type in {"LineString", "LinearRing"}:
            for start, end in pairwise(canvas.paper(shapely.get_coordinates(part))):
                canvas.occupy(start, end)


def _label_highlights(target: SiteMap, canvas: Canvas) -> None:
    size = canvas.text_mm
    marked: Counter[str] = Counter()
    for area in target.evidence.areas:
        if area.legend in target.marks and not area.geometry.is_empty:
            marked[area.legend] += 1
        if words_ := _area_words(target, area, marked[area.legend]):
            look = styles.AREAS[area.look].area.stroke or styles.BLACK
            box = Style(styles.WHITE, look, 0.2)
            if not label_area(canvas, area.geometry, [words_], size, weight=600, fill=look, box=box):
                places = around_places(canvas, area.geometry, label_size(words_, size))
                canvas.label(places, words_, size, weight=600, fill=look, box=box)
    for line in target.evidence.lines:
        if not line.label or line.geometry.is_empty:
            continue
        longest = max(shapely.get_parts(shapely.line_merge(line.geometry)), key=lambda part: part.length)
        middle = longest.interpolate(0.5, normalized=True)
        style = target.line_style(line)
        box = Style(styles.WHITE, style.stroke, 0.2)
        places = around_places(canvas, middle, label_size([line.label], size))
        canvas.label(places, [line.label], size, weight=600, fill=style.stroke or styles.BLACK, box=box)


def _area_words(target: SiteMap, area: Area, nth: int) -> tuple[str, ...]:
    """The words at an area: its own, after the number of its entry in the legend where it shares its symbol."""
    if area.legend not in target.marks:
        return area.label
    if area.label:
        return (target.marked(area.legend, area.label[0]), *area.label[1:])
    return (target.marks[area.legend],) if nth <= _MARKED else ()


def _label_plan(target: SiteMap, canvas: Canvas) -> None:
    size = canvas.text_mm
    named = target.evidence.names
    numbered, bare = 0, max(0, len(target.scene.plan.features) - _LABELS)
    ordered = sorted(target.scene.plan.features, key=lambda f: (f.id not in named, -f.geometry.area))
    for feature in ordered[:_LABELS]:
        visible = feature.geometry.intersection(canvas.frame)
        if visible.is_empty:
            continue
        variants = _feature_words(target, feature)
        style = {"weight": 600, "box": styles.LABEL_BOX}
        if label_area(canvas, visible, variants, size, **style):
            continue
        if len(ordered) > CROWDED:
            if any(label_area(canvas, visible, [(feature.id,)], small, **style) for small in (size, _SMALLEST_MM)):
                numbered += 1
            else:
                bare += 1
            continue
        lines = variants[0] if feature.id in named else variants[-1]
        places = around_places(canvas, visible, label_size(lines, size))
        canvas.label(places, lines, size, weight=600, box=styles.LABEL_BOX, over_lines=feature.id in named)
    if numbered:
        room = ", soweit dafür Platz ist" if bare else ""
        target.entry(f"Nummer der Anlage, wie in den Ergebnissen genannt{room}", _number_symbol)


def _number_symbol(canvas: Canvas, x: float, y: float) -> None:
    canvas.rectangle(x, y, 7, 3, styles.LABEL_BOX)
    canvas.text(x + 3.5, y + 2.3, "1", canvas.text_mm, anchor="middle", weight=600)


def _feature_words(target: SiteMap, feature: PlanFeature) -> list[tuple[str, ...]]:
    """Wordings for a footprint, the longest first."""
    if own := target.evidence.names.get(feature.id):
        return [own]
    name = target.scene.name(feature)
    if target.shown is None and isinstance(feature.wall_height_m, float | int):
        return [(name, f"Wandhöhe {metres(feature.wall_height_m)}"), (name,)]
    return [(name,)]


def _label_notes(target: SiteMap, canvas: Canvas) -> None:
    size = canvas.text_mm
    for note in target.evidence.notes:
        visible = note.geometry.intersection(canvas.frame)
        # Without room beside the buildings it is left out: value and limit stand below the drawing.
        free = visible.difference(_built(target, canvas))
        label_area(canvas, free, [note.lines], size, weight=600, box=styles.LABEL_BOX)


def _label_zones(target: SiteMap, canvas: Canvas, frame: Bounds) -> None:
    if "zoning" not in target.layers:
        return
    built = _built(target, canvas)
    line = target.scene.site_geometry.boundary.buffer(0.6 * canvas.scale / 1000)
    for zone, lines in zone_labels(target.scene, frame):
        visible = zone.difference(line)
        outside = visible.difference(target.scene.site_geometry)
        areas = [visible.difference(built), outside, visible]
        box = Style(styles.WHITE, styles.BLACK, 0.15)
        any(label_area(canvas, area, [lines, lines[:1]], canvas.text_mm, box=box) for area in areas)


def _built(target: SiteMap, canvas: Canvas) -> BaseGeometry:
    shapes = [feature.geometry for feature in target.scene.plan.features]
    return shapely.union_all(shapes).buffer(0.8 * canvas.scale / 1000, join_style="mitre")


def _label_parcels(target: SiteMap, canvas: Canvas, parcels: LayerWindow | None, buildings: LayerWindow | None) -> None:
    """Numbers of parcels, those of the site first, each in the roomiest place that is not built over."""
    if parcels is None:
        return
    own = set(target.scene.site.parcel_ids) if target.scene.site else set()
    shapes = [feature.geometry for feature in target.scene.plan.features]
    built = np.array([*shapes, *(buildings.geometry if buildings is not None else ())], dtype=object)
    tree = shapely.STRtree(built)
    gap = 1.0 * canvas.scale / 1000
    ids = parcel_ids(parcels)
    seen = shapely.intersection(parcels.geometry, canvas.frame)
    area = shapely.area(seen)
    room = np.sqrt(area) * 1000 / canvas.scale >= _PARCEL_MM
    for row in sorted(np.flatnonzero(room).tolist(), key=lambda row: (ids[row] not in own, -area[row])):
        mine, visible = ids[row] in own, seen[row]
        lines = [words.short_name(parcel_label(parcels, row))]
        size, weight, fill = (3.4, 600, styles.BLACK) if mine else (canvas.text_mm, 400, styles.GREY)
        near = built[np.sort(tree.query(visible, predicate="dwithin", distance=gap))]
        free = visible.difference(shapely.union_all(near).buffer(gap)) if len(near) else visible
        if mine and len(own) <= _CLEAR_NUMBERS and not free.is_empty:
            clear = free.difference(canvas.taken_area().buffer(1.5 * gap))
            free = free if clear.is_empty else clear
        for shape in (free, visible) if mine else (free,):
            places = inside_places(canvas, shape, label_size(lines, size))
            if canvas.label(places, lines, size, weight=weight, fill=fill, over_lines=mine):
                break


def write_words(
    target: SiteMap, canvas: Canvas, frame: Bounds, parcels: LayerWindow | None, buildings: LayerWindow | None
) -> None:
    """Write all words that stand on the map, the most important first: later ones give way."""
    _label_highlights(target, canvas)
    _label_plan(target, canvas)
    _label_notes(target, canvas)
    _label_zones(target, canvas, frame)
    _label_parcels(target, canvas, parcels, buildings)
