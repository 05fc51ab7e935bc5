"""The registry of checks: one file per check, complete, and safe against whatever is missing."""

from pathlib import Path

import pytest

import gis.checks
from gis.checks import CHECKS, HELPERS, Verdict, register, run_checks
from gis.layers import Bounds, Layer, LayerInfo, LayerUnavailableError, LayerWindow
from gis.rules import load_rules
from gis.siteplan import Role
from tests.gis.builders import TODAY, box, feature, layer, parcels, plan, run


def test_every_file_is_a_check_of_the_same_name() -> None:
    folder = Path(gis.checks.__file__).parent
    assert {path.stem for path in folder.glob("*.py")} - HELPERS - {"__init__"} == set(CHECKS)


def test_every_check_has_golden_scenarios() -> None:
    tests = Path(__file__).parent
    for check in CHECKS.values():
        assert (tests / f"test_{check.id}.py").is_file()
        assert all((check.title, check.question, check.formula, check.inputs))
        assert "parcels" in check.layers


def test_a_check_cannot_be_registered_twice() -> None:
    with pytest.raises(ValueError, match="twice"):
        register("inside_parcels", title="x", unit="", order=1, question="", formula="", inputs="")(
            lambda context: context.run
        )  # type: ignore[arg-type, return-value]


def test_an_unknown_check_is_an_error_of_the_caller() -> None:
    with pytest.raises(KeyError, match="nope"):
        run_checks(plan(feature(box(1, 1, 2, 2))), {}, load_rules("ni", TODAY), ["nope"])


class Down:
    """A layer whose service is down."""

    def __init__(self, info: LayerInfo) -> None:
        self.info = info

    def window(self, bounds: Bounds) -> LayerWindow:
        raise LayerUnavailableError("Der Dienst antwortet nicht.")


def down(name: str) -> Layer:
    return Down(layer(name, []).info)


@pytest.mark.parametrize("check", list(CHECKS))
def test_a_layer_that_is_down_is_not_assessable_and_says_why(check: str) -> None:
    # Two houses and a garage on the boundary, so that no check is idle.
    house = plan(
        feature(box(5, 8, 15, 20), wall_height_m=6.0, gross_floor_area_m2=200.0, gross_volume_m3=800.0, storeys=2),
        feature(box(5, 22, 15, 26), wall_height_m=3.0, use="Wohnhaus"),
        feature(box(17, 1, 20, 6), Role.GARAGE, wall_height_m=2.8),
    )
    town = parcels(A=box(0, 0, 20, 30))
    zoning = layer("zoning", [box(-9, -9, 90, 90)], {"zone": ["WA"], "grz": [0.4], "min_plot_m2": [100.0]})
    # A street line across the site, so that the traffic areas are asked as well; the street itself lies apart.
    lines = layer("street_boundaries", [box(-5, 27, 25, 60).exterior], {})
    streets = layer("traffic_areas", [box(-50, -40, 90, -30)], {"kind": ["street"], "public": [True]})
    windows = layer("building_windows", [box(2, 2, 18, 28)], {})
    others = {name: layer(name, [], {"kind": []}) for name in ("overlays", "monuments")}
    known = {"parcels": town, "zoning": zoning, "street_boundaries": lines, "traffic_areas": streets}
    for name in CHECKS[check].layers:
        given = known | {"building_windows": windows} | others | {name: down(name)}
        if name == "land_use":
            del given["traffic_areas"]  # it is read only where these are missing
        result = run(check, house, **given)
        assert result.verdict is Verdict.NOT_ASSESSABLE, name
        assert "antwortet nicht" in result.message, name


def test_values_are_strict_json_and_the_crs_is_named() -> None:
    house = plan(feature(box(5, 8, 15, 22), wall_height_m=(6.0, float("nan"), 6.0, 6.0)))
    for check in CHECKS:
        data = run(check, house, parcels=parcels(A=box(0, 0, 20, 30))).to_json()
        assert list(data) == [
            "plan", "check", "verdict", "value", "limit", "unit", "tolerance", "legal_basis", "parcels", "message",
            "details", "geometry",
        ]  # fmt: skip
        assert data["details"]["crs"] == "EPSG:25832"
        assert isinstance(data["details"]["assumptions"], list)


def test_a_geographic_parcel_layer_gives_no_figures_in_degrees() -> None:
    import pyproj

    town = layer("parcels", [box(0, 0, 20, 30)], {"parcel_id": ["A"]}, crs=pyproj.CRS.from_epsg(4326))
    result = run("inside_parcels", plan(feature(box(1, 1, 2, 2))), parcels=town)
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert "EPSG:4326" in result.message


def test_layers_in_another_crs_are_brought_to_that_of_the_parcels() -> None:
    import numpy as np
    import pyproj
    import shapely

    other = pyproj.CRS.from_epsg(25833)
    there = pyproj.Transformer.from_crs(25832, other, always_xy=True)
    zone = shapely.transform(
        shapely.segmentize(box(-50, -50, 90, 80), 10), lambda xy: np.column_stack(there.transform(*xy.T))
    )
    zoning = layer("zoning", [zone], {"zone": ["WA"], "grz": [0.4]}, crs=other)
    result = run("site_coverage", plan(feature(box(4, 4, 14, 16))), parcels=parcels(A=box(0, 0, 20, 30)), zoning=zoning)
    assert (result.verdict, result.limit) == (Verdict.PASSED, 0.4)
