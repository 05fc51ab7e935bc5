"""The case as its applicant side sees it."""

from django.http import HttpResponse
from django.shortcuts import render

from permits.forms.applications.running import MessageForm
from permits.models import Level, PartyRole, PermitCase
from permits.parcel_numbers import parcel_label
from permits.selectors.access import APPLICANT_LEVELS
from permits.selectors.applicant_case import (
    clocks_for_applicants,
    open_hearing_of,
    open_request_of,
    own_services,
    papers_of,
    status_of,
    timeline,
)
from permits.selectors.clock import law_of
from permits.services.withdrawal import WITHDRAWABLE
from permits.views.access import SignedInRequest
from permits.views.applications.documents import shown_documents
from permits.views.applications.frame import crumbs
from permits.views.applications.site_plan import findings_context

OWN_PARTIES = (PartyRole.APPLICANT, PartyRole.REPRESENTATIVE)


def applicant_case(
    request: SignedInRequest, case: PermitCase, *, message_form: MessageForm | None = None
) -> HttpResponse:
    """Render the page; ``message_form`` comes back with what could not be sent."""
    writes = bool(request.levels & APPLICANT_LEVELS)
    context = {
        **findings_context(case),
        "case": case,
        "crumbs": crumbs(case),
        "status": status_of(case),
        "steps": timeline(case),
        "info_request": open_request_of(case),
        "hearing": open_hearing_of(case),
        "services": own_services(case, request.user),
        "clocks": clocks_for_applicants(case),
        "papers": papers_of(case, request.user),
        "documents": shown_documents(case, law_of(case)),
        "messages_list": list(case.messages.select_related("author")),
        "message_form": message_form or MessageForm(),
        "own_parties": list(case.parties.filter(user=request.user, role__in=OWN_PARTIES).select_related("user")),
        "parcels": [(row, parcel_label(row.parcel_id)) for row in case.site.parcels.order_by("parcel_id")],
        "may_write": writes,
        "may_withdraw": Level.OWN in request.levels and case.status in WITHDRAWABLE,
    }
    return render(request, "cases/applicant.html", context, status=message_form.status if message_form else 200)
