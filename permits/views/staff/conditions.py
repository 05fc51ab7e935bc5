"""Conditions (Nebenbestimmungen) and advisory notes, grouped as in the notice."""

from uuid import UUID

from django.http import Http404, HttpResponse

from permits.forms.staff.assessment import ConditionForm
from permits.models import Condition, ConditionKind, ConditionStage, PermitCase
from permits.services.assessment import CONDITION_FIELDS, WORKING_STATES
from permits.views.access import SignedInRequest
from permits.views.staff.frame import Forms, Problem, show, staff_view


def conditions_page(
    request: SignedInRequest,
    case: PermitCase,
    *,
    forms: Forms | None = None,
    problem: Problem | None = None,
    editing: Condition | None = None,
) -> HttpResponse:
    """Show the conditions by stage, and a form to add one or to change ``editing``."""
    given = forms or {}
    rows = list(case.conditions.filter(removed_at__isnull=True).select_related("written_by", "text_block__block"))
    proper = [row for row in rows if row.kind != ConditionKind.ADVISORY_NOTE]
    groups = [{"title": stage.label, "rows": [row for row in proper if row.stage == stage]} for stage in ConditionStage]
    initial = {name: getattr(editing, name) for name in CONDITION_FIELDS} if editing else None
    context = {
        "groups": [group for group in groups if group["rows"]],
        "notes": [row for row in rows if row.kind == ConditionKind.ADVISORY_NOTE],
        "working": case.status in WORKING_STATES,
        "editing": editing,
        "condition_form": given.get("condition") or ConditionForm(initial=initial, auto_id="condition_%s"),
    }
    return show(
        request, case, section="staff_conditions", template="cases/staff/conditions.html", context=context,
        problem=problem,
    )  # fmt: skip


def condition_of(case: PermitCase, uuid: UUID) -> Condition:
    """Return a condition of the case that was not taken out; raises Http404."""
    found = case.conditions.filter(uuid=uuid, removed_at__isnull=True).first()
    if found is None:
        raise Http404
    return found


@staff_view()
def staff_conditions(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """The page's address."""
    return conditions_page(request, case)
