"""Publishing a whole cadastre: all layers of one extract come into force together."""

from collections.abc import Sequence

from django.db import transaction

from permits.models import LayerPublication, PermitAuthority, User
from permits.services.layers import SnapshotRecord, publish_snapshot


@transaction.atomic
def publish_cadastre(
    *, records: Sequence[SnapshotRecord], authority: PermitAuthority | None, by: User | None
) -> list[LayerPublication]:
    """Put the snapshots of one extract into force, all or none; rules and errors are those of `publish_snapshot`.

    The layers are taken in the order of their names, so that two imports at once cannot wait for each other.
    """
    ordered = sorted(records, key=lambda record: record.layer)
    return [publish_snapshot(record=record, authority=authority, by=by) for record in ordered]
