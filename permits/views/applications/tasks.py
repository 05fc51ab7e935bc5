"""The task list of a draft, and who works on it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from permits.errors import AccessDeniedError
from permits.forms.applications.parties import InviteForm
from permits.models import AccessGrant, Level, PermitCase, User
from permits.selectors.access import APPLICANT_LEVELS
from permits.selectors.applications import Section, missing_documents, sections_of
from permits.selectors.clock import law_of
from permits.services.access import revoke_case_access
from permits.services.invitations import InvitationError, accept_invitation, invite, read_invitation
from permits.views.access import SignedInRequest
from permits.views.applications.frame import crumbs, draft_page

PAGES = {
    "site": "application_site",
    "proposal": "application_proposal",
    "parties": "application_parties",
    "site_plan": "application_site_plan",
    "documents": "application_documents",
}


@draft_page()
def application_tasks(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Show what is done and what is still to do."""
    return _render(request, case, InviteForm())


@require_POST
@draft_page(Level.OWN)
def application_invite(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Invite somebody; the answer is the same whether the address has an account or not."""
    form = InviteForm(request.POST)
    if form.is_valid():
        email, level = form.cleaned_data["email"], form.cleaned_data["level"]
        if form.carried_out(lambda: invite(case=case, by=request.user, email=email, level=level)):
            messages.success(
                request,
                f"Die Einladung an {email} ist unterwegs. Wer noch kein Konto hat, legt zuerst eines an. "
                "Der Antrag erscheint dort, sobald die Einladung angenommen ist.",
            )
            return redirect("application_tasks", case.uuid)
    return _render(request, case, form)


@require_POST
@draft_page(Level.OWN)
def application_uninvite(request: SignedInRequest, case: PermitCase, person: UUID) -> HttpResponse:
    """End somebody's access."""
    user = get_object_or_404(User, uuid=person)
    try:
        revoke_case_access(case=case, of=user, by=request.user)
    except AccessDeniedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{user.full_name} hat keinen Zugriff mehr.")
    return redirect("application_tasks", case.uuid)


@login_required
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation; POST accepts it."""
    assert isinstance(request.user, User)
    try:
        if request.method == "POST":
            grant = accept_invitation(token=token, by=request.user)
            messages.success(request, "Sie arbeiten jetzt an diesem Antrag mit.")
            assert grant.case is not None
            return redirect("case_detail", grant.case.uuid)
        offered = read_invitation(token=token, user=request.user)
    except InvitationError as error:
        return render(request, "applications/invitation.html", {"error": str(error)}, status=410)
    return render(request, "applications/invitation.html", {"invitation": offered})


def _render(request: SignedInRequest, case: PermitCase, form: InviteForm) -> HttpResponse:
    sections = sections_of(case)
    tasks = [_task(case, section) for section in sections]
    context = {
        "case": case,
        "crumbs": crumbs(case),
        "procedure": law_of(case).procedure(case.procedure),
        "tasks": tasks,
        "done": sum(task["tone"] == "success" for task in tasks),
        "total": len(sections),
        "ready": all(section.complete for section in sections),
        "people": _people(case),
        "may_invite": Level.OWN in request.levels,
        "form": form,
    }
    return render(request, "applications/tasks.html", context, status=form.status)


def _task(case: PermitCase, section: Section) -> dict[str, str]:
    status, tone = "Noch nicht begonnen", "neutral"
    if section.started:
        status, tone = ("Vollständig", "success") if section.complete else ("In Arbeit", "info")
    hint = section.gaps[0] if section.gaps and section.started else ""
    if section.id == "documents" and section.started:
        missing = len(missing_documents(case))
        if missing:
            status, tone, hint = "In Arbeit", "info", f"{missing} erforderliche Bauvorlagen fehlen noch."
    return {
        "title": section.title,
        "url": reverse(PAGES[section.id], args=[case.uuid]),
        "status": status,
        "tone": tone,
        "hint": hint,
    }


def _people(case: PermitCase) -> list[AccessGrant]:
    grants = AccessGrant.objects.filter(
        case=case, level__in=APPLICANT_LEVELS, valid_until__isnull=True, user__isnull=False
    )
    return list(grants.select_related("user").order_by("pk"))
