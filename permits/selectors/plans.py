"""Reading binding plans: which there are, which state of each counts, and what was before."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from permits.models import (
    BindingPlan,
    LayerPublication,
    LayerSnapshot,
    PermitAuthority,
    PlanPublication,
    PlanSnapshot,
)


@dataclass(frozen=True)
class PlanState:
    """A binding plan with its newest publication; ``snapshot`` is the last state that counted, also once withdrawn."""

    plan: BindingPlan
    publication: PlanPublication
    snapshot: PlanSnapshot

    @property
    def withdrawn(self) -> bool:
        """Whether a person took the plan out of force."""
        return self.publication.snapshot is None

    @property
    def in_force(self) -> bool:
        """Whether layers are derived from it."""
        return not self.withdrawn and self.snapshot.in_force


def binding_plans(authority: PermitAuthority | None, *, with_shared: bool = True) -> Sequence[PlanState]:
    """Return the plans of an authority (and the shared ones), by name; None: only the shared ones. Two queries."""
    owners = Q(plan__owner=authority)
    if with_shared:
        owners |= Q(plan__owner=None)
    newest = (
        PlanPublication.objects.filter(owners)
        .order_by("plan_id", "-number")
        .distinct("plan_id")
        .select_related("plan__owner", "snapshot", "published_by")
    )
    publications = list(newest)
    withdrawn = [publication.plan_id for publication in publications if publication.snapshot is None]
    last = {
        publication.plan_id: publication.snapshot
        for publication in PlanPublication.objects.filter(plan__in=withdrawn, snapshot__isnull=False)
        .order_by("plan_id", "-number")
        .distinct("plan_id")
        .select_related("snapshot")
    }
    states = []
    for publication in publications:
        snapshot = publication.snapshot or last.get(publication.plan_id)
        assert snapshot is not None, "a plan begins with a state"
        states.append(PlanState(publication.plan, publication, snapshot))
    return sorted(states, key=lambda state: (state.snapshot.name.casefold(), state.plan.family))


def snapshots_in_force(owner: PermitAuthority | None) -> Sequence[PlanSnapshot]:
    """Return the states from which an owner's layers are derived, by plan."""
    states = binding_plans(owner, with_shared=False)
    return [state.snapshot for state in sorted(states, key=lambda state: state.plan.family) if state.in_force]


def snapshot_ids_in_force(owner: PermitAuthority | None) -> list[str]:
    """Return the ids of these states, sorted, as derived layers record them."""
    return sorted(snapshot.snapshot_id for snapshot in snapshots_in_force(owner))


def plan_history(plan: BindingPlan) -> QuerySet[PlanPublication]:
    """Return every publication of a plan, newest first."""
    return plan.publications.select_related("snapshot", "published_by").order_by("-number")


def layer_history(authority: PermitAuthority | None, layer: str) -> QuerySet[LayerPublication]:
    """Return every publication of a layer for an authority (None: the shared ones), newest first."""
    return (
        LayerPublication.objects.filter(authority=authority, layer=layer)
        .select_related("snapshot__owner", "published_by")
        .order_by("-number")
    )


def find_plan(owner: PermitAuthority | None, family: str) -> BindingPlan | None:
    """Return the plan with this key."""
    return BindingPlan.objects.filter(owner=owner, family=family).first()


def known_snapshot_folders() -> frozenset[str]:
    """Return the folder of every snapshot that the database knows, below the root of the store."""
    layers = {
        f"{snapshot.owner_folder}/{snapshot.layer}/{snapshot.snapshot_id}"
        for snapshot in LayerSnapshot.objects.select_related("owner").iterator()
    }
    plans = {
        f"{snapshot.plan.owner_folder}/plans/{snapshot.plan.family}/{snapshot.snapshot_id}"
        for snapshot in PlanSnapshot.objects.select_related("plan__owner").iterator()
    }
    return frozenset(layers | plans)
