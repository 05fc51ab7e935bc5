"""A Verlängerung der Geltungsdauer in time, and one that reaches back, with conditions."""

from __future__ import annotations

import dataclasses
from datetime import date

from reports.contexts import (
    ConditionItem,
    ConditionKind,
    ConditionStage,
    DocumentContext,
    ReasonSection,
    Summary,
)
from reports.contexts.validity_extension import ValidityExtension
from reports.samples.cast import ASK, CASE, COMMON, PARCELS, RECIPIENT, REMEDY


def validity_extension(**changes: object) -> ValidityExtension:
    """Another three years for a Baugenehmigung, asked for and granted in time."""
    values: dict[str, object] = {
        **COMMON,
        "case": dataclasses.replace(CASE, procedure="Verlängerung der Geltungsdauer", applied_on=None),
        "summary": Summary(
            decided="Ihre Baugenehmigung gilt drei Jahre länger.",
            to_do=("Beginnen Sie innerhalb dieser Zeit mit dem Bau. Alle Nebenbestimmungen gelten weiter.",),
            until=("27. November 2029",),
            ask=ASK,
        ),
        "permit": "Baugenehmigung",
        "permit_number": "63-00107-2023-B1",
        "permit_dated_on": date(2023, 11, 27),
        "requested_on": date(2026, 11, 2),
        "old_end_on": date(2026, 11, 27),
        "new_end_on": date(2029, 11, 27),
        "legal_basis": "§ 71 Satz 3 NBauO",
        "operative": (
            (
                "Die Geltungsdauer der Baugenehmigung vom 27. November 2023 wird bis zum Ablauf des 27. November 2029 "
                "verlängert."
            ),
            "Inhalt, Nebenbestimmungen und genehmigte Bauvorlagen der Baugenehmigung bleiben unverändert.",
            "Die Kosten des Verfahrens trägt die Bauherrschaft. Über die Höhe ergeht ein gesonderter Bescheid.",
        ),
        "parcels": PARCELS,
        "reasons": (
            ReasonSection(
                heading="",
                paragraphs=(
                    (
                        "Sie haben die Verlängerung beantragt, bevor die Baugenehmigung erloschen ist. Die Rechtslage "
                        "hat sich seit der Erteilung nicht so geändert, dass das Vorhaben heute unzulässig wäre. Die "
                        "Geltungsdauer kann deshalb um höchstens drei Jahre verlängert werden; diesen Rahmen schöpfen "
                        "wir aus."
                    ),
                ),
            ),
        ),
        "outlook": (
            (
                "Die Baugenehmigung erlischt, wenn Sie nicht bis zum Ablauf des 27. November 2029 mit den Bauarbeiten "
                "beginnen oder die Arbeiten danach drei Jahre lang unterbrechen (§ 71 NBauO)."
            ),
            (
                "Reicht auch diese Zeit nicht, können Sie eine weitere Verlängerung beantragen. Ihr Antrag muss vor "
                "dem Ende bei uns eingehen."
            ),
        ),
        "legal_remedy": REMEDY,
    }
    return ValidityExtension(**{**values, **changes})  # type: ignore[arg-type]


def late_extension() -> ValidityExtension:
    """Decided after the old end, with a new condition, for two owners."""
    return validity_extension(
        recipient=dataclasses.replace(
            RECIPIENT,
            salutation="Sehr geehrte Damen und Herren,",
            addressees=(
                "Annika Brandt, Lindenstraße 12, 30999 Musterstadt",
                "Brandt Immobilien GbR, Am Markt 3, 30999 Musterstadt",
            ),
        ),
        summary=Summary(
            decided="Ihre Baugenehmigung gilt ohne Unterbrechung weiter, jetzt bis zum 26. Oktober 2029.",
            to_do=("Beachten Sie die neue Auflage zum Baumschutz.",),
            until=("Beginnen Sie bis zum 26. Oktober 2029 mit dem Bau.",),
            ask=ASK,
        ),
        permit_dated_on=date(2023, 10, 26),
        requested_on=date(2026, 10, 12),
        old_end_on=date(2026, 10, 26),
        new_end_on=date(2029, 10, 26),
        operative=(
            (
                "Die Geltungsdauer der Baugenehmigung vom 26. Oktober 2023 wird bis zum Ablauf des 26. Oktober 2029 "
                "verlängert."
            ),
        ),
        retroaction="Das ist möglich, weil Ihr Antrag vorher eingegangen ist (§ 71 Satz 4 NBauO).",
        conditions=(
            ConditionItem(
                kind=ConditionKind.REQUIREMENT,
                stage=ConditionStage.DURING_CONSTRUCTION,
                text="Die Linde an der Lindenstraße (Naturdenkmal Nr. 7) ist während der Bauzeit durch einen "
                "ortsfesten Zaun außerhalb der Kronentraufe zu schützen.",
                legal_basis="§ 28 Abs. 2 BNatSchG",
                reason="Die Linde steht seit 2025 unter Schutz.",
            ),
        ),
        outlook=(),
    )


SAMPLES: dict[str, DocumentContext] = {
    "validity_extension": validity_extension(),
    "validity_extension_late": late_extension(),
}
