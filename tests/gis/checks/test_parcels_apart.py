"""Parcels that do not adjoin are no site: no check passes on them, and every result says why."""

import pytest
import shapely

from gis.checks import CheckResult, Verdict, run_checks
from gis.layers import Layer
from gis.neighbours import neighbours_of
from gis.rules import load_rules
from tests.gis.builders import TODAY, box, feature, layer, plan

RULES = load_rules("ni", TODAY)
HOUSE = feature(box(5, 8, 15, 20), wall_height_m=6.0, ridge_height_m=6.0, storeys=2, use="Wohnhaus", dwellings=1)
APART = "Flurstück Z grenzt nicht an Flurstück A; zusammen sind sie kein Baugrundstück."


def layers(second: shapely.Polygon) -> dict[str, Layer]:
    areas = {"parcel_id": ["A", "Z"], "official_area_m2": [600.0, second.area]}
    town = shapely.box(*shapely.total_bounds([box(-90, -90, 190, 190)]))
    return {
        "parcels": layer("parcels", [box(0, 0, 20, 30), second], areas),
        "zoning": layer("zoning", [town], {"zone": ["WA"], "grz": [0.4], "min_plot_m2": [700.0], "storeys_max": [2.0]}),
        "traffic_areas": layer("traffic_areas", [box(-50, -10, 90, 0)], {"kind": ["street"], "public": [True]}),
        "overlays": layer("overlays", [], {"kind": []}),
        "monuments": layer("monuments", [], {"kind": []}),
        "buildings": layer("buildings", [], {"building_id": []}),
    }


def results(second: shapely.Polygon) -> dict[str, CheckResult]:
    site = plan(HOUSE, parcels=["A", "Z"])
    return {result.check: result for result in run_checks(site, layers(second), RULES)}


@pytest.mark.parametrize("second", [box(100, 0, 130, 30), box(20, 30, 50, 60)])
def test_no_check_passes_on_parcels_that_do_not_adjoin(second: shapely.Polygon) -> None:
    found = results(second)
    assert {check for check, result in found.items() if result.verdict in (Verdict.PASSED, Verdict.BORDERLINE)} == set()
    for check in ("plot_size", "area_mismatch", "street_access", "site_coverage", "inside_parcels", "land_use"):
        assert found[check].verdict is Verdict.NOT_ASSESSABLE, check
        assert APART in found[check].message, check
        assert found[check].message.count(APART) == 1
    assert found["plot_size"].value == pytest.approx(1500)


def test_the_same_parcels_side_by_side_are_a_site() -> None:
    found = results(box(20, 0, 50, 30))
    for check in ("plot_size", "area_mismatch", "street_access", "inside_parcels", "land_use"):
        assert found[check].verdict is Verdict.PASSED, (check, found[check].message)


def test_the_list_of_neighbours_says_that_the_parcels_are_no_site() -> None:
    site = plan(HOUSE, parcels=["A", "Z"])
    assert any(APART in text for text in neighbours_of(site, layers(box(100, 0, 130, 30)), RULES).unknown)
    assert not any(APART in text for text in neighbours_of(site, layers(box(20, 0, 50, 30)), RULES).unknown)
    unnamed = neighbours_of(plan(HOUSE), layers(box(20, 0, 50, 30)), RULES)
    assert any("nennt keine Flurstücke" in text for text in unnamed.assumptions)
