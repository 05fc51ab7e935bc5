"""An Abnahmeschein with defects, and one that refuses."""

from __future__ import annotations

from datetime import date

from reports.contexts import DocumentContext, Summary
from reports.contexts.acceptance_certificate import (
    AcceptanceCertificate,
    AcceptanceKind,
    AcceptanceResult,
    Attendee,
    Defect,
    InspectedPoint,
)
from reports.samples.cast import ASK, COMMON, REMEDY

HANDRAIL = Defect(
    place="Treppe zum Obergeschoss",
    text="Der Handlauf fehlt auf der Wandseite.",
    request="Handlauf durchgehend anbringen und uns ein Foto schicken.",
    due_on=date(2027, 10, 29),
    legal_basis="§ 34 NBauO, § 15 DVO-NBauO",
)
SOAKAWAY = Defect(
    place="Zufahrt",
    text="Das Niederschlagswasser der Zufahrt läuft auf den öffentlichen Gehweg.",
    request="Entwässerungsrinne mit Anschluss an die Versickerungsmulde einbauen.",
    due_on=date(2027, 11, 30),
)
ESCAPE = Defect(
    place="Dachgeschoss, Südgiebel",
    text="Das Fenster des zweiten Rettungswegs lässt sich nur 0,55 m breit öffnen.",
    request="Ein Fenster mit 0,90 m × 1,20 m lichter Öffnung einbauen.",
    due_on=date(2027, 10, 29),
    legal_basis="§ 33 NBauO",
    blocks=True,
)


def acceptance_certificate(**changes: object) -> AcceptanceCertificate:
    """A Schlussabnahme with two small defects."""
    values: dict[str, object] = {
        **COMMON,
        "dated_on": date(2027, 10, 1),
        "summary": Summary(
            decided="Ihr Haus ist abgenommen. Sie dürfen einziehen.",
            to_do=("Zwei kleinere Mängel beseitigen.",),
            until=("Handlauf: 29. Oktober 2027", "Entwässerung der Zufahrt: 30. November 2027"),
            ask=ASK,
        ),
        "kind": AcceptanceKind.FINAL,
        "legal_basis": "§ 77 NBauO",
        "permit_number": "63-00042-2026-B1",
        "permit_on": date(2026, 11, 20),
        "inspected_on": date(2027, 9, 28),
        "scope": "Einfamilienhaus mit Garage, Außenanlagen und Zufahrt",
        "result": AcceptanceResult.WITH_DEFECTS,
        "consequences": (
            "Die Mängel stehen der Nutzung nicht entgegen. Sie sind innerhalb der genannten Fristen zu beseitigen.",
        ),
        "attendees": (
            Attendee(role="Bauherrschaft", name="Annika Brandt"),
            Attendee(role="Entwurfsverfasser", name="David Neumann"),
            Attendee(role="Bauaufsicht", name="Claas Petersen"),
        ),
        "points": (
            InspectedPoint(title="Übereinstimmung mit der Genehmigung", finding="Lage, Maße und Geschosse wie "
                           "genehmigt.", in_order=True),
            InspectedPoint(title="Standsicherheit", finding="Bescheinigung der Prüfingenieurin vom 20. August 2027 "
                           "liegt vor.", in_order=True),
            InspectedPoint(title="Rettungswege", finding="Erster und zweiter Rettungsweg vorhanden.", in_order=True),
            InspectedPoint(title="Umwehrungen und Handläufe", finding="Handlauf fehlt (Mangel 1).", in_order=False),
            InspectedPoint(title="Entwässerung", finding="Zufahrt entwässert auf den Gehweg (Mangel 2).",
                           in_order=False),
        ),
        "defects": (HANDRAIL, SOAKAWAY),
        "reservation": "Die Abnahme erstreckt sich auf das, was ohne Öffnen von Bauteilen zu sehen war.",
        **changes,
    }  # fmt: skip
    return AcceptanceCertificate(**values)  # type: ignore[arg-type]


SAMPLES: dict[str, DocumentContext] = {
    "acceptance_certificate": acceptance_certificate(),
    "acceptance_certificate_refused": acceptance_certificate(
        summary=Summary(
            decided="Wir konnten Ihr Haus noch nicht abnehmen.",
            to_do=("Das Fenster des zweiten Rettungswegs ändern und einen neuen Termin vereinbaren.",),
            until=("29. Oktober 2027",),
            ask=ASK,
        ),
        result=AcceptanceResult.REFUSED,
        consequences=(
            "Das Dachgeschoss darf nicht genutzt werden, bis der Mangel beseitigt und die Abnahme wiederholt ist.",
        ),
        points=(
            InspectedPoint(
                title="Rettungswege", finding="Zweiter Rettungsweg unzureichend (Mangel 1).", in_order=False
            ),
        ),
        defects=(ESCAPE,),
        legal_remedy=REMEDY,
    ),
}
