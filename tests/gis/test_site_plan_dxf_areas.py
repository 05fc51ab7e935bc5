"""Plots and footprints of real drawings, against areas that ezdxf alone measures on the same entities."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from ezdxf import path as ezpath
from ezdxf import recover
from ezdxf.math import Vec2, area

from gis.plan_crs import place_plan
from gis.readers import read_site_plans
from gis.siteplan import Role, SitePlan, SitePlanError
from tests.gis.builders import CRS

pytestmark = pytest.mark.realdata

#: Metres per unit, from the headers: gate.dxf is in feet, the others are in metres; the French files state nothing.
FEET = 0.3048
FILES = {
    "dxf/1block.dxf": 1.0,
    "dxf/Parking-test.dxf": 1.0,
    "dxf/Test10.dxf": 1.0,
    "dxf/gate.dxf": FEET,
    "dxf/mezz.dxf": 1.0,
    "dxf/mezzanine.dxf": 1.0,
    "dxf/sub10.dxf": 1.0,
    "dxf/test1.dxf": 1.0,
    "dxf_cadastre_fr/1870000A02.DXF": 1.0,
    "dxf_cadastre_fr/1870000C05.DXF": 1.0,
}
FOOTPRINT = r"BLK_\d+_LVL_0_BLDG_FOOT_PRINT|3BATIDUR"
PLOT = "PLOT_BOUNDARY|1PARCELLE"


def measured(file: Path, layers: str, unit: float) -> list[float]:
    """Areas of all polylines on the layers in m², flattened by ezdxf to 1 mm; one drawn twice counts once."""
    found: dict[tuple[int, ...], float] = {}
    for points in outlines(file, layers):
        middle = Vec2.sum(points) / len(points)
        size = abs(area(points)) * unit**2
        found[tuple(round(value, 1) for value in (middle.x, middle.y, size))] = size
    return sorted(found.values())


def outlines(file: Path, layers: str) -> Iterator[list[Vec2]]:
    document, _ = recover.readfile(file)
    for entity in document.modelspace().query("LWPOLYLINE POLYLINE"):
        if re.fullmatch(layers, entity.dxf.layer):
            points = Vec2.list(ezpath.make_path(entity).flattening(0.001))
            # ezdxf repeats the first point where a polyline is closed; without it the middle is that of the corners.
            yield points[:-1] if points[0].isclose(points[-1]) else points


def read(file: Path) -> SitePlan:
    result = read_site_plans(file)
    assert not result.refused
    (plan,) = result.plans
    return plan


def test_every_drawing_is_measured(shared_data: Path) -> None:
    found = {str(file.relative_to(shared_data / "siteplans")) for file in (shared_data / "siteplans").rglob("*.*")}
    assert found == FILES.keys() | {"dxf/houses_of_parliament_georeferenced.dxf"}


@pytest.mark.parametrize("name", FILES)
def test_plots_and_footprints_have_the_areas_that_ezdxf_measures(shared_data: Path, name: str) -> None:
    file = shared_data / "siteplans" / name
    plan = read(file)
    houses = plan.by_role(Role.MAIN_BUILDING, Role.EXISTING_BUILDING)
    expected = measured(file, FOOTPRINT, FILES[name])
    assert expected
    # Straight edges: equal to float rounding; what differs beyond is within the chord tolerance of the few arcs.
    assert sorted(house.geometry.area for house in houses) == pytest.approx(expected, rel=1e-4)
    assert sorted(plot.area for plot in plan.plots) == pytest.approx(measured(file, PLOT, FILES[name]), rel=1e-4)


def test_a_drawing_in_feet_says_so(shared_data: Path) -> None:
    plan = read(shared_data / "siteplans/dxf/gate.dxf")
    assert any("in Fuß gezeichnet" in warning for warning in plan.warnings)
    assert len(plan.by_role(Role.ANCILLARY_BUILDING)) == 1  # drawn open, its last point on the first


def test_frozen_footprints_are_read_where_there_are_no_others_and_people_are_told(shared_data: Path) -> None:
    plan = read(shared_data / "siteplans/dxf/Test10.dxf")
    assert len(plan.by_role(Role.MAIN_BUILDING)) == 2
    assert any("gefrorenen Layern" in warning for warning in plan.warnings)


def test_an_overhang_drawn_open_towards_its_wall_is_closed_and_told(shared_data: Path) -> None:
    plan = read(shared_data / "siteplans/dxf/Parking-test.dxf")
    (overhang,) = plan.by_role(Role.ROOF_OVERHANG)
    # Corners 3699.23/1113.34, 3707.70/1113.34, 3707.70/1115.45 and the open end at 3699.23/1113.87.
    assert overhang.geometry.area == pytest.approx((0.5307 + 2.1026) / 2 * 8.4664, abs=0.01)
    assert overhang.provenance.values["geometry"].kind == "assumed"


def test_drawings_in_coordinates_of_their_own_fit_no_parcels(shared_data: Path) -> None:
    for name in FILES:
        if name.startswith("dxf/"):
            with pytest.raises(SitePlanError, match="passen nicht"):
                place_plan(read(shared_data / "siteplans" / name), CRS)


def test_the_georeferenced_drawing_has_the_area_that_its_matrix_gives(shared_data: Path) -> None:
    file = shared_data / "siteplans/dxf/houses_of_parliament_georeferenced.dxf"
    document, _ = recover.readfile(file)
    matrix, _ = document.modelspace().get_geodata().get_crs_transformation()  # type: ignore[union-attr]
    (points,) = ([Vec2(v) for v in ezpath.make_path(e).flattening(0.001)] for e in document.modelspace())
    (house,) = read(file).features
    assert house.geometry.area == pytest.approx(abs(area(Vec2.list(matrix.transform_vertices(points)))), rel=1e-6)
    assert math.isclose(house.geometry.area, 30386.03, abs_tol=0.01)
