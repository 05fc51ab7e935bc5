"""Golden scenarios of ``plan_plausibility`` (orientation values of BauNVO § 17)."""

from typing import Any

import pytest

from gis.checks import Verdict
from gis.layers import Layer
from tests.gis.builders import box, feature, layer, parcels, plan, run

TOWN = parcels(A=box(0, 0, 20, 30))


def check(**values: Any) -> Any:
    zones: Layer = layer("zoning", [box(-50, -50, 90, 80)], {key: [value] for key, value in values.items()})
    return run("plan_plausibility", plan(feature(box(4, 4, 14, 16))), parcels=TOWN, zoning=zones)


@pytest.mark.parametrize(
    ("zone", "grz", "gfz", "verdict"),
    [
        ("WA", 0.4, 1.2, "passed"),
        ("WA 2", 0.5, 1.2, "borderline"),
        ("WS", 0.2, 0.5, "borderline"),
        ("MK", 1.0, 3.0, "passed"),
    ],
)
def test_values_above_the_orientation_are_a_hint(zone: str, grz: float, gfz: float, verdict: str) -> None:
    assert check(zone=zone, grz=grz, gfz=gfz).verdict == verdict


def test_the_measure_that_exceeds_most_is_named_with_the_paragraph() -> None:
    result = check(zone="GE", grz=0.9, gfz=2.4, bmz=20.0)
    assert (result.verdict, result.value, result.limit) == (Verdict.BORDERLINE, 20.0, 10.0)
    assert "§ 17 BauNVO" in result.message


def test_zones_without_orientation_value_are_not_applicable() -> None:
    assert check(zone="Wald", grz=0.9).verdict is Verdict.NOT_APPLICABLE
    assert check(zone="WA").verdict is Verdict.NOT_APPLICABLE


def test_an_older_ordinance_is_named() -> None:
    assert any("BauNVO 1977" in text for text in check(zone="WA", grz=0.4, baunvo_version="1977").assumptions)
