"""Verlängerung einer Frist of the procedure: of time that the addressee has, or of the authority's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from reports.contexts.parts import DocumentContext
from reports.errors import ContradictionError
from reports.registry import document_kind


class TimeOf(StrEnum):
    """Whose time is extended."""

    ADDRESSEE = "addressee"
    AUTHORITY = "authority"


@document_kind("deadline_extension", title="Verlängerung einer Frist", version="1")
@dataclass(frozen=True, kw_only=True)
class DeadlineExtension(DocumentContext):
    """Fristverlängerung: which time, its old and its new end ``due_on`` (last days), why, and by which rule.

    ``deadline`` names the time as it stands after "Frist" ("zur Nachreichung von Unterlagen"). ``reasons`` and
    ``consequences`` are full sentences; the extension of the authority's time to decide (§ 42a Abs. 2 Satz 3 und 4
    VwVfG) has to be reasoned and told in time. ``limits`` tells how much more is possible.
    """

    time_of: TimeOf
    deadline: str
    old_due_on: date
    due_on: date
    legal_basis: str
    reasons: tuple[str, ...]
    consequences: tuple[str, ...]
    requested_on: date | None = None
    limits: str = ""
    legal_remedy: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.due_on <= self.old_due_on:
            raise ContradictionError("Eine Verlängerung endet nach dem bisherigen Ende der Frist.", ("due_on",))
        if self.is_ours and not self.reasons:
            raise ContradictionError("Die Verlängerung der Entscheidungsfrist braucht eine Begründung.", ("reasons",))
        if self.is_ours and self.dated_on > self.old_due_on:
            raise ContradictionError(
                "Die Entscheidungsfrist lässt sich nur verlängern, solange sie läuft.", ("dated_on",)
            )

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
