"""Sign-up to profile in a real browser, without a mouse where it matters, and with axe on every page."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from permits.models import OutgoingMail, User
from permits.services import accounts

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "drei Linden am Deister"
PUBLIC_PAGES = [
    "/",
    "/impressum/",
    "/datenschutz/",
    "/barrierefreiheit/",
    "/hilfe/",
    "/quelltext/",
    "/konto/anmelden/",
    "/konto/neu/",
    "/konto/passwort-vergessen/",
    "/konto/demo-post/",
    "/gibt-es-nicht/",
]
OWN_PAGES = ["/konto/profil/", "/konto/profil/passwort/", "/konto/profil/e-mail/"]


@pytest.fixture
def alice() -> User:
    return accounts.create_account(
        email="alice@example.org", given_name="Alice", family_name="Ahrens", password=PASSWORD
    )


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.goto("/konto/anmelden/")
    page.get_by_label("E-Mail-Adresse").fill(email)
    page.get_by_label("Passwort", exact=True).fill(password)
    page.locator("main").get_by_role("button", name="Anmelden").click()


def link_in_mail() -> str:
    found = re.search(r"https?://\S+", OutgoingMail.objects.latest("created_at", "pk").body)
    assert found
    return found[0]


@pytest.mark.parametrize("path", PUBLIC_PAGES)
def test_public_page_is_accessible_and_fits_every_window(
    page: Page, axe: Any, no_sideways_scroll: Callable[[Page], None], path: str
) -> None:
    page.goto(path)
    axe(page)
    no_sideways_scroll(page)
    for name in ("Hilfe", "Barrierefreiheit", "Datenschutz", "Impressum"):
        expect(page.get_by_role("contentinfo").get_by_role("link", name=name, exact=True)).to_be_visible()


def test_own_pages_are_accessible_and_fit_every_window(
    page: Page, axe: Any, no_sideways_scroll: Callable[[Page], None], alice: User
) -> None:
    sign_in(page, alice.email)
    for path in OWN_PAGES:
        page.goto(path)
        axe(page)
        no_sideways_scroll(page)


def test_stranger_signs_up_by_mail_and_is_signed_in(page: Page, axe: Any) -> None:
    page.goto("/konto/neu/")
    page.get_by_label("E-Mail-Adresse").fill("bob@example.org")
    page.get_by_role("button", name="Link anfordern").click()
    expect(page.get_by_role("heading", name="Bitte sehen Sie in Ihr Postfach")).to_be_visible()
    axe(page)
    page.get_by_role("main").get_by_role("link", name="Demo-Postfach").click()
    axe(page)
    page.get_by_role("link", name="Bitte bestätigen Sie Ihre E-Mail-Adresse").click()
    axe(page)
    page.get_by_role("main").locator("a[href*='/konto/neu/']").click()
    axe(page)
    page.get_by_label("Vorname").fill("Bob")
    page.get_by_label("Nachname").fill("Özdemir")
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Konto anlegen").click()
    expect(page.get_by_role("button", name="Abmelden")).to_be_visible()
    assert User.objects.get(email="bob@example.org").full_name == "Bob Özdemir"


def test_link_of_sign_up_works_once(page: Page, axe: Any) -> None:
    accounts.sign_up(email="bob@example.org")
    token = link_in_mail().rstrip("/").rpartition("/")[2]
    accounts.confirm_email(token=token, given_name="Bob", family_name="Bauer", password=PASSWORD)
    page.goto(f"/konto/neu/{token}/")
    expect(page.get_by_role("heading", name="Dieser Link gilt nicht mehr")).to_be_visible()
    axe(page)


def test_wrong_password_keeps_the_address_and_focuses_the_summary(page: Page, axe: Any, alice: User) -> None:
    sign_in(page, alice.email, "falsch geraten")
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("passen nicht zusammen")
    expect(summary).to_be_focused()
    expect(page.get_by_label("E-Mail-Adresse")).to_have_value(alice.email)
    expect(page.get_by_label("Passwort", exact=True)).to_have_value("")
    assert page.title().startswith("Fehler: ")
    axe(page)


def test_error_summary_leads_to_the_field_by_keyboard(page: Page, axe: Any) -> None:
    page.goto("/konto/neu/")
    page.get_by_label("E-Mail-Adresse").fill("keine Adresse")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    field = page.get_by_label("E-Mail-Adresse")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    described = page.locator(f"#{field.get_attribute('aria-describedby')}")
    expect(described).to_contain_text("gültige E-Mail-Adresse")
    axe(page)


def test_fifth_wrong_password_locks_out_and_says_how_long(page: Page, axe: Any, alice: User) -> None:
    for _ in range(5):
        sign_in(page, alice.email, "falsch geraten")
    expect(page.get_by_role("heading", name="Anmeldung vorübergehend gesperrt")).to_be_visible()
    expect(page.get_by_text("30 Minuten")).to_be_visible()
    axe(page)
    sign_in(page, alice.email)
    expect(page.get_by_role("heading", name="Anmeldung vorübergehend gesperrt")).to_be_visible()


def test_skip_link_is_the_first_stop_and_leads_to_the_content(page: Page) -> None:
    page.goto("/hilfe/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Zum Inhalt springen")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_menu_opens_on_a_narrow_screen_and_closes_with_escape(page: Page, axe: Any) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto("/hilfe/")
    link = page.get_by_role("banner").get_by_role("link", name="Anmelden")
    expect(link).to_be_hidden()
    button = page.get_by_role("button", name="Menü")
    button.click()
    expect(link).to_be_visible()
    axe(page)
    page.keyboard.press("Escape")
    expect(link).to_be_hidden()
    expect(button).to_be_focused()


def test_new_address_counts_after_its_link_and_a_click(page: Page, axe: Any, alice: User) -> None:
    sign_in(page, alice.email)
    page.goto("/konto/profil/e-mail/")
    page.get_by_label("Neue E-Mail-Adresse").fill("alice@neu.example")
    page.get_by_label("Ihr Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Link anfordern").click()
    expect(page.get_by_role("heading", name="Bitte sehen Sie in Ihr Postfach")).to_be_visible()
    page.goto(link_in_mail())
    axe(page)
    alice.refresh_from_db()
    assert alice.email == "alice@example.org"
    page.get_by_role("button", name="Ja, Adresse ändern").click()
    expect(page.get_by_text("Ab jetzt gilt alice@neu.example")).to_be_visible()


def test_forgotten_password_is_replaced(page: Page, axe: Any, alice: User) -> None:
    page.goto("/konto/passwort-vergessen/")
    page.get_by_label("E-Mail-Adresse").fill(alice.email.upper())
    page.get_by_role("button", name="Link anfordern").click()
    expect(page.get_by_role("heading", name="Bitte sehen Sie in Ihr Postfach")).to_be_visible()
    page.goto(link_in_mail())
    axe(page)
    page.get_by_label("Neues Passwort").fill("12345678901")
    page.get_by_role("button", name="Passwort speichern").click()
    expect(page.get_by_role("alert")).to_be_focused()
    axe(page)
    page.get_by_label("Neues Passwort").fill("fünf Eichen am Maschsee")
    page.get_by_role("button", name="Passwort speichern").click()
    expect(page.get_by_text("Ihr neues Passwort gilt")).to_be_visible()
    sign_in(page, alice.email, "fünf Eichen am Maschsee")
    expect(page.get_by_role("button", name="Abmelden")).to_be_visible()
