"""What a comparison of two states of a layer finds, in words and figures."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from gis.layers import LayerInfo
from gis.wording import listed, metres, number, square_metres


class ComparisonError(Exception):
    """Two states cannot be compared; the message is a German sentence."""


class ChangeKind(StrEnum):
    """What became of a parcel, or of several together."""

    SPLIT = "split"
    MERGED = "merged"
    REARRANGED = "rearranged"
    MOVED = "moved"
    RENAMED = "renamed"
    ATTRIBUTES = "attributes"
    VANISHED = "vanished"
    NEW = "new"

    @property
    def label(self) -> str:
        """German name for people."""
        return _LABELS[self]

    @property
    def inverse(self) -> "ChangeKind":
        """The change seen from the other side: old for new."""
        return _INVERSE.get(self, self)


_LABELS: Mapping[ChangeKind, str] = MappingProxyType(
    {
        ChangeKind.SPLIT: "geteilt",
        ChangeKind.MERGED: "verschmolzen",
        ChangeKind.REARRANGED: "neu geordnet",
        ChangeKind.MOVED: "Grenzen geändert",
        ChangeKind.RENAMED: "umbenannt",
        ChangeKind.ATTRIBUTES: "Angaben geändert",
        ChangeKind.VANISHED: "weggefallen",
        ChangeKind.NEW: "hinzugekommen",
    }
)
_INVERSE = MappingProxyType(
    {
        ChangeKind.SPLIT: ChangeKind.MERGED,
        ChangeKind.MERGED: ChangeKind.SPLIT,
        ChangeKind.VANISHED: ChangeKind.NEW,
        ChangeKind.NEW: ChangeKind.VANISHED,
    }
)


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """One value that differs; `label` is the German name of the attribute. None: not stated."""

    name: str
    label: str
    old: Any
    new: Any

    def __str__(self) -> str:
        return f"{self.label} {_shown(self.old, self.name)} → {_shown(self.new, self.name)}"

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {"name": self.name, "old": self.old, "new": self.new}


@dataclass(frozen=True, slots=True)
class FeatureChange:
    """One change.

    Attributes
    ----------
    old_ids, new_ids : the features concerned, sorted; the same number may stand on both sides
    old_geometry, new_geometry : union of each side in the CRS of the old state; None for an empty side
    moved_m : how far a boundary lies from where it was, at most (Hausdorff distance, metres); None where no single
        feature faces a single one
    area_change_m2 : new minus old, planar; None where one side is empty
    attributes : values that differ, where a single feature faces a single one
    overlaps_m2 : common area of old and new features, by (old id, new id)
    """

    kind: ChangeKind
    old_ids: tuple[str, ...]
    new_ids: tuple[str, ...]
    old_geometry: BaseGeometry | None
    new_geometry: BaseGeometry | None
    moved_m: float | None = None
    area_change_m2: float | None = None
    attributes: tuple[AttributeChange, ...] = ()
    overlaps_m2: Mapping[tuple[str, str], float] = field(default_factory=dict)

    def sentence(self, name: Callable[[str], str] = str) -> str:
        """German sentence; `name` turns an id into what people call the feature."""
        old, new = (listed([name(item) for item in ids]) for ids in (self.old_ids, self.new_ids))
        many = "wurde" if len(self.old_ids) == 1 else "wurden"
        match self.kind:
            case ChangeKind.SPLIT:
                return f"{old} {many} geteilt in {new}."
            case ChangeKind.MERGED:
                return f"{old} {many} verschmolzen zu {new}."
            case ChangeKind.REARRANGED:
                return f"{old} {many} neu geordnet zu {new}."
            case ChangeKind.MOVED:
                return f"Die Grenzen von {old} haben sich geändert{self._figures()}.{self._values()}"
            case ChangeKind.RENAMED:
                return f"{old} heißt jetzt {new}.{self._boundaries()}"
            case ChangeKind.ATTRIBUTES:
                return f"Angaben zu {old} haben sich geändert: {'; '.join(map(str, self.attributes))}."
            case ChangeKind.VANISHED:
                return f"{old} gibt es nicht mehr."
            case ChangeKind.NEW:
                return f"{new} {'ist' if len(self.new_ids) == 1 else 'sind'} hinzugekommen."

    def to_json(self) -> dict[str, Any]:
        """Plain values; geometries as GeoJSON in the CRS of the old state."""
        return {
            "kind": self.kind.value,
            "old": list(self.old_ids),
            "new": list(self.new_ids),
            "moved_m": self.moved_m,
            "area_change_m2": self.area_change_m2,
            "attributes": [change.to_json() for change in self.attributes],
            "overlaps_m2": [[old, new, area] for (old, new), area in self.overlaps_m2.items()],
            "message": self.sentence(),
            "old_geometry": _geojson(self.old_geometry),
            "new_geometry": _geojson(self.new_geometry),
        }

    def _figures(self) -> str:
        figures = []
        if self.moved_m is not None:
            figures.append(f"um bis zu {metres(self.moved_m)}")
        if self.area_change_m2 is not None and abs(self.area_change_m2) >= 0.005:
            sign = "+" if self.area_change_m2 > 0 else "−"
            figures.append(f"Fläche {sign}{square_metres(abs(self.area_change_m2))}")
        return f" ({', '.join(figures)})" if figures else ""

    def _boundaries(self) -> str:
        return f" Zugleich haben sich die Grenzen geändert{self._figures()}." if self.moved_m else ""

    def _values(self) -> str:
        return f" Geänderte Angaben: {'; '.join(map(str, self.attributes))}." if self.attributes else ""


@dataclass(frozen=True, slots=True)
class LayerComparison:
    """All changes between two states of a layer, sorted by id; `notes` say what could not be compared."""

    old: LayerInfo
    new: LayerInfo
    changes: tuple[FeatureChange, ...]
    unchanged: int
    notes: tuple[str, ...] = ()

    def counts(self) -> dict[str, int]:
        """Number of changes by kind."""
        found = Counter(change.kind.value for change in self.changes)
        return {kind.value: found[kind.value] for kind in ChangeKind if found[kind.value]}

    def of(self, feature_id: str) -> tuple[FeatureChange, ...]:
        """What became of one feature of the old state."""
        return tuple(change for change in self.changes if feature_id in change.old_ids)

    def to_json(self) -> dict[str, Any]:
        """Plain values for the command."""
        epsg = self.old.crs.to_epsg()
        return {
            "layer": self.old.layer,
            "old": _state(self.old),
            "new": _state(self.new),
            "crs": f"EPSG:{epsg}" if epsg else self.old.crs.name,
            "unchanged": self.unchanged,
            "counts": self.counts(),
            "changes": [change.to_json() for change in self.changes],
            "notes": list(self.notes),
        }


def _state(info: LayerInfo) -> dict[str, Any]:
    return {
        "snapshot": info.snapshot_id,
        "source": info.source,
        "as_of": info.as_of.isoformat() if info.as_of else None,
    }


def _geojson(geometry: BaseGeometry | None) -> Any:
    return None if geometry is None else json.loads(shapely.to_geojson(geometry))


def _shown(value: Any, name: str) -> str:
    if value is None:
        return "ohne Angabe"
    if isinstance(value, float):
        unit = " m²" if name.endswith("_m2") else " m" if name.endswith("_m") else ""
        return number(value, 0 if value.is_integer() else 2) + unit
    if isinstance(value, bool):
        return "ja" if value else "nein"
    return str(value)
