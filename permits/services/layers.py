"""Publishing reference layers: which snapshot is in force for whom, from when on, by whom."""

from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from permits.errors import AccessDeniedError, InvalidInputError
from permits.models import LayerPublication, LayerSnapshot, Level, PermitAuthority, User
from permits.services import audit
from permits.services.access import require_on_authority


@dataclass(frozen=True)
class SnapshotRecord:
    """What the database keeps of a snapshot that lies in the layer store."""

    snapshot_id: str
    layer: str
    crs: str
    feature_count: int
    skipped_count: int = 0
    source: str = ""
    licence: str = ""
    as_of: date | None = None
    source_file: str = ""


@transaction.atomic
def publish_snapshot(*, record: SnapshotRecord, authority: PermitAuthority | None, by: User | None) -> LayerPublication:
    """Put a new snapshot into force for ``authority`` (None: for all that have none of their own).

    The snapshot belongs to that authority (or is shared). Publishing the state that is in force already changes
    nothing. ``by=None`` is the operator at the command line; a person needs to administer the authority, or
    AccessDeniedError is raised.
    """
    snapshot, _ = LayerSnapshot.objects.get_or_create(
        owner=authority,
        layer=record.layer,
        snapshot_id=record.snapshot_id,
        defaults={
            "source": record.source,
            "licence": record.licence,
            "as_of": record.as_of,
            "crs": record.crs,
            "feature_count": record.feature_count,
            "skipped_count": record.skipped_count,
            "source_file": record.source_file,
            "imported_by": by,
        },
    )
    return _publish(snapshot=snapshot, authority=authority, by=by, event="layer.published")


@transaction.atomic
def restore_snapshot(
    *, snapshot: LayerSnapshot, authority: PermitAuthority | None, by: User | None
) -> LayerPublication:
    """Put an earlier state into force again, by a new publication. Raises InvalidInputError for a foreign one."""
    if snapshot.owner is not None and snapshot.owner != authority:
        raise InvalidInputError("Dieser Datenstand gehört einer anderen Behörde.")
    return _publish(snapshot=snapshot, authority=authority, by=by, event="layer.restored")


def _publish(
    *, snapshot: LayerSnapshot, authority: PermitAuthority | None, by: User | None, event: str
) -> LayerPublication:
    if by is not None and authority is None:
        raise AccessDeniedError("Gemeinsame Ebenen veröffentlicht nur der Betrieb.")
    if authority is not None:
        require_on_authority(user=by, authority=authority, level=Level.ADMINISTER)
    _lock(authority=authority, layer=snapshot.layer)
    family = LayerPublication.objects.filter(authority=authority, layer=snapshot.layer)
    last = family.order_by("-number").select_related("snapshot").first()
    if last is not None and last.snapshot == snapshot:
        return last
    number = last.number + 1 if last else 1
    publication = LayerPublication.objects.create(
        authority=authority, layer=snapshot.layer, number=number, snapshot=snapshot, published_by=by
    )
    audit.record(
        type=event,
        by=by,
        authority=authority,
        subject={
            "layer": snapshot.layer,
            "snapshot": snapshot.snapshot_id,
            "previous": last.snapshot.snapshot_id if last else None,
            "number": number,
        },
    )
    return publication


def _lock(*, authority: PermitAuthority | None, layer: str) -> None:
    """Let publications of one layer follow each other, so that their numbers have no gap and none is lost."""
    with connection.cursor() as cursor:
        key = f"layer:{authority.pk if authority else 0}:{layer}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
