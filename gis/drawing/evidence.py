"""What a drawing shows of a result: areas, lines, dimension lines and words, in world coordinates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.checks.result import Verdict

#: The deepest place within an area is found to this, in metres; areas up to so many m² are rounding.
_DEPTH_STEP_M, _ROUNDING_M2 = 1e-4, 1e-8


class Look(Enum):
    """What highlighted things mean; ``gis.drawing.styles`` says how each looks."""

    VIOLATION = "violation"
    DOUBT = "doubt"
    UNKNOWN = "unknown"
    FINE = "fine"
    COUNTED = "counted"
    COUNTED_TOO = "counted_too"
    FOUND = "found"
    FREE = "free"


_LOOKS = {Verdict.FAILED: Look.VIOLATION, Verdict.BORDERLINE: Look.DOUBT, Verdict.NOT_ASSESSABLE: Look.UNKNOWN}


def look_of(verdict: Verdict | str) -> Look:
    """How the subject of a verdict is highlighted."""
    return _LOOKS.get(Verdict(verdict), Look.FINE)


@dataclass(frozen=True, slots=True)
class Area:
    """An area with its entry in the legend; ``label`` is written at it. Very small ones get a ring around them.

    ``ground``: it lies under the footprints of the plan.
    """

    geometry: BaseGeometry
    look: Look
    legend: str
    label: tuple[str, ...] = ()
    ground: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its entry in the legend; ``label`` is written beside its middle.

    ``broad``: it is itself what was found, not a line that distances are measured to.
    """

    geometry: BaseGeometry
    look: Look
    legend: str
    label: str = ""
    broad: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """A dimension line between two points, shape (2, 2), with its figure.

    ``aside`` moves it away from what it measures by so many steps of the sheet (to the left of its direction).
    """

    line: NDArray[np.float64]
    text: str
    look: Look
    legend: str
    aside: int = 0

    @property
    def length_m(self) -> float:
        """Length in metres."""
        return float(np.hypot(*(self.line[1] - self.line[0])))


@dataclass(frozen=True, slots=True)
class Note:
    """Words inside an area."""

    geometry: BaseGeometry
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Evidence:
    """All that is shown of one result.

    ``names`` replaces the words on footprints, by feature id; ``figures`` adds to value and limit below the drawing.
    """

    areas: tuple[Area, ...] = ()
    lines: tuple[Line, ...] = ()
    measures: tuple[Measure, ...] = ()
    notes: tuple[Note, ...] = ()
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    figures: str = ""

    def bounds(self) -> tuple[float, float, float, float] | None:
        """Bounds of everything that has to be seen, None without any."""
        shapes: list[BaseGeometry] = [area.geometry for area in self.areas]
        shapes += [line.geometry for line in self.lines]
        shapes += [shapely.LineString(measure.line) for measure in self.measures]
        shapes = [shape for shape in shapes if not shape.is_empty]
        if not shapes:
            return None
        xmin, ymin, xmax, ymax = shapely.total_bounds(shapes)
        return float(xmin), float(ymin), float(xmax), float(ymax)

    def with_more(self, other: Evidence) -> Evidence:
        """Both together."""
        return Evidence(
            (*self.areas, *other.areas),
            (*self.lines, *other.lines),
            (*self.measures, *other.measures),
            (*self.notes, *other.notes),
            {**self.names, **other.names},
        )


def deepest(part: BaseGeometry, reference: BaseGeometry) -> NDArray[np.float64]:
    """From the nearest point of ``reference`` to the point of ``part`` farthest from it, shape (2, 2)."""
    points = shapely.get_coordinates(part)
    away = shapely.distance(np.asarray(shapely.points(points), dtype=object), reference)
    farthest = _within_part(part, reference, float(away.max())) or shapely.Point(points[int(np.argmax(away))])
    return shapely.get_coordinates(shapely.shortest_line(reference, farthest))


def _within_part(part: BaseGeometry, reference: BaseGeometry, least: float) -> BaseGeometry | None:
    """A point inside that is farther from the reference than all corners (in a court, between two areas), or None."""
    # Buffers of corners are a little too small: what only their arcs leave over is not deeper.
    low, high = least * 1.0005 + 2 * _DEPTH_STEP_M, least + 2 * float(shapely.minimum_bounding_radius(part))
    near = reference.intersection(shapely.box(*part.bounds).buffer(high, join_style="mitre"))
    found, depth = None, low
    while high - low > _DEPTH_STEP_M:
        rest = part.difference(near.buffer(depth, quad_segs=64))
        if rest.area > _ROUNDING_M2:
            found, low = rest, depth
        elif found is None:
            return None
        else:
            high = depth
        depth = (low + high) / 2
    return None if found is None else shapely.point_on_surface(found)


def long_side(shape: BaseGeometry) -> NDArray[np.float64]:
    """The longer side of the smallest rectangle around a shape with the shape on its right, shape (2, 2)."""
    corners = shapely.get_coordinates(shapely.oriented_envelope(shape))
    if not shapely.is_ccw(shapely.LinearRing(corners)):
        corners = corners[::-1]
    sides = np.stack([corners[:-1], corners[1:]], axis=1)
    lengths = np.hypot(*(sides[:, 1] - sides[:, 0]).T)
    # Of the two long sides the southern one, where the legend of a sheet is read from.
    longest = sides[np.isclose(lengths, lengths.max())]
    side = longest[int(np.argmin(longest[:, :, 1].sum(axis=1)))]
    return np.asarray(side[::-1], dtype=float)
