"""The public page in the browser: the file stays on the device, by mouse, keyboard and drop, on narrow screens."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, Request, expect

from permits.models import IssuedDocument
from permits.services.files import read_file
from tests.permits.test_verify_notice import notice, sealed_paper

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["notice", "sealed_paper"]
INSECURE = "Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined });"
DROP = """([bytes, name]) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], name, { type: "application/pdf" }));
  const target = document.querySelector("[data-verify-file]");
  target.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def pdf(notice: IssuedDocument, tmp_path: Path) -> Path:
    path = tmp_path / "bescheid.pdf"
    path.write_bytes(read_file(notice.file))
    return path


def test_the_file_is_checked_and_never_sent(
    page: Page,
    notice: IssuedDocument,
    pdf: Path,
    axe: Callable[[Page], None],
    no_sideways_scroll: Callable[[Page], None],
) -> None:
    sent = requests_of(page)
    # From the beginning: asking for it only before the key is pressed, the browser may not yet hand over its dialogue.
    page.on("filechooser", lambda chooser: chooser.set_files(pdf))
    # A page over plain http from another machine: the browser offers it no cryptography.
    page.add_init_script(INSECURE)
    page.goto(reverse("verify"))
    axe(page)
    no_sideways_scroll(page)
    page.goto(reverse("verify"))
    page.wait_for_load_state("networkidle")
    sent.clear()
    # By keyboard: to the field, open the file dialogue, on to the button.
    page.get_by_label("PDF-Datei", exact=True).focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-verify-result]")).to_contain_text("Die Prüfsumme von bescheid.pdf ist berechnet")
    expect(page.get_by_label("Prüfsumme (SHA-256)")).to_have_value(notice.sha256)
    assert not sent, "choosing a file sends nothing"
    expect(page.get_by_role("button", name="Prüfsumme prüfen")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Dieser Bescheid ist echt")).to_be_visible()
    expect(page.get_by_text("Datei unverändert")).to_be_visible()
    carried_nothing_of(pdf, sent)
    axe(page)
    no_sideways_scroll(page)


def test_after_the_code_the_file_is_compared(
    page: Page,
    notice: IssuedDocument,
    pdf: Path,
    tmp_path: Path,
    axe: Callable[[Page], None],
) -> None:
    sent = requests_of(page)
    page.goto(reverse("verify", args=[notice.number]))
    page.get_by_label("Prüfcode").fill(notice.verification_code)
    page.get_by_role("button", name="Prüfen", exact=True).click()
    status = page.locator("[data-verify-result]")
    page.evaluate(DROP, [list(pdf.read_bytes()), "bescheid.pdf"])
    expect(status).to_contain_text("bescheid.pdf ist unverändert")
    axe(page)
    appended, altered = tmp_path / "ergaenzt.pdf", tmp_path / "veraendert.pdf"
    appended.write_bytes(pdf.read_bytes() + b"\n% more\n%%EOF\n")
    altered.write_bytes(pdf.read_bytes().replace(b"%PDF-1.7", b"%PDF-1.6", 1))
    page.get_by_label("PDF-Datei", exact=True).set_input_files(appended)
    expect(status).to_contain_text("am Ende wurde aber etwas angefügt")
    page.get_by_label("PDF-Datei", exact=True).set_input_files(altered)
    expect(status).to_contain_text("ist nicht die ausgefertigte Datei")
    carried_nothing_of(pdf, sent)


def test_without_scripts_the_checksum_is_typed(
    browser: Browser,
    live_server: object,
    notice: IssuedDocument,
    pdf: Path,
) -> None:
    context = browser.new_context(base_url=str(live_server), java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(reverse("verify"))
        expect(page.get_by_label("PDF-Datei", exact=True)).to_be_hidden()
        page.get_by_text("Die Prüfsumme selbst berechnen").click()
        expect(page.get_by_text("sha256sum bescheid.pdf")).to_be_visible()
        page.get_by_label("Prüfsumme (SHA-256)").fill(notice.sha256)
        page.get_by_role("button", name="Prüfsumme prüfen").click()
        expect(page.get_by_role("heading", name="Dieser Bescheid ist echt")).to_be_visible()
    finally:
        context.close()


def requests_of(page: Page) -> list[Request]:
    """Every request from now on, as it is sent."""
    sent: list[Request] = []

    def note(request: Request) -> None:
        sent.append(request)

    page.context.on("request", note)
    return sent


def carried_nothing_of(pdf: Path, sent: list[Request]) -> None:
    """No request has any part of the file in its body or address, and none is as large as a file."""
    content = pdf.read_bytes()
    pieces = [content[place : place + 16] for place in range(0, len(content) - 16, 997)]
    for request in sent:
        body = request.post_data_buffer or b""
        assert len(body) < 1000, request.url
        assert not [piece for piece in pieces if piece in body and piece.strip(b"\0 \n")], request.url
        assert len(request.url) < 300
