"""What a law pack holds: typed, frozen, each value with its citation. The TOML keys are the field names."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from permits.deadlines import Length


class LawPackError(Exception):
    """A law pack is broken, or has no value for that day; ``str(error)`` is a German sentence."""


@dataclass(frozen=True, kw_only=True)
class Cited:
    """A legal value with where it stands. ``verified=False`` is shown to officers as "ungeprüft"."""

    id: str
    legal_basis: str
    source: str
    verified: bool
    valid_from: dt.date
    valid_to: dt.date | None = None

    def in_force(self, day: dt.date) -> bool:
        """Whether the value applies on ``day`` (``valid_to`` is the last day in force)."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, kw_only=True)
class Procedure(Cited):
    """Verfahrensart. Its id is stored in ``PermitCase.procedure``."""

    title: str
    description: str
    submitted_by: str
    outcome: str
    implemented: bool
    decision_basis: str = ""  # what the decision itself rests on, as printed in the notice
    xbau_messages: str = ""


@dataclass(frozen=True, kw_only=True)
class DocumentType(Cited):
    """Art einer Anlage; its id is the code of XBau ``anlagen``, ``xbau_label`` the text of the code list."""

    title: str
    xbau_label: str
    group: str
    from_authority: bool = False


class Need(StrEnum):
    """Erforderlichkeit einer Bauvorlage."""

    REQUIRED = "required"
    IF_APPLICABLE = "if_applicable"
    LATER = "later"

    @property
    def label(self) -> str:
        """German words for the list of documents."""
        return {"required": "erforderlich", "if_applicable": "falls zutreffend", "later": "kann nachgereicht werden"}[
            self
        ]


@dataclass(frozen=True, kw_only=True)
class RequiredDocument(Cited):
    """Bauvorlage that a procedure asks for. Any one of ``codes`` meets it; the first is the usual one.

    ``by_form``: the answers of the online form replace the file (they travel as XBau data).
    """

    procedure: str
    codes: tuple[str, ...]
    title: str
    need: Need
    scale: str = ""
    hint: str = ""
    by_form: bool = False


@dataclass(frozen=True, kw_only=True)
class Clock(Cited):
    """Frist: what starts it, how long it is, what its end does, and how often it may be extended.

    ``set_by`` is "law" (the length is fixed) or "authority" (``length`` is the usual one; another may be set).
    ``shifts``: the end moves on from Saturdays, Sundays and public holidays. ``max_extensions``: None = any number;
    ``max_extension`` bounds their sum. ``extend_after_end``: a set time may be extended after its end (§ 31 (7) VwVfG).
    """

    title: str
    starts: str
    effect: str
    set_by: str
    shifts: bool
    length: Length | None = None
    extendable: bool = False
    max_extensions: int | None = None
    max_extension: Length | None = None
    extend_after_end: bool = False
    extension_basis: str = ""


@dataclass(frozen=True, kw_only=True)
class FictionScope(Cited):
    """Anwendungsfall der Genehmigungsfiktion: all given conditions must hold. ``statement`` is German."""

    statement: str
    procedures: tuple[str, ...]
    measures: tuple[str, ...] = ()
    structures: tuple[str, ...] = ()
    residential: bool | None = None
    creates_housing: bool | None = None
    special_building: bool | None = None


@dataclass(frozen=True, kw_only=True)
class ServiceRule(Cited):
    """Bekanntgaberegel of a channel (id = ``Channel`` value). ``explanation`` is for the notice's covering text."""

    counts_from: str
    days: int
    shifts: bool
    explanation: str
    retrieve_within: Length | None = None


@dataclass(frozen=True, kw_only=True)
class PortalStatus(Cited):
    """Stand for applicants (id = ``CaseStatus`` value): XBau ``statusbauportal`` code and plain words."""

    xbau_code: str
    xbau_label: str
    title: str
    happens_now: str
    who_acts: str


@dataclass(frozen=True, kw_only=True)
class Code(Cited):
    """A choice with its XBau counterpart: ``xbau_element`` where XBau has an element instead of a code."""

    label: str
    hint: str = ""
    group: str = ""
    xbau_code: str = ""
    xbau_label: str = ""
    xbau_element: str = ""


@dataclass(frozen=True, kw_only=True)
class RemedyText(Cited):
    """Rechtsbehelfsbelehrung (§ 37 (6) VwVfG): paragraphs with placeholders in braces."""

    title: str
    clock: str
    paragraphs: tuple[str, ...]
    placeholders: tuple[str, ...]

    def fill(self, **values: str) -> tuple[str, ...]:
        """Return the paragraphs with the authority's data; raise :class:`LawPackError` where one is missing."""
        missing = [name for name in self.placeholders if not values.get(name, "").strip()]
        if missing:
            raise LawPackError(f"Für die Rechtsbehelfsbelehrung fehlen Angaben der Behörde: {', '.join(missing)}.")
        return tuple(paragraph.format_map(values) for paragraph in self.paragraphs)


@dataclass(frozen=True, kw_only=True)
class ChangeGround(Cited):
    """Grund, einen Bescheid zu berichtigen, zurückzunehmen oder zu widerrufen (``kind`` = ``ChangeKind``).

    ``clock``: the time from knowing the facts within which it is allowed; empty where the law sets none.
    """

    kind: str
    title: str
    clock: str = ""


@dataclass(frozen=True, kw_only=True)
class SiteSign(Cited):
    """Bauschild: whose names and addresses stand on it (``PartyRole`` values, ``site_manager``, ``contractor``)."""

    people: tuple[str, ...]


class PaperForm(StrEnum):
    """Form eines Schriftstücks."""

    WRITTEN = "written"
    TEXT = "text"
    NONE = "none"


class MinimumLevel(StrEnum):
    """Geringste Stufe des Siegels (Art. 3 Nr. 26 und 27 eIDAS)."""

    NONE = "none"
    ADVANCED = "advanced"
    QUALIFIED = "qualified"


@dataclass(frozen=True, kw_only=True)
class DocumentForm(Cited):
    """Form, that a kind of paper (its id) needs, and the seal that gives it."""

    title: str
    form: PaperForm
    seal: bool
    minimum_level: MinimumLevel


# Table name in the TOML files -> class of its rows. Code lists share one class.
TABLES: dict[str, type[Cited]] = {
    "procedures": Procedure,
    "document_types": DocumentType,
    "required_documents": RequiredDocument,
    "clocks": Clock,
    "fiction_scopes": FictionScope,
    "service_rules": ServiceRule,
    "portal_status": PortalStatus,
    "condition_kinds": Code,
    "finding_kinds": Code,
    "party_roles": Code,
    "measures": Code,
    "structures": Code,
    "building_classes": Code,
    "entitlements": Code,
    "chambers": Code,
    "special_buildings": Code,
    "remedy_texts": RemedyText,
    "document_forms": DocumentForm,
    "change_grounds": ChangeGround,
    "site_signs": SiteSign,
}
