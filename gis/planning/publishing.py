"""Derived layers as snapshots in the store."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyproj

from gis.attributes import layer_schema
from gis.importing.columns import ARROW_TYPES
from gis.planning.force import PlanInForce
from gis.planning.layers import DerivedLayer, derive_layers
from gis.planning.plan_files import crs_text
from gis.snapshots import SnapshotMeta, SnapshotWriter
from gis.snapshots.batch import CheckedBatch
from gis.wording import number


@dataclass(frozen=True)
class DerivedSnapshot:
    """A derived layer that lies in the store now."""

    layer: str
    snapshot_id: str
    crs: str
    feature_count: int
    skipped_count: int
    source: str
    licence: str
    as_of: date | None
    notes: tuple[str, ...]


def store_derived_layers(
    root: Path, owner: str, plans: Sequence[PlanInForce], crs: pyproj.CRS, *, licence: str = ""
) -> tuple[DerivedSnapshot, ...]:
    """Derive all layers from the plans in force of an owner and write each as a snapshot.

    The same plans give the same snapshot ids, in whatever order they come. Raises SnapshotWriteError.
    """
    layers = derive_layers(plans, crs)
    return tuple(_store(root, owner, layer, plans, crs, licence) for layer in layers.values())


def _store(
    root: Path, owner: str, layer: DerivedLayer, plans: Sequence[PlanInForce], crs: pyproj.CRS, licence: str
) -> DerivedSnapshot:
    schema = layer_schema(layer.layer)
    ids = tuple(sorted(plan.snapshot_id for plan in plans))
    source = f"abgeleitet aus {_counted(len(ids))}"
    as_of = max((plan.since for plan in plans if plan.since is not None), default=None)
    columns = {name: ARROW_TYPES[attribute.type] for name, attribute in schema.attributes.items()}
    with SnapshotWriter(root, owner, layer.layer) as writer:
        writer.write([_batch(layer, columns)], columns, lambda: crs, even_empty=True, here=True)
        folder = writer.publish(
            SnapshotMeta(
                layer=layer.layer,
                source=source,
                licence=licence,
                as_of=as_of,
                crs=crs,
                feature_count=0,
                bounds=None,
                attributes=tuple(columns),
                attribute_map={},
                source_file="",
                source_layer="",
                source_sha256=hashlib.sha256("\n".join(ids).encode()).hexdigest(),
                source_format="XPlanGML",
                notes=layer.notes,
                repaired=(),
                skipped=layer.skipped,
                files={},
                derived_from=ids,
            )
        )
    return DerivedSnapshot(
        layer=layer.layer,
        snapshot_id=folder.name,
        crs=crs_text(crs),
        feature_count=len(layer.rows),
        skipped_count=len(layer.skipped),
        source=source,
        licence=licence,
        as_of=as_of,
        notes=layer.notes,
    )


def _batch(layer: DerivedLayer, columns: dict[str, pa.DataType]) -> CheckedBatch:
    # A fixed order whatever the plans' order: the same set of plans gives the same bytes.
    schema = layer_schema(layer.layer)
    keys = [(str(row.get("plan_id")), str(row.get(schema.id_attribute))) for row in layer.rows]
    order = sorted(range(len(keys)), key=lambda row: keys[row])
    rows = [layer.rows[row] for row in order]
    geometry = layer.geometry[np.array(order, dtype=np.intp)]
    return CheckedBatch(
        geometry=geometry,
        wkb=None,
        columns={name: pa.array([row.get(name) for row in rows], kind) for name, kind in columns.items()},
        ids=pa.array([str(row.get(schema.id_attribute)) for row in rows], pa.string()),
        problems=(),
        repairs=(),
    )


def _counted(count: int) -> str:
    if count == 0:
        return "keinem Bebauungsplan (es ist keiner in Kraft)"
    return "1 Bebauungsplan in Kraft" if count == 1 else f"{number(count, 0)} Bebauungsplänen in Kraft"
