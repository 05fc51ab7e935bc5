"""Bescheid: Teilbaugenehmigung."""

from __future__ import annotations

from dataclasses import dataclass

from reports.contexts.decision_parts import DecisionContext
from reports.registry import document_kind


@document_kind("partial_permit", title="Teilbaugenehmigung", version="2")
@dataclass(frozen=True, kw_only=True)
class PartialPermit(DecisionContext):
    """Teilbaugenehmigung: works that may begin before the whole permit is granted.

    ``covered_works`` are the works allowed now, ``not_allowed`` what still may not be done, a phrase each;
    ``remaining`` sentences on the rest of the procedure: what is still to be checked, and what the partial permit
    does not promise.
    """

    covered_works: tuple[str, ...]
    not_allowed: tuple[str, ...]
    remaining: tuple[str, ...] = ()
