"""Aufhebungsbescheid: an issued notice is withdrawn (Rücknahme) or revoked (Widerruf)."""

from __future__ import annotations

from dataclasses import dataclass

from reports.contexts.decision_parts import ReasonSection
from reports.contexts.notice_reference import NoticeReference
from reports.contexts.parts import DocumentContext
from reports.registry import document_kind


@document_kind("revocation_notice", title="Aufhebung eines Bescheids", version="2")
@dataclass(frozen=True, kw_only=True)
class RevocationNotice(DocumentContext):
    """Aufhebungsbescheid. ``withdrawn``: the notice was unlawful from the start (Rücknahme), else a Widerruf.

    ``operative`` the tenor in numbered sentences; ``hearing`` how the holder was heard, or why not.
    """

    withdrawn: bool
    concerns: NoticeReference
    legal_basis: str
    operative: tuple[str, ...]
    reasons: tuple[ReasonSection, ...]
    hearing: str
    legal_remedy: tuple[str, ...]

    @property
    def heading(self) -> str:
        """Rücknahme or Widerruf, of what."""
        act = "Rücknahme" if self.withdrawn else "Widerruf"
        return f"{act} eines Bescheids: {self.concerns.title}"
