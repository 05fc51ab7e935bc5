"""Write a snapshot: streamed into a folder of its own, published by one rename."""

import hashlib
import itertools
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pyarrow as pa
import pyogrio.raw
import pyproj
import shapely

from gis.snapshots.batch import CheckedBatch
from gis.snapshots.ids import IdCollector
from gis.snapshots.meta import FEATURES_FILE, IDS_FILE, META_FILE, SnapshotMeta

_GEOMETRY = "geometry"
_STAGING = ".staging"
_ABANDONED_AFTER_S = 2 * 24 * 3600


def snapshot_folder(root: Path, owner: str, layer: str, snapshot_id: str) -> Path:
    """Where a snapshot of an owner (``shared`` or an authority's key) lies in the store."""
    return root / owner / layer / snapshot_id


class SnapshotWriter:
    """One snapshot in the making. Leaving the context without `publish` leaves nothing behind."""

    def __init__(self, root: Path, owner: str, layer: str) -> None:
        self._root, self._owner, self._layer = root, owner, layer
        staging = root / _STAGING
        staging.mkdir(parents=True, exist_ok=True)
        self._folder = Path(tempfile.mkdtemp(prefix=f"{layer}-", dir=staging))
        self.ids = IdCollector()
        self.feature_count = 0
        self.bounds: tuple[float, float, float, float] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def write(
        self, batches: Iterable[CheckedBatch], columns: Mapping[str, pa.DataType], crs: Callable[[], pyproj.CRS]
    ) -> None:
        """Stream the batches into the FlatGeobuf file.

        Parameters
        ----------
        batches : iterable of CheckedBatch
            Pulled one at a time; an exception in it ends the writing and is raised here.
        columns : mapping of canonical attribute to Arrow type
        crs : callable
            System of the features, asked for after the first batch.
        """
        schema = pa.schema(
            [
                *(pa.field(name, kind) for name, kind in columns.items()),
                pa.field(_GEOMETRY, pa.binary(), metadata={"ARROW:extension:name": "geoarrow.wkb"}),
            ]
        )
        failures: list[BaseException] = []
        stream = self._records(iter(batches), schema, failures)
        # The first batch tells the system, which the file needs before it begins.
        first = next(stream, None)
        if first is not None:
            pyogrio.raw.write_arrow(
                pa.RecordBatchReader.from_batches(schema, itertools.chain([first], stream)),
                str(self._folder / FEATURES_FILE),
                driver="FlatGeobuf",
                layer=self._layer,
                geometry_name=_GEOMETRY,
                geometry_type="Unknown",
                crs=_crs_text(crs()),
            )
        if failures:
            raise failures[0]

    def publish(self, meta: SnapshotMeta) -> Path:
        """Complete the snapshot and move it to its place; returns the folder. One that is already there stays."""
        self.ids.write(self._folder / IDS_FILE)
        files = {name: _size_and_hash(self._folder / name) for name in (FEATURES_FILE, IDS_FILE)}
        complete = replace(meta, files=files, feature_count=self.feature_count, bounds=self.bounds)
        (self._folder / META_FILE).write_bytes(complete.to_bytes())
        for file in self._folder.iterdir():
            file.chmod(0o444)
            _sync(file)
        target = snapshot_folder(self._root, self._owner, self._layer, complete.snapshot_id)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._folder.chmod(0o755)
            self._folder.rename(target)
        except OSError:
            if not (target / META_FILE).exists():
                raise
        _sync(target.parent)
        return target

    def _records(
        self, batches: Iterator[CheckedBatch], schema: pa.Schema, failures: list[BaseException]
    ) -> Iterator[pa.RecordBatch]:
        # GDAL pulls this from C: an exception may not pass through it, so it is kept and raised afterwards.
        try:
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
        except Exception as error:  # noqa: BLE001
            failures.append(error)

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


def remove_abandoned(root: Path) -> int:
    """Remove what killed imports left in the staging folder (older than two days); returns how many."""
    removed = 0
    for folder in (root / _STAGING).glob("*"):
        if time.time() - folder.stat().st_mtime > _ABANDONED_AFTER_S:
            shutil.rmtree(folder, ignore_errors=True)
            removed += 1
    return removed


def _crs_text(crs: pyproj.CRS) -> str:
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else str(crs.to_wkt())


def _size_and_hash(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
