"""Index of feature ids beside a snapshot: sorted ids with the boxes of their features, memory-mapped.

A file and not a database table: it belongs to the immutable snapshot, is hashed and copied with it, costs no million
rows per import, and serves the command line, which has no database. A lookup is a binary search (about 20 probes in
a million parcels) and one window read.
"""

import bisect
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_BOX = ("west", "south", "east", "north")


class IdCollector:
    """Collects ids and boxes of the features of a snapshot, batch by batch (about 60 bytes each)."""

    def __init__(self) -> None:
        self._ids: list[pa.Array] = []
        self._boxes: list[NDArray[np.float64]] = []

    def add(self, ids: pa.Array, boxes: NDArray[np.float64]) -> None:
        """Add the ids (n) and boxes (n, 4) of a batch."""
        self._ids.append(ids)
        self._boxes.append(boxes)

    def sort(self) -> None:
        """Sort what was added; nothing may be added afterwards."""
        _ = self._sorted

    def duplicates(self) -> frozenset[str]:
        """Ids that occur more than once."""
        ids = self._sorted[0]
        twice = ids.slice(1).filter(pc.equal(ids.slice(1), ids.slice(0, max(len(ids) - 1, 0))))
        return frozenset(twice.to_pylist())

    def write(self, path: Path) -> None:
        """Write the sorted index."""
        ids, boxes = self._sorted
        table = pa.table({"id": ids} | {name: pa.array(boxes[:, axis]) for axis, name in enumerate(_BOX)})
        with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
            writer.write_table(table)

    @cached_property
    def _sorted(self) -> tuple[pa.Array, NDArray[np.float64]]:
        """Ids in the order of their bytes, and the boxes in the same order; nothing may be added afterwards."""
        ids = pa.concat_arrays(self._ids) if self._ids else pa.array([], pa.string())
        boxes = np.vstack(self._boxes) if self._boxes else np.empty((0, 4))
        order = pc.array_sort_indices(ids)
        return ids.take(order), boxes[order.to_numpy()]


class IdIndex:
    """Reads `ids.arrow`; nothing is loaded before it is looked at."""

    def __init__(self, path: Path) -> None:
        with pa.memory_map(str(path)) as file:
            self._table = pa.ipc.open_file(file).read_all().combine_chunks()
        self._ids = self._table.column("id")

    def boxes(self, feature_id: str) -> Iterator[tuple[float, float, float, float]]:
        """Boxes of the features with this id (none, or one where ids are unique)."""
        # Arrow sorts by bytes, so the comparison must be one of bytes, too.
        wanted = feature_id.encode()
        row = bisect.bisect_left(range(len(self._ids)), wanted, key=self._bytes)
        while row < len(self._ids) and self._bytes(row) == wanted:
            west, south, east, north = (float(self._table.column(name)[row].as_py()) for name in _BOX)
            yield west, south, east, north
            row += 1

    def _bytes(self, row: int) -> bytes:
        return str(self._ids[row].as_py()).encode()
