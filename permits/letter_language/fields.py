"""The fields that a text may name. What is not here cannot be reached."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Field:
    """A field: its name in texts, what it is called, what it holds, and an example.

    ``always`` says that a registered case has a value for it; other fields may be empty, and a text has to say what
    then happens (``{% if frist %}`` or ``{{ frist | default: "…" }}``).
    """

    name: str
    label: str
    description: str
    sample: str
    always: bool = True


_ALL = (
    Field("aktenzeichen", "Aktenzeichen", "Aktenzeichen des Vorgangs", "63-2026-00412"),
    Field(
        "bauvorhaben",
        "Bauvorhaben",
        "Bezeichnung des Bauvorhabens, wie sie im Antrag steht",
        "Neubau eines Einfamilienhauses mit Garage",
    ),
    Field(
        "baugrundstueck",
        "Baugrundstück",
        "Anschrift des Baugrundstücks; ohne Anschrift die Flurstücke",
        "Lindenweg 12, 30159 Musterstadt",
    ),
    Field(
        "flurstuecke",
        "Flurstücke",
        "alle Flurstücke des Baugrundstücks mit Gemarkung und Flur",
        "Gemarkung Musterstadt, Flur 3, Flurstücke 112/4 und 112/5",
        always=False,
    ),
    Field("bauherrschaft", "Bauherrschaft", "Name aller Bauherrinnen und Bauherren", "Amira Brandt und Jonas Brandt"),
    Field(
        "entwurfsverfassung",
        "Entwurfsverfassung",
        "Name der Entwurfsverfasserin oder des Entwurfsverfassers",
        "Dipl.-Ing. Petra Öztürk",
        always=False,
    ),
    Field(
        "bevollmaechtigte",
        "Bevollmächtigte",
        "Name der bevollmächtigten Person, wenn es eine gibt",
        "Rechtsanwältin Dr. Eva Lindner",
        always=False,
    ),
    Field("verfahren", "Verfahren", "Art des Verfahrens", "Vereinfachtes Baugenehmigungsverfahren"),
    Field("antragsdatum", "Antragsdatum", "Tag, an dem der Antrag eingegangen ist", "14. September 2026"),
    Field("datum", "Datum", "Tag, der auf dem Schreiben steht", "22. November 2026"),
    Field(
        "frist",
        "Frist",
        "Tag, bis zu dem jemand handeln soll; nur in Schreiben, die eine Frist setzen",
        "15. Januar 2027",
        always=False,
    ),
    Field("behoerde", "Behörde", "Name der Behörde", "Stadt Musterstadt"),
    Field(
        "organisationseinheit",
        "Organisationseinheit",
        "Amt oder Fachdienst der Behörde",
        "Fachdienst Bauordnung",
        always=False,
    ),
    Field(
        "behoerde_anschrift", "Anschrift der Behörde", "Straße und Ort der Behörde", "Rathausplatz 1, 30159 Musterstadt"
    ),
    Field("behoerde_telefon", "Telefon der Behörde", "Telefonnummer der Behörde", "0511 12345-0", always=False),
    Field(
        "behoerde_email",
        "E-Mail der Behörde",
        "E-Mail-Adresse der Behörde",
        "bauordnung@musterstadt.example",
        always=False,
    ),
    Field(
        "sachbearbeitung",
        "Sachbearbeitung",
        "Name der Person, die den Vorgang bearbeitet; ohne Zuteilung die Organisationseinheit",
        "Charlie Yilmaz",
    ),
    Field(
        "sachbearbeitung_telefon",
        "Telefon der Sachbearbeitung",
        "Durchwahl der Person, die den Vorgang bearbeitet; sonst die Nummer der Behörde",
        "0511 12345-63",
        always=False,
    ),
)

FIELDS: Mapping[str, Field] = MappingProxyType({field.name: field for field in _ALL})
"""All fields by name, in the order in which people are shown them."""
