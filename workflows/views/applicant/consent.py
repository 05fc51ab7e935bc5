"""Consent to be served through the portal: before and after submission, by the person itself."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from permits.errors import InvalidInputError, StateError
from permits.models import Level, Party, PermitCase
from permits.services.drafts import set_portal_consent
from permits.views.access import SignedInRequest, case_page
from workflows import actions
from workflows.locks import CaseBusyError
from workflows.views.applicant.frame import busy


@require_POST
@case_page(Level.CONTRIBUTE)
def portal_consent(request: SignedInRequest, case: PermitCase, party: UUID) -> HttpResponse:
    """Give or take back one's own consent."""
    found = get_object_or_404(Party, case=case, uuid=party)
    consents = request.POST.get("consents") == "1"
    try:
        actions.on_case(set_portal_consent, case=case, by=request.user, party=found, consents=consents)
    except (InvalidInputError, StateError) as error:
        messages.error(request, str(error))
    except CaseBusyError:
        return busy(request, case)
    else:
        given = "Sie haben der Bekanntgabe über das Portal zugestimmt."
        taken = "Ihre Zustimmung ist zurückgenommen. Ein Bescheid kommt mit der Post."
        messages.success(request, given if consents else taken)
    return redirect("application_parties" if case.is_draft else "case_detail", case.uuid)
