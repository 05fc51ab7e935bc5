"""Validation of geometry that people send: nothing enters a site plan that is not finite, closed, simple and areal.

Every refusal is a :class:`gis.siteplan.SitePlanError`: a code, a German sentence and the place in the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gis.defects import Place, invalidity, repeated_points, spikes
from gis.siteplan import SitePlanError
from gis.zip_archive import ZipLimits


@dataclass(frozen=True, slots=True)
class OutlineRemarks:
    """By row: why an outline is refused, what is told about it, and whether its points carry heights."""

    refused: Mapping[int, SitePlanError]
    warnings: Mapping[int, str]
    raised: frozenset[int]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a plan file may hold. Features and vertices count per plan, so that batches of plans are possible."""

    file_bytes: int = 50_000_000
    features: int = 5_000
    vertices: int = 50_000
    #: Of the process that reads DXF, IFC, GeoPackage and Shapefile.
    seconds: int = 30
    memory_bytes: int = 1_500_000_000
    #: Levels of lists and objects inside each other in a JSON file; the deepest sensible one has about ten.
    nesting_depth: int = 30
    #: Of an archive: files in it, bytes after unpacking, bytes unpacked per byte packed.
    archive_files: int = 100
    archive_bytes: int = 200_000_000
    archive_ratio: int = 200

    @property
    def archive(self) -> ZipLimits:
        """Those of an archive."""
        return ZipLimits(self.archive_files, self.archive_bytes, self.archive_ratio)


DEFAULT_LIMITS = Limits()

_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_NESTING = np.zeros(256, dtype=np.int8)
_NESTING[list(b"[{")] = 1
_NESTING[list(b"]}")] = -1
_CHUNK = 1 << 20


def check_nesting(raw: bytes, limits: Limits) -> None:
    """Raise where lists and objects of a JSON text lie deeper inside each other than any sensible file has them."""
    if _depth(raw) > limits.nesting_depth and _depth(_STRINGS.sub(b"", raw)) > limits.nesting_depth:
        raise SitePlanError(
            "too_deep", f"Die Datei ist zu tief geschachtelt (erlaubt sind {limits.nesting_depth} Ebenen)."
        )


def ring_from(value: Any, place: str) -> list[tuple[float, ...]]:
    """Read one ring: a list of positions [x, y], with or without z and m; closed in the plane, finite numbers."""
    points = points_from(value, place)
    if len(points) < 4:
        raise SitePlanError(
            "too_few_points",
            f"Ein Ring braucht mindestens vier Punkte (erster gleich letzter), nicht {len(points)}.",
            place,
        )
    if points[0][:2] != points[-1][:2]:
        raise SitePlanError(
            "not_closed", "Der Ring ist nicht geschlossen: letzter und erster Punkt sind verschieden.", place
        )
    return points


def points_from(value: Any, place: str) -> list[tuple[float, ...]]:
    """Read a list of positions [x, y], with or without z and m: finite numbers."""
    if not isinstance(value, list):
        raise SitePlanError("coordinates", "Ein Ring muss eine Liste von Punkten sein.", place)
    return [_position(item, f"{place}, Punkt {number}") for number, item in enumerate(value, start=1)]


def _position(value: Any, place: str) -> tuple[float, ...]:
    if not isinstance(value, list) or not 2 <= len(value) <= 4:
        raise SitePlanError("coordinates", "Ein Punkt muss aus zwei bis vier Zahlen bestehen.", place)
    for number in value:
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise SitePlanError("coordinates", "Eine Koordinate ist keine Zahl.", place)
        if not -1e15 < number < 1e15:  # also refuses NaN
            raise SitePlanError("not_finite", "Eine Koordinate ist keine endliche Zahl (NaN oder unendlich).", place)
    return tuple(float(number) for number in value)


def polygon_from(value: Any, place: str) -> Polygon:
    """Build a polygon from a list of rings as in GeoJSON, vertices kept as written; with z where a point has one."""
    if not isinstance(value, list) or not value:
        raise SitePlanError("coordinates", "Ein Polygon muss mindestens einen Ring haben.", place)
    rings = [ring_from(ring, f"{place}, Ring {number}") for number, ring in enumerate(value, start=1)]
    if any(len(point) > 2 for ring in rings for point in ring):
        rings = [[(*point, 0.0)[:3] for point in ring] for ring in rings]
    return Polygon(rings[0], rings[1:])


def check_geometry(geometry: BaseGeometry | None, place: str) -> None:
    """Raise unless the geometry is a finite, valid, non-empty Polygon or MultiPolygon."""
    if not isinstance(geometry, Polygon | MultiPolygon) or geometry.is_empty:
        raise SitePlanError(
            "geometry_type", "Das Objekt hat keine Fläche (erlaubt sind Polygon und MultiPolygon).", place
        )
    if not np.isfinite(shapely.get_coordinates(geometry)).all():
        raise SitePlanError("not_finite", "Eine Koordinate ist keine endliche Zahl (NaN oder unendlich).", place)
    if not shapely.is_valid(geometry):
        defect = invalidity(shapely.is_valid_reason(geometry))
        raise SitePlanError(defect.code, f"{defect.sentence}{_at(defect.place)}.", place)
    if not geometry.area > 0:
        raise SitePlanError("no_area", "Der Umriss schließt keine Fläche ein.", place)


def check_outlines(geometry: NDArray[np.object_], places: Sequence[str], *, degrees: bool) -> OutlineRemarks:
    """Look for what is valid and yet not meant: spikes, which are refused, and repeated points and heights, noted.

    Parameters
    ----------
    geometry : array of valid polygons, shape (n,)
    places : place in the file, of each
    degrees : coordinates are longitude and latitude, else metres
    """
    refused = {
        row: SitePlanError(
            "spike", f"Der Umriss hat eine Spitze ohne Breite{_at(tip)}. Bitte entfernen Sie diesen Punkt.", places[row]
        )
        for row, tip in spikes(geometry, degrees=degrees).items()
    }
    warnings = {
        row: f"{places[row]}: Ein Punkt steht zweimal hintereinander{_at(point)}; das bleibt ohne Wirkung."
        for row, point in repeated_points(geometry).items()
    }
    raised = frozenset(np.flatnonzero(shapely.has_z(geometry)).tolist())
    return OutlineRemarks(refused, warnings, raised)


def count_positions(value: Any, limit: int) -> int:
    """Count coordinate positions in nested GeoJSON coordinates, without recursion; stops above the limit."""
    count, stack = 0, [value]
    while stack and count <= limit:
        item = stack.pop()
        if isinstance(item, list) and item:
            if isinstance(item[0], list):
                stack.extend(item)
            else:
                count += 1
    return count


def check_counts(features: int, vertices: int, limits: Limits) -> None:
    """Raise where a plan has no features, or more features or vertices than allowed."""
    if features == 0:
        raise SitePlanError("no_features", "Der Lageplan enthält keine Objekte.")
    if features > limits.features:
        raise SitePlanError(
            "too_many_features",
            f"Der Lageplan enthält {_thousands(features)} Objekte; erlaubt sind {_thousands(limits.features)}.",
        )
    if vertices > limits.vertices:
        raise SitePlanError(
            "too_many_vertices",
            f"Der Lageplan enthält mehr als {_thousands(limits.vertices)} Punkte. Bitte vereinfachen Sie die Umrisse.",
        )


def check_file_size(size: int, limits: Limits) -> None:
    """Raise where a file is empty or larger than allowed."""
    if size == 0:
        raise SitePlanError("empty_file", "Die Datei ist leer.")
    if size > limits.file_bytes:
        raise SitePlanError(
            "file_too_large",
            f"Die Datei ist größer als {_thousands(limits.file_bytes // 1_000_000)} MB.",
        )


def _depth(raw: bytes) -> int:
    deepest = level = 0
    for start in range(0, len(raw), _CHUNK):
        steps = np.cumsum(_NESTING[np.frombuffer(raw, np.uint8, min(_CHUNK, len(raw) - start), start)], dtype=np.int64)
        deepest = max(deepest, level + int(steps.max()))
        level += int(steps[-1])
    return deepest


def _at(place: Place | None) -> str:
    return "" if place is None else f" bei x = {place[0]:.12g}, y = {place[1]:.12g}"


def _thousands(value: int) -> str:
    return f"{value:,}".replace(",", ".")
