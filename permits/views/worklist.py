"""The worklist: where staff begin their day."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from permits.models import Level, User
from permits.selectors.access import authorities_of
from permits.selectors.worklist import (
    SORTS,
    STATUS_CHOICES,
    VIEWS,
    WorklistQuery,
    follow_ups_due,
    staff_authorities,
    tab_counts,
    worklist_page,
)

MAX_TEXT = 100


@login_required
def worklist(request: HttpRequest) -> HttpResponse:
    """Show the cases of the authorities that the person works for; anybody else gets 404."""
    user = request.user
    if not isinstance(user, User):
        raise Http404
    authorities = list(staff_authorities(user))
    if not authorities:
        raise Http404
    query = _query(request)
    counts = tab_counts(user)
    context = {
        "authorities": authorities,
        "query": query,
        "page": worklist_page(user, query),
        "tabs": [
            {"key": key, "label": label, "count": counts.get(key), "current": key == query.view}
            for key, label in VIEWS.items()
        ],
        "sorts": SORTS.items(),
        "statuses": STATUS_CHOICES,
        "follow_ups": follow_ups_due(user),
        "may_sign": authorities_of(user, levels=frozenset({Level.SIGN})).exists(),
        "to_sign": counts["signature"],
    }
    # htmx asks for the list alone while somebody types, but for the whole page when it goes back in history.
    alone = "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers
    template = "cases/staff/worklist_table.html" if alone else "cases/staff/worklist.html"
    response = render(request, template, context)
    response["Vary"] = "HX-Request, Cookie"
    return response


def _query(request: HttpRequest) -> WorklistQuery:
    given = request.GET
    view, sort, status = given.get("ansicht", ""), given.get("sortierung", ""), given.get("stand", "")
    return WorklistQuery(
        view=view if view in VIEWS else "open",
        status=status if status in dict(STATUS_CHOICES) else "",
        text=given.get("suche", "").replace("\x00", "").strip()[:MAX_TEXT],
        sort=sort if sort in SORTS else "deadline",
        after=given.get("after", "").replace("\x00", ""),
        before=given.get("before", "").replace("\x00", ""),
    )
