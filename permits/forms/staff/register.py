"""Searching a register."""

from typing import Any

from django import forms

from permits.forms.base import DateInput, KernForm
from permits.models import RegisterAct
from permits.selectors.register import RegisterQuery

ALL = [("", "alle")]
MAX_NUMBER = 2**31 - 1


class RegisterForm(KernForm):
    """By number, case, act, kind of paper and day; what makes no sense is refused and finds nothing."""

    suche = forms.CharField(label="Nummer oder Aktenzeichen", required=False, max_length=100)
    eintrag = forms.ChoiceField(label="Eintrag", required=False, choices=[*ALL, *RegisterAct.choices])
    art = forms.ChoiceField(label="Schriftstück", required=False)
    von = forms.DateField(label="Eingetragen von", required=False, widget=DateInput())
    bis = forms.DateField(label="bis", required=False, widget=DateInput())
    vor = forms.IntegerField(required=False, min_value=1, max_value=MAX_NUMBER, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kinds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, auto_id="register_%s", **kwargs)
        art = self.fields["art"]
        assert isinstance(art, forms.ChoiceField)
        art.choices = [*ALL, *kinds]

    def clean(self) -> dict[str, Any]:
        """Refuse a span of days that holds none."""
        data: dict[str, Any] = super().clean() or {}
        since, until = data.get("von"), data.get("bis")
        if since and until and until < since:
            self.add_error("bis", "Dieser Tag liegt vor dem ersten. Bitte tauschen Sie die beiden Tage.")
        if "vor" in self.errors:
            del self.errors["vor"]
            self.add_error(None, "Die Seite des Registers gibt es nicht. Bitte suchen Sie noch einmal.")
        return data

    def query(self) -> RegisterQuery:
        """Return what is to be found. Ask ``is_valid`` first."""
        data = self.cleaned_data
        return RegisterQuery(
            text=data.get("suche", "").strip(),
            act=data.get("eintrag", ""),
            kind=data.get("art", ""),
            since=data.get("von"),
            until=data.get("bis"),
            before=data.get("vor"),
        )
