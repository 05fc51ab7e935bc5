"""Curved geometries in WKB (GeoPackages and databases made of ALKIS have them), which shapely does not read."""

import struct
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.readers.arcs import ArcError, ArcStroker

_CIRCULAR_STRING, _COMPOUND_CURVE, _CURVE_POLYGON, _MULTI_CURVE, _MULTI_SURFACE = 8, 9, 10, 11, 12
_CURVED = range(_CIRCULAR_STRING, _MULTI_SURFACE + 1)
_MAX_DEPTH = 8


class CurveError(ValueError):
    """The bytes are no curved geometry that could be read."""


def is_curved(wkb: bytes) -> bool:
    """Whether the outermost geometry is one of the curved types of ISO 13249-3."""
    return len(wkb) >= 5 and _type(wkb, 0)[0] in _CURVED


def read_curves(wkb: bytes, arcs: ArcStroker) -> BaseGeometry:
    """Read a curved geometry, its arcs stroked within 1 cm; raises CurveError."""
    try:
        return _Reader(wkb, arcs).geometry(0)
    except (struct.error, ArcError, IndexError, ValueError, shapely.errors.ShapelyError):
        raise CurveError("unreadable curve") from None


@dataclass
class _Reader:
    data: bytes
    arcs: ArcStroker
    position: int = 0

    def geometry(self, depth: int) -> BaseGeometry:
        kind = self._peek()
        if depth > _MAX_DEPTH:
            raise CurveError("nested too deeply")
        if kind in {_CURVE_POLYGON, 3}:
            return self._polygon(depth)
        if kind in {2, _CIRCULAR_STRING, _COMPOUND_CURVE}:
            return shapely.LineString(self._line(depth))
        if kind in {_MULTI_CURVE, _MULTI_SURFACE, 5, 6}:
            _, _, count = self._header()
            parts = [self.geometry(depth + 1) for _ in range(count)]
            if kind in {_MULTI_SURFACE, 6}:
                return shapely.MultiPolygon([part for part in parts if isinstance(part, shapely.Polygon)])
            return shapely.MultiLineString([part for part in parts if isinstance(part, shapely.LineString)])
        raise CurveError("not a curved geometry")

    def _polygon(self, depth: int) -> shapely.Polygon:
        kind, order, count = self._header()
        if kind == _CURVE_POLYGON:
            rings = [self._line(depth + 1) for _ in range(count)]
        else:
            dimension = self._dimension
            rings = [self._points(order, dimension) for _ in range(count)]
        return shapely.Polygon(rings[0], rings[1:]) if rings else shapely.Polygon()

    def _line(self, depth: int) -> NDArray[np.float64]:
        if depth > _MAX_DEPTH:
            raise CurveError("nested too deeply")
        kind = self._peek()
        if kind == _COMPOUND_CURVE:
            _, _, count = self._header()
            pieces = [self._line(depth + 1) for _ in range(count)]
            return np.vstack([pieces[0], *(piece[1:] for piece in pieces[1:])])
        kind, order, _ = self._header(counted=False)
        points = self._points(order, self._dimension)
        if kind == 2:
            return points
        if kind != _CIRCULAR_STRING or len(points) < 3 or len(points) % 2 == 0:
            raise CurveError("not an arc")
        pairs = [(float(x), float(y)) for x, y in points]
        strokes = [self.arcs.stroke(*pairs[index : index + 3]) for index in range(0, len(pairs) - 2, 2)]
        return np.vstack([strokes[0], *(stroke[1:] for stroke in strokes[1:])])

    def _peek(self) -> int:
        return _type(self.data, self.position)[0]

    def _header(self, *, counted: bool = True) -> tuple[int, str, int]:
        kind, self._dimension, order = _type(self.data, self.position)
        self.position += 5
        count = 0
        if counted:
            (count,) = struct.unpack_from(f"{order}I", self.data, self.position)
            self.position += 4
        return kind, order, count

    def _points(self, order: str, dimension: int) -> NDArray[np.float64]:
        (count,) = struct.unpack_from(f"{order}I", self.data, self.position)
        self.position += 4
        flat = np.frombuffer(self.data, f"{order}f8", count * dimension, self.position)
        self.position += flat.nbytes
        return flat.reshape(count, dimension)[:, :2].astype(np.float64)


def _type(data: bytes, position: int) -> tuple[int, int, str]:
    """Type without dimensions, number of ordinates, byte order; ISO (1008, 2008, 3008) and EWKB flags alike."""
    order = "<" if data[position] == 1 else ">"
    (code,) = struct.unpack_from(f"{order}I", data, position + 1)
    flags, code = code >> 28, code & 0x0FFFFFFF
    iso = code // 1000
    dimension = 2 + (iso in {1, 3} or bool(flags & 8)) + (iso in {2, 3} or bool(flags & 4))
    return code % 1000, dimension, order
