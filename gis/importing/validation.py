"""Is a geometry usable? Whole batches at a time; only features with a fault are looked at one by one."""

from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.attributes import GeometryKind
from gis.defects import invalidity
from gis.readers.source import Fault

_TYPES: dict[GeometryKind, tuple[int, ...]] = {
    "point": (0, 4),
    "line": (1, 2, 5),
    "polygon": (3, 6),
    "any": (0, 1, 2, 3, 4, 5, 6, 7),
}
# By type id, whether a layer does not hold it; the last entry stands for None, whose type id is -1.
_UNFIT = {kind: ~np.isin(np.arange(9), types) for kind, types in _TYPES.items()}
_KIND_NAMES: dict[GeometryKind, str] = {"point": "Punkte", "line": "Linien", "polygon": "Flächen", "any": "Geometrien"}
_PARTS: dict[GeometryKind, tuple[str, ...]] = {
    "point": ("Point", "MultiPoint"),
    "line": ("LineString", "MultiLineString"),
    "polygon": ("Polygon", "MultiPolygon"),
}
_DIMENSION_KINDS: tuple[GeometryKind, ...] = ("point", "line", "polygon")


@dataclass
class Checked:
    """Result of `check_geometry`: geometries (repaired ones replaced), and by row the faults and the repairs."""

    geometry: NDArray[np.object_]
    faults: dict[int, Fault] = field(default_factory=dict)
    repairs: dict[int, Fault] = field(default_factory=dict)


def check_geometry(geometry: NDArray[np.object_], kind: GeometryKind, *, repair: bool) -> Checked:
    """Check kind, emptiness, finiteness and validity.

    Parameters
    ----------
    geometry : array of shapely geometries or None, shape (n,)
    kind : what the layer holds
    repair : bool
        Repair what is invalid where the result is unambiguous in kind (`make_valid`, method "structure").
    """
    checked = Checked(geometry)
    bad = _UNFIT[kind][shapely.get_type_id(geometry)]
    bad |= shapely.is_empty(geometry) | ~shapely.is_valid(geometry)
    if not bad.any():
        return checked
    checked.geometry = geometry.copy()
    for row in np.flatnonzero(bad):
        fault = _fault(geometry[row], kind)
        repaired = repaired_geometry(geometry[row], kind) if repair else None
        if repaired is None:
            checked.faults[int(row)] = fault
        else:
            checked.geometry[row] = repaired
            checked.repairs[int(row)] = _repair_note(fault, geometry[row], repaired)
    return checked


def repaired_geometry(geometry: BaseGeometry | None, kind: GeometryKind) -> BaseGeometry | None:
    """A valid geometry of the wanted kind made from a bad one, or None where that is not possible."""
    if geometry is None or shapely.is_empty(geometry):
        return None
    if kind == "any":
        return repaired_geometry(geometry, _DIMENSION_KINDS[int(shapely.get_dimensions(geometry))])
    if not np.isfinite(shapely.get_coordinates(geometry)).all():
        return None
    valid = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    parts = [part for part in _flat(valid) if part.geom_type in _PARTS[kind] and not part.is_empty]
    if not parts:
        return None
    merged = parts[0] if len(parts) == 1 else shapely.union_all(parts)
    return merged if merged.geom_type in _PARTS[kind] and merged.is_valid and not merged.is_empty else None


def finite_bounds(geometry: BaseGeometry | None) -> tuple[float, float, float, float] | None:
    """Box of the finite coordinates, or None where there are none."""
    if geometry is None:
        return None
    coordinates = shapely.get_coordinates(geometry)
    coordinates = coordinates[np.isfinite(coordinates).all(axis=1)]
    if len(coordinates) == 0:
        return None
    (west, south), (east, north) = coordinates.min(axis=0), coordinates.max(axis=0)
    return float(west), float(south), float(east), float(north)


def _fault(geometry: BaseGeometry | None, kind: GeometryKind) -> Fault:
    if geometry is None:
        return Fault("missing_geometry", "Das Objekt hat keine Geometrie.")
    if shapely.is_empty(geometry):
        return Fault("empty_geometry", "Die Geometrie ist leer.")
    bounds = finite_bounds(geometry)
    place = bounds[:2] if bounds else None
    if not np.isfinite(shapely.get_coordinates(geometry)).all():
        return Fault("not_finite", "Eine Koordinate ist keine endliche Zahl.", place, bounds)
    if shapely.get_type_id(geometry) not in _TYPES[kind]:
        message = f"Die Geometrieart {geometry.geom_type} passt nicht: Die Ebene enthält {_KIND_NAMES[kind]}."
        return Fault("wrong_geometry_type", message, place, bounds)
    defect = invalidity(shapely.is_valid_reason(geometry))
    return Fault("invalid_geometry", f"{defect.sentence}.", defect.place or place, bounds)


def _repair_note(fault: Fault, before: BaseGeometry, after: BaseGeometry) -> Fault:
    note = f"{fault.message} Bereinigt"
    if after.area:
        note += f"; die Fläche ist jetzt {after.area:.2f} m²".replace(".", ",")
    lost = shapely.hausdorff_distance(before, after)
    if lost > 0.0005:
        note += f"; abgetrennte Teile reichten bis {lost:.2f} m vom Ergebnis".replace(".", ",")
    return Fault(fault.kind, f"{note}.", fault.place, fault.bounds)


def _flat(geometry: BaseGeometry) -> list[BaseGeometry]:
    if isinstance(geometry, shapely.GeometryCollection):
        return [leaf for part in geometry.geoms for leaf in _flat(part)]
    return [geometry]
