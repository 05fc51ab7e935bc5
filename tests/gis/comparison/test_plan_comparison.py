"""Comparing two versions of a binding plan, made by hand."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from gis.comparison import ObjectChangeKind, compare_plans
from gis.planning.model import BindingPlan, LegalStatus, PlanObject, PlanPart, TextSection
from tests.gis.builders import CRS, EAST, NORTH, box


def item(name: str, kind: str, geometry: BaseGeometry | None = None, **attributes: Any) -> PlanObject:
    return PlanObject(name, kind, "bereich", geometry, attributes)


AREA = item("wa1", "BP_BaugebietsTeilFlaeche", box(0, 0, 100, 60), GRZ=0.4, Z=2)
LIMIT = item("grenze1", "BP_BauGrenze", shapely.LineString([(EAST, NORTH + 3), (EAST + 100, NORTH + 3)]))
RULE = TextSection("text1", key="1.1", text="Garagen sind unzulässig.")


def plan(*objects: PlanObject, **values: Any) -> BindingPlan:
    fields: dict[str, Any] = {
        "plan_id": "plan1", "name": "Am Anger", "number": "12", "version": None, "plan_type": "1000",
        "legal_status": LegalStatus.IN_FORCE, "in_force_since": date(2020, 5, 1), "baunvo_version": None,
        "municipality": "Musterstadt", "xplan_version": "6.0", "crs": CRS,
        "scope": shapely.MultiPolygon([box(0, 0, 100, 60)]), "parts": (PlanPart("bereich", "0"),),
        "objects": objects, "texts": (RULE,),
    }  # fmt: skip
    return BindingPlan(**(fields | values))


def test_a_plan_compared_with_itself_has_not_changed() -> None:
    comparison = compare_plans(plan(AREA, LIMIT), plan(AREA, LIMIT))
    assert comparison.same
    assert comparison.unchanged == 2
    assert comparison.sentences() == ()


def test_objects_are_added_and_removed() -> None:
    comparison = compare_plans(plan(AREA), plan(LIMIT))
    assert comparison.counts() == {"added": 1, "removed": 1}
    assert comparison.sentences() == (
        "BP_BauGrenze (grenze1) ist hinzugekommen.",
        "BP_BaugebietsTeilFlaeche (wa1) ist weggefallen.",
    )


def test_values_and_geometry_that_changed_are_told_old_and_new() -> None:
    wider = replace(AREA, geometry=box(0, 0, 102, 60), attributes={"GRZ": 0.3, "Z": 2, "bauweise": "1000"})
    (change,) = compare_plans(plan(AREA), plan(wider)).objects
    assert change.kind is ObjectChangeKind.CHANGED
    assert change.moved_m == pytest.approx(2)
    assert change.area_change_m2 == pytest.approx(120)  # 2 m × 60 m
    assert [(value.name, value.old, value.new) for value in change.attributes] == [
        ("GRZ", 0.4, 0.3),
        ("bauweise", None, "1000"),
    ]
    assert change.sentence() == (
        "BP_BaugebietsTeilFlaeche (wa1): Geometrie um bis zu 2,00 m geändert, Fläche +120,00 m²; "
        "GRZ 0,40 → 0,30; bauweise ohne Angabe → 1000."
    )


def test_objects_that_only_got_new_ids_are_the_same() -> None:
    before = plan(AREA, LIMIT, replace(LIMIT, id="ohne", geometry=None))
    after = plan(
        *(replace(old, id=f"neu-{old.id}", part_id="b2") for old in before.objects),
        parts=(PlanPart("b2", "0"),),
        plan_id="plan2",
    )
    assert compare_plans(before, after).same


def test_references_are_compared_by_what_they_mean() -> None:
    area = replace(AREA, references={"baugrenze": ("grenze1",)}, text_ids=("text1",))
    renewed = replace(area, references={"baugrenze": ("g9",)}, text_ids=("t9",))
    after = plan(renewed, replace(LIMIT, id="g9"), texts=(replace(RULE, id="t9"),))
    assert compare_plans(plan(area, LIMIT), after).same
    (change,) = compare_plans(plan(area, LIMIT), plan(AREA, LIMIT)).objects
    assert [value.name for value in change.attributes] == ["Textabschnitte", "Verweis baugrenze"]


def test_the_plan_itself_its_scope_and_its_texts_are_compared() -> None:
    after = plan(
        AREA,
        name="Am Anger, 1. Änderung",
        scope=shapely.MultiPolygon([box(0, 0, 100, 70)]),
        texts=(replace(RULE, text="Garagen sind zulässig."), TextSection("text2", key="1.2", text="Dächer sind grün.")),
    )
    comparison = compare_plans(plan(AREA), after)
    assert comparison.sentences() == (
        "Der Plan selbst: Name Am Anger → Am Anger, 1. Änderung.",
        "Der Geltungsbereich unterscheidet sich auf 1.000,00 m².",  # 100 m × 10 m
        "Der Textabschnitt 1.1 lautet anders (22 Zeichen).",
        "Der Textabschnitt 1.2 ist hinzugekommen.",
    )


def test_the_result_is_strict_json() -> None:
    data = json.loads(json.dumps(compare_plans(plan(AREA), plan(LIMIT)).to_json(), allow_nan=False))
    assert data["counts"] == {"added": 1, "removed": 1}
    assert [change["object"] for change in data["objects"]] == ["BP_BauGrenze", "BP_BaugebietsTeilFlaeche"]
