"""Reading TOML that somebody wrote by hand: what is wrong with it is told in German, with line and column."""

import re
import tomllib
from typing import Any

from permits.errors import InvalidInputError

# Python reads no decimal number with more digits; its message for it names no place.
LONG_NUMBER = re.compile(r"\d[\d_]{4300,}")
MAX_DEPTH = 100
_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
# What tomllib says (3.11 to 3.14) → what a person can do about it.
_MEANINGS: tuple[tuple[str, str], ...] = (
    ("Expected '=' after a key", "Nach dem Namen fehlt ein Gleichheitszeichen"),
    ("Expected newline or end of document", "Nach der Angabe steht etwas, das dort nicht hingehört"),
    ("Expected ']]'", "Die Überschrift [[…]] ist nicht mit ]] geschlossen"),
    ("Expected ']'", "Die Überschrift […] ist nicht mit ] geschlossen"),
    ("Invalid statement", "Hier beginnt weder eine Angabe noch eine Überschrift"),
    ("Invalid initial character for a key", "Ein Name darf so nicht beginnen; Namen mit Sonderzeichen stehen in \"…\""),
    ("Found invalid character", "Hier steht ein unerlaubtes Zeichen"),
    ("Illegal character", "Hier steht ein unerlaubtes Zeichen oder ein Zeilenumbruch, der dort nicht sein darf"),
    ("Cannot", "Diese Angabe gibt es an dieser Stelle schon einmal"),
    ("Duplicate", "Diese Angabe gibt es an dieser Stelle schon einmal"),
    ("Unclosed array", "Eine Liste ist nicht mit ] geschlossen"),
    ("Unclosed inline table", "Eine Tabelle ist nicht mit } geschlossen"),
    ("Unescaped", "Nach einem umgekehrten Schrägstrich im Text (sonst: \\\\) steht ein unerlaubtes Zeichen"),
    ("Invalid hex value", "Nach \\x, \\u oder \\U im Text stehen nicht genug Ziffern"),
    ("Escaped character", "Das Zeichen nach \\u oder \\U gibt es nicht"),
    ("Unterminated string", "Ein Text ist nicht mit Anführungszeichen geschlossen"),
    ("Expected", "Hier fehlt etwas, zum Beispiel ein Anführungszeichen am Ende eines Textes"),
    ("Invalid date", "Diesen Tag oder diese Uhrzeit gibt es nicht"),
    ("Invalid value", "Der Wert fehlt oder ist nicht lesbar; Texte stehen in \"…\""),
)  # fmt: skip


def read_toml(raw: bytes) -> dict[str, Any]:
    """Return what a TOML file in UTF-8 holds; raises InvalidInputError, in German and with the place."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInputError("Die Datei ist nicht in UTF-8 geschrieben.") from error
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        place = _where(text, _deep(text))
        raise InvalidInputError(
            f"Die Datei ist als TOML nicht lesbar{place}: Sie ist zu tief verschachtelt."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise _in_german(str(error)) from error
    except ValueError as error:
        # Not of the grammar: Python refuses to make a number of so many digits.
        found = LONG_NUMBER.search(text)
        place = _where(text, found.start() if found else None)
        raise InvalidInputError(
            f"Die Datei ist als TOML nicht lesbar{place}: Eine Zahl hat zu viele Ziffern."
        ) from error


def _in_german(said: str) -> InvalidInputError:
    found = _PLACE.search(said)
    if found is None:
        place = ""
    elif found[1]:
        place = f" in Zeile {found[1]}, Spalte {found[2]}"
    else:
        place = " am Ende der Datei"
    meaning = next((words for start, words in _MEANINGS if said.startswith(start)), "Der Aufbau ist kein TOML")
    return _unreadable(place, meaning)


def _unreadable(place: str, meaning: str) -> InvalidInputError:
    return InvalidInputError(f"Die Datei ist als TOML nicht lesbar{place}: {meaning}.")


def _where(text: str, position: int | None) -> str:
    if position is None:
        return ""
    line = text.count("\n", 0, position) + 1
    return f" in Zeile {line}, Spalte {position - text.rfind(chr(10), 0, position)}"


def _deep(text: str) -> int | None:
    """Return where brackets are open MAX_DEPTH deep; brackets in texts count, too, so it is where to look."""
    depth = 0
    for found in re.finditer(r"[\[\]{}]", text):
        depth += 1 if found[0] in "[{" else -1
        if depth > MAX_DEPTH:
            return found.start()
    return None
