"""Beteiligung einer Fachbehörde or of another Träger öffentlicher Belange (§ 69 NBauO)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reports.contexts.answering import ProvidedDocument, Way
from reports.contexts.decision_parts import FindingRow, ParcelRow, SiteDrawing
from reports.contexts.parts import DocumentContext
from reports.registry import document_kind


@dataclass(frozen=True, kw_only=True)
class ConsultationQuestion:
    """One question to the consultee, with the rule that it is about."""

    text: str
    legal_basis: str = ""


@document_kind("consultation_letter", title="Beteiligung einer Fachbehörde", version="2")
@dataclass(frozen=True, kw_only=True)
class ConsultationLetter(DocumentContext):
    """Bitte um Stellungnahme: why this consultee, which questions, which documents, until when, and how.

    ``subject_area`` is the field of expertise as it stands in a sentence ("Naturschutz und Landschaftspflege");
    ``occasion`` says in full sentences what touches it. ``silence`` is what the law or the authority concludes when
    no answer comes, ``extension`` how the time can be extended; both name their legal basis themselves.
    """

    subject_area: str
    legal_basis: str
    questions: tuple[ConsultationQuestion, ...]
    due_on: date
    silence: tuple[str, ...]
    answer_ways: tuple[Way, ...]
    occasion: tuple[str, ...] = ()
    documents: tuple[ProvidedDocument, ...] = ()
    documents_access: str = ""
    parcels: tuple[ParcelRow, ...] = ()
    findings: tuple[FindingRow, ...] = ()
    extension: str = ""
    drawing: SiteDrawing | None = None

    @property
    def heading(self) -> str:
        """What the letter asks for."""
        return "Bitte um Stellungnahme"
