"""Releasing papers for the seal, and the record of its uses."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from permits.errors import BauakteError, InvalidInputError
from permits.models import Level, SealRequest, User
from permits.selectors.access import authorities_of
from permits.selectors.seals import requests_to_release, seal_uses, waiting_papers
from permits.services.documents_out import preview
from permits.services.sealing_releases import release_seal, return_release
from permits.services.sealing_state import key_state


@never_cache
@login_required
def seal_releases(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    """Show what waits for release in every authority where the person may sign; anybody else gets 404."""
    user = _user(request)
    if not authorities_of(user, levels=frozenset({Level.SIGN})).exists():
        raise Http404
    context = {"papers": waiting_papers(user), "problem": problem}
    return render(request, "cases/staff/seal_releases.html", context, status=status)


@never_cache
@login_required
@xframe_options_sameorigin
def seal_preview(request: HttpRequest, seal_request: UUID) -> HttpResponse:
    """Send the paper as it would be sealed, without number, code and seal."""
    waiting = _waiting(request, seal_request)
    try:
        rendered = preview(case=waiting.case, kind=waiting.kind, subject=waiting.subject)
    except InvalidInputError as error:
        return seal_releases(request, problem=str(error), status=422)
    return HttpResponse(rendered.pdf, content_type="application/pdf")


@require_POST
@login_required
def seal_release(request: HttpRequest, seal_request: UUID) -> HttpResponse:
    """Release the content that the person saw."""
    waiting = _waiting(request, seal_request)
    try:
        release_seal(request=waiting, by=_user(request), content_sha256=request.POST.get("content_sha256", ""))
    except BauakteError as error:
        return seal_releases(request, problem=str(error), status=409)
    messages.success(request, f"„{waiting.title}“ ist freigegeben und wird gesiegelt.")
    return redirect("seal_releases")


@require_POST
@login_required
def seal_return(request: HttpRequest, seal_request: UUID) -> HttpResponse:
    """Send a paper back with a reason."""
    waiting = _waiting(request, seal_request)
    try:
        return_release(request=waiting, by=_user(request), reason=request.POST.get("reason", ""))
    except BauakteError as error:
        return seal_releases(request, problem=str(error), status=422)
    messages.success(request, f"„{waiting.title}“ ist zurückgegeben.")
    return redirect("seal_releases")


@never_cache
@login_required
def seal_record(request: HttpRequest) -> HttpResponse:
    """Show administrators and auditors every use of their authority's seal, and the state of its key."""
    wanted = frozenset({Level.ADMINISTER, Level.AUDIT})
    authorities = list(authorities_of(_user(request), levels=wanted))
    if not authorities:
        raise Http404
    parts = [{"authority": authority, "uses": seal_uses(authority)} for authority in authorities]
    return render(request, "cases/staff/seal_record.html", {"parts": parts, "key": key_state()})


def _waiting(request: HttpRequest, uuid: UUID) -> SealRequest:
    found = requests_to_release(_user(request)).filter(uuid=uuid).first()
    if found is None:
        raise Http404
    return found


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user
