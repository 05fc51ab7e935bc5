"""Can a letterhead be printed? Asked before every document, also about one that was stored under older rules."""

from __future__ import annotations

from functools import lru_cache

from reports.contexts.parts import Letterhead
from reports.coverage import describe_characters
from reports.crest import clean_crest
from reports.errors import DrawingError, GlyphCoverageError, RenderError
from reports.fonts import FontSet
from reports.html import COLOUR, MINIMUM_CONTRAST, contrast, contrast_with_white

CREST = "letterhead.crest_svg"


def require_letterhead(head: Letterhead, *, fonts: FontSet) -> None:
    """Raise where no paper can carry ``head``, saying in German what is wrong and what to do.

    ``RenderError`` for colours that cannot be read, ``DrawingError`` for a crest that would be refused today.
    """
    if not COLOUR.fullmatch(head.accent_colour) or contrast_with_white(head.accent_colour) < MINIMUM_CONTRAST:
        raise RenderError(
            f"Die Farbe „{head.accent_colour}“ des Briefkopfs ist keine Angabe wie „#1f3b5c“ oder auf Weiß zu blass "
            "zum Lesen. Bitte lassen Sie sie von der Fachadministration ändern.",
            ("letterhead.accent_colour",),
        )
    if not COLOUR.fullmatch(head.tint_colour) or contrast(head.accent_colour, head.tint_colour) < MINIMUM_CONTRAST:
        raise RenderError(
            f"Die Hintergrundfarbe „{head.tint_colour}“ des Briefkopfs ist keine Angabe wie „#eef2f6“ oder so dunkel, "
            f"dass die Farbe „{head.accent_colour}“ darauf nicht zu lesen ist. Bitte lassen Sie sie von der "
            "Fachadministration ändern.",
            ("letterhead.tint_colour",),
        )
    if head.crest_svg and (problem := _problem_of_crest(head.crest_svg, fonts)):
        raise DrawingError(
            "Das Wappen im Briefkopf lässt sich nicht drucken. Bitte lassen Sie es von der Fachadministration ersetzen "
            f"oder entfernen. {problem}",
            (CREST,),
        )


# A crest is drawn to see whether it shows anything, and one crest stands on thousands of papers.
@lru_cache(maxsize=32)
def _problem_of_crest(svg: str, fonts: FontSet) -> str:
    try:
        clean_crest(svg, fonts=fonts, place=CREST)
    except GlyphCoverageError as error:
        lost = describe_characters("".join(error.missing.values()))
        return f"Seine Schrift enthält Zeichen, die sich nicht drucken lassen: {lost}."
    except DrawingError as error:
        return error.message
    return ""
