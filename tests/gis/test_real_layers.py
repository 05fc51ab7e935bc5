"""Real files of others: addresses of Essen (zone numbers in eastings, real dirt), the fabric of a French village."""

import json
import zipfile
from pathlib import Path

import pytest

from gis.importing import ImportRequest, import_features
from gis.layers import open_snapshot

pytestmark = pytest.mark.realdata

ESSEN = "hauskoordinaten_essen_2022-10-05_4647"


def test_102981_addresses_of_essen_come_in_and_every_oddity_is_named(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "alkis" / "essen_hauskoordinaten" / f"{ESSEN}.zip"
    with zipfile.ZipFile(path) as archive:
        features = json.loads(archive.read(f"{ESSEN}.geojson"))["features"]
    summary = import_features(ImportRequest("addresses", path), tmp_path)
    assert summary.ok
    assert summary.feature_count == len(features) == 102_981
    assert summary.crs == "EPSG:25832"
    numberless = [entry for entry in features if "hsnr" not in entry["properties"]]
    unnamed = [entry for entry in features if "#" in entry["properties"]["strname"]]
    assert (len(numberless), len(unnamed)) == (3_397, 4)
    assert summary.notes == (
        "Die Rechtswerte tragen die Zonenkennzahl; sie wurde abgetrennt.",
        "Adressen ohne Hausnummer: 3397 Objekte, zuerst 1.",
        "Achtung: Der Straßenname ist ein Platzhalter und kein Name: 4 Objekte, zuerst 1.",
    )
    assert summary.snapshot is not None
    layer = open_snapshot("addresses", summary.snapshot)
    # Aachener Str., without a number: the zone number is off, the millimetre is kept.
    window = layer.window((359_072.928, 5_701_476.296, 359_072.930, 5_701_476.298))
    assert "Aachener Str." in window.columns["street"].tolist()


def test_the_french_village_comes_in_metres_with_its_own_parcel_numbers(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "alkis" / "fr_terresdebord"
    parcels = import_features(ImportRequest("parcels", folder / "parcelles.geojson"), tmp_path)
    buildings = import_features(ImportRequest("buildings", folder / "batiments.geojson"), tmp_path)
    assert (parcels.ok, parcels.feature_count) == (True, 1_990)
    assert (buildings.ok, buildings.feature_count) == (True, 1_597)
    assert parcels.crs == buildings.crs == "EPSG:25831"
    assert any("umgerechnet" in note for note in parcels.notes)
    assert parcels.snapshot is not None
    found = open_snapshot("parcels", parcels.snapshot).find("274120000A1225")
    assert found is not None
