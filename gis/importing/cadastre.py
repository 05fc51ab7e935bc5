"""Import of a whole cadastre: all layers of one ALKIS file, read in one pass, published together or not at all."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gis.attributes import AttributeMapError, layer_schema
from gis.crs import CrsError, crs_from_epsg
from gis.importing.pipeline import ImportRequest, ImportSummary, LayerRun, Progress, StagedLayer, silent
from gis.readers.alkis_simple import SimpleAlkisSource
from gis.readers.nas import NasSource
from gis.readers.opening import OpenedSource, open_source
from gis.readers.source import SourceError
from gis.snapshots import SnapshotWriteError, remove_abandoned

# What the cadastre itself answers for. Legal areas stand in it for information only: the layers of the authorities in
# charge (flood areas, monuments, easements) shall not be replaced by them unasked.
CADASTRE_LAYERS = ("parcels", "buildings", "building_parts", "addresses", "traffic_areas", "land_use")
LEGAL_LAYERS = ("monuments", "easements", "overlays")


@dataclass(frozen=True)
class CadastreSummary:
    """What became of an import. `layers` has one summary per layer that the file has objects of."""

    file: str
    ok: bool
    error: str | None
    source_format: str | None = None
    layers: Mapping[str, ImportSummary] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain values for the JSON summary on standard output."""
        return {
            "file": self.file,
            "ok": self.ok,
            "error": self.error,
            "published": any(summary.snapshot is not None for summary in self.layers.values()),
            "source_format": self.source_format,
            "counts": {name: summary.feature_count for name, summary in self.layers.items()},
            "areas_m2": {
                name: sum(summary.areas_m2.values()) for name, summary in self.layers.items() if summary.areas_m2
            },
            "layers": {name: summary.to_json() for name, summary in self.layers.items()},
            "notes": list(self.notes),
        }


def import_cadastre(
    request: ImportRequest, layers: Sequence[str], store: Path, progress: Progress | None = None
) -> CadastreSummary:
    """Import the named layers of one ALKIS file (NAS or simplified schema) as new snapshots.

    Parameters
    ----------
    request : ImportRequest
        As for one layer; its `layer`, `source_layer` and `attribute_map` do not count.
    layers : sequence of str
        Layers wanted, of `CADASTRE_LAYERS` and `LEGAL_LAYERS`. Those without an object are left as they are.
    store, progress
        As in `import_features`.

    Returns
    -------
    CadastreSummary
        `ok` is False, and nothing at all is published, when one of the layers cannot be published.
    """
    try:
        remove_abandoned(store)
        with open_source(request.path, limits=request.archive) as opened, ExitStack() as stack:
            counts = _counts(opened, layers)
            staged = {
                name: _run(
                    replace(request, layer=name, attribute_map={}, source_layer=name), opened, store, progress
                ).stage(stack)
                for name, count in counts.items()
                if count
            }
            return _finish(request, opened, staged, _notes(counts))
    except (SourceError, AttributeMapError, CrsError, SnapshotWriteError) as error:
        return CadastreSummary(file=request.path.name, ok=False, error=str(error))


def _counts(opened: OpenedSource, layers: Sequence[str]) -> dict[str, int]:
    source = opened.source
    if not isinstance(source, NasSource | SimpleAlkisSource):
        raise SourceError(
            f"Die Datei ist kein ALKIS-Auszug (erkannt: {source.format}). "
            "Bitte lesen Sie ihre Ebenen einzeln mit import_layer ein."
        )
    return source.prepare(layers)


def _run(request: ImportRequest, opened: OpenedSource, store: Path, progress: Progress | None) -> LayerRun:
    wanted = None if request.srid is None else crs_from_epsg(request.srid)
    return LayerRun(request, layer_schema(request.layer), wanted, opened, store, progress or silent)


def _finish(
    request: ImportRequest, opened: OpenedSource, staged: Mapping[str, StagedLayer], notes: tuple[str, ...]
) -> CadastreSummary:
    bad = [name for name, layer in staged.items() if not layer.summary.ok]
    error = None
    if not staged:
        error = "Die Datei enthält kein Objekt der gewünschten Ebenen; es wurde nichts veröffentlicht."
    elif bad:
        error = f"Ebenen mit Fehlern: {', '.join(bad)}; es wurde nichts veröffentlicht."
    summaries = {name: layer.summary if error else layer.publish() for name, layer in staged.items()}
    return CadastreSummary(request.path.name, error is None, error, opened.source.format, summaries, notes)


def _notes(counts: Mapping[str, int]) -> tuple[str, ...]:
    empty = [name for name, count in counts.items() if not count]
    if not empty:
        return ()
    return (f"Ohne Objekte in dieser Datei, ein früherer Datenstand bleibt in Kraft: {', '.join(empty)}.",)
