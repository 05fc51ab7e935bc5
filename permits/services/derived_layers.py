"""The layers that follow from binding plans: zoning, building windows, lines, scopes …, always all of them together."""

from collections.abc import Sequence
from pathlib import Path

import pyproj
from django.conf import settings
from django.db.models import Q

from gis.crs import crs_from_epsg, crs_from_name
from gis.layers import LayerUnavailableError
from gis.planning.derivation import derived_layers
from gis.planning.publishing import DerivedSnapshot, store_derived_layers
from gis.planning.storage import in_force_plan
from gis.snapshots import SnapshotWriteError
from permits.errors import StateError
from permits.models import LayerPublication, PermitAuthority, PlanSnapshot, User
from permits.selectors.plans import snapshots_in_force
from permits.services.layers import LayersInForceError, SnapshotRecord, publish_snapshot

#: System of shared layers while no plan is in force.
_SHARED_EPSG = 25832


def update_layers(
    *, owner: PermitAuthority | None, by: User | None, before: Sequence[str] | None, replace_layers: bool
) -> tuple[DerivedSnapshot, ...]:
    """Bring the derived layers up to date with the plans in force; returns them where they were derived anew.

    ``before``: ids of the states that were in force until now; where they still are, nothing is done. None: derive
    anyway. The caller holds the locks and has checked the permission. Raises LayersInForceError where layers of another
    origin would go and ``replace_layers`` is not set, StateError where the store cannot be read or written.
    """
    snapshots = snapshots_in_force(owner)
    ids = sorted(snapshot.snapshot_id for snapshot in snapshots)
    if before is not None and ids == list(before):
        return ()
    current = _current(owner)
    others = tuple(sorted(layer for layer, entry in current.items() if not _is_derived_for(entry, owner)))
    if others and not replace_layers:
        raise LayersInForceError(_conflict([current[layer] for layer in others]), others)
    root, folder = Path(settings.LAYER_ROOT), owner_folder(owner)
    licences = "; ".join(sorted({snapshot.licence for snapshot in snapshots if snapshot.licence}))[:300]
    epsg = owner.crs_epsg if owner else None
    crs = crs_from_epsg(epsg) if epsg else _common_crs(snapshots)
    try:
        plans = [in_force_plan(root, folder, snapshot.plan.family, snapshot.snapshot_id) for snapshot in snapshots]
        stored = store_derived_layers(root, folder, plans, crs, licence=licences)
    except (LayerUnavailableError, SnapshotWriteError) as error:
        raise StateError(f"{error} Es wurde nichts veröffentlicht.") from error
    for entry in stored:
        record = SnapshotRecord(
            snapshot_id=entry.snapshot_id,
            layer=entry.layer,
            crs=entry.crs,
            feature_count=entry.feature_count,
            skipped_count=entry.skipped_count,
            source=entry.source,
            licence=entry.licence,
            as_of=entry.as_of,
            derived_from=tuple(ids),
        )
        publish_snapshot(record=record, authority=owner, by=by)
    return stored


def _current(owner: PermitAuthority | None) -> dict[str, LayerPublication]:
    """What is in force for the owner's derived layers now: its own publication, else the shared one."""
    newest = (
        LayerPublication.objects.filter(Q(authority=owner) | Q(authority=None), layer__in=derived_layers())
        .order_by("layer", "authority_id", "-number")
        .distinct("layer", "authority_id")
        .select_related("snapshot", "authority")
    )
    found: dict[str, LayerPublication] = {}
    for publication in newest:
        if publication.authority_id is not None or publication.layer not in found:
            found[publication.layer] = publication
    return found


def _is_derived_for(publication: LayerPublication, owner: PermitAuthority | None) -> bool:
    return publication.authority == owner and publication.snapshot.derived_from is not None


def _conflict(publications: Sequence[LayerPublication]) -> str:
    named = ", ".join(
        f"„{entry.layer}“ ({'gemeinsam, ' if entry.authority_id is None else ''}"
        f"{entry.snapshot.source_file or entry.snapshot.source or 'ohne Quelle'})"
        for entry in publications
    )
    return (
        f"Für diese Ebenen sind schon andere Daten in Kraft: {named}. Sie würden durch die aus Bebauungsplänen "
        "abgeleiteten Ebenen ersetzt."
    )


def _common_crs(snapshots: Sequence[PlanSnapshot]) -> pyproj.CRS:
    names = [snapshot.crs for snapshot in snapshots]
    if not names:
        return crs_from_epsg(_SHARED_EPSG)
    return crs_from_name(min(set(names), key=lambda name: (-names.count(name), name)))


def owner_folder(owner: PermitAuthority | None) -> str:
    """First folder in the store: ``shared``, or the owner's UUID."""
    return "shared" if owner is None else str(owner.uuid)
