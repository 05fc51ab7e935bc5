"""Read a layer file into memory, for work without a snapshot (`check_site_plans --layer`, tests, previews)."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyproj

from gis.attributes import AttributeMapError, layer_schema
from gis.importing.batches import open_reading
from gis.layers import LayerInfo, LayerUnavailableError, MemoryLayer, SkippedFeature
from gis.readers.opening import open_source
from gis.readers.source import SourceError
from gis.snapshots.batch import FeatureProblem
from gis.snapshots.reading import canonical_arrays


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
    geometry = np.concatenate(geometries)
    columns = canonical_arrays(layer, pa.concat_tables(tables), len(geometry))
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
