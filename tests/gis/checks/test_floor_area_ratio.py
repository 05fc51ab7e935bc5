"""Golden scenarios of ``floor_area_ratio`` (BauNVO § 20); the site A is 20 m × 30 m = 600 m²."""

from typing import Any

import pytest

from gis.checks import Verdict
from gis.layers import Layer
from gis.siteplan import Role
from tests.gis.builders import box, feature, layer, parcels, plan, run

TOWN = parcels(A=box(0, 0, 20, 30))
SHAPE = box(4, 4, 14, 16)  # 120 m²


def zoning(**values: Any) -> Layer:
    return layer("zoning", [box(-50, -50, 90, 80)], {"zone": ["WA"]} | {key: [value] for key, value in values.items()})


def check(house: Any, *others: Any, zones: Layer | None = None, **layers: Layer) -> Any:
    return run("floor_area_ratio", plan(house, *others), parcels=TOWN, zoning=zones or zoning(gfz=0.5), **layers)


def test_the_given_floor_area_is_compared_with_the_plan() -> None:
    # 240 / 600 = 0.40 ≤ 0.50
    result = check(feature(SHAPE, gross_floor_area_m2=240.0))
    assert (result.verdict, result.value, result.limit) == (Verdict.PASSED, pytest.approx(0.4), 0.5)
    assert "0,40" in result.message
    assert "240,00 m²" in result.steps[0].formula


@pytest.mark.parametrize(
    ("area", "verdict"), [(296.9, "passed"), (298.0, "borderline"), (302.9, "borderline"), (303.0, "failed")]
)
def test_less_than_five_thousandths_either_way_are_borderline(area: float, verdict: str) -> None:
    # 0.5 · 600 = 300 m²; 0.005 · 600 = 3 m².
    assert check(feature(SHAPE, gross_floor_area_m2=area)).verdict == verdict


def test_storeys_times_footprint_stand_in_for_a_missing_floor_area_and_are_an_assumption() -> None:
    # 3 · 120 = 360 / 600 = 0.60 > 0.50
    result = check(feature(SHAPE, storeys=3))
    assert (result.verdict, result.value) == (Verdict.FAILED, pytest.approx(0.6))
    assert any("jedes Vollgeschoss so groß" in text for text in result.assumptions)


def test_an_unknown_floor_area_is_not_assessable_unless_the_known_ones_exceed_already() -> None:
    unknown = feature(box(4, 18, 10, 24), Role.EXISTING_BUILDING)
    assert check(feature(SHAPE)).verdict is Verdict.NOT_ASSESSABLE
    assert check(feature(SHAPE)).value is None
    partly = check(feature(SHAPE, storeys=1), unknown)
    assert (partly.verdict, partly.value) == (Verdict.NOT_ASSESSABLE, None)
    # 360 m² of the known house alone are too much: 360 / 600.
    too_much = check(feature(SHAPE, storeys=3), unknown)
    assert (too_much.verdict, too_much.value) == (Verdict.FAILED, pytest.approx(0.6))


def test_garages_and_buildings_to_be_demolished_do_not_count() -> None:
    garage = feature(box(15, 4, 18, 10), Role.GARAGE, storeys=1)
    old = feature(box(4, 18, 14, 28), Role.TO_BE_DEMOLISHED, storeys=3)
    assert check(feature(SHAPE, storeys=2), garage, old).value == pytest.approx(0.4)
    assert check(garage).verdict is Verdict.NOT_APPLICABLE


def test_a_permitted_floor_area_is_turned_into_a_ratio_and_a_least_one_must_be_reached() -> None:
    house = feature(SHAPE, gross_floor_area_m2=240.0)
    assert check(house, zones=zoning(gf_m2=300.0)).limit == pytest.approx(0.5)
    low = check(house, zones=zoning(gfz=1.2, gfz_min=0.8))
    assert (low.verdict, low.limit) == (Verdict.FAILED, 0.8)
    assert "nicht erreicht" in low.message


def test_a_plan_without_floor_area_ratio_is_not_applicable_and_no_plan_is_not_assessable() -> None:
    house = feature(SHAPE, gross_floor_area_m2=240.0)
    assert check(house, zones=zoning(grz=0.4)).verdict is Verdict.NOT_APPLICABLE
    missing = run("floor_area_ratio", plan(house), parcels=TOWN)
    assert (missing.verdict, missing.value) == (Verdict.NOT_ASSESSABLE, pytest.approx(0.4))


def test_in_several_zones_the_floor_area_is_shared_by_footprint() -> None:
    # WA is 300 m² with 110 of 120 m² of the house: 240 · 110/120 = 220 → 0.733 > 0.70; MI 20 / 300 = 0.067 ≤ 1.2.
    zones = layer("zoning", [box(-5, -5, 25, 15), box(-5, 15, 25, 40)], {"zone": ["WA", "MI"], "gfz": [0.7, 1.2]})
    result = check(feature(SHAPE, gross_floor_area_m2=240.0), zones=zones)
    assert (result.verdict, result.value, result.limit) == (Verdict.FAILED, pytest.approx(220 / 300), 0.7)
    assert "im Gebiet WA" in result.message


def test_the_zone_with_the_smallest_margin_governs() -> None:
    # WA: 220 / 300 = 0.733 of 1.20; MI: 20 / 300 = 0.067 of 0.10 is nearer to its limit.
    zones = layer("zoning", [box(-5, -5, 25, 15), box(-5, 15, 25, 40)], {"zone": ["WA", "MI"], "gfz": [1.2, 0.1]})
    result = check(feature(SHAPE, gross_floor_area_m2=240.0), zones=zones)
    assert (result.verdict, result.value, result.limit) == (Verdict.PASSED, pytest.approx(20 / 300), 0.1)


def test_only_what_stands_in_the_zone_counts_there_and_a_house_beyond_it_does_not_pass() -> None:
    # The zone covers y ≥ 10: 400 m² of the site and 60 of 120 m² of the house: 240 · ½ / 400 = 0.30.
    zones = layer("zoning", [box(-5, 10, 25, 40)], {"zone": ["WA"], "gfz": [0.5]})
    result = check(feature(SHAPE, gross_floor_area_m2=240.0), zones=zones)
    assert (result.verdict, result.value) == (Verdict.NOT_ASSESSABLE, pytest.approx(0.3))
    assert "Für 60,00 m² der Gebäude ist kein Baugebiet bekannt" in result.message


def test_texts_of_the_plan_that_nobody_read_are_named() -> None:
    scopes = layer("plan_scopes", [box(-50, -50, 90, 80)], {"name": ["Nordfeld"], "text_count": [12.0]})
    result = check(feature(SHAPE, gross_floor_area_m2=240.0), plan_scopes=scopes)
    assert any("12 textlichen Festsetzungen des Plans „Nordfeld“" in text for text in result.assumptions)


def test_a_floor_area_or_number_of_storeys_of_zero_is_a_field_left_empty() -> None:
    for values in ({"storeys": 0}, {"gross_floor_area_m2": 0.0}, {"gross_floor_area_m2": 0.0, "storeys": 2}):
        result = check(feature(SHAPE, **values))
        assert (result.verdict, result.value) == (Verdict.NOT_ASSESSABLE, None)
        assert "das kann nicht stimmen" in result.message


def test_storeys_that_contradict_the_stated_floor_area_leave_the_answer_open_where_it_depends_on_them() -> None:
    # 3 · 120 = 360 m² (0.60) but 200 m² (0.33) stated; the limit lies between, or above both.
    house = feature(SHAPE, gross_floor_area_m2=200.0, storeys=3)
    result = check(house)
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert "200,00 m² Geschossfläche angegeben, aber 3 Vollgeschosse × 120,00 m² = 360,00 m²" in result.message
    both = check(house, zones=zoning(gfz=0.7))
    assert (both.verdict, both.value) == (Verdict.PASSED, pytest.approx(200 / 600))
    assert any("beides führt zum selben Ergebnis" in text for text in both.assumptions)
    # A set-back storey takes less than a tenth off: no contradiction.
    near = check(feature(SHAPE, gross_floor_area_m2=330.0, storeys=3), zones=zoning(gfz=0.58))
    assert near.verdict is Verdict.PASSED


def test_a_house_off_the_site_and_buildings_that_the_plan_leaves_out_keep_the_ratio_from_passing() -> None:
    # 2 · 120 = 240 m², half of it on the site: 120 / 600 = 0.20.
    result = check(feature(box(15, 4, 25, 16), storeys=2))
    assert (result.verdict, result.value) == (Verdict.NOT_ASSESSABLE, pytest.approx(0.2))
    assert "60,00 m² der Anlagen liegen nicht auf dem Baugrundstück" in result.message
    known = layer("buildings", [box(4, 18, 14, 26)], {"building_id": ["a"]})
    assert check(feature(SHAPE, storeys=2), buildings=known).verdict is Verdict.NOT_ASSESSABLE
    far = layer("buildings", [box(44, 18, 54, 26)], {"building_id": ["a"]})
    assert check(feature(SHAPE, storeys=2), buildings=far).verdict is Verdict.PASSED


def test_a_floor_area_that_the_plan_sets_in_square_metres_is_shown_as_such() -> None:
    result = check(feature(SHAPE, storeys=2), zones=zoning(gf_m2=300.0))
    assert (result.verdict, result.limit) == (Verdict.PASSED, pytest.approx(0.5))
    assert "zulässig sind 300,00 m² Geschossfläche (GFZ 0,50)" in result.message
    assert any("300,00 m² Geschossfläche ÷ 600,00 m²" in step.formula for step in result.steps)


def test_a_floor_area_shared_out_between_two_zones_says_so() -> None:
    # 240 m²; 4 of 12 m of the house stand in the lower zone: 80 m² and 160 m².
    zones = layer("zoning", [box(-50, -50, 90, 8), box(-50, 8, 90, 80)], {"zone": ["WA", "WR"], "gfz": [0.6, 0.6]})
    result = check(feature(SHAPE, storeys=2), zones=zones)
    assert any("nach dem Anteil seines Umrisses" in text for text in result.assumptions)
    assert any("240,00 m² × 33,3 % = 80,00 m²" in step.formula for step in result.steps)


def _bay(shape: Any = None, **values: Any) -> Any:
    return feature(box(4, 16, 14, 22) if shape is None else shape, Role.BAY_WINDOW, **values)  # 60 m²


def test_a_bay_window_counts_with_every_full_storey_that_it_reaches_over() -> None:
    # 2 · 120 + 2 · 60 = 360 m² → 0.60 > 0.50, where the house alone has 0.40.
    house = feature(SHAPE, storeys=2, wall_height_m=6.0)
    for bay in (_bay(wall_height_m=6.0), _bay(storeys=2)):
        result = check(house, bay)
        assert (result.verdict, result.value) == (Verdict.FAILED, pytest.approx(0.6))
        assert "2 Vollgeschosse × 120,00 m² + Erker 2: 2 × 60,00 m² = 360,00 m²" in result.steps[0].formula
    # In the upper storey alone: 240 + 60 = 300 m².
    upper = check(house, _bay(base_height_m=2.8, wall_height_m=5.8), zones=zoning(gfz=0.52))
    assert (upper.verdict, upper.value) == (Verdict.PASSED, pytest.approx(0.5))


def test_a_bay_window_of_unknown_height_keeps_the_ratio_from_passing_only_where_it_matters() -> None:
    # Between 240 m² (0.40) and 360 m² (0.60).
    house = feature(SHAPE, storeys=2, wall_height_m=6.0)
    result = check(house, _bay())
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert "Über wie vielen Vollgeschossen Erker 2 steht, ist nicht angegeben" in result.message
    assert "GFZ 0,60" in result.message
    assert check(house, _bay(), zones=zoning(gfz=0.7)).verdict is Verdict.PASSED
    assert check(house, _bay(), zones=zoning(gfz=0.3)).verdict is Verdict.FAILED


def test_a_stated_floor_area_without_the_bay_window_contradicts_the_outlines() -> None:
    house = feature(SHAPE, storeys=2, wall_height_m=6.0, gross_floor_area_m2=240.0)
    assert check(house).verdict is Verdict.PASSED
    result = check(house, _bay(wall_height_m=6.0))
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert "240,00 m² Geschossfläche angegeben, aber" in result.message


def test_ancillary_buildings_left_out_of_the_floor_area_are_named() -> None:
    shed = feature(box(15, 4, 18, 10), Role.ANCILLARY_BUILDING)
    result = check(feature(SHAPE, storeys=2), shed)
    assert "Nebengebäude und Garagen zählen nicht zur Geschossfläche (§ 20 Abs. 4 BauNVO)." in result.assumptions


def test_a_ratio_of_a_window_holds_for_what_stands_in_it() -> None:
    # 240 / 600 = 0.40: too much for the zone (0.30), enough in the window (0.50), open across its edge.
    house = feature(SHAPE, storeys=2)
    zones = zoning(gfz=0.3)

    def windows(*shapes: Any) -> Layer:
        return layer("building_windows", list(shapes), {"gfz": [0.5] * len(shapes)})

    inside = check(house, zones=zones, building_windows=windows(box(3, 3, 17, 20)))
    assert (inside.verdict, inside.limit) == (Verdict.PASSED, 0.5)
    beside = check(house, zones=zones, building_windows=windows(box(3, 20, 17, 28), box(13.9, 3, 37, 27)))
    assert (beside.verdict, beside.limit) == (Verdict.FAILED, 0.3)
    across = check(house, zones=zones, building_windows=windows(box(3, 3, 17, 10)))
    assert across.verdict is Verdict.NOT_ASSESSABLE
    assert "(GFZ 0,30 und GFZ 0,50)" in across.message


def test_windows_that_each_set_a_floor_area_are_reckoned_for_themselves() -> None:
    # Two houses of 2 · 72 = 144 m² in windows with 150 m² each.
    houses = [feature(box(4, 4, 13, 12), storeys=2), feature(box(4, 18, 13, 26), storeys=2)]
    windows = layer("building_windows", [box(3, 3, 17, 14), box(3, 16, 17, 28)], {"gf_m2": [150.0, 150.0]})
    result = check(*houses, zones=zoning(grz=0.4), building_windows=windows)
    assert (result.verdict, result.value, result.limit) == (
        Verdict.PASSED, pytest.approx(144 / 600), pytest.approx(150 / 600),
    )  # fmt: skip
    assert "in jedem der 2 Baufenster" in result.message


def test_a_public_street_on_the_site_is_no_land_to_reckon_with() -> None:
    # 240 / 600 = 0.40 ≤ 0.50; without the 200 m² of street 240 / 400 = 0.60.
    street = layer("traffic_areas", [box(-20, 20, 60, 40)], {"kind": ["street"], "public": [True]})
    result = check(feature(SHAPE, storeys=2), traffic_areas=street)
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert "Ohne sie ergibt sich GFZ 0,60" in result.message


def test_an_old_version_of_the_law_that_counts_more_is_named() -> None:
    old = check(feature(SHAPE, storeys=2), zones=zoning(gfz=0.5, baunvo_version="1968"))
    assert any("BauNVO 1968; nach ihr zählen auch Aufenthaltsräume" in text for text in old.assumptions)
    new = check(feature(SHAPE, storeys=2), zones=zoning(gfz=0.5, baunvo_version="2017"))
    assert not any("Aufenthaltsräume" in text for text in new.assumptions)
