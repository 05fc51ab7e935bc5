"""Snapshots: immutable, dated copies of a reference layer, one folder each, found by the hash of what they hold.

`<root>/<owner>/<layer>/<snapshot id>/` holds

* ``features.fgb``: the features as FlatGeobuf (packed R-tree),
* ``ids.arrow``: hashes of the feature ids, sorted, with their boxes (memory-mapped; so a lookup by parcel number needs
  no database),
* ``meta.json``: provenance, CRS, counts, skipped features, and the SHA-256 of the two other files.

The snapshot id is the SHA-256 of ``meta.json``, so that the id vouches for everything.
"""

from gis.snapshots.folders import SnapshotWriteError, remove_abandoned
from gis.snapshots.meta import SnapshotMeta
from gis.snapshots.reading import SnapshotLayer
from gis.snapshots.writing import SnapshotWriter, snapshot_folder

__all__ = [
    "SnapshotLayer",
    "SnapshotMeta",
    "SnapshotWriteError",
    "SnapshotWriter",
    "remove_abandoned",
    "snapshot_folder",
]
