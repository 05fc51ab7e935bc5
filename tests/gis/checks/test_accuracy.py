"""Tolerances by how outlines were taken, assumptions behind values, and what every result records."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import shapely

from gis.checks import CHECKS, CheckResult, Verdict, run_checks
from gis.checks.accuracy import Accuracy, accuracy_of
from gis.rules import load_rules
from gis.siteplan import Capture, CaptureKind, Origin, OriginKind, PlanFeature, Provenance
from gis.version import software_version
from tests.gis.builders import TODAY, box, feature, parcels, plan, run

RULE = load_rules("ni", TODAY).rule("tolerances")
TOWN = parcels(A=box(0, 0, 20, 30))
DIGITISED = CaptureKind.DIGITISED


def taken(shape: shapely.Polygon, capture: Capture, **more: Any) -> PlanFeature:
    return feature(shape, provenance=Provenance("Plan", capture=capture), **more)


def accuracy(*captures: Capture) -> Accuracy:
    return accuracy_of([taken(box(0, 0, 1, 1), capture) for capture in captures], RULE)


@pytest.mark.parametrize(
    ("capture", "length"),
    [
        (Capture(), 0.03),
        (Capture(CaptureKind.DIMENSION_TEXT), 0.005),
        (Capture(DIGITISED, 500), 0.25),
        (Capture(DIGITISED, 100), 0.05),
        (Capture(DIGITISED), 0.25),  # no scale: 1:500 assumed
    ],
)
def test_lengths_are_as_exact_as_their_source(capture: Capture, length: float) -> None:
    assert accuracy(capture).length_m == pytest.approx(length)


def test_the_least_exact_outline_decides() -> None:
    assert accuracy(Capture(CaptureKind.DIMENSION_TEXT), Capture()).length_m == 0.03
    assert accuracy(Capture(), Capture(DIGITISED, 100), Capture(CaptureKind.DIMENSION_TEXT)).length_m == 0.05


def test_areas_are_exact_to_a_share_or_to_the_length_along_their_outline() -> None:
    # 10 × 10 m: 0.5 % = 0.5 m², 40 m · 0.03 m = 1.2 m². 100 × 100 m: 50 m² and 400 · 0.03 = 12 m².
    assert accuracy(Capture()).area_m2(box(0, 0, 10, 10)) == pytest.approx(1.2)
    assert accuracy(Capture()).area_m2(box(0, 0, 100, 100)) == pytest.approx(50.0)


def test_ratios_are_flagged_within_five_thousandths_unless_digitised() -> None:
    house = box(0, 0, 10, 10)
    assert accuracy(Capture()).ratio_of(house, 50.0) == 0.005
    # 40 m · 0.25 m = 10 m² on 500 m²: 0.02.
    assert accuracy(Capture(DIGITISED, 500)).ratio_of(house, 500.0) == pytest.approx(0.02)


def test_a_scale_that_is_not_stated_is_an_assumption_of_the_result() -> None:
    result = run("inside_parcels", plan(taken(box(5, 8, 15, 22), Capture(DIGITISED))), parcels=TOWN)
    assert result.details["accuracy"]["length_m"] == 0.25
    assert any("1:500" in text for text in result.assumptions)
    assert result.details["accuracy"]["capture"] == "digitised"


def test_a_digitised_outline_is_borderline_where_a_vector_one_fails() -> None:
    # 20 cm beyond the boundary: deeper than 3 cm, not deeper than 25 cm.
    over = box(5, 8, 15, 30.2)
    assert run("inside_parcels", plan(feature(over)), parcels=TOWN).verdict is Verdict.FAILED
    drawn = taken(over, Capture(DIGITISED, 500))
    assert run("inside_parcels", plan(drawn), parcels=TOWN).verdict is Verdict.BORDERLINE


def test_an_assumed_height_is_listed_with_its_reason_where_the_check_uses_it() -> None:
    origins = {"wall_height_m": Origin(OriginKind.ASSUMED, "zwei Geschosse zu je 3 m")}
    house = feature(box(5, 8, 15, 22), wall_height_m=6.0, provenance=Provenance("Plan", values=origins), id="h")
    (sentence,) = [
        text for text in run("boundary_distance", plan(house), parcels=TOWN).assumptions if "Wandhöhe für" in text
    ]
    assert "Hauptgebäude h" in sentence
    assert "zwei Geschosse" in sentence
    assert not any("Wandhöhe für" in text for text in run("inside_parcels", plan(house), parcels=TOWN).assumptions)
    given = replace(house, provenance=Provenance("Plan", values={"wall_height_m": Origin(OriginKind.GIVEN, "Datei")}))
    assert not any("Wandhöhe für" in t for t in run("boundary_distance", plan(given), parcels=TOWN).assumptions)


def results() -> list[CheckResult]:
    house = feature(box(5, 8, 15, 22), wall_height_m=6.0)
    return run_checks(plan(house), {"parcels": TOWN}, load_rules("ni", TODAY))


def test_every_result_names_rules_and_software_and_explains_itself() -> None:
    pack = load_rules("ni", TODAY)
    for result in results():
        details = result.to_json()["details"]
        assert details["versions"] == {"rules": pack.version, "law_on": "2026-11-22", "software": software_version()}
        assert details["rules"][0]["rule"] == result.check
        assert details["neighbour_protecting"] is pack.rule(result.check).neighbour_protecting
        if result.verdict not in {Verdict.NOT_APPLICABLE, Verdict.NOT_ASSESSABLE}:
            assert details["steps"], result.check
        for step in details["steps"]:
            assert list(step) == ["label", "formula", "result", "unit", "legal_basis"]
            assert step["label"]
            assert step["formula"]


def test_the_same_inputs_give_the_same_bytes_in_every_process() -> None:
    code = (
        "import json; from tests.gis.checks.test_accuracy import results; "
        "print(json.dumps([r.to_json() for r in results()]))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).resolve().parents[3],
            env={"PYTHONHASHSEED": seed, "PATH": "/usr/bin:/bin"},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
    assert len(json.loads(outputs.pop())) == len(CHECKS)
