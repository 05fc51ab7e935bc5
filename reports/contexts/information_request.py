"""Nachforderung of missing or defective Bauvorlagen (§ 69 Abs. 2 NBauO)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reports.contexts.parts import DocumentContext
from reports.registry import document_kind


@dataclass(frozen=True, kw_only=True)
class RequestedItem:
    """One defect (Befund): which document, what is wrong, what is asked for."""

    document: str
    finding: str
    request: str
    legal_basis: str = ""


@document_kind("information_request", title="Nachforderung von Unterlagen", version="3")
@dataclass(frozen=True, kw_only=True)
class InformationRequest(DocumentContext):
    """Nachforderung: what is missing, until when, and what follows if it stays missing.

    ``consequence`` states the legal effect in full sentences (withdrawal by fiction
    and its day), ``extension`` how the deadline can be extended.
    """

    items: tuple[RequestedItem, ...]
    due_on: date
    legal_basis: str
    consequence: tuple[str, ...]
    extension: str = ""
