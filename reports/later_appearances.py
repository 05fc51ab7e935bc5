"""What can be seen in a PDF that was not there when it was signed.

A later signature may bring a field with a picture, and the rules for PDF signatures allow it anywhere: over a number of
a structural design, say. Such a picture is no change of what was signed, yet people see another page.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils.generic import IndirectObject
from pyhanko.sign.validation import EmbeddedPdfSignature

HIDDEN, NO_VIEW = 1 << 1, 1 << 5  # ISO 32000-1, table 165
MAX_PAGES = 20_000


def pages_with_later_appearances(signature: EmbeddedPdfSignature) -> tuple[int, ...]:
    """Return the numbers of the pages, from 1, that show a field or note which the signed state did not show so.

    Raises what reading a strange file raises.
    """
    signed = signature.reader.get_historical_resolver(signature.signed_revision)
    before = [set(_shown(page)) for page in _pages(signed.root["/Pages"])]
    found = []
    for index, page in enumerate(_pages(signature.reader.root["/Pages"])):
        known = before[index] if index < len(before) else set()
        if set(_shown(page)) - known:
            found.append(index + 1)
    return tuple(found)


def _pages(root: Any) -> Iterator[Any]:
    """Every page in the order of the file."""
    waiting, seen = [root], 0
    while waiting:
        node = waiting.pop()
        seen += 1
        if seen > MAX_PAGES:
            raise ValueError("too many pages")
        kids = node.get("/Kids")
        if kids is None:
            yield node
        else:
            waiting += [kids[index] for index in reversed(range(len(kids)))]


def _shown(page: Any) -> Iterator[tuple[Any, ...]]:
    """Every annotation that is seen on a page: where, and by which picture."""
    notes = page.get("/Annots") or ()
    for index in range(len(notes)):
        note = notes[index]
        sides = [float(side) for side in note.get("/Rect") or (0, 0, 0, 0)]
        flat = abs(sides[2] - sides[0]) <= 0 or abs(sides[3] - sides[1]) <= 0
        looks = note.get("/AP")
        if flat or looks is None or int(note.get("/F", 0)) & (HIDDEN | NO_VIEW):
            continue
        picture = looks.get("/N")
        yield (*sides, _reference(looks), getattr(picture, "data", b""))


def _reference(looks: Any) -> Any:
    held = looks.raw_get("/N") if "/N" in looks else None
    return (held.idnum, held.generation) if isinstance(held, IndirectObject) else None
