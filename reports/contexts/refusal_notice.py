"""Bescheid: Ablehnung of an application."""

from __future__ import annotations

from dataclasses import dataclass

from reports.contexts.decision_parts import DecisionContext
from reports.registry import document_kind


@document_kind("refusal_notice", title="Ablehnung des Bauantrags", version="2")
@dataclass(frozen=True, kw_only=True)
class RefusalNotice(DecisionContext):
    """Ablehnung: the reasons come first, since they are what the reader looks for."""
