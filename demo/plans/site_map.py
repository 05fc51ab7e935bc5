"""Site plan (Lageplan) and extract of the cadastral map (Liegenschaftskarte), to scale, north up."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from demo.plans.paper import BLACK, BLUE, GREY, RED, Drawing, metres
from demo.town.generate import Town
from demo.town.shapes import largest
from demo.town.sites import DemoSite

ROLE_FILL = {
    "main_building": "#f2b8a8",
    "garage": "#f6d6b8",
    "existing_building": "#d0d0d0",
    "terrace": "#efe7d2",
    "driveway": "#ececec",
    "parking": "#ececec",
    "underground": "none",
    "to_be_demolished": "#fff2a8",
}
ROLE_NAMES = {
    "garage": "Garage",
    "existing_building": "Bestand",
    "terrace": "Terrasse",
    "driveway": "Zufahrt",
    "parking": "Stellplätze",
    "underground": "Tiefgarage",
    "to_be_demolished": "Abbruch",
}


class Map:
    """A window of the town on a sheet: centre and scale decide what is seen."""

    def __init__(self, town: Town, site: DemoSite, size: tuple[float, float], scale: int) -> None:
        self.sheet = Drawing(*size)
        self.scale = scale
        self.site = site
        self.layers = town.layers[site.municipality]
        centre = site.geometry.centroid
        self.centre = (centre.x, centre.y)
        half = (size[0] * scale / 2000, size[1] * scale / 2000)
        self.window = shapely.box(centre.x - half[0], centre.y - half[1], centre.x + half[0], centre.y + half[1])

    def on_sheet(self, geometry: BaseGeometry) -> BaseGeometry:
        """Return a geometry in millimetres of the sheet."""

        def turn(xy: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
            k = 1000 / self.scale
            return np.column_stack(
                [self.sheet.width / 2 + (xy[:, 0] - self.centre[0]) * k,
                 self.sheet.height / 2 - (xy[:, 1] - self.centre[1]) * k]
            )  # fmt: skip

        moved: BaseGeometry = shapely.transform(geometry, turn)
        return moved

    def rows(self, name: str) -> list[tuple[dict[str, Any], BaseGeometry]]:
        """Return attributes and clipped sheet geometry of the features in the window."""
        frame = self.layers[name]
        if len(frame) == 0:
            return []
        hits = np.sort(frame.sindex.query(self.window, predicate="intersects"))
        part = frame.iloc[hits]
        records = part.drop(columns="geometry").to_dict("records")
        shapes = shapely.intersection(part.geometry.to_numpy(), self.window)
        return [(row, self.on_sheet(shape)) for row, shape in zip(records, shapes, strict=True)]

    def draw_cadastre(self, *, fine: bool) -> None:
        """Draw parcels, buildings, numbers and street names; `fine` for the larger scale."""
        sheet = self.sheet
        for row, shape in self.rows("traffic_areas"):
            sheet.area(shape, fill="#f4f4f4" if row["kind"] != "path" else "#fafafa", width=0)
        for row, shape in self.rows("land_use"):
            if row["kind"] == "Fließgewässer":
                sheet.area(shape, fill="#cfe3f3", width=0)
        for row, shape in self.rows("buildings"):
            sheet.area(shape, fill="#dcdcdc" if row["function"] in {"1010", "1120"} else "#ececec", width=0.2)
            if fine:
                sheet.hatch(shape, gap=2.2, colour="#9a9a9a")
        built = shapely.union_all([shape for _, shape in self.rows("buildings")])
        for row, shape in self.rows("parcels"):
            sheet.area(shape, width=0.18)
            self._parcel_number(row, largest(shape.difference(built)), fine=fine)
        for row, shape in self.rows("addresses"):
            suffix = row.get("house_number_suffix")
            number = f"{row['house_number']}{suffix if isinstance(suffix, str) else ''}"
            x, y = shape.coords[0]
            sheet.text((x, y + 0.8), number, size=2.4 if fine else 1.7)
        self._street_names(fine=fine)

    def _parcel_number(self, row: dict[str, Any], free: Polygon, *, fine: bool) -> None:
        """Write numerator over denominator into the part of the parcel that is free of buildings."""
        size = 2.3 if fine else 1.7
        if free.area < 10 * size**2:
            return
        x, y = shapely.maximum_inscribed_circle(free, 0.5).coords[0][:2]
        numerator, _, denominator = str(row["label"]).partition("/")
        self.sheet.text((x, y if denominator else y + size / 2), numerator, size=size, colour=GREY)
        if denominator:
            half = size * 0.32 * max(len(numerator), len(denominator))
            self.sheet.line([(x - half, y + 0.5), (x + half, y + 0.5)], width=0.12, colour=GREY)
            self.sheet.text((x, y + size + 0.4), denominator, size=size, colour=GREY)

    def _street_names(self, *, fine: bool) -> None:
        done: set[str] = set()
        for row, shape in sorted(self.rows("traffic_areas"), key=lambda item: -item[1].area):
            name = row.get("name")
            if not isinstance(name, str) or name in done or row["kind"] == "square":
                continue
            done.add(name)
            circle = shapely.maximum_inscribed_circle(largest(shape), 0.3)
            centre = circle.coords[0]
            disc = shapely.Point(centre).buffer(max(14.0, 3.2 * circle.length))
            box = shapely.get_coordinates(shapely.minimum_rotated_rectangle(shape.intersection(disc)))
            sides = (box[1] - box[0], box[2] - box[1])
            along = max(sides, key=lambda side: float(np.hypot(*side)))
            turn = math.degrees(math.atan2(along[1], along[0]))
            turn = turn - 180 if turn > 90 else turn + 180 if turn < -90 else turn
            self.sheet.text((centre[0], centre[1] + 1), name, size=3.2 if fine else 2.6, turn=turn)

    def draw_frame(self) -> None:
        """Draw the border of the map and the coordinates of its corners."""
        w, h = self.sheet.width, self.sheet.height
        self.sheet.area(shapely.box(0.2, 0.2, w - 0.2, h - 0.2), width=0.35)

    def draw_north_arrow(self, at: tuple[float, float]) -> None:
        """Draw the north arrow."""
        x, y = at
        self.sheet.area(shapely.Point(x, y).buffer(6.4, quad_segs=24), fill="#ffffff", width=0.2)
        self.sheet.area(Polygon([(x, y - 6), (x + 2.2, y + 4.6), (x, y + 2.8)]), fill=BLACK, width=0.2)
        self.sheet.area(Polygon([(x, y - 6), (x - 2.2, y + 4.6), (x, y + 2.8)]), fill="#ffffff", width=0.2)
        self.sheet.text((x, y - 7.4), "N", size=4, bold=True)


def draw_cadastral_map(town: Town, site: DemoSite, size: tuple[float, float], scale: int) -> Drawing:
    """Draw the extract of the cadastral map around the site."""
    view = Map(town, site, size, scale)
    view.draw_cadastre(fine=False)
    view.sheet.area(view.on_sheet(site.geometry), stroke=RED, width=0.7)
    view.draw_frame()
    view.draw_north_arrow((size[0] - 12, 18))
    return view.sheet


def draw_site_plan(town: Town, site: DemoSite, size: tuple[float, float], scale: int) -> Drawing:
    """Draw the site plan: site, proposal with distances, limits of the binding plan."""
    view = Map(town, site, size, scale)
    view.draw_cadastre(fine=True)
    sheet = view.sheet
    for _, line in view.rows("building_limits"):
        for part in shapely.get_parts(line):
            sheet.line([(x, y) for x, y in part.coords], width=0.35, colour=BLUE, dash="4 1 0.8 1")
    for row, shape in view.rows("overlays"):
        if row["kind"] == "flood_area":
            sheet.area(shape, stroke=BLUE, width=0.5, dash="3 1.5")
    for feature in sorted(site.features, key=lambda f: f.role == "main_building"):
        _feature(view, feature.role, feature.geometry)
    sheet.area(view.on_sheet(site.geometry), stroke=RED, width=0.75)
    _distances(view)
    _zone_note(view)
    view.draw_frame()
    view.draw_north_arrow((size[0] - 14, 20))
    return sheet


def _feature(view: Map, role: str, geometry: Polygon) -> None:
    shape = view.on_sheet(geometry)
    dash = "1.6 1" if role in {"underground", "to_be_demolished"} else ""
    view.sheet.area(shape, fill=ROLE_FILL[role], stroke=BLACK, width=0.5 if role == "main_building" else 0.3, dash=dash)
    centre = shape.centroid
    if role == "main_building":
        view.sheet.hatch(shape, gap=1.5, colour=RED)
        attributes = view.site.main.attributes
        walls = attributes.get("wall_height_m")
        storeys = "I" * int(attributes.get("storeys") or 1)
        height = f"WH {metres(walls)} m" if isinstance(walls, float) else f"WH {metres(max(walls))} m" if walls else ""
        view.sheet.area(
            shapely.box(centre.x - 8, centre.y - 4.2, centre.x + 8, centre.y + 4.6), fill="#ffffff", width=0
        )
        view.sheet.text((centre.x, centre.y - 0.6), f"Neubau {storeys}", size=2.6, bold=True)
        view.sheet.text((centre.x, centre.y + 3), height, size=2.3)
    elif shape.area > 25:
        x0, y0, x1, y1 = shape.bounds
        turn = 90 if y1 - y0 > 1.6 * (x1 - x0) else 0
        view.sheet.text((centre.x, centre.y + 0.7), ROLE_NAMES.get(role, ""), size=2, turn=turn)


def _distances(view: Map) -> None:
    """Dimension the main building's sides, and the distance of each side to the site's boundary."""
    main, site = view.site.main.geometry, view.site.geometry
    ring = list(main.exterior.coords)
    for a, b in pairwise(ring):
        length = math.dist(a, b)
        if length < 2.5:
            continue
        outward = np.array([b[1] - a[1], a[0] - b[0]]) / length
        middle = np.array([(a[0] + b[0]) / 2, (a[1] + b[1]) / 2])
        if main.contains(shapely.Point(middle + outward * 0.05)):
            outward = -outward
        rays = [_ray(np.asarray(a) * (1 - at) + np.asarray(b) * at, outward, site) for at in (0.5, 0.02, 0.98)]
        known = [ray for ray in rays if ray is not None]
        if known:
            # The middle of the wall unless a corner is visibly closer.
            shortest = min(known, key=lambda ray: round(ray.length, 1))
            _dimension(view, shortest.coords[0], shortest.coords[-1])


def _ray(start: np.ndarray[Any, Any], direction: np.ndarray[Any, Any], site: BaseGeometry) -> LineString | None:
    """Return the line from a point of a wall to the site's boundary; None where the wall touches or leaves the site."""
    ray = LineString(np.vstack([start + direction * 0.001, start + direction * 60]))
    if not site.contains(shapely.Point(ray.coords[0])):
        return None
    hits = [p for p in shapely.get_parts(ray.intersection(site.boundary)) if isinstance(p, Point)]
    first = min(hits, key=shapely.Point(start).distance, default=None)
    found = None if first is None else LineString(np.vstack([start, (first.x, first.y)]))
    return found if found is not None and found.length > 0.05 else None


def _dimension(view: Map, a: tuple[float, ...], b: tuple[float, ...]) -> None:
    line = view.on_sheet(shapely.LineString([a[:2], b[:2]]))
    (x0, y0), (x1, y1) = line.coords
    view.sheet.dimension((x0, y0), (x1, y1), metres(math.dist(a, b)), colour=RED)


def _zone_note(view: Map) -> None:
    zones = view.layers["zoning"]
    here = zones[zones.geometry.intersects(view.site.geometry.centroid)]
    if len(here) == 0:
        text = ["kein Bebauungsplan (§ 34 BauGB)"]
    else:
        row = here.iloc[0]
        ratio = f"GRZ {metres(row['grz'], 2)}  GFZ {metres(row['gfz'], 2)}"
        text = [f"Bebauungsplan {row['plan_id']} „{row['plan_name']}“", f"{row['zone']}  {ratio}",
                f"{'I' * int(row['storeys_max'])}  Bauweise {row['building_method']}"]  # fmt: skip
    view.sheet.area(shapely.box(4, 4, 74, 7 + 4.6 * len(text)), fill="#ffffff", width=0.2)
    for k, line in enumerate(text):
        view.sheet.text((6, 8.6 + 4.6 * k), line, size=3, anchor="start", bold=k == 0)
