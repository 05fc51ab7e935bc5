"""To-scale drawings: measured on the paper, readable without colour, safe for PDF/A."""

import re
import time
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
import shapely
from lxml import etree
from shapely.affinity import rotate

from gis.checks import run_checks
from gis.drawing import Drawing, draw_site
from gis.drawing.sheet import STANDARD_SCALES
from gis.layers import Layer
from gis.rules import load_rules
from gis.siteplan import Role, SitePlan
from tests.gis.builders import TODAY, box, feature, layer, plan

SVG = "{http://www.w3.org/2000/svg}"
TOWN: dict[str, Layer] = {
    "parcels": layer(
        "parcels",
        [box(0, 0, 20, 30), box(20, 0, 40, 30), box(-20, 0, 0, 30)],
        {"parcel_id": ["030101001000120003__", "030101001000130000__", "030101001000110000__"]},
    ),
    "buildings": layer("buildings", [box(24, 10, 34, 20)], {}),
    "building_windows": layer("building_windows", [box(-20, 5, 40, 20)], {}),
}
GOOD = plan(
    feature(box(5, 6, 15, 18), id="1", wall_height_m=6.25),
    feature(box(15, 20, 18, 26), Role.GARAGE, id="2", wall_height_m=2.8),
    feature(box(5, 18, 15, 20), Role.TERRACE, id="3"),
)
BAD = plan(feature(box(12, 6, 22, 18), id="1", wall_height_m=6.25), parcels=["030101001000120003__"])


def draw(site_plan: SitePlan, **options: float) -> Drawing:
    results = run_checks(site_plan, TOWN, load_rules("ni", TODAY))
    return draw_site(site_plan, TOWN, results, drawn_on=date(2026, 11, 22), **options)  # type: ignore[arg-type]


def words(drawing: Drawing) -> list[str]:
    root = etree.fromstring(drawing.svg.encode())
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def paths(drawing: Drawing, **attributes: str) -> list[np.ndarray]:
    """Vertices in mm of the paths that have these attributes."""
    root = etree.fromstring(drawing.svg.encode())
    found = []
    for element in root.iter(f"{SVG}path"):
        if all(element.get(name.replace("_", "-")) == value for name, value in attributes.items()):
            numbers = re.findall(r"-?\d+\.\d+", element.get("d", ""))
            found.append(np.array(numbers, dtype=float).reshape(-1, 2))
    return found


def test_a_metre_on_the_ground_is_a_thousand_divided_by_the_scale_in_millimetres() -> None:
    drawing = draw(GOOD)
    assert drawing.scale in STANDARD_SCALES
    (house,) = paths(drawing, fill="#f0b48a")
    width, height = house.max(axis=0) - house.min(axis=0)
    assert width == pytest.approx(10_000 / drawing.scale, abs=0.01)
    assert height == pytest.approx(12_000 / drawing.scale, abs=0.01)


def test_the_largest_standard_scale_that_fits_is_chosen() -> None:
    # 20 × 30 m with 4 m around it: 190 mm at 1:200 fit into 260 less some 45 mm below the map, not into 200;
    # 152 mm at 1:250 do. On 90 mm the legend has one column: 76 mm at 1:500 need some 160 mm.
    assert draw(GOOD, width_mm=180, height_mm=260).scale == 200
    assert draw(GOOD, width_mm=180, height_mm=200).scale == 250
    assert draw(GOOD, width_mm=90, height_mm=160).scale == 500
    assert draw(GOOD, scale=1000).scale == 1000


@pytest.mark.parametrize("site_plan", [GOOD, BAD])
def test_the_sheet_is_no_larger_than_the_room_and_everything_lies_on_it(site_plan: SitePlan) -> None:
    drawing = draw(site_plan, width_mm=150, height_mm=160)
    assert drawing.width_mm == 150
    assert drawing.height_mm <= 160
    root = etree.fromstring(drawing.svg.encode())
    assert root.get("width") == "150mm"
    assert root.get("viewBox", "").startswith("0 0 150 ")
    for points in paths(drawing):
        assert points.min() >= -0.01
        assert points[:, 0].max() <= 150.01
        assert points[:, 1].max() <= drawing.height_mm + 0.01


def test_nothing_in_it_can_break_pdf_a_or_reach_outside() -> None:
    svg = draw(BAD).svg
    for forbidden in (
        "opacity",
        "<image",
        "url(",
        "href",
        "<script",
        "<style",
        "<filter",
        "<mask",
        "foreignObject",
        "nan ",
        "infinity",
    ):
        assert forbidden not in svg
    assert 'font-family="Fira Sans' in svg


def test_parcels_distances_scale_north_and_sources_are_written() -> None:
    drawing = draw(GOOD)
    text = words(drawing)
    for expected in (
        "12/3",
        "13",
        "N",
        "5,00",
        f"Maßstab 1:{drawing.scale}",
        "Hauptgebäude (geplant)",
        "Baugrenze",
    ):
        assert expected in text
    joined = " ".join(text)
    assert "Flurstücke, Gebäude und Baufenster: Testdaten, Stand 01.01.2026" in joined
    assert "gezeichnet am 22.11.2026" in joined
    assert "EPSG:25832" in joined


def test_what_is_wrong_is_hatched_marked_and_named() -> None:
    drawing = draw(BAD)
    text = words(drawing)
    assert any(line.endswith("Außerhalb des Baugrundstücks") for line in text)
    assert any("erforderlich 3,00" in line for line in text)
    hatches = paths(drawing, stroke="#b3441c", stroke_width="0.2")
    assert len(hatches) >= 2
    good = words(draw(GOOD))
    assert not any("Außerhalb des Baugrundstücks" in line for line in good)
    assert not any("erforderlich" in line for line in good)


def test_the_text_alternative_says_in_german_what_the_drawing_shows() -> None:
    drawing = draw(BAD)
    text = drawing.text_alternative
    assert text.startswith(f"Lageplan im Maßstab 1:{drawing.scale}, Norden ist oben. Baugrundstück: Flurstück 12/3")
    assert "Hauptgebäude (120,00 m² mit 6,25 m Wandhöhe)" in text
    assert "außerhalb des Baugrundstücks" in text
    assert etree.fromstring(drawing.svg.encode()).findtext(f"{SVG}desc") == text


def test_labels_do_not_cover_each_other() -> None:
    root = etree.fromstring(draw(GOOD).svg.encode())
    boxes = [
        shapely.box(x, y, x + float(e.get("width")), y + float(e.get("height")))
        for e in root.iter(f"{SVG}rect")
        if e.get("fill") == "#ffffff" and not e.get("stroke") and e.get("x")
        for x, y in [(float(e.get("x")), float(e.get("y")))]
    ]
    assert len(boxes) > 5
    for position, left in enumerate(boxes):
        assert not any(left.overlaps(right) or left.equals(right) for right in boxes[:position])


def test_a_plan_without_site_or_layers_is_still_drawn() -> None:
    away = plan(feature(box(400, 4, 410, 14), id="1"))
    assert "nicht bestimmt" in draw_site(away, TOWN).text_alternative
    alone = draw_site(GOOD, {})
    assert "Lageplan" in words(alone)


def test_a_plan_far_from_its_parcel_is_drawn_at_a_small_scale() -> None:
    far = plan(feature(box(3000, 4, 3010, 14), id="1", wall_height_m=6.0), parcels=["030101001000120003__"])
    drawing = draw(far)
    assert drawing.scale > 2000
    assert drawing.height_mm <= 220


def test_the_same_plan_gives_the_same_bytes() -> None:
    assert draw(GOOD).svg == draw(GOOD).svg


def test_every_role_is_drawn_and_explained_in_the_legend() -> None:
    roles = [feature(box(1, 2 * i + 0.2, 3, 2 * i + 1.8), role, id=str(i)) for i, role in enumerate(Role)]
    text = words(draw(plan(*roles, parcels=["030101001000120003__"]), width_mm=180, height_mm=250))
    for role in Role:
        assert any(line.startswith(role.label) for line in text), role


def test_a_number_of_a_parcel_stands_beside_the_buildings_on_it() -> None:
    root = etree.fromstring(draw(GOOD).svg.encode())
    (own,) = [e for e in root.iter(f"{SVG}text") if e.text == "12/3"]
    (house,) = paths(draw(GOOD), fill="#f0b48a")
    west, north = house.min(axis=0)
    east, south = house.max(axis=0)
    assert not (west < float(own.get("x", 0)) < east and north < float(own.get("y", 0)) < south)


def label_boxes(drawing: Drawing) -> list[tuple[str, shapely.Polygon]]:
    """White boxes behind words on the map, with the word that stands first in each."""
    elements = list(etree.fromstring(drawing.svg.encode()))
    found = []
    for element, after in pairwise(elements):
        if element.tag == f"{SVG}rect" and after.tag == f"{SVG}text":
            x, y, width, height = (float(element.get(name, "")) for name in ("x", "y", "width", "height"))
            found.append((after.text or "", shapely.box(x, y, x + width, y + height)))
    return found


@pytest.mark.parametrize("turn", [0, 12])
def test_words_leave_the_buildings_of_neighbours_and_the_boundary_in_sight(turn: float) -> None:
    # A garage on the boundary, too narrow for its name, and a neighbour's shed right beside it.
    sheds = [rotate(shape, turn) for shape in (box(24, 18, 29, 25), box(24, 4, 36, 18), box(-18, 4, -2, 26))]
    zones = layer("zoning", [box(-60, -60, 80, 80)], {"zone": ["WA"], "grz": [0.4]})
    town = {**TOWN, "buildings": layer("buildings", sheds, {}), "zoning": zones}
    garage = feature(box(17, 18, 20, 25), Role.GARAGE, id="2", wall_height_m=2.8)
    site_plan = plan(feature(box(4, 6, 15, 16), id="1", wall_height_m=6.25), garage)
    drawing = draw_site(site_plan, town, run_checks(site_plan, town, load_rules("ni", TODAY)), width_mm=150)
    neighbours = shapely.union_all([shapely.Polygon(points) for points in paths(drawing, fill="#d9d9d9")])
    boxes = label_boxes(drawing)
    assert {"Garage", "WA"} <= {word for word, _ in boxes}
    assert [word for word, area in boxes if area.intersects(neighbours)] == []


def test_a_plan_with_very_many_footprints_is_drawn_in_seconds_and_described_by_counts() -> None:
    garages = [feature(box(x, y, x + 0.2, y + 0.2), Role.GARAGE) for x in range(20) for y in range(30)]
    start = time.perf_counter()
    drawing = draw(plan(*garages))
    assert time.perf_counter() - start < 20
    assert "600 × Garage" in drawing.text_alternative
