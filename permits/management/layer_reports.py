"""What the commands that import layers have in common: the record for the database, and what they tell people."""

from collections.abc import Iterator

from gis.importing import ImportRequest, ImportSummary
from permits.services.layers import SnapshotRecord


def record_of(summary: ImportSummary, request: ImportRequest) -> SnapshotRecord:
    """What the database keeps of an imported layer."""
    assert summary.snapshot_id is not None, "only a snapshot can be published"
    return SnapshotRecord(
        snapshot_id=summary.snapshot_id,
        layer=summary.layer,
        crs=summary.crs or "",
        feature_count=summary.feature_count,
        skipped_count=summary.skipped_count,
        source=request.source or request.path.name,
        licence=request.licence,
        as_of=request.as_of,
        source_file=request.path.name,
    )


def messages(summary: ImportSummary) -> Iterator[str]:
    """Problems, repairs and notes of one layer, line by line."""
    for problem in summary.problems:
        yield f"{problem.id}: {problem.kind}{_at(problem.place)}: {problem.message}"
    for note in summary.repaired:
        yield f"{note.id}: bereinigt{_at(note.place)}: {note.message}"
    yield from summary.notes


def _at(place: tuple[float, float] | None) -> str:
    return "" if place is None else f" bei {place[0]:.3f} {place[1]:.3f}"
