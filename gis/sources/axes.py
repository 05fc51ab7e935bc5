"""Names of coordinate systems as services use them, and the order of the axes that each name means."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from gis.crs import CrsError, crs_from_name, is_metric, same_crs, transform_geometries
from gis.layers import Bounds

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


@dataclass(frozen=True)
class NamedCrs:
    """A system under the name of a service.

    Attributes
    ----------
    name : str
        As the service writes it.
    crs : CRS
    north_first : bool
        Coordinates under this name are written north, east (or latitude, longitude).
    """

    name: str
    crs: pyproj.CRS
    north_first: bool

    def bounds(self, bounds: Bounds, crs: pyproj.CRS) -> str:
        """A window given in `crs` as a service takes it: four numbers in this system and its order of axes."""
        west, south, east, north = bounds
        if not same_crs(crs, self.crs):
            box = shapely.segmentize(shapely.box(*bounds), max(east - west, north - south, 1.0) / 16)
            there = transform_geometries(np.array([box], dtype=object), crs, self.crs)
            west, south, east, north = (float(value) for value in shapely.total_bounds(there))
        order = (south, west, north, east) if self.north_first else (west, south, east, north)
        digits = 4 if self.crs.is_projected else 9
        return ",".join(f"{value:.{digits}f}" for value in order)

    def east_first(self, geometry: NDArray[np.object_]) -> NDArray[np.object_]:
        """Geometries written under this name, with east (or longitude) first."""
        if not self.north_first:
            return geometry
        swapped: NDArray[np.object_] = shapely.transform(geometry, lambda points: points[:, ::-1])
        return swapped


def named_crs(name: str) -> NamedCrs:
    """What a name means; raises CrsError for an unknown one."""
    crs = crs_from_name(name)
    text = name.strip()
    # "EPSG:4326" and the old GML form mean east first; URN and http names the order of the authority.
    authority = text.lower().startswith(("urn:", "http")) and "epsg.xml#" not in text
    return NamedCrs(text, crs, authority and not text.upper().endswith("CRS84") and _north_first(crs))


def best_crs(offered: Iterable[str], wanted: pyproj.CRS) -> NamedCrs | None:
    """The wanted system if it is offered, else the first planar metric one, else the first that is known."""
    known: list[NamedCrs] = []
    for name in dict.fromkeys(offered):
        try:
            known.append(named_crs(name))
        except CrsError:
            continue
    fitting = [named for named in known if same_crs(named.crs, wanted)]
    metric = [named for named in known if is_metric(named.crs)]
    return next(iter([*fitting, *metric, *known]), None)


def _north_first(crs: pyproj.CRS) -> bool:
    return bool(crs.axis_info) and crs.axis_info[0].direction in {"north", "south"}
