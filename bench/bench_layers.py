"""Layers: a window read out of 10⁴ and 10⁶ parcels, and the import of 10⁶ parcels against a plain read and write.

Each measurement runs in a process of its own, so that its peak memory is its own.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyogrio.raw
import shapely

SMALL, LARGE = 10_000, 1_000_000
# About as many parcels as a city block and its surroundings.
WINDOW_M = 300.0
REPEATS = 200
ROUNDS = 3
_EAST, _NORTH, _STEP = 400_000.0, 5_700_000.0, 25.0
_ROWS = 50_000


def figures() -> Iterator[dict[str, object]]:
    """Yield every figure; the aims are those of the issue."""
    with tempfile.TemporaryDirectory(prefix="bauakte-bench-") as name:
        folder = Path(name)
        for count in (SMALL, LARGE):
            _child("make", str(folder / f"{count}.gpkg"), str(count))
        runs = [
            (
                _child("plain", str(folder / f"{LARGE}.gpkg"), str(folder / f"plain{number}.fgb")),
                _child("import", str(folder / f"{LARGE}.gpkg"), str(folder / f"store{number}")),
            )
            for number in range(ROUNDS)
        ]
        # In turns, and the best of each: what else runs on the machine meets both alike.
        plain = min((run[0] for run in runs), key=lambda run: run["seconds"])
        imported = min((run[1] for run in runs), key=lambda run: run["seconds"])
        small = _child("import", str(folder / f"{SMALL}.gpkg"), str(folder / "store"))
        windows = {
            SMALL: _child("window", str(small["folder"]), str(SMALL)),
            LARGE: _child("window", str(imported["folder"]), str(LARGE)),
        }
    for count, window in windows.items():
        yield {
            "figure": f"window_read_{count}_parcels",
            "value": window["seconds"] * 1000,
            "unit": "ms",
            "features": window["features"],
            "bare_read_ms": window["bare_seconds"] * 1000,
            "open_ms": window["open_seconds"] * 1000,
        }
    yield {
        "figure": "window_read_large_vs_small",
        "value": windows[LARGE]["seconds"] / windows[SMALL]["seconds"],
        "unit": "ratio",
        "aim": "about 1",
    }
    yield {"figure": "parcel_lookup_1000000", "value": windows[LARGE]["find_seconds"] * 1000, "unit": "ms"}
    for label, run in (("plain_read_write", plain), ("import", imported)):
        yield {
            "figure": f"{label}_{LARGE}_parcels",
            "value": run["seconds"],
            "unit": "s",
            "cpu_s": run["cpu_seconds"],
            "peak_memory_mib": run["peak_mib"],
        }
    yield {
        "figure": "import_vs_plain",
        "value": imported["seconds"] / plain["seconds"],
        "unit": "ratio",
        "aim": "at most 2",
        "peak_memory_mib": imported["peak_mib"],
        "memory_aim_mib": 1024,
    }


def _child(task: str, *arguments: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.bench_layers", task, *arguments], check=True, stdout=subprocess.PIPE
    )
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def make(path: str, count: str) -> dict[str, object]:
    """Write `count` parcels (irregular quadrilaterals with a bent edge, 20-character numbers) as a GeoPackage."""
    total = int(count)
    pyogrio.raw.write_arrow(
        pa.RecordBatchReader.from_batches(_schema(), _parcels(total)),
        path,
        driver="GPKG",
        layer="ax_flurstueck",
        geometry_name="geom",
        geometry_type="Polygon",
        crs="EPSG:25832",
    )
    return {}


def plain(source: str, target: str) -> dict[str, object]:
    """Read and write, nothing else: the yardstick."""
    start = time.perf_counter()
    with pyogrio.raw.open_arrow(source, use_pyarrow=True) as (meta, reader):
        pyogrio.raw.write_arrow(
            reader,
            target,
            driver="FlatGeobuf",
            geometry_name=meta["geometry_name"] or "wkb_geometry",
            geometry_type="Polygon",
            crs=meta["crs"],
        )
    return {"seconds": time.perf_counter() - start}


def run_import(source: str, store: str) -> dict[str, object]:
    """Import through the product."""
    from gis.importing import ImportRequest, import_features

    start = time.perf_counter()
    summary = import_features(ImportRequest(layer="parcels", path=Path(source)), Path(store))
    assert summary.ok, summary.error
    return {"seconds": time.perf_counter() - start, "folder": str(summary.snapshot)}


def window(folder: str, count: str) -> dict[str, object]:
    """Median time of a window in the middle, of the bare read under it, of opening, and of a lookup by number."""
    from gis.layers import open_snapshot

    start = time.perf_counter()
    layer = open_snapshot("parcels", Path(folder))
    opened = time.perf_counter() - start
    side = int(np.sqrt(int(count))) * _STEP
    west, south = _EAST + side / 2, _NORTH + side / 2
    bounds = (west, south, west + WINDOW_M, south + WINDOW_M)
    path = str(Path(folder) / "features.fgb")
    features = len(layer.window(bounds))
    number = str(layer.window(bounds).columns["parcel_id"][0])
    layer.find(number)
    return {
        "features": features,
        "open_seconds": opened,
        "seconds": _median(lambda: layer.window(bounds)),
        "bare_seconds": _median(lambda: pyogrio.raw.read_arrow(path, bbox=bounds)),
        "find_seconds": _median(lambda: layer.find(number)),
    }


def _median(work: Callable[[], object]) -> float:
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def _schema() -> pa.Schema:
    return pa.schema(
        [
            ("flurstueckskennzeichen", pa.string()),
            ("amtlicheflaeche", pa.float64()),
            ("gemarkungsnummer", pa.string()),
            pa.field("geom", pa.binary(), metadata={"ARROW:extension:name": "geoarrow.wkb"}),
        ]
    )


def _parcels(total: int) -> Iterator[pa.RecordBatch]:
    columns = int(np.sqrt(total))
    random = np.random.default_rng(1)
    # One shared, shaken grid: neighbours share their corners exactly, as in the cadastre.
    rows = -(-total // columns)
    grid = np.stack(np.meshgrid(np.arange(columns + 1), np.arange(rows + 1)), axis=-1) * _STEP
    grid = np.round(grid + random.uniform(-5, 5, grid.shape) + (_EAST, _NORTH), 3)
    for first in range(0, total, _ROWS):
        number = np.arange(first, min(first + _ROWS, total))
        row, column = number // columns, number % columns
        a, b = grid[row, column], grid[row, column + 1]
        c, d = grid[row + 1, column + 1], grid[row + 1, column]
        rings = np.stack([a, (a * 2 + b) / 3, b, (b + c) / 2, c, (c + d) / 2, d, (d + a) / 2, a], axis=1)
        geometry = shapely.polygons(rings)
        yield pa.RecordBatch.from_arrays(
            [
                pa.array(
                    [f"031001{index // 99999 % 1000:03}{index % 99999 + 1:05}______" for index in number.tolist()]
                ),
                pa.array(np.round(shapely.area(geometry))),
                pa.array(np.full(len(number), "1001")),
                pa.array(shapely.to_wkb(geometry), pa.binary()),
            ],
            schema=_schema(),
        )


def _main(task: str, *arguments: str) -> None:
    work = {"make": make, "plain": plain, "import": run_import, "window": window}[task]
    result = work(*arguments)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # GDAL reads and writes in children of ours: the larger peak counts, too.
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    times = os.times()
    cpu = times.user + times.system + times.children_user + times.children_system
    print(json.dumps(result | {"peak_mib": (own + children) / 1024, "cpu_seconds": cpu}))


if __name__ == "__main__":
    _main(*sys.argv[1:])
