"""An import says how many features of which class it took in, and how much ground they cover."""

import gzip
import math
from collections import Counter
from pathlib import Path

import geopandas
import pytest
import shapely
from lxml import etree

from gis.importing import ImportRequest, import_features

NAS = "{http://www.adv-online.de/namespaces/adv/gid/6.0}"


def test_a_layer_of_a_file_is_one_class(tmp_path: Path) -> None:
    boxes = [shapely.box(550_000 + 20 * i, 5_800_000, 550_010 + 20 * i, 5_800_030) for i in range(3)]
    path = tmp_path / "gebaeude.gpkg"
    geopandas.GeoDataFrame({"name": ["a", "b", "c"]}, geometry=boxes, crs=25832).to_file(path, engine="pyogrio")
    summary = import_features(ImportRequest("buildings", path), tmp_path / "store").to_json()
    assert summary["counts"] == {"gebaeude": 3}
    assert summary["areas_m2"] == {"gebaeude": pytest.approx(900.0)}


def test_only_what_was_taken_in_counts(tmp_path: Path) -> None:
    bow = shapely.Polygon([(550_000, 5_800_000), (550_010, 5_800_010), (550_010, 5_800_000), (550_000, 5_800_010)])
    path = tmp_path / "gebaeude.gpkg"
    frame = geopandas.GeoDataFrame(geometry=[bow, shapely.box(550_100, 5_800_000, 550_110, 5_800_010)], crs=25832)
    frame.to_file(path, engine="pyogrio")
    summary = import_features(ImportRequest("buildings", path, skip_bad=True), tmp_path / "store").to_json()
    assert (summary["counts"], summary["bad_count"]) == ({"gebaeude": 1}, 1)
    assert summary["areas_m2"] == {"gebaeude": pytest.approx(100.0)}


def test_lines_cover_no_ground(tmp_path: Path) -> None:
    path = tmp_path / "baugrenzen.gpkg"
    line = shapely.LineString([(550_000, 5_800_000), (550_010, 5_800_000)])
    geopandas.GeoDataFrame(geometry=[line], crs=25832).to_file(path, engine="pyogrio")
    summary = import_features(ImportRequest("building_limits", path), tmp_path / "store").to_json()
    assert (summary["counts"], summary["areas_m2"]) == ({"baugrenzen": 1}, {})


@pytest.mark.realdata
def test_a_layer_of_alkis_counts_each_object_type(shared_data: Path, tmp_path: Path) -> None:
    (path,) = (shared_data / "alkis" / "hh_neuwerk").glob("*.xml.gz")
    kinds = {"AX_Strassenverkehr", "AX_Weg", "AX_Platz", "AX_Bahnverkehr"}
    expected: Counter[str] = Counter()
    with gzip.open(path) as file:
        for _, element in etree.iterparse(file, tag=[f"{NAS}{kind}" for kind in kinds]):
            ended = element.find(f"{NAS}lebenszeitintervall/{NAS}AA_Lebenszeitintervall/{NAS}endet")
            if ended is None:
                expected[etree.QName(element).localname] += 1
            element.clear()
    summary = import_features(ImportRequest("traffic_areas", path), tmp_path / "store").to_json()
    assert {name: count for name, count in summary["counts"].items() if name in kinds} == dict(expected)
    assert sum(summary["counts"].values()) == summary["features"]
    assert math.isclose(sum(summary["areas_m2"].values()), _total(tmp_path / "store"), rel_tol=1e-9)


def _total(store: Path) -> float:
    (file,) = store.glob("shared/traffic_areas/*/features.fgb")
    return float(geopandas.read_file(file, engine="pyogrio").area.sum())
