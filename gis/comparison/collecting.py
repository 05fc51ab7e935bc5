"""Read two states tile by tile and keep only what differs, so that memory grows with the changes alone."""

import hashlib
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from gis.attributes import layer_schema
from gis.comparison.result import ComparisonError
from gis.crs import same_crs
from gis.layers import Bounds, Layer, LayerWindow, MemoryLayer
from gis.snapshots import SnapshotLayer

_TILE_FEATURES = 5_000
#: Side of a tile where the number of features is not known, metres.
_TILE_M = 2_000.0


@dataclass(frozen=True)
class Features:
    """Features with their ids (text) and attributes; row i of all three belongs together."""

    ids: NDArray[np.object_]
    geometry: NDArray[np.object_]
    rows: tuple[dict[str, object], ...]

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, rows: NDArray[np.intp]) -> "Features":
        """The features of these rows."""
        return Features(self.ids[rows], self.geometry[rows], tuple(self.rows[row] for row in rows.tolist()))


@dataclass(frozen=True)
class Differences:
    """Features of both sides without an equal on the other side, how many have one, and how many were unreadable."""

    old: Features
    new: Features
    unchanged: int
    skipped_old: int
    skipped_new: int


def bounds_of(layer: Layer) -> Bounds | None:
    """Extent of a layer in its own system; None where it is not known (live sources) or the layer is empty."""
    if isinstance(layer, SnapshotLayer):
        return layer.meta.bounds
    if isinstance(layer, MemoryLayer) and len(layer.geometry):
        west, south, east, north = shapely.total_bounds(layer.geometry).tolist()
        return west, south, east, north
    return None


def differences(old: Layer, new: Layer, bounds: Bounds, *, tolerance_m: float) -> Differences:
    """Compare two states in a window (system of the old one); raises LayerUnavailableError."""
    found_old, found_new = [], []
    seen_old: set[bytes] = set()
    seen_new: set[bytes] = set()
    skipped_old: set[str] = set()
    skipped_new: set[str] = set()
    unchanged = 0
    for tile in _tiles(bounds, max(old.info.feature_count, new.info.feature_count)):
        before = old.window(tile)
        after = new.window(_moved(tile, old.info.crs, new.info.crs)).in_crs(old.info.crs)
        skipped_old.update(feature.id for feature in before.skipped)
        skipped_new.update(feature.id for feature in after.skipped)
        mine, my_keys = _fresh(before, seen_old)
        other, other_keys = _fresh(after, seen_new)
        same = set(my_keys) & set(other_keys)
        unchanged += sum(key in same for key in my_keys)
        mine = mine.take(np.array([row for row, key in enumerate(my_keys) if key not in same], dtype=np.intp))
        other = other.take(np.array([row for row, key in enumerate(other_keys) if key not in same], dtype=np.intp))
        mine, other, equal = _without_equal(mine, other, tolerance_m)
        unchanged += equal
        found_old.append(mine)
        found_new.append(other)
    return Differences(_joined(found_old), _joined(found_new), unchanged, len(skipped_old), len(skipped_new))


def _tiles(bounds: Bounds, features: int) -> Iterator[Bounds]:
    west, south, east, north = bounds
    width, height = max(east - west, 1e-3), max(north - south, 1e-3)
    side = _TILE_M if features < 0 else max(math.sqrt(width * height * _TILE_FEATURES / max(features, 1)), 1e-3)
    columns, rows = (min(math.ceil(length / side), 10_000) for length in (width, height))
    xs, ys = np.linspace(west, east, columns + 1), np.linspace(south, north, rows + 1)
    for column in range(columns):
        for row in range(rows):
            yield float(xs[column]), float(ys[row]), float(xs[column + 1]), float(ys[row + 1])


def _moved(bounds: Bounds, source: pyproj.CRS, target: pyproj.CRS) -> Bounds:
    if same_crs(source, target):
        return bounds
    moved = pyproj.Transformer.from_crs(source, target, always_xy=True).transform_bounds(*bounds)
    return moved[0], moved[1], moved[2], moved[3]


def _fresh(window: LayerWindow, seen: set[bytes]) -> tuple[Features, list[bytes]]:
    """Features of a window that no earlier tile had, and a digest of each."""
    key = layer_schema(window.info.layer).id_attribute
    if any(value is None for value in window.columns[key].tolist()):
        raise ComparisonError("Objekte ohne Kennung lassen sich nicht vergleichen.")
    names = sorted(window.columns)
    columns = [[None if value != value else value for value in window.columns[name].tolist()] for name in names]
    fresh: list[int] = []
    keys: list[bytes] = []
    rows: list[dict[str, object]] = []
    for row, wkb in enumerate(shapely.to_wkb(window.geometry, output_dimension=2).tolist()):
        values = [column[row] for column in columns]
        digest = hashlib.blake2b(wkb + repr(values).encode(), digest_size=16).digest()
        if digest not in seen:
            seen.add(digest)
            fresh.append(row)
            keys.append(digest)
            rows.append(dict(zip(names, values, strict=True)))
    ids = np.array([str(row[key]) for row in rows], dtype=object)
    return Features(ids, window.geometry[np.array(fresh, dtype=np.intp)], tuple(rows)), keys


def _without_equal(old: Features, new: Features, tolerance_m: float) -> tuple[Features, Features, int]:
    """Take off pairs that carry the same number and attributes, and whose vertices agree within the tolerance."""
    pairs = pairs_by_id(old, new)
    if len(pairs) == 0:
        return old, new, 0
    left, right = (shapely.normalize(side) for side in (old.geometry[pairs[:, 0]], new.geometry[pairs[:, 1]]))
    same = shapely.equals_exact(left, right, tolerance_m)
    same &= np.array([old.rows[i] == new.rows[j] for i, j in pairs.tolist()], dtype=bool)
    keep_old = np.setdiff1d(np.arange(len(old)), pairs[same, 0])
    keep_new = np.setdiff1d(np.arange(len(new)), pairs[same, 1])
    return old.take(keep_old), new.take(keep_new), int(same.sum())


def pairs_by_id(old: Features, new: Features) -> NDArray[np.intp]:
    """Rows (old, new) of features that carry the same id, where it occurs once on each side; shape (n, 2)."""
    once_old, once_new = Counter(old.ids.tolist()), Counter(new.ids.tolist())
    at = {item: row for row, item in enumerate(new.ids.tolist())}
    found = [
        (row, at[item]) for row, item in enumerate(old.ids.tolist()) if once_old[item] == 1 and once_new.get(item) == 1
    ]
    return np.array(found, dtype=np.intp).reshape(-1, 2)


def _joined(parts: list[Features]) -> Features:
    if not parts:
        return Features(np.empty(0, dtype=object), np.empty(0, dtype=object), ())
    return Features(
        np.concatenate([part.ids for part in parts]),
        np.concatenate([part.geometry for part in parts]),
        tuple(row for part in parts for row in part.rows),
    )
