"""Golden scenarios of ``demand`` (NBauO §§ 9, 47, 48); the site A is 20 m × 30 m = 600 m²."""

from typing import Any

import pytest

from gis.checks import Verdict
from gis.siteplan import Role
from tests.gis.builders import box, feature, parcels, plan, run

TOWN = parcels(A=box(0, 0, 20, 30))


def check(*features: Any) -> Any:
    return run("demand", plan(*features), parcels=TOWN)


def test_more_than_five_dwellings_in_a_building_need_a_playground() -> None:
    five = check(feature(box(4, 4, 14, 16), dwellings=5))
    six = check(feature(box(4, 4, 14, 16), dwellings=6))
    assert (five.details["playground"], six.details["playground"]) == (False, True)
    assert "Spielplatz" in six.message
    assert (six.verdict, six.value, six.limit) == (Verdict.BORDERLINE, 6.0, 5.0)


def test_new_dwellings_need_bicycle_but_no_car_spaces() -> None:
    result = check(feature(box(4, 4, 14, 16), dwellings=3))
    assert (result.details["bicycles"], result.details["car_spaces"]) == (6, 0)


def test_the_green_area_is_what_nothing_seals() -> None:
    # 600 − 120 (house) − 18 (garage) − 30 (driveway) = 432 m²
    result = check(
        feature(box(4, 4, 14, 16), dwellings=0),
        feature(box(16, 4, 19, 10), Role.GARAGE),
        feature(box(16, 10, 19, 20), Role.DRIVEWAY),
    )
    assert result.verdict is Verdict.PASSED
    assert result.details["green_m2"] == pytest.approx(432)
    assert "72 %" in result.message


def test_unknown_dwellings_are_not_assessable() -> None:
    assert check(feature(box(4, 4, 14, 16))).verdict is Verdict.NOT_ASSESSABLE
    assert check(feature(box(4, 4, 14, 16), Role.GARAGE)).verdict is Verdict.NOT_APPLICABLE


def test_the_playground_asks_for_the_dwellings_of_one_building() -> None:
    town = parcels(A=box(0, 0, 20, 30))
    twins = [feature(box(x, 5, x + 6, 15), dwellings=3) for x in (1, 12)]
    result = run("demand", plan(*twins), parcels=town)
    assert (result.value, result.limit, result.details["dwellings"]) == (3.0, 5.0, 6)
    assert "Für 6 Wohnungen nachzuweisen sind 12 Abstellplätze" in result.message
