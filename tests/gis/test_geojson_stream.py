"""The GeoJSON stream: what it reads at once and what one by one gives the same; late columns are told."""

import json
from pathlib import Path
from typing import Any

import pytest
import shapely

from gis.readers import geojson_document, geojson_stream
from gis.readers.geojson_stream import GeoJsonSource
from gis.readers.source import SourceBatch

SQUARE = [[0, 0], [1, 0], [1, 1], [0, 0]]
HOLE = [[0.7, 0.2], [0.8, 0.2], [0.8, 0.3], [0.7, 0.2]]


def read(path: Path, *geometries: Any, columns: tuple[str, ...] = ()) -> SourceBatch:
    features = [{"type": "Feature", "properties": {"n": n}, "geometry": g} for n, g in enumerate(geometries)]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    (batch,) = GeoJsonSource(path, "a").batches("a", columns)
    return batch


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def test_polygons_read_at_once_are_those_of_the_file(tmp_path: Path) -> None:
    batch = read(tmp_path / "a.json", polygon(SQUARE), None, polygon(SQUARE, HOLE), polygon(HOLE), columns=("n",))
    assert batch.geometry[1] is None
    expected = [shapely.Polygon(SQUARE), shapely.Polygon(SQUARE, [HOLE]), shapely.Polygon(HOLE)]
    assert all(got.equals_exact(want) for got, want in zip(batch.geometry[[0, 2, 3]], expected, strict=True))
    assert batch.attributes.column("n").to_pylist() == ["0", "1", "2", "3"]


@pytest.mark.parametrize(
    "odd",
    [
        [[0, 0, 5], [1, 0], [1, 1, 5], [0, 0, 5]],
        [[0, 0], ["1", 0], [1, 1], [0, 0]],
        [[0], [1], [1], [0]],
        [0, 1, 2, 0],
        [[0, 0], [1, None], [1, 1], [0, 0]],
    ],
)
def test_one_odd_ring_does_not_spoil_its_neighbours(tmp_path: Path, odd: list[Any]) -> None:
    batch = read(tmp_path / "a.json", polygon(SQUARE), polygon(odd), polygon(HOLE))
    assert batch.geometry[0].equals_exact(shapely.Polygon(SQUARE))
    assert batch.geometry[2].equals_exact(shapely.Polygon(HOLE))
    # Heights are left out; anything else that is odd is a fault of that feature alone.
    assert (1 in batch.faults) != (batch.geometry[1] is not None)


def test_heights_are_left_out(tmp_path: Path) -> None:
    high = [[x, y, 7] for x, y in SQUARE]
    assert read(tmp_path / "a.json", polygon(high)).geometry[0].equals_exact(shapely.Polygon(SQUARE))


def test_every_other_kind_is_read(tmp_path: Path) -> None:
    batch = read(
        tmp_path / "a.json",
        {"type": "MultiPolygon", "coordinates": [[SQUARE], [HOLE]]},
        {"type": "MultiPoint", "coordinates": [[0, 0], [1, 1]]},
        {"type": "MultiLineString", "coordinates": [SQUARE]},
        {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [1, 2]}]},
        {"type": "Polygon", "coordinates": []},
        {"type": "MultiPoint", "coordinates": []},
        {"type": "Point", "coordinates": []},
    )
    kinds = [geometry.geom_type for geometry in batch.geometry]
    assert kinds == [
        "MultiPolygon",
        "MultiPoint",
        "MultiLineString",
        "GeometryCollection",
        "Polygon",
        "MultiPoint",
        "Point",
    ]
    assert [bool(geometry.is_empty) for geometry in batch.geometry] == [False] * 4 + [True] * 3


def test_text_across_the_borders_of_the_buffer_is_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geojson_document, "_CHUNK", 7)
    batch = read(tmp_path / "a.json", polygon(SQUARE), polygon(SQUARE, HOLE), columns=("n",))
    assert len(batch.geometry) == 2
    assert batch.attributes.column("n").to_pylist() == ["0", "1"]


def test_a_crs_member_at_the_end_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [], "crs": crs}))
    found = GeoJsonSource(path, "a").crs("a")
    assert found is not None
    assert found.to_epsg() == 25832


def test_columns_that_appear_late_in_a_big_file_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geojson_stream, "_READ_TWICE_BYTES", 0)
    monkeypatch.setattr(geojson_stream, "_SCHEMA_SAMPLE", 1)
    path = tmp_path / "a.json"
    features = [
        {"type": "Feature", "properties": {"a": 1}, "geometry": polygon(SQUARE)},
        {"type": "Feature", "properties": {"late": 1}, "geometry": polygon(SQUARE)},
        {"type": "Feature", "properties": {"late": 1}, "geometry": polygon(SQUARE)},
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    source = GeoJsonSource(path, "a")
    assert source.layers[0].columns == ("a",)
    list(source.batches("a", ("a",)))
    assert source.warnings == ("Attribute, die erst spät in der Datei auftreten, bleiben außen vor: late.",)
