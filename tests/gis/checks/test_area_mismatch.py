"""Golden scenarios of ``area_mismatch``: permitted are 0.4 · √F + 0.0003 · F; for 600 m² 9.798 + 0.18 = 9.978 m²."""

import math

import pytest

from gis.checks import Verdict
from gis.layers import Layer
from tests.gis.builders import box, feature, layer, plan, run

A, B = box(0, 0, 20, 30), box(20, 0, 40, 30)  # 600 m² each
HOUSE = plan(feature(box(5, 8, 15, 22), wall_height_m=6.0))
BOTH = plan(feature(box(5, 8, 35, 22), wall_height_m=6.0))


def town(*official: float) -> Layer:
    shapes = [A, B][: len(official)]
    return layer("parcels", shapes, {"parcel_id": ["A", "B"][: len(official)], "official_area_m2": list(official)})


@pytest.mark.parametrize(
    ("official", "verdict"),
    # For F = 609 m²: 0.4 · √609 + 0.1827 = 10.05 m²; official areas are whole square metres, so ± 0.5 m².
    [
        (600.0, "passed"),
        (609.0, "passed"),
        (610.0, "borderline"),
        (611.0, "failed"),
        (590.0, "borderline"),
        (585.0, "failed"),
    ],
)
def test_the_difference_may_grow_with_the_root_of_the_area(official: float, verdict: str) -> None:
    result = run("area_mismatch", HOUSE, parcels=town(official))
    assert result.verdict == verdict
    assert result.value == pytest.approx(abs(official - 600))
    assert result.limit == pytest.approx(0.4 * math.sqrt(official) + 0.0003 * official)
    assert result.details["rules"][0]["verified"] is False


def test_of_several_parcels_the_worst_governs_and_the_site_is_compared_as_well() -> None:
    result = run("area_mismatch", BOTH, parcels=town(603.0, 595.0))
    assert [area["name"] for area in result.details["areas"]] == ["Flurstück A", "Flurstück B", "Baugrundstück"]
    # 3 m², 5 m², and 2 m² for both together.
    assert (result.verdict, result.value) == (Verdict.PASSED, pytest.approx(5.0))


def test_a_missing_official_area_is_not_assessable_unless_another_is_wrong() -> None:
    nan = float("nan")
    missing = run("area_mismatch", BOTH, parcels=town(600.0, nan))
    assert missing.verdict is Verdict.NOT_ASSESSABLE
    assert "Flurstück B" in missing.message
    wrong = run("area_mismatch", BOTH, parcels=town(650.0, nan))
    assert (wrong.verdict, wrong.value) == (Verdict.FAILED, pytest.approx(50.0))
    none = run("area_mismatch", HOUSE, parcels=town(nan))
    assert (none.verdict, none.value, none.limit) == (Verdict.NOT_ASSESSABLE, None, None)


def test_ratios_of_the_site_name_a_missing_official_area_as_an_assumption() -> None:
    zoning = layer("zoning", [box(-9, -9, 90, 90)], {"zone": ["WA"], "grz": [0.4]})
    missing = run("site_coverage", HOUSE, parcels=town(float("nan")), zoning=zoning)
    assert any("amtliche Fläche" in text for text in missing.assumptions)
    known = run("site_coverage", HOUSE, parcels=town(600.0), zoning=zoning)
    assert not any("amtliche Fläche" in text for text in known.assumptions)
