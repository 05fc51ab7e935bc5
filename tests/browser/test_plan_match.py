"""Uploading a drawing without georeference in a real browser, and placing it by two points."""

import io
import os
from pathlib import Path
from typing import Any

import ezdxf
import pytest
from django.urls import reverse
from playwright.sync_api import FilePayload, Page, expect

from permits.models import PermitCase, Site, User
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "drei Linden am Deister"


@pytest.fixture
def anna(page: Page, cast: Cast) -> Page:
    """A page on which Anna Brandt is signed in."""
    user: User = cast.owner
    user.set_password(PASSWORD)
    user.save()
    page.goto("/konto/anmelden/")
    page.get_by_label("E-Mail-Adresse").fill(user.email)
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Anmelden").click()
    expect(page.get_by_role("heading", name="Meine Anträge")).to_be_visible()
    return page


def drawing() -> bytes:
    """A house of 10 m x 8 m and a garage on a plot of 30 m x 25 m, in coordinates of their own."""
    document = ezdxf.new("R2018")
    document.header["$INSUNITS"] = 6
    space = document.modelspace()
    for layer, x, y, width, depth in (
        ("Grundstück", 0, 0, 30, 25),
        ("Hauptgebäude_H6,25", 5, 5, 10, 8),
        ("Garage", 18, 5, 3, 6),
    ):
        corners = [(x, y), (x + width, y), (x + width, y + depth), (x, y + depth)]
        space.add_lwpolyline(corners, close=True, dxfattribs={"layer": layer})
    text = io.StringIO()
    document.write(text)
    return text.getvalue().encode()


def picture(page: Page, name: str) -> None:
    """Keep pictures where somebody wants to look at them."""
    folder = os.environ.get("BAUAKTE_PICTURES")
    if folder:
        for width in (390, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)


def test_a_drawing_is_placed_by_two_points_and_its_values_say_where_they_come_from(
    anna: Page, cast: Cast, draft: PermitCase, axe: Any, no_sideways_scroll: Any
) -> None:
    point = Site.objects.get(case=draft).geometry.representative_point()
    east, north = round(point.x, 2), round(point.y, 2)
    anna.goto(reverse("application_site_plan", args=[draft.uuid]))
    anna.get_by_text("Datei hochladen", exact=True).click()
    file = FilePayload(name="lageplan.dxf", mimeType="image/vnd.dxf", buffer=drawing())
    anna.get_by_label("Lageplan als Datei").set_input_files(file)
    anna.get_by_role("button", name="Hochladen und prüfen").click()

    expect(anna.get_by_role("heading", name="Zeichnung einpassen")).to_be_visible(timeout=30_000)
    expect(anna.get_by_role("img", name="Umrisse der Zeichnung")).to_be_visible()
    expect(anna.get_by_role("img", name="Flurstücke des Baugrundstücks")).to_be_visible()
    anna.get_by_text("Koordinaten der Eckpunkte").click()
    axe(anna)
    no_sideways_scroll(anna)
    picture(anna, "einpassen")

    values = {
        "Punkt 1 in der Zeichnung: x": "0",
        "Punkt 1 in der Zeichnung: y": "0",
        "Punkt 1 im Gelände: Rechtswert (Ost)": f"{east:.2f}".replace(".", ","),
        "Punkt 1 im Gelände: Hochwert (Nord)": f"{north:.2f}".replace(".", ","),
        "Punkt 2 in der Zeichnung: x": "30",
        "Punkt 2 in der Zeichnung: y": "0",
        "Punkt 2 im Gelände: Rechtswert (Ost)": f"{east + 31:.2f}".replace(".", ","),
        "Punkt 2 im Gelände: Hochwert (Nord)": f"{north:.2f}".replace(".", ","),
    }
    for label, value in values.items():
        anna.get_by_label(label).fill(value)
    anna.get_by_role("button", name="Einpassen und prüfen").click()
    expect(anna.get_by_text("Die Passpunkte passen nicht zum Maßstab der Zeichnung").first).to_be_visible(
        timeout=30_000
    )
    picture(anna, "einpassen-falsch")
    anna.get_by_label("Punkt 2 im Gelände: Rechtswert (Ost)").fill(f"{east + 30:.2f}".replace(".", ","))
    anna.get_by_role("button", name="Einpassen und prüfen").click()

    expect(anna.get_by_text("Der Lageplan ist eingepasst und gespeichert.")).to_be_visible(timeout=30_000)
    expect(anna.get_by_text("mit zwei Passpunkten eingepasst: Drehung 0,00°")).to_be_visible()
    anna.get_by_text("Herkunft der Werte").click()
    expect(anna.get_by_text("Layername „Hauptgebäude_H6,25“").first).to_be_visible()
    expect(anna.get_by_text("6,25 m").first).to_be_visible()
    expect(anna.get_by_role("heading", name="Grenzabstand").first).to_be_visible(timeout=60_000)
    axe(anna)
    no_sideways_scroll(anna)
    picture(anna, "objekte")
