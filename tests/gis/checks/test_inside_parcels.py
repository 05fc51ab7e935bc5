"""Golden scenarios of ``inside_parcels``; the site A is 20 m × 30 m, its neighbour B lies to the east."""

import pytest

from gis.checks import Verdict
from gis.layers import SkippedFeature
from gis.siteplan import Role
from tests.gis.builders import EAST, NORTH, box, feature, layer, parcels, plan, polygon, run

A, B = box(0, 0, 20, 30), box(20, 0, 40, 30)
TOWN = parcels(A=A, B=B)


def test_a_building_on_its_parcel_passes_with_nothing_outside() -> None:
    result = run("inside_parcels", plan(feature(box(4, 4, 14, 16))), parcels=TOWN)
    assert (result.verdict, result.value, result.limit, result.unit) == (Verdict.PASSED, 0.0, 0.0, "m²")
    assert result.parcels == ("A",)
    assert result.details["foreign_parcels"] == []


def test_a_building_beyond_the_boundary_fails_with_area_depth_and_neighbour() -> None:
    # 10 m wide, 2 m of its width beyond x = 20: 2 · 10 = 20 m², deepest point 2 m outside.
    result = run("inside_parcels", plan(feature(box(12, 5, 22, 15)), parcels=["A"]), parcels=TOWN)
    assert result.verdict is Verdict.FAILED
    assert result.value == pytest.approx(20.0)
    assert result.details["depth_m"] == pytest.approx(2.0)
    (foreign,) = result.details["foreign_parcels"]
    assert foreign["parcel"] == "B"
    assert foreign["area_m2"] == pytest.approx(20.0)
    assert "20,00 m²" in result.message
    assert "2,00 m" in result.message
    assert result.geometry is not None
    assert result.geometry.equals(box(20, 5, 22, 15))


@pytest.mark.parametrize(("beyond", "verdict"), [(0.029, "borderline"), (0.031, "failed")])
def test_up_to_three_centimetres_outside_are_borderline(beyond: float, verdict: str) -> None:
    result = run("inside_parcels", plan(feature(box(12, 5, 20 + beyond, 15)), parcels=["A"]), parcels=TOWN)
    assert result.verdict == verdict
    assert result.value == pytest.approx(beyond * 10, rel=1e-6)
    assert result.tolerance is None
    assert result.details["accuracy"]["length_m"] == 0.03


def test_every_role_counts_once_except_what_is_to_be_demolished() -> None:
    # Terrace 2 × 4 m and driveway 2 × 4 m outside overlap by 2 × 2 m: 8 + 8 − 4 = 12 m². The ruin does not count.
    features = [
        feature(box(4, 4, 10, 10)),
        feature(box(18, 10, 22, 14), Role.TERRACE),
        feature(box(18, 12, 22, 16), Role.DRIVEWAY),
        feature(box(18, 20, 30, 28), Role.TO_BE_DEMOLISHED),
    ]
    result = run("inside_parcels", plan(*features, parcels=["A"]), parcels=TOWN)
    assert result.value == pytest.approx(12.0)
    assert result.details["roles_outside"] == ["driveway", "terrace"]


def test_a_building_over_an_enclave_is_outside_there_and_its_depth_is_found_within() -> None:
    # The enclave is 4 × 4 m; its middle is 2 m away from the site, though every corner touches it.
    hole = [(8.0, 8.0), (12.0, 8.0), (12.0, 12.0), (8.0, 12.0)]
    site = polygon((0, 0), (20, 0), (20, 30), (0, 30), holes=[hole])
    town = parcels(A=site, ENCLAVE=box(8, 8, 12, 12))
    result = run("inside_parcels", plan(feature(box(6, 6, 14, 14)), parcels=["A"]), parcels=town)
    assert result.verdict is Verdict.FAILED
    assert result.value == pytest.approx(16.0)
    assert result.details["depth_m"] == pytest.approx(2.0, abs=0.002)


def test_a_plan_with_nothing_but_ruins_is_not_applicable() -> None:
    result = run("inside_parcels", plan(feature(box(4, 4, 8, 8), Role.TO_BE_DEMOLISHED)), parcels=TOWN)
    assert result.verdict is Verdict.NOT_APPLICABLE


def test_the_site_without_parcels_is_what_carries_more_than_half_a_square_metre_of_a_main_building() -> None:
    # 0.04 m beyond x = 20 over 10 m: 0.4 m² on B, not part of the site; over 15 m: 0.6 m², part of it.
    assert run("inside_parcels", plan(feature(box(12, 5, 20.04, 15))), parcels=TOWN).parcels == ("A",)
    assert run("inside_parcels", plan(feature(box(12, 5, 20.04, 20))), parcels=TOWN).parcels == ("A", "B")


def test_without_a_main_building_any_building_decides_the_site() -> None:
    garage = feature(box(22, 5, 25, 11), Role.GARAGE)
    assert run("inside_parcels", plan(garage, feature(box(4, 4, 8, 8), Role.PARKING)), parcels=TOWN).parcels == ("B",)


def test_several_parcels_carry_the_assumption_in_message_and_details() -> None:
    result = run("inside_parcels", plan(feature(box(15, 5, 25, 15))), parcels=TOWN)
    assert result.verdict is Verdict.PASSED
    assert "Baulast" in result.message
    assert any("Baulast" in assumption for assumption in result.to_json()["details"]["assumptions"])


UNNAMED = "Der Lageplan nennt keine Flurstücke; als Baugrundstück"


@pytest.mark.parametrize("x", [15, 10.05])
def test_a_building_on_several_parcels_that_nobody_named_is_told(x: float) -> None:
    # 10 m × 12 m: 5 m or 5 cm of it stand on B, so that the site derived from it is A and B.
    result = run("inside_parcels", plan(feature(box(x, 8, x + 10, 20))), parcels=TOWN)
    assert (result.verdict, result.value, result.limit) == (Verdict.PASSED, 0.0, 0.0)
    assert result.parcels == ("A", "B")
    assert "Hauptgebäude 1 steht auf mehreren: Flurstücke A und B" in result.message
    assert "Dass sie alle zum Baugrundstück gehören, ist zu bestätigen." in result.message
    assert f"{UNNAMED} gelten die Flurstücke A und B, auf denen nach dem Lageplan Gebäude stehen." in result.assumptions
    assert result.details["crossing_m"] == pytest.approx(min(x - 10, 5))


def test_a_building_on_several_named_parcels_needs_no_such_word() -> None:
    result = run("inside_parcels", plan(feature(box(15, 8, 25, 20)), parcels=["A", "B"]), parcels=TOWN)
    assert "nennt keine Flurstücke" not in result.message


def test_buildings_that_stand_on_one_parcel_each_pass_with_the_assumption() -> None:
    alone = run("inside_parcels", plan(feature(box(4, 4, 14, 16))), parcels=TOWN)
    assert alone.verdict is Verdict.PASSED
    assert alone.assumptions == (f"{UNNAMED} gilt Flurstück A, auf dem nach dem Lageplan Gebäude stehen.",)
    both = run("inside_parcels", plan(feature(box(4, 4, 14, 16)), feature(box(24, 4, 34, 16))), parcels=TOWN)
    assert both.verdict is Verdict.PASSED
    assert both.assumptions[1].startswith(f"{UNNAMED} gelten die Flurstücke A und B")
    named = run("inside_parcels", plan(feature(box(4, 4, 14, 16)), parcels=["A"]), parcels=TOWN)
    assert named.assumptions == ()


@pytest.mark.parametrize(
    ("gap", "verdict"), [(0.02, "passed"), (0.021, "borderline"), (0.10, "failed"), (0.11, "failed")]
)
def test_gaps_between_the_parcels_of_a_site_close_up_to_two_centimetres(gap: float, verdict: str) -> None:
    town = parcels(A=A, B=box(20 + gap, 0, 40, 30))
    result = run("inside_parcels", plan(feature(box(15, 5, 25, 15))), parcels=town)
    assert result.verdict == verdict
    assert ("grenzt nicht an" in result.message) is (gap > 0.1)


def test_a_parcel_that_does_not_exist_is_named() -> None:
    result = run("inside_parcels", plan(feature(box(4, 4, 14, 16)), parcels=["A", "Z9"]), parcels=TOWN)
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert "Z9" in result.message
    assert result.details["missing_parcels"] == ["Z9"]


def test_a_parcel_away_from_the_building_is_still_found() -> None:
    town = parcels(A=A, B=B, FAR=box(700, 0, 720, 30))
    result = run("inside_parcels", plan(feature(box(4, 4, 14, 16)), parcels=["FAR"]), parcels=town)
    # The whole building, 10 × 12 m, is outside; its farthest side is 700 − 4 = 696 m away.
    assert result.verdict is Verdict.FAILED
    assert result.value == pytest.approx(120.0)
    assert result.details["depth_m"] == pytest.approx(696.0)


def test_a_missing_parcel_layer_is_never_a_pass() -> None:
    result = run("inside_parcels", plan(feature(box(4, 4, 14, 16))))
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert "parcels" in result.message


def test_no_parcel_at_the_place_is_not_assessable() -> None:
    result = run("inside_parcels", plan(feature(box(400, 4, 414, 16))), parcels=TOWN)
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert "kein Flurstück" in result.message


@pytest.mark.parametrize(("x", "verdict"), [(30, "passed"), (19, "not_assessable")])
def test_a_skipped_parcel_matters_where_it_touches_the_window(x: float, verdict: str) -> None:
    bounds = (EAST + x, NORTH + 1, EAST + x + 5, NORTH + 5)
    town = layer("parcels", [A], {"parcel_id": ["A"]}, skipped=[SkippedFeature("X7", "self_crossing", bounds)])
    result = run("inside_parcels", plan(feature(box(4, 4, 14, 16))), parcels=town)
    assert result.verdict == verdict
    assert ("X7" in result.message) is (verdict == "not_assessable")
    assert result.value == 0.0


def test_a_slit_between_corners_that_all_lie_on_the_site_is_outside_too() -> None:
    # The boundary has a notch 0.3 mm deep, 10 m long: ½ · 10 · 0.0003 = 0.0015 m², with every corner on the site.
    notched = polygon((0, 0), (20, 0), (20, 5), (19.9997, 10), (20, 15), (20, 30), (0, 30))
    result = run("inside_parcels", plan(feature(box(12, 2, 20, 18)), parcels=["A"]), parcels=parcels(A=notched))
    assert result.value == pytest.approx(0.0015, rel=1e-3)
    assert result.verdict is Verdict.BORDERLINE
