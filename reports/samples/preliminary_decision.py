"""A Bauvorbescheid on three questions: yes, yes with provisos, no."""

from __future__ import annotations

import dataclasses

from reports.contexts import DocumentContext, ReasonSection, Summary
from reports.contexts.preliminary_decision import Answer, AnsweredQuestion, PreliminaryDecision
from reports.samples.cast import APPROVED, ASK, CASE, COMMON, PARCELS, REMEDY, SITE_PLAN


def preliminary_decision(**changes: object) -> PreliminaryDecision:
    """Every answer that there is."""
    values: dict[str, object] = {
        **COMMON,
        "case": dataclasses.replace(
            CASE, proposal="Neubau eines Zweifamilienhauses", procedure="Bauvoranfrage (§ 73 NBauO)"
        ),
        "legal_basis": "§ 73 Abs. 1 NBauO",
        "summary": Summary(
            decided="Ein Haus mit zwei Wohnungen ist hier möglich. Ein drittes Vollgeschoss ist es nicht.",
            to_do=(
                "Mit diesem Bescheid dürfen Sie noch nicht bauen. Stellen Sie dafür einen Bauantrag.",
                "Richten Sie sich dabei nach den Maßgaben zu Frage 2.",
            ),
            until=(
                "Stellen Sie den Bauantrag bis zum 20. November 2029. Danach bindet uns der Bescheid nicht mehr.",
                "Sind Sie nicht einverstanden, können Sie innerhalb eines Monats Widerspruch einlegen.",
            ),
            ask=ASK,
        ),
        "operative": (
            "Die Fragen 1 und 2 werden bejaht, Frage 2 mit den genannten Maßgaben. Frage 3 wird verneint.",
            "Die Kosten des Verfahrens trägt die Bauherrschaft. Über die Höhe ergeht ein gesonderter Bescheid.",
        ),
        "questions": (
            AnsweredQuestion(
                question="Ist auf dem Flurstück 17/4 ein Wohnhaus mit zwei Wohnungen zulässig?",
                answer=Answer.YES,
                reason="Der Bebauungsplan Nr. 12 „Lindenhof“ setzt ein allgemeines Wohngebiet fest. Wohngebäude sind "
                "dort allgemein zulässig; die Zahl der Wohnungen ist nicht beschränkt.",
                legal_basis="§ 30 Abs. 1 BauGB in Verbindung mit § 4 Abs. 2 BauNVO",
            ),
            AnsweredQuestion(
                question="Darf die Terrasse die südliche Baugrenze um 0,80 m überschreiten?",
                answer=Answer.WITH_CONDITIONS,
                reason="Eine Befreiung kommt in Betracht. Die Grundzüge der Planung werden nicht berührt, und die "
                "Überschreitung ist städtebaulich vertretbar.\n\nDer Abstand zum Nachbargrundstück bleibt mit 6,00 m "
                "deutlich größer als gefordert.",
                legal_basis="§ 31 Abs. 2 BauGB",
                provisos=(
                    "Die Terrasse bleibt auf 4,50 m Länge beschränkt und wird nicht überdacht.",
                    "Der Antrag auf Befreiung wird mit dem Bauantrag gestellt und begründet.",
                ),
            ),
            AnsweredQuestion(
                question="Ist ein drittes Vollgeschoss zulässig?",
                answer=Answer.NO,
                reason="Der Bebauungsplan setzt höchstens zwei Vollgeschosse fest. Eine Befreiung ist nicht möglich, "
                "weil die einheitliche Höhe zu den Grundzügen der Planung gehört.",
                legal_basis="§ 31 Abs. 2 BauGB",
            ),
        ),
        "parcels": PARCELS[:1],
        "reasons": (
            ReasonSection(
                heading="Sachverhalt",
                paragraphs=(
                    (
                        "Sie haben zu einzelnen Fragen Ihres Vorhabens um einen Bauvorbescheid gebeten. Grundlage sind "
                        "der Lageplan und die Grundrisse in den unten genannten Fassungen."
                    ),
                ),
            ),
            ReasonSection(
                heading="Rechtliche Würdigung",
                paragraphs=(
                    (
                        "Geprüft ist nur, wonach Sie gefragt haben. Alles Weitere bleibt dem Baugenehmigungsverfahren "
                        "vorbehalten."
                    ),
                ),
            ),
        ),
        "validity": (
            "Der Bauvorbescheid bindet uns im Baugenehmigungsverfahren an die gegebenen Antworten.",
            (
                "Er erlischt, wenn Sie den Bauantrag nicht innerhalb von drei Jahren stellen, also nicht bis zum "
                "Ablauf des 20. November 2029 (§ 73 Abs. 2 NBauO)."
            ),
        ),
        "approved_documents": APPROVED[:2],
        "legal_remedy": REMEDY,
        "drawing": SITE_PLAN,
        "enclosures": ("Lageplan im Maßstab 1:500",),
    }
    return PreliminaryDecision(**{**values, **changes})  # type: ignore[arg-type]


SAMPLES: dict[str, DocumentContext] = {"preliminary_decision": preliminary_decision()}
