"""What can be wrong with a geometry: the same reasons, words and tolerances for site plans and for reference data."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

Place = tuple[float, float]

#: A spike is narrower than this, metres: no building and no parcel is, and no survey measures finer.
SPIKE_WIDTH_M = 0.001
#: Shorter spikes change no distance that matters, metres.
SPIKE_LENGTH_M = 0.05
_METRES_PER_DEGREE = 111_320.0
_PLACE = re.compile(r"\[([^\s\]]+) ([^\s\]]+)\]")

#: GEOS's reason for an invalid geometry → code and German sentence without its full stop.
_REASONS = {
    "Self-intersection": ("self_crossing", "Der Umriss kreuzt sich selbst"),
    "Ring Self-intersection": ("self_touching", "Der Umriss berührt sich selbst"),
    "Hole lies outside shell": ("hole_outside", "Eine Aussparung liegt außerhalb des Umrisses"),
    "Holes are nested": ("nested_holes", "Eine Aussparung liegt in einer anderen"),
    "Nested shells": ("nested_shells", "Eine Teilfläche liegt in einer anderen"),
    "Interior is disconnected": ("disconnected", "Die Fläche zerfällt durch eine Aussparung in getrennte Teile"),
    "Duplicate Rings": ("duplicate_rings", "Ein Umriss kommt doppelt vor"),
    "Too few points in geometry component": ("too_few_points", "Der Umriss hat zu wenige verschiedene Punkte"),
    "Invalid Coordinate": ("not_finite", "Eine Koordinate ist keine endliche Zahl (NaN oder unendlich)"),
}


@dataclass(frozen=True, slots=True)
class Defect:
    """Why a geometry is invalid: code, German sentence without its full stop, place in its own coordinates."""

    code: str
    sentence: str
    place: Place | None


def invalidity(reason: str) -> Defect:
    """Translate GEOS's reason (`shapely.is_valid_reason`)."""
    match = _PLACE.search(reason)
    code, sentence = _REASONS.get(reason.partition("[")[0].strip(), ("invalid", "Die Geometrie ist fehlerhaft"))
    return Defect(code, sentence, (float(match[1]), float(match[2])) if match else None)


def repeated_points(geometry: NDArray[np.object_]) -> dict[int, Place]:
    """Rows whose rings or lines have a point twice in a row, with the first such place. Points are left out."""
    parts, rows = shapely.get_parts(geometry, return_index=True)
    lines = shapely.get_type_id(parts) != shapely.GeometryType.POLYGON
    rings, ring_parts = shapely.get_rings(parts, return_index=True)
    chains = np.concatenate([rings, parts[lines]])
    chain_rows = np.concatenate([rows[ring_parts], rows[lines]])
    points, owner = shapely.get_coordinates(chains, return_index=True)
    same = (points[1:] == points[:-1]).all(axis=1) & (owner[1:] == owner[:-1])
    return _first(chain_rows[owner[:-1][same]], points[:-1][same])


def spikes(geometry: NDArray[np.object_], *, degrees: bool = False) -> dict[int, Place]:
    """Rows whose rings run out and back over themselves, with the tip of the first such spike.

    Parameters
    ----------
    geometry : array of finite shapely geometries or None, shape (n,)
        Only polygons are looked at. Metres; longitude and latitude where `degrees`.
    """
    parts, rows = shapely.get_parts(geometry, return_index=True)
    rings, ring_parts = shapely.get_rings(parts, return_index=True)
    points, owner = shapely.get_coordinates(rings, return_index=True)
    if len(points) < 2:
        return {}
    metres = _in_metres(points) if degrees else points
    step = np.diff(metres, axis=0)
    # The closing point repeats the first one; points closer than a spike's width count as one.
    keep = np.append((owner[1:] == owner[:-1]) & (np.hypot(step[:, 0], step[:, 1]) > SPIKE_WIDTH_M), False)
    points, metres, owner = points[keep], metres[keep], owner[keep]
    if len(points) == 0:
        return {}
    starts = np.flatnonzero(np.append(True, owner[1:] != owner[:-1]))
    ends = np.append(starts[1:], len(owner)) - 1
    before, after = np.arange(len(owner)) - 1, np.arange(len(owner)) + 1
    before[starts], after[ends] = ends, starts
    back, forth = metres[before] - metres, metres[after] - metres
    long, short = (order(np.hypot(*back.T), np.hypot(*forth.T)) for order in (np.maximum, np.minimum))
    width = np.abs(back[:, 0] * forth[:, 1] - back[:, 1] * forth[:, 0]) / np.where(long > 0, long, 1.0)
    sharp = (back * forth).sum(axis=1) > 0
    found = sharp & (width <= SPIKE_WIDTH_M) & (short >= SPIKE_LENGTH_M)
    return _first(rows[ring_parts[owner[found]]], points[found])


def _in_metres(points: NDArray[np.float64]) -> NDArray[np.float64]:
    scale = np.column_stack([np.cos(np.radians(np.clip(points[:, 1], -89.0, 89.0))), np.ones(len(points))])
    return np.asarray(points * scale * _METRES_PER_DEGREE, dtype=np.float64)


def _first(rows: NDArray[np.intp], points: NDArray[np.float64]) -> dict[int, Place]:
    found, first = np.unique(rows, return_index=True)
    return {int(row): (float(points[at, 0]), float(points[at, 1])) for row, at in zip(found, first, strict=True)}
