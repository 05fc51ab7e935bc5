"""Letters about neighbours, consultees and time: who is named, which days fit together, texts of any kind."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pypdfium2
import pytest

from reports.contexts import DocumentContext
from reports.contexts.deadline_extension import DeadlineExtension, TimeOf
from reports.contexts.fiction_certificate import FictionCertificate
from reports.errors import ContradictionError
from reports.fonts import FontSet
from reports.pdf import RenderedDocument, render_document
from reports.samples import SAMPLES
from reports.samples.consultation_letter import consultation_letter
from reports.samples.deadline_extension import deadline_extension
from reports.samples.deemed_withdrawal import deemed_withdrawal
from reports.samples.fiction_certificate import fiction_certificate
from reports.samples.neighbour_hearing import neighbour_hearing
from reports.samples.validity_extension import validity_extension

LETTERS: tuple[Callable[..., DocumentContext], ...] = (
    consultation_letter,
    deadline_extension,
    deemed_withdrawal,
    fiction_certificate,
    neighbour_hearing,
    validity_extension,
)
NASTY = '<script>alert(1)</script> &amp; {{ d.case }} {% load x %} <img src="file:///etc/passwd">'
ENDLESS = "Grundstücksentwässerung" * 12
# Parts that are no free text: addresses, colours, markup, hashes, numbers with their unit.
FIXED = {
    *("letterhead", "contact", "seal", "verification", "drawing", "result_drawings", "summary"),
    *("case_number", "sha256", "value", "limit"),
}


def with_text(value: Any, text: str) -> Any:
    """A context whose every free text is ``text``."""
    if isinstance(value, str) and not hasattr(value, "value"):
        return text
    if isinstance(value, tuple):
        return tuple(with_text(item, text) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = [item.name for item in dataclasses.fields(value) if item.name not in FIXED]
        changes: dict[str, Any] = {name: with_text(getattr(value, name), text) for name in fields}
        return dataclasses.replace(value, **changes)
    return value


def text_of(pdf: bytes) -> str:
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]
    return "".join(pages).replace("\u00a0", " ").replace("\r\n", " ")


def test_a_neighbour_learns_nothing_about_the_applicant(rendered: dict[str, RenderedDocument]) -> None:
    paper = rendered["neighbour_hearing"]
    assert SAMPLES["neighbour_hearing"].case.applicant == ""
    for secret in ("Brandt", "Bauherrschaft</th>"):
        assert secret not in paper.html
        assert secret not in json.dumps(dict(paper.context), ensure_ascii=False)


def test_a_neighbour_whom_no_deviation_concerns_gets_a_letter_and_a_form(fonts: FontSet) -> None:
    text = text_of(render_document(neighbour_hearing(concerns=()), fonts=fonts).pdf)
    assert "Das Vorhaben kann Ihre" in text
    assert "Worum es geht" not in text
    assert "Ich stimme nicht zu." in text


def test_the_certificate_repeats_the_whole_permit(rendered: dict[str, RenderedDocument]) -> None:
    html = rendered["fiction_certificate"].html.replace("\u00a0", " ")
    sample = SAMPLES["fiction_certificate"]
    assert isinstance(sample, FictionCertificate)
    assert "gilt seit dem 19. November 2026 als erteilt." in html
    for condition in sample.conditions:
        assert condition.text in html
    for document in sample.approved_documents:
        assert document.sha256 in html
    for sentence in (*sample.operative, *sample.validity, *sample.legal_remedy, *(step.title for step in sample.steps)):
        assert sentence in html
    for row in sample.deviations:
        assert row.extent in html


def test_no_day_of_a_deemed_withdrawal_is_left_out(rendered: dict[str, RenderedDocument]) -> None:
    text = text_of(rendered["deemed_withdrawal"].pdf)
    for day in ("8. September", "8. Oktober", "29. Oktober", "19. November", "20. November"):
        assert f"{day} 2026" in text


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"due_on": date(2026, 12, 4)}, "due_on"),
        ({"time_of": TimeOf.AUTHORITY, "reasons": ()}, "reasons"),
        ({"time_of": TimeOf.AUTHORITY, "dated_on": date(2026, 12, 5)}, "dated_on"),
    ],
    ids=["no longer than before", "our time without a reason", "our time when it is over"],
)
def test_an_extension_that_is_none_is_refused(change: dict[str, object], place: str) -> None:
    with pytest.raises(ContradictionError) as caught:
        deadline_extension(**change)
    assert caught.value.places == (place,)


def test_the_addressee_may_be_given_time_that_is_over() -> None:
    late = deadline_extension(dated_on=date(2026, 12, 7))
    assert isinstance(late, DeadlineExtension)
    assert late.heading == "Verlängerung Ihrer Frist"


@pytest.mark.parametrize(
    "days",
    [
        {"dated_on": date(2026, 11, 19)},
        {"last_day": date(2026, 11, 20)},
        {"expired_on": date(2026, 11, 21)},
        {"requested_on": date(2026, 10, 9)},
    ],
    ids=["told too early", "last day is the day itself", "time ends after it", "asked after the time"],
)
def test_days_of_a_deemed_withdrawal_that_contradict_each_other_are_refused(days: dict[str, date]) -> None:
    with pytest.raises(ContradictionError):
        deemed_withdrawal(**days)


def test_a_permit_is_not_certified_before_it_counts_as_granted() -> None:
    with pytest.raises(ContradictionError, match="noch nicht als erteilt"):
        fiction_certificate(dated_on=date(2026, 11, 18))
    steps = fiction_certificate().steps
    with pytest.raises(ContradictionError, match="Reihenfolge"):
        fiction_certificate(steps=steps[::-1])


def test_a_validity_is_extended_beyond_its_end_and_on_request_before_it() -> None:
    sample = validity_extension()
    with pytest.raises(ContradictionError, match="nach dem bisherigen Ende"):
        validity_extension(new_end_on=sample.old_end_on)
    with pytest.raises(ContradictionError, match="vor dem Ende beantragt"):
        validity_extension(requested_on=sample.old_end_on + timedelta(days=1))
    assert not sample.is_retroactive
    assert validity_extension(dated_on=sample.old_end_on + timedelta(days=1)).is_retroactive


@pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: letter.__name__)
def test_nasty_and_endless_words_in_every_text_are_printed_inside_the_margins(
    letter: Callable[..., DocumentContext], fonts: FontSet
) -> None:
    result = render_document(with_text(letter(), f"{NASTY} {ENDLESS}"), fonts=fonts)
    text = text_of(result.pdf)
    assert "<script>alert(1)</script>" in text
    assert "{% load x %}" in text
    assert "root:" not in text
    for page in pypdfium2.PdfDocument(result.pdf):
        content = page.get_textpage()
        right = max(content.get_charbox(index)[2] for index in range(content.count_chars()))
        assert right <= page.get_width() - 11 * 72 / 25.4


def test_a_consultation_with_three_hundred_documents_names_them_all(fonts: FontSet) -> None:
    one = consultation_letter().documents[0]
    documents = tuple(dataclasses.replace(one, title=f"Unterlage {number:03}") for number in range(1, 301))
    text = text_of(render_document(consultation_letter(documents=documents), fonts=fonts).pdf)
    assert all(f"Unterlage {number:03}" in text for number in range(1, 301))
