"""Mitteilung über die Rücknahmefiktion (§ 69 Abs. 2 Satz 3 NBauO): nothing came, so the application is gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reports.contexts.information_request import RequestedItem
from reports.contexts.parts import DocumentContext
from reports.errors import ContradictionError
from reports.registry import document_kind


@document_kind("deemed_withdrawal", title="Mitteilung über die Rücknahmefiktion", version="2", styles=("steps.css",))
@dataclass(frozen=True, kw_only=True)
class DeemedWithdrawal(DocumentContext):
    """Rücknahmefiktion: since when, which request stayed unanswered, what it means, how to apply anew.

    ``withdrawn_on`` is the first day on which the application counts as withdrawn; ``expired_on`` the last day that was
    set, or to which it was extended from ``first_due_on``; ``last_day`` the last day on which documents would still
    have kept the application alive. ``fee_hint``, ``consequences`` and ``new_application`` are full sentences.
    """

    withdrawn_on: date
    legal_basis: str
    requested_on: date
    items: tuple[RequestedItem, ...]
    expired_on: date
    last_day: date
    consequences: tuple[str, ...]
    new_application: tuple[str, ...]
    first_due_on: date | None = None
    request_number: str = ""
    fee_hint: str = ""
    objection: str = ""

    def __post_init__(self) -> None:
        days = (self.requested_on, self.first_due_on or self.expired_on, self.expired_on, self.last_day)
        if list(days) != sorted(days) or self.last_day >= self.withdrawn_on:
            raise ContradictionError("Die Tage bis zur Rücknahme folgen nicht aufeinander.", ("withdrawn_on",))
        if self.dated_on < self.withdrawn_on:
            raise ContradictionError("Der Antrag gilt an diesem Tag noch nicht als zurückgenommen.", ("dated_on",))

    @property
    def heading(self) -> str:
        """Title as printed."""
        return "Ihr Bauantrag gilt als zurückgenommen"
