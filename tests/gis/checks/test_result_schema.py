"""Every result is what ``docs/check-result.schema.json`` says, and the same bytes each time."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from gis.checking import check_plans
from gis.checks import CHECKS, run_checks
from gis.checks.golden import golden_cases
from gis.plan_json import plan_to_geojson
from gis.readers import read_site_plans
from gis.rules import load_rules
from gis.siteplan import Capture, CaptureKind, PlanFile, Provenance, SitePlanError
from tests.gis.builders import TODAY, box, feature, parcels, plan

PROJECT = Path(__file__).resolve().parents[3]
SCHEMA = json.loads((PROJECT / "docs/check-result.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
RULES = load_rules("ni", TODAY)


def valid(result: Any) -> None:
    VALIDATOR.validate(json.loads(json.dumps(result, allow_nan=False)))


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("check", list(CHECKS))
def test_golden_results_of_every_check_on_every_plan_are_valid(check: str) -> None:
    for case in golden_cases(check):
        for result in run_checks(case.plan, case.layers, load_rules("ni", case.on)):
            valid(result.to_json())


def test_results_without_law_layers_or_scale_are_valid() -> None:
    sheet = Provenance("plan.pdf", capture=Capture(CaptureKind.DIGITISED))
    site_plan = plan(feature(box(5, 8, 15, 20), wall_height_m=6.0, provenance=sheet))
    before_all_law = load_rules("ni", TODAY.replace(year=1950))
    for rules in (RULES, before_all_law):
        for layers in ({}, {"parcels": parcels(A=box(0, 0, 20, 30))}):
            for result in run_checks(site_plan, layers, rules):
                valid(result.to_json())


def test_an_unreadable_plan_is_valid() -> None:
    refused = PlanFile((), {"kaputt": SitePlanError("json", "Die Datei ist kein GeoJSON.", "Zeile 1")})
    (result,) = check_plans(refused, {}, RULES)
    valid(result.to_json())


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["verdict"], "ok"),
        (["surprise"], 1),
        (["details", "steps"], [{"label": "x"}]),
        (["details", "rules"], [{"rule": "x"}]),
        (["details", "accuracy", "length_m"], -1),
        (["details", "versions"], {}),
        (["details", "assumptions"], [""]),
        (["details", "sources"], [{"layer": "parcels", "source": "x", "licence": "", "as_of": "gestern"}]),
        (["geometry"], {"type": "Kreis"}),
    ],
)
def test_the_schema_refuses_what_is_no_result(path: list[str], value: Any) -> None:
    data = golden_cases("boundary_distance")[0].run().to_json()
    valid(data)
    target: Any = data
    for name in path[:-1]:
        target = target[name]
    target[path[-1]] = value
    with pytest.raises(ValidationError):
        valid(data)


ALL_RESULTS = """
import json
from gis.checks import CHECKS, run_checks
from gis.checks.golden import golden_cases
from gis.rules import load_rules
for check in CHECKS:
    for case in golden_cases(check):
        for result in run_checks(case.plan, case.layers, load_rules("ni", case.on)):
            print(json.dumps(result.to_json(), ensure_ascii=False, allow_nan=False))
"""


def test_another_process_with_other_hashes_gives_the_same_bytes() -> None:
    digests = set()
    for seed in ("1", "4242"):
        done = subprocess.run(
            [sys.executable, "-c", ALL_RESULTS],
            cwd=PROJECT,
            env={"PYTHONHASHSEED": seed, "PATH": os.environ["PATH"], "PYTHONUTF8": "1"},
            capture_output=True,
            check=True,
        )
        assert len(done.stdout.splitlines()) > 20 * len(CHECKS)
        digests.add(hashlib.sha256(done.stdout).hexdigest())
    assert len(digests) == 1


@pytest.mark.parametrize("check", list(CHECKS))
def test_a_plan_that_was_stored_and_read_again_gives_the_same_bytes(check: str, tmp_path: Path) -> None:
    for case in golden_cases(check):
        read, rules = case.plan, load_rules("ni", case.on)
        outputs = []
        for name in ("lageplan", "gespeichert"):
            path = tmp_path / f"{name}.geojson"
            path.write_text(json.dumps(plan_to_geojson(read)), "utf-8")
            (read,) = read_site_plans(path).plans
            outputs.append([json.dumps(result.to_json()) for result in run_checks(read, case.layers, rules)])
        assert outputs[0] == outputs[1]
