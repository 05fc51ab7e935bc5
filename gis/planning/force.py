"""A plan in force, as the derivation of layers takes it."""

from dataclasses import dataclass
from datetime import date

from gis.planning.model import BindingPlan, PlanProblem


@dataclass(frozen=True)
class PlanInForce:
    """Bebauungsplan in Kraft.

    Attributes
    ----------
    snapshot_id : the state of the plan (hash of its meta.json)
    family : key of the plan among all plans of its owner; the ``plan_id`` of the derived layers
    since : day on which it came into force, None where nobody said so
    status : canonical legal status: in_force, partly_ended …
    problems : known faults with which it was published all the same
    """

    snapshot_id: str
    family: str
    plan: BindingPlan
    since: date | None
    status: str
    problems: tuple[PlanProblem, ...] = ()
