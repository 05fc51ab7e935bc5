"""A plan at its limits ends in bounded time: the checks do not grow with the square of its size."""

import math
import time

import shapely

from gis.checks import CHECKS, run_checks
from gis.rules import load_rules
from gis.siteplan import Role
from tests.gis.builders import EAST, NORTH, TODAY, box, feature, layer, parcels, plan


def test_five_thousand_footprints_are_checked_in_seconds() -> None:
    roles = (Role.MAIN_BUILDING, Role.TERRACE, Role.GARAGE)
    features = [
        feature(box(x, y, x + 1, y + 1), roles[(i + j) % 3], wall_height_m=3.0)
        for i, x in enumerate(range(0, 140, 2))
        for j, y in enumerate(range(0, 140, 2))
    ]
    town = parcels(**{f"P{i}_{j}": box(i * 7, j * 7, i * 7 + 7, j * 7 + 7) for i in range(20) for j in range(20)})
    zoning = layer("zoning", [box(-10, -10, 200, 200)], {"zone": ["WA"], "grz": [0.4]})
    start = time.perf_counter()
    results = run_checks(plan(*features[:4900]), {"parcels": town, "zoning": zoning}, load_rules("ni", TODAY))
    assert time.perf_counter() - start < 60
    assert len(results) == len(CHECKS)


def test_fifty_thousand_vertices_are_checked_in_seconds() -> None:
    points = [
        (EAST + 50 + 20 * math.cos(2 * math.pi * i / 49_000), NORTH + 50 + 20 * math.sin(2 * math.pi * i / 49_000))
        for i in range(49_000)
    ]
    tower = feature(shapely.Polygon(points), wall_height_m=10.0)
    start = time.perf_counter()
    results = run_checks(plan(tower), {"parcels": parcels(A=box(0, 0, 100, 100))}, load_rules("ni", TODAY))
    assert time.perf_counter() - start < 60
    distance = next(result for result in results if result.check == "boundary_distance")
    assert distance.value is not None
    assert abs(distance.value - 30) < 1e-4
    assert len(distance.details["walls"]) == 100
