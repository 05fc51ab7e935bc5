"""Drawings say what the results say: no tick where nothing was judged, the same figures, limits in sight, numbers."""

from __future__ import annotations

from typing import Any

import pytest
import shapely
from lxml import etree

from gis.checks.result import CheckResult, Verdict
from gis.drawing import Drawing, draw_result, draw_site
from gis.drawing.evidence import Evidence, Look, deepest
from gis.drawing.highlights import evidence_of
from gis.drawing.scene import Scene
from gis.drawing.styles import GREEN
from gis.siteplan import Role, SitePlan
from tests.gis.builders import box, feature, layer, parcels, plan, run

SVG = "{http://www.w3.org/2000/svg}"
TOWN = parcels(A=box(0, 0, 20, 30))


def words(drawing: Drawing) -> list[str]:
    return [element.text or "" for element in etree.fromstring(drawing.svg.encode()).iter(f"{SVG}text")]


def shown(site_plan: SitePlan, result: CheckResult, **layers: Any) -> Evidence:
    return evidence_of(Scene(site_plan, {"parcels": TOWN, **layers}, [result]), result)


def test_what_does_not_apply_has_no_tick() -> None:
    house = plan(feature(box(5, 5, 15, 15), wall_height_m=6.0))
    result = run("building_separation", house, parcels=TOWN)
    assert result.verdict is Verdict.NOT_APPLICABLE
    drawing = draw_result(house, {"parcels": TOWN}, result)
    assert GREEN not in drawing.svg
    fine = run("boundary_distance", house, parcels=TOWN)
    assert fine.verdict is Verdict.PASSED
    assert GREEN in draw_result(house, {"parcels": TOWN}, fine).svg


def test_an_outbuilding_beside_the_window_is_no_depth_of_a_crossing() -> None:
    windows = layer("building_windows", [box(4, 4, 16, 20)], {})
    both = plan(feature(box(5, 5, 15, 15)), feature(box(5, 24, 8, 27), Role.ANCILLARY_BUILDING))
    result = run("building_window", both, parcels=TOWN, building_windows=windows)
    assert (result.verdict, result.value) == (Verdict.BORDERLINE, 0.0)
    evidence = shown(both, result, building_windows=windows)
    assert not evidence.measures
    (area,) = evidence.areas
    assert (area.legend, area.look) == ("Garage oder Nebenanlage außerhalb der Baugrenze", Look.DOUBT)
    assert area.geometry.area == pytest.approx(9.0)
    drawing = draw_result(both, {"parcels": TOWN, "building_windows": windows}, result)
    assert "ermittelt 0,00 m, maßgeblich 0,00 m; gilt für Hauptgebäude und ihre Bauteile" in words(drawing)


def test_without_a_main_building_nothing_is_measured_at_the_window() -> None:
    windows = layer("building_windows", [box(4, 4, 16, 20)], {})
    result = run(
        "building_window", plan(feature(box(5, 24, 8, 27), Role.GARAGE)), parcels=TOWN, building_windows=windows
    )
    assert (result.verdict, result.value, result.limit) == (Verdict.BORDERLINE, None, None)


def test_a_house_over_a_court_is_measured_in_its_middle_and_the_limit_lies_over_it() -> None:
    windows = layer("building_windows", [box(3, 3, 17, 27).difference(box(8, 10, 14, 18))], {})
    house = plan(feature(box(4, 8, 16, 20)))
    result = run("building_window", house, parcels=TOWN, building_windows=windows)
    (measure,) = shown(house, result, building_windows=windows).measures
    assert measure.text == "3,00 m"
    assert measure.length_m == pytest.approx(result.value, abs=0.002)
    svg = draw_result(house, {"parcels": TOWN, "building_windows": windows}, result).svg
    assert svg.rindex('stroke-dasharray="3 0.8 0.5 0.8" d=') > svg.rindex('fill="#f0b48a"')


def test_the_deepest_place_is_a_corner_or_lies_between_two_areas() -> None:
    left, right = box(0, 0, 10, 30), box(13, 0, 23, 30)
    between = deepest(box(10, 5, 13, 25), shapely.union_all([left, right]))
    assert shapely.LineString(between).length == pytest.approx(1.5, abs=1e-3)
    assert shapely.LineString(deepest(box(10, 5, 12, 25), left)).length == pytest.approx(2.0, abs=1e-9)


def test_frontages_carry_the_width_that_counts() -> None:
    street = layer("traffic_areas", [box(-9, -9, 2, 20)], {"kind": ["street"], "public": [True]})
    house = plan(feature(box(5, 5, 15, 15)), parcels=["A"])
    # Along the west for 20 m and along the south for 2 m: √(20² + 2²) between the ends.
    result = run("street_access", house, parcels=TOWN, traffic_areas=street)
    (line,) = shown(house, result, traffic_areas=street).lines
    assert line.label == "20,10 m in gerader Linie"
    two = layer(
        "traffic_areas", [box(0, -9, 4, 0), box(18.4, -9, 20, 0)], {"kind": ["street"] * 2, "public": [True] * 2}
    )
    apart = run("street_access", house, parcels=TOWN, traffic_areas=two)
    assert [line.label for line in shown(house, apart, traffic_areas=two).lines] == ["4,00 m", "1,60 m"]


def test_the_legend_does_not_explain_a_line_outside_of_the_map() -> None:
    legend = "Mitte der Straße, bis zu der gerechnet wird"
    for depth, seen in ((6.0, True), (20.0, False)):
        street = layer("traffic_areas", [box(-20, -depth, 60, 0)], {"kind": ["street"], "public": [True]})
        house = plan(feature(box(5, 8, 15, 18), wall_height_m=6.0), parcels=["A"])
        town = parcels(A=box(0, 0, 20, 30), S=box(-20, -depth, 60, 0))
        result = run("boundary_distance", house, parcels=town, traffic_areas=street)
        assert result.details["street_middle"]
        drawing = draw_site(house, {"parcels": town, "traffic_areas": street}, [result])
        assert (legend in drawing.highlights) is seen


def test_every_building_of_a_large_plan_has_its_number_and_the_legend_explains_it() -> None:
    shapes = [box(20 * x + 4, 20 * y + 4, 20 * x + 14, 20 * y + 14) for y in range(14) for x in range(15)][:200]
    town = parcels(A=box(0, 0, 300, 300))
    houses = plan(*(feature(shape, id=str(at), wall_height_m=6.0) for at, shape in enumerate(shapes, start=1)))
    distances = run("boundary_distance", houses, parcels=town)
    drawing = draw_site(houses, {"parcels": town}, [distances])
    texts = words(drawing)
    assert {str(at) for at in range(1, 201)} <= set(texts)
    joined = " ".join(texts)
    assert "Nummer der Anlage, wie in den Ergebnissen genannt" in joined
    assert "nur die 12 knappsten" in joined
