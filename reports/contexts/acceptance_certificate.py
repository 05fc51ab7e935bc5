"""Abnahmeschein (§ 77 NBauO): what was inspected, what was found, and what follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from reports.contexts.parts import DocumentContext
from reports.errors import ContradictionError
from reports.registry import document_kind


class AcceptanceKind(StrEnum):
    """Art der Abnahme."""

    SHELL = "shell"
    FINAL = "final"
    PART = "part"

    @property
    def label(self) -> str:
        """German name."""
        return {"shell": "Rohbauabnahme", "final": "Schlussabnahme", "part": "Abnahme von Teilen oder Arbeiten"}[self]


class AcceptanceResult(StrEnum):
    """Ergebnis: without defects, with defects that do not stand in the way, or not accepted."""

    CLEAR = "clear"
    WITH_DEFECTS = "with_defects"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        """German words."""
        return {
            "clear": "ohne Mängel abgenommen",
            "with_defects": "mit Mängeln abgenommen",
            "refused": "nicht abgenommen",
        }[self]


@dataclass(frozen=True, kw_only=True)
class Attendee:
    """Who took part, by role; the name may be empty."""

    role: str
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class InspectedPoint:
    """One inspected point and what was found."""

    title: str
    finding: str
    in_order: bool


@dataclass(frozen=True, kw_only=True)
class Defect:
    """Mangel: where, what, what is asked for until when. ``blocks``: before it is gone nothing goes on."""

    place: str
    text: str
    request: str
    due_on: date
    legal_basis: str = ""
    blocks: bool = False


@document_kind("acceptance_certificate", title="Abnahmeschein", version="1", styles=("acceptance_certificate.css",))
@dataclass(frozen=True, kw_only=True)
class AcceptanceCertificate(DocumentContext):
    """Abnahmeschein: kind, day, people, findings, defects with deadlines, result and what it means.

    ``consequences`` are sentences on what may be done now; ``legal_remedy`` stands where the result burdens. A result
    that does not fit the defects raises ``ContradictionError`` when the context is made.
    """

    kind: AcceptanceKind
    legal_basis: str
    permit_number: str
    permit_on: date
    inspected_on: date
    scope: str
    result: AcceptanceResult
    consequences: tuple[str, ...]
    attendees: tuple[Attendee, ...] = ()
    points: tuple[InspectedPoint, ...] = ()
    defects: tuple[Defect, ...] = ()
    reservation: str = ""
    legal_remedy: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.result is AcceptanceResult.CLEAR and self.defects:
            raise ContradictionError("Eine Abnahme ohne Mängel kann keine Mängel nennen.", ("result",))
        if self.result is AcceptanceResult.WITH_DEFECTS and not self.defects:
            raise ContradictionError("Eine Abnahme mit Mängeln nennt mindestens einen.", ("defects",))
        if self.result is not AcceptanceResult.REFUSED and any(defect.blocks for defect in self.defects):
            raise ContradictionError(
                "Ein Mangel, der vor der weiteren Ausführung oder Nutzung zu beseitigen ist, schließt die Abnahme aus.",
                ("result",),
            )
        for number, defect in enumerate(self.defects):
            if defect.due_on < self.inspected_on:
                raise ContradictionError(
                    f"Die Frist zu Mangel {number + 1} liegt vor dem Tag der Abnahme.", (f"defects[{number}].due_on",)
                )

    @property
    def heading(self) -> str:
        """Title with the kind of acceptance."""
        return f"Abnahmeschein: {self.kind.label}"

    @property
    def blocking(self) -> tuple[Defect, ...]:
        """Defects that must be gone before work or use goes on."""
        return tuple(defect for defect in self.defects if defect.blocks)
