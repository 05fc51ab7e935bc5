"""Every page of every sample: reading order, page numbers, address window, headings and signatures in company."""

from __future__ import annotations

import re

import pypdfium2
import pytest
from lxml import html as lxml_html

from reports.pdf import RenderedDocument
from reports.samples import SAMPLES
from tests.reports.reading import heard, squeezed

MM = 72 / 25.4
FOOT_MM = 25.0


def letters(rendered: dict[str, RenderedDocument]) -> dict[str, RenderedDocument]:
    """The samples that are letters with an address; signs and reports have pages of their own."""
    return {name: item for name, item in rendered.items() if 'class="recipient"' in item.html}


def body_lines(page: pypdfium2.PdfPage, *, below_mm: float = 25.0) -> list[str]:
    """Lines between the running head and the foot of a page, from the top."""
    width, height = page.get_size()
    content = page.get_textpage()
    text = content.get_text_bounded(0, FOOT_MM * MM, width, height - below_mm * MM)
    # A word that is parted at the end of a line comes as one, with U+0002 where the line ended.
    return [line.strip() for line in re.split(r"[\r\n\x02]+", text.replace("\u00a0", " ")) if line.strip()]


def headings(item: RenderedDocument) -> set[str]:
    """Every heading of a document, squeezed."""
    root = lxml_html.document_fromstring(item.html)
    return {squeezed(element.text_content()) for element in root.iter("h1", "h2", "h3", "h4")}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_reader_of_tags_hears_every_text_in_the_order_of_the_document(
    name: str, rendered: dict[str, RenderedDocument]
) -> None:
    sound = squeezed("".join(heard(rendered[name].pdf)))
    root = lxml_html.document_fromstring(rendered[name].html)
    for running in root.xpath("//*[@class='running-head' or @class='running-foot']"):
        running.drop_tree()
    position = 0
    for text in root.body.itertext():
        said = squeezed(text)
        found = sound.find(said, position)
        assert found >= 0, f"{said!r} is not heard, or too early"
        position = found + len(said)


def test_every_page_of_a_letter_has_its_number_and_later_pages_the_case(rendered: dict[str, RenderedDocument]) -> None:
    for name, item in letters(rendered).items():
        pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(item.pdf)]
        case_number = SAMPLES[name].case.case_number
        for number, text in enumerate(pages, start=1):
            plain = text.replace("\u00a0", " ")
            assert f"Seite {number} von {len(pages)}" in plain, name
            assert case_number in plain, name


def test_no_page_ends_with_a_heading(rendered: dict[str, RenderedDocument]) -> None:
    for name, item in letters(rendered).items():
        known = headings(item)
        for number, page in enumerate(pypdfium2.PdfDocument(item.pdf), start=1):
            lines = body_lines(page)
            last = squeezed(re.sub(r"^[IVXL]+\.\s*", "", lines[-1]))
            assert last not in known, f"{name}, page {number} ends with {lines[-1]!r}"


def test_a_signature_is_never_alone_on_its_page(rendered: dict[str, RenderedDocument]) -> None:
    for name, item in letters(rendered).items():
        closing = SAMPLES[name].letterhead.closing_formula
        [page] = [
            page
            for page in pypdfium2.PdfDocument(item.pdf)
            if closing in page.get_textpage().get_text_range().replace("\u00a0", " ")
        ]
        lines = body_lines(page)
        above = next(index for index, line in enumerate(lines) if closing in line)
        assert above >= 2, f"{name}: nothing but the signature on the page: {lines[:3]}"


def test_the_address_stands_in_the_window_and_the_information_beside_it(rendered: dict[str, RenderedDocument]) -> None:
    for name, item in letters(rendered).items():
        page = pypdfium2.PdfDocument(item.pdf)[0]
        height = page.get_height()
        # DIN 5008 form B: the field is 85 mm wide from 20 mm, the address itself lies between 62.7 mm and 90 mm.
        window = page.get_textpage().get_text_bounded(20 * MM, height - 90 * MM, 105 * MM, height - 62.2 * MM)
        shown = [line.strip() for line in window.replace("\u00a0", " ").splitlines() if line.strip()]
        assert shown == list(SAMPLES[name].recipient.address_lines), name
        beside = page.get_textpage().get_text_bounded(120 * MM, height - 98.4 * MM, 200 * MM, height - 50 * MM)
        assert "Aktenzeichen" in beside
        assert SAMPLES[name].case.case_number in beside


def test_nothing_is_set_beyond_the_margins(rendered: dict[str, RenderedDocument]) -> None:
    for name, item in letters(rendered).items():
        for page in pypdfium2.PdfDocument(item.pdf):
            content = page.get_textpage()
            boxes = [content.get_charbox(index) for index in range(content.count_chars())]
            assert max(right for _, _, right, _ in boxes) <= page.get_width() - 11 * MM, name
            assert min(left for left, _, right, _ in boxes if right > left) >= 11 * MM, name
            assert min(bottom for _, bottom, _, _ in boxes) >= 6 * MM, name


def test_lines_that_belong_together_are_not_parted(rendered: dict[str, RenderedDocument]) -> None:
    for name, item in letters(rendered).items():
        for page in pypdfium2.PdfDocument(item.pdf):
            for line in body_lines(page):
                assert not re.search(r"(?:§|\bAbs\.|\bNr\.|\bArt\.)$", line), f"{name}: {line!r}"
                assert not re.match(r"(?:m²|m|€|Uhr)\b", line), f"{name}: {line!r}"
