"""First look at a text: where its markup is, and whether brackets and conditions open and close.

The library stops at the first mistake and speaks of its own inner parts. This finds all mistakes of structure at
once, and refuses sizes before the library sees the text.
"""

import re
from dataclasses import dataclass

from permits.letter_language.errors import LanguageError
from permits.letter_language.limits import MAX_DEPTH, MAX_MARKUP, MAX_MARKUPS, MAX_TEXT

CLOSING = {"{{": "}}", "{%": "%}"}
TAGS = ("if", "elsif", "else", "endif", "unless", "endunless")
# Control characters, those that turn the direction of what follows, separators of lines and paragraphs, and what has no
# width: never meant in a text, and never seen. (The soft hyphen stays: it shows where a word may be parted.)
HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff"
    "\ufff9-\ufffb\U000e0000-\U000e007f]"
)


@dataclass(frozen=True)
class Piece:
    """One piece of markup: where it starts in the text, its brackets and what stands between them."""

    start: int
    opening: str
    inner: str

    @property
    def tag(self) -> str:
        """Name of the tag; empty for a field."""
        match = re.match(r"\w+|#", self.inner) if self.opening == "{%" else None
        return match.group() if match else ""


def normalised(text: str) -> str:
    """Return the text with the line ends that positions are counted by."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def structure_errors(text: str) -> list[LanguageError]:
    """Return what is wrong with size, characters, brackets and conditions of a normalised text, in its order."""
    if len(text) > MAX_TEXT:
        return [LanguageError.at(text, MAX_TEXT, f"Der Text ist länger als {MAX_TEXT} Zeichen.")]
    errors = [
        LanguageError.at(
            text,
            found.start(),
            f"Hier steht ein unsichtbares Zeichen (U+{ord(found.group()):04X}). Bitte löschen Sie es.",
        )
        for found in HIDDEN.finditer(text)
    ]
    pieces, bracket_errors = _pieces(text)
    errors += bracket_errors
    if len(pieces) > MAX_MARKUPS:
        errors.append(
            LanguageError.at(
                text, pieces[MAX_MARKUPS].start, f"Der Text hat mehr als {MAX_MARKUPS} Felder und Bedingungen."
            )
        )
    elif not bracket_errors:
        errors += _block_errors(text, pieces)
    return sorted(errors, key=lambda error: (error.line, error.column))


def without_tags(text: str) -> str:
    """Return the text with blanks in place of its tags, so that every field stays where it is.

    Empty where brackets or sizes are wrong: then nothing can be said about fields.
    """
    if len(text) > MAX_TEXT:
        return ""
    pieces, errors = _pieces(text)
    if errors or len(pieces) > MAX_MARKUPS:
        return ""
    for piece in pieces:
        if piece.opening == "{%":
            end = text.index("%}", piece.start) + 2
            blank = "".join(character if character == "\n" else " " for character in text[piece.start : end])
            text = text[: piece.start] + blank + text[end:]
    return text


def _pieces(text: str) -> tuple[list[Piece], list[LanguageError]]:
    pieces: list[Piece] = []
    errors: list[LanguageError] = []
    position = 0
    for opening in re.finditer(r"\{\{|\{%|\}\}|%\}", text):
        if opening.start() < position:
            continue
        if opening.group() not in CLOSING:
            message = f"„{opening.group()}“ schließt etwas, das nicht geöffnet ist."
            errors.append(LanguageError.at(text, opening.start(), message))
            position = opening.end()
            continue
        closing = CLOSING[opening.group()]
        end = text.find(closing, opening.end(), opening.start() + MAX_MARKUP)
        if end < 0:
            message = (
                f"„{opening.group()}“ ist nicht geschlossen: In den {MAX_MARKUP} Zeichen danach fehlt „{closing}“."
            )
            errors.append(LanguageError.at(text, opening.start(), message))
            position = opening.end()
            continue
        inner = text[opening.end() : end].removeprefix("-").removesuffix("-").strip()
        if "{{" in inner or "{%" in inner:
            message = f"„{opening.group()}“ ist nicht geschlossen: Es fehlt „{closing}“."
            errors.append(LanguageError.at(text, opening.start(), message))
        elif not inner:
            errors.append(LanguageError.at(text, opening.start(), "Zwischen den Klammern steht nichts."))
        pieces.append(Piece(opening.start(), opening.group(), inner))
        position = end + 2
    return pieces, errors


def _block_errors(text: str, pieces: list[Piece]) -> list[LanguageError]:
    errors: list[LanguageError] = []
    open_blocks: list[tuple[Piece, bool]] = []  # with: whether its else was seen
    for piece in pieces:
        if piece.opening == "{{":
            continue
        block, else_seen = open_blocks[-1] if open_blocks else (None, False)
        message = ""
        if piece.tag not in TAGS:
            message = f"„{piece.tag or piece.inner}“ gibt es hier nicht. Möglich sind if, elsif, else und unless."
        elif piece.tag in ("if", "unless"):
            open_blocks.append((piece, False))
            if piece.inner == piece.tag:
                message = f"Nach „{piece.tag}“ fehlt die Bedingung, zum Beispiel „{piece.tag} frist“."
            elif len(open_blocks) > MAX_DEPTH:
                message = f"Mehr als {MAX_DEPTH} Bedingungen ineinander sind nicht möglich."
        elif block is None:
            message = f"Zu „{piece.tag}“ fehlt davor ein „if“ oder „unless“."
        elif piece.tag.startswith("end"):
            open_blocks.pop()
            if piece.tag != f"end{block.tag}":
                message = f"„{block.tag}“ endet mit „end{block.tag}“, nicht mit „{piece.tag}“."
            elif piece.inner != piece.tag:
                message = f"Nach „{piece.tag}“ darf nichts mehr stehen."
        elif else_seen:
            message = "Nach „else“ kann nur noch das Ende der Bedingung kommen."
        elif piece.tag == "else":
            open_blocks[-1] = (block, True)
            if piece.inner != "else":
                message = "Nach „else“ darf nichts mehr stehen. Eine weitere Bedingung beginnt mit „elsif“."
        elif block.tag == "unless":
            message = "In „unless“ gibt es kein „elsif“. Bitte schreiben Sie die Bedingung mit „if“."
        elif piece.inner == "elsif":
            message = "Nach „elsif“ fehlt die Bedingung."
        if message:
            errors.append(LanguageError.at(text, piece.start, message))
    errors += [
        LanguageError.at(text, block.start, f"„{block.tag}“ ist nicht beendet: Es fehlt „{{% end{block.tag} %}}“.")
        for block, _ in open_blocks
    ]
    return errors
