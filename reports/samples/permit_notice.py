"""A Baugenehmigung with everything that one can have."""

from __future__ import annotations

from reports.contexts import (
    ConditionItem,
    ConditionKind,
    ConditionStage,
    DeviationRow,
    DocumentContext,
    PermitNotice,
    ReasonSection,
    Summary,
)
from reports.contexts.decision_parts import deferred_structural_proof
from reports.samples.cast import (
    APPROVED,
    ASK,
    COMMON,
    FINDINGS,
    OVERRIDDEN,
    PARCELS,
    REMEDY,
    SITE_PLAN,
    SITE_PLAN_GEOJSON,
)


def granted_notice(**changes: object) -> PermitNotice:
    """A Baugenehmigung with everything that one can have."""
    values: dict[str, object] = {
        **COMMON,
        "legal_basis": "§ 70 Abs. 1 NBauO",
        "summary": Summary(
            decided="Sie dürfen das Einfamilienhaus mit Garage bauen, so wie es in den genehmigten Bauvorlagen steht.",
            to_do=(
                "Legen Sie vor Baubeginn den Nachweis der Standsicherheit vor (Nebenbestimmung Nr. 2).",
                "Beachten Sie auch die übrigen Nebenbestimmungen; einige gelten schon vor Baubeginn.",
            ),
            until=(
                "Beginnen Sie innerhalb von drei Jahren mit dem Bau, sonst erlischt die Genehmigung.",
                "Sind Sie nicht einverstanden, können Sie innerhalb eines Monats Widerspruch einlegen.",
            ),
            ask=ASK,
        ),
        "operative": (
            "Die Baugenehmigung für den Neubau eines Einfamilienhauses mit Garage wird erteilt.",
            "Die Baugenehmigung ergeht unbeschadet der Rechte Dritter.",
            "Die Kosten des Verfahrens trägt die Bauherrschaft. Über die Höhe ergeht ein gesonderter Bescheid.",
        ),
        "deviations": (
            DeviationRow(
                kind="Befreiung",
                legal_basis="§ 31 Abs. 2 BauGB",
                rule="Bebauungsplan Nr. 12 „Lindenhof“, Baugrenze",
                extent="Überschreitung der südlichen Baugrenze durch die Terrasse um 0,80 m auf 4,50 m Länge",
                reason="Die Grundzüge der Planung werden nicht berührt; die Abweichung ist städtebaulich vertretbar.",
            ),
        ),
        "parcels": PARCELS,
        "conditions": (
            ConditionItem(
                kind=ConditionKind.TIME_LIMIT,
                text="Das Baustellenlager auf dem Flurstück 17/6 ist bis zum 31. Dezember 2028 zu räumen.",
            ),
            deferred_structural_proof(legal_basis="§ 67 Abs. 3 NBauO"),
            ConditionItem(
                kind=ConditionKind.REQUIREMENT,
                stage=ConditionStage.BEFORE_START,
                text="Grundfläche und Höhenlage der baulichen Anlage sind vor Baubeginn abzustecken. Die Absteckung "
                "ist durch eine Vermessungsstelle nachzuweisen.",
            ),
            ConditionItem(
                kind=ConditionKind.REQUIREMENT,
                stage=ConditionStage.DURING_CONSTRUCTION,
                text="Die Linde an der Lindenstraße (Naturdenkmal Nr. 7) ist während der Bauzeit durch einen "
                "ortsfesten Zaun außerhalb der Kronentraufe zu schützen.\n\nIm Wurzelbereich darf weder gelagert noch "
                "befahren werden.",
                reason="Schutz des Naturdenkmals.",
            ),
            ConditionItem(
                kind=ConditionKind.REQUIREMENT,
                stage=ConditionStage.BEFORE_USE,
                text="Vor Aufnahme der Nutzung ist der Anschluss an die öffentliche Abwasseranlage nachzuweisen.",
            ),
            ConditionItem(
                kind=ConditionKind.REQUIREMENT_RESERVATION,
                text="Weitere Auflagen zum Schutz vor Niederschlagswasser bleiben vorbehalten.",
            ),
            ConditionItem(
                kind=ConditionKind.ADVISORY_NOTE,
                text="Beginn und Ende der Bauarbeiten können Sie im Portal anzeigen.",
            ),
            ConditionItem(
                kind=ConditionKind.ADVISORY_NOTE,
                text="Bodenfunde sind unverzüglich der Denkmalschutzbehörde zu melden.",
                legal_basis="§ 14 NDSchG",
            ),
        ),
        "reasons": (
            ReasonSection(
                heading="Sachverhalt",
                paragraphs=(
                    (
                        "Die Bauherrschaft beantragt die Errichtung eines zweigeschossigen Einfamilienhauses mit "
                        "Garage. Das Baugrundstück liegt im Geltungsbereich des Bebauungsplans Nr. 12 „Lindenhof“, der "
                        "dort ein allgemeines Wohngebiet festsetzt."
                    ),
                ),
            ),
            ReasonSection(
                heading="Rechtliche Würdigung",
                paragraphs=(
                    (
                        "Die Baumaßnahme entspricht dem öffentlichen Baurecht, soweit es im vereinfachten "
                        "Baugenehmigungsverfahren zu prüfen ist. Die Baugenehmigung ist deshalb zu erteilen."
                    ),
                    (
                        "Die Befreiung von der Baugrenze ist auch unter Würdigung nachbarlicher Interessen mit den "
                        "öffentlichen Belangen vereinbar."
                    ),
                ),
            ),
        ),
        "findings": (*FINDINGS, OVERRIDDEN),
        "approved_documents": APPROVED,
        "legal_remedy": REMEDY,
        "drawing": SITE_PLAN,
        "site_plan_geojson": SITE_PLAN_GEOJSON,
        "enclosures": ("Lageplan im Maßstab 1:500", "Genehmigte Bauvorlagen (im Portal abrufbar)"),
    }
    return PermitNotice(**{**values, **changes})  # type: ignore[arg-type]


SAMPLES: dict[str, DocumentContext] = {"permit_notice": granted_notice()}
