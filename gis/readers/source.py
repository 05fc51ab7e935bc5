"""What every reader of reference data hands to the import: batches of geometries and attributes, and their faults."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np
import pyarrow as pa
import pyproj
from numpy.typing import NDArray

BATCH_ROWS = 16_384


class SourceError(Exception):
    """A file cannot be read as a whole; the message is a German sentence."""


@dataclass(frozen=True)
class Fault:
    """Why one feature of a source cannot be used as it is."""

    kind: str
    message: str
    place: tuple[float, float] | None = None
    bounds: tuple[float, float, float, float] | None = None


@dataclass(frozen=True)
class SourceBatch:
    """Some features of a source.

    Attributes
    ----------
    geometry : array of shapely geometries, shape (n,)
        None where the source has none or where it is unreadable (then `faults` says why).
    attributes : pyarrow.Table, n rows
        Columns under the names of the source.
    faults : mapping of row to Fault
        What the reader itself found; rows of this batch.
    first_row : int
        Number of the first feature in the source, from 1.
    wkb : pyarrow.Array, optional
        The geometries as the source wrote them, so that good ones need not be encoded again.
    classes : pyarrow.Array of text, optional
        Object type of each feature, where a layer of the source takes several together.
    """

    geometry: NDArray[np.object_]
    attributes: pa.Table
    first_row: int
    faults: Mapping[int, Fault] = field(default_factory=dict)
    wkb: pa.Array | None = None
    classes: pa.Array | None = None


@dataclass(frozen=True)
class SourceLayer:
    """One layer inside a source file."""

    name: str
    columns: tuple[str, ...]
    geometry_type: str
    feature_count: int


@runtime_checkable
class Source(Protocol):
    """An opened file of reference data. A context manager: private copies and processes end with it."""

    @property
    def format(self) -> str:
        """Name of the format, for the summary."""

    @property
    def warnings(self) -> Sequence[str]:
        """What the reader noticed without refusing; complete after the last batch."""

    @property
    def layers(self) -> Sequence[SourceLayer]:
        """The layers inside."""

    def crs(self, layer: str) -> pyproj.CRS | None:
        """Coordinate system as the source states it, or None; raises SourceError for an unknown one."""

    def batches(self, layer: str, columns: Sequence[str]) -> Iterator[SourceBatch]:
        """Read the named columns of one layer; raises SourceError where the file breaks off."""

    def close(self) -> None:
        """Free what the source holds."""
