"""Which results of checks concern a neighbour: those whose governing geometry lies towards the parcel."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis.checks.context import CheckContext
from gis.checks.judging import at_least
from gis.checks.result import CheckResult, Verdict
from gis.wording import metres, number, square_metres

if TYPE_CHECKING:
    from gis.neighbours import Neighbour


@dataclass(frozen=True)
class Concern:
    """A result that concerns a neighbour.

    ``verdict`` is that towards this neighbour where the check tells (the distance from its boundary), else that of the
    result; ``text`` says in German what lies towards it. ``protecting``: whether neighbours can rely on the rule, None
    where that is not settled.
    """

    check: str
    verdict: Verdict
    text: str
    protecting: bool | None

    def to_json(self) -> dict[str, Any]:
        """Return the concern as JSON values."""
        return {
            "check": self.check,
            "verdict": self.verdict.value,
            "text": self.text,
            "neighbour_protecting": self.protecting,
        }


_Found = tuple[Verdict, str] | None
_Finder = Callable[["Neighbour", Sequence["Neighbour"], CheckContext, CheckResult], _Found]


def concerns_of(
    neighbour: Neighbour, everybody: Sequence[Neighbour], context: CheckContext, results: Sequence[CheckResult]
) -> tuple[Concern, ...]:
    """Return the results that concern a neighbour.

    Of a check that tells where it found something, only what lies towards the parcel; of others those that protect
    neighbours as such (kind of use). Public streets have nobody to protect.
    """
    if neighbour.street:
        return ()
    concerns = []
    for result in results:
        if result.verdict is Verdict.NOT_APPLICABLE:
            continue
        finder = _FINDERS.get(result.check)
        if finder is not None:
            found = finder(neighbour, everybody, context, result)
        elif result.neighbour_protecting:
            found = result.verdict, ""
        else:
            found = None
        if found is not None:
            concerns.append(Concern(result.check, *found, result.neighbour_protecting))
    return tuple(concerns)


def _boundary_distance(
    neighbour: Neighbour, everybody: Sequence[Neighbour], context: CheckContext, result: CheckResult
) -> _Found:
    """The wall that keeps least towards this neighbour, against what it has to keep."""
    del everybody
    walls: Sequence[Mapping[str, Any]] = result.details.get("walls") or ()
    for side in result.details.get("party_walls") or ():
        if side["parcel"] == neighbour.parcel_id:
            verdict = Verdict.PASSED if side["settled"] else Verdict.NOT_ASSESSABLE
            return verdict, "ohne Abstand an der Grenze (§ 5 Abs. 5 NBauO)"
    if neighbour.shared_m > 0:
        return _own_stretch(neighbour, context, walls, result)
    # Across a street only walls count whose distance is measured over it; further away none.
    over = [wall for wall in walls if wall["to_middle_of_street"] and _points_to(wall, neighbour)]
    if neighbour.relation.value != "across_street" or not over:
        return None
    wall = min(over, key=lambda entry: _margin(entry, float(entry["distance_m"])))
    return _judged(wall, float(wall["distance_m"]), result, " bis zur Straßenmitte")


def _own_stretch(
    neighbour: Neighbour, context: CheckContext, walls: Sequence[Mapping[str, Any]], result: CheckResult
) -> _Found:
    shapes = {feature.id: context.edges(feature) for feature in context.plan.features}
    measured = []
    for wall in walls:
        segments, _, index = shapes[wall["feature"]]
        edge = shapely.LineString(segments[int(np.flatnonzero(index == wall["edge"])[0])])
        measured.append((wall, float(edge.distance(neighbour.towards))))
    if not measured:
        return None
    wall, distance = min(measured, key=lambda pair: _margin(*pair))
    return _judged(wall, distance, result, "")


def _judged(wall: Mapping[str, Any], distance: float, result: CheckResult, how: str) -> tuple[Verdict, str]:
    required = wall["required_m"]
    if required is None:
        return Verdict.NOT_ASSESSABLE, f"kleinster Abstand {metres(distance)}{how}, die Wandhöhe fehlt"
    verdict = at_least(distance, float(required), result.tolerance or 0.0)
    return verdict, f"{metres(distance)}{how} vorhanden, {metres(float(required))} erforderlich"


def _margin(wall: Mapping[str, Any], distance: float) -> float:
    """Distance beyond what is required; a wall of unknown height comes by its distance, before others."""
    return distance - 1e6 if wall["required_m"] is None else distance - float(wall["required_m"])


def _points_to(wall: Mapping[str, Any], neighbour: Neighbour) -> bool:
    """Whether the way from the wall to the middle of the street, gone once more as far beyond it, meets the parcel."""
    (x1, y1), (x2, y2) = wall["line"]
    beyond = shapely.LineString([(x1, y1), (2 * x2 - x1, 2 * y2 - y1)])
    return bool(beyond.distance(neighbour.geometry) <= neighbour.distance_m)


def _boundary_buildings(
    neighbour: Neighbour, everybody: Sequence[Neighbour], context: CheckContext, result: CheckResult
) -> _Found:
    """Garages and outbuildings that stand in the regular distance from this boundary."""
    del everybody
    if neighbour.shared_m == 0 or "boundary_distance" not in context.rules.rules:
        return None
    within = float(context.rules.rule("boundary_distance").values["minimum_m"])
    ids = set(result.details.get("close") or ())
    close = [f for f in context.plan.features if f.id in ids and f.geometry.distance(neighbour.towards) < within]
    if not close:
        return None
    nearest = min(close, key=lambda feature: feature.geometry.distance(neighbour.towards))
    distance = float(nearest.geometry.distance(neighbour.towards))
    return result.verdict, f"{nearest.role.label} {nearest.id} {metres(distance)} von der Grenze"


def _inside_parcels(
    neighbour: Neighbour, everybody: Sequence[Neighbour], context: CheckContext, result: CheckResult
) -> _Found:
    del everybody, context
    for entry in result.details.get("foreign_parcels") or ():
        if entry["parcel"] == neighbour.parcel_id:
            return result.verdict, f"{square_metres(float(entry['area_m2']))} auf diesem Flurstück"
    return None


def _building_method(
    neighbour: Neighbour, everybody: Sequence[Neighbour], context: CheckContext, result: CheckResult
) -> _Found:
    del everybody, context
    for group in result.details.get("groups") or ():
        if neighbour.parcel_id in group["touched_parcels"]:
            return Verdict(group["verdict"]), "ohne Grenzabstand angebaut"
    return None


def _street_access(
    neighbour: Neighbour, everybody: Sequence[Neighbour], context: CheckContext, result: CheckResult
) -> _Found:
    del everybody, context
    if neighbour.parcel_id in (result.details.get("crossed_parcels") or ()):
        return result.verdict, "der Weg zur Straße führt über dieses Flurstück"
    return None


def _building_window(
    neighbour: Neighbour, everybody: Sequence[Neighbour], context: CheckContext, result: CheckResult
) -> _Found:
    """A crossing of the building limit concerns whom it comes nearest to."""
    del context
    if result.geometry is None or result.verdict is Verdict.PASSED:
        return None
    around = [other for other in everybody if not other.street]
    nearest = min(around, key=lambda other: _distance(result.geometry, other), default=None)
    if nearest is not neighbour:
        return None
    depth = "" if result.value is None else f"um {number(result.value)} m überschritten, "
    return result.verdict, f"{depth}am nächsten zu diesem Flurstück"


def _distance(geometry: BaseGeometry | None, neighbour: Neighbour) -> float:
    return float("inf") if geometry is None else float(geometry.distance(neighbour.geometry))


_FINDERS: Mapping[str, _Finder] = {
    "boundary_distance": _boundary_distance,
    "boundary_buildings": _boundary_buildings,
    "inside_parcels": _inside_parcels,
    "building_method": _building_method,
    "street_access": _street_access,
    "building_window": _building_window,
}
