"""Files that GDAL reads, opened in a child process: the driver is named from the content, never guessed by GDAL.

GDAL follows what a file says: a VRT under another name makes it fetch an address, a broken file may crash it. So the
content is recognised first (`gis.readers.sniff`), the child gets only that one driver, a private copy of the file,
limits of memory and time, and no way to the network.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyproj
import shapely

from gis.crs import CrsError, crs_from_name
from gis.readers.arcs import ArcStroker
from gis.readers.source import BATCH_ROWS, SourceBatch, SourceError, SourceLayer
from gis.readers.wkb import read_each

_MEMORY_BYTES = 3 << 30
_CPU_SECONDS_BASE = 60
_CPU_SECONDS_PER_MIB = 2


class GdalSource:
    """A private copy of a file, read through one named GDAL driver.

    Parameters
    ----------
    path : Path
        The private copy; GDAL may write beside it.
    driver : str
        Name of the GDAL driver, from the content of the file.
    memory_bytes, cpu_seconds : int
        Limits of the child process; by default enough for a whole land register, growing with the file.
    """

    def __init__(
        self, path: Path, driver: str, *, memory_bytes: int = _MEMORY_BYTES, cpu_seconds: int | None = None
    ) -> None:
        self.format = driver
        self._memory_bytes, self._cpu_seconds = memory_bytes, cpu_seconds
        self.warnings: tuple[str, ...] = ()
        self._path = path
        self._driver = driver
        self._process: subprocess.Popen[bytes] | None = None
        self._described = self._start()
        self.layers: Sequence[SourceLayer] = tuple(
            SourceLayer(
                name=layer["name"],
                columns=tuple(layer["columns"]),
                geometry_type=layer["geometry_type"],
                feature_count=layer["features"],
            )
            for layer in self._described["layers"]
        )

    def crs(self, layer: str) -> pyproj.CRS | None:
        """Coordinate system that the file states for one of its layers."""
        name = next(entry["crs"] for entry in self._described["layers"] if entry["name"] == layer)
        try:
            return crs_from_name(name) if name else None
        except CrsError as error:
            raise SourceError(str(error)) from None

    def batches(self, layer: str, columns: Sequence[str]) -> Iterator[SourceBatch]:
        """Read one layer in batches of geometries and the named columns."""
        if self._process is None:
            self._start()
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        request = {"layer": layer, "columns": list(columns), "batch_rows": BATCH_ROWS}
        expected = next(entry.feature_count for entry in self.layers if entry.name == layer)
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.close()
            geometry_name = json.loads(process.stdout.readline())["geometry_name"]
            first_row, arcs = 1, ArcStroker()
            with pa.ipc.open_stream(process.stdout) as reader:
                for batch in reader:
                    if batch.num_rows:
                        yield _source_batch(batch, geometry_name, first_row, arcs)
                        first_row += batch.num_rows
            self.warnings = tuple(json.loads(process.stdout.readline())["warnings"])
        except (OSError, ValueError, pa.ArrowInvalid) as error:
            raise self._failure() from error
        if self._finish() != 0:
            raise self._failure()
        if 0 <= expected != first_row - 1:
            raise SourceError(
                f"Die Datei ist unvollständig: Sie nennt {expected} Objekte, lesbar sind {first_row - 1}."
            )

    def close(self) -> None:
        """End the child process."""
        process = self._process
        self._process = None
        if process is not None:
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream is not None and not stream.closed:
                    stream.close()
            process.kill()
            process.wait()

    def _start(self) -> dict[str, Any]:
        size_mib = sum(file.stat().st_size for file in self._path.parent.iterdir() if file.is_file()) >> 20
        cpu_seconds = self._cpu_seconds or _CPU_SECONDS_BASE + _CPU_SECONDS_PER_MIB * size_mib
        command = [
            sys.executable,
            "-I",
            str(Path(__file__).with_name("gdal_child.py")),
            # Only these drivers know a prefix; for the others the environment leaves no second driver to guess.
            f"{self._driver}:{self._path}" if self._driver in {"GeoJSON", "GPKG"} else str(self._path),
            str(self._memory_bytes),
            str(cpu_seconds),
        ]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_child_environment(self._driver),
            cwd=self._path.parent,
        )
        assert self._process.stdout is not None
        try:
            described: dict[str, Any] = json.loads(self._process.stdout.readline())
        except ValueError:
            raise self._failure() from None
        return described

    def _finish(self) -> int:
        assert self._process is not None
        code = self._process.wait()
        self.close()
        return code

    def _failure(self) -> SourceError:
        self.close()
        return SourceError(f"Die Datei ist als {self._driver} nicht lesbar oder beschädigt.")


def _source_batch(batch: pa.RecordBatch, geometry_name: str, first_row: int, arcs: ArcStroker) -> SourceBatch:
    attributes = pa.Table.from_batches([batch]).drop_columns([geometry_name])
    wkb = batch.column(geometry_name)
    raw = wkb.to_numpy(zero_copy_only=False)
    try:
        geometry = shapely.from_wkb(raw)
    except (shapely.errors.ShapelyError, NotImplementedError, ValueError):
        geometry, faults = read_each(raw, arcs)
        return SourceBatch(geometry, attributes, first_row, faults)
    return SourceBatch(geometry, attributes, first_row, wkb=wkb)


def _child_environment(driver: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "LC_ALL", "TMPDIR"}}
    return kept | {
        "OGR_SKIP": ",".join(name for name in _all_drivers() if name != driver),
        # A dead proxy: whatever GDAL may want to fetch, it reaches nothing.
        "GDAL_HTTP_PROXY": "127.0.0.1:9",
        "http_proxy": "http://127.0.0.1:9",
        "https_proxy": "http://127.0.0.1:9",
        "GDAL_DISABLE_READDIR_ON_OPEN": "FALSE",
        "GML_DOWNLOAD_SCHEMA": "NO",
        "OGR_GML_SKIP_CORRUPTED_FEATURES": "NO",
        # GDAL's own Arrow stream for FlatGeobuf returns empty rows where there are no features.
        "OGR_FLATGEOBUF_STREAM_BASE_IMPL": "YES",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "OMP_NUM_THREADS": "1",
    }


@cache
def _all_drivers() -> tuple[str, ...]:
    import pyogrio

    return tuple(sorted(pyogrio.list_drivers()))
