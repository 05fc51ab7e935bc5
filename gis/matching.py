"""Placing a drawing by two matched points: a similarity transform whose scale must fit the drawing's unit."""

from __future__ import annotations

import cmath
import math
from dataclasses import dataclass

import numpy as np
import pyproj
from numpy.typing import NDArray

from gis.siteplan import SitePlanError
from gis.wording import number

Point = tuple[float, float]

#: How far the scale of two matched points may be from the drawing's unit. It takes in the scale of UTM (0.4 ‰ in
#: Lower Saxony) and points read to the centimetre, and keeps out every mistaken unit but the two kinds of feet.
SCALE_TOLERANCE = 0.005
#: Points closer than this, in metres, say nothing of direction and scale.
_SHORTEST_M = 1.0


@dataclass(frozen=True, slots=True)
class Match:
    """Two points of a drawing (drawing units) and the same two on the ground (metres, ``crs``)."""

    drawing: tuple[Point, Point]
    ground: tuple[Point, Point]
    crs: pyproj.CRS

    def __post_init__(self) -> None:
        values = [value for pair in (*self.drawing, *self.ground) for value in pair]
        if not all(math.isfinite(value) and abs(value) < 1e12 for value in values):
            raise SitePlanError("match", "Die Koordinaten der Passpunkte sind keine brauchbaren Zahlen.")
        if self.drawing[0] == self.drawing[1]:
            raise SitePlanError("match", "Die beiden Passpunkte der Zeichnung sind gleich.")
        if self.ground_m < _SHORTEST_M:
            raise SitePlanError(
                "match",
                f"Die beiden Passpunkte liegen im Gelände nur {number(self.ground_m, 3)} m auseinander; sie müssen "
                f"mindestens {number(_SHORTEST_M, 0)} m voneinander entfernt sein, am besten so weit wie möglich.",
            )

    @property
    def drawn(self) -> float:
        """Distance of the points in drawing units."""
        return math.dist(*self.drawing)

    @property
    def ground_m(self) -> float:
        """Distance of the points on the ground in metres."""
        return math.dist(*self.ground)

    @property
    def metres_per_unit(self) -> float:
        """Scale from the drawing to the ground."""
        return self.ground_m / self.drawn

    def fits(self, metres_per_unit: float) -> bool:
        """Whether the scale fits a drawing unit within ``SCALE_TOLERANCE``."""
        return abs(self.metres_per_unit / metres_per_unit - 1) <= SCALE_TOLERANCE

    def residual_m(self, metres_per_unit: float) -> float:
        """How much longer (positive) the distance is on the ground than in the drawing, in metres."""
        return self.ground_m - self.drawn * metres_per_unit

    @property
    def rotation_deg(self) -> float:
        """Rotation from the drawing to the ground, degrees counter-clockwise, −180 to 180."""
        return math.degrees(cmath.phase(self._factor))

    @property
    def _factor(self) -> complex:
        (a, b), (p, q) = self.drawing, self.ground
        return complex(q[0] - p[0], q[1] - p[1]) / complex(b[0] - a[0], b[1] - a[1])

    def to_ground(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Transform drawing coordinates, shape (n, 2), to the ground. Both points meet exactly."""
        # Relative to the first point: large coordinates would cost digits.
        local = (points - np.array(self.drawing[0])) @ np.array([1, 1j]) * self._factor
        ground: NDArray[np.float64] = np.column_stack([local.real, local.imag]) + np.array(self.ground[0])
        return ground
