"""Areas as GeoJSON and JSON-FG write them: polygons, and in ``place`` also arcs and prisms."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon

from gis.readers.arcs import ArcError, ArcStroker
from gis.readers.geojson_structure import StructureError, refuse_strangers
from gis.siteplan import SitePlanError
from gis.validation import count_positions, points_from, polygon_from

_GEOMETRY_NAMES = {
    "Point": "ein Punkt",
    "MultiPoint": "eine Punktmenge",
    "LineString": "eine Linie",
    "MultiLineString": "eine Linienmenge",
    "GeometryCollection": "eine Geometriesammlung",
    "CircularString": "ein Bogen",
    "CompoundCurve": "eine Linie",
    "MultiCurve": "eine Linienmenge",
    "Polyhedron": "ein Körper",
    "MultiPolyhedron": "eine Menge von Körpern",
}
#: Only JSON-FG has them, and only in ``place``.
_CURVED = frozenset({"CurvePolygon", "MultiSurface", "Prism", "MultiPrism"})
#: Bodies whose footprint ``place`` does not state; ``geometry`` has it where the file offers one.
BODIES = frozenset({"Polyhedron", "MultiPolyhedron"})


def area_from(value: Any, place: str, *, json_fg: bool = False, degrees: bool = False) -> Polygon | MultiPolygon:
    """Read a Polygon or MultiPolygon, and with ``json_fg`` what else has an outline. Raises :class:`SitePlanError`."""
    if value is None:
        raise SitePlanError("geometry_type", "Das Objekt hat keine Geometrie.", place)
    if not isinstance(value, dict):
        raise SitePlanError("geometry_type", "Die Geometrie ist kein Objekt.", place)
    kind, coordinates = value.get("type"), value.get("coordinates")
    try:
        refuse_strangers(value, "Geometry")
    except StructureError as error:
        raise SitePlanError("structure", str(error), place) from None
    if kind == "Polygon":
        return polygon_from(coordinates, place)
    if kind == "MultiPolygon":
        return MultiPolygon(
            [polygon_from(part, f"{place}, Teilfläche {i}") for i, part in _members(coordinates, place)]
        )
    if json_fg and kind in _CURVED:
        if degrees and kind in {"CurvePolygon", "MultiSurface"}:
            raise SitePlanError("geometry_type", "Kreisbögen in Grad sind nicht lesbar.", place)
        return _curved(value, place, degrees)
    found = _GEOMETRY_NAMES.get(str(kind), "keine bekannte Geometrie")
    raise SitePlanError(
        "geometry_type", f"Das Objekt ist {found}; erlaubt sind Flächen (Polygon, MultiPolygon).", place
    )


def positions_in(value: Any, limit: int) -> int:
    """Count the positions of a geometry, whatever it is made of; stops above the limit."""
    count, stack = 0, [value]
    while stack and count <= limit:
        item = stack.pop()
        if isinstance(item, dict):
            count += count_positions(item.get("coordinates"), limit)
            stack += [item.get("base")]
            for name in ("geometries", "prisms"):
                members = item.get(name)
                stack += members if isinstance(members, list) else []
    return count


def _members(value: Any, place: str) -> list[tuple[int, Any]]:
    if not isinstance(value, list) or not value:
        raise SitePlanError("coordinates", "Eine Fläche aus mehreren Teilen muss mindestens einen haben.", place)
    return list(enumerate(value, start=1))


def _curved(value: dict[str, Any], place: str, degrees: bool) -> Polygon | MultiPolygon:
    kind = value.get("type")
    if kind == "Prism":
        return area_from(value.get("base"), f"{place}, Grundfläche", json_fg=True, degrees=degrees)
    if kind == "CurvePolygon":
        arcs = ArcStroker()
        rings = [_ring(ring, f"{place}, Ring {i}", arcs) for i, ring in _members(value.get("geometries"), place)]
        return Polygon(rings[0], rings[1:])
    members = _members(value.get("prisms" if kind == "MultiPrism" else "geometries"), place)
    areas = [area_from(part, f"{place}, Teilfläche {i}", json_fg=True, degrees=degrees) for i, part in members]
    return MultiPolygon([polygon for part in areas for polygon in shapely.get_parts(part)])


def _ring(value: Any, place: str, arcs: ArcStroker) -> NDArray[np.float64]:
    line = _line(value, place, arcs)
    if len(line) < 4 or (line[0] != line[-1]).any():
        raise SitePlanError(
            "not_closed", "Der Ring ist nicht geschlossen: letzter und erster Punkt sind verschieden.", place
        )
    return line


def _line(value: Any, place: str, arcs: ArcStroker) -> NDArray[np.float64]:
    kind = value.get("type") if isinstance(value, dict) else None
    if kind == "CompoundCurve":
        pieces = [_line(part, f"{place}, Abschnitt {i}", arcs) for i, part in _members(value.get("geometries"), place)]
        for before, after in pairwise(pieces):
            if (before[-1] != after[0]).any():
                raise SitePlanError("not_closed", "Die Abschnitte einer Linie schließen nicht aneinander an.", place)
        return np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])
    if kind not in {"LineString", "CircularString"}:
        raise SitePlanError("geometry_type", "Ein Ring muss aus Linien und Kreisbögen bestehen.", place)
    points = [(point[0], point[1]) for point in points_from(value.get("coordinates"), place)]
    if kind == "LineString":
        return np.array(points)
    if len(points) < 3 or len(points) % 2 == 0:
        raise SitePlanError("coordinates", "Ein Kreisbogen braucht drei Punkte, jeder weitere zwei mehr.", place)
    try:
        strokes = [arcs.stroke(*points[i : i + 3]) for i in range(0, len(points) - 2, 2)]
    except ArcError:
        raise SitePlanError("coordinates", "Drei Punkte eines Kreisbogens liegen auf einer Geraden.", place) from None
    return np.concatenate([strokes[0], *(stroke[1:] for stroke in strokes[1:])])
