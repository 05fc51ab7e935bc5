"""Read windows and single features out of a snapshot, and notice when it is missing or damaged."""

import hashlib
import threading
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio
import pyogrio.errors
import pyogrio.raw
import shapely
from numpy.typing import NDArray

from gis.attributes import layer_schema
from gis.layers import Bounds, LayerInfo, LayerUnavailableError, LayerWindow, checked_bounds
from gis.snapshots.ids import IdIndex
from gis.snapshots.meta import FEATURES_FILE, IDS_FILE, META_FILE, SnapshotMeta

# GDAL's own Arrow stream for FlatGeobuf returns 65,536 empty rows for a window without features (3.12); the general
# implementation does not, and is no slower.
pyogrio.set_gdal_config_options({"OGR_FLATGEOBUF_STREAM_BASE_IMPL": True})

# Files whose hash was checked by this process, by identity and times: a file that changes is checked again.
_verified: dict[tuple[str, int, int, int, int, int], str] = {}
_lock = threading.Lock()


@dataclass(frozen=True)
class SnapshotLayer:
    """A snapshot folder as a layer."""

    folder: Path
    meta: SnapshotMeta
    info: LayerInfo

    @classmethod
    def open(cls, layer: str, folder: Path) -> "SnapshotLayer":
        """Open a snapshot and check its hashes; raises LayerUnavailableError."""
        title = layer_schema(layer).title
        try:
            content = (folder / META_FILE).read_bytes()
        except OSError:
            raise LayerUnavailableError(f"Die Ebene „{title}“ ist nicht verfügbar: Ihr Datenstand fehlt.") from None
        try:
            meta = SnapshotMeta.from_bytes(content)
        except (ValueError, KeyError, TypeError):
            raise _damaged(title) from None
        if meta.layer != layer or meta.to_bytes() != content or folder.name != meta.snapshot_id:
            raise _damaged(title)
        snapshot = cls(folder=folder, meta=meta, info=meta.info())
        snapshot.verify()
        return snapshot

    def verify(self) -> None:
        """Check size and SHA-256 of the files (once per state of each file); raises LayerUnavailableError."""
        for name, (size, sha256) in self.meta.files.items():
            if not _is_intact(self.folder / name, size, sha256):
                raise _damaged(self._title)

    def window(self, bounds: Bounds) -> LayerWindow:
        """Read the features that intersect `bounds`: the packed R-tree leads there, whatever the size of the layer."""
        window_bounds = checked_bounds(bounds)
        self.verify()
        try:
            meta, table = pyogrio.raw.read_arrow(str(self.folder / FEATURES_FILE), bbox=window_bounds)
            geometry = shapely.from_wkb(_objects(table.column(meta["geometry_name"] or "wkb_geometry")))
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pa.ArrowException, OSError) as error:
            raise _damaged(self._title) from error
        except (shapely.errors.ShapelyError, KeyError, ValueError) as error:
            raise _damaged(self._title) from error
        return LayerWindow(
            info=self.info,
            geometry=geometry,
            columns=canonical_arrays(self.meta.layer, table, len(geometry)),
            skipped=tuple(feature for feature in self.meta.skipped if feature.touches(window_bounds)),
        )

    def find(self, feature_id: str) -> LayerWindow:
        """The features with this id (such as a parcel number), usually one or none; raises LayerUnavailableError."""
        self.verify()
        boxes = np.array(list(self._index.boxes(feature_id)) or [(0.0, 0.0, 0.0, 0.0)])
        west, south = boxes[:, :2].min(axis=0)
        east, north = boxes[:, 2:].max(axis=0)
        return self.window((west, south, east, north)).with_id(feature_id)

    @cached_property
    def _index(self) -> IdIndex:
        try:
            return IdIndex(self.folder / IDS_FILE)
        except (pa.ArrowException, OSError, KeyError) as error:
            raise _damaged(self._title) from error

    @property
    def _title(self) -> str:
        return layer_schema(self.meta.layer).title


def canonical_arrays(layer: str, table: pa.Table, rows: int) -> MappingProxyType[str, NDArray[Any]]:
    """All canonical attributes of a layer as arrays; those that the source lacks are None or NaN in all `rows`."""
    columns: dict[str, NDArray[Any]] = {}
    present = set(table.column_names)
    for name, attribute in layer_schema(layer).attributes.items():
        numeric = attribute.type in {"number", "integer"}
        if name in present:
            values = table.column(name)
            columns[name] = values.cast(pa.float64()).to_numpy() if numeric else _objects(values)
        else:
            columns[name] = np.full(rows, np.nan) if numeric else np.full(rows, None, dtype=object)
    return MappingProxyType(columns)


def _objects(values: pa.ChunkedArray) -> NDArray[np.object_]:
    if pa.types.is_string(values.type):
        text: NDArray[np.object_] = values.to_numpy()
        return text
    array = np.empty(len(values), dtype=object)
    array[:] = values.to_pylist()
    return array


def _is_intact(path: Path, size: int, sha256: str) -> bool:
    try:
        state = path.stat()
        key = (str(path), state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)
        if state.st_size != size:
            return False
        if _verified.get(key) == sha256:
            return True
        with path.open("rb") as file:
            intact = hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        return False
    if intact:
        with _lock:
            _verified[key] = sha256
    return intact


def _damaged(title: str) -> LayerUnavailableError:
    return LayerUnavailableError(f"Die Ebene „{title}“ ist nicht verfügbar: Ihr Datenstand fehlt oder ist beschädigt.")
