"""Forms of the assessment: assignment, review of a check, conditions."""

from typing import Any

from django import forms

from permits.check_titles import verdict_text
from permits.forms.base import KernForm
from permits.forms.staff.base import text_area
from permits.models import ConditionKind, ConditionStage, PermitCase, User, Verdict
from permits.selectors.case_page import officers_of


class AssignForm(KernForm):
    """Who works on the case."""

    assigned_to = forms.ModelChoiceField(
        label="Sachbearbeitung",
        queryset=User.objects.none(),
        required=False,
        empty_label="nicht zugewiesen",
        to_field_name="uuid",
    )

    def __init__(self, *args: Any, case: PermitCase, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"assigned_to": case.assigned_to.uuid if case.assigned_to else None})
        super().__init__(*args, **kwargs)
        self.fields["assigned_to"].queryset = officers_of(case.authority)  # type: ignore[attr-defined]


class ReviewForm(KernForm):
    """What an officer makes of a check: its verdict, or another one with a reason."""

    verdict = forms.ChoiceField(label="Bewertung der Behörde", choices=Verdict.choices)
    reason = text_area("Begründung", required=False, rows=2, hint="Nötig, wenn Sie vom Prüfergebnis abweichen.")

    def __init__(self, *args: Any, check: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The words that the check's result is shown with.
        self.fields["verdict"].choices = [  # type: ignore[attr-defined]
            (verdict, verdict_text(check, verdict)) for verdict in Verdict.values
        ]


class ConditionForm(KernForm):
    """A condition or advisory note."""

    printed = True
    kind = forms.ChoiceField(label="Art", choices=ConditionKind.choices, initial=ConditionKind.REQUIREMENT)
    stage = forms.ChoiceField(label="Zu erfüllen", choices=ConditionStage.choices)
    text = text_area("Text", rows=4)
    reason = text_area("Begründung", required=False, rows=2)
    legal_basis = forms.CharField(label="Rechtsgrundlage", required=False, max_length=200)
