"""Curved geometries in WKB: read within 1 cm, the same from both sides, never a crash."""

import math
import sqlite3
import struct
from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely

from gis.importing import ImportRequest, import_features
from gis.layers import open_snapshot
from gis.readers.arcs import ArcStroker
from gis.readers.curves import CurveError, is_curved, read_curves

# Half a circle of radius 10 over the line from (0, 0) to (20, 0).
HALF_CIRCLE_M2 = math.pi * 50


def points(*pairs: tuple[float, float], order: str = "<") -> bytes:
    return struct.pack(f"{order}I", len(pairs)) + b"".join(struct.pack(f"{order}dd", x, y) for x, y in pairs)


def wkb(kind: int, *parts: bytes) -> bytes:
    return struct.pack("<BII", 1, kind, len(parts)) + b"".join(parts)


def simple(kind: int, *pairs: tuple[float, float]) -> bytes:
    return struct.pack("<BI", 1, kind) + points(*pairs)


def half_circle(x: float = 0, y: float = 0) -> bytes:
    arc = simple(8, (x, y), (x + 10, y + 10), (x + 20, y))
    back = simple(2, (x + 20, y), (x, y))
    return wkb(10, wkb(9, arc, back))


def test_a_half_circle_has_nearly_its_area() -> None:
    polygon = read_curves(half_circle(), ArcStroker())
    assert isinstance(polygon, shapely.Polygon)
    assert 0 < HALF_CIRCLE_M2 - polygon.area < math.pi * 10 * 0.01
    assert polygon.is_valid


def test_every_curved_type_is_read() -> None:
    arc = simple(8, (0, 0), (10, 10), (20, 0))
    square = struct.pack("<BII", 1, 3, 1) + points((50, 0), (60, 0), (60, 10), (50, 0))
    arcs = ArcStroker()
    assert read_curves(arc, arcs).length == pytest.approx(math.pi * 10, abs=0.05)
    assert read_curves(wkb(11, arc, simple(2, (30, 0), (40, 0))), arcs).geom_type == "MultiLineString"
    surface = read_curves(wkb(12, half_circle(), square), arcs)
    assert surface.geom_type == "MultiPolygon"
    assert surface.area == pytest.approx(HALF_CIRCLE_M2 + 50, abs=0.4)


def test_byte_order_and_heights_do_not_matter() -> None:
    big = struct.pack(">BI", 0, 8) + points((0, 0), (10, 10), (20, 0), order=">")
    flat = read_curves(simple(8, (0, 0), (10, 10), (20, 0)), ArcStroker())
    assert read_curves(big, ArcStroker()).equals(flat)
    for code in (1008, 8 | 0x80000000):
        high = struct.pack("<BII", 1, code, 3)
        high += b"".join(struct.pack("<ddd", x, y, 7) for x, y in [(0, 0), (10, 10), (20, 0)])
        assert is_curved(high)
        assert read_curves(high, ArcStroker()).equals(flat)


@pytest.mark.parametrize(
    "data",
    [
        half_circle()[:-8],
        simple(8, (0, 0), (1, 1)),
        wkb(10, simple(1, (0, 0))),
        struct.pack("<BII", 1, 8, 2**31) + b"x",
        b"\x01\x0a",
    ],
)
def test_broken_curves_are_an_error_of_ours(data: bytes) -> None:
    with pytest.raises(CurveError):
        read_curves(data, ArcStroker())


def test_endless_nesting_ends() -> None:
    data = b""
    for _ in range(2000):
        data = struct.pack("<BII", 1, 12, 1) + data
    with pytest.raises(CurveError):
        read_curves(data, ArcStroker())


def test_a_geopackage_with_curves_is_imported_and_neighbours_share_the_arc(tmp_path: Path) -> None:
    x, y = 550_000.0, 5_800_000.0
    path = tmp_path / "a.gpkg"
    squares = [shapely.box(x, y, x + 1, y + 1)] * 3
    geopandas.GeoDataFrame({"flstkennz": ["in", "out", "plain"]}, geometry=squares, crs=25832).to_file(
        path, engine="pyogrio", geometry_type="Unknown"
    )
    arc_back = simple(8, (x + 20, y), (x + 10, y + 10), (x, y))
    outside = wkb(10, wkb(9, arc_back, simple(2, (x, y), (x, y + 30), (x + 20, y + 30), (x + 20, y))))
    header = b"GP" + struct.pack("<BBi", 0, 1, 25832)
    with sqlite3.connect(path) as database:
        for function, value in [("IsEmpty", 0), ("MinX", 0.0), ("MaxX", 1e7), ("MinY", 0.0), ("MaxY", 1e7)]:
            database.create_function(f"ST_{function}", 1, lambda _, value=value: value)
        database.execute("UPDATE a SET geom = ? WHERE flstkennz = 'in'", (header + half_circle(x, y),))
        database.execute("UPDATE a SET geom = ? WHERE flstkennz = 'out'", (header + outside,))
    summary = import_features(ImportRequest(layer="parcels", path=path), tmp_path / "store")
    assert summary.ok, summary.error or summary.problems
    assert summary.snapshot is not None
    window = open_snapshot("parcels", summary.snapshot).window((x, y, x + 30, y + 40))
    by_id = dict(zip((number.rstrip("_") for number in window.columns["parcel_id"]), window.geometry, strict=True))
    inner, outer = by_id["in"], by_id["out"]
    assert inner.intersection(outer).area == 0
    assert inner.union(outer).area == pytest.approx(600, abs=1e-6)
    assert np.isclose(by_id["plain"].area, 1)
