"""Packed files of reference data (zip, gz): unpacked within bounds, under names of our own."""

import gzip
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from gis.readers.sniff import sniff, zip_members
from gis.readers.source import SourceError

_DATA_SUFFIXES = (".shp", ".gpkg", ".fgb", ".geojson", ".json", ".xml", ".gml", ".kml", ".tab", ".mif")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """What an archive may hold: files, bytes after unpacking (altogether), bytes unpacked per byte packed."""

    files: int = 1_000
    unpacked_bytes: int = 16 << 30
    ratio: int = 200


DEFAULT_ARCHIVE_LIMITS = ArchiveLimits()


class Unpacker:
    """Unpacks one archive into a folder; what comes out counts, not what the archive says of itself."""

    def __init__(self, packed: Path, folder: Path, limits: ArchiveLimits) -> None:
        self._packed = packed
        self._folder = folder
        self._limits = limits
        self._left = limits.unpacked_bytes

    def gunzip(self) -> Path:
        """The one file of a gz; raises SourceError."""
        target = self._folder / "unpacked"
        try:
            with gzip.open(self._packed, "rb") as source:
                self._write(source, target, self._packed.stat().st_size)
        except (OSError, EOFError):
            raise SourceError("Die Datei ist beschädigt und lässt sich nicht entpacken.") from None
        return target

    def extract(self, member: str | None) -> list[Path]:
        """The files of an ALKIS extract that comes in several portions; none where the zip is something else."""
        members = self._members()
        portions = [entry for entry in members if entry.filename.lower().endswith(".xml")]
        others = [entry for entry in _data_sets(members) if entry not in portions]
        if member is not None or len(portions) < 2 or others:
            return []
        target = self._folder / "portions"
        target.mkdir()
        paths = []
        for number, entry in enumerate(portions):
            path = target / f"{number}.xml"
            self._unpack(entry, path)
            if sniff(path) != "nas":
                return []
            paths.append(path)
        return paths

    def unzip(self, member: str | None) -> Path:
        """The one data set of a zip, with the files beside it (a member's path is never used as a path)."""
        members = self._members()
        chosen = _choose(members, member)
        stem = chosen.filename.rsplit(".", 1)[0]
        name = Path(stem).name or "source"
        target = self._folder / "unpacked"
        target.mkdir()
        for entry in members:
            base, _, suffix = entry.filename.rpartition(".")
            if entry is chosen or (base == stem and suffix.isalnum() and len(suffix) <= 4):
                self._unpack(entry, target / f"{name}.{suffix.lower()}")
        return target / f"{name}.{chosen.filename.rpartition('.')[2].lower()}"

    def _members(self) -> list[zipfile.ZipInfo]:
        members = zip_members(self._packed)
        if len(members) > self._limits.files:
            raise SourceError(f"Das zip-Archiv enthält mehr als {self._limits.files} Dateien.")
        return members

    def _unpack(self, entry: zipfile.ZipInfo, target: Path) -> None:
        try:
            with zipfile.ZipFile(self._packed) as archive, archive.open(entry) as source:
                self._write(source, target, entry.compress_size)
        except (OSError, EOFError, zipfile.BadZipFile, NotImplementedError, ValueError):
            raise SourceError("Das zip-Archiv ist beschädigt.") from None

    def _write(self, source: IO[bytes] | gzip.GzipFile, target: Path, packed_bytes: int) -> None:
        most = min(self._left, max(packed_bytes * self._limits.ratio, _CHUNK))
        with target.open("wb") as file:
            while chunk := source.read(_CHUNK):
                self._left -= len(chunk)
                most -= len(chunk)
                if most < 0:
                    raise SourceError(
                        "Die gepackte Datei ist beim Entpacken unverhältnismäßig groß und wird abgelehnt."
                    )
                file.write(chunk)


def _data_sets(members: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    return [entry for entry in members if entry.filename.lower().endswith(_DATA_SUFFIXES)]


def _choose(members: list[zipfile.ZipInfo], member: str | None) -> zipfile.ZipInfo:
    candidates = _data_sets(members)
    if len(candidates) > 1 and member:
        named = [entry for entry in candidates if member in {Path(entry.filename).name, Path(entry.filename).stem}]
        candidates = named or candidates
    if not candidates:
        raise SourceError("Das zip-Archiv enthält keine lesbaren Geodaten.")
    if len(candidates) > 1:
        names = ", ".join(sorted(Path(entry.filename).stem for entry in candidates)[:20])
        raise SourceError(f"Das zip-Archiv enthält mehrere Dateien ({names}). Bitte wählen Sie mit --source-layer aus.")
    return candidates[0]
