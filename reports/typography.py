"""What belongs together stays on one line; what is endless may break."""

from __future__ import annotations

import re

from reports.formatting import MONTHS, NBSP

MONTH = "|".join(MONTHS)
COUNTED = "Abs\\.|Art\\.|Nr\\.|Bl\\.|S\\.|Satz|Absatz|Nummer|Flurstücke?|Flur|Seite|Blatt|Frage|Anlage|Anhang|Buchst\\."
UNIT = "m²|m³|m|cm|mm|km|ha|a|kW|kWp|kWh|t|kg|dB|dB\\(A\\)|kN|°|€|%|Uhr|ff?\\."
BINDINGS = (
    # § 5, §§ 5, Abs. 2, Nr. 7, Flurstück 17/4
    (re.compile(rf"(\b(?:{COUNTED})|§) (?=\d)"), rf"\1{NBSP}"),
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
    # No line begins with a dash.
    (re.compile(r"(?<=\w) (?=[–·] )"), NBSP),
)

# A last line of one short word looks like a mistake: it takes the word before it along.
SHORT_LAST_WORD = re.compile(r"(?<=\w) ([^\s<>]{1,10})(?=(?:</\w+>)*</(?:p|li)>)")

# Longer than any German word, hash or address.
ENDLESS_WORD = re.compile(r"[^\s<>&;\u00a0\u200b]{120,}")
TEXT_BETWEEN_TAGS = re.compile(r">[^<]+<")
BREAK_AFTER = 40
# The time to measure a cell grows with the square of the length of each text in it.
CELL = re.compile(r"<t[dh][ >].*?</t[dh]>", re.DOTALL)
LONG_TEXT = 200
END_OF_STRETCH = re.compile(r"([^<>]{80}\S* )(?=\S)")
OPPORTUNITY = "<wbr>"


def bind(text: str) -> str:
    """``text`` with no-break spaces in ``§ 5``, ``Abs. 2``, ``Nr. 7``, ``3,00 m``, ``z. B.``, ``18. Dezember 2026``.

    In HTML the last two words of a paragraph or list item stay together, too, where the last one is short.
    """
    for pattern, bound in BINDINGS:
        text = pattern.sub(bound, text)
    return SHORT_LAST_WORD.sub(rf"{NBSP}\1", text)


def break_endless_words(html: str) -> str:
    """``html`` with break opportunities in texts (not in attributes) without any for 120 characters.

    Long texts in table cells are cut into stretches at spaces, which changes nothing on paper.
    """

    def broken(word: re.Match[str]) -> str:
        return OPPORTUNITY.join(word[0][start : start + BREAK_AFTER] for start in range(0, len(word[0]), BREAK_AFTER))

    def stretched(text: re.Match[str]) -> str:
        return END_OF_STRETCH.sub(rf"\1{OPPORTUNITY}", text[0]) if len(text[0]) > LONG_TEXT else text[0]

    html = CELL.sub(lambda cell: TEXT_BETWEEN_TAGS.sub(stretched, cell[0]), html)
    return TEXT_BETWEEN_TAGS.sub(lambda text: ENDLESS_WORD.sub(broken, text[0]), html)
