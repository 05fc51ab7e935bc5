"""Every kind of page, as each role sees it: accessible, narrow, quiet, in order, and usable with the keyboard.

One walk for all roles: the cases are made once, and everything that is wrong is told at once.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from demo.letter_parts import seed_letter_parts
from demo.text_blocks import seed_text_blocks
from demo.town.generate import Town
from permits import legal_time
from permits.models import FindingKind, IssuedDocument, Outcome, PermitAuthority, PermitCase, TextBlock, User
from permits.services.assessment import add_condition
from permits.services.communication import send_message, set_follow_up, write_note
from permits.services.completeness import add_finding
from permits.services.drafts import create_draft
from tests.browser.conftest import WIDTHS, watched_page
from tests.cast import Cast, fill_draft
from tests.jobs import run_jobs
from workflows import actions

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Rows are stacked in windows of up to 40rem.
STACKED_AND_WIDE = """innerWidth <= 640 && [...document.querySelectorAll(".ba-table-scroll:has(.ba-stacked)")]
    .some(place => place.scrollWidth > place.clientWidth)"""
CONDITION = {"kind": "requirement", "stage": "before_start", "text": "Der Baubeginn ist vorher anzuzeigen."}
PUBLIC_PAGES = (
    *("home", "imprint", "privacy", "accessibility", "help", "source"),
    *("sign_in", "sign_up", "password_reset", "demo_mail"),
)
DRAFT_PAGES = (
    *("application_tasks", "application_site", "application_proposal", "application_parties"),
    *("application_site_plan", "application_site_plan_draw", "application_documents", "application_document_new"),
    "application_review",
)
STAFF_PAGES = (
    *("case_detail", "staff_assessment", "staff_documents", "staff_completeness", "staff_conditions"),
    *("staff_decision", "staff_service", "staff_messages", "staff_notes", "staff_clocks", "staff_log"),
)


@pytest.fixture
def cases(cast: Cast, authorities: dict[str, PermitAuthority], published_town: Town) -> dict[str, PermitCase]:
    """An empty draft, a full one, a case that waits for documents, one to be signed, and one that was granted."""
    authority = authorities["musterstadt"]
    seed_text_blocks(authorities)
    seed_letter_parts(authority, cast.admin)
    sites = {"draft": "zu_nah", "asked": "einfamilienhaus", "signing": "hohe_wand", "granted": "giebelhaus"}
    made = {name: fill_draft(cast, authority, published_town, key) for name, key in sites.items()}
    for name in ("asked", "signing", "granted"):
        actions.submit(case=made[name], by=cast.owner)
    ask(made["asked"], cast)
    for name in ("signing", "granted"):
        write_to(made[name], cast)
        proposed = decide(made[name], cast)
    actions.sign_decision(case=made["granted"], by=cast.reviewer, content_sha256=proposed)
    run_jobs()
    return made | {"empty": create_draft(authority=authority, procedure="VG", by=cast.owner, title="Gartenhaus")}


def ask(case: PermitCase, cast: Cast) -> None:
    """Let the authority ask for a document."""
    missing, text = FindingKind.DOCUMENT_MISSING, "Die Grundrisse fehlen."
    actions.on_case(add_finding, case=case, by=cast.officer, kind=missing, text=text, document_type="2001")
    actions.request_information(case=case, by=cast.officer, due_on=legal_time.today() + dt.timedelta(days=21))


def write_to(case: PermitCase, cast: Cast) -> None:
    """Put something on every page of a case."""
    actions.confirm_completeness(case=case, by=cast.officer)
    actions.on_case(add_condition, case=case, by=cast.officer, values=CONDITION)
    actions.on_case(send_message, case=case, by=cast.officer, text="Die Prüfung läuft.")
    actions.on_case(write_note, case=case, by=cast.officer, text="Ortstermin ohne Befund.")
    actions.on_case(set_follow_up, case=case, by=cast.officer, due_on=legal_time.today(), text="Rückfrage?")


def decide(case: PermitCase, cast: Cast) -> str:
    """Draft a permit and hand it to the second signature; return the hash of the version."""
    actions.finish_assessment(case=case, by=cast.officer)
    texts = {"operative_part": "Die Genehmigung wird erteilt.", "reasons": ""}
    actions.save_decision(case=case, by=cast.officer, outcome=Outcome.GRANTED, **texts)
    return actions.propose_decision(case=case, by=cast.officer).content_sha256


def test_every_page_of_every_role_is_accessible_narrow_and_in_order(
    browser: Browser, live_server: Any, settings: Any, axe: Any, cast: Cast, cases: dict[str, PermitCase]
) -> None:
    settings.SITE_URL, settings.DEMO = live_server.url, True
    wrong: list[str] = []
    for person, paths in pages(cast, cases):
        with watched_page(browser, live_server.url) as page:
            if person:
                sign_in(page, person)
            titles: Counter[str] = Counter()
            for path in paths:
                page.goto(path)
                wrong += [f"{person or 'Signed out'}, {path}: {text}" for text in look_at(page, axe)]
                titles[page.title()] += 1
            wrong += [f"{person or 'Signed out'}: {n} pages are called {title}" for title, n in titles.items() if n > 1]
    assert not wrong, "\n".join(wrong)


def pages(cast: Cast, cases: dict[str, PermitCase]) -> Iterable[tuple[User | None, list[str]]]:
    """Yield each person with the addresses that they see; None is a visitor who is not signed in."""
    empty, draft, asked, signing, granted = (
        cases[name].uuid for name in ("empty", "draft", "asked", "signing", "granted")
    )
    notice = IssuedDocument.objects.get(case__uuid=granted, kind="permit_notice")
    document, party = cases["draft"].documents.get(), cases["draft"].parties.first()
    version = cases["signing"].documents.get().versions.get()
    yield None, [*map(reverse, PUBLIC_PAGES), reverse("verify", args=[notice.number]), "/gibt-es-nicht/"]
    yield (
        cast.owner,
        [
            *map(reverse, ("my_applications", "application_new", "profile", "change_password", "change_email")),
            *(reverse(name, args=[draft]) for name in DRAFT_PAGES),
            reverse("application_tasks", args=[empty]),
            reverse("application_party_new", args=[draft, "designer"]),
            reverse("application_party", args=[draft, party.uuid]),
            reverse("application_document", args=[draft, document.uuid]),
            *(reverse(name, args=[asked]) for name in ("application_receipt", "answer_request", "case_detail")),
            *(reverse(name, args=[signing]) for name in ("withdraw_application", "case_detail")),
            reverse("case_detail", args=[granted]),
        ],
    )
    yield (
        cast.officer,
        [
            reverse("worklist"),
            reverse("staff_completeness", args=[asked]),
            *(reverse(name, args=[signing]) for name in STAFF_PAGES),
            reverse("staff_document", args=[signing, version.uuid]),
            reverse("staff_service", args=[granted]),
        ],
    )
    yield (
        cast.reviewer,
        [
            reverse("worklist") + "?ansicht=signature",
            reverse("staff_decision", args=[signing]),
            reverse("seal_releases"),
            reverse("staff_register", args=[granted]),
        ],
    )
    yield cast.registry, [reverse("worklist"), reverse("case_detail", args=[asked])]
    yield (
        cast.auditor,
        [
            *map(reverse, ("worklist", "authority_log", "authority_register", "seal_record")),
            reverse("staff_log", args=[granted]),
        ],
    )
    yield cast.admin, administration(cases["granted"].authority)
    yield cast.consultee, [reverse("profile")]
    yield cast.stranger, [reverse("my_applications"), reverse("case_detail", args=[granted])]


def administration(authority: PermitAuthority) -> list[str]:
    """Return the addresses of who sets up an authority: seal, letterhead, texts of letters, text blocks."""
    own = authority.text_blocks.get(key="A-001").uuid
    adopted = authority.text_blocks.get(key="A-020").uuid
    offered = TextBlock.objects.get(key="BL-011").versions.get().uuid
    return [
        *map(reverse, ("authority", "profile", "seal_record", "letter_settings")),
        *(reverse(name, args=[authority.uuid]) for name in ("letterhead", "letterhead_version", "letter_kinds")),
        *(reverse(name, args=[authority.uuid, "receipt"]) for name in ("letter_texts", "letter_versions")),
        *map(reverse, ("text_blocks", "text_block_new", "text_block_files", "text_block_library")),
        *(reverse(name, args=[own]) for name in ("text_block", "text_block_edit", "text_block_compare")),
        reverse("text_block_origin", args=[adopted]),
        reverse("text_block_adopt", args=[offered]),
    ]


def sign_in(page: Page, person: User) -> None:
    """Give the browser a session, without typing a password."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    page.goto("/")
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": page.url}])


def look_at(page: Page, axe: Callable[[Page], None]) -> Iterable[str]:
    """Yield what is wrong with the page."""
    for place in page.locator("[data-map]").all():
        expect(place).to_have_attribute("data-state", "ready", timeout=30_000)
    for preview in page.locator("[data-plan=status]").all():
        expect(preview).to_contain_text("Seite 1 von", timeout=30_000)
    if page.locator("h1").count() != 1:
        yield f"{page.locator('h1').count()} main headings"
    name, dash, _ = page.title().rpartition(" – ")
    if not (name.strip() and dash):
        yield f"title {page.title()!r}"
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Zum Inhalt springen")
    if not skip.evaluate("link => link === document.activeElement && link.getBoundingClientRect().top >= 0"):
        yield "Tab does not show the link to the content first"
    page.keyboard.press("Enter")
    if not page.evaluate("document.activeElement.id === 'main'"):
        yield "the link to the content does not lead there"
    try:
        axe(page)
    except AssertionError as error:
        yield str(error)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            yield f"{wide} px wide in a window of {width} px"
        if page.evaluate(STACKED_AND_WIDE):
            yield f"a table of stacked rows scrolls sideways in a window of {width} px"
    page.set_viewport_size({"width": 1440, "height": 900})
