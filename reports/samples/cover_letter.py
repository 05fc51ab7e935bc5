"""A letter that brings the second owner his copy of a Baugenehmigung."""

from __future__ import annotations

from datetime import date

from reports.contexts import DocumentContext, Recipient
from reports.contexts.cover_letter import CoverLetter
from reports.samples.cast import COMMON, VERIFICATION


def cover_letter() -> CoverLetter:
    """The letter for a firm that owns the site together with somebody else."""
    return CoverLetter(
        **{
            **COMMON,
            "recipient": Recipient(address_lines=("Brandt Immobilien GbR", "Am Markt 3", "30999 Musterstadt")),
            "seal": None,
            "verification": None,
            "signatories": (),
        },
        notice_title="Baugenehmigung",
        notice_number="63-00042-2026-B1",
        notice_on=date(2026, 11, 20),
        pages=9,
        check_url=VERIFICATION.url,
        check_code=VERIFICATION.code,
    )


SAMPLES: dict[str, DocumentContext] = {"cover_letter": cover_letter()}
