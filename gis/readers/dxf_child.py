"""Reads a DXF file in a process of its own, limited in time and memory, and prints what it found as JSON.

Run as a script by ``gis.readers.dxf``; imports nothing but ezdxf, so that it starts fast and has nothing to lose.
Arguments on stdin as JSON: path, patterns (regular expressions of wanted layers), sagitta_m, limits.
"""

import json
import math
import re
import resource
import sys
from collections.abc import Iterable, Iterator
from typing import Any

#: Metres per drawing unit by $INSUNITS; 0 (none) is taken as metres, with a warning.
UNITS = {
    0: 1.0, 1: 0.0254, 2: 0.3048, 3: 1609.344, 4: 0.001, 5: 0.01, 6: 1.0, 7: 1000.0, 10: 0.9144, 14: 0.1,
    21: 1200 / 3937,
}  # fmt: skip
_CURVES = ("LWPOLYLINE", "POLYLINE", "LINE", "ARC", "CIRCLE", "ELLIPSE", "SPLINE")


class RefusedError(Exception):
    """The drawing cannot be used: code and German sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def main() -> None:
    """Read the job from stdin, print one JSON object."""
    job = json.load(sys.stdin)
    memory, seconds = job["memory_bytes"], job["seconds"]
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        result = read(job)
    except RefusedError as error:
        result = {"error": error.code, "message": error.message}
    except (MemoryError, RecursionError):
        result = {"error": "dxf_limit", "message": "Die DXF-Datei ist zu umfangreich oder zu tief verschachtelt."}
    json.dump(result, sys.stdout, allow_nan=False)


def read(job: dict[str, Any]) -> dict[str, Any]:
    """Return units, georeference, layers and the outlines on wanted layers (WCS coordinates in drawing units)."""
    from ezdxf import recover
    from ezdxf.filemanagement import readfile
    from ezdxf.lldxf.const import DXFError

    with open(job["path"], "rb") as file:  # noqa: PTH123 (no more imports than needed)
        binary = file.read(18) == b"AutoCAD Binary DXF"
    try:
        # Recovery reads text files only; binary ones are written by machines and need none.
        document = readfile(job["path"]) if binary else recover.readfile(job["path"])[0]
        space = document.modelspace()
    except (DXFError, OSError, ValueError, LookupError, TypeError, AttributeError, AssertionError, OverflowError):
        # ezdxf's recovery raises such errors on damaged files; none of them says more than "unreadable".
        raise RefusedError("not_dxf", "Die Datei ist keine lesbare DXF-Zeichnung.") from None
    wanted = [re.compile(pattern, re.IGNORECASE) for pattern in job["patterns"]]
    outlines, layers = collect(space, wanted, job)
    unit = document.header.get("$INSUNITS", 0)
    return {
        "unit": unit if unit in UNITS else 0,
        "unit_known": unit in UNITS and unit != 0,
        "geodata": geodata(space),
        "layers": layers,
        "outlines": outlines,
    }


def collect(space: Any, wanted: list[re.Pattern[str]], job: dict[str, Any]) -> tuple[list[dict[str, Any]], list[str]]:
    """Outlines on wanted layers, blocks taken apart, curves as polylines; and the names of all layers in use."""
    scale = UNITS.get(space.doc.header.get("$INSUNITS", 0), 1.0)
    outlines: list[dict[str, Any]] = []
    layers: set[str] = set()
    vertices = entities = 0
    for entity, layer in drawn(space):
        entities += 1
        if entities > job["entities"]:
            raise RefusedError("dxf_limit", "Die DXF-Zeichnung enthält zu viele Elemente.")
        layers.add(layer)
        if entity.dxftype() not in _CURVES or not any(pattern.fullmatch(layer) for pattern in wanted):
            continue
        try:
            points = [(point.x, point.y) for point in vertices_of(entity, job["sagitta_m"] / scale)]
        except (ValueError, TypeError, ZeroDivisionError, ArithmeticError):
            points = [(math.nan, math.nan)]
        vertices += len(points)
        if vertices > job["vertices"]:
            raise RefusedError("too_many_vertices", "Der Lageplan enthält zu viele Punkte. Bitte vereinfachen Sie ihn.")
        finite = all(math.isfinite(x) and math.isfinite(y) for x, y in points)
        outlines.append(
            {
                "layer": layer,
                "kind": entity.dxftype(),
                "handle": str(entity.dxf.get("handle", "")),
                "closed": bool(getattr(entity, "is_closed", False) or curve_closed(points)),
                "points": points if finite else None,
            }
        )
    return outlines, sorted(layers)


def vertices_of(entity: Any, sagitta: float) -> Iterable[Any]:
    """Vertices of a curve in world coordinates; arcs leave the true curve by no more than ``sagitta`` drawing units."""
    from ezdxf.math import Vec3

    kind = entity.dxftype()
    if kind == "LINE":
        return [entity.dxf.start, entity.dxf.end]
    if kind in {"ARC", "CIRCLE"}:
        return list(entity.flattening(sagitta))
    if kind in {"ELLIPSE", "SPLINE"}:
        return list(entity.flattening(sagitta / 2))
    if kind == "LWPOLYLINE":
        elevation = entity.dxf.elevation
        points = [(x, y, bulge) for x, y, bulge in entity.get_points("xyb")]
    elif entity.is_2d_polyline:
        elevation = entity.dxf.get("elevation", Vec3()).z
        points = [(v.dxf.location.x, v.dxf.location.y, v.dxf.get("bulge", 0.0)) for v in entity.vertices]
    else:
        return [vertex.dxf.location for vertex in entity.vertices]
    flat = with_arcs(points, bool(entity.is_closed), sagitta)
    return list(entity.ocs().points_to_wcs(Vec3(x, y, elevation) for x, y in flat))


def with_arcs(points: list[tuple[float, float, float]], closed: bool, sagitta: float) -> list[tuple[float, float]]:
    """Replace bulges (tangent of a quarter of the arc's angle) by points on the true arc."""
    result: list[tuple[float, float]] = []
    following = points[1:] + (points[:1] if closed else [])
    for (x1, y1, bulge), (x2, y2, _) in zip(points, following, strict=False):
        result.append((x1, y1))
        chord = math.hypot(x2 - x1, y2 - y1)
        if bulge == 0 or chord == 0:
            continue
        angle = 4 * math.atan(bulge)
        radius = chord / (2 * math.sin(abs(angle) / 2))
        step = 2 * math.acos(max(-1.0, 1 - min(sagitta / radius, 1.0)))
        parts = math.ceil(abs(angle) / step)
        away = chord / 2 / math.tan(angle / 2)  # from the chord's middle to the centre, to the left of the chord
        cx = (x1 + x2) / 2 - (y2 - y1) / chord * away
        cy = (y1 + y2) / 2 + (x2 - x1) / chord * away
        start = math.atan2(y1 - cy, x1 - cx)
        turns = (start + angle * part / parts for part in range(1, parts))
        result += [(cx + radius * math.cos(turn), cy + radius * math.sin(turn)) for turn in turns]
    if points and not closed:
        result.append(points[-1][:2])
    return result


def drawn(space: Any) -> Iterator[tuple[Any, str]]:
    """Yield entities with their layer; block references are taken apart (dimensions, texts and the like are not)."""
    from ezdxf import disassemble

    for entity in space:
        layer = str(entity.dxf.get("layer", "0"))
        if entity.dxftype() != "INSERT":
            yield entity, layer
            continue
        for part in disassemble.recursive_decompose([entity]):
            own = str(part.dxf.get("layer", "0"))
            yield part, layer if own == "0" else own  # layer 0 in a block means the layer of the reference


def curve_closed(points: list[tuple[float, float]]) -> bool:
    """Whether a polyline returns to where it began."""
    return len(points) > 3 and math.dist(points[0], points[-1]) < 1e-9 * max(1.0, abs(points[0][0]), abs(points[0][1]))


def geodata(space: Any) -> dict[str, Any] | None:
    """Georeference of the drawing: matrix from drawing to CRS coordinates and EPSG code; None where there is none."""
    from ezdxf.lldxf.const import InvalidGeoDataException

    entity = space.get_geodata()
    if entity is None:
        return None
    try:
        matrix, epsg = entity.get_crs_transformation()
    except InvalidGeoDataException:
        return {"error": True}
    corners = [matrix.transform((x, y, 0)) for x, y in ((0, 0), (1, 0), (0, 1))]
    return {"epsg": epsg, "corners": [[c.x, c.y] for c in corners]}


if __name__ == "__main__":
    main()
