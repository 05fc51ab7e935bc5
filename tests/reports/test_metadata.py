"""What a file says about itself, where viewers and archives read it."""

from __future__ import annotations

import dataclasses
import io

import pikepdf
import pytest

from reports.contexts import DocumentContext
from reports.fonts import FontSet
from reports.pdf import RenderedDocument, render_document
from reports.samples import SAMPLES
from reports.samples.cast import CASE, LETTERHEAD
from reports.samples.receipt import receipt


@pytest.mark.parametrize("name", SAMPLES)
def test_title_and_description_have_plain_spaces(name: str, rendered: dict[str, RenderedDocument]) -> None:
    sample = SAMPLES[name]
    title = f"{sample.heading} {sample.case.case_number} – {sample.letterhead.authority_name}"
    assert_metadata(rendered[name], title, sample)


def test_no_break_spaces_of_the_words_themselves_do_not_reach_the_title(fonts: FontSet) -> None:
    case = dataclasses.replace(CASE, case_number="63\u00a042", proposal="Anbau von 3,00\u00a0m")
    letterhead = dataclasses.replace(LETTERHEAD, authority_name="Stadt\u00a0Musterstadt")
    sample = receipt(case=case, letterhead=letterhead)
    assert_metadata(render_document(sample, fonts=fonts), f"{sample.heading} 63 42 – Stadt Musterstadt", sample)


def assert_metadata(item: RenderedDocument, title: str, sample: DocumentContext) -> None:
    """The title is ``title``, in XMP and in the older dictionary; the description names the project; plain spaces."""
    assert item.title == title
    with pikepdf.open(io.BytesIO(item.pdf)) as pdf:
        said = {str(key): str(value) for key, value in pdf.docinfo.items()}
        packet = pdf.Root.Metadata.read_bytes().decode()
        assert said["/Title"] == title
        assert pdf.open_metadata().get("dc:title") == title
    assert sample.case.proposal.replace("\u00a0", " ") in said["/Subject"]
    assert "\u00a0" not in "".join(said.values()) + packet
