"""What changed between two texts, word by word, readable for people."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORD = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True)
class Piece:
    """A stretch of text: ``kind`` is same, added or removed."""

    kind: str
    text: str


def word_diff(before: str, after: str) -> list[Piece]:
    """Return the pieces that lead from ``before`` to ``after``; removed words stand before those that replace them.

    A blank between two changed words belongs to the change, so that a rewritten sentence reads as one piece.
    """
    old, new = _words(before), _words(after)
    pieces: list[Piece] = []
    for tag, a1, a2, b1, b2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            _add(pieces, "same", old[a1:a2])
            continue
        _add(pieces, "removed", old[a1:a2])
        _add(pieces, "added", new[b1:b2])
    return _joined(pieces)


def _words(text: str) -> list[str]:
    """Words with the blanks after them, so that a change of one word is one unit."""
    units: list[str] = []
    for part in _WORD.findall(text):
        if part.isspace() and units and not units[-1].isspace() and not units[-1][-1].isspace():
            units[-1] += part
        else:
            units.append(part)
    return units


def _add(pieces: list[Piece], kind: str, words: Sequence[str]) -> None:
    if words:
        pieces.append(Piece(kind, "".join(words)))


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Join stretches of the same kind that follow each other."""
    joined: list[Piece] = []
    for piece in pieces:
        if joined and joined[-1].kind == piece.kind:
            joined[-1] = Piece(piece.kind, joined[-1].text + piece.text)
        else:
            joined.append(piece)
    return joined


def is_changed(pieces: Sequence[Piece]) -> bool:
    """Whether anything differs."""
    return any(piece.kind != "same" for piece in pieces)
