"""Anschreiben zur Bekanntgabe: the letter that brings a printed notice to one of its recipients."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reports.contexts.parts import DocumentContext
from reports.registry import document_kind


@document_kind("cover_letter", title="Anschreiben zur Bekanntgabe", version="1")
@dataclass(frozen=True, kw_only=True)
class CoverLetter(DocumentContext):
    """Anschreiben: carries the address of a recipient whom the window of the notice does not show (§ 41 Abs. 1 VwVfG).

    ``pages``: how many pages the notice has, None where that is not known.
    """

    notice_title: str
    notice_number: str
    notice_on: date
    pages: int | None = None
    check_url: str = ""
    check_code: str = ""
