"""Formats that GDAL reads: what they need, what is refused, and that each refusal helps."""

import zipfile
from pathlib import Path

import geopandas
import pyogrio
import pytest
import shapely

from gis.importing import ImportRequest, ImportSummary, import_features

FRAME = geopandas.GeoDataFrame(
    {"NUMMER": ["a", "b"], "BUCH": [100.0, 200.0]},
    geometry=[shapely.box(550_000, 5_800_000, 550_010, 5_800_010), shapely.box(550_010, 5_800_000, 550_030, 5_800_010)],
    crs=25832,
)
MAP = {"parcel_id": "NUMMER", "official_area_m2": "BUCH"}


def imported(path: Path, **options: object) -> ImportSummary:
    return import_features(
        ImportRequest(layer="parcels", path=path, **options),  # type: ignore[arg-type]
        path.parent / "store",
    )


@pytest.mark.parametrize(
    ("driver", "name"),
    [
        ("FlatGeobuf", "x.fgb"),
        ("GPKG", "x.gpkg"),
        ("ESRI Shapefile", "x.shp"),
        ("MapInfo File", "x.tab"),
        ("MapInfo File", "x.mif"),
        ("GML", "x.gml"),
    ],
)
def test_any_format_comes_in_with_a_map(tmp_path: Path, driver: str, name: str) -> None:
    path = tmp_path / name
    options = {"FORMAT": "GML2"} if driver == "GML" else {}
    pyogrio.write_dataframe(FRAME, path, driver=driver, **options)
    summary = imported(path, attribute_map=MAP, srid=25832)
    assert summary.ok, summary.error
    assert summary.feature_count == 2
    assert summary.bounds == pytest.approx((550_000, 5_800_000, 550_030, 5_800_010), abs=0.001)
    assert summary.attribute_map["parcel_id"].upper() == "NUMMER"


def test_kml_in_degrees_becomes_metres(tmp_path: Path) -> None:
    path = tmp_path / "x.kml"
    pyogrio.write_dataframe(FRAME.to_crs(4326), path, driver="KML")
    summary = imported(path, attribute_map={"parcel_id": "NUMMER"})
    assert summary.ok, summary.error
    assert summary.crs == "EPSG:25832"
    assert summary.bounds == pytest.approx((550_000, 5_800_000, 550_030, 5_800_010), abs=0.02)


def test_a_zipped_shapefile_comes_in(tmp_path: Path) -> None:
    FRAME.to_file(tmp_path / "flst.shp", engine="pyogrio")
    path = tmp_path / "flst.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in tmp_path.glob("flst.*"):
            if part != path:
                archive.write(part, f"lieferung/{part.name}")
    summary = imported(path, attribute_map=MAP)
    assert summary.ok, summary.error
    assert (summary.source_format, summary.feature_count) == ("ESRI Shapefile", 2)


@pytest.mark.parametrize("content", ["id;rechts;hoch\n1;550000;5800000\n", "wkt,id\nPOINT (1 2),1\n"])
def test_a_table_of_text_is_refused_with_what_is_possible(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(content)
    summary = imported(path)
    assert not summary.ok
    assert summary.error == (
        "Das Format der Datei ist unbekannt. Möglich sind ALKIS-NAS, GeoPackage, GeoJSON, Shapefile, FlatGeobuf, "
        "GML, KML und MapInfo, auch gepackt (zip, gz)."
    )


def test_without_a_map_the_missing_attribute_and_the_columns_are_named(tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    FRAME.to_file(path, engine="pyogrio")
    summary = imported(path)
    assert summary.error is not None
    assert summary.error.startswith("Der Quelle fehlt das Attribut „parcel_id“ (20-stelliges Flurstückskennzeichen")
    assert "--map parcel_id=SPALTE" in summary.error
    assert summary.error.endswith("Vorhanden sind: NUMMER, BUCH.")


@pytest.mark.parametrize(
    ("attribute_map", "message"),
    [
        ({"parcel_id": "NR"}, "Die Quelle hat keine Spalte „NR“. Vorhanden sind: BUCH, NUMMER."),
        ({"flstkennz": "NUMMER"}, "Weder „flstkennz“ noch „NUMMER“ ist ein Attribut der Ebene „parcels“."),
    ],
)
def test_a_map_that_does_not_fit_is_refused_with_the_names_that_would(
    tmp_path: Path, attribute_map: dict[str, str], message: str
) -> None:
    path = tmp_path / "x.gpkg"
    FRAME.to_file(path, engine="pyogrio")
    summary = imported(path, attribute_map=attribute_map)
    assert summary.error is not None
    assert summary.error.startswith(message)


def test_an_unknown_layer_of_a_file_is_refused_with_those_there_are(tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    FRAME.to_file(path, engine="pyogrio", layer="eins")
    FRAME.to_file(path, engine="pyogrio", layer="zwei", mode="a")
    assert imported(path, attribute_map=MAP, source_layer="drei").error == (
        "Die Datei enthält keine Ebene „drei“. Vorhanden sind: eins, zwei."
    )
    error = imported(path, attribute_map=MAP).error
    assert error == ("Die Datei enthält mehrere Ebenen (eins, zwei). Bitte wählen Sie mit --source-layer aus.")
