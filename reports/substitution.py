"""Records of what is there print all of it: a character that no font has is named instead of refused."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar

from reports.coverage import MARKUP_FIELDS
from reports.fonts import FontSet

T = TypeVar("T")


def name_unprintable(value: T, fonts: FontSet) -> T:
    """``value`` with ``[U+1F600]`` for each character of its texts that ``fonts`` cannot print.

    For papers that list what others wrote (file names, reasons), where nobody can correct it any more; what an
    authority says itself is refused with ``reports.coverage.require_coverage``. Drawings stay as they are.
    """
    named: Any = value
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        lost = set(fonts.missing(value))
        named = "".join(f"[U+{ord(letter):04X}]" if letter in lost else letter for letter in value) if lost else value
    elif isinstance(value, tuple):
        named = tuple(name_unprintable(item, fonts) for item in value)
    elif is_dataclass(value) and not isinstance(value, type):
        contents = {item.name: getattr(value, item.name) for item in fields(value) if item.name not in MARKUP_FIELDS}
        new = {name: name_unprintable(content, fonts) for name, content in contents.items()}
        changed = {name: content for name, content in new.items() if content != contents[name]}
        named = replace(value, **changed) if changed else value
    result: T = named
    return result
