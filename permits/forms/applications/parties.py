"""The people of an application."""

from collections.abc import Mapping
from typing import Any

from django import forms

from permits.forms.applications.draft import DraftForm, ServiceForm
from permits.law import Law
from permits.models import Level, Party, PartyRole, PermitCase, User

SALUTATIONS = [("", "Keine Angabe"), ("Frau", "Frau"), ("Herr", "Herr")]
PERSON = ("organisation_name", "salutation", "given_name", "family_name")
ADDRESS = ("street", "house_number", "postal_code", "city")
CONTACT = ("email", "phone")
DESIGNER = ("entitlement_code", "chamber_code", "chamber_number")


class PartyForm(DraftForm):
    """Name, address and contact of one person; for the designer also the entitlement (§ 53 Abs. 3 NBauO)."""

    organisation_name = forms.CharField(label="Firma oder Organisation", max_length=300, required=False)
    salutation = forms.ChoiceField(label="Anrede", choices=SALUTATIONS, required=False)
    given_name = forms.CharField(label="Vorname", max_length=200, required=False)
    family_name = forms.CharField(label="Nachname", max_length=200, required=False)
    street = forms.CharField(label="Straße", max_length=200)
    house_number = forms.CharField(
        label="Hausnummer", max_length=20, required=False, widget=forms.TextInput(attrs={"class": "ba-input--short"})
    )
    postal_code = forms.CharField(
        label="Postleitzahl", max_length=10, widget=forms.TextInput(attrs={"class": "ba-input--short"})
    )
    city = forms.CharField(label="Ort", max_length=100)
    email = forms.EmailField(label="E-Mail-Adresse", required=False)
    phone = forms.CharField(
        label="Telefon", max_length=50, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    entitlement_code = forms.ChoiceField(label="Bauvorlageberechtigung")
    chamber_code = forms.ChoiceField(label="Kammer", required=False)
    chamber_number = forms.CharField(label="Mitgliedsnummer", max_length=50, required=False)
    is_me = forms.BooleanField(
        label="Das bin ich",
        required=False,
        help_text="Dann gehört Ihr Konto zu dieser Person. Nur so können Sie der Bekanntgabe über das Portal "
        "zustimmen.",
    )

    def __init__(
        self, *args: Any, case: PermitCase, law: Law, role: PartyRole, party: Party | None, user: User, **kwargs: Any
    ) -> None:
        self.party, self.role, self.user = party, role, user
        kwargs["initial"] = {**self.stored_values(), **(kwargs.get("initial") or {})}
        super().__init__(*args, case=case, **kwargs)
        if role == PartyRole.DESIGNER:
            self._choices("entitlement_code", [("", "Bitte auswählen"), *law.choices("entitlements")])
            self._choices("chamber_code", [("", "Keine"), *law.choices("chambers")])
        else:
            for name in DESIGNER:
                del self.fields[name]
        if party is not None and party.user_id is not None:
            # Linked once, to whomever: a party never moves to another account.
            del self.fields["is_me"]

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        """A party is a person or an organisation; nobody is the same party twice."""
        data = super().clean() or {}
        if not self.data.get("interim") and not (data.get("family_name") or data.get("organisation_name")):
            self.add_error("family_name", "Bitte geben Sie den Nachnamen oder eine Firma an.")
        taken = self.case.parties.filter(role=self.role, user=self.user)
        if data.get("is_me") and any(party != self.party for party in taken):
            self.add_error("is_me", "Sie stehen in dieser Rolle schon im Antrag.")
        return data

    def values(self) -> dict[str, Any]:
        """Return the person's data without what only the form needs."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {"revision", "is_me"}}

    def stored_values(self) -> dict[str, Any]:
        """Return the party as saved."""
        if self.party is None:
            return {}
        return {name: getattr(self.party, name) for name in (*PERSON, *ADDRESS, *CONTACT, *DESIGNER)}

    def stored(self) -> Mapping[str, Any]:
        """Return the party as saved now."""
        if self.party is not None:
            self.party.refresh_from_db()
        return self.stored_values()


class InviteForm(ServiceForm):
    """Invite somebody to work on the application."""

    email = forms.EmailField(
        label="E-Mail-Adresse", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    level = forms.ChoiceField(
        label="Die Person soll",
        choices=[
            (Level.CONTRIBUTE, "mitarbeiten: ausfüllen, Unterlagen hochladen und einreichen"),
            (Level.OWN, "wie ich verantwortlich sein: auch einladen und zurücknehmen"),
        ],
        initial=Level.CONTRIBUTE,
        widget=forms.RadioSelect,
    )
