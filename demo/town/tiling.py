"""Parcels without gaps or overlaps: all lines noded on the millimetre grid, turned into faces, slivers given away."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon

from demo.town.cadastre import Plot
from demo.town.shapes import largest, polygons_of

GRID_M = 0.001
"""Coordinates of the German cadastre are kept in millimetres."""
SMALLEST_PARCEL_M2 = 38.0
"""Smaller faces go to a neighbour."""


def node(plots: Sequence[Plot]) -> list[Plot]:
    """Give every plot its final geometry: faces of all lines noded on the millimetre grid.

    Faces that belong to no plot, and slivers, go to the neighbour with the longest common edge.
    """
    regions = np.asarray([p.region for p in plots])
    lines = shapely.union_all(shapely.boundary(regions), grid_size=GRID_M)
    faces = np.asarray(polygons_of(shapely.polygonize([lines])))
    tree = shapely.STRtree(regions)
    face_index, plot_index = tree.query(shapely.point_on_surface(faces), predicate="within")
    owner = np.full(len(faces), -1)
    owner[face_index[::-1]] = plot_index[::-1]
    for _ in range(4):
        owner = _merge_small(faces, owner, plots)
        faces, owner, stable = _dissolved(faces, owner)
        if stable:
            break
    kept: list[Plot] = []
    for face, k in zip(faces, owner, strict=True):
        plots[k].geometry = largest(shapely.normalize(face))
        kept.append(plots[k])
    return kept


def _dissolved(
    faces: NDArray[np.object_], owner: NDArray[np.int_]
) -> tuple[NDArray[np.object_], NDArray[np.int_], bool]:
    """Join the faces of every plot; also say whether each plot is in one piece and none is too small."""
    parts: list[Polygon] = []
    owners: list[int] = []
    for k in np.unique(owner[owner >= 0]):
        pieces = polygons_of(shapely.coverage_union_all(faces[owner == k]))
        parts += pieces
        owners += [int(k)] * len(pieces)
    stable = len(set(owners)) == len(owners) and min(part.area for part in parts) > SMALLEST_PARCEL_M2
    return np.asarray(parts), np.asarray(owners), stable


def _merge_small(faces: NDArray[np.object_], owner: NDArray[np.int_], plots: Sequence[Plot]) -> NDArray[np.int_]:
    """Return owners where every connected piece of a plot is large enough, and every plot is in one piece."""
    tree = shapely.STRtree(faces)
    area = shapely.area(faces)
    best: dict[int, int] = {}
    for k in range(len(faces)):
        o = int(owner[k])
        if o >= 0 and (o not in best or area[k] > area[best[o]]):
            best[o] = k
    order = sorted(range(len(faces)), key=lambda k: (float(area[k]), k))
    for k in order:
        o = int(owner[k])
        small = area[k] < (60.0 if o >= 0 and plots[o].kind == "river" else SMALLEST_PARCEL_M2)
        if o >= 0 and best[o] == k and not small:
            continue
        touching = [
            int(j) for j in tree.query(faces[k], predicate="touches") if int(owner[j]) >= 0 and int(owner[j]) != o
        ]
        if not touching:
            continue
        shared = [
            (shapely.length(shapely.intersection(faces[k].boundary, faces[j].boundary)), -j, int(owner[j]))
            for j in touching
        ]
        owner[k] = max(shared)[2]
    return owner
