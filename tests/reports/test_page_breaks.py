"""No page begins with a line that says on what, or why, the text before the break rests."""

from __future__ import annotations

import dataclasses

import pypdfium2
import pytest

from reports.contexts import ConditionItem, ConditionKind, DocumentContext, FindingRow, ReasonSection
from reports.contexts.check_report import CheckReport
from reports.fonts import FontSet
from reports.pdf import render_document
from reports.samples import SAMPLES
from reports.samples.permit_notice import granted_notice

FOLLOWERS = ("Rechtsgrundlage", "Begründung:", "Ungeprüft, also", "(§")
SENTENCE = "Die Absteckung ist durch eine Vermessungsstelle nachzuweisen. "


def first_lines(document: DocumentContext, fonts: FontSet) -> list[str]:
    """The first line of what stands on every page but the first; the running head comes after it in the file."""
    pages = list(pypdfium2.PdfDocument(render_document(document, fonts=fonts).pdf))[1:]
    return [page.get_textpage().get_text_range().replace("\u00a0", " ").splitlines()[0] for page in pages]


def conditions(kind: ConditionKind) -> tuple[ConditionItem, ...]:
    """Texts of one to seven lines, so that page breaks fall on every part of one."""
    return tuple(
        ConditionItem(
            kind=kind,
            text="\n\n".join([SENTENCE * (1 + number % 7)] * (1 + number % 2)),
            legal_basis="§ 70 Abs. 1 NBauO",
            reason=SENTENCE * (number % 3),
        )
        for number in range(150)
    )


@pytest.mark.parametrize("kind", [ConditionKind.REQUIREMENT, ConditionKind.ADVISORY_NOTE])
def test_what_a_condition_rests_on_stays_with_it(kind: ConditionKind, fonts: FontSet) -> None:
    found = first_lines(granted_notice(conditions=conditions(kind), drawing=None), fonts)
    assert len(found) > 15
    assert [line for line in found if line.startswith(FOLLOWERS)] == []


def test_what_a_check_rests_on_stays_with_it(fonts: FontSet) -> None:
    sample = SAMPLES["check_report"]
    assert isinstance(sample, CheckReport)
    plain = next(result for result in sample.results if result.unverified)
    results = tuple(
        dataclasses.replace(
            plain,
            check=f"check_{number}",
            message=SENTENCE * (1 + number % 5),
            assumptions=(SENTENCE,) * (number % 4),
            drawn=None,
        )
        for number in range(60)
    )
    found = first_lines(dataclasses.replace(sample, results=results), fonts)
    assert len(found) > 10
    assert [line for line in found if line.startswith(FOLLOWERS)] == []


@pytest.mark.parametrize("name", SAMPLES)
def test_no_page_of_a_sample_begins_with_what_belongs_to_the_page_before(name: str, fonts: FontSet) -> None:
    if name.startswith("site_sign"):
        return
    assert [line for line in first_lines(SAMPLES[name], fonts) if line.startswith(FOLLOWERS)] == []


def test_no_line_ends_between_a_ratio_and_its_number(fonts: FontSet) -> None:
    texts = tuple("Wo " + "i" * length + " gilt die GRZ / II oder GRZ I von 0,40." for length in range(60, 118))
    document = granted_notice(reasons=(ReasonSection(heading="", paragraphs=texts),), drawing=None)
    pages = pypdfium2.PdfDocument(render_document(document, fonts=fonts).pdf)
    text = "\n".join(page.get_textpage().get_text_range() for page in pages).replace("\u00a0", " ")
    assert text.count("GRZ / II") == text.count("GRZ I von") + text.count("GRZ I\r\nvon") == len(texts)


def test_no_line_ends_between_a_paragraph_and_its_subsection(fonts: FontSet) -> None:
    texts = tuple(
        "Wo " + "i" * length + " nach § 31 Abs. 2 BauGB und § 2 Abs. 12 NBauO gilt." for length in range(40, 118)
    )
    findings = tuple(
        FindingRow(title="i" * (number % 10), legal_basis=basis, value="1", limit="2", assessment=f"nach {basis}")
        for number, basis in enumerate(("§ 4 Abs. 4 NBauO, § 2 Abs. 12 NBauO", "§ 145a Abs. 12 BauGB") * 5)
    )
    document = granted_notice(reasons=(ReasonSection(heading="", paragraphs=texts),), findings=findings, drawing=None)
    pages = pypdfium2.PdfDocument(render_document(document, fonts=fonts).pdf)
    text = "\n".join(page.get_textpage().get_text_range() for page in pages).replace("\u00a0", " ")
    assert text.count("§ 31 Abs. 2") >= len(texts)
    assert text.count("§ 2 Abs. 12") == len(texts) + 2 * 5
    assert text.count("§ 145a Abs. 12") == 2 * 5
