"""Archives (zip) of people outside: unpacked within bounds, under names of our own, nothing else touched."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from gis.siteplan import SitePlanError
from gis.validation import Limits
from gis.wording import number

_CHUNK = 1 << 20
#: The list of an archive's files takes about 100 bytes per file.
_LONGEST_LIST = 1 << 20
_ARCHIVES = frozenset({".zip", ".kmz", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".tar", ".gpkgx"})


def archive_members(path: Path, limits: Limits) -> list[zipfile.ZipInfo]:
    """Files of an archive. Raises :class:`SitePlanError` for one that is damaged, encrypted, too large or deceitful."""
    _check_list(path)
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError, struct.error):
        raise SitePlanError("archive", "Das zip-Archiv ist beschädigt.") from None
    if len(members) > limits.archive_files:
        raise SitePlanError("archive", f"Das zip-Archiv enthält mehr als {number(limits.archive_files, 0)} Dateien.")
    names: set[str] = set()
    for member in members:
        _check_member(member)
        if member.filename.casefold() in names:
            raise SitePlanError("archive", "Ein Name kommt im zip-Archiv doppelt vor.", _shown(member))
        names.add(member.filename.casefold())
    if sum(member.file_size for member in members) > limits.archive_bytes:
        raise _too_large()
    return [member for member in members if not member.filename.startswith("__MACOSX/")]


def unpack(path: Path, members: Sequence[tuple[zipfile.ZipInfo, Path]], limits: Limits) -> None:
    """Write members to paths of our own; what a member claims of its size does not count, only what comes out."""
    left = limits.archive_bytes
    try:
        with zipfile.ZipFile(path) as archive:
            for member, target in members:
                most = min(left, max(member.compress_size * limits.archive_ratio, _CHUNK))
                left -= _write(archive, member, target, most)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, ValueError, RuntimeError):
        raise SitePlanError("archive", "Das zip-Archiv ist beschädigt.") from None


def _check_list(path: Path) -> None:
    """Look at the length of the list of files before it is read into memory."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - 65_557))
        tail = file.read()
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) < end + 22:
        raise SitePlanError("archive", "Das zip-Archiv ist beschädigt.")
    if struct.unpack_from("<I", tail, end + 12)[0] > _LONGEST_LIST:
        raise SitePlanError("archive", "Das zip-Archiv enthält zu viele Dateien.")


def _check_member(member: zipfile.ZipInfo) -> None:
    place = _shown(member)
    parts = PurePosixPath(member.filename).parts
    if ".." in parts or member.filename.startswith("/") or "\\" in member.orig_filename or ":" in parts[0]:
        raise SitePlanError("archive", "Ein Name im zip-Archiv zeigt aus dem Archiv hinaus.", place)
    if stat.S_ISLNK(member.external_attr >> 16):
        raise SitePlanError("archive", "Das zip-Archiv enthält eine Verknüpfung; das ist nicht erlaubt.", place)
    if member.flag_bits & 1:
        raise SitePlanError("archive", "Das zip-Archiv ist verschlüsselt.", place)
    if PurePosixPath(member.filename).suffix.lower() in _ARCHIVES:
        raise SitePlanError(
            "archive", "Das Archiv enthält wieder ein Archiv. Bitte packen Sie die Dateien selbst in ein zip.", place
        )


def _write(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, most: int) -> int:
    written = 0
    with archive.open(member) as source, target.open("wb") as file:
        while chunk := source.read(_CHUNK):
            written += len(chunk)
            if written > most:
                raise _too_large()
            file.write(chunk)
    return written


def _too_large() -> SitePlanError:
    return SitePlanError("archive", "Das zip-Archiv ist entpackt unverhältnismäßig groß und wird abgelehnt.")


def _shown(member: zipfile.ZipInfo) -> str:
    return f"„{member.filename[:80]}“"
