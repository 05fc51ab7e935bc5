"""Does a notice really say what a correction quotes from it?"""

import re
import unicodedata
from collections.abc import Iterable
from html.parser import HTMLParser

from permits.errors import InvalidInputError
from permits.models import IssuedDocument
from permits.services.documents_out import pages_of

# Everything else ends a word where it begins or ends.
INLINE = frozenset({"a", "abbr", "b", "del", "em", "i", "ins", "small", "span", "strong", "sub", "sup", "u", "wbr"})
# Soft hyphen, zero-width space, joiners, word joiner, byte order mark: nobody sees or copies them on purpose.
UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
# A word that the end of a line tore apart, as copied from a page.
TORN = re.compile(r"(?<=\w)[-\u2010]\s*\n\s*(?=[a-zäöüß])")


# Not "S.": that may be the sentence of a law.
PAGE = re.compile(r"\bSeite\s*(\d{1,6})\b")


class UnknownQuoteError(InvalidInputError):
    """Quotes that the notice does not have and that nobody confirmed; ``quotes`` as they were typed."""

    def __init__(self, quotes: list[str]) -> None:
        said = "Ein Wortlaut steht" if len(quotes) == 1 else f"{len(quotes)} Wortlaute stehen"
        super().__init__(
            f"{said} so nicht im Bescheid. Bitte berichtigen Sie die Angabe, oder bestätigen Sie, dass Sie den "
            "Wortlaut mit dem Bescheid verglichen haben.",
            field="confirmed",
        )
        self.quotes = quotes


class _Words(HTMLParser):
    """Collects what a page of ours says, in reading order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in INLINE:
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self.handle_starttag(tag, ())


def unknown_quotes(document: IssuedDocument, quotes: Iterable[str]) -> list[str]:
    """Return the quotes that neither ``document`` nor a correction of it has, in their order.

    White space of any kind counts as one space; what nobody sees (soft hyphens) does not count. A quote may still be
    right: text that the page sets by itself (numbers of a list, page numbers) is not looked at.
    """
    corrections = IssuedDocument.objects.filter(change__concerns=document).values_list("html", flat=True)
    texts = [plain_words(html) for html in (document.html, *corrections)]
    return [
        quote
        for quote in quotes
        if not any(plain(form) in text for text in texts for form in (quote, TORN.sub("", quote)))
    ]


def require_pages(document: IssuedDocument, places: Iterable[str]) -> None:
    """Raise InvalidInputError for a place on a page that neither ``document`` nor a correction of it has."""
    wanted = [(place.strip(), int(found)) for place in places for found in PAGE.findall(place)]
    if not wanted:
        return
    papers = [document, *IssuedDocument.objects.filter(change__concerns=document).select_related("file")]
    counts = [count for paper in papers if (count := pages_of(paper)) is not None]
    for place, number in wanted:
        if counts and not 1 <= number <= max(counts):
            said = "nur eine Seite" if max(counts) == 1 else f"nur {max(counts)} Seiten"
            raise InvalidInputError(
                f"Die Stelle „{place}“ gibt es nicht: Der Bescheid hat {said}. Bitte berichtigen Sie die Angabe.",
                field="items",
            )


def plain_words(html: str) -> str:
    """Return what a page of ours says, in reading order."""
    words = _Words()
    words.feed(html)
    words.close()
    return plain("".join(words.parts))


def plain(text: str) -> str:
    """Return a text as quotes are compared: no unseen characters, every white space one space."""
    # \s has the no-break spaces as well.
    return re.sub(r"\s+", " ", UNSEEN.sub("", unicodedata.normalize("NFC", text))).strip()
