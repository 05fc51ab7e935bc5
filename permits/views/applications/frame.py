"""What the pages of a draft share."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from permits.models import Level, PermitCase
from permits.selectors.geo import start_bounds
from permits.views.access import SignedInRequest, case_page

P = ParamSpec("P")
View = Callable[Concatenate[SignedInRequest, PermitCase, P], HttpResponse]


def draft_page(level: str = Level.CONTRIBUTE) -> Callable[[View[P]], Callable[..., HttpResponseBase]]:
    """Decorate a page of a draft: who may fill it in, and only while it is one."""

    def decorate(view: View[P]) -> Callable[..., HttpResponseBase]:
        def guarded(request: SignedInRequest, case: PermitCase, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not case.is_draft:
                messages.info(request, "Dieser Antrag ist schon eingereicht und lässt sich nicht mehr ändern.")
                return redirect("case_detail", case.uuid)
            return view(request, case, *args, **kwargs)

        return case_page(level)(update_wrapper(guarded, view))

    return decorate


def crumbs(case: PermitCase, *pages: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the way from the list of applications to a page."""
    return [
        ("Meine Anträge", reverse("my_applications")),
        (case.proposal.title or "Neuer Antrag", reverse("case_detail", args=[case.uuid])),
        *pages,
    ]


def page(case: PermitCase, title: str, **context: Any) -> dict[str, Any]:
    """Return the context that every page of a draft needs."""
    return {"case": case, "title": title, "crumbs": crumbs(case, (title, "")), **context}


def map_bounds(case: PermitCase) -> str:
    """Return the first view of a map: the site with its surroundings, else the middle of the authority's land."""
    if case.site.box is not None:
        x1, y1, x2, y2 = case.site.box
        box: tuple[float, float, float, float] | None = (x1 - 40, y1 - 40, x2 + 40, y2 + 40)
    else:
        box = start_bounds(case.authority)
    return ",".join(f"{value:.1f}" for value in box) if box else ""
