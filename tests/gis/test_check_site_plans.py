"""``check_site_plans`` from the command line: no database, strict JSON lines, exit codes."""

import json
import math
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import ezdxf
import pytest
from django.core.management import CommandError, call_command

from gis.checks import CHECKS

PROJECT = Path(__file__).resolve().parents[2]
GOLDEN = PROJECT / "tests/golden/site"
PARCELS = ["--layer", f"parcels={GOLDEN / 'parcels.geojson'}"]


def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, where no database can be reached."""
    return subprocess.run(
        [sys.executable, PROJECT / "manage.py", "check_site_plans", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=PROJECT,
        env={"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "BAUAKTE_ENV": "test", "PATH": "/usr/bin:/bin"}
        | environment,
    )


def lines(output: str) -> list[dict[str, Any]]:
    def refuse(constant: str) -> None:
        raise AssertionError(f"not strict JSON: {constant}")

    return [json.loads(line, parse_constant=refuse) for line in output.splitlines()]


def test_the_golden_site_gives_what_was_computed_by_hand() -> None:
    done = run(
        GOLDEN / "plans.geojson", *PARCELS, "--layer", f"zoning={GOLDEN / 'zoning.geojson'}", "--on", "2026-11-22"
    )
    assert done.returncode == 0, done.stderr
    results = lines(done.stdout)
    assert [(r["plan"], r["check"]) for r in results] == sorted((r["plan"], r["check"]) for r in results)
    expected = tomllib.loads((GOLDEN / "expected.toml").read_text("utf-8"))
    found = {(r["plan"], r["check"]): r for r in results}
    readable = expected.keys() - {"g-unlesbar"}
    assert found.keys() == {(plan, check) for plan in readable for check in CHECKS} | {("g-unlesbar", "input")}
    for (plan, check), wanted in ((key, expected[key[0]][key[1]]) for key in found if key[1] in expected[key[0]]):
        result, name = found[plan, check], f"{plan} {check}"
        assert result["verdict"] == wanted["verdict"], name
        if "limit" in wanted:
            assert result["value"] == pytest.approx(wanted["value"], abs=1e-7), name
            assert result["limit"] == pytest.approx(wanted["limit"], abs=1e-9), name
        elif "value" in wanted:
            assert result["value"] == pytest.approx(wanted["value"], abs=1e-7), name
        if "grz_2" in wanted:
            assert result["details"]["grz_2"] == pytest.approx(wanted["grz_2"], abs=1e-7), name


def test_the_table_is_for_people() -> None:
    done = run(GOLDEN / "plans.geojson", *PARCELS, "--format", "table")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].split() == ["Lageplan", "Prüfung", "Ergebnis", "Wert", "Grenze", "Einheit"]
    assert "nicht eingehalten" in done.stdout
    assert "3,700" in done.stdout


def test_the_table_says_why_a_plan_could_not_be_checked(tmp_path: Path) -> None:
    plan = tmp_path / "leer.geojson"
    plan.write_text('{"type": "FeatureCollection", "features": []}')
    done = run(plan, *PARCELS, "--format", "table")
    assert "leer, input: Der Lageplan ist nicht lesbar. Der Lageplan enthält keine Objekte." in done.stdout


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["nirgends.geojson", *PARCELS], "öffnen"),
        ([GOLDEN / "expected.toml", *PARCELS], "Dateiformat"),
        ([GOLDEN / "plans.geojson", "--layer", "parcels=nirgends.gpkg"], "nirgends.gpkg"),
        ([GOLDEN / "plans.geojson", "--layer", f"parcels={GOLDEN / 'expected.toml'}"], "expected.toml"),
        ([GOLDEN / "plans.geojson", *PARCELS, *PARCELS], "mehrfach"),
        ([GOLDEN / "plans.geojson", *PARCELS, "--rules", "zz"], "zz"),
        ([GOLDEN / "plans.geojson", *PARCELS, "--rules", GOLDEN / "parcels.toml"], "parcels.toml"),
        ([GOLDEN / "plans.geojson", "--layer", "unbekannt=x.gpkg"], "unbekannt"),
    ],
)
def test_what_cannot_be_read_ends_with_two_and_a_german_sentence(
    arguments: list[object], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match=reason) as caught:
        call_command("check_site_plans", *map(str, arguments))
    assert caught.value.returncode == 2
    assert all(line["check"] == "input" for line in lines(capsys.readouterr().out))


def test_wrong_arguments_end_with_two_and_no_traceback() -> None:
    for arguments, reason in ((["--layer", "ohne"], "NAME=DATEI"), (["--on", "gestern"], "JJJJ-MM-TT")):
        done = run(GOLDEN / "plans.geojson", *arguments)
        assert done.returncode == 2
        assert reason in done.stderr
        assert "Traceback" not in done.stderr
        assert not done.stdout


def test_a_plan_with_nan_gets_one_input_line_and_the_rest_goes_on(tmp_path: Path) -> None:
    text = (GOLDEN / "plans.geojson").read_text("utf-8")
    path = tmp_path / "plans.geojson"
    path.write_text(text.replace("[550002, 5800008]", "[NaN, 5800008]"), "utf-8")
    done = run(path, *PARCELS)
    assert done.returncode == 0, done.stderr
    results = lines(done.stdout)
    (line,) = [r for r in results if r["plan"] == "b-verletzt"]
    assert (line["check"], line["verdict"], line["value"]) == ("input", "not_assessable", None)
    assert "Punkt 1" in line["message"]
    assert sum(r["plan"] == "a-eingehalten" for r in results) == len(CHECKS)


def test_without_layers_nothing_passes() -> None:
    done = run(GOLDEN / "plans.geojson")
    assert done.returncode == 0, done.stderr
    assert {r["verdict"] for r in lines(done.stdout)} <= {"not_assessable", "not_applicable"}


@pytest.mark.realdata
def test_all_buildings_of_a_village_are_checked_in_one_batch(shared_data: Path, tmp_path: Path) -> None:
    import geopandas
    import shapely

    folder = shared_data / "alkis/fr_terresdebord"
    parcels = geopandas.read_file(folder / "parcelles.geojson").to_crs(2154)
    parcels.to_file(tmp_path / "parcels.gpkg")
    buildings = geopandas.read_file(folder / "batiments.geojson")[["geometry"]].to_crs(2154)
    buildings["plan"] = [f"b{row:04d}" for row in range(len(buildings))]
    buildings["role"] = "main_building"
    buildings["wall_height_m"] = 6.0
    buildings.to_file(tmp_path / "plans.geojson", driver="GeoJSON", COORDINATE_PRECISION=9)
    done = run(tmp_path / "plans.geojson", "--layer", f"parcels={tmp_path / 'parcels.gpkg'}")
    assert done.returncode == 0, done.stderr
    results = {(r["plan"], r["check"]): r for r in lines(done.stdout)}
    assert len(buildings) == 1597
    assert len(results) == len(CHECKS) * 1597
    assert all(results[plan, "inside_parcels"]["value"] is not None for plan in buildings["plan"])
    several = 0
    for row in range(0, 1597, 40):
        footprint = buildings.geometry.iloc[row]
        near = parcels[parcels.intersects(footprint)]
        carrying = near[near.intersection(footprint).area > 0.5]
        site = shapely.union_all(carrying.geometry.to_numpy())
        inside = results[f"b{row:04d}", "inside_parcels"]
        assert inside["parcels"] == sorted(carrying["id"])
        assert inside["value"] == pytest.approx(footprint.difference(site).area, abs=2e-3)
        if len(carrying) > 1:
            several += 1
            assert any("Baulast" in text for text in inside["details"]["plan_warnings"])
            continue
        distance = results[f"b{row:04d}", "boundary_distance"]
        assert distance["value"] == pytest.approx(site.boundary.distance(footprint.boundary), abs=1e-6)
        assert distance["limit"] == 3.0
        coverage = results[f"b{row:04d}", "site_coverage"]
        assert coverage["value"] == pytest.approx(footprint.intersection(site).area / site.area, abs=1e-9)
        assert (coverage["verdict"], coverage["limit"]) == ("not_assessable", None)
    joined = [r for r in results.values() if r["check"] == "inside_parcels" and len(r["parcels"]) > 1]
    assert len(joined) == 16
    assert several < 5
    assert math.isfinite(sum(r["value"] or 0 for r in results.values()))


def drawing(folder: Path, layer: str, *, shift: tuple[float, float] = (0, 0)) -> Path:
    """A house of 10 m x 8 m as DXF in metres, its lower left corner at the shift."""
    x, y = shift
    document = ezdxf.new("R2018")
    document.header["$INSUNITS"] = 6
    house = [(x, y), (x + 10, y), (x + 10, y + 8), (x, y + 8)]
    document.modelspace().add_lwpolyline(house, close=True, dxfattribs={"layer": layer})
    document.saveas(folder / "haus.dxf")
    return folder / "haus.dxf"


def test_a_drawing_is_placed_by_two_matched_points(tmp_path: Path) -> None:
    plan = drawing(tmp_path, "Hauptgebäude_H6", shift=(-5, -3))
    points = ["--match=-5,-3=550004,5800004", "--match=5,5=550014,5800012"]
    done = run(plan, *PARCELS, *points)
    assert done.returncode == 0, done.stderr
    (inside,) = [r for r in lines(done.stdout) if r["check"] == "inside_parcels"]
    assert inside["verdict"] == "passed"
    assert any("zwei Passpunkten eingepasst" in text for text in inside["details"]["plan_warnings"])
    unplaced = run(plan, *PARCELS)
    (line,) = lines(unplaced.stdout)
    assert (line["check"], line["details"]["code"]) == ("input", "crs_missing")
    assert "mit zwei Passpunkten einpassen" in line["message"]


def test_a_matched_point_may_be_negative_after_a_space_too(tmp_path: Path) -> None:
    points = ["--match", "-5,-3=550004,5800004", "--match", "-.5,5=550008.5,5800012"]
    done = run(drawing(tmp_path, "Garage", shift=(-5, -3)), *PARCELS, *points)
    assert done.returncode == 0, done.stderr


def test_a_layer_map_of_ones_own_comes_first(tmp_path: Path) -> None:
    plan = drawing(tmp_path, "A-WALL", shift=(550_004, 5_800_004))
    own = tmp_path / "buero.toml"
    own.write_text('title = "Büro"\n[[layer]]\npattern = "A-WALL"\nrole = "main_building"\n', "utf-8")
    assert "keine Umrisse" in run(plan, *PARCELS).stderr
    done = run(plan, *PARCELS, "--dxf-map", own)
    assert done.returncode == 0, done.stderr
    assert {r["check"] for r in lines(done.stdout)} >= {"inside_parcels", "boundary_distance"}


def test_layer_names_in_a_wrong_encoding_are_shown_and_huge_coordinates_stay_short(tmp_path: Path) -> None:
    plan = drawing(tmp_path, "Hauptgebäude_H6", shift=(550_004, 5_800_004))
    plan.write_bytes(plan.read_bytes().replace("ä".encode(), b"\xe4"))
    done = run(plan, *PARCELS)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert "Layer in der Zeichnung: Hauptgeb?ude_H6" in done.stderr
    (line,) = lines(run(drawing(tmp_path, "Garage", shift=(1e300, 1e300)), *PARCELS).stdout)
    assert len(line["message"]) < 600


def test_limits_and_layer_maps_of_the_settings_hold(tmp_path: Path) -> None:
    plan = drawing(tmp_path, "A-WALL", shift=(550_004, 5_800_004))
    folder = tmp_path / "maps"
    folder.mkdir()
    (folder / "buero.toml").write_text('title = "B"\n[[layer]]\npattern = "A-WALL"\nrole = "garage"\n', "utf-8")
    done = run(plan, *PARCELS, SITE_PLAN_LAYER_MAPS=str(folder))
    assert done.returncode == 0, done.stderr
    assert {r["check"] for r in lines(done.stdout)} >= {"inside_parcels", "boundary_distance"}
    assert "Die Datei ist größer als" in run(plan, *PARCELS, SITE_PLAN_MAX_BYTES="100").stderr
    (folder / "buero.toml").write_text("kein TOML", "utf-8")
    broken = run(plan, *PARCELS, SITE_PLAN_LAYER_MAPS=str(folder))
    assert (broken.returncode, "Traceback" in broken.stderr) == (2, False)
    assert "buero" in broken.stderr


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--match=0,0=550000,5800000"], "zwei Passpunkte, nicht 1"),
        (["--match=0;0=550000,5800000"], "X,Y=E,N"),
        (["--match=0,0=1,1", "--match=0,0=2,9"], "sind gleich"),
        (["--dxf-map", "nirgends.toml"], r"nirgends\.toml"),
        (["--dxf-map", GOLDEN / "expected.toml"], r"expected\.toml"),
    ],
)
def test_points_and_layer_maps_that_cannot_be_used_end_with_two(
    tmp_path: Path, arguments: list[object], reason: str
) -> None:
    done = run(drawing(tmp_path, "Garage"), *PARCELS, *arguments)
    assert done.returncode == 2
    assert re.search(reason, done.stderr)
    assert "Traceback" not in done.stderr
    assert not done.stdout


def test_a_file_of_which_no_plan_can_be_read_ends_with_two_whatever_the_reason(tmp_path: Path) -> None:
    text = (GOLDEN / "plans.geojson").read_text("utf-8")
    whole = json.loads(text)
    one = [feature for feature in whole["features"] if feature["properties"]["plan"] == "b-verletzt"]
    path = tmp_path / "plan.geojson"
    for broken in ("{", json.dumps({**whole, "features": one}).replace("[550002, 5800008]", "[NaN, 5800008]")):
        path.write_text(broken, "utf-8")
        done = run(path, *PARCELS)
        assert done.returncode == 2, done.stdout
        (line,) = lines(done.stdout)
        assert (line["check"], line["verdict"]) == ("input", "not_assessable")
        assert "Traceback" not in done.stderr


def test_an_empty_layer_says_that_there_is_none_here(tmp_path: Path) -> None:
    empty = tmp_path / "denkmale.geojson"
    empty.write_text('{"type": "FeatureCollection", "features": []}', "utf-8")

    def monuments(*arguments: object) -> dict[str, str]:
        done = run(GOLDEN / "plans.geojson", *PARCELS, *arguments)
        assert done.returncode == 0, done.stderr
        (line,) = [r for r in lines(done.stdout) if r["plan"] == "a-eingehalten" and r["check"] == "overlays"]
        return {answer["title"]: answer["answer"] for answer in line["details"]["answers"]}

    title = "Baudenkmal oder Bodendenkmal"
    assert monuments()[title] == "unknown"
    assert monuments("--layer", f"monuments={empty}")[title] == "none"
    # The columns that the layer needs are not asked for where there is nothing in it.
    assert run(GOLDEN / "plans.geojson", *PARCELS, "--layer", f"zoning={empty}").returncode == 0


def test_who_reads_only_the_first_lines_sees_no_traceback() -> None:
    command = [sys.executable, PROJECT / "manage.py", "check_site_plans", GOLDEN / "plans.geojson", *PARCELS]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0
