"""Letterhead and texts of letters in a browser: a preview that follows, fields at a click, the way to a mistake."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from permits.models import PermitAuthority, User
from permits.selectors.letters import letterhead_in_force
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CREST = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 12"><path d="M0 0h10v12H0z" fill="#7a1f1f"/></svg>'
PATIENCE = 30_000


@pytest.fixture
def admin(page: Page, live_server: Any, cast: Cast) -> Page:
    """A browser in which the administration is signed in."""
    sign_in(page, cast.admin)
    return page


def sign_in(page: Page, person: User) -> None:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    page.goto("/")
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": page.url}])


def drawn(page: Page) -> None:
    """Wait until the preview shows a page."""
    expect(page.locator("[data-plan=status]")).to_contain_text("Seite 1 von", timeout=PATIENCE)


def test_the_preview_follows_the_form_and_an_uploaded_crest_survives_a_mistake(
    admin: Page, axe: Any, authorities: dict[str, PermitAuthority], tmp_path: Path
) -> None:
    town = authorities["musterstadt"]
    admin.goto(reverse("letterhead", args=[town.uuid]))
    drawn(admin)
    crest = tmp_path / "wappen.svg"
    crest.write_text(CREST)
    admin.locator("#id_crest_file").set_input_files(crest)
    admin.get_by_label("Grußformel").fill("Beste Grüße aus dem Rathaus")
    admin.get_by_label("Internetadresse").fill("www.neu.example")
    expect(admin.locator("[data-letter-status]")).to_have_text(
        "Gezeigt werden Ihre Eingaben. Sie sind noch nicht gespeichert.", timeout=PATIENCE
    )
    expect(admin.locator("[data-plan=text]")).to_contain_text("www.neu.example", timeout=PATIENCE)
    admin.get_by_role("button", name="Speichern und anwenden").click()
    expect(admin.locator(".ba-error-summary")).to_contain_text("Anlass der Änderung")
    axe(admin)
    admin.get_by_label("Anlass der Änderung").fill("Neues Wappen")
    admin.get_by_role("button", name="Speichern und anwenden").click()
    expect(admin.get_by_text("Fassung 2 des Briefkopfs gilt ab jetzt")).to_be_visible()
    saved = letterhead_in_force(town)
    assert "#7a1f1f" in saved.crest_svg
    assert saved.closing_formula == "Beste Grüße aus dem Rathaus"


def test_fields_are_set_in_with_a_click_and_mistakes_are_a_click_away(
    admin: Page, axe: Any, authorities: dict[str, PermitAuthority]
) -> None:
    town = authorities["musterstadt"]
    admin.goto(reverse("letter_texts", args=[town.uuid, "receipt"]))
    area = admin.get_by_label("Text nach der Anrede")
    area.fill("Zu ")
    admin.get_by_role("button", name="Aktenzeichen einsetzen").click()
    expect(area).to_have_value("Zu {{ aktenzeichen }}")
    expect(area).to_be_focused()
    area.fill("Erste Zeile.\nZu {{ aktenzeichn }}.")
    expect(admin.locator("[data-letter-status]")).to_contain_text("Meinen Sie „aktenzeichen“?", timeout=PATIENCE)
    admin.get_by_label("Anlass der Änderung").fill("Versuch")
    admin.get_by_role("button", name="Speichern und anwenden").click()
    link = admin.get_by_role("link", name="Zeile 2, Spalte 7")
    expect(link).to_be_visible()
    axe(admin)
    link.click()
    assert area.evaluate("area => area.selectionStart") == len("Erste Zeile.\nZu {{ ")
    area.fill("Zu {{ aktenzeichen }} danken wir.")
    expect(admin.locator("[data-plan=text]")).to_contain_text("danken wir.", timeout=PATIENCE)
    admin.get_by_role("button", name="Speichern und anwenden").click()
    expect(admin.get_by_text("Die Texte gelten ab jetzt für neue Schreiben.")).to_be_visible()
