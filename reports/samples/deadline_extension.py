"""More time for the applicant, and the one extension of the authority's time to decide."""

from __future__ import annotations

from datetime import date

from reports.contexts import DocumentContext, Summary
from reports.contexts.deadline_extension import DeadlineExtension, TimeOf
from reports.samples.cast import ASK, COMMON


def deadline_extension(**changes: object) -> DeadlineExtension:
    """More time to hand in documents, on request."""
    values: dict[str, object] = {
        **COMMON,
        "verification": None,
        "summary": Summary(
            decided="Sie haben mehr Zeit, um die fehlenden Unterlagen nachzureichen.",
            to_do=("Bitte reichen Sie alle nachgeforderten Unterlagen im Portal ein.",),
            until=("23. Dezember 2026",),
            ask=ASK,
        ),
        "time_of": TimeOf.ADDRESSEE,
        "deadline": "zur Nachreichung von Unterlagen",
        "requested_on": date(2026, 11, 18),
        "old_due_on": date(2026, 12, 4),
        "due_on": date(2026, 12, 23),
        "legal_basis": "§ 69 Abs. 2 Satz 3 NBauO",
        "reasons": ("Die Vermessungsstelle kann den Lageplan nach Ihren Angaben erst Mitte Dezember berichtigen.",),
        "consequences": (
            "Was wir nachgefordert haben, ändert sich nicht. Sie haben nur mehr Zeit dafür.",
            (
                "Gehen die Unterlagen bis zum 23. Dezember 2026 nicht ein und auch nicht bis zum Ablauf des 13. Januar "
                "2027, gilt Ihr Antrag ab dem 14. Januar 2027 als zurückgenommen (§ 69 Abs. 2 Satz 3 NBauO)."
            ),
        ),
        "limits": "Noch einmal können wir diese Frist nicht verlängern.",
    }
    return DeadlineExtension(**{**values, **changes})  # type: ignore[arg-type]


def extension_of_our_time() -> DeadlineExtension:
    """The reasoned extension of the period after which a permit counts as granted."""
    return deadline_extension(
        summary=Summary(
            decided="Wir brauchen für die Entscheidung über Ihren Bauantrag einen Monat länger.",
            to_do=("Nichts. Mit dem Bau dürfen Sie noch nicht beginnen.",),
            until=("Wir entscheiden bis zum 28. Januar 2027.",),
            ask=ASK,
        ),
        time_of=TimeOf.AUTHORITY,
        deadline="für die Entscheidung über Ihren Bauantrag",
        requested_on=None,
        old_due_on=date(2026, 12, 28),
        due_on=date(2027, 1, 28),
        legal_basis="§ 42a Abs. 2 Satz 3 und 4 VwVfG in Verbindung mit § 70a NBauO",
        reasons=(
            (
                "Ihr Vorhaben berührt ein Naturdenkmal. Ob und wie die Linde neben der geplanten Garage erhalten "
                "werden kann, muss ein Gutachten klären, das die untere Naturschutzbehörde am 9. November 2026 "
                "angefordert hat."
            ),
            (
                "Das Gutachten liegt voraussichtlich Anfang Januar vor. Danach müssen wir es auswerten und das "
                "Ergebnis mit Ihnen besprechen. Wegen dieser Schwierigkeit der Sache ist ein weiterer Monat angemessen."
            ),
        ),
        consequences=(
            "Ihr Bauantrag wird weiter bearbeitet. Sie müssen nichts nachreichen.",
            (
                "Entscheiden wir bis zum Ablauf des 28. Januar 2027 nicht, gilt die Baugenehmigung ab dem 29. Januar "
                "2027 als erteilt (§ 70a NBauO, § 42a Abs. 1 VwVfG). Wir bescheinigen Ihnen das dann von uns aus."
            ),
        ),
        limits="Diese Frist darf nur einmal verlängert werden.",
    )


SAMPLES: dict[str, DocumentContext] = {
    "deadline_extension": deadline_extension(),
    "deadline_extension_of_decision": extension_of_our_time(),
}
