"""A Nachbarbeteiligung about two deviations, and a short one without documents and reply form."""

from __future__ import annotations

import dataclasses
from datetime import date

from reports.contexts import DocumentContext, Recipient, Summary
from reports.contexts.answering import ProvidedDocument, Way
from reports.contexts.neighbour_hearing import NeighbourConcern, NeighbourHearing
from reports.samples.cast import ASK, CASE, COMMON, SITE_PLAN

SETBACK = NeighbourConcern(
    title="Abstand der Garage zu Ihrer Grenze",
    rule="§ 5 Abs. 2 NBauO (Grenzabstand)",
    required="mindestens 3,00 m",
    planned="2,40 m auf einer Länge von 6,50 m",
    place="östliche Grenze des Baugrundstücks, an Ihrem Flurstück 17/5",
    explanation="Die Garage soll näher an Ihre Grenze gebaut werden, als die Bauordnung es ohne Weiteres erlaubt. Der "
    "Abstand soll dafür sorgen, dass Ihr Grundstück genug Licht und Luft hat.",
)


def neighbour_hearing(**changes: object) -> NeighbourHearing:
    """A Nachbarbeteiligung with all that one can have; the applicant is not named."""
    values: dict[str, object] = {
        **COMMON,
        "verification": None,
        "case": dataclasses.replace(CASE, applicant=""),
        "recipient": Recipient(
            address_lines=("Herrn", "Jürgen Hagemann", "Lindenstraße 16", "30999 Musterstadt"),
            salutation="Sehr geehrter Herr Hagemann,",
        ),
        "summary": Summary(
            decided="Neben Ihrem Grundstück soll gebaut werden, in zwei Punkten anders, als die Vorschriften es "
            "vorsehen. Bevor wir entscheiden, hören wir Sie an.",
            to_do=("Nichts. Wenn Sie möchten, können Sie zustimmen oder Bedenken äußern.",),
            until=("18. Dezember 2026",),
            ask=ASK,
        ),
        "legal_basis": "§ 68 Abs. 2 NBauO",
        "neighbour_site": "Lindenstraße 16 (Flurstück 17/5, Flur 1, Gemarkung Musterstadt)",
        "concerns": (
            SETBACK,
            NeighbourConcern(
                title="Terrasse jenseits der Baugrenze",
                rule="Bebauungsplan Nr. 12 „Lindenhof“, Baugrenze; Befreiung nach § 31 Abs. 2 BauGB",
                required="Gebäudeteile bleiben innerhalb der Baugrenze",
                planned="Überschreitung um 0,80 m auf einer Länge von 4,50 m",
                place="südliche Baugrenze",
                explanation="Die Terrasse soll über die Linie hinausreichen, die der Bebauungsplan zieht.",
            ),
        ),
        "due_on": date(2026, 12, 18),
        "inspection_until": date(2026, 12, 18),
        "inspection_ways": (
            Way(
                title="Im Internet",
                text="Öffnen Sie www.musterstadt.example/nachbarn und geben Sie den Zugangscode H4KT-8PWN ein.",
            ),
            Way(
                title="Im Rathaus",
                text="Rathausplatz 1, Zimmer 2.14, montags bis freitags von 8 bis 12 Uhr. Wir erklären Ihnen die Pläne "
                "gern; bitte vereinbaren Sie dafür einen Termin.",
            ),
        ),
        "documents": (
            ProvidedDocument(title="Lageplan", version=2, dated_on=date(2026, 10, 12), pages=1),
            ProvidedDocument(
                title="Ansicht Ost und Schnitt der Garage", version=1, dated_on=date(2026, 9, 25), pages=2
            ),
            ProvidedDocument(
                title="Antrag auf Abweichung mit Begründung", version=1, dated_on=date(2026, 9, 28), pages=3
            ),
        ),
        "answer_ways": (
            Way(title="Im Internet", text="auf derselben Seite und mit demselben Zugangscode."),
            Way(
                title="Schriftlich",
                text="mit dem beiliegenden Antwortbogen an Stadt Musterstadt, Rathausplatz 1, 30999 Musterstadt.",
            ),
            Way(title="Persönlich", text="Im Rathaus schreiben wir Ihre Stellungnahme für Sie auf."),
        ),
        "consent_effect": "Dann können Sie gegen die Baugenehmigung später nicht mehr einwenden, dass sie in diesen "
        "Punkten Ihre Rechte verletzt. Ihre Zustimmung muss schriftlich sein (§ 68 NBauO); niemand darf Sie dazu "
        "drängen.",
        "silence": "Auch das ist in Ordnung. Wir entscheiden dann nach Ablauf der Frist ohne Ihre Stellungnahme. Ihr "
        "Schweigen werten wir nicht als Zustimmung.",
        "next_steps": (
            (
                "Wir wägen Ihre Stellungnahme gegen die Gründe für das Vorhaben ab. Erteilen wir die Baugenehmigung, "
                "obwohl Sie Bedenken geäußert haben, erhalten Sie eine Ausfertigung und erfahren, wie Sie sich dagegen "
                "wehren können."
            ),
        ),
        "privacy": (
            (
                "Ihre Stellungnahme wird Teil der Bauakte. Die Bauherrschaft kann sie dort lesen. Ihre Daten haben wir "
                "aus dem Liegenschaftskataster (§ 68 NBauO); mehr zum Datenschutz steht unter "
                "www.musterstadt.example/datenschutz."
            ),
        ),
        "drawing": SITE_PLAN,
        "enclosures": ("Lageplan im Maßstab 1:500", "Antwortbogen"),
    }
    return NeighbourHearing(**{**values, **changes})  # type: ignore[arg-type]


def short_letter() -> NeighbourHearing:
    """One deviation, one place to look, no drawing, no form."""
    return neighbour_hearing(
        summary=Summary(
            decided="Neben Ihrem Grundstück soll eine Garage näher an der Grenze stehen als üblich. Bevor wir "
            "entscheiden, hören wir Sie an.",
            to_do=("Nichts. Wenn Sie möchten, können Sie zustimmen oder Bedenken äußern.",),
            until=("18. Dezember 2026",),
            ask=ASK,
        ),
        concerns=(SETBACK,),
        inspection_ways=(
            Way(title="Im Rathaus", text="Rathausplatz 1, Zimmer 2.14, montags bis freitags 8 bis 12 Uhr."),
        ),
        documents=(),
        answer_ways=(Way(title="Schriftlich", text="an Stadt Musterstadt, Rathausplatz 1, 30999 Musterstadt."),),
        next_steps=(),
        privacy=(),
        reply_form=False,
        drawing=None,
        enclosures=(),
    )


SAMPLES: dict[str, DocumentContext] = {
    "neighbour_hearing": neighbour_hearing(),
    "neighbour_hearing_short": short_letter(),
}
