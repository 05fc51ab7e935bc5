"""A Widerruf of a Baugenehmigung whose requirement was not met, and a Rücknahme of an unlawful one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from reports.contexts import DocumentContext, ReasonSection, Summary
from reports.contexts.notice_reference import NoticeReference
from reports.contexts.revocation_notice import RevocationNotice
from reports.samples.cast import ASK, COMMON, REMEDY

CONCERNS = NoticeReference(
    title="Baugenehmigung",
    number="63-00042-2026-B1",
    dated_on=date(2026, 11, 20),
    sha256="3f0a1c5e9d27b4860a6c1f3e5d7b9a8c2e4f60718293a4b5c6d7e8f901234567",
    register_number=118,
)


def revocation_notice() -> RevocationNotice:
    """A Widerruf after a requirement was not met."""
    return RevocationNotice(
        **{**COMMON, "dated_on": date(2027, 6, 14)},
        summary=Summary(
            decided="Wir widerrufen Ihre Baugenehmigung. Sie dürfen nicht weiterbauen.",
            to_do=("Bauen Sie nicht weiter, sobald Sie diesen Bescheid erhalten haben.",),
            until=("Sind Sie nicht einverstanden, können Sie innerhalb eines Monats Widerspruch einlegen.",),
            ask=ASK,
        ),
        withdrawn=False,
        concerns=CONCERNS,
        legal_basis="§ 49 Abs. 2 Satz 1 Nr. 2 VwVfG",
        operative=(
            "Der Bescheid „Baugenehmigung“ vom 20. November 2026, Nummer 63-00042-2026-B1, wird widerrufen.",
            "Der Widerruf gilt für die Zukunft; er wird mit der Bekanntgabe dieses Bescheids wirksam.",
            "Die Baustelle ist bis zum 15. Juli 2027 zu sichern.",
        ),
        reasons=(
            ReasonSection(
                heading="",
                paragraphs=(
                    (
                        "Nach Auflage 2 der Baugenehmigung war vor Baubeginn die Standsicherheit durch einen geprüften "
                        "Nachweis zu belegen. Trotz zweier Aufforderungen vom 1. März und 12. April liegt er nicht "
                        "vor; gebaut wird seit dem 3. Mai 2027."
                    ),
                    (
                        "Der Widerruf liegt in unserem Ermessen. Ein milderes Mittel besteht nicht: Die Fristen sind "
                        "fruchtlos verstrichen. Ihr Interesse am Bestand der Genehmigung tritt hinter der Sicherheit "
                        "der Menschen auf und neben der Baustelle zurück."
                    ),
                ),
            ),
        ),
        hearing="Sie wurden mit Schreiben vom 10. Mai 2027 angehört und haben sich nicht geäußert.",
        legal_remedy=REMEDY,
    )


def withdrawal_notice() -> RevocationNotice:
    """A Rücknahme of a Baugenehmigung that was unlawful from the start."""
    return replace(
        revocation_notice(),
        summary=Summary(
            decided="Wir nehmen Ihre Baugenehmigung zurück. Sie gilt als nie erteilt.",
            to_do=("Bauen Sie nicht.",),
            until=("Sind Sie nicht einverstanden, können Sie innerhalb eines Monats Widerspruch einlegen.",),
            ask=ASK,
        ),
        withdrawn=True,
        legal_basis="§ 48 Abs. 1 und 3 VwVfG",
        operative=(
            "Der Bescheid „Baugenehmigung“ vom 20. November 2026, Nummer 63-00042-2026-B1, wird zurückgenommen.",
            "Die Rücknahme gilt auch für die Vergangenheit.",
        ),
    )


SAMPLES: dict[str, DocumentContext] = {
    "revocation_notice": revocation_notice(),
    "withdrawal_notice": withdrawal_notice(),
}
