"""Eingangsbestätigung."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from reports.contexts.parts import DocumentContext
from reports.registry import document_kind


@dataclass(frozen=True, kw_only=True)
class ReceivedDocument:
    """A Bauvorlage as it arrived: ``size_bytes``, SHA-256 of its content."""

    title: str
    file_name: str
    size_bytes: int
    sha256: str


@document_kind("receipt", title="Eingangsbestätigung", version="3")
@dataclass(frozen=True, kw_only=True)
class Receipt(DocumentContext):
    """Eingangsbestätigung: what arrived when (aware moment), and what happens next."""

    received_at: datetime
    documents: tuple[ReceivedDocument, ...]
    next_steps: tuple[str, ...]
    submission_sha256: str = ""
