"""Setting a document does not measure its texts over and over: columns have their widths given."""

from __future__ import annotations

from typing import Any

import pypdfium2
import pytest
import weasyprint.layout.preferred as preferred

from reports.fonts import FontSet
from reports.pdf import render_document
from reports.samples import SAMPLES


@pytest.mark.parametrize("name", ["permit_notice", "check_report", "fee_notice", "consultation_letter"])
def test_fewer_texts_are_measured_in_advance_than_lines_are_printed(
    name: str, fonts: FontSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured = []
    measure = preferred.split_first_line

    def count(text: str, *rest: Any, **options: Any) -> Any:
        measured.append(text)
        return measure(text, *rest, **options)

    monkeypatch.setattr(preferred, "split_first_line", count)
    pdf = render_document(SAMPLES[name], fonts=fonts).pdf
    lines = sum(page.get_textpage().get_text_range().count("\n") for page in pypdfium2.PdfDocument(pdf))
    assert len(measured) < 2 * lines
