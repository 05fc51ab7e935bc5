"""The authority's side in a real browser: every page accessible and in every window, the main job by clicking."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from permits import legal_time
from permits.models import CaseStatus, PermitCase, User
from permits.services.assessment import add_condition
from permits.services.communication import send_message, set_follow_up, write_note
from tests.cast import Cast
from tests.jobs import run_jobs
from workflows import actions

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = (
    "",
    "akte/pruefung/",
    "akte/unterlagen/",
    "akte/vollstaendigkeit/",
    "akte/nebenbestimmungen/",
    "akte/entscheidung/",
    "akte/bekanntgabe/",
    "akte/nachrichten/",
    "akte/vermerke/",
    "akte/fristen/",
    "akte/verlauf/",
)


def sign_in(page: Page, user: User) -> None:
    """Give the browser a session, without typing a password."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    page.context.clear_cookies()
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": urljoin(page.url, "/")}]
    )


@pytest.fixture
def case(draft: PermitCase, cast: Cast) -> PermitCase:
    actions.submit(case=draft, by=cast.owner)
    return draft


def busy(case: PermitCase, cast: Cast) -> None:
    """Give the case something on every page."""
    actions.confirm_completeness(case=case, by=cast.officer)
    values = {"kind": "requirement", "stage": "before_start", "text": "Der Baubeginn ist eine Woche vorher anzuzeigen."}
    actions.on_case(add_condition, case=case, by=cast.officer, values=values)
    actions.on_case(send_message, case=case, by=cast.owner, text="Wann können wir mit dem Bescheid rechnen?")
    actions.on_case(send_message, case=case, by=cast.officer, text="Die Prüfung läuft.")
    actions.on_case(write_note, case=case, by=cast.officer, text="Ortstermin ohne Befund.")
    actions.on_case(set_follow_up, case=case, by=cast.officer, due_on=legal_time.today(), text="Stellungnahme prüfen")


def test_every_page_is_accessible_and_fits_every_window(
    page: Page, axe: Any, no_sideways_scroll: Callable[[Page], None], case: PermitCase, cast: Cast, live_server: Any
) -> None:
    page.goto("/")
    sign_in(page, cast.officer)
    page.goto(f"/vorgaenge/{case.uuid}/akte/vollstaendigkeit/")
    axe(page)
    no_sideways_scroll(page)
    busy(case, cast)
    page.goto("/vorgaenge/")
    axe(page)
    no_sideways_scroll(page)
    actions.finish_assessment(case=case, by=cast.officer)
    for path in PAGES:
        page.goto(f"/vorgaenge/{case.uuid}/{path}")
        axe(page)
        no_sideways_scroll(page)


def test_pages_of_the_authority_are_accessible_and_fit_every_window(
    page: Page, axe: Any, no_sideways_scroll: Callable[[Page], None], cast: Cast, published_town: object
) -> None:
    page.goto("/")
    for user, path in ((cast.admin, "/behoerde/"), (cast.auditor, "/behoerde/protokoll/")):
        sign_in(page, user)
        page.goto(path)
        axe(page)
        no_sideways_scroll(page)


def test_officer_and_head_decide_by_clicking(page: Page, case: PermitCase, cast: Cast) -> None:
    page.goto("/")
    sign_in(page, cast.officer)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Arbeitsliste")
    page.get_by_role("searchbox", name="Suche").fill("einfamilienhaus lindenweg")
    page.get_by_role("link", name=case.case_number).click()
    page.get_by_role("link", name="Vollständigkeit prüfen").click()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Vollständigkeit feststellen").click()
    expect(page.get_by_role("heading", name="Prüfergebnisse")).to_be_visible()
    page.locator(".ba-finding").first.get_by_role("button", name="Ergebnis bestätigen").click()
    expect(page.get_by_text("Die Bewertung ist gespeichert.")).to_be_visible()
    page.get_by_role("button", name="Prüfung abschließen").click()
    # What the preview shows is tested without a browser, whose own PDF viewer would come in between.
    page.context.route("**/entwurf/vorschau/", lambda route: route.fulfill(body="PDF", content_type="text/plain"))
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Vorschau als PDF").click()
    opened.value.close()
    page.get_by_role("button", name="Speichern und zur Zeichnung vorlegen").click()
    expect(page.get_by_text("Die Entscheidung liegt zur Zweitzeichnung vor.")).to_be_visible()

    sign_in(page, cast.reviewer)
    page.goto("/vorgaenge/")
    page.get_by_role("link", name="1 zur Zeichnung").click()
    page.get_by_role("link", name=case.case_number).click()
    page.get_by_role("link", name="Entscheidung lesen und zeichnen").click()
    page.get_by_label("Ich habe die Fassung gelesen und zeichne sie.").check()
    page.get_by_role("button", name="Zeichnen", exact=True).click()
    expect(page.get_by_text("Sie haben gezeichnet.")).to_be_visible()
    run_jobs()
    case.refresh_from_db()
    assert case.status == CaseStatus.GRANTED
    page.get_by_role("link", name="Bekanntgabe", exact=True).click()
    expect(page.get_by_text("bereitgestellt", exact=True)).to_be_visible()
