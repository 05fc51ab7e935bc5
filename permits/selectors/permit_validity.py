"""How long a permit may wait for the start of the works (§ 71 NBauO): its clock begins with its notification."""

import datetime as dt
from dataclasses import dataclass

from permits.models import IssuedDocument
from permits.selectors.clock import clock_state

CLOCK = "permit_validity"


@dataclass(frozen=True)
class Validity:
    """Geltungsdauer of a permit: ``until`` is the last day on which the works may begin.

    Whether they have begun is not known here.
    """

    until: dt.date
    is_over: bool
    legal_basis: str
    verified: bool


def validity_of(document: IssuedDocument) -> Validity | None:
    """Return the validity of a permit; None for other papers, and for permits served before its clock was kept."""
    if document.decision_version_id is None:
        return None
    state = clock_state(document.case, CLOCK, str(document.uuid))
    if not state.events or state.due_on is None:
        return None
    return Validity(state.due_on, state.on > state.due_on, state.legal_basis, state.verified)
