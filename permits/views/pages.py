"""Pages that everybody may read, and what is shown when something goes wrong."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import get_template
from django.utils.cache import patch_cache_control

from permits.models import PermitAuthority
from permits.views.navigation import landing_url


def home(request: HttpRequest) -> HttpResponse:
    """Say what Bauakte is; who is signed in goes to their own work."""
    if request.user.is_authenticated:
        return redirect(landing_url(request))
    return render(request, "pages/home.html")


def imprint(request: HttpRequest) -> HttpResponse:
    """Name who answers for the site and which authorities take part (§ 5 DDG)."""
    return _with_authorities(request, "pages/imprint.html")


def privacy(request: HttpRequest) -> HttpResponse:
    """Tell which data are processed, why and how long (Art. 13 DSGVO)."""
    return _with_authorities(request, "pages/privacy.html")


def accessibility(request: HttpRequest) -> HttpResponse:
    """Declare the state of accessibility (BITV 2.0 § 7)."""
    return _with_authorities(request, "pages/accessibility.html")


def help_page(request: HttpRequest) -> HttpResponse:
    """Explain the procedure and its words in plain language."""
    return _with_authorities(request, "pages/help.html")


def source(request: HttpRequest) -> HttpResponse:
    """Offer the source, as section 13 of the AGPL asks."""
    return render(request, "pages/source.html", {"source_url": getattr(settings, "SOURCE_URL", "")})


def locked_case(request: HttpRequest) -> HttpResponse:
    """Say that somebody else is acting on the same case right now; nothing was saved."""
    response = render(request, "pages/locked_case.html", status=409)
    patch_cache_control(response, no_store=True)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Explain in plain words why a form was not accepted."""
    return render(request, "pages/csrf_failure.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404: the page is not there, or not for this person."""
    return render(request, "pages/404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403."""
    return render(request, "pages/403.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400."""
    return render(request, "pages/400.html", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 without the database: it may be what failed."""
    return HttpResponse(get_template("pages/500.html").render({}), status=500)


def _with_authorities(request: HttpRequest, template: str) -> HttpResponse:
    return render(request, template, {"authorities": PermitAuthority.objects.order_by("name")})
