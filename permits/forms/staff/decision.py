"""Forms around the decision."""

from django import forms

from permits.forms.base import DateInput, KernForm
from permits.forms.staff.base import text_area
from permits.models import Channel, Outcome


class DecisionForm(KernForm):
    """The text of a decision; ``revision`` tells which state of it the person saw."""

    printed = True
    outcome = forms.ChoiceField(label="Ausgang", choices=Outcome.choices, widget=forms.RadioSelect)
    operative_part = text_area(
        "Tenor",
        needed_later=True,
        rows=6,
        limit=20000,
        hint="Zum Vorlegen nötig, im Entwurf noch nicht. Absätze durch eine Leerzeile trennen.",
    )
    reasons = text_area(
        "Begründung",
        needed_later=True,
        rows=12,
        limit=50000,
        hint="Bei einer Ablehnung zum Vorlegen nötig (§ 39 VwVfG), bei einer Genehmigung freiwillig.",
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)


class HearingForm(KernForm):
    """The hearing before a refusal."""

    printed = True
    text = text_area("Gründe der beabsichtigten Ablehnung", rows=6, limit=10000)
    due_on = forms.DateField(label="Frist zur Stellungnahme", widget=DateInput())


class WaiverForm(KernForm):
    """Why no hearing is needed."""

    printed = True
    reason = text_area("Warum ist keine Anhörung nötig? (§ 28 Abs. 2, 3 VwVfG)", rows=3)


class SignForm(KernForm):
    """The second signature; the hash names the text that the person read."""

    content_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    read = forms.BooleanField(label="Ich habe die Fassung gelesen und zeichne sie.")


class ReturnForm(KernForm):
    """Sending a version back."""

    reason = text_area("Grund der Rückgabe", rows=3)


class PostingForm(KernForm):
    """The day on which a notice was handed to the post."""

    posted_on = forms.DateField(label="Tag der Aufgabe zur Post", widget=DateInput())


class ServeAgainForm(KernForm):
    """The channel of a further attempt."""

    channel = forms.ChoiceField(label="Weg", choices=Channel.choices, initial=Channel.POST)
