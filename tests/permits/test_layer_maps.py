"""Layer maps of the operator for drawings: used before the built-in ones, and read at start."""

from pathlib import Path

import ezdxf
import pytest
from pytest_django import Settings as SettingsWrapper

from permits.checks import check_layer_maps
from permits.models import PermitAuthority, PermitCase
from permits.services.plan_reading import drawn_outlines, plan_limits, read_plan

OWN = """
title = "Büro Muster"

[[layer]]
pattern = 'A-GEB(_H(?P<wall_height_m>\\d+([.,]\\d+)?))?'
role = "main_building"
"""


@pytest.fixture
def drawing(tmp_path: Path) -> bytes:
    document = ezdxf.new("R2018")
    document.header["$INSUNITS"] = 6
    house = [(545_000, 5_800_000), (545_010, 5_800_000), (545_010, 5_800_008), (545_000, 5_800_008)]
    document.modelspace().add_lwpolyline(house, close=True, dxfattribs={"layer": "A-GEB_H6,5"})
    document.saveas(tmp_path / "haus.dxf")
    return (tmp_path / "haus.dxf").read_bytes()


def test_the_operators_layer_map_is_used(drawing: bytes, tmp_path: Path, settings: SettingsWrapper) -> None:
    folder = tmp_path / "maps"
    folder.mkdir()
    (folder / "buero.toml").write_text(OWN, "utf-8")
    settings.SITE_PLAN_LAYER_MAPS = str(folder)
    assert check_layer_maps() == []
    case = PermitCase(authority=PermitAuthority(crs_epsg=25832))
    (house,) = read_plan(case=case, content=drawing, original_name="haus.dxf").features
    assert house.wall_height_m == 6.5
    outlines = drawn_outlines(content=drawing, original_name="haus.dxf")
    assert outlines is not None
    assert (len(outlines.rings), outlines.unit) == (1, "Meter")


def test_a_wrong_folder_is_named_at_start(tmp_path: Path, settings: SettingsWrapper) -> None:
    settings.SITE_PLAN_LAYER_MAPS = str(tmp_path)
    (message,) = check_layer_maps()
    assert message.id == "permits.E005"
    (tmp_path / "kaputt.toml").write_text("title = ", "utf-8")
    (message,) = check_layer_maps()
    assert "kaputt.toml" in message.msg


def test_limits_come_from_the_settings(settings: SettingsWrapper) -> None:
    settings.SITE_PLAN_MAX_FEATURES = 7
    settings.SITE_PLAN_SECONDS = 3
    settings.SITE_PLAN_ARCHIVE_FILES = 9
    limits = plan_limits()
    assert (limits.features, limits.seconds, limits.archive_files) == (7, 3, 9)


def test_sketches_are_only_made_of_drawings() -> None:
    assert drawn_outlines(content=b'{"type": "FeatureCollection"}', original_name="haus.json") is None
    assert drawn_outlines(content=b"AutoCAD Binary DXF\r\n\x1a\x00kaputt", original_name="haus.dxf") is None
