"""Binding plans of an authority: taken in, withdrawn, restored; the layers derived from them follow at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction

from gis.planning.derivation import derived_layers
from gis.planning.model import PlanReading
from gis.planning.publishing import DerivedSnapshot
from gis.planning.storage import PlanMeta, store_plan
from permits.errors import AccessDeniedError, InvalidInputError, StateError
from permits.models import (
    BindingPlan,
    LayerPublication,
    Level,
    PermitAuthority,
    PlanPublication,
    PlanSnapshot,
    User,
)
from permits.selectors.plans import snapshot_ids_in_force
from permits.services import audit
from permits.services.access import require_on_authority
from permits.services.derived_layers import owner_folder, update_layers
from permits.services.layer_locks import lock_layers, lock_plans


@dataclass(frozen=True)
class PublishedPlan:
    """What came of publishing a plan. ``layers`` is empty where they did not change."""

    publication: PlanPublication
    snapshot: PlanSnapshot
    layers: tuple[DerivedSnapshot, ...]
    unchanged: bool


@transaction.atomic
def publish_plan(
    *,
    reading: PlanReading,
    file: Path,
    family: str,
    owner: PermitAuthority | None,
    by: User | None,
    in_force_since: date | None = None,
    replace_layers: bool = False,
    source: str = "",
    licence: str = "",
) -> PublishedPlan:
    """Take in a state of a binding plan, and derive the layers anew where it is in force: all or nothing.

    Files are written before the commit: a rollback leaves folders that nothing refers to, which
    `gis.snapshots.remove_abandoned` sweeps. ``in_force_since`` is a person's statement beyond the file. ``by=None`` is
    the operator at the command line. A state that counts already changes nothing.

    Raises
    ------
    AccessDeniedError
    LayersInForceError
        Where layers from files, or shared ones, are in force and ``replace_layers`` is not set.
    LayerUnavailableError, SnapshotWriteError
        Where the store cannot be read or written.
    """
    _require(owner=owner, by=by)
    before = _lock(owner)
    meta = store_plan(
        Path(settings.LAYER_ROOT),
        owner_folder(owner),
        reading,
        file,
        family=family,
        in_force_since=in_force_since,
        source=source,
        licence=licence,
    )
    plan, _ = BindingPlan.objects.get_or_create(owner=owner, family=family)
    snapshot, _ = PlanSnapshot.objects.get_or_create(
        plan=plan, snapshot_id=meta.snapshot_id, defaults=_fields(meta, by)
    )
    publication, changed = _publish(plan=plan, snapshot=snapshot, by=by, event="plan.published")
    layers = update_layers(owner=owner, by=by, before=before, replace_layers=replace_layers)
    return PublishedPlan(publication, snapshot, layers, unchanged=not changed)


@transaction.atomic
def withdraw_plan(*, plan: BindingPlan, reason: str, by: User | None, replace_layers: bool = False) -> PlanPublication:
    """Take a plan out of force, with a reason; its states stay.

    Raises AccessDeniedError, InvalidInputError without a reason, StateError where it is out of force already.
    """
    _require(owner=plan.owner, by=by)
    if not reason.strip():
        raise InvalidInputError("Bitte nennen Sie den Grund, zum Beispiel das Urteil oder die Aufhebungssatzung.")
    before = _lock(plan.owner)
    publication, changed = _publish(plan=plan, snapshot=None, by=by, event="plan.withdrawn", reason=reason.strip())
    if not changed:
        raise StateError("Dieser Bebauungsplan ist schon außer Kraft gesetzt.")
    update_layers(owner=plan.owner, by=by, before=before, replace_layers=replace_layers)
    return publication


@transaction.atomic
def restore_plan(*, snapshot: PlanSnapshot, by: User | None, replace_layers: bool = False) -> PublishedPlan:
    """Let an earlier state of a plan count again, by a new publication; raises as `publish_plan`."""
    plan = snapshot.plan
    _require(owner=plan.owner, by=by)
    before = _lock(plan.owner)
    publication, changed = _publish(plan=plan, snapshot=snapshot, by=by, event="plan.restored")
    layers = update_layers(owner=plan.owner, by=by, before=before, replace_layers=replace_layers)
    return PublishedPlan(publication, snapshot, layers, unchanged=not changed)


@transaction.atomic
def derive_again(
    *, owner: PermitAuthority | None, by: User | None, replace_layers: bool = False
) -> Sequence[DerivedSnapshot]:
    """Derive the layers anew although no plan has changed: after an update of the program, or to get them back.

    Raises StateError where the owner never had a plan in force: empty layers would say that the plans set nothing.
    """
    _require(owner=owner, by=by)
    in_force = _lock(owner)
    derived = LayerPublication.objects.filter(authority=owner, snapshot__derived_from__isnull=False)
    if not in_force and not derived.exists():
        whose = f"von „{owner.name}“" if owner else "für alle Behörden (ohne --authority)"
        raise StateError(
            f"Unter den Bebauungsplänen {whose} war noch keiner in Kraft; abgeleitet wird nichts. Leere Ebenen würden "
            "bedeuten, dass die Pläne nichts festsetzen. Bebauungspläne liest der Befehl import_plan ein."
        )
    return update_layers(owner=owner, by=by, before=None, replace_layers=replace_layers)


def _require(*, owner: PermitAuthority | None, by: User | None) -> None:
    if owner is not None:
        require_on_authority(user=by, authority=owner, level=Level.ADMINISTER)
    elif by is not None:
        raise AccessDeniedError("Gemeinsame Bebauungspläne veröffentlicht nur der Betrieb.")


def _lock(owner: PermitAuthority | None) -> list[str]:
    """Lock the owner's plans and the layers derived from them; returns which states are in force now."""
    # All layers at once and before anything is logged, so that an import of a single layer cannot wait crosswise.
    lock_plans(owner=owner)
    lock_layers(authority=owner, layers=derived_layers())
    return snapshot_ids_in_force(owner)


def _publish(
    *, plan: BindingPlan, snapshot: PlanSnapshot | None, by: User | None, event: str, reason: str = ""
) -> tuple[PlanPublication, bool]:
    last = plan.publications.select_related("snapshot").order_by("-number").first()
    if last is not None and last.snapshot == snapshot:
        return last, False
    number = last.number + 1 if last else 1
    publication = PlanPublication.objects.create(
        plan=plan, number=number, snapshot=snapshot, reason=reason, published_by=by
    )
    audit.record(
        type=event,
        by=by,
        authority=plan.owner,
        subject={
            "plan": plan.family,
            "snapshot": snapshot.snapshot_id if snapshot else None,
            "in_force": bool(snapshot and snapshot.in_force),
            "previous": last.snapshot.snapshot_id if last and last.snapshot else None,
            "number": number,
        },
        payload={"reason": reason} if reason else None,
    )
    return publication, True


def _fields(meta: PlanMeta, by: User | None) -> dict[str, object]:
    errors = sum(problem.severity == "error" for problem in meta.problems)
    return {
        "name": meta.name[:300],
        "number": (meta.number or "")[:100],
        "version": (meta.version or "")[:100],
        "plan_type": (meta.plan_type or "")[:20],
        "legal_status": meta.legal_status,
        "in_force": meta.in_force,
        "in_force_since": meta.in_force_since,
        "stated_in_force": meta.stated_in_force,
        "baunvo_version": (meta.baunvo_version or "")[:300],
        "municipality": (meta.municipality or "")[:200],
        "crs": meta.crs,
        "object_count": sum(meta.counts.values()),
        "error_count": errors,
        "warning_count": len(meta.problems) - errors,
        "source": meta.source[:300],
        "licence": meta.licence[:300],
        "source_file": meta.source_file[:255],
        "source_sha256": meta.source_sha256,
        "imported_by": by,
    }
