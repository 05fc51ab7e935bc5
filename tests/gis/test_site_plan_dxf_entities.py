"""Reading site plans from DXF: hatches, faces, nested blocks, hidden layers, paper space, bodies."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ezdxf
import numpy as np
import pytest
import shapely

from gis.readers import read_site_plans
from gis.siteplan import OriginKind, PlanFile, Role, SitePlan, SitePlanError

HOUSE = {"layer": "Hauptgebäude"}
GARAGE = {"layer": "Garage"}
SQUARE = [(0, 0), (10, 0), (10, 10), (0, 10)]
Draw = Callable[[Any], object]


def read(folder: Path, draw: Draw, *, units: int = 6, version: str = "R2018") -> PlanFile:
    document = ezdxf.new(version)
    document.header["$INSUNITS"] = units
    draw(document.modelspace())
    document.saveas(folder / "plan.dxf")
    return read_site_plans(folder / "plan.dxf")


def only(result: PlanFile) -> SitePlan:
    assert not result.refused
    (plan,) = result.plans
    return plan


def refusal(result: PlanFile) -> SitePlanError:
    (error,) = result.refused.values()
    return error


def test_a_hatch_with_a_polyline_boundary_and_a_courtyard_is_an_area_with_a_hole(tmp_path: Path) -> None:
    def draw(space: Any) -> None:
        hatch = space.add_hatch(dxfattribs=HOUSE)
        hatch.paths.add_polyline_path(SQUARE, is_closed=True, flags=1)
        hatch.paths.add_polyline_path([(3, 3), (7, 3), (7, 7), (3, 7)], is_closed=True, flags=16)

    (house,) = only(read(tmp_path, draw)).features
    assert house.geometry.area == pytest.approx(100 - 16)
    assert len(house.geometry.interiors) == 1  # type: ignore[union-attr]


def test_a_hatch_that_ignores_islands_is_its_outer_boundary(tmp_path: Path) -> None:
    def draw(space: Any) -> None:
        hatch = space.add_hatch(dxfattribs={**HOUSE, "hatch_style": 2})
        hatch.paths.add_polyline_path(SQUARE, is_closed=True, flags=1)
        hatch.paths.add_polyline_path([(3, 3), (7, 3), (7, 7), (3, 7)], is_closed=True, flags=0)

    (house,) = only(read(tmp_path, draw)).features
    assert house.geometry.area == pytest.approx(100)


def test_edges_of_a_hatch_are_joined_whichever_way_they_run(tmp_path: Path) -> None:
    """A rectangle of 10 x 4 with half circles of radius 2 at both ends: 40 + 4 pi, once with each kind of arc edge."""

    def draw(space: Any) -> None:
        for layer, shift, ellipse in ((HOUSE, 0, False), (GARAGE, 100, True)):
            path = space.add_hatch(dxfattribs=layer).paths.add_edge_path(flags=1)
            path.add_line((shift, 0), (shift + 10, 0))
            if ellipse:
                path.add_ellipse((shift + 10, 2), (0, 2), 1, 180, 360, ccw=True)
            else:
                path.add_arc((shift + 10, 2), 2, 270, 90, ccw=True)
            path.add_line((shift, 4), (shift + 10, 4))  # against the direction
            path.add_arc((shift, 2), 2, 90, 270, ccw=True)

    house, garage = only(read(tmp_path, draw)).features
    for shape in (house.geometry, garage.geometry):
        assert shape.is_valid
        assert shape.area == pytest.approx(40 + 4 * math.pi, abs=0.01 * 4 * math.pi)


def test_a_spline_edge_closes_a_hatch(tmp_path: Path) -> None:
    def draw(space: Any) -> None:
        path = space.add_hatch(dxfattribs=HOUSE).paths.add_edge_path(flags=1)
        path.add_line((0, 0), (9, 0))
        # A cubic Bézier from (9, 0) over (6, 6) and (3, 6) to (0, 0): area 3/20 · (…) = 18.9 by its polynomial.
        path.add_spline(control_points=[(9, 0), (6, 6), (3, 6), (0, 0)], degree=3, knot_values=[0, 0, 0, 0, 1, 1, 1, 1])

    (house,) = only(read(tmp_path, draw)).features
    t = np.linspace(0, 1, 100_001)
    x = 9 * (1 - t) ** 3 + 18 * (1 - t) ** 2 * t + 9 * (1 - t) * t**2
    y = 18 * (1 - t) ** 2 * t + 18 * (1 - t) * t**2
    expected = abs(np.trapezoid(y, x))
    assert house.geometry.area == pytest.approx(expected, abs=0.01 * 12)


def test_an_outline_and_its_hatch_are_one_building(tmp_path: Path) -> None:
    def draw(space: Any) -> None:
        space.add_lwpolyline(SQUARE, close=True, dxfattribs=HOUSE)
        space.add_hatch(dxfattribs=HOUSE).paths.add_polyline_path(SQUARE, is_closed=True, flags=1)

    plan = only(read(tmp_path, draw))
    assert len(plan.features) == 1
    assert any("deckungsgleich" in warning for warning in plan.warnings)


def test_solids_and_faces_are_united(tmp_path: Path) -> None:
    def draw(space: Any) -> None:
        space.add_solid([(0, 0), (10, 0), (0, 5), (10, 5)], dxfattribs=HOUSE)  # third and fourth corner swapped
        space.add_3dface([(0, 5, 0), (10, 5, 3), (10, 8, 3), (0, 8, 0)], dxfattribs=HOUSE)
        space.add_3dface([(0, 0, 0), (10, 0, 0), (10, 0, 3), (0, 0, 3)], dxfattribs=HOUSE)  # a wall seen from above

    (house,) = only(read(tmp_path, draw)).features
    assert house.geometry.area == pytest.approx(80)
    assert house.provenance.values["geometry"].kind is OriginKind.DERIVED


def test_the_faces_of_a_mesh_are_united(tmp_path: Path) -> None:
    def draw(space: Any) -> None:
        mesh = space.add_polymesh((3, 3), dxfattribs=HOUSE)
        for row in range(3):
            for column in range(3):
                mesh.set_mesh_vertex((row, column), (row * 2, column * 3, row + column))

    (house,) = only(read(tmp_path, draw)).features
    assert house.geometry.area == pytest.approx(4 * 6)


def test_nested_scaled_rotated_and_mirrored_blocks_land_where_they_are_drawn(tmp_path: Path) -> None:
    def draw(space: Any) -> None:
        unit = space.doc.blocks.new("EINHEIT")
        unit.add_lwpolyline([(0, 0), (2, 0), (2, 1), (0, 1)], close=True, dxfattribs={"layer": "0"})
        outer = space.doc.blocks.new("AUSSEN")
        outer.add_blockref("EINHEIT", (1, 1), dxfattribs={"layer": "0", "xscale": 3, "yscale": 3})
        outer.add_blockref("EINHEIT", (0, 0), dxfattribs=GARAGE)
        # A quarter turn, then mirrored by a negative scale: (x, y) -> (100 + 2 y', ...).
        space.add_blockref("AUSSEN", (100, 50), dxfattribs={**HOUSE, "rotation": 90, "xscale": -1})

    plan = only(read(tmp_path, draw))
    (house,), (garage,) = plan.by_role(Role.MAIN_BUILDING), plan.by_role(Role.GARAGE)
    # The house in the block lies at 1..7 / 1..4. Mirrored: -7..-1 / 1..4. Turned by 90 degrees: -4..-1 / -7..-1.
    assert house.geometry.bounds == pytest.approx((96, 43, 99, 49))
    # The garage at 0..2 / 0..1; mirrored -2..0 / 0..1; turned -1..0 / -2..0.
    assert garage.geometry.bounds == pytest.approx((99, 48, 100, 50))


def test_an_array_of_blocks_gives_every_copy(tmp_path: Path) -> None:
    def draw(space: Any) -> None:
        block = space.doc.blocks.new("STELLPLATZ")
        block.add_lwpolyline([(0, 0), (2.5, 0), (2.5, 5), (0, 5)], close=True, dxfattribs={"layer": "0"})
        grid = {"column_count": 4, "row_count": 2, "column_spacing": 2.5, "row_spacing": 11}
        space.add_blockref("STELLPLATZ", (0, 0), dxfattribs={"layer": "Stellplätze", **grid})

    features = only(read(tmp_path, draw)).features
    assert len(features) == 8
    assert shapely.union_all([f.geometry for f in features]).bounds == pytest.approx((0, 0, 10, 16))
    assert len({f.id for f in features}) == 8


def test_a_circle_in_a_block_scaled_differently_in_x_and_y_is_an_ellipse(tmp_path: Path) -> None:
    def draw(space: Any) -> None:
        space.doc.blocks.new("TURM").add_circle((0, 0), 1, dxfattribs={"layer": "0"})
        space.add_blockref("TURM", (0, 0), dxfattribs={**HOUSE, "xscale": 4, "yscale": 2})
        round_ended = space.doc.blocks.new("RUND")
        round_ended.add_lwpolyline([(0, 0, 0), (4, 0, 1), (4, 2, 0), (0, 2, 1)], format="xyb", close=True)
        space.add_blockref("RUND", (50, 0), dxfattribs={**GARAGE, "xscale": 2, "yscale": 1})

    plan = only(read(tmp_path, draw))
    (tower,), (rounded,) = plan.by_role(Role.MAIN_BUILDING), plan.by_role(Role.GARAGE)
    assert tower.geometry.area == pytest.approx(math.pi * 4 * 2, abs=0.01 * 20)
    # Two half circles of radius 1, stretched to half ellipses 2 x 1, beside a rectangle of 8 x 2.
    assert rounded.geometry.area == pytest.approx(16 + math.pi * 2, abs=0.01 * 10)


def test_blocks_without_end_are_refused(tmp_path: Path) -> None:
    def draw(space: Any) -> None:
        for level in range(20):
            block = space.doc.blocks.new(f"B{level}")
            if level:
                block.add_blockref(f"B{level - 1}", (0, 0))
        space.add_blockref("B19", (0, 0), dxfattribs=HOUSE)

    with pytest.raises(SitePlanError, match="geschachtelt"):
        read(tmp_path, draw)


def test_drawings_in_millimetres_keep_arcs_within_a_centimetre_and_no_finer(tmp_path: Path) -> None:
    def circle(space: Any) -> None:
        space.add_circle((0, 0), 5000, dxfattribs=GARAGE)

    (garage,) = only(read(tmp_path, circle, units=4)).features
    points = shapely.get_coordinates(garage.geometry)
    middles = (points[1:] + points[:-1]) / 2
    assert 0.005 < 5 - np.hypot(*middles.T).min() <= 0.01


def test_a_unit_of_the_stars_is_refused_and_survey_feet_are_not_feet(tmp_path: Path) -> None:
    def square(space: Any) -> None:
        space.add_lwpolyline(SQUARE, close=True, dxfattribs=GARAGE)

    with pytest.raises(SitePlanError, match=r"\$INSUNITS = 18"):
        read(tmp_path, square, units=18)
    (garage,) = only(read(tmp_path, square, units=21)).features
    assert garage.geometry.area == pytest.approx(100 * (1200 / 3937) ** 2, rel=1e-12)
    (garage,) = only(read(tmp_path, square, units=2)).features
    assert garage.geometry.area == pytest.approx(100 * 0.3048**2, rel=1e-12)


def test_hidden_layers_and_entities_are_left_out_and_told(tmp_path: Path) -> None:
    def draw(space: Any) -> None:
        space.doc.layers.add("Garage").off()
        space.doc.layers.add("Terrasse").freeze()
        space.add_lwpolyline(SQUARE, close=True, dxfattribs=HOUSE)
        space.add_lwpolyline([(x + 20, y) for x, y in SQUARE], close=True, dxfattribs={**HOUSE, "invisible": 1})
        space.add_lwpolyline(SQUARE, close=True, dxfattribs=GARAGE)
        space.doc.blocks.new("B").add_lwpolyline(SQUARE, close=True, dxfattribs={"layer": "Balkon"})
        space.add_blockref("B", (0, 0), dxfattribs={"layer": "Terrasse"})

    plan = only(read(tmp_path, draw))
    assert [f.role for f in plan.features] == [Role.MAIN_BUILDING]
    (warning,) = (w for w in plan.warnings if "nicht gelesen" in w)
    assert all(name in warning for name in ("„Balkon“", "„Garage“", "„Hauptgebäude“"))


def test_paper_space_counts_for_nothing_and_people_are_told(tmp_path: Path) -> None:
    def draw(space: Any) -> None:
        space.add_lwpolyline(SQUARE, close=True, dxfattribs=HOUSE)
        space.doc.layout("Layout1").add_lwpolyline(SQUARE, close=True, dxfattribs=GARAGE)

    plan = only(read(tmp_path, draw))
    assert len(plan.features) == 1
    assert any("Papierbereich" in warning for warning in plan.warnings)

    def paper_only(space: Any) -> None:
        space.doc.layout("Layout1").add_lwpolyline(SQUARE, close=True, dxfattribs=GARAGE)

    with pytest.raises(SitePlanError, match="Papierbereich"):
        read(tmp_path, paper_only)


def test_bodies_without_an_outline_and_other_files_are_named(tmp_path: Path) -> None:
    def body(space: Any) -> None:
        space.add_lwpolyline(SQUARE, close=True, dxfattribs=HOUSE)
        space.add_region(dxfattribs=GARAGE).sat = ["400 0 1 0", "1 x 1 x 24 Thu Jan 01 00:00:00 2026", "1 1e-06 1e-10"]

    error = refusal(read(tmp_path, body, version="R2000"))
    assert error.code == "no_outline"
    assert "REGION" in error.message
    assert "Garage" in error.place

    def xref(space: Any) -> None:
        space.add_lwpolyline(SQUARE, close=True, dxfattribs=HOUSE)
        space.doc.add_xref_def("kataster.dwg", "KATASTER")
        space.add_blockref("KATASTER", (0, 0))

    plan = only(read(tmp_path, xref))
    assert any("„KATASTER“" in warning for warning in plan.warnings)


def test_lines_with_small_gaps_are_closed_and_wide_gaps_are_named(tmp_path: Path) -> None:
    def lines(gap: float) -> Draw:
        def draw(space: Any) -> None:
            space.add_line((0, 0), (10, 0), dxfattribs=HOUSE)
            space.add_line((10, 8), (10, gap), dxfattribs=HOUSE)
            space.add_lwpolyline([(10, 8), (0, 8), (0, 0)], dxfattribs=HOUSE)

        return draw

    plan = only(read(tmp_path, lines(0.008)))
    assert plan.features[0].geometry.area == pytest.approx(80, abs=0.1)
    assert any("Lücken bis 1 cm" in warning for warning in plan.warnings)
    assert not any("Lücken" in warning for warning in only(read(tmp_path, lines(0))).warnings)
    error = refusal(read(tmp_path, lines(0.05)))
    assert error.code == "not_closed"
    assert "x = 10.000" in error.message


def test_lines_with_a_partition_wall_are_cut_where_they_meet(tmp_path: Path) -> None:
    def draw(space: Any) -> None:
        for start, end in (
            ((0, 0), (10, 0)),
            ((10, 0), (10, 8)),
            ((10, 8), (0, 8)),
            ((0, 8), (0, 0)),
            ((4, 0), (4, 8)),
        ):
            space.add_line(start, end, dxfattribs=HOUSE)

    plan = only(read(tmp_path, draw))
    assert sorted(round(f.geometry.area) for f in plan.features) == [32, 48]


def test_attributes_in_layer_names_and_the_drawn_plot_are_read(tmp_path: Path) -> None:
    def draw(space: Any) -> None:
        space.add_lwpolyline(SQUARE, close=True, dxfattribs={"layer": "LP_Neubau_TH5,80_FH9.40"})
        space.add_lwpolyline(
            [(-5, -5), (25, -5), (25, 20), (-5, 20)], close=True, dxfattribs={"layer": "Grundstücksgrenze"}
        )

    plan = only(read(tmp_path, draw))
    (house,) = plan.features
    assert (house.eaves_height_m, house.ridge_height_m, house.wall_height_m) == (5.8, 9.4, None)
    assert house.provenance.values["eaves_height_m"].note == "Layername „LP_Neubau_TH5,80_FH9.40“"
    assert [plot.area for plot in plan.plots] == [750]


def test_curves_without_measure_end_in_a_refusal(tmp_path: Path) -> None:
    def draw(space: Any) -> None:
        space.add_circle((0, 0), 1e13, dxfattribs=HOUSE)

    assert refusal(read(tmp_path, draw)).code == "not_finite"
