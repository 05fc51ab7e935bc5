"""Golden scenarios of ``dwellings`` (BauGB § 9 Abs. 1 Nr. 6)."""

from typing import Any

import pytest

from gis.checks import Verdict
from gis.layers import Layer
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
