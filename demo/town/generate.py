"""Generate the demo town: two municipalities with all reference layers, the same on every run."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from demo.town.beispielhausen import BEISPIELHAUSEN
from demo.town.building import FUNCTION_NAMES, Building
from demo.town.buildings import raise_buildings
from demo.town.cadastre import Plot, draw_plots
from demo.town.layout import TownLayout
from demo.town.musterstadt import MUSTERSTADT
from demo.town.planning import Rows, flood_area, land_use_of, monuments, use_layers, zone_layers
from demo.town.registers import number_houses, number_parcels, official_area
from demo.town.shapes import polygons_of, smooth
from demo.town.tiling import GRID_M, node

if TYPE_CHECKING:
    from demo.town.sites import DemoSite

CRS = "EPSG:25832"
ORIGIN = (545_000.0, 5_800_000.0)
TURN_DEGREES = 7.5
SEED = "musterstadt-1"
LAYOUTS = (MUSTERSTADT, BEISPIELHAUSEN)


@dataclass(frozen=True)
class Municipality:
    """One municipality: `layers` by canonical name, each with canonical attributes, in EPSG:25832."""

    key: str
    name: str
    authority: str
    layers: dict[str, Any]
    outline: Polygon


@dataclass(frozen=True)
class Town:
    """The demo world: municipalities by key, and the plots on which the demo proposes to build."""

    municipalities: Mapping[str, Municipality]
    sites: tuple[DemoSite, ...]

    @property
    def layers(self) -> dict[str, dict[str, Any]]:
        """Layers by municipality, then by layer name."""
        return {key: m.layers for key, m in self.municipalities.items()}

    def site(self, key: str) -> DemoSite:
        """Return the demo site of that key (KeyError where there is none)."""
        found = {site.key: site for site in self.sites}
        return found[key]


def to_map(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn and shift coordinates of the local frame, shape (n, 2), to EPSG:25832."""
    c, s = math.cos(math.radians(TURN_DEGREES)), math.sin(math.radians(TURN_DEGREES))
    return np.column_stack([ORIGIN[0] + xy[:, 0] * c - xy[:, 1] * s, ORIGIN[1] + xy[:, 0] * s + xy[:, 1] * c])


def on_map(geometry: BaseGeometry) -> Any:
    """Return a geometry of the local frame in EPSG:25832, not rounded."""
    return shapely.transform(geometry, to_map)


def generate_town(seed: str = SEED) -> Town:
    """Generate both municipalities and the demo sites. Deterministic: the same bytes on every run."""
    from demo.town.scenarios import make_sites

    plots: list[Plot] = []
    for layout in LAYOUTS:
        plots += draw_plots(layout, random.Random(f"{seed}/{layout.key}"))  # noqa: S311 (no secret)
    for plot in plots:
        plot.region = on_map(plot.region)
        plot.front = None if plot.front is None else on_map(plot.front)
    plots = node(plots)
    buildings = raise_buildings(plots, seed)
    municipalities = {}
    for layout in LAYOUTS:
        own = [p for p in plots if p.town == layout.key]
        municipalities[layout.key] = _municipality(
            layout, own, [b for b in buildings if b.plot.town == layout.key], seed
        )
    return Town(municipalities, make_sites(plots, buildings, municipalities, LAYOUTS))


def _municipality(layout: TownLayout, plots: list[Plot], buildings: list[Building], seed: str) -> Municipality:
    rng = random.Random(f"{seed}/areas/{layout.key}")  # noqa: S311 (no secret)
    numbers = number_parcels(plots, layout, seed)
    lines: dict[str, LineString] = {s.name: on_map(smooth(s.points)) for s in layout.streets}
    houses = number_houses(plots, lines)
    parcels: Rows = []
    for k, plot in enumerate(plots):
        number = numbers[k]
        plot.parcel_id = number.parcel_id
        plot.address = f"{plot.street} {houses[k]}" if k in houses else ""
        parcels.append(
            {
                "parcel_id": number.parcel_id,
                "official_area_m2": official_area(plot, rng),
                "cadastral_district": layout.name,
                "cadastral_section": str(number.section),
                "numerator": str(number.numerator),
                "denominator": None if number.denominator is None else str(number.denominator),
                "municipality": layout.name,
                "label": number.label,
                "land_use": land_use_of(plot),
                "street": plot.street or None,
                "geometry": plot.geometry,
            }
        )
    layers: dict[str, Rows] = {"parcels": sorted(parcels, key=lambda row: str(row["parcel_id"]))}
    layers["buildings"] = _building_rows(buildings, layout)
    layers["addresses"] = _address_rows(buildings, layout)
    layers |= zone_layers(plots, layout)
    layers |= use_layers(plots, layout)
    layers["overlays"] = _overlays(layout)
    layers["monuments"] = monuments(buildings, layout)
    layers["easements"] = _easements(plots, layout)
    outline = shapely.coverage_union_all([p.geometry for p in plots])
    frames = {name: _frame(rows) for name, rows in layers.items()}
    return Municipality(layout.key, layout.name, layout.authority, frames, polygons_of(outline)[0])


def _frame(rows: Rows) -> Any:
    if not rows:
        return geopandas.GeoDataFrame({"geometry": []}, geometry="geometry", crs=CRS)
    return geopandas.GeoDataFrame(rows, geometry="geometry", crs=CRS)


def _building_rows(buildings: Sequence[Building], layout: TownLayout) -> Rows:
    return [
        {
            "building_id": f"DENI{layout.district_code}G{k:05d}",
            "function": b.function,
            "function_name": FUNCTION_NAMES[b.function],
            "height_m": b.height_m,
            "storeys": b.storeys,
            "name": b.name or None,
            "address": b.plot.address or None,
            "parcel_id": b.plot.parcel_id,
            "geometry": b.geometry,
        }
        for k, b in enumerate(buildings)
    ]


def _address_rows(buildings: Sequence[Building], layout: TownLayout) -> Rows:
    rows: Rows = []
    for b in buildings:
        if not b.main or not b.plot.address:
            continue
        street, _, number = b.plot.address.rpartition(" ")
        digits = number.rstrip("abc")
        rows.append(
            {
                "address_id": f"DENI{layout.district_code}A{len(rows):05d}",
                "street": street,
                "house_number": digits,
                "house_number_suffix": number[len(digits) :] or None,
                "postcode": layout.postal_code,
                "place": layout.name,
                "parcel_id": b.plot.parcel_id,
                "geometry": shapely.set_precision(b.geometry.point_on_surface(), GRID_M),
            }
        )
    return rows


def _overlays(layout: TownLayout) -> Rows:
    def row(k: int, kind: str, name: str, shape: BaseGeometry) -> dict[str, Any]:
        geometry = shapely.normalize(shapely.set_precision(on_map(shape), GRID_M))
        return {"overlay_id": f"{layout.district_code}-U{k}", "kind": kind, "name": name, "geometry": geometry}

    outline = Polygon(layout.outline)
    rows = [row(1, "flood_area", f"Überschwemmungsgebiet {layout.river.name}", flood_area(layout))]
    if layout.key == "musterstadt":
        well = Polygon([(980, 760), (1120, 740), (1290, 780), (1390, 900), (1300, 1000), (1080, 1040), (960, 960)])
        rows.append(row(2, "water_protection", "Wasserschutzgebiet Sonnenhang, Zone III", well.intersection(outline)))
        core = Polygon([(420, 400), (432, 470), (486, 520), (560, 534), (642, 526), (704, 490), (708, 360), (664, 296),
                        (612, 270), (530, 282), (455, 330)])  # fmt: skip
        rows.append(row(3, "preservation_statute", "Erhaltungssatzung Altstadt", core))
        meadow = Polygon([(760, 80), (1010, 95), (1400, 70), (1410, 270), (1100, 240), (900, 250), (800, 220)])
        rows.append(
            row(4, "landscape_protection", "Landschaftsschutzgebiet Leinebachaue", meadow.intersection(outline))
        )
    return rows


def _easements(plots: Sequence[Plot], layout: TownLayout) -> Rows:
    """Return a right of way over the side of a built plot, entered in the register of public easements."""
    plot = next(p for p in plots if p.style == "detached" and p.front is not None and p.geometry.area > 500)
    front = plot.front
    assert front is not None
    strip = plot.geometry.intersection(front.interpolate(0).buffer(3.5))
    shape = shapely.normalize(shapely.set_precision(strip, GRID_M))
    return [{"easement_id": f"{layout.district_code}-BL-0001", "kind": "Zuwegungsbaulast", "geometry": shape}]
