"""Anhörung before a refusal (§ 28 VwVfG)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reports.contexts.decision_parts import FindingRow, ReasonSection
from reports.contexts.parts import DocumentContext
from reports.registry import document_kind


@document_kind("hearing_letter", title="Anhörung vor Ablehnung", version="3")
@dataclass(frozen=True, kw_only=True)
class HearingLetter(DocumentContext):
    """Anhörung: the intended refusal, the facts it would rest on, time and ways to answer."""

    legal_basis: str
    intention: str
    reasons: tuple[ReasonSection, ...]
    due_on: date
    options: tuple[str, ...]
    findings: tuple[FindingRow, ...] = ()
