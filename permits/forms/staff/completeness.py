"""Forms of the formal examination."""

from typing import Any

from django import forms

from permits.forms.base import DateInput, KernForm
from permits.forms.staff.base import text_area
from permits.models import FindingKind, PermitCase, SubmittedDocument
from permits.selectors.clock import law_of


class FindingForm(KernForm):
    """A defect: of a document that is there, of one that is missing, or of the application itself."""

    printed = True
    kind = forms.ChoiceField(
        label="Art des Befundes", choices=FindingKind.choices, initial=FindingKind.DOCUMENT_MISSING
    )
    document_type = forms.ChoiceField(label="Art der Unterlage", required=False)
    document = forms.ModelChoiceField(
        label="Eingereichte Unterlage",
        queryset=SubmittedDocument.objects.none(),
        required=False,
        empty_label="keine",
        to_field_name="uuid",
    )
    text = text_area("Was fehlt oder ist falsch?", rows=3, limit=2000, hint="Dieser Satz steht im Schreiben.")

    def __init__(self, *args: Any, case: PermitCase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        types = law_of(case).document_types.values()
        self.fields["document_type"].choices = [  # type: ignore[attr-defined]
            ("", "keine bestimmte"),
            *((kind.id, kind.title) for kind in types if not kind.from_authority),
        ]
        documents = SubmittedDocument.objects.filter(case=case, removed_at__isnull=True).order_by("document_type", "pk")
        self.fields["document"].queryset = documents  # type: ignore[attr-defined]
        self.fields["document"].label_from_instance = lambda document: document.title  # type: ignore[attr-defined]


class RequestForm(KernForm):
    """The request for what is missing."""

    printed = True
    due_on = forms.DateField(label="Frist zur Nachreichung", widget=DateInput())
    text = text_area("Zusätzlicher Text", required=False, rows=3, hint="Die Befunde stehen ohnehin im Schreiben.")


class ExtensionForm(KernForm):
    """More time to answer."""

    printed = True
    until = forms.DateField(label="Verlängern bis", widget=DateInput())


class DecisionTimeForm(KernForm):
    """More time to decide; the reason stands in the letter."""

    printed = True
    until = forms.DateField(label="Entscheidung verlängern bis", widget=DateInput())
    reason = text_area(
        "Begründung für das Schreiben",
        rows=4,
        limit=500,
        hint="Warum ist die Sache so schwierig, dass mehr Zeit nötig und diese Länge angemessen ist?",
    )
