"""Map, drawing and plan viewer: the real components, styles and scripts on a page that the test makes."""

import json
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from playwright.sync_api import Page, Route, expect

from gis.readers import read_site_plans

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
E0, N0 = 550_000.0, 5_800_000.0


def ring(x: float, y: float, width: float, height: float) -> list[list[list[float]]]:
    """Return a rectangle's rings; x and y count from the corner of the test area, all in metres."""
    left, bottom = E0 + x, N0 + y
    corners = [[left, bottom], [left + width, bottom], [left + width, bottom + height], [left, bottom + height]]
    return [[*corners, corners[0]]]


def feature(kind: str, coordinates: Any, geometry: str = "Polygon", **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"kind": kind, **properties},
        "geometry": {"type": geometry, "coordinates": coordinates},
    }


PARCELS = [
    feature("parcel", ring(20 * i, 0, 20, 30), parcel_id=f"0348520010{i:04d}______", label=f"48/{i + 1}")
    for i in range(4)
]
TOWN = {
    "type": "FeatureCollection",
    "features": [
        feature("zone", ring(0, 0, 80, 30), zone="WA", label="WA · GRZ 0,4"),
        *PARCELS,
        feature("building", ring(4, 10, 9, 11)),
        feature("building_window", ring(3, 5, 74, 17)),
        feature("overlay", ring(60, 0, 20, 12), label="Überschwemmungsgebiet"),
        feature("site", ring(20, 0, 20, 30), parcel_id=PARCELS[1]["properties"]["parcel_id"], label="48/2"),
        feature("plan", ring(22.61, 8, 10, 12), role="main_building", label="Wohnhaus"),
        feature(
            "finding",
            [[E0 + 20, N0 + 14], [E0 + 22.61, N0 + 14]],
            "LineString",
            check="boundary_distance",
            verdict="failed",
            label="2,61 m",
        ),
    ],
}


def serve_town(page: Page, live_server: Any, town: dict[str, Any] | None = None) -> None:
    page.route(f"{live_server.url}/town.geojson*", lambda route: route.fulfill(json=town or TOWN))


SELECT = """<form><label for="id_parcels">Flurstücksnummern, eine je Zeile</label>
<textarea id="id_parcels" name="parcels"></textarea></form>
{% include "components/map.html" with src="/town.geojson" mode="select" field="id_parcels" label="Flurstücke wählen" fit="zone" attribution="© Musterstadt" %}"""  # noqa: E501
SHOW = """{% include "components/map.html" with src="/town.geojson" label="Lageplan" attribution="© Musterstadt" %}
<h2>Prüfungen</h2>{% include "components/finding.html" with id="boundary_distance" title="Grenzabstand" verdict="failed" message="2,61 m statt 3,00 m." legal_basis="§ 5 NBauO" %}
<button type="button" data-map-show="boundary_distance">Auf der Karte zeigen</button>"""  # noqa: E501
DRAW = """<input type="hidden" id="id_plan">
{% include "components/draw.html" with src="/town.geojson" field="id_plan" label="Lageplan zeichnen" %}"""


def ready(page: Page) -> None:
    expect(page.locator("[data-map]")).to_have_attribute("data-state", "ready")
    page.wait_for_timeout(400)


def pixel_of(page: Page, x: float, y: float) -> tuple[float, float]:
    """Return where the point x, y (metres in the test area) is on the screen."""
    holder = "(element.widget || element.drawing.widget)"
    point = page.locator("[data-map]").evaluate(
        f"(element, point) => {{ const p = {holder}.map.getPixelFromCoordinate(point);"
        f" const box = {holder}.viewport.getBoundingClientRect(); return [box.x + p[0], box.y + p[1]]; }}",
        [E0 + x, N0 + y],
    )
    return point[0], point[1]


def click(page: Page, x: float, y: float) -> None:
    page.mouse.click(*pixel_of(page, x, y))
    page.wait_for_timeout(350)  # OpenLayers waits for a double click


def plan_of(page: Page) -> list[dict[str, Any]]:
    text = page.locator("#id_plan").input_value()
    return json.loads(text)["features"] if text else []


def test_parcel_is_chosen_by_click_and_taken_back_in_the_list(
    page: Page, live_server: Any, show: Any, axe: Any
) -> None:
    serve_town(page, live_server)
    show(SELECT, "map")
    ready(page)
    click(page, 50, 25)
    field = page.get_by_label("Flurstücksnummern")
    expect(field).to_have_value(PARCELS[2]["properties"]["parcel_id"])
    expect(page.get_by_role("list", name="Gewählte Flurstücke")).to_contain_text("48/3")
    axe(page)
    page.get_by_role("button", name="Flurstück 48/3 entfernen").click()
    expect(field).to_have_value("")


def test_number_typed_into_the_form_is_chosen_on_the_map(page: Page, live_server: Any, show: Any) -> None:
    serve_town(page, live_server)
    show(SELECT, "map")
    ready(page)
    page.get_by_label("Flurstücksnummern").fill(PARCELS[0]["properties"]["parcel_id"])
    expect(page.get_by_role("list", name="Gewählte Flurstücke")).to_contain_text("48/1")


def test_parcel_in_the_middle_is_chosen_by_keyboard(page: Page, live_server: Any, show: Any) -> None:
    serve_town(page, live_server)
    show(SELECT, "map")
    ready(page)
    page.get_by_label("Flurstücksnummern").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("application")).to_be_focused()
    for _ in range(1):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(300)
    page.keyboard.press("Enter")
    expect(page.locator("[data-map-live]")).to_contain_text("gewählt")


def test_every_movement_has_a_button(page: Page, live_server: Any, show: Any) -> None:
    serve_town(page, live_server)
    show(SHOW, "map")
    ready(page)
    for name in ("Vergrößern", "Verkleinern", "Auf das Grundstück zoomen", "Nach Norden", "Nach Westen"):
        button = page.get_by_role("button", name=name)
        box = button.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44
        button.click()
    before = pixel_of(page, 0, 0)
    page.get_by_role("button", name="Nach Süden").click()
    page.wait_for_timeout(500)
    assert pixel_of(page, 0, 0)[1] < before[1]


def test_legend_names_what_is_there_and_hides_it(page: Page, live_server: Any, show: Any, axe: Any) -> None:
    serve_town(page, live_server)
    show(SHOW, "map")
    ready(page)
    legend = page.locator("[data-map-legend]")
    expect(legend).to_contain_text("Prüfergebnisse")
    expect(legend).not_to_contain_text("Baulinien")
    shot = page.locator("[data-map-view]").screenshot()
    legend.get_by_label("Vorhaben").uncheck()
    page.wait_for_timeout(300)
    assert page.locator("[data-map-view]").screenshot() != shot
    axe(page)


def test_finding_is_brought_into_view(page: Page, live_server: Any, show: Any) -> None:
    serve_town(page, live_server)
    show(SHOW, "map")
    ready(page)
    page.get_by_role("button", name="Auf der Karte zeigen").click()
    page.wait_for_timeout(400)
    left, right = pixel_of(page, 20, 14), pixel_of(page, 22.61, 14)
    assert right[0] - left[0] > 100
    click(page, 21.3, 14)
    expect(page.locator("[data-map-live]")).to_contain_text("Grenzabstand, nicht eingehalten, 2,61 m")


def test_failed_map_says_so_and_tries_again(page: Page, live_server: Any, show: Any, axe: Any) -> None:
    answers = [404, 200]

    def answer(route: Route) -> None:
        status = answers.pop(0)
        route.fulfill(json=TOWN) if status == 200 else route.fulfill(status=status)

    page.route(f"{live_server.url}/town.geojson*", answer)
    show(SHOW, "map")
    expect(page.get_by_text("Die Karte konnte nicht geladen werden.")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Noch einmal versuchen").click()
    ready(page)


def test_map_asks_for_the_window_that_it_shows(page: Page, live_server: Any, show: Any) -> None:
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(json=TOWN)

    page.route(f"{live_server.url}/town.geojson*", answer)
    bounds = f"{E0},{N0},{E0 + 80},{N0 + 30}"
    show(
        '{% include "components/map.html" with src="/town.geojson" label="Karte" window="true" bounds=bounds %}',
        "map",
        bounds=bounds,
    )
    ready(page)
    assert len(asked) == 1
    low_east, low_north, high_east, high_north = (float(v) for v in asked[0].partition("bbox=")[2].split("%2C"))
    assert low_east <= E0 <= E0 + 80 <= high_east
    assert low_north <= N0 <= N0 + 30 <= high_north


def test_rectangle_is_drawn_with_three_clicks(page: Page, live_server: Any, show: Any, axe: Any) -> None:
    serve_town(page, live_server)
    show(DRAW, "draw")
    ready(page)
    page.get_by_role("button", name="Rechteck zeichnen").click()
    for point in ((24.0, 6.0), (34.0, 6.0), (30.0, 4.0)):
        click(page, *point)
    (drawn,) = plan_of(page)
    assert (drawn["properties"]["role"], drawn["properties"]["capture"]) == ("main_building", "digitised")
    assert 50 < drawn["properties"]["capture_scale"] < 5000
    xs = sorted({round(x - E0, 1) for x, _ in drawn["geometry"]["coordinates"][0]})
    assert xs == pytest.approx([24.0, 34.0], abs=0.15)
    page.get_by_label("Wandhöhe").fill("6,50")
    page.get_by_label("Wandhöhe").press("Tab")
    page.get_by_label("Art", exact=True).select_option("garage")
    (drawn,) = plan_of(page)
    assert (drawn["properties"]["role"], drawn["properties"]["wall_height_m"]) == ("garage", 6.5)
    axe(page)


def test_building_is_given_by_numbers_without_the_map(page: Page, live_server: Any, show: Any, axe: Any) -> None:
    serve_town(page, live_server)
    show(DRAW, "draw")
    ready(page)
    page.get_by_role("button", name="Mit Maßen eingeben").press("Enter")
    values = {
        "Ecke: Ostwert (m)": "550024,5",
        "Ecke: Nordwert (m)": "5.800.008,25",
        "Seite a (m)": "10",
        "Seite b (m)": "8,4",
        "Richtung von Seite a gegen Osten (°)": "0",
    }
    for label, value in values.items():
        page.get_by_label(label).fill(value)
        page.get_by_label(label).press("Tab")
    (drawn,) = plan_of(page)
    assert drawn["properties"]["capture"] == "dimension_text"
    corners = [[round(x - E0, 3), round(y - N0, 3)] for x, y in drawn["geometry"]["coordinates"][0]]
    # 10.00 m east and 8.40 m north of the corner 24.50 / 8.25, closed.
    assert corners == [[24.5, 8.25], [34.5, 8.25], [34.5, 16.65], [24.5, 16.65], [24.5, 8.25]]
    expect(page.get_by_role("heading", name="Hauptgebäude, 84,00 m²")).to_be_visible()
    page.get_by_label("Ecken, eine je Zeile").fill("550020 5800000\n550030 5800000\n550030 acht")
    page.get_by_label("Wandhöhe").focus()
    expect(page.get_by_role("alert")).to_contain_text("Zeile 3")
    axe(page)
    page.get_by_label("Ecken, eine je Zeile").fill("550020 5800000\n550030 5800000\n550030 5800008")
    page.get_by_label("Wandhöhe").focus()
    expect(page.get_by_role("heading", name="Hauptgebäude, 40,00 m²")).to_be_visible()
    page.get_by_role("button", name="Entfernen").click()
    assert plan_of(page) == []


def test_saved_plan_comes_back(page: Page, live_server: Any, show: Any) -> None:
    serve_town(page, live_server)
    saved = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"role": "main_building", "wall_height_m": 6.5, "use": "Wohnen"},
                "geometry": {"type": "Polygon", "coordinates": ring(24, 8, 10, 8)},
            }
        ],
    }
    show(DRAW.replace('id="id_plan"', 'id="id_plan" value="{{ saved }}"'), "draw", saved=json.dumps(saved))
    ready(page)
    expect(page.get_by_label("Wandhöhe")).to_have_value("6,5")
    page.get_by_label("Wandhöhe").fill("7")
    page.get_by_label("Wandhöhe").press("Tab")
    (drawn,) = plan_of(page)
    assert drawn["properties"] == {"role": "main_building", "wall_height_m": 7, "use": "Wohnen"}


HOUSES = {
    "type": "FeatureCollection",
    "plots": [{"type": "Polygon", "coordinates": ring(20, 0, 20, 30)}],
    "features": [
        {
            "type": "Feature",
            "id": "haus-1",
            "properties": {
                "plan": "Hof",
                "role": "main_building",
                "wall_height_m": [6.5, 6.5, 3.2, 3.2, None, 4, 4, 4],
                "use": "Wohnen",
                "gross_volume_m3": 812.5,
                "storey_levels": [{"name": "EG", "level_m": 0.3, "height_m": 2.8, "above_ground": True}],
                "capture": "vector",
                "origins": {"wall_height_m": {"kind": "measured", "note": "aus dem Modell"}},
                "parcels": ["034852001000048______"],
            },
            "geometry": {"type": "Polygon", "coordinates": [*ring(22, 4, 16, 12), *ring(27, 8, 6, 4)]},
        },
        {
            "type": "Feature",
            "id": 2,
            "properties": {"plan": "Hof", "role": "garage", "wall_height_m": 2.8},
            "geometry": {"type": "MultiPolygon", "coordinates": [ring(22, 20, 3, 6), ring(34, 20, 4, 6)]},
        },
    ],
}


def open_houses(page: Page, live_server: Any, show: Any) -> None:
    serve_town(page, live_server)
    field = 'id="id_plan" value="{{ saved }}"'
    show(DRAW.replace('id="id_plan"', field), "draw", saved=json.dumps(HOUSES))
    ready(page)


def whole_plan(page: Page) -> dict[str, Any]:
    plan: dict[str, Any] = json.loads(page.locator("#id_plan").input_value())
    return plan


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*pixel_of(page, *start))
    page.mouse.down()
    page.mouse.move(*pixel_of(page, *end), steps=6)
    page.mouse.up()
    page.wait_for_timeout(350)


def test_a_plan_with_parts_and_holes_is_edited_without_loss(
    page: Page, live_server: Any, show: Any, axe: Any, tmp_path: Path
) -> None:
    open_houses(page, live_server, show)
    expect(page.get_by_role("heading", name="Hauptgebäude, 168,00 m²")).to_be_visible()  # 16 × 12 less 6 × 4
    expect(page.get_by_role("heading", name="Garage oder Carport, 42,00 m²")).to_be_visible()  # 3 × 6 and 4 × 6
    heights = page.get_by_label("Wandhöhe").first
    expect(heights).to_have_value("6,5; 6,5; 3,2; 3,2; ?; 4; 4; 4")
    axe(page)
    page.get_by_label("Vollgeschosse").last.fill("1")
    page.get_by_label("Vollgeschosse").last.press("Tab")
    written = whole_plan(page)
    assert written.pop("crs")["properties"]["name"] == "urn:ogc:def:crs:EPSG::25832"
    expected = json.loads(json.dumps(HOUSES))
    expected["features"][1]["properties"]["storeys"] = 1
    assert written == expected
    path = tmp_path / "plan.geojson"
    path.write_text(page.locator("#id_plan").input_value())
    (plan,) = read_site_plans(path).plans
    assert [round(one.geometry.area, 6) for one in plan.features] == [168, 42]
    assert len(plan.plots) == 1

    heights.fill("6,5; 6,5")
    heights.press("Tab")
    expect(page.get_by_role("alert").first).to_contain_text("2 Wandhöhen für 8 Wände")
    heights.fill("6,5; 6,5; 3,2; 3,2; 5; 4; 4; 4")
    heights.press("Tab")
    house, _ = plan_of(page)
    assert house["properties"]["wall_height_m"] == [6.5, 6.5, 3.2, 3.2, 5, 4, 4, 4]
    # What somebody types is no longer measured in the model.
    assert "wall_height_m" not in house["properties"]["origins"]


def test_corners_of_holes_and_parts_move_on_the_map_and_heights_stay_with_their_walls(
    page: Page, live_server: Any, show: Any
) -> None:
    open_houses(page, live_server, show)
    drag(page, (33, 12), (34.5, 13.5))  # the north-eastern corner of the hole
    house, garages = plan_of(page)
    outer, hole = house["geometry"]["coordinates"]
    assert [outer] == ring(22, 4, 16, 12)
    assert [hole[0], hole[1], hole[3]] == [ring(27, 8, 6, 4)[0][corner] for corner in (0, 1, 3)]
    assert hole[2] == pytest.approx([E0 + 34.5, N0 + 13.5], abs=0.2)
    assert house["properties"]["wall_height_m"] == [6.5, 6.5, 3.2, 3.2, None, 4, 4, 4]
    assert house["properties"]["capture"] == "digitised"
    assert house["properties"]["origins"]["wall_height_m"]["note"] == "aus dem Modell"
    assert garages == HOUSES["features"][1]

    drag(page, (38, 10), (39, 10))  # a new corner in the eastern wall: both halves keep its 6.5 m
    house, _ = plan_of(page)
    assert [len(ring) - 1 for ring in house["geometry"]["coordinates"]] == [5, 4]
    assert house["properties"]["wall_height_m"] == [6.5, 6.5, 6.5, 3.2, 3.2, None, 4, 4, 4]

    drag(page, (38, 26), (38, 27))  # a corner of the second garage
    _, garages = plan_of(page)
    assert garages["geometry"]["type"] == "MultiPolygon"
    first, second = garages["geometry"]["coordinates"]
    assert first == ring(22, 20, 3, 6)
    assert second[0][2] == pytest.approx([E0 + 38, N0 + 27], abs=0.2)


def test_parts_and_holes_are_edited_as_text_and_new_walls_ask_for_their_height(
    page: Page, live_server: Any, show: Any, axe: Any
) -> None:
    open_houses(page, live_server, show)
    card = page.locator(".ba-draw__cards > section").first
    card.get_by_text("Lage und Maße").click()
    corners = card.get_by_label("Ecken, eine je Zeile")
    text = corners.input_value()
    assert text.split("\n")[0::5] == ["Umriss", "Aussparung"]
    corners.fill(text.replace("550038 5800016\n", ""))  # the north-eastern corner is cut off
    card.get_by_label("Vollgeschosse").focus()
    expect(card.get_by_role("alert")).to_contain_text("Für eine Wand fehlt jetzt die Wandhöhe.")
    expect(card.get_by_label("Wandhöhe")).to_have_value("6,5; ?; 3,2; ?; 4; 4; 4")
    axe(page)
    house, _ = plan_of(page)
    assert house["properties"]["wall_height_m"] == [6.5, None, 3.2, None, 4, 4, 4]
    assert [len(ring) - 1 for ring in house["geometry"]["coordinates"]] == [3, 4]
    corners.fill(f"Aussparung\n{text}")
    card.get_by_label("Vollgeschosse").focus()
    expect(card.get_by_role("alert")).to_contain_text("Vor „Aussparung“ fehlt der Umriss")
    corners.fill(f"{text}\nUmriss\n550022 5800027\n550026 5800027\n550026 5800029")
    card.get_by_label("Vollgeschosse").focus()
    house, _ = plan_of(page)
    assert house["geometry"]["type"] == "MultiPolygon"
    assert [len(part) for part in house["geometry"]["coordinates"]] == [2, 1]
    # The corner is back; only the walls that stayed the same have their heights.
    assert house["properties"]["wall_height_m"] == [None] * 4 + [None, 4, 4, 4] + [None] * 3


def test_plan_is_shown_page_by_page(page: Page, live_server: Any, show: Any, axe: Any, tmp_path: Path) -> None:
    path = tmp_path / "plan.pdf"
    with pikepdf.new() as pdf:
        for text in ("Erdgeschoss", "Obergeschoss"):
            leaf = pdf.add_blank_page(page_size=(842, 595))
            font = {"/Type": pikepdf.Name.Font, "/Subtype": pikepdf.Name.Type1, "/BaseFont": pikepdf.Name.Helvetica}
            leaf.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=pikepdf.Dictionary(font)))
            leaf.Contents = pdf.make_stream(f"BT /F1 40 Tf 100 300 Td ({text}) Tj ET".encode())
        pdf.save(path)
    page.route(f"{live_server.url}/plan.pdf", lambda route: route.fulfill(path=path, content_type="application/pdf"))
    show('{% include "components/plan_viewer.html" with url="/plan.pdf" title="Grundriss" %}', "plan-viewer")
    expect(page.locator("[data-plan=status]")).to_contain_text("Seite 1 von 2")
    axe(page)
    page.get_by_role("button", name="Nächste Seite").click()
    expect(page.locator("[data-plan=status]")).to_contain_text("Seite 2 von 2")
    page.get_by_text("Text dieser Seite", exact=True).click()
    expect(page.locator("[data-plan=text]")).to_have_text("Obergeschoss")
    width = page.locator("canvas").evaluate("canvas => canvas.clientWidth")
    page.get_by_role("button", name="Größer").click()
    expect(page.locator("[data-plan=status]")).to_contain_text("Seite 2 von 2")
    page.wait_for_timeout(300)
    assert page.locator("canvas").evaluate("canvas => canvas.clientWidth") > width


def test_unreadable_plan_leaves_the_download(page: Page, live_server: Any, show: Any) -> None:
    no_pdf = {"body": "no PDF", "content_type": "application/pdf"}
    page.route(f"{live_server.url}/plan.pdf", lambda route: route.fulfill(**no_pdf))
    show('{% include "components/plan_viewer.html" with url="/plan.pdf" title="Grundriss" %}', "plan-viewer")
    expect(page.get_by_text("Dieser Plan lässt sich hier nicht zeigen.")).to_be_visible()
    expect(page.get_by_role("link", name="PDF herunterladen")).to_be_visible()
