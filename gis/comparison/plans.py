"""Compare two versions of a binding plan: which objects were added, removed, moved, or say something else."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis.comparison.plan_result import ObjectChange, ObjectChangeKind, PlanComparison
from gis.comparison.result import AttributeChange
from gis.crs import same_crs, transform_geometries
from gis.planning.model import BindingPlan, PlanObject
from gis.wording import listed, number

#: Vertices of arcs are chords that may differ by this much from one reading to the next, metres.
TOLERANCE_M = 0.01

_PLAN_VALUES = {
    "name": "Name",
    "number": "Nummer",
    "version": "Stand",
    "plan_type": "Planart",
    "legal_status": "Rechtsstand",
    "in_force_since": "in Kraft seit",
    "ended_on": "außer Kraft seit",
    "baunvo_version": "Fassung der BauNVO",
    "municipality": "Gemeinde",
    "xplan_version": "Fassung von XPlanGML",
}


def compare_plans(old: BindingPlan, new: BindingPlan, *, tolerance_m: float = TOLERANCE_M) -> PlanComparison:
    """Compare two versions of a plan, object by object.

    Objects belong together by gml:id; those left over by class and equal geometry, since software that writes plans
    may give every object a new id. Geometries are compared in the CRS of the old plan, vertices within `tolerance_m`.
    """
    shapes = _shapes(old, new)
    partners = _partners(old, new, shapes, tolerance_m)
    back = {new_id: old_id for old_id, new_id in partners.items()}
    new_by_id = {item.id: item for item in new.objects}
    changes = []
    for item in old.objects:
        if item.id not in partners:
            geometry = item.geometry
            changes.append(ObjectChange(ObjectChangeKind.REMOVED, item.id, "", item.kind, geometry, None))
            continue
        other = new_by_id[partners[item.id]]
        change = _changed(item, other, shapes.get(other.id), tolerance_m, _Meaning(old), _Meaning(new, back))
        if change is not None:
            changes.append(change)
    for item in new.objects:
        if item.id not in back:
            geometry = shapes.get(item.id)
            changes.append(ObjectChange(ObjectChangeKind.ADDED, "", item.id, item.kind, None, geometry))
    touched = sum(change.kind is not ObjectChangeKind.ADDED for change in changes)
    return PlanComparison(
        old_plan_id=old.plan_id,
        new_plan_id=new.plan_id,
        attributes=_plan_values(old, new),
        scope_change_m2=_scope_change(old, new, tolerance_m),
        texts=_texts(old, new),
        objects=tuple(sorted(changes, key=lambda change: (change.object_kind, change.old_id or change.new_id))),
        unchanged=len(old.objects) - touched,
    )


def _shapes(old: BindingPlan, new: BindingPlan) -> dict[str, BaseGeometry]:
    """Geometries of the new plan in the CRS of the old one."""
    items = [item for item in new.objects if item.geometry is not None]
    geometry = np.array([item.geometry for item in items], dtype=object)
    if items and not same_crs(old.crs, new.crs):
        geometry = transform_geometries(geometry, new.crs, old.crs)
    return {item.id: shape for item, shape in zip(items, geometry, strict=True)}


def _partners(
    old: BindingPlan, new: BindingPlan, shapes: Mapping[str, BaseGeometry], tolerance_m: float
) -> dict[str, str]:
    """New id by old id."""
    kinds = {item.id: item.kind for item in new.objects}
    partners = {item.id: item.id for item in old.objects if kinds.get(item.id) == item.kind}
    waiting: dict[str, list[PlanObject]] = defaultdict(list)
    for item in new.objects:
        if item.id not in partners:
            waiting[item.kind].append(item)
    for kind, candidates in waiting.items():
        # Objects without geometry lie nowhere: the tree leaves them out, and only their attributes can tell.
        tree = shapely.STRtree(np.array([shapes.get(other.id) for other in candidates], dtype=object))
        taken: set[int] = set()
        for item in old.objects:
            if item.kind != kind or item.id in partners:
                continue
            found = [row for row in _near(tree, item, candidates, tolerance_m) if row not in taken]
            equal = [row for row in found if _agrees(item, shapes.get(candidates[row].id), tolerance_m)]
            if equal:
                best = next((row for row in equal if candidates[row].attributes == item.attributes), equal[0])
                partners[item.id] = candidates[best].id
                taken.add(best)
    return partners


def _near(tree: shapely.STRtree, item: PlanObject, candidates: list[PlanObject], tolerance_m: float) -> list[int]:
    if item.geometry is None:
        return [
            row
            for row, other in enumerate(candidates)
            if other.geometry is None and other.attributes == item.attributes
        ]
    west, south, east, north = item.geometry.bounds
    box = shapely.box(west - tolerance_m, south - tolerance_m, east + tolerance_m, north + tolerance_m)
    rows: list[int] = sorted(tree.query(box).tolist())
    return rows


def _agrees(item: PlanObject, shape: BaseGeometry | None, tolerance_m: float) -> bool:
    if item.geometry is None or shape is None:
        return item.geometry is shape
    if item.geometry.geom_type != shape.geom_type:
        return False
    return bool(shapely.hausdorff_distance(item.geometry, shape) <= tolerance_m)


class _Meaning:
    """What the references of an object mean, apart from ids that say nothing: parts by number, texts by content."""

    def __init__(self, plan: BindingPlan, names: Mapping[str, str] | None = None) -> None:
        self._parts = {part.id: part.number or part.name or "" for part in plan.parts}
        self._texts = {text.id: text.key or text.text or "" for text in plan.texts}
        self._names = names or {}

    def values(self, item: PlanObject) -> dict[str, Any]:
        """Everything that an object states, by name."""
        values = dict(item.attributes)
        values["Bereich"] = None if item.part_id is None else self._parts.get(item.part_id, item.part_id)
        values["Textabschnitte"] = sorted(self._texts.get(text, text) for text in item.text_ids)
        values["Höhenangaben"] = [str(height) for height in item.heights]
        values["Flächenschluss"] = item.closes
        values["Ebene"] = item.level
        values["Rechtsstand"] = None if item.legal_status is None else item.legal_status.value
        values["bedingt"] = item.conditional
        for name, ids in item.references.items():
            values[f"Verweis {name}"] = sorted(self._names.get(other, other) for other in ids)
        return values


def _changed(
    item: PlanObject,
    other: PlanObject,
    shape: BaseGeometry | None,
    tolerance_m: float,
    before: _Meaning,
    after: _Meaning,
) -> ObjectChange | None:
    old_values, new_values = before.values(item), after.values(other)
    values = tuple(
        AttributeChange(name, name, _plain(old_values.get(name)), _plain(new_values.get(name)))
        for name in sorted(old_values.keys() | new_values.keys())
        if old_values.get(name) != new_values.get(name)
    )
    moved = area = None
    if item.geometry is not None and shape is not None:
        distance = float(shapely.hausdorff_distance(item.geometry, shape))
        if distance > tolerance_m or item.geometry.geom_type != shape.geom_type:
            moved, area = distance, float(shape.area - item.geometry.area)
    change = ObjectChange(
        ObjectChangeKind.CHANGED, item.id, other.id, item.kind, item.geometry, shape, moved, area, values
    )
    return change if values or change.geometry_changed else None


def _plain(value: Any) -> Any:
    if isinstance(value, bool | int | float | str | None):
        return float(value) if isinstance(value, float) else value
    if isinstance(value, list | tuple):
        return listed([str(item) for item in value]) or None
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {item}" for name, item in value.items())
    return str(value)


def _plan_values(old: BindingPlan, new: BindingPlan) -> tuple[AttributeChange, ...]:
    pairs = [(name, label, getattr(old, name), getattr(new, name)) for name, label in _PLAN_VALUES.items()]
    return tuple(
        AttributeChange(name, label, _text(before), _text(after))
        for name, label, before, after in pairs
        if before != after
    )


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _scope_change(old: BindingPlan, new: BindingPlan, tolerance_m: float) -> float:
    (scope,) = transform_geometries(np.array([new.scope], dtype=object), new.crs, old.crs)
    if shapely.hausdorff_distance(old.scope, scope) <= tolerance_m:
        return 0.0
    return float(shapely.symmetric_difference(old.scope, scope).area)


def _texts(old: BindingPlan, new: BindingPlan) -> tuple[str, ...]:
    before, after = (
        {text.key or text.id: text.text or text.reference or "" for text in plan.texts} for plan in (old, new)
    )
    sentences = []
    for key in sorted(before.keys() | after.keys()):
        if key not in after:
            sentences.append(f"Der Textabschnitt {key} ist weggefallen.")
        elif key not in before:
            sentences.append(f"Der Textabschnitt {key} ist hinzugekommen.")
        elif before[key] != after[key]:
            sentences.append(f"Der Textabschnitt {key} lautet anders ({number(len(after[key]), 0)} Zeichen).")
    return tuple(sentences)
