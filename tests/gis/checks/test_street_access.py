"""Golden scenarios of ``street_access`` (NBauO § 4): street in the south, A at the street, H behind it."""

from typing import Any

import numpy as np
import pytest
import shapely
from shapely.affinity import rotate
from shapely.geometry.base import BaseGeometry

from gis.checks import Verdict
from gis.checks.golden import golden_cases
from gis.layers import Layer
from tests.gis.builders import box, feature, layer, parcels, plan, run
from tests.gis.checks.test_golden_properties import about, changed

TOWN = parcels(A=box(0, 0, 20, 30), H=box(0, 30, 20, 60), N=box(20, 0, 40, 60))
STREET = layer("traffic_areas", [box(-50, -8, 90, 0)], {"kind": ["street"], "public": [True]})
NO_EASEMENT = layer("easements", [], {"kind": []})


def check(parcel: str, **layers: Layer) -> Any:
    y = 30 if parcel == "H" else 0
    return run("street_access", plan(feature(box(4, y + 4, 14, y + 14)), parcels=[parcel]), parcels=TOWN, **layers)


def test_a_site_at_the_street_passes_with_its_frontage() -> None:
    result = check("A", traffic_areas=STREET)
    assert (result.verdict, result.value, result.limit) == (Verdict.PASSED, pytest.approx(20.0), 3.0)
    assert "§ 4" in result.message


def test_a_narrow_frontage_is_a_hint() -> None:
    narrow = layer("traffic_areas", [box(-50, -8, 2, 0)], {"kind": ["street"], "public": [True]})
    assert check("A", traffic_areas=narrow).verdict is Verdict.BORDERLINE


def street_in(*boxes: tuple[float, float, float, float]) -> Layer:
    columns = {"kind": ["street"] * len(boxes), "public": [True] * len(boxes)}
    return layer("traffic_areas", [box(*corners) for corners in boxes], columns)


def test_two_narrow_frontages_do_not_add_up_to_a_driveway() -> None:
    # 1.60 m at either end of the boundary, 16.80 m apart: 3.20 m together, but no strip of 3.00 m.
    result = check("A", traffic_areas=street_in((0, -10, 1.6, 0), (18.4, -10, 20, 0)))
    assert (result.verdict, result.value) == (Verdict.BORDERLINE, pytest.approx(1.6))
    assert "auf insgesamt 3,20 m" in result.message
    assert "an keiner Stelle breiter als 1,60 m" in result.message
    assert [entry["width_m"] for entry in result.details["frontages"]] == [pytest.approx(1.6), pytest.approx(1.6)]


def test_the_widest_of_several_frontages_counts() -> None:
    result = check("A", traffic_areas=street_in((0, -10, 1.6, 0), (10, -10, 14, 0)))
    assert (result.verdict, result.value) == (Verdict.PASSED, pytest.approx(4.0))
    assert "auf 5,60 m" in result.message
    assert "an einem Stück auf 4,00 m" in result.message


@pytest.mark.parametrize(("gap", "width"), [(0.0, 4.0), (0.05, 4.0), (0.5, 2.0)])
def test_a_street_drawn_in_parts_is_one_frontage_where_they_touch(gap: float, width: float) -> None:
    result = check("A", traffic_areas=street_in((0, -10, 2 - gap, 0), (2, -10, 4, 0)))
    assert result.value == pytest.approx(width, abs=1e-6)


def test_a_frontage_around_a_corner_is_as_wide_as_its_ends_are_apart() -> None:
    # South-western corner of A: 1.6 m to the east and 1.6 m to the north; the ends are √(1.6² + 1.6²) = 2.263 apart.
    result = check("A", traffic_areas=street_in((-10, -10, 1.6, 0), (-10, -10, 0, 1.6)))
    assert (result.verdict, result.value) == (Verdict.BORDERLINE, pytest.approx(2.263, abs=5e-4))
    assert "grenzt nur in gerader Linie auf 2,26 m an" in result.message
    whole = check("A", traffic_areas=street_in((-10, -10, 20, 0), (-10, -10, 0, 30)))
    assert "grenzt in gerader Linie auf 36,06 m an eine öffentliche Verkehrsfläche" in whole.message


def test_a_street_drawn_into_the_site_is_not_counted_along_its_sides() -> None:
    # 20 m of frontage; the street is drawn 3 m into the site, which would add 3 m on either side.
    result = check("A", traffic_areas=street_in((-20, -10, 60, 3)))
    assert result.verdict is Verdict.PASSED
    assert "26,00" not in result.message
    assert result.value == pytest.approx(20.2, abs=0.1)


@pytest.mark.parametrize("degrees", [82, 262])
def test_rounded_corners_that_leave_a_line_without_length_do_not_matter(degrees: int) -> None:
    (case,) = (case for case in golden_cases("street_access") if case.number == 1)

    def turned(shape: BaseGeometry) -> BaseGeometry:
        around = rotate(shape, degrees, origin=about(case))
        return shapely.transform(around, lambda xy: np.round(xy, 3))

    result = changed(case, turned).run()
    assert (result.verdict, result.value) == (Verdict.PASSED, pytest.approx(20.0, abs=0.002))


def test_a_street_at_a_corner_only_is_no_frontage() -> None:
    corner = layer("traffic_areas", [box(-50, -8, 0, 0)], {"kind": ["street"], "public": [True]})
    result = check("A", traffic_areas=corner, easements=NO_EASEMENT)
    assert (result.verdict, result.value) == (Verdict.FAILED, 0.0)


def test_a_public_path_alone_is_a_hint() -> None:
    path = layer("traffic_areas", [box(-50, -8, 90, 0)], {"kind": ["path"], "public": [True]})
    result = check("A", traffic_areas=path)
    assert (result.verdict, result.value) == (Verdict.BORDERLINE, pytest.approx(20.0))
    assert "öffentlichen Weg" in result.message


def test_a_private_way_is_no_public_street() -> None:
    private = layer("traffic_areas", [box(-50, -8, 90, 0)], {"kind": ["street"], "public": [False]})
    assert check("A", traffic_areas=private).verdict is Verdict.NOT_ASSESSABLE


def test_a_street_whose_dedication_is_unknown_is_an_assumption() -> None:
    unknown = layer("traffic_areas", [box(-50, -8, 90, 0)], {"kind": ["street"]})
    result = check("A", traffic_areas=unknown)
    assert result.verdict is Verdict.PASSED
    assert any("öffentlich" in text for text in result.assumptions)


def test_a_street_guessed_from_land_use_is_an_assumption() -> None:
    use = layer("land_use", [box(-50, -8, 90, 0)], {"kind": ["AX_Strassenverkehr"]})
    result = check("A", land_use=use)
    assert result.verdict is Verdict.PASSED
    assert any("tatsächliche Nutzung" in text for text in result.assumptions)


def test_a_site_behind_others_names_the_parcels_of_the_way() -> None:
    result = check("H", traffic_areas=STREET)
    assert (result.verdict, result.value) == (Verdict.NOT_ASSESSABLE, 0.0)
    assert result.details["crossed_parcels"] == ["A"]
    assert "30,00 m" in result.message


def test_an_easement_on_the_way_is_a_hint_and_none_in_a_known_register_fails() -> None:
    easement = layer("easements", [box(0, 0, 20, 30)], {"kind": ["Zuwegung"]})
    assert check("H", traffic_areas=STREET, easements=easement).verdict is Verdict.BORDERLINE
    other = layer("easements", [box(0, 0, 20, 30)], {"kind": ["Stellplatz"]})
    assert check("H", traffic_areas=STREET, easements=other).verdict is Verdict.FAILED
    assert check("H", traffic_areas=STREET, easements=NO_EASEMENT).verdict is Verdict.FAILED


def test_the_way_may_be_longer() -> None:
    far = layer("traffic_areas", [box(-50, -60, 90, -50)], {"kind": ["street"], "public": [True]})
    result = check("H", traffic_areas=far)
    assert "80,00 m" in result.message
    assert result.details["crossed_parcels"] == ["A"]


def test_no_street_layer_is_not_assessable() -> None:
    assert check("A").verdict is Verdict.NOT_ASSESSABLE


def test_the_way_in_the_middle_is_taken_where_many_are_equally_short_and_an_easement_beside_it_counts() -> None:
    # Every way north over A is 30 m long; the easement lies along the western edge of A.
    site = plan(feature(box(5, 38, 15, 50)), parcels=["H"])
    layers = {"parcels": parcels(A=box(0, 0, 20, 30), H=box(0, 30, 20, 60)), "traffic_areas": layer(
        "traffic_areas", [box(-50, -10, 90, 0)], {"kind": ["street"], "public": [True]})}  # fmt: skip
    strip = layer("easements", [box(0, 0, 3, 30)], {"easement_id": ["1"], "kind": ["Zufahrt"]})
    result = run("street_access", site, easements=strip, **layers)
    assert result.verdict is Verdict.BORDERLINE
    assert result.geometry is not None
    assert result.geometry.length == pytest.approx(30)
    assert result.geometry.centroid.distance(box(0, 0, 20, 30).centroid) == pytest.approx(0, abs=0.1)


def test_ground_between_site_and_street_without_any_parcel_is_not_assessable() -> None:
    streets = layer("traffic_areas", [box(-50, -40, 90, -30)], {"kind": ["street"], "public": [True]})
    none = layer("easements", [box(500, 0, 503, 30)], {"easement_id": ["1"], "kind": ["Zufahrt"]})
    site = plan(feature(box(5, 8, 15, 20)), parcels=["A"])
    result = run("street_access", site, parcels=parcels(A=box(0, 0, 20, 30)), traffic_areas=streets, easements=none)
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert "was dazwischen liegt, ist nicht bekannt" in result.message


@pytest.mark.parametrize(
    ("lane", "verdict"),
    [
        (box(0, 0, 3, 30), "borderline"),
        (box(0, 0, 2, 30), "not_assessable"),  # too narrow
        (box(0, 15, 3, 30), "not_assessable"),  # half of the way
        (box(60, 0, 63, 30), "not_assessable"),  # on another parcel, leads nowhere
    ],
)
def test_an_easement_has_to_lead_all_the_way_in_the_width_of_a_driveway(lane: Any, verdict: str) -> None:
    assert (
        check("H", traffic_areas=STREET, easements=layer("easements", [lane], {"kind": ["access"]})).verdict == verdict
    )
