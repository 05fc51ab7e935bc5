"""Open a file of reference data for the import: private copy, unpacked within bounds, read by the reader that fits."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from gis.readers.alkis_simple import SimpleAlkisSource
from gis.readers.gdal import GdalSource
from gis.readers.geojson_stream import GeoJsonSource
from gis.readers.nas import NasSource
from gis.readers.sniff import sniff
from gis.readers.source import Source, SourceError
from gis.readers.source_archive import DEFAULT_ARCHIVE_LIMITS, Unpacker
from gis.zip_archive import ZipLimits

_SIDE_FILES = {
    "ESRI Shapefile": (".shx", ".dbf", ".prj", ".cpg"),
    "MapInfo File": (".dat", ".map", ".id", ".ind", ".mid"),
}
_OWN_READERS = frozenset({"nas", "alkis-simple", "geojson"})


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
def open_source(
    path: Path, member: str | None = None, *, limits: ZipLimits = DEFAULT_ARCHIVE_LIMITS
) -> Iterator[OpenedSource]:
    """Open a file of reference data, plain or packed (zip, gz).

    Parameters
    ----------
    path : Path
        ALKIS NAS, GeoPackage, GeoJSON, Shapefile, FlatGeobuf, GML, KML, MapInfo; decided by content.
    member : str, optional
        File (or its stem) inside a zip archive that holds several.
    limits : ZipLimits
        How much an archive may unpack to.

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
            private = Unpacker(private, folder, limits).gunzip()
            kind = sniff(private)
        elif kind == "zip":
            parts = Unpacker(private, folder, limits).extract(member)
            private = parts[0] if parts else Unpacker(private, folder, limits).unzip(member)
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
            # Of the two drivers for KML only this one reads the columns of its own that a file has.
            source = GdalSource(private, "LIBKML" if kind == "KML" else kind)
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
