"""Walks the model space of a DXF drawing and collects outlines on wanted layers; runs in the limited process.

What cannot be used is told, never dropped: references to other files, bodies without an outline. What lies on hidden
layers is marked.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from gis.readers.dxf_curves import FACES, HATCHES, LINES, Point, face_ring, hatch_rings, points_of

#: Bodies whose outline only a CAD kernel knows; on a wanted layer they must not be overlooked.
_BODIES = frozenset(
    {
        *("REGION", "3DSOLID", "BODY", "SURFACE", "EXTRUDEDSURFACE", "LOFTEDSURFACE", "REVOLVEDSURFACE"),
        *("SWEPTSURFACE", "PLANESURFACE", "NURBSURFACE", "MESH", "MLINE", "ACAD_PROXY_ENTITY"),
    }
)
_DEEPEST_BLOCK = 16


class RefusedError(Exception):
    """The drawing cannot be used: code and German sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass
class Found:
    """What a drawing holds: outlines, names of layers in use, and what could not be read, by kind."""

    outlines: list[dict[str, Any]] = field(default_factory=list)
    layers: set[str] = field(default_factory=set)
    external: set[str] = field(default_factory=set)
    unusable: list[dict[str, str]] = field(default_factory=list)
    #: Layers that nobody asked for with outlines that are shown: people must know that these were not read.
    not_taken: set[str] = field(default_factory=set)
    in_paper_space: bool = False
    vertices: int = 0


def collect(document: Any, job: dict[str, Any], sagitta: float) -> Found:
    """Outlines on layers that match one of ``job["patterns"]``, in world coordinates of the drawing (x, y)."""
    wanted = [re.compile(pattern, re.IGNORECASE) for pattern in job["patterns"]]
    found = Found()
    off = {str(layer.dxf.name).casefold() for layer in document.layers if layer.is_off()}
    frozen = {str(layer.dxf.name).casefold() for layer in document.layers if layer.is_frozen()}
    for number, (entity, layer, handle, shown) in enumerate(_drawn(document.modelspace(), frozen, found), start=1):
        if number > job["entities"]:
            raise RefusedError("dxf_limit", "Die DXF-Zeichnung enthält zu viele Elemente.")
        found.layers.add(layer)
        if any(pattern.fullmatch(layer) for pattern in wanted):
            mark = {"layer": layer, "handle": handle, "hidden": not shown or layer.casefold() in off | frozen}
            _take(entity, mark, sagitta, found, job["vertices"])
        elif shown and layer.casefold() not in off | frozen and _is_outline(entity):
            found.not_taken.add(layer)
    found.in_paper_space = any(
        entity.dxftype() in LINES | HATCHES and any(p.fullmatch(str(entity.dxf.get("layer", "0"))) for p in wanted)
        for layout in document.layouts
        if not layout.is_modelspace
        for entity in layout
    )
    return found


def _is_outline(entity: Any) -> bool:
    kind = entity.dxftype()
    closed = kind in LINES and getattr(entity, "is_closed", False)
    return bool(closed or kind in HATCHES or kind in _BODIES)


def _take(entity: Any, mark: dict[str, Any], sagitta: float, found: Found, most_vertices: int) -> None:
    kind = entity.dxftype()
    if kind in _BODIES:
        found.unusable.append({**mark, "kind": kind})
    if kind not in LINES | HATCHES | FACES:
        return
    if kind == "POLYLINE" and not (entity.is_2d_polyline or entity.is_3d_polyline):
        for face in entity.virtual_entities():
            _take(face, mark, sagitta, found, most_vertices)
        return
    try:
        shape, rings = _rings(entity, sagitta)
    except (ValueError, TypeError, ZeroDivisionError, ArithmeticError, AttributeError, IndexError, StopIteration):
        shape, rings = "ring", [[(math.nan, math.nan)]]
    found.vertices += sum(len(ring) for ring in rings)
    if found.vertices > most_vertices:
        raise RefusedError("too_many_vertices", "Der Lageplan enthält zu viele Punkte. Bitte vereinfachen Sie ihn.")
    finite = all(math.isfinite(x) and math.isfinite(y) for ring in rings for x, y in ring)
    if rings:
        found.outlines.append({**mark, "kind": kind, "shape": shape, "rings": rings if finite else None})


def _rings(entity: Any, sagitta: float) -> tuple[str, list[list[Point]]]:
    kind = entity.dxftype()
    if kind in HATCHES:
        return "hatch", hatch_rings(entity, sagitta)
    if kind in FACES:
        return "face", [face_ring(entity)]
    points = points_of(entity, sagitta)
    if kind == "CIRCLE" or getattr(entity, "is_closed", False):
        return "ring", [points]
    # Whoever clicks on the first point again need not hit the last digit.
    if len(points) > 3 and math.dist(points[0], points[-1]) <= sagitta:
        return "ring", [[*points[:-1], points[0]]]
    return "line", [points]


def _drawn(space: Any, frozen: set[str], found: Found) -> Iterator[tuple[Any, str, str, bool]]:
    """Yield entities with layer, handle and whether they are shown; block references are taken apart, arrays too."""
    for entity in space:
        yield from _parts(entity, "0", str(entity.dxf.get("handle", "")), True, frozen, found, 0)


def _parts(
    entity: Any, outer: str, handle: str, shown: bool, frozen: set[str], found: Found, depth: int
) -> Iterator[tuple[Any, str, str, bool]]:
    own = str(entity.dxf.get("layer", "0"))
    layer = outer if own == "0" and depth else own  # layer 0 in a block means the layer of the reference
    shown = shown and not entity.dxf.get("invisible", 0)
    if entity.dxftype() != "INSERT":
        yield entity, layer, handle, shown
        return
    # Freezing hides the whole reference, switching off only what lies on the layer.
    shown = shown and layer.casefold() not in frozen
    if depth >= _DEEPEST_BLOCK:
        raise RefusedError("dxf_limit", "Die Blöcke der DXF-Zeichnung sind zu tief ineinander geschachtelt.")
    block = entity.block()
    if block is not None and block.block is not None and (block.block.is_xref or block.block.is_xref_overlay):
        found.external.add(str(entity.dxf.name))
        return
    for reference in entity.multi_insert() if entity.mcount > 1 else (entity,):
        for part in reference.virtual_entities():
            yield from _parts(part, layer, handle, shown, frozen, found, depth + 1)
