"""The process that reads DXF, here called directly: curves, blocks, units, limits."""

import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import ezdxf
import pytest
from ezdxf.layouts import Modelspace

from gis.readers.dxf_child import read
from gis.readers.dxf_curves import CurveError, arc_points, with_arcs
from gis.readers.dxf_outlines import RefusedError


def job(path: Path, **changes: Any) -> dict[str, Any]:
    return {
        "path": str(path),
        "patterns": ["W.*"],
        "sagitta_m": 0.01,
        "metres_per_unit": None,
        "vertices": 10_000,
        "entities": 1_000,
    } | changes


def drawing(folder: Path, draw: Any, version: str = "R2018") -> Path:
    document = ezdxf.new(version)
    document.header["$INSUNITS"] = 6
    draw(document.modelspace())
    path = folder / "plan.dxf"
    document.saveas(path)
    return path


def test_every_kind_of_curve_becomes_points_on_the_curve(tmp_path: Path) -> None:
    wanted = {"layer": "WAND"}

    def draw(space: Modelspace) -> None:
        space.add_line((0, 0), (1, 0), dxfattribs=wanted)
        space.add_arc((0, 0), 5, 0, 90, dxfattribs=wanted)
        space.add_circle((0, 0), 5, dxfattribs=wanted)
        space.add_ellipse((0, 0), (5, 0), 0.5, dxfattribs=wanted)
        space.add_spline([(0, 0), (1, 1), (2, 0)], dxfattribs=wanted)
        space.add_polyline2d([(0, 0, 1), (10, 0, 0)], format="xyb", close=True, dxfattribs=wanted)
        space.add_polyline3d([(0, 0, 1), (1, 0, 2), (1, 1, 3)], dxfattribs=wanted)
        space.add_text("Wand", dxfattribs=wanted)
        space.add_line((0, 0), (1, 0), dxfattribs={"layer": "ANDERE"})

    result = read(job(drawing(tmp_path, draw)))
    assert (result["unit"], result["geodata"]) == (6, None)
    assert result["layers"] == ["ANDERE", "WAND"]
    kinds = [outline["kind"] for outline in result["outlines"]]
    assert kinds == ["LINE", "ARC", "CIRCLE", "ELLIPSE", "SPLINE", "POLYLINE", "POLYLINE"]
    shapes = [outline["shape"] for outline in result["outlines"]]
    assert shapes == ["line", "line", "ring", "ring", "line", "ring", "line"]
    (arc,) = result["outlines"][1]["rings"]
    assert all(math.hypot(x, y) == pytest.approx(5) for x, y in arc)
    (half_circle,) = result["outlines"][5]["rings"]
    assert all(math.hypot(x - 5, y) == pytest.approx(5) for x, y in half_circle)


def test_a_bulge_bends_to_the_right_of_the_chord_when_positive() -> None:
    # Counter-clockwise from (0, 0) to (10, 0): the half circle lies below the chord.
    points = with_arcs([(0, 0, 1), (10, 0, 0)], False, 0.01)
    assert points[0] == (0, 0)
    assert points[-1] == (10, 0)
    assert min(y for _, y in points) == pytest.approx(-5, abs=0.01)
    assert max(y for _, y in points) == pytest.approx(0, abs=1e-9)
    assert min(y for _, y in with_arcs([(0, 0, -1), (10, 0, 0)], False, 0.01)) == pytest.approx(0, abs=1e-9)
    assert with_arcs([(0, 0, 0), (1, 0, 0), (1, 0, 1)], False, 0.01) == [(0, 0), (1, 0), (1, 0)]


def test_an_arc_runs_counter_clockwise_and_a_full_one_closes_exactly() -> None:
    quarter = arc_points((1, 1), 2, 350, 80, 0.01)
    assert quarter[0] == pytest.approx((1 + 2 * math.cos(math.radians(350)), 1 + 2 * math.sin(math.radians(350))))
    assert quarter[-1] == pytest.approx((1 + 2 * math.cos(math.radians(80)), 1 + 2 * math.sin(math.radians(80))))
    circle = arc_points((0, 0), 5, 0, 360, 0.01)
    assert circle[0] == circle[-1]
    middles = [math.dist((0, 0), ((a + c) / 2, (b + d) / 2)) for (a, b), (c, d) in pairwise(circle)]
    assert 5 - 0.01 <= min(middles) < 5 - 0.005
    with pytest.raises(CurveError):
        arc_points((0, 0), 1e12, 0, 360, 0.01)


def test_parts_of_blocks_on_layer_zero_lie_on_the_layer_of_the_reference(tmp_path: Path) -> None:
    def draw(space: Modelspace) -> None:
        block = space.doc.blocks.new("B")
        block.add_line((0, 0), (1, 0), dxfattribs={"layer": "0"})
        block.add_line((0, 0), (1, 0), dxfattribs={"layer": "WEG"})
        space.add_blockref("B", (5, 5), dxfattribs={"layer": "WAND"})

    result = read(job(drawing(tmp_path, draw)))
    assert [(o["layer"], o["rings"][0][0]) for o in result["outlines"]] == [("WAND", (5, 5)), ("WEG", (5, 5))]


def test_limits_and_unreadable_files_are_refused(tmp_path: Path) -> None:
    path = drawing(tmp_path, lambda space: space.add_circle((0, 0), 5, dxfattribs={"layer": "WAND"}))
    with pytest.raises(RefusedError, match="zu viele Punkte"):
        read(job(path, vertices=5))
    with pytest.raises(RefusedError, match="zu viele Elemente"):
        read(job(path, entities=0))
    path.write_text("kein DXF")
    with pytest.raises(RefusedError, match="keine lesbare"):
        read(job(path))


def test_coordinates_that_are_no_numbers_are_marked(tmp_path: Path) -> None:
    path = drawing(
        tmp_path, lambda space: space.add_lwpolyline([(0, 0), (1, 0), (7.25, 1)], dxfattribs={"layer": "WAND"})
    )
    path.write_text(path.read_text().replace("7.25", "1e400"))
    (outline,) = read(job(path))["outlines"]
    assert outline["rings"] is None
