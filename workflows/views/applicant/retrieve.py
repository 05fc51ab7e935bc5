"""Fetching the notice: the recipient's own act, logged; it counts as notified on the next day (§ 41 Abs. 2a VwVfG)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from permits.errors import InvalidInputError, StateError
from permits.models import Level, PermitCase, ServiceOfNotice, ServiceState
from permits.views.access import SignedInRequest, case_page
from workflows import actions
from workflows.locks import CaseBusyError
from workflows.views.applicant.frame import busy


@require_POST
@case_page(Level.READ)
def retrieve_notice(request: SignedInRequest, case: PermitCase, service: UUID) -> HttpResponse:
    """Record the retrieval, then lead to the file. A plain GET of the file never counts as retrieval."""
    found = get_object_or_404(
        ServiceOfNotice.objects.select_related("document", "party"),
        document__case=case,
        uuid=service,
        party__user=request.user,
    )
    try:
        served = actions.record_retrieval(case=case, by=request.user, service=found)
    except (InvalidInputError, StateError) as error:
        messages.error(request, str(error))
        return redirect("case_detail", case.uuid)
    except CaseBusyError:
        return busy(request, case)
    if served.state == ServiceState.FAILED:
        messages.error(
            request,
            "Die Zeit für den Abruf ist vorbei: Der Bescheid ist auf diesem Weg nicht bekannt gegeben. "
            "Die Behörde stellt ihn erneut zu; Sie müssen nichts tun.",
        )
        return redirect("case_detail", case.uuid)
    if served.state == ServiceState.DROPPED:
        messages.info(
            request,
            "Dieser Bescheid gilt nicht mehr, deshalb müssen Sie ihn nicht mehr abrufen. "
            "Lesen können Sie ihn weiterhin.",
        )
        return redirect("case_detail", case.uuid)
    return redirect("issued_file", case.uuid, served.document.uuid)
