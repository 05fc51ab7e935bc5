"""A Beteiligung of the nature conservation authority, and the shortest one that there can be."""

from __future__ import annotations

from datetime import date

from reports.contexts import DocumentContext, FindingRow, Recipient, Summary
from reports.contexts.answering import ProvidedDocument, Way
from reports.contexts.consultation_letter import ConsultationLetter, ConsultationQuestion
from reports.samples.cast import APPROVED, ASK, COMMON, PARCELS, SITE_PLAN

SILENCE = (
    (
        "Geht bis dahin keine Stellungnahme ein und bitten Sie auch nicht um mehr Zeit, gehen wir davon aus, dass aus "
        "Ihrem Fachgebiet keine Bedenken bestehen (§ 69 Abs. 3 NBauO). Zwingendes Recht beachten wir auch dann."
    ),
)
PORTAL = Way(
    title="Im Portal",
    text="Melden Sie sich mit Ihrem Dienstkonto an und öffnen Sie den Vorgang 63-00042-2026. Dann sehen "
    "wir Ihre Antwort sofort.",
)


def consultation_letter(**changes: object) -> ConsultationLetter:
    """A Beteiligung with all that one can have."""
    values: dict[str, object] = {
        **COMMON,
        "verification": None,
        "recipient": Recipient(
            address_lines=("Region Musterland", "Untere Naturschutzbehörde", "Postfach 12 34", "30998 Musterstadt")
        ),
        "summary": Summary(
            decided="Wir brauchen Ihre fachliche Stellungnahme zum Naturschutz.",
            to_do=("Bitte beantworten Sie drei Fragen zum Baumschutz und zum Landschaftsschutzgebiet.",),
            until=("21. Dezember 2026",),
            ask=ASK,
        ),
        "subject_area": "Naturschutz und Landschaftspflege",
        "legal_basis": "§ 69 Abs. 3 NBauO",
        "occasion": (
            (
                "Der südliche Teil des Baugrundstücks liegt auf 126 m² im Landschaftsschutzgebiet „Musterbachtal“. Die "
                "geplante Terrasse reicht 2,40 m weit hinein."
            ),
            "Fünf Meter neben der geplanten Garage steht eine Linde, die als Naturdenkmal Nr. 7 geschützt ist.",
        ),
        "questions": (
            ConsultationQuestion(
                text="Ist die Terrasse mit dem Schutzzweck des Landschaftsschutzgebiets vereinbar, oder braucht sie "
                "eine Befreiung?",
                legal_basis="§ 26 Abs. 2, § 67 BNatSchG",
            ),
            ConsultationQuestion(
                text="Welche Maßnahmen schützen den Wurzelraum der Linde während der Bauzeit?",
                legal_basis="§ 28 Abs. 2 BNatSchG",
            ),
            ConsultationQuestion(text="Sind Bauzeiten zum Schutz brütender Vögel einzuhalten?"),
        ),
        "documents": (
            *(
                ProvidedDocument(
                    title=row.title,
                    file_name=row.file_name,
                    version=row.version,
                    dated_on=row.dated_on,
                    pages=row.pages,
                    sha256=row.sha256,
                )
                for row in APPROVED[:3]
            ),
            ProvidedDocument(title="Fotos des Baumbestands (3700)", file_name="3700_Fotos.pdf", version=1, pages=6),
        ),
        "documents_access": "Die Unterlagen liegen im Portal für Sie bereit. Der Prüfwert (SHA-256) zeigt, welche "
        "Fassung wir meinen.",
        "parcels": PARCELS,
        "findings": (
            FindingRow(
                title="Landschaftsschutzgebiet",
                legal_basis="§ 26 BNatSchG",
                value="126 m²",
                limit="0 m²",
                assessment="berührt",
                assumptions=("Abgrenzung nach dem Datenbestand vom 1. September 2026.",),
            ),
            FindingRow(
                title="Abstand zum Naturdenkmal",
                legal_basis="§ 28 BNatSchG",
                value="5,00 m",
                limit="Kronentraufe",
                assessment="von Ihnen zu beurteilen",
            ),
        ),
        "due_on": date(2026, 12, 21),
        "extension": "Reicht Ihnen die Zeit nicht, schreiben Sie uns bitte vorher, bis wann Sie antworten können.",
        "silence": SILENCE,
        "answer_ways": (
            PORTAL,
            Way(title="Als XBau-Nachricht", text="über Ihr Fachverfahren, mit unserem Aktenzeichen."),
            Way(title="Per E-Mail", text="an bauaufsicht@musterstadt.example, mit unserem Aktenzeichen im Betreff."),
        ),
        "drawing": SITE_PLAN,
        "enclosures": ("Lageplan im Maßstab 1:500", "Unterlagen nach Abschnitt IV (im Portal)"),
    }
    return ConsultationLetter(**{**values, **changes})  # type: ignore[arg-type]


def short_letter() -> ConsultationLetter:
    """One question, nothing else."""
    return consultation_letter(
        recipient=Recipient(address_lines=("Stadtwerke Musterstadt GmbH", "Hafenstraße 3", "30999 Musterstadt")),
        subject_area="Versorgung mit Trinkwasser",
        summary=Summary(
            decided="Wir brauchen Ihre Auskunft zur Wasserversorgung.",
            to_do=("Bitte beantworten Sie eine Frage.",),
            until=("21. Dezember 2026",),
            ask=ASK,
        ),
        occasion=(),
        questions=(ConsultationQuestion(text="Ist die Versorgung des Grundstücks mit Trinkwasser gesichert?"),),
        documents=(),
        documents_access="",
        parcels=(),
        findings=(),
        answer_ways=(PORTAL,),
        extension="",
        drawing=None,
        enclosures=(),
    )


SAMPLES: dict[str, DocumentContext] = {
    "consultation_letter": consultation_letter(),
    "consultation_letter_short": short_letter(),
}
