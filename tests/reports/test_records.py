"""Check report, file index, acceptance certificate and building-site sign: what contradicts itself, and long cases."""

from __future__ import annotations

import dataclasses
import io
from datetime import date

import pikepdf
import pypdfium2
import pytest

from gis.checks import CHECKS
from gis.checks.golden import golden_cases
from gis.checks.result import CheckResult
from gis.drawing import draw_result
from reports.contexts import SiteDrawing
from reports.contexts.acceptance_certificate import AcceptanceResult
from reports.contexts.check_report import CheckVerdict, ComputationStep, ReportedResult
from reports.contexts.file_index import IndexEntry, IndexSection
from reports.contexts.site_sign import Paper, SignEntry
from reports.errors import ContradictionError
from reports.fonts import FontSet
from reports.pdf import render_document
from reports.samples.acceptance_certificate import ESCAPE, HANDRAIL, acceptance_certificate
from reports.samples.check_report import BUILDING_LINE, DISTANCE, HEIGHT, OVERLAY, RATIO, STOREYS, check_report
from reports.samples.file_index import at, file_index
from reports.samples.site_sign import site_sign
from reports.substitution import name_unprintable

MM = 72 / 25.4


def texts(pdf: bytes) -> list[str]:
    """Text of each page on one line, breaks inside words taken out."""
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]
    return [" ".join(page.replace("\u00a0", " ").replace("\ufffe", "").split()) for page in pages]


def test_results_stand_under_what_they_ask_of_the_reader() -> None:
    groups = {group.key: [(number, row.check) for number, row in group.rows] for group in check_report().groups}
    assert groups == {
        # An officer saw a borderline case where the computation found none.
        "attention": [(1, DISTANCE.check), (2, OVERLAY.check), (3, STOREYS.check)],
        "kept": [(4, RATIO.check)],
        "idle": [(5, BUILDING_LINE.check)],
        "unknown": [(6, HEIGHT.check)],
    }


def test_unknown_never_stands_under_what_is_kept() -> None:
    for verdict in CheckVerdict:
        group = dataclasses.replace(HEIGHT, verdict=verdict).group
        assert (group == "kept") == (verdict is CheckVerdict.PASSED)


@pytest.mark.parametrize("changes", [{"sources": (4,)}, {"rules": (0,)}])
def test_a_result_cannot_rest_on_what_the_report_does_not_list(changes: dict[str, tuple[int, ...]]) -> None:
    with pytest.raises(ContradictionError, match="Grundflächenzahl"):
        check_report(results=(dataclasses.replace(RATIO, **changes),))  # type: ignore[arg-type]


def reported(result: CheckResult, drawing: SiteDrawing) -> ReportedResult:
    """A result of the checks as the report shows it."""
    steps = tuple(ComputationStep(label=s.label, formula=s.formula, legal_basis=s.legal_basis) for s in result.steps)
    return ReportedResult(
        check=result.check,
        title=CHECKS[result.check].title,
        verdict=CheckVerdict(result.verdict),
        label=result.label,
        message=result.message,
        value="–",
        limit="–",
        legal_basis=result.legal_basis,
        assumptions=result.assumptions,
        steps=steps,
        drawn=drawing,
    )


def test_every_registered_check_with_a_drawing_fits_into_one_report(fonts: FontSet) -> None:
    results = []
    for check in CHECKS:
        case = next(iter(golden_cases(check)))
        result = case.run()
        drawn = draw_result(case.plan, case.layers, result, width_mm=180, height_mm=190)
        drawing = SiteDrawing(svg=drawn.svg, text_alternative=drawn.text_alternative, scale=drawn.scale)
        results.append(reported(result, drawing))
    assert len(results) > 20
    pdf = render_document(check_report(results=tuple(results)), fonts=fonts).pdf
    pages = texts(pdf)
    whole = "".join(pages).replace(" ", "").replace("-", "")
    for row in results:
        assert f"{row.title}: {row.label}".replace(" ", "") in whole
        assert row.message[:40].replace("\u00a0", "").replace(" ", "").replace("-", "") in whole
    assert len(pages) <= 3 * len(results)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        titles = [item.title for item in outline_of(document)]
    assert sum(any(title.endswith(f"{row.title}: {row.label}") for title in titles) for row in results) == len(results)


def outline_of(document: pikepdf.Pdf) -> list[pikepdf.OutlineItem]:
    """All bookmarks, whatever their level."""
    with document.open_outline() as outline:
        found, waiting = [], list(outline.root)
        while waiting:
            item = waiting.pop(0)
            found.append(item)
            waiting += list(item.children)
    return found


def test_page_numbers_in_the_overview_are_those_of_the_results(fonts: FontSet) -> None:
    pages = texts(render_document(check_report(), fonts=fonts).pdf)
    glance = pages[0]
    for number, result, following in ((1, DISTANCE, OVERLAY), (4, RATIO, BUILDING_LINE), (5, BUILDING_LINE, HEIGHT)):
        [page] = [place for place, text in enumerate(pages, start=1) if f"{number}. {result.title}: " in text]
        row = glance[glance.index(f"{number} {result.title} ") : glance.index(f"{number + 1} {following.title} ")]
        assert row.split()[-1] == str(page)


def test_drawings_keep_their_scale_on_the_sheet(fonts: FontSet) -> None:
    pdf = render_document(check_report(), fonts=fonts).pdf
    # The red plot is 50 mm wide at 1:500 and its line 0.7 mm.
    image = pypdfium2.PdfDocument(pdf)[1].render(scale=10 / MM).to_pil().convert("RGB")
    red = [
        x
        for x in range(image.width)
        if sum(image.getpixel((x, y))[0] > 150 > 2 * image.getpixel((x, y))[1] for y in range(700, 1100, 10)) > 25
    ]
    assert (max(red) - min(red)) / 10 == pytest.approx(50.7, abs=0.3)


def test_three_hundred_documents_are_numbered_and_summed(fonts: FontSet) -> None:
    entries = tuple(
        IndexEntry(
            at=at(10, 1 + number % 28),
            title=f"Zeichnung {number}",
            author="Entwurfsverfassung",
            file_name=f"2001_Grundriss_{number:03}.pdf",
            version=1 + number % 3,
            pages=number % 7 or None,
            size_bytes=1000 * number,
            sha256=f"{number:064x}",
        )
        for number in range(1, 301)
    )
    document = file_index(sections=(IndexSection(title="Bauvorlagen", entries=entries),), verification=None, seal=None)
    assert (document.entries, document.files) == (300, 300)
    assert document.size_bytes == 1000 * 300 * 301 // 2
    assert document.uncounted == 300 // 7
    assert document.pages == sum(number % 7 for number in range(1, 301))
    pages = texts(render_document(document, fonts=fonts).pdf)
    whole = " ".join(pages).replace(" ", "")
    assert all(f"{number:064x}" in whole for number in range(1, 301))
    assert "Gegenstand" in pages[3]  # the head of the table stands on every page
    assert "Zeichnung 300, Fassung 1" in " ".join(pages)
    assert "Von 42 Dateien ist die Seitenzahl nicht bekannt; sie fehlen in der Summe" in " ".join(
        " ".join(pages).split()
    )


def test_one_file_without_a_number_of_pages_is_told_of_in_the_singular(fonts: FontSet) -> None:
    entry = IndexEntry(at=at(10, 1), title="Foto", author="Bauherrschaft", file_name="foto.jpg", size_bytes=9)
    document = file_index(sections=(IndexSection(title="Bauvorlagen", entries=(entry,)),), verification=None, seal=None)
    text = " ".join(" ".join(texts(render_document(document, fonts=fonts).pdf)).split())
    assert "Von 1 Datei ist die Seitenzahl nicht bekannt; sie fehlt in der Summe der Seiten." in text


def test_a_file_name_that_no_font_prints_is_listed_with_its_code(fonts: FontSet) -> None:
    entry = IndexEntry(at=at(10, 1), title="Foto 😀", author="Bauherrschaft", file_name="漢字.pdf", pages=1)
    document = file_index(sections=(IndexSection(title="Bauvorlagen", entries=(entry,)),), seal=None)
    assert name_unprintable(file_index(), fonts) == file_index()
    named = name_unprintable(document, fonts)
    [shown] = named.sections[0].entries
    assert (shown.title, shown.file_name) == ("Foto [U+1F600]", "[U+6F22][U+5B57].pdf")
    assert "[U+1F600]" in " ".join(texts(render_document(named, fonts=fonts).pdf))


def test_a_log_cannot_be_longer_than_its_chain() -> None:
    with pytest.raises(ContradictionError):
        file_index(log_count=2)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"result": AcceptanceResult.CLEAR}, "ohne Mängel"),
        ({"defects": ()}, "mindestens einen"),
        ({"defects": (HANDRAIL, ESCAPE)}, "schließt die Abnahme aus"),
        ({"inspected_on": date(2027, 10, 30)}, "Frist zu Mangel 1"),
    ],
)
def test_a_certificate_that_contradicts_itself_is_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ContradictionError, match=message):
        acceptance_certificate(**changes)


@pytest.mark.parametrize(("paper", "size"), [(Paper.A4, (210, 297)), (Paper.A3, (297, 420))])
def test_a_sign_fills_one_sheet_of_its_size(paper: Paper, size: tuple[int, int], fonts: FontSet) -> None:
    document = pypdfium2.PdfDocument(render_document(site_sign(paper=paper), fonts=fonts).pdf)
    assert len(document) == 1
    assert [round(length / MM) for length in document[0].get_size()] == list(size)


def test_a_sign_with_many_people_goes_on_on_a_second_sheet(fonts: FontSet) -> None:
    owners = tuple(
        SignEntry(role="Bauherrin", lines=(f"Person {number}", "Weg 1", "30999 Ort")) for number in range(20)
    )
    pages = texts(render_document(site_sign(entries=owners), fonts=fonts).pdf)
    assert len(pages) > 1
    assert all(f"Person {number}" in " ".join(pages) for number in range(20))
