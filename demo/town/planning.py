"""What the plans and the law lay over the parcels: zones, building windows, lines, flood area, monuments, easements."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import shapely
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from demo.town.building import CHAPEL, CHURCH, HOUSE_AND_SHOP, TOWN_HALL, Building
from demo.town.cadastre import Plot
from demo.town.layout import Plan, TownLayout
from demo.town.shapes import largest, lines_of, polygons_of, smooth
from demo.town.tiling import GRID_M

Rows = list[dict[str, Any]]

BUILDING_METHODS = {"open": "o", "closed": "g", "deviating": "a"}
TRAFFIC_KINDS = {"street": "street", "square": "square", "track": "path", "footpath": "path"}
LAND_USE = {
    "street": "Straßenverkehr",
    "square": "Platz",
    "track": "Weg",
    "footpath": "Weg",
    "river": "Fließgewässer",
    "field": "Landwirtschaft",
    "meadow": "Grünland",
    "garden": "Gartenland",
    "allotment": "Gartenland",
    "park": "Sport-, Freizeit- und Erholungsfläche",
    "playground": "Sport-, Freizeit- und Erholungsfläche",
    "green": "Sport-, Freizeit- und Erholungsfläche",
    "cemetery": "Friedhof",
    "church": "Fläche besonderer funktionaler Prägung",
    "school": "Fläche besonderer funktionaler Prägung",
    "yard": "Fläche gemischter Nutzung",
}
MIXED_STYLES = frozenset({"oldtown", "mixed", "farm"})


def land_use_of(plot: Plot) -> str:
    """Return the actual use of a parcel (Tatsächliche Nutzung)."""
    if plot.kind != "lot":
        return LAND_USE[plot.kind]
    if plot.style in MIXED_STYLES:
        return "Fläche gemischter Nutzung"
    if plot.style == "townhall":
        return "Fläche besonderer funktionaler Prägung"
    return "Industrie- und Gewerbefläche" if plot.style == "ge" else "Wohnbaufläche"


def zone_layers(plots: Sequence[Plot], town: TownLayout) -> dict[str, Rows]:
    """Return zoning, building windows, limits and lines, and street boundary lines."""
    plans = {plan.key: plan for plan in town.plans}
    members: dict[tuple[int, str], list[Plot]] = defaultdict(list)
    for plot in plots:
        if plot.plan is not None and plot.kind == "lot":
            members[plot.block, plot.plan].append(plot)
    paved = shapely.coverage_union_all([p.geometry for p in plots if p.kind in TRAFFIC_KINDS])
    layers: dict[str, Rows] = {
        name: [] for name in ("zoning", "building_windows", "building_limits", "building_lines", "street_boundaries")
    }
    counts: dict[str, int] = defaultdict(int)
    for (_, key), lots in sorted(members.items()):
        plan = plans[key]
        counts[plan.plan_id] += 1
        name = f"{town.district_code}-{plan.plan_id.replace(' ', '')}-{counts[plan.plan_id]}"
        area = shapely.normalize(shapely.coverage_union_all([p.geometry for p in lots]))
        fronts = shapely.union_all([p.front for p in lots if p.front is not None])
        layers["zoning"].append({"zone_id": name, **_measures(plan), "geometry": area})
        window = _window(plan, area, fronts)
        for k, part in enumerate(polygons_of(window)):
            ident = {"plan_id": plan.plan_id}
            layers["building_windows"].append({"window_id": f"{name}-{k + 1}", **ident, "geometry": part})
            layers["building_limits"].append(
                {"line_id": f"{name}-G{k + 1}", **ident, "geometry": LineString(part.exterior.coords)}
            )
        street = lines_of(area.boundary.intersection(paved.boundary))
        for k, line in enumerate(street):
            layers["street_boundaries"].append(
                {"line_id": f"{name}-S{k + 1}", "plan_id": plan.plan_id, "geometry": line}
            )
            if plan.building_method == "closed" and line.length > 4:
                layers["building_lines"].append(
                    {"line_id": f"{name}-L{k + 1}", "plan_id": plan.plan_id, "geometry": line}
                )
    return layers


def _measures(plan: Plan) -> dict[str, Any]:
    return {
        "plan_id": plan.plan_id,
        "plan_name": plan.name,
        "zone": plan.zone,
        "grz": plan.grz,
        "gfz": plan.gfz,
        "bmz": plan.bmz,
        "storeys_max": plan.storeys_max,
        "building_method": BUILDING_METHODS[plan.building_method],
        "baunvo_version": str(plan.baunvo_version),
        "legal_status": "in_force",
        "in_force_since": plan.in_force_since,
    }


def _window(plan: Plan, area: BaseGeometry, fronts: BaseGeometry) -> BaseGeometry:
    if plan.windows == "none" and plan.building_method != "closed":
        return Polygon()
    if plan.building_method == "closed":
        shape = fronts.buffer(14, cap_style="flat", join_style="mitre").intersection(area)
    elif plan.windows == "block":
        shape = area.buffer(-5, join_style="mitre")
    else:
        shape = fronts.simplify(0.5).buffer(20, join_style="mitre").intersection(area.buffer(-3, join_style="mitre"))
    parts = [p for p in polygons_of(shapely.set_precision(shape, GRID_M)) if p.area > 60]
    return shapely.normalize(shapely.union_all(parts)) if parts else Polygon()


def use_layers(plots: Sequence[Plot], town: TownLayout) -> dict[str, Rows]:
    """Return the traffic areas and the actual land use, neighbours of one use joined per block."""
    traffic: Rows = []
    joined: dict[tuple[int, str, int], list[BaseGeometry]] = defaultdict(list)
    for k, plot in enumerate(plots):
        if plot.kind in TRAFFIC_KINDS:
            public = plot.kind != "track"
            row = {"area_id": f"{town.district_code}-V{k}", "kind": TRAFFIC_KINDS[plot.kind], "public": public}
            traffic.append({**row, "name": plot.street or None, "geometry": plot.geometry})
        joined[plot.block, land_use_of(plot), k if plot.block < 0 else 0].append(plot.geometry)
    uses = [
        {"area_id": f"{town.district_code}-N{i}", "kind": kind, "geometry": shapely.normalize(part)}
        for i, ((_, kind, _), parts) in enumerate(sorted(joined.items(), key=lambda item: item[0]))
        for part in [shapely.coverage_union_all(parts)]
    ]
    return {"traffic_areas": traffic, "land_use": uses}


def flood_area(town: TownLayout) -> Polygon:
    """Return the flood area in the local frame: the river's reach varies along its course."""
    line = smooth(town.river.points)
    discs = []
    for k in range(0, int(line.length), 12):
        p = line.interpolate(k)
        reach = _reach(town.flood_reach, p.x) * (1 + 0.12 * ((k // 60) % 3 - 1))
        discs.append(Point(p.x, p.y).buffer(reach, quad_segs=6))
    shape = shapely.union_all(discs).buffer(25).buffer(-25).simplify(1.2)
    return largest(shape.intersection(Polygon(town.outline)))


def _reach(pairs: tuple[tuple[float, float], ...], x: float) -> float:
    for (x0, r0), (x1, r1) in itertools.pairwise(pairs):
        if x <= x1:
            return r0 + (r1 - r0) * max(0.0, (x - x0) / (x1 - x0))
    return pairs[-1][1]


def monuments(buildings: Sequence[Building], town: TownLayout) -> Rows:
    """Return the listed buildings: church, town hall, chapel, and some old houses by the market."""
    names = {TOWN_HALL: "Rathaus, 1587", CHURCH: "Kirche mit Turm", CHAPEL: "Friedhofskapelle"}
    rows: Rows = []
    old = [b for b in buildings if b.plot.style == "oldtown" and b.function == HOUSE_AND_SHOP]
    listed = [b for b in buildings if b.function in names] + old[2::6]
    for k, building in enumerate(listed):
        name = names.get(building.function) or f"Bürgerhaus, Fachwerk, {1580 + 17 * (k % 9)}"
        rows.append(
            {
                "monument_id": f"{town.district_code}-D{k + 1:03d}",
                "kind": "Baudenkmal",
                "name": building.name or name,
                "geometry": building.geometry,
            }
        )
    return rows
