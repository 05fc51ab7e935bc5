"""Checks: one plan through all of them, against the bare window reads and the shapely calls that they need."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date

import numpy as np
import pyproj
import shapely

from gis.checks import run_checks
from gis.layers import LayerInfo, MemoryLayer
from gis.rules import load_rules
from gis.siteplan import PlanFeature, Role, SitePlan

_REPEATS = 300
_EAST, _NORTH, _STEP = 550_000.0, 5_800_000.0, 25.0
_COLUMNS = 100  # 100 × 100 parcels of 25 × 25 m


def figures() -> Iterator[dict[str, object]]:
    """Yield the time of the checks, of the bare calls, and their ratio (same process, alternating, median)."""
    layers = _town()
    plan = _plan()
    rules = load_rules("ni", date(2026, 11, 22))

    def checks() -> None:
        run_checks(plan, layers, rules)

    def bare() -> None:
        _bare_calls(plan, layers)

    times = _alternate(checks, bare)
    yield {"figure": "checks_one_plan", "value": times[0] * 1000, "unit": "ms"}
    yield {"figure": "checks_bare_calls", "value": times[1] * 1000, "unit": "ms"}
    yield {"figure": "checks_vs_bare_calls", "value": times[0] / times[1], "unit": "ratio", "aim": "at most 3"}


def _town() -> dict[str, MemoryLayer]:
    """10⁴ parcels with official areas, and one zone per block of 10 × 10."""
    crs = pyproj.CRS.from_epsg(25832)
    rows, columns = np.divmod(np.arange(_COLUMNS**2), _COLUMNS)
    west, south = _EAST + columns * _STEP, _NORTH + rows * _STEP
    parcels = shapely.box(west, south, west + _STEP, south + _STEP)
    ids = np.array([f"030001001{number:05d}0000__" for number in range(_COLUMNS**2)], dtype=object)
    block = _STEP * 10
    rows, columns = np.divmod(np.arange(100), 10)
    west, south = _EAST + columns * block, _NORTH + rows * block
    zones = shapely.box(west, south, west + block, south + block)

    def layer(name: str, geometry: np.ndarray, values: dict[str, np.ndarray]) -> MemoryLayer:
        info = LayerInfo(name, None, "bench", "", None, crs, len(geometry))
        made = MemoryLayer(info, geometry, values)
        made.window((_EAST, _NORTH, _EAST + 1, _NORTH + 1))  # builds the index
        return made

    return {
        "parcels": layer("parcels", parcels, {"parcel_id": ids, "official_area_m2": np.full(len(ids), _STEP**2)}),
        "zoning": layer("zoning", zones, {"zone": np.full(100, "WA", dtype=object), "grz": np.full(100, 0.4)}),
    }


def _plan() -> SitePlan:
    """A house, a garage and a terrace on a parcel in the middle of the town."""
    x, y = _EAST + 50 * _STEP, _NORTH + 53 * _STEP

    def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
        return shapely.box(x + west, y + south, x + east, y + north)

    features = (
        PlanFeature(box(5, 6, 15, 18), Role.MAIN_BUILDING, "1", wall_height_m=6.25),
        PlanFeature(box(17, 10, 20, 16), Role.GARAGE, "2", wall_height_m=2.8),
        PlanFeature(box(5, 18, 15, 20), Role.TERRACE, "3"),
    )
    return SitePlan("bench", features, crs=pyproj.CRS.from_epsg(25832))


def _bare_calls(plan: SitePlan, layers: dict[str, MemoryLayer]) -> None:
    """Reads and geometry without which the figures of a town plan cannot be had; no verdicts, texts or provenance."""
    shapes = np.array([feature.geometry for feature in plan.features], dtype=object)
    xmin, ymin, xmax, ymax = shapely.total_bounds(shapes)
    parcels = layers["parcels"].window((xmin - 25, ymin - 25, xmax + 25, ymax + 25)).geometry
    site = shapely.union_all(parcels[shapely.area(shapely.intersection(parcels, shapes[0])) > 0.5])
    shapely.union_all(shapes).difference(site)
    for feature in plan.features[:2]:
        segments, _, _ = feature.edges()
        edges = shapely.linestrings(segments)
        shapely.distance(edges, site.boundary)
        shapely.shortest_line(edges, site.boundary)
    house, garage = (np.asarray(shapely.linestrings(feature.edges()[0])) for feature in plan.features[:2])
    shapely.distance(house[:, None], garage[None, :])
    shapely.shortest_line(house[0], garage[0])
    shapely.area(parcels)
    zoning = layers["zoning"].window(site.bounds).geometry
    core = site.buffer(-0.1, join_style="mitre")
    shapely.area(shapely.intersection(zoning, site))
    shapely.area(shapely.intersection(zoning, core))
    site.difference(zoning[0])
    shapely.union_all(shapes[[0, 2]]).intersection(site)
    shapely.union_all(shapes).intersection(site)
    shapely.area(shapely.intersection(shapes, site))
    shapely.intersection(shapes[0], zoning[0])  # measures that hold for the building
    shapely.prepare(zoning[0])
    zoning[0].covers(shapes[0])
    near = site.boundary.buffer(0.1)  # building method: the neighbours' sides that the house touches
    touching = parcels[shapely.dwithin(parcels, site, 0.1)]
    sides = shapely.intersection(shapely.boundary(touching), near)
    shapely.dwithin(sides, shapes[0], 0.1)
    shapely.oriented_envelope(shapes[0])
    shapely.buffer(shapes[:2], 0.05, join_style="mitre")


def _alternate(*functions: Callable[[], None]) -> list[float]:
    """Median seconds of each function, run in turns, so that a busy machine slows all alike."""
    times: list[list[float]] = [[] for _ in functions]
    for repeat in range(_REPEATS + 20):
        for position, function in enumerate(functions):
            start = time.perf_counter()
            function()
            if repeat >= 20:
                times[position].append(time.perf_counter() - start)
    return [statistics.median(values) for values in times]
