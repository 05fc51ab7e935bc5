"""Verlängerung einer Frist of the procedure: of time that the addressee has, or of the authority's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from reports.contexts.parts import DocumentContext
from reports.registry import document_kind


class TimeOf(StrEnum):
    """Whose time is extended."""

    ADDRESSEE = "addressee"
    AUTHORITY = "authority"


@document_kind("deadline_extension", title="Verlängerung einer Frist", version="1")
@dataclass(frozen=True, kw_only=True)
class DeadlineExtension(DocumentContext):
    """Fristverlängerung: which time, its old and new end (last days), why, and by which rule.

    ``deadline`` names the time as it stands after "Frist" ("zur Nachreichung von Unterlagen"). ``reasons`` and
    ``consequences`` are full sentences; the extension of the authority's time to decide (§ 42a Abs. 2 Satz 3 und 4
    VwVfG) has to be reasoned. ``limits`` tells how much more is possible; ``legal_remedy`` where there is one.
    """

    time_of: TimeOf
    deadline: str
    old_due_on: date
    new_due_on: date
    legal_basis: str
    reasons: tuple[str, ...]
    consequences: tuple[str, ...]
    requested_on: date | None = None
    limits: str = ""
    legal_remedy: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """Says whose time it is."""
        if self.time_of is TimeOf.AUTHORITY:
            return "Verlängerung der Entscheidungsfrist"
        return "Verlängerung Ihrer Frist"

    @property
    def is_ours(self) -> bool:
        """True where the authority extends its own time to decide."""
        return self.time_of is TimeOf.AUTHORITY
