"""Features of a site plan from what the reading process found, with the origin of every value."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon

from gis.siteplan import Origin, OriginKind, PlanFeature, Provenance, Role, StoreyLevel
from gis.validation import check_geometry

ToMap = Callable[[NDArray[np.float64]], NDArray[np.float64]]
#: Coordinates to 0.1 µm: more digits say nothing, and a corner at a whole millimetre must come back as written.
_DIGITS = 7
_NOTE = 300


def build_feature(
    building: Mapping[str, Any], number: int, to_map: ToMap, source: str
) -> tuple[PlanFeature, tuple[str, ...]]:
    """Build one feature of a building; ids are the building's GlobalId, parts numbered from 2."""
    found = building["features"][number]
    role = Role(found["role"])
    place = building["label"] if number == 0 else f"{building['label']}, {role.label}"
    geometry = _geometry(found["polygons"], to_map)
    check_geometry(geometry, place)
    values: dict[str, Any] = {
        name: round(value, 6) if isinstance(value, float) else value for name, value in found["values"].items()
    }
    heights = values.pop("wall_height_m", None)
    if isinstance(heights, list):
        heights = tuple(math.nan if height is None else round(height, 6) for height in heights)
    origins = {name: Origin(OriginKind(kind), note[:_NOTE]) for name, (kind, note) in found["origins"].items()}
    return (
        PlanFeature(
            geometry=geometry,
            role=role,
            id=building["id"] if number == 0 else f"{building['id']}-{number + 1}",
            wall_height_m=heights,
            storey_levels=_storeys(building) if "storey_levels" in origins else (),
            provenance=Provenance(source, place, origins),
            **values,
        ),
        (),
    )


def _storeys(building: Mapping[str, Any]) -> tuple[StoreyLevel, ...]:
    levels = []
    for storey in building["storeys"]:
        height = storey["height_m"]
        rounded = None if height is None else round(height, 6)
        levels.append(StoreyLevel(storey["name"], round(storey["level_m"], 6), rounded, storey["above_ground"]))
    return tuple(levels)


def _geometry(polygons: list[list[list[list[float]]]], to_map: ToMap) -> Polygon | MultiPolygon:
    made = []
    for rings in polygons:
        placed = [np.round(to_map(np.array(ring, dtype=float)), _DIGITS) for ring in rings]
        made.append(Polygon(placed[0], placed[1:]))
    return made[0] if len(made) == 1 else MultiPolygon(made)


def bounds_of(model: Mapping[str, Any]) -> tuple[float, float, float, float]:
    """Bounds of all outlines in the model's coordinates, in metres."""
    points = np.array(
        [point for building in model["buildings"] for feature in building["features"]
         for polygon in feature["polygons"] for ring in polygon for point in ring]
    )  # fmt: skip
    return (*map(float, points.min(axis=0)), *map(float, points.max(axis=0)))  # type: ignore[return-value]


def hints(model: Mapping[str, Any]) -> list[str]:
    """What people must know of a model: heights above an assumed ground, and roles that nobody gave."""
    sentences = []
    for building in model["buildings"]:
        kind, note = building["ground"]
        if kind == "assumed":
            sentences.append(f"{building['label']}: Das Modell nennt die Geländehöhe nicht; angenommen: {note}.")
        for feature in building["features"]:
            kind, note = feature["origins"]["role"]
            if kind == "assumed" and feature is not building["features"][0]:
                sentences.append(f"{building['label']}: Als {Role(feature['role']).label} gilt {note}.")
    return sentences
