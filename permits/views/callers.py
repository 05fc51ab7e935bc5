"""From which address a request comes."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def caller_address(request: HttpRequest) -> str:
    """Return who asks: behind a proxy, the address that the proxy saw, which is the last that it names."""
    direct = str(request.META.get("REMOTE_ADDR", ""))
    if not getattr(settings, "SECURE_PROXY_SSL_HEADER", None):
        return direct
    forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    try:
        return str(ipaddress.ip_address(forwarded))
    except ValueError:
        return direct
