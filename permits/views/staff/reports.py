"""Papers made on demand for the authority: check report, index of the file, sign for the building site, letters
that go with a notice."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from permits.errors import InvalidInputError
from permits.models import Channel, PermitCase, ServiceOfNotice
from permits.services.reports_out import (
    NothingToPrintError,
    PrintedReport,
    print_check_report,
    print_cover_letter,
    print_file_index,
    print_site_sign,
)
from permits.views.access import SignedInRequest
from permits.views.staff.decision import pdf_response
from permits.views.staff.frame import staff_view


@require_safe
@staff_view()
def staff_check_report(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Answer the report on the last check run, with the authority's assessments."""
    return answer_report(request, case, lambda: print_check_report(case=case, internal=True), "staff_assessment")


@require_safe
@staff_view()
def staff_file_index(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Answer the index of the file."""
    return answer_report(request, case, lambda: print_file_index(case=case), "staff_documents")


@require_safe
@staff_view()
def staff_site_sign(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Answer the sign for the building site; ``?format=A3`` for the large one."""
    paper = request.GET.get("format", "")
    return answer_report(request, case, lambda: print_site_sign(case=case, reader=None, paper=paper), "staff_service")


@require_safe
@staff_view()
def staff_cover_letter(request: SignedInRequest, case: PermitCase, service: UUID) -> HttpResponse:
    """Answer the letter that goes with a notice by post; only for a service by post."""
    found = get_object_or_404(
        ServiceOfNotice.objects.select_related("document", "party"),
        uuid=service,
        document__case=case,
        channel=Channel.POST,
    )
    return answer_report(request, case, lambda: print_cover_letter(case=case, service=found), "staff_service")


def answer_report(
    request: SignedInRequest, case: PermitCase, printed: Callable[[], PrintedReport], page: str
) -> HttpResponse:
    """Answer what ``printed`` makes; where there is nothing to print, say so on ``page`` of the case."""
    try:
        report = printed()
    except (NothingToPrintError, InvalidInputError) as error:
        messages.error(request, str(error))
        return redirect(page, case.uuid)
    return pdf_response(report.pdf, report.file_name)
