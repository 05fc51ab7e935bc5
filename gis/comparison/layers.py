"""Compare two states of a layer of areas: what was split, merged, rearranged, moved, renamed, what vanished, is new."""

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.attributes import layer_schema
from gis.comparison.collecting import Differences, Features, bounds_of, differences
from gis.comparison.matching import Group, groups
from gis.comparison.result import AttributeChange, ChangeKind, ComparisonError, FeatureChange, LayerComparison
from gis.crs import is_metric, transform_geometries
from gis.layers import Bounds, Layer

#: Vertices that lie closer than this are the same (cadastral coordinates are written to the millimetre), metres.
TOLERANCE_M = 0.005
#: A feature with another number is the same one where old and new have this share of both in common.
_SAME_GROUND = 0.9
_LOOK_FURTHER = 3


def compare_layers(
    old: Layer, new: Layer, *, window: Bounds | None = None, tolerance_m: float = TOLERANCE_M
) -> LayerComparison:
    """Compare two states of a layer of areas, such as the parcels of two snapshots.

    Parameters
    ----------
    old, new : Layer
        Of the same kind. Geometries are compared in the CRS of `old`, which must be metric.
    window : tuple, optional
        Only changes that touch this box (CRS of `old`); what they belong to outside of it is read, too. Without it
        the whole extent; needed where a source does not know its extent.
    tolerance_m : float
        How far vertices may differ and still count as the same, metres.

    Raises
    ------
    ComparisonError
        When the layers are not of one kind, hold no areas, or have no known extent.
    LayerUnavailableError
        When one of them cannot be read.
    """
    _check(old, new)
    found = _read(old, new, window, tolerance_m)
    changes, equal = [], 0
    for group in groups(found.old, found.new):
        change = _change(group, found, old.info.layer, tolerance_m)
        if change is None:
            equal += 1
        elif window is None or _touches(group, found, window):
            changes.append(_elsewhere(change, old, new) if window is not None else change)
    return LayerComparison(
        old=old.info,
        new=new.info,
        changes=tuple(sorted(changes, key=lambda change: (change.old_ids or change.new_ids, change.new_ids))),
        unchanged=found.unchanged + equal,
        notes=_notes(found),
    )


def _check(old: Layer, new: Layer) -> None:
    if old.info.layer != new.info.layer:
        raise ComparisonError("Nur zwei Stände derselben Ebene lassen sich vergleichen.")
    schema = layer_schema(old.info.layer)
    if schema.geometry != "polygon":
        raise ComparisonError(f"Die Ebene „{schema.title}“ enthält keine Flächen; vergleichen lassen sich nur Flächen.")
    if not is_metric(old.info.crs):
        raise ComparisonError("Der alte Stand liegt nicht in einem ebenen Koordinatenreferenzsystem in Metern.")


def _read(old: Layer, new: Layer, window: Bounds | None, tolerance_m: float) -> Differences:
    bounds = _extent(old, new) if window is None else window
    found = differences(old, new, bounds, tolerance_m=tolerance_m)
    for _ in range(0 if window is None else _LOOK_FURTHER):
        # A parcel at the rim may have become one that lies outside: read on until no change reaches further.
        wider = _joined_bounds(bounds, found.old.geometry, found.new.geometry)
        if wider == bounds:
            break
        bounds = wider
        found = differences(old, new, bounds, tolerance_m=tolerance_m)
    return found


def _extent(old: Layer, new: Layer) -> Bounds:
    boxes = []
    for layer in (old, new):
        own = bounds_of(layer)
        if own is None and layer.info.feature_count != 0:
            raise ComparisonError("Die Ausdehnung der Ebene ist nicht bekannt. Bitte geben Sie ein Fenster an.")
        if own is not None:
            box = np.array([shapely.box(*own)], dtype=object)
            boxes.append(transform_geometries(shapely.segmentize(box, 1_000.0), layer.info.crs, old.info.crs)[0])
    if not boxes:
        return 0.0, 0.0, 0.0, 0.0
    west, south, east, north = shapely.total_bounds(np.array(boxes, dtype=object)).tolist()
    return west, south, east, north


def _joined_bounds(bounds: Bounds, *geometries: NDArray[np.object_]) -> Bounds:
    everything = np.concatenate([np.array([shapely.box(*bounds)], dtype=object), *geometries])
    west, south, east, north = shapely.total_bounds(everything).tolist()
    return west, south, east, north


def _touches(group: Group, found: Differences, window: Bounds) -> bool:
    box = shapely.box(*window)
    shapes = [*found.old.geometry[list(group.old)], *found.new.geometry[list(group.new)]]
    return bool(shapely.intersects(np.array(shapes, dtype=object), box).any())


def _change(group: Group, found: Differences, layer: str, tolerance_m: float) -> FeatureChange | None:
    old, new = found.old.take(np.array(group.old, dtype=np.intp)), found.new.take(np.array(group.new, dtype=np.intp))
    kind, moved, values = _kind(old, new, group, layer, tolerance_m)
    if kind is None:
        return None
    overlaps = {(str(found.old.ids[i]), str(found.new.ids[j])): area for (i, j), area in group.overlaps.items()}
    return FeatureChange(
        kind=kind,
        old_ids=tuple(sorted(old.ids.tolist())),
        new_ids=tuple(sorted(new.ids.tolist())),
        old_geometry=shapely.union_all(old.geometry) if len(old) else None,
        new_geometry=shapely.union_all(new.geometry) if len(new) else None,
        moved_m=moved,
        area_change_m2=_area(new) - _area(old) if len(old) and len(new) else None,
        attributes=values,
        overlaps_m2=dict(sorted(overlaps.items())),
    )


def _kind(
    old: Features, new: Features, group: Group, layer: str, tolerance_m: float
) -> tuple[ChangeKind | None, float | None, tuple[AttributeChange, ...]]:
    if len(old) == 0:
        return ChangeKind.NEW, None, ()
    if len(new) == 0:
        return ChangeKind.VANISHED, None, ()
    if len(old) > 1 or len(new) > 1:
        if len(old) == 1:
            return ChangeKind.SPLIT, None, ()
        return (ChangeKind.MERGED if len(new) == 1 else ChangeKind.REARRANGED), None, ()
    distance = float(shapely.hausdorff_distance(old.geometry[0], new.geometry[0]))
    moved = distance if distance > tolerance_m else None
    values = _attributes(layer, old.rows[0], new.rows[0])
    if old.ids[0] != new.ids[0]:
        common = sum(group.overlaps.values())
        same_ground = common >= _SAME_GROUND * max(_area(old), _area(new))
        return (ChangeKind.RENAMED if same_ground else ChangeKind.REARRANGED), moved, values
    if moved is not None:
        return ChangeKind.MOVED, moved, values
    return (ChangeKind.ATTRIBUTES if values else None), None, values


def _attributes(layer: str, old: dict[str, object], new: dict[str, object]) -> tuple[AttributeChange, ...]:
    schema = layer_schema(layer)
    return tuple(
        AttributeChange(name, attribute.description.partition(" (")[0], old.get(name), new.get(name))
        for name, attribute in schema.attributes.items()
        # What one of the two sources does not carry at all is no change.
        if name != schema.id_attribute and name in old and name in new and old[name] != new[name]
    )


def _elsewhere(change: FeatureChange, old: Layer, new: Layer) -> FeatureChange:
    """Look beyond the window for a number that seems to have vanished or to be new."""
    other = {ChangeKind.VANISHED: new, ChangeKind.NEW: old}.get(change.kind)
    find = getattr(other, "find", None)
    if other is None or find is None:
        return change
    found = find((change.old_ids or change.new_ids)[0]).in_crs(old.info.crs)
    if len(found) != 1:
        return change
    before, after = change.old_geometry or found.geometry[0], change.new_geometry or found.geometry[0]
    ids = change.old_ids or change.new_ids
    distance = float(shapely.hausdorff_distance(before, after))
    return FeatureChange(ChangeKind.MOVED, ids, ids, before, after, distance, float(after.area - before.area))


def _area(features: Features) -> float:
    return float(shapely.area(features.geometry).sum())


def _notes(found: Differences) -> tuple[str, ...]:
    notes = []
    for count, state in ((found.skipped_old, "alten"), (found.skipped_new, "neuen")):
        if count:
            missing = "fehlt 1 Objekt, das beim Einlesen ausgelassen wurde" if count == 1 else ""
            missing = missing or f"fehlen {count} Objekte, die beim Einlesen ausgelassen wurden"
            notes.append(f"Im {state} Stand {missing}.")
    return tuple(notes)
