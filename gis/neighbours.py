"""Who is a neighbour of a site: parcels that share its boundary, lie across a street, or lie near. A proposal.

Whoever is to be heard is for the authority to decide (NBauO § 68). What the data do not say is listed as unknown: an
empty list never means that there is no neighbour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis.checks.boundary import SIDE_M, beside
from gis.checks.context import CheckContext
from gis.checks.result import CheckResult
from gis.checks.streets import Street, middle_lines, street_at
from gis.layers import Layers, LayerWindow
from gis.neighbour_concerns import Concern, concerns_of
from gis.rules import RulePack
from gis.site_context import UnassessableError, parcel_ids, parcel_label, polygons
from gis.siteplan import SitePlan
from gis.wording import metres

RULE = "neighbours"
NO_STREETS = (
    "Öffentliche Verkehrsflächen sind nicht bekannt; ob Grundstücke jenseits einer Straße benachbart sind, ist daher "
    "offen, und angrenzende Straßenflurstücke sind nicht als solche erkannt."
)
#: A parcel of which more than this share is public traffic area is a street.
_STREET_SHARE = 0.5
#: Lines this near to each other are the same, in metres.
_CLOSE_M = 0.001
#: A boundary without any parcel beyond it is named from this length on, in metres.
_OPEN_M = 0.5


class Relation(StrEnum):
    """How a parcel lies to the site."""

    ADJACENT = "adjacent"
    ACROSS_STREET = "across_street"
    NEARBY = "nearby"

    @property
    def label(self) -> str:
        """German words for people."""
        return _LABELS[self]


_LABELS: Mapping[Relation, str] = {
    Relation.ADJACENT: "grenzt an",
    Relation.ACROSS_STREET: "über die Straße",
    Relation.NEARBY: "in der Nähe",
}


@dataclass(frozen=True)
class Neighbour:
    """A parcel beside the site, in the working CRS.

    ``shared_m`` is the length of the common boundary (0: none or a common corner), ``distance_m`` the shortest way from
    site to parcel. ``towards`` is the part of the site's boundary that faces it. ``street``: it is public traffic area.
    """

    parcel_id: str
    name: str
    relation: Relation
    shared_m: float
    distance_m: float
    street: bool
    geometry: BaseGeometry
    towards: BaseGeometry
    concerns: tuple[Concern, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the neighbour as JSON values, without geometry."""
        return {
            "parcel_id": self.parcel_id,
            "name": self.name,
            "relation": self.relation.value,
            "shared_m": self.shared_m,
            "distance_m": self.distance_m,
            "street": self.street,
            "concerns": [concern.to_json() for concern in self.concerns],
        }


@dataclass(frozen=True)
class Neighbours:
    """All neighbours, those with the longest common boundary first; ``unknown`` says what the data leave open."""

    neighbours: tuple[Neighbour, ...]
    unknown: tuple[str, ...]
    assumptions: tuple[str, ...]
    within_m: float
    rule: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Return the list as JSON values."""
        return {
            "neighbours": [neighbour.to_json() for neighbour in self.neighbours],
            "unknown": list(self.unknown),
            "assumptions": list(self.assumptions),
            "within_m": self.within_m,
            "rule": dict(self.rule),
        }


def neighbours_of(
    plan: SitePlan,
    layers: Layers,
    rules: RulePack,
    results: Sequence[CheckResult] = (),
    *,
    within_m: float | None = None,
) -> Neighbours:
    """Find the neighbours of a plan's site and the results that concern each.

    Parameters
    ----------
    plan : in any CRS; brought to that of the parcels
    layers : parcels; traffic_areas (or land_use) for what lies across a street
    results : of the checks on this plan
    within_m : parcels this near to the site are listed too; default: the rule's

    Raises
    ------
    gis.siteplan.SitePlanError
        When the plan does not fit the CRS of the parcels.
    gis.rules.RulePackError
        When the rule pack has no rule ``neighbours`` for the day.
    """
    rule = rules.rule(RULE)
    reach = float(rule.values["within_m"]) if within_m is None else within_m
    context = CheckContext(plan, layers, rules)
    try:
        search = _Search(context, rule.values, reach)
        found = search.neighbours()
    except UnassessableError as error:
        reason = f"Die Nachbarn lassen sich nicht bestimmen: {error.message}"
        return Neighbours((), (reason,), (), reach, rule.citation())
    judged = [replace(entry, concerns=concerns_of(entry, found, context, results)) for entry in found]
    return Neighbours(tuple(judged), search.unknown(found), search.assumptions, reach, rule.citation())


class _Search:
    """One search around one site."""

    def __init__(self, context: CheckContext, values: Mapping[str, Any], reach: float) -> None:
        self.context, self.reach = context, reach
        self.site: BaseGeometry = context.site.geometry
        self.least = float(values["least_shared_m"])
        self.across = float(values["across_m"])
        self.streets_known = context.has_layer("traffic_areas") or context.has_layer("land_use")
        self.street: Street | None = street_at(context, self.site, SIDE_M) if self.streets_known else None
        self.strip, self.front = self._across_strip()

    @property
    def assumptions(self) -> tuple[str, ...]:
        own = self.context.site.assumptions
        return (*own, *self.street.assumptions) if self.street else own

    def _across_strip(self) -> tuple[BaseGeometry | None, BaseGeometry]:
        """What lies in front of the site as far as the street is wide and a little more, and the site's front."""
        if self.street is None:
            return None, shapely.MultiLineString()
        front = beside(self.site, self.street.area)
        if front.length <= self.least:
            return None, front
        _, half = middle_lines(front, self.street, self.site)
        return shapely.line_merge(front).buffer(2 * half + self.across, cap_style="flat").difference(self.site), front

    def _window(self) -> LayerWindow:
        bounds = self.site.bounds if self.strip is None else self.site.union(self.strip).bounds
        far = self.reach + SIDE_M
        return self.context.window("parcels", (bounds[0] - far, bounds[1] - far, bounds[2] + far, bounds[3] + far))

    def neighbours(self) -> list[Neighbour]:
        """Parcels by relation; one that comes in several rows is one neighbour."""
        window = self._window()
        own = set(self.context.site.parcel_ids)
        rows: dict[str, list[int]] = {}
        for row, name in enumerate(parcel_ids(window)):
            if name not in own:
                rows.setdefault(name, []).append(row)
        shapes = {name: polygons(shapely.union_all(window.geometry[np.array(at)])) for name, at in rows.items()}
        towards = self._common_boundaries(shapes)
        found = []
        for parcel, shape in shapes.items():
            label = parcel_label(window, rows[parcel][0])
            neighbour = self._neighbour(parcel, label, shape, towards.get(parcel, shapely.MultiLineString()))
            if neighbour is not None:
                found.append(neighbour)
        order = list(Relation)
        return sorted(found, key=lambda n: (order.index(n.relation), n.street, -n.shared_m, n.distance_m, n.parcel_id))

    def _common_boundaries(self, shapes: Mapping[str, BaseGeometry]) -> dict[str, BaseGeometry]:
        """The part of the site's boundary that each parcel shares.

        A cadastre is a topology: common boundaries are equal and are cut out as they are, however narrow a parcel is.
        Only where nobody shares the boundary so, a parcel up to ``SIDE_M`` away lies along it.
        """
        near = {name: shape for name, shape in shapes.items() if shapely.dwithin(self.site, shape, SIDE_M)}
        outline = self.site.boundary
        exact = {name: _lines(outline.intersection(shape.boundary)) for name, shape in near.items()}
        taken = shapely.union_all(list(exact.values())).buffer(_CLOSE_M)
        result: dict[str, BaseGeometry] = {}
        for name, shape in near.items():
            loose = beside(self.site, shape).difference(taken)
            parts = [line for line in (exact[name], loose) if line.length > 0]
            result[name] = shapely.MultiLineString([part for line in parts for part in shapely.get_parts(line)])
        return result

    def _neighbour(self, parcel: str, name: str, shape: BaseGeometry, towards: BaseGeometry) -> Neighbour | None:
        distance = float(self.site.distance(shape))
        street = self._is_street(shape)
        shared = float(towards.length)
        if shared >= self.least:
            return Neighbour(parcel, name, Relation.ADJACENT, shared, distance, street, shape, towards)
        if not street and self._is_across(shape):
            return Neighbour(parcel, name, Relation.ACROSS_STREET, 0.0, distance, street, shape, self.front)
        if distance <= self.reach and not street:
            line = shapely.shortest_line(self.site, shape)
            nearest = shapely.Point(shapely.get_coordinates(line)[0])
            return Neighbour(parcel, name, Relation.NEARBY, 0.0, distance, street, shape, nearest)
        return None

    def _is_street(self, shape: BaseGeometry) -> bool:
        return self.street is not None and shape.intersection(self.street.area).area > _STREET_SHARE * _near(
            shape, self.street.area
        )

    def _is_across(self, shape: BaseGeometry) -> bool:
        if self.strip is None or self.street is None:
            return False
        at_street = shapely.dwithin(shape, self.street.area, SIDE_M)
        return bool(at_street) and bool(shape.intersection(self.strip).area > 0)

    def unknown(self, found: Sequence[Neighbour]) -> tuple[str, ...]:
        """What the data do not say."""
        defect = self.context.site.defect
        sentences = [defect] if defect else []
        sentences += [] if self.streets_known else [NO_STREETS]
        sentences += [self.context.problems[name] for name in sorted(self.context.problems)]
        lines = [neighbour.towards for neighbour in found if neighbour.relation is Relation.ADJACENT]
        covered = shapely.union_all([self.front, *lines]).buffer(_CLOSE_M)
        rest = float(self.site.boundary.difference(covered).length)
        if rest > _OPEN_M:
            sentences.append(
                f"An {metres(rest)} der Grundstücksgrenze liegt im Kartenbestand kein Flurstück; wer dort Nachbar ist, "
                "ist nicht bekannt."
            )
        return tuple(sentences)


def _lines(geometry: BaseGeometry) -> BaseGeometry:
    """The lines of an overlay result; common corners are none."""
    parts = shapely.get_parts(geometry)
    return shapely.MultiLineString([part for part in parts if part.geom_type == "LineString" and part.length > 0])


def _near(shape: BaseGeometry, street: BaseGeometry) -> float:
    """Area of a parcel around the street that is known: a long street parcel goes on beyond what was looked at."""
    xmin, ymin, xmax, ymax = street.bounds
    return float(shapely.clip_by_rect(shape, xmin, ymin, xmax, ymax).area)
