"""Putting values into a text."""

from collections.abc import Mapping

from liquid.exceptions import LiquidError, OutputStreamLimitError, UndefinedError

from permits.letter_language.checking import names_in
from permits.letter_language.engine import ENVIRONMENT, parse
from permits.letter_language.errors import LanguageError
from permits.letter_language.limits import MAX_OUTPUT
from permits.letter_language.markup import normalised


def fill(text: str, *, values: Mapping[str, str]) -> str:
    """Return ``text`` with ``values`` in place of its fields, as plain text: whoever prints it escapes it.

    An empty or missing value counts as absent in conditions; to print one raises LanguageError at its place, as
    does every mistake that ``check`` finds. Values are never read as markup. Raises TypeError for a value that is no
    text: nothing with attributes or methods gets near the language.
    """
    for name, value in values.items():
        if type(value) is not str:
            raise TypeError(f"{name} is not text")
    text = normalised(text)
    # Names without a value are given one that may only be asked for: the library knows names of its own ("now").
    known: dict[str, object] = {
        name: values[name] if values.get(name, "").strip() else ENVIRONMENT.undefined(name, token=None)
        for name in names_in(text)
    }
    template, _ = parse(text)
    try:
        return template.render(known)
    except OutputStreamLimitError as error:
        raise LanguageError(
            1, 1, f"Mit den Angaben des Vorgangs wird der Text länger als {MAX_OUTPUT} Zeichen."
        ) from error
    except UndefinedError as error:
        raise _missing(text, error, known) from error
    except LiquidError as error:
        index = error.token.start_index if error.token is not None else 0
        raise LanguageError.at(text, index, "Diese Stelle lässt sich nicht ausfüllen.") from error


def _missing(text: str, error: UndefinedError, known: Mapping[str, object]) -> LanguageError:
    index = error.token.start_index if error.token is not None else 0
    place = text[index : text.find("}}", index)]
    name = next((name for name, value in known.items() if not isinstance(value, str) and name in place), "")
    return LanguageError.at(text, index, f"Für „{name}“ gibt es in diesem Vorgang keine Angabe.")
