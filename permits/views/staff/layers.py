"""Pages of an authority's layers and binding plans: what is in force, since when, from where, and what was before."""

from collections.abc import Callable
from typing import Any, NoReturn
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from permits.errors import AccessDeniedError, BauakteError
from permits.models import BindingPlan, LayerSnapshot, Level, PermitAuthority, PlanSnapshot, User
from permits.selectors.access import STAFF_LEVELS, authorities_of, levels_on_authority
from permits.selectors.case_assessment import layer_name
from permits.selectors.layers import publications_in_force
from permits.selectors.plans import binding_plans, layer_history, plan_history
from permits.selectors.snapshot_details import layer_details, legal_status_label, plan_details
from permits.services.layers import restore_snapshot
from permits.services.plans import restore_plan, withdraw_plan

_READERS = STAFF_LEVELS | {Level.ADMINISTER}


@login_required
def authority_layers(request: HttpRequest) -> HttpResponse:
    """List layers and binding plans of every authority that the person works for."""
    authorities = list(authorities_of(request.user, levels=_READERS)) if isinstance(request.user, User) else []
    if not authorities:
        raise Http404
    parts = [
        {
            "authority": authority,
            "layers": [
                (layer_name(name), publication)
                for name, publication in sorted(publications_in_force(authority).items())
            ],
            "plans": [(state, legal_status_label(state.snapshot.legal_status)) for state in binding_plans(authority)],
        }
        for authority in authorities
    ]
    return render(request, "cases/staff/layers.html", {"parts": parts})


@login_required
def authority_layer(request: HttpRequest, authority: UUID, layer: str, problem: str = "") -> HttpResponse:
    """Show one layer in force, what is missing in it, and its earlier states."""
    own = _authority(request, authority)
    publication = publications_in_force(own).get(layer)
    if publication is None:
        raise Http404
    shared = publication.authority_id is None
    context = {
        "authority": own,
        "title": layer_name(layer),
        "layer": layer,
        "publication": publication,
        "details": layer_details(publication.snapshot),
        "history": layer_history(None if shared else own, layer),
        "may_restore": not shared and _administers(request, own),
        "problem": problem,
    }
    return render(request, "cases/staff/layer.html", context, status=422 if problem else 200)


@login_required
def authority_plan(request: HttpRequest, authority: UUID, plan: str, problem: str = "") -> HttpResponse:
    """Show one binding plan, its faults, and its earlier states."""
    own = _authority(request, authority)
    state = next((state for state in binding_plans(own) if state.plan.family == plan), None)
    if state is None:
        raise Http404
    context = {
        "authority": own,
        "state": state,
        "status": legal_status_label(state.snapshot.legal_status),
        "details": plan_details(state.snapshot),
        "history": plan_history(state.plan),
        "may_restore": state.plan.owner_id is not None and _administers(request, own),
        "problem": problem,
    }
    return render(request, "cases/staff/plan.html", context, status=422 if problem else 200)


@require_POST
@login_required
def layer_restore(request: HttpRequest, authority: UUID, layer: str) -> HttpResponse:
    """Put an earlier state of a layer into force again."""
    own = _authority(request, authority)
    snapshots = LayerSnapshot.objects.filter(layer=layer, owner=own)
    snapshot = snapshots.filter(snapshot_id=request.POST.get("snapshot", "")).first()
    problem = _done(
        request,
        lambda by: restore_snapshot(snapshot=snapshot or _gone(), authority=own, by=by),
        "Der frühere Datenstand ist wieder in Kraft.",
    )
    if problem:
        return authority_layer(request, authority, layer, problem=problem)
    return redirect("authority_layer", authority=authority, layer=layer)


@require_POST
@login_required
def plan_restore(request: HttpRequest, authority: UUID, plan: str) -> HttpResponse:
    """Let an earlier state of a plan count again."""
    own = _authority(request, authority)
    snapshots = PlanSnapshot.objects.filter(plan__family=plan, plan__owner=own).select_related("plan__owner")
    snapshot = snapshots.filter(snapshot_id=request.POST.get("snapshot", "")).first()
    problem = _done(
        request,
        lambda by: restore_plan(snapshot=snapshot or _gone(), by=by),
        "Der frühere Stand des Plans gilt wieder; die Ebenen sind neu abgeleitet.",
    )
    if problem:
        return authority_plan(request, authority, plan, problem=problem)
    return redirect("authority_plan", authority=authority, plan=plan)


@require_POST
@login_required
def plan_withdraw(request: HttpRequest, authority: UUID, plan: str) -> HttpResponse:
    """Take a plan out of force."""
    own = _authority(request, authority)
    found = BindingPlan.objects.filter(family=plan, owner=own).select_related("owner").first()
    problem = _done(
        request,
        lambda by: withdraw_plan(plan=found or _gone(), reason=request.POST.get("reason", ""), by=by),
        "Der Plan ist außer Kraft gesetzt; die Ebenen sind neu abgeleitet.",
    )
    if problem:
        return authority_plan(request, authority, plan, problem=problem)
    return redirect("authority_plan", authority=authority, plan=plan)


def _done(request: HttpRequest, act: Callable[[User], Any], success: str) -> str:
    """Do it as the person behind the request; returns the German reason where it is refused. Strangers get 404."""
    if not isinstance(request.user, User):
        raise Http404
    try:
        act(request.user)
    except AccessDeniedError as error:
        raise Http404 from error
    except BauakteError as error:
        return str(error)
    messages.success(request, success)
    return ""


def _authority(request: HttpRequest, wanted: UUID) -> PermitAuthority:
    if isinstance(request.user, User):
        for authority in authorities_of(request.user, levels=_READERS):
            if authority.uuid == wanted:
                return authority
    raise Http404


def _administers(request: HttpRequest, authority: PermitAuthority) -> bool:
    return isinstance(request.user, User) and Level.ADMINISTER in levels_on_authority(request.user, authority)


def _gone() -> NoReturn:
    raise Http404
