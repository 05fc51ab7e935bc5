"""An authority's own pages: team and layers for its administration, the log for its auditors."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from permits.errors import InvalidInputError
from permits.forms.staff.communication import MemberForm
from permits.models import Level, Membership, PermitAuthority, Role, User
from permits.selectors.access import authorities_of
from permits.selectors.audit import verify_audit
from permits.selectors.case_assessment import layer_name
from permits.selectors.case_log import authority_log
from permits.selectors.layers import publications_in_force
from permits.services.authorities import add_member, remove_member


@login_required
def authority_page(
    request: HttpRequest, forms: Mapping[UUID, BaseForm] | None = None, problem: str = ""
) -> HttpResponse:
    """Show team and layers of every authority that the person administers; anybody else gets 404."""
    parts = [
        {
            "authority": authority,
            "members": Membership.objects.filter(authority=authority, active=True)
            .select_related("user")
            .order_by("user__sort_key", "role"),
            "layers": [
                (layer_name(name), publication)
                for name, publication in sorted(publications_in_force(authority).items())
            ],
            "form": (forms or {}).get(authority.uuid) or MemberForm(auto_id=f"{authority.slug}_%s"),
        }
        for authority in _administered(request)
    ]
    context = {"parts": parts, "problem": problem}
    return render(request, "cases/staff/authority.html", context, status=422 if forms or problem else 200)


@require_POST
@login_required
def member_add(request: HttpRequest) -> HttpResponse:
    """Give a person with an account a role."""
    authority = _one(request)
    form = MemberForm(request.POST, auto_id=f"{authority.slug}_%s")
    if form.is_valid():
        user = User.objects.filter(email__iexact=form.cleaned_data["email"], is_active=True).first()
        if user is None:
            form.add_error("email", "Zu dieser Adresse gibt es kein Konto. Die Person legt zuerst selbst eines an.")
        elif isinstance(request.user, User):
            add_member(authority=authority, user=user, role=Role(form.cleaned_data["role"]), by=request.user)
            messages.success(request, f"{user.full_name} gehört jetzt zum Team.")
            return redirect("authority")
    return authority_page(request, forms={authority.uuid: form})


@require_POST
@login_required
def member_remove(request: HttpRequest) -> HttpResponse:
    """End a role of a person."""
    authority = _one(request)
    membership = Membership.objects.filter(
        authority=authority,
        active=True,
        role=request.POST.get("role", ""),
        user__uuid=_uuid(request.POST.get("user", "")),
    ).first()
    if membership is None or not isinstance(request.user, User):
        raise Http404
    try:
        remove_member(membership=membership, by=request.user)
    except InvalidInputError as error:
        return authority_page(request, problem=str(error))
    messages.success(request, f"Die Rolle von {membership.user} ist beendet.")
    return redirect("authority")


@login_required
def authority_log_page(request: HttpRequest) -> HttpResponse:
    """Show auditors the log of their authorities outside cases, and whether every chain holds."""
    authorities = _holding(request, Level.AUDIT)
    parts = [
        {
            "authority": authority,
            "entries": authority_log(authority),
            "verification": verify_audit(authority=authority),
        }
        for authority in authorities
    ]
    return render(request, "cases/staff/authority_log.html", {"parts": parts})


def _holding(request: HttpRequest, level: str) -> list[PermitAuthority]:
    found = list(authorities_of(request.user, levels=frozenset({level}))) if isinstance(request.user, User) else []
    if not found:
        raise Http404
    return found


def _administered(request: HttpRequest) -> list[PermitAuthority]:
    return _holding(request, Level.ADMINISTER)


def _one(request: HttpRequest) -> PermitAuthority:
    wanted = _uuid(request.POST.get("authority", ""))
    for authority in _administered(request):
        if authority.uuid == wanted:
            return authority
    raise Http404


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error
