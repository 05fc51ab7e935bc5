"""Fiktionsbescheinigung (§ 42a Abs. 3 VwVfG with § 70a NBauO): the permit that time has granted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reports.contexts.decision_parts import DecisionContext
from reports.errors import ContradictionError
from reports.registry import document_kind


@dataclass(frozen=True, kw_only=True)
class FictionStep:
    """One day on the way to the fiction: what happened or ended then, and the rule that counts it."""

    on: date
    title: str
    legal_basis: str = ""


@document_kind("fiction_certificate", title="Bescheinigung der Genehmigungsfiktion", version="2", styles=("steps.css",))
@dataclass(frozen=True, kw_only=True)
class FictionCertificate(DecisionContext):
    """Fiktionsbescheinigung: repeats the whole permit, with the day since which it counts as granted.

    ``effective_on`` is the day after the period's last day; ``legal_basis`` the rule for the certificate,
    ``fiction_basis`` that for the fiction itself. ``operative`` are the sentences of the permit that took effect;
    ``steps`` the days that led there, in their order; ``validity`` tells how long the permit lives.
    """

    effective_on: date
    fiction_basis: str
    steps: tuple[FictionStep, ...]
    validity: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.dated_on < self.effective_on:
            raise ContradictionError("Die Baugenehmigung gilt an diesem Tag noch nicht als erteilt.", ("effective_on",))
        if [step.on for step in self.steps] != sorted(step.on for step in self.steps):
            raise ContradictionError("Die Schritte bis zur Genehmigung stehen nicht in ihrer Reihenfolge.", ("steps",))
