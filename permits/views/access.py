"""Finding a case for a request: strangers get 404, never a hint that the case exists."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from permits.errors import AccessDeniedError
from permits.models import Level, PermitCase, User
from permits.selectors.access import cases_visible_to, levels_on_case

P = ParamSpec("P")


class SignedInRequest(HttpRequest):
    """A request of a signed-in user, with the levels that the user holds on the case of the address."""

    user: User
    levels: frozenset[str]


View = Callable[Concatenate[SignedInRequest, PermitCase, P], HttpResponseBase]


def visible_case(user: User, uuid: UUID, *, level: str = Level.READ) -> PermitCase:
    """Return the case if ``user`` holds ``level`` on it; raises Http404."""
    cases = cases_visible_to(user, levels=frozenset({level}))
    case = cases.select_related("authority", "assigned_to", "proposal", "site").filter(uuid=uuid).first()
    if case is None:
        raise Http404
    return case


def case_page(
    level: str,
) -> Callable[[View[P]], Callable[..., HttpResponseBase]]:
    """Decorate a view ``(request, case, …)``: signed in, holding ``level`` on the case ``uuid``, else 404.

    A service that refuses access ends as 404, too.
    """

    def decorate(view: View[P]) -> Callable[..., HttpResponseBase]:
        @login_required
        @wraps(view)
        def guarded(request: SignedInRequest, uuid: UUID, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            case = visible_case(request.user, uuid, level=level)
            request.levels = levels_on_case(request.user, case)
            try:
                return view(request, case, *args, **kwargs)
            except AccessDeniedError as error:
                raise Http404 from error

        return guarded

    return decorate
