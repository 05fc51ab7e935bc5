"""What a comparison of two versions of a binding plan finds, in words and figures."""

import json
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from gis.comparison.result import AttributeChange
from gis.wording import metres, square_metres


class ObjectChangeKind(StrEnum):
    """What became of an object of the plan."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class ObjectChange:
    """One object that differs.

    Attributes
    ----------
    old_id, new_id : gml:id on either side ("" where it is not there); they differ where only the ids were renewed
    object_kind : class, such as "BP_BauGrenze"
    old_geometry, new_geometry : in the CRS of the old plan; None where there is none
    moved_m : how far the geometry lies from where it was (Hausdorff distance); None where it did not move
    area_change_m2 : new minus old, where it moved and is an area
    attributes : values that differ
    """

    kind: ObjectChangeKind
    old_id: str
    new_id: str
    object_kind: str
    old_geometry: BaseGeometry | None
    new_geometry: BaseGeometry | None
    moved_m: float | None = None
    area_change_m2: float | None = None
    attributes: tuple[AttributeChange, ...] = ()

    @property
    def geometry_changed(self) -> bool:
        """Whether the geometry differs, or came or went."""
        return self.moved_m is not None or (self.old_geometry is None) != (self.new_geometry is None)

    def sentence(self) -> str:
        """German sentence."""
        name = f"{self.object_kind} ({self.old_id or self.new_id})"
        if self.kind is ObjectChangeKind.ADDED:
            return f"{name} ist hinzugekommen."
        if self.kind is ObjectChangeKind.REMOVED:
            return f"{name} ist weggefallen."
        parts = []
        if self.moved_m is not None:
            area = self.area_change_m2 or 0.0
            sign = "+" if area > 0 else "−"
            change = f", Fläche {sign}{square_metres(abs(area))}" if abs(area) >= 0.005 else ""
            parts.append(f"Geometrie um bis zu {metres(self.moved_m)} geändert{change}")
        elif self.geometry_changed:
            parts.append("Geometrie entfallen" if self.new_geometry is None else "Geometrie ergänzt")
        parts += [str(value) for value in self.attributes]
        return f"{name}: {'; '.join(parts)}."

    def to_json(self) -> dict[str, Any]:
        """Plain values; geometries as GeoJSON."""
        return {
            "kind": self.kind.value,
            "object": self.object_kind,
            "old_id": self.old_id or None,
            "new_id": self.new_id or None,
            "geometry_changed": self.geometry_changed,
            "moved_m": self.moved_m,
            "area_change_m2": self.area_change_m2,
            "attributes": [change.to_json() for change in self.attributes],
            "message": self.sentence(),
            "old_geometry": None if self.old_geometry is None else json.loads(shapely.to_geojson(self.old_geometry)),
            "new_geometry": None if self.new_geometry is None else json.loads(shapely.to_geojson(self.new_geometry)),
        }


@dataclass(frozen=True, slots=True)
class PlanComparison:
    """Everything that differs. `scope_change_m2` is the area by which the scopes differ; 0.0 where they agree."""

    old_plan_id: str
    new_plan_id: str
    attributes: tuple[AttributeChange, ...]
    scope_change_m2: float
    texts: tuple[str, ...]
    objects: tuple[ObjectChange, ...]
    unchanged: int

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not (self.attributes or self.scope_change_m2 or self.texts or self.objects)

    def counts(self) -> dict[str, int]:
        """Number of changed objects by kind of change."""
        found = Counter(change.kind.value for change in self.objects)
        return {kind.value: found[kind.value] for kind in ObjectChangeKind if found[kind.value]}

    def sentences(self) -> tuple[str, ...]:
        """German sentences, the plan first."""
        plan = [f"Der Plan selbst: {'; '.join(map(str, self.attributes))}."] if self.attributes else []
        if self.scope_change_m2:
            plan.append(f"Der Geltungsbereich unterscheidet sich auf {square_metres(self.scope_change_m2)}.")
        return (*plan, *self.texts, *(change.sentence() for change in self.objects))

    def to_json(self) -> dict[str, Any]:
        """Plain values for the command."""
        return {
            "old_plan": self.old_plan_id,
            "new_plan": self.new_plan_id,
            "same": self.same,
            "attributes": [change.to_json() for change in self.attributes],
            "scope_change_m2": self.scope_change_m2,
            "texts": list(self.texts),
            "counts": self.counts(),
            "unchanged": self.unchanged,
            "objects": [change.to_json() for change in self.objects],
        }
