"""From what people hand in (a .gml file or a zip archive) to one XPlanGML file, within bounds."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from gis.readers.source import SourceError
from gis.zip_archive import ZipArchiveError, ZipLimits, unzip, zip_members


@dataclass(frozen=True, slots=True)
class PlanLimits:
    """How much a plan file may hold: bytes (unpacked), objects, points after arcs became chords, and its archive."""

    file_bytes: int = 500_000_000
    objects: int = 500_000
    points: int = 20_000_000
    archive_members: int = 1_000
    archive_ratio: int = 200


DEFAULT_PLAN_LIMITS = PlanLimits()


@contextmanager
def open_gml(path: Path, limits: PlanLimits) -> Iterator[Path]:
    """Path of the one GML file in what was given; an unpacked one lives only inside the context.

    Raises
    ------
    SourceError
        For a missing, empty or too large file, a broken, encrypted or hostile archive, or one without exactly one GML.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(4)
    except OSError:
        raise SourceError(f"Die Datei „{path.name}“ ist nicht vorhanden oder nicht lesbar.") from None
    if size == 0:
        raise SourceError("Die Datei ist leer.")
    if size > limits.file_bytes:
        raise SourceError(f"Die Datei ist größer als {_megabytes(limits.file_bytes)} MB und wird abgelehnt.")
    if head.startswith(b"\x1f\x8b"):
        raise SourceError("Die Datei ist mit gzip gepackt. Bitte geben Sie sie als .gml oder als .zip ab.")
    if head != b"PK\x03\x04":
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="bauakte-plan-") as folder:
        yield _unpack(path, Path(folder) / "plan.gml", limits)


def _unpack(packed: Path, target: Path, limits: PlanLimits) -> Path:
    archive = ZipLimits(limits.archive_members, limits.file_bytes, limits.archive_ratio)
    try:
        return _unpack_one(packed, target, archive)
    except ZipArchiveError as error:
        raise SourceError(f"{error.message} {error.place}".strip()) from None


def _unpack_one(packed: Path, target: Path, limits: ZipLimits) -> Path:
    members = zip_members(packed, limits)
    plans = [member for member in members if member.filename.lower().endswith(".gml")]
    if not plans:
        raise SourceError("Das zip-Archiv enthält keine GML-Datei.")
    if len(plans) > 1:
        names = ", ".join(sorted(PurePosixPath(member.filename).name for member in plans)[:10])
        raise SourceError(
            f"Das zip-Archiv enthält mehrere GML-Dateien ({names}). "
            "Bitte geben Sie für jeden Plan ein eigenes Archiv ab."
        )
    written = unzip(packed, [(plans[0], target)], limits)
    if written == 0:
        raise SourceError("Die GML-Datei im zip-Archiv ist leer.")
    return target


def _megabytes(size: int) -> str:
    return f"{size // 1_000_000:,}".replace(",", ".")
