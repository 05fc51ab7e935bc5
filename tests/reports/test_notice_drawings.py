"""Drawings of results in a notice: to scale, bounded, in a PDF that passes PDF/A-3a and PDF/UA-1."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pypdfium2

from gis.checks.golden import golden_cases
from gis.checks.result import Verdict
from gis.drawing import Drawing, draw_result
from reports.contexts import PermitNotice, SiteDrawing
from reports.fonts import FontSet
from reports.pdf import render_document
from reports.samples.permit_notice import granted_notice
from tools.verapdf import validate

CHECKS = ("boundary_distance", "building_window", "site_coverage", "overlays", "street_access", "storeys")


def drawn(check: str) -> Drawing:
    case = next(case for case in golden_cases(check) if case.verdict is Verdict.FAILED)
    return draw_result(case.plan, case.layers, case.run(), width_mm=180, height_mm=190)


def notice() -> PermitNotice:
    drawings = [(check, drawn(check)) for check in CHECKS]
    return granted_notice(
        result_drawings=tuple(
            SiteDrawing(svg=item.svg, text_alternative=item.text_alternative, scale=item.scale, title=check)
            for check, item in drawings
        )
    )


def test_a_notice_with_drawings_of_results_passes_both_standards(fonts: FontSet, tmp_path: Path) -> None:
    path = tmp_path / "notice.pdf"
    path.write_bytes(render_document(notice(), fonts=fonts).pdf)
    assert [verdict.failed for verdict in validate([path], ["3a", "ua1"])] == [{}, {}]


def test_the_drawings_add_a_bounded_number_of_pages(fonts: FontSet) -> None:
    def pages(document: PermitNotice) -> int:
        with pikepdf.open(io.BytesIO(render_document(document, fonts=fonts).pdf)) as pdf:
            return len(pdf.pages)

    assert 1 <= pages(notice()) - pages(granted_notice()) <= len(CHECKS)


def test_a_low_drawing_stands_on_the_page_of_the_site_plan_and_a_high_one_on_the_next(fonts: FontSet) -> None:
    def pages(height_mm: int) -> list[str]:
        """The pages from the site plan on."""
        size = f'width="180mm" height="{height_mm}mm" viewBox="0 0 180 {height_mm}"'
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size}><path d="M1 1h9"/></svg>'
        drawing = SiteDrawing(svg=svg, text_alternative="Ein Strich.", scale=500, title="Maß")
        document = granted_notice(drawing=drawing, result_drawings=(drawing,), enclosures=())
        found = [
            page.get_textpage().get_text_range()
            for page in pypdfium2.PdfDocument(render_document(document, fonts=fonts).pdf)
        ]
        return found[next(number for number, text in enumerate(found) if "Lageplan im Maßstab" in text) :]

    (together,) = pages(90)
    assert together.index("Lageplan im Maßstab") < together.index("Zeichnungen zu den Prüfergebnissen")
    for height in (130, 210):
        first, second = pages(height)
        assert "Zeichnungen zu den" not in first
        assert "Zeichnungen zu den" in second
