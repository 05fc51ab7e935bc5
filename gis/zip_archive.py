"""Archives (zip) of people outside: unpacked within bounds, under names of our own, nothing else touched.

What comes out counts, not what an archive says of itself.
"""

from __future__ import annotations

import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from gis.wording import number

_CHUNK = 1 << 20
#: The list of an archive's files takes about 100 bytes per file.
_LONGEST_LIST_PER_FILE = 1 << 10
_ARCHIVES = frozenset({".zip", ".kmz", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".tar", ".gpkgx"})
#: What zipfile and the decompressors raise for damaged or unusual archives.
_DAMAGE = (
    OSError,
    EOFError,
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    NotImplementedError,
    ValueError,
    RuntimeError,
    struct.error,
    zlib.error,
    lzma.LZMAError,
)


class ZipArchiveError(Exception):
    """An archive is refused: ``message`` is a German sentence, ``place`` the name inside that it is about."""

    def __init__(self, message: str, place: str = "") -> None:
        super().__init__(f"{message} ({place})" if place else message)
        self.message = message
        self.place = place


@dataclass(frozen=True, slots=True)
class ZipLimits:
    """What an archive may hold: files, bytes after unpacking (altogether), bytes unpacked per byte packed."""

    files: int = 1_000
    unpacked_bytes: int = 16 << 30
    ratio: int = 200


def zip_members(path: Path, limits: ZipLimits, *, nested: bool = True) -> list[zipfile.ZipInfo]:
    """Files of an archive, without folders and what macOS adds.

    Raises :class:`ZipArchiveError` for one that is damaged, encrypted, too large or deceitful (names that lead outside,
    links, a name twice), and without ``nested`` for one that holds archives.
    """
    _check_list(path, limits)
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
    except _DAMAGE:
        raise ZipArchiveError("Das zip-Archiv ist beschädigt.") from None
    if len(members) > limits.files:
        raise ZipArchiveError(f"Das zip-Archiv enthält mehr als {number(limits.files, 0)} Dateien.")
    names: set[str] = set()
    for member in members:
        _check_member(member, nested=nested)
        if member.filename.casefold() in names:
            raise ZipArchiveError("Ein Name kommt im zip-Archiv doppelt vor.", _shown(member))
        names.add(member.filename.casefold())
    return [member for member in members if not member.filename.startswith("__MACOSX/")]


def unzip(path: Path, wanted: Sequence[tuple[zipfile.ZipInfo, Path]], limits: ZipLimits) -> int:
    """Write members to paths of our own; return the bytes written. Raises :class:`ZipArchiveError`."""
    written = 0
    try:
        with zipfile.ZipFile(path) as archive:
            for member, target in wanted:
                with archive.open(member) as source:
                    most = limits.unpacked_bytes - written
                    written += copy_within(source, target, most, member.compress_size, limits)
    except _DAMAGE:
        raise ZipArchiveError("Das zip-Archiv ist beschädigt.") from None
    return written


def copy_within(source: IO[bytes], target: Path, most: int, packed_bytes: int, limits: ZipLimits) -> int:
    """Copy what a decompressor yields, as far as ``most`` and the ratio allow; return the bytes written."""
    bound = min(most, max(packed_bytes * limits.ratio, _CHUNK))
    written = 0
    with target.open("wb") as file:
        while chunk := source.read(_CHUNK):
            written += len(chunk)
            if written > bound:
                raise ZipArchiveError("Das Archiv ist entpackt unverhältnismäßig groß und wird abgelehnt.")
            file.write(chunk)
    return written


def _check_list(path: Path, limits: ZipLimits) -> None:
    """Look at the length of the list of files before it is read into memory."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            file.seek(max(0, size - 65_557))
            tail = file.read()
    except OSError:
        raise ZipArchiveError("Das zip-Archiv lässt sich nicht öffnen.") from None
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) < end + 22:
        raise ZipArchiveError("Das zip-Archiv ist beschädigt.")
    if struct.unpack_from("<I", tail, end + 12)[0] > limits.files * _LONGEST_LIST_PER_FILE:
        raise ZipArchiveError(f"Das zip-Archiv enthält mehr als {number(limits.files, 0)} Dateien.")


def _check_member(member: zipfile.ZipInfo, *, nested: bool) -> None:
    place = _shown(member)
    parts = PurePosixPath(member.filename).parts
    leads_out = not parts or ".." in parts or member.filename.startswith("/") or ":" in parts[0]
    if leads_out or "\\" in member.orig_filename:
        raise ZipArchiveError("Ein Name im zip-Archiv zeigt aus dem Archiv hinaus.", place)
    if stat.S_ISLNK(member.external_attr >> 16):
        raise ZipArchiveError("Das zip-Archiv enthält eine Verknüpfung; das ist nicht erlaubt.", place)
    if member.flag_bits & 1:
        raise ZipArchiveError("Das zip-Archiv ist verschlüsselt.", place)
    if not nested and PurePosixPath(member.filename).suffix.lower() in _ARCHIVES:
        raise ZipArchiveError(
            "Das Archiv enthält wieder ein Archiv. Bitte packen Sie die Dateien selbst in ein zip.", place
        )


def _shown(member: zipfile.ZipInfo) -> str:
    return f"„{member.filename[:80]}“"
