"""Golden scenarios of ``building_volume_ratio`` (BauNVO § 21); the site A is 20 m × 30 m = 600 m²."""

from typing import Any

import pytest

from gis.checks import Verdict
from gis.layers import Layer
from gis.siteplan import Role, StoreyLevel
from tests.gis.builders import box, feature, layer, parcels, plan, run

TOWN = parcels(A=box(0, 0, 20, 30))
SHAPE = box(4, 4, 14, 16)


def check(house: Any, **values: Any) -> Any:
    zones: Layer = layer(
        "zoning", [box(-50, -50, 90, 80)], {"zone": ["GE"]} | {key: [value] for key, value in values.items()}
    )
    return run("building_volume_ratio", plan(house), parcels=TOWN, zoning=zones)


@pytest.mark.parametrize(
    ("volume", "verdict"), [(2_900.0, "passed"), (2_998.0, "borderline"), (3_002.0, "borderline"), (3_100.0, "failed")]
)
def test_the_volume_over_the_site_is_compared_with_the_plan(volume: float, verdict: str) -> None:
    # 5.0 · 600 = 3,000 m³, 0.005 · 600 = 3 m³ either way.
    result = check(feature(SHAPE, gross_volume_m3=volume), bmz=5.0)
    assert (result.verdict, result.value, result.limit) == (verdict, pytest.approx(volume / 600), 5.0)


def test_a_permitted_volume_is_turned_into_a_ratio() -> None:
    assert check(feature(SHAPE, gross_volume_m3=900.0), bm_m3=1_200.0).limit == pytest.approx(2.0)


def test_a_missing_volume_is_not_assessable() -> None:
    result = check(feature(SHAPE), bmz=5.0)
    assert (result.verdict, result.value, result.limit) == (Verdict.NOT_ASSESSABLE, None, 5.0)
    assert "Hauptgebäude 1" in result.message


def test_high_storeys_are_limited_by_the_floor_area_ratio_where_nothing_else_is_set() -> None:
    # 120 m² in one storey, 600 m³ → 5.0 m high; GFZ 0.2 → 3.5 · 0.2 = 0.7; 600 / 600 = 1.0 > 0.7.
    hall = feature(SHAPE, gross_volume_m3=600.0, gross_floor_area_m2=120.0)
    result = check(hall, gfz=0.2)
    assert (result.verdict, result.limit) == (Verdict.FAILED, pytest.approx(0.7))
    assert check(hall, gfz=0.2, building_height_max_m=8.0).verdict is Verdict.NOT_APPLICABLE
    low = feature(SHAPE, gross_volume_m3=400.0, gross_floor_area_m2=120.0)
    assert check(low, gfz=0.2).verdict is Verdict.NOT_APPLICABLE


def test_nothing_to_build_is_not_applicable() -> None:
    assert check(feature(SHAPE, Role.GARAGE), bmz=5.0).verdict is Verdict.NOT_APPLICABLE


def test_storeys_with_known_heights_decide_and_unknown_ones_are_an_assumption() -> None:
    # One storey of 4 m above a basement of 5 m; without the volume the ratio is open, but its limit is 3.5 · 0.2.
    levels = (StoreyLevel("UG", -5.0, 5.0, above_ground=False), StoreyLevel("EG", 0.0, 4.0))
    high = check(feature(SHAPE, storey_levels=levels), gfz=0.2)
    assert (high.verdict, high.limit) == (Verdict.NOT_ASSESSABLE, pytest.approx(0.7))
    low = check(feature(SHAPE, storey_levels=(StoreyLevel("EG", 0.0, 3.0),)), gfz=0.2)
    assert low.verdict is Verdict.NOT_APPLICABLE
    assumed = "Kein Geschoss ist höher als 3,50 m (§ 21 Abs. 4 BauNVO)."
    assert assumed not in low.assumptions
    unknown = check(feature(SHAPE), gfz=0.2)
    assert unknown.verdict is Verdict.NOT_APPLICABLE
    assert assumed in unknown.assumptions
    assert assumed not in check(feature(SHAPE), gfz=0.2, building_height_exact_m=8.0).assumptions


def test_an_unknown_volume_without_a_known_plan_gives_no_figure() -> None:
    result = run("building_volume_ratio", plan(feature(SHAPE)), parcels=TOWN)
    assert (result.verdict, result.value) == (Verdict.NOT_ASSESSABLE, None)
    assert "0,00" not in result.message
    assert "nicht angegeben" in result.message


def test_walls_much_higher_than_their_storeys_are_no_reason_to_assume_low_ones() -> None:
    # One storey behind walls of 12 m: (12 − 1.50) / 1 = 10.50 > 3.50. GFZ 0.6: BMZ ≤ 2.1, and the volume is missing.
    zones = layer("zoning", [box(-50, -50, 90, 80)], {"zone": ["GE"], "gfz": [0.6]})
    town = parcels(A=box(0, 0, 20, 30))
    hall = plan(feature(box(4, 4, 14, 16), storeys=1, wall_height_m=12.0))
    result = run("building_volume_ratio", hall, parcels=town, zoning=zones)
    assert (result.verdict, result.limit) == (Verdict.NOT_ASSESSABLE, pytest.approx(2.1))
    # Walls of 4.50 m hold one storey, its base and a knee wall.
    house = plan(feature(box(4, 4, 14, 16), storeys=1, wall_height_m=4.5))
    assert run("building_volume_ratio", house, parcels=town, zoning=zones).verdict is Verdict.NOT_APPLICABLE


@pytest.mark.parametrize("volume", [2.5, 300.0])
def test_a_volume_that_outline_and_walls_contradict_leaves_the_answer_open(volume: float) -> None:
    # 120 m² · 6 m = 720 m³ → 1.20 > 1.0; without base and roof 120 · 4.5 = 540 m³.
    house = feature(SHAPE, gross_volume_m3=volume, wall_height_m=6.0)
    result = check(house, bmz=1.0)
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert "aber 120,00 m² Umriss × 6,00 m Wandhöhe = 720,00 m³" in result.message
    assert "BMZ 1,20" in result.message
    both = check(house, bmz=2.0)
    assert both.verdict is Verdict.PASSED
    assert any("beides führt zum selben Ergebnis" in text for text in both.assumptions)
    assert check(feature(SHAPE, gross_volume_m3=540.0, wall_height_m=6.0), bmz=1.0).verdict is Verdict.PASSED


def test_a_volume_that_the_floor_area_contradicts_leaves_the_answer_open() -> None:
    # 2 · 120 = 240 m² in storeys of up to 3.30 m: 792 m³ → 1.32; in the lowest ones 2.40 m: 576 m³.
    result = check(feature(SHAPE, gross_volume_m3=300.0, storeys=2), bmz=1.0)
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert "240,00 m² Geschossfläche × 3,30 m Geschosshöhe = 792,00 m³" in result.message
    assert check(feature(SHAPE, gross_volume_m3=560.0, storeys=2), bmz=1.0).verdict is Verdict.PASSED
