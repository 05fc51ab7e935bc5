"""Parts that every document has: who writes, to whom, about which case, under which seal."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


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
    """Briefkopf of an authority. Colours are ``#rrggbb``; the crest is an SVG drawing as text."""

    authority_name: str
    unit: str
    address_lines: tuple[str, ...]
    return_line: str
    phone: str = ""
    email: str = ""
    website: str = ""
    place: str
    footer_lines: tuple[str, ...] = ()
    accent_colour: str = "#1f3b5c"
    crest_svg: str | None = None
    crest_alternative: str = "Wappen"


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Anschrift: one line of the address field each (DIN 5008: at most six).

    ``salutation`` is the full line, such as "Sehr geehrte Frau Brandt,".
    """

    address_lines: tuple[str, ...]
    salutation: str = "Sehr geehrte Damen und Herren,"


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
class DocumentContext:
    """What every document says, whatever its kind. ``dated_on`` is the day printed on it."""

    letterhead: Letterhead
    recipient: Recipient
    contact: Contact
    case: CaseReference
    dated_on: date
    signatories: tuple[Signatory, ...] = ()
    enclosures: tuple[str, ...] = ()
    seal: SealInfo | None = field(default=None)
    verification: Verification | None = field(default=None)

    @property
    def heading(self) -> str:
        """Title as printed; a kind with several outcomes says which."""
        from reports.registry import kind_of

        return kind_of(self).title
