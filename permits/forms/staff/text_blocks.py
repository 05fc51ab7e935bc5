"""Forms of the library of text blocks."""

import datetime as dt
from typing import Any

from django import forms

from permits import legal_time
from permits.block_triggers import trigger_groups
from permits.forms.base import DateInput, KernForm
from permits.forms.staff.base import text_area
from permits.law import law
from permits.models import ConditionKind, ConditionStage, PermitAuthority
from permits.selectors.text_block_filling import block_errors, sample_text
from permits.services.text_blocks import MAX_BASIS, MAX_NOTE, MAX_TEXT, MAX_TITLE, BlockContent

LANGUAGE_FIELDS = ("text", "reason")


class TextBlockForm(KernForm):
    """All that a version says. ``based_on``: number of the version that was seen; ``key``: only of a new block."""

    printed = True
    based_on = forms.IntegerField(widget=forms.HiddenInput, required=False)
    key = forms.CharField(
        label="Schlüssel", max_length=20, help_text="Unter diesem Schlüssel wird der Baustein zitiert; er bleibt."
    )
    title = forms.CharField(label="Bezeichnung", max_length=MAX_TITLE, help_text="Steht nur in der Bibliothek.")
    kind = forms.ChoiceField(label="Art", choices=ConditionKind.choices, initial=ConditionKind.REQUIREMENT)
    stage = forms.ChoiceField(label="Zu erfüllen", choices=ConditionStage.choices)
    text = text_area("Text", rows=7, limit=MAX_TEXT)
    reason = text_area("Begründung", required=False, rows=4, limit=MAX_TEXT)
    legal_basis = forms.CharField(label="Rechtsgrundlage", required=False, max_length=MAX_BASIS)
    basis_verified = forms.BooleanField(
        label="Die Rechtsgrundlage ist mit dem geltenden Gesetzestext verglichen",
        required=False,
        help_text="Ohne diesen Haken steht überall „ungeprüft“ dabei.",
    )
    procedures = forms.MultipleChoiceField(
        label="Passt zu den Verfahren",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Ohne Auswahl: zu allen.",
    )
    proposed_when = forms.MultipleChoiceField(label="Vorschlagen", required=False, widget=forms.CheckboxSelectMultiple)
    valid_from = forms.DateField(label="Gilt ab", widget=DateInput())
    valid_to = forms.DateField(label="Gilt bis einschließlich", widget=DateInput(), required=False)
    note = forms.CharField(label="Anlass der Fassung", required=False, max_length=MAX_NOTE)

    def __init__(self, *args: Any, authority: PermitAuthority, new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not new:
            del self.fields["key"]
        procedures = law(authority.land).on(legal_time.today()).procedures.values()
        self.fields["procedures"].choices = [  # type: ignore[attr-defined]
            (row.id, f"{row.title} ({row.legal_basis})") for row in procedures
        ]
        self.groups = trigger_groups(authority.land)
        self.fields["proposed_when"].choices = [  # type: ignore[attr-defined]
            choice for _, choices in self.groups for choice in choices
        ]

    @staticmethod
    def initial_of(content: BlockContent | None) -> dict[str, Any]:
        """Return what a form starts with: a version, or an empty block that counts from today on."""
        if content is None:
            return {"valid_from": legal_time.today()}
        return dict(vars(content))

    def clean(self) -> dict[str, Any]:
        """Check the language of the texts: every mistake is named with line and column."""
        data = super().clean() or {}
        for name in LANGUAGE_FIELDS:
            for error in block_errors(data.get(name, "")):
                self.add_error(name, str(error))
        start, end = data.get("valid_from"), data.get("valid_to")
        if isinstance(start, dt.date) and isinstance(end, dt.date) and end < start:
            self.add_error("valid_to", "Der letzte Tag der Geltung liegt vor dem ersten.")
        return data

    def content(self) -> BlockContent:
        """Return what a valid form says."""
        data = {name: value for name, value in self.cleaned_data.items() if name not in ("key", "based_on", "note")}
        return BlockContent(**data | {name: tuple(data[name]) for name in ("procedures", "proposed_when")})

    @property
    def trigger_groups(self) -> list[dict[str, Any]]:
        """The boxes of ``proposed_when`` under their headings; a group with a chosen one is open."""
        boxes = {str(box.data["value"]): box for box in self["proposed_when"]}
        return [
            {
                "title": title,
                "boxes": [boxes[trigger] for trigger, _ in choices],
                "chosen": sum(1 for trigger, _ in choices if boxes[trigger].data.get("selected")),
            }
            for title, choices in self.groups
        ]


class TextPreviewForm(forms.Form):
    """A text that somebody is writing, for its preview; nothing is refused, mistakes are named."""

    text = text_area("Text", required=False, limit=MAX_TEXT)
    reason = text_area("Begründung", required=False, limit=MAX_TEXT)

    def previews(self, authority: PermitAuthority) -> list[dict[str, Any]]:
        """Return per text its label, mistakes, and what it says with the example values for an authority."""
        return [
            {
                "label": str(self.fields[name].label),
                "errors": [str(error) for error in errors],
                "filled": "" if errors else sample_text(text, authority),
            }
            for name in LANGUAGE_FIELDS
            if (text := self.data.get(name, "").replace("\r\n", "\n")[: MAX_TEXT + 1].strip())
            for errors in [block_errors(text)]
        ]


class AdoptForm(KernForm):
    """Under which key a block of another authority comes into the own library."""

    key = forms.CharField(label="Schlüssel in Ihrer Bibliothek", max_length=20)


class BlockFileForm(KernForm):
    """A library as a file."""

    file = forms.FileField(label="TOML-Datei", help_text="Wie die Ausgabe; höchstens 5 MB.")
    check_only = forms.BooleanField(label="Nur prüfen, nichts speichern", required=False)
