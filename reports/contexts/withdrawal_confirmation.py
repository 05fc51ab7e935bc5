"""Rücknahmebestätigung: the applicant has withdrawn the application."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reports.contexts.parts import DocumentContext
from reports.registry import document_kind


@document_kind(
    "withdrawal_confirmation",
    title="Bestätigung der Rücknahme",
    version="3",
    styles=("withdrawal_confirmation.css",),
)
@dataclass(frozen=True, kw_only=True)
class WithdrawalConfirmation(DocumentContext):
    """Rücknahmebestätigung: withdrawn by whom and when, and what that means."""

    withdrawn_on: date
    withdrawn_by: str
    consequences: tuple[str, ...]
