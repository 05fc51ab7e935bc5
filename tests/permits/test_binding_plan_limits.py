"""The operator bounds how large binding plans may be, wherever a command reads one."""

import zipfile
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from gis.readers.xplan import PlanLimits
from permits.management.binding_plan_limits import binding_plan_limits
from permits.models import PlanSnapshot
from tests.permits.planfiles import Box, simple_plan

pytestmark = pytest.mark.django_db

SCOPE: Box = (0, 0, 100, 100)
LIMITS = [
    ("BINDING_PLAN_MAX_BYTES", 1_000, "größer als 0 MB"),
    ("BINDING_PLAN_MAX_OBJECTS", 2, "mehr als 2 Objekte"),
    ("BINDING_PLAN_MAX_POINTS", 4, "mehr als 4 Punkte"),
]


def test_the_settings_begin_with_the_limits_of_the_reader() -> None:
    assert binding_plan_limits() == PlanLimits()


@pytest.mark.parametrize(("name", "value", "reason"), LIMITS)
def test_an_import_ends_at_the_limits_of_the_operator(
    tmp_path: Path, settings: Settings, name: str, value: int, reason: str
) -> None:
    settings.LAYER_ROOT = tmp_path / "layers"
    setattr(settings, name, value)
    path = simple_plan(tmp_path / "plan.gml", "Am Bach", SCOPE)
    with pytest.raises(CommandError, match=reason):
        call_command("import_plan", str(path), stdout=StringIO(), stderr=StringIO())
    assert not PlanSnapshot.objects.exists()


@pytest.mark.parametrize(("name", "value", "reason"), LIMITS)
def test_a_comparison_ends_at_the_limits_of_the_operator(
    tmp_path: Path, settings: Settings, name: str, value: int, reason: str
) -> None:
    setattr(settings, name, value)
    path = simple_plan(tmp_path / "plan.gml", "Am Bach", SCOPE)
    with pytest.raises(CommandError, match=reason):
        call_command("compare_plans", str(path), str(path), stdout=StringIO())


def test_an_archive_may_hold_as_many_files_as_the_operator_says(tmp_path: Path, settings: Settings) -> None:
    path = tmp_path / "plan.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(simple_plan(tmp_path / "plan.gml", "Am Bach", SCOPE), "plan.gml")
        archive.writestr("liesmich.txt", "Am Bach")
    call_command("import_plan", str(path), "--validate-only", stdout=StringIO(), stderr=StringIO())
    settings.BINDING_PLAN_ARCHIVE_FILES = 1
    with pytest.raises(CommandError, match="mehr als 1 Dateien"):
        call_command("import_plan", str(path), "--validate-only", stdout=StringIO(), stderr=StringIO())
