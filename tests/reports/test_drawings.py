"""Drawings in documents: their size is kept, their fonts are ours, nothing comes from outside."""

from __future__ import annotations

import dataclasses

import pypdfium2
import pytest

from reports.contexts import PermitNotice
from reports.drawings import embeddable_svg, size_mm
from reports.errors import DrawingError, GlyphCoverageError
from reports.fonts import FontSet
from reports.html import DRAWING_HEIGHT_MM, DRAWING_WIDTH_MM
from reports.pdf import render_document
from reports.samples.cast import DRAWING
from reports.samples.permit_notice import granted_notice

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" width="10mm" height="10mm" viewBox="0 0 10 10">'


def with_drawing(svg: str) -> PermitNotice:
    notice = granted_notice()
    assert notice.drawing is not None
    return dataclasses.replace(notice, drawing=dataclasses.replace(notice.drawing, svg=svg))


def page_count(document: PermitNotice, fonts: FontSet) -> int:
    return len(pypdfium2.PdfDocument(render_document(document, fonts=fonts).pdf))


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [("170mm", "15cm", (170.0, 150.0)), ("72pt", "1in", (25.4, 25.4)), ("96px", "96", (25.4, 25.4))],
)
def test_sizes_are_read_in_every_unit(width: str, height: str, expected: tuple[float, float]) -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"/>'
    assert size_mm(svg, place="x") == pytest.approx(expected)


def test_the_largest_allowed_plan_takes_one_page(fonts: FontSet) -> None:
    largest = f'width="{DRAWING_WIDTH_MM}mm" height="{DRAWING_HEIGHT_MM}mm"'
    svg = DRAWING.replace('width="170mm" height="150mm"', largest)
    assert page_count(with_drawing(svg), fonts) == page_count(granted_notice(), fonts) == 5


def test_a_plan_that_would_have_to_shrink_is_refused(fonts: FontSet) -> None:
    with pytest.raises(DrawingError, match="300 × 150 mm") as caught:
        render_document(with_drawing(DRAWING.replace('width="170mm"', 'width="300mm"')), fonts=fonts)
    assert caught.value.places == ("drawing.svg",)


@pytest.mark.parametrize(
    "svg",
    [
        "no svg",
        "<html/>",
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>',
        '<!DOCTYPE svg [<!ENTITY a "b">]>' + HEAD + "<text>&a;</text></svg>",
        HEAD + "<script>1</script></svg>",
        HEAD + '<image href="file:///etc/passwd"/></svg>',
        HEAD + '<use href="http://127.0.0.1/x.svg#a"/></svg>',
        HEAD + "<style>@import url(http://127.0.0.1/x.css);</style></svg>",
        HEAD + "<foreignObject/></svg>",
    ],
)
def test_what_is_no_safe_drawing_is_refused(svg: str, fonts: FontSet) -> None:
    with pytest.raises(DrawingError):
        render_document(with_drawing(svg), fonts=fonts)


def test_fonts_named_in_a_drawing_are_replaced(fonts: FontSet) -> None:
    svg = (
        HEAD
        + "<style>text { font: bold 3px Arial; fill: red }</style>"
        + '<g font-family="Comic Sans MS"><text style="font-family: Arial; fill: blue" font="x">ä</text></g></svg>'
    )
    result = embeddable_svg(svg, place="x", fonts=fonts)
    assert "Arial" not in result
    assert "Comic" not in result
    assert "fill: red" in result
    assert "fill: blue" in result


def test_words_of_a_drawing_are_checked_for_glyphs(fonts: FontSet) -> None:
    with pytest.raises(GlyphCoverageError, match=r"drawing\.svg"):
        render_document(with_drawing(DRAWING.replace("Lindenstraße", "林街")), fonts=fonts)
