"""What ``import_plan`` says about a plan."""

from pathlib import Path
from typing import Any

from gis.planning.model import LegalStatus, PlanProblem, PlanReading
from gis.planning.storage import PlanMeta, problem_json
from permits.models import PermitAuthority
from permits.selectors.plans import binding_plans
from permits.services.plans import PublishedPlan


def summary_of(path: Path, meta: PlanMeta, reading: PlanReading) -> dict[str, Any]:
    """The JSON summary of an import, before anything is published."""
    plan = reading.plan
    return {
        "file": path.name,
        "ok": False,
        "error": None,
        "published": False,
        "snapshot": None,
        "plan": meta.family,
        "name": plan.name,
        "number": plan.number,
        "version": plan.version,
        "plan_type": plan.plan_type,
        "legal_status": plan.legal_status.value or None,
        "legal_status_label": plan.legal_status.label,
        "in_force": meta.in_force,
        "in_force_since": None if meta.in_force_since is None else meta.in_force_since.isoformat(),
        "baunvo_version": meta.baunvo_version,
        "municipality": plan.municipality,
        "xplan_version": plan.xplan_version,
        "crs": meta.crs,
        "scope_area_m2": meta.scope_area_m2,
        "counts": dict(meta.counts),
        "areas_m2": dict(meta.areas_m2),
        "problems": [problem_json(problem) for problem in reading.problems],
        "error_count": len(reading.errors),
        "layers": {},
        "notes": [],
    }


def published(result: PublishedPlan) -> dict[str, Any]:
    """What the summary says once the plan is published."""
    return {
        "published": True,
        "snapshot": result.snapshot.snapshot_id,
        "layers": {
            layer.layer: {"snapshot": layer.snapshot_id, "features": layer.feature_count} for layer in result.layers
        },
    }


def notes_on(reading: PlanReading, meta: PlanMeta, owner: PermitAuthority | None) -> list[str]:
    """German sentences about whether the plan counts, and which plan it may be a new state of."""
    plan = reading.plan
    notes = []
    if not meta.in_force:
        label = plan.legal_status.label
        notes.append(
            f"Der Plan ist nach der Datei nicht in Kraft (Rechtsstand: {label}). Er wird aufbewahrt und so "
            "gekennzeichnet; Ebenen folgen daraus nicht. Ist er doch in Kraft, geben Sie --in-force-since TAG an."
        )
    elif meta.stated_in_force and not plan.in_force and plan.legal_status is not LegalStatus.UNKNOWN:
        notes.append(f"Der Plan gilt nach Ihrer Angabe als in Kraft; in der Datei steht: {plan.legal_status.label}.")
    if meta.in_force and meta.in_force_since is None:
        notes.append(
            "Die Datei nennt keinen Tag des Inkrafttretens. Überlagert der Plan andere, lässt sich der spätere nicht "
            "bestimmen; mit --in-force-since TAG geben Sie ihn an."
        )
    for state in binding_plans(owner, with_shared=False):
        same_number = bool(plan.number) and state.snapshot.number == plan.number
        if (
            same_number
            and state.plan.family != meta.family
            and state.snapshot.municipality == (plan.municipality or "")
        ):
            notes.append(
                f"Es gibt schon einen Plan mit der Nummer {plan.number}: „{state.snapshot.name}“. "
                f"Ist dies sein neuer Stand, geben Sie --plan {state.plan.family} an."
            )
    return notes


def problem_line(problem: PlanProblem) -> str:
    """One line about a problem, for people."""
    place = "" if problem.place is None else f" bei {problem.place[0]:.3f} {problem.place[1]:.3f}"
    label = "Fehler" if problem.severity == "error" else "Warnung"
    return f"{label} {problem.kind} {problem.id}{place}: {problem.message}"
