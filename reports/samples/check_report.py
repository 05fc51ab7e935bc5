"""A Prüfbericht with one result of every verdict, an officer who sees one otherwise, and unverified rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from reports.contexts import DocumentContext
from reports.contexts.check_report import (
    AppliedRule,
    CheckedPlan,
    CheckReport,
    CheckVerdict,
    ComputationStep,
    DataSource,
    Figure,
    NeighbourConcern,
    NeighbourReport,
    OfficerReview,
    ReportedNeighbour,
    ReportedResult,
)
from reports.samples.cast import COMMON, SITE_PLAN

RUN_AT = datetime(2026, 10, 12, 8, 41, tzinfo=UTC)
REVIEWED_AT = datetime(2026, 10, 14, 12, 5, tzinfo=UTC)
DISTANCE = ReportedResult(
    check="boundary_distance",
    title="Grenzabstand",
    verdict=CheckVerdict.FAILED,
    label="nicht eingehalten",
    message="Zur östlichen Grenze fehlen 0,25 m: Die Wand ist 2,75 m entfernt, nötig sind 3,00 m.",
    value="2,75 m",
    limit="3,00 m",
    figures=(
        Figure(label="Ermittelt", value="2,75 m"),
        Figure(label="Mindestens", value="3,00 m"),
        Figure(label="Toleranz", value="± 0,03 m"),
    ),
    legal_basis="§ 5 Abs. 2 NBauO",
    neighbour_protecting=True,
    assumptions=("Das Gelände ist im Bereich der Wand eben; der Plan nennt keine Höhen.",),
    steps=(
        ComputationStep(
            label="Abstand nach der Wandhöhe", formula="0,4 × 6,25 m = 2,50 m", legal_basis="§ 5 Abs. 2 NBauO"
        ),
        ComputationStep(label="Mindestabstand", formula="2,50 m < 3,00 m, also 3,00 m"),
        ComputationStep(label="Vergleich", formula="2,75 m − 3,00 m = −0,25 m, mehr als die Toleranz von 0,03 m"),
    ),
    sources=(1, 2),
    rules=(1,),
    drawn=SITE_PLAN,
    reviews=(
        OfficerReview(
            verdict=CheckVerdict.FAILED,
            label="nicht eingehalten",
            confirmed=True,
            by="Claas Petersen (Sachbearbeitung)",
            at=REVIEWED_AT,
        ),
    ),
)
OVERLAY = ReportedResult(
    check="overlays",
    title="Schutz- und Risikogebiete",
    verdict=CheckVerdict.BORDERLINE,
    label="Hinweis",
    message="Das Baugrundstück liegt zu 12 % im festgesetzten Überschwemmungsgebiet der Leine.",
    value="113,8 m²",
    limit="–",
    figures=(Figure(label="Betroffene Fläche", value="113,8 m²"),),
    legal_basis="§ 78 WHG",
    unverified=("§ 78 WHG",),
    neighbour_protecting=None,
    steps=(ComputationStep(label="Verschneidung", formula="113,8 m² von 948,4 m² = 12,0 %"),),
    sources=(1, 3),
    rules=(3,),
)
RATIO = ReportedResult(
    check="site_coverage",
    title="Grundflächenzahl (GRZ)",
    verdict=CheckVerdict.PASSED,
    label="eingehalten",
    message="Die Hauptanlagen überdecken 22 % des Baugrundstücks, erlaubt sind 40 %.",
    value="0,22",
    limit="0,40",
    figures=(Figure(label="Ermittelt", value="0,22"), Figure(label="Höchstens", value="0,40")),
    legal_basis="§ 19 BauNVO",
    neighbour_protecting=False,
    steps=(
        ComputationStep(label="Grundfläche der Hauptanlagen", formula="12,00 m × 17,40 m = 208,8 m²"),
        ComputationStep(label="GRZ", formula="208,8 m² ÷ 948,4 m² = 0,2202", legal_basis="§ 19 Abs. 1 BauNVO"),
    ),
    sources=(1,),
    rules=(2,),
)
STOREYS = ReportedResult(
    check="storeys",
    title="Zahl der Vollgeschosse",
    verdict=CheckVerdict.PASSED,
    label="eingehalten",
    message="Zwei Vollgeschosse sind angegeben, zwei sind erlaubt.",
    value="2 Vollgeschosse",
    limit="2 Vollgeschosse",
    figures=(Figure(label="Angegeben", value="2"), Figure(label="Höchstens", value="2")),
    legal_basis="§ 20 BauNVO, § 2 Abs. 7 NBauO",
    neighbour_protecting=False,
    sources=(1,),
    reviews=(
        OfficerReview(
            verdict=CheckVerdict.PASSED,
            label="eingehalten",
            confirmed=True,
            by="Claas Petersen (Sachbearbeitung)",
            at=RUN_AT,
        ),
        OfficerReview(
            verdict=CheckVerdict.BORDERLINE,
            label="Grenzfall",
            confirmed=False,
            by="Dr. Renate Vogt (Leitung)",
            at=REVIEWED_AT,
            reason="Das Dachgeschoss liegt nach den Schnitten knapp unter zwei Dritteln. Die Berechnung der "
            "Vollgeschosse ist nachzureichen.",
        ),
    ),
)
BUILDING_LINE = ReportedResult(
    check="building_line",
    title="Baulinie",
    verdict=CheckVerdict.NOT_APPLICABLE,
    label="nicht anwendbar",
    message="Der Bebauungsplan setzt hier keine Baulinie fest.",
    value="–",
    limit="–",
    legal_basis="§ 23 Abs. 2 BauNVO",
    neighbour_protecting=False,
    sources=(1,),
)
HEIGHT = ReportedResult(
    check="building_height",
    title="Höhe der baulichen Anlage",
    verdict=CheckVerdict.NOT_ASSESSABLE,
    label="nicht prüfbar",
    message="Der Plan nennt keine Firsthöhe. Bitte ergänzen Sie sie am Umriss des Hauses.",
    value="–",
    limit="9,50 m",
    legal_basis="§ 18 BauNVO",
    neighbour_protecting=False,
    assumptions=("Bezugspunkt ist die Straßenmitte vor dem Grundstück.",),
    sources=(1,),
)
NEIGHBOURS = NeighbourReport(
    rows=(
        ReportedNeighbour(
            name="Flurstück 17/5, Flur 1, Gemarkung Musterstadt",
            relation="grenzt an",
            length="36,02 m gemeinsam",
            street=False,
            concerns=(
                NeighbourConcern(
                    title="Grenzabstand",
                    label="nicht eingehalten",
                    text="Zu dieser Grenze fehlen 0,25 m.",
                    protecting="nachbarschützend",
                ),
            ),
        ),
        ReportedNeighbour(
            name="Flurstück 17/3, Flur 1, Gemarkung Musterstadt",
            relation="grenzt an",
            length="36,00 m gemeinsam",
            street=False,
            concerns=(),
        ),
        ReportedNeighbour(
            name="Flurstück 90, Flur 1, Gemarkung Musterstadt",
            relation="öffentliche Verkehrsfläche",
            length="25,00 m gemeinsam",
            street=True,
            concerns=(),
        ),
    ),
    for_all=(NeighbourConcern(title="Art der Nutzung", label="ermittelt", text="", protecting="nachbarschützend"),),
    unknown=("Ob Baulasten auf den Nachbargrundstücken liegen, ist nicht bekannt.",),
    assumptions=("Eigentümerinnen und Eigentümer sind im Grundbuch zu ermitteln.",),
    within="20,00 m",
    rule="§ 68 NBauO",
    unverified=True,
)


def check_report(**changes: object) -> CheckReport:
    """A Prüfbericht as the authority has it."""
    values: dict[str, object] = {
        **COMMON,
        "run_at": RUN_AT,
        "run_by": "durch die Sachbearbeitung",
        "law_on": date(2026, 9, 28),
        "rules_version": "7b" * 32,
        "software_version": "1.4.0",
        "plan": CheckedPlan(
            name="lageplan.dxf",
            version=2,
            origin="hochgeladen",
            created_at=RUN_AT,
            sha256="3e" * 32,
            warnings=("Drei offene Linienzüge wurden nicht als Umriss gelesen.",),
        ),
        "results": (DISTANCE, OVERLAY, RATIO, STOREYS, BUILDING_LINE, HEIGHT),
        "sources": (
            DataSource(layer="Flurstücke", source="LGLN, ALKIS", as_of="01.10.2026", snapshot="a1" * 32),
            DataSource(layer="Gebäude im Bestand", source="LGLN, ALKIS", as_of="01.10.2026", snapshot="b2" * 32),
            DataSource(layer="Schutz- und Risikogebiete", source="NLWKN", as_of="", snapshot="c3" * 32),
        ),
        "rules": (
            AppliedRule(
                legal_basis="§ 5 Abs. 2 NBauO",
                source="Nds. GVBl. 2024 Nr. 51",
                valid_from="01.07.2024",
                verified=True,
            ),
            AppliedRule(legal_basis="§ 19 BauNVO", source="BGBl. I 2017 S. 3786", valid_from="", verified=True),
            AppliedRule(
                legal_basis="§ 78 WHG", source="veröffentlichter Text", valid_from="01.03.2010", verified=False
            ),
        ),
        "overview": SITE_PLAN,
        "neighbours": NEIGHBOURS,
        **changes,
    }
    return CheckReport(**values)  # type: ignore[arg-type]


SAMPLES: dict[str, DocumentContext] = {
    "check_report": check_report(),
    "check_report_automatic": check_report(
        results=tuple(replace(result, reviews=()) for result in (DISTANCE, OVERLAY, RATIO, STOREYS, HEIGHT)),
        neighbours=None,
        automatic_only=True,
        seal=None,
        verification=None,
    ),
    "check_report_outdated": check_report(
        results=(RATIO, BUILDING_LINE),
        overview=None,
        neighbours=None,
        neighbours_note="Für diesen Prüflauf wurden keine Nachbarn ermittelt.",
        outdated=True,
        seal=None,
        verification=None,
    ),
}
