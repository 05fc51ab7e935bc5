"""Bescheid: Baugenehmigung."""

from __future__ import annotations

from dataclasses import dataclass

from reports.contexts.decision_parts import DecisionContext
from reports.registry import document_kind


@document_kind("permit_notice", title="Baugenehmigung", version="3")
@dataclass(frozen=True, kw_only=True)
class PermitNotice(DecisionContext):
    """Baugenehmigung, with everything that a decision can have."""
