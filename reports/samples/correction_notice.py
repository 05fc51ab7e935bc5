"""A Berichtigung of two slips of the pen."""

from __future__ import annotations

from datetime import date

from reports.contexts import DocumentContext, ReasonSection, Summary
from reports.contexts.correction_notice import CorrectionItem, CorrectionNotice
from reports.samples.cast import ASK, COMMON
from reports.samples.revocation_notice import CONCERNS


def correction_notice() -> CorrectionNotice:
    """A Berichtigung of two slips of the pen."""
    return CorrectionNotice(
        **{**COMMON, "dated_on": date(2026, 12, 1)},
        summary=Summary(
            decided="Wir berichtigen Schreibfehler in Ihrem Bescheid. Er gilt weiter.",
            to_do=("Bewahren Sie diese Berichtigung zusammen mit dem Bescheid auf.",),
            ask=ASK,
        ),
        concerns=CONCERNS,
        legal_basis="§ 42 Satz 1 VwVfG",
        items=(
            CorrectionItem(place="Seite 1, Baugrundstück", wrong="Lindenstraße 41", right="Lindenstraße 14"),
            CorrectionItem(
                place="Seite 2, Auflage 3",
                wrong="Die Rohbauabnahme ist drei Tage vorher anzuzeigen.",
                right="Die Rohbauabnahme ist drei Werktage vorher anzuzeigen.",
            ),
        ),
        reasons=(
            ReasonSection(
                heading="",
                paragraphs=(
                    (
                        "Es handelt sich um offenbare Unrichtigkeiten: Antrag und Bauvorlagen nennen durchgehend die "
                        "Hausnummer 14."
                    ),
                ),
            ),
        ),
        consequences=(
            "Der Bescheid gilt in der berichtigten Fassung.",
            "Die Frist, in der Sie gegen den Bescheid Widerspruch einlegen können, ändert sich nicht.",
        ),
    )


SAMPLES: dict[str, DocumentContext] = {"correction_notice": correction_notice()}
