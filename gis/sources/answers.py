"""From what a live source answered to a window of a layer: canonical attributes, checked geometries, a fixed order."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyproj
import shapely

from gis.attributes import layer_schema
from gis.crs import CrsError
from gis.importing.batches import SourceReading
from gis.importing.placing import Placement
from gis.importing.remarks import Remarks
from gis.layers import Bounds, LayerWindow, SkippedFeature
from gis.readers.source import SourceBatch, SourceError, SourceLayer
from gis.snapshots.batch import CheckedBatch
from gis.snapshots.reading import canonical_arrays
from gis.sources.description import info_now
from gis.sources.settings import SourceSettings


@dataclass(frozen=True)
class Answer:
    """What a source sent for one question, complete.

    Attributes
    ----------
    batch : SourceBatch
        Attributes under the names of the source.
    crs : CRS or None
        System of the coordinates (east or longitude first, whatever the source's order), None where it states none.
    placement : Placement or None
        How they come into the wanted system, where that is known already.
    """

    batch: SourceBatch
    crs: pyproj.CRS | None
    placement: Placement | None = None


def window_of(
    settings: SourceSettings,
    crs: pyproj.CRS,
    answer: Answer,
    mapping: Mapping[str, str],
    bounds: Bounds | None,
) -> LayerWindow:
    """Make a window of an answer, ordered by id; with `bounds`, only what meets them.

    Raises
    ------
    LayerUnavailableError
        When the coordinates cannot be those of the stated system.
    """
    schema = layer_schema(settings.layer)
    reading = SourceReading(schema, _Answered(answer.crs), _LAYER, mapping, crs)
    reading.remarks = _NoRemarks()
    try:
        checked = _checked(reading, answer)
        unique = schema.attributes[schema.id_attribute].required
        if unique and pc.count_distinct(checked.ids).as_py() < len(checked.ids):
            reading.drop_ids = _repeated(checked.ids)
            checked = _checked(reading, answer)
    except (SourceError, CrsError) as error:
        raise settings.unavailable(f"liefert unpassende Koordinaten: {error}") from None
    # In the order of code points, and stable.
    order = pc.array_sort_indices(checked.ids).to_numpy()
    if bounds is not None:
        order = order[_meets(shapely.bounds(checked.geometry), bounds)[order]]
    table = pa.table(dict(checked.columns)).take(pa.array(order))
    # The source was asked for this window only: what it sent without any place lies in it as well.
    skipped = (SkippedFeature(one.id, one.kind, one.bounds or bounds) for one in checked.problems)
    return LayerWindow(
        info=info_now(settings, crs),
        geometry=checked.geometry[order],
        columns=canonical_arrays(settings.layer, table, len(order)),
        skipped=tuple(feature for feature in skipped if bounds is None or feature.touches(bounds)),
    )


def empty_window(settings: SourceSettings, crs: pyproj.CRS) -> LayerWindow:
    """The window of a source that answered, completely, that there is nothing."""
    arrays = canonical_arrays(settings.layer, pa.table({}), 0)
    return LayerWindow(info_now(settings, crs), np.empty(0, dtype=object), MappingProxyType(dict(arrays)))


def _checked(reading: SourceReading, answer: Answer) -> CheckedBatch:
    reading.placement = answer.placement
    return reading.check(answer.batch)


def _repeated(ids: pa.Array) -> frozenset[str]:
    counted = ids.value_counts()
    return frozenset(counted.field("values").filter(pc.greater(counted.field("counts"), 1)).to_pylist())


def _meets(boxes: np.ndarray, bounds: Bounds) -> np.ndarray:
    """Which boxes, shape (n, 4), meet a window."""
    west, south, east, north = bounds
    return (boxes[:, 0] <= east) & (boxes[:, 2] >= west) & (boxes[:, 1] <= north) & (boxes[:, 3] >= south)


class _NoRemarks(Remarks):
    """Nobody reads remarks about a live window; looking for them costs more than the window."""

    def outlines(self, geometry: np.ndarray, name: Callable[[int], str]) -> None:
        """Look for nothing."""

    def places(self, placement: Placement, geometry: np.ndarray) -> None:
        """Look for nothing."""


_LAYER = SourceLayer(name="", columns=(), geometry_type="Unknown", feature_count=-1)


@dataclass(frozen=True)
class _Answered:
    """A source that has answered already, in the form that the import's checks take."""

    stated: pyproj.CRS | None
    format: str = "live"
    warnings: Sequence[str] = ()
    layers: Sequence[SourceLayer] = (_LAYER,)
    close: Callable[[], None] = lambda: None

    def crs(self, layer: str) -> pyproj.CRS | None:
        return self.stated

    def batches(self, layer: str, columns: Sequence[str]) -> Iterator[SourceBatch]:
        return iter(())
