"""Taking an application back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from permits.forms.applications.running import WithdrawForm
from permits.models import Level, PermitCase
from permits.services.withdrawal import WITHDRAWABLE
from permits.views.access import SignedInRequest, case_page
from permits.views.applications.frame import page
from workflows import actions
from workflows.views.applicant.frame import carried_out


@case_page(Level.OWN)
def withdraw_application(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Explain what follows and ask; POST takes the application back."""
    if case.status not in WITHDRAWABLE:
        messages.info(request, "Dieser Antrag lässt sich nicht (mehr) zurücknehmen.")
        return redirect("case_detail", case.uuid)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if carried_out(form, lambda: actions.withdraw(case=case, by=request.user, reason=reason)):
            messages.success(request, "Ihr Antrag ist zurückgenommen.")
            return redirect("case_detail", case.uuid)
    context = page(case, "Antrag zurücknehmen", form=form)
    return render(request, "cases/applicant_withdraw.html", context, status=form.status)
