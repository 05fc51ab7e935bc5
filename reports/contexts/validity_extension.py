"""Verlängerung der Geltungsdauer of a Baugenehmigung (§ 71 NBauO) or of a Bauvorbescheid (§ 73 NBauO)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reports.contexts.decision_parts import DecisionContext
from reports.errors import ContradictionError
from reports.registry import document_kind


@document_kind("validity_extension", title="Verlängerung der Geltungsdauer", version="2")
@dataclass(frozen=True, kw_only=True)
class ValidityExtension(DecisionContext):
    """Verlängerungsbescheid: a permit stays valid until ``new_end_on``, its last day.

    ``permit`` names the act that lives on ("Baugenehmigung"), with its number and day. ``outlook`` tells in full
    sentences what has to happen until the new end and how another extension works; ``retroaction`` names the rule
    by which an extension reaches back where the old end has passed.
    """

    permit: str
    permit_number: str
    permit_dated_on: date
    requested_on: date
    old_end_on: date
    new_end_on: date
    outlook: tuple[str, ...] = ()
    retroaction: str = ""

    def __post_init__(self) -> None:
        if self.new_end_on <= self.old_end_on:
            raise ContradictionError("Die Geltungsdauer endet neu nach dem bisherigen Ende.", ("new_end_on",))
        if self.requested_on > self.old_end_on:
            raise ContradictionError("Verlängern lässt sich nur, was vor dem Ende beantragt wurde.", ("requested_on",))

    @property
    def is_retroactive(self) -> bool:
        """True where the old end has passed on the day of the decision."""
        return self.dated_on > self.old_end_on
