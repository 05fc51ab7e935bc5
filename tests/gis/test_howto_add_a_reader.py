"""The readers in docs/howto/add-a-reader.md do what the page says."""

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import shapely

from gis import readers
from gis.attributes import layer_schema
from gis.crs import crs_from_epsg
from gis.importing.batches import open_reading
from gis.readers import SITE_PLAN_READERS, PlanReader, read_site_plans
from gis.readers.source import Source
from gis.siteplan import Role

PAGE = Path(__file__).resolve().parents[2] / "docs/howto/add-a-reader.md"
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
TABLE = next(text for _, text in BLOCKS if text.startswith("wkt;"))


def run(number: int) -> Mapping[str, Any]:
    """Names defined by the n-th Python block of the page."""
    code = [text for language, text in BLOCKS if language == "python"][number]
    names: dict[str, Any] = {"__name__": f"howto_{number}"}
    exec(compile(code, f"{PAGE.name} block {number}", "exec"), names)
    return names


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    names = run(0)
    entry = PlanReader("WKT-Tabelle", (".csv",), names["is_wkt_table"], names["read_wkt_table"])
    monkeypatch.setattr(readers, "SITE_PLAN_READERS", MappingProxyType({**SITE_PLAN_READERS, "wkt_table": entry}))


@pytest.mark.usefixtures("registered")
def test_the_site_plan_reader_of_the_page_reads_the_table_of_the_page(tmp_path: Path) -> None:
    path = tmp_path / "haus.csv"
    path.write_text(TABLE)
    (plan,) = read_site_plans(path).plans
    assert (plan.plan, plan.parcels, plan.crs) == ("haus", ("A1", "A2"), None)
    house, garage = plan.features
    assert (house.role, house.wall_height_m, house.geometry.area) == (Role.MAIN_BUILDING, 6.5, 80.0)  # 10 m × 8 m
    assert (garage.role, garage.geometry.area, garage.id) == (Role.GARAGE, 18.0, "3")  # 3 m × 6 m


@pytest.mark.usefixtures("registered")
@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0));garage;2;", "self_crossing"),
        ("POLYGON ((0 0, 1;garage;2;", "wkt"),
        ("POINT (0 0);garage;2;", "geometry_type"),
        ("POLYGON ((0 0, 1 0, 1 1, 0 0));schloss;2;", "role"),
    ],
)
def test_the_site_plan_reader_of_the_page_refuses_with_code_and_line(tmp_path: Path, row: str, code: str) -> None:
    path = tmp_path / "haus.csv"
    path.write_text(f"{TABLE}{row}\n")
    error = read_site_plans(path).refused["haus"]
    assert (error.code, error.place) == (code, "Zeile 4")


def test_the_source_reader_of_the_page_feeds_the_import(tmp_path: Path) -> None:
    path = tmp_path / "flurstuecke.csv"
    ring = "550000 5800000, 550009 5800000, 550009 5800009, 550000 5800000"
    path.write_text(f"wkt;parcel_id;amtlicheflaeche\nPOLYGON (({ring}));A1;40.5\nPOLYGON ((;A2;1\n")
    source = run(1)["WktTableSource"](path)
    assert isinstance(source, Source)
    reading = open_reading(
        layer_schema("parcels"), source, source_layer=None, attribute_map=None, wanted_crs=crs_from_epsg(25832)
    )
    (batch,) = reading.batches()
    assert batch.ids.to_pylist() == ["A1"]
    assert shapely.area(batch.geometry).tolist() == [40.5]
    assert batch.columns["official_area_m2"].to_pylist() == [40.5]
    assert [(problem.id, problem.kind) for problem in batch.problems] == [("A2", "unreadable_geometry")]
