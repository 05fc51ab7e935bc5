"""Where plans in force overlap, the later one goes before the older one (lex posterior)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import shapely
from shapely.geometry.base import BaseGeometry

from gis.layers import Bounds
from gis.planning.derivation import derivation
from gis.planning.force import PlanInForce
from gis.planning.model import BindingPlan
from gis.wording import square_metres

#: Overlaps that are nowhere wider than twice this come from drawing neighbours' boundaries twice; no note for these.
_SLIVER_M = 0.1
_NOTHING_M2 = 1e-6


@dataclass
class Standing:
    """What is left of a plan beside the others.

    Attributes
    ----------
    taken : areas in which later plans go before this one
    disputed : boxes in which nobody can say from the files which plan goes first
    notes : German sentences
    """

    taken: list[BaseGeometry] = field(default_factory=list)
    disputed: list[Bounds] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def cut(self) -> BaseGeometry | None:
        """Everything that later plans take, prepared for many questions; None where they take nothing."""
        if not self.taken:
            return None
        cut = shapely.union_all(self.taken)
        shapely.prepare(cut)
        return cut


def standings(plans: Sequence[PlanInForce]) -> list[Standing]:
    """Compare every two plans whose scopes overlap; the result is in the order of `plans`."""
    result = [Standing() for _ in plans]
    if len(plans) < 2:
        return result
    scopes = [plan.plan.scope for plan in plans]
    for one, two in sorted({tuple(sorted(pair)) for pair in _meeting(scopes)}):
        overlap = shapely.intersection(scopes[one], scopes[two])
        if overlap.area <= _NOTHING_M2:
            continue
        _compare(plans, result, one, two, overlap)
    return result


def _meeting(scopes: Sequence[BaseGeometry]) -> list[tuple[int, int]]:
    left, right = shapely.STRtree(scopes).query(scopes, predicate="intersects")
    return [(int(a), int(b)) for a, b in zip(left, right, strict=True) if a < b]


def _compare(plans: Sequence[PlanInForce], result: list[Standing], one: int, two: int, overlap: BaseGeometry) -> None:
    later = _later(plans, one, two)
    sliver = bool(shapely.is_empty(overlap.buffer(-_SLIVER_M, join_style="mitre")))
    if later is None:
        if not sliver:
            why = "Aus den Dateien geht nicht hervor, welcher der spätere Plan ist."
            _dispute(plans, result, one, two, overlap, why)
        return
    older = two if later == one else one
    name = plans[later].plan.name
    if not sliver and not _sets_something(plans[later].plan, overlap):
        why = (
            f"„{name}“ ist später, setzt dort aber keine Flächen fest; ob er ergänzt oder ersetzt, sagt nur sein Text."
        )
        _dispute(plans, result, older, later, overlap, why)
        return
    result[older].taken.append(plans[later].plan.scope)
    if not sliver:
        result[older].notes.append(
            f"{derivation().precedence_maxim}: „{name}“ verdrängt „{plans[older].plan.name}“ auf "
            f"{square_metres(overlap.area)}."
        )


def _dispute(
    plans: Sequence[PlanInForce], result: list[Standing], one: int, two: int, overlap: BaseGeometry, why: str
) -> None:
    west, south, east, north = overlap.bounds
    result[one].disputed.append((west, south, east, north))
    result[one].notes.append(
        f"„{plans[one].plan.name}“ und „{plans[two].plan.name}“ überlagern sich auf {square_metres(overlap.area)}. "
        f"{why} Beide gelten hier weiter; Prüfungen in diesem Bereich sind „nicht prüfbar“."
    )


def _later(plans: Sequence[PlanInForce], one: int, two: int) -> int | None:
    """Index of the later plan: by the days of coming into force, else by what the plans say about each other."""
    first, second = plans[one].since, plans[two].since
    if first is not None and second is not None and first != second:
        return one if first > second else two
    changes_two = _changes(plans[one].plan, plans[two].plan)
    changes_one = _changes(plans[two].plan, plans[one].plan)
    if changes_two == changes_one:
        return None
    return one if changes_two else two


def _changes(new: BindingPlan, old: BindingPlan) -> bool:
    """Whether `new` says that it changes `old`, or `old` that it was changed by `new`."""
    return any(change.changes_other and _names(change.name, change.number, old) for change in new.changes) or any(
        not change.changes_other and _names(change.name, change.number, new) for change in old.changes
    )


def _names(name: str | None, number: str | None, plan: BindingPlan) -> bool:
    if name is not None:
        return name.strip().casefold() == plan.name.strip().casefold()
    return number is not None and plan.number is not None and number.strip() == plan.number.strip()


def _sets_something(plan: BindingPlan, overlap: BaseGeometry) -> bool:
    """Whether areas that close the plan (Flächenschluss) lie in the overlap: then it rules there itself."""
    shapely.prepare(overlap)
    return any(
        item.closes is not False
        and item.level == 0
        and isinstance(item.geometry, shapely.Polygon | shapely.MultiPolygon)
        and overlap.intersects(item.geometry)
        and _covers_some(item.geometry, overlap)
        for item in plan.objects
    )


def _covers_some(geometry: BaseGeometry, overlap: BaseGeometry) -> bool:
    if not geometry.is_valid:
        return False
    return bool(shapely.intersection(geometry, overlap).area > _NOTHING_M2)
