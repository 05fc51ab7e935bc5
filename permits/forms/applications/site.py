"""The site: parcels by number or by district, section and number, and the address."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms

from permits.forms.applications.draft import DraftForm, ServiceForm
from permits.models import CadastralDistrict, PermitCase
from permits.parcel_numbers import PATTERN, normalised

SEPARATORS = re.compile(r"[\n\r,;]+")
PLOT_NUMBER = re.compile(r"^(\d{1,5})(?:\s*/\s*(\d{1,4}))?$")


class ParcelsForm(DraftForm):
    """The whole list of parcels; the map writes into the same field."""

    parcels = forms.CharField(
        label="Flurstückskennzeichen",
        required=False,
        max_length=4000,
        help_text="Eines je Zeile. Die Auswahl in der Karte erscheint hier, und was Sie hier eingeben, in der Karte.",
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off"}),
    )

    def clean_parcels(self) -> list[str]:
        """Return the numbers; blanks within a number do not count, blanks between two numbers do."""
        found: list[str] = []
        for piece in SEPARATORS.split(self.cleaned_data["parcels"]):
            words = piece.split()
            found += words if words and all(PATTERN.match(word) for word in words) else [normalised(piece)]
        return [number for number in dict.fromkeys(found) if number]

    def stored(self) -> Mapping[str, Any]:
        """Return the parcels as saved."""
        return {"parcels": list(self.case.site.parcels.order_by("parcel_id").values_list("parcel_id", flat=True))}


class AddParcelForm(ServiceForm):
    """One parcel as people name it."""

    district = forms.ChoiceField(label="Gemarkung")
    section = forms.IntegerField(
        label="Flur",
        min_value=1,
        max_value=999,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    number = forms.CharField(
        label="Flurstück",
        max_length=12,
        help_text="Zum Beispiel 48/7.",
        widget=forms.TextInput(attrs={"class": "ba-input--short", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, case: PermitCase, **kwargs: Any) -> None:
        kwargs.setdefault("prefix", "add")
        super().__init__(*args, **kwargs)
        districts = CadastralDistrict.objects.filter(authority=case.authority).order_by("name")
        field = self.fields["district"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(row.code, f"{row.name} ({row.code})") for row in districts]

    def clean_number(self) -> tuple[int, int | None]:
        """Return numerator and denominator."""
        match = PLOT_NUMBER.match(self.cleaned_data["number"].strip())
        if match is None:
            raise forms.ValidationError("Bitte geben Sie die Nummer so an: 48/7 oder 48.")
        return int(match[1]), int(match[2]) if match[2] else None


class AddressForm(DraftForm):
    """Address of the site, where there is one already."""

    street = forms.CharField(label="Straße", max_length=200, required=False)
    house_number = forms.CharField(
        label="Hausnummer", max_length=20, required=False, widget=forms.TextInput(attrs={"class": "ba-input--short"})
    )
    postal_code = forms.RegexField(
        r"^\d{5}$",
        label="Postleitzahl",
        required=False,
        error_messages={"invalid": "Eine Postleitzahl hat fünf Ziffern."},
        widget=forms.TextInput(attrs={"class": "ba-input--short", "inputmode": "numeric"}),
    )
    city = forms.CharField(label="Ort", max_length=100, required=False)

    def __init__(self, *args: Any, case: PermitCase, **kwargs: Any) -> None:
        kwargs.setdefault("prefix", "address")
        kwargs["initial"] = {name: getattr(case.site, name) for name in ADDRESS}
        super().__init__(*args, case=case, **kwargs)

    def stored(self) -> Mapping[str, Any]:
        """Return the address as saved."""
        self.case.site.refresh_from_db()
        return {name: getattr(self.case.site, name) for name in ADDRESS}


ADDRESS = ("street", "house_number", "postal_code", "city")
