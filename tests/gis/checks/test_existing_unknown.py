"""Without the layer of existing buildings every check that uses it says what it assumes, or does not judge."""

import pytest

from gis.checks import CHECKS, Verdict
from gis.siteplan import Role
from tests.gis.builders import box, feature, layer, parcels, plan, run

TOWN = parcels(A=box(0, 0, 20, 30))
ZONE = layer(
    "zoning",
    [box(-9, -9, 29, 39)],
    {"zone": ["WA"], "grz": [0.4], "gfz": [0.8], "bmz": [4.0], "building_method": ["o"], "baunvo_version": ["2017"]},
)
PLAN = plan(
    feature(
        box(5, 5, 15, 15), id="1", use="Wohnen", storeys=2, dwellings=1, wall_height_m=6.0, eaves_height_m=6.0,
        ridge_height_m=6.0, gross_floor_area_m2=200.0, gross_volume_m3=600.0, top_floor_level_m=3.0,
    ),
    feature(box(14, 22, 20, 25), Role.GARAGE, id="2", wall_height_m=2.8),
)  # fmt: skip


@pytest.mark.parametrize("check", [check.id for check in CHECKS.values() if "buildings" in check.layers])
def test_what_is_not_known_of_existing_buildings_is_said(check: str) -> None:
    result = run(check, PLAN, parcels=TOWN, zoning=ZONE)
    told = [note for note in result.assumptions if "Gebäude" in note and ("Lageplan" in note or "bekannt" in note)]
    assert result.verdict is Verdict.NOT_ASSESSABLE or told, result.assumptions
