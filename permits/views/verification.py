"""The public page where anybody who holds a notice can see whether it is genuine and still counts."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from permits.forms.verification import HashForm, VerifyForm
from permits.selectors.verification import VerifiedDocument, document_with_hash, verified_document
from permits.services.attempts import may_try
from permits.views.callers import caller_address

ATTEMPTS, WINDOW = 20, dt.timedelta(minutes=10)
UNKNOWN = "Zu dieser Nummer und diesem Prüfcode gibt es kein Schriftstück. Bitte prüfen Sie beide Angaben."
UNKNOWN_FILE = (
    "Zu dieser Prüfsumme gibt es kein Schriftstück: Die Datei wurde verändert oder neu gespeichert, oder sie stammt "
    "nicht von hier. Prüfen Sie bitte auch mit Nummer und Prüfcode."
)
TOO_MANY = "Von Ihrem Anschluss kamen sehr viele Abfragen. Bitte warten Sie zehn Minuten."


def verify(request: HttpRequest, number: str = "") -> HttpResponse:
    """Ask for number and code, or for the checksum of the file.

    Both come by POST, so that they stay out of addresses and logs. The checksum tells nothing about what is in a file,
    and only who holds the paper can name it; the file itself is never sent.
    """
    by_file = "sha256" in request.POST
    given = request.POST or None
    form = VerifyForm(None if by_file else given, initial={"number": number}, auto_id="id_%s")
    hash_form = HashForm(given if by_file else None, auto_id="file_%s")
    asked = hash_form if by_file else form
    found: VerifiedDocument | None = None
    status = 200
    if request.method == "POST" and asked.is_valid():
        if not may_try(purpose="verify", caller=caller_address(request), limit=ATTEMPTS, window=WINDOW):
            asked.add_error(None, TOO_MANY)
            status = 429
        else:
            found = _found(asked)
            if found is None:
                asked.add_error(None, UNKNOWN_FILE if by_file else UNKNOWN)
    response = render(
        request,
        "verification/verify.html",
        {"form": form, "hash_form": hash_form, "found": found, "by_file": by_file},
        status=max(status, asked.status),
    )
    patch_cache_control(response, no_store=True, private=True)
    return response


def _found(form: VerifyForm | HashForm) -> VerifiedDocument | None:
    data = form.cleaned_data
    if isinstance(form, HashForm):
        return document_with_hash(data["sha256"])
    return verified_document(number=data["number"], code=data["code"])
