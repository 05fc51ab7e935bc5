"""Placing a drawing by two matched points."""

import math
from pathlib import Path

import ezdxf
import numpy as np
import pytest

from gis.matching import Match
from gis.plan_crs import place_plan
from gis.readers import read_site_plans
from gis.readers.options import ReadOptions
from gis.siteplan import OriginKind, SitePlan, SitePlanError
from tests.gis.builders import CRS, EAST, NORTH

Point = tuple[float, float]


def match(drawing: tuple[Point, Point], ground: tuple[Point, Point]) -> Match:
    return Match(drawing, tuple((EAST + x, NORTH + y) for x, y in ground), CRS)  # type: ignore[arg-type]


def read(folder: Path, points: Match | None, *, units: int = 6, scale: float = 1.0) -> SitePlan:
    """A house of 10 m x 8 m at (100, 50) of a drawing in coordinates of its own."""
    document = ezdxf.new("R2018")
    document.header["$INSUNITS"] = units
    house = [(100, 50), (110, 50), (110, 58), (100, 58)]
    scaled = [(x * scale, y * scale) for x, y in house]
    document.modelspace().add_lwpolyline(scaled, close=True, dxfattribs={"layer": "Hauptgebäude"})
    document.saveas(folder / "plan.dxf")
    (plan,) = read_site_plans(folder / "plan.dxf", options=ReadOptions(match=points)).plans
    return plan


# The corners (100, 50) and (100, 70) of the drawing, and where they are when it is turned by 90 degrees to the left.
TURNED = match(((100, 50), (100, 70)), ((5, 7), (-15, 7)))


def test_both_points_meet_and_the_drawing_keeps_its_size(tmp_path: Path) -> None:
    plan = read(tmp_path, TURNED)
    (house,) = plan.features
    assert plan.crs == CRS
    # (100, 50) goes to (5, 7); east becomes north, north becomes west.
    assert house.geometry.bounds == pytest.approx((EAST - 3, NORTH + 7, EAST + 5, NORTH + 17))
    assert house.geometry.area == pytest.approx(80)
    assert house.provenance.values["geometry"].kind is OriginKind.DERIVED
    (warning,) = place_plan(plan, CRS).warnings
    assert "Drehung 90,00°" in warning
    assert "Restklaffung 0 mm auf 20,00 m" in warning


def test_a_small_misfit_is_shared_by_the_scale_and_shown(tmp_path: Path) -> None:
    # 20.004 m on the ground for 20 m drawn: 4 mm, 0.2 per mille.
    plan = read(tmp_path, match(((100, 50), (100, 70)), ((0, 0), (0, 20.004))))
    assert plan.features[0].geometry.area == pytest.approx(80 * 1.0002**2)
    assert "Maßstab 1,00020, Restklaffung 4 mm" in plan.warnings[0]


def test_a_wrong_unit_is_refused_with_the_numbers_and_the_unit_that_fits(tmp_path: Path) -> None:
    far = match(((100_000, 50_000), (100_000, 70_000)), ((0, 0), (0, 20)))
    with pytest.raises(SitePlanError, match="Millimeter als Zeichnungseinheit") as caught:
        read(tmp_path, far, units=6, scale=1000)
    assert caught.value.code == "match_scale"
    assert "20.000,000 m" in caught.value.message
    assert "20,000 m" in caught.value.message
    assert "0,995 bis 1,005" in caught.value.message
    assert read(tmp_path, far, units=4, scale=1000).features[0].geometry.area == pytest.approx(80)


@pytest.mark.parametrize(("distance", "accepted"), [(20.099, True), (19.901, True), (20.101, False), (19.899, False)])
def test_the_scale_may_differ_by_half_a_percent(tmp_path: Path, distance: float, accepted: bool) -> None:
    points = match(((100, 50), (100, 70)), ((0, 0), (0, distance)))
    if accepted:
        assert read(tmp_path, points).features
    else:
        with pytest.raises(SitePlanError, match="Verhältnis"):
            read(tmp_path, points)


def test_points_close_together_are_told(tmp_path: Path) -> None:
    # 2 m apart, while the house has a diagonal of 12.81 m.
    plan = read(tmp_path, match(((100, 50), (100, 52)), ((0, 0), (0, 2))))
    assert any("nur 2,00 m auseinander, die Zeichnung misst 13 m" in warning for warning in plan.warnings)


def test_without_a_unit_the_points_tell_it(tmp_path: Path) -> None:
    plan = read(tmp_path, match(((10_000, 5_000), (10_000, 7_000)), ((0, 0), (0, 20))), units=0, scale=100)
    assert "keine Einheit; nach den Passpunkten sind es Zentimeter" in plan.warnings[0]
    with pytest.raises(SitePlanError, match="keiner üblichen"):
        read(tmp_path, match(((100, 50), (100, 70)), ((0, 0), (0, 14))), units=0)


def test_points_too_close_equal_or_not_finite_are_refused() -> None:
    for drawing, ground, word in (
        (((0, 0), (0, 0)), ((0, 0), (0, 20)), "gleich"),
        (((0, 0), (0, 20)), ((0, 0), (0, 0.5)), "auseinander"),
        (((0, 0), (0, math.nan)), ((0, 0), (0, 20)), "Zahlen"),
        (((0, 0), (0, 20)), ((0, 0), (0, math.inf)), "Zahlen"),
    ):
        with pytest.raises(SitePlanError, match=word):
            match(drawing, ground)  # type: ignore[arg-type]


def test_large_coordinates_keep_their_digits() -> None:
    points = Match(((4e6, 9e6), (4e6 + 30, 9e6 + 40)), ((EAST, NORTH), (EAST + 30, NORTH + 40)), CRS)
    moved = points.to_ground(np.array([[4e6 + 3, 9e6 + 4]]))
    assert moved[0] == pytest.approx((EAST + 3, NORTH + 4), abs=1e-8)


@pytest.mark.realdata
def test_a_georeferenced_drawing_does_not_use_the_points(shared_data: Path) -> None:
    file = shared_data / "siteplans/dxf/houses_of_parliament_georeferenced.dxf"
    (plan,) = read_site_plans(file, options=ReadOptions(match=TURNED)).plans
    assert plan.crs is not None
    assert plan.crs.to_epsg() == 27700
    assert any("Passpunkte wurden nicht benutzt" in warning for warning in plan.warnings)


def test_points_for_a_file_that_is_no_drawing_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan.geojson"
    path.write_text('{"type": "FeatureCollection", "features": []}')
    with pytest.raises(SitePlanError, match="nur für Zeichnungen"):
        read_site_plans(path, options=ReadOptions(match=TURNED))
