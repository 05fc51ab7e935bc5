"""Well filled pages: the list of checks beside the site plan, a result with its drawing, a letter on one page."""

from __future__ import annotations

import dataclasses

import pypdfium2
import pytest

from reports.contexts import DocumentContext, SiteDrawing
from reports.contexts.check_report import CheckReport
from reports.errors import ContradictionError
from reports.fonts import FontSet
from reports.pdf import render_document
from reports.samples import SAMPLES
from reports.samples.check_report import DISTANCE, NEIGHBOURS, RATIO, check_report

PLAN = SiteDrawing(
    svg='<svg xmlns="http://www.w3.org/2000/svg" width="180mm" height="140mm" viewBox="0 0 180 140">'
    '<path d="M1 1h178v138H1z" fill="none" stroke="#000"/></svg>',
    text_alternative="Ein Rahmen.",
    scale=500,
)
NOT_JUDGED = "Automatische Prüfung, nicht die Bewertung der Behörde."


def pages(document: DocumentContext, fonts: FontSet) -> list[str]:
    """The text of each page on one line."""
    found = pypdfium2.PdfDocument(render_document(document, fonts=fonts).pdf)
    return [" ".join(page.get_textpage().get_text_range().replace("\u00a0", " ").split()) for page in found]


def test_twenty_checks_are_listed_on_two_pages_together_with_the_site_plan(fonts: FontSet) -> None:
    results = tuple(
        dataclasses.replace(RATIO, check=f"check_{number}", unverified=("§ 19 BauNVO",), drawn=None)
        for number in range(20)
    )
    found = pages(check_report(results=results, overview=PLAN), fonts)
    assert "20 Grundflächenzahl" in found[1]
    assert "Lageplan im Maßstab 1:500" in found[1]


def test_a_result_is_followed_by_its_drawing_and_then_by_its_computation(fonts: FontSet) -> None:
    assert DISTANCE.steps
    text = " ".join(pages(check_report(results=(dataclasses.replace(DISTANCE, drawn=PLAN),)), fonts))
    result = text[text.index(f"1. {DISTANCE.title}: ") :]
    assert result.index("Zeichnung im Maßstab 1:500") < result.index("Annahmen") < result.index("Rechenweg")


def test_a_withdrawal_is_confirmed_on_one_page(fonts: FontSet) -> None:
    assert len(pages(SAMPLES["withdrawal_confirmation"], fonts)) == 1


def test_where_a_seal_needs_a_second_page_no_single_point_of_a_list_stands_there(fonts: FontSet) -> None:
    first, second = pages(SAMPLES["withdrawal_confirmation_sealed"], fonts)
    assert "Was das bedeutet" not in first
    assert second.startswith("Was das bedeutet")


def test_the_report_for_applicants_says_that_it_is_no_judgement_of_the_authority(fonts: FontSet) -> None:
    first = pages(SAMPLES["check_report_automatic"], fonts)[0]
    for words in (NOT_JUDGED, "steht im Bescheid", "Keine Bewertung der Behörde."):
        assert words in first
    own = " ".join(pages(SAMPLES["check_report"], fonts))
    assert NOT_JUDGED not in own
    assert "Prüfungen beraten, die Behörde entscheidet." in own
    sample = SAMPLES["check_report_automatic"]
    assert isinstance(sample, CheckReport)
    assert "Behörde" not in sample.groups[0].explanation


@pytest.mark.parametrize("kept_back", [{"results": (DISTANCE,)}, {"results": (), "neighbours": NEIGHBOURS}])
def test_a_report_for_applicants_with_what_is_kept_back_cannot_be_made(kept_back: dict[str, object]) -> None:
    assert DISTANCE.reviews
    with pytest.raises(ContradictionError, match="Antragstellerseite"):
        check_report(**{"neighbours": None, "automatic_only": True, **kept_back})
