"""A model checked from the command line: the same house as in the golden site, drawn as IFC."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pyproj
import pytest
from django.core.management import CommandError, call_command

from gis.checks import run_checks
from gis.layers import open_layer_file
from gis.matching import Match
from gis.plan_crs import place_plan
from gis.readers import read_site_plans
from gis.readers.options import ReadOptions
from gis.rules import load_rules
from gis.siteplan import SitePlan
from tests.gis.builders import CRS, TODAY
from tests.gis.ifc_models import IfcModel

GOLDEN = Path(__file__).resolve().parents[1] / "golden/site"
PARCELS = GOLDEN / "parcels.geojson"
#: The house of plan "a-eingehalten": 10 × 12 m on the first parcel, walls of 9.37 m.
HOUSE = (5, 8, 15, 20)


def golden_house() -> IfcModel:
    model = IfcModel(unit="MILLIMETRE")
    building = model.building(ElevationOfRefHeight=52.3 / model.scale, ElevationOfTerrain=52.0 / model.scale)
    storey = model.storey(building, "EG", 0)
    model.walls(storey, HOUSE, -0.3, 8.87)  # ±0.00 lies 0.3 m above the ground, the roof of 0.2 m on the walls
    model.box("IfcSlab", storey, HOUSE, 8.87, 9.07, PredefinedType="ROOF")
    return model


def boundary(results: list[dict[str, Any]]) -> dict[str, Any]:
    (found,) = [result for result in results if result["check"] == "boundary_distance"]
    return found


def test_a_model_gets_the_boundary_distance_that_was_computed_by_hand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = golden_house()
    model.georeference(550_000, 5_800_000, scale=0.001)
    path = model.save(tmp_path, "haus.ifc")
    call_command("check_site_plans", str(path), "--layer", f"parcels={PARCELS}", "--on", TODAY.isoformat())
    found = boundary([json.loads(line) for line in capsys.readouterr().out.splitlines()])
    wanted = tomllib.loads((GOLDEN / "expected.toml").read_text("utf-8"))["a-eingehalten"]["boundary_distance"]
    assert (found["plan"], found["verdict"]) == ("haus", wanted["verdict"])
    assert found["value"] == pytest.approx(wanted["value"], abs=1e-3)
    assert found["limit"] == pytest.approx(wanted["limit"], abs=1e-9)
    assert found["parcels"] == ["030101001000010000__"]


def test_a_model_without_georeference_gives_one_line_that_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = golden_house().save(tmp_path, "haus.ifc")
    with pytest.raises(CommandError, match="keine Georeferenz") as caught:
        call_command("check_site_plans", str(path), "--layer", f"parcels={PARCELS}")
    assert caught.value.returncode == 2
    (line,) = capsys.readouterr().out.splitlines()
    found = json.loads(line)
    assert (found["check"], found["verdict"]) == ("input", "not_assessable")
    assert found["details"]["code"] == "georeference"


def test_a_model_placed_by_matched_points_is_checked_alike(tmp_path: Path) -> None:
    def distance(plan: SitePlan) -> float | None:
        layers = {"parcels": open_layer_file("parcels", PARCELS)}
        (result,) = run_checks(place_plan(plan, CRS), layers, load_rules("ni", TODAY), ["boundary_distance"])
        return result.value

    match = Match(((0, 0), (20_000, 0)), ((550_000, 5_800_000), (550_020, 5_800_000)), pyproj.CRS.from_epsg(25832))
    path = golden_house().save(tmp_path, "haus.ifc")
    (matched,) = read_site_plans(path, options=ReadOptions(match=match)).plans
    model = golden_house()
    model.georeference(550_000, 5_800_000, scale=0.001)
    (georeferenced,) = read_site_plans(model.save(tmp_path, "lage.ifc")).plans
    assert distance(matched) == pytest.approx(distance(georeferenced), abs=1e-6)
