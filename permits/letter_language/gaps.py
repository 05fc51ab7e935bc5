"""Gaps: what a person has to fill in stands in double square brackets, ``[[Betrag in Euro]]``."""

import re

from permits.letter_language.errors import LanguageError
from permits.letter_language.markup import normalised

MAX_NAME = 80
_GAP = re.compile(r"\[\[([^\[\]\n]*)\]\]")
_BRACKETS = re.compile(r"\[\[|\]\]")


def gaps_in(*texts: str) -> tuple[str, ...]:
    """Return the names of all gaps in texts, each once, in their order; ``gap_errors`` tells what is none."""
    names = (found.group(1).strip() for text in texts for found in _GAP.finditer(text))
    return tuple(dict.fromkeys(name for name in names if 0 < len(name) <= MAX_NAME))


def gap_errors(text: str) -> list[LanguageError]:
    """Return every place of ``text`` with double square brackets that is no gap, in its order."""
    text = normalised(text)
    errors = [
        LanguageError.at(text, gap.start(), message)
        for gap in _GAP.finditer(text)
        if (message := _name_error(gap.group(1)))
    ]
    # Blanks in place of what was read: every other bracket stays where it is.
    rest = _GAP.sub(lambda gap: " " * len(gap.group()), text)
    for brackets in _BRACKETS.finditer(rest):
        message = _opening_error(text, brackets.end()) if brackets.group() == "[[" else _CLOSING_ERROR
        errors.append(LanguageError.at(text, brackets.start(), message))
    return sorted(errors, key=lambda error: (error.line, error.column))


def gaps_nobody_fills(text: str) -> list[LanguageError]:
    """Return every gap of a text that goes out as it is stored, and every beginning of one."""
    text = normalised(text)
    return [LanguageError.at(text, found.start(), _UNFILLED_ERROR) for found in re.finditer(r"\[\[", text)]


_UNFILLED_ERROR = (
    "Lücken in doppelten eckigen Klammern füllt hier niemand aus, sie würden so gedruckt. Bitte schreiben Sie, was "
    "dort stehen soll, oder verwenden Sie ein Feld."
)
_CLOSING_ERROR = (
    "„]]“ schließt etwas, das nicht geöffnet ist. Bitte schreiben Sie „[[“ davor; sind es zwei einzelne Klammern, "
    "dann bitte ein Leerzeichen dazwischen."
)


def _name_error(name: str) -> str:
    if not name.strip():
        return "Zwischen „[[“ und „]]“ steht nichts. Bitte schreiben Sie, was einzutragen ist: [[Betrag in Euro]]."
    if "{{" in name or "{%" in name or "}}" in name or "%}" in name:
        return (
            "Zwischen „[[“ und „]]“ kann kein Feld und keine Bedingung stehen. Bitte schreiben Sie mit eigenen Worten, "
            "was einzutragen ist."
        )
    if len(name.strip()) > MAX_NAME:
        return f"Zwischen „[[“ und „]]“ stehen mehr als {MAX_NAME} Zeichen. Bitte fassen Sie sich kürzer."
    return ""


def _opening_error(text: str, after: int) -> str:
    """Return what is wrong with brackets that open no gap; ``after`` is the index behind them."""
    if "]]" in text[after:].split("\n", 1)[0]:
        return "Zwischen „[[“ und „]]“ können keine weiteren eckigen Klammern stehen. Bitte nehmen Sie sie heraus."
    return "„[[“ ist nicht geschlossen: In derselben Zeile fehlt „]]“."
