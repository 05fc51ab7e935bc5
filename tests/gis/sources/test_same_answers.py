"""PostGIS, WFS, OGC API Features and files give the same answers, and the checks the same verdicts through each."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import psycopg
import pytest
import shapely

from gis.checks import CheckResult, run_checks
from gis.layers import Layer, LayerWindow, SearchableLayer, open_layer_file
from gis.rules import load_rules
from gis.sources import open_live_layer
from tests.gis.builders import TODAY, box, feature, plan
from tests.gis.sources.conftest import Open, make_table, rows, running_server, web_settings
from tests.gis.sources.town import ALL, SOME, number, quarter, write_geojson

KINDS = ("postgis", "ogcapi", "wfs", "wfs11")
LAYERS = ("parcels", "buildings", "zoning", "street_boundaries")


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, SearchableLayer]:
    folder = tmp_path_factory.mktemp("files")
    return {
        layer: open_layer_file(layer, write_geojson(folder / f"{layer}.geojson", features))
        for layer, features in quarter().items()
    }


@pytest.fixture
def opened(open_postgis: Open, open_web: Open) -> Callable[[str, str], SearchableLayer]:
    return lambda kind, layer: open_postgis(layer) if kind == "postgis" else open_web(kind, layer)


@pytest.mark.parametrize("bounds", [ALL, SOME])
@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_window_is_the_same_through_every_source(
    kind: str,
    layer: str,
    bounds: tuple[float, float, float, float],
    files: dict[str, SearchableLayer],
    opened: Callable[[str, str], SearchableLayer],
) -> None:
    wanted, found = files[layer].window(bounds), opened(kind, layer).window(bounds)
    assert len(found) == len(wanted) > 0
    assert not found.skipped
    assert rows(found) == rows(wanted)


@pytest.mark.parametrize("kind", KINDS)
def test_the_order_is_that_of_the_ids_and_the_digest_that_of_the_content(
    kind: str, files: dict[str, SearchableLayer], opened: Callable[[str, str], SearchableLayer]
) -> None:
    window = opened(kind, "parcels").window(ALL)
    ids = window.columns["parcel_id"].tolist()
    assert ids == [number(index) for index in range(40)]
    rounded = [shapely.set_precision(one.geometry, 0.001) for one in (window, files["parcels"].window(ALL))]
    assert (rounded[0] == rounded[1]).all()
    assert window.digest() == opened(kind, "parcels").window(ALL).digest()
    assert window.digest() != opened(kind, "parcels").window(SOME).digest()


@pytest.mark.parametrize("kind", KINDS)
def test_a_parcel_is_found_by_its_number_also_where_the_source_leaves_the_underscores_out(
    kind: str, files: dict[str, SearchableLayer], opened: Callable[[str, str], SearchableLayer]
) -> None:
    found = opened(kind, "parcels").find(number(8))
    assert rows(found) == rows(files["parcels"].find(number(8)))
    assert len(found) == 1
    assert len(opened(kind, "parcels").find(number(99))) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_feature_is_found_by_the_identity_that_the_service_gives(
    kind: str, opened: Callable[[str, str], SearchableLayer]
) -> None:
    found = opened(kind, "buildings").find("G0012")
    assert found.columns["building_id"].tolist() == ["G0012"]
    assert found.columns["height_m"].tolist() == [8.7]


@pytest.mark.parametrize("kind", KINDS)
def test_where_nothing_is_the_answer_is_nothing(kind: str, opened: Callable[[str, str], SearchableLayer]) -> None:
    away = (ALL[0] + 5000, ALL[1], ALL[2] + 5000, ALL[3])
    window = opened(kind, "parcels").window(away)
    assert len(window) == 0
    assert set(window.columns) == set(opened("postgis", "parcels").window(ALL).columns)


def verdicts(layers: dict[str, Layer]) -> list[dict[str, object]]:
    house = feature(box(31, 8, 43, 20), wall_height_m=6.0)
    near = feature(box(51, 40, 66, 51), wall_height_m=6.0)
    results: list[CheckResult] = []
    for shape in (house, near):
        results += run_checks(plan(shape), layers, load_rules("ni", TODAY))
    return [{"verdict": one.verdict, "value": one.value, "limit": one.limit, "at": one.parcels} for one in results]


@pytest.mark.parametrize("kind", KINDS)
def test_checks_give_the_same_verdicts_through_every_source(
    kind: str, files: dict[str, SearchableLayer], opened: Callable[[str, str], SearchableLayer]
) -> None:
    through = verdicts({layer: opened(kind, layer) for layer in LAYERS})
    assert through == verdicts(dict(files))
    assert {str(one["verdict"]) for one in through} >= {"passed", "failed"}


@pytest.mark.parametrize("kind", ["ogcapi", "wfs", "wfs11"])
@pytest.mark.parametrize("mode", ["degrees", "crs84", "global_crs", "short_names"])
def test_coordinates_arrive_where_they_belong_whatever_the_order_of_axes(
    kind: str, mode: str, open_web: Open, files: dict[str, SearchableLayer]
) -> None:
    # EPSG:4258 is written latitude first, CRS84 longitude first, "EPSG:25832" east first.
    window = open_web(kind, "parcels", mode).window(SOME)
    wanted = files["parcels"].window(SOME)
    moved = {str(one): shape for one, shape in zip(window.columns["parcel_id"], window.geometry, strict=True)}
    for one, shape in zip(wanted.columns["parcel_id"], wanted.geometry, strict=True):
        assert shapely.hausdorff_distance(moved[str(one)], shape) < 0.001


@pytest.mark.realdata
def test_real_parcels_are_the_same_through_every_source(
    shared_data: Path,
    tmp_path: Path,
    open_postgis: Open,
    database: psycopg.Connection[tuple[object, ...]],
) -> None:
    nas = open_layer_file("parcels", shared_data / "alkis/hh_neuwerk/ALKIS_NeuwScharh_0003.xml.gz")
    everything = nas.window((-1e7, -1e7, 1e8, 1e8))
    assert len(everything) == 137
    features = [
        {
            "type": "Feature",
            "id": f"n{row}",
            "properties": {
                "flstkennz": everything.columns["parcel_id"][row],
                "flaeche": float(everything.columns["official_area_m2"][row]),
                "gemarkung": everything.columns["cadastral_district"][row],
            },
            "geometry": shapely.geometry.mapping(shape),
        }
        for row, shape in enumerate(everything.geometry)
    ]
    make_table(database, "neuwerk", features)
    west, south, east, north = shapely.total_bounds(everything.geometry)
    middle = (west + east) / 2, (south + north) / 2
    windows = [
        (west, south, east, north),
        (middle[0], middle[1], middle[0] + 300, middle[1] + 300),
        tuple(shapely.buffer(everything.geometry[50], 40).bounds),
    ]
    path = write_geojson(tmp_path / "neuwerk.geojson", features)
    file = open_layer_file("parcels", path)
    with running_server(tmp_path / "data.json", {"parcels": features}) as address:
        live = [open_postgis("parcels", "town.neuwerk")]
        live += [open_live_layer(web_settings(address, kind, "parcels"), 25832) for kind in KINDS[1:]]
        for bounds in windows:
            wanted = rows(within(file.window(bounds), bounds))
            assert wanted
            for layer in live:
                assert rows(within(layer.window(bounds), bounds)) == wanted


def within(window: LayerWindow, bounds: tuple[float, ...]) -> LayerWindow:
    """The features that meet the bounds themselves, and not only with their boxes."""
    return window.select(np.flatnonzero(shapely.intersects(window.geometry, shapely.box(*bounds))))
