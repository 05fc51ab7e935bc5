"""An Anhörung before a refusal."""

from __future__ import annotations

from datetime import date

from reports.contexts import DocumentContext, FindingRow, HearingLetter, ReasonSection, Summary
from reports.samples.cast import ASK, COMMON


def hearing_letter() -> HearingLetter:
    """An Anhörung before a refusal."""
    return HearingLetter(
        **{**COMMON, "verification": None},
        summary=Summary(
            decided="Nach heutigem Stand können wir Ihren Bauantrag nicht genehmigen. Entschieden ist noch nicht.",
            to_do=("Wenn Sie möchten: Äußern Sie sich zu den Gründen, oder ändern Sie Ihre Planung.",),
            until=("18. Dezember 2026",),
            ask=ASK,
        ),
        legal_basis="§ 28 Abs. 1 VwVfG",
        intention="Wir beabsichtigen, Ihren Bauantrag abzulehnen.",
        reasons=(
            ReasonSection(
                heading="Grenzabstand zum Flurstück 17/5",
                paragraphs=("Die östliche Außenwand hält nur 1,85 m Abstand; erforderlich sind 3,00 m.",),
            ),
        ),
        findings=(
            FindingRow(
                title="Grenzabstand",
                legal_basis="§ 5 NBauO",
                value="1,85 m",
                limit="mind. 3,00 m",
                assessment="nicht eingehalten",
            ),
        ),
        due_on=date(2026, 12, 18),
        options=(
            "Sie äußern sich über das Portal oder schriftlich.",
            "Sie ändern die Planung und reichen geänderte Bauvorlagen ein.",
            "Sie nehmen den Antrag zurück.",
        ),
    )


SAMPLES: dict[str, DocumentContext] = {"hearing_letter": hearing_letter()}
