"""The limits of NBauO § 5 (8): height, length along each boundary and on the site, and what exists already."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from shapely.geometry.base import BaseGeometry

from gis.checks.boundary import Boundary
from gis.checks.boundary_lengths import boundary_sides, projection
from gis.checks.context import CheckContext
from gis.checks.living_rooms import Rooms, rooms_of
from gis.checks.minor_parts import GROUPED, OVERHANGS, union_length
from gis.checks.result import Verdict
from gis.checks.walls import Walls
from gis.rules import Rule
from gis.siteplan import PlanFeature, Role
from gis.undrawn import undrawn_buildings
from gis.wording import metres

_MINOR = (*OVERHANGS, *GROUPED)


@dataclass(frozen=True)
class Criterion:
    """One limit: ``kind`` is "height", "boundary" or "site"; ``value`` is NaN where it is unknown."""

    kind: str
    value: float
    limit: float
    features: tuple[str, ...]
    names: tuple[str, ...]
    lengths: tuple[float, ...] = ()
    line: BaseGeometry | None = None

    @property
    def usage(self) -> float:
        """Share of the limit that is used, for finding the governing one."""
        return -math.inf if math.isnan(self.value) else self.value / self.limit


@dataclass
class BoundaryBuildings:
    """Walls of the features that keep the regular distance and of those that are closer, judged by their limits.

    Minor parts of such buildings count like them. ``outside`` do not lie on the site, ``roofs`` keep the distance only
    if a roof that nobody described allows it, ``unknown`` (measured at the worst) only if heights that the plan leaves
    open do. Of the closer ones ``lived_in`` have rooms for people to stay in, and of ``open_use`` the stated use says
    nothing on that. ``conflicts``: German sentences on contradicting figures by id; ``existing``: on buildings that
    are there already and may count.
    """

    rule: Rule
    tolerance: float
    regular: list[Walls] = field(default_factory=list)
    close: list[Walls] = field(default_factory=list)
    criteria: list[Criterion] = field(default_factory=list)
    outside: list[PlanFeature] = field(default_factory=list)
    roofs: list[PlanFeature] = field(default_factory=list)
    unknown: list[Walls] = field(default_factory=list)
    lived_in: list[Walls] = field(default_factory=list)
    open_use: list[Walls] = field(default_factory=list)
    conflicts: dict[str, str] = field(default_factory=dict)
    existing: str = ""
    assumptions: list[str] = field(default_factory=list)

    @property
    def verdict(self) -> Verdict:
        """Verdict on the limits; not applicable where nothing is closer than the regular distance."""
        if not self.close:
            return Verdict.NOT_APPLICABLE
        if self.lived_in:
            return Verdict.FAILED
        margins = [criterion.limit - criterion.value for criterion in self.criteria]
        if any(margin < -self.tolerance - 1e-9 for margin in margins):
            return Verdict.FAILED
        if self.open_use or self.existing or any(math.isnan(margin) for margin in margins):
            return Verdict.NOT_ASSESSABLE
        if any(margin <= self.tolerance + 1e-9 for margin in margins):
            return Verdict.BORDERLINE
        return Verdict.PASSED

    @property
    def governing(self) -> Criterion | None:
        """The limit that is used most."""
        return max(self.criteria, key=lambda criterion: criterion.usage, default=None)


def heights(found: BoundaryBuildings, rule: Rule) -> list[Criterion]:
    """Height of each building: its highest wall, or its ridge or eaves where these are higher."""
    limit = float(rule.values["height_m"])
    criteria = []
    for walls in found.close:
        feature, ridge, eaves = walls.feature, walls.feature.ridge_height_m, walls.feature.eaves_height_m
        stated = [float(h) for h in np.atleast_1d(math.nan if feature.wall_height_m is None else feature.wall_height_m)]
        if feature.role in _MINOR and not any(height > 0 for height in stated):
            stated = [float(height) for height in walls.height]  # a part takes the height of the wall behind it
        known = [height for height in stated if not math.isnan(height)]
        low = max((*known, ridge or 0.0), default=0.0)
        height = max(low, eaves or 0.0)
        if known and low <= limit < height:
            found.conflicts.setdefault(
                feature.id,
                f"Für {name_of(walls)} ist die Traufe mit {metres(height)} angegeben, die höchste Wand aber mit "
                f"{metres(max(known))}. Bitte berichtigen Sie die Höhen.",
            )
        # One unknown wall may be the highest, unless there is a ridge or another is too high anyway.
        incomplete = len(known) < len(stated) and ridge is None
        if low <= limit and (feature.id in found.conflicts or (incomplete and height <= limit)):
            height = math.nan
        criteria.append(Criterion("height", height, limit, (feature.id,), (name_of(walls),)))
    return criteria


def lengths(found: BoundaryBuildings, context: CheckContext, boundary: Boundary, minimum: float) -> list[Criterion]:
    """Length along each boundary, and along all of them; notes whether buildings that exist may make it too long."""
    values = found.rule.values
    per_boundary, per_site = float(values["length_per_boundary_m"]), float(values["length_per_site_m"])
    certain, possible = _existing(context, found)
    criteria: list[Criterion] = []
    with_all: list[float] = []
    for side in boundary_sides(boundary, float(values["corner_deg"])):
        taken: list[tuple[str, str, tuple[float, float]]] = []
        for walls in found.close:
            reach = minimum if np.isnan(walls.full).any() else float(walls.full.max())
            if (own := projection(walls.feature.geometry, side, reach)) is not None:
                taken.append((walls.feature.id, name_of(walls), own))
        taken += [
            (feature.id, f"{feature.role.label} {feature.id}", own)
            for feature in certain
            if (own := projection(feature.geometry, side, minimum)) is not None
        ]
        others = [own for _, shape in possible if (own := projection(shape, side, minimum)) is not None]
        with_all.append(union_length([own for *_, own in taken] + others))
        if taken:
            intervals = [own for *_, own in taken]
            criteria.append(
                Criterion(
                    "boundary",
                    union_length(intervals),
                    per_boundary,
                    tuple(entry[0] for entry in taken),
                    tuple(entry[1] for entry in taken),
                    tuple(b - a for a, b in intervals),
                    side,
                )
            )
    sums = tuple(criterion.value for criterion in criteria)
    every = tuple(dict.fromkeys(name for criterion in criteria for name in criterion.features))
    names = tuple(dict.fromkeys(name for criterion in criteria for name in criterion.names))
    if possible:
        found.existing = _with_existing(found, [name for name, _ in possible], with_all, (per_boundary, per_site))
    return [*criteria, Criterion("site", sum(sums), per_site, every, names, sums)]


def _with_existing(found: BoundaryBuildings, names: list[str], taken: list[float], limits: tuple[float, float]) -> str:
    """German sentence where buildings that exist make the lengths too long, if they count; else ""."""
    longest, total = max(taken), sum(taken)
    over, over_all = (length > most + found.tolerance for length, most in zip((longest, total), limits, strict=True))
    if not (over or over_all):
        return ""
    where, length, most = (
        ("an einer Grenze", longest, limits[0]) if over else ("an allen Grenzen zusammen", total, limits[1])
    )
    return (
        f"Zusammen mit {names[0]}{'' if len(names) == 1 else ' und weiteren'} stehen {where} auf {metres(length)} "
        f"Gebäude (höchstens {metres(most)}). Vorhandene Garagen und Gebäude ohne Aufenthaltsräume und Feuerstätten "
        "zählen mit; bitte geben Sie an, wozu das vorhandene Gebäude dient."
    )


def _existing(
    context: CheckContext, found: BoundaryBuildings
) -> tuple[list[PlanFeature], list[tuple[str, BaseGeometry]]]:
    """Existing buildings that count for certain, and those that may (German name, shape); those lived in do not."""
    certain: list[PlanFeature] = []
    possible: list[tuple[str, BaseGeometry]] = []
    for feature in context.plan.by_role(Role.EXISTING_BUILDING):
        rooms = rooms_of(context, feature, found.rule)
        if rooms is Rooms.NONE:
            certain.append(feature)
        elif rooms is not Rooms.SOME:
            possible.append((f"dem vorhandenen Gebäude {feature.id}", feature.geometry))
    undrawn = undrawn_buildings(context)
    if undrawn is None:
        found.assumptions.append("Auf dem Baugrundstück stehen keine anderen Gebäude als die im Lageplan.")
    else:
        possible += [("dem im Lageplan fehlenden Gebäude des Liegenschaftskatasters", shape) for shape in undrawn]
    return certain, possible


def name_of(walls: Walls) -> str:
    return f"{walls.feature.role.label} {walls.feature.id}"
