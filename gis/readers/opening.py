"""Open a file of reference data for the import: private copy, unpacked within bounds, read by the reader that fits."""

import gzip
import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from gis.readers.alkis_simple import SimpleAlkisSource
from gis.readers.gdal import GdalSource
from gis.readers.geojson_stream import GeoJsonSource
from gis.readers.nas import NasSource
from gis.readers.sniff import sniff, zip_members
from gis.readers.source import Source, SourceError

_DATA_SUFFIXES = (".shp", ".gpkg", ".fgb", ".geojson", ".json", ".xml", ".gml", ".kml", ".tab", ".mif")
_SIDE_FILES = {
    "ESRI Shapefile": (".shx", ".dbf", ".prj", ".cpg"),
    "MapInfo File": (".dat", ".map", ".id", ".ind", ".mid"),
}
_OWN_READERS = frozenset({"nas", "alkis-simple", "geojson"})
_MAX_MEMBERS = 1_000
_MAX_UNPACKED_BYTES = 16 << 30
_MAX_RATIO = 200
_CHUNK = 1 << 20


@dataclass(frozen=True)
class OpenedSource:
    """A source, and the hash of the file that it is read from, computed meanwhile."""

    source: Source
    _hashing: Future[str]

    @property
    def sha256(self) -> str:
        """SHA-256 of the file as it was given (waits until it is known)."""
        return self._hashing.result()


@contextmanager
def open_source(path: Path, member: str | None = None) -> Iterator[OpenedSource]:
    """Open a file of reference data, plain or packed (zip, gz).

    Parameters
    ----------
    path : Path
        ALKIS NAS, GeoPackage, GeoJSON, Shapefile, FlatGeobuf, GML, KML, MapInfo; decided by content.
    member : str, optional
        File (or its stem) inside a zip archive that holds several.

    Raises
    ------
    SourceError
        When it cannot be read, with a German sentence.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bauakte-import-")))
        kind = sniff(path)
        private = path
        parts: list[Path] = []
        if kind not in _OWN_READERS:
            # Our own readers write nothing beside the file; GDAL may.
            private = folder / f"source{path.suffix.lower()}"
            shutil.copyfile(path, private)
        hashing = stack.enter_context(ThreadPoolExecutor(1)).submit(_sha256, private)
        if kind == "gzip":
            private = _gunzip(private, folder)
            kind = sniff(private)
        elif kind == "zip":
            parts = _unzip_extract(private, folder, member)
            private = parts[0] if parts else _unzip(private, folder, member)
            kind = sniff(private)
        else:
            _copy_side_files(path, private, _SIDE_FILES.get(kind, ()))
        if kind in {"gzip", "zip"}:
            raise SourceError("Das Archiv enthält wieder ein Archiv. Bitte entpacken Sie die Datei vorher.")
        source: Source
        if kind == "nas":
            source = NasSource(*(parts or [private]))
        elif kind == "alkis-simple":
            source = SimpleAlkisSource(private)
        elif kind == "geojson":
            source = GeoJsonSource(private, name=private.stem if private.parent != folder else path.stem)
        else:
            source = GdalSource(private, kind)
        stack.callback(source.close)
        yield OpenedSource(source, hashing)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copy_side_files(path: Path, private: Path, suffixes: tuple[str, ...]) -> None:
    for neighbour in path.parent.glob(f"{_escape(path.stem)}.*") if suffixes else ():
        if neighbour.suffix.lower() in suffixes:
            shutil.copyfile(neighbour, private.with_suffix(neighbour.suffix.lower()))
    if ".shx" in suffixes and not private.with_suffix(".shx").exists():
        raise SourceError("Zum Shapefile fehlt die Datei .shx. Bitte geben Sie alle Dateien zusammen (auch als zip).")


def _escape(stem: str) -> str:
    return "".join(f"[{char}]" if char in "*?[" else char for char in stem)


def _gunzip(packed: Path, folder: Path) -> Path:
    target = folder / "unpacked"
    try:
        with gzip.open(packed, "rb") as source:
            _write_bounded(source, target, max(packed.stat().st_size * _MAX_RATIO, _CHUNK))
    except (OSError, EOFError):
        raise SourceError("Die Datei ist beschädigt und lässt sich nicht entpacken.") from None
    return target


def _unzip(packed: Path, folder: Path, member: str | None) -> Path:
    """Unpack the one data set of an archive, under names of our own (a member's path is never used as a path)."""
    members = zip_members(packed)
    if len(members) > _MAX_MEMBERS:
        raise SourceError(f"Das zip-Archiv enthält mehr als {_MAX_MEMBERS} Dateien.")
    chosen = _choose(members, member)
    stem = chosen.filename.rsplit(".", 1)[0]
    target = folder / "unpacked"
    target.mkdir()
    with zipfile.ZipFile(packed) as archive:
        for entry in members:
            base, _, suffix = entry.filename.rpartition(".")
            if entry is chosen or (base == stem and suffix.isalnum() and len(suffix) <= 4):
                name = f"{Path(stem).name or 'source'}.{suffix.lower()}"
                try:
                    with archive.open(entry) as source:
                        limit = max(entry.compress_size * _MAX_RATIO, _CHUNK)
                        _write_bounded(source, target / name, limit)
                except (OSError, EOFError, zipfile.BadZipFile, NotImplementedError, ValueError):
                    raise SourceError("Das zip-Archiv ist beschädigt.") from None
    return target / f"{Path(stem).name or 'source'}.{chosen.filename.rpartition('.')[2].lower()}"


def _unzip_extract(packed: Path, folder: Path, member: str | None) -> list[Path]:
    """The files of an ALKIS extract that comes in several portions; none where the archive is something else."""
    members = zip_members(packed)
    portions = [entry for entry in members if entry.filename.lower().endswith(".xml")]
    others = [entry for entry in members if entry.filename.lower().endswith(_DATA_SUFFIXES) and entry not in portions]
    if member is not None or len(portions) < 2 or others or len(members) > _MAX_MEMBERS:
        return []
    target = folder / "portions"
    target.mkdir()
    paths = []
    with zipfile.ZipFile(packed) as archive:
        for number, entry in enumerate(portions):
            path = target / f"{number}.xml"
            try:
                with archive.open(entry) as source:
                    _write_bounded(source, path, max(entry.compress_size * _MAX_RATIO, _CHUNK))
            except (OSError, EOFError, zipfile.BadZipFile, NotImplementedError, ValueError):
                raise SourceError("Das zip-Archiv ist beschädigt.") from None
            if sniff(path) != "nas":
                return []
            paths.append(path)
    return paths


def _choose(members: list[zipfile.ZipInfo], member: str | None) -> zipfile.ZipInfo:
    candidates = [entry for entry in members if entry.filename.lower().endswith(_DATA_SUFFIXES)]
    if len(candidates) > 1 and member:
        named = [entry for entry in candidates if member in {Path(entry.filename).name, Path(entry.filename).stem}]
        candidates = named or candidates
    if not candidates:
        raise SourceError("Das zip-Archiv enthält keine lesbaren Geodaten.")
    if len(candidates) > 1:
        names = ", ".join(sorted(Path(entry.filename).stem for entry in candidates)[:20])
        raise SourceError(f"Das zip-Archiv enthält mehrere Dateien ({names}). Bitte wählen Sie mit --source-layer aus.")
    return candidates[0]


def _write_bounded(source: IO[bytes] | gzip.GzipFile, target: Path, limit: int) -> None:
    written = 0
    with target.open("wb") as file:
        while chunk := source.read(_CHUNK):
            written += len(chunk)
            if written > min(limit, _MAX_UNPACKED_BYTES):
                raise SourceError("Die gepackte Datei ist beim Entpacken unverhältnismäßig groß und wird abgelehnt.")
            file.write(chunk)
