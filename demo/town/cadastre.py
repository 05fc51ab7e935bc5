"""The parcels: a gap-free tiling cut from the layout's streets, river and blocks.

Plots are Voronoi regions of their street fronts, so every plot has a front, the lines between plots stand square to the
street and the back lines run in the middle of a block. `demo.town.tiling` makes parcels of them.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import numpy as np
import shapely
import shapely.ops
from numpy.typing import NDArray
from shapely.geometry import LineString, MultiPoint, Point, Polygon
from shapely.geometry.base import BaseGeometry

from demo.town.layout import Block, Row, Street, TownLayout
from demo.town.shapes import largest, lines_of, part_of, polygons_of, smooth, split_field

STYLE_WIDTH_DEPTH: dict[str, tuple[float, float, float]] = {
    "oldtown": (8, 14.5, 21),
    "townhall": (40, 60, 36),
    "mixed": (15, 24, 38),
    "row": (6.4, 7.2, 40),
    "semi": (9.6, 12.0, 40),
    "detached": (16, 25, 40),
    "villa": (24, 34, 48),
    "new": (18, 26, 37),
    "apartment": (26, 40, 42),
    "ge": (45, 80, 90),
    "farm": (30, 46, 62),
}


@dataclass
class Plot:
    """A parcel in the making."""

    region: BaseGeometry
    kind: str
    town: str
    section: int
    block: int
    order: int
    street: str = ""
    style: str = ""
    plan: str | None = None
    vacancy: float = -1.0
    front: LineString | None = None
    group: int = 0
    public: bool = False
    geometry: Polygon = field(default_factory=Polygon)
    parcel_id: str = ""
    address: str = ""


def _split_front(
    front: LineString, style: str, low: float, high: float, rng: random.Random
) -> list[tuple[float, float, int]]:
    """Return the plots' stretches along a front (start, end, group): widths that fill it exactly.

    A group is a terrace of row houses, whose end plots are 3.4 m wider, or a pair of semi-detached houses.
    """
    total = front.length
    widths: list[float] = []
    groups: list[int] = []
    group = 0
    while not widths or sum(widths) < total - low * 0.5:
        size = {"row": rng.randint(4, 7), "semi": 2}.get(style, 1)
        group += 1
        width = rng.uniform(low, high)
        for k in range(size):
            end = 3.4 if style == "row" and k in (0, size - 1) else 0.0
            widths.append((width if size > 1 else rng.uniform(low, high)) + end)
            groups.append(group)
    ends = np.concatenate([[0.0], np.cumsum(widths) * (total / sum(widths))])
    return list(zip(ends[:-1].tolist(), ends[1:].tolist(), groups, strict=True))


def _row_widths(row: Row) -> tuple[float, float, float]:
    low, high, depth = STYLE_WIDTH_DEPTH[row.style]
    if row.widths != (0.0, 0.0):
        low, high = row.widths
    return low, high, row.depth or depth


def _fronts(face: Polygon, row: Row, ways: dict[str, BaseGeometry]) -> list[LineString]:
    """Return the stretches of a block's edge that lie on the row's streets; corners are kept inside a stretch."""
    touching = shapely.union_all([ways[name] for name in row.streets]).buffer(0.5)
    found = [line for line in lines_of(face.exterior.intersection(touching)) if line.length > 6]
    return [piece for line in found for piece in _rotated(line)]


def _rotated(line: LineString) -> list[LineString]:
    """Start a closed front a little after its sharpest corner, so that the corner falls inside a plot."""
    if not line.is_ring:
        return [line]
    c = shapely.get_coordinates(line)[:-1]
    a, b = c - np.roll(c, 1, axis=0), np.roll(c, -1, axis=0) - c
    turn = np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]) / (np.hypot(*a.T) * np.hypot(*b.T))
    k = int(np.argmax(turn))
    ring = np.vstack([np.roll(c, -k, axis=0), c[k : k + 1]])
    start = LineString(ring)
    at = min(7.0, start.length / 8)
    head = part_of(start, 0, at)
    tail = part_of(start, at, start.length)
    return [LineString(np.vstack([shapely.get_coordinates(tail), shapely.get_coordinates(head)[1:]]))]


def _cells(samples: NDArray[np.float64], owner: NDArray[np.int_], count: int, around: Polygon) -> list[BaseGeometry]:
    """Return per owner the region of the plane that is nearest to its sample points."""
    diagram = shapely.voronoi_polygons(MultiPoint(samples), extend_to=around.buffer(50), ordered=True)
    cells = shapely.get_parts(diagram)
    regions = [shapely.coverage_union_all(cells[owner == k]) for k in range(count)]
    return list(shapely.coverage_simplify(np.asarray(regions), 1.1, simplify_boundary=False))


def _block_plots(
    town: TownLayout, number: int, block: Block, face: Polygon, ways: dict[str, BaseGeometry], rng: random.Random
) -> list[Plot]:
    """Return the plots of one block: those along the streets, then the core behind them."""
    plots: list[Plot] = []
    samples: list[tuple[float, float]] = []
    owners: list[int] = []
    reach: list[BaseGeometry] = []
    for row in block.rows:
        low, high, depth = _row_widths(row)
        for front in _fronts(face, row, ways):
            reach.append(front.simplify(2.5).buffer(depth, join_style="mitre", cap_style="square"))
            for start, end, group in _split_front(front, row.style, low, high, rng):
                n = max(2, round((end - start) / 0.9))
                for i in range(n):
                    p = front.interpolate(start + (i + 0.5) * (end - start) / n)
                    samples.append((p.x, p.y))
                    owners.append(len(plots))
                own = part_of(front, start, end)
                middle = own.interpolate(own.length / 2)
                street = min(row.streets, key=lambda name: (ways[name].distance(middle), name))
                plots.append(
                    Plot(
                        region=Polygon(),
                        kind="lot",
                        town=town.key,
                        section=block.section,
                        block=number,
                        order=len(plots),
                        street=street,
                        style=row.style,
                        plan=row.plan,
                        vacancy=row.vacancy,
                        front=own,
                        group=len(reach) * 1000 + group,
                    )
                )
    built = face.intersection(shapely.union_all(reach)) if reach else Polygon()
    narrow, least_m2 = (2.0, 90) if block.core == "yard" else (5.0, 350)
    core = face.difference(built).buffer(-narrow, join_style="mitre").buffer(narrow, join_style="mitre")
    cores = [part for part in polygons_of(core.intersection(face)) if part.area > least_m2]
    if plots:
        for plot, region in zip(plots, _cells(np.asarray(samples), np.asarray(owners), len(plots), face), strict=True):
            plot.region = region
    for part in cores:
        for piece in split_field(part, block.core_m2):
            plots.append(Plot(piece, block.core, town.key, block.section, number, len(plots)))
    return plots


def _street_pieces(way: BaseGeometry, line: LineString) -> list[BaseGeometry]:
    """Return the street's area cut into pieces of some 180 m, as grown street parcels are."""
    pieces: list[BaseGeometry] = [way]
    for k in range(1, round(line.length / 180)):
        at = line.length * k / round(line.length / 180)
        a, b = line.interpolate(at - 1), line.interpolate(at + 1)
        dx, dy = (b.x - a.x) * 20, (b.y - a.y) * 20
        cut = LineString([((a.x + b.x) / 2 - dy, (a.y + b.y) / 2 + dx), ((a.x + b.x) / 2 + dy, (a.y + b.y) / 2 - dx)])
        pieces = [part for piece in pieces for part in _cut(piece, cut)]
    return pieces


def _cut(piece: BaseGeometry, cut: LineString) -> list[BaseGeometry]:
    if not isinstance(piece, Polygon) or not cut.crosses(piece):
        return [piece]
    return list(polygons_of(shapely.ops.split(piece, cut)))


def draw_plots(town: TownLayout, rng: random.Random) -> list[Plot]:
    """Return all plots of a town in the local frame, regions still overlapping the blocks' edges (see `node`)."""
    outline = Polygon(town.outline)
    lines = {s.name: smooth(s.points) for s in town.streets}
    ways: dict[str, BaseGeometry] = {
        s.name: lines[s.name].buffer(s.width / 2, cap_style="flat", join_style="mitre") for s in town.streets
    }
    ways |= {s.name: Polygon(s.points) for s in town.squares}
    paved = shapely.union_all(list(ways.values()))
    paved = paved.buffer(3, quad_segs=1).buffer(-3, quad_segs=1, join_style="mitre").intersection(outline)
    river_line = smooth(town.river.points)
    river = river_line.buffer(town.river.width / 2, cap_style="flat").simplify(0.2).intersection(outline)
    plots: list[Plot] = []
    for number, face in enumerate(polygons_of(outline.difference(paved.union(river)))):
        block = next((b for b in town.blocks if face.contains(Point(b.seed))), None)
        if block is None:
            small = face.area < 900
            block = Block((0, 0), core="green" if small else "field", core_m2=12_000, section=6)
        if not block.rows and face.area <= 350:
            plots.append(Plot(face, "green", town.key, block.section, number, 0))
            continue
        inside = _block_plots(town, number, block, face, ways, rng)
        for plot in inside:
            plot.region = plot.region.intersection(face)
        cores = shapely.union_all([p.region for p in inside if p.kind != "lot"])
        for plot in inside:
            if plot.kind == "lot":
                plot.region = largest(plot.region.difference(cores))
        rest = face.difference(shapely.union_all([p.region for p in inside]))
        kind = "garden" if block.core == "playground" else block.core
        inside.extend(
            Plot(part, kind, town.key, block.section, number, len(inside) + i)
            for i, part in enumerate(polygons_of(rest))
            if part.area > 0.05
        )
        plots.extend(inside)
    plots.extend(Plot(part, "river", town.key, 8, -1, i, town.river.name) for i, part in enumerate(polygons_of(river)))
    plots.extend(_street_plots(town, ways, lines, paved.difference(river)))
    return [p for p in plots if p.region.area > 0.05]


def _street_plots(
    town: TownLayout, ways: dict[str, BaseGeometry], lines: dict[str, LineString], paved: BaseGeometry
) -> list[Plot]:
    """Return the street parcels; a junction belongs to the street that is named first."""
    plots: list[Plot] = []
    left = paved
    squares = [Street(s.name, 0, (), s.kind) for s in town.squares]
    for street in [*squares, *town.streets]:
        own = left.intersection(ways[street.name].buffer(0.01))
        left = left.difference(own)
        for part in polygons_of(own):
            pieces = _street_pieces(part, lines[street.name]) if street.name in lines else [part]
            for piece in pieces:
                plots.append(Plot(piece, street.kind, town.key, 0, -1, len(plots), street.name, public=street.public))
    for part in polygons_of(left):
        plots.append(Plot(part, "street", town.key, 0, -1, len(plots), "", public=True))
    return plots
