"""What belongs together stays on one line: a sign of law or a unit and its number."""

from __future__ import annotations

import re

NBSP = "\u00a0"
BEFORE_NUMBER = re.compile(r"(\b(?:Abs\.|Art\.|Nr\.|Bl\.|Satz)|§) (?=\d)")
BETWEEN = re.compile(r"(\bz\.|\bi\.) (?=B\.|V\.)|(?<=\d) (?=(?:m²|m³|m|cm|mm|ha|km|€|%|Uhr)(?![\w²³]))")


def bind(text: str) -> str:
    """``text`` with no-break spaces in ``§ 5``, ``Abs. 2``, ``Nr. 7``, ``3,00 m``, ``z. B.``."""
    bound = BEFORE_NUMBER.sub(rf"\1{NBSP}", text)
    return BETWEEN.sub(lambda match: f"{match[1] or ''}{NBSP}", bound)
