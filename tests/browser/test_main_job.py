"""The main job by clicking, with a real worker process: from the application to the sealed notice, and the ways back.

Everything is read from what people see: the pages, the downloaded PDF, the public page for verification.
"""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pypdfium2
import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Locator, Page, expect

from demo.cast import PASSWORD
from demo.plans.documents import make_plan_pdf
from demo.town.generate import Town
from demo.town.sites import DemoSite
from permits.models import PermitAuthority, User
from permits.services.documents_out import check_seal
from reports.seal_validation import SealState
from tests.browser.conftest import watched_page
from tests.browser.worker import running_worker
from tests.cast import Cast, fill_draft

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Visit = Callable[[User], Page]
WAIT = 60_000  # the worker renders and seals; the machine may be busy


@pytest.fixture
def worker(live_server: Any, settings: Any, published_town: Town, cast: Cast) -> Iterator[None]:
    """A worker process that works off the jobs while people click. It ends before the tables are emptied."""
    settings.SITE_URL = live_server.url
    settings.DEMO = True
    with running_worker(live_server.url):
        yield


@pytest.fixture
def visit(browser: Browser, live_server: Any, worker: None) -> Iterator[Visit]:
    """Return a function that signs a person in, in a browser of their own."""
    with ExitStack() as stack:

        def sign_in(person: User) -> Page:
            page = stack.enter_context(watched_page(browser, live_server.url))
            page.on("dialog", lambda dialog: dialog.accept())
            page.goto("/konto/anmelden/")
            page.get_by_label("E-Mail-Adresse").fill(person.email)
            page.get_by_label("Passwort", exact=True).fill(PASSWORD)
            page.locator("main").get_by_role("button", name="Anmelden").click()
            expect(page.get_by_role("button", name="Abmelden")).to_be_visible()
            return page

        yield sign_in


def test_application_becomes_a_sealed_notice(visit: Visit, browser: Browser, published_town: Town, cast: Cast) -> None:
    site = published_town.site("einfamilienhaus")
    anna = visit(cast.owner)
    number = apply(anna, site, published_town)
    case_url = anna.url

    clara = visit(cast.officer)
    examine(clara, number)
    propose(clara, "Die Baugenehmigung für das Wohnhaus wird erteilt.")
    expect(clara.get_by_text("Die Fassung liegt der Leitung zur Zeichnung vor.")).to_be_visible()
    expect(clara.get_by_role("button", name="Zeichnen", exact=True)).to_have_count(0)

    renate = visit(cast.reviewer)
    open_for_signature(renate, number)
    expect(renate.get_by_text("Die Baugenehmigung für das Wohnhaus wird erteilt.").first).to_be_visible()
    expect(renate.get_by_text("eine Woche vorher anzuzeigen").first).to_be_visible()
    renate.get_by_label("Ich habe die Fassung gelesen und zeichne sie.").check()
    renate.get_by_role("button", name="Zeichnen", exact=True).click()
    expect(renate.get_by_text("Sie haben gezeichnet.")).to_be_visible()
    renate.get_by_role("link", name="Bekanntgabe", exact=True).click()
    wait_for(renate, renate.get_by_text("bereitgestellt", exact=True))

    anna.goto(case_url)
    expect(anna.get_by_role("heading", name="Ihr Bescheid")).to_be_visible()
    anna.get_by_role("button", name="Bescheid abrufen").click()
    anna.wait_for_url("**/schriftstuecke/**")
    anna.goto(case_url)
    expect(anna.get_by_text("Das ist der Tag nach Ihrem Abruf")).to_be_visible()
    notice_url = anna.get_by_role("link", name="Bescheid öffnen (PDF)").get_attribute("href") or ""
    notice = download(anna, notice_url)
    with ThreadPoolExecutor(1) as beside:  # pyHanko brings its own event loop, and Playwright's runs here
        seal = beside.submit(check_seal, notice).result()
    assert (seal.state, seal.covers_whole_file) == (SealState.VALID, True), seal.reason
    text = text_of(notice)
    assert "eine Woche vorher anzuzeigen" in text
    assert "Anna Brandt" in text
    renate.reload()
    expect(renate.get_by_text("Bekannt gegeben am")).to_be_visible()

    verify_in_public(browser, anna, text)
    document_url = anna.locator("section", has=anna.get_by_role("heading", name="Ihre Bauvorlagen")).get_by_role("link")
    paths = [case_url, notice_url, document_url.first.get_attribute("href") or ""]
    sven = visit(cast.stranger)
    for path in paths:
        answer = sven.goto(path)
        assert answer is not None
        assert answer.status == 404, path
        expect(sven.get_by_role("heading", name="Seite nicht gefunden")).to_be_visible()


def test_parcel_and_house_are_given_on_the_map(visit: Visit, published_town: Town, cast: Cast) -> None:
    site = published_town.site("einfamilienhaus")
    anna = visit(cast.owner)
    anna.get_by_role("link", name="Neuen Antrag beginnen").click()
    districts = anna.get_by_label("Gemeinde und Gemarkung")
    musterstadt = districts.locator("option", has_text="Musterstadt").first.get_attribute("value")
    districts.select_option(musterstadt)
    anna.get_by_label("Bezeichnung des Bauvorhabens").fill("Haus vom Plan")
    anna.get_by_role("button", name="Antrag anlegen").click()
    anna.get_by_role("link", name="Baugrundstück").click()
    map_ready(anna)
    look_at(anna, site)
    click_on_map(anna, *centre(site))
    expect(anna.get_by_label("Gewählte Flurstücke")).to_contain_text(site.parcels[0])
    anna.get_by_role("button", name="Auswahl speichern").click()
    expect(anna.get_by_role("heading", name="Gewählte Flurstücke")).to_be_visible()
    anna.get_by_role("link", name="Zurück zur Übersicht").first.click()

    anna.get_by_role("link", name="Lageplan").click()
    anna.get_by_role("link", name="In der Karte zeichnen").click()
    map_ready(anna)
    look_at(anna, site)
    x, y = centre(site)
    anna.get_by_role("button", name="Rechteck zeichnen").click()
    for east, north in ((-4, -4), (4, -4), (4, 4)):
        click_on_map(anna, x + east, y + north)
    anna.get_by_label("Wandhöhe über Gelände (m)").fill("6,2")
    anna.get_by_role("button", name="Speichern und prüfen").click()
    expect(finding(anna, "Lage auf dem Baugrundstück")).to_contain_text("eingehalten", timeout=WAIT)
    expect(finding(anna, "Grenzabstand")).to_contain_text("3,00 m")
    expect(finding(anna, "Grundflächenzahl")).to_be_visible()


def test_decision_is_sent_back_and_the_application_withdrawn(
    visit: Visit, published_town: Town, cast: Cast, authorities: dict[str, PermitAuthority]
) -> None:
    draft = fill_draft(cast, authorities["musterstadt"], published_town)
    anna = visit(cast.owner)
    anna.goto(reverse("application_tasks", args=[draft.uuid]))
    submit(anna)
    number = receive(anna)
    case_url = anna.url

    clara = visit(cast.officer)
    examine(clara, number)
    propose(clara, "Die Genehmigung wird erteilt.")

    renate = visit(cast.reviewer)
    open_for_signature(renate, number)
    renate.get_by_text("Mit Begründung zurückgeben").click()
    renate.get_by_label("Grund der Rückgabe").fill("Bitte nennen Sie das Vorhaben im Tenor.")
    renate.get_by_role("button", name="Zurückgeben").click()
    clara.reload()
    expect(clara.get_by_text("Von der Zweitzeichnung zurückgegeben")).to_be_visible()
    expect(clara.get_by_text("Bitte nennen Sie das Vorhaben im Tenor.").first).to_be_visible()
    propose(clara, "Die Genehmigung für das Wohnhaus wird erteilt.")
    open_for_signature(renate, number)
    expect(renate.get_by_role("heading", name="Fassung 2 im Vergleich mit Fassung 1")).to_be_visible()
    expect(renate.locator("ins").filter(has_text="Wohnhaus")).to_contain_text("für das Wohnhaus")

    anna.goto(case_url)
    anna.get_by_role("link", name="Antrag zurücknehmen").click()
    anna.get_by_label("Ja, ich nehme den Antrag zurück.").check()
    anna.get_by_role("button", name="Antrag zurücknehmen").click()
    expect(anna.get_by_text("Zurückgenommen", exact=True).first).to_be_visible()
    paper = anna.get_by_role("link", name=re.compile("Rücknahme"))
    wait_for(anna, paper)
    assert number in text_of(download(anna, paper.first.get_attribute("href") or ""))
    renate.reload()
    expect(renate.get_by_text("Zurückgenommen", exact=True).first).to_be_visible()
    expect(renate.get_by_role("button", name="Zeichnen", exact=True)).to_have_count(0)


def apply(page: Page, site: DemoSite, town: Town) -> str:
    """Fill in and submit an application by number and typed measures; return the case number from the receipt."""
    page.get_by_role("link", name="Neuen Antrag beginnen").click()
    page.get_by_label("Flurstückskennzeichen").fill(site.parcels[0])
    page.get_by_label("Bezeichnung des Bauvorhabens").fill("Neubau eines Wohnhauses")
    page.get_by_role("button", name="Antrag anlegen").click()
    map_ready(page)
    expect(page.get_by_label("Gewählte Flurstücke")).to_contain_text(site.parcels[0])
    page.get_by_role("button", name="Auswahl speichern").click()
    expect(page.get_by_role("heading", name="Gewählte Flurstücke")).to_be_visible()
    page.get_by_role("link", name="Zurück zur Übersicht").first.click()

    page.get_by_role("link", name="Bauvorhaben").click()
    page.get_by_label("Errichtung: Neubau").check()
    page.get_by_label("Art der baulichen Anlage").select_option("W-1")
    page.get_by_role("group", name="Dient das Gebäude").get_by_label("Ja").check()
    page.get_by_role("group", name="Ist es ein Sonderbau?").get_by_label("Nein").check()
    page.get_by_role("button", name="Speichern und weiter").click()
    name_parties(page)
    tasks_url = re.sub("beteiligte/.*", "", page.url)

    page.goto(f"{tasks_url}lageplan/")
    page.get_by_text("Maße eingeben", exact=True).click()
    page.get_by_label("Länge in m").fill("9,5")
    page.get_by_label("Breite in m").fill("8")
    page.get_by_label("Wandhöhe in m").fill("6,2")
    page.get_by_role("button", name="Maße speichern und prüfen").click()
    expect(finding(page, "Grenzabstand")).to_contain_text("3,00 m", timeout=WAIT)
    expect(finding(page, "Grundflächenzahl")).to_be_visible()
    expect(finding(page, "Lage auf dem Baugrundstück")).to_be_visible()

    for kind in ("lageplan", "grundriss"):
        plan = make_plan_pdf(kind, site, town)
        page.goto(f"{tasks_url}bauvorlagen/neu/?art={plan.code}")
        upload = {"name": plan.file_name, "mimeType": "application/pdf", "buffer": plan.content}
        page.get_by_label("PDF-Dateien").set_input_files([upload])
        page.get_by_role("button", name="Hochladen").click()
        expect(page.get_by_text(f"{plan.file_name} ist hochgeladen.")).to_be_visible(timeout=WAIT)

    page.goto(tasks_url)
    submit(page)
    return receive(page)


def name_parties(page: Page) -> None:
    """Enter Anna Brandt and her designer; she consents to be served through the portal."""
    page.get_by_role("link", name="Beteiligte", exact=True).click()
    page.get_by_role("link", name=re.compile("^Das bin ich.*Bauherrin")).click()
    fill_address(page)
    page.get_by_role("link", name=re.compile("^Andere Person.*Entwurfsverfasserin")).click()
    page.get_by_label("Nachname").fill("Neumann")
    page.get_by_label("Bauvorlageberechtigung").select_option("1")
    fill_address(page)
    page.get_by_role("button", name="Bekanntgabe über das Portal zustimmen").click()
    expect(page.get_by_text("Sie haben der Bekanntgabe über das Portal zugestimmt.")).to_be_visible()


def fill_address(page: Page) -> None:
    page.get_by_label("Straße").fill("Lindenweg")
    page.get_by_label("Postleitzahl").fill("30999")
    page.get_by_label("Ort", exact=True).fill("Musterstadt")
    page.get_by_role("button", name="Speichern und weiter").click()


def submit(page: Page) -> None:
    """Look at the whole application and submit it."""
    page.get_by_role("link", name="Antrag im Ganzen ansehen").click()
    expect(page.get_by_role("heading", name="Beteiligte")).to_be_visible()
    page.get_by_label("Ich habe alle Angaben geprüft.").check()
    page.get_by_role("button", name="Antrag verbindlich einreichen").click()
    expect(page.get_by_role("heading", name="Ihr Antrag ist eingegangen")).to_be_visible()


def receive(page: Page) -> str:
    """Wait for the receipt, read the case number in it, go on to the case's page."""
    expect(page.get_by_text("Der Eingangsbeleg liegt bereit.")).to_be_visible(timeout=WAIT)
    link = page.get_by_role("link", name=re.compile("^Eingangsbeleg "))
    receipt = text_of(download(page, link.get_attribute("href") or ""))
    page.get_by_role("link", name="Zum Stand des Antrags").click()
    shown = page.get_by_text(re.compile("^Aktenzeichen ")).first.inner_text()
    number = re.search(r"63-\d{4}-\d{5}", shown)
    assert number, shown
    assert number[0] in receipt
    return number[0]


def examine(page: Page, number: str) -> None:
    """Find the case, state that it is complete, confirm every finding, add a condition, finish the assessment."""
    page.get_by_role("link", name="Arbeitsliste").first.click()
    page.get_by_role("link", name=number).click()
    page.get_by_role("link", name="Vollständigkeit prüfen").click()
    page.get_by_role("button", name="Vollständigkeit feststellen").click()
    expect(page.get_by_role("heading", name="Prüfergebnisse")).to_be_visible()
    map_ready(page)
    page.get_by_role("button", name=re.compile("^Eingehaltene und nicht anwendbare bestätigen")).click()
    expect(page.get_by_text("Die eingehaltenen und nicht anwendbaren Prüfungen sind bestätigt.")).to_be_visible()
    confirm = page.get_by_role("button", name=re.compile("^Ergebnis bestätigen"))
    for left in range(confirm.count() - 1, -1, -1):
        confirm.first.click()
        expect(confirm).to_have_count(left)
    expect(page.get_by_text(re.compile(r"Alle \d+ sind bewertet\."))).to_be_visible()
    page.get_by_role("link", name="Nebenbestimmungen", exact=True).click()
    page.get_by_label("Text").fill("Der Baubeginn ist eine Woche vorher anzuzeigen.")
    page.get_by_role("button", name="Aufnehmen").click()
    expect(page.get_by_text("Der Baubeginn ist eine Woche vorher anzuzeigen.")).to_be_visible()
    page.get_by_role("link", name="Prüfung und Karte").click()
    page.get_by_role("button", name="Prüfung abschließen").click()
    expect(page.get_by_role("heading", name=re.compile("^Entwurf"))).to_be_visible()


def propose(page: Page, tenor: str) -> None:
    """Write the operative part, look at the preview, hand the draft to the second signature."""
    page.get_by_label("Tenor").fill(tenor)
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Vorschau als PDF").click()
    opened.value.close()
    page.get_by_role("button", name="Speichern und zur Zeichnung vorlegen").click()
    expect(page.get_by_text("Die Entscheidung liegt zur Zweitzeichnung vor.")).to_be_visible()


def open_for_signature(page: Page, number: str) -> None:
    """Go from the worklist to the version that waits for a signature."""
    page.get_by_role("link", name="Arbeitsliste").first.click()
    page.get_by_role("link", name="1 zur Zeichnung").click()
    page.get_by_role("link", name=number).click()
    page.get_by_role("link", name="Entscheidung lesen und zeichnen").click()
    expect(page.get_by_role("heading", name="Zweitzeichnung")).to_be_visible()


def verify_in_public(browser: Browser, page: Page, notice: str) -> None:
    """Type number and code of the printed notice into the public page, signed out."""
    number = re.search(r"63-\d{4}-\d{5}-B\d", notice)
    code = re.search(r"(?:[2-9A-HJKMNP-Z]{4}-){3}[2-9A-HJKMNP-Z]{4}", notice)
    assert number, notice
    assert code, notice
    site_url = re.match(r"https?://[^/]+", page.url)
    assert site_url
    with watched_page(browser, site_url[0]) as public:
        public.goto("/")
        public.get_by_role("link", name="Bescheid prüfen").first.click()
        public.get_by_label("Nummer des Bescheids").fill(number[0])
        public.get_by_label("Prüfcode").fill(code[0])
        public.get_by_role("button", name="Prüfen", exact=True).click()
        expect(public.get_by_role("heading", name="Dieser Bescheid ist echt")).to_be_visible()
        # Fetched today, it counts as notified tomorrow.
        expect(public.get_by_text("noch nicht bekannt gegeben", exact=True)).to_be_visible()
        expect(public.locator("main")).not_to_contain_text("Brandt")


def wait_for(page: Page, wanted: Locator) -> None:
    """Reload until the worker has done its part."""
    for _ in range(WAIT // 1000):
        if wanted.count():
            break
        page.wait_for_timeout(1000)
        page.reload()
    expect(wanted.first).to_be_visible()


def finding(page: Page, title: str) -> Locator:
    return page.get_by_role("article").filter(has=page.get_by_role("heading", name=title))


def download(page: Page, path: str) -> bytes:
    """Fetch a PDF with the person's session."""
    answer = page.request.get(path)
    assert answer.ok, f"{path}: {answer.status}"
    assert answer.headers["content-type"] == "application/pdf"
    return answer.body()


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(leaf.get_textpage().get_text_range() for leaf in document)


def centre(site: DemoSite) -> tuple[float, float]:
    point = site.geometry.representative_point()
    return point.x, point.y


WIDGET = "const widget = element.widget || element.drawing.widget;"


def map_ready(page: Page) -> None:
    expect(page.locator("[data-map]")).to_have_attribute("data-state", "ready", timeout=WAIT)
    page.wait_for_timeout(400)


def look_at(page: Page, site: DemoSite) -> None:
    """Bring the site into the middle of the map, as a person does by dragging."""
    page.locator("[data-map]").evaluate(
        f"(element, box) => {{ {WIDGET} widget.map.getView().fit(box, {{padding: [60, 60, 60, 60]}}); }}",
        list(site.geometry.bounds),
    )
    page.wait_for_load_state("networkidle")
    map_ready(page)


def click_on_map(page: Page, east: float, north: float) -> None:
    page.locator("[data-map]").scroll_into_view_if_needed()
    x, y = page.locator("[data-map]").evaluate(
        f"(element, point) => {{ {WIDGET} const p = widget.map.getPixelFromCoordinate(point);"
        " const box = widget.viewport.getBoundingClientRect(); return [box.x + p[0], box.y + p[1]]; }",
        [east, north],
    )
    page.mouse.click(x, y)
    page.wait_for_timeout(350)  # OpenLayers waits for a double click
