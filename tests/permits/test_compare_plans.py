"""compare_plans: two versions of a binding plan, from files and from the store."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from permits.models import PermitAuthority, PlanSnapshot
from tests.permits.planfiles import Box, write_plan

pytestmark = pytest.mark.django_db

SCOPE: Box = (0, 0, 100, 100)
BEFORE = (("GML_1", (0.0, 0.0, 100.0, 100.0), "<xplan:GRZ>0.4</xplan:GRZ>"),)
AFTER = (
    ("GML_1", (0.0, 0.0, 100.0, 60.0), "<xplan:GRZ>0.3</xplan:GRZ>"),
    ("GML_2", (0.0, 60.0, 100.0, 100.0), "<xplan:GRZ>0.4</xplan:GRZ>"),
)


def compared(*arguments: object) -> str:
    out = StringIO()
    call_command("compare_plans", *map(str, arguments), stdout=out)
    return out.getvalue()


def check(result: dict[str, Any]) -> None:
    assert result["counts"] == {"added": 1, "changed": 1}
    changed, added = result["objects"]
    assert added["new_id"] == "GML_2"
    assert changed["area_change_m2"] == pytest.approx(-4000)  # 100 m × 40 m
    assert {value["name"]: (value["old"], value["new"]) for value in changed["attributes"]} == {"GRZ": (0.4, 0.3)}


def test_two_files_are_compared(tmp_path: Path) -> None:
    old = write_plan(tmp_path / "alt.gml", "Am Bach", SCOPE, zones=BEFORE)
    new = write_plan(tmp_path / "neu.gml", "Am Bach", SCOPE, zones=AFTER)
    check(json.loads(compared(old, new)))
    assert "GRZ 0,40 → 0,30" in compared(old, new, "--format", "table")
    assert json.loads(compared(new, new))["same"] is True


def test_two_states_of_the_store_are_compared(
    tmp_path: Path, settings: Settings, authorities: dict[str, PermitAuthority]
) -> None:
    settings.LAYER_ROOT = tmp_path / "layers"
    for name, zones in (("alt", BEFORE), ("neu", AFTER)):
        path = write_plan(tmp_path / f"{name}.gml", "Am Bach", SCOPE, zones=zones)
        call_command("import_plan", str(path), "--authority", "musterstadt", stdout=StringIO(), stderr=StringIO())
    old, new = PlanSnapshot.objects.order_by("pk").values_list("snapshot_id", flat=True)
    check(json.loads(compared(old[:10], new, "--authority", "musterstadt")))


@pytest.mark.parametrize(("state", "reason"), [("nichts", "weder eine Datei"), ("0" * 12, "keinen Datenstand")])
def test_what_does_not_exist_is_named_in_german(state: str, reason: str) -> None:
    with pytest.raises(CommandError, match=reason):
        compared(state, state)


def test_of_two_files_the_one_that_is_no_plan_is_named(tmp_path: Path) -> None:
    plan, other = write_plan(tmp_path / "alt.gml", "Am Bach", SCOPE, zones=BEFORE), tmp_path / "liste.txt"
    other.write_text("kein Plan", "utf-8")
    with pytest.raises(CommandError, match=r"^liste\.txt: Die XML-Datei"):
        compared(plan, other)


@pytest.mark.realdata
def test_a_real_plan_with_a_defect_differs_from_its_valid_twin_and_from_itself_in_nothing(shared_data: Path) -> None:
    folder = shared_data / "xplan"
    assert json.loads(compared(folder / "Blankenese29.gml", folder / "Blankenese29.gml"))["same"] is True
    twins = [folder / f"defects/BPlan_Kompensationsbereich_6-0-2_{kind}.gml" for kind in ("valide", "Ueberlappung")]
    result = json.loads(compared(*twins))
    assert not result["same"]
    assert any(change["geometry_changed"] or change["kind"] != "changed" for change in result["objects"])
