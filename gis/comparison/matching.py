"""Who became who: old and new features by number and by common area, in groups that belong together."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.comparison.collecting import Features, pairs_by_id

#: Less than this share of the smaller of two features is a boundary that moved, not land that changed hands.
_SHARE = 0.1
#: A feature persists where it keeps its number and at least this share of the smaller of its two states.
_PERSISTS = 0.5
_CHUNK = 50_000


@dataclass(frozen=True)
class Group:
    """Old and new features (rows) that belong together, and the common areas between them, m²."""

    old: tuple[int, ...]
    new: tuple[int, ...]
    overlaps: dict[tuple[int, int], float]


def groups(old: Features, new: Features) -> list[Group]:
    """Connect old and new features; every feature is in exactly one group."""
    overlap = _overlaps(old.geometry, new.geometry)
    area_old, area_new = shapely.area(old.geometry), shapely.area(new.geometry)
    kept_old, kept_new = set(), set()
    edges: dict[tuple[int, int], float] = {}
    by_number = {(int(i), int(j)) for i, j in pairs_by_id(old, new)}
    for i, j in by_number:
        common = overlap.get((i, j), 0.0)
        if common >= _PERSISTS * min(area_old[i], area_new[j]):
            edges[i, j] = common
            kept_old.add(i)
            kept_new.add(j)
    for (i, j), common in overlap.items():
        # Two features that both persist have moved their boundary, however much land that was.
        both_persist = i in kept_old and j in kept_new
        if (i, j) not in edges and not both_persist and common >= _SHARE * min(area_old[i], area_new[j]):
            edges[i, j] = common
    touched_old, touched_new = {i for i, _ in edges}, {j for _, j in edges}
    for i, j in by_number:
        # Same number, no common ground: it lies elsewhere now.
        if i not in touched_old and j not in touched_new:
            edges[i, j] = overlap.get((i, j), 0.0)
    return list(_connected(len(old), len(new), edges))


def _overlaps(old: NDArray[np.object_], new: NDArray[np.object_]) -> dict[tuple[int, int], float]:
    if len(old) == 0 or len(new) == 0:
        return {}
    left, right = shapely.STRtree(new).query(old, predicate="intersects")
    found: dict[tuple[int, int], float] = {}
    for start in range(0, len(left), _CHUNK):
        rows, others = left[start : start + _CHUNK], right[start : start + _CHUNK]
        areas = shapely.area(shapely.intersection(old[rows], new[others]))
        for i, j, area in zip(rows.tolist(), others.tolist(), areas.tolist(), strict=True):
            if area > 0:
                found[i, j] = area
    return found


def _connected(old: int, new: int, edges: dict[tuple[int, int], float]) -> Iterator[Group]:
    neighbours: dict[tuple[str, int], list[tuple[str, int]]] = defaultdict(list)
    for i, j in edges:
        neighbours["old", i].append(("new", j))
        neighbours["new", j].append(("old", i))
    done: set[tuple[str, int]] = set()
    for start in [*(("old", row) for row in range(old)), *(("new", row) for row in range(new))]:
        if start in done:
            continue
        members, stack = [], [start]
        done.add(start)
        while stack:
            node = stack.pop()
            members.append(node)
            for other in neighbours[node]:
                if other not in done:
                    done.add(other)
                    stack.append(other)
        olds = tuple(sorted(row for side, row in members if side == "old"))
        news = tuple(sorted(row for side, row in members if side == "new"))
        yield Group(olds, news, {(i, j): edges[i, j] for i in olds for j in news if (i, j) in edges})
