"""Bescheid: Bauvorbescheid."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reports.contexts.decision_parts import DecisionContext
from reports.registry import document_kind


class Answer(StrEnum):
    """Answer to a question of a Bauvoranfrage."""

    YES = "yes"
    WITH_CONDITIONS = "with_conditions"
    NO = "no"

    @property
    def label(self) -> str:
        """German word, as printed."""
        return {Answer.YES: "Ja", Answer.WITH_CONDITIONS: "Ja, mit Maßgaben", Answer.NO: "Nein"}[self]


@dataclass(frozen=True, kw_only=True)
class AnsweredQuestion:
    """One question as it was asked, its answer and the reason, which may have paragraphs.

    ``provisos`` are the Maßgaben under which the answer is yes.
    """

    question: str
    answer: Answer
    reason: str
    legal_basis: str = ""
    provisos: tuple[str, ...] = ()


@document_kind("preliminary_decision", title="Bauvorbescheid", version="2")
@dataclass(frozen=True, kw_only=True)
class PreliminaryDecision(DecisionContext):
    """Bauvorbescheid: each question with its answer and reason; ``validity`` says what it binds and how long."""

    questions: tuple[AnsweredQuestion, ...]
    validity: tuple[str, ...]
