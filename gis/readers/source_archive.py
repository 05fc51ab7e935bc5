"""Packed files of reference data (zip, gz): unpacked within bounds, under names of our own."""

import gzip
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

from gis.readers.sniff import sniff
from gis.readers.source import SourceError
from gis.zip_archive import ZipArchiveError, ZipLimits, copy_within, unzip, zip_members

_DATA_SUFFIXES = (".shp", ".gpkg", ".fgb", ".geojson", ".json", ".xml", ".gml", ".kml", ".tab", ".mif")


#: Of an archive of reference data, unless the caller says otherwise.
DEFAULT_ARCHIVE_LIMITS = ZipLimits()


class Unpacker:
    """Unpacks one archive into a folder; what comes out counts, not what the archive says of itself."""

    def __init__(self, packed: Path, folder: Path, limits: ZipLimits) -> None:
        self._packed = packed
        self._folder = folder
        self._limits = limits
        self._left = limits.unpacked_bytes

    def gunzip(self) -> Path:
        """The one file of a gz; raises SourceError."""
        target = self._folder / "unpacked"
        try:
            with gzip.open(self._packed, "rb") as source:
                packed = self._packed.stat().st_size
                copy_within(source, target, self._left, packed, self._limits)  # type: ignore[arg-type]
        except ZipArchiveError as error:
            raise SourceError(error.message) from None
        except (OSError, EOFError, zlib.error):
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
        try:
            return zip_members(self._packed, self._limits)
        except ZipArchiveError as error:
            raise SourceError(f"{error.message} {error.place}".strip()) from None

    def _unpack(self, entry: zipfile.ZipInfo, target: Path) -> None:
        try:
            self._left -= unzip(self._packed, [(entry, target)], replace(self._limits, unpacked_bytes=self._left))
        except ZipArchiveError as error:
            raise SourceError(f"{error.message} {error.place}".strip()) from None


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
