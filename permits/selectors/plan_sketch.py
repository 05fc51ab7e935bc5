"""Sketches for placing a drawing: its outlines in its own coordinates, and the corners of the site on the ground."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from numpy.typing import NDArray

from gis.wording import number
from permits.models import PermitCase
from permits.parcel_numbers import parcel_label
from permits.services.plan_reading import DrawnOutlines, Point

Points = NDArray[np.float64]
_WIDTH, _MARGIN = 360.0, 24.0
_MOST_CORNERS = 60
#: A point on a straight boundary, or nearly so, is no corner that anybody finds again in a drawing.
_STRAIGHT_DEG = 5.0


@dataclass(frozen=True)
class Corner:
    """A numbered corner of the site, with its coordinates as people write them."""

    number: int
    parcel: str
    east: str
    north: str


@dataclass(frozen=True)
class SiteSketch:
    """The parcels of a case with their numbered corners."""

    svg: SafeString
    corners: tuple[Corner, ...]


def drawing_sketch(drawn: DrawnOutlines) -> tuple[SafeString, tuple[Point, Point]] | None:
    """Return a sketch of the drawing with two suggested points far apart, and the points in drawing units."""
    if not drawn.rings:
        return None
    corners = np.concatenate(drawn.rings)
    hull = shapely.get_coordinates(shapely.convex_hull(shapely.MultiPoint(corners)))
    distances = np.hypot(*(hull[:, None] - hull[None]).T)
    first, second = np.unravel_index(distances.argmax(), distances.shape)
    # From left to right, so that the same drawing always gets the same points.
    pair = sorted([(float(x), float(y)) for x, y in (hull[first], hull[second])])
    svg = _svg(drawn.rings, [(*pair[0], "1"), (*pair[1], "2")], "Umrisse der Zeichnung mit den Punkten 1 und 2")
    return svg, (pair[0], pair[1])


def site_sketch(case: PermitCase) -> SiteSketch | None:
    """Return the chosen parcels with their corners numbered; None while none is chosen."""
    rings: list[Points] = []
    corners: list[Corner] = []
    marks: list[tuple[float, float, str]] = []
    seen: set[tuple[float, float]] = set()
    for parcel in case.site.parcels.order_by("parcel_id"):
        label = parcel_label(parcel.parcel_id).rpartition("Flurstück ")[2]
        for part in shapely.get_parts(parcel.geometry):
            ring = shapely.get_coordinates(part.exterior)
            rings.append(ring)
            for x, y in _corners(ring):
                place = (round(float(x), 3), round(float(y), 3))
                if place in seen or len(corners) >= _MOST_CORNERS:
                    continue
                seen.add(place)
                corners.append(Corner(len(corners) + 1, label, number(place[0], 3), number(place[1], 3)))
                marks.append((*place, str(len(corners))))
    if not rings:
        return None
    return SiteSketch(_svg(rings, marks, "Flurstücke des Baugrundstücks mit nummerierten Eckpunkten"), tuple(corners))


def _corners(ring: Points) -> Points:
    open_ring = ring[:-1]
    before, after = open_ring - np.roll(open_ring, 1, axis=0), np.roll(open_ring, -1, axis=0) - open_ring
    turn = np.arctan2(before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0], (before * after).sum(axis=1))
    found: Points = open_ring[np.abs(np.degrees(turn)) > _STRAIGHT_DEG]
    return found


def _svg(rings: Sequence[Points], marks: Sequence[tuple[float, float, str]], title: str) -> SafeString:
    everything = np.concatenate(rings)
    low, high = everything.min(axis=0), everything.max(axis=0)
    size = np.maximum(high - low, 1e-9)
    scale = (_WIDTH - 2 * _MARGIN) / float(size.max())
    width, height = (size * scale + 2 * _MARGIN).tolist()

    def at(x: float, y: float) -> tuple[str, str]:
        return f"{(x - low[0]) * scale + _MARGIN:.1f}", f"{height - _MARGIN - (y - low[1]) * scale:.1f}"

    paths = format_html_join(
        "", '<path d="M{}"/>', ((" L".join(",".join(at(x, y)) for x, y in ring.tolist()),) for ring in rings)
    )
    points = format_html_join(
        "",
        '<circle cx="{0}" cy="{1}" r="4"/><text x="{0}" y="{1}" dx="7" dy="-5">{2}</text>',
        ((*at(x, y), label) for x, y, label in marks),
    )
    return format_html(
        '<svg class="ba-sketch" viewBox="0 0 {} {}" role="img" aria-label="{}"><g class="ba-sketch__lines">{}</g>'
        '<g class="ba-sketch__points">{}</g></svg>',
        f"{width:.0f}",
        f"{height:.0f}",
        title,
        paths,
        points,
    )
