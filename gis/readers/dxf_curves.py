"""Curves, hatches and filled faces of a DXF drawing as points; runs in the limited process (``dxf_child``).

Arcs are laid on the true arc; every chord leaves its curve by no more than ``sagitta`` drawing units.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

Point = tuple[float, float]

LINES = frozenset({"LWPOLYLINE", "POLYLINE", "LINE", "ARC", "CIRCLE", "ELLIPSE", "SPLINE", "HELIX"})
HATCHES = frozenset({"HATCH", "MPOLYGON"})
FACES = frozenset({"SOLID", "TRACE", "3DFACE"})
#: No outline has more points than this; a curve that asks for more is hostile or without any measure.
MOST_POINTS = 100_000
_TEXT_BOX, _EXTERNAL = 8, 1
_IGNORE_ISLANDS = 2


class CurveError(ValueError):
    """A curve that gives no sensible number of points."""


def points_of(entity: Any, sagitta: float) -> list[Point]:
    """Points of a curve in world coordinates (x, y)."""
    from ezdxf.math import Vec3

    kind = entity.dxftype()
    if kind == "LINE":
        return _flat([entity.dxf.start, entity.dxf.end])
    if kind in {"ARC", "CIRCLE"}:
        centre = entity.dxf.center
        start, end = (entity.dxf.start_angle, entity.dxf.end_angle) if kind == "ARC" else (0.0, 360.0)
        arc = arc_points((centre.x, centre.y), entity.dxf.radius, start, end, sagitta)
        return _flat(entity.ocs().points_to_wcs(Vec3(x, y, centre.z) for x, y in arc))
    if kind in {"ELLIPSE", "SPLINE", "HELIX"}:
        return _bounded(entity.flattening(sagitta / 2))
    if kind == "LWPOLYLINE":
        elevation = entity.dxf.elevation
        points = [(x, y, bulge) for x, y, bulge in entity.get_points("xyb")]
    elif entity.is_2d_polyline:
        elevation = entity.dxf.get("elevation", Vec3()).z
        # Control points of a curve-fitted polyline (flag 16) are no part of the curve.
        vertices = [v for v in entity.vertices if not v.dxf.get("flags", 0) & 16]
        points = [(v.dxf.location.x, v.dxf.location.y, v.dxf.get("bulge", 0.0)) for v in vertices]
    else:
        return _flat(v.dxf.location for v in entity.vertices if not v.dxf.get("flags", 0) & 16)
    flat = with_arcs(points, bool(entity.is_closed), sagitta)
    return _flat(entity.ocs().points_to_wcs(Vec3(x, y, elevation) for x, y in flat))


def hatch_rings(hatch: Any, sagitta: float) -> list[list[Point]]:
    """Boundaries of a hatch; what lies in an even number of them is not filled. Text boxes are left out."""
    from ezdxf.math import Vec3

    ocs = hatch.ocs()
    elevation = hatch.dxf.get("elevation", Vec3()).z
    rings = []
    for path in hatch.paths:
        if path.path_type_flags & _TEXT_BOX:
            continue
        if hatch.dxf.get("hatch_style", 0) == _IGNORE_ISLANDS and not path.path_type_flags & _EXTERNAL:
            continue
        ring = _polyline_path(path, sagitta) if hasattr(path, "vertices") else _edge_path(path, sagitta)
        rings.append(_flat(ocs.points_to_wcs(Vec3(x, y, elevation) for x, y in ring)))
    return [ring for ring in rings if ring]


def face_ring(entity: Any) -> list[Point]:
    """Corners of a filled face in the order of its outline."""
    return _flat(entity.wcs_vertices())


def with_arcs(points: Sequence[tuple[float, float, float]], closed: bool, sagitta: float) -> list[Point]:
    """Replace bulges (tangent of a quarter of the arc's angle) by points on the true arc."""
    result: list[Point] = []
    following = [*points[1:], *(points[:1] if closed else [])]
    for (x1, y1, bulge), (x2, y2, _) in zip(points, following, strict=False):
        result.append((x1, y1))
        chord = math.hypot(x2 - x1, y2 - y1)
        if bulge == 0 or chord == 0:
            continue
        angle = 4 * math.atan(bulge)
        radius = chord / (2 * math.sin(abs(angle) / 2))
        parts = _parts(radius, abs(angle), sagitta)
        away = chord / 2 / math.tan(angle / 2)  # from the chord's middle to the centre, to the left of the chord
        cx = (x1 + x2) / 2 - (y2 - y1) / chord * away
        cy = (y1 + y2) / 2 + (x2 - x1) / chord * away
        start = math.atan2(y1 - cy, x1 - cx)
        turns = (start + angle * part / parts for part in range(1, parts))
        result += [(cx + radius * math.cos(turn), cy + radius * math.sin(turn)) for turn in turns]
    if points and not closed:
        result.append(points[-1][:2])
    return result


def arc_points(centre: Point, radius: float, start: float, end: float, sagitta: float) -> list[Point]:
    """Points on an arc, counter-clockwise from ``start`` to ``end`` degrees; equal angles are a full circle."""
    sweep = math.radians((end - start) % 360.0 or 360.0)
    parts = max(_parts(abs(radius), sweep, sagitta), 3)
    first = math.radians(start)
    turns = (first + sweep * part / parts for part in range(parts + 1))
    points = [(centre[0] + radius * math.cos(turn), centre[1] + radius * math.sin(turn)) for turn in turns]
    if sweep >= math.tau:
        points[-1] = points[0]
    return points


def _parts(radius: float, angle: float, sagitta: float) -> int:
    if not (math.isfinite(radius) and math.isfinite(angle)):
        raise CurveError("not finite")
    if radius <= 0:
        return 1
    # Sagitta of a chord over the angle a: r · (1 − cos(a / 2)); asin of the half keeps the digits.
    step = 4 * math.asin(math.sqrt(min(sagitta / (2 * radius), 1.0)))
    parts = math.ceil(angle / step - 1e-9)
    if parts > MOST_POINTS:
        raise CurveError("radius without measure")
    return max(parts, 1)


def _polyline_path(path: Any, sagitta: float) -> list[Point]:
    points = [(vertex[0], vertex[1], vertex[2] if len(vertex) > 2 else 0.0) for vertex in path.vertices]
    return with_arcs(points, True, sagitta)


def _edge_path(path: Any, sagitta: float) -> list[Point]:
    """Join the edges of a boundary, which may run either way."""
    ring: list[Point] = []
    pieces = [piece for edge in path.edges if (piece := _edge_points(edge, sagitta))]
    for number, piece in enumerate(pieces):
        if not ring:
            following = pieces[number + 1] if number + 1 < len(pieces) else piece
            # The first edge ends where the second one begins or ends.
            forward, backward = (
                min(math.dist(end, following[0]), math.dist(end, following[-1])) for end in (piece[-1], piece[0])
            )
            ring = list(piece) if forward <= backward else piece[::-1]
        else:
            near = math.dist(ring[-1], piece[0]) <= math.dist(ring[-1], piece[-1])
            ring += piece[1:] if near else piece[-2::-1]
    return ring


def _edge_points(edge: Any, sagitta: float) -> list[Point]:
    kind = edge.EDGE_TYPE
    if kind == "LineEdge":
        return _flat([edge.start, edge.end])
    if kind == "ArcEdge":
        # ezdxf keeps the angles counter-clockwise, whatever the file says.
        centre = (edge.center.x, edge.center.y)
        return arc_points(centre, edge.radius, edge.start_angle, edge.end_angle, sagitta)
    if kind == "EllipseEdge":
        return _bounded(edge.construction_tool().flattening(sagitta / 2))
    return _bounded(_spline(edge).flattening(sagitta / 2))


def _spline(edge: Any) -> Any:
    from ezdxf.math import BSpline, Vec3, fit_points_to_cad_cv

    if edge.control_points:
        return BSpline(
            Vec3.generate(edge.control_points), edge.degree + 1, edge.knot_values or None, edge.weights or None
        )
    tangents = (edge.start_tangent, edge.end_tangent) if edge.start_tangent and edge.end_tangent else None
    return fit_points_to_cad_cv(Vec3.list(edge.fit_points), tangents=Vec3.list(tangents) if tangents else None)


def _bounded(points: Iterable[Any]) -> list[Point]:
    found = _flat(islice(points, MOST_POINTS + 1))
    if len(found) > MOST_POINTS:
        raise CurveError("too many points")
    return found


def _flat(points: Iterable[Any]) -> list[Point]:
    return [(float(point.x), float(point.y)) for point in points]
