"""One way for every form of the staff pages: check it, act, go on; or show the page again with all that was typed."""

from collections.abc import Callable
from typing import Protocol

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from permits.errors import InvalidInputError, StaleError, StateError
from permits.models import PermitCase
from permits.services.decisions import FourEyesError
from permits.views.access import SignedInRequest, visible_case
from permits.views.staff.frame import Forms, Problem
from workflows.locks import CaseBusyError

BUSY = (
    "Diesen Vorgang bearbeitet gerade jemand anderes. Es wurde nichts gespeichert und nichts geändert; "
    "bitte versuchen Sie es gleich noch einmal."
)
LOCKED = 423


class Page(Protocol):
    """A page that can be shown again with bound forms and with what went wrong."""

    def __call__(
        self, request: SignedInRequest, case: PermitCase, *, forms: Forms | None = ..., problem: Problem | None = ...
    ) -> HttpResponse: ...


def act(
    request: SignedInRequest,
    case: PermitCase,
    *,
    do: Callable[[], object],
    page: Page,
    to: str,
    done: str,
    form: forms.BaseForm | None = None,
    key: str = "",
) -> HttpResponse:
    """Call ``do`` (one action) where the form is valid, then redirect to the page named ``to``.

    Refusals show ``page`` again: 422 for input, 409 where the case has moved on, 423 while somebody else acts.
    """
    bound = {key: form} if form is not None else {}
    if form is not None and not form.is_valid():
        return page(request, case, forms=bound, problem=Problem("", 422))
    try:
        do()
    except InvalidInputError as error:
        if form is None:
            problem = Problem(str(error), 422)
        else:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            problem = Problem("", 422)
    except (StaleError, StateError, FourEyesError) as error:
        problem = Problem(str(error), 409, typed(form))
    except CaseBusyError:
        problem = Problem(BUSY, LOCKED, typed(form))
    else:
        messages.success(request, done)
        return redirect(to, case.uuid)
    fresh = visible_case(request.user, case.uuid)
    return page(request, fresh, forms=bound, problem=problem)


def typed(form: forms.BaseForm | None) -> tuple[tuple[str, str], ...]:
    """Return what a person typed into the text fields of a form, with the labels."""
    if form is None:
        return ()
    return tuple(
        (str(field.label), str(field.value() or ""))
        for field in form
        if isinstance(field.field, forms.CharField) and not field.is_hidden and field.value()
    )
