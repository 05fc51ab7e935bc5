"""Objects inside the scope of their part or plan (XPlanung, rule 2.2.3.1)."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis.planning.model import BindingPlan, PlanObject, PlanPart, PlanProblem, Severity
from gis.planning.problems.areas import TOLERANCE_M, Geometries, Place, as_array, inner_place, square_metres, usable

#: Bereiche that may lie outside the plan: compensation elsewhere, information from around.
_OUTSIDE_ALLOWED = frozenset({"1800", "2000"})
_INFORMATION = "2000"


def outside_scope(plan: BindingPlan) -> Iterator[PlanProblem]:
    """Parts that leave the plan's scope, and objects that leave the scope of their part, else of the plan."""
    parts = {part.id: part for part in plan.parts}
    own = [part for part in plan.parts if part.geometry is not None and not _may_leave(part)]
    if not plan.scope.is_empty and own:
        shapes = as_array([part.geometry for part in own])
        for row, rest in _leaving(shapes, plan.scope):
            what = f"Der Bereich {own[row].number or own[row].id}"
            yield _problem(own[row].id, what, "des Plans", rest, kind="part_out_of_scope", severity="warning")
    groups: dict[str, list[PlanObject]] = defaultdict(list)
    for item in plan.objects:
        if item.geometry is not None and not item.geometry.is_empty:
            groups[item.part_id if item.part_id in parts else ""].append(item)
    for key, items in groups.items():
        part = parts.get(key)
        if part is not None and part.meaning == _INFORMATION:
            continue
        scope = part.geometry if part is not None and part.geometry is not None else plan.scope
        if scope.is_empty:
            continue
        whose = "seines Bereichs" if scope is not plan.scope else "des Plans"
        for row, rest in _leaving(as_array([item.geometry for item in items]), scope):
            yield _problem(items[row].id, f"{items[row].kind} {items[row].id}", whose, rest)


def _may_leave(part: PlanPart) -> bool:
    return part.meaning in _OUTSIDE_ALLOWED


def _leaving(shapes: Geometries, scope: BaseGeometry) -> Iterator[tuple[int, BaseGeometry]]:
    wider = shapely.buffer(usable(as_array([scope]))[0], TOLERANCE_M, quad_segs=2)
    shapely.prepare(wider)
    for row in np.flatnonzero(~shapely.covers(wider, shapes)):
        rest = shapely.difference(usable(shapes[row : row + 1])[0], wider)
        if not rest.is_empty:
            yield int(row), rest


def _problem(
    feature_id: str,
    what: str,
    whose: str,
    rest: BaseGeometry,
    *,
    kind: str = "out_of_scope",
    severity: Severity = "error",
) -> PlanProblem:
    size = f" ({square_metres(rest.area)})" if rest.area > 0 else ""
    message = f"{what} liegt nicht vollständig im Geltungsbereich {whose}{size}."
    return PlanProblem(feature_id, kind, _place(rest), message, severity)


def _place(rest: BaseGeometry) -> Place:
    if rest.area > 0:
        return inner_place(rest)
    first = shapely.get_coordinates(rest)[0]
    return float(first[0]), float(first[1])
