"""Reading site plans from zipped shapefiles, and refusing archives that deceive."""

import io
import stat
import zipfile
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely

from gis.plan_crs import place_plan
from gis.readers import read_site_plans
from gis.siteplan import PlanFile, Role, SitePlan, SitePlanError
from gis.validation import Limits
from tests.gis.builders import CRS, box

# The short names are what the tests are about.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Column names longer"),
    pytest.mark.filterwarnings("ignore:Normalized/laundered"),
]

HOUSE = {"geometry": box(0, 0, 10, 8), "role": "main_building", "wall_height_m": 6.25, "use": "Büro"}
GARAGE = {"geometry": box(12, 0, 15, 6), "role": "garage"}


def shapefile(folder: Path, name: str, *rows: dict[str, Any], crs: int | None = 25832, encoding: str = "UTF-8") -> None:
    """Write the files of a shapefile into the folder."""
    frame = geopandas.GeoDataFrame(list(rows), geometry="geometry", crs=crs)
    frame.to_file(folder / f"{name}.shp", encoding=encoding)


def packed(folder: Path, *, without: str = "", under: str = "lageplan/") -> Path:
    """Pack everything in the folder."""
    path = folder / "plan.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            if file != path and file.suffix != without:
                archive.write(file, f"{under}{file.name}")
    return path


def only(result: PlanFile) -> SitePlan:
    assert not result.refused
    (plan,) = result.plans
    return plan


def test_cut_names_are_completed(tmp_path: Path) -> None:
    rest = {"ground_level_nhn_m": 55.3, "gross_floor_area_m2": 120.5, "storeys": 2, "parcels": "A, B"}
    shapefile(tmp_path, "gebaeude", {**HOUSE, **rest})
    plan = only(read_site_plans(packed(tmp_path)))
    (house,) = plan.features
    assert (plan.plan, plan.parcels) == ("plan", ("A", "B"))
    assert (house.wall_height_m, house.ground_level_nhn_m, house.gross_floor_area_m2) == (6.25, 55.3, 120.5)
    assert (house.storeys, house.use, house.provenance.place) == (2, "Büro", "Shapefile „gebaeude“, Objekt 1")
    assert house.provenance.values["wall_height_m"].note == "Eigenschaft „wall_height_m“"
    assert plan.crs is not None
    assert plan.crs.to_epsg() == 25832
    assert plan.warnings == ()


def test_several_shapefiles_make_one_plan(tmp_path: Path) -> None:
    shapefile(tmp_path, "haus", HOUSE)
    shapefile(tmp_path, "garagen", GARAGE)
    shapefile(tmp_path, "baeume", {"geometry": box(30, 0, 31, 1), "art": "Eiche"})
    plan = only(read_site_plans(packed(tmp_path)))
    assert sorted(feature.role for feature in plan.features) == [Role.GARAGE, Role.MAIN_BUILDING]
    (warning,) = plan.warnings
    assert warning.startswith("Shapefile „baeume“: Die Spalte „role“")


def test_without_prj_the_parcels_settle_the_system_and_people_are_told(tmp_path: Path) -> None:
    shapefile(tmp_path, "haus", HOUSE)
    plan = only(read_site_plans(packed(tmp_path, without=".prj")))
    assert plan.crs is None
    placed = place_plan(plan, CRS)
    assert any("kein Koordinatenreferenzsystem" in warning for warning in placed.warnings)


def test_a_prj_of_a_zone_prefixed_system_is_understood(tmp_path: Path) -> None:
    frame = geopandas.GeoDataFrame([HOUSE], geometry="geometry", crs=25832).to_crs(4647)
    frame.to_file(tmp_path / "haus.shp")
    plan = only(read_site_plans(packed(tmp_path)))
    assert plan.bounds[0] > 32_000_000
    assert place_plan(plan, CRS).features[0].geometry.bounds == pytest.approx(box(0, 0, 10, 8).bounds, abs=1e-6)


@pytest.mark.parametrize(
    ("encoding", "told"), [("ISO-8859-1", "ISO 8859-1"), ("UTF-8", "UTF-8"), ("CP1252", "ISO 8859-1")]
)
def test_without_a_code_page_the_encoding_is_found_and_told(tmp_path: Path, encoding: str, told: str) -> None:
    shapefile(tmp_path, "haus", HOUSE, encoding=encoding)
    table = tmp_path / "haus.dbf"
    content = bytearray(table.read_bytes())
    content[29] = 0  # what GDAL writes into the header for some code pages
    table.write_bytes(content)
    plan = only(read_site_plans(packed(tmp_path, without=".cpg")))
    assert plan.features[0].use == "Büro"
    assert any(told in warning for warning in plan.warnings)


def test_a_stated_code_page_is_followed_and_a_wrong_one_refused(tmp_path: Path) -> None:
    shapefile(tmp_path, "haus", HOUSE, encoding="ISO-8859-1")
    assert only(read_site_plans(packed(tmp_path))).features[0].use == "Büro"
    (tmp_path / "haus.cpg").write_text("UTF-8")
    with pytest.raises(SitePlanError, match="Zeichenkodierung") as caught:
        read_site_plans(packed(tmp_path))
    assert caught.value.place == "Shapefile „haus“"


@pytest.mark.parametrize("missing", [".shx", ".dbf", ".shp"])
def test_a_missing_file_is_named(tmp_path: Path, missing: str) -> None:
    shapefile(tmp_path, "haus", HOUSE)
    with pytest.raises(SitePlanError, match=r"kein Shapefile" if missing == ".shp" else f"haus{missing}"):
        read_site_plans(packed(tmp_path, without=missing))


def test_a_crossing_outline_is_refused_with_its_place(tmp_path: Path) -> None:
    bow = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    shapefile(tmp_path, "haus", {**HOUSE, "geometry": bow})
    (error,) = read_site_plans(packed(tmp_path)).refused.values()
    assert error.place.startswith("Shapefile „haus“")


def archive(folder: Path, *entries: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    path = folder / "plan.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in entries:
            zipped.writestr(name, content)
    return path


def link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("haus.shp")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def inner() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as zipped:
        zipped.writestr("haus.shp", b"x")
    return data.getvalue()


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ([("../haus.shp", b"x")], "zeigt aus dem Archiv"),
        ([("/etc/haus.shp", b"x")], "zeigt aus dem Archiv"),
        ([("a/../../haus.shp", b"x")], "zeigt aus dem Archiv"),
        ([("C:/haus.shp", b"x")], "zeigt aus dem Archiv"),
        ([(link(), b"/etc/passwd")], "Verknüpfung"),
        ([("innen.zip", inner())], "wieder ein Archiv"),
        ([("haus.shp", b"x"), ("HAUS.SHP", b"x")], "doppelt"),
        ([("liesmich.txt", b"x")], "kein Shapefile"),
        ([(f"{i}.txt", b"x") for i in range(101)], "mehr als 100 Dateien"),
        ([("haus.shp", b"0" * 30_000_000), ("haus.shx", b""), ("haus.dbf", b"")], "unverhältnismäßig"),
        ([("haus.shp", b"kein Shapefile"), ("haus.shx", b"x"), ("haus.dbf", b"x")], "nicht lesbar"),
    ],
)
def test_archives_that_deceive_are_refused(tmp_path: Path, entries: list[tuple[Any, bytes]], reason: str) -> None:
    with pytest.raises(SitePlanError, match=reason):
        read_site_plans(archive(tmp_path, *entries))
    assert {file.name for file in tmp_path.iterdir()} == {"plan.zip"}


def test_size_after_unpacking_is_limited(tmp_path: Path) -> None:
    shapefile(tmp_path, "haus", HOUSE)
    with pytest.raises(SitePlanError, match="unverhältnismäßig"):
        read_site_plans(packed(tmp_path), limits=Limits(archive_bytes=100))


def test_damaged_and_encrypted_archives_are_refused(tmp_path: Path) -> None:
    shapefile(tmp_path, "haus", HOUSE)
    path = packed(tmp_path)
    content = bytearray(path.read_bytes())
    middle = content.find(b"haus.shp") + 40
    content[middle] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(SitePlanError, match="beschädigt"):
        read_site_plans(path)
    path.write_bytes(b"PK\x03\x04" + bytes(100))
    with pytest.raises(SitePlanError, match="beschädigt"):
        read_site_plans(path)
    sealed = archive(tmp_path, ("haus.shp", b"x"))
    content = bytearray(sealed.read_bytes())
    content[content.find(b"PK\x01\x02") + 8] |= 1
    sealed.write_bytes(content)
    with pytest.raises(SitePlanError, match="verschlüsselt"):
        read_site_plans(sealed)
