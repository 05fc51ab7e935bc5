"""Golden scenarios of ``dwellings`` (BauGB § 9 Abs. 1 Nr. 6)."""

from typing import Any

import pytest

from gis.checks import Verdict
from gis.layers import Layer
from gis.siteplan import Role
from tests.gis.builders import box, feature, layer, parcels, plan, run

TOWN = parcels(A=box(0, 0, 20, 30))
SHAPE = box(4, 4, 14, 16)


def zoning(**values: Any) -> Layer:
    return layer("zoning", [box(-50, -50, 90, 80)], {"zone": ["WA"]} | {key: [value] for key, value in values.items()})


@pytest.mark.parametrize(("built", "verdict"), [(1, "passed"), (2, "passed"), (3, "failed"), (None, "not_assessable")])
def test_dwellings_are_limited_per_building(built: int | None, verdict: str) -> None:
    house = feature(SHAPE, dwellings=built)
    result = run("dwellings", plan(house), parcels=TOWN, zoning=zoning(max_dwellings=2.0))
    assert (result.verdict, result.limit, result.unit) == (verdict, 2.0, "Wohnungen")


def test_no_limit_is_not_applicable_and_no_plan_not_assessable() -> None:
    house = feature(SHAPE, dwellings=3)
    assert run("dwellings", plan(house), parcels=TOWN, zoning=zoning(grz=0.4)).verdict is Verdict.NOT_APPLICABLE
    assert run("dwellings", plan(house), parcels=TOWN).verdict is Verdict.NOT_ASSESSABLE


@pytest.mark.parametrize(
    "check_id",
    [
        "building_class", "building_line", "building_method", "building_window", "demand", "dwellings",
        "floor_area_ratio", "site_coverage", "storeys",
    ],
)  # fmt: skip
def test_a_dwelling_house_drawn_as_outbuilding_slips_through_no_check_of_main_buildings(check_id: str) -> None:
    values = {"zone": ["WA"], "grz": [0.4], "gfz": [1.2], "storeys_max": [2.0], "max_dwellings": [4.0]}
    zones = layer("zoning", [box(-50, -50, 90, 80)], values | {"building_method": ["o"]})
    windows = layer("building_windows", [box(2, 2, 18, 28)], {})
    lines = layer("building_lines", [box(-50, 20, 90, 21).boundary], {})
    house = feature(box(4, 4, 14, 16), Role.ANCILLARY_BUILDING, use="Wohnen", dwellings=2, storeys=2)
    result = run(
        check_id, plan(house, parcels=["A"]), parcels=parcels(A=box(0, 0, 20, 30)), zoning=zones,
        building_windows=windows, building_lines=lines,
    )  # fmt: skip
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert "Bitte zeichnen Sie es als Hauptgebäude." in result.message


def test_houses_that_touch_count_one_by_one_and_that_is_an_assumption() -> None:
    zones = layer("zoning", [box(-50, -50, 90, 80)], {"zone": ["WA"], "max_dwellings": [2.0]})
    left, right = feature(box(4, 4, 9, 16), dwellings=2), feature(box(9, 4, 14, 16), dwellings=2)
    result = run("dwellings", plan(left, right), parcels=TOWN, zoning=zones)
    assert result.verdict is Verdict.PASSED
    assert "Hauptgebäude 1 und Hauptgebäude 2 stehen aneinander und gelten je für sich als Wohngebäude." in (
        result.assumptions
    )
    apart = run("dwellings", plan(left, feature(box(12, 4, 16, 16), dwellings=2)), parcels=TOWN, zoning=zones)
    assert not any("aneinander" in text for text in apart.assumptions)
