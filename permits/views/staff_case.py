"""The case as its staff side sees it: the overview, which is the page of the case itself."""

from django.http import HttpResponse

from permits.forms.staff.assessment import AssignForm
from permits.models import PermitCase
from permits.selectors.case_overview import overview
from permits.selectors.changed_parcels import changed_parcels
from permits.views.access import SignedInRequest
from permits.views.staff.frame import Forms, Problem, show


def staff_case(
    request: SignedInRequest, case: PermitCase, *, forms: Forms | None = None, problem: Problem | None = None
) -> HttpResponse:
    """Show what the case is about, who takes part, where, and what was submitted."""
    given = forms or {}
    context = {
        "overview": overview(case),
        "parcel_news": changed_parcels(case),
        "assign_form": given.get("assign") or AssignForm(case=case, auto_id="assign_%s"),
    }
    return show(
        request, case, section="case_detail", template="cases/staff/overview.html", context=context, problem=problem
    )
