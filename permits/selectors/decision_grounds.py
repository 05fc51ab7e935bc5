"""What whoever decides must have before them: requested deviations, and law that nobody has verified."""

from dataclasses import dataclass

from permits.check_titles import unverified
from permits.models import PermitCase
from permits.selectors.decision_content import latest_run


@dataclass(frozen=True)
class DecisionGrounds:
    """``deviations`` as the applicant asked for them; ``unverified`` are legal bases of the findings, each once."""

    deviations: str
    unverified: tuple[str, ...]


def decision_grounds(case: PermitCase) -> DecisionGrounds:
    """Return what to look at before a decision is drafted or signed."""
    run = latest_run(case)
    bases = [basis for result in run.results.order_by("pk") for basis in unverified(result.details)] if run else []
    return DecisionGrounds(case.proposal.deviations_requested.strip(), tuple(dict.fromkeys(bases)))
