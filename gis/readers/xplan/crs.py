"""Which coordinate system a plan file is in, which way round its axes are, and into which metric one it goes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.crs import (
    CrsError,
    crs_from_name,
    prefix_offset,
    same_crs,
    shift_east,
    strip_zone_prefix,
    transform_geometries,
)
from gis.readers.source import Fault, SourceError
from gis.validity import in_area_of_use, is_valid, misfit_hint

Geometries = NDArray[np.object_]
Place = tuple[float, float]

#: Systems with the northing first, and the same ones with the easting first.
_EASTING_FIRST = {3043: 25831, 3044: 25832, 3045: 25833, 5651: 5649, 5652: 4647, 5653: 5650}
_TARGETS = {25831, 25832, 25833}
_OUTSIDE = "Die Koordinaten liegen außerhalb des Gültigkeitsbereichs des Koordinatenreferenzsystems."
#: Where German plans can lie, with a margin: longitude and latitude, degrees.
_GERMANY = (4.0, 46.0, 17.0, 57.0)
_COMPOUND = re.compile(r"urn:ogc:def:crs,crs:(?P<first>EPSG:[\w.]*:\d+)", re.I)


@dataclass(frozen=True, slots=True)
class PlanPlacement:
    """From the coordinates of the file to those of the plan.

    Attributes
    ----------
    source, crs : system of the file (easting first, without zone numbers), metric system of the plan
    swapped : northing and easting change places first
    east_offset : then added to every easting (zone number off)
    notes : German sentences about what was done
    """

    source: pyproj.CRS
    crs: pyproj.CRS
    swapped: bool
    east_offset: float
    notes: tuple[str, ...] = ()

    def apply(self, geometry: Geometries) -> tuple[Geometries, dict[int, Fault]]:
        """Geometries in the plan's system; those that cannot lie in the file's system become None, with a fault."""
        plain = self._plain(geometry)
        bounds = shapely.bounds(plain)
        outside = ~np.isnan(bounds[:, 0]) & ~is_valid(self.source, bounds)
        moved = plain.copy()
        moved[outside] = None
        try:
            moved = transform_geometries(moved, self.source, self.crs)
        except CrsError:
            # Some have no image: one by one, to say which.
            for row in np.flatnonzero(~outside):
                moved[row] = self._moved(plain[row : row + 1])
                outside[row] = moved[row] is None and plain[row] is not None
        rows = np.flatnonzero(outside)
        where = shapely.bounds(geometry[rows])[:, :2].tolist()
        return moved, {
            int(row): Fault("outside_crs", _OUTSIDE, (x, y)) for row, (x, y) in zip(rows, where, strict=True)
        }

    def place(self, place: Place) -> Place:
        """A place of the file in the plan's system; as it is where it has no image there."""
        point = self._plain(as_geometries([shapely.Point(place)]))
        moved = self._moved(point) if is_valid(self.source, shapely.bounds(point)[0]) else None
        if moved is None:
            return place
        x, y = shapely.get_coordinates(moved)[0].tolist()
        return x, y

    def _moved(self, one: Geometries) -> BaseGeometry | None:
        try:
            return cast(BaseGeometry, transform_geometries(one, self.source, self.crs)[0])
        except CrsError:
            return None

    def _plain(self, geometry: Geometries) -> Geometries:
        turned = _swap(geometry) if self.swapped else geometry
        return shift_east(turned, self.east_offset) if self.east_offset else turned


def as_geometries(geometries: list[Any]) -> Geometries:
    """Array of geometries, shape (n,)."""
    result = np.empty(len(geometries), dtype=object)
    result[:] = geometries
    return result


def plan_crs(name: str) -> pyproj.CRS:
    """The (horizontal) system of a srsName; raises SourceError for an unknown one."""
    compound = _COMPOUND.match(name.strip())
    try:
        crs = crs_from_name(f"urn:ogc:def:crs:{compound['first']}" if compound else name)
    except CrsError as error:
        raise SourceError(str(error)) from None
    return crs.sub_crs_list[0] if crs.is_compound else crs


def refuse_mixed(first: str, others: Mapping[str, Sequence[float]]) -> None:
    """Refuse a file whose coordinates stand in different systems (two spellings of one system are fine).

    Parameters
    ----------
    first : srsName that the file began with
    others : other names, each with the first coordinates that it stood at (may be empty)

    Raises
    ------
    SourceError
        Naming both systems and the place.
    """
    crs = plan_crs(first)
    for name, numbers in others.items():
        if not same_crs(crs, plan_crs(name)):
            place = f" bei {numbers[0]:.3f}, {numbers[1]:.3f}" if len(numbers) > 1 else ""
            raise SourceError(
                f"Die Datei mischt Koordinatenreferenzsysteme: {first} und {name}{place}. "
                "Bitte geben Sie den Plan in einem einzigen System ab."
            )


def place_plan(name: str | None, sample: Geometries, wanted: pyproj.CRS | None) -> PlanPlacement:
    """Decide how coordinates become those of the plan.

    Parameters
    ----------
    name : srsName of the file
    sample : its first geometries, shape (n,), as they stand there
    wanted : metric system of the plan; default ETRS89 / UTM in the zone where the plan lies

    Raises
    ------
    SourceError
        Where no system is named, it is unknown, or the coordinates do not fit it.
    """
    if name is None:
        raise SourceError(
            "Der Plan nennt kein Koordinatenreferenzsystem (srsName). Bitte ergänzen Sie es in der Datei."
        )
    stated = plan_crs(name)
    code = stated.to_epsg()
    official_north = stated.axis_info[0].direction == "north"
    if code in _EASTING_FIRST:
        stated = pyproj.CRS.from_epsg(_EASTING_FIRST[code])
    # "EPSG:31467" stands before easting and northing in practice; the URN means the official order.
    by_name = official_north and (code in _EASTING_FIRST or not name.strip().upper().startswith("EPSG:"))
    by_name = by_name and not name.strip().lower().startswith("urn:adv:")
    swapped = by_name
    notes: list[str] = []
    box = _german_box(stated)
    if box is not None and not _inside(box, sample, stated, by_name) and _inside(box, sample, stated, not by_name):
        swapped = not by_name
        notes.append("Rechts- und Hochwert stehen in der Datei in umgekehrter Reihenfolge; sie wurden getauscht.")
    turned = _swap(sample) if swapped else sample
    plain, source = strip_zone_prefix(turned, stated)
    offset = float(np.round((shapely.total_bounds(plain)[0] - shapely.total_bounds(turned)[0]) / 1e6) * 1e6)
    bounds = shapely.bounds(plain)
    if not is_valid(source, bounds).any():
        hint = misfit_hint(source, shapely.total_bounds(plain))
        raise SourceError(f"Die Koordinaten passen nicht zum Koordinatenreferenzsystem {name}.{hint}")
    if offset:
        notes.append("Die Rechtswerte tragen die Zonenkennzahl; sie wurde abgetrennt.")
    target = wanted or (source if source.to_epsg() in _TARGETS else _zone(source, plain))
    if not same_crs(source, target):
        notes.append(_moved(source, target))
    placement = PlanPlacement(source, target, swapped, offset)
    there = shapely.total_bounds(placement.apply(sample)[0])
    if np.isfinite(there).all() and not in_area_of_use(target, there):
        notes.append(
            f"Der Plan liegt außerhalb des Gebiets, für das {_code(target)} gedacht ist. "
            "Bitte prüfen Sie, ob das Koordinatenreferenzsystem der Datei stimmt."
        )
    return replace(placement, notes=tuple(notes))


def _moved(source: pyproj.CRS, target: pyproj.CRS) -> str:
    """What the transformation was, and how uncertain it is where that matters."""
    sentence = f"Die Koordinaten wurden von {_code(source)} nach {_code(target)} umgerechnet"
    geodetic = {crs.geodetic_crs.to_epsg() for crs in (source, target) if crs.geodetic_crs is not None}
    # WGS 84 and ETRS89 are taken as one here, as everywhere in German practice.
    if geodetic <= {4326, 4258, 4171}:
        return sentence + "."
    accuracy = pyproj.Transformer.from_crs(source, target, always_xy=True).accuracy
    how = f"etwa {accuracy:.1f} m".replace(".", ",") if accuracy >= 0 else "einige Meter (Größe nicht bekannt)"
    return f"{sentence}; das ist nur auf {how} genau. Für genaue Prüfungen brauchen Sie den Plan in ETRS89 / UTM."


def _code(crs: pyproj.CRS) -> str:
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else str(crs.name)


def _zone(stated: pyproj.CRS, sample: Geometries) -> pyproj.CRS:
    """ETRS89 / UTM in the zone where the plan lies."""
    west, south, east, north = shapely.total_bounds(sample)
    middle = np.array([shapely.Point((west + east) / 2, (south + north) / 2)], dtype=object)
    try:
        longitude = transform_geometries(middle, stated, pyproj.CRS.from_epsg(4258))[0].x
    except CrsError:
        longitude = 9.0
    return pyproj.CRS.from_epsg(25831 if longitude < 6 else 25832 if longitude < 12 else 25833)


def _german_box(crs: pyproj.CRS) -> tuple[float, float, float, float] | None:
    """Where coordinates of German plans lie in a system, narrowed to its area of use and a margin."""
    west, south, east, north = _GERMANY
    if crs.is_geographic:
        return _GERMANY
    if area := crs.area_of_use:
        west, east = max(west, area.west - 1), min(east, area.east + 1)
    if west >= east:
        return None
    box = pyproj.Transformer.from_crs(crs.geodetic_crs, crs, always_xy=True).transform_bounds(west, south, east, north)
    return box if np.isfinite(box).all() else None


def _inside(box: tuple[float, ...], sample: Geometries, crs: pyproj.CRS, swapped: bool) -> bool:
    turned = _swap(sample) if swapped else sample
    west, south, east, north = shapely.total_bounds(turned)
    code = crs.to_epsg()
    offset = prefix_offset(turned, code) if code in {25831, 25832, 25833} else 0.0
    return bool(box[0] <= west - offset and box[1] <= south and east - offset <= box[2] and north <= box[3])


def _swap(geometry: Geometries) -> Geometries:
    turned: Geometries = shapely.transform(geometry, lambda xy: xy[:, ::-1])
    return turned
