"""Read a layer file into memory, for work without a snapshot (`check_site_plans --layer`, tests, previews)."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyproj

from gis.attributes import AttributeMapError, layer_schema
from gis.importing.batches import choose_layer, open_reading
from gis.layers import LayerInfo, LayerUnavailableError, MemoryLayer, SkippedFeature
from gis.readers.opening import open_source
from gis.readers.source import Source, SourceError, SourceLayer
from gis.snapshots.batch import FeatureProblem
from gis.snapshots.reading import canonical_arrays

_USUAL_EPSG = 25832


def read_layer_file(
    layer: str,
    path: Path,
    *,
    attribute_map: Mapping[str, str] | None,
    source_layer: str | None,
    crs: pyproj.CRS | None,
) -> MemoryLayer:
    """Read a file as a layer in memory; see `gis.layers.open_layer_file`."""
    geometries: list[np.ndarray] = []
    tables: list[pa.Table] = []
    problems: list[FeatureProblem] = []
    try:
        schema = layer_schema(layer)
        with open_source(path, source_layer) as opened:
            chosen = choose_layer(schema, opened.source, source_layer)
            known_crs: pyproj.CRS | None
            if _is_empty(opened.source, chosen):  # there is none here, whatever its columns
                known_crs = _plane(crs, opened.source.crs(chosen.name))
            else:
                reading = open_reading(
                    schema, opened.source, source_layer=source_layer, attribute_map=attribute_map, wanted_crs=crs
                )
                names = reading.canonical
                for batch in reading.batches():
                    geometries.append(batch.geometry)
                    tables.append(pa.table({name: batch.columns[name] for name in names}))
                    problems.extend(batch.problems)
                known_crs = reading.crs()
    except (SourceError, AttributeMapError) as error:
        raise LayerUnavailableError(f"Die Ebenendatei „{path.name}“ ist nicht lesbar: {error}") from error
    if known_crs is None:
        raise LayerUnavailableError(f"Die Ebenendatei „{path.name}“ enthält kein Objekt.")
    geometry = np.concatenate(geometries) if geometries else np.empty(0, dtype=object)
    table = pa.concat_tables(tables) if tables else pa.table({})
    columns = canonical_arrays(layer, table, len(geometry))
    skipped = tuple(SkippedFeature(problem.id, problem.kind, problem.bounds) for problem in problems)
    info = LayerInfo(
        layer=layer,
        snapshot_id=None,
        source=path.name,
        licence="",
        as_of=None,
        crs=known_crs,
        feature_count=len(geometry),
        unplaced_count=sum(feature.bounds is None for feature in skipped),
    )
    return MemoryLayer(info=info, geometry=geometry, columns=columns, skipped=skipped)


def _plane(*systems: pyproj.CRS | None) -> pyproj.CRS:
    """The first plane system, for a layer without features; else ETRS89 / UTM zone 32."""
    return next((crs for crs in systems if crs is not None and crs.is_projected), pyproj.CRS.from_epsg(_USUAL_EPSG))


def _is_empty(source: Source, layer: SourceLayer) -> bool:
    """Whether a layer has no feature; where the file does not count them, one without columns is read to find out."""
    if layer.feature_count >= 0 or layer.columns:
        return layer.feature_count == 0
    return all(len(batch.geometry) == 0 and not batch.faults for batch in source.batches(layer.name, []))
