"""Text blocks in a real browser: the officer's way with the keyboard alone, and pages that fit and are accessible."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from demo.text_blocks import seed_text_blocks
from permits.models import PermitAuthority, PermitCase, TextBlock
from tests.browser.test_planner import sign_in
from tests.cast import Cast
from workflows import actions

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def libraries(authorities: dict[str, PermitAuthority]) -> dict[str, PermitAuthority]:
    seed_text_blocks(authorities)
    return authorities


@pytest.fixture
def case(draft: PermitCase, cast: Cast, libraries: dict[str, PermitAuthority]) -> PermitCase:
    actions.submit(case=draft, by=cast.owner)
    actions.confirm_completeness(case=draft, by=cast.officer)
    return draft


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what has the focus bears the words."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if words in page.evaluate(
            "document.activeElement.textContent || document.activeElement.labels?.[0]?.textContent"
        ):
            return
    raise AssertionError(f"{words} is not reached with Tab")


def test_an_officer_takes_a_block_with_the_keyboard_alone(page: Page, case: PermitCase, cast: Cast) -> None:
    page.goto("/")
    sign_in(page, cast.officer)
    page.goto(f"/vorgaenge/{case.uuid}/akte/nebenbestimmungen/")
    tab_to(page, "Aus Bausteinen")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Vorschläge für diesen Vorgang")).to_be_visible()
    expect(page.get_by_text("gehört zu jedem Antrag dieser Art").first).to_be_visible()
    page.get_by_role("searchbox", name="Suche").focus()
    page.keyboard.type("einstellplätze")
    expect(page.locator("#hits li")).to_have_count(1)
    tab_to(page, "Übernehmen: A-006")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Bitte noch ergänzen: Zahl.")).to_be_visible()
    page.get_by_role("button", name="Aufnehmen").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Hier fehlt noch etwas: Zahl.").first).to_be_visible()
    text = page.get_by_label("Text", exact=True)
    text.focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Vor Aufnahme der Nutzung sind zwei Einstellplätze herzustellen.")
    tab_to(page, "Aufnehmen")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Die Nebenbestimmung aus A-006 ist aufgenommen.")).to_be_visible()
    expect(page.get_by_text("aus A-006, Fassung 1, angepasst")).to_be_visible()


def test_a_preview_follows_what_is_typed_and_names_mistakes(
    page: Page, cast: Cast, libraries: dict[str, PermitAuthority]
) -> None:
    page.goto("/")
    sign_in(page, cast.admin)
    page.goto("/behoerde/textbausteine/neu/")
    page.get_by_label("Text", exact=True).press_sequentially("Zu {{ aktenzeichn }}")
    expect(page.locator("#preview")).to_contain_text("Meinen Sie „aktenzeichen“?")
    page.get_by_label("Text", exact=True).fill("Zu {{ aktenzeichen }} anzeigen.")
    expect(page.locator("#preview")).to_contain_text("Zu 63-2026-00412 anzeigen.")
    page.get_by_label("Bezeichnung").fill("Anzeigen")
    page.get_by_role("button", name="Anlegen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Anzeigen")


def test_the_pages_of_a_case_are_accessible_and_fit_every_window(
    page: Page, axe: Any, no_sideways_scroll: Callable[[Page], None], case: PermitCase, cast: Cast
) -> None:
    page.goto("/")
    sign_in(page, cast.officer)
    takes = case.authority.text_blocks.get(key="A-006").current
    assert takes is not None
    for path in ("nebenbestimmungen/bausteine/", f"nebenbestimmung/baustein/{takes.uuid}/"):
        opened = page.goto(f"/vorgaenge/{case.uuid}/akte/{path}")
        assert opened is not None
        assert opened.ok
        axe(page)
        no_sideways_scroll(page)


def test_every_page_of_the_library_is_accessible_and_fits_every_window(
    page: Page,
    axe: Any,
    no_sideways_scroll: Callable[[Page], None],
    cast: Cast,
    libraries: dict[str, PermitAuthority],
) -> None:
    page.goto("/")
    sign_in(page, cast.admin)
    copy = TextBlock.objects.get(authority=libraries["musterstadt"], key="A-020")
    offered = TextBlock.objects.get(key="BL-011").current
    assert offered is not None
    for path in (
        *("", "?suche=wasser", "?suche=nirgends", "neu/", "dateien/", "bibliothek/", f"bibliothek/{offered.uuid}/"),
        *(f"{copy.uuid}/", f"{copy.uuid}/bearbeiten/", f"{copy.uuid}/herkunft/", f"{copy.uuid}/vergleich/"),
    ):
        opened = page.goto(f"/behoerde/textbausteine/{path}")
        assert opened is not None
        assert opened.ok
        axe(page)
        no_sideways_scroll(page)
