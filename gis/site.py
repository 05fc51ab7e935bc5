"""The site (Baugrundstück): union of its parcels, hairline gaps closed, with its area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

#: Widest gap between parcels of one site, in metres, that counts as a drawing inaccuracy of the cadastre.
HAIRLINE_GAP_M = 0.02
#: Shares of a building on a parcel up to this area, in m², do not make the parcel part of the site.
MINIMUM_SHARE_M2 = 0.5
#: Difference between official and planar area from which both are reported.
AREA_DIFFERENCE = 0.01

ONE_PLOT_ASSUMPTION = (
    "Die Flurstücke bilden zusammen ein Grundstück im Grundbuch oder sind durch Baulast zu einem Baugrundstück "
    "vereinigt."
)
NO_OFFICIAL_AREA = (
    "Nicht für alle Flurstücke liegt eine amtliche Fläche vor; wo sie fehlt, ist mit der Fläche aus der Geometrie "
    "gerechnet."
)


@dataclass(frozen=True, slots=True)
class Site:
    """A site in the CRS of the parcels.

    ``area_m2`` is the official area of every parcel that has one, else its planar area. ``official_area_m2`` is None
    unless all parcels have one.
    """

    parcel_ids: tuple[str, ...]
    geometry: BaseGeometry
    planar_area_m2: float
    area_m2: float
    official_area_m2: float | None

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What must hold for the site to be one site."""
        return (ONE_PLOT_ASSUMPTION,) if len(self.parcel_ids) > 1 else ()

    @property
    def area_assumptions(self) -> tuple[str, ...]:
        """What must hold for ``area_m2``: shown with every figure that is a share of it."""
        return () if self.official_area_m2 is not None else (NO_OFFICIAL_AREA,)

    @property
    def areas_differ(self) -> bool:
        """Whether official and planar area differ by more than 1 %."""
        return abs(self.area_m2 - self.planar_area_m2) > AREA_DIFFERENCE * self.planar_area_m2


def build_site(parcel_ids: Sequence[str], geometry: NDArray[np.object_], official: NDArray[np.float64]) -> Site:
    """Unite parcels to a site.

    Parameters
    ----------
    parcel_ids : length n, one parcel may come in several rows
    geometry : shape (n,), valid polygons in a metric CRS
    official : shape (n,), official areas in m², NaN where the layer has none
    """
    united = unite(geometry)
    area, complete = 0.0, True
    for parcel in dict.fromkeys(parcel_ids):
        rows = np.array([other == parcel for other in parcel_ids])
        areas = official[rows]
        known = areas[np.isfinite(areas) & (areas > 0)]
        complete = complete and len(known) > 0
        area += float(known.max()) if len(known) else float(shapely.area(shapely.union_all(geometry[rows])))
    return Site(
        parcel_ids=tuple(dict.fromkeys(parcel_ids)),
        geometry=united,
        planar_area_m2=float(united.area),
        area_m2=area,
        official_area_m2=area if complete else None,
    )


def unite(geometry: NDArray[np.object_]) -> BaseGeometry:
    """Union of parcels in which gaps up to 2 cm between them are closed.

    Only gaps *between* parcels close: a notch of one parcel stays as it is. Outer boundaries move by 0.01 mm at most.
    """
    if len(geometry) == 1:
        single: BaseGeometry = geometry[0]
        return single
    union = shapely.union_all(geometry)
    reach = HAIRLINE_GAP_M / 2 + 1e-6
    closed = union.buffer(reach, join_style="mitre", mitre_limit=2).buffer(-reach, join_style="mitre", mitre_limit=2)
    gaps = shapely.get_parts(closed.difference(union))
    if not len(gaps):
        return union
    # A hair wider than the gap itself, so that rounding leaves no slit along its edges.
    filled = [gap.buffer(1e-5, join_style="mitre") for gap in gaps if _between(gap, geometry)]
    return shapely.union_all([union, *filled])


def _between(gap: BaseGeometry, parcels: NDArray[np.object_]) -> bool:
    """Whether at least two parcels lie along the gap (rounding noise on an outer boundary lies along one)."""
    outline = gap.boundary
    near = parcels[shapely.dwithin(parcels, gap, 1e-6)]
    along = shapely.length(shapely.intersection(outline, shapely.buffer(near, 1e-6)))
    return int((along > 0.05 * outline.length).sum()) >= 2
