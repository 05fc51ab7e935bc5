"""Bauschild: a poster for the building site, which passers-by read from the street."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from reports.contexts.parts import DocumentContext
from reports.registry import document_kind


class Paper(StrEnum):
    """Size of the sheet."""

    A4 = "A4"
    A3 = "A3"


@dataclass(frozen=True, kw_only=True)
class SignEntry:
    """A person whom the law wants on the sign: ``lines`` are name and address; empty ones are written by hand."""

    role: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SignCorrection:
    """A correction of the permit: its number and day. What it says stays in it: it was not written for passers-by."""

    number: str
    issued_on: date


@document_kind("site_sign", title="Bauschild", version="4", styles=("site_sign.css",))
@dataclass(frozen=True, kw_only=True)
class SiteSign(DocumentContext):
    """Bauschild (§ 11 NBauO): what is built, under which permit, who answers for it, and where to check that.

    Holds no more about people than ``entries``: ``recipient``, ``contact`` and ``case.applicant`` stay empty, since
    the data of the document travels inside the PDF. ``conditions_first``: the permit has conditions to be met before
    work starts, so that the sign must not be read as a leave to start. ``valid_until``: the last day on which the works
    may begin; ``validity_over``: it is past, and whether they began, or the permit was extended, is not known.
    ``unverified``: the rule that says what stands
    on the sign has not been compared with its source.
    """

    paper: Paper
    measure: str
    permit_title: str
    permit_number: str
    permit_on: date
    entries: tuple[SignEntry, ...]
    legal_basis: str
    unverified: bool = False
    conditions_first: bool = False
    valid_until: date | None = None
    validity_over: bool = False
    corrections: tuple[SignCorrection, ...] = ()

    @property
    def large(self) -> bool:
        """Whether the sheet is twice the usual area."""
        return self.paper is Paper.A3
