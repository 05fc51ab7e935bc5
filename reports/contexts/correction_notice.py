"""Berichtigungsbescheid: obvious errors of an issued notice are put right, the notice stays in force."""

from __future__ import annotations

from dataclasses import dataclass

from reports.contexts.decision_parts import ReasonSection
from reports.contexts.notice_reference import NoticeReference
from reports.contexts.parts import DocumentContext
from reports.registry import document_kind


@dataclass(frozen=True, kw_only=True)
class CorrectionItem:
    """One place of the notice: what stands there, and what is right."""

    place: str
    wrong: str
    right: str


@document_kind("correction_notice", title="Berichtigung eines Bescheids", version="4")
@dataclass(frozen=True, kw_only=True)
class CorrectionNotice(DocumentContext):
    """Berichtigungsbescheid; ``consequences`` say what it means for the corrected notice and its remedy period.

    ``legal_remedy``: the Rechtsbehelfsbelehrung of a correction with which that period begins anew, else empty.
    """

    concerns: NoticeReference
    legal_basis: str
    items: tuple[CorrectionItem, ...]
    reasons: tuple[ReasonSection, ...]
    consequences: tuple[str, ...]
    legal_remedy: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """What is corrected."""
        return f"Berichtigung eines Bescheids: {self.concerns.title}"
