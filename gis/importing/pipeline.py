"""Import: a file of reference data → checked → a new immutable snapshot. All or nothing, unless told otherwise."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyproj

from gis.attributes import AttributeMapError, LayerSchema, layer_schema
from gis.crs import CrsError, crs_from_epsg
from gis.importing.batches import SourceReading, open_reading
from gis.importing.columns import ARROW_TYPES
from gis.importing.tally import Tally
from gis.layers import SkippedFeature
from gis.readers.opening import OpenedSource, open_source
from gis.readers.source import SourceError
from gis.readers.source_archive import DEFAULT_ARCHIVE_LIMITS
from gis.snapshots import SnapshotMeta, SnapshotWriteError, SnapshotWriter, remove_abandoned
from gis.snapshots.batch import CheckedBatch, FeatureProblem
from gis.zip_archive import ZipLimits

_NOTHING = "es wurde nichts veröffentlicht"

Progress = Callable[[int], None]


@dataclass(frozen=True)
class ImportRequest:
    """What is to be imported, and how.

    Attributes
    ----------
    layer : str
        Canonical name, such as ``parcels``.
    path : Path
        NAS, GeoPackage, GeoJSON, Shapefile, FlatGeobuf, GML …, also packed.
    owner : str
        ``shared`` or the key of an authority: the first folder in the store.
    srid : int, optional
        EPSG code of the snapshot, and of the coordinates where the file states none.
    repair, skip_bad, validate_only : bool
        Repair what can be repaired; publish the rest without the bad features; publish nothing.
    archive : ZipLimits
        What a packed file may unpack to.
    """

    layer: str
    path: Path
    owner: str = "shared"
    source: str = ""
    licence: str = ""
    as_of: date | None = None
    attribute_map: Mapping[str, str] = field(default_factory=dict)
    source_layer: str | None = None
    srid: int | None = None
    repair: bool = False
    skip_bad: bool = False
    validate_only: bool = False
    archive: ZipLimits = DEFAULT_ARCHIVE_LIMITS


@dataclass(frozen=True)
class ImportSummary:
    """What became of an import. `snapshot` is the folder, None where nothing was published.

    `counts` and `areas_m2` are of the good features, by object type or layer of the source.
    """

    layer: str
    file: str
    ok: bool
    error: str | None
    snapshot_id: str | None = None
    snapshot: Path | None = None
    source_layer: str | None = None
    source_format: str | None = None
    crs: str | None = None
    feature_count: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    areas_m2: Mapping[str, float] = field(default_factory=dict)
    bounds: tuple[float, float, float, float] | None = None
    attribute_map: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[FeatureProblem, ...] = ()
    repaired: tuple[FeatureProblem, ...] = ()
    skipped_count: int = 0
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain values for the JSON summary on standard output."""
        return {
            "layer": self.layer,
            "file": self.file,
            "ok": self.ok,
            "error": self.error,
            "published": self.snapshot is not None,
            "snapshot": self.snapshot_id,
            "source_layer": self.source_layer,
            "source_format": self.source_format,
            "crs": self.crs,
            "features": self.feature_count,
            "counts": dict(sorted(self.counts.items())),
            "areas_m2": dict(sorted(self.areas_m2.items())),
            "bounds": None if self.bounds is None else list(self.bounds),
            "attribute_map": dict(self.attribute_map),
            "bad": [problem.to_json() for problem in self.problems],
            "bad_count": len(self.problems),
            "skipped_count": self.skipped_count,
            "repaired": [problem.to_json() for problem in self.repaired],
            "notes": list(self.notes),
        }


def import_features(request: ImportRequest, store: Path, progress: Progress | None = None) -> ImportSummary:
    """Import one layer of one file as a new snapshot.

    Parameters
    ----------
    request : ImportRequest
    store : Path
        Root folder of the snapshots.
    progress : callable, optional
        Called with the number of features read so far.

    Returns
    -------
    ImportSummary
        `ok` is False, and nothing is published, when the file is unreadable, when it holds no feature, or when a
        feature is bad and `skip_bad` is not set. Memory stays bounded whatever the size of the file.
    """
    try:
        schema = layer_schema(request.layer)
        wanted = None if request.srid is None else crs_from_epsg(request.srid)
        remove_abandoned(store)
        with open_source(request.path, request.source_layer, limits=request.archive) as opened, ExitStack() as stack:
            return LayerRun(request, schema, wanted, opened, store, progress or silent).stage(stack).publish()
    except (SourceError, AttributeMapError, CrsError, SnapshotWriteError) as error:
        return ImportSummary(layer=request.layer, file=request.path.name, ok=False, error=str(error))


@dataclass(frozen=True)
class StagedLayer:
    """A layer that was read and checked, and waits to be published (or not: then `publish` changes nothing)."""

    summary: ImportSummary
    publish: Callable[[], ImportSummary]


@dataclass
class LayerRun:
    """Import of one layer of an opened source."""

    request: ImportRequest
    schema: LayerSchema
    wanted: pyproj.CRS | None
    opened: OpenedSource
    store: Path
    progress: Progress
    problems: list[FeatureProblem] = field(default_factory=list)
    repaired: list[FeatureProblem] = field(default_factory=list)
    tally: Tally = field(default_factory=lambda: Tally(""))

    def stage(self, stack: ExitStack) -> StagedLayer:
        """Read, check and write. What was written goes when the stack is left, unless it is published before.

        Raises
        ------
        SourceError, SnapshotWriteError
            When the file is broken or cannot be written.
        """
        staged, duplicates = self._read(stack, frozenset())
        if duplicates:
            # Only the end shows which ids occur twice: the second reading leaves all of them out.
            staged, _ = self._read(stack, duplicates)
        return staged

    def _read(self, stack: ExitStack, drop_ids: frozenset[str]) -> tuple[StagedLayer, frozenset[str]]:
        """One reading. Returns the result and the duplicate ids that call for a second reading."""
        request, schema = self.request, self.schema
        self.problems, self.repaired = [], []
        reading = open_reading(
            schema,
            self.opened.source,
            source_layer=request.source_layer,
            attribute_map=request.attribute_map,
            wanted_crs=self.wanted,
            repair=request.repair,
            drop_ids=drop_ids,
        )
        columns = {name: ARROW_TYPES[schema.attributes[name].type] for name in reading.canonical}
        writer = stack.enter_context(SnapshotWriter(self.store, request.owner, request.layer))
        self.tally = Tally(reading.layer.name)
        writer.write(self._batches(reading), columns, lambda: _known(reading))
        unique = schema.attributes[schema.id_attribute].required
        duplicates = writer.ids.duplicates() if unique and not drop_ids else frozenset()
        error = None if duplicates else self._error(writer)
        summary = self._summary(reading, writer, error)
        if duplicates or error is not None or request.validate_only:
            return StagedLayer(summary, lambda: summary), duplicates
        meta = self._meta(reading)

        def publish() -> ImportSummary:
            folder = writer.publish(meta)
            return replace(summary, snapshot_id=folder.name, snapshot=folder)

        return StagedLayer(summary, publish), frozenset()

    def _error(self, writer: SnapshotWriter) -> str | None:
        if self.problems and not self.request.skip_bad:
            count = len(self.problems)
            return f"{'1 fehlerhaftes Objekt' if count == 1 else f'{count} fehlerhafte Objekte'}; {_NOTHING}."
        if writer.feature_count == 0:
            return f"Die Quelle enthält kein brauchbares Objekt; {_NOTHING}."
        return None

    def _batches(self, reading: SourceReading) -> Iterator[CheckedBatch]:
        count = 0
        for batch in reading.batches():
            self.problems.extend(batch.problems)
            self.repaired.extend(batch.repairs)
            self.tally.add(batch)
            count += len(batch.geometry) + len(batch.problems)
            self.progress(count)
            yield batch

    def _meta(self, reading: SourceReading) -> SnapshotMeta:
        request = self.request
        return SnapshotMeta(
            layer=request.layer,
            source=request.source or request.path.name,
            licence=request.licence,
            as_of=request.as_of,
            crs=_known(reading),
            feature_count=0,
            bounds=None,
            attributes=reading.canonical,
            attribute_map=dict(reading.mapping),
            source_file=request.path.name,
            source_layer=reading.layer.name,
            source_sha256=self.opened.sha256,
            source_format=self.opened.source.format,
            notes=self._notes(reading),
            repaired=tuple(note.to_json() for note in self.repaired),
            skipped=tuple(SkippedFeature(problem.id, problem.kind, problem.bounds) for problem in self.problems),
            files={},
        )

    def _notes(self, reading: SourceReading) -> tuple[str, ...]:
        placement = reading.placement
        return (*(placement.notes if placement else ()), *reading.remarks.sentences(), *self.opened.source.warnings)

    def _summary(self, reading: SourceReading, writer: SnapshotWriter, error: str | None) -> ImportSummary:
        crs = reading.crs()
        epsg = None if crs is None else crs.to_epsg()
        return ImportSummary(
            layer=self.request.layer,
            file=self.request.path.name,
            ok=error is None,
            error=error,
            source_layer=reading.layer.name,
            source_format=self.opened.source.format,
            crs=None if crs is None else f"EPSG:{epsg}" if epsg else crs.name,
            feature_count=writer.feature_count,
            counts=dict(self.tally.counts),
            areas_m2=dict(self.tally.areas_m2),
            bounds=writer.bounds,
            attribute_map=dict(reading.mapping),
            problems=tuple(self.problems),
            repaired=tuple(self.repaired),
            skipped_count=len(self.problems) if self.request.skip_bad and error is None else 0,
            notes=self._notes(reading),
        )


def silent(_count: int) -> None:
    """Progress that nobody wants to see."""


def _known(reading: SourceReading) -> pyproj.CRS:
    crs = reading.crs()
    assert crs is not None, "a batch was read, so its system is known"
    return crs
