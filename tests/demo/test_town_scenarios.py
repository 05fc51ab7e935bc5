"""The demo's proposals: drawn as meant, and judged by the checks as the demo says."""

import json
from datetime import date

import numpy as np
import pyproj
import pytest
import shapely

from demo.town import DemoSite, Town
from demo.town.files import write_site_plan
from demo.town.scenarios import SCENARIOS
from gis.checks import CheckResult, run_checks
from gis.layers import LayerInfo, Layers, MemoryLayer
from gis.readers import read_site_plans
from gis.rules import load_rules

KEYS = [scenario.key for scenario in SCENARIOS]


def memory_layers(town: Town, municipality: str) -> Layers:
    layers = {}
    for name, frame in town.layers[municipality].items():
        if name not in ("parcels", "zoning", "street_boundaries", "traffic_areas", "building_windows", "easements"):
            continue
        crs = pyproj.CRS.from_epsg(25832)
        info = LayerInfo(name, None, "Musterstadt", "frei", None, crs, len(frame))
        plain = frame.drop(columns="geometry").astype(object)
        columns = {column: plain[column].where(plain[column].notna(), None).to_numpy() for column in plain.columns}
        layers[name] = MemoryLayer(info, frame.geometry.to_numpy(), columns)
    return layers


@pytest.fixture(scope="session")
def results(town: Town, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, CheckResult]]:
    """Return the checks' results by site, with plans that went through a file and the reader."""
    folder = tmp_path_factory.mktemp("siteplans")
    layers = {key: memory_layers(town, key) for key in town.municipalities}
    rules = load_rules("ni", date(2026, 11, 22))
    found = {}
    for site in town.sites:
        path = folder / f"{site.key}.geojson"
        write_site_plan(site.site_plan(), path)
        plans = read_site_plans(path)
        assert not plans.refused
        found[site.key] = {r.check: r for r in run_checks(plans.plans[0], layers[site.municipality], rules)}
    return found


@pytest.mark.parametrize("key", KEYS)
def test_checks_judge_the_scenario_as_expected(
    key: str, town: Town, results: dict[str, dict[str, CheckResult]]
) -> None:
    found = results[key]
    messages = "\n".join(f"{r.check}: {r.verdict} {r.message}" for r in found.values())
    assert {check: str(found[check].verdict) for check in town.site(key).expected} == town.site(key).expected, messages


@pytest.mark.parametrize("key", KEYS)
def test_the_checks_see_exactly_the_parcels_of_the_site(
    key: str, town: Town, results: dict[str, dict[str, CheckResult]]
) -> None:
    assert sorted(results[key]["inside_parcels"].parcels) == sorted(town.site(key).parcels)


# Distances as drawn: taken from the scenario's title, not from the program.
@pytest.mark.parametrize(
    ("key", "distance", "limit"),
    [
        ("zu_nah", 2.40, 3.0),  # 0.4 · 6.50 m = 2.60 m, at least 3 m
        ("grenzfall_abstand", 2.98, 3.0),
        ("hohe_wand", 3.40, 3.7),  # 0.4 · 9.37 m = 3.748 m, rounded down
        ("gewerbehalle", 3.50, 3.2),  # 0.2 · 16 m between plots in a commercial area
        ("gewerbehalle_strasse", 8.0, 9.6),  # 0.4 · 24 m towards the street: 3.50 m and half of its 9 m
        ("doppelhaus", 0.005, 3.0),
        ("bauluecke", 5.0, 3.5),  # at the sides closed building; 0.4 · 8.80 m = 3.52 m to the middle of the street
        ("dorf_zu_nah", 2.40, 3.0),
    ],
)
def test_distances_are_as_drawn(
    key: str, distance: float, limit: float, results: dict[str, dict[str, CheckResult]]
) -> None:
    result = results[key]["boundary_distance"]
    assert result.value == pytest.approx(distance, abs=0.01)
    assert result.limit == pytest.approx(limit)


def test_coverage_ratios_are_as_drawn(town: Town, results: dict[str, dict[str, CheckResult]]) -> None:
    assert results["grz_ueberschritten"]["site_coverage"].value == pytest.approx(0.335, abs=0.0002)
    assert results["grenzfall_grz"]["site_coverage"].value == pytest.approx(0.302, abs=0.0002)
    assert results["grenzfall_grz"]["site_coverage"].limit == pytest.approx(0.3)


def test_the_overrun_in_the_scenario_is_eighty_centimetres_wide(town: Town) -> None:
    site = town.site("ueberbau")
    outside = site.main.geometry.difference(site.geometry)
    deepest = max(shapely.distance(shapely.points(shapely.get_coordinates(outside)), site.geometry))
    assert deepest == pytest.approx(0.80, abs=0.005)


def test_the_flood_scenario_lies_in_the_flood_area(town: Town) -> None:
    overlays = town.layers["musterstadt"]["overlays"]
    flood = shapely.union_all(overlays.geometry[overlays["kind"] == "flood_area"].to_numpy())
    site = town.site("ueberschwemmungsgebiet")
    assert site.main.geometry.intersection(flood).area > 0.5 * site.main.geometry.area


def test_sites_are_distinct_parcels_of_their_municipality(town: Town) -> None:
    used = [parcel for site in town.sites for parcel in site.parcels]
    assert len(set(used)) == len(used)
    for site in town.sites:
        assert set(site.parcels) <= set(town.layers[site.municipality]["parcels"]["parcel_id"])


def test_sites_for_new_houses_are_vacant(town: Town) -> None:
    for site in town.sites:
        standing = town.layers[site.municipality]["buildings"]["parcel_id"].isin(site.parcels).any()
        assert standing == (site.key in {"anbau", "ersatzbau"})


def test_a_site_plan_is_geojson_with_its_crs_parcels_and_roles(town: Town) -> None:
    site: DemoSite = town.site("garage")
    plan = json.loads(json.dumps(site.site_plan()))
    assert plan["crs"]["properties"]["name"] == "urn:ogc:def:crs:EPSG::25832"
    assert [f["properties"]["role"] for f in plan["features"]] == ["main_building", "garage", "terrace"]
    assert {tuple(f["properties"]["parcels"]) for f in plan["features"]} == {site.parcels}
    assert np.isfinite(shapely.get_coordinates([f.geometry for f in site.features])).all()


def test_an_unknown_site_is_refused(town: Town) -> None:
    with pytest.raises(KeyError):
        town.site("luftschloss")
