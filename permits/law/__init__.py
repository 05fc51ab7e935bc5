"""Procedural law of a Land as dated, cited data: ``law("ni").on(day)``.

One folder of TOML files per Land. To change a value, see ``docs/howto/change-legal-values.md``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeVar, cast

from permits.deadlines import (
    Length,
    NotificationDay,
    NotificationRule,
    PublicHolidays,
    notified_on,
    period_end,
    public_holidays,
    retrieval_deadline,
)
from permits.law.entries import (
    ChangeGround,
    Cited,
    Clock,
    Code,
    DocumentForm,
    DocumentType,
    FictionScope,
    LawPackError,
    MinimumLevel,
    Need,
    PaperForm,
    PortalStatus,
    Procedure,
    RemedyText,
    RequiredDocument,
    ServiceRule,
    SiteSign,
)
from permits.law.reading import read_folder

__all__ = [
    "ChangeGround",
    "Cited",
    "Clock",
    "Code",
    "DocumentForm",
    "DocumentType",
    "FictionScope",
    "Law",
    "LawPack",
    "LawPackError",
    "MinimumLevel",
    "Need",
    "PaperForm",
    "PortalStatus",
    "Procedure",
    "RemedyText",
    "RequiredDocument",
    "ServiceRule",
    "SiteSign",
    "available_lands",
    "law",
    "load_pack",
]

FOLDER = Path(__file__).parent
_Entry = TypeVar("_Entry", bound=Cited)


@dataclass(frozen=True, eq=False)
class Law:
    """The law of one Land in force on one day. Mappings keep the order of the files; keys are the entries' ids."""

    land: str
    day: dt.date
    version: str
    holidays: PublicHolidays
    tables: Mapping[str, Mapping[str, Cited]]

    def _table(self, name: str, kind: type[_Entry]) -> Mapping[str, _Entry]:
        del kind  # the reader built every row of the table as this class
        return cast("Mapping[str, _Entry]", self.tables[name])

    def _one(self, name: str, kind: type[_Entry], key: str) -> _Entry:
        try:
            return self._table(name, kind)[key]
        except KeyError:
            raise LawPackError(
                f"Das Rechtspaket „{self.land}“ enthält zum {self.day:%d.%m.%Y} keinen Wert „{key}“ ({name})."
            ) from None

    @property
    def procedures(self) -> Mapping[str, Procedure]:
        """All kinds of procedure, offered or not (``implemented``)."""
        return self._table("procedures", Procedure)

    @property
    def document_types(self) -> Mapping[str, DocumentType]:
        """Kinds of document by XBau code."""
        return self._table("document_types", DocumentType)

    @property
    def fiction_scopes(self) -> Mapping[str, FictionScope]:
        """Cases to which the fiction of a permit applies."""
        return self._table("fiction_scopes", FictionScope)

    def required_documents(self, procedure: str) -> tuple[RequiredDocument, ...]:
        """Return what a procedure asks for, in the order of the list."""
        return tuple(row for row in self.all_required_documents() if row.procedure == procedure)

    @property
    def remedy_texts(self) -> Mapping[str, RemedyText]:
        """All Rechtsbehelfsbelehrungen."""
        return self._table("remedy_texts", RemedyText)

    def all_required_documents(self) -> tuple[RequiredDocument, ...]:
        """Return what all procedures ask for."""
        return tuple(self._table("required_documents", RequiredDocument).values())

    def procedure(self, code: str) -> Procedure:
        """Return one kind of procedure; raises LawPackError."""
        return self._one("procedures", Procedure, code)

    def document_type(self, code: str) -> DocumentType:
        """Return one kind of document; raises LawPackError."""
        return self._one("document_types", DocumentType, code)

    def clock(self, clock: str) -> Clock:
        """Return the rule of one clock; raises LawPackError."""
        return self._one("clocks", Clock, clock)

    def service_rule(self, channel: str) -> ServiceRule:
        """Return the rule of one channel of service; raises LawPackError."""
        return self._one("service_rules", ServiceRule, channel)

    def portal_status(self, status: str) -> PortalStatus:
        """Return what applicants see for a ``CaseStatus``; raises LawPackError."""
        return self._one("portal_status", PortalStatus, status)

    def remedy_text(self, key: str = "objection") -> RemedyText:
        """Return a Rechtsbehelfsbelehrung; raises LawPackError."""
        return self._one("remedy_texts", RemedyText, key)

    def change_grounds(self, kind: str) -> tuple[ChangeGround, ...]:
        """Return the grounds for one kind of change of a notice (``ChangeKind``)."""
        return tuple(row for row in self._table("change_grounds", ChangeGround).values() if row.kind == kind)

    def change_ground(self, key: str) -> ChangeGround:
        """Return one ground for changing a notice; raises LawPackError."""
        return self._one("change_grounds", ChangeGround, key)

    def site_sign(self) -> SiteSign:
        """Return what stands on the sign at a building site; raises LawPackError."""
        return self._one("site_signs", SiteSign, "site_sign")

    def document_form(self, kind: str) -> DocumentForm:
        """Return the form that a kind of paper needs; raises LawPackError."""
        return self._one("document_forms", DocumentForm, kind)

    def codes(self, table: str) -> Mapping[str, Code]:
        """Return a code list: condition_kinds, finding_kinds, party_roles, measures, structures, building_classes …"""
        return self._table(table, Code)

    def code(self, table: str, key: str) -> Code:
        """Return one code; raises LawPackError."""
        return self._one(table, Code, key)

    def choices(self, table: str) -> list[tuple[str, str]]:
        """Return a code list as choices of a form field."""
        return [(code.id, code.label) for code in self.codes(table).values()]

    def length(self, clock: str) -> Length:
        """Return the (usual) length of a clock; raises LawPackError where the law has none."""
        rule = self.clock(clock)
        if rule.length is None:
            raise LawPackError(f"Für die Frist „{rule.title}“ nennt das Rechtspaket keine Länge.")
        return rule.length

    def period_end(self, clock: str, event_day: dt.date, length: Length | None = None) -> dt.date:
        """Return the last day of a clock's period after ``event_day``; ``length`` where another one was set."""
        return period_end(
            event_day, length or self.length(clock), holidays=self.holidays, shifts=self.clock(clock).shifts
        )

    def notified_on(
        self, channel: str, *, provided_on: dt.date | None = None, retrieved_on: dt.date | None = None
    ) -> NotificationDay:
        """Return the day of notification through a channel; see :func:`permits.deadlines.notified_on`."""
        rules = {channel: notification_rule(self.service_rule(channel))}
        return notified_on(
            channel, provided_on=provided_on, retrieved_on=retrieved_on, rules=rules, holidays=self.holidays
        )

    def retrieval_deadline(self, channel: str, provided_on: dt.date) -> dt.date | None:
        """Return the last day for retrieval through a channel, or None where it has none."""
        return retrieval_deadline(provided_on, notification_rule(self.service_rule(channel)), holidays=self.holidays)


@dataclass(frozen=True, eq=False)
class LawPack:
    """All dated values of one Land. ``version`` is the SHA-256 of its files."""

    land: str
    version: str
    holidays: PublicHolidays
    tables: Mapping[str, tuple[Cited, ...]]

    def on(self, day: dt.date) -> Law:
        """Return the law in force on ``day``."""
        return _in_force(self, day)

    def entries(self) -> list[tuple[str, Cited]]:
        """Return every entry with the name of its table."""
        return [(name, entry) for name, entries in self.tables.items() for entry in entries]


@lru_cache(maxsize=64)
def _in_force(pack: LawPack, day: dt.date) -> Law:
    tables = {
        name: {entry.id: entry for entry in entries if entry.in_force(day)} for name, entries in pack.tables.items()
    }
    return Law(pack.land, day, pack.version, pack.holidays, tables)


def notification_rule(rule: ServiceRule) -> NotificationRule:
    """Return the arithmetic part of a rule of service."""
    return NotificationRule(rule.counts_from, rule.days, rule.shifts, rule.retrieve_within)


def available_lands() -> tuple[str, ...]:
    """Keys of the packs that come with the product."""
    return tuple(sorted(path.name for path in FOLDER.iterdir() if any(path.glob("*.toml"))))


def load_pack(folder: Path) -> LawPack:
    """Read a pack from a folder named after its Land; raises LawPackError."""
    version, tables = read_folder(folder)
    try:
        holidays = public_holidays(folder.name)
    except ValueError as error:
        raise LawPackError(str(error)) from None
    return LawPack(folder.name, version, holidays, tables)


@lru_cache(maxsize=16)
def law(land: str) -> LawPack:
    """Return the pack of a Land (``ni``), read once per process; raises LawPackError."""
    if land not in available_lands():
        raise LawPackError(
            f"Für das Land „{land}“ gibt es kein Rechtspaket. Vorhanden: {', '.join(available_lands())}."
        )
    return load_pack(FOLDER / land)
