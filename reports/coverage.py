"""Can the fonts print every text of a document? Asked before rendering, since a PDF/A with holes is none."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from reports.errors import GlyphCoverageError
from reports.fonts import FontSet

# Markup, not text: the visible words of a drawing are checked by the drawing itself, geometry has none.
MARKUP_FIELDS = frozenset({"svg", "crest_svg", "site_plan_geojson"})


def texts_of(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a context with its place, such as ``conditions[3].text``."""
    if isinstance(value, Enum):
        return
    if isinstance(value, str):
        yield place, value
    elif is_dataclass(value):
        for item in fields(value):
            if item.name not in MARKUP_FIELDS:
                yield from texts_of(getattr(value, item.name), f"{place}.{item.name}" if place else item.name)
    elif isinstance(value, tuple | list):
        for index, item in enumerate(value):
            yield from texts_of(item, f"{place}[{index}]")


def require_coverage(document: Any, fonts: FontSet) -> None:
    """Raise ``GlyphCoverageError`` naming each text of ``document`` and its unprintable characters."""
    missing = {place: lost for place, text in texts_of(document) if (lost := fonts.missing(text))}
    if missing:
        raise GlyphCoverageError(missing)


def describe_characters(characters: str) -> str:
    """``„漢“ (U+6F22)``, and only the code point for what cannot be shown."""
    shown = []
    for character in characters[:10]:
        code = f"U+{ord(character):04X}"
        visible = unicodedata.category(character)[0] not in "CZ"
        shown.append(f"„{character}“ ({code})" if visible else code)
    if len(characters) > 10:
        shown.append(f"und {len(characters) - 10} weitere")
    return ", ".join(shown)
