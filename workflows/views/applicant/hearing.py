"""The statement in a hearing before a refusal (§ 28 VwVfG)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from permits.forms.applications.running import StatementForm
from permits.models import CaseStatus, Level, PermitCase
from permits.services.hearings import answer_hearing
from permits.views.access import SignedInRequest, case_page
from permits.views.applications.frame import page
from workflows import actions
from workflows.views.applicant.frame import carried_out


@case_page(Level.CONTRIBUTE)
def hearing_statement(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Show the reasons of the intended refusal; POST gives the statement."""
    hearing = case.hearings.filter(due_on__isnull=False).order_by("-held_at").first()
    form = StatementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        statement = form.cleaned_data["statement"]
        if carried_out(form, lambda: actions.on_case(answer_hearing, case=case, by=request.user, statement=statement)):
            messages.success(request, "Ihre Stellungnahme ist eingegangen.")
            return redirect("case_detail", case.uuid)
    elif case.status != CaseStatus.HEARING or hearing is None:
        messages.info(request, "Zu diesem Vorgang läuft keine Anhörung.")
        return redirect("case_detail", case.uuid)
    context = page(
        case,
        "Stellungnahme zur Anhörung",
        form=form,
        hearing=hearing,
        letters=case.issued_documents.filter(kind="hearing_letter"),
    )
    return render(request, "cases/applicant_hearing.html", context, status=form.status)
