"""An Ablehnung after a hearing."""

from __future__ import annotations

from reports.contexts import DocumentContext, FindingRow, ReasonSection, RefusalNotice, Summary
from reports.samples.cast import ASK, COMMON, PARCELS, REMEDY, SITE_PLAN


def refused_notice(**changes: object) -> RefusalNotice:
    """An Ablehnung after a hearing."""
    values: dict[str, object] = {
        **COMMON,
        "legal_basis": "§ 70 Abs. 1 NBauO",
        "summary": Summary(
            decided="Wir können Ihren Bauantrag nicht genehmigen, weil das Haus zu nah an der Grenze steht.",
            to_do=("Sie dürfen nicht bauen. Sie können einen geänderten Antrag stellen.",),
            until=("Sind Sie nicht einverstanden, können Sie innerhalb eines Monats Widerspruch einlegen.",),
            ask=ASK,
        ),
        "operative": (
            "Der Bauantrag wird abgelehnt.",
            "Die Kosten des Verfahrens trägt die Bauherrschaft.",
        ),
        "parcels": PARCELS,
        "legal_remedy": REMEDY,
        "drawing": SITE_PLAN,
        "enclosures": ("Lageplan im Maßstab 1:500",),
        "findings": (
            FindingRow(
                title="Grenzabstand",
                legal_basis="§ 5 NBauO",
                value="1,85 m",
                limit="mind. 3,00 m",
                assessment="nicht eingehalten",
            ),
        ),
        "reasons": (
            ReasonSection(
                heading="",
                paragraphs=(
                    (
                        "Der erforderliche Grenzabstand zum Flurstück 17/5 ist nicht eingehalten. Eine Abweichung "
                        "wurde nicht beantragt. In der Anhörung haben Sie sich nicht geäußert."
                    ),
                ),
            ),
        ),
    }
    return RefusalNotice(**{**values, **changes})  # type: ignore[arg-type]


SAMPLES: dict[str, DocumentContext] = {"refusal_notice": refused_notice()}
