"""A decision on three deviations: an Abweichung and a Befreiung granted, an Ausnahme refused."""

from __future__ import annotations

import dataclasses

from reports.contexts import (
    ConditionItem,
    ConditionKind,
    ConditionStage,
    DeviationRow,
    DocumentContext,
    ReasonSection,
    Summary,
)
from reports.contexts.deviation_decision import DeviationDecision
from reports.samples.cast import APPROVED, ASK, CASE, COMMON, PARCELS, REMEDY, SITE_PLAN

DEVIATIONS = (
    DeviationRow(
        kind="Abweichung",
        rule="§ 5 Abs. 2 NBauO, Grenzabstand zum Flurstück 17/5",
        extent="Abstand der östlichen Außenwand 2,60 m statt 3,00 m auf einer Länge von 3,20 m",
        legal_basis="§ 66 Abs. 1 NBauO",
        reason="Die Wand hat dort keine Fenster. Besonnung und Belüftung des Nachbarhauses bleiben unverändert, wie "
        "der Schattenplan vom 25. September 2026 zeigt.\n\nDie Eigentümer des Flurstücks 17/5 haben am 2. November "
        "2026 schriftlich zugestimmt.",
    ),
    DeviationRow(
        kind="Befreiung",
        rule="Bebauungsplan Nr. 12 „Lindenhof“, südliche Baugrenze",
        extent="Überschreitung durch die Terrasse um 0,80 m auf 4,50 m Länge",
        legal_basis="§ 31 Abs. 2 Nr. 2 BauGB",
        reason="Die Grundzüge der Planung werden nicht berührt. Die Abweichung ist städtebaulich vertretbar und auch "
        "unter Würdigung nachbarlicher Interessen mit den öffentlichen Belangen vereinbar.",
    ),
    DeviationRow(
        kind="Ausnahme",
        rule="Bebauungsplan Nr. 12 „Lindenhof“, textliche Festsetzung Nr. 4 (Nebenanlagen im Vorgarten)",
        extent="Gartenhaus von 12 m² Grundfläche im Vorgarten",
        legal_basis="§ 31 Abs. 1 BauGB",
        granted=False,
        reason="Der Bebauungsplan lässt Ausnahmen nur für Anlagen bis 6 m² Grundfläche zu.",
    ),
)


def deviation_decision(**changes: object) -> DeviationDecision:
    """Each rule decided by itself."""
    values: dict[str, object] = {
        **COMMON,
        "case": dataclasses.replace(CASE, procedure="Antrag auf Abweichung, Ausnahme und Befreiung"),
        "legal_basis": "§ 66 NBauO; § 31 BauGB",
        "summary": Summary(
            decided="Der geringere Grenzabstand und die größere Terrasse sind zugelassen, das Gartenhaus ist es nicht.",
            to_do=("Mit diesem Bescheid dürfen Sie noch nicht bauen. Dafür brauchen Sie die Baugenehmigung.",),
            until=("Sind Sie nicht einverstanden, können Sie innerhalb eines Monats Widerspruch einlegen.",),
            ask=ASK,
        ),
        "operative": (
            "Die Abweichung Nr. 1 und die Befreiung Nr. 2 werden zugelassen.",
            "Der Antrag auf die Ausnahme Nr. 3 wird abgelehnt.",
            "Die Kosten des Verfahrens trägt die Bauherrschaft. Über die Höhe ergeht ein gesonderter Bescheid.",
        ),
        "deviations": DEVIATIONS,
        "parcels": PARCELS[:1],
        "conditions": (
            ConditionItem(
                kind=ConditionKind.REQUIREMENT,
                stage=ConditionStage.IN_USE,
                text="In die östliche Außenwand dürfen auch später keine Fenster eingebaut werden, solange ihr Abstand "
                "zum Flurstück 17/5 weniger als 3,00 m beträgt.",
                reason="Die Zulassung beruht darauf, dass die Wand keine Öffnungen hat.",
            ),
        ),
        "reasons": (
            ReasonSection(
                heading="",
                paragraphs=(
                    (
                        "Der Antrag ist begründet, soweit die Vorschriften ihren Zweck auch ohne ihre wörtliche "
                        "Einhaltung erreichen. Die Nachbarn sind gehört worden; Einwendungen haben sie nicht erhoben."
                    ),
                ),
            ),
        ),
        "scope": (
            "Dieser Bescheid ersetzt nicht die Baugenehmigung. Andere Vorschriften hat die Behörde hier nicht geprüft.",
        ),
        "approved_documents": APPROVED[:1],
        "legal_remedy": REMEDY,
        "drawing": SITE_PLAN,
        "enclosures": ("Lageplan im Maßstab 1:500",),
    }
    return DeviationDecision(**{**values, **changes})  # type: ignore[arg-type]


SAMPLES: dict[str, DocumentContext] = {"deviation_decision": deviation_decision()}
