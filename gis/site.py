"""The site (Baugrundstück): union of its parcels, hairline gaps closed, with its area."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.wording import parcels_named, verb

#: Widest gap between parcels of one site, in metres, that counts as a drawing inaccuracy of the cadastre.
HAIRLINE_GAP_M = 0.02
#: Parcels further apart, in metres, do not adjoin; a gap that is no hairline stays open all the same.
ADJOINING_M = 0.1
#: Parcels that have less of their boundaries in common, in metres, touch in a corner only: they do not adjoin.
LEAST_COMMON_BOUNDARY_M = 0.5
#: Shares of a building on a parcel up to this area, in m², do not make the parcel part of the site.
MINIMUM_SHARE_M2 = 0.5

ONE_PLOT_ASSUMPTION = (
    "Die Flurstücke bilden zusammen ein Grundstück im Grundbuch oder sind durch Baulast zu einem Baugrundstück "
    "vereinigt."
)
NO_OFFICIAL_AREA = (
    "Nicht für alle Flurstücke liegt eine amtliche Fläche vor; wo sie fehlt, ist mit der Fläche aus der Geometrie "
    "gerechnet."
)
OVERLAP_COUNTED_ONCE = (
    "Die Flurstücke überdecken sich; gerechnet ist mit der Fläche aus der Geometrie, überdeckte Teile einmal."
)


@dataclass(frozen=True, slots=True)
class Site:
    """A site in the CRS of the parcels.

    ``area_m2`` is the official area of every parcel that has one, else its planar area. ``official_area_m2`` is None
    unless all parcels have one. ``overlapping``: parcels that cover the same ground; their official areas would count
    it twice, so ``area_m2`` is that of the ground. ``apart``: parcels that do not adjoin the first one, directly or
    through others of the site. ``derived``: the plan names no parcels, these are the ones that its buildings stand on.
    ``names``: what people call the parcels, in the order of ``parcel_ids``. ``repeated``: parcels that the map has in
    several features.
    """

    parcel_ids: tuple[str, ...]
    geometry: BaseGeometry
    planar_area_m2: float
    area_m2: float
    official_area_m2: float | None
    overlapping: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    derived: bool = False
    names: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What must hold for the site to be one site, and the right one."""
        one_plot = (ONE_PLOT_ASSUMPTION,) if len(self.parcel_ids) > 1 else ()
        found = [*one_plot, *([self._unnamed()] if self.derived else [])]
        if self.repeated:
            names = self.named(self.repeated)
            lies = verb(names, "liegt", "liegen")
            found.append(
                f"{parcels_named(names)} {lies} im Kartenbestand mehrfach vor; gerechnet ist mit allen Teilen zusammen."
            )
        return tuple(found)

    def _unnamed(self) -> str:
        names = self.named(self.parcel_ids)
        counts = verb(names, "gilt", "gelten die")
        where = verb(names, "auf dem", "auf denen")
        return (
            f"Der Lageplan nennt keine Flurstücke; als Baugrundstück {counts} {parcels_named(names)}, {where} nach dem "
            "Lageplan Gebäude stehen."
        )

    @property
    def defect(self) -> str | None:
        """Why the parcels are no site, as a German sentence on what to do; None where they adjoin."""
        if not self.apart:
            return None
        names = self.named(self.apart)
        first = parcels_named(self.named(self.parcel_ids[:1]))
        return (
            f"{parcels_named(names)} {verb(names, 'grenzt', 'grenzen')} nicht an {first}; zusammen sind sie kein "
            "Baugrundstück. Bitte nennen Sie nur Flurstücke, die aneinander grenzen."
        )

    def named(self, parcel_ids: Sequence[str]) -> list[str]:
        """What people call some of the parcels."""
        known = dict(zip(self.parcel_ids, self.names, strict=False))
        return [known.get(parcel, parcel) for parcel in parcel_ids]

    @property
    def area_assumptions(self) -> tuple[str, ...]:
        """What must hold for ``area_m2``: shown with every figure that is a share of it."""
        if self.overlapping:
            return (OVERLAP_COUNTED_ONCE,)
        return () if self.official_area_m2 is not None else (NO_OFFICIAL_AREA,)


def build_site(
    parcel_ids: Sequence[str],
    geometry: NDArray[np.object_],
    official: NDArray[np.float64],
    names: Mapping[str, str] | None = None,
    *,
    derived: bool = False,
) -> Site:
    """Unite parcels to a site.

    Parameters
    ----------
    parcel_ids : length n, one parcel may come in several rows
    geometry : shape (n,), valid polygons in a metric CRS
    official : shape (n,), official areas in m², NaN where the layer has none
    names : what people call the parcels, by id
    derived : the plan names no parcels, these are the ones that its buildings stand on
    """
    united = unite(geometry)
    area, complete = 0.0, True
    shapes: dict[str, BaseGeometry] = {}
    for parcel in dict.fromkeys(parcel_ids):
        rows = np.array([other == parcel for other in parcel_ids])
        areas = official[rows]
        known = areas[np.isfinite(areas) & (areas > 0)]
        complete = complete and len(known) > 0
        shapes[parcel] = shapely.union_all(geometry[rows])
        area += float(known.max()) if len(known) else float(shapes[parcel].area)
    overlapping, apart = _overlapping(shapes), _apart(shapes)
    return Site(
        parcel_ids=tuple(shapes),
        geometry=united,
        planar_area_m2=float(united.area),
        area_m2=float(united.area) if overlapping else area,
        official_area_m2=area if complete and not overlapping else None,
        overlapping=overlapping,
        apart=apart,
        derived=derived,
        repeated=tuple(parcel for parcel, count in Counter(parcel_ids).items() if count > 1),
        names=tuple((names or {}).get(parcel, parcel) for parcel in shapes),
    )


def _overlapping(shapes: Mapping[str, BaseGeometry]) -> tuple[str, ...]:
    """Parcels that share ground with another one; slivers along common boundaries are drawing inaccuracy."""
    found: set[str] = set()
    for (one, shape), (other, second) in combinations(shapes.items(), 2):
        if shape.intersects(second):
            core = shape.intersection(second).buffer(-HAIRLINE_GAP_M, join_style="mitre")
            if core.area > MINIMUM_SHARE_M2:
                found |= {one, other}
    return tuple(parcel for parcel in shapes if parcel in found)


def _apart(shapes: Mapping[str, BaseGeometry]) -> tuple[str, ...]:
    """Parcels that cannot be reached from the first one over parcels that adjoin each other."""
    rest = dict(shapes)
    reach = [rest.pop(next(iter(rest)))]
    while reach:
        here = reach.pop()
        reach += [rest.pop(parcel) for parcel in list(rest) if _adjoin(here, rest[parcel])]
    return tuple(rest)


def _adjoin(one: BaseGeometry, other: BaseGeometry) -> bool:
    """Whether parcels share ground or a stretch of boundary, small gaps aside; a common corner is none."""
    if not shapely.dwithin(one, other, ADJOINING_M):
        return False
    if one.intersection(other).area > MINIMUM_SHARE_M2:
        return True
    near = one.buffer(one.distance(other) + HAIRLINE_GAP_M, join_style="mitre")
    return bool(other.boundary.intersection(near).length >= LEAST_COMMON_BOUNDARY_M)


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
