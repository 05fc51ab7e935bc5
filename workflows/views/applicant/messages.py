"""Writing to the authority."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from permits.forms.applications.running import MessageForm
from permits.models import Level, PermitCase
from permits.services.communication import send_message
from permits.views.access import SignedInRequest, case_page
from permits.views.applicant_case import applicant_case
from workflows import actions
from workflows.views.applicant.frame import carried_out


@require_POST
@case_page(Level.CONTRIBUTE)
def applicant_message(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Send a message; what was typed stays where it does not go through."""
    form = MessageForm(request.POST)
    if form.is_valid():
        text = form.cleaned_data["text"]
        if carried_out(form, lambda: actions.on_case(send_message, case=case, by=request.user, text=text)):
            messages.success(request, "Ihre Nachricht ist gesendet.")
            return redirect("case_detail", case.uuid)
    return applicant_case(request, case, message_form=form)
