"""Papers made on demand for the applicant's side: check report and sign for the building site."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from permits.models import Level, PermitCase
from permits.selectors.access import STAFF_LEVELS
from permits.services.reports_out import print_check_report, print_site_sign
from permits.views.access import SignedInRequest, case_page
from permits.views.staff.reports import answer_report


@require_safe
@case_page(Level.READ)
def check_report(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Answer the report on the checks of the current site plan, as the applicant's side sees them on its page."""
    page = "application_site_plan" if case.is_draft else "case_detail"
    return answer_report(request, case, lambda: print_check_report(case=case, internal=False), page)


@require_safe
@case_page(Level.READ)
def site_sign(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Answer the sign for the building site; ``?format=A3`` for the large one."""
    reader = None if request.levels & STAFF_LEVELS else request.user
    paper = request.GET.get("format", "")
    return answer_report(request, case, lambda: print_site_sign(case=case, reader=reader, paper=paper), "case_detail")
