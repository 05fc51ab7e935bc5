"""A Teilbaugenehmigung for the pit, the foundations and the floor slab."""

from __future__ import annotations

import dataclasses

from reports.contexts import (
    ConditionItem,
    ConditionKind,
    ConditionStage,
    DocumentContext,
    ReasonSection,
    Summary,
)
from reports.contexts.partial_permit import PartialPermit
from reports.samples.cast import APPROVED, ASK, CASE, COMMON, PARCELS, REMEDY, SITE_PLAN


def partial_permit(**changes: object) -> PartialPermit:
    """Works up to the floor slab; the house above has to wait."""
    values: dict[str, object] = {
        **COMMON,
        "case": dataclasses.replace(CASE, procedure="Teilbaugenehmigung (§ 70 NBauO)"),
        "legal_basis": "§ 70 NBauO",
        "summary": Summary(
            decided="Sie dürfen schon jetzt die Baugrube ausheben und die Gründung herstellen, mehr noch nicht.",
            to_do=("Zeigen Sie den Baubeginn mindestens eine Woche vorher an (Nebenbestimmung Nr. 2).",),
            until=(
                "Mit allen übrigen Arbeiten warten Sie, bis die Baugenehmigung da ist.",
                "Sind Sie nicht einverstanden, können Sie innerhalb eines Monats Widerspruch einlegen.",
            ),
            ask=ASK,
        ),
        "operative": (
            "Die Teilbaugenehmigung für die unter II. genannten Arbeiten wird erteilt.",
            "Die Teilbaugenehmigung ergeht unbeschadet der Rechte Dritter.",
            "Die Kosten des Verfahrens trägt die Bauherrschaft. Über die Höhe ergeht ein gesonderter Bescheid.",
        ),
        "covered_works": (
            "Aushub der Baugrube bis 1,10 m unter Gelände einschließlich Verbau",
            "Streifenfundamente und Bodenplatte nach dem geprüften Nachweis der Standsicherheit vom 2. November 2026",
            "Grundleitungen unter der Bodenplatte",
        ),
        "not_allowed": (
            "Wände, Decken und Dach",
            "die Garage an der östlichen Grundstücksgrenze",
            "die Zufahrt von der Lindenstraße",
        ),
        "parcels": PARCELS[:1],
        "conditions": (
            ConditionItem(
                kind=ConditionKind.CONDITION_PRECEDENT,
                stage=ConditionStage.BEFORE_START,
                text="Mit dem Aushub darf erst begonnen werden, wenn die Linde an der Lindenstraße (Naturdenkmal "
                "Nr. 7) durch einen ortsfesten Zaun geschützt ist und die Naturschutzbehörde dies bestätigt hat.",
                reason="Der Wurzelbereich reicht bis 2,50 m an die Baugrube heran.",
            ),
            ConditionItem(
                kind=ConditionKind.REQUIREMENT,
                stage=ConditionStage.BEFORE_START,
                text="Der Beginn der Arbeiten ist der Bauaufsichtsbehörde mindestens eine Woche vorher anzuzeigen.",
                legal_basis="§ 76 Abs. 1 NBauO",
            ),
            ConditionItem(
                kind=ConditionKind.REVOCATION_RESERVATION,
                text="Die Teilbaugenehmigung kann widerrufen werden, wenn der Bauantrag abgelehnt oder zurückgenommen "
                "wird.",
            ),
            ConditionItem(
                kind=ConditionKind.ADVISORY_NOTE,
                text="Wer mehr baut, als diese Teilbaugenehmigung erlaubt, baut ohne Genehmigung.",
            ),
        ),
        "reasons": (
            ReasonSection(
                heading="",
                paragraphs=(
                    (
                        "Der Bauantrag ist vollständig. Die Prüfung hat ergeben, dass die Gründung an dieser Stelle "
                        "und in diesem Umfang dem öffentlichen Baurecht entspricht."
                    ),
                    (
                        "Über die Garage kann erst entschieden werden, wenn die Nachbarn gehört sind. Die "
                        "Bauherrschaft hat ein berechtigtes Interesse daran, die Gründung vor dem Frost herzustellen."
                    ),
                ),
            ),
        ),
        "remaining": (
            "Ihren Bauantrag prüfen wir weiter. Offen sind die Beteiligung der Nachbarn und die Zufahrt.",
            (
                "Die Teilbaugenehmigung gibt Ihnen keinen Anspruch auf die Baugenehmigung. Wird diese versagt, haben "
                "Sie die bis dahin ausgeführten Arbeiten auf eigene Gefahr ausgeführt."
            ),
        ),
        "approved_documents": APPROVED[:2],
        "legal_remedy": REMEDY,
        "drawing": SITE_PLAN,
        "enclosures": ("Lageplan im Maßstab 1:500",),
    }
    return PartialPermit(**{**values, **changes})  # type: ignore[arg-type]


SAMPLES: dict[str, DocumentContext] = {"partial_permit": partial_permit()}
