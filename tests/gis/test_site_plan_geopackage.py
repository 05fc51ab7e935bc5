"""Reading site plans from GeoPackage: lists are texts, everything else is as in GeoJSON."""

from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely

from gis.readers import read_site_plans
from gis.siteplan import Role, SitePlanError
from gis.validation import Limits
from tests.gis.builders import box


def save(folder: Path, rows: list[dict[str, object]], crs: int | None = 25832) -> Path:
    path = folder / "plan.gpkg"
    geopandas.GeoDataFrame(rows, geometry="geometry", crs=crs).to_file(path, driver="GPKG")
    return path


def test_attributes_lists_and_crs_are_read(tmp_path: Path) -> None:
    rows = [
        {"geometry": box(0, 0, 10, 8), "role": "main_building", "wall_height_m": "[1, 2, 3, 4]", "parcels": "A, B"},
        {"geometry": box(12, 0, 15, 6), "role": "garage", "wall_height_m": None, "parcels": '["A", "B"]'},
    ]
    (plan,) = read_site_plans(save(tmp_path, rows)).plans
    assert (plan.plan, plan.parcels) == ("plan", ("A", "B"))
    assert plan.crs is not None
    assert plan.crs.to_epsg() == 25832
    assert [(f.role, f.wall_height_m) for f in plan.features] == [
        (Role.MAIN_BUILDING, (1.0, 2.0, 3.0, 4.0)),
        (Role.GARAGE, None),
    ]
    assert plan.features[0].provenance.place == "Tabelle „plan“, Objekt 1"


def test_plans_are_told_apart_and_a_bad_one_does_not_stop_the_rest(tmp_path: Path) -> None:
    bow = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    rows = [
        {"geometry": box(0, 0, 10, 8), "plan": "a", "role": "main_building", "wall_height_m": 6.5},
        {"geometry": bow, "plan": "b", "role": "main_building", "wall_height_m": np.nan},
    ]
    result = read_site_plans(save(tmp_path, rows))
    assert [(plan.plan, plan.features[0].wall_height_m) for plan in result.plans] == [("a", 6.5)]
    assert result.refused["b"].code == "self_crossing"


def test_a_file_without_crs_leaves_it_open(tmp_path: Path) -> None:
    (plan,) = read_site_plans(save(tmp_path, [{"geometry": box(0, 0, 10, 8), "role": "garage"}], crs=None)).plans
    assert plan.crs is None


def test_tables_without_roles_and_broken_files_are_refused(tmp_path: Path) -> None:
    (error,) = read_site_plans(save(tmp_path, [{"geometry": box(0, 0, 1, 1), "name": "x"}])).refused.values()
    assert error.code == "no_features"
    broken = tmp_path / "kaputt.gpkg"
    broken.write_bytes(b"SQLite format 3\x00" + bytes(5000))
    with pytest.raises(SitePlanError, match="GeoPackage"):
        read_site_plans(broken)


def test_limits_count_per_plan(tmp_path: Path) -> None:
    rows = [{"geometry": box(i * 20, 0, i * 20 + 10, 8), "role": "garage", "plan": f"p{i}"} for i in range(8)]
    path = save(tmp_path, rows)
    assert len(read_site_plans(path, limits=Limits(features=1, vertices=5)).plans) == 8
    assert len(read_site_plans(path, limits=Limits(features=1, vertices=4)).refused) == 8
