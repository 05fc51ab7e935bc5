"""Bringing plans to the CRS of the parcels: what is assumed, recognised, warned about and refused."""

from dataclasses import replace

import numpy as np
import pyproj
import pytest
import shapely

from gis.plan_crs import place_plan
from gis.siteplan import PlanFeature, SitePlan, SitePlanError
from tests.gis.builders import CRS, EAST, NORTH, box, feature, plan

HOUSE = box(4, 4, 14, 16)


def moved(x: float, y: float, crs: pyproj.CRS | None) -> SitePlan:
    shape = shapely.transform(HOUSE, lambda xy: xy + np.array([x, y]))
    return replace(plan(feature(shape)), crs=crs)


def test_a_plan_in_the_parcels_crs_is_left_as_it_is() -> None:
    placed = place_plan(plan(feature(HOUSE)), CRS)
    assert placed.features[0].geometry == HOUSE
    assert placed.warnings == ()


def test_a_plan_in_another_crs_is_transformed_and_edges_keep_their_heights() -> None:
    geographic = pyproj.Transformer.from_crs(CRS, 4326, always_xy=True)
    shape = shapely.transform(HOUSE, lambda xy: np.column_stack(geographic.transform(*xy.T)))
    heights = (1.0, 2.0, 3.0, 4.0)
    source = SitePlan(
        "p", (PlanFeature(shape, feature(HOUSE).role, wall_height_m=heights),), crs=pyproj.CRS("OGC:CRS84")
    )
    placed = place_plan(source, CRS)
    segments, found, _ = placed.features[0].edges()
    assert placed.crs == CRS
    assert np.allclose(segments[0], [[EAST + 4, NORTH + 4], [EAST + 14, NORTH + 4]], atol=1e-4)
    assert tuple(found) == heights


def test_a_plan_without_crs_is_taken_as_the_parcels_where_it_fits_and_the_user_is_told() -> None:
    placed = place_plan(moved(0, 0, None), CRS)
    assert placed.features[0].geometry == HOUSE
    (warning,) = placed.warnings
    assert "kein Koordinatenreferenzsystem" in warning
    assert "EPSG:25832" in warning


@pytest.mark.parametrize("shift", [(-EAST, -NORTH), (10_000_000, 0)])
def test_a_plan_without_crs_that_does_not_fit_is_refused(shift: tuple[float, float]) -> None:
    with pytest.raises(SitePlanError, match="passen nicht"):
        place_plan(moved(*shift, None), CRS)


@pytest.mark.parametrize("crs", [None, CRS, pyproj.CRS.from_epsg(4647)])
def test_zone_prefixed_eastings_are_recognised(crs: pyproj.CRS | None) -> None:
    placed = place_plan(moved(32_000_000, 0, crs), CRS)
    assert placed.features[0].geometry.equals_exact(HOUSE, 1e-6)
    if crs is None or crs == CRS:
        assert any("Zonennummer" in warning for warning in placed.warnings)


def test_outside_the_area_of_use_is_a_warning() -> None:
    # 25832 is meant for 6° to 12° east; easting 900 000 lies near 15°.
    placed = place_plan(moved(350_000, 0, CRS), CRS)
    assert any("außerhalb des Gebiets" in warning for warning in placed.warnings)


@pytest.mark.parametrize(
    ("shift", "crs"),
    [((1e12, 0), CRS), ((0, 1e9), CRS), ((0, 0), pyproj.CRS.from_epsg(4326)), ((0, 0), pyproj.CRS.from_epsg(4647))],
)
def test_outside_the_validity_of_the_crs_is_a_refusal(shift: tuple[float, float], crs: pyproj.CRS) -> None:
    with pytest.raises(SitePlanError, match="Gültigkeitsbereich"):
        place_plan(moved(*shift, crs), CRS)
