"""Many GeoJSON polygons at once: one array and one call of shapely instead of one per feature."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray


class BulkPolygons:
    """Collects plain polygons of a batch. What is not plain is left to the caller, feature by feature."""

    def __init__(self) -> None:
        self.members: list[tuple[int, dict[str, Any]]] = []
        self._points: list[Any] = []
        self._ring_ends = [0]
        self._polygon_ends = [0]

    def take(self, row: int, member: dict[str, Any]) -> bool:
        """Take a geometry if it looks like a polygon of closed rings; False leaves it to the caller."""
        rings = member.get("coordinates")
        if member.get("type") != "Polygon" or len(member) != 2 or type(rings) is not list or not rings:
            return False
        if not all(type(ring) is list and len(ring) >= 4 and ring[0] == ring[-1] for ring in rings):
            return False
        self.members.append((row, member))
        for ring in rings:
            self._points.extend(ring)
            self._ring_ends.append(len(self._points))
        self._polygon_ends.append(len(self._ring_ends) - 1)
        return True

    def build(self, geometry: NDArray[np.object_]) -> None:
        """Put the polygons into their rows of `geometry`.

        Raises
        ------
        ValueError
            When a position among them is no pair of numbers: then each must be looked at by itself.
        """
        if not self.members:
            return
        points = np.array(self._points)
        if points.ndim != 2 or not 2 <= points.shape[1] <= 4 or points.dtype.kind not in "if":
            raise ValueError("not pairs of numbers")
        polygons = shapely.from_ragged_array(
            shapely.GeometryType.POLYGON,
            np.ascontiguousarray(points[:, :3], dtype=np.float64),
            (np.array(self._ring_ends), np.array(self._polygon_ends)),
        )
        geometry[[row for row, _ in self.members]] = polygons
