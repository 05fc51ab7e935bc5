"""What a plan should say and does not."""

from collections.abc import Iterator

from gis.planning.model import BindingPlan, LegalStatus, PlanProblem
from gis.planning.problems.areas import Place

_ZONES = "BP_BaugebietsTeilFlaeche"


def missing_things(plan: BindingPlan) -> Iterator[PlanProblem]:
    """Missing scope, name, status, parts, BauNVO version, texts, geometries."""
    place = _place(plan)
    if plan.scope.is_empty:
        yield _error(plan.plan_id, "missing_scope", None, "Der Plan hat keinen lesbaren räumlichen Geltungsbereich.")
    if not plan.name:
        yield _error(plan.plan_id, "missing_name", place, "Der Plan hat keinen Namen.")
    if plan.municipality is None:
        yield _warning(plan.plan_id, "missing_municipality", place, "Der Plan nennt keine Gemeinde.")
    if plan.plan_type is None:
        yield _warning(plan.plan_id, "missing_plan_type", place, "Der Plan nennt keine Planart.")
    if plan.legal_status is LegalStatus.UNKNOWN:
        how = (
            f"wegen des Datums des Inkrafttretens ({plan.in_force_since:%d.%m.%Y}) gilt er als in Kraft"
            if plan.in_force_since
            else "er gilt deshalb als nicht in Kraft"
        )
        yield _warning(plan.plan_id, "missing_status", place, f"Der Plan nennt keinen bekannten Rechtsstand; {how}.")
    if not plan.parts:
        yield _warning(plan.plan_id, "missing_part", place, "Der Plan hat keinen Bereich.")
    if not plan.objects:
        yield _warning(plan.plan_id, "no_objects", place, "Der Plan enthält keine Festsetzungen als Objekte.")
    versioned = plan.baunvo_version or any(part.baunvo_version for part in plan.parts)
    if not versioned and any(item.kind == _ZONES for item in plan.objects):
        message = "Der Plan nennt nicht, welche Fassung der BauNVO für ihn gilt."
        yield _warning(plan.plan_id, "missing_baunvo_version", place, message)
    for text in plan.texts:
        if not text.text and not text.reference:
            message = f"Der Textabschnitt {text.key or text.id} hat weder Text noch einen Verweis auf ein Dokument."
            yield _warning(text.id, "missing_text", None, message)
    yield from _missing_in_objects(plan)


def _missing_in_objects(plan: BindingPlan) -> Iterator[PlanProblem]:
    several = len(plan.parts) > 1
    for item in plan.objects:
        if item.geometry is None or item.geometry.is_empty:
            message = f"{item.kind} {item.id} hat keine lesbare Geometrie."
            problem = _error if item.kind == _ZONES else _warning
            yield problem(item.id, "missing_geometry", None, message)
        if several and item.part_id is None:
            message = f"{item.kind} {item.id} nennt nicht, zu welchem Bereich es gehört."
            yield _warning(item.id, "missing_part", None, message)


def _place(plan: BindingPlan) -> Place | None:
    if plan.scope.is_empty:
        return None
    point = plan.scope.representative_point() if plan.scope.is_valid else plan.scope.centroid
    return point.x, point.y


def _error(feature_id: str, kind: str, place: Place | None, message: str) -> PlanProblem:
    return PlanProblem(feature_id, kind, place, message)


def _warning(feature_id: str, kind: str, place: Place | None, message: str) -> PlanProblem:
    return PlanProblem(feature_id, kind, place, message, "warning")
