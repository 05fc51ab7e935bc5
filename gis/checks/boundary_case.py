"""Everything of a plan that keeps a distance from the boundary: who takes part, measured, and the computation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.checks.boundary import Boundary, boundary_of
from gis.checks.burdens import burdened
from gis.checks.context import CheckContext
from gis.checks.minor_parts import GROUPED, HOSTS, OVERHANGS, MinorParts, minor_parts
from gis.checks.party_walls import PartySide, party_sides, recess, without
from gis.checks.privileged import (
    NO_LIVING_ROOMS,
    boundary_buildings_of,
    privileged_features,
    stands_up,
)
from gis.checks.privileged_limits import BoundaryBuildings
from gis.checks.raised_terraces import raised_terraces
from gis.checks.result import Step
from gis.checks.roofs import HIP, NO_RIDGE, Gable, RoofHeights, all_walls_stated, highest_possible, roof_heights
from gis.checks.stated_heights import height_conflict
from gis.checks.walls import ROUNDING_M, Walls, measure
from gis.rules import Rule
from gis.siteplan import PlanFeature, Role
from gis.wording import listed, metres, number

_MINOR = (*OVERHANGS, *GROUPED)


@dataclass
class BoundaryCase:
    """Everything that is measured for one plan.

    ``judged`` is measured with the heights that count for certain; ``roofs`` with roofs that nobody described at their
    worst, ``unsure`` with walls in full that may be no gables, and the German clause that says why. ``conflicts``:
    German sentences on heights that contradict other figures; ``recesses``: on walls set back from a boundary at which
    the rest of the house stands without distance (``party_sides``).
    """

    context: CheckContext
    assumptions: list[str] = field(default_factory=list)
    gables: list[Gable] = field(default_factory=list)
    unsure: list[tuple[Walls, str]] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    party_sides: list[PartySide] = field(default_factory=list)
    recesses: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        context = self.context
        self.values: Mapping[str, Any] = context.rule("boundary_distance").values
        plan = context.plan
        privileged = privileged_features(plan)
        self.main = plan.by_role(Role.MAIN_BUILDING)
        terraces = raised_terraces(context)
        raised = terraces.found
        self.assumptions += terraces.assumptions
        existing = self._existing({feature.id for feature in privileged})
        self.tolerance = context.take(
            (*self.main, *plan.by_role(*_MINOR), *(f for f, _ in raised), *privileged, *existing)
        ).length_m
        self.garages: BoundaryBuildings = boundary_buildings_of(context)
        self.judged: list[Walls] = []
        self.roofs: list[Walls] = []
        self.parts = MinorParts()
        self.existing: list[Walls] = []
        if not (self.main or raised or existing or plan.by_role(*_MINOR) or privileged):
            return
        self.boundary: Boundary = boundary_of(context)
        self.assumptions += self.boundary.assumptions
        self.conflicts = [text for f in self.main if (text := height_conflict(context, f))]
        self._find_party_sides()
        heights = self._roof_heights((*self.main, *plan.by_role(Role.EXISTING_BUILDING)))
        least = {name: found.least for name, found in heights.items()}
        hosts = {"", *(feature.id for feature in plan.by_role(*HOSTS))} - {feature.id for feature in privileged}
        self.parts = minor_parts(context, self.boundary, least, self.values, self.tolerance, hosts, self.boundaries)
        self.assumptions += self.parts.assumptions
        self.judged = [measure(context, f, self._boundary(f), self.values, least[f.id]) for f in self.main]
        self._measure_unsure(heights)
        self.roofs = [
            measure(context, f, self._boundary(f), self.values, possible)
            for f in self.main
            if (possible := self._highest_possible(f)) is not None
        ]
        self._assume_roofs()
        self.judged += [w for walls in self.parts.by_host.values() for w in walls]
        self._find_recesses()
        self.judged += [measure(context, f, self.boundary, self.values, level) for f, level in raised]
        self.existing = [measure(context, f, self.boundary, self.values) for f in existing]
        self.assumptions += self.garages.assumptions
        if self.garages.close and not self.garages.lived_in:
            self.assumptions.append(NO_LIVING_ROOMS)

    # -- what takes part -------------------------------------------------------------------------------------------

    def _existing(self, privileged: set[str]) -> tuple[PlanFeature, ...]:
        """Other features that stand up, which are listed and not judged."""
        roles = set(self.values["roles_listed"])
        judged = {Role.MAIN_BUILDING, Role.TERRACE, Role.TO_BE_DEMOLISHED, *_MINOR}
        return tuple(
            f
            for f in self.context.plan.features
            # What has walls of no height, such as a cellar, does not stand above ground.
            if f.role.value in roles or (f.role not in judged and f.id not in privileged and stands_up(f))
        )

    def _find_party_sides(self) -> None:
        """Boundaries at which houses stand as the plan demands or permits, and what is left of theirs without them."""
        self.boundaries: dict[str, Boundary] = {}
        for feature in self.main:
            sides = party_sides(self.context, feature, self.tolerance)
            if sides:
                self.party_sides += sides
                self.boundaries[feature.id] = without(self.boundary, sides)
        self.assumptions += [text for side in self.party_sides for text in side.assumptions]

    def _find_recesses(self) -> None:
        """Walls and parts of such a house that are set back from that boundary by less than their distance."""
        touching = float(self.context.rules.rule("building_method").values["touching_m"])
        for side in self.party_sides:
            own = [w for w in self.judged if w.feature is side.feature] + self.parts.by_host.get(side.feature.id, [])
            for walls in own:
                distance = recess(walls, side, touching, self.tolerance)
                if distance is not None and self.boundaries[side.feature.id] is not self.boundary:
                    self.recesses.append(
                        f"{walls.feature.role.label} {walls.feature.id} tritt von der Grenze zu "
                        f"{side.name} um {metres(distance)} zurück, während das "
                        "Haus sonst ohne Abstand an ihr steht. Ob dieser Abstand genügt, entscheidet die "
                        "Bauaufsichtsbehörde."
                    )

    def _boundary(self, feature: PlanFeature) -> Boundary:
        return self.boundaries.get(feature.id, self.boundary)

    def _roof_heights(self, features: Sequence[PlanFeature]) -> dict[str, RoofHeights]:
        """Heights of edges by feature, gables reduced."""
        values = self.context.rules.rule("gables").values
        ignored, jog = float(values["ignored_width_m"]), float(values["jog_m"])
        heights: dict[str, RoofHeights] = {}
        for feature in features:
            heights[feature.id] = roof_heights(self.context, feature, ignored, jog)
            if feature.role is Role.MAIN_BUILDING:
                self.gables += heights[feature.id].gables
        if self.gables:
            self.context.rule("gables")
        return heights

    def _measure_unsure(self, heights: Mapping[str, RoofHeights]) -> None:
        """Measure again what may be no gable with its walls in full, and parts that take their height from it."""
        reasons = {gable.feature.id: gable.reason for gable in self.gables if gable.reason}
        if not reasons:
            return
        most = {name: found.most for name, found in heights.items()}
        parts = minor_parts(
            self.context, self.boundary, most, self.values, self.tolerance, set(reasons), self.boundaries
        )
        for feature in self.main:
            if feature.id in reasons:
                walls = measure(self.context, feature, self._boundary(feature), self.values, most[feature.id])
                self.unsure += [(w, reasons[feature.id]) for w in (walls, *parts.by_host.get(feature.id, ()))]

    def _highest_possible(self, feature: PlanFeature) -> NDArray[np.float64] | None:
        """Heights with a roof above the walls that the plan does not describe; None where there is none."""
        if any(gable.feature is feature for gable in self.gables):
            return None
        rule = self.context.rule("gables")
        return highest_possible(
            self.context, feature, float(rule.values["ignored_width_m"]), float(self.values["factor"])
        )

    def _assume_roofs(self) -> None:
        """What is taken for granted of roofs: hips over walls of stated height, no gables where no ridge is stated."""
        self.assumptions += [
            HIP.format(w.feature.role.label, w.feature.id) for w in self.roofs if all_walls_stated(w.feature)
        ]
        if any(f.ridge_height_m is None and f.wall_height_m is not None for f in self.main):
            self.assumptions.append(NO_RIDGE)

    def burdened(self) -> list[str]:
        """German sentences on buildings too near an easement's area on the site itself."""
        walls = [*self.judged, *self.garages.regular, *self.garages.close, *self.garages.unknown]
        if not walls:
            return []
        return burdened(self.boundary, walls, float(self.values["minimum_m"]), self.tolerance)

    # -- what is recorded ------------------------------------------------------------------------------------------

    def others(self) -> list[dict[str, Any]]:
        """Walls of other roles: what is closer than its distance, and which check judges it."""
        garages = [*self.garages.regular, *self.garages.close, *self.garages.unknown]
        return [*self.listed_walls(garages, "boundary_buildings"), *self.listed_walls(self.existing, "")]

    def listed_walls(self, walls: Sequence[Walls], judged_by: str) -> list[dict[str, Any]]:
        minimum = float(self.values["minimum_m"])
        result = []
        for measured in walls:
            required = np.where(np.isnan(measured.required), minimum, measured.required)
            at = int(np.argmin(measured.distance - required))
            entry = measured.entry(at)
            entry["minimum_m"] = minimum
            entry["too_close"] = bool(measured.distance[at] < required[at] - ROUNDING_M)
            entry["judged_by"] = judged_by or None
            result.append(entry)
        return result

    def steps(self, walls: Walls | None, at: int) -> Iterator[Step]:
        """The computation for the governing wall."""
        basis = self.context.rule("boundary_distance").legal_basis
        for gable in self.gables:
            yield _gable_step(gable, self.context.rule("gables"))
        for roof in self.roofs:
            yield _roof_step(roof, self.context.rule("gables"))
        yield from self.parts.steps
        for side in self.party_sides:
            yield Step("Bau an der Grenze", side.text, None, "", self.context.rule("party_walls").legal_basis)
        if self.boundary.easements:
            text = f"Die Flächen der Baulasten {listed(list(self.boundary.easements))} zählen zum Baugrundstück."
            yield Step("Abstandsbaulast", text, None, "", self.context.rule("distance_easements").legal_basis)
        if walls is None:
            return
        label = f"{walls.feature.role.label} {walls.feature.id}, Kante {int(walls.index[at]) + 1}"
        distance = float(walls.distance[at])
        if walls.counted[at]:
            own = float(walls.feature.geometry.distance(self.boundary.land.boundary))
            text = f"bis zur Mitte der öffentlichen Verkehrsfläche {metres(distance, 3)}; das Gebäude steht "
            text += f"{metres(own, 3)} von der Grenze"
            yield Step(f"Abstand: {label}", text, distance, "m", self.context.rule("counted_to_middle").legal_basis)
        else:
            text = f"kürzester Weg zur Grenze {metres(distance, 3)}"
            yield Step(f"Abstand: {label}", text, distance, "m", basis)
        if np.isnan(walls.full[at]):
            return
        full, height, factor = float(walls.full[at]), float(walls.height[at]), float(walls.factor[at])
        text = (
            f"{number(factor)} × {metres(height)} = {metres(factor * height, 3)}, abgerundet auf volle "
            f"{number(100 * float(self.values['rounding_step_m']), 0)} cm, mindestens "
            f"{metres(float(self.values['minimum_m']))}: {metres(full)}"
        )
        yield Step("Erforderlicher Abstand", text, full, "m", basis)
        if walls.allowance[at] > 0:
            allowance = float(walls.allowance[at])
            text = f"{metres(full)} − {metres(allowance)} = {metres(full - allowance)}"
            rule = self.context.rule("minor_parts")
            yield Step("Darf unterschritten werden", text, full - allowance, "m", rule.legal_basis)
        margin = float(walls.margin[at])
        text = f"{metres(distance, 3)} − {metres(float(walls.required[at]))} = {number(margin, 3)} m"
        yield Step("Überschuss (+) oder Fehlbetrag (−)", text, margin, "m")


def _roof_step(roof: Walls, rule: Rule) -> Step:
    at = int(np.argmin(roof.margin))
    height, full, distance = float(roof.height[at]), float(roof.full[at]), float(roof.distance[at])
    text = (
        "Die Form des Dachs ist nicht angegeben; gerechnet ist mit dem ungünstigsten, einem Giebel über dieser Wand: "
        f"Höhe {metres(height)}, erforderlich {metres(full)}, vorhanden {metres(distance, 3)}"
    )
    label = f"Dach über den Wänden, {roof.feature.role.label} {roof.feature.id}, Kante {int(roof.index[at]) + 1}"
    return Step(label, text, full, "m", rule.legal_basis)


def _gable_step(gable: Gable, rule: Rule) -> Step:
    ignored = float(rule.values["ignored_width_m"])
    text = (
        f"{metres(gable.ridge)} − {metres(ignored)} ÷ {metres(gable.width)} × ({metres(gable.ridge)} − "
        f"{metres(gable.eaves)}) = {metres(gable.ridge - ignored / gable.width * (gable.ridge - gable.eaves))}, "
        f"mindestens die Traufhöhe: {metres(gable.counts)}"
    )
    if gable.reason:
        text += f"; ungünstigstenfalls {metres(gable.at_most)}: {gable.reason}"
    return Step(f"Anzurechnende Höhe des Giebels, {gable.feature.role.label} {gable.feature.id}", text, gable.counts,
                "m", rule.legal_basis)  # fmt: skip
