"""The proposal: choices come from the code lists of the Land."""

from collections.abc import Mapping
from typing import Any

from django import forms

from permits.forms.applications.draft import DraftForm
from permits.law import Law
from permits.models import PermitCase

YES_NO = [("True", "Ja"), ("False", "Nein")]
TRUTH = {"True": True, "False": False}


def _yes_no(label: str, *, help_text: str = "", required: bool = True) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        help_text=help_text,
        required=required,
        choices=YES_NO if required else [*YES_NO, ("", "Keine Angabe")],
        coerce=TRUTH.__getitem__,
        empty_value=None,
        widget=forms.RadioSelect,
    )


def _decimal(label: str, digits: int, help_text: str = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        help_text=help_text,
        required=False,
        min_value=0,
        max_digits=digits,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "ba-input--short"}),
    )


class ProposalForm(DraftForm):
    """What is to be built."""

    title = forms.CharField(label="Bezeichnung des Bauvorhabens", max_length=250)
    measure_codes = forms.MultipleChoiceField(label="Art der Maßnahme", widget=forms.CheckboxSelectMultiple)
    structure_code = forms.ChoiceField(label="Art der baulichen Anlage")
    is_residential = _yes_no("Dient das Gebäude überwiegend dem Wohnen?")
    is_special_building = _yes_no(
        "Ist es ein Sonderbau?",
        help_text="Zum Beispiel Hochhäuser, große Verkaufs- und Versammlungsstätten, Schulen und Krankenhäuser "
        "(§ 2 Abs. 5 NBauO). Für Sonderbauten gilt ein anderes Verfahren.",
    )
    creates_housing = _yes_no(
        "Entsteht durch eine Nutzungsänderung neuer Wohnraum?",
        help_text="Nur bei einer Nutzungsänderung wichtig.",
        required=False,
    )
    building_class = forms.ChoiceField(label="Gebäudeklasse", required=False)
    building_count = forms.IntegerField(label="Anzahl der Gebäude", min_value=1, max_value=999, required=False)
    dwellings = forms.IntegerField(label="Anzahl der Wohnungen", min_value=0, max_value=9999, required=False)
    height_m = _decimal("Höhe des Gebäudes in m", 6)
    gross_volume_m3 = _decimal("Brutto-Rauminhalt in m³", 12, "Nach DIN 277.")
    description = forms.CharField(
        label="Beschreibung", max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    deviations_requested = forms.CharField(
        label="Beantragte Abweichungen, Ausnahmen und Befreiungen",
        help_text="Mit Begründung. Lassen Sie das Feld leer, wenn Sie nichts beantragen.",
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, case: PermitCase, law: Law, **kwargs: Any) -> None:
        kwargs["initial"] = values_of(case)
        super().__init__(*args, case=case, **kwargs)
        self._choices("measure_codes", [(c.id, _with_hint(c.label, c.hint)) for c in law.codes("measures").values()])
        groups: dict[str, list[tuple[str, str]]] = {}
        for code in law.codes("structures").values():
            groups.setdefault(code.group or "Weitere", []).append((code.id, code.label))
        self._choices("structure_code", [("", "Bitte auswählen"), *groups.items()])
        classes = [(c.id, _with_hint(c.label, c.hint)) for c in law.codes("building_classes").values()]
        self._choices("building_class", [("", "Steht noch nicht fest"), *classes])

    def _choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def stored(self) -> Mapping[str, Any]:
        """Return the proposal as saved."""
        self.case.proposal.refresh_from_db()
        return values_of(self.case)


FIELDS = (
    "title",
    "measure_codes",
    "structure_code",
    "is_residential",
    "is_special_building",
    "creates_housing",
    "building_class",
    "building_count",
    "dwellings",
    "height_m",
    "gross_volume_m3",
    "description",
    "deviations_requested",
)


def values_of(case: PermitCase) -> dict[str, Any]:
    """Return the proposal's values by field name."""
    return {name: getattr(case.proposal, name) for name in FIELDS}


def _with_hint(label: str, hint: str) -> str:
    return f"{label}: {hint.rstrip('.')}" if hint else label
