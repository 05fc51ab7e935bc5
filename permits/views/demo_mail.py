"""The demo's mail box: what the site would have sent, with links that work. Only where nothing is real."""

from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from permits.models import OutgoingMail

NEWEST = 100


@dataclass(frozen=True)
class ListedMail:
    """A mail and the name that its address shows: the Message-ID before the "@"."""

    mail: OutgoingMail

    @property
    def name(self) -> str:
        """Return the part of the Message-ID that ``queue_mail`` was given."""
        return self.mail.message_id.strip("<>").partition("@")[0]


def demo_mail(request: HttpRequest) -> HttpResponse:
    """List the newest mails, to one address or to all."""
    _only_in_demo()
    to = request.GET.get("an", "").replace("\x00", "").strip()
    mails = OutgoingMail.objects.order_by("-created_at", "-pk")
    shown = mails.filter(to__iexact=to) if to else mails
    rows = [ListedMail(mail) for mail in shown[:NEWEST]]
    return render(request, "accounts/demo_mail.html", {"rows": rows, "to": to})


def demo_mail_detail(request: HttpRequest, name: str) -> HttpResponse:
    """Show one mail."""
    _only_in_demo()
    mail = get_object_or_404(OutgoingMail, message_id__startswith=f"<{name}@")
    return render(request, "accounts/demo_mail_detail.html", {"mail": mail})


def _only_in_demo() -> None:
    if not settings.DEMO:
        raise Http404
