"""Parts that every document has: who writes, to whom, about which case, under which seal."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal


class SealLevel(StrEnum):
    """Legal quality of an electronic seal (Art. 3 No. 25–27 eIDAS)."""

    DEMO = "demo"
    ADVANCED = "advanced"
    QUALIFIED = "qualified"

    @property
    def label(self) -> str:
        """German name, as printed."""
        return {
            SealLevel.DEMO: "Demosiegel, ohne Rechtswirkung",
            SealLevel.ADVANCED: "fortgeschrittenes elektronisches Siegel",
            SealLevel.QUALIFIED: "qualifiziertes elektronisches Siegel",
        }[self]


@dataclass(frozen=True, kw_only=True)
class Letterhead:
    """Briefkopf of an authority: all that differs between two authorities' papers.

    Colours are ``#rrggbb``: ``accent_colour`` for headings and rules, ``tint_colour`` behind the summary. The crest is
    an SVG drawing as text. ``closing_formula`` and ``signature_lines`` ("Im Auftrag") stand above the names;
    ``footer_columns`` side by side at the foot of every page, a line each.
    """

    authority_name: str
    unit: str
    address_lines: tuple[str, ...]
    return_line: str
    phone: str = ""
    email: str = ""
    website: str = ""
    place: str
    closing_formula: str = "Mit freundlichen Grüßen"
    signature_lines: tuple[str, ...] = ()
    footer_columns: tuple[tuple[str, ...], ...] = ()
    accent_colour: str = "#1f3b5c"
    tint_colour: str = "#eef2f6"
    crest_svg: str | None = None
    crest_alternative: str = "Wappen"


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Anschrift: one line of the address field each (DIN 5008: at most six).

    ``salutation`` is the full line, such as "Sehr geehrte Frau Brandt,". ``addressees``: everybody for whom the paper
    is, name and address in one line each, where it is for more than the one in the address field.
    """

    address_lines: tuple[str, ...]
    salutation: str = "Sehr geehrte Damen und Herren,"
    addressees: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Who answers questions: the information block beside the address."""

    name: str
    phone: str = ""
    email: str = ""
    room: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseReference:
    """Which case: Aktenzeichen, Bauvorhaben, Baugrundstück, and what the recipient wrote when."""

    case_number: str
    proposal: str
    site_address: str
    applicant: str
    procedure: str
    applied_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Signatory:
    """A person who answers for a document; ``role`` such as "Sachbearbeitung" or "Leitung"."""

    name: str
    role: str


@dataclass(frozen=True, kw_only=True)
class SealInfo:
    """The visible seal field: level, serial of the seal, and the moment (aware) it is dated with."""

    level: SealLevel
    serial: str
    sealed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Verification:
    """Public verification page: address for the QR code, notice number and code as text."""

    url: str
    number: str
    code: str


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The box "Das Wichtigste in Kürze", in plain language, sentences each.

    ``decided`` what was decided or happened, ``to_do`` what the reader must do, ``until`` the deadlines, ``ask`` whom
    to ask. What is empty is not printed.
    """

    decided: str
    to_do: tuple[str, ...] = ()
    until: tuple[str, ...] = ()
    ask: str = ""


@dataclass(frozen=True, kw_only=True)
class LetterPart:
    """Paragraphs that the authority adds to a kind of paper, pinned by ``key`` and ``version``.

    ``place``: "opening" stands after the salutation, "closing" before the greeting.
    """

    place: Literal["opening", "closing"]
    paragraphs: tuple[str, ...]
    key: str
    version: int


@dataclass(frozen=True, kw_only=True)
class TextBlockRef:
    """The version of a text block that a text was taken from; ``sha256`` of its wording. Not printed."""

    key: str
    version: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class DocumentContext:
    """What every document says, whatever its kind.

    ``dated_on`` is the day printed on it; ``site_plan_geojson`` the geometry of the site plan, which is not printed
    but goes into the PDF as an associated file.
    """

    letterhead: Letterhead
    recipient: Recipient
    contact: Contact
    case: CaseReference
    dated_on: date
    summary: Summary | None = None
    letter_parts: tuple[LetterPart, ...] = ()
    signatories: tuple[Signatory, ...] = ()
    enclosures: tuple[str, ...] = ()
    seal: SealInfo | None = field(default=None)
    verification: Verification | None = field(default=None)
    site_plan_geojson: str | None = field(default=None)

    @property
    def opening_parts(self) -> list[LetterPart]:
        """The authority's own paragraphs after the salutation."""
        return [part for part in self.letter_parts if part.place == "opening"]

    @property
    def closing_parts(self) -> list[LetterPart]:
        """The authority's own paragraphs before the greeting."""
        return [part for part in self.letter_parts if part.place == "closing"]

    @property
    def heading(self) -> str:
        """Title as printed; a kind with several outcomes says which."""
        from reports.registry import kind_of

        return kind_of(self).title
