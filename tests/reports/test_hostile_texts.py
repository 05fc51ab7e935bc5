"""Long, nasty and missing texts give a correct paper or a clear German refusal."""

from __future__ import annotations

import dataclasses
from typing import Any

import pypdfium2
import pytest

from reports.contexts import (
    ConditionItem,
    ConditionKind,
    DocumentContext,
    FindingRow,
    Recipient,
    Summary,
)
from reports.contexts.parts import LetterPart
from reports.errors import GlyphCoverageError
from reports.fonts import FontSet
from reports.pdf import render_document
from reports.samples import SAMPLES
from reports.samples.cast import APPROVED, CASE, LETTERHEAD
from reports.samples.permit_notice import granted_notice
from tests.reports.reading import heard, squeezed

MM = 72 / 25.4
ENDLESS = "Ä" * 10_000
NASTY = '</td></table><script>alert(1)</script> {{ d.case.case_number }} {% include "x" %} &amp; ${x} \\2014'
# Letters of DIN 91379 that few fonts have, from Vietnamese to Sámi.
NAME = "Đặng Nguyễn-Œuvre Þórður Ħaľuška Ǯǥ Ẽ Ẅ C̆ D̂ Ž̧"

# The building-site sign says what is built in words of its own.
WITHOUT_SUBJECT = {"site_sign", "site_sign_a3"}


def pages_of(document: DocumentContext, fonts: FontSet) -> tuple[bytes, list[str]]:
    """The PDF of ``document``, and the text of each page."""
    pdf = render_document(document, fonts=fonts).pdf
    texts = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]
    return pdf, [text.replace("\u00a0", " ") for text in texts]


def furthest_right_mm(pdf: bytes) -> float:
    """Right end of whatever stands furthest to the right, in mm from the left edge of its page."""
    ends = []
    for page in pypdfium2.PdfDocument(pdf):
        content = page.get_textpage()
        ends += [content.get_charbox(index)[2] for index in range(content.count_chars())]
    return max(ends) / MM


@pytest.mark.parametrize("name", SAMPLES)
def test_every_kind_bears_nasty_texts_unusual_names_and_a_letterhead_without_crest(name: str, fonts: FontSet) -> None:
    sample = SAMPLES[name]
    document = dataclasses.replace(
        sample,
        case=dataclasses.replace(sample.case, proposal=NASTY, site_address="x" * 300, applicant=NAME),
        letterhead=dataclasses.replace(
            sample.letterhead, crest_svg=None, footer_columns=(), signature_lines=(), website="", unit=NAME
        ),
        recipient=Recipient(address_lines=(NAME, NASTY[:40], "", "30999 Musterstadt"), salutation=NASTY),
        summary=Summary(decided=NASTY, to_do=(NAME, "y" * 300), until=(NASTY,), ask=NAME) if sample.summary else None,
    )
    pdf, _ = pages_of(document, fonts)
    sound = squeezed("".join(heard(pdf)))
    assert squeezed(NAME) in sound
    assert "x" * 300 in sound
    if name not in WITHOUT_SUBJECT:
        assert squeezed(NASTY) in sound
    assert furthest_right_mm(pdf) <= max(page.get_width() for page in pypdfium2.PdfDocument(pdf)) / MM - 8


def test_ten_thousand_characters_without_a_space_are_all_printed(fonts: FontSet) -> None:
    document = granted_notice(
        conditions=(ConditionItem(kind=ConditionKind.REQUIREMENT, text=ENDLESS, reason=ENDLESS),),
        operative=(ENDLESS,),
        case=dataclasses.replace(CASE, proposal=ENDLESS),
        drawing=None,
    )
    pdf, texts = pages_of(document, fonts)
    assert sum(text.count("Ä") for text in texts) == 4 * len(ENDLESS)
    assert furthest_right_mm(pdf) <= 191


def test_a_table_row_higher_than_a_page_goes_on_overleaf(fonts: FontSet) -> None:
    row = FindingRow(title="Grenzabstand", value="1 m", limit="3 m", assessment=ENDLESS)
    pdf, texts = pages_of(granted_notice(findings=(row,), drawing=None), fonts)
    assert sum(text.count("Ä") for text in texts) == len(ENDLESS)
    assert furthest_right_mm(pdf) <= 191


def test_four_hundred_conditions_are_numbered_through(fonts: FontSet) -> None:
    conditions = tuple(
        ConditionItem(kind=ConditionKind.REQUIREMENT, text=f"Auflage K{number:03} mit einem Satz.", reason="Grund.")
        for number in range(1, 401)
    )
    pdf, texts = pages_of(granted_notice(conditions=conditions), fonts)
    runs = heard(pdf)
    for number in (1, 99, 100, 400):
        assert runs[runs.index(f"Auflage K{number:03} mit einem Satz.") - 1] == f"{number}."
    assert f"Seite {len(texts)} von {len(texts)}" in texts[-1]


def test_three_hundred_attachments_are_listed_under_a_head_on_every_page(fonts: FontSet) -> None:
    documents = tuple(
        dataclasses.replace(APPROVED[0], title=f"Anlage A{number:03}", sha256=f"{number:064x}") for number in range(300)
    )
    enclosures = tuple(f"Beilage B{number:03}" for number in range(300))
    _, texts = pages_of(granted_notice(approved_documents=documents, enclosures=enclosures), fonts)
    everything = "\n".join(texts)
    assert all(f"Anlage A{number:03}" in everything and f"Beilage B{number:03}" in everything for number in range(300))
    with_rows = [text for text in texts if "Anlage A" in text]
    assert len(with_rows) > 15
    assert all("Bauvorlage und Datei" in text for text in with_rows)


@pytest.mark.parametrize(
    "lost", ["😀", "\u200f", "\u202e", "\u2067", "\ufeff", "漢", "\u0007"], ids=lambda lost: f"U+{ord(lost):04X}"
)
@pytest.mark.parametrize(
    ("place", "change"),
    [
        ("summary.decided", lambda text: {"summary": Summary(decided=text)}),
        ("operative[0]", lambda text: {"operative": (text,)}),
        ("case.applicant", lambda text: {"case": dataclasses.replace(CASE, applicant=text)}),
        ("letterhead.footer_columns[0][0]", lambda text: {
            "letterhead": dataclasses.replace(LETTERHEAD, footer_columns=((text,),))
        }),
    ],
)  # fmt: skip
def test_what_cannot_be_printed_is_refused_before_anything_is_set(
    lost: str, place: str, change: Any, fonts: FontSet
) -> None:
    with pytest.raises(GlyphCoverageError) as caught:
        render_document(granted_notice(**change(f"Ein Text {lost} mit Zeichen")), fonts=fonts)
    assert caught.value.missing == {place: lost}
    assert caught.value.message.startswith("Der Text enthält Zeichen, die sich nicht drucken lassen.")


def test_a_word_without_end_fills_the_lines_of_its_paragraph(fonts: FontSet) -> None:
    part = LetterPart(place="opening", paragraphs=(f"Bitte beachten Sie {'a' * 10_000}.",), key="test", version=1)
    pdf, texts = pages_of(granted_notice(letter_parts=(part,), drawing=None), fonts)
    assert sum(text.count("a" * 50) for text in texts) > 0
    ends = []
    for page in pypdfium2.PdfDocument(pdf):
        content = page.get_textpage()
        for index in range(content.count_rects(0, -1)):
            left, bottom, right, top = content.get_rect(index)
            if "a" * 40 in content.get_text_bounded(left, bottom, right, top):
                ends.append(right / MM)
    assert len(ends) > 100
    # The paragraph is 153 mm wide and begins 25 mm from the edge; only its last line may be shorter.
    assert sorted(ends)[1] > 175
    assert max(ends) <= 178.5
