"""Drawings of results, on the golden cases of every check: what is shown, to scale, in words, without overlaps."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pytest
import shapely
from lxml import etree

from gis.checks import CHECKS
from gis.checks.golden import GoldenCase, golden_cases
from gis.checks.result import CheckResult, Verdict
from gis.drawing import Drawing, draw_result, draw_site
from gis.drawing.evidence import Look
from gis.drawing.highlights import HIGHLIGHTS, evidence_of
from gis.drawing.scene import Scene
from gis.drawing.sheet import STANDARD_SCALES
from gis.drawing.show_distances import setback_band
from gis.drawing.styles import AREAS, BROAD, LINES, ROLES
from gis.drawing.text import text_width
from gis.siteplan import Role
from tests.gis.builders import box, feature, layer, plan, run

SVG = "{http://www.w3.org/2000/svg}"
#: Sheets in mm: paper, and narrow screens.
SHEETS = ((180.0, 190.0), (84.0, 165.0))
DRAWN = [
    pytest.param(check, case.number, id=f"{check}-{case.number}-{case.verdict.value}")
    for check in CHECKS
    for case in golden_cases(check)
    if case.verdict is not Verdict.NOT_APPLICABLE
]


@cache
def golden(check: str, number: int) -> tuple[GoldenCase, CheckResult]:
    case = next(case for case in golden_cases(check) if case.number == number)
    return case, case.run()


def drawn(check: str, number: int, width: float = 180.0, height: float = 190.0) -> Drawing:
    case, result = golden(check, number)
    return draw_result(case.plan, case.layers, result, width_mm=width, height_mm=height)


def tree(drawing: Drawing) -> etree._Element:
    return etree.fromstring(drawing.svg.encode())


def worst(check: str) -> GoldenCase:
    """The golden case of a check that fails; of a check that only advises, the one that gives a hint."""
    cases = {case.verdict: case for case in golden_cases(check)}
    return cases.get(Verdict.FAILED) or cases[Verdict.BORDERLINE]


def words_on(drawing: Drawing) -> list[tuple[str, shapely.Polygon]]:
    """Every text with the box that it takes in the font that it is set in."""
    found = []
    for element in tree(drawing).iter(f"{SVG}text"):
        x, y, size = (float(element.get(name, "0")) for name in ("x", "y", "font-size"))
        width = text_width(element.text or "", size)
        left = x - {"start": 0.0, "middle": width / 2, "end": width}[element.get("text-anchor", "start")]
        found.append((element.text or "", shapely.box(left, y - 0.72 * size, left + width, y + 0.2 * size)))
    return found


def test_the_table_has_no_row_for_a_check_that_is_not_there() -> None:
    assert set(HIGHLIGHTS) <= set(CHECKS)


@pytest.mark.parametrize("check", list(CHECKS))
def test_the_worst_golden_case_of_every_check_is_highlighted(check: str) -> None:
    case = worst(check)
    drawing = drawn(check, case.number)
    assert drawing.highlights
    looks = {Look.VIOLATION} if case.verdict is Verdict.FAILED else {Look.DOUBT, Look.FOUND, Look.FREE}
    strokes = {
        style.stroke
        for look in looks
        for style in (AREAS[look].area, AREAS[look].hatch, LINES[look], BROAD[look])
        if style.stroke
    }
    assert strokes & {element.get("stroke") for element in tree(drawing).iter(f"{SVG}path", f"{SVG}circle")}


@pytest.mark.parametrize(("check", "number"), DRAWN)
@pytest.mark.parametrize(("width", "height"), SHEETS, ids=["paper", "narrow"])
def test_words_cover_no_words_and_lie_on_the_sheet(check: str, number: int, width: float, height: float) -> None:
    drawing = drawn(check, number, width, height)
    assert drawing.width_mm == width
    assert drawing.height_mm <= height + 1e-6
    assert drawing.scale in STANDARD_SCALES
    sheet = shapely.box(-0.1, -0.1, width + 0.1, drawing.height_mm + 0.1)
    boxes = words_on(drawing)
    for position, (text, area) in enumerate(boxes):
        assert sheet.covers(area), text
        for other_text, other in boxes[:position]:
            assert not area.intersects(other), (text, other_text)


@pytest.mark.parametrize(("check", "number"), DRAWN)
def test_it_is_plain_svg_and_says_in_german_what_it_shows(check: str, number: int) -> None:
    drawing, (_, result) = drawn(check, number), golden(check, number)
    root = tree(drawing)
    assert {element.tag for element in root.iter()} <= {
        f"{SVG}{name}" for name in ("svg", "title", "desc", "rect", "path", "circle", "text")
    }
    assert not re.search(r"href|url\(|opacity|nan|inf", re.sub(r"<(title|desc|text)[^>]*>[^<]*", "", drawing.svg))
    text = drawing.text_alternative
    assert root.findtext(f"{SVG}desc") == text
    assert text.startswith(f"Zeichnung zur Prüfung „{CHECKS[check].title}“ im Maßstab 1:")
    assert f"Ergebnis: {result.label}." in text
    assert f"Maßstab 1:{drawing.scale:,}".replace(",", ".") in [words for words, _ in words_on(drawing)]
    assert "N" in [words for words, _ in words_on(drawing)]
    for name in drawing.highlights:
        assert name in text


@pytest.mark.parametrize("check", list(CHECKS))
def test_the_overview_of_every_worst_case_keeps_words_apart(check: str) -> None:
    case, result = golden(check, worst(check).number)
    boxes = words_on(draw_site(case.plan, case.layers, [result]))
    for position, (text, area) in enumerate(boxes):
        for other_text, other in boxes[:position]:
            assert not area.intersects(other), (text, other_text)


@pytest.mark.parametrize("check", list(CHECKS))
def test_the_same_result_gives_the_same_bytes(check: str) -> None:
    number = worst(check).number
    assert drawn(check, number).svg == drawn(check, number).svg


@pytest.mark.parametrize(("check", "number"), DRAWN)
def test_a_dimension_line_is_as_long_as_its_figure_says(check: str, number: int) -> None:
    """Figures with two decimals, or three at the limit, of the distance between the ends of the line."""
    case, result = golden(check, number)
    for measure in evidence_of(Scene(case.plan, case.layers, (result,)), result).measures:
        figure = re.search(r"\d+,\d+", measure.text)
        if figure is None or "zusammen" in measure.text:
            continue
        assert float(figure[0].replace(",", ".")) == pytest.approx(measure.length_m, abs=0.0051)


def test_distances_on_paper_are_metres_divided_by_the_scale() -> None:
    # The house stands 2.00 m from the western boundary: at 1:250 that is 8 mm.
    town = layer("parcels", [box(0, 0, 20, 30)], {"parcel_id": ["A"]})
    house = plan(feature(box(2, 10, 12, 20), wall_height_m=6.0))
    result = run("boundary_distance", house, parcels=town)
    drawing = draw_result(house, {"parcels": town}, result, scale=250)
    style = LINES[Look.VIOLATION]
    lines = [
        np.array(re.findall(r"-?\d+\.\d+", element.get("d", "")), dtype=float).reshape(-1, 2)
        for element in tree(drawing).iter(f"{SVG}path")
        if element.get("stroke") == style.stroke and element.get("stroke-width") == f"{style.width:g}"
    ]
    lengths = [float(np.hypot(*(line[1] - line[0]))) for line in lines if len(line) == 2]
    assert any(length == pytest.approx(8.0, abs=0.002) for length in lengths)


def test_the_middle_of_a_street_that_counts_is_drawn() -> None:
    town = layer("parcels", [box(0, 0, 20, 30), box(0, -8, 20, 0)], {"parcel_id": ["A", "S"]})
    street = layer("traffic_areas", [box(0, -8, 20, 0)], {"kind": ["street"], "public": [True]})
    house = plan(feature(box(5, 1, 15, 11), wall_height_m=6.0), parcels=["A"])
    result = run("boundary_distance", house, parcels=town, traffic_areas=street)
    assert result.details["street_middle"]
    drawing = draw_result(house, {"parcels": town, "traffic_areas": street}, result)
    assert "Mitte der Straße, bis zu der gerechnet wird" in drawing.highlights


def test_what_is_too_small_to_see_gets_a_ring() -> None:
    town = layer("parcels", [box(0, 0, 20, 30)], {"parcel_id": ["A"]})
    house = plan(feature(box(10, 10, 20.05, 10.2)), parcels=["A"])
    result = run("inside_parcels", house, parcels=town)
    drawing = draw_result(house, {"parcels": town}, result)
    assert [e for e in tree(drawing).iter(f"{SVG}circle") if e.get("r") == "2.400"]


def test_a_large_site_is_cut_to_what_is_built_unless_all_of_it_matters() -> None:
    town = layer("parcels", [box(0, 0, 400, 400)], {"parcel_id": ["A"], "official_area_m2": [160_000.0]})
    house = plan(feature(box(2, 10, 12, 20), wall_height_m=6.0))
    near = run("boundary_distance", house, parcels=town)
    assert draw_result(house, {"parcels": town}, near).scale <= 250
    whole = run("area_mismatch", house, parcels=town)
    assert draw_result(house, {"parcels": town}, whole).scale >= 2000


def test_a_hundred_buildings_keep_bare_figures_and_words_apart() -> None:
    shapes = [box(12 * x, 12 * y, 12 * x + 8, 12 * y + 8) for x in range(10) for y in range(10)]
    town = layer("parcels", [box(-2, -2, 130, 130)], {"parcel_id": ["A"]})
    houses = plan(*(feature(shape, wall_height_m=6.0) for shape in shapes))
    result = run("building_separation", houses, parcels=town)
    distances = run("boundary_distance", houses, parcels=town)
    for drawing in (
        draw_result(houses, {"parcels": town}, result),
        draw_site(houses, {"parcels": town}, [result, distances]),
    ):
        boxes = words_on(drawing)
        for position, (_, area) in enumerate(boxes):
            assert not any(area.intersects(other) for _, other in boxes[:position])
    assert not any("erforderlich" in text for text, _ in words_on(draw_site(houses, {"parcels": town}, [distances])))


def test_existing_and_planned_buildings_are_told_apart_by_more_than_colour() -> None:
    town = layer("parcels", [box(0, 0, 40, 40)], {"parcel_id": ["A"]})
    both = plan(feature(box(5, 5, 15, 15)), feature(box(20, 20, 30, 30), Role.EXISTING_BUILDING))
    result = run("inside_parcels", both, parcels=town)
    legend = [text for text, _ in words_on(draw_result(both, {"parcels": town}, result))]
    assert {"Hauptgebäude (geplant)", "Vorhandenes Gebäude"} <= set(legend)
    assert AREAS[Look.VIOLATION].angles != AREAS[Look.DOUBT].angles
    assert AREAS[Look.DOUBT].area.dash
    assert not AREAS[Look.VIOLATION].area.dash


def test_a_check_of_its_own_without_a_row_shows_its_geometry() -> None:
    town = layer("parcels", [box(0, 0, 20, 30)], {"parcel_id": ["A"]})
    house = plan(feature(box(5, 5, 15, 15)))
    result = CheckResult("plan", "own_check", Verdict.FAILED, "Zu viel.", geometry=box(5, 5, 8, 8))
    drawing = draw_result(house, {"parcels": town}, result)
    assert drawing.highlights == ("Befund: nicht eingehalten",)
    assert "own_check" in drawing.text_alternative


def test_a_wall_beyond_the_boundary_is_not_shown_as_kept_from_it() -> None:
    town = layer("parcels", [box(0, 0, 20, 30), box(-20, 0, 0, 30)], {"parcel_id": ["A", "B"]})
    over = plan(feature(box(-0.8, 10, 9, 20), wall_height_m=6.0), parcels=["A"])
    result = run("boundary_distance", over, parcels=town)
    texts_ = [text for text, _ in words_on(draw_result(over, {"parcels": town}, result))]
    assert any("0,80 m jenseits der Grenze" in text for text in texts_)
    assert not any(text.startswith("0,80 m (") for text in texts_)


def test_the_strip_to_keep_free_is_deeper_only_before_walls_that_need_more() -> None:
    town = layer("parcels", [box(0, 0, 40, 30)], {"parcel_id": ["A"]})
    shape = box(10, 10, 20, 20)
    house = plan(feature(shape, wall_height_m=(9.3, 6.0, 6.0, 6.0)))
    result = run("boundary_distance", house, parcels=town)
    band, legend = setback_band(Scene(house, {"parcels": town}, [result]), result)
    assert legend == "Freizuhaltender Abstand, je nach Außenwand 3,00 bis 3,70 m"
    around = box(0, 0, 40, 30).area - box(3, 3, 37, 27).area
    # Only before the southern wall, 10 m wide, or another single one: 0.70 m more.
    assert band.area == pytest.approx(around + 10 * 0.7, abs=1e-6)


def test_a_corner_garage_shows_both_lengths_and_their_sum() -> None:
    town = layer("parcels", [box(0, 0, 20, 30)], {"parcel_id": ["A"]})
    corner = plan(
        feature(box(8, 5, 16, 15), id="1", wall_height_m=6.0),
        feature(box(0, 22, 8.9, 30), Role.GARAGE, id="2", wall_height_m=2.8),
    )
    result = run("boundary_buildings", corner, parcels=town)
    assert result.verdict is Verdict.FAILED
    measures = evidence_of(Scene(corner, {"parcels": town}, [result]), result).measures
    assert sorted(round(measure.length_m, 2) for measure in measures) == [8.0, 8.9]
    texts_ = [text for text, _ in words_on(draw_result(corner, {"parcels": town}, result))]
    assert "16,90 m (höchstens 15,00 m)" in texts_


def test_only_the_zone_whose_ratio_is_exceeded_is_hatched_and_each_carries_its_own() -> None:
    town = layer("parcels", [box(0, 0, 20, 30)], {"parcel_id": ["A"], "official_area_m2": [600.0]})
    zones = layer(
        "zoning", [box(-9, -9, 29, 15), box(-9, 15, 29, 39)],
        {"zone": ["WA", "WR"], "grz": [0.4, 0.2], "baunvo_version": ["2017", "2017"]},
    )  # fmt: skip
    house = plan(feature(box(3, 10, 13, 26), wall_height_m=6.0))
    result = run("site_coverage", house, parcels=town, zoning=zones)
    assert result.verdict is Verdict.FAILED
    layers = {"parcels": town, "zoning": zones}
    areas = evidence_of(Scene(house, layers, [result]), result).areas
    assert {area.look: round(area.geometry.area) for area in areas} == {Look.COUNTED: 50, Look.VIOLATION: 110}
    texts_ = [text for text, _ in words_on(draw_result(house, layers, result))]
    assert {"WR: GRZ 0,37 (zulässig 0,20)", "WA: GRZ 0,17 (zulässig 0,40)"} <= set(texts_)


def test_the_overview_of_many_findings_keeps_its_map_large_and_tells_them_apart_by_numbers() -> None:
    town = layer("parcels", [box(0, 0, 20, 30), box(-20, 0, 0, 30)], {"parcel_id": ["A", "B"]})
    windows = layer("building_windows", [box(3, 3, 17, 27)], {})
    busy = plan(
        feature(box(-1, 3, 15, 13), id="1", wall_height_m=9.0),
        feature(box(0, 20, 3, 29.5), Role.GARAGE, id="2", wall_height_m=3.4),
        feature(box(4, 15, 12, 18), id="3", wall_height_m=6.0),
        parcels=["A"],
    )
    layers = {"parcels": town, "building_windows": windows}
    checks = ("inside_parcels", "boundary_distance", "boundary_buildings", "building_window", "building_separation")
    results = [run(check, busy, **layers) for check in checks]
    drawing = draw_site(busy, layers, results)
    assert drawing.scale <= 500
    texts_ = [text for text, _ in words_on(drawing)]
    numbered = [text for text in texts_ if re.match(r"\(\d+\)", text)]
    legend = {text[: text.index(")") + 1]: text for text in numbered if text in {f"({n}) {t}" for n in range(1, 20)
              for t in drawing.highlights}}  # fmt: skip
    assert len(legend) >= 4
    for mark in legend:
        assert sum(text.startswith(mark) for text in numbered) >= 2


def test_no_two_kinds_of_features_look_alike_in_grey() -> None:
    def look(role: Role) -> tuple[object, ...]:
        style = ROLES[role]
        return (style.angles if style.hatch_mm else None, style.hatch_mm, style.hatch.dash, style.crossed,
                style.area.dash, style.area.fill is None, role is Role.EXISTING_BUILDING)  # fmt: skip

    assert len({look(role) for role in ROLES}) == len(ROLES)
    assert AREAS[Look.FINE].ticked
