"""Import of reference layers: formats, mapping, systems, bad features, immutable snapshots."""

import json
import sqlite3
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely

from gis.attributes import AttributeMapError, layer_schema, layer_schemas, match_columns
from gis.importing import ImportRequest, ImportSummary, import_features
from gis.layers import open_snapshot

SQUARES = [shapely.box(550_000 + 10 * i, 5_800_000, 550_010 + 10 * i, 5_800_010) for i in range(4)]
# Edges cross at (550105, 5800005).
BOW_TIE = shapely.Polygon([(550_100, 5_800_000), (550_110, 5_800_010), (550_110, 5_800_000), (550_100, 5_800_010)])


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


def frame(
    geometry: Sequence[shapely.Geometry | None], crs: int | None = 25832, **columns: Any
) -> geopandas.GeoDataFrame:
    columns.setdefault("flurstueckskennzeichen", [f"031001___{i:05}______" for i in range(len(geometry))])
    return geopandas.GeoDataFrame(columns, geometry=list(geometry), crs=crs)


def write(path: Path, data: geopandas.GeoDataFrame, **options: Any) -> Path:
    data.to_file(path, engine="pyogrio", **options)
    return path


def run(path: Path, store: Path, **options: Any) -> ImportSummary:
    return import_features(ImportRequest(**{"layer": "parcels", "path": path, **options}), store)


def everything(summary: ImportSummary, layer: str = "parcels") -> Any:
    assert summary.snapshot is not None, summary
    assert summary.bounds is not None
    return open_snapshot(layer, summary.snapshot).window(summary.bounds)


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.fgb", "a.gml", "a.shp"])
def test_every_format_gives_the_same_parcels(tmp_path: Path, store: Path, name: str) -> None:
    # Shapefile cuts names to ten characters.
    data = frame(SQUARES).rename(columns={"flurstueckskennzeichen": "flstkennz"})
    summary = run(write(tmp_path / name, data), store)
    assert summary.ok, summary.error
    window = everything(summary)
    assert sorted(window.columns["parcel_id"]) == [f"031001___{i:05}______" for i in range(4)]
    assert shapely.area(window.geometry).tolist() == pytest.approx([100.0] * 4)
    assert summary.crs == "EPSG:25832"


def test_a_zipped_shapefile_is_read_whatever_the_name_of_the_archive(tmp_path: Path, store: Path) -> None:
    write(tmp_path / "a.shp", frame(SQUARES).rename(columns={"flurstueckskennzeichen": "flstkennz"}))
    with zipfile.ZipFile(tmp_path / "data.bin", "w") as archive:
        for suffix in ("shp", "shx", "dbf", "prj", "cpg"):
            archive.write(tmp_path / f"a.{suffix}", f"daten/a.{suffix}")
    assert run(tmp_path / "data.bin", store).feature_count == 4
    with zipfile.ZipFile(tmp_path / "data.bin", "a") as archive:
        archive.writestr("../../etc/liesmich.txt", "")
    assert "aus dem Archiv hinaus" in (run(tmp_path / "data.bin", store).error or "")


def test_the_columns_that_no_canonical_attribute_asks_for_stay_outside(tmp_path: Path, store: Path) -> None:
    summary = run(write(tmp_path / "a.gpkg", frame(SQUARES, eigentuemer=["Alice"] * 4)), store)
    assert summary.snapshot is not None
    assert all(b"Alice" not in file.read_bytes() for file in summary.snapshot.iterdir())


def test_alkis_names_are_mapped_whatever_their_case_and_the_number_is_padded(tmp_path: Path, store: Path) -> None:
    data = geopandas.GeoDataFrame(
        {"FlstKennz": ["03100100400012"], "Amtliche_Flaeche": ["98,5"]}, geometry=SQUARES[:1], crs=25832
    )
    window = everything(run(write(tmp_path / "a.gpkg", data), store))
    assert window.columns["parcel_id"].tolist() == ["03100100400012______"]
    assert window.columns["official_area_m2"].tolist() == [98.5]
    assert window.columns["denominator"].tolist() == [None]


@pytest.mark.parametrize("pair", [{"parcel_id": "nummer"}, {"nummer": "parcel_id"}, {"parcel_id": "NUMMER"}])
def test_a_map_may_be_written_in_either_direction(tmp_path: Path, store: Path, pair: dict[str, str]) -> None:
    data = frame(SQUARES, flurstueckskennzeichen=list("abcd")).rename(columns={"flurstueckskennzeichen": "nummer"})
    path = write(tmp_path / "a.gpkg", data)
    without = run(path, store)
    assert without.error is not None
    assert "--map parcel_id=SPALTE" in without.error
    assert sorted(everything(run(path, store, attribute_map=pair)).columns["parcel_id"]) == list("abcd")


@pytest.mark.parametrize("pair", [{"parcel_id": "gibtesnicht"}, {"weder": "noch"}])
def test_a_map_that_fits_nothing_is_refused(tmp_path: Path, store: Path, pair: dict[str, str]) -> None:
    summary = run(write(tmp_path / "a.gpkg", frame(SQUARES)), store, attribute_map=pair)
    assert not summary.ok
    assert summary.error is not None


def test_every_layer_has_an_id_and_no_alias_stands_for_two_attributes() -> None:
    for name, schema in layer_schemas().items():
        assert schema.id_attribute in schema.attributes, name
        names = [attribute.name for attribute in schema.attributes.values()]
        assert match_columns(schema, names) == {attribute: attribute for attribute in names}
    with pytest.raises(AttributeMapError, match="unbekannt"):
        layer_schema("nix")


class TestBadFeatures:
    """One bad feature among good ones: nothing is published, unless repaired or left out."""

    def bad(self, tmp_path: Path, geometry: shapely.Geometry | None) -> Path:
        return write(tmp_path / "bad.gpkg", frame([*SQUARES, geometry]))

    def test_a_crossing_ring_is_named_with_id_kind_and_place(self, tmp_path: Path, store: Path) -> None:
        summary = run(self.bad(tmp_path, BOW_TIE), store)
        assert not summary.ok
        (problem,) = summary.problems
        assert (problem.id, problem.kind) == ("031001___00004______", "invalid_geometry")
        assert problem.place == (550_105, 5_800_005)
        assert problem.message == "Der Umriss kreuzt sich selbst."
        assert list(store.rglob("*.fgb")) == []

    def test_repair_says_what_it_did(self, tmp_path: Path, store: Path) -> None:
        summary = run(self.bad(tmp_path, BOW_TIE), store, repair=True)
        assert summary.ok
        (note,) = summary.repaired
        assert note.message == "Der Umriss kreuzt sich selbst. Bereinigt; die Fläche ist jetzt 50,00 m²."
        window = everything(summary)
        assert shapely.is_valid(window.geometry).all()
        assert shapely.area(window.geometry).sum() == pytest.approx(450)

    def test_what_cannot_be_repaired_stays_bad(self, tmp_path: Path, store: Path) -> None:
        assert [p.kind for p in run(self.bad(tmp_path, None), store, repair=True).problems] == ["missing_geometry"]

    def test_skip_bad_publishes_the_rest_and_windows_tell_what_is_missing(self, tmp_path: Path, store: Path) -> None:
        summary = run(self.bad(tmp_path, BOW_TIE), store, skip_bad=True)
        assert summary.ok
        assert (summary.feature_count, summary.skipped_count) == (4, 1)
        assert summary.snapshot is not None
        meta = json.loads((summary.snapshot / "meta.json").read_text())
        assert meta["skipped"] == [
            {"id": "031001___00004______", "kind": "invalid_geometry", "bounds": list(BOW_TIE.bounds)}
        ]
        layer = open_snapshot("parcels", summary.snapshot)
        assert [feature.id for feature in layer.window(BOW_TIE.bounds).skipped] == ["031001___00004______"]
        assert layer.window(SQUARES[0].bounds).skipped == ()

    def test_validate_only_publishes_nothing_and_still_names_all(self, tmp_path: Path, store: Path) -> None:
        good = run(write(tmp_path / "good.gpkg", frame(SQUARES)), store, validate_only=True)
        assert good.ok
        assert good.snapshot is None
        assert not run(self.bad(tmp_path, BOW_TIE), store, validate_only=True).ok
        assert list(store.rglob("*.fgb")) == []

    @pytest.mark.parametrize(
        ("geometry", "kind"),
        [
            (shapely.Point(550_000, 5_800_000), "wrong_geometry_type"),
            (shapely.Polygon(), "empty_geometry"),
            (shapely.box(5_800_000, 550_000, 5_800_010, 550_010), "outside_crs"),
            (shapely.Polygon([(550_000, 5_800_000), (np.nan, 5_800_010), (550_010, 5_800_000)]), "not_finite"),
        ],
    )
    def test_each_kind_has_its_name(self, tmp_path: Path, store: Path, geometry: shapely.Geometry, kind: str) -> None:
        assert [problem.kind for problem in run(self.bad(tmp_path, geometry), store).problems] == [kind]

    def test_a_missing_number_and_an_unfit_area_are_bad(self, tmp_path: Path, store: Path) -> None:
        data = frame(SQUARES, flurstueckskennzeichen=["a", None, "c", "d"], amtlicheflaeche=["1", "2", "viel", "-4"])
        summary = run(write(tmp_path / "a.gpkg", data), store)
        assert {(problem.id, problem.kind) for problem in summary.problems} == {
            ("Nr. 2", "missing_attribute"),
            ("c" + "_" * 19, "bad_attribute"),
            ("d" + "_" * 19, "bad_attribute"),
        }
        assert all(problem.place is not None for problem in summary.problems)

    def test_a_number_that_occurs_twice_is_bad_and_all_its_parcels_are_left_out(
        self, tmp_path: Path, store: Path
    ) -> None:
        path = write(tmp_path / "a.gpkg", frame(SQUARES, flurstueckskennzeichen=["a", "b", "a", "d"]))
        summary = run(path, store)
        assert [problem.kind for problem in summary.problems] == ["duplicate_id"] * 2
        skipped = run(path, store, skip_bad=True)
        assert skipped.feature_count == 2
        assert len(everything(skipped).skipped) == 2

    def test_an_open_ring_in_geojson_is_named_with_its_place(self, tmp_path: Path, store: Path) -> None:
        ring = [[9.7, 52.3], [9.8, 52.3], [9.8, 52.4]]
        features = [
            {"type": "Feature", "properties": {"id": "a"}, "geometry": {"type": "Polygon", "coordinates": [ring]}},
            {
                "type": "Feature",
                "properties": {"id": "b"},
                "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
            },
        ]
        path = tmp_path / "a.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        summary = run(path, store, skip_bad=True)
        assert summary.crs == "EPSG:25832"
        (problem,) = summary.problems
        assert problem.id == "a"
        assert problem.bounds is not None
        assert 500_000 < problem.bounds[0] < 600_000


class TestSystems:
    """Coordinate systems: stated, missing, prefixed, in degrees."""

    def test_zone_numbers_in_eastings_are_taken_off_to_the_millimetre(self, tmp_path: Path, store: Path) -> None:
        prefixed = [shapely.box(32_550_000.123, 5_800_000.456, 32_550_010.123, 5_800_010.456)]
        for crs in (4647, 25832, None):
            summary = run(write(tmp_path / f"{crs}.fgb", frame(prefixed, crs)), store)
            assert (summary.ok, summary.crs) == (True, "EPSG:25832"), summary.error
            assert everything(summary).geometry[0].bounds == (550_000.123, 5_800_000.456, 550_010.123, 5_800_010.456)

    def test_degrees_become_utm_and_the_summary_says_so(self, tmp_path: Path, store: Path) -> None:
        path = write(tmp_path / "a.gpkg", frame(SQUARES).to_crs(4326))
        summary = run(path, store)
        assert summary.crs == "EPSG:25832"
        assert any("umgerechnet" in note for note in summary.notes)
        moved = everything(summary)
        assert shapely.area(moved.geometry).tolist() == pytest.approx([100.0] * 4, abs=1e-4)

    def test_srid_is_the_system_of_the_snapshot(self, tmp_path: Path, store: Path) -> None:
        path = write(tmp_path / "a.gpkg", frame(SQUARES))
        assert run(path, store, srid=25833).crs == "EPSG:25833"

    def test_without_any_system_the_import_asks_for_one(self, tmp_path: Path, store: Path) -> None:
        path = write(tmp_path / "a.fgb", frame(SQUARES, crs=None))
        assert "--srid" in str(run(path, store).error)
        assert run(path, store, srid=25832).ok

    def test_swapped_axes_are_refused_with_a_hint(self, tmp_path: Path, store: Path) -> None:
        swapped = [shapely.transform(square, lambda xy: xy[:, ::-1]) for square in SQUARES]
        assert "vertauscht" in str(run(write(tmp_path / "a.gpkg", frame(swapped)), store).error)

    def test_an_unknown_srid_is_refused(self, tmp_path: Path, store: Path) -> None:
        assert "unbekannt" in str(run(write(tmp_path / "a.gpkg", frame(SQUARES)), store, srid=99999).error)


class TestSnapshots:
    """A snapshot is immutable and its name vouches for its content."""

    def test_the_same_import_gives_the_same_snapshot(self, tmp_path: Path, store: Path) -> None:
        path = write(tmp_path / "a.gpkg", frame(SQUARES))
        one, two = run(path, store), run(path, store)
        assert one.snapshot_id == two.snapshot_id
        other = run(path, store, as_of=date(2026, 1, 1), licence="dl-de/by-2-0", source="LGLN")
        assert other.snapshot_id != one.snapshot_id
        assert other.snapshot is not None
        info = open_snapshot("parcels", other.snapshot).info
        assert (info.as_of, info.licence, info.source) == (date(2026, 1, 1), "dl-de/by-2-0", "LGLN")
        assert len(list((store / "shared" / "parcels").iterdir())) == 2
        assert list((store / ".staging").iterdir()) == []

    def test_a_failed_import_leaves_nothing_behind(self, tmp_path: Path, store: Path) -> None:
        path = write(tmp_path / "a.fgb", frame([*SQUARES] * 3000))
        path.write_bytes(path.read_bytes()[:-5000])
        summary = run(path, store)
        assert not summary.ok
        assert list(store.rglob("*.*")) == [store / ".staging"]

    def test_a_layer_is_chosen_by_name_and_asked_for_where_it_stays_open(self, tmp_path: Path, store: Path) -> None:
        path = tmp_path / "a.gpkg"
        write(path, frame(SQUARES), layer="ax_flurstueck")
        write(path, frame(SQUARES[:1]), layer="anderes", mode="a")
        assert run(path, store).feature_count == 4
        assert run(path, store, source_layer="anderes").feature_count == 1
        assert "(ax_flurstueck, anderes)" in str(run(path, store, layer="zoning").error)

    def test_lists_and_numbers_from_gdal_become_plain_values(self, tmp_path: Path, store: Path) -> None:
        data = geopandas.GeoDataFrame(
            {
                "gml_id": ["a", "b"],
                "baujahr": ["(2:2011,1500)", None],
                "dachform": [1000.0, np.nan],
                "gebaeudefunktion": [2081, 1010],
                "anzahlderoberirdischengeschosse": [1, 2],
            },
            geometry=SQUARES[:2],
            crs=25832,
        )
        window = everything(run(write(tmp_path / "a.gpkg", data), store, layer="buildings"), "buildings")
        order = np.argsort(window.columns["building_id"])
        assert window.columns["construction_year"][order].tolist()[0] == 2011
        assert window.columns["roof_form"][order].tolist() == ["1000", None]
        assert window.columns["function"][order].tolist() == ["2081", "1010"]
        assert np.isnan(window.columns["height_m"]).all()

    def test_a_geopackage_without_features_is_no_layer(self, tmp_path: Path, store: Path) -> None:
        path = write(tmp_path / "a.gpkg", frame(SQUARES))
        with sqlite3.connect(path) as database:
            database.execute("DELETE FROM a WHERE 1 = 0")
        empty = write(tmp_path / "b.gpkg", frame(SQUARES).iloc[:0])
        assert "kein brauchbares Objekt" in str(run(empty, store).error)

    def test_an_import_far_larger_than_a_batch_keeps_every_feature(self, tmp_path: Path, store: Path) -> None:
        # 65,536 is the batch at which GDAL's own FlatGeobuf stream returns empty rows.
        x = 500_000 + np.arange(65_536) * 2.0
        data = frame(shapely.box(x, 5_800_000, x + 1, 5_800_001), flurstueckskennzeichen=np.arange(65_536).astype(str))
        summary = run(write(tmp_path / "a.fgb", data), store)
        assert summary.feature_count == 65_536
        assert len(everything(summary)) == 65_536


def test_options_of_a_request_default_to_a_strict_shared_import() -> None:
    request = ImportRequest(layer="parcels", path=Path("x"))
    assert (request.owner, request.repair, request.skip_bad) == ("shared", False, False)
    assert replace(request, repair=True).repair


@pytest.mark.realdata
def test_the_1990_parcels_of_the_french_village_are_imported(shared_data: Path, store: Path) -> None:
    path = shared_data / "alkis" / "fr_terresdebord" / "parcelles.geojson"
    summary = run(path, store, srid=2154)
    assert (summary.ok, summary.feature_count, summary.crs) == (True, 1990, "EPSG:2154")
    layer = open_snapshot("parcels", summary.snapshot)  # type: ignore[arg-type]
    assert len(layer.find("274120000A1225")) == 1


@pytest.mark.realdata
def test_the_addresses_of_essen_come_from_their_zip_with_plain_eastings(shared_data: Path, store: Path) -> None:
    (path,) = (shared_data / "alkis" / "essen_hauskoordinaten").glob("*.zip")
    summary = run(path, store, layer="addresses")
    assert (summary.ok, summary.feature_count, summary.crs) == (True, 102_981, "EPSG:25832")
    assert summary.bounds is not None
    assert 340_000 < summary.bounds[0] < summary.bounds[2] < 380_000
    assert set(summary.attribute_map) >= {"street", "house_number", "house_number_suffix"}
