"""The proposal of a draft."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from permits.forms.applications.proposal import FIELDS, ProposalForm
from permits.models import PermitCase
from permits.selectors.clock import law_of
from permits.services.drafts import save_proposal
from permits.views.access import SignedInRequest
from permits.views.applications.frame import draft_page, page


@draft_page()
def application_proposal(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Ask what is to be built."""
    form = ProposalForm(request.POST or None, case=case, law=law_of(case))
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in FIELDS}
        revision = form.cleaned_data["revision"]
        if form.carried_out(lambda: save_proposal(case=case, by=request.user, values=values, revision=revision)):
            messages.success(request, "Das Bauvorhaben ist gespeichert.")
            return redirect("application_tasks", case.uuid)
    return render(request, "applications/proposal.html", page(case, "Bauvorhaben", form=form), status=form.status)
