"""Reading site plans from DXF, in a limited process."""

import math
from pathlib import Path

import ezdxf
import pytest
import shapely
from ezdxf.layouts import Modelspace

from gis.plan_crs import place_plan
from gis.readers import read_site_plans
from gis.readers.dxf import read_dxf
from gis.readers.dxf_layer_map import LayerMapError, load_layer_map
from gis.siteplan import Origin, OriginKind, PlanFile, Role, SitePlan, SitePlanError
from gis.validation import Limits
from tests.gis.builders import CRS, EAST, NORTH

HOUSE = [(EAST, NORTH), (EAST + 10, NORTH), (EAST + 10, NORTH + 8), (EAST, NORTH + 8)]


def save(folder: Path, draw: object, *, units: int = 6) -> Path:
    document = ezdxf.new("R2018")
    document.header["$INSUNITS"] = units
    draw(document.modelspace())  # type: ignore[operator]
    path = folder / "plan.dxf"
    document.saveas(path)
    return path


def only(result: PlanFile) -> SitePlan:
    assert not result.refused
    (plan,) = result.plans
    return plan


def test_outlines_on_known_layers_get_role_and_wall_height(tmp_path: Path) -> None:
    def draw(space: Modelspace) -> None:
        space.add_lwpolyline(HOUSE, close=True, dxfattribs={"layer": "Hauptgebäude_H6,25"})
        space.add_lwpolyline([(x + 20, y) for x, y in HOUSE], close=True, dxfattribs={"layer": "GARAGE"})
        space.add_lwpolyline(HOUSE, close=True, dxfattribs={"layer": "MOEBEL"})
        space.add_text("Haus", dxfattribs={"layer": "GARAGE"})

    plan = only(read_site_plans(save(tmp_path, draw)))
    assert [(f.role, f.wall_height_m) for f in plan.features] == [(Role.MAIN_BUILDING, 6.25), (Role.GARAGE, None)]
    assert plan.features[0].geometry.area == pytest.approx(80)
    assert plan.features[0].provenance.values["wall_height_m"] == Origin(
        OriginKind.GIVEN, "Layername „Hauptgebäude_H6,25“"
    )
    assert plan.crs is None
    assert any("„MOEBEL“" in warning and "nicht gelesen" in warning for warning in plan.warnings)
    placed = place_plan(plan, CRS)
    assert any("kein Koordinatenreferenzsystem" in warning for warning in placed.warnings)


def test_arcs_become_lines_within_a_centimetre(tmp_path: Path) -> None:
    def draw(space: Modelspace) -> None:
        # A half circle of radius 5 m as a bulge, and a full one: areas ½ · π · 25 and π · 25.
        space.add_lwpolyline([(0, 0, 1), (10, 0, 0)], format="xyb", close=True, dxfattribs={"layer": "terrasse"})
        space.add_circle((30, 0), 5, dxfattribs={"layer": "garage"})

    terrace, garage = only(read_site_plans(save(tmp_path, draw))).features
    assert terrace.geometry.area == pytest.approx(12.5 * math.pi, abs=0.01 * 5 * math.pi)
    for x, y in garage.geometry.exterior.coords:  # type: ignore[union-attr]
        assert math.hypot(x - 30, y) == pytest.approx(5, abs=1e-9)
    for shape, centre in ((terrace.geometry, shapely.Point(5, 0)), (garage.geometry, shapely.Point(30, 0))):
        curve = shape.exterior.difference(shapely.box(-1, -0.001, 11, 0.001))  # type: ignore[union-attr]
        assert 5 - 0.0101 < curve.distance(centre) <= 5


def test_drawing_units_become_metres_and_the_user_is_told(tmp_path: Path) -> None:
    def draw(space: Modelspace) -> None:
        space.add_lwpolyline(
            [(0, 0), (10_000, 0), (10_000, 8_000), (0, 8_000)], close=True, dxfattribs={"layer": "garage"}
        )

    plan = only(read_site_plans(save(tmp_path, draw, units=4)))
    assert plan.features[0].geometry.area == pytest.approx(80)
    assert any("Millimeter" in warning for warning in plan.warnings)
    unitless = only(read_site_plans(save(tmp_path, draw, units=0)))
    assert any("keine Einheit" in warning for warning in unitless.warnings)


def test_single_lines_are_joined_and_an_open_one_is_named(tmp_path: Path) -> None:
    def draw(space: Modelspace) -> None:
        for start, end in zip(HOUSE, HOUSE[1:] + HOUSE[:1], strict=True):
            space.add_line(start, end, dxfattribs={"layer": "Gebäude"})

    assert only(read_site_plans(save(tmp_path, draw))).features[0].geometry.area == pytest.approx(80)

    def draw_open(space: Modelspace) -> None:
        space.add_lwpolyline(HOUSE, dxfattribs={"layer": "Gebäude"})

    (error,) = read_site_plans(save(tmp_path, draw_open)).refused.values()
    assert error.code == "not_closed"
    assert "Gebäude" in error.place


def test_blocks_are_taken_apart(tmp_path: Path) -> None:
    def draw(space: Modelspace) -> None:
        block = space.doc.blocks.new("HAUS")
        block.add_lwpolyline([(0, 0), (10, 0), (10, 8), (0, 8)], close=True, dxfattribs={"layer": "0"})
        space.add_blockref("HAUS", (EAST, NORTH), dxfattribs={"layer": "Hauptgebäude"})

    (house,) = only(read_site_plans(save(tmp_path, draw))).features
    assert house.role is Role.MAIN_BUILDING
    assert house.geometry.bounds == pytest.approx((EAST, NORTH, EAST + 10, NORTH + 8))


def test_crossing_outlines_and_unknown_layers_are_refused(tmp_path: Path) -> None:
    def bow(space: Modelspace) -> None:
        space.add_lwpolyline([(0, 0), (10, 10), (10, 0), (0, 10)], close=True, dxfattribs={"layer": "garage"})

    (error,) = read_site_plans(save(tmp_path, bow)).refused.values()
    assert error.code == "self_crossing"

    def strange(space: Modelspace) -> None:
        space.add_lwpolyline(HOUSE, close=True, dxfattribs={"layer": "XYZ"})

    with pytest.raises(SitePlanError, match="XYZ"):
        read_site_plans(save(tmp_path, strange))


def test_time_memory_and_size_are_limited(tmp_path: Path) -> None:
    def draw(space: Modelspace) -> None:
        space.add_lwpolyline(
            [(math.cos(i), math.sin(i)) for i in range(2000)], close=True, dxfattribs={"layer": "garage"}
        )

    path = save(tmp_path, draw)
    with pytest.raises(SitePlanError, match="zu viele Punkte"):
        read_dxf(path, "plan", Limits(vertices=500))
    with pytest.raises(SitePlanError, match="zu umfangreich"):
        read_dxf(path, "plan", Limits(memory_bytes=30_000_000))


def test_a_block_that_multiplies_itself_ends_in_a_refusal(tmp_path: Path) -> None:
    def draw(space: Modelspace) -> None:
        document = space.doc
        document.blocks.new("B0").add_lwpolyline(HOUSE, close=True, dxfattribs={"layer": "garage"})
        for level in range(1, 12):  # 10^11 outlines
            block = document.blocks.new(f"B{level}")
            for _ in range(10):
                block.add_blockref(f"B{level - 1}", (0, 0))
        space.add_blockref("B11", (0, 0))

    with pytest.raises(SitePlanError):
        read_dxf(save(tmp_path, draw), "plan", Limits(seconds=5))


def test_an_unreadable_layer_map_is_named(tmp_path: Path) -> None:
    path = tmp_path / "karte.toml"
    path.write_text("[[layer]]\npattern = '('\nrole = 'garage'\n")
    with pytest.raises(LayerMapError, match=r"karte\.toml"):
        load_layer_map(path)


@pytest.mark.realdata
def test_a_georeferenced_drawing_lands_where_it_belongs(shared_data: Path) -> None:
    plan = only(read_site_plans(shared_data / "siteplans/dxf/houses_of_parliament_georeferenced.dxf"))
    assert plan.crs is not None
    assert plan.crs.to_epsg() == 27700
    xmin, ymin, xmax, ymax = plan.bounds
    # The Palace of Westminster on the British National Grid; the drawing itself is in inches.
    assert 530_100 < xmin < xmax < 530_400
    assert 179_300 < ymin < ymax < 179_700


@pytest.mark.realdata
def test_a_cadastral_drawing_fits_the_crs_of_its_parcels(shared_data: Path) -> None:
    import pyproj

    plan = only(read_site_plans(shared_data / "siteplans/dxf_cadastre_fr/1870000A02.DXF"))
    placed = place_plan(plan, pyproj.CRS.from_epsg(2154))
    assert len(placed.by_role(Role.EXISTING_BUILDING)) == 3


def outcome(path: Path) -> tuple[tuple[SitePlan, ...], list[str]]:
    """Plans of a file and the reasons for what was refused."""
    try:
        result = read_site_plans(path)
    except SitePlanError as error:
        return (), [error.message]
    return result.plans, [error.message for error in result.refused.values()]


@pytest.mark.realdata
def test_every_hostile_drawing_is_read_or_refused_with_a_german_reason(shared_data: Path) -> None:
    files = sorted((shared_data / "hostile/dxf").glob("*.dxf"))
    assert len(files) > 10
    for path in files:
        plans, reasons = outcome(path)
        assert plans or reasons, path.name
        assert all(reason.endswith(".") for reason in reasons), path.name
