"""What belongs together stays on one line; what is endless may break."""

from __future__ import annotations

import re
from collections.abc import Callable

from reports.formatting import MONTHS, NBSP

MONTH = "|".join(MONTHS)
COUNTED = "Abs\\.|Art\\.|Nr\\.|Bl\\.|S\\.|Satz|Absatz|Nummer|Flurstücke?|Flur|Seite|Blatt|Frage|Anlage|Anhang|Buchst\\."
UNIT = "m²|m³|m|cm|mm|km|ha|a|kW|kWp|kWh|t|kg|dB|dB\\(A\\)|kN|°|€|%|Uhr|ff?\\."


def _bound(match: re.Match[str]) -> str:
    return match[1] + match[2].replace(" ", NBSP)


BINDINGS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    # § 5, §§ 5, Abs. 2, Nr. 7, Flurstück 17/4
    (re.compile(rf"(\b(?:{COUNTED})|§) (?=\d)"), rf"\1{NBSP}"),
    # § 31 Abs. 2, Art. 6 Abs. 1
    (re.compile(rf"((?:§|\bArt\.){NBSP}\d+[a-z]?) (?=Abs\.)"), rf"\1{NBSP}"),
    # Abs. 2 Buchst. a
    (re.compile(r"(\bBuchst\.) (?=[a-z]\b)"), rf"\1{NBSP}"),
    # 3,00 m, 48 m², 12 Uhr, § 5 ff.
    (re.compile(rf"(?<=\d) (?=(?:{UNIT})(?![\w²³]))"), NBSP),
    # z. B., d. h., u. a., i. V. m., i. S. d.
    (re.compile(r"\b([a-zA-Z]\.) (?=[a-zA-Z]\.)"), rf"\1{NBSP}"),
    # 18. Dezember 2026
    (re.compile(rf"(?<=\d\.) (?=(?:{MONTH})\b)"), NBSP),
    (re.compile(rf"\b({MONTH}) (?=\d{{4}}\b)"), rf"\1{NBSP}"),
    # Dr. Vogt
    (re.compile(r"\b(Dr\.|Prof\.) (?=\w)"), rf"\1{NBSP}"),
    # 0511 5550-231
    (re.compile(r"\b(0\d{2,5}) (?=\d)"), rf"\1{NBSP}"),
    # GRZ I, GRZ 0,40, GRZ / II, GRZ I / II
    (re.compile(r"\b(GRZ|GFZ|BMZ)( / | )(?=[IV]+\b|\d)"), _bound),
    (re.compile(r"\b((?:GRZ|GFZ)\u00a0[IV]+)( / )(?=[IV]+\b)"), _bound),
    # No line begins with a dash.
    (re.compile(r"(?<=\w) (?=[–·] )"), NBSP),
)

# A last line of one short word looks like a mistake: it takes the word before it along.
SHORT_LAST_WORD = re.compile(r"(?<=\w) ([^\s<>]{1,10})(?=(?:</\w+>)*</(?:p|li)>)")

# Longer than any German word, hash or address.
ENDLESS_WORD = re.compile(r"[^\s<>&;\u00a0\u200b]{120,}")
TEXT_BETWEEN_TAGS = re.compile(r">[^<]+<")


def bind(text: str) -> str:
    """``text`` with no-break spaces in ``§ 5 Abs. 2``, ``Nr. 7``, ``3,00 m``, ``z. B.``, ``18. Dezember 2026``.

    In HTML the last two words of a paragraph or list item stay together, too, where the last one is short.
    """
    for pattern, bound in BINDINGS:
        text = pattern.sub(bound, text)
    return SHORT_LAST_WORD.sub(rf"{NBSP}\1", text)


def break_endless_words(html: str) -> str:
    """``html`` with the words of 120 characters and more in its texts (not in attributes) marked to break anywhere."""

    def marked(text: re.Match[str]) -> str:
        return ENDLESS_WORD.sub(r'<span class="endless">\g<0></span>', text[0])

    return TEXT_BETWEEN_TAGS.sub(marked, html)
