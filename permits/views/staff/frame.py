"""The frame of every staff page of a case: access, head, side navigation, what went wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from permits.models import Level, PermitCase
from permits.selectors.case_page import Rights, case_head, section_counts, works_for
from permits.views.access import SignedInRequest, case_page

P = ParamSpec("P")
View = Callable[Concatenate[SignedInRequest, PermitCase, P], HttpResponseBase]
Forms = Mapping[str, BaseForm]
SECTIONS = (
    ("case_detail", "Übersicht"),
    ("staff_assessment", "Prüfung und Karte"),
    ("staff_documents", "Unterlagen"),
    ("staff_completeness", "Vollständigkeit"),
    ("staff_conditions", "Nebenbestimmungen"),
    ("staff_decision", "Entscheidung"),
    ("staff_service", "Bekanntgabe"),
    ("staff_register", "Ausgangsregister"),
    ("staff_messages", "Nachrichten"),
    ("staff_notes", "Vermerke und Wiedervorlagen"),
    ("staff_clocks", "Fristen"),
    ("staff_log", "Verlauf"),
)


@dataclass(frozen=True)
class Problem:
    """Why a form was not accepted: the message of the page, the status, and what was typed."""

    message: str
    status: int
    kept: tuple[tuple[str, str], ...] = ()


def staff_view(level: str = Level.READ) -> Callable[[View[P]], Callable[..., HttpResponseBase]]:
    """Decorate a view of the authority's side: ``level`` on the case, and staff of its authority; else 404."""

    def decorate(view: View[P]) -> Callable[..., HttpResponseBase]:
        @never_cache
        @case_page(level)
        @wraps(view)
        def guarded(
            request: SignedInRequest, case: PermitCase, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            if case.is_draft or not works_for(request.user, case.authority):
                raise Http404
            return view(request, case, *args, **kwargs)

        return guarded

    return decorate


def show(
    request: SignedInRequest,
    case: PermitCase,
    *,
    section: str,
    template: str,
    context: Mapping[str, Any],
    problem: Problem | None = None,
) -> HttpResponse:
    """Render a page of the case inside its frame."""
    counts = section_counts(case)
    return render(
        request,
        template,
        {
            "case": case,
            "can": Rights.of(request.levels),
            "head": case_head(case, request.levels),
            "section": section,
            "links": [
                {
                    "label": label,
                    "url": reverse(name, args=[case.uuid]),
                    "current": name == section,
                    "count": counts.get(name),
                }
                for name, label in SECTIONS
            ],
            "crumbs": [("Arbeitsliste", reverse("worklist")), (str(case), "")],
            "problem": problem,
            **context,
        },
        status=problem.status if problem else 200,
    )
