"""A binding plan as files and back: `plan.json` (plan, parts, texts) and `objects.arrow` (one row per object)."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from gis.planning.model import (
    BindingPlan,
    Height,
    LawVersion,
    LegalStatus,
    ObjectStatus,
    PlanChange,
    PlanObject,
    PlanPart,
    TextSection,
)

PLAN_FILE = "plan.json"
OBJECTS_FILE = "objects.arrow"

_OBJECTS = pa.schema(
    [
        ("id", pa.string()),
        ("kind", pa.string()),
        ("part_id", pa.string()),
        ("geometry", pa.binary()),
        ("attributes", pa.string()),
        ("text_ids", pa.list_(pa.string())),
        ("references", pa.string()),
        ("heights", pa.string()),
        ("closes", pa.bool_()),
        ("level", pa.int64()),
        ("legal_status", pa.string()),
        ("conditional", pa.bool_()),
    ]
)


def write_plan_files(plan: BindingPlan, folder: Path) -> None:
    """Write both files; the same plan always gives the same bytes."""
    (folder / PLAN_FILE).write_bytes(canonical_json(_plan_json(plan)))
    rows = [_object_row(item) for item in plan.objects]
    table = pa.Table.from_pylist(rows, schema=_OBJECTS)
    with pa.OSFile(str(folder / OBJECTS_FILE), "wb") as file, pa.ipc.new_file(file, _OBJECTS) as writer:
        writer.write_table(table)


def read_plan_files(folder: Path) -> BindingPlan:
    """Read both files; raises OSError, ValueError, KeyError, TypeError or pa.ArrowException where they are not ours."""
    data = json.loads((folder / PLAN_FILE).read_bytes())
    with pa.memory_map(str(folder / OBJECTS_FILE)) as file:
        rows = pa.ipc.open_file(file).read_all().to_pylist()
    scope = shapely.from_wkb(data.pop("scope"))
    since, ended = (_day(data.pop(name)) for name in ("in_force_since", "ended_on"))
    return BindingPlan(
        scope=scope,
        crs=pyproj.CRS.from_user_input(data.pop("crs")),
        legal_status=LegalStatus(data.pop("legal_status")),
        in_force_since=since,
        ended_on=ended,
        baunvo_version=_law(data.pop("baunvo_version")),
        parts=tuple(_part(entry) for entry in data.pop("parts")),
        texts=tuple(TextSection(**entry) for entry in data.pop("texts")),
        changes=tuple(PlanChange(**entry) for entry in data.pop("changes")),
        notes=tuple(data.pop("notes")),
        objects=tuple(_object(row) for row in rows),
        **data,
    )


def canonical_json(data: object) -> bytes:
    """JSON with sorted keys: equal content, equal bytes."""
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False).encode() + b"\n"


def crs_text(crs: pyproj.CRS) -> str:
    """The EPSG code where there is one, else WKT."""
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else str(crs.to_wkt())


def _plan_json(plan: BindingPlan) -> dict[str, Any]:
    return {
        "plan_id": plan.plan_id,
        "name": plan.name,
        "number": plan.number,
        "version": plan.version,
        "plan_type": plan.plan_type,
        "legal_status": plan.legal_status.value,
        "in_force_since": _iso(plan.in_force_since),
        "ended_on": _iso(plan.ended_on),
        "baunvo_version": _law_json(plan.baunvo_version),
        "municipality": plan.municipality,
        "municipality_key": plan.municipality_key,
        "xplan_version": plan.xplan_version,
        "crs": crs_text(plan.crs),
        "source_crs_name": plan.source_crs_name,
        "scope": _hex(plan.scope),
        "parts": [
            {
                "id": part.id,
                "number": part.number,
                "name": part.name,
                "geometry": _hex(part.geometry),
                "baunvo_version": _law_json(part.baunvo_version),
                "attributes": dict(part.attributes),
            }
            for part in plan.parts
        ],
        "texts": [asdict(text) for text in plan.texts],
        "changes": [asdict(change) for change in plan.changes],
        "notes": list(plan.notes),
        "attributes": dict(plan.attributes),
        "object_counts": dict(plan.object_counts),
    }


def _object_row(item: PlanObject) -> dict[str, Any]:
    return {
        "id": item.id,
        "kind": item.kind,
        "part_id": item.part_id,
        "geometry": None if item.geometry is None else shapely.to_wkb(item.geometry),
        "attributes": _compact(dict(item.attributes)),
        "text_ids": list(item.text_ids),
        "references": _compact({name: list(ids) for name, ids in item.references.items()}),
        "heights": _compact([asdict(height) for height in item.heights]),
        "closes": item.closes,
        "level": item.level,
        "legal_status": None if item.legal_status is None else item.legal_status.value,
        "conditional": item.conditional,
    }


def _object(row: Mapping[str, Any]) -> PlanObject:
    status = row["legal_status"]
    return PlanObject(
        id=row["id"],
        kind=row["kind"],
        part_id=row["part_id"],
        geometry=None if row["geometry"] is None else shapely.from_wkb(row["geometry"]),
        attributes=json.loads(row["attributes"]),
        text_ids=tuple(row["text_ids"]),
        references={name: tuple(ids) for name, ids in json.loads(row["references"]).items()},
        heights=tuple(Height(**entry) for entry in json.loads(row["heights"])),
        closes=row["closes"],
        level=row["level"],
        legal_status=None if status is None else ObjectStatus(status),
        conditional=row["conditional"],
    )


def _part(entry: Mapping[str, Any]) -> PlanPart:
    geometry = None if entry["geometry"] is None else shapely.from_wkb(entry["geometry"])
    return PlanPart(**{**entry, "geometry": geometry, "baunvo_version": _law(entry["baunvo_version"])})


def _law(entry: Mapping[str, Any] | None) -> LawVersion | None:
    return None if entry is None else LawVersion(_day(entry["dated_on"]), entry["text"])


def _law_json(version: LawVersion | None) -> dict[str, Any] | None:
    return None if version is None else {"dated_on": _iso(version.dated_on), "text": version.text}


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _hex(geometry: BaseGeometry | None) -> str | None:
    return None if geometry is None else shapely.to_wkb(geometry, hex=True)


def _compact(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
