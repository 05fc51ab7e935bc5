"""Filters of the document templates: the German formatting helpers, and paragraphs of user text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.template import Library
from django.utils.safestring import SafeString, mark_safe

from reports import formatting

register = Library()
register.filter("german_date", formatting.german_date)
register.filter("short_date", formatting.short_date)
register.filter("german_moment", formatting.german_moment)
register.filter("square_metres", formatting.square_metres)
register.filter("file_size", formatting.file_size)
register.filter("short_moment", formatting.short_moment)
register.filter("euros", formatting.euros)


@register.filter
def paragraphs(text: str) -> list[str]:
    """Split user text at empty lines."""
    return [part.strip() for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if part.strip()]


@register.filter(is_safe=True)
def after_own_text(content: str, parts: Sequence[object]) -> SafeString:
    """Begin with a capital where paragraphs of the authority stand between the salutation and ``content`` (HTML).

    Straight after "Sehr geehrte Frau Brandt," a letter goes on in lower case; after a whole paragraph it does not.
    """
    begin = len(content) - len(content.lstrip()) + len("<p>")
    if not parts or not content.lstrip().startswith("<p>"):
        return mark_safe(content)  # noqa: S308 - a rendered block of our own template
    return mark_safe(content[:begin] + content[begin : begin + 1].upper() + content[begin + 1 :])  # noqa: S308


@register.filter
def at(values: Mapping[str, Any], key: str) -> Any:
    """The value under a key that is itself a variable."""
    return values[key]
