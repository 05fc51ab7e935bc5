"""Layers in the domain: import_layer, what is in force for whom, and finding parcels."""

import json
import zipfile
from datetime import timedelta
from io import StringIO
from pathlib import Path

import geopandas
import pytest
import shapely
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries, Settings

from gis.layers import LayerUnavailableError
from permits import legal_time
from permits.errors import AccessDeniedError, InvalidInputError
from permits.models import AuditEvent, LayerPublication, LayerSnapshot, PermitAuthority
from permits.selectors.layers import find_parcel, layers_for, parcel_at, parcels_in
from permits.services.layers import restore_snapshot
from tests.cast import Cast

pytestmark = pytest.mark.django_db

Authorities = dict[str, PermitAuthority]


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: Settings) -> Path:
    settings.LAYER_ROOT = tmp_path / "layers"
    return tmp_path / "layers"


@pytest.fixture
def one(authorities: Authorities) -> PermitAuthority:
    return sorted(authorities.values(), key=lambda authority: authority.slug)[0]


@pytest.fixture
def two(authorities: Authorities) -> PermitAuthority:
    return sorted(authorities.values(), key=lambda authority: authority.slug)[1]


def parcels(folder: Path, name: str, count: int, *, bad: bool = False) -> Path:
    path = folder / name
    geometry = [shapely.box(550_000 + 10 * i, 5_800_000, 550_010 + 10 * i, 5_800_010) for i in range(count)]
    if bad:
        geometry[0] = shapely.Polygon(
            [(550_000, 5_800_000), (550_010, 5_800_010), (550_010, 5_800_000), (550_000, 5_800_010)]
        )
    numbers = [f"031001___{i:05}______" for i in range(count)]
    geopandas.GeoDataFrame({"flstkennz": numbers, "amtlicheflaeche": 100.0}, geometry=geometry, crs=25832).to_file(
        path, engine="pyogrio"
    )
    return path


def imported(*arguments: object) -> dict[str, object]:
    out = StringIO()
    call_command("import_layer", *map(str, arguments), stdout=out, stderr=StringIO())
    summary: dict[str, object] = json.loads(out.getvalue())
    return summary


def test_an_import_publishes_and_says_so_in_one_json_object(tmp_path: Path, one: PermitAuthority) -> None:
    path = parcels(tmp_path, "a.gpkg", 3)
    summary = imported("parcels", path, "--authority", one.slug, "--date", "2026-10-01", "--licence", "dl-de/by-2-0")
    assert summary["published"] is True
    assert summary["features"] == 3
    assert summary["bad"] == []
    snapshot = LayerSnapshot.objects.get()
    assert snapshot.snapshot_id == summary["snapshot"]
    assert (str(snapshot.as_of), snapshot.licence, snapshot.source_file) == ("2026-10-01", "dl-de/by-2-0", "a.gpkg")
    event = AuditEvent.objects.get(type="layer.published")
    assert event.subject["snapshot"] == snapshot.snapshot_id


def test_one_bad_parcel_publishes_nothing_and_exits_with_1(tmp_path: Path) -> None:
    out, err = StringIO(), StringIO()
    path = parcels(tmp_path, "a.gpkg", 3, bad=True)
    with pytest.raises(CommandError) as error:
        call_command("import_layer", "parcels", str(path), stdout=out, stderr=err)
    assert error.value.returncode == 1
    assert json.loads(out.getvalue())["bad"][0]["place"] == [550_005, 5_800_005]
    assert "031001___00000______: invalid_geometry bei 550005.000 5800005.000" in err.getvalue()
    assert not LayerSnapshot.objects.exists()
    assert not LayerPublication.objects.exists()


@pytest.mark.parametrize("switch", ["--repair", "--skip-bad"])
def test_repair_and_skip_bad_publish(tmp_path: Path, switch: str) -> None:
    summary = imported("parcels", parcels(tmp_path, "a.gpkg", 3, bad=True), switch)
    assert summary["published"] is True
    assert LayerSnapshot.objects.get().skipped_count == (1 if switch == "--skip-bad" else 0)


def test_validate_only_publishes_nothing(tmp_path: Path) -> None:
    assert imported("parcels", parcels(tmp_path, "a.gpkg", 3), "--validate-only")["ok"] is True
    assert not LayerPublication.objects.exists()


def test_maps_may_be_given_several_times_and_together(tmp_path: Path) -> None:
    path = parcels(tmp_path, "a.gpkg", 1)
    summary = imported("parcels", path, "--map", "numerator=flstkennz", "official_area_m2=amtlicheflaeche",
                       "--map", "parcel_id=flstkennz")  # fmt: skip
    assert summary["attribute_map"] == {
        "numerator": "flstkennz",
        "official_area_m2": "amtlicheflaeche",
        "parcel_id": "flstkennz",
    }


def test_an_unknown_authority_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="unbekannt"):
        imported("parcels", parcels(tmp_path, "a.gpkg", 1), "--authority", "nix")


def test_data_of_a_day_to_come_are_refused(tmp_path: Path) -> None:
    tomorrow = legal_time.today() + timedelta(days=1)
    with pytest.raises(CommandError, match="liegt in der Zukunft"):
        imported("parcels", parcels(tmp_path, "a.gpkg", 1), "--date", tomorrow)
    assert not LayerSnapshot.objects.exists()


def test_the_authoritys_own_state_counts_before_the_shared_one(
    tmp_path: Path, one: PermitAuthority, two: PermitAuthority
) -> None:
    imported("parcels", parcels(tmp_path, "shared.gpkg", 2))
    imported("parcels", parcels(tmp_path, "own.gpkg", 5), "--authority", one.slug)
    assert layers_for(one)["parcels"].info.feature_count == 5
    assert layers_for(two)["parcels"].info.feature_count == 2


def test_no_authority_reads_the_layers_of_another(tmp_path: Path, one: PermitAuthority, two: PermitAuthority) -> None:
    imported("parcels", parcels(tmp_path, "own.gpkg", 5), "--authority", one.slug)
    assert "parcels" not in layers_for(two)
    with pytest.raises(LayerUnavailableError, match="keine Flurstücke"):
        find_parcel(two, "031001___00000______")


def test_publishing_the_state_in_force_again_changes_nothing(tmp_path: Path, one: PermitAuthority) -> None:
    path = parcels(tmp_path, "a.gpkg", 2)
    imported("parcels", path, "--authority", one.slug)
    imported("parcels", path, "--authority", one.slug)
    assert LayerPublication.objects.count() == 1


def test_an_earlier_state_is_restored_by_a_new_publication(
    tmp_path: Path, one: PermitAuthority, two: PermitAuthority, cast: Cast
) -> None:
    imported("parcels", parcels(tmp_path, "a.gpkg", 2), "--authority", one.slug)
    first = LayerSnapshot.objects.get()
    imported("parcels", parcels(tmp_path, "b.gpkg", 3), "--authority", one.slug)
    restore_snapshot(snapshot=first, authority=one, by=None)
    assert layers_for(one)["parcels"].info.feature_count == 2
    assert list(LayerPublication.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]
    assert AuditEvent.objects.filter(type="layer.restored").count() == 1
    with pytest.raises(InvalidInputError):
        restore_snapshot(snapshot=first, authority=two, by=None)
    for person, authority in ((cast.stranger, one), (cast.admin, None)):
        shared = LayerSnapshot(layer="parcels", snapshot_id="0" * 64)
        with pytest.raises(AccessDeniedError):
            restore_snapshot(snapshot=first if authority else shared, authority=authority, by=person)


def test_rows_of_snapshots_and_publications_are_never_changed(tmp_path: Path) -> None:
    imported("parcels", parcels(tmp_path, "a.gpkg", 2))
    for rows in (LayerSnapshot.objects, LayerPublication.objects):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(layer="buildings")
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.all()._raw_delete("default")  # type: ignore[attr-defined]


def test_a_damaged_snapshot_stays_known_and_says_why(
    tmp_path: Path, store: Path, one: PermitAuthority, caplog: pytest.LogCaptureFixture
) -> None:
    imported("parcels", parcels(tmp_path, "a.gpkg", 2))
    (file,) = store.rglob("features.fgb")
    file.chmod(0o644)
    file.write_bytes(b"")
    layer = layers_for(one)["parcels"]
    assert layer.info.snapshot_id == LayerSnapshot.objects.get().snapshot_id
    with pytest.raises(LayerUnavailableError, match="beschädigt"):
        layer.window((0, 0, 1, 1))
    (record,) = [record for record in caplog.records if record.name == "permits.selectors.layers"]
    assert record.exc_info is None  # one sentence for the operator, no traceback


def test_all_layers_of_an_authority_cost_one_query(
    tmp_path: Path, one: PermitAuthority, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    path = parcels(tmp_path, "a.gpkg", 2)
    for layer in ("parcels", "buildings", "zoning"):
        imported(layer, path)
    with django_assert_num_queries(1):
        assert set(layers_for(one)) == {"parcels", "buildings", "zoning"}


def test_parcels_are_found_by_number_by_place_and_in_a_window(tmp_path: Path, one: PermitAuthority) -> None:
    imported("parcels", parcels(tmp_path, "a.gpkg", 5), "--authority", one.slug)
    found = find_parcel(one, " 031001___00003______ ")
    assert found is not None
    assert found.official_area_m2 == 100
    assert found.snapshot_id == LayerSnapshot.objects.get().snapshot_id
    assert shapely.get_srid(found.geometry) == one.crs_epsg
    assert find_parcel(one, "031001___00009______") is None
    at = parcel_at(one, 550_025, 5_800_005)
    assert at is not None
    assert at.parcel_id == "031001___00002______"
    assert parcel_at(one, 0, 0) is None
    boundary = parcel_at(one, 550_020, 5_800_005)
    assert boundary is not None
    assert boundary.parcel_id == "031001___00001______"
    window = parcels_in(one, (550_001, 5_800_001, 550_015, 5_800_002))
    assert [record.parcel_id for record in window] == ["031001___00000______", "031001___00001______"]


def test_an_authority_in_zone_33_gets_shared_parcels_in_its_own_system(tmp_path: Path, one: PermitAuthority) -> None:
    imported("parcels", parcels(tmp_path, "a.gpkg", 1))
    one.crs_epsg = 25833
    found = find_parcel(one, "031001___00000______")
    assert found is not None
    assert shapely.get_srid(found.geometry) == 25833
    x, y = found.geometry.centroid.coords[0]
    assert x < 200_000
    again = parcel_at(one, x, y)
    assert again is not None
    assert again.parcel_id == found.parcel_id


@pytest.mark.realdata
def test_the_real_nas_file_comes_in_by_the_command(shared_data: Path, one: PermitAuthority) -> None:
    path = shared_data / "alkis" / "hh_neuwerk" / "ALKIS_NeuwScharh_0003.xml.gz"
    for layer, count in (("parcels", 137), ("buildings", 57), ("addresses", 18), ("monuments", 2)):
        summary = imported(layer, path, "--authority", one.slug, "--licence", "dl-de/by-2-0")
        assert (summary["features"], summary["bad_count"]) == (count, 0)
    found = find_parcel(one, "020125___00128______")
    assert found is not None
    assert found.official_area_m2 == 123
    assert found.cadastral_district == "020125"


def test_the_operator_bounds_what_archives_unpack_to(tmp_path: Path, settings: Settings) -> None:
    settings.IMPORT_ARCHIVE_FILES = 1
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(parcels(tmp_path, "a.gpkg", 3), "a.gpkg")
        archive.writestr("liesmich.txt", "Flurstücke")
    with pytest.raises(CommandError, match="mehr als 1 Dateien"):
        call_command("import_layer", "parcels", str(path), stdout=StringIO(), stderr=StringIO())
