"""Words of the field are parted where German parts them, and a parted word is still found and heard whole."""

from __future__ import annotations

import io
import re
import subprocess
from pathlib import Path

import pikepdf
import pypdfium2
import pyphen
import pytest

from reports.contexts import ReasonSection
from reports.fonts import FontSet
from reports.hyphenation import LANGUAGE, register
from reports.pdf import RenderedDocument, render_document
from reports.samples.permit_notice import granted_notice
from tests.reports.reading import heard

WORDS = (Path(__file__).with_name("hyphenation.txt")).read_text(encoding="utf-8").split()
SOFT_HYPHEN = "\u00ad"


def test_every_word_of_the_field_is_parted_as_german_parts_it() -> None:
    register()
    german = pyphen.Pyphen(lang=LANGUAGE, left=2, right=2)
    assert len(WORDS) > 350
    assert [german.inserted(word.replace("-", "")) for word in WORDS] == WORDS


def lines_with(word: str, fonts: FontSet) -> tuple[bytes, int]:
    """A notice with ``word`` at every place at the end of a line, and how often it stands there."""
    texts = tuple(f"Wo {'i' * 60} {'i' * length} am {word} endet." for length in range(20, 80))
    reasons = (ReasonSection(heading="", paragraphs=texts),)
    document = granted_notice(reasons=reasons, summary=None, parcels=(), conditions=(), drawing=None)
    return render_document(document, fonts=fonts).pdf, len(texts)


@pytest.mark.parametrize("word", ["Baugrundstück", "Baugrundstücksgrenze", "Rücknahme", "Sachbearbeiterin"])
def test_documents_part_words_where_german_parts_them_and_search_finds_them(word: str, fonts: FontSet) -> None:
    pdf, times = lines_with(word, fonts)
    allowed = next(whole for whole in WORDS if whole.replace("-", "") == word).split("-")
    beginnings = {"".join(allowed[:count]) for count in range(1, len(allowed))}
    found = parted = 0
    for page in pypdfium2.PdfDocument(pdf):
        text = page.get_textpage().get_text_range()
        # PDFium gives U+FFFE for the hyphen of a parted word; browsers leave it out before they search.
        found += text.replace("\ufffe", "").count(word)
        for end in re.finditer(r"am (\w+)[\ufffe\u2010-]", text):
            parted += 1
            assert end[1] in beginnings
    assert parted >= 3
    # The subject and the decision above may name it, too.
    assert found >= times


def test_a_parted_word_is_whole_in_extracted_text(fonts: FontSet, tmp_path: Path) -> None:
    pdf, times = lines_with("Baugrundstück", fonts)
    (tmp_path / "notice.pdf").write_bytes(pdf)
    done = subprocess.run(["pdftotext", str(tmp_path / "notice.pdf"), "-"], capture_output=True, text=True, check=True)
    assert len(re.findall(r"am\s+Baugrundstück\s+endet", done.stdout)) == times
    assert SOFT_HYPHEN not in done.stdout
    assert SOFT_HYPHEN not in "".join(heard(pdf))


def test_no_document_bears_soft_hyphens(rendered: dict[str, RenderedDocument]) -> None:
    for item in rendered.values():
        assert SOFT_HYPHEN not in item.html
        with pikepdf.open(io.BytesIO(item.pdf)) as pdf:
            assert str(pdf.Root.Lang) == "de"
