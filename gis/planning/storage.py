"""Binding plans in the store: one immutable folder per state of a plan, found by the hash of what it holds.

`<root>/<owner>/plans/<family>/<snapshot id>/` holds the file as it came (``source.gml`` or ``source.zip``),
``plan.json`` and ``objects.arrow`` (everything that was read), and ``meta.json`` with the SHA-256 of the others. The
snapshot id is the SHA-256 of ``meta.json``.
"""

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import shapely

from gis.layers import LayerUnavailableError
from gis.planning.force import PlanInForce
from gis.planning.model import BindingPlan, LegalStatus, PlanProblem, PlanReading
from gis.planning.plan_files import OBJECTS_FILE, PLAN_FILE, canonical_json, crs_text, read_plan_files, write_plan_files
from gis.snapshots.folders import put_in_place, size_and_hash, staging_folder, writing

PLANS_FOLDER = "plans"
META_FILE = "meta.json"
FORMAT_VERSION = 1


@dataclass(frozen=True)
class PlanMeta:
    """What a plan's snapshot says about itself.

    Attributes
    ----------
    family : key of the plan among all plans of its owner
    in_force, in_force_since : whether it binds, and from when on: by the file, or by a person's statement
    stated_in_force : True where a person said so, against or beyond the file
    legal_status : code of BP_Rechtsstand in the file
    counts, areas_m2 : per class: objects of the file; area of the areal ones
    problems : faults that it was published with, and warnings
    files : name → (bytes, SHA-256)
    """

    family: str
    plan_id: str
    name: str
    number: str | None
    version: str | None
    plan_type: str | None
    legal_status: str
    in_force: bool
    in_force_since: date | None
    stated_in_force: bool
    baunvo_version: str | None
    municipality: str | None
    xplan_version: str
    crs: str
    counts: Mapping[str, int]
    areas_m2: Mapping[str, float]
    scope_area_m2: float
    source: str
    licence: str
    source_file: str
    source_sha256: str
    notes: tuple[str, ...]
    problems: tuple[PlanProblem, ...]
    files: Mapping[str, tuple[int, str]]

    def to_bytes(self) -> bytes:
        """Canonical JSON: the same content gives the same bytes, and so the same snapshot id."""
        data = {name: getattr(self, name) for name in self.__dataclass_fields__}
        data |= {
            "format": FORMAT_VERSION,
            "in_force_since": None if self.in_force_since is None else self.in_force_since.isoformat(),
            "counts": dict(self.counts),
            "areas_m2": dict(self.areas_m2),
            "notes": list(self.notes),
            "problems": [problem_json(problem) for problem in self.problems],
            "files": {name: {"bytes": size, "sha256": sha256} for name, (size, sha256) in self.files.items()},
        }
        return canonical_json(data)

    @classmethod
    def from_bytes(cls, content: bytes) -> "PlanMeta":
        """Read `meta.json`; raises ValueError, KeyError or TypeError where it is not one of ours."""
        data = json.loads(content)
        if data.pop("format") != FORMAT_VERSION:
            raise ValueError("unknown format version")
        since = data.pop("in_force_since")
        return cls(
            in_force_since=None if since is None else date.fromisoformat(since),
            notes=tuple(data.pop("notes")),
            problems=tuple(_problem(entry) for entry in data.pop("problems")),
            files={name: (entry["bytes"], entry["sha256"]) for name, entry in data.pop("files").items()},
            **data,
        )

    @property
    def snapshot_id(self) -> str:
        """SHA-256 of the canonical `meta.json`."""
        return hashlib.sha256(self.to_bytes()).hexdigest()


def plan_folder(root: Path, owner: str, family: str, snapshot_id: str) -> Path:
    """Where a state of a plan lies in the store."""
    return root / owner / PLANS_FOLDER / family / snapshot_id


@writing()
def store_plan(
    root: Path,
    owner: str,
    reading: PlanReading,
    file: Path,
    *,
    family: str,
    in_force_since: date | None = None,
    source: str = "",
    licence: str = "",
) -> PlanMeta:
    """Write a plan and the file that it came from into the store.

    Parameters
    ----------
    owner : str
        ``shared`` or the key of an authority.
    in_force_since : date, optional
        A person's statement that the plan is in force since that day, whatever the file says.

    Returns
    -------
    PlanMeta of the snapshot; storing the same plan again gives the same one.

    Raises
    ------
    SnapshotWriteError
    """
    staged = staging_folder(root, PLANS_FOLDER)
    try:
        suffix = ".zip" if file.suffix.casefold() == ".zip" else ".gml"
        shutil.copyfile(file, staged / f"source{suffix}")
        write_plan_files(reading.plan, staged)
        names = sorted(path.name for path in staged.iterdir())
        files = {name: size_and_hash(staged / name) for name in names}
        meta = replace(
            describe(reading, file, family=family, in_force_since=in_force_since, source=source, licence=licence),
            source_sha256=files[f"source{suffix}"][1],
            files=files,
        )
        (staged / META_FILE).write_bytes(meta.to_bytes())
        put_in_place(staged, plan_folder(root, owner, family, meta.snapshot_id), META_FILE)
        return meta
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def describe(
    reading: PlanReading,
    file: Path,
    *,
    family: str,
    in_force_since: date | None = None,
    source: str = "",
    licence: str = "",
) -> PlanMeta:
    """What the snapshot of a plan will say about itself, without files."""
    plan = reading.plan
    return PlanMeta(
        family=family,
        plan_id=plan.plan_id,
        name=plan.name,
        number=plan.number,
        version=plan.version,
        plan_type=plan.plan_type,
        legal_status=plan.legal_status.value,
        in_force=plan.in_force or in_force_since is not None,
        in_force_since=in_force_since or plan.in_force_since,
        stated_in_force=in_force_since is not None,
        baunvo_version=None if plan.baunvo_version is None else str(plan.baunvo_version),
        municipality=plan.municipality,
        xplan_version=plan.xplan_version,
        crs=crs_text(plan.crs),
        counts=dict(plan.object_counts) or plan.counts(),
        areas_m2=plan.areas_m2(),
        scope_area_m2=float(shapely.area(plan.scope)),
        source=source or file.name,
        licence=licence,
        source_file=file.name,
        source_sha256="",
        notes=plan.notes,
        problems=reading.problems,
        files={},
    )


def open_plan(root: Path, owner: str, family: str, snapshot_id: str) -> tuple[PlanMeta, BindingPlan]:
    """Read a state of a plan and check it against its hashes.

    Raises
    ------
    LayerUnavailableError
        When it is missing or damaged.
    """
    folder = plan_folder(root, owner, family, snapshot_id)
    lost = LayerUnavailableError(f"Der Datenstand des Bebauungsplans „{family}“ fehlt oder ist beschädigt.")
    try:
        content = (folder / META_FILE).read_bytes()
        if hashlib.sha256(content).hexdigest() != snapshot_id:
            raise lost
        meta = PlanMeta.from_bytes(content)
        for name in (PLAN_FILE, OBJECTS_FILE):
            if size_and_hash(folder / name) != meta.files[name]:
                raise lost
        return meta, read_plan_files(folder)
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException, shapely.errors.ShapelyError) as error:
        raise lost from error


def in_force_plan(root: Path, owner: str, family: str, snapshot_id: str) -> PlanInForce:
    """A stored plan as the derivation of layers takes it; raises LayerUnavailableError."""
    meta, plan = open_plan(root, owner, family, snapshot_id)
    status = LegalStatus.IN_FORCE if meta.stated_in_force else plan.legal_status
    return PlanInForce(
        snapshot_id=snapshot_id,
        family=family,
        plan=plan,
        since=meta.in_force_since,
        status=status.name.lower(),
        problems=tuple(problem for problem in meta.problems if problem.severity == "error"),
    )


def problem_json(problem: PlanProblem) -> dict[str, Any]:
    """A problem as summaries and `meta.json` hold it."""
    return {
        "id": problem.id,
        "kind": problem.kind,
        "place": None if problem.place is None else list(problem.place),
        "message": problem.message,
        "severity": problem.severity,
        "other_ids": list(problem.other_ids),
    }


def _problem(entry: Mapping[str, Any]) -> PlanProblem:
    place = entry["place"]
    return PlanProblem(
        id=entry["id"],
        kind=entry["kind"],
        place=None if place is None else (place[0], place[1]),
        message=entry["message"],
        severity=entry["severity"],
        other_ids=tuple(entry["other_ids"]),
    )
