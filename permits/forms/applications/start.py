"""Beginning an application: where, in which procedure, what."""

from typing import Any

from django import forms

from permits import legal_time
from permits.forms.applications.draft import ServiceForm
from permits.law import Procedure, law
from permits.models import CadastralDistrict, PermitAuthority
from permits.parcel_numbers import district_code, normalised
from permits.selectors.parcels import responsible_authority

UNKNOWN_DISTRICT = (
    "Die Gemarkung dieses Flurstücks gehört zu keiner Bauaufsicht in diesem Portal. Bitte prüfen Sie die Nummer, "
    "oder wenden Sie sich an die Gemeinde oder den Landkreis."
)
NO_PARCEL_NUMBER = (
    "Das ist kein Flurstückskennzeichen. Es hat 20 Stellen und steht im Auszug aus dem Liegenschaftskataster. "
    "Sie können stattdessen die Gemarkung auswählen."
)


def offered_procedures() -> list[Procedure]:
    """Return the kinds of procedure in the Länder of this installation, those that can be chosen first."""
    found: dict[str, Procedure] = {}
    for land in PermitAuthority.objects.order_by("land").values_list("land", flat=True).distinct():
        found = {**law(land).on(legal_time.today()).procedures, **found}
    return sorted(found.values(), key=lambda procedure: not procedure.implemented)


class NewApplicationForm(ServiceForm):
    """Place, procedure and name of an application."""

    printed = True
    parcel = forms.CharField(
        label="Flurstückskennzeichen",
        max_length=60,
        required=False,
        help_text="Wenn Sie es kennen, ergibt sich die zuständige Bauaufsicht daraus.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    district = forms.ChoiceField(
        label="Gemeinde und Gemarkung",
        required=False,
        help_text="Die Gemarkung steht im Grundbuch und im Auszug aus der Liegenschaftskarte.",
    )
    procedure = forms.ChoiceField(label="Verfahren", widget=forms.RadioSelect)
    title = forms.CharField(
        label="Bezeichnung des Bauvorhabens",
        max_length=250,
        help_text="In wenigen Worten, zum Beispiel „Neubau eines Einfamilienhauses mit Garage“.",
    )

    def __init__(self, *args: Any, procedures: list[Procedure], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(entry.id, f"{entry.title} ({entry.legal_basis})") for entry in procedures if entry.implemented]
        choice = self.fields["procedure"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = offered
        if len(offered) == 1:
            choice.initial = offered[0][0]
        district = self.fields["district"]
        assert isinstance(district, forms.ChoiceField)
        district.choices = [("", "Bitte auswählen"), *_districts()]
        self.authority: PermitAuthority | None = None

    def clean_parcel(self) -> str:
        """Refuse what is no parcel number, and parcels for which nobody here is responsible."""
        parcel = normalised(self.cleaned_data["parcel"])
        if not parcel:
            return ""
        if district_code(parcel) is None:
            raise forms.ValidationError(NO_PARCEL_NUMBER)
        self.authority = responsible_authority(parcel)
        if self.authority is None:
            raise forms.ValidationError(UNKNOWN_DISTRICT)
        return parcel

    def clean(self) -> dict[str, Any]:
        """Find the one authority that both answers name."""
        data = super().clean() or {}
        chosen = CadastralDistrict.objects.select_related("authority").filter(code=data.get("district", "")).first()
        if "parcel" in self.errors:
            return data
        if self.authority is None and chosen is None:
            self.add_error("district", "Bitte wählen Sie die Gemarkung, oder geben Sie das Flurstückskennzeichen an.")
        elif self.authority and chosen and chosen.authority != self.authority:
            self.add_error(
                "district",
                f"Das Flurstück liegt nicht in dieser Gemarkung. Zuständig ist: {self.authority.name}.",
            )
        else:
            self.authority = self.authority or (chosen.authority if chosen else None)
            self._check_procedure(data.get("procedure", ""))
        return data

    def _check_procedure(self, code: str) -> None:
        procedures = law(self.authority.land).on(legal_time.today()).procedures if self.authority else {}
        if code and (code not in procedures or not procedures[code].implemented):
            self.add_error("procedure", "Dieses Verfahren bietet die zuständige Behörde hier noch nicht an.")


def _districts() -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for district in CadastralDistrict.objects.order_by("municipality", "name"):
        groups.setdefault(district.municipality or "Weitere", []).append(
            (district.code, f"{district.name} ({district.code})")
        )
    return list(groups.items())
