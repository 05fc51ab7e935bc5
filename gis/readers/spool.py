"""Layers of a source on disk, between the one pass over a large file and the import of each of its layers."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from gis.readers.gml_bulk import GeometryBuffer
from gis.readers.source import Fault, SourceBatch

ROWS = 4096
_GEOMETRY, _FAULT, _CLASS = " geometry", " fault", " class"


class LayerSpool:
    """One layer in the writing: features go in one by one, and to disk (Arrow) in batches. A context manager."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.geometries = GeometryBuffer()
        self.count = 0
        # Told the geometries of each batch that is written, and by row their references.
        self.on_references: Callable[[NDArray[np.object_], Mapping[int, Sequence[str]]], None] | None = None
        self._references: dict[int, Sequence[str]] = {}
        self._rows: list[tuple[str | None, ...]] = []
        self._classes: list[str | None] = []
        self._faults: dict[int, str] = {}
        self._schema = pa.schema(
            [
                (_GEOMETRY, pa.binary()),
                (_FAULT, pa.string()),
                (_CLASS, pa.string()),
                *((name, pa.string()) for name in columns),
            ]
        )
        self._file = pa.OSFile(str(path), "wb")
        self._stream = pa.ipc.new_stream(self._file, self._schema)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self.close()
        elif not self._file.closed:
            self._file.close()

    def close(self) -> None:
        """Write what is waiting, and complete the file."""
        if not self._file.closed:
            self.flush()
            self._stream.close()
            self._file.close()

    def add(
        self,
        row: Sequence[str | None],
        fault: Fault | None,
        references: Sequence[str] = (),
        *,
        object_type: str | None = None,
    ) -> None:
        """Complete a feature whose geometry (or None) was just given to `geometries`; `row` has a value per column.

        `object_type` is its class in the source, where one layer takes several (counts of the import).
        """
        if references:
            self._references[len(self._rows)] = references
        if fault is not None:
            self._faults[len(self._rows)] = json.dumps(vars(fault))
        # Tuples of texts cost the garbage collector nothing.
        self._rows.append(tuple(row))
        self._classes.append(object_type)
        self.count += 1
        if len(self._rows) == ROWS:
            self.flush()

    def flush(self) -> None:
        """Write what is waiting."""
        if self._rows:
            self._write(self.geometries.take())

    def _write(self, geometry: NDArray[np.object_]) -> None:
        if self.on_references and self._references:
            self.on_references(geometry, self._references)
        self._references.clear()
        faults = [self._faults.get(row) for row in range(len(self._rows))]
        columns = [pa.array(column, pa.string()) for column in zip(*self._rows, strict=True)]
        arrays = [
            pa.array(shapely.to_wkb(geometry), pa.binary()),
            pa.array(faults, pa.string()),
            pa.array(self._classes, pa.string()),
            *columns,
        ]
        self._stream.write_batch(pa.RecordBatch.from_arrays(arrays, schema=self._schema))
        self._faults.clear()
        self._rows.clear()
        self._classes.clear()


def spooled_batches(path: Path) -> Iterator[SourceBatch]:
    """Read a finished spool, as often as wanted."""
    first_row = 1
    with pa.memory_map(str(path)) as file, pa.ipc.open_stream(file) as stream:
        for batch in stream:
            wkb, faults = batch.column(_GEOMETRY), batch.column(_FAULT)
            found = {row: _fault(text) for row, text in enumerate(faults.to_pylist()) if text} if _some(faults) else {}
            yield SourceBatch(
                geometry=shapely.from_wkb(wkb.to_numpy(zero_copy_only=False)),
                attributes=pa.Table.from_batches([batch]).drop_columns([_GEOMETRY, _FAULT, _CLASS]),
                first_row=first_row,
                faults=found,
                wkb=wkb,
                classes=batch.column(_CLASS),
            )
            first_row += batch.num_rows


def _some(faults: pa.Array) -> bool:
    return bool(faults.null_count < len(faults))


def _fault(text: str) -> Fault:
    entry = json.loads(text)
    place, bounds = entry["place"], entry["bounds"]
    return Fault(
        entry["kind"], entry["message"], None if place is None else (place[0], place[1]), bounds and tuple(bounds)
    )
