"""From what people hand in (a .gml file or a zip archive) to one XPlanGML file, within bounds."""

import lzma
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from gis.readers.sniff import zip_members
from gis.readers.source import SourceError

_CHUNK = 1 << 20
#: What zipfile and the decompressors raise for damaged or unusual archives.
_DAMAGE = (
    OSError,
    EOFError,
    zipfile.BadZipFile,
    NotImplementedError,
    ValueError,
    RuntimeError,
    zlib.error,
    lzma.LZMAError,
)
_SYMLINK = 0o120000
_FILE_KIND = 0o170000


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
    members = zip_members(packed)
    if len(members) > limits.archive_members:
        raise SourceError(f"Das zip-Archiv enthält mehr als {limits.archive_members} Dateien.")
    for member in members:
        _refuse_leaving(member)
    plans = [member for member in members if member.filename.lower().endswith(".gml")]
    if not plans:
        raise SourceError("Das zip-Archiv enthält keine GML-Datei.")
    if len(plans) > 1:
        names = ", ".join(sorted(PurePosixPath(member.filename).name for member in plans)[:10])
        raise SourceError(
            f"Das zip-Archiv enthält mehrere GML-Dateien ({names}). "
            "Bitte geben Sie für jeden Plan ein eigenes Archiv ab."
        )
    plan = plans[0]
    limit = min(limits.file_bytes, max(plan.compress_size * limits.archive_ratio, _CHUNK))
    try:
        with zipfile.ZipFile(packed) as archive, archive.open(plan) as source, target.open("wb") as file:
            written = 0
            while chunk := source.read(_CHUNK):
                written += len(chunk)
                if written > limit:
                    raise SourceError("Der gepackte Plan ist entpackt unverhältnismäßig groß und wird abgelehnt.")
                file.write(chunk)
    except _DAMAGE:
        raise SourceError("Das zip-Archiv ist beschädigt.") from None
    if written == 0:
        raise SourceError("Die GML-Datei im zip-Archiv ist leer.")
    return target


def _refuse_leaving(member: zipfile.ZipInfo) -> None:
    """Refuse names that would lead out of a folder, and links: nobody packs them by accident."""
    name = member.filename.replace("\\", "/")
    linked = (member.external_attr >> 16) & _FILE_KIND == _SYMLINK
    if linked or name.startswith("/") or ":" in name.split("/")[0] or ".." in PurePosixPath(name).parts:
        raise SourceError(f"Das zip-Archiv enthält einen unzulässigen Pfad („{member.filename[:80]}“).")


def _megabytes(size: int) -> str:
    return f"{size // 1_000_000:,}".replace(",", ".")
