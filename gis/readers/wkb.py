"""Geometries as databases and GeoPackages write them (WKB), with the curves that shapely does not read."""

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.readers.arcs import ArcStroker
from gis.readers.curves import is_curved, read_curves
from gis.readers.source import Fault


def read_wkb(raw: NDArray[np.object_]) -> tuple[NDArray[np.object_], dict[int, Fault]]:
    """Geometries of a batch, None where there is none, and the faults of the rows that are unreadable."""
    try:
        geometry: NDArray[np.object_] = shapely.from_wkb(raw)
    except (shapely.errors.ShapelyError, NotImplementedError, ValueError):
        return read_each(raw, ArcStroker())
    return geometry, {}


def read_each(raw: NDArray[np.object_], arcs: ArcStroker) -> tuple[NDArray[np.object_], dict[int, Fault]]:
    """One by one, for a batch that holds curves or something unreadable; arcs become lines within 1 cm."""
    geometry = np.full(len(raw), None, dtype=object)
    faults: dict[int, Fault] = {}
    for row, item in enumerate(raw):
        if item is None:
            continue
        try:
            geometry[row] = read_curves(item, arcs) if is_curved(item) else shapely.from_wkb(item)
        except (shapely.errors.ShapelyError, NotImplementedError, ValueError):
            faults[row] = _unreadable(item)
    return geometry, faults


def _unreadable(wkb: bytes) -> Fault:
    # Closing open rings is enough to learn where the feature lies; it is not used for anything else.
    message = "Die Geometrie ist nicht lesbar (zum Beispiel ein Ring, der nicht geschlossen ist)."
    try:
        closed = shapely.from_wkb(wkb, on_invalid="fix")
    except (shapely.errors.ShapelyError, NotImplementedError, ValueError):
        closed = None
    if closed is None or closed.is_empty:
        return Fault("unreadable_geometry", message)
    west, south, east, north = closed.bounds
    return Fault("unreadable_geometry", message, (west, south), (west, south, east, north))
