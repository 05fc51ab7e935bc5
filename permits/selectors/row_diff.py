"""What changed between two lists of entries, each with a heading: entry by entry, and word by word within an entry."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from permits.selectors.text_diff import Piece, is_changed, word_diff

#: Below this share of equal words an entry is told as removed and another as new, since a mixture of both misleads.
_ALIKE = 0.4


@dataclass(frozen=True)
class Row:
    """An entry: ``head`` is its heading ("" for none), ``text`` what it says."""

    head: str
    text: str


@dataclass(frozen=True)
class ChangedRow:
    """An entry with its changes."""

    head: str
    pieces: tuple[Piece, ...]

    @property
    def changed(self) -> bool:
        """Whether it differs from the entry before."""
        return is_changed(self.pieces)


def row_diff(before: Sequence[Row], after: Sequence[Row]) -> list[ChangedRow]:
    """Return the entries of ``after`` with what changed, and those of ``before`` that are gone, where they stood."""
    rows: list[ChangedRow] = []
    for tag, a1, a2, b1, b2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            rows += [ChangedRow(row.head, (Piece("same", row.text),)) for row in after[b1:b2]]
        else:
            rows += _replaced(before[a1:a2], after[b1:b2])
    return rows


def _replaced(old: Sequence[Row], new: Sequence[Row]) -> Iterator[ChangedRow]:
    """Entries that stand where others stood; those with the same heading are compared."""
    heads = SequenceMatcher(None, [row.head for row in old], [row.head for row in new], autojunk=False)
    for tag, a1, a2, b1, b2 in heads.get_opcodes():
        if tag != "equal":
            yield from (_one_kind("removed", row) for row in old[a1:a2])
            yield from (_one_kind("added", row) for row in new[b1:b2])
            continue
        for left, right in zip(old[a1:a2], new[b1:b2], strict=True):
            if SequenceMatcher(None, left.text.split(), right.text.split(), autojunk=False).ratio() < _ALIKE:
                yield _one_kind("removed", left)
                yield _one_kind("added", right)
            else:
                yield ChangedRow(right.head, tuple(word_diff(left.text, right.text)))


def _one_kind(kind: str, row: Row) -> ChangedRow:
    return ChangedRow(row.head, (Piece(kind, row.text),))
