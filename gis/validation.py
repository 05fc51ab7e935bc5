"""Validation of geometry that people send: nothing enters a site plan that is not finite, closed, simple and areal.

Every refusal is a :class:`gis.siteplan.SitePlanError`: a code, a German sentence and the place in the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gis.siteplan import SitePlanError


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a plan file may hold. Features and vertices count per plan, so that batches of plans are possible."""

    file_bytes: int = 50_000_000
    features: int = 5_000
    vertices: int = 50_000
    dxf_seconds: int = 30
    dxf_memory_bytes: int = 1_500_000_000


DEFAULT_LIMITS = Limits()

_REASONS = {
    "Self-intersection": ("self_crossing", "Der Umriss kreuzt sich selbst"),
    "Ring Self-intersection": ("self_touching", "Der Umriss berührt sich selbst"),
    "Hole lies outside shell": ("hole_outside", "Eine Aussparung liegt außerhalb des Umrisses"),
    "Holes are nested": ("nested_holes", "Eine Aussparung liegt in einer anderen"),
    "Nested shells": ("nested_shells", "Eine Teilfläche liegt in einer anderen"),
    "Interior is disconnected": ("disconnected", "Die Fläche zerfällt durch eine Aussparung in getrennte Teile"),
    "Duplicate Rings": ("duplicate_rings", "Ein Umriss kommt doppelt vor"),
    "Too few points in geometry component": ("too_few_points", "Der Umriss hat zu wenige verschiedene Punkte"),
}


def ring_from(value: Any, place: str) -> list[tuple[float, float]]:
    """Read one ring: a list of positions [x, y] or [x, y, z]; closed, at least four positions, finite numbers."""
    if not isinstance(value, list):
        raise SitePlanError("coordinates", "Ein Ring muss eine Liste von Punkten sein.", place)
    points = [_position(item, f"{place}, Punkt {number}") for number, item in enumerate(value, start=1)]
    if len(points) < 4:
        raise SitePlanError(
            "too_few_points",
            f"Ein Ring braucht mindestens vier Punkte (erster gleich letzter), nicht {len(points)}.",
            place,
        )
    if points[0] != points[-1]:
        raise SitePlanError(
            "not_closed", "Der Ring ist nicht geschlossen: letzter und erster Punkt sind verschieden.", place
        )
    return points


def _position(value: Any, place: str) -> tuple[float, float]:
    if not isinstance(value, list) or not 2 <= len(value) <= 3:
        raise SitePlanError("coordinates", "Ein Punkt muss aus zwei oder drei Zahlen bestehen.", place)
    for number in value:
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise SitePlanError("coordinates", "Eine Koordinate ist keine Zahl.", place)
        if not -1e15 < number < 1e15:  # also refuses NaN
            raise SitePlanError("not_finite", "Eine Koordinate ist keine endliche Zahl (NaN oder unendlich).", place)
    return float(value[0]), float(value[1])


def polygon_from(value: Any, place: str) -> Polygon:
    """Build a polygon from a list of rings as in GeoJSON, vertices kept as written."""
    if not isinstance(value, list) or not value:
        raise SitePlanError("coordinates", "Ein Polygon muss mindestens einen Ring haben.", place)
    rings = [ring_from(ring, f"{place}, Ring {number}") for number, ring in enumerate(value, start=1)]
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
        code, sentence, where = explain(shapely.is_valid_reason(geometry))
        raise SitePlanError(code, f"{sentence}{where}.", place)
    if not geometry.area > 0:
        raise SitePlanError("no_area", "Der Umriss schließt keine Fläche ein.", place)


def explain(reason: str) -> tuple[str, str, str]:
    """Translate GEOS's reason for an invalid geometry to ``(code, German sentence, German place)``."""
    match = re.match(r"([^\[]*)\[([-\d.e+]+) ([-\d.e+]+)", reason)
    name = (match[1] if match else reason).strip()
    code, sentence = _REASONS.get(name, ("invalid", "Die Geometrie ist fehlerhaft"))
    return code, sentence, f" bei x = {match[2]}, y = {match[3]}" if match else ""


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


def _thousands(value: int) -> str:
    return f"{value:,}".replace(",", ".")
