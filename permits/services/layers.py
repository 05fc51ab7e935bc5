"""Publishing reference layers: which snapshot is in force for whom, from when on, by whom."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from permits.errors import AccessDeniedError, BauakteError, InvalidInputError
from permits.models import LayerPublication, LayerSnapshot, Level, PermitAuthority, User
from permits.selectors.plans import snapshot_ids_in_force
from permits.services import audit
from permits.services.access import require_on_authority
from permits.services.layer_locks import lock_layers


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
    derived_from: tuple[str, ...] | None = None


class LayersInForceError(BauakteError):
    """Layers of another origin are in force and would go; ``layers`` names them, ``str(error)`` is German."""

    def __init__(self, message: str, layers: tuple[str, ...]) -> None:
        super().__init__(message)
        self.layers = layers


@transaction.atomic
def publish_snapshot(
    *, record: SnapshotRecord, authority: PermitAuthority | None, by: User | None, replace_derived: bool = False
) -> LayerPublication:
    """Put a new snapshot into force for ``authority`` (None: for all that have none of their own).

    The snapshot belongs to that authority (or is shared). Publishing the state that is in force already changes
    nothing. ``by=None`` is the operator at the command line; a person needs to administer the authority, or
    AccessDeniedError is raised. A layer that is derived from binding plans is only replaced by a file where
    ``replace_derived`` says so, else LayersInForceError is raised.
    """
    # Before the question whether the layer is derived, so that no plan comes in between.
    lock_layers(authority=authority, layers=[record.layer])
    derived = record.derived_from is not None
    if not derived and not replace_derived:
        require_not_derived(authority=authority, layer=record.layer)
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
            "derived_from": None if record.derived_from is None else list(record.derived_from),
            "imported_by": by,
        },
    )
    event = "layer.derived" if derived else "layer.published"
    return _publish(snapshot=snapshot, authority=authority, by=by, event=event)


@transaction.atomic
def restore_snapshot(
    *, snapshot: LayerSnapshot, authority: PermitAuthority | None, by: User | None, replace_derived: bool = False
) -> LayerPublication:
    """Put an earlier state into force again, by a new publication.

    Raises InvalidInputError for a foreign one, and for one that was derived from other plans than are in force now
    (the plan is what has to be restored then); LayersInForceError as in `publish_snapshot`.
    """
    if snapshot.owner is not None and snapshot.owner != authority:
        raise InvalidInputError("Dieser Datenstand gehört einer anderen Behörde.")
    lock_layers(authority=authority, layers=[snapshot.layer])
    if snapshot.derived_from is None:
        if not replace_derived:
            require_not_derived(authority=authority, layer=snapshot.layer)
    elif snapshot.owner == authority and sorted(snapshot.derived_from) != snapshot_ids_in_force(authority):
        raise InvalidInputError(
            "Dieser Datenstand wurde aus Bebauungsplänen abgeleitet, die so nicht mehr in Kraft sind. Bitte stellen "
            "Sie den Stand des Bebauungsplans wieder her; die Ebenen folgen ihm."
        )
    return _publish(snapshot=snapshot, authority=authority, by=by, event="layer.restored")


def _publish(
    *, snapshot: LayerSnapshot, authority: PermitAuthority | None, by: User | None, event: str
) -> LayerPublication:
    if by is not None and authority is None:
        raise AccessDeniedError("Gemeinsame Ebenen veröffentlicht nur der Betrieb.")
    if authority is not None:
        require_on_authority(user=by, authority=authority, level=Level.ADMINISTER)
    lock_layers(authority=authority, layers=[snapshot.layer])
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


def require_not_derived(*, authority: PermitAuthority | None, layer: str) -> None:
    """Raise LayersInForceError where the layer in force is derived from binding plans."""
    last = LayerPublication.objects.filter(authority=authority, layer=layer).order_by("-number").first()
    if last is not None and last.snapshot.derived_from is not None:
        raise LayersInForceError(
            f"Die Ebene „{layer}“ wird aus Bebauungsplänen abgeleitet. Eine Datei würde sie ersetzen, bis wieder ein "
            "Bebauungsplan eingelesen wird.",
            (layer,),
        )
