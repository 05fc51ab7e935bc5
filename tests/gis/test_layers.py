"""Layers: windows out of memory and out of snapshots, and what happens when a snapshot is damaged."""

import os
import shutil
from pathlib import Path

import geopandas
import numpy as np
import pyproj
import pytest
import shapely

from gis.importing import ImportRequest, import_features
from gis.layers import (
    Layer,
    LayerInfo,
    LayerUnavailableError,
    MemoryLayer,
    SearchableLayer,
    SkippedFeature,
    UnavailableLayer,
    open_layer_file,
    open_snapshot,
)
from gis.snapshots import SnapshotLayer, remove_abandoned

UTM32 = pyproj.CRS.from_epsg(25832)
# Ten parcels of 10 m × 10 m in a row, number 3 without an official area.
WEST, SOUTH = 550_000.0, 5_800_000.0


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("source") / "flurstuecke.gpkg"
    x = WEST + np.arange(10) * 10
    areas = np.where(np.arange(10) == 3, np.nan, 100.0)
    geopandas.GeoDataFrame(
        {"flstkennz": [f"031001___{i:05}______" for i in range(10)], "amtlicheflaeche": areas},
        geometry=shapely.box(x, SOUTH, x + 10, SOUTH + 10),
        crs=25832,
    ).to_file(path, engine="pyogrio")
    return path


@pytest.fixture(scope="module")
def published(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    summary = import_features(ImportRequest(layer="parcels", path=source), tmp_path_factory.mktemp("store"))
    assert summary.snapshot is not None, summary.error
    return summary.snapshot


@pytest.fixture
def copied(published: Path, tmp_path: Path) -> Path:
    folder = tmp_path / published.name
    shutil.copytree(published, folder)
    for file in folder.iterdir():
        file.chmod(0o644)
    return folder


@pytest.fixture(params=["file", "snapshot"])
def layer(request: pytest.FixtureRequest, source: Path, published: Path) -> SearchableLayer:
    return open_layer_file("parcels", source) if request.param == "file" else open_snapshot("parcels", published)


def test_a_window_holds_what_lies_in_it_with_canonical_attributes(layer: Layer) -> None:
    window = layer.window((WEST + 25, SOUTH + 1, WEST + 35, SOUTH + 2))
    order = np.argsort(window.columns["parcel_id"])
    assert window.columns["parcel_id"][order].tolist() == ["031001___00002______", "031001___00003______"]
    assert window.columns["official_area_m2"][order][0] == 100
    assert np.isnan(window.columns["official_area_m2"][order][1])
    assert window.columns["cadastral_section"].tolist() == [None, None]
    assert shapely.area(window.geometry).tolist() == [100, 100]
    assert len(window) == len(window.frame()) == 2
    assert window.frame().crs == UTM32


def test_an_empty_window_is_empty_and_has_all_columns(layer: Layer) -> None:
    window = layer.window((0, 0, 1, 1))
    assert len(window) == 0
    assert window.geometry.shape == (0,)
    assert {"parcel_id", "official_area_m2", "denominator"} <= set(window.columns)
    assert all(len(values) == 0 for values in window.columns.values())


def test_a_window_may_be_a_point(layer: Layer) -> None:
    assert layer.window((WEST + 5, SOUTH + 5, WEST + 5, SOUTH + 5)).columns["parcel_id"].tolist() == [
        "031001___00000______"
    ]


@pytest.mark.parametrize("bounds", [(np.nan, 0, 1, 1), (1, 0, 0, 1), (0, 0, np.inf, 1)])
def test_a_window_that_is_none_is_an_error_and_not_nothing(
    layer: Layer, bounds: tuple[float, float, float, float]
) -> None:
    with pytest.raises(ValueError, match="not a window"):
        layer.window(bounds)


def test_a_parcel_is_found_by_its_number(layer: SearchableLayer) -> None:
    found = layer.find("031001___00007______")
    assert found.geometry[0].bounds == (WEST + 70, SOUTH, WEST + 80, SOUTH + 10)
    assert len(found) == 1
    assert len(layer.find("031001___00010______")) == 0
    assert len(layer.find("ä\U0001f600")) == 0


def test_a_window_can_be_brought_into_another_system(layer: Layer) -> None:
    window = layer.window((WEST + 1, SOUTH + 1, WEST + 2, SOUTH + 2))
    moved = window.in_crs(pyproj.CRS.from_epsg(25833))
    assert moved.info.crs.to_epsg() == 25833
    # Zone 33 begins at 12° E; 550000 in zone 32 lies about 5.3° west of the other meridian.
    assert moved.geometry[0].centroid.x < 200_000
    assert window.in_crs(UTM32) is window


def test_what_cannot_be_read_of_a_file_is_known_as_skipped(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    bow_tie = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    geometry = shapely.transform(
        np.array([shapely.box(20, 0, 30, 10), bow_tie]), lambda xy: xy + np.array([WEST, SOUTH])
    )
    geopandas.GeoDataFrame({"id": ["good", "bad"]}, geometry=geometry, crs=25832).to_file(path, engine="pyogrio")
    layer = open_layer_file("parcels", path)
    assert layer.info.feature_count == 1
    assert [item.id for item in layer.window((WEST, SOUTH, WEST + 1, SOUTH + 1)).skipped] == ["bad"]
    assert layer.window((WEST + 25, SOUTH, WEST + 26, SOUTH + 1)).skipped == ()


def test_a_layer_without_any_attribute_still_has_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    lines = [shapely.LineString([(WEST, SOUTH), (WEST + 10, SOUTH)])] * 2
    geopandas.GeoDataFrame({}, geometry=lines, crs=25832).to_file(path, engine="pyogrio")
    window = open_layer_file("street_boundaries", path).window((WEST, SOUTH, WEST + 1, SOUTH + 1))
    assert window.columns["line_id"].tolist() == [None, None]
    assert window.columns["plan_id"].tolist() == [None, None]


@pytest.mark.parametrize("content", [b"", b"nonsense"])
def test_a_file_that_is_no_layer_is_unavailable_with_a_german_reason(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.geojson"
    path.write_bytes(content)
    with pytest.raises(LayerUnavailableError) as error:
        open_layer_file("parcels", path)
    assert "Die Ebenendatei „a.geojson“" in error.value.reason
    with pytest.raises(LayerUnavailableError, match="unbekannt"):
        open_layer_file("nix", path)


def test_a_file_without_features_says_that_there_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_text('{"type": "FeatureCollection", "features": []}')
    layer = open_layer_file("zoning", path)
    window = layer.window((WEST, SOUTH, WEST + 1, SOUTH + 1))
    assert (layer.info.feature_count, len(window.geometry), len(window.skipped)) == (0, 0, 0)
    assert len(window.columns["zone"]) == 0
    assert layer.info.crs.is_projected


class TestDamage:
    """Every kind of damage is noticed: on opening, and on a read after opening."""

    def test_a_missing_snapshot_is_unavailable(self, tmp_path: Path) -> None:
        with pytest.raises(LayerUnavailableError, match="fehlt"):
            open_snapshot("parcels", tmp_path / "nix")

    def test_another_layer_under_this_name_is_unavailable(self, published: Path) -> None:
        with pytest.raises(LayerUnavailableError):
            open_snapshot("buildings", published)

    @pytest.mark.parametrize("name", ["features.fgb", "ids.arrow", "meta.json"])
    @pytest.mark.parametrize("damage", ["remove", "truncate", "flip", "empty"])
    def test_a_damaged_file_is_noticed_on_opening(self, copied: Path, name: str, damage: str) -> None:
        _damage(copied / name, damage)
        with pytest.raises(LayerUnavailableError):
            open_snapshot("parcels", copied)

    @pytest.mark.parametrize("damage", ["remove", "truncate", "flip", "empty"])
    def test_damage_after_opening_is_noticed_by_the_next_read(self, copied: Path, damage: str) -> None:
        layer = open_snapshot("parcels", copied)
        bounds = (WEST, SOUTH, WEST + 100, SOUTH + 10)
        assert len(layer.window(bounds)) == 10
        _damage(copied / "features.fgb", damage)
        with pytest.raises(LayerUnavailableError):
            layer.window(bounds)
        with pytest.raises(LayerUnavailableError):
            layer.find("031001___00007______")

    def test_meta_that_was_edited_is_noticed(self, copied: Path) -> None:
        meta = copied / "meta.json"
        meta.write_text(meta.read_text().replace("flurstuecke.gpkg", "anderes.gpkg"))
        with pytest.raises(LayerUnavailableError):
            open_snapshot("parcels", copied)

    def test_files_are_write_protected(self, published: Path) -> None:
        assert all(file.stat().st_mode & 0o222 == 0 for file in published.iterdir())

    def test_a_layer_known_to_be_down_says_why(self, published: Path) -> None:
        down = UnavailableLayer(open_snapshot("parcels", published).info, "Der Dienst antwortet nicht.")
        with pytest.raises(LayerUnavailableError, match="antwortet nicht"):
            down.window((0, 0, 1, 1))
        with pytest.raises(LayerUnavailableError, match="antwortet nicht"):
            down.find("x")


def _damage(path: Path, damage: str) -> None:
    if damage == "remove":
        path.unlink()
        return
    content = path.read_bytes()
    middle = len(content) // 2
    flipped = content[:middle] + bytes([content[middle] ^ 0xFF]) + content[middle + 1 :]
    path.write_bytes({"truncate": content[:-10], "flip": flipped, "empty": b""}[damage])


def test_an_unplaced_skipped_feature_touches_no_window_but_is_counted() -> None:
    info = LayerInfo("monuments", None, "", "", None, UTM32, 0, unplaced_count=1)
    layer = MemoryLayer(info, np.array([], dtype=object), {}, (SkippedFeature("a", "missing_geometry", None),))
    assert layer.window((0, 0, 1, 1)).skipped == ()
    assert layer.info.unplaced_count == 1


def test_the_snapshot_counts_skipped_features_without_a_place(source: Path, tmp_path: Path) -> None:
    data = geopandas.read_file(source, engine="pyogrio")
    data.loc[0, "geometry"] = None
    path = tmp_path / "a.gpkg"
    data.to_file(path, engine="pyogrio")
    summary = import_features(ImportRequest(layer="parcels", path=path, skip_bad=True), tmp_path / "store")
    assert summary.snapshot is not None
    assert open_snapshot("parcels", summary.snapshot).info.unplaced_count == 1


def test_meta_survives_a_round_trip(published: Path) -> None:
    layer = open_snapshot("parcels", published)
    assert isinstance(layer, SnapshotLayer)
    assert layer.meta.to_bytes() == (published / "meta.json").read_bytes()
    assert layer.meta.snapshot_id == published.name
    assert layer.meta.source_format == "GPKG"


def test_what_a_killed_import_left_is_removed_after_two_days(tmp_path: Path) -> None:
    old, new = tmp_path / ".staging" / "old", tmp_path / ".staging" / "new"
    for folder in (old, new):
        folder.mkdir(parents=True)
    os.utime(old, (0, 0))
    assert remove_abandoned(tmp_path) == 1
    assert not old.exists()
    assert new.exists()
