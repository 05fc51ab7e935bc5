"""What the applicant's side writes on a running case."""

from django import forms

from permits.forms.applications.draft import ServiceForm


class MessageForm(ServiceForm):
    """A message to the authority."""

    text = forms.CharField(
        label="Ihre Nachricht an die Behörde", max_length=10000, widget=forms.Textarea(attrs={"rows": 4})
    )


class StatementForm(ServiceForm):
    """The statement in a hearing."""

    statement = forms.CharField(
        label="Ihre Stellungnahme",
        max_length=20000,
        help_text="Sie wird Teil der Akte. Eine Stellungnahme ist freiwillig.",
        widget=forms.Textarea(attrs={"rows": 10}),
    )


class WithdrawForm(ServiceForm):
    """Taking the application back."""

    reason = forms.CharField(label="Grund", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    sure = forms.BooleanField(
        label="Ja, ich nehme den Antrag zurück.",
        error_messages={"required": "Bitte bestätigen Sie die Rücknahme."},
    )
