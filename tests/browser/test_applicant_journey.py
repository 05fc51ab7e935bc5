"""The applicant's side in a real browser: from the map to the receipt, and every page with axe and narrow windows."""

import datetime as dt
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from django.urls import reverse
from playwright.sync_api import FilePayload, Page, expect

from demo.town.generate import Town
from permits import legal_time
from permits.models import CaseStatus, FindingKind, IssuedDocument, Outcome, PermitAuthority, PermitCase, User
from permits.services.completeness import add_finding
from permits.services.drafts import create_draft
from permits.services.hearings import hold_hearing
from tests.cast import MINIMAL_PDF, Cast, fill_draft
from tests.jobs import run_jobs
from workflows import actions

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


def work() -> None:
    """Run the worker beside Playwright's own event loop."""

    def jobs() -> None:
        try:
            run_jobs()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(jobs).result()


def test_owner_applies_with_map_drawing_and_upload(
    anna: Page, cast: Cast, authorities: dict[str, PermitAuthority], published_town: Town
) -> None:
    site = published_town.site("einfamilienhaus")
    anna.get_by_role("link", name="Neuen Antrag beginnen").click()
    anna.get_by_label("Flurstückskennzeichen").fill(site.parcels[0])
    anna.get_by_label("Bezeichnung des Bauvorhabens").fill("Neubau eines Wohnhauses")
    anna.get_by_role("button", name="Antrag anlegen").click()

    expect(anna.locator("[data-map]")).to_have_attribute("data-state", "ready")
    expect(anna.get_by_label("Gewählte Flurstücke")).to_contain_text(site.parcels[0])
    anna.get_by_role("button", name="Auswahl speichern").click()
    expect(anna.get_by_role("heading", name="Gewählte Flurstücke")).to_be_visible()
    case = PermitCase.objects.get()
    assert list(case.site.parcels.values_list("parcel_id", flat=True)) == list(site.parcels)

    anna.get_by_role("link", name="Zurück zur Übersicht").click()
    anna.get_by_role("link", name="Bauvorhaben").click()
    anna.get_by_label("Errichtung: Neubau").check()
    anna.get_by_label("Art der baulichen Anlage").select_option("W-1")
    anna.get_by_role("group", name="Dient das Gebäude").get_by_label("Ja").check()
    anna.get_by_role("group", name="Ist es ein Sonderbau?").get_by_label("Nein").check()
    anna.get_by_role("button", name="Speichern und weiter").click()

    anna.get_by_role("link", name="Beteiligte", exact=True).click()
    anna.get_by_role("link", name=re.compile("Das bin ich.*Bauherrin")).click()
    expect(anna.get_by_label("Nachname")).to_have_value("Brandt")
    fill_address(anna)
    anna.get_by_role("link", name=re.compile("Andere Person eintragen.*Entwurfsverfasserin")).click()
    anna.get_by_label("Nachname").fill("Neumann")
    anna.get_by_label("Bauvorlageberechtigung").select_option("1")
    fill_address(anna)
    anna.get_by_role("button", name="Bekanntgabe über das Portal zustimmen").click()
    expect(anna.get_by_text("Sie haben der Bekanntgabe über das Portal zugestimmt.")).to_be_visible()

    anna.goto(reverse("application_site_plan_draw", args=[case.uuid]))
    anna.get_by_role("button", name="Mit Maßen eingeben").click()
    anna.get_by_label("Wandhöhe über Gelände (m)").fill("6,2")
    anna.get_by_role("button", name="Speichern und prüfen").click()
    expect(anna.get_by_role("heading", name="Grenzabstand")).to_be_visible(timeout=30_000)
    expect(anna.get_by_role("img", name="Lageplan")).to_be_visible()

    anna.goto(reverse("application_document_new", args=[case.uuid]) + "?art=1803")
    anna.get_by_label("PDF-Dateien").set_input_files(
        FilePayload(name="lageplan.pdf", mimeType="application/pdf", buffer=MINIMAL_PDF)
    )
    anna.get_by_role("button", name="Hochladen").click()
    expect(anna.get_by_text("lageplan.pdf ist hochgeladen.")).to_be_visible(timeout=30_000)

    anna.goto(reverse("application_review", args=[case.uuid]))
    anna.get_by_label("Ich habe alle Angaben geprüft.").check()
    anna.get_by_role("button", name="Antrag verbindlich einreichen").dblclick()
    expect(anna.get_by_role("heading", name="Ihr Antrag ist eingegangen")).to_be_visible()
    expect(anna.get_by_text("Der Eingangsbeleg wird gerade erstellt.")).to_be_visible()
    work()
    expect(anna.get_by_text("Der Eingangsbeleg liegt bereit.")).to_be_visible()
    case.refresh_from_db()
    assert case.status == CaseStatus.COMPLETENESS
    assert case.submissions.count() == 1


def fill_address(page: Page) -> None:
    page.get_by_label("Straße").fill("Lindenweg")
    page.get_by_label("Postleitzahl").fill("30999")
    page.get_by_label("Ort", exact=True).fill("Musterstadt")
    page.get_by_role("button", name="Speichern und weiter").click()


def granted(case: PermitCase, cast: Cast) -> IssuedDocument:
    actions.submit(case=case, by=cast.owner)
    actions.confirm_completeness(case=case, by=cast.officer)
    actions.finish_assessment(case=case, by=cast.officer)
    actions.save_decision(
        case=case, by=cast.officer, outcome=Outcome.GRANTED, operative_part="Die Genehmigung wird erteilt.", reasons=""
    )
    proposed = actions.propose_decision(case=case, by=cast.officer)
    actions.sign_decision(case=case, by=cast.reviewer, content_sha256=proposed.content_sha256)
    work()
    return IssuedDocument.objects.get(case=case, kind="permit_notice")


def test_every_page_is_accessible_and_fits_every_window(
    anna: Page,
    axe: Any,
    no_sideways_scroll: Callable[[Page], None],
    cast: Cast,
    authorities: dict[str, PermitAuthority],
    published_town: Town,
) -> None:
    authority = authorities["musterstadt"]
    empty = create_draft(authority=authority, procedure="VG", by=cast.owner)
    draft, asked, heard, decided = (
        fill_draft(cast, authority, published_town, key)
        for key in ("zu_nah", "einfamilienhaus", "hohe_wand", "giebelhaus")
    )
    later = legal_time.today() + dt.timedelta(days=21)
    for case in (asked, heard):
        actions.submit(case=case, by=cast.owner)
    missing = FindingKind.DOCUMENT_MISSING
    add_finding(case=asked, by=cast.officer, kind=missing, text="Die Grundrisse fehlen.", document_type="2001")
    actions.request_information(case=asked, by=cast.officer, due_on=later)
    actions.confirm_completeness(case=heard, by=cast.officer)
    actions.on_case(hold_hearing, case=heard, by=cast.officer, text="Der Grenzabstand fehlt.", due_on=later)
    granted(decided, cast)
    document = draft.documents.get()
    paths = [
        reverse("my_applications"),
        reverse("application_new"),
        *(reverse(name, args=[case.uuid]) for case in (empty, draft) for name in DRAFT_PAGES),
        reverse("application_party_new", args=[draft.uuid, "designer"]),
        reverse("application_document", args=[draft.uuid, document.uuid]),
        reverse("application_receipt", args=[asked.uuid]),
        reverse("answer_request", args=[asked.uuid]),
        reverse("hearing_statement", args=[heard.uuid]),
        reverse("withdraw_application", args=[heard.uuid]),
        *(reverse("case_detail", args=[case.uuid]) for case in (asked, heard, decided)),
        reverse("verify"),
    ]
    for path in paths:
        anna.goto(path)
        anna.wait_for_load_state("networkidle")
        axe(anna)
        no_sideways_scroll(anna)


DRAFT_PAGES = (
    "application_tasks",
    "application_site",
    "application_proposal",
    "application_parties",
    "application_site_plan",
    "application_site_plan_draw",
    "application_documents",
    "application_document_new",
    "application_review",
)
