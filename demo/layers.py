"""Bringing the generated town into the layer store, the way an authority does it."""

import datetime as dt
import tempfile
from pathlib import Path

from django.conf import settings

from demo.authorities import authority_uuid
from demo.town.files import write_town
from demo.town.generate import Town
from gis.importing import ImportRequest, import_features
from permits.models import PermitAuthority
from permits.services.layers import SnapshotRecord, publish_snapshot

SOURCE = "Musterstadt, erzeugte Demodaten"
LICENCE = "frei erfunden"
AS_OF = dt.date(2026, 1, 2)


class DemoImportError(Exception):
    """A generated layer did not import: the generator is broken."""


# Which demo authority is responsible for a municipality of the town.
AUTHORITY_OF = {"musterstadt": "musterstadt", "beispielhausen": "beispielland"}


def import_town(town: Town) -> list[tuple[str, SnapshotRecord]]:
    """Write every layer of the town into the layer store; returns (authority's slug, record) of each snapshot."""
    with tempfile.TemporaryDirectory(prefix="town-") as folder:
        files = write_town(town, Path(folder))
        return [
            (AUTHORITY_OF[key], _import(layer, path, AUTHORITY_OF[key]))
            for key, layers in files.items()
            for layer, path in layers.items()
        ]


def publish_town(records: list[tuple[str, SnapshotRecord]], authorities: dict[str, PermitAuthority]) -> None:
    """Put imported layers into force for their authorities."""
    for slug, record in records:
        publish_snapshot(record=record, authority=authorities[slug], by=None)


def _import(layer: str, path: Path, slug: str) -> SnapshotRecord:
    request = ImportRequest(
        layer=layer,
        path=path,
        owner=str(authority_uuid(slug)),
        source=SOURCE,
        licence=LICENCE,
        as_of=AS_OF,
        srid=25832,
    )
    summary = import_features(request, Path(settings.LAYER_ROOT))
    if summary.snapshot_id is None:
        problems = "; ".join(problem.message for problem in summary.problems[:3])
        raise DemoImportError(f"{layer}: {summary.error} {problems}")
    return SnapshotRecord(
        snapshot_id=summary.snapshot_id,
        layer=layer,
        crs=summary.crs or "",
        feature_count=summary.feature_count,
        source=SOURCE,
        licence=LICENCE,
        as_of=AS_OF,
        source_file=path.name,
    )
