"""Reference layers: what a check reads. A window of a layer comes with its provenance and with what was left out."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from gis.attributes import layer_schema
from gis.crs import same_crs, transform_geometries

if TYPE_CHECKING:
    import geopandas

Bounds = tuple[float, float, float, float]


class LayerUnavailableError(Exception):
    """A layer cannot be read (missing, damaged, service down): never the same as "nothing there".

    Attributes
    ----------
    reason : str
        German sentence for people.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class SkippedFeature:
    """A feature of the source that was not usable. `bounds` is None where its place is unknown."""

    id: str
    kind: str
    bounds: Bounds | None

    def touches(self, bounds: Bounds) -> bool:
        """Whether the feature may lie in the window; one without any place lies in none."""
        own = self.bounds
        return own is not None and (
            own[0] <= bounds[2] and own[2] >= bounds[0] and own[1] <= bounds[3] and own[3] >= bounds[1]
        )


@dataclass(frozen=True)
class LayerInfo:
    """Provenance of a layer.

    Attributes
    ----------
    feature_count : int
        -1 where it is not known (live sources).
    unplaced_count : int
        Skipped features without any place, which touch no window.
    read_at : datetime or None
        Instant of the reading (UTC) where the layer is a live source, which has no snapshot to go back to.
    """

    layer: str
    snapshot_id: str | None
    source: str
    licence: str
    as_of: date | None
    crs: pyproj.CRS
    feature_count: int
    unplaced_count: int = 0
    read_at: datetime | None = None


@dataclass(frozen=True)
class LayerWindow:
    """The features of a layer in a window.

    Attributes
    ----------
    geometry : array of shapely geometries, shape (n,)
        2D, in the CRS of `info`.
    columns : mapping of str to array, shape (n,)
        Canonical attributes; text as str or None, numbers as float64 with NaN where missing, booleans as bool or None.
    skipped : tuple of SkippedFeature
        Features of the source that touch the window and could not be used.
    """

    info: LayerInfo
    geometry: NDArray[np.object_]
    columns: Mapping[str, NDArray[np.generic]]
    skipped: tuple[SkippedFeature, ...] = ()

    def __len__(self) -> int:
        return len(self.geometry)

    def select(self, rows: NDArray[np.intp]) -> "LayerWindow":
        """The features of these rows, with the same provenance."""
        columns = MappingProxyType({name: values[rows] for name, values in self.columns.items()})
        return LayerWindow(info=self.info, geometry=self.geometry[rows], columns=columns, skipped=self.skipped)

    def with_id(self, feature_id: str) -> "LayerWindow":
        """The features with this id (parcels: `parcel_id`)."""
        ids = self.columns[layer_schema(self.info.layer).id_attribute]
        return self.select(np.flatnonzero(ids == feature_id))

    def digest(self) -> str:
        """SHA-256 over geometries and attributes in the order of their ids: the same content, the same digest."""
        ids = self.columns[layer_schema(self.info.layer).id_attribute]
        order = np.argsort(np.array([str(value) for value in ids], dtype=str), kind="stable")
        content = hashlib.sha256()
        for wkb in shapely.to_wkb(self.geometry[order], output_dimension=2, byte_order=1, include_srid=False):
            content.update(wkb)
        for name in sorted(self.columns):
            values = [None if value != value else value for value in self.columns[name][order].tolist()]
            content.update(json.dumps([name, values], ensure_ascii=False).encode())
        return content.hexdigest()

    def in_crs(self, crs: pyproj.CRS) -> "LayerWindow":
        """The window with its geometries in another system (provenance and skipped features stay as they are)."""
        if same_crs(self.info.crs, crs):
            return self
        return replace(
            self, info=replace(self.info, crs=crs), geometry=transform_geometries(self.geometry, self.info.crs, crs)
        )

    def frame(self) -> "geopandas.GeoDataFrame":
        """The window as a GeoDataFrame (slower; for exploration and drawing)."""
        import geopandas

        return geopandas.GeoDataFrame(dict(self.columns), geometry=self.geometry, crs=self.info.crs)


class Layer(Protocol):
    """A source of features behind one interface: snapshot file, memory, database table, web service."""

    @property
    def info(self) -> LayerInfo:
        """Provenance of the layer."""

    def window(self, bounds: Bounds) -> LayerWindow:
        """Read every feature that intersects `bounds` (layer's CRS; a few more whose boxes do may come along).

        Raises
        ------
        LayerUnavailableError
            When the layer cannot be read.
        """


class SearchableLayer(Layer, Protocol):
    """A layer whose features can be looked up by their id without reading it all."""

    def find(self, feature_id: str) -> LayerWindow:
        """The features with this id, such as a parcel number (usually one or none); raises LayerUnavailableError."""


Layers = Mapping[str, Layer]


@dataclass(frozen=True)
class MemoryLayer:
    """A layer held in memory, with an index over the boxes of its features."""

    info: LayerInfo
    geometry: NDArray[np.object_]
    columns: Mapping[str, NDArray[np.generic]] = field(default_factory=lambda: MappingProxyType({}))
    skipped: tuple[SkippedFeature, ...] = ()

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.geometry)

    def window(self, bounds: Bounds) -> LayerWindow:
        """Features whose box meets `bounds`, in the order of the source."""
        window_bounds = checked_bounds(bounds)
        rows = np.sort(self._tree.query(shapely.box(*window_bounds)))
        return LayerWindow(
            info=self.info,
            geometry=self.geometry[rows],
            columns=MappingProxyType({name: values[rows] for name, values in self.columns.items()}),
            skipped=tuple(feature for feature in self.skipped if feature.touches(window_bounds)),
        )

    def find(self, feature_id: str) -> LayerWindow:
        """The features with this id."""
        return LayerWindow(self.info, self.geometry, self.columns, self.skipped).with_id(feature_id)


@dataclass(frozen=True)
class UnavailableLayer:
    """A layer that is known but cannot be read: every reading says why."""

    info: LayerInfo
    reason: str

    def window(self, bounds: Bounds) -> LayerWindow:
        """Raise LayerUnavailableError."""
        checked_bounds(bounds)
        raise LayerUnavailableError(self.reason)

    def find(self, feature_id: str) -> LayerWindow:
        """Raise LayerUnavailableError."""
        raise LayerUnavailableError(f"{self.reason} (gesucht: {feature_id})")


def checked_bounds(bounds: Bounds) -> Bounds:
    """Window bounds as floats; raises ValueError unless they are finite and ordered."""
    west, south, east, north = (float(value) for value in bounds)
    if not (np.isfinite([west, south, east, north]).all() and west <= east and south <= north):
        raise ValueError(f"not a window: {bounds}")
    return west, south, east, north


def open_snapshot(layer: str, folder: Path) -> SearchableLayer:
    """Open an immutable snapshot: a folder with `features.fgb` and `meta.json`.

    Raises
    ------
    LayerUnavailableError
        When the folder is missing, damaged, or holds another layer.
    """
    from gis.snapshots import SnapshotLayer

    return SnapshotLayer.open(layer, folder)


def open_layer_file(
    layer: str,
    path: Path,
    *,
    attribute_map: Mapping[str, str] | None = None,
    source_layer: str | None = None,
    crs: pyproj.CRS | None = None,
) -> SearchableLayer:
    """Open any file that GDAL reads, or ALKIS NAS (plain or gz), as a layer in memory.

    Parameters
    ----------
    layer : str
        Name of the layer, such as ``parcels``; decides the canonical attributes.
    path : Path
    attribute_map : mapping, optional
        Canonical attribute → source column (or the reverse) where the automatic mapping does not do.
    source_layer : str, optional
        Name of the layer inside the file; by default the one that fits by name or is the only one.
    crs : CRS, optional
        System of the layer, and of the coordinates where the file states none. By default the file's own; degrees
        become ETRS89 / UTM, since checks compute in the plane.

    Raises
    ------
    LayerUnavailableError
        When the file cannot be read. Single bad features are listed as skipped instead.
    """
    from gis.importing.memory import read_layer_file

    return read_layer_file(layer, path, attribute_map=attribute_map, source_layer=source_layer, crs=crs)
