"""Reading site plans from GeoPackage: lists are texts, everything else is as in GeoJSON."""

import sqlite3
import struct
from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely

from gis.readers import read_site_plans
from gis.siteplan import Role, SitePlanError
from gis.validation import Limits
from tests.gis.builders import EAST, NORTH, box


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
    assert error.code == "no_role"
    assert error.text.startswith("Tabelle „plan“: Die Spalte „role“")
    broken = tmp_path / "kaputt.gpkg"
    broken.write_bytes(b"SQLite format 3\x00" + bytes(5000))
    with pytest.raises(SitePlanError, match="GeoPackage"):
        read_site_plans(broken)


def test_a_table_without_roles_beside_others_is_told(tmp_path: Path) -> None:
    path = save(tmp_path, [{"geometry": box(0, 0, 10, 8), "role": "main_building"}])
    for name, boxes in (("garagen", [box(12, 0, 15, 6)]), ("leer", [])):
        frame = geopandas.GeoDataFrame({"name": ["x"] * len(boxes)}, geometry=boxes, crs=25832)
        frame.to_file(path, layer=name, driver="GPKG")
    (plan,) = read_site_plans(path).plans
    assert [feature.role for feature in plan.features] == [Role.MAIN_BUILDING]
    (warning,) = plan.warnings
    assert "Tabelle „garagen“: Die Spalte „role“" in warning
    assert "gehören nicht zum Lageplan" in warning


def test_limits_count_per_plan(tmp_path: Path) -> None:
    rows = [{"geometry": box(i * 20, 0, i * 20 + 10, 8), "role": "garage", "plan": f"p{i}"} for i in range(8)]
    path = save(tmp_path, rows)
    assert len(read_site_plans(path, limits=Limits(features=1, vertices=5)).plans) == 8
    assert len(read_site_plans(path, limits=Limits(features=1, vertices=4)).refused) == 8


def register(database: sqlite3.Connection, view: str) -> None:
    """Enter a view among the contents of a GeoPackage."""
    database.execute(
        "INSERT INTO gpkg_contents (table_name, identifier, data_type, srs_id) VALUES (?, ?, 'features', 25832)",
        (view, view),
    )
    database.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'POLYGON', 25832, 0, 0)", (view,))


def test_views_are_read_and_what_they_repeat_counts_once(tmp_path: Path) -> None:
    path = save(tmp_path, [{"geometry": box(0, 0, 10, 8), "role": "main_building"}])
    geopandas.GeoDataFrame([{"geometry": box(20, 0, 25, 8), "x": 1}], geometry="geometry", crs=25832).to_file(
        path, driver="GPKG", layer="roh"
    )
    with sqlite3.connect(path) as database:
        database.execute("CREATE VIEW garagen AS SELECT fid, geom, 'garage' AS role FROM roh")
        database.execute("CREATE VIEW alles AS SELECT fid, geom, role FROM plan")
        for name in ("garagen", "alles"):
            register(database, name)
        # An application id that is none of a GeoPackage is no reason to refuse what is one.
        database.execute("PRAGMA application_id = 4711")
    (plan,) = read_site_plans(path).plans
    assert sorted(feature.role for feature in plan.features) == [Role.GARAGE, Role.MAIN_BUILDING]
    repeated, passed_over = plan.warnings
    assert repeated == "Tabelle „alles“ wiederholt Objekte aus Tabelle „plan“; sie zählen nur einmal."
    assert passed_over.startswith("Tabelle „roh“: Die Spalte „role“")


def test_tables_may_have_systems_of_their_own_but_no_plan_two(tmp_path: Path) -> None:
    path = save(tmp_path, [{"geometry": box(0, 0, 10, 8), "role": "main_building", "plan": "a"}])
    other = geopandas.GeoDataFrame(
        [{"geometry": box(0, 0, 10, 8), "role": "garage", "plan": "b"}], geometry="geometry", crs=25833
    )
    other.to_file(path, driver="GPKG", layer="zweite")
    assert {plan.plan: plan.crs.to_epsg() for plan in read_site_plans(path).plans if plan.crs} == {
        "a": 25832,
        "b": 25833,
    }
    other.assign(plan="a").to_file(path, driver="GPKG", layer="zweite")
    (error,) = read_site_plans(path).refused.values()
    assert error.code == "crs_mixed"
    assert "EPSG:25832 und EPSG:25833" in error.message


def test_curved_outlines_stay_within_a_centimetre(tmp_path: Path) -> None:
    path = save(tmp_path, [{"geometry": box(0, 0, 10, 10), "role": "main_building"}])
    # A curve polygon: three straight sides of a square of 10 m, and a half circle of radius 5 on its north.
    corners = [(EAST, NORTH + 10), (EAST, NORTH), (EAST + 10, NORTH), (EAST + 10, NORTH + 10)]
    arc = [(EAST + 10, NORTH + 10), (EAST + 5, NORTH + 15), (EAST, NORTH + 10)]

    def line(kind: int, points: list[tuple[float, float]]) -> bytes:
        return struct.pack("<BII", 1, kind, len(points)) + b"".join(struct.pack("<dd", *point) for point in points)

    compound = struct.pack("<BII", 1, 9, 2) + line(2, corners) + line(8, arc)
    curved = b"GP\x00\x01" + struct.pack("<i", 25832) + struct.pack("<BII", 1, 10, 1) + compound
    with sqlite3.connect(path) as database:
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{trigger}"')  # they call functions that only GDAL has
        database.execute("UPDATE plan SET geom = ?", (curved,))
        database.execute("UPDATE gpkg_geometry_columns SET geometry_type_name = 'CURVEPOLYGON'")
    (house,) = read_site_plans(path).plans[0].features
    assert house.geometry.area == pytest.approx(100 + 12.5 * np.pi, abs=0.01 * 5 * np.pi)


def test_a_view_that_never_ends_is_stopped(tmp_path: Path) -> None:
    path = save(tmp_path, [{"geometry": box(0, 0, 10, 8), "role": "main_building"}])
    with sqlite3.connect(path) as database:
        database.execute(
            "CREATE VIEW endlos AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
            "SELECT i AS fid, (SELECT geom FROM plan) AS geom, 'garage' AS role FROM n"
        )
        register(database, "endlos")
    with pytest.raises(SitePlanError, match="GeoPackage"):
        read_site_plans(path, limits=Limits(seconds=2))
