"""Beginning an application."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from permits.forms.applications.start import NewApplicationForm, offered_procedures
from permits.models import User
from permits.services.drafts import create_draft


@login_required
def application_new(request: HttpRequest) -> HttpResponse:
    """Ask where, in which procedure and what; then create the draft."""
    assert isinstance(request.user, User)
    procedures = offered_procedures()
    form = NewApplicationForm(request.POST or None, procedures=procedures)
    if request.method == "POST" and form.is_valid() and form.authority is not None:
        data = form.cleaned_data
        case = create_draft(authority=form.authority, procedure=data["procedure"], by=request.user, title=data["title"])
        if data["parcel"]:
            query = urlencode({"flurstueck": data["parcel"]})
            return redirect(f"{reverse('application_site', args=[case.uuid])}?{query}")
        return redirect("application_tasks", case.uuid)
    context = {
        "form": form,
        "later": [procedure for procedure in procedures if not procedure.implemented],
        "crumbs": [("Meine Anträge", reverse("my_applications")), ("Neuer Antrag", "")],
    }
    return render(request, "applications/new.html", context, status=form.status)
