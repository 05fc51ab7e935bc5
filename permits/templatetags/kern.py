"""Tags for the components in templates/components: icons, badges, page numbers."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from permits.check_titles import verdict_text
from permits.models import CaseStatus, DocumentVersion, RegisterAct
from permits.selectors.signatures import SignatureMark, signature_mark
from permits.selectors.verification import SEAL_LEVELS
from reports import formatting

register = template.Library()

# Outlines on a 20 × 20 grid, drawn for this product; each shape differs, so that colour is never needed.
SHAPES: Mapping[str, str] = {
    "passed": '<circle cx="10" cy="10" r="8"/><path d="m6 10.3 2.8 2.8L14.2 7.4"/>',
    "failed": '<path d="M6.7 2h6.6L18 6.7v6.6L13.3 18H6.7L2 13.3V6.7z"/><path d="m7 7 6 6m0-6-6 6"/>',
    "borderline": '<path d="M10 2.2 18.4 17H1.6z"/><path d="M10 7.8v4.4m0 2.1v.4"/>',
    "not_applicable": '<circle cx="10" cy="10" r="8"/><path d="M6 10h8"/>',
    "not_assessable": '<circle cx="10" cy="10" r="8" stroke-dasharray="3 2.2"/>'
    '<path d="M7.8 7.8a2.3 2.3 0 1 1 3 2.3c-.6.2-.8.6-.8 1.3m0 2.5v.3"/>',
    "info": '<circle cx="10" cy="10" r="8"/><path d="M10 9.2v5m0-8.2v.3"/>',
    "draft": '<path d="M3 17l.8-3.6L13.6 3.6a1.9 1.9 0 0 1 2.8 2.8L6.6 16.2z"/>',
    "running": '<circle cx="10" cy="10" r="8"/><path d="M10 5.4V10l3 2.2"/>',
}
SHAPES = {
    **SHAPES,
    "success": SHAPES["passed"],
    "danger": SHAPES["failed"],
    "error": SHAPES["failed"],
    "warning": SHAPES["borderline"],
    "debug": SHAPES["info"],
    "neutral": SHAPES["not_applicable"],
}
# Tone and shape of each legal state.
STATUS_LOOK: Mapping[str, tuple[str, str]] = {
    CaseStatus.DRAFT: ("neutral", "draft"),
    CaseStatus.SUBMITTED: ("info", "running"),
    CaseStatus.COMPLETENESS: ("info", "running"),
    CaseStatus.INFORMATION_REQUESTED: ("warning", "warning"),
    CaseStatus.ASSESSMENT: ("info", "running"),
    CaseStatus.HEARING: ("warning", "warning"),
    CaseStatus.DECISION_DRAFTED: ("info", "running"),
    CaseStatus.DECISION_SIGNED: ("info", "running"),
    CaseStatus.GRANTED: ("success", "success"),
    CaseStatus.REFUSED: ("danger", "danger"),
    CaseStatus.REVOCATION_ISSUED: ("warning", "warning"),
    CaseStatus.REVOKED: ("danger", "danger"),
    CaseStatus.WITHDRAWN: ("neutral", "neutral"),
    CaseStatus.DEEMED_WITHDRAWN: ("neutral", "neutral"),
}

REGISTER_TONES: Mapping[str, str] = {
    RegisterAct.ISSUED: "success",
    RegisterAct.CORRECTED: "warning",
    RegisterAct.WITHDRAWN: "danger",
    RegisterAct.REVOKED: "danger",
}


@register.simple_tag
def shape(name: str) -> SafeString:
    """Return an icon that says nothing by itself: its text stands beside it."""
    return format_html(
        '<svg viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.9" stroke-linecap="round" '
        'stroke-linejoin="round" aria-hidden="true" focusable="false">{}</svg>',
        mark_safe(SHAPES[name]),  # noqa: S308 - our own constants
    )


@register.simple_tag
def badge(label: str, tone: str = "neutral", icon: str = "") -> SafeString:
    """Return a badge. ``tone``: neutral, info, success, warning, danger; the icon follows it unless given."""
    return format_html('<span class="ba-badge ba-badge--{}">{}{}</span>', tone, shape(icon or tone), label)


@register.filter
def file_size(size_bytes: int) -> str:
    """Return the size of a file as our papers print it: powers of ten, one decimal."""
    return formatting.file_size(size_bytes)


@register.filter(name="signature_mark")
def signature_mark_of(version: DocumentVersion) -> SignatureMark | None:
    """Return the verdict on a version's signatures for a list."""
    return signature_mark(version)


@register.simple_tag
def status_badge(status: str) -> SafeString:
    """Return the badge of a case's legal state."""
    tone, icon = STATUS_LOOK[status]
    return badge(str(CaseStatus(status).label), tone, icon)


@register.simple_tag
def verdict_badge(verdict: str, check: str = "") -> SafeString:
    """Return the badge of a verdict, in the words of the check whose it is."""
    return badge(verdict_text(check, verdict), verdict)


@register.simple_tag(takes_context=True)
def query_with(context: Mapping[str, Any], **changes: object) -> str:
    """Return the page's query string with ``changes``; a value of None or "" takes the key out."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag
def register_badge(act: str) -> SafeString:
    """Return what an entry of the register says, as a badge."""
    return badge(RegisterAct(act).label, REGISTER_TONES[act])


@register.simple_tag
def seal_label(level: str) -> str:
    """Return the German name of a seal's level."""
    return SEAL_LEVELS.get(level, level)
