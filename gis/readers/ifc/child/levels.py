"""Ground level and storeys of a building, with the origin of each value."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gis.readers.ifc.child.kinds import Kind
from gis.readers.ifc.child.meshes import Body
from gis.readers.ifc.child.quantities import properties
from gis.readers.ifc.child.structure import Building, position

_GROUND_FLOOR = re.compile(r"\beg\b|erdgescho|ground floor", re.IGNORECASE)
#: A level whose walls rise less than this is the edge of a roof, no storey.
_LEAST_RISE_M = 1.5
#: Terrain further from a building's zero than this cannot be meant.
_FAR_M = 50.0


@dataclass(frozen=True)
class Ground:
    """Ground as z of the model, and above sea level (None: unknown). Origins are pairs of kind and German note."""

    z: float
    origin: tuple[str, str]
    nhn: float | None
    nhn_origin: tuple[str, str]


@dataclass(frozen=True)
class Storey:
    """A storey: level above ground, height to the next one (None: unknown), whether above ground, and why."""

    name: str
    level_m: float
    height_m: float | None
    above_ground: bool
    origin: tuple[str, str]


def storey_levels(building: Building, unit_m: float) -> dict[int, float]:
    """Z of the storeys by id, lowest first: from their placement, or where all are placed alike, from Elevation."""
    base = zero_of(building, unit_m)
    placed = {storey.id(): float(position(storey, unit_m)[2]) for storey in building.storeys}
    stated = {
        storey.id(): base + storey.Elevation * unit_m for storey in building.storeys if storey.Elevation is not None
    }
    alike = len({round(z, 3) for z in placed.values() if math.isfinite(z)}) < 2
    apart = len({round(z, 3) for z in stated.values()}) > 1
    levels = {}
    for storey in building.storeys:
        number = storey.id()
        z = placed[number] if not (alike and apart) else math.nan
        levels[number] = z if math.isfinite(z) else stated.get(number, placed[number])
    return dict(sorted((item for item in levels.items() if math.isfinite(item[1])), key=lambda item: item[1]))


def zero_of(building: Building, unit_m: float) -> float:
    """Z of the building's own zero; 0 where it has no placement."""
    z = float(position(building.entity, unit_m)[2])
    return z if math.isfinite(z) else 0.0


def ground_of(building: Building, unit_m: float, site: Any | None, map_height_m: float | None) -> Ground:
    """Ground from the building's terrain level, else at the ground floor; sea level from what the model gives."""
    entity = building.entity
    zero = zero_of(building, unit_m)
    reference, terrain = _length(entity.ElevationOfRefHeight, unit_m), _length(entity.ElevationOfTerrain, unit_m)
    if terrain is not None and (terrain or reference) and abs(terrain - (reference or 0.0)) <= _FAR_M:
        z = zero + terrain - (reference or 0.0)
        origin = ("derived", "IfcBuilding.ElevationOfTerrain abzüglich ElevationOfRefHeight")
        if reference is not None and reference != 0 and terrain != 0:
            return Ground(z, origin, terrain, ("given", "IfcBuilding.ElevationOfTerrain"))
    else:
        z, origin = _ground_floor(building, unit_m, zero)
    for height, note in (
        (map_height_m if map_height_m or (map_height_m is not None and abs(z) > 1) else None,
         "IfcMapConversion.OrthogonalHeight und Geländehöhe im Modell"),
        (reference - zero if reference else None, "IfcBuilding.ElevationOfRefHeight und Geländehöhe im Modell"),
        (_site_height(site, unit_m), "IfcSite.RefElevation und Geländehöhe im Modell"),
    ):  # fmt: skip
        if height is not None:
            return Ground(z, origin, height + z, ("derived", note))
    return Ground(z, origin, None, ("", ""))


def _ground_floor(building: Building, unit_m: float, zero: float) -> tuple[float, tuple[str, str]]:
    levels = storey_levels(building, unit_m)
    names = {storey.id(): str(storey.Name or storey.LongName or "") for storey in building.storeys}
    named = [number for number in levels if _GROUND_FLOOR.search(names[number])]
    if named:
        chosen = named[0]
    elif levels:
        chosen = min(levels, key=lambda number: abs(levels[number] - zero))
    else:
        return zero, ("assumed", "Gelände in Höhe des Gebäudenullpunkts (IfcBuilding.ObjectPlacement)")
    return levels[chosen], ("assumed", f"Gelände in Höhe des Geschosses „{names[chosen][:60]}“ (IfcBuildingStorey)")


def _site_height(site: Any | None, unit_m: float) -> float | None:
    """Sea level of the model's z = 0 by the site's RefElevation; exporters write 0 where nobody said anything."""
    if site is None or not site.RefElevation:
        return None
    z = float(position(site, unit_m)[2])
    return float(site.RefElevation) * unit_m - (z if math.isfinite(z) else 0.0)


def _length(value: float | None, unit_m: float) -> float | None:
    return None if value is None else float(value) * unit_m


def storeys_of(building: Building, bodies: Sequence[Body], unit_m: float, ground: float) -> list[Storey]:
    """Storeys with rooms or walls, lowest first. Levels that only carry a roof or its edge are left out."""
    levels = storey_levels(building, unit_m)
    by_id = {storey.id(): storey for storey in building.storeys}
    tops: dict[int, float] = {}
    for body in bodies:
        storey = body.element.storey
        if body.element.kind in {Kind.WALL, Kind.PROXY} and storey is not None:
            tops[storey.id()] = max(tops.get(storey.id(), -math.inf), body.top)
    used = [
        number
        for number, level in levels.items()
        if number in building.with_spaces or tops.get(number, -math.inf) > level + _LEAST_RISE_M
    ]
    result = []
    for index, number in enumerate(used):
        level = levels[number]
        top = levels[used[index + 1]] if index + 1 < len(used) else tops.get(number)
        height = top - level if top is not None and top > level else None
        stated = properties(by_id[number], "Pset_BuildingStoreyCommon").get("AboveGround")
        if stated in {True, False}:
            above, origin = bool(stated), ("given", "Pset_BuildingStoreyCommon.AboveGround")
        else:
            above = level + (height or 0.0) / 2 >= ground
            origin = ("derived", "Lage des Geschosses (IfcBuildingStorey) zum Gelände: mehr als halb darüber")
        name = str(by_id[number].Name or by_id[number].LongName or f"#{number}")[:80]
        result.append(Storey(name, level - ground, height, above, origin))
    return result
