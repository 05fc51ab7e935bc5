"""From bodies to outlines: the house within its outer walls, and what lies before, above and below them.

All shapes are in metres in the model's coordinates. Nothing here is a rule of law: a wall that rises above the ground
makes the house, whatever storey it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import shapely
from shapely.geometry.base import BaseGeometry

from gis.readers.ifc.child.kinds import Kind
from gis.readers.ifc.child.meshes import Body, areas, union
from gis.readers.ifc.child.refusal import RefusedError

#: A body that rises no higher than this above the ground is below ground.
_RISE_M = 0.10
#: A slab this far below the ground is the floor of a cellar.
_DEEP_M = 0.5
#: Walls that stand no further apart than twice this enclose a room together.
_GAP_M = 0.05
#: Gaps and ridges narrower than twice this are inexact modelling.
_SLIVER_M = 0.002
#: A yard is at least this wide (twice) and large; what is smaller in a ceiling is a shaft or a stairwell.
_YARD_M, _YARD_M2 = 0.25, 1.0
#: A slab before the walls no higher than this is a terrace, higher a balcony.
_TERRACE_RISE_M = 1.0
#: Parts that stand out by less than twice this, or are smaller, are none.
_PART_M, _PART_M2 = 0.025, 0.1
_ROOF_EDGE_M = 0.005
#: What stands out by more than this without being counted is named, up to so many.
_NAMED_M2, _NAMED = 0.01, 5


@dataclass
class Part:
    """One outline with its role, the bodies that it comes from, and how it came about."""

    role: str
    shape: BaseGeometry
    bodies: list[Body]
    assumed: str = ""


@dataclass
class Outline:
    """The outlines of a building; the house comes first unless everything is below ground."""

    parts: list[Part] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def outline_of(bodies: Sequence[Body], ground: float, role: str, place: str) -> Outline:
    """Outlines of one building above ``ground`` (z in metres); ``role`` is that of the house itself."""
    result = Outline()
    groups: dict[Kind, list[Body]] = {kind: [] for kind in Kind}
    below: list[Body] = []
    for body in bodies:
        kind = body.element.kind
        if kind in {Kind.WALL, Kind.COLUMN} and body.top <= ground + _RISE_M:
            below += [body] if kind is Kind.WALL else []
            continue
        groups[kind].append(body)
        if kind is Kind.SLAB and body.top < ground - _DEEP_M:
            below.append(body)
    under = _filled(_outlines(below)) if below else shapely.MultiPolygon()
    house, makers = _house(groups, ground, result.notes, place)
    if not house.is_empty:
        result.parts.append(Part(role, house, makers))
    result.parts += _before_the_walls(groups, house, under, ground)
    counted = union([house, *(part.shape for part in result.parts)])
    overhang = clean(_opened(_less(_outlines(groups[Kind.ROOF]), counted), _ROOF_EDGE_M, _PART_M2))
    if not overhang.is_empty:
        result.parts.append(Part("roof_overhang", overhang, groups[Kind.ROOF]))
    cellar = clean(_opened(_less(under, house), _PART_M, _PART_M2))
    if not cellar.is_empty:
        result.parts.append(Part("underground", cellar, below))
    _name_rest(groups, union([counted, overhang, cellar]), result.notes, place)
    return result


def _house(
    groups: dict[Kind, list[Body]], ground: float, notes: list[str], place: str
) -> tuple[BaseGeometry, list[Body]]:
    walls, columns = groups[Kind.WALL], groups[Kind.COLUMN]
    slabs = groups[Kind.SLAB] + groups[Kind.BASE_SLAB]
    cover = _outlines(slabs + groups[Kind.ROOF])
    house = _filled(_outlines(walls), cover) if walls else shapely.MultiPolygon()
    if walls and cover.is_empty:
        notes.append(f"{place}: Das Modell hat weder Decken noch Dach; umschlossene Flächen gelten als überbaut.")
    high = [body for body in groups[Kind.SLAB] if body.top > ground + _RISE_M] + groups[Kind.ROOF]
    open_cover = _outlines(high)
    if house.area < open_cover.area / 2:
        notes.append(f"{place}: Die Wände umschließen die Decken und das Dach nicht; als Umriss gilt alles zusammen.")
        makers = walls + columns + high
        return clean(union([house, open_cover])), makers
    if house.is_empty and groups[Kind.PROXY]:
        notes.append(
            f"{place}: Das Modell hat keine Wände, Decken oder Dächer; als Umriss gelten die nicht näher bezeichneten "
            "Bauteile (IfcBuildingElementProxy)."
        )
        makers, groups[Kind.PROXY] = groups[Kind.PROXY], []
        return clean(_outlines(makers)), makers
    # Columns in or at the walls belong to the house; those before it carry a balcony, a canopy or nothing.
    at_walls = [body for body in columns if shapely.dwithin(body.outline, house, _GAP_M)] if not house.is_empty else []
    groups[Kind.OTHER] += [body for body in columns if not any(body is other for other in at_walls)]
    walls = walls + at_walls
    return clean(_filled(_outlines(walls), cover)) if at_walls else clean(house), walls


def _filled(walls: BaseGeometry, cover: BaseGeometry | None = None) -> BaseGeometry:
    """Walls with what they enclose; with a cover, yards that nothing covers stay open."""
    bridged = walls.buffer(_GAP_M, join_style="mitre").buffer(-_GAP_M, join_style="mitre")
    closed = union([bridged, walls])
    rings = [ring for part in closed.geoms for ring in part.interiors]
    holes: list[BaseGeometry] = [shapely.Polygon(ring) for ring in rings]
    if cover is None or cover.is_empty:
        return union([closed, *holes])
    roofed = cover.buffer(_SLIVER_M, join_style="mitre")
    filled = [_less(hole, _opened(_less(hole, roofed), _YARD_M, _YARD_M2)) for hole in holes]
    return union([closed, *filled])


def _before_the_walls(
    groups: dict[Kind, list[Body]], house: BaseGeometry, under: BaseGeometry, ground: float
) -> list[Part]:
    """Balconies, terraces and canopies: named ones, and slabs that stand out from the walls."""
    found: dict[tuple[str, str], tuple[list[BaseGeometry], list[Body]]] = {}
    named = {Kind.BALCONY: "balcony", Kind.TERRACE: "terrace", Kind.CANOPY: "entrance_canopy"}
    cellar = under.buffer(_PART_M, join_style="mitre")
    for kind in (*named, Kind.PARAPET, Kind.SLAB):
        for body in groups[kind]:
            piece = _opened(_less(body.outline, house), _PART_M, _PART_M2)
            low = body.top < ground + _TERRACE_RISE_M
            role, why = named.get(kind, ""), ""
            if kind is Kind.BALCONY and low:
                role = "terrace"
            elif kind is Kind.TERRACE and not low:
                role = "balcony"
            elif kind is Kind.PARAPET:
                role = "terrace" if low else "balcony"
            elif kind is Kind.SLAB:
                if low:
                    piece = _opened(_less(piece, cellar), _PART_M, _PART_M2)
                role = "terrace" if low else "balcony"
                why = "eine Decke, die über die Wände hinausragt, ohne nähere Bezeichnung"
            if not piece.is_empty:
                shapes, bodies = found.setdefault((role, why), ([], []))
                shapes.append(piece)
                bodies.append(body)
    parts: list[Part] = []
    taken = house
    for (role, why), (shapes, bodies) in found.items():
        shape = clean(_less(union(shapes), taken))
        if not shape.is_empty:
            parts.append(Part(role, shape, bodies, why))
            taken = union([taken, shape])
    return parts


def _name_rest(groups: dict[Kind, list[Body]], counted: BaseGeometry, notes: list[str], place: str) -> None:
    """Say which elements stand out from all outlines without being counted."""
    wide = counted.buffer(_PART_M, join_style="mitre")
    out = [
        body.element.label
        for body in groups[Kind.OTHER] + groups[Kind.PROXY]
        if _less(body.outline, wide).area > _NAMED_M2
    ]
    if out:
        more = f" und {len(out) - _NAMED} weitere" if len(out) > _NAMED else ""
        notes.append(
            f"{place}: Diese Bauteile ragen über die Umrisse hinaus und sind im Lageplan nicht enthalten: "
            f"{', '.join(out[:_NAMED])}{more}."
        )


def clean(shape: BaseGeometry) -> BaseGeometry:
    """Close hairline gaps, drop hairline ridges, leave out points on straight lines; corners stay where they are."""
    for step in (_SLIVER_M, -2 * _SLIVER_M, _SLIVER_M):
        shape = shape.buffer(step, join_style="mitre")
    # The first point of a normalised ring is a corner, so that no point on a straight line stays behind.
    shape = areas(shapely.make_valid(shapely.simplify(shapely.normalize(areas(shape)), _SLIVER_M / 10)))
    return shapely.orient_polygons(shape)


def _opened(shape: BaseGeometry, width: float, least_m2: float) -> BaseGeometry:
    """Parts of a shape that are wider than twice ``width`` and not tiny."""
    core = shape.buffer(-width, join_style="mitre")
    wide = core.buffer(width, join_style="mitre").intersection(shape) if not core.is_empty else core
    return shapely.MultiPolygon([part for part in areas(wide).geoms if part.area > least_m2])


def _less(shape: BaseGeometry, other: BaseGeometry) -> shapely.MultiPolygon:
    return areas(shapely.difference(shape, other))


def _outlines(bodies: Iterable[Body]) -> BaseGeometry:
    return union([body.outline for body in bodies])


def refuse_empty(outline: Outline, place: str) -> None:
    """Refuse a building without any outline."""
    if not outline.parts:
        raise RefusedError(
            "no_geometry",
            "Das Gebäude hat keine Wände, Decken oder Dächer mit Körpern. Bitte geben Sie beim Export die Geometrie "
            "der Bauteile mit aus.",
            place,
        )
