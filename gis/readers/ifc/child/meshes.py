"""Bodies of elements as triangles in the model's coordinates, in metres, and their vertical projection."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.readers.ifc.child.kinds import Kind
from gis.readers.ifc.child.opening import errors, new_log
from gis.readers.ifc.child.refusal import RefusedError
from gis.readers.ifc.child.structure import Element

#: Curves become chords that leave them by no more than this: half of the 1 cm that is promised.
_DEFLECTION_M = 0.005
_ANGLE_RAD = 0.5
#: Coordinates are compared on a grid of this size, so that walls that meet leave no gap.
GRID_M = 1e-6
_FLAT_M2 = 1e-9
_MOST_USERS = 10_000
#: Kinds that make no outline where there are walls.
_MINOR = {Kind.OTHER, Kind.PROXY}

Triangles = dict[int, NDArray[np.float64]]


@dataclass
class Body:
    """The triangles of one element, shape (n, 3, 3), and their projection to the plane."""

    element: Element
    triangles: NDArray[np.float64]
    outline: BaseGeometry

    @property
    def bottom(self) -> float:
        """Lowest z in metres."""
        return float(self.triangles[:, :, 2].min())

    @property
    def top(self) -> float:
        """Highest z in metres."""
        return float(self.triangles[:, :, 2].max())


@dataclass
class Made:
    """Bodies of elements, those that had to be read without their cuts, and minor ones that could not be read."""

    bodies: list[Body]
    uncut: list[Element]
    unreadable: list[Element]


def make_bodies(model: Any, elements: Sequence[Element], most_triangles: int) -> Made:
    """Make the bodies of elements.

    Openings are not cut out: a wall with a door is still the wall of the house. An element of the outline whose body
    cannot be made refuses the model: without it the outline could be too small.
    """
    triangles, failed = _triangles(model, [element.entity for element in elements], most_triangles, cuts=True)
    missing = [element for element in elements if element.entity.id() in failed]
    if missing:
        again, failed = _triangles(model, [element.entity for element in missing], most_triangles, cuts=False)
        triangles |= again
    unreadable = [element for element in missing if element.entity.id() in failed]
    if lost := [element for element in unreadable if element.kind not in _MINOR]:
        more = f" und {len(lost) - 1} weitere" if len(lost) > 1 else ""
        raise RefusedError(
            "element_geometry",
            "Der Körper des Bauteils ist nicht lesbar; ohne ihn wäre der Grundriss unvollständig.",
            f"{lost[0].label} #{lost[0].entity.id()}{more}",
        )
    made = [
        Body(element, own, _projection(own))
        for element in elements
        if (own := triangles.get(element.entity.id())) is not None
    ]
    return Made(made, [element for element in missing if element not in unreadable], unreadable)


def _triangles(model: Any, entities: list[Any], most: int, *, cuts: bool) -> tuple[Triangles, set[int]]:
    """Triangles by id of the element, and the elements that have none or of which a part could not be made."""
    import ifcopenshell.geom

    if not entities:
        return {}, set()
    settings: Any = ifcopenshell.geom.settings()  # type: ignore[no-untyped-call]
    settings.set("use-world-coords", True)
    settings.set("disable-opening-subtractions", True)
    settings.set("disable-boolean-result", not cuts)
    settings.set("mesher-linear-deflection", _DEFLECTION_M)
    settings.set("mesher-angular-deflection", _ANGLE_RAD)
    settings.set("no-normals", True)
    settings.set("apply-default-materials", False)
    found: Triangles = {}
    total = 0
    log = new_log()
    shape: Any
    for shape in ifcopenshell.geom.iterator(settings, model, 1, include=entities, logger=log):
        vertices = np.array(shape.geometry.verts, dtype=float).reshape(-1, 3)
        faces = np.array(shape.geometry.faces, dtype=np.intp).reshape(-1, 3)
        total += len(faces)
        if total > most:
            raise RefusedError(
                "ifc_limit", "Die Körper des Modells sind zu fein gegliedert. Bitte geben Sie es vereinfacht aus."
            )
        if len(faces) == 0:
            continue
        triangles = vertices[faces]
        if not np.isfinite(triangles).all() or np.abs(triangles).max() > 1e9:
            raise RefusedError("not_finite", "Ein Bauteil hat unlesbare oder unendliche Koordinaten.", f"#{shape.id}")
        found[int(shape.id)] = np.concatenate([found[shape.id], triangles]) if shape.id in found else triangles
    ids = {entity.id() for entity in entities}
    failed = ids - found.keys()
    for message in errors(log):
        failed |= _users(model, message.instance, ids)
    return found, failed


def _users(model: Any, instance: str, ids: set[int]) -> set[int]:
    """Elements whose representation uses the entity that a message of the geometry library names."""
    number = re.match(r"#(\d+)=", instance)
    if number is None:
        return set()
    waiting = [int(number[1])]
    seen: set[int] = set()
    while waiting and len(seen) < _MOST_USERS:
        at = waiting.pop()
        if at not in seen:
            seen.add(at)
            if at not in ids:
                waiting.extend(user.id() for user in model.get_inverse(model.by_id(at)))
    return seen & ids


def _projection(triangles: NDArray[np.float64]) -> BaseGeometry:
    flat = triangles[:, :, :2]
    sides = flat[:, 1:] - flat[:, :1]
    double = np.abs(sides[:, 0, 0] * sides[:, 1, 1] - sides[:, 0, 1] * sides[:, 1, 0])
    flat = flat[double > _FLAT_M2]
    # Top and bottom of a prism have the same triangles.
    keys = np.round(np.sort(flat.reshape(len(flat), 3, 2).view("f8,f8"), axis=1).view("f8").reshape(len(flat), 6), 6)
    _, first = np.unique(keys, axis=0, return_index=True)
    corners = flat[first]
    flat_triangles: list[BaseGeometry] = list(map(shapely.Polygon, corners))
    return union(flat_triangles)


def union(shapes: Iterable[BaseGeometry]) -> shapely.MultiPolygon:
    """Union of areas on the common grid; lines and points vanish."""
    shapes = [shape for shape in shapes if not shape.is_empty]
    if not shapes:
        return shapely.MultiPolygon()
    return areas(shapely.union_all(shapes, grid_size=GRID_M))


def areas(shape: BaseGeometry) -> shapely.MultiPolygon:
    """Return the areal parts of a shape as a MultiPolygon."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon" and part.area > 0])
