"""A word is parted with a hyphen or not at all."""

from __future__ import annotations

import dataclasses
import html
import re

import pypdfium2
import pytest

from reports.contexts import FindingRow
from reports.contexts.correction_notice import CorrectionItem, CorrectionNotice
from reports.fonts import FontSet
from reports.pdf import RenderedDocument, render_document
from reports.samples import SAMPLES
from reports.samples.permit_notice import granted_notice

WORD = re.compile(r"[A-Za-zÄÖÜäöüß]{2,}")
ASSUMED = (
    "Vorhandene Anlagen, die keine Gebäude sind (Stellplätze, Wege), sind im Lageplan vollständig gezeichnet. "
    "Für den Bebauungsplan gilt die BauNVO 1977; die Grenze für Nebenanlagen ist nicht bewertet."
)


def words(text: str) -> set[str]:
    """The words of letters in a text; of an address or checksum, which may break anywhere, none."""
    plain = re.sub(r"\S*[0-9@/_]\S*|\S*\w\.\w\S*", " ", text)
    return set(WORD.findall(plain))


def printed(pdf: bytes) -> str:
    """The text of all pages, parted words joined."""
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]
    return re.sub(r"\ufffe\s*", "", "\n".join(pages)).replace("\u00a0", " ")


def written(document: RenderedDocument) -> set[str]:
    """The words that a document is made of: its texts and those of its drawings."""
    drawn = [asset.content.decode() for asset in document.assets.values() if asset.media_type == "image/svg+xml"]
    text = html.unescape(re.sub(r"<[^>]*>", " ", " ".join([document.html, *drawn])))
    # A line may end at a hyphen of the word itself ("Banking-App").
    return set(WORD.findall(text)) | set(WORD.findall(text.replace("-", "")))


@pytest.mark.parametrize("name", SAMPLES)
def test_no_word_of_a_document_breaks_without_hyphen(name: str, rendered: dict[str, RenderedDocument]) -> None:
    # "Seite 1 von 3" and the numbers of headings come from the styles.
    known = written(rendered[name]) | {"Seite", "von", "II", "III", "IV", "VI", "VII", "VIII", "IX"}
    assert words(printed(rendered[name].pdf)) - known == set()


def test_no_word_in_a_column_breaks_without_hyphen_wherever_its_line_ends(fonts: FontSet) -> None:
    findings = tuple(
        FindingRow(
            title="Grundflächenzahl",
            legal_basis="§ 19 BauNVO",
            value="0,11",
            limit="0,30",
            assessment="eingehalten",
            reason=ASSUMED,
            assumptions=(f"{'i' * (number % 30)} {'von ' * (number // 30)}{ASSUMED}",),
        )
        for number in range(60)
    )
    text = printed(render_document(granted_notice(findings=findings, drawing=None), fonts=fonts).pdf)
    assert len(re.findall(r"die\s+Grenze\s+für", text)) == 2 * len(findings)


def test_no_word_beside_strong_words_breaks_without_hyphen(fonts: FontSet) -> None:
    sample = SAMPLES["correction_notice"]
    assert isinstance(sample, CorrectionNotice)
    items = tuple(
        CorrectionItem(
            place="Nebenbestimmung Nr. 2", wrong=f"{'i' * length} {ASSUMED}", right=f"{'i' * length} {ASSUMED}"
        )
        for length in range(1, 40)
    )
    text = printed(render_document(dataclasses.replace(sample, items=items), fonts=fonts).pdf)
    assert len(re.findall(r"die\s+Grenze\s+für", text)) == 2 * len(items)
