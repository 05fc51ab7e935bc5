"""Golden scenarios of ``site_coverage`` (BauNVO § 19); the site A is 20 m × 30 m = 600 m²."""

from typing import Any

import pytest
import shapely

from gis.checks import Verdict
from gis.checks.building_land import NO_STREET_LINE
from gis.checks.reservations import ALL_DRAWN
from gis.layers import Layer
from gis.site import NO_OFFICIAL_AREA
from gis.siteplan import Role
from tests.gis.builders import box, feature, layer, parcels, plan, polygon, run

A, B = box(0, 0, 20, 30), box(20, 0, 40, 30)
TOWN = parcels(A=A, B=B)


def zoning(grz: float | None = 0.4, shape: Any = None, **columns: Any) -> Layer:
    zone = box(-50, -50, 90, 80) if shape is None else shape
    return layer("zoning", [zone], {"zone": ["WA"], "grz": [grz]} | {key: [value] for key, value in columns.items()})


HOUSE = feature(box(4, 4, 14, 16))  # 120 m²


def test_a_house_within_the_ratio_passes_with_both_values() -> None:
    # GRZ I: 120 / 600 = 0.20 ≤ 0.40. GRZ II: (120 + 3 · 6) / 600 = 0.23 ≤ 1.5 · 0.40 = 0.60.
    garage = feature(box(16, 4, 19, 10), Role.GARAGE)
    result = run("site_coverage", plan(HOUSE, garage), parcels=TOWN, zoning=zoning())
    assert (result.verdict, result.unit, result.tolerance) == (Verdict.PASSED, "", 0.005)
    assert (result.value, result.limit) == (pytest.approx(0.20), 0.4)
    assert result.details["grz_2"] == pytest.approx(0.23)
    assert result.details["limit_grz_2"] == pytest.approx(0.6)
    assert "0,20" in result.message
    assert "0,40" in result.message


@pytest.mark.parametrize(
    ("grz", "verdict"),
    [
        (0.19, "failed"),  # 0.20 − 0.19 = 0.01
        (0.195, "failed"),  # the difference is 0.005, not below it
        (0.196, "borderline"),
        (0.2, "borderline"),
        (0.204, "borderline"),
        (0.205, "passed"),
    ],
)
def test_less_than_five_thousandths_either_way_are_borderline(grz: float, verdict: str) -> None:
    assert run("site_coverage", plan(HOUSE), parcels=TOWN, zoning=zoning(grz)).verdict == verdict


def test_ancillary_areas_may_exceed_by_half_and_no_more() -> None:
    # House 120 m² (0.20 of 0.30); with a yard of 12 × 12 = 144 m²: 264 / 600 = 0.44 ≤ 1.5 · 0.30 = 0.45, 0.01 below.
    yard = feature(box(4, 17, 16, 29), Role.PARKING)
    assert run("site_coverage", plan(HOUSE, yard), parcels=TOWN, zoning=zoning(0.3)).verdict is Verdict.PASSED
    # With 12.5 × 12.5 = 156.25 m²: 276.25 / 600 = 0.4604 > 0.45 + 0.005.
    larger = feature(box(4, 17, 16.5, 29.5), Role.PARKING)
    result = run("site_coverage", plan(HOUSE, larger), parcels=TOWN, zoning=zoning(0.3))
    assert result.verdict is Verdict.FAILED
    # The ratio that is broken is the one that the result shows.
    assert (result.value, result.limit) == (pytest.approx(276.25 / 600), pytest.approx(0.45))
    assert result.details["grz_1"] == pytest.approx(0.2)
    assert "mit Garagen und Nebenanlagen ist überschritten" in result.message


@pytest.mark.parametrize(("grz", "limit"), [(0.4, 0.6), (0.6, 0.8), (0.8, 0.8), (0.9, 0.9)])
def test_the_excess_is_capped_at_eight_tenths(grz: float, limit: float) -> None:
    result = run("site_coverage", plan(HOUSE), parcels=TOWN, zoning=zoning(grz))
    assert result.details["limit_grz_2"] == pytest.approx(limit)


def test_overlaps_count_once_and_footprints_are_cut_to_the_site() -> None:
    # House 120 m², a second one shares 4 × 12 m with it and adds 2 × 12 = 24 m²; a garage half outside: 1.5 × 6 = 9 m².
    second = feature(box(10, 4, 16, 16))
    garage = feature(box(18.5, 20, 21.5, 26), Role.GARAGE)
    result = run("site_coverage", plan(HOUSE, second, garage, parcels=["A"]), parcels=TOWN, zoning=zoning())
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert "9,00 m² der Anlagen liegen nicht auf dem Baugrundstück (Garage 3)" in result.message
    assert result.value == pytest.approx(144 / 600)
    assert result.details["grz_2"] == pytest.approx(153 / 600)


def test_roles_count_as_the_rules_say() -> None:
    # I and II: house 120, existing 2 × 2 = 4, terrace touching the house 10 × 2 = 20, balcony 4. II only: detached
    # terrace 4, underground 4, driveway 4, ancillary 4, parking 4, garage 4. Not at all: entrance canopy, demolished.
    small = {
        Role.UNDERGROUND: 0, Role.DRIVEWAY: 3, Role.ANCILLARY_BUILDING: 6, Role.PARKING: 9, Role.GARAGE: 12,
        Role.EXISTING_BUILDING: 15, Role.BALCONY: 18, Role.TO_BE_DEMOLISHED: 21,
        Role.ENTRANCE_CANOPY: 24,
    }  # fmt: skip
    features = [feature(box(17, y, 19, y + 2), role) for role, y in small.items()]
    features += [feature(box(4, 16, 14, 18), Role.TERRACE), feature(box(4, 25, 6, 27), Role.TERRACE)]
    result = run("site_coverage", plan(HOUSE, *features), parcels=TOWN, zoning=zoning())
    assert result.value == pytest.approx((120 + 4 + 20 + 4) / 600)
    assert result.details["grz_2"] == pytest.approx((120 + 4 + 20 + 4 + 6 * 4) / 600)
    assert result.details["not_counted"] == ["entrance_canopy"]
    assert any("Vordächer" in text for text in result.assumptions)


def test_what_a_bay_window_covers_of_the_ground_counts_with_the_house() -> None:
    # House 174 m² (0.29), bay windows 2 × 14 m² in front of it: 202 / 600 = 0.3367 > 0.30 (§ 19 Abs. 2).
    house = feature(box(3, 3, 17.5, 15))
    bays = [feature(box(3, 15, 17, 16), Role.BAY_WINDOW), feature(box(3, 2, 17, 3), Role.BALCONY)]
    assert run("site_coverage", plan(house), parcels=TOWN, zoning=zoning(0.3)).verdict is Verdict.PASSED
    result = run("site_coverage", plan(house, *bays), parcels=TOWN, zoning=zoning(0.3))
    assert (result.verdict, result.value) == (Verdict.FAILED, pytest.approx(202 / 600))


def test_buildings_that_only_the_cadastre_knows_keep_the_ratio_from_passing() -> None:
    # 120 / 600 = 0.20; the cadastre has another 10 × 8 = 80 m² on the site: 200 / 600 = 0.33 > 0.30.
    known = layer(
        "buildings", [box(4, 18, 14, 26), box(4, 4, 14, 16), box(22, 4, 30, 12)], {"building_id": ["a", "b", "c"]}
    )
    here = plan(HOUSE, parcels=["A"])
    result = run("site_coverage", here, parcels=TOWN, zoning=zoning(0.3), buildings=known)
    assert (result.verdict, result.value) == (Verdict.NOT_ASSESSABLE, pytest.approx(0.2))
    assert "80,00 m² Grundfläche, die im Lageplan fehlen" in result.message
    assert "mit den fehlenden Gebäuden 0,33" in result.message
    assert ALL_DRAWN not in result.assumptions
    # Drawn as existing it counts, drawn as demolished it does not.
    drawn = plan(HOUSE, feature(box(4, 18, 14, 26), Role.EXISTING_BUILDING), parcels=["A"])
    assert run("site_coverage", drawn, parcels=TOWN, zoning=zoning(0.3), buildings=known).verdict is Verdict.FAILED
    gone = plan(HOUSE, feature(box(4, 18, 14, 26), Role.TO_BE_DEMOLISHED), parcels=["A"])
    assert run("site_coverage", gone, parcels=TOWN, zoning=zoning(0.3), buildings=known).verdict is Verdict.PASSED


def test_a_house_off_the_site_is_not_a_coverage_of_zero() -> None:
    for house, on_site in ((box(24, 4, 34, 16), 0.0), (box(15, 4, 25, 16), 60 / 600)):
        result = run("site_coverage", plan(feature(house), parcels=["A"]), parcels=TOWN, zoning=zoning())
        assert (result.verdict, result.value) == (Verdict.NOT_ASSESSABLE, pytest.approx(on_site))
        assert "liegen nicht auf dem Baugrundstück (Hauptgebäude 1)" in result.message


def test_a_site_counts_once_and_hangs_together() -> None:
    # House 16 × 12 = 192 m². Parcel A twice: 192 / 600 = 0.32 on the ground that there is, not 0.16.
    house = feature(box(2, 4, 18, 16))
    areas = {"parcel_id": ["A", "B"], "official_area_m2": [600.0, 600.0]}
    twice = layer("parcels", [A, A], areas)
    result = run("site_coverage", plan(house), parcels=twice, zoning=zoning(0.3))
    assert (result.verdict, result.value) == (Verdict.FAILED, pytest.approx(0.32))
    small = run("site_coverage", plan(HOUSE), parcels=twice, zoning=zoning(0.3))
    assert small.verdict is Verdict.NOT_ASSESSABLE
    assert "Flurstücke A und B überdecken sich" in small.message
    # A and a parcel 40 m away are no site together.
    apart = layer("parcels", [A, box(60, 0, 80, 30)], areas)
    result = run("site_coverage", plan(house, parcels=["A", "B"]), parcels=apart, zoning=zoning(0.3))
    assert (result.verdict, result.value) == (Verdict.NOT_ASSESSABLE, pytest.approx(0.16))
    assert "Flurstück B grenzt nicht an Flurstück A" in result.message
    # Nor is a parcel that A touches in a corner only.
    corner = layer("parcels", [A, box(20, 30, 40, 60)], areas)
    result = run("site_coverage", plan(house, parcels=["A", "B"]), parcels=corner, zoning=zoning(0.3))
    assert (result.verdict, result.value) == (Verdict.NOT_ASSESSABLE, pytest.approx(0.16))
    assert "Flurstück B grenzt nicht an Flurstück A" in result.message


def test_two_areas_of_the_site_that_lead_to_different_answers_give_none() -> None:
    # 192 / 700 = 0.274 ≤ 0.30 by the official area, 192 / 600 = 0.32 by the map.
    town = layer("parcels", [A], {"parcel_id": ["A"], "official_area_m2": [700.0]})
    result = run("site_coverage", plan(feature(box(2, 4, 18, 16))), parcels=town, zoning=zoning(0.3))
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert "amtlich 700,00 m², aus der Geometrie 600,00 m²" in result.message
    assert "GRZ 0,32" in result.message
    same = run("site_coverage", plan(HOUSE), parcels=town, zoning=zoning(0.3))
    assert same.verdict is Verdict.PASSED
    assert any("führt zum selben Ergebnis" in text for text in same.assumptions)


def test_a_ratio_in_percent_is_no_ratio() -> None:
    result = run("site_coverage", plan(HOUSE), parcels=TOWN, zoning=zoning(30.0))
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert "Prozent" in result.message


def test_zones_over_each_other_are_no_answer_unless_they_say_the_same() -> None:
    def both(*grz: float) -> Layer:
        columns = {"zone": ["WA", "WA"], "grz": list(grz), "plan_id": ["1", "2"]}
        return layer("zoning", [box(-50, -50, 90, 80), box(-50, -50, 90, 80)], columns)

    result = run("site_coverage", plan(HOUSE), parcels=TOWN, zoning=both(0.3, 0.6))
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert "zwei Baugebiete übereinander" in result.message
    assert run("site_coverage", plan(HOUSE), parcels=TOWN, zoning=both(0.3, 0.3)).verdict is Verdict.PASSED


def test_the_official_area_counts_and_a_difference_beyond_what_is_permitted_is_shown() -> None:
    def town(area: float) -> Layer:
        return layer("parcels", [A], {"parcel_id": ["A"], "official_area_m2": [area]})

    near = run("site_coverage", plan(HOUSE), parcels=town(605.0), zoning=zoning())
    assert near.value == pytest.approx(120 / 605)
    assert "planar_area_m2" not in near.details
    # Permitted are 0.4 · √615 + 0.0003 · 615 + 0.5 = 10.6 m².
    far = run("site_coverage", plan(HOUSE), parcels=town(615.0), zoning=zoning())
    assert far.value == pytest.approx(120 / 615)
    assert far.details["official_area_m2"] == 615.0
    assert far.details["planar_area_m2"] == pytest.approx(600.0)


def test_land_before_the_street_boundary_line_does_not_count_in_proportion_of_the_official_area() -> None:
    # The line at y = 27 leaves 27/30 of the site; official area 612 m²: A = 612 · 0.9 = 550.8 m².
    town = layer("parcels", [A], {"parcel_id": ["A"], "official_area_m2": [612.0]})
    line = shapely.LineString([box(-5, 27, 0, 28).exterior.coords[0], box(25, 27, 26, 28).exterior.coords[0]])
    streets = layer("street_boundaries", [line], {})
    result = run("site_coverage", plan(HOUSE), parcels=town, zoning=zoning(), street_boundaries=streets)
    assert result.details["site_area_m2"] == pytest.approx(550.8)
    assert result.value == pytest.approx(120 / 550.8)
    assert any("Straßenbegrenzungslinie" in assumption for assumption in result.assumptions)


def test_traffic_areas_say_which_side_of_the_line_is_the_street() -> None:
    line = shapely.LineString([box(-5, 14, 0, 28).exterior.coords[0], box(25, 14, 26, 28).exterior.coords[0]])
    streets = layer("street_boundaries", [line], {})
    traffic = layer("traffic_areas", [box(-10, -10, 30, 14)], {"kind": ["street"]})
    result = run(
        "site_coverage", plan(HOUSE), parcels=TOWN, zoning=zoning(), street_boundaries=streets, traffic_areas=traffic
    )
    # The street is the southern 14 m, though most of the house stands there: A = 20 · 16 = 320 m².
    assert result.details["site_area_m2"] == pytest.approx(320.0)


def test_a_street_boundary_line_along_the_parcel_changes_nothing() -> None:
    streets = layer("street_boundaries", [A.exterior], {})
    result = run("site_coverage", plan(HOUSE), parcels=TOWN, zoning=zoning(), street_boundaries=streets)
    assert result.value == pytest.approx(0.2)


def test_only_the_part_in_building_land_counts() -> None:
    result = run("site_coverage", plan(HOUSE), parcels=TOWN, zoning=zoning(0.4, box(-5, -5, 25, 20)))
    # The zone covers 20 of 30 m: A = 400 m².
    assert result.value == pytest.approx(120 / 400)
    assert result.verdict is Verdict.PASSED


def test_what_stands_before_the_street_boundary_line_counts_neither_as_footprint_nor_as_land() -> None:
    # Behind the line at y = 27 lie 540 m² with the house (120 m²) and 4 · 7 = 28 m² of the drive, which is 10 m long.
    line = shapely.LineString([box(-5, 27, 0, 28).exterior.coords[0], box(25, 27, 26, 28).exterior.coords[0]])
    streets = layer("street_boundaries", [line], {})
    drive = feature(box(4, 20, 8, 30), Role.DRIVEWAY)
    result = run("site_coverage", plan(HOUSE, drive), parcels=TOWN, zoning=zoning(), street_boundaries=streets)
    assert result.verdict is Verdict.PASSED
    assert result.details["grz_2"] == pytest.approx(148 / 540)
    assert any("12,00 m² der Anlagen liegen außerhalb" in assumption for assumption in result.assumptions)


def test_a_house_that_stands_where_no_zone_is_known_does_not_pass() -> None:
    # The zone covers the northern 20 m: of the house (y 4 to 16) 10 · 6 = 60 m² stand on it, 60 m² beside it.
    north = zoning(0.4, box(-5, 10, 25, 40))
    result = run("site_coverage", plan(HOUSE), parcels=TOWN, zoning=north)
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert result.value == pytest.approx(60 / 400)
    assert "Für 60,00 m² der Gebäude ist kein Baugebiet bekannt" in result.message


def test_a_site_in_several_zones_is_computed_in_each_and_the_smallest_margin_governs() -> None:
    # WA: 300 m², of the house 10 · 11 = 110 m² → 0.3667 of 0.40. MI: 300 m², 10 · 1 = 10 m² → 0.0333 of 0.60.
    zones = layer("zoning", [box(-5, -5, 25, 15), box(-5, 15, 25, 40)], {"zone": ["WA", "MI"], "grz": [0.4, 0.6]})
    result = run("site_coverage", plan(HOUSE), parcels=TOWN, zoning=zones)
    assert result.verdict is Verdict.PASSED
    assert (result.value, result.limit) == (pytest.approx(110 / 300), 0.4)
    assert [part["grz_1"] for part in result.details["parts"]] == [pytest.approx(110 / 300), pytest.approx(10 / 300)]
    assert "im Gebiet WA" in result.message
    stricter = layer("zoning", [box(-5, -5, 25, 15), box(-5, 15, 25, 40)], {"zone": ["WA", "MI"], "grz": [0.3, 0.6]})
    assert run("site_coverage", plan(HOUSE), parcels=TOWN, zoning=stricter).verdict is Verdict.FAILED


def test_a_zone_without_measure_among_several_is_not_assessable_unless_nothing_is_built_there() -> None:
    shapes = [box(-5, -5, 25, 15), box(-5, 15, 25, 40)]
    open_zone = layer("zoning", shapes, {"zone": ["WA", "MI"], "grz": [0.4, None]})
    result = run("site_coverage", plan(HOUSE), parcels=TOWN, zoning=open_zone)
    assert (result.verdict, result.limit) == (Verdict.NOT_ASSESSABLE, None)
    small = feature(box(4, 4, 14, 14))
    assert run("site_coverage", plan(small), parcels=TOWN, zoning=open_zone).verdict is Verdict.PASSED


def test_the_plan_may_set_its_own_limit_for_ancillary_areas() -> None:
    # GRZ II: (120 + 10 · 12) / 600 = 0.40 ≤ 0.45, but the plan allows no more than 0.30 with everything.
    yard = feature(box(4, 17, 14, 29), Role.PARKING)
    usual = run("site_coverage", plan(HOUSE, yard), parcels=TOWN, zoning=zoning(0.3))
    own = run("site_coverage", plan(HOUSE, yard), parcels=TOWN, zoning=zoning(0.3, grz_2=0.3))
    assert (usual.verdict, own.verdict) == (Verdict.PASSED, Verdict.FAILED)
    assert own.details["limit_grz_2"] == 0.3


def test_a_building_is_measured_by_the_window_that_it_stands_in() -> None:
    # 120 / 600 = 0.20: too much for the window of the house (0.15), whatever the other one allows.
    windows = layer("building_windows", [box(2, 2, 18, 20), box(2, 22, 18, 28)], {"grz": [0.15, 0.3]})
    result = run("site_coverage", plan(HOUSE), parcels=TOWN, zoning=zoning(), building_windows=windows)
    assert (result.verdict, result.value, result.limit) == (Verdict.FAILED, pytest.approx(0.2), 0.15)


@pytest.mark.parametrize(
    "other",
    [
        box(13.9, 3, 37, 27),  # the neighbour's, reaching 0.10 m into the site and the house
        box(4, 17, 14, 19),  # a strip of the site on which nothing stands
    ],
)
def test_a_window_in_which_nothing_stands_does_not_raise_the_ratio(other: Any) -> None:
    # 120 / 600 = 0.20 of 0.15: the house stands in a window that sets nothing for itself.
    windows = layer("building_windows", [box(2, 2, 18, 17), other], {"grz": [None, 0.6]})
    result = run("site_coverage", plan(HOUSE), parcels=TOWN, zoning=zoning(0.15), building_windows=windows)
    assert (result.verdict, result.limit) == (Verdict.FAILED, 0.15)


@pytest.mark.parametrize(
    ("grz", "verdict", "words"),
    [
        (0.3, "passed", "(GRZ 0,30 und GRZ 0,40); alles führt zum selben Ergebnis"),
        (0.1, "not_assessable", "(GRZ 0,10 und GRZ 0,40); nicht alles davon wäre eingehalten"),
    ],
)
def test_a_house_across_the_edge_of_a_window_keeps_the_strictest_ratio(grz: float, verdict: str, words: str) -> None:
    # 120 / 600 = 0.20, half of the house in a window with a ratio of its own, half in the zone with 0.40.
    windows = layer("building_windows", [box(2, 2, 18, 10)], {"grz": [grz]})
    result = run("site_coverage", plan(HOUSE), parcels=TOWN, zoning=zoning(), building_windows=windows)
    assert (result.verdict, result.value) == (verdict, pytest.approx(0.2))
    assert words in result.message + " ".join(result.assumptions)


def test_a_house_that_breaks_every_ratio_that_may_hold_fails_with_the_loosest() -> None:
    windows = layer("building_windows", [box(2, 2, 18, 10)], {"grz": [0.1]})
    result = run("site_coverage", plan(HOUSE), parcels=TOWN, zoning=zoning(0.15), building_windows=windows)
    assert (result.verdict, result.limit) == (Verdict.FAILED, 0.15)


FRONT, BACK = box(2, 2, 18, 14), box(2, 16, 18, 28)


def windows_of(*gr_m2: float) -> Layer:
    return layer("building_windows", [FRONT, BACK], {"gr_m2": list(gr_m2)})


def test_windows_that_each_set_a_footprint_are_reckoned_for_themselves() -> None:
    # 104 m² in each of two windows with 120 m²: 104 / 600 of 120 / 600. With everything 208 m² of 1.5 · 240 m².
    houses = [feature(box(3, 3, 16, 11)), feature(box(3, 17, 16, 25))]
    result = run(
        "site_coverage", plan(*houses), parcels=TOWN, zoning=zoning(None), building_windows=windows_of(120.0, 120.0)
    )
    assert (result.verdict, result.value, result.limit) == (
        Verdict.PASSED, pytest.approx(104 / 600), pytest.approx(120 / 600),
    )  # fmt: skip
    assert "in jedem der 2 Baufenster" in result.message
    assert result.details["limit_grz_2"] == pytest.approx(360 / 600)
    assert any("gilt für die Gebäude in diesem Baufenster" in text for text in result.assumptions)
    small = run(
        "site_coverage", plan(*houses), parcels=TOWN, zoning=zoning(None), building_windows=windows_of(120.0, 100.0)
    )
    assert (small.verdict, small.limit) == (Verdict.FAILED, pytest.approx(100 / 600))
    assert "in einem der 2 Baufenster" in small.message


def test_one_house_over_two_windows_that_each_set_a_footprint_is_open_between_one_and_both() -> None:
    # 13 × 18 = 234 m²: more than 120 m², less than both together. 104 m² keep the smaller one, 260 m² break both.
    def check(shape: Any) -> Any:
        windows = windows_of(120.0, 120.0)
        return run("site_coverage", plan(shape), parcels=TOWN, zoning=zoning(None), building_windows=windows)

    assert check(feature(box(3, 6, 16, 24))).verdict is Verdict.NOT_ASSESSABLE
    assert check(feature(box(3, 11, 16, 19))).verdict is Verdict.PASSED
    assert check(feature(box(3, 4, 16, 24))).verdict is Verdict.FAILED


def test_a_footprint_of_the_window_takes_the_place_of_the_ratio_of_the_zone() -> None:
    # 120 m² of 100 m² in the window, though the zone would allow 0.40 · 600 = 240 m².
    windows = layer("building_windows", [box(2, 2, 18, 20)], {"gr_m2": [100.0]})
    result = run("site_coverage", plan(HOUSE), parcels=TOWN, zoning=zoning(), building_windows=windows)
    assert (result.verdict, result.limit) == (Verdict.FAILED, pytest.approx(100 / 600))


def test_of_a_ratio_and_a_footprint_for_the_same_zone_the_stricter_one_holds() -> None:
    result = run("site_coverage", plan(HOUSE), parcels=TOWN, zoning=zoning(0.4, gr_m2=100.0))
    assert (result.verdict, result.limit) == (Verdict.FAILED, pytest.approx(100 / 600))
    assert "100,00 m² Grundfläche" in result.message


def test_a_zone_that_only_touches_the_site_is_no_second_zone() -> None:
    zones = layer(
        "zoning", [box(-5, -5, 20.03, 40), box(20.03, -5, 60, 40), box(-40, -5, 0.03, 40)],
        {"zone": ["WA", "MI", "MI"], "grz": [0.4, 0.6, 0.6]},
    )  # fmt: skip
    assert run("site_coverage", plan(HOUSE), parcels=TOWN, zoning=zones).verdict is Verdict.PASSED


def test_two_areas_of_the_same_zone_are_one() -> None:
    zones = layer("zoning", [box(-5, -5, 25, 15), box(-5, 15, 25, 40)], {"zone": ["WA", "WA"], "grz": [0.4, 0.4]})
    assert run("site_coverage", plan(HOUSE), parcels=TOWN, zoning=zones).verdict is Verdict.PASSED


@pytest.mark.parametrize("layers", [{}, {"zoning": layer("zoning", [box(500, 0, 600, 50)], {"grz": [0.4]})}])
def test_no_zoning_is_not_assessable_with_the_values_given(layers: dict[str, Layer]) -> None:
    result = run("site_coverage", plan(HOUSE), parcels=TOWN, **layers)
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert (result.value, result.limit) == (pytest.approx(0.2), None)


def test_a_permitted_area_instead_of_a_ratio_is_turned_into_one() -> None:
    result = run("site_coverage", plan(HOUSE), parcels=TOWN, zoning=zoning(None, gr_m2=150.0))
    assert (result.verdict, result.limit) == (Verdict.PASSED, pytest.approx(0.25))


def test_a_zone_without_any_measure_is_not_assessable() -> None:
    assert run("site_coverage", plan(HOUSE), parcels=TOWN, zoning=zoning(None)).verdict is Verdict.NOT_ASSESSABLE


def test_plans_before_1990_do_not_limit_ancillary_areas() -> None:
    yard = feature(box(0, 17, 20, 30), Role.PARKING)
    old = run("site_coverage", plan(HOUSE, yard), parcels=TOWN, zoning=zoning(0.3, baunvo_version="1977"))
    new = run("site_coverage", plan(HOUSE, yard), parcels=TOWN, zoning=zoning(0.3, baunvo_version="2017"))
    assert (old.verdict, new.verdict) == (Verdict.PASSED, Verdict.FAILED)
    assert old.details["limit_grz_2"] is None


def test_building_windows_may_set_their_own_ratio() -> None:
    windows = layer("building_windows", [box(2, 2, 18, 20)], {"grz": [0.15]})
    result = run("site_coverage", plan(HOUSE), parcels=TOWN, zoning=zoning(), building_windows=windows)
    assert (result.verdict, result.limit) == (Verdict.FAILED, 0.15)


def test_a_plan_without_counted_areas_is_not_applicable() -> None:
    result = run("site_coverage", plan(feature(box(4, 4, 8, 8), Role.TO_BE_DEMOLISHED)), parcels=TOWN, zoning=zoning())
    assert result.verdict is Verdict.NOT_APPLICABLE


def test_a_courtyard_is_not_built_on() -> None:
    ring = polygon((4, 4), (16, 4), (16, 16), (4, 16), holes=[[(8, 8), (12, 8), (12, 12), (8, 12)]])
    result = run("site_coverage", plan(feature(ring)), parcels=TOWN, zoning=zoning())
    assert result.value == pytest.approx((144 - 16) / 600)


def test_a_least_ratio_must_be_reached() -> None:
    result = run("site_coverage", plan(HOUSE), parcels=TOWN, zoning=zoning(0.8, grz_min=0.4))
    assert (result.verdict, result.value, result.limit) == (Verdict.FAILED, pytest.approx(0.2), 0.4)
    assert "nicht erreicht" in result.message


def test_what_nobody_knows_about_the_site_is_assumed_in_so_many_words() -> None:
    named = plan(HOUSE, parcels=["A"])
    result = run("site_coverage", named, parcels=TOWN, zoning=zoning(baunvo_version="1990"))
    assert set(result.assumptions) == {NO_OFFICIAL_AREA, ALL_DRAWN, NO_STREET_LINE}
    known = layer("street_boundaries", [A.exterior], {})
    result = run("site_coverage", plan(HOUSE), parcels=TOWN, zoning=zoning(), street_boundaries=known)
    assert NO_STREET_LINE not in result.assumptions


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"legal_status": "Entwurf"}, "ist nach seinem Rechtsstand „Entwurf“ nicht in Kraft"),
        ({"legal_status": "3000"}, "ist nach seinem Rechtsstand „3000“ nicht in Kraft"),
        ({"legal_status": "repealed"}, "ist nach seinem Rechtsstand „repealed“ nicht in Kraft"),
        ({"legal_status": "halb fertig"}, "den Rechtsstand „halb fertig“; ob er gilt, ist zu prüfen"),
        ({"in_force_since": "2030-01-01"}, "tritt erst am 01.01.2030 in Kraft"),
    ],
)
def test_a_plan_that_is_not_in_force_sets_nothing(columns: dict[str, str], words: str) -> None:
    for check in ("site_coverage", "storeys"):
        house = plan(feature(box(4, 4, 14, 16), storeys=2))
        result = run(check, house, parcels=TOWN, zoning=zoning(storeys_max=2.0, **columns))
        assert result.verdict is Verdict.NOT_ASSESSABLE
        assert words in result.message


@pytest.mark.parametrize("status", ["in_force", "4000", "rechtskräftig", "Teilweise aufgehoben", "unknown"])
def test_a_plan_in_force_holds(status: str) -> None:
    zones = zoning(legal_status=status, in_force_since="2001-02-03")
    assert run("site_coverage", plan(HOUSE), parcels=TOWN, zoning=zones).verdict is Verdict.PASSED


def test_what_the_plan_leaves_out_of_a_building_that_it_draws_in_part_is_missing() -> None:
    # The cadastre has 100 m²; 60 m² are drawn for demolition, 40 m² stay: 120 / 600, with them 160 / 600.
    known = layer("buildings", [box(4, 18, 14, 28)], {"building_id": ["a"]})

    def check(top: float) -> Any:
        gone = feature(box(4, 18, 14, top), Role.TO_BE_DEMOLISHED)
        here = plan(HOUSE, gone, parcels=["A"])
        return run("site_coverage", here, parcels=TOWN, zoning=zoning(0.25), buildings=known)

    result = check(24)
    assert (result.verdict, result.value) == (Verdict.NOT_ASSESSABLE, pytest.approx(0.2))
    assert "40,00 m² Grundfläche, die im Lageplan fehlen" in result.message
    assert "mit den fehlenden Gebäuden 0,27" in result.message
    # Drawn 0.40 m short: the same building, surveyed another way.
    assert check(27.6).verdict is Verdict.PASSED


def test_a_public_street_among_the_parcels_is_no_land_to_reckon_with() -> None:
    # 228 m² on 600 m² are 0.38; with a street parcel of 300 m² 0.25.
    town = parcels(A=A, S=box(0, -15, 20, 0))
    street = layer("traffic_areas", [box(-20, -15, 60, 0)], {"kind": ["street"], "public": [True]})

    def check(house: Any, grz: float = 0.3) -> Any:
        here = plan(feature(house), parcels=["A", "S"])
        return run("site_coverage", here, parcels=town, zoning=zoning(grz), traffic_areas=street)

    result = check(box(4, 4, 16, 23))
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert "300,00 m² des Baugrundstücks sind nach den Daten öffentliche Verkehrsfläche" in result.message
    assert "GRZ 0,38" in result.message
    small = check(box(4, 4, 14, 16))
    assert small.verdict is Verdict.PASSED
    assert any("ohne sie ergibt sich dasselbe" in text for text in small.assumptions)
    assert check(box(4, 4, 16, 23), 0.2).verdict is Verdict.FAILED
    # What stands on the street itself never passes.
    assert check(box(4, -8, 10, 2)).verdict is Verdict.NOT_ASSESSABLE


def test_a_canopy_too_deep_for_a_minor_part_counts_with_the_house() -> None:
    # 120 m² and a canopy of 10 × 4.9 = 49 m²: 169 / 600; one of 10 × 1.5 m does not count.
    deep, flat = (feature(box(4, 16, 14, 16 + depth), Role.ENTRANCE_CANOPY) for depth in (4.9, 1.5))
    result = run("site_coverage", plan(HOUSE, deep), parcels=TOWN, zoning=zoning(0.25))
    assert (result.verdict, result.value) == (Verdict.FAILED, pytest.approx(169 / 600))
    assert run("site_coverage", plan(HOUSE, flat), parcels=TOWN, zoning=zoning(0.25)).verdict is Verdict.PASSED
