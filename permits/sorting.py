"""German sort order without a collation of the database (DIN 5007-1: words)."""

import unicodedata

_SPECIAL = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}


def din5007_key(text: str) -> str:
    """Return the stored sort key of ``text``: lower case, umlauts as their base letters, punctuation as blanks."""
    lowered = "".join(_SPECIAL.get(char, char) for char in text.casefold())
    decomposed = unicodedata.normalize("NFKD", lowered)
    kept = ("" if unicodedata.combining(char) else char if char.isalnum() else " " for char in decomposed)
    return " ".join("".join(kept).split())
