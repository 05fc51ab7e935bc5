"""An Aktenverzeichnis of the granted case."""

from __future__ import annotations

from datetime import UTC, datetime

from reports.contexts import DocumentContext
from reports.contexts.file_index import FileIndex, IndexEntry, IndexSection, LogLine
from reports.samples.cast import COMMON


def at(month: int, day: int, hour: int = 9) -> datetime:
    """A moment of 2026."""
    return datetime(2026, month, day, hour, 30, tzinfo=UTC)


APPLICATION = IndexSection(
    title="Antrag und Einreichungen",
    entries=(
        IndexEntry(
            at=at(9, 28), title="Einreichung 1", author="Bauherrschaft", detail="Prüfwert über den ganzen Antrag",
            sha256="5d" * 32,
        ),
    ),
)  # fmt: skip
DOCUMENTS = IndexSection(
    title="Bauvorlagen",
    entries=(
        IndexEntry(
            at=at(9, 25), title="Lageplan (1803)", version=1, file_name="1803_Lageplan.pdf", pages=1,
            author="Entwurfsverfassung", size_bytes=2_412_000, sha256="c9" * 32, detail="eingereicht am 28.09.2026",
        ),
        IndexEntry(
            at=at(10, 9), title="Lageplan (1803)", version=2, file_name="1803_Lageplan_01.pdf", pages=1,
            author="Entwurfsverfassung", size_bytes=2_506_311, sha256="ca" * 32, detail="nachgereicht am 09.10.2026",
        ),
        IndexEntry(
            at=at(9, 25), title="Grundrisse (2001)", version=1, file_name="2001_Grundrisse.pdf", pages=None,
            author="Entwurfsverfassung", size_bytes=8_120_400, sha256="d0" * 32, detail="eingereicht am 28.09.2026",
        ),
    ),
)  # fmt: skip
LETTERS = IndexSection(
    title="Schriftstücke der Behörde",
    entries=(
        IndexEntry(
            at=at(9, 28, 10), title="Eingangsbestätigung", author="System", detail="Nummer 63-00042-2026-E1", pages=1,
            size_bytes=98_020, sha256="e1" * 32,
        ),
        IndexEntry(
            at=at(11, 20), title="Baugenehmigung", author="Leitung", detail="Nummer 63-00042-2026-B1, gesiegelt",
            pages=4, size_bytes=311_871, sha256="f2" * 32,
        ),
    ),
)  # fmt: skip
LOG = tuple(
    LogLine(
        sequence=number, at=at(9, 28, hour), label=label, detail=detail, author=author, hash=f"{number:02}ab12cd34ef"
    )
    for number, hour, label, detail, author in (
        (7, 9, "Antrag eingereicht", "SHA-256 5d5d5d5d5d5d…", "Bauherrschaft"),
        (8, 10, "Vorgang registriert", "Aktenzeichen 63-00042-2026", "Registratur"),
        (9, 11, "Stand geändert", "Eingereicht → Prüfung der Vollständigkeit", "Registratur"),
    )
)


def file_index(**changes: object) -> FileIndex:
    """An Aktenverzeichnis with a log that leaves out readings."""
    values: dict[str, object] = {
        **COMMON,
        "made_at": at(11, 23, 13),
        "status": "Bescheid erteilt",
        "sections": (APPLICATION, DOCUMENTS, LETTERS, IndexSection(title="Schriftverkehr", entries=())),
        "log": LOG,
        "log_count": 12,
        "log_head": "0f" * 32,
        "log_left_out": "Nicht aufgeführt sind 9 Einträge zum Entwurf und zum Lesen von Unterlagen.",
        **changes,
    }
    return FileIndex(**values)  # type: ignore[arg-type]


SAMPLES: dict[str, DocumentContext] = {"file_index": file_index()}
