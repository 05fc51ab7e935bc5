"""Answers that a view alone cannot give: a session lost while a form was filled in, an address that can be none."""

import unicodedata
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme

# Control characters, and those that show nothing or turn the direction of text: no address of ours has one.
NOT_IN_ADDRESSES = {"Cc", "Cf", "Cs", "Zl", "Zp"}
HIDDEN = ("csrfmiddlewaretoken", "password")


class PlainAnswersMiddleware:
    """Say in plain words what happened, instead of an empty page or a form that silently loses what was typed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if any(unicodedata.category(char) in NOT_IN_ADDRESSES for char in request.path_info):
            # Neither PostgreSQL nor a browser takes a NUL, and views put words of the address into their pages.
            raise Http404
        response = self.get_response(request)
        if "text/html" not in request.headers.get("Accept", "") or "HX-Request" in request.headers:
            return response
        if response.status_code == 405:
            page = render(request, "pages/405.html", status=405)
            page.headers["Allow"] = response.headers.get("Allow", "")
            return page
        if request.method == "POST" and _is_led_to_sign_in(response):
            return _signed_out(request)
        return response


def _is_led_to_sign_in(response: HttpResponse) -> bool:
    return response.status_code == 302 and response.headers["Location"].startswith(reverse("sign_in") + "?next=")


def _signed_out(request: HttpRequest) -> HttpResponse:
    """Give back what was typed, and lead to the page of the form: the address of the POST itself shows nothing."""
    typed = [
        text
        for name, texts in request.POST.lists()
        if not any(word in name for word in HIDDEN)
        for text in texts
        if len(text) >= 10 and " " in text
    ]
    response = render(
        request,
        "pages/signed_out.html",
        {"typed": typed, "sign_in": f"{reverse('sign_in')}?{urlencode({'next': _form_page(request)})}"},
        status=401,
    )
    patch_cache_control(response, no_store=True)
    return response


def _form_page(request: HttpRequest) -> str:
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referer, {request.get_host()}):
        return reverse("home")
    address = urlsplit(referer)
    # After a refused form the browser's address is that of the POST: it shows nothing by itself.
    if address.path == request.path:
        return reverse("home")
    return f"{address.path}?{address.query}" if address.query else address.path
