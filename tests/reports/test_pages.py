"""What stands on the pages: reading order, page numbers, scale, QR code."""

from __future__ import annotations

import dataclasses
import io
import re

import pikepdf
import pypdfium2
import pytest
import segno

from reports.contexts.correction_notice import CorrectionItem, CorrectionNotice
from reports.fonts import FontSet
from reports.pdf import RenderedDocument, render_document
from reports.samples import SAMPLES
from reports.samples.cast import DRAWING, VERIFICATION
from tests.reports.reading import heard

MM = 72 / 25.4


def texts(pdf: bytes) -> list[str]:
    """Text of each page, in the order of the content."""
    document = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_range().replace("\u00a0", " ").replace("\r\n", "\n") for page in document]


def test_the_notice_reads_from_letterhead_to_seal(rendered: dict[str, RenderedDocument]) -> None:
    text = "\n".join(texts(rendered["permit_notice"].pdf))
    order = (
        "Fachbereich Planen und Bauen",
        "Annika Brandt",
        "Aktenzeichen",
        "Das Wichtigste in Kürze",
        "Sehr geehrte Frau Brandt,",
        "I. Entscheidung",
        "Die Baugenehmigung für den Neubau",
        "Rechtsgrundlage",
        "II. Abweichungen, Ausnahmen und Befreiungen",
        "III. Baugrundstück",
        "IV. Nebenbestimmungen",
        "Aufschiebende Bedingungen",
        "V. Genehmigte Bauvorlagen",
        "VI. Begründung",
        "VII. Hinweise",
        "VIII. Rechtsbehelfsbelehrung",
        "Mit freundlichen Grüßen",
        "Im Auftrag",
        "Demosiegel, ohne Rechtswirkung",
        "Lageplan im Maßstab 1:500",
    )
    position = 0
    for part in order:
        found = text.replace("  ", " ").find(part, position)
        assert found >= 0, f"{part!r} is missing or out of order"
        position = found


def test_every_page_has_its_number_and_later_pages_the_case_number(rendered: dict[str, RenderedDocument]) -> None:
    pages = texts(rendered["permit_notice"].pdf)
    for number, text in enumerate(pages, start=1):
        assert f"Seite {number} von {len(pages)}" in text
        assert "63-00042-2026" in text


def test_conditions_are_numbered_through_all_groups(rendered: dict[str, RenderedDocument]) -> None:
    runs = heard(rendered["permit_notice"].pdf)
    section = runs[runs.index("Befristungen") : runs.index("Genehmigte Bauvorlagen")]
    numbers = [int(run[:-1]) for run in section if re.fullmatch(r"\d+\.", run)]
    assert numbers == [1, 2, 3, 4, 5, 6]


@pytest.fixture(scope="module")
def proof_page(rendered: dict[str, RenderedDocument]) -> tuple[pypdfium2.PdfPage, tuple[float, ...]]:
    """The page with the seal field, and the field's rectangle in points."""
    content = rendered["permit_notice"].pdf
    with pikepdf.open(io.BytesIO(content)) as pdf:
        widget = pdf.Root.AcroForm.Fields[0]
        index = next(i for i, page in enumerate(pdf.pages) if page.obj.objgen == widget.P.objgen)
        rectangle = tuple(float(value) for value in widget.Rect)
    return pypdfium2.PdfDocument(content)[index], rectangle


def test_the_qr_code_on_paper_leads_to_the_verification_page(
    proof_page: tuple[pypdfium2.PdfPage, tuple[float, ...]],
) -> None:
    page, (_, _, right, top) = proof_page
    scale = 6.0
    image = page.render(scale=scale).to_pil().convert("L")
    modules = segno.make_qr(VERIFICATION.url, error="m", boost_error=False).matrix
    border = 4
    side = 30 * MM
    pitch = side / (len(modules) + 2 * border)
    # As the styles place it: 7 mm right of the seal field, less the quiet zone that hangs out on two sides; the outline
    # of the field takes 0.9 mm.
    left, upper = right + (7 - 2.5) * MM, page.get_height() - top - (0.9 + 2.5) * MM
    wrong = 0
    for row, line in enumerate(modules):
        for column, dark in enumerate(line):
            x = (left + (column + border + 0.5) * pitch) * scale
            y = (upper + (row + border + 0.5) * pitch) * scale
            wrong += (image.getpixel((round(x), round(y))) < 128) != bool(dark)
    assert wrong == 0


def test_number_and_code_stand_beside_the_qr_code(proof_page: tuple[pypdfium2.PdfPage, tuple[float, ...]]) -> None:
    text = proof_page[0].get_textpage().get_text_range()
    assert VERIFICATION.number in text
    assert VERIFICATION.code in text


def test_the_seal_field_is_where_its_text_is(proof_page: tuple[pypdfium2.PdfPage, tuple[float, ...]]) -> None:
    page, (left, bottom, right, top) = proof_page
    text = page.get_textpage().get_text_bounded(left, bottom, right, top)
    assert "Demosiegel, ohne Rechtswirkung" in text
    assert "20. November 2026, 10:15 Uhr" in text.replace("\u00a0", " ")
    assert "MUS-2026-000042" in text


def test_the_site_plan_keeps_its_scale_on_paper(rendered: dict[str, RenderedDocument]) -> None:
    # The red plot is 50 mm wide on the drawing (25 m at 1:500) and its line 0.7 mm.
    assert 'd="M60 30h50v72H60z" fill="none" stroke="#b3261e" stroke-width="0.7"' in DRAWING
    page = list(pypdfium2.PdfDocument(rendered["permit_notice"].pdf))[-1]
    dots_per_mm = 10
    image = page.render(scale=dots_per_mm / MM).to_pil().convert("RGB")
    red = [
        x
        for x in range(image.width)
        if sum(image.getpixel((x, y))[0] > 150 > 2 * image.getpixel((x, y))[1] for y in range(400, 1600, 10)) > 50
    ]
    assert (max(red) - min(red)) / dots_per_mm == pytest.approx(50.7, abs=0.3)


def test_a_finding_that_the_authority_sees_otherwise_is_printed_with_both_results_and_the_reason(
    rendered: dict[str, RenderedDocument],
) -> None:
    text = re.sub(r"[\s\ufffe]+", " ", "\n".join(texts(rendered["permit_notice"].pdf)))
    row = text[text.index("1 Treffer") :]
    assert "nicht betroffen" in row
    assert "„Hinweis“" in row
    assert "Landschaftsschutzgebiet" in re.sub(" ", "", row)
    # In the report of the checks: the result of the check, and under it the judgement with its reason.
    report = re.sub(r"[\s\ufffe]+", " ", "\n".join(texts(rendered["check_report"].pdf)))
    assert "Abweichend bewertet: Grenzfall" in report
    assert "Begründung:" in report[report.index("Abweichend bewertet: Grenzfall") :]


def test_what_a_change_names_is_aligned_and_a_place_stands_on_one_line(fonts: FontSet) -> None:
    sample = SAMPLES["correction_notice"]
    assert isinstance(sample, CorrectionNotice)
    item = CorrectionItem(place="Nebenbestimmung Nr. 2", wrong="Ä" * 60, right="x" * 60)
    pdf = render_document(dataclasses.replace(sample, items=(item,)), fonts=fonts).pdf
    lines = [line.strip() for page in texts(pdf) for line in page.split("\n")]
    assert any(line.startswith("Nebenbestimmung Nr. 2") for line in lines)
    page = pypdfium2.PdfDocument(pdf)[0].get_textpage()

    def left(text: str) -> float:
        index, _ = page.search(text).get_next()
        return float(page.get_charbox(index)[0])

    assert left("SHA-256:") == pytest.approx(left("Nr. 118"), abs=1.5)  # glyphs have bearings of their own
