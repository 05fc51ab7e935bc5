"""Number and code of a notice."""

from django import forms

from permits.forms.applications.draft import ServiceForm


class VerifyForm(ServiceForm):
    """Both stand on the last page of the notice, beside the QR code."""

    number = forms.CharField(
        label="Nummer des Bescheids",
        max_length=80,
        help_text="Zum Beispiel 63-2026-00042-B1.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    code = forms.CharField(
        label="Prüfcode",
        max_length=60,
        help_text="Vier Gruppen aus Buchstaben und Ziffern. Groß- und Kleinschreibung und Striche sind egal.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
    )
