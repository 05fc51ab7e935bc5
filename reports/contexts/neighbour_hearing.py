"""Nachbarbeteiligung (§ 68 NBauO): what deviates towards the neighbour, before it is decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reports.contexts.answering import ProvidedDocument, Way
from reports.contexts.decision_parts import SiteDrawing
from reports.contexts.parts import DocumentContext
from reports.registry import document_kind


@dataclass(frozen=True, kw_only=True)
class NeighbourConcern:
    """One deviation from a rule that protects the neighbour.

    ``required`` and ``planned`` are formatted with unit; ``place`` says where on the plot, seen from the neighbour;
    ``explanation`` tells in plain words what it means.
    """

    title: str
    rule: str
    required: str
    planned: str
    place: str = ""
    explanation: str = ""


@document_kind("neighbour_hearing", title="Beteiligung von Nachbarn", version="1", styles=("neighbour_hearing.css",))
@dataclass(frozen=True, kw_only=True)
class NeighbourHearing(DocumentContext):
    """Nachbarbeteiligung: what concerns this neighbour, where to look, until when and how to answer.

    Without ``concerns`` the letter says that the building may touch the neighbour's interests.

    The applicant's data stay out of it: ``case.applicant`` may be empty, and of the documents only those are listed
    that can touch the neighbour. ``neighbour_site`` is the plot of the addressee; ``consent_effect``, ``silence`` and
    ``next_steps`` are full sentences that name their legal basis; ``privacy`` tells what happens with the answer.
    ``reply_form`` prints a page to tick, sign and send back.
    """

    legal_basis: str
    neighbour_site: str
    concerns: tuple[NeighbourConcern, ...]
    due_on: date
    inspection_ways: tuple[Way, ...]
    answer_ways: tuple[Way, ...]
    consent_effect: str
    silence: str
    inspection_until: date | None = None
    documents: tuple[ProvidedDocument, ...] = ()
    next_steps: tuple[str, ...] = ()
    privacy: tuple[str, ...] = ()
    reply_form: bool = True
    drawing: SiteDrawing | None = None

    @property
    def heading(self) -> str:
        """Title as printed."""
        return "Bauvorhaben auf dem Nachbargrundstück"
