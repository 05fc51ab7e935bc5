"""The town's other layers, its files, and that it is the same on every run."""

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from demo.town import Town, generate_town, write_town
from gis.attributes import layer_schema
from gis.layers import open_layer_file

TOWNS = ("musterstadt", "beispielhausen")
LAYERS = (
    "parcels", "buildings", "zoning", "building_windows", "building_limits", "building_lines", "street_boundaries",
    "traffic_areas", "land_use", "easements", "overlays", "monuments", "addresses",
)  # fmt: skip

DIGEST = """
import hashlib, shapely
from demo.town import generate_town
town = generate_town()
digest = hashlib.sha256()
for layers in town.layers.values():
    for name, frame in layers.items():
        digest.update(name.encode())
        for blob in shapely.to_wkb(frame.geometry.to_numpy()):
            digest.update(blob)
        digest.update(frame.drop(columns="geometry").to_json().encode())
for site in town.sites:
    digest.update(repr(site.site_plan()).encode())
print(digest.hexdigest())
"""


def run_digest(hash_seed: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", DIGEST],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
    )
    return done.stdout.strip()


def test_every_run_gives_the_same_bytes_whatever_the_hash_seed() -> None:
    first, second = run_digest("1"), run_digest("4711")
    assert len(first) == len(hashlib.sha256().hexdigest())
    assert first == second


def test_the_town_is_generated_in_less_than_five_seconds_of_processor_time() -> None:
    start = time.process_time()
    generate_town()
    assert time.process_time() - start < 5


@pytest.mark.parametrize("key", TOWNS)
def test_a_town_has_every_reference_layer_with_canonical_attributes(town: Town, key: str) -> None:
    assert set(town.layers[key]) == set(LAYERS)
    for name, frame in town.layers[key].items():
        assert frame.crs.to_epsg() == 25832
        if len(frame):
            schema = layer_schema(name)
            assert schema.id_attribute in frame.columns
            assert frame[schema.id_attribute].is_unique
            assert shapely.is_valid(frame.geometry.to_numpy()).all()


def test_zones_are_made_of_whole_parcels_and_do_not_overlap(town: Town) -> None:
    for key in TOWNS:
        zones = town.layers[key]["zoning"].geometry.to_numpy()
        left, right = shapely.STRtree(zones).query(zones)
        pairs = left < right
        assert shapely.area(shapely.intersection(zones[left[pairs]], zones[right[pairs]])).sum() < 1e-6
        ground = town.layers[key]["parcels"].geometry.to_numpy()
        inside = shapely.area(shapely.intersection(ground, shapely.union_all(zones)))
        share = inside / shapely.area(ground)
        assert ((share < 1e-9) | (share > 1 - 1e-9)).all()


def test_zones_name_use_measures_and_ordinance(town: Town) -> None:
    frame = town.layers["musterstadt"]["zoning"]
    assert {"WA", "WR", "MI", "MK", "GE"} <= set(frame["zone"])
    assert frame["grz"].between(0.2, 1.0).all()
    assert set(frame["baunvo_version"]) == {"1977", "1990", "2017"}
    assert "MD" in set(town.layers["beispielhausen"]["zoning"]["zone"])


def test_building_windows_lie_in_their_zone_with_limits_around_them(town: Town) -> None:
    for key in TOWNS:
        layers = town.layers[key]
        zones = shapely.union_all(layers["zoning"].geometry.to_numpy()).buffer(0.01)
        assert shapely.covers(zones, layers["building_windows"].geometry.to_numpy()).all()
        assert len(layers["building_limits"]) == len(layers["building_windows"]) > 0


def test_a_flood_area_follows_the_river(town: Town) -> None:
    for key in TOWNS:
        overlays = town.layers[key]["overlays"]
        flood = overlays.geometry[overlays["kind"] == "flood_area"].iloc[0]
        uses = town.layers[key]["land_use"]
        river = shapely.union_all(uses.geometry[uses["kind"] == "Fließgewässer"].to_numpy())
        assert river.difference(flood).area < 0.02 * river.area


def test_streets_and_squares_are_public_and_tracks_are_not(town: Town) -> None:
    frame = town.layers["musterstadt"]["traffic_areas"]
    assert set(frame["kind"]) == {"street", "path", "square"}
    assert frame["public"][frame["kind"] != "path"].all()
    assert not frame["public"].all()


def test_there_are_monuments_and_easements(town: Town) -> None:
    for key in TOWNS:
        assert set(town.layers[key]["monuments"]["kind"]) == {"Baudenkmal"}
        assert len(town.layers[key]["easements"]) >= 1
    assert len(town.layers["musterstadt"]["monuments"]) >= 8


def test_written_files_hold_the_same_features(town: Town, tmp_path: Path) -> None:
    written = write_town(town, tmp_path)
    for key, files in written.items():
        for name, path in files.items():
            geometry = shapely.from_wkb(pyogrio.raw.read(path)[2])
            frame = town.layers[key][name]
            assert len(geometry) == len(frame)
            assert np.sort(shapely.area(geometry)) == pytest.approx(np.sort(frame.geometry.area.to_numpy()))
    assert len(list((tmp_path / "siteplans").glob("*.geojson"))) == len(town.sites)


def test_the_layer_reader_takes_the_files_without_a_map_and_skips_nothing(town: Town, tmp_path: Path) -> None:
    for key, files in write_town(town, tmp_path).items():
        for name, path in files.items():
            layer = open_layer_file(name, path)
            assert layer.info.feature_count == len(town.layers[key][name])
            assert layer.info.crs.to_epsg() == 25832
            window = layer.window(tuple(town.layers[key][name].total_bounds))
            assert window.skipped == ()
            assert len(window) == len(town.layers[key][name])
