"""From an opened source to checked batches in canonical form: the common part of import and of reading into memory."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.attributes import AttributeMapError, LayerSchema, match_columns, normalise
from gis.importing.columns import canonical_columns
from gis.importing.placing import Placement, decide_placement
from gis.importing.remarks import Remarks
from gis.importing.validation import check_geometry, finite_bounds
from gis.readers.source import Fault, Source, SourceBatch, SourceError, SourceLayer
from gis.snapshots.batch import CheckedBatch, FeatureProblem

_MAX_PROBLEMS = 100_000


@dataclass
class SourceReading:
    """One reading of one layer of a source into canonical form."""

    schema: LayerSchema
    source: Source
    layer: SourceLayer
    mapping: Mapping[str, str]
    wanted_crs: pyproj.CRS | None = None
    repair: bool = False
    drop_ids: frozenset[str] = frozenset()
    placement: Placement | None = field(default=None, init=False)
    remarks: Remarks = field(default_factory=Remarks, init=False)

    @property
    def canonical(self) -> tuple[str, ...]:
        """Canonical attributes that this source has, in the order of the schema."""
        return tuple(name for name in self.schema.attributes if name in self.mapping)

    def crs(self) -> pyproj.CRS | None:
        """System of the checked batches; known after the first one."""
        return None if self.placement is None else self.placement.target

    def batches(self) -> Iterator[CheckedBatch]:
        """Read, place, map and check every feature.

        Raises
        ------
        SourceError
            When the file is broken, does not fit its CRS, or has more bad features than can sensibly be named.
        """
        columns = list(dict.fromkeys(self.mapping.values()))
        problem_count = 0
        for batch in self.source.batches(self.layer.name, columns):
            checked = self.check(batch)
            problem_count += len(checked.problems)
            if problem_count > _MAX_PROBLEMS:
                count = f"{_MAX_PROBLEMS:,}".replace(",", ".")
                raise SourceError(f"Mehr als {count} Objekte sind fehlerhaft. Die Datei ist so nicht brauchbar.")
            yield checked

    def check(self, batch: SourceBatch) -> CheckedBatch:
        """Place, map and check the features of one batch; raises SourceError where they do not fit their CRS."""
        if self.placement is None or self.placement.provisional:
            self.placement = decide_placement(self.source.crs(self.layer.name), self.wanted_crs, batch.geometry)
        placement = self.placement
        columns, column_faults = canonical_columns(self.schema, self.mapping, batch.attributes)
        ids = self._ids(columns, batch.first_row, len(batch.geometry))
        faults = {row: _placed(fault, placement) for row, fault in batch.faults.items()}
        outside = placement.outside(batch.geometry)
        faults.update({row: fault for row, fault in outside.items() if row not in faults})
        names = _Names(ids)
        raised = self.remarks.heights(batch.geometry, names.__getitem__)
        geometry = shapely.force_2d(batch.geometry) if raised else batch.geometry
        changed = raised
        self.remarks.places(placement, batch.geometry)
        if placement.changes:
            geometry, unplaced = _move(geometry, set(outside), placement)
            faults.update({row: fault for row, fault in unplaced.items() if row not in faults})
            changed = True
        checked = check_geometry(geometry, self.schema.geometry, repair=self.repair)
        repairs = {row: note for row, note in checked.repairs.items() if row not in faults}
        for row, fault in checked.faults.items():
            faults.setdefault(row, fault)
        for row, fault in column_faults.items():
            faults.setdefault(row, _with_bounds(fault, checked.geometry[row]))
        faults.update(self._dropped(ids, checked.geometry, faults))
        keep = np.ones(len(geometry), dtype=bool)
        keep[list(faults)] = False
        good = checked.geometry.copy()
        good[~keep] = None
        self.remarks.outlines(good, names.__getitem__)
        if self.schema.layer == "addresses":
            self.remarks.addresses(columns, names.__getitem__)
        reuse = batch.wkb is not None and not changed and not checked.repairs
        everything = bool(keep.all())
        mask = None if everything else pa.array(keep)
        return CheckedBatch(
            geometry=checked.geometry if everything else checked.geometry[keep],
            wkb=_filtered(batch.wkb, mask) if reuse and batch.wkb is not None else None,
            columns={name: _filtered(values, mask) for name, values in columns.items()},
            ids=_filtered(ids, mask),
            problems=tuple(_problem(names, row, faults[row]) for row in sorted(faults)),
            repairs=tuple(_problem(names, row, repairs[row]) for row in sorted(repairs)),
            classes=None if batch.classes is None else _filtered(batch.classes, mask),
        )

    def _ids(self, columns: Mapping[str, pa.Array], first_row: int, rows: int) -> pa.Array:
        own = columns.get(self.schema.id_attribute)
        if own is not None and own.null_count == 0:
            return own
        numbers = pa.array([f"Nr. {first_row + row}" for row in range(rows)], pa.string())
        return numbers if own is None else pc.coalesce(own, numbers)

    def _dropped(
        self, ids: pa.Array, geometry: NDArray[np.object_], faults: Mapping[int, Fault]
    ) -> Mapping[int, Fault]:
        if not self.drop_ids:
            return {}
        named = pc.is_in(ids, pa.array(sorted(self.drop_ids), pa.string()))
        rows = np.flatnonzero(named.to_numpy(zero_copy_only=False))
        return {int(row): duplicate_fault(geometry[row]) for row in rows if int(row) not in faults}


def duplicate_fault(geometry: BaseGeometry | None) -> Fault:
    """The fault of a feature whose id another feature has, too."""
    return _with_bounds(Fault("duplicate_id", "Die Kennung kommt mehrfach vor; sie muss eindeutig sein."), geometry)


def choose_layer(schema: LayerSchema, source: Source, wanted: str | None) -> SourceLayer:
    """The layer of a source that is meant: by name, by the names that fit the schema, or the only one.

    Raises
    ------
    SourceError
        When there is none or when it stays open which one is meant.
    """
    layers = list(source.layers)
    if not layers:
        raise SourceError("Die Datei enthält keine Ebene mit Geometrien.")
    if wanted is not None:
        named = [layer for layer in layers if layer.name == wanted] or [
            layer for layer in layers if layer.name.casefold() == wanted.casefold()
        ]
        if named:
            return named[0]
        if len(layers) > 1 or source.format != "GeoJSON":
            raise SourceError(f"Die Datei enthält keine Ebene „{wanted}“. Vorhanden sind: {_listed(layers)}.")
    if len(layers) == 1:
        return layers[0]
    fitting = [normalise(name) for name in (schema.layer, *schema.sources)]
    for name in fitting:
        for layer in layers:
            if normalise(layer.name) == name:
                return layer
    raise SourceError(f"Die Datei enthält mehrere Ebenen ({_listed(layers)}). Bitte wählen Sie mit --source-layer aus.")


def open_reading(
    schema: LayerSchema,
    source: Source,
    *,
    source_layer: str | None,
    attribute_map: Mapping[str, str] | None,
    wanted_crs: pyproj.CRS | None,
    repair: bool = False,
    drop_ids: frozenset[str] = frozenset(),
) -> SourceReading:
    """Choose the layer, match its columns and prepare one reading; raises SourceError where required columns lack."""
    layer = choose_layer(schema, source, source_layer)
    try:
        mapping = match_columns(schema, layer.columns, attribute_map)
    except AttributeMapError as error:
        raise SourceError(str(error)) from None
    missing = [name for name, attribute in schema.attributes.items() if attribute.required and name not in mapping]
    if missing:
        raise SourceError(
            f"Der Quelle fehlt das Attribut „{missing[0]}“ ({schema.attributes[missing[0]].description}). "
            f"Bitte geben Sie die Spalte mit --map {missing[0]}=SPALTE an. "
            f"Vorhanden sind: {', '.join(layer.columns) or 'keine'}."
        )
    return SourceReading(schema, source, layer, mapping, wanted_crs, repair, drop_ids)


class _Names:
    def __init__(self, ids: pa.Array) -> None:
        self._ids = ids

    def __getitem__(self, row: int) -> str:
        return str(self._ids[row].as_py())


def _problem(names: _Names, row: int, fault: Fault) -> FeatureProblem:
    return FeatureProblem(names[row], fault.kind, fault.message, fault.place, fault.bounds)


def _filtered(values: pa.Array, mask: pa.Array | None) -> pa.Array:
    return values if mask is None else values.filter(mask)


def _with_bounds(fault: Fault, geometry: BaseGeometry | None) -> Fault:
    bounds = finite_bounds(geometry)
    if bounds is None:
        return fault
    centre = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    return Fault(fault.kind, fault.message, centre, bounds)


def _placed(fault: Fault, placement: Placement) -> Fault:
    if fault.place is None:
        return fault
    bounds = None if fault.bounds is None else placement.move_bounds(fault.bounds)
    return Fault(fault.kind, fault.message, placement.move_point(fault.place), bounds)


def _move(
    geometry: NDArray[np.object_], outside: set[int], placement: Placement
) -> tuple[NDArray[np.object_], dict[int, Fault]]:
    """Transform what can be transformed: features outside and features with NaN stay, as faults, where they are."""
    finite = shapely.get_coordinates(geometry)
    movable = np.ones(len(geometry), dtype=bool)
    movable[list(outside)] = False
    if not np.isfinite(finite).all():
        coordinates, rows = shapely.get_coordinates(geometry, return_index=True)
        movable[np.unique(rows[~np.isfinite(coordinates).all(axis=1)])] = False
    moved = geometry.copy()
    moved[movable] = placement.apply(geometry[movable])
    faults: dict[int, Fault] = {}
    for row in np.flatnonzero(~movable):
        if int(row) not in outside:
            bounds = finite_bounds(geometry[row])
            place = bounds[:2] if bounds else None
            fault = Fault("not_finite", "Eine Koordinate ist keine endliche Zahl.", place, bounds)
            faults[int(row)] = _placed(fault, placement)
    return moved, faults


def _listed(layers: list[SourceLayer]) -> str:
    return ", ".join(layer.name for layer in layers[:20])
