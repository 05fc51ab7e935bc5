"""Write a snapshot: streamed into a folder of its own, published by one rename."""

import itertools
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pyarrow as pa
import pyogrio.errors
import pyogrio.raw
import pyproj
import shapely

from gis.snapshots.batch import CheckedBatch
from gis.snapshots.folders import SnapshotWriteError, put_in_place, size_and_hash, staging_folder, writing
from gis.snapshots.ids import IdCollector
from gis.snapshots.meta import FEATURES_FILE, IDS_FILE, META_FILE, SnapshotMeta

_GEOMETRY = "geometry"


def snapshot_folder(root: Path, owner: str, layer: str, snapshot_id: str) -> Path:
    """Where a snapshot of an owner (``shared`` or an authority's key) lies in the store."""
    return root / owner / layer / snapshot_id


class SnapshotWriter:
    """One snapshot in the making. Leaving the context without `publish` leaves nothing behind."""

    def __init__(self, root: Path, owner: str, layer: str) -> None:
        self._root, self._owner, self._layer = root, owner, layer
        self._folder = staging_folder(root, layer)
        self.ids = IdCollector()
        self.feature_count = 0
        self.bounds: tuple[float, float, float, float] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def write(
        self,
        batches: Iterable[CheckedBatch],
        columns: Mapping[str, pa.DataType],
        crs: Callable[[], pyproj.CRS],
        *,
        even_empty: bool = False,
        here: bool = False,
    ) -> None:
        """Stream the batches into the FlatGeobuf file.

        Parameters
        ----------
        batches : iterable of CheckedBatch
            Pulled one at a time; an exception in it ends the writing and is raised here.
        columns : mapping of canonical attribute to Arrow type
        crs : callable
            System of the features, asked for after the first batch.
        even_empty : bool
            Write the file although there is no feature: a layer that is known to hold nothing.
        here : bool
            Write in this process: for small layers, where a process of its own would take longer than the writing.
        """
        schema = pa.schema(
            [
                *(pa.field(name, kind) for name, kind in columns.items()),
                pa.field(_GEOMETRY, pa.binary(), metadata={"ARROW:extension:name": "geoarrow.wkb"}),
            ]
        )
        records = self._records(batches, schema)
        # The first batch tells the system, which the file needs before it begins.
        first = next(records, None)
        if first is not None or even_empty:
            write = self._write_here if here else self._write_beside
            write(itertools.chain([first] if first else [], records), schema, _crs_text(crs()))

    def _write_here(self, records: Iterable[pa.RecordBatch], schema: pa.Schema, crs: str) -> None:
        try:
            pyogrio.raw.write_arrow(
                pa.RecordBatchReader.from_batches(schema, records),
                str(self._folder / FEATURES_FILE),
                driver="FlatGeobuf",
                layer=self._layer,
                geometry_name=_GEOMETRY,
                geometry_type="Unknown",
                crs=crs,
            )
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, OSError) as error:
            raise SnapshotWriteError("Der Datenstand ließ sich nicht schreiben (GDAL).") from error
        self.ids.sort()

    def _write_beside(self, records: Iterable[pa.RecordBatch], schema: pa.Schema, crs: str) -> None:
        child = Path(__file__).with_name("flatgeobuf_child.py")
        path = self._folder / FEATURES_FILE
        process = subprocess.Popen(
            [sys.executable, "-I", str(child), str(path), self._layer, _GEOMETRY, crs], stdin=subprocess.PIPE
        )
        assert process.stdin is not None
        try:
            with process.stdin, pa.ipc.new_stream(process.stdin, schema) as stream:
                for record in records:
                    stream.write_batch(record)
            # Sorting the ids has the time in which the child builds the file's index.
            self.ids.sort()
            if process.wait() != 0:
                raise SnapshotWriteError("Der Datenstand ließ sich nicht schreiben (GDAL).")
        except BrokenPipeError:
            raise SnapshotWriteError("Der Datenstand ließ sich nicht schreiben (Speicherplatz?).") from None
        finally:
            process.kill()
            process.wait()

    @writing()
    def publish(self, meta: SnapshotMeta) -> Path:
        """Complete the snapshot and move it to its place; returns the folder. One that is already there stays."""
        self.ids.write(self._folder / IDS_FILE)
        files = {name: size_and_hash(self._folder / name) for name in (FEATURES_FILE, IDS_FILE)}
        complete = replace(meta, files=files, feature_count=self.feature_count, bounds=self.bounds)
        (self._folder / META_FILE).write_bytes(complete.to_bytes())
        target = snapshot_folder(self._root, self._owner, self._layer, complete.snapshot_id)
        return put_in_place(self._folder, target, META_FILE)

    def _records(self, batches: Iterable[CheckedBatch], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            if len(batch.geometry) == 0:
                continue
            boxes = shapely.bounds(batch.geometry)
            self.ids.add(batch.ids, boxes)
            self._grow(boxes)
            self.feature_count += len(batch.geometry)
            wkb = batch.wkb if batch.wkb is not None else pa.array(shapely.to_wkb(batch.geometry), pa.binary())
            arrays = [batch.columns[name] for name in schema.names if name != _GEOMETRY]
            yield pa.RecordBatch.from_arrays([*arrays, wkb.cast(pa.binary())], schema=schema)

    def _grow(self, boxes: np.ndarray) -> None:
        west, south = boxes[:, :2].min(axis=0)
        east, north = boxes[:, 2:].max(axis=0)
        old = self.bounds or (west, south, east, north)
        self.bounds = (
            float(min(old[0], west)),
            float(min(old[1], south)),
            float(max(old[2], east)),
            float(max(old[3], north)),
        )


def _crs_text(crs: pyproj.CRS) -> str:
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else str(crs.to_wkt())
