"""Blankenese 29, a real plan of Hamburg in XPlanGML: drawn buildings under every check that planning law decides.

The plan comes in as any plan does: read, derived, stored, read back. Parcels, a street and a flood area are drawn,
since the plan has none. Plots are rectangles inside one zone of the plan, houses rectangles inside (or across) one of
its building windows, so that every figure can be done by hand. Coordinates are metres east and north of a corner.

Plot    size        zone of the plan                         window (storeys)
north   17 · 33 m   WR, GRZ 0.5, 6 dwellings                 17 (2)
pair    20 · 42 m   WR, GRZ 0.2, 2 dwellings, semi-detached  13 (3)
small   17 · 17 m   WR, GRZ 0.2, 3 dwellings                 57 (1)
free    24 · 32 m   WR, GRZ 0.3, 2 storeys, no dwellings     39 (none)
shop    the zone    WA, 300 m², 1 storey, 5 dwellings        60 (none)
bare     9 ·  4 m   WR, 2 dwellings, semi-detached, no GRZ   9 (1)
slope   the zone    WR, GRZ 0.2, 3 dwellings, detached       46 (2), a rectangle that lies askew
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from gis.checks import CheckResult, run_checks
from gis.layers import Layer
from gis.planning.family import family_of
from gis.planning.force import PlanInForce
from gis.planning.publishing import store_derived_layers
from gis.readers.xplan import read_binding_plan
from gis.rules import load_rules
from gis.siteplan import PlanFeature, Role, SitePlan
from gis.snapshots import SnapshotLayer
from tests.gis.builders import CRS, TODAY, layer

pytestmark = pytest.mark.realdata
EAST, NORTH = 552_900, 5_934_700
RULES = load_rules("ni", TODAY)
#: Checks that look at planning law, at other layers or at figures of the drawn buildings.
PLANNING = (
    "building_class", "building_height", "building_line", "building_method", "building_volume_ratio",
    "building_window", "demand", "dwellings", "floor_area_ratio", "land_use", "overlays", "plan_plausibility",
    "plot_size", "site_coverage", "storeys", "street_access",
)  # fmt: skip

Expected = tuple[str, float | None, float | None]


def box(x1: float, y1: float, x2: float, y2: float) -> shapely.Polygon:
    return shapely.box(EAST + x1, NORTH + y1, EAST + x2, NORTH + y2)


PLOTS = {
    "north": box(173, 251, 190, 284),
    "pair": box(248, 332, 268, 374),
    "small": box(144, 304, 161, 321),
    "free": box(347, 245, 371, 277),
    "bare": box(278, 239, 287, 243),
}


@pytest.fixture(scope="module")
def layers(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Layer]:
    path = shared_data / "xplan" / "Blankenese29.gml"
    reading = read_binding_plan(path)
    assert reading.plan is not None
    plan = PlanInForce("blankenese-29", family_of(reading.plan), reading.plan, date(1991, 7, 20), "in_force")
    root = tmp_path_factory.mktemp("layers")
    derived: dict[str, Layer] = {}
    for stored in store_derived_layers(root, "shared", [plan], pyproj.CRS(25832)):
        derived[stored.layer] = SnapshotLayer.open(stored.layer, root / "shared" / stored.layer / stored.snapshot_id)
    shapes = PLOTS | {"shop": zone_at(derived, 265, 290), "slope": zone_at(derived, 168, 331)}
    far = box(9000, 9000, 9001, 9001)
    return derived | {
        "parcels": layer("parcels", list(shapes.values()), {"parcel_id": list(shapes)}),
        "traffic_areas": layer("traffic_areas", [box(144, 298, 161, 304)], {"kind": ["street"], "public": [True]}),
        "overlays": layer("overlays", [box(157, 300, 170, 330)], {"kind": ["flood_area"]}),
        "monuments": layer("monuments", [far], {}),
        "buildings": layer("buildings", [far], {}),
    }


def zone_at(layers: Mapping[str, Layer], x: float, y: float) -> BaseGeometry:
    return _at(layers["zoning"], x, y)


def _at(found: Layer, x: float, y: float) -> BaseGeometry:
    window = found.window((EAST, NORTH, EAST + 500, NORTH + 500))
    (row,) = np.flatnonzero(shapely.covers(window.geometry, shapely.Point(EAST + x, NORTH + y)))
    shape: BaseGeometry = window.geometry[row]
    return shape


def house(*corners: float, role: Role = Role.MAIN_BUILDING, **values: Any) -> PlanFeature:
    storeys = values.get("storeys", 1)
    heights = {"wall_height_m": max(6.0, 3.0 * storeys), "top_floor_level_m": 0.3 + 3.0 * (storeys - 1)}
    usual: dict[str, Any] = {"storeys": storeys, "dwellings": 1, "use": "Wohnen", **heights}
    usual |= {"gross_floor_area_m2": (corners[2] - corners[0]) * (corners[3] - corners[1])}
    return PlanFeature(box(*corners), role, **(usual | values if role is Role.MAIN_BUILDING else values))


def check(layers: Mapping[str, Layer], plot: str, *features: PlanFeature) -> dict[str, CheckResult]:
    plan = SitePlan(plot, features, (plot,), CRS)
    return {result.check: result for result in run_checks(plan, layers, RULES)}


#: What the plan does not set, wherever a house stands: floor area, volume, heights, plot sizes, lines to build on.
UNSET = {"building_volume_ratio": ("not_applicable", None, None), "building_height": ("not_applicable", None, None),
         "building_line": ("not_applicable", None, None)}  # fmt: skip


def agree(results: Mapping[str, CheckResult], expected: Mapping[str, Expected]) -> None:
    """Verdict, value and limit of the checks named and of those that the plan leaves without a limit."""
    for name, (verdict, value, limit) in (UNSET | dict(expected)).items():
        result = results[name]
        assert result.verdict == verdict, (name, result.message)
        for found, wanted in ((result.value, value), (result.limit, limit)):
            assert found == (None if wanted is None else pytest.approx(wanted, abs=1e-9)), (name, result.message)
    assert {results["floor_area_ratio"].verdict, results["plot_size"].verdict} == {"not_applicable"}


def test_a_house_that_keeps_everything_in_a_zone_with_high_density(layers: Mapping[str, Layer]) -> None:
    # 12 · 20 = 240 of 561 m², two storeys of 240 m²; the orientation value for WR is 0.4, the plan sets 0.5.
    results = check(layers, "north", house(176, 254, 188, 274, storeys=2, dwellings=6, gross_floor_area_m2=480.0))
    agree(results, {
        "site_coverage": ("passed", 240 / 561, 0.5), "storeys": ("passed", 2, 2), "dwellings": ("passed", 6, 6),
        "building_window": ("passed", 0, 0), "land_use": ("passed", None, None), "overlays": ("passed", 0, 0),
        "plan_plausibility": ("borderline", 0.5, 0.4), "building_method": ("not_applicable", None, None),
        "building_class": ("passed", 3, None), "demand": ("borderline", 6, 5), "inside_parcels": ("passed", 0, 0),
        # No street nearer than 18 m and no register of easements.
        "street_access": ("not_assessable", 0, 3),
    })  # fmt: skip
    assert results["floor_area_ratio"].value == pytest.approx(480 / 561)
    assert results["plot_size"].value == pytest.approx(561)
    assert results["demand"].details["playground"]
    assert any("BauNVO" in rule["legal_basis"] for rule in results["site_coverage"].details["rules"])
    assert any("textlichen Festsetzungen" in text for text in results["site_coverage"].assumptions)


def test_a_house_that_is_too_much_of_everything_there(layers: Mapping[str, Layer]) -> None:
    # 12 · 24 = 288 of 561 m² = 0.513; three storeys in a window for two; seven dwellings; industry in a WR.
    results = check(layers, "north", house(176, 254, 188, 278, storeys=3, dwellings=7, use="Industrie"))
    agree(results, {
        "site_coverage": ("failed", 288 / 561, 0.5), "storeys": ("failed", 3, 2), "dwellings": ("failed", 7, 6),
        "building_window": ("passed", 0, 0), "land_use": ("failed", None, None), "demand": ("borderline", 7, 5),
    })  # fmt: skip


def test_two_houses_make_the_semi_detached_house_that_the_plan_asks_for(layers: Mapping[str, Layer]) -> None:
    # 2 · 50 of 840 m²; together 10 m long; the second has one dwelling more than the two that are permitted.
    left = house(249, 356, 254, 366, storeys=3, dwellings=2)
    right = house(254, 356, 259, 366, storeys=3, dwellings=3)
    agree(check(layers, "pair", left, right), {
        "site_coverage": ("passed", 100 / 840, 0.2), "storeys": ("passed", 3, 3), "dwellings": ("failed", 3, 2),
        "building_method": ("passed", 10, 50), "building_window": ("passed", 0, 0),
        "plan_plausibility": ("passed", 0.2, 0.4), "building_class": ("passed", 3, None),
    })  # fmt: skip


def test_a_house_alone_is_none_and_four_storeys_are_one_too_many(layers: Mapping[str, Layer]) -> None:
    alone = check(layers, "pair", house(249, 356, 254, 366, storeys=4))
    agree(alone, {
        "site_coverage": ("passed", 50 / 840, 0.2), "storeys": ("failed", 4, 3), "dwellings": ("passed", 1, 2),
        "building_method": ("failed", 10, 50), "building_class": ("passed", 4, None),
    })  # fmt: skip
    assert "zulässig sind Doppelhäuser" in alone["building_method"].message


def test_a_garage_counts_only_with_ancillary_structures_and_may_stand_outside(layers: Mapping[str, Layer]) -> None:
    # 6 · 9 = 54 and with the garage 72 of 289 m²: 0.187 of 0.2 and 0.249 of 1.5 · 0.2. The street is 17 m long.
    # The flood area takes 4 of the 17 m: 68 m², with nothing built on it.
    garage = house(154, 306, 157, 312, role=Role.GARAGE)
    results = check(layers, "small", house(146.5, 306, 152.5, 315), garage)
    agree(results, {
        "site_coverage": ("passed", 54 / 289, 0.2), "storeys": ("passed", 1, 1), "dwellings": ("passed", 1, 3),
        "building_window": ("borderline", 0, 0), "street_access": ("passed", 17, 3), "overlays": ("borderline", 1, 0),
        "plan_plausibility": ("passed", 0.2, 0.4), "building_method": ("not_applicable", None, None),
    })  # fmt: skip
    coverage = results["site_coverage"].details
    assert (coverage["grz_2"], coverage["limit_grz_2"]) == (pytest.approx(72 / 289), pytest.approx(0.3))
    (hit,) = [a for a in results["overlays"].details["answers"] if a["answer"] == "hit"]
    assert (hit["id"], hit["site_m2"], hit["built_m2"]) == ("flood_area", pytest.approx(68), 0)
    assert results["overlays"].details["consultees"] == ["Untere Wasserbehörde"]


def test_at_the_limit_and_as_an_exception(layers: Mapping[str, Layer]) -> None:
    # 5.8 · 10 = 58 of 289 m² = 0.2007: less than 0.005 above 0.2. A small hotel is an exception in a WR.
    agree(check(layers, "small", house(146.5, 306, 152.3, 316, use="Hotel")), {
        "site_coverage": ("borderline", 58 / 289, 0.2), "land_use": ("borderline", None, None),
        "building_window": ("passed", 0, 0),
    })  # fmt: skip


def test_a_house_in_the_flood_area_fails_there(layers: Mapping[str, Layer]) -> None:
    # 9 · 8 = 72 of 289 m²; 2 · 8 = 16 m² in the flood area, which begins at 157.
    results = check(layers, "small", house(150, 306, 159, 314))
    agree(results, {"site_coverage": ("failed", 72 / 289, 0.2), "overlays": ("failed", 1, 0)})
    (hit,) = [a for a in results["overlays"].details["answers"] if a["answer"] == "hit"]
    assert hit["built_m2"] == pytest.approx(16)
    assert results["building_window"].verdict == "failed"


def test_a_zone_without_a_number_of_dwellings_limits_none(layers: Mapping[str, Layer]) -> None:
    agree(check(layers, "free", house(350, 258.5, 364, 263)), {
        "site_coverage": ("passed", 63 / 768, 0.3), "storeys": ("passed", 1, 2),
        "dwellings": ("not_applicable", None, None), "building_window": ("passed", 0, 0),
        "building_method": ("not_applicable", None, None), "plan_plausibility": ("passed", 0.3, 0.4),
    })  # fmt: skip


def test_a_footprint_in_square_metres_becomes_a_ratio(layers: Mapping[str, Layer]) -> None:
    # The plan permits 300 m² on the whole zone, whatever its area: 80 m² are 80/300 of what is permitted.
    shop = house(264, 282, 268, 302, storeys=2, dwellings=None, use="Laden")
    results = check(layers, "shop", shop)
    ratio = results["site_coverage"]
    assert ratio.verdict == "passed"
    assert ratio.value == pytest.approx(80 / zone_at(layers, 265, 290).area)
    assert (ratio.value or 0) / (ratio.limit or 1) == pytest.approx(80 / 300)
    agree(results, {
        "storeys": ("failed", 2, 1), "dwellings": ("not_assessable", None, 5), "building_window": ("passed", 0, 0),
        "land_use": ("passed", None, None), "plan_plausibility": ("not_applicable", None, None),
        "demand": ("not_assessable", None, 5),
    })  # fmt: skip


def test_a_zone_without_site_coverage_cannot_pass(layers: Mapping[str, Layer]) -> None:
    agree(check(layers, "bare", house(279, 240, 283, 242)), {
        "site_coverage": ("not_assessable", 8 / 36, None), "plan_plausibility": ("not_applicable", None, None),
        "storeys": ("passed", 1, 1), "dwellings": ("passed", 1, 2), "building_method": ("failed", 4, 50),
    })  # fmt: skip


@pytest.mark.parametrize(
    ("moved", "depth", "verdict"), [(0.0, 0.0, "passed"), (1.0, 0.0, "passed"), (3.0, 2.0, "failed")]
)
def test_a_house_drawn_along_a_window_leaves_it_by_what_it_is_moved(
    layers: Mapping[str, Layer], moved: float, depth: float, verdict: str
) -> None:
    # All around 1 m smaller than the window, then moved towards one side of it.
    result = check(layers, "slope", _in_window(layers, (1, 1, 1, 1), moved))["building_window"]
    assert result.verdict == verdict
    assert result.value == pytest.approx(depth, abs=0.01)


def test_a_bay_on_a_quarter_of_the_front_is_minor(layers: Mapping[str, Layer]) -> None:
    # The house fills the window less 1 m all around; the bay reaches 2.2 m out: 1.2 m beyond, on a quarter.
    body, bay = _in_window(layers, (1, 1, 1, 1), 0).geometry, _in_window(layers, (1, 4, 1, 4.5), 2.2).geometry
    shape = body.union(bay)
    assert isinstance(shape, shapely.Polygon)
    result = check(layers, "slope", PlanFeature(shape, Role.MAIN_BUILDING))["building_window"]
    assert result.verdict == "borderline"
    assert result.value == pytest.approx(1.2, abs=0.01)


def _in_window(layers: Mapping[str, Layer], less: tuple[float, ...], moved: float) -> PlanFeature:
    """A rectangle along the sides of the window askew: ``less`` on its four sides, then moved along the first side."""
    corners = shapely.get_coordinates(_at(layers["building_windows"], 168, 331))
    first, second = corners[1] - corners[0], corners[3] - corners[0]
    length, width = float(np.hypot(*first)), float(np.hypot(*second))
    first, second = first / length, second / width
    along = (less[0] + moved, length - less[2] + moved)
    across = (less[1], width - less[3])
    points = [
        corners[0] + u * first + v * second for u, v in zip((*along, *along[::-1]), np.repeat(across, 2), strict=True)
    ]
    return PlanFeature(shapely.Polygon(points), Role.MAIN_BUILDING, wall_height_m=6.0)
