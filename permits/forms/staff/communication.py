"""Forms for messages, notes and follow-ups, and for the authority's team."""

from django import forms

from permits.forms.base import DateInput, KernForm
from permits.forms.staff.base import text_area
from permits.models import Role


class MessageForm(KernForm):
    """A message to the applicant's side."""

    text = text_area("Nachricht an die Antragstellenden", rows=5, limit=10000)


class NoteForm(KernForm):
    """An internal note."""

    text = text_area("Neuer Vermerk", rows=4, limit=10000, hint="Sieht nur die Behörde.")


class FollowUpForm(KernForm):
    """A date on which the case comes back."""

    due_on = forms.DateField(label="Wiedervorlage am", widget=DateInput())
    text = forms.CharField(label="Anlass", max_length=500)


class FictionForm(KernForm):
    """The officer's finding whether the fiction of a permit applies."""

    applies = forms.ChoiceField(
        label="Gilt die Genehmigungsfiktion?",
        choices=[("yes", "Ja, die Frist läuft seit dem Tag der Vollständigkeit"), ("no", "Nein")],
        widget=forms.RadioSelect(),
    )
    reason = text_area("Begründung", rows=3, limit=500)


class MemberForm(KernForm):
    """A person who joins the team."""

    email = forms.EmailField(label="E-Mail-Adresse des Kontos", max_length=254)
    role = forms.ChoiceField(label="Rolle", choices=Role.choices)
