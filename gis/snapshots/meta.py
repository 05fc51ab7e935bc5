"""`meta.json` of a snapshot."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyproj

from gis.layers import LayerInfo, SkippedFeature

FEATURES_FILE = "features.fgb"
IDS_FILE = "ids.arrow"
META_FILE = "meta.json"
FORMAT_VERSION = 1


@dataclass(frozen=True)
class SnapshotMeta:
    """What a snapshot says about itself. `files` maps file name to (size in bytes, SHA-256).

    `derived_from` holds the ids of the binding plans' snapshots that a layer was derived from; None for imported files.
    """

    layer: str
    source: str
    licence: str
    as_of: date | None
    crs: pyproj.CRS
    feature_count: int
    bounds: tuple[float, float, float, float] | None
    attributes: tuple[str, ...]
    attribute_map: dict[str, str]
    source_file: str
    source_layer: str
    source_sha256: str
    source_format: str
    notes: tuple[str, ...]
    repaired: tuple[dict[str, Any], ...]
    skipped: tuple[SkippedFeature, ...]
    files: dict[str, tuple[int, str]]
    derived_from: tuple[str, ...] | None = None

    def to_bytes(self) -> bytes:
        """Canonical JSON: the same content gives the same bytes, and so the same snapshot id."""
        return json.dumps(self._to_json(), ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"

    @property
    def snapshot_id(self) -> str:
        """SHA-256 of the canonical `meta.json`."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    def info(self) -> LayerInfo:
        """Provenance as windows carry it."""
        return LayerInfo(
            layer=self.layer,
            snapshot_id=self.snapshot_id,
            source=self.source,
            licence=self.licence,
            as_of=self.as_of,
            crs=self.crs,
            feature_count=self.feature_count,
            unplaced_count=sum(feature.bounds is None for feature in self.skipped),
        )

    def _to_json(self) -> dict[str, Any]:
        epsg = self.crs.to_epsg()
        return {
            "format": FORMAT_VERSION,
            "layer": self.layer,
            "source": self.source,
            "licence": self.licence,
            "date": None if self.as_of is None else self.as_of.isoformat(),
            "crs": f"EPSG:{epsg}" if epsg else self.crs.to_wkt(),
            "feature_count": self.feature_count,
            "bounds": None if self.bounds is None else list(self.bounds),
            "attributes": list(self.attributes),
            "attribute_map": self.attribute_map,
            "source_file": self.source_file,
            "source_layer": self.source_layer,
            "source_sha256": self.source_sha256,
            "source_format": self.source_format,
            "notes": list(self.notes),
            "repaired": list(self.repaired),
            "skipped_count": len(self.skipped),
            "skipped": [
                {"id": item.id, "kind": item.kind, "bounds": None if item.bounds is None else list(item.bounds)}
                for item in self.skipped
            ],
            "files": {name: {"bytes": size, "sha256": sha256} for name, (size, sha256) in self.files.items()},
        } | ({} if self.derived_from is None else {"derived_from": list(self.derived_from)})

    @classmethod
    def from_bytes(cls, content: bytes) -> "SnapshotMeta":
        """Read `meta.json`; raises ValueError, KeyError or TypeError where it is not one of ours."""
        data = json.loads(content)
        if data["format"] != FORMAT_VERSION:
            raise ValueError("unknown format version")
        return cls(
            layer=data["layer"],
            source=data["source"],
            licence=data["licence"],
            as_of=None if data["date"] is None else date.fromisoformat(data["date"]),
            crs=pyproj.CRS.from_user_input(data["crs"]),
            feature_count=data["feature_count"],
            bounds=None if data["bounds"] is None else tuple(data["bounds"]),
            attributes=tuple(data["attributes"]),
            attribute_map=data["attribute_map"],
            source_file=data["source_file"],
            source_layer=data["source_layer"],
            source_sha256=data["source_sha256"],
            source_format=data["source_format"],
            notes=tuple(data["notes"]),
            repaired=tuple(data["repaired"]),
            skipped=tuple(
                SkippedFeature(item["id"], item["kind"], None if item["bounds"] is None else tuple(item["bounds"]))
                for item in data["skipped"]
            ),
            files={name: (entry["bytes"], entry["sha256"]) for name, entry in data["files"].items()},
            derived_from=tuple(data["derived_from"]) if "derived_from" in data else None,
        )
