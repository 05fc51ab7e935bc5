"""What a snapshot says about itself beyond its row: faults, notes, places left out. Read from the layer store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from gis.planning.model import LegalStatus, PlanProblem
from gis.planning.storage import PlanMeta, plan_folder
from gis.snapshots import SnapshotMeta, snapshot_folder
from permits.models import LayerSnapshot, PlanSnapshot

_SHOWN = 200
# What a page calls a kind of fault where nothing else is said about it; others appear under their own name.
_KINDS: Mapping[str, str] = {
    "plan_precedence": "Pläne überlagern sich, ohne dass feststeht, welcher vorgeht",
    "conditional": "gilt nur befristet oder bedingt",
    "overlap": "Flächen überlappen sich",
    "gap": "Lücke zwischen Flächen",
    "sliver": "Splitterfläche",
    "out_of_scope": "liegt außerhalb des Geltungsbereichs",
    "part_out_of_scope": "Bereich außerhalb des Geltungsbereichs",
    "dangling_reference": "Verweis ohne Ziel",
    "self_crossing": "Umriss kreuzt sich selbst",
    "invalid_geometry": "fehlerhafte Geometrie",
    "unreadable_geometry": "nicht lesbare Geometrie",
    "unsupported_geometry": "nicht unterstützte Geometrie",
    "missing_geometry": "ohne Geometrie",
    "empty_geometry": "leere Geometrie",
    "wrong_geometry_type": "andere Art von Geometrie",
    "not_finite": "Koordinate ist keine endliche Zahl",
    "outside_crs": "außerhalb des Koordinatenreferenzsystems",
    "missing_attribute": "Pflichtangabe fehlt",
    "bad_attribute": "unpassender Wert",
    "duplicate_id": "Kennung kommt mehrfach vor",
    "structure": "Aufbau der Datei",
}


@dataclass(frozen=True)
class Remark:
    """A fault or a place that was left out, as a page shows it; ``place`` such as "553.012,3 / 5.934.880,1"."""

    kind: str
    subject: str
    message: str
    place: str = ""
    severity: str = "error"


@dataclass(frozen=True)
class SnapshotDetails:
    """Remarks (at most 200, ``more`` follow), notes, numbers. ``readable``: whether the store has the snapshot."""

    readable: bool
    remarks: Sequence[Remark] = ()
    more: int = 0
    notes: Sequence[str] = ()
    counts: Sequence[tuple[str, int, float | None]] = ()


def plan_details(snapshot: PlanSnapshot) -> SnapshotDetails:
    """Return what a plan's snapshot says about itself."""
    plan = snapshot.plan
    folder = plan_folder(Path(settings.LAYER_ROOT), plan.owner_folder, plan.family, snapshot.snapshot_id)
    try:
        meta = PlanMeta.from_bytes((folder / "meta.json").read_bytes())
    except (OSError, ValueError, KeyError, TypeError):
        return SnapshotDetails(readable=False)
    return SnapshotDetails(
        readable=True,
        remarks=[_of_problem(problem) for problem in meta.problems[:_SHOWN]],
        more=max(len(meta.problems) - _SHOWN, 0),
        notes=meta.notes,
        counts=[(kind, count, meta.areas_m2.get(kind)) for kind, count in sorted(meta.counts.items())],
    )


def layer_details(snapshot: LayerSnapshot) -> SnapshotDetails:
    """Return what a layer's snapshot says about itself."""
    folder = snapshot_folder(Path(settings.LAYER_ROOT), snapshot.owner_folder, snapshot.layer, snapshot.snapshot_id)
    try:
        meta = SnapshotMeta.from_bytes((folder / "meta.json").read_bytes())
    except (OSError, ValueError, KeyError, TypeError):
        return SnapshotDetails(readable=False)
    left_out = [
        Remark(
            kind=entry.kind,
            subject=entry.id,
            message=_KINDS.get(entry.kind, entry.kind),
            place="" if entry.bounds is None else _place(*entry.bounds),
        )
        for entry in meta.skipped[:_SHOWN]
    ]
    return SnapshotDetails(readable=True, remarks=left_out, more=max(len(meta.skipped) - _SHOWN, 0), notes=meta.notes)


def legal_status_label(code: str) -> str:
    """Return the German words for a code of BP_Rechtsstand."""
    return LegalStatus.from_code(code).label


def _of_problem(problem: PlanProblem) -> Remark:
    place = "" if problem.place is None else _place(*problem.place)
    return Remark(problem.kind, problem.id, problem.message, place, problem.severity)


def _place(*values: float) -> str:
    x, y = (values[0] + values[-2]) / 2, (values[1] + values[-1]) / 2
    return " / ".join(f"{value:,.1f}".replace(",", " ").replace(".", ",").replace(" ", ".") for value in (x, y))
