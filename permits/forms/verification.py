"""Number and code of a notice, or the checksum of its file."""

import re

from django import forms

from permits.forms.applications.draft import ServiceForm

SHA256 = re.compile(r"[0-9a-f]{64}")
# What the commands print that the page names: of sha256sum and shasum the sum first (after a backslash where the name
# of the file has one), of their "--tag" the sum last, of certutil between two sentences.
PRINTED = (
    re.compile(r"\\?([0-9a-f]{64})\s.*", re.DOTALL),
    re.compile(r"sha256 ?\(.*\) ?= ?([0-9a-f]{64})", re.DOTALL),
    # A browser's field takes the ends of lines out.
    re.compile(r".*:\s*([0-9a-f]{64})(?:\s*certutil: .*)?", re.DOTALL),
)


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


class HashForm(ServiceForm):
    """The SHA-256 of a file, computed in the browser or by hand; never the file itself."""

    sha256 = forms.CharField(
        label="Prüfsumme (SHA-256)",
        max_length=1000,
        help_text="64 Zeichen: Ziffern und die Buchstaben a bis f.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "data-verify-field": ""}),
    )

    def clean_sha256(self) -> str:
        """Return the checksum in small letters, without the blanks that some programs put in or the file's name."""
        text = self.cleaned_data["sha256"].strip().lower()
        if SHA256.fullmatch(bare := "".join(text.split())):
            return bare
        found = next(filter(None, (line.fullmatch(text) for line in PRINTED)), None)
        if found is None:
            raise forms.ValidationError("Eine Prüfsumme hat 64 Zeichen: Ziffern und die Buchstaben a bis f.")
        return found.group(1)
