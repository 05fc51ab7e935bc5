"""How many pages a PDF of our own has."""

from __future__ import annotations

import io

import pikepdf


def page_count(pdf: bytes) -> int | None:
    """Pages of ``pdf``; None where it cannot be read. Not for files from outside (``pdf_inspect`` looks into those)."""
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            return len(document.pages)
    except pikepdf.PdfError:
        return None
