"""What these pages share: a case that somebody else is acting on is not changed, and the person is told."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control

from permits.forms.applications.draft import CONFLICT, ServiceForm
from permits.models import PermitCase
from permits.views.access import SignedInRequest
from workflows.locks import CaseBusyError

P = ParamSpec("P")
View = Callable[Concatenate[SignedInRequest, PermitCase, P], HttpResponse]


def carried_out(form: ServiceForm, action: Callable[[], object]) -> bool:
    """Call an action for a form; where the case is busy, the form comes back with everything that was typed."""
    try:
        return form.carried_out(action)
    except CaseBusyError as error:
        form.add_error(
            None, f"{error} Ihre Eingabe steht noch hier: Bitte versuchen Sie es in einem Moment noch einmal."
        )
        form.refused_status = CONFLICT
        return False


def busy(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Say that somebody else is acting on the case right now; nothing was changed."""
    context = {"back_url": reverse("case_detail", args=[case.uuid])}
    response = render(request, "pages/locked_case.html", context, status=CONFLICT)
    patch_cache_control(response, no_store=True)
    return response
