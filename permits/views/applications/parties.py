"""The people of a draft."""

from uuid import UUID

from django.contrib import messages
from django.forms import BoundField
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from permits.errors import InvalidInputError, StateError
from permits.forms.applications.parties import ADDRESS, CONTACT, DESIGNER, PERSON, PartyForm
from permits.models import Party, PartyRole, PermitCase
from permits.selectors.clock import law_of
from permits.services.drafts import remove_party, save_party
from permits.views.access import SignedInRequest
from permits.views.applications.frame import crumbs, draft_page, page

ROLES = {
    PartyRole.APPLICANT: "Wer bauen will und den Antrag stellt (§ 52 NBauO). An sie oder ihn geht der Bescheid.",
    PartyRole.DESIGNER: "Wer die Bauvorlagen verantwortet und dazu berechtigt ist (§ 53 NBauO).",
    PartyRole.REPRESENTATIVE: "Nur wenn jemand Sie im Verfahren vertritt (§ 14 VwVfG). Dann geht der Bescheid dorthin.",
}


@draft_page()
def application_parties(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """List the people by role."""
    parties = list(case.parties.select_related("user").order_by("pk"))
    groups = [
        {
            "role": role,
            "title": PartyRole(role).label,
            "text": text,
            "parties": [party for party in parties if party.role == role],
            "mine": any(party.role == role and party.user == request.user for party in parties),
        }
        for role, text in ROLES.items()
    ]
    return render(request, "applications/parties.html", page(case, "Beteiligte", groups=groups))


@draft_page()
def application_party_new(request: SignedInRequest, case: PermitCase, role: str) -> HttpResponse:
    """Add a person in a role; ``?ich=1`` fills in one's own account."""
    if role not in ROLES:
        raise Http404
    return _edit(request, case, PartyRole(role), None)


@draft_page()
def application_party(request: SignedInRequest, case: PermitCase, party: UUID) -> HttpResponse:
    """Change a person."""
    found = get_object_or_404(Party, case=case, uuid=party)
    return _edit(request, case, PartyRole(found.role), found)


@require_POST
@draft_page()
def application_party_remove(request: SignedInRequest, case: PermitCase, party: UUID) -> HttpResponse:
    """Take a person out."""
    found = get_object_or_404(Party, case=case, uuid=party)
    try:
        remove_party(case=case, by=request.user, party=found)
    except (InvalidInputError, StateError) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{found.display_name} ist entfernt.")
    return redirect("application_parties", case.uuid)


def _edit(request: SignedInRequest, case: PermitCase, role: PartyRole, party: Party | None) -> HttpResponse:
    form = PartyForm(
        request.POST or None,
        case=case,
        law=law_of(case),
        role=role,
        party=party,
        user=request.user,
        initial=_myself(request) if request.GET.get("ich") else None,
    )
    if request.method == "POST" and form.is_valid():
        user = request.user if form.cleaned_data.get("is_me") else None
        if form.carried_out(
            lambda: save_party(
                case=case,
                by=request.user,
                role=role,
                values=form.values(),
                party=party,
                user=user,
                revision=form.cleaned_data["revision"],
            )
        ):
            messages.success(request, "Die Angaben sind gespeichert.")
            return redirect("application_parties", case.uuid)
    title = str(role.label)
    context = page(case, title, form=form, party=party, role=role)
    context["crumbs"] = crumbs(case, ("Beteiligte", reverse("application_parties", args=[case.uuid])), (title, ""))
    context["groups"] = _groups(form)
    return render(request, "applications/party.html", context, status=form.status)


def _myself(request: SignedInRequest) -> dict[str, object]:
    user = request.user
    return {
        "given_name": user.given_name,
        "family_name": user.family_name,
        "email": user.email,
        "phone": user.phone,
        "is_me": True,
    }


def _groups(form: PartyForm) -> list[tuple[str, list[BoundField]]]:
    """The fields under headings, as the template shows them."""
    names = {"Person": ("is_me", *PERSON), "Anschrift": ADDRESS, "Kontakt": CONTACT, "Berechtigung": DESIGNER}
    groups = [(title, [form[name] for name in fields if name in form.fields]) for title, fields in names.items()]
    return [(title, fields) for title, fields in groups if fields]
