"""Files that try to break the import or to use it: each ends as a correct reading or as a German refusal."""

import gzip
import json
import random
import socket
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import geopandas
import pytest
import shapely

from gis.importing import ImportRequest, ImportSummary, import_features
from gis.importing import batches as batches_module
from gis.readers.gdal import GdalSource
from gis.readers.opening import open_source
from gis.readers.sniff import sniff
from gis.readers.source import SourceError

VRT = (
    '<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>/vsicurl/http://127.0.0.1:{port}/secret.geojson'
    "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
)


@pytest.fixture
def listener() -> Iterator[tuple[int, list[bytes]]]:
    """A server on this machine that notes every knock."""
    knocks: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        done = threading.Event()

        def accept() -> None:
            while not done.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                with connection:
                    knocks.append(connection.recv(1000))

        thread = threading.Thread(target=accept)
        thread.start()
        yield server.getsockname()[1], knocks
        done.set()
        thread.join()


def run(path: Path, store: Path, **options: object) -> ImportSummary:
    return import_features(ImportRequest(layer="overlays", path=path, **options), store)  # type: ignore[arg-type]


def refusal(path: Path, tmp_path: Path) -> str:
    summary = run(path, tmp_path / "store")
    assert not summary.ok
    assert summary.error is not None
    return summary.error


@pytest.mark.parametrize("name", ["plan.gml", "plan.json", "plan.geojson", "plan.shp", "plan.gpkg", "plan.fgb"])
def test_a_vrt_under_another_name_reaches_nothing(tmp_path: Path, listener: tuple[int, list[bytes]], name: str) -> None:
    port, knocks = listener
    path = tmp_path / name
    path.write_text(VRT.format(port=port))
    assert refusal(path, tmp_path) == "Die XML-Datei ist weder ALKIS-NAS noch GML noch KML."
    assert knocks == []


@pytest.mark.parametrize("driver", ["GML", "GeoJSON", "KML", "GPKG", "ESRI Shapefile"])
def test_gdal_itself_would_not_follow_it_either(tmp_path: Path, listener: tuple[int, list[bytes]], driver: str) -> None:
    # What the sniffing lets through by mistake still meets a child that knows one driver and no network.
    port, knocks = listener
    path = tmp_path / "plan.gml"
    path.write_text(VRT.format(port=port))
    with pytest.raises(SourceError):
        GdalSource(path, driver)
    assert knocks == []


def test_a_gml_file_cannot_send_gdal_to_its_schema(tmp_path: Path, listener: tuple[int, list[bytes]]) -> None:
    port, knocks = listener
    path = tmp_path / "a.gml"
    path.write_text(
        '<a:C xmlns:a="http://a" xmlns:gml="http://www.opengis.net/gml" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:schemaLocation="http://a http://127.0.0.1:{port}/a.xsd">'
        "<gml:featureMember><a:f><a:g><gml:Point srsName='EPSG:25832'><gml:coordinates>550000,5800000"
        "</gml:coordinates></gml:Point></a:g></a:f></gml:featureMember></a:C>"
    )
    assert run(path, tmp_path / "store").feature_count == 1
    assert knocks == []


def test_gdal_writes_nothing_beside_the_file(tmp_path: Path) -> None:
    folder = tmp_path / "input"
    folder.mkdir()
    geopandas.GeoDataFrame({"kind": ["a"]}, geometry=[shapely.Point(550_000, 5_800_000)], crs=25832).to_file(
        folder / "a.gml", engine="pyogrio"
    )
    before = sorted(file.name for file in folder.iterdir())
    run(folder / "a.gml", tmp_path / "store")
    assert sorted(file.name for file in folder.iterdir()) == before


def test_an_entity_bomb_and_an_external_entity_are_refused_at_the_doctype(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY x "x"><!ENTITY y "&x;&x;">]><AX_Bestandsdatenauszug>&y;</AX_Bestandsdatenauszug>'
    path = tmp_path / "nas.xml"
    path.write_text(bomb)
    assert "DTD" in refusal(path, tmp_path)


def test_a_gzip_bomb_stops_early(tmp_path: Path) -> None:
    path = tmp_path / "nas.xml.gz"
    path.write_bytes(gzip.compress(b"<a>" + b" " * (300 << 20), 9))
    assert "unverhältnismäßig" in refusal(path, tmp_path)


def test_a_zip_bomb_stops_early(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.geojson", b"{" + b" " * (300 << 20))
    assert "unverhältnismäßig" in refusal(path, tmp_path)


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"readme.txt": b"x"}, "keine lesbaren Geodaten"),
        ({"a.geojson": b"{}", "b.geojson": b"{}"}, "mehrere Dateien"),
        ({"a.json": gzip.compress(b"{}")}, "wieder ein Archiv"),
        ({f"{n}.txt": b"x" for n in range(1001)}, "mehr als 1.000"),
    ],
)
def test_odd_archives_are_refused(tmp_path: Path, members: dict[str, bytes], words: str) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    assert words in refusal(path, tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "leer"),
        (b"   \n", "leer"),
        (b"hello", "unbekannt"),
        (b"PK\x03\x04broken", "beschädigt"),
        (b"\x1f\x8bbroken", "nicht entpacken"),
        (b"fgb\x03fgb\x00broken", "keine Ebene"),
        (b"SQLite format 3\x00broken", "nicht lesbar"),
        (b"\x00\x00\x27\x0abroken", ".shx"),
        (b"<a", "weder ALKIS-NAS"),
        (b'{"type": "FeatureCollection", "features": [', "kein gültiges JSON"),
        (b'{"type": "FeatureCollection", "features": []} x', "kein gültiges JSON"),
        (b'{"type": "FeatureCollection", "features": [],}', "kein gültiges JSON"),
        (b'{"type": "Feature", "type": "Feature"}', "doppelt"),
        (b'{"a": ' * 100_000, "zu tief verschachtelt"),
        (b'{"type": "Feature", "properties": {"\xe4": 1}, "geometry": null}', "UTF-8"),
        (b'{"type": "FeatureCollection", "crs": 5, "features": []}', "Koordinatenreferenzsystem"),
        (
            b'{"type": "FeatureCollection", "crs": {"properties": {"name": "mars"}}, "features": []}',
            "mars",
        ),
    ],
)
def test_broken_files_are_refused_in_german(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "a.dat"
    path.write_bytes(content)
    assert words in refusal(path, tmp_path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert "nicht vorhanden" in refusal(tmp_path / "nix.gpkg", tmp_path)


def test_xplangml_is_sent_to_its_own_command(tmp_path: Path) -> None:
    path = tmp_path / "plan.gml"
    path.write_text('<x:XPlanAuszug xmlns:x="http://www.xplanung.de/xplangml/6/0"/>')
    assert "import_plan" in refusal(path, tmp_path)


def test_more_bad_features_than_can_be_named_end_the_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches_module, "_MAX_PROBLEMS", 10)
    path = tmp_path / "a.geojson"
    feature = {"type": "Feature", "properties": {}, "geometry": None}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature] * 11}))
    assert "Mehr als 10 Objekte" in refusal(path, tmp_path)


@pytest.mark.parametrize("name", ["a.gpkg", "a.fgb", "a.geojson", "a.gml", "a.shp"])
def test_files_with_flipped_bytes_never_crash_us(tmp_path: Path, name: str) -> None:
    """Eight damaged copies per format: a reading or a refusal, never another exception."""
    squares = [shapely.box(550_000 + 10 * i, 5_800_000, 550_010 + 10 * i, 5_800_010) for i in range(50)]
    original = tmp_path / name
    geopandas.GeoDataFrame({"kind": ["flood_area"] * 50}, geometry=squares, crs=25832).to_file(
        original, engine="pyogrio"
    )
    content = original.read_bytes()
    generator = random.Random(name)
    for _ in range(8):
        damaged = bytearray(content)
        for _ in range(generator.choice([1, 5, 50])):
            damaged[generator.randrange(len(damaged))] = generator.randrange(256)
        original.write_bytes(damaged[: generator.choice([len(damaged), len(damaged), len(damaged) // 2])])
        summary = run(original, tmp_path / "store", validate_only=True)
        assert summary.ok or summary.error


def test_sniffing_looks_at_the_content_and_not_at_the_name(tmp_path: Path) -> None:
    path = tmp_path / "a.shp"
    path.write_text('  {"type": "Feature", "properties": null, "geometry": null}')
    assert sniff(path) == "geojson"
    with open_source(path) as opened:
        assert opened.source.format == "GeoJSON"
