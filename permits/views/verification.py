"""The public page where anybody who holds a notice can see whether it is genuine and still counts."""

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from permits.forms.verification import VerifyForm
from permits.selectors.verification import VerifiedDocument, verified_document

ATTEMPTS, WINDOW_SECONDS = 20, 600
UNKNOWN = "Zu dieser Nummer und diesem Prüfcode gibt es kein Schriftstück. Bitte prüfen Sie beide Angaben."
TOO_MANY = "Von Ihrem Anschluss kamen sehr viele Abfragen. Bitte warten Sie zehn Minuten."


def verify(request: HttpRequest, number: str = "") -> HttpResponse:
    """Ask for number and code; the code comes by POST, so that it stays out of addresses and logs."""
    form = VerifyForm(request.POST or None, initial={"number": number})
    found: VerifiedDocument | None = None
    status = 200
    if request.method == "POST" and form.is_valid():
        if not _may_try(request):
            form.add_error(None, TOO_MANY)
            status = 429
        else:
            found = verified_document(number=form.cleaned_data["number"], code=form.cleaned_data["code"])
            if found is None:
                form.add_error(None, UNKNOWN)
    response = render(
        request, "verification/verify.html", {"form": form, "found": found}, status=max(status, form.status)
    )
    patch_cache_control(response, no_store=True, private=True)
    return response


def _may_try(request: HttpRequest) -> bool:
    """Count the attempts from one address in a window of time."""
    key = f"verify:{_address(request)}"
    cache.add(key, 0, WINDOW_SECONDS)
    try:
        return cache.incr(key) <= ATTEMPTS
    except ValueError:
        # The window ended between the two calls.
        return True


def _address(request: HttpRequest) -> str:
    """Return who asks: behind a proxy, the address that the proxy saw."""
    forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    behind_proxy = bool(getattr(settings, "SECURE_PROXY_SSL_HEADER", None))
    return forwarded if behind_proxy and forwarded else str(request.META.get("REMOTE_ADDR", ""))
