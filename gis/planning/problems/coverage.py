"""Flächenschluss: areas that say they close must neither overlap nor leave gaps (XPlanung, rule 2.2.1.1)."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.planning.model import BindingPlan, PlanObject, PlanPart, PlanProblem
from gis.planning.problems.areas import Geometries, as_array, inner_place, is_areal, square_metres, usable, wide

_ROWS_AT_ONCE = 256
_PAIRS_AT_ONCE = 5_000
#: After so many overlaps of one scope no more are looked for: the plan as a whole is wrong.
_MAX_OVERLAPS = 1_000
#: Bereich that only shows what lies outside the plan.
_INFORMATION = "2000"


def overlaps_and_gaps(plan: BindingPlan) -> Iterator[PlanProblem]:
    """Overlaps of closing areas, and gaps between them, within each scope of the plan.

    Looked at are areas of level 0 with `flaechenschluss`, without those whose effect depends on a condition. Each part
    with a scope of its own is taken for itself, everything else together within the plan's scope. A scope without any
    such area is not looked at. The whole plan is looked at too, unless it only changes another one.

    An overlap is an error: two provisions contradict each other. A gap is a warning: the plan says nothing there.
    """
    parts = {part.id: part for part in plan.parts}
    groups: dict[str, list[PlanObject]] = defaultdict(list)
    for item in plan.objects:
        if item.closes and item.level == 0 and not item.conditional and is_areal(item.geometry):
            part = parts.get(item.part_id or "")
            groups[part.id if part is not None and part.geometry is not None else ""].append(item)
    unions: list[BaseGeometry] = []
    reported: list[BaseGeometry] = []
    for key, items in groups.items():
        part = parts.get(key)
        if part is not None and part.meaning == _INFORMATION:
            continue
        areas = usable(as_array([item.geometry for item in items]))
        yield from _overlaps(items, areas)
        union = shapely.union_all(areas)
        unions.append(union)
        scope = plan.scope if part is None else part.geometry
        for gap in _gaps(scope, union):
            reported.append(gap)
            yield _gap_problem(plan, part, gap, items, areas)
    if unions and not any(change.changes_other for change in plan.changes) and set(groups) != {""}:
        for gap in _gaps(plan.scope, shapely.union_all(as_array([*unions, *reported]))):
            yield _gap_problem(plan, None, gap, [], as_array([]))


def _overlaps(items: list[PlanObject], areas: Geometries) -> Iterator[PlanProblem]:
    found = 0
    for one, two in _neighbours(areas):
        common = shapely.intersection(areas[one], areas[two])
        for row in np.flatnonzero(wide(common)):
            first, second = items[one[row]], items[two[row]]
            found += 1
            if found > _MAX_OVERLAPS:
                message = f"Es gibt mehr als {_MAX_OVERLAPS} Überlappungen; die weiteren sind nicht aufgeführt."
                yield PlanProblem(first.id, "overlap", inner_place(common[row]), message)
                return
            yield PlanProblem(
                id=first.id,
                kind="overlap",
                place=inner_place(common[row]),
                message=(
                    f"{first.kind} {first.id} und {second.kind} {second.id} überlappen sich um "
                    f"{square_metres(common[row].area)}, obwohl beide am Flächenschluss teilnehmen."
                ),
                other_ids=(second.id,),
            )


def _neighbours(areas: Geometries) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Pairs of areas that meet, each once, in portions: thousands of areas in one place make millions of pairs."""
    tree = shapely.STRtree(areas)
    for start in range(0, len(areas), _ROWS_AT_ONCE):
        left, right = tree.query(areas[start : start + _ROWS_AT_ONCE])
        left += start
        once = left < right
        left, right = left[once], right[once]
        for first in range(0, len(left), _PAIRS_AT_ONCE):
            yield left[first : first + _PAIRS_AT_ONCE], right[first : first + _PAIRS_AT_ONCE]


def _gaps(scope: BaseGeometry | None, union: BaseGeometry) -> list[BaseGeometry]:
    if scope is None or scope.is_empty:
        return []
    whole = usable(as_array([scope]))[0]
    pieces = shapely.get_parts(shapely.difference(whole, union))
    return list(pieces[wide(pieces)])


def _gap_problem(
    plan: BindingPlan, part: PlanPart | None, gap: BaseGeometry, items: list[PlanObject], areas: Geometries
) -> PlanProblem:
    where = f"Im Bereich {part.number or part.id}" if part is not None else "Im Geltungsbereich"
    near = [items[row].id for row in np.flatnonzero(shapely.dwithin(areas, gap, 0.01))] if len(areas) else []
    return PlanProblem(
        id=part.id if part is not None else plan.plan_id,
        kind="gap",
        place=inner_place(gap),
        message=f"{where} bleibt eine Lücke von {square_metres(gap.area)} zwischen den Flächenschlussobjekten.",
        severity="warning",
        other_ids=tuple(near[:10]),
    )
