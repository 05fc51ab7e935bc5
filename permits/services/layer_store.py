"""Keeping the store of layers and plans clean."""

from pathlib import Path

from django.conf import settings

from gis.snapshots import remove_abandoned
from permits.selectors.plans import known_snapshot_folders


def sweep_store() -> int:
    """Remove what broken or rolled-back imports left behind more than two days ago; returns how many folders."""
    root = Path(settings.LAYER_ROOT)
    known = known_snapshot_folders()
    return remove_abandoned(root, lambda folder: folder.relative_to(root).as_posix() in known)
