"""The start page of applicants: their own applications."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from permits.models import User
from permits.selectors.my_applications import applications_of


@login_required
def my_applications(request: HttpRequest) -> HttpResponse:
    """List the person's applications, newest first."""
    assert isinstance(request.user, User)
    shown = applications_of(request.user, after=_key(request, "after"), before=_key(request, "before"))
    return render(request, "applications/list.html", {"page": shown})


def _key(request: HttpRequest, name: str) -> UUID | None:
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None
