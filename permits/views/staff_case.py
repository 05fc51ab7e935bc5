"""The case as its staff side sees it."""

from django.http import HttpResponse
from django.shortcuts import render

from permits.models import PermitCase
from permits.views.access import SignedInRequest


def staff_case(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Render the page."""
    return render(request, "cases/staff.html", {"case": case})
