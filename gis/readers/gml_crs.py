"""Coordinate systems of GML: what a srsName means for the order of the axes, and how degrees become metres."""

from dataclasses import dataclass, field

import numpy as np
import pyproj

from gis.crs import CrsError, crs_from_name, utm_zone_crs
from gis.readers.gml import Coordinates, GmlGeometryReader
from gis.readers.source import SourceError

# Names of this form follow the axis order of the register (north before east for many systems); all others, AdV names
# among them, give east before north.
_REGISTER_ORDER = (
    "urn:ogc:def:crs:",
    "urn:x-ogc:def:crs:",
    "http://www.opengis.net/def/crs/",
    "https://www.opengis.net/def/crs/",
)
_LATITUDE_FIRST = "ETRS89_Lat-Lon"


@dataclass
class GmlCrs:
    """The system of a srsName, with a reader that gives coordinates in metres, east before north.

    `crs` is the system of what the reader gives: degrees are moved into the ETRS89 / UTM zone of the first coordinate,
    because arcs can only be stroked in metres.
    """

    name: str
    crs: pyproj.CRS = field(init=False)
    reader: GmlGeometryReader = field(init=False)

    def __post_init__(self) -> None:
        try:
            self.crs = crs_from_name(self.name)
        except CrsError as error:
            raise SourceError(str(error)) from None
        self._swaps = _swaps(self.name, self.crs)
        self._degrees = bool(self.crs.is_geographic)
        self._transformer: pyproj.Transformer | None = None
        self.reader = GmlGeometryReader(self._convert if self._swaps or self._degrees else None)

    def _convert(self, points: Coordinates) -> Coordinates:
        if self._swaps:
            points = points[:, ::-1]
        if not self._degrees:
            return points
        if self._transformer is None:
            longitude, latitude = float(points[0, 0]), float(points[0, 1])
            target = utm_zone_crs(longitude, latitude) if np.isfinite(points[0]).all() else None
            if target is None:
                raise SourceError(
                    f"Die Koordinaten passen nicht zum Koordinatenreferenzsystem „{self.name}“: "
                    f"{latitude:.4f} Nord, {longitude:.4f} Ost liegt außerhalb der deutschen Zonen."
                )
            self._transformer = pyproj.Transformer.from_crs(self.crs, target, always_xy=True)
            self.crs = target
        x, y = self._transformer.transform(points[:, 0], points[:, 1])
        return np.column_stack([x, y])


def _swaps(name: str, crs: pyproj.CRS) -> bool:
    if name.strip().endswith(_LATITUDE_FIRST):
        return True
    if not name.strip().casefold().startswith(_REGISTER_ORDER) or name.upper().endswith("CRS84"):
        return False
    return bool(crs.axis_info) and crs.axis_info[0].direction.casefold() == "north"
