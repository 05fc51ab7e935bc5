"""What belongs together stays on one line; what is endless may break."""

from __future__ import annotations

import re

NBSP = "\u00a0"
BEFORE_NUMBER = re.compile(r"(\b(?:Abs\.|Art\.|Nr\.|Bl\.|Satz)|§) (?=\d)")
BETWEEN = re.compile(r"(\bz\.|\bi\.) (?=B\.|V\.)|(?<=\d) (?=(?:m²|m³|m|cm|mm|ha|km|€|%|Uhr)(?![\w²³]))")

# Longer than any German word, hash or address; the time to set a word grows with the square of its length.
ENDLESS_WORD = re.compile(r"[^\s<>&;\u00a0\u200b]{120,}")
TEXT_BETWEEN_TAGS = re.compile(r">[^<]+<")
BREAK_AFTER = 40
ZERO_WIDTH_SPACE = "\u200b"


def bind(text: str) -> str:
    """``text`` with no-break spaces in ``§ 5``, ``Abs. 2``, ``Nr. 7``, ``3,00 m``, ``z. B.``."""
    bound = BEFORE_NUMBER.sub(rf"\1{NBSP}", text)
    return BETWEEN.sub(lambda match: f"{match[1] or ''}{NBSP}", bound)


def break_endless_words(html: str) -> str:
    """``html`` with break opportunities in texts (not in attributes) without any for 120 characters."""

    def broken(word: re.Match[str]) -> str:
        return ZERO_WIDTH_SPACE.join(
            word[0][start : start + BREAK_AFTER] for start in range(0, len(word[0]), BREAK_AFTER)
        )

    return TEXT_BETWEEN_TAGS.sub(lambda text: ENDLESS_WORD.sub(broken, text[0]), html)
