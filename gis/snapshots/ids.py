"""Index of feature ids beside a snapshot: sorted hashes of the ids with the boxes of their features, memory-mapped.

A file and not a database table: it belongs to the immutable snapshot, is hashed and copied with it, costs no million
rows per import, and serves the command line, which has no database. A lookup is a binary search over hashes and one
window read, which compares the ids themselves; so two ids with one hash do no harm.
"""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_BOX = ("west", "south", "east", "north")
_WORD = 8
_PRIME = np.uint64(0x9E3779B97F4A7C15)


class IdCollector:
    """Collects ids and boxes of the features of a snapshot, batch by batch (about 70 bytes each)."""

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
        hashes, order = self._sorted
        twin = np.zeros(len(hashes), dtype=bool)
        twin[1:] = hashes[1:] == hashes[:-1]
        twin[:-1] |= twin[1:]
        if not twin.any():
            return frozenset()
        suspects = pa.chunked_array(self._ids).take(pa.array(order[twin])).to_pylist()
        seen: set[str] = set()
        return frozenset(item for item in suspects if item in seen or seen.add(item))  # type: ignore[func-returns-value]

    def write(self, path: Path) -> None:
        """Write the sorted index."""
        hashes, order = self._sorted
        boxes = np.vstack(self._boxes)[order] if self._boxes else np.empty((0, 4))
        table = pa.table(
            {"hash": pa.array(hashes)} | {name: pa.array(boxes[:, axis]) for axis, name in enumerate(_BOX)}
        )
        with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
            writer.write_table(table)

    @cached_property
    def _sorted(self) -> tuple[NDArray[np.uint64], NDArray[np.intp]]:
        """Hashes in order, and the rows that they come from."""
        hashes = np.concatenate([id_hashes(ids) for ids in self._ids]) if self._ids else np.empty(0, dtype=np.uint64)
        # Stable, so that the same import gives the same bytes.
        order = np.argsort(hashes, kind="stable")
        return hashes[order], order


class IdIndex:
    """Reads `ids.arrow`; nothing is loaded before it is looked at."""

    def __init__(self, path: Path) -> None:
        with pa.memory_map(str(path)) as file:
            self._table = pa.ipc.open_file(file).read_all().combine_chunks()
        self._hashes: NDArray[np.uint64] = self._table.column("hash").to_numpy()

    def boxes(self, feature_id: str) -> Iterator[tuple[float, float, float, float]]:
        """Boxes of the features that may have this id (none, or one where ids are unique and hashes differ)."""
        wanted = id_hashes(pa.array([feature_id]))[0]
        first, last = (int(np.searchsorted(self._hashes, wanted, side)) for side in ("left", "right"))
        for row in range(first, last):
            west, south, east, north = (float(self._table.column(name)[row].as_py()) for name in _BOX)
            yield west, south, east, north


def id_hashes(ids: pa.Array) -> NDArray[np.uint64]:
    """A 64-bit hash of each id (UTF-8), the same on every machine; whole columns at a time."""
    words = _words(ids)
    hashes = np.zeros(len(ids), dtype=np.uint64)
    for column in range(words.shape[1]):
        word = words[:, column]
        mixed = (hashes ^ word) * _PRIME
        mixed ^= mixed >> np.uint64(29)
        # Padding must not change a hash: a batch of longer ids pads the shorter ones further.
        hashes = np.where(word == 0, hashes, mixed)
    return hashes


def _words(ids: pa.Array) -> NDArray[np.uint64]:
    """The bytes of the ids, padded with zeros, as words of eight bytes, shape (n, words)."""
    lengths = pc.min_max(pc.binary_length(ids)).as_py() if len(ids) else {"min": 0, "max": 0}
    width = max(-(-lengths["max"] // _WORD) * _WORD, _WORD)
    if lengths["min"] == lengths["max"] and len(ids):
        # German parcel numbers have one length: their bytes lie in one block.
        length = lengths["max"]
        start = np.frombuffer(ids.buffers()[1], np.int32, 1, ids.offset * 4)[0]
        block = np.frombuffer(ids.buffers()[2], np.uint8, len(ids) * length, start) if length else np.empty(0, np.uint8)
        padded = np.zeros((len(ids), width), dtype=np.uint8)
        padded[:, :length] = block.reshape(len(ids), length)
        return padded.view("<u8")
    encoded = np.array(ids.cast(pa.binary()).to_pylist(), dtype=f"S{width}")
    return encoded.view("<u8").reshape(len(ids), width // _WORD)
