"""A Berichtigung of two slips of the pen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from reports.contexts import DocumentContext, ReasonSection, Summary
from reports.contexts.correction_notice import CorrectionItem, CorrectionNotice
from reports.formatting import german_date
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


def correction_of_the_instruction() -> CorrectionNotice:
    """A Berichtigung of the Rechtsbehelfsbelehrung: the period for objecting begins anew."""
    return replace(
        correction_notice(),
        summary=Summary(
            decided="Wir berichtigen einen Fehler in Ihrem Bescheid. Der Bescheid gilt weiter.",
            to_do=("Bewahren Sie diese Berichtigung zusammen mit dem Bescheid auf.",),
            until=(
                (
                    "Sind Sie mit dem Bescheid nicht einverstanden, können Sie innerhalb von einem Monat nach "
                    "Bekanntgabe dieser Berichtigung Widerspruch einlegen."
                ),
            ),
            ask=ASK,
        ),
        items=(
            CorrectionItem(
                place="Rechtsbehelfsbelehrung",
                wrong="Marktplatz 9, 30999 Musterstadt",
                right="Rathausplatz 1, 30999 Musterstadt",
            ),
        ),
        reasons=(ReasonSection(heading="", paragraphs=("Die Anschrift der Behörde war veraltet.",)),),
        consequences=(
            "Der Bescheid gilt in der berichtigten Fassung.",
            (
                "Die Frist, in der Sie gegen den Bescheid Widerspruch einlegen können, beginnt mit der Bekanntgabe "
                "dieser Berichtigung neu. Maßgeblich ist die Rechtsbehelfsbelehrung in diesem Schreiben."
            ),
        ),
        legal_remedy=(
            (
                f"Gegen den Bescheid vom {german_date(CONCERNS.dated_on)}, Nummer {CONCERNS.number}, in der Fassung "
                "dieser Berichtigung kann innerhalb eines Monats nach Bekanntgabe dieser Berichtigung Widerspruch "
                "erhoben werden."
            ),
            (
                "Der Widerspruch ist schriftlich, in elektronischer Form oder zur Niederschrift bei der Stadt "
                "Musterstadt, Rathausplatz 1, 30999 Musterstadt, einzulegen."
            ),
        ),
    )


SAMPLES: dict[str, DocumentContext] = {
    "correction_notice": correction_notice(),
    "correction_of_the_instruction": correction_of_the_instruction(),
}
