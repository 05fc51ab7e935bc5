"""Bring coordinates into the system of the snapshot, and refuse those that cannot lie there."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from gis.crs import (
    is_metric,
    prefix_offset,
    same_crs,
    shift_east,
    strip_zone_prefix,
    total_bounds,
    transform_geometries,
    utm_zone_crs,
)
from gis.readers.source import Fault, SourceError
from gis.validity import in_area_of_use, is_valid, misfit_hint

Geometries = NDArray[np.object_]
Bounds = tuple[float, float, float, float]

_ACCURACY_M = 0.1
_PREFIXES = {25831: 31e6, 25832: 32e6, 25833: 33e6}


@dataclass(frozen=True)
class Placement:
    """How the coordinates of a source become those of a snapshot.

    Attributes
    ----------
    source, target : CRS
    east_offset : float
        Added to every easting before anything else (zone prefix off).
    notes : tuple of str
        German sentences for the summary.
    provisional : bool
        No feature with a place was seen yet, so that the target is still open.
    """

    source: pyproj.CRS
    target: pyproj.CRS
    east_offset: float
    notes: tuple[str, ...] = ()
    provisional: bool = False

    @cached_property
    def changes(self) -> bool:
        """Whether coordinates change at all."""
        return bool(self.east_offset) or not same_crs(self.source, self.target)

    def apply(self, geometry: Geometries) -> Geometries:
        """Coordinates in the target system; features outside its validity are not transformed (see `outside`)."""
        moved = shift_east(geometry, self.east_offset) if self.east_offset else geometry
        return transform_geometries(moved, self.source, self.target)

    def outside(self, geometry: Geometries) -> dict[int, Fault]:
        """Faults of the features (source coordinates) that lie where the source's system is not valid."""
        bounds = shapely.bounds(geometry)
        fits = is_valid(self.source, self._plain(bounds))
        message = "Die Koordinaten liegen außerhalb des Gültigkeitsbereichs des Koordinatenreferenzsystems."
        return {
            int(row): Fault("outside_crs", message, (float(bounds[row, 0]), float(bounds[row, 1])))
            for row in np.flatnonzero(~fits & ~np.isnan(bounds[:, 0]))
        }

    def move_bounds(self, bounds: Bounds) -> Bounds | None:
        """A box of the source in the target system, or None where it has no image there."""
        west, south, east, north = bounds
        box = (west + self.east_offset, south, east + self.east_offset, north)
        if same_crs(self.source, self.target):
            return box
        if not is_valid(self.source, box):
            return None
        transformer = pyproj.Transformer.from_crs(self.source, self.target, always_xy=True)
        moved: Bounds = transformer.transform_bounds(*box)
        return moved if np.isfinite(moved).all() else None

    def beyond_use(self, geometry: Geometries) -> bool:
        """Whether valid coordinates of the source lie beyond the area that its system is meant for."""
        bounds = self._plain(shapely.bounds(geometry))
        bounds = bounds[is_valid(self.source, bounds)]
        if len(bounds) == 0:
            return False
        return not in_area_of_use(self.source, [*bounds[:, :2].min(axis=0), *bounds[:, 2:].max(axis=0)])

    def _plain(self, bounds: NDArray[np.float64]) -> NDArray[np.float64]:
        """Boxes, shape (n, 4), without the zone prefix."""
        return np.asarray(bounds + np.array([self.east_offset, 0.0, self.east_offset, 0.0]), dtype=np.float64)

    def move_point(self, place: tuple[float, float]) -> tuple[float, float]:
        """A place of the source in the target system (as it is where it has no image there)."""
        moved = self.move_bounds((*place, *place))
        return place if moved is None else moved[:2]


def decide_placement(
    stated: pyproj.CRS | None, wanted: pyproj.CRS | None, sample: Geometries, *, metric: bool = True
) -> Placement:
    """Decide source and target system from what the file states, what is wanted, and how the coordinates look.

    Parameters
    ----------
    stated : CRS or None
        What the file states.
    wanted : CRS or None
        System of the snapshot; also that of the coordinates where the file states none.
    sample : array of geometries
        First features of the source, in source coordinates.
    metric : bool
        The snapshot must be planar: degrees become ETRS89 / UTM of their zone where nothing else is wanted.

    Raises
    ------
    SourceError
        When no system is known, or when the coordinates do not fit the stated one.
    """
    notes: list[str] = []
    source = stated or wanted or _recognised(sample)
    if source is None:
        raise SourceError(
            "Die Datei nennt kein Koordinatenreferenzsystem. "
            "Bitte geben Sie den EPSG-Code an (--srid, zum Beispiel 25832)."
        )
    if stated is None:
        notes.append(f"Die Datei nennt kein Koordinatenreferenzsystem; angenommen wurde {name_of(source)}.")
    placed_sample = sample[np.isfinite(shapely.bounds(sample)).all(axis=1)]
    plain, source = strip_zone_prefix(placed_sample, source)
    offset = _offset(placed_sample, plain)
    if offset:
        notes.append("Die Rechtswerte tragen die Zonenkennzahl; sie wurde abgetrennt.")
    placed = Placement(source, source, offset)
    total = total_bounds(plain)
    if len(placed.outside(placed_sample)) == len(placed_sample) > 0:
        hint = misfit_hint(source, total)
        raise SourceError(f"Die Koordinaten passen nicht zum Koordinatenreferenzsystem {name_of(source)}.{hint}")
    target = wanted or source
    if metric and not is_metric(target) and len(placed_sample) == 0:
        # Nothing has a place yet; the next features will decide.
        return Placement(source, source, offset, tuple(notes), provisional=True)
    if metric and not is_metric(target):
        target = _metric_for(target, total)
        notes.append(f"Die Koordinaten sind Grad; sie wurden nach {name_of(target)} umgerechnet.")
    elif not same_crs(source, target):
        notes.append(f"Die Koordinaten wurden von {name_of(source)} nach {name_of(target)} umgerechnet.")
    notes.extend(_accuracy_note(source, target))
    return Placement(source, target, offset, tuple(notes))


def name_of(crs: pyproj.CRS) -> str:
    """Short name for people: the EPSG code where there is one."""
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else str(crs.name)


def _recognised(sample: Geometries) -> pyproj.CRS | None:
    """UTM system recognised by the zone number in its eastings."""
    codes = [code for code in _PREFIXES if prefix_offset(sample, code)]
    return pyproj.CRS.from_epsg(codes[0]) if codes else None


def _offset(before: Geometries, after: Geometries) -> float:
    if before is after:
        return 0.0
    return float(np.round((total_bounds(after)[0] - total_bounds(before)[0]) / 1e6) * 1e6)


def _metric_for(crs: pyproj.CRS, bounds: NDArray[np.float64]) -> pyproj.CRS:
    west, south, east, north = (float(value) for value in bounds)
    target = utm_zone_crs((west + east) / 2, (south + north) / 2) if crs.is_geographic else None
    if target is None:
        raise SourceError(
            f"Das Koordinatenreferenzsystem {name_of(crs)} ist nicht metrisch. "
            "Bitte geben Sie das gewünschte mit --srid an (zum Beispiel 25832)."
        )
    return target


def _accuracy_note(source: pyproj.CRS, target: pyproj.CRS) -> list[str]:
    if same_crs(source, target):
        return []
    accuracy = pyproj.Transformer.from_crs(source, target, always_xy=True).accuracy
    # WGS 84 and ETRS89 are taken as one here, as everywhere in German practice; -1 means "not known".
    geocentric = {crs.geodetic_crs.to_epsg() for crs in (source, target) if crs.geodetic_crs is not None}
    if geocentric <= {4326, 4258, 4171} or 0 <= accuracy <= _ACCURACY_M:
        return []
    how = f"{accuracy:.1f} m".replace(".", ",") if accuracy >= 0 else "unbekannter Größe"
    return [f"Achtung: Die Umrechnung zwischen diesen Systemen hat hier eine Unsicherheit von {how}."]
