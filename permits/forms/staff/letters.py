"""Forms for an authority's letterhead and for its own texts in letters."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from permits.errors import InvalidInputError
from permits.forms.base import KernForm
from permits.forms.staff.base import PlainTextField
from permits.models import LetterheadVersion, LetterPartVersion, LetterPlace
from permits.services.letterheads import MAX_COLUMNS, LetterheadValues, cleaned_crest

MAX_CREST_BYTES = 200_000
COLOUR_INPUT = {"type": "color", "class": "ba-input--colour"}


def _lines(label: str, *, rows: int, hint: str = "") -> forms.CharField:
    return PlainTextField(
        label=label,
        required=False,
        max_length=1000,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": rows, "class": "ba-input--lines"}),
    )


def _reason() -> forms.CharField:
    return forms.CharField(
        label="Anlass der Änderung",
        max_length=300,
        help_text="Steht bei der Fassung, damit später jeder weiß, warum.",
    )


class VersionedForm(KernForm):
    """A form that says which versions it was made from."""

    def start_from(self, numbers: Mapping[str, int]) -> None:
        """Show the form again as made from other versions, with all that was typed."""
        self.data = {**(self.data.dict() if isinstance(self.data, QueryDict) else self.data), **numbers}


class LetterheadForm(VersionedForm):
    """All that an authority sets on its letterhead. An uploaded crest is kept in the form until it is saved."""

    crest_file = forms.FileField(
        label="Wappen",
        required=False,
        help_text="SVG-Datei, höchstens 200 kB: Formen, Verläufe und Text.",
        widget=forms.FileInput(attrs={"accept": ".svg,image/svg+xml"}),
    )
    crest_remove = forms.BooleanField(label="Ohne Wappen drucken", required=False)
    crest_alternative = forms.CharField(
        label="Beschreibung des Wappens",
        required=False,
        max_length=200,
        help_text="Wird Menschen vorgelesen, die das Wappen nicht sehen.",
    )
    accent_colour = forms.CharField(
        label="Farbe", help_text="Für Überschriften und Linien.", widget=forms.TextInput(attrs=COLOUR_INPUT)
    )
    tint_colour = forms.CharField(
        label="Hintergrund",
        help_text="Hinter „Das Wichtigste in Kürze“.",
        widget=forms.TextInput(attrs=COLOUR_INPUT),
    )
    return_line = forms.CharField(
        label="Absenderzeile über der Anschrift",
        required=False,
        max_length=120,
        help_text="Bleibt das Feld leer, stehen dort Name und Anschrift der Behörde.",
    )
    website = forms.CharField(label="Internetadresse", required=False, max_length=100)
    closing_formula = forms.CharField(label="Grußformel", max_length=100)
    signature_lines = _lines("Zeilen über den Namen", rows=2, hint="Zum Beispiel „Im Auftrag“; je Zeile eine.")
    footer_1 = _lines("Linke Spalte", rows=4)
    footer_2 = _lines("Mittlere Spalte", rows=4)
    footer_3 = _lines("Rechte Spalte", rows=4)
    reason = _reason()
    based_on = forms.IntegerField(widget=forms.HiddenInput())
    crest_svg = forms.CharField(required=False, max_length=MAX_CREST_BYTES * 2, widget=forms.HiddenInput(), strip=False)

    def clean(self) -> dict[str, Any] | None:
        """Take an uploaded crest into the form itself, so that it is still there when something else is wrong."""
        upload = self.cleaned_data.get("crest_file")
        if upload:
            try:
                svg = self._read(upload)
            except InvalidInputError as error:
                self.add_error("crest_file", str(error))
            else:
                self.cleaned_data["crest_svg"] = svg
                self.data = {**self.data.dict(), "crest_svg": svg} if isinstance(self.data, QueryDict) else self.data
        return self.cleaned_data

    @staticmethod
    def _read(upload: Any) -> str:
        if upload.size > MAX_CREST_BYTES:
            raise InvalidInputError(f"Die Datei ist zu groß ({upload.size / 1000:.0f} kB). Erlaubt sind 200 kB.")
        try:
            return cleaned_crest(upload.read().decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise InvalidInputError("Das Wappen muss eine SVG-Datei sein; Bilder aus Bildpunkten druckt der Briefkopf "
                                    "nicht scharf.") from error  # fmt: skip

    def values(self) -> LetterheadValues:
        """Return what the form sets."""
        data = self.cleaned_data
        columns = [_filled_lines(data.get(f"footer_{number}", "")) for number in range(1, MAX_COLUMNS + 1)]
        while columns and not columns[-1]:
            columns.pop()
        return LetterheadValues(
            accent_colour=data["accent_colour"],
            tint_colour=data["tint_colour"],
            return_line=data["return_line"],
            website=data["website"],
            closing_formula=data["closing_formula"],
            signature_lines=_filled_lines(data["signature_lines"]),
            footer_columns=columns,
            crest_svg="" if data["crest_remove"] else data["crest_svg"],
            crest_alternative=data["crest_alternative"],
        )

    @property
    def has_crest(self) -> bool:
        """Whether the form carries a crest, saved or just uploaded."""
        return bool(self["crest_svg"].value())


def letterhead_form(version: LetterheadVersion) -> LetterheadForm:
    """Return the form with what a version sets."""
    columns = {f"footer_{number}": "\n".join(column) for number, column in enumerate(version.footer_columns, start=1)}
    plain = ("accent_colour", "tint_colour", "return_line", "website", "closing_formula", "crest_svg")
    return LetterheadForm(
        initial={
            **{name: getattr(version, name) for name in plain},
            **columns,
            "crest_alternative": version.crest_alternative,
            "signature_lines": "\n".join(version.signature_lines),
            "based_on": version.number,
        }
    )


def _filled_lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


class LetterPartsForm(VersionedForm):
    """The authority's own texts of one kind of letter."""

    opening = PlainTextField(
        label="Text nach der Anrede",
        required=False,
        max_length=20_000,
        strip=False,  # places of mistakes count in what was typed
        help_text="Eine leere Zeile beginnt einen neuen Absatz. Bleibt das Feld leer, steht dort nichts.",
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "true", "class": "ba-input--code"}),
    )
    closing = PlainTextField(
        label="Text vor dem Gruß",
        required=False,
        max_length=20_000,
        strip=False,  # places of mistakes count in what was typed
        help_text="Eine leere Zeile beginnt einen neuen Absatz. Bleibt das Feld leer, steht dort nichts.",
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "true", "class": "ba-input--code"}),
    )
    reason = _reason()
    opening_based_on = forms.IntegerField(widget=forms.HiddenInput())
    closing_based_on = forms.IntegerField(widget=forms.HiddenInput())

    def texts(self) -> dict[str, str]:
        """Return the texts by place."""
        return {place: self.cleaned_data.get(place, "") for place in LetterPlace.values}

    def based_on(self) -> dict[str, int]:
        """Return by place the number of the version that each text was made from."""
        return {place: self.cleaned_data[f"{place}_based_on"] for place in LetterPlace.values}


def letter_parts_form(in_force: dict[str, LetterPartVersion]) -> LetterPartsForm:
    """Return the form with the texts in force by place."""
    initial: dict[str, object] = {}
    for place in LetterPlace.values:
        part = in_force.get(place)
        initial |= {place: part.text if part else "", f"{place}_based_on": part.number if part else 0}
    return LetterPartsForm(initial=initial)
