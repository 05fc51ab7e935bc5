"""Do buildings on the same site keep their distance from each other?

NBauO § 7 (1): between buildings that do not touch, the distance is measured as if a boundary ran between them, so every
pair of walls keeps the sum of what both would keep from a boundary. (2): garages and outbuildings as in § 5 (8) may be
closer; so may buildings in commercial and industrial areas where nothing speaks against it. (3): parts of one building,
or of buildings that touch, that face each other at less than 75° keep it too, minor recesses aside.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.checks import register
from gis.checks.boundary import is_one_of
from gis.checks.context import CheckContext
from gis.checks.result import CheckResult, Step, Verdict
from gis.checks.walls import counting_heights, required_distances
from gis.site import HAIRLINE_GAP_M
from gis.site_context import UnassessableError, texts
from gis.siteplan import PlanFeature, Role
from gis.undrawn import undrawn_buildings
from gis.wording import metres, number

_BUILDINGS = (Role.MAIN_BUILDING, Role.EXISTING_BUILDING, Role.GARAGE, Role.ANCILLARY_BUILDING)
_ONLY_DRAWN = "Auf dem Baugrundstück stehen keine anderen Gebäude als die im Lageplan."
_NO_CONCERNS = (
    "Gegen den geringeren Abstand von Garagen und Nebengebäuden zu anderen Gebäuden bestehen hinsichtlich Brandschutz, "
    "Tageslicht und Lüftung keine Bedenken."
)
#: Buildings farther apart than this are not looked at: no wall asks for more.
_FARTHEST_M = 200.0
#: Of more buildings than this only those are paired that are near enough to matter.
_FEW = 30
#: At most this many pairs are listed in the details.
_LISTED = 50


@dataclass(frozen=True)
class _Pair:
    """Two walls: the distance between them and the sum to keep (NaN: a height is unknown)."""

    left: PlanFeature
    right: PlanFeature
    distance: float
    required: float
    heights: tuple[float, float]
    line: BaseGeometry
    same_building: bool = False

    @property
    def margin(self) -> float:
        return self.distance - self.required


@register(
    "building_separation",
    title="Abstand zwischen Gebäuden",
    unit="m",
    order=240,
    layers=("parcels", "zoning", "buildings"),
    attributes=("wall_height_m", "eaves_height_m", "ridge_height_m"),
    question="Gebäude auf einem Baugrundstück halten untereinander Abstand, als verliefe zwischen ihnen eine Grenze.",
    formula="Abstand zweier Wände ≥ Summe ihrer Grenzabstände (je 0,4 × Höhe, mindestens 3 m)",
    inputs="Umrisse und Wandhöhen der Gebäude auf dem Baugrundstück, Baugebiete, Gebäude des Katasters",
)
def building_separation(context: CheckContext) -> CheckResult:
    """Value and limit: distance and required distance of the two walls with the smallest margin, in metres."""
    rule = context.rule("building_separation")
    buildings = context.plan.by_role(*_BUILDINGS)
    if all(feature.role is Role.EXISTING_BUILDING for feature in buildings):
        message = "Nicht anwendbar: Der Lageplan enthält kein geplantes Gebäude."
        return context.result(Verdict.NOT_APPLICABLE, message)
    context.site  # noqa: B018 - without a site there is nothing to say
    tolerance = context.take(buildings).length_m
    commercial = _commercial(context)
    values = context.rules.rule("boundary_distance").values
    search = _Search(
        buildings, values, rule.values, float(values["factor_reduced" if commercial else "factor"]), context
    )
    pairs = [*search.separate(), *search.within()]
    undrawn = undrawn_buildings(context)
    forgotten = None if undrawn is None else search.near(undrawn)
    assumptions = [*([_ONLY_DRAWN] if undrawn is None else []), *([_NO_CONCERNS] if search.exempted else [])]
    details = {
        "pairs": [_entry(pair) for pair in sorted(pairs, key=_urgency)[:_LISTED]],
        "exempted": [list(names) for names in search.exempted[:_LISTED]],
    }
    if forgotten is not None and (not pairs or _judge(pairs, tolerance, commercial)[1] is not Verdict.FAILED):
        feature, distance = forgotten
        message = (
            f"Nicht prüfbar: Nach dem Liegenschaftskataster steht {metres(distance)} von {feature.role.label} "
            f"{feature.id} ein Gebäude auf dem Baugrundstück, das im Lageplan fehlt. Bitte zeichnen Sie vorhandene und "
            "abzubrechende Gebäude ein."
        )
        step = Step("Abstand zum nächsten nicht eingezeichneten Gebäude", metres(distance, 3), distance, "m")
        return context.result(Verdict.NOT_ASSESSABLE, message, details=details, assumptions=assumptions, steps=(step,))
    if not pairs:
        message = (
            "Nicht anwendbar: Der Lageplan enthält nur ein Gebäude."
            if len(buildings) == 1
            else "Nicht anwendbar: Keine Gebäude des Lageplans müssen voneinander Abstand halten."
        )
        if search.exempted:
            message += " Garagen und Nebengebäude nach § 5 Abs. 8 NBauO dürfen näher an anderen Gebäuden stehen."
        return context.result(Verdict.NOT_APPLICABLE, message, details=details, assumptions=assumptions)
    context.rule("boundary_distance")
    worst, verdict = _judge(pairs, tolerance, commercial)
    unknown = math.isnan(worst.required)
    return context.result(
        verdict,
        f"{_message(worst, verdict, tolerance, commercial)} Rechtsgrundlage: {rule.legal_basis}.",
        value=worst.distance,
        limit=None if unknown else worst.required,
        details=details,
        geometry=worst.line if worst.line.length > 0 else shapely.Point(shapely.get_coordinates(worst.line)[0]),
        assumptions=assumptions,
        steps=_steps(worst, search.factor, values, rule.legal_basis),
    )


def _commercial(context: CheckContext) -> bool:
    """Whether the whole site is known to lie in commercial or industrial areas."""
    if not context.has_layer("zoning"):
        return False
    site = context.site.geometry
    try:
        window = context.window("zoning", site.bounds)
    except UnassessableError:
        return False
    kinds = tuple(context.rules.rule("boundary_distance").values["zones_reduced"])
    rows = [i for i, kind in enumerate(texts(window, "zone")) if kind is not None and is_one_of(kind, kinds)]
    return bool(rows) and shapely.union_all(window.geometry[rows]).buffer(0.1).covers(site)


class _Search:
    """Finds the pairs of walls that have to keep a distance from each other."""

    def __init__(
        self,
        buildings: Sequence[PlanFeature],
        values: Mapping[str, Any],
        own: Mapping[str, Any],
        factor: float,
        context: CheckContext,
    ) -> None:
        self.buildings = buildings
        self.factor = factor
        self.own = own
        self.minimum = float(values["minimum_m"])
        self.exempted: list[tuple[str, str]] = []
        ignored = float(context.rules.rule("gables").values["ignored_width_m"])
        self.edges: list[NDArray[np.object_]] = []
        self.segments: list[NDArray[np.float64]] = []
        self.heights: list[NDArray[np.float64]] = []
        self.required: list[NDArray[np.float64]] = []
        for feature in buildings:
            segments, _, _ = context.edges(feature)
            heights, _ = counting_heights(context, feature, ignored)
            self.segments.append(segments)
            self.edges.append(np.asarray(shapely.linestrings(segments), dtype=object))
            self.heights.append(heights)
            self.required.append(required_distances(heights, factor, values))
        shapes = np.array([feature.geometry for feature in buildings], dtype=object)
        self.tree = shapely.STRtree(shapes)
        left, right = self.tree.query(shapes, predicate="dwithin", distance=HAIRLINE_GAP_M)
        self.touching = {(int(a), int(b)) for a, b in zip(left, right, strict=True) if a < b}
        self.shapes = shapes

    def separate(self) -> Iterator[_Pair]:
        """The worst pair of walls of every two buildings that do not touch."""
        reach = [self._reach(at) for at in range(len(self.buildings))]
        farthest = _FARTHEST_M if len(self.buildings) <= _FEW else 2 * max(reach) + 1.0
        left, right = self.tree.query(self.shapes, predicate="dwithin", distance=farthest)
        for a, b in sorted(zip(left.tolist(), right.tolist(), strict=True)):
            if a >= b or (a, b) in self.touching or not self._planned(a, b):
                continue
            if self._exempt(a, b):
                self.exempted.append((self.buildings[a].id, self.buildings[b].id))
                continue
            yield self._worst(a, b)

    def within(self) -> Iterator[_Pair]:
        """Walls of one building, or of two that touch, that face each other too closely across open ground."""
        for at, feature in enumerate(self.buildings):
            if feature.role is not Role.EXISTING_BUILDING:
                yield from self._facing(at, at)
        for a, b in sorted(self.touching):
            if self._planned(a, b) and not self._exempt(a, b):
                yield from self._facing(a, b)

    def near(self, shapes: NDArray[np.object_]) -> tuple[PlanFeature, float] | None:
        """The planned building nearest to one of other footprints, unless all keep what both ask for at least."""
        found: tuple[PlanFeature, float] | None = None
        for at, feature in enumerate(self.buildings):
            if feature.role is Role.EXISTING_BUILDING or not len(shapes):
                continue
            distance = shapely.distance(shapes, feature.geometry)
            # What touches is built on to it.
            apart = distance[distance > HAIRLINE_GAP_M]
            if not len(apart) or apart.min() >= self._reach(at) + self.minimum or self._low(at):
                continue
            if found is None or apart.min() < found[1]:
                found = feature, float(apart.min())
        return found

    def _reach(self, at: int) -> float:
        known = self.required[at][~np.isnan(self.required[at])]
        return float(known.max()) if len(known) else self.minimum

    def _planned(self, a: int, b: int) -> bool:
        return any(self.buildings[at].role is not Role.EXISTING_BUILDING for at in (a, b))

    def _exempt(self, a: int, b: int) -> bool:
        """Whether one of two is a garage or outbuilding that may be closer (§ 7 Abs. 2 Nr. 3)."""
        return self._low(a) or self._low(b)

    def _low(self, at: int) -> bool:
        """A garage or outbuilding of which every height is known and low."""
        feature, limit = self.buildings[at], float(self.own["exempt_height_m"]) + 1e-9
        ridge = feature.ridge_height_m
        low = bool((self.heights[at] <= limit).all()) and (ridge is None or ridge <= limit)
        return low and feature.role.value in self.own["exempt_roles"]

    def _worst(self, a: int, b: int) -> _Pair:
        """The two walls with the smallest margin; where a height is unknown, the two that are nearest."""
        i = np.repeat(np.arange(len(self.edges[a])), len(self.edges[b]))
        j = np.tile(np.arange(len(self.edges[b])), len(self.edges[a]))
        distance = np.asarray(shapely.distance(self.edges[a][i], self.edges[b][j]))
        required = self.required[a][i] + self.required[b][j]
        at = int(np.argmin(distance)) if np.isnan(required).any() else int(np.argmin(distance - required))
        line = shapely.shortest_line(self.edges[a][i[at]], self.edges[b][j[at]])
        heights = float(self.heights[a][i[at]]), float(self.heights[b][j[at]])
        return _Pair(
            self.buildings[a], self.buildings[b], float(distance[at]), float(required[at]), heights, line
        )  # fmt: skip

    def _facing(self, a: int, b: int) -> Iterator[_Pair]:
        """Walls that look at each other at less than the angle of the rule, farther apart than a minor recess."""
        footprint = shapely.union_all([self.shapes[a], self.shapes[b]]) if a != b else self.shapes[a]
        if footprint.area >= footprint.convex_hull.area * (1 - 1e-9):
            return
        below = math.cos(math.radians(float(self.own["facing_below_deg"])))
        minor = float(self.own["minor_recess_m"])
        normal = {at: _outward(self.segments[at], self.shapes[at]) for at in {a, b}}
        middle = {at: self.segments[at].mean(axis=1) for at in {a, b}}
        shapely.prepare(footprint)
        for i in range(len(self.segments[a])):
            towards = middle[b] - middle[a][i]
            looks = (towards @ normal[a][i] > 1e-6) & ((-towards * normal[b]).sum(axis=1) > 1e-6)
            opposite = -(normal[b] @ normal[a][i]) > below
            for j in np.flatnonzero(looks & opposite):
                if a == b and j <= i:
                    continue
                left, right = self.edges[a][i], self.edges[b][j]
                line = shapely.shortest_line(left, right)
                between = shapely.LineString([middle[a][i], middle[b][j]])
                depth = min(float(left.length), float(right.length))
                open_ground = between.intersection(footprint).length < 0.01
                if depth > minor and open_ground:
                    yield _Pair(
                        self.buildings[a], self.buildings[b], float(line.length),
                        float(self.required[a][i] + self.required[b][j]),
                        (float(self.heights[a][i]), float(self.heights[b][j])), line, True,
                    )  # fmt: skip


def _outward(segments: NDArray[np.float64], shape: BaseGeometry) -> NDArray[np.float64]:
    """Unit normals that point out of the footprint, shape (n, 2)."""
    along = segments[:, 1] - segments[:, 0]
    normal = np.column_stack([along[:, 1], -along[:, 0]]) / np.hypot(*along.T)[:, None]
    inside = shapely.covers(shape, np.asarray(shapely.points(segments.mean(axis=1) + 1e-3 * normal), dtype=object))
    return np.asarray(np.where(inside[:, None], -normal, normal))


def _urgency(pair: _Pair) -> float:
    return pair.distance if math.isnan(pair.required) else pair.margin


def _judge(pairs: Sequence[_Pair], tolerance: float, commercial: bool) -> tuple[_Pair, Verdict]:
    """The governing pair: a failing one first, then one without height, then the smallest margin."""
    known = [pair for pair in pairs if not math.isnan(pair.required)]
    blind = [pair for pair in pairs if math.isnan(pair.required)]
    between = [pair for pair in known if not pair.same_building]
    failing = [pair for pair in known if pair.margin < -tolerance - 1e-9]
    if failing:
        worst = min(failing, key=lambda pair: (pair.same_building, pair.margin))
        open_question = commercial or worst.same_building
        return worst, Verdict.NOT_ASSESSABLE if open_question else Verdict.FAILED
    if blind:
        return min(blind, key=lambda pair: pair.distance), Verdict.NOT_ASSESSABLE
    worst = min(between or known, key=lambda pair: pair.margin)
    tight = min(known, key=lambda pair: pair.margin)
    if tight.margin <= tolerance + 1e-9:
        return tight, Verdict.BORDERLINE
    return worst, Verdict.PASSED


def _names(pair: _Pair) -> str:
    if pair.same_building and pair.left is pair.right:
        return f"zwischen zwei Wänden von {pair.left.role.label} {pair.left.id}"
    return f"zwischen {pair.left.role.label} {pair.left.id} und {pair.right.role.label} {pair.right.id}"


def _message(pair: _Pair, verdict: Verdict, tolerance: float, commercial: bool) -> str:
    names = _names(pair)
    if math.isnan(pair.required):
        return (
            f"Nicht prüfbar: Für mindestens eine Außenwand fehlt die Wandhöhe. Der Abstand {names} beträgt "
            f"{metres(pair.distance)}. Bitte geben Sie die Wandhöhe über dem gewachsenen Gelände an."
        )
    need = (
        f"erforderlich sind {metres(pair.required)} (Wandhöhen {metres(pair.heights[0])} und {metres(pair.heights[1])})"
    )
    if verdict is Verdict.PASSED:
        return f"Der Abstand {names} ist eingehalten: {metres(pair.distance)} vorhanden, {need}."
    if verdict is Verdict.BORDERLINE:
        return (
            f"Grenzfall: Der Abstand {names} von {metres(pair.distance, 3)} weicht höchstens um die Messgenauigkeit "
            f"von {metres(tolerance)} vom erforderlichen ab; {need}."
        )
    short = f"{metres(pair.distance)} vorhanden, {need}. Es fehlen {metres(pair.required - pair.distance)}."
    if verdict is Verdict.FAILED:
        return f"Der Abstand {names} ist nicht eingehalten: {short}"
    if commercial:
        return (
            f"Nicht abschließend prüfbar: Der Abstand {names} ist kleiner als sonst nötig: {short} In Gewerbe- und "
            "Industriegebieten darf er unterschritten werden, wenn Brandschutz, Tageslicht und Lüftung gesichert sind."
        )
    return (
        f"Nicht abschließend prüfbar: Der Abstand {names}, die einander gegenüberliegen, ist kleiner als sonst nötig: "
        f"{short} Er darf unterschritten werden, soweit dort keine Öffnungen zu Aufenthaltsräumen liegen."
    )


def _entry(pair: _Pair) -> dict[str, Any]:
    return {
        "features": [pair.left.id, pair.right.id],
        "distance_m": pair.distance,
        "required_m": pair.required,
        "wall_heights_m": list(pair.heights),
        "same_building": pair.same_building,
        "line": shapely.get_coordinates(pair.line).tolist(),
    }


def _steps(pair: _Pair, factor: float, values: Mapping[str, Any], basis: str) -> Iterator[Step]:
    yield Step(f"Abstand {_names(pair)}", metres(pair.distance, 3), pair.distance, "m", basis)
    if math.isnan(pair.required):
        return
    shares = []
    for feature, height in zip((pair.left, pair.right), pair.heights, strict=True):
        share = float(required_distances(np.array([height]), factor, values)[0])
        shares.append(share)
        text = (
            f"{number(factor)} × {metres(height)} = {metres(factor * height, 3)}, abgerundet auf volle "
            f"{number(100 * float(values['rounding_step_m']), 0)} cm, mindestens {metres(float(values['minimum_m']))}: "
            f"{metres(share)}"
        )
        yield Step(f"Anteil von {feature.role.label} {feature.id}", text, share, "m", "§ 5 Abs. 2 NBauO")
    text = f"{metres(shares[0])} + {metres(shares[1])} = {metres(pair.required)}"
    yield Step("Erforderlicher Abstand", text, pair.required, "m", basis)
