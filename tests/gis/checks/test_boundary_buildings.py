"""Golden scenarios of ``boundary_buildings`` (NBauO § 5 (8)); the site A is 20 m × 30 m, its western boundary x = 0."""

import pytest

from gis.checks import Verdict
from gis.siteplan import PlanFeature, Role
from tests.gis.builders import box, feature, layer, parcels, plan, polygon, run

TOWN = parcels(A=box(0, 0, 20, 30), B=box(20, 0, 40, 30))


def garage(x1: float, y1: float, x2: float, y2: float, height: float | None = 2.8, **more: object) -> PlanFeature:
    return feature(box(x1, y1, x2, y2), Role.GARAGE, wall_height_m=height, **more)  # type: ignore[arg-type]


def test_a_low_short_garage_on_the_boundary_passes() -> None:
    # 6 m along the western boundary, at least 3 m from the others; 2.80 m high: 2.8 ÷ 3 is the limit used most.
    result = run("boundary_buildings", plan(garage(0, 10, 3, 16, id="g")), parcels=TOWN)
    assert (result.verdict, result.value, result.limit) == (Verdict.PASSED, pytest.approx(2.8), 3.0)
    kinds = {c["kind"]: c["value"] for c in result.details["criteria"]}
    assert kinds == {"height": pytest.approx(2.8), "boundary": pytest.approx(6.0), "site": pytest.approx(6.0)}
    assert any("Aufenthaltsräume" in text for text in result.assumptions)
    assert any("30°" in text for text in result.assumptions)
    assert result.neighbour_protecting is True


@pytest.mark.parametrize(
    ("length", "verdict"),
    [(8.9, "passed"), (8.98, "borderline"), (9.0, "borderline"), (9.02, "borderline"), (9.1, "failed")],
)
def test_nine_metres_of_each_boundary(length: float, verdict: str) -> None:
    result = run("boundary_buildings", plan(garage(0, 10, 3, 10 + length)), parcels=TOWN)
    assert result.verdict == verdict
    if verdict != "passed":
        assert (result.value, result.limit) == (pytest.approx(length), 9.0)


@pytest.mark.parametrize(("height", "verdict"), [(2.9, "passed"), (3.0, "borderline"), (3.1, "failed")])
def test_three_metres_high(height: float, verdict: str) -> None:
    result = run("boundary_buildings", plan(garage(0, 10, 3, 16, height)), parcels=TOWN)
    assert result.verdict == verdict
    assert (result.value, result.limit) == (pytest.approx(height), 3.0)


def test_the_ridge_of_a_garage_counts_as_its_height() -> None:
    result = run("boundary_buildings", plan(garage(0, 10, 3, 16, 2.4, ridge_height_m=4.0)), parcels=TOWN)
    assert (result.verdict, result.value, result.limit) == (Verdict.FAILED, pytest.approx(4.0), 3.0)


def test_fifteen_metres_on_the_site() -> None:
    # West 8 m, east 8 m: each below 9 m, together 16 m.
    both = plan(garage(0, 10, 3, 18, 2.0), garage(17, 10, 20, 18, 2.0))
    result = run("boundary_buildings", both, parcels=TOWN)
    assert (result.verdict, result.value, result.limit) == (Verdict.FAILED, pytest.approx(16.0), 15.0)
    assert "16,00 m (höchstens 15,00 m)" in result.message


def test_two_buildings_on_one_boundary_count_together() -> None:
    # 6 m and 4 m along the western boundary: 10 m.
    both = plan(garage(0, 4, 3, 10, 2.0), feature(box(0.5, 12, 3, 16), Role.ANCILLARY_BUILDING, wall_height_m=2.0))
    result = run("boundary_buildings", both, parcels=TOWN)
    assert (result.verdict, result.value, result.limit) == (Verdict.FAILED, pytest.approx(10.0), 9.0)


def test_buildings_one_behind_the_other_take_up_the_boundary_once() -> None:
    # A shed behind the garage, 2 m from the boundary: both project onto the same 6 m.
    both = plan(garage(0, 10, 2, 16, 2.0), feature(box(2, 10, 4, 16), Role.ANCILLARY_BUILDING, wall_height_m=2.0))
    result = run("boundary_buildings", both, parcels=TOWN)
    assert [c["value"] for c in result.details["criteria"] if c["kind"] != "height"] == [pytest.approx(6.0)] * 2


def test_only_what_lies_in_the_distance_counts() -> None:
    # An L: 3 m × 4 m on the boundary, and an arm that leaves the 3 m strip: x from 3.5 on.
    shape = polygon((0, 10), (6, 10), (6, 20), (3.5, 20), (3.5, 14), (0, 14))
    result = run("boundary_buildings", plan(feature(shape, Role.GARAGE, wall_height_m=2.0)), parcels=TOWN)
    assert [c["value"] for c in result.details["criteria"] if c["kind"] != "height"] == [pytest.approx(4.0)] * 2


def test_a_garage_in_a_corner_takes_up_both_boundaries() -> None:
    # 6 m along the north, 3 m along the west: 9 m on the site.
    result = run("boundary_buildings", plan(garage(0, 27, 6, 30, 2.0)), parcels=TOWN)
    values = sorted(c["value"] for c in result.details["criteria"] if c["kind"] != "height")
    assert values == [pytest.approx(3.0), pytest.approx(6.0), pytest.approx(9.0)]
    assert result.verdict is Verdict.PASSED


def test_a_slanting_garage_is_projected() -> None:
    # A square of 6 m turned by 45° with a corner on the boundary: 6√2 = 8.485 m wide; up to 3 m deep it is 6 m wide.
    half = 6 / 2**0.5
    shape = polygon((0, 15), (half, 15 - half), (2 * half, 15), (half, 15 + half))
    result = run("boundary_buildings", plan(feature(shape, Role.GARAGE, wall_height_m=2.0)), parcels=TOWN)
    (length,) = {c["value"] for c in result.details["criteria"] if c["kind"] == "boundary"}
    assert length == pytest.approx(6.0)


def test_a_boundary_with_a_slight_bend_is_one_and_with_a_corner_two() -> None:
    # Two garages of 6 m on either side of a bend in the western boundary.
    slight = parcels(A=polygon((0, 0), (20, 0), (20, 40), (-2, 40), (0, 20)))  # atan(2 ÷ 20) = 5.7°
    lower, upper = garage(0.2, 10, 3, 16, 2.0), garage(0.2, 24, 2.5, 30, 2.0)
    one = run("boundary_buildings", plan(lower, upper), parcels=slight)
    assert one.verdict is Verdict.FAILED
    # The upper one, 2.3 m × 6 m, projects onto the slanting part with 6 · cos 5.7° + 2.3 · sin 5.7° = 6.199 m.
    assert one.value == pytest.approx(12.199, abs=0.001)
    corner = parcels(A=polygon((0, 0), (20, 0), (20, 40), (-20, 40), (0, 20)))  # 45°
    second = feature(polygon((-5, 25.2), (-1, 21.2), (1, 23.2), (-3, 27.2)), Role.GARAGE, wall_height_m=2.0)
    two = run("boundary_buildings", plan(lower, second), parcels=corner)
    # 4√2 = 5.66 m along the slanting boundary and 6 m along the other.
    assert two.verdict is Verdict.PASSED
    assert sorted(c["value"] for c in two.details["criteria"] if c["kind"] == "boundary") == [
        pytest.approx(32**0.5),
        pytest.approx(6.0),
    ]


def test_without_a_height_it_is_not_assessable_unless_too_long_anyway() -> None:
    short = run("boundary_buildings", plan(garage(0, 10, 3, 16, None)), parcels=TOWN)
    assert short.verdict is Verdict.NOT_ASSESSABLE
    assert "Höhe" in short.message
    long = run("boundary_buildings", plan(garage(0, 10, 3, 20, None)), parcels=TOWN)
    assert (long.verdict, long.value, long.limit) == (Verdict.FAILED, pytest.approx(10.0), 9.0)


def test_it_does_not_apply_without_such_a_building_or_with_the_regular_distance() -> None:
    house = feature(box(5, 10, 15, 20), wall_height_m=6.0)
    assert run("boundary_buildings", plan(house), parcels=TOWN).verdict is Verdict.NOT_APPLICABLE
    away = run("boundary_buildings", plan(house, garage(3.5, 22, 8, 26)), parcels=TOWN)
    assert away.verdict is Verdict.NOT_APPLICABLE
    assert "allgemeinen Grenzabstand" in away.message


def test_a_garage_beside_the_site_is_not_assessable() -> None:
    beside = plan(garage(25, 10, 28, 16), parcels=["A"])
    assert run("boundary_buildings", beside, parcels=TOWN).verdict is Verdict.NOT_ASSESSABLE
    house = feature(box(5, 10, 15, 20), wall_height_m=6.0)
    both = plan(house, garage(25, 10, 28, 16), parcels=["A"])
    assert run("boundary_distance", both, parcels=TOWN).verdict is Verdict.NOT_ASSESSABLE


def test_towards_a_wide_street_a_garage_keeps_the_distance() -> None:
    # A street of 8 m in the west: 0.5 + 4 = 4.5 m to its middle.
    street = layer("traffic_areas", [box(-8, -10, 0, 40)], {"kind": ["street"], "public": [True]})
    result = run("boundary_buildings", plan(garage(0.5, 8, 3, 20)), parcels=TOWN, traffic_areas=street)
    assert result.verdict is Verdict.NOT_APPLICABLE


@pytest.mark.parametrize("west", [-3.0, -1.5, -0.2])
def test_what_stands_on_the_neighbours_land_is_not_assessable(west: float) -> None:
    house, neighbour = feature(box(6, 10, 14, 20), wall_height_m=6.0), garage(west, 10, west + 3, 16)
    land = parcels(A=box(0, 0, 20, 30), W=box(-20, 0, 0, 30))
    for check in ("boundary_buildings", "boundary_distance"):
        result = run(check, plan(house, neighbour, parcels=["A"]), parcels=land)
        assert result.verdict is Verdict.NOT_ASSESSABLE
        assert "nicht vollständig auf dem Baugrundstück" in result.message
    # As exactly as the outline is known, this one stands on the boundary.
    assert run("boundary_buildings", plan(garage(-0.02, 10, 3, 16)), parcels=TOWN).verdict is Verdict.PASSED


@pytest.mark.parametrize("more", [{"dwellings": 1}, {"use": "Wohngebäude"}])
def test_what_people_live_in_is_not_privileged(more: dict[str, object]) -> None:
    result = run("boundary_buildings", plan(garage(0, 10, 3, 16, **more)), parcels=TOWN)
    assert result.verdict is Verdict.FAILED
    assert "ohne Aufenthaltsräume" in result.message
    assert run("boundary_distance", plan(garage(0, 10, 3, 16, **more)), parcels=TOWN).verdict is Verdict.FAILED


def test_a_shed_under_a_high_ridge_is_not_assessable() -> None:
    # 10 m wide: 30 − 6 ÷ 10 · 27 = 13.8 m → 5.5 m; it stands 3.5 m away.
    shed = feature(box(3.5, 10, 13.5, 20), Role.ANCILLARY_BUILDING, wall_height_m=3.0, ridge_height_m=30.0)
    for check in ("boundary_buildings", "boundary_distance"):
        assert run(check, plan(shed), parcels=TOWN).verdict is Verdict.NOT_ASSESSABLE


def test_several_garages_are_spoken_of_in_the_plural() -> None:
    house = feature(box(6, 4, 14, 8), wall_height_m=6.0)
    both = plan(house, garage(0, 10, 3, 16, 3.5, id="g1"), garage(17, 10, 20, 16, 3.5, id="g2"))
    assert "überschreiten die Maße" in run("boundary_distance", both, parcels=TOWN).message


# -- heights that nobody stated ----------------------------------------------------------------------------------------

MAIN = feature(box(6, 8, 14, 20), wall_height_m=6.0, id="haus")


def shed(x1: float, y1: float, x2: float, y2: float, **more: object) -> PlanFeature:
    return feature(box(x1, y1, x2, y2), Role.ANCILLARY_BUILDING, id="s", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("heights", "verdict", "words"),
    [
        ({}, "not_assessable", "fehlt die Höhe der Außenwände; ob 3,10 m"),
        # No wall is higher than the ridge: 0.4 · 12 = 4.8 m at the worst, 0.4 · 7 = 2.8 m → 3.0 m.
        ({"ridge_height_m": 12.0}, "not_assessable", "ungünstigstenfalls sind 4,80 m"),
        ({"ridge_height_m": 7.0}, "not_applicable", ""),
        # No wall is lower than the eaves: 0.4 · 12 = 4.8 m for certain, and 12 m are too high at the boundary.
        ({"eaves_height_m": 12.0}, "failed", "12,00 m"),
        ({"eaves_height_m": 2.5}, "not_assessable", "fehlt die Höhe der Außenwände"),
        ({"wall_height_m": 0.0}, "not_assessable", "Wandhöhe von 0,00 m"),
        ({"wall_height_m": 2.8, "storeys": 3}, "not_assessable", "3 Geschosse"),
    ],
)
def test_an_outbuilding_in_the_distance_needs_a_height_too(
    heights: dict[str, object], verdict: str, words: str
) -> None:
    for site_plan in (plan(shed(3.1, 22, 8, 26.5, **heights)), plan(MAIN, shed(3.1, 22, 8, 26.5, **heights))):
        result = run("boundary_buildings", site_plan, parcels=TOWN)
        assert result.verdict == verdict
        assert words in result.message
        distance = run("boundary_distance", site_plan, parcels=TOWN)
        expected = verdict if verdict != "not_applicable" else "passed" if len(site_plan.features) > 1 else verdict
        assert distance.verdict == expected


@pytest.mark.parametrize(
    ("heights", "verdict"),
    [
        ({"ridge_height_m": 2.8}, "passed"),  # no wall is higher
        ({"eaves_height_m": 2.8}, "not_assessable"),  # a gable may be
        ({"eaves_height_m": 4.0}, "failed"),
        ({"wall_height_m": 2.8, "eaves_height_m": 4.0}, "not_assessable"),  # which of them is true?
        ({"wall_height_m": 2.8, "eaves_height_m": 2.9}, "passed"),
    ],
)
def test_stated_eaves_and_ridges_are_heights_at_the_boundary(heights: dict[str, object], verdict: str) -> None:
    result = run("boundary_buildings", plan(shed(0, 10, 3, 16, **heights)), parcels=TOWN)
    assert result.verdict == verdict


# -- parts of such buildings -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "verdict", "value"),
    [
        # A bay window of 9 m on a garage: 0.5 m from the boundary, where 3 m is the highest.
        (feature(box(0.5, 16, 3.5, 20), Role.BAY_WINDOW, wall_height_m=9.0, id="e"), "failed", 9.0),
        # Eaves take the height of the wall behind, and the boundary: 6 m and 0.5 m.
        (feature(box(0, 16, 3, 16.5), Role.ROOF_OVERHANG, id="d"), "passed", 2.8),
        (feature(box(0, 16, 3, 19.5), Role.ENTRANCE_CANOPY, wall_height_m=2.5, id="v"), "failed", 9.5),
    ],
)
def test_parts_of_a_garage_count_with_it(part: PlanFeature, verdict: str, value: float) -> None:
    both = plan(MAIN, garage(0, 10, 3, 16, id="g"), part)
    result = run("boundary_buildings", both, parcels=TOWN)
    assert (result.verdict, result.value) == (verdict, pytest.approx(value))
    assert run("boundary_distance", both, parcels=TOWN).verdict == verdict


def test_eaves_of_a_garage_in_the_distance_may_be_half_a_metre_closer() -> None:
    eaves = feature(box(2.7, 10, 3.2, 16), Role.ROOF_OVERHANG, id="d")
    away = plan(garage(3.2, 10, 6.2, 16, id="g"), eaves)
    assert run("boundary_buildings", away, parcels=TOWN).verdict is Verdict.NOT_APPLICABLE


def test_a_carport_drawn_as_a_roofed_parking_place_is_a_garage() -> None:
    roofed = feature(box(0, 10, 3, 16), Role.PARKING, ridge_height_m=4.0, id="p")
    for check in ("boundary_buildings", "boundary_distance"):
        assert run(check, plan(MAIN, roofed), parcels=TOWN).verdict is Verdict.FAILED
    bare = feature(box(0, 10, 3, 16), Role.PARKING, id="p")
    assert run("boundary_buildings", plan(MAIN, bare), parcels=TOWN).verdict is Verdict.NOT_APPLICABLE


# -- what such a building serves ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("use", "verdict"),
    [
        ("Büro", "failed"),
        ("Praxis", "failed"),
        ("Gästehaus", "failed"),
        ("Ferienwohnung", "failed"),
        ("Wohnung", "failed"),
        ("Tiny House", "failed"),
        ("Garage mit Gästezimmer", "failed"),
        ("Sauna", "not_assessable"),
        ("Werkstatt", "not_assessable"),
        ("Garage und Werkstatt", "not_assessable"),
        ("Garage", "passed"),
        ("Geräteschuppen / Fahrräder", "passed"),
        ("GARTENHAUS", "passed"),
        ("–", "passed"),
        (None, "passed"),
    ],
)
def test_the_stated_use_says_whether_people_stay_there(use: str | None, verdict: str) -> None:
    at_boundary = plan(MAIN, shed(0, 10, 3, 16, wall_height_m=2.8, use=use))
    result = run("boundary_buildings", at_boundary, parcels=TOWN)
    assert result.verdict == verdict
    assert run("boundary_distance", at_boundary, parcels=TOWN).verdict == verdict
    assert any("Aufenthaltsräume" in text for text in result.assumptions) is (verdict != "failed")
    if verdict == "not_assessable":
        assert f"„{use}“" in result.message
    # In the regular distance it may serve whatever it likes.
    away = plan(shed(5, 10, 8, 16, wall_height_m=2.8, use=use))
    assert run("boundary_buildings", away, parcels=TOWN).verdict is Verdict.NOT_APPLICABLE


# -- what stands there already -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "verdict"),
    [
        ({"use": "Garage"}, "failed"),  # 8 m and 6 m on one boundary: 14 m
        ({}, "not_assessable"),
        ({"use": "Wohnhaus"}, "passed"),
    ],
)
def test_garages_that_stand_on_the_boundary_already_count(more: dict[str, object], verdict: str) -> None:
    there = feature(box(0, 2, 6, 10), Role.EXISTING_BUILDING, wall_height_m=2.8, id="alt", **more)  # type: ignore[arg-type]
    result = run("boundary_buildings", plan(garage(0, 19, 3, 25), there), parcels=TOWN)
    assert result.verdict == verdict
    if verdict != "passed":
        assert "14,00 m" in result.message


def test_a_garage_of_the_cadastre_that_the_plan_leaves_out_may_count() -> None:
    cadastre = layer("buildings", [box(0, 2, 6, 10)], {"building_id": ["e"]})
    result = run("boundary_buildings", plan(garage(0, 19, 3, 25)), parcels=TOWN, buildings=cadastre)
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert "Liegenschaftskataster" in result.message
    short = layer("buildings", [box(0, 2, 6, 4)], {"building_id": ["e"]})  # 2 m and 6 m
    both = run("boundary_buildings", plan(garage(0, 19, 3, 25)), parcels=TOWN, buildings=short)
    assert both.verdict is Verdict.PASSED
