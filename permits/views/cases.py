"""The page of a case: staff work on it, the applicant's side follows it."""

from django.http import HttpResponse
from django.shortcuts import redirect

from permits.models import Level, PermitCase
from permits.selectors.case_page import works_for
from permits.views.access import SignedInRequest, case_page
from permits.views.applicant_case import applicant_case
from permits.views.staff_case import staff_case


@case_page(Level.READ)
def case_detail(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Show the case to whoever may see it, as staff or as applicant."""
    if case.is_draft:
        return redirect("application_tasks", case.uuid)
    if works_for(request.user, case.authority):
        return staff_case(request, case)
    return applicant_case(request, case)
