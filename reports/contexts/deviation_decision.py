"""Bescheid über Abweichungen, Ausnahmen und Befreiungen, where they are decided apart from a permit."""

from __future__ import annotations

from dataclasses import dataclass

from reports.contexts.decision_parts import DecisionContext
from reports.registry import document_kind

PLURALS = {"Abweichung": "Abweichungen", "Ausnahme": "Ausnahmen", "Befreiung": "Befreiungen"}


@document_kind("deviation_decision", title="Bescheid über Abweichungen", version="2")
@dataclass(frozen=True, kw_only=True)
class DeviationDecision(DecisionContext):
    """Zulassung or Ablehnung of deviations, each rule by itself (``deviations``): which, how far, why.

    ``scope`` says what the decision does not cover, such as the permit itself, a sentence each.
    """

    scope: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """The kind of deviation, where all are of one kind."""
        kinds = {row.kind for row in self.deviations}
        if len(kinds) != 1 or (kind := kinds.pop()) not in PLURALS:
            return "Bescheid über Abweichungen"
        return f"Bescheid über eine {kind}" if len(self.deviations) == 1 else f"Bescheid über {PLURALS[kind]}"
