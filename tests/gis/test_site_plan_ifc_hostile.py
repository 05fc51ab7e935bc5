"""Models that are broken, hostile or too large: a German refusal within bounds, never a smaller house in silence."""

import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from gis.readers import read_site_plans
from gis.readers.ifc import files, process, read_ifc
from gis.siteplan import SitePlan, SitePlanError
from gis.validation import Limits
from tests.gis.ifc_models import IfcModel, house

EAST, NORTH = 550_000.0, 5_800_000.0


def model() -> IfcModel:
    """A good model with one house, georeferenced."""
    made = IfcModel()
    house(made, made.building())
    made.georeference(EAST, NORTH)
    return made


def storey_of(made: IfcModel) -> Any:
    return made.file.by_type("IfcBuildingStorey")[0]


def text_of(folder: Path) -> str:
    return model().save(folder, "gut.ifc").read_text()


def refusal(path: Path, **limits: int) -> SitePlanError:
    with pytest.raises(SitePlanError) as caught:
        read_site_plans(path, limits=Limits(**limits))
    return caught.value


def refused_text(folder: Path, text: str | bytes, **limits: int) -> SitePlanError:
    path = folder / "schlecht.ifc"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("latin-1"))
    return refusal(path, **limits)


def plan_of(made: IfcModel, folder: Path) -> SitePlan:
    file = read_ifc(made.save(folder), "modell")
    assert not file.refused
    return file.plans[0]


def test_a_file_that_breaks_off_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    text = text_of(tmp_path)
    error = refused_text(tmp_path, text[: len(text) // 2])
    assert (error.code, error.place) == ("ifc_truncated", "Dateiende")


@pytest.mark.parametrize(
    ("good", "bad", "place"),
    [
        ("IFCWALL(", "IFCWAHL(", "Stelle"),  # the library drops entities that it does not know
        ("IFCWALL(", "IFCWALL(((((", "Stelle"),
        ("'IFC4'", "'IFC2X3'", "Eintrag #"),  # IfcWall has one attribute less there
        ("(12.,8.)", "(1.E400,8.)", "Stelle"),
        ("(12.,8.)", "('x',8.)", ""),
        ("#30=", "#31=", "Eintrag #31"),  # the number is taken, and #30 is missing
    ],
)
def test_entities_that_cannot_be_read_refuse_the_model(tmp_path: Path, good: str, bad: str, place: str) -> None:
    text = text_of(tmp_path)
    assert good in text
    error = refused_text(tmp_path, text.replace(good, bad))
    assert error.code == "not_ifc"
    assert "beschädigt" in error.message
    assert error.place.startswith(place) or error.place.startswith("Stelle")


def test_a_model_cut_in_the_middle_and_closed_again_is_refused(tmp_path: Path) -> None:
    text = text_of(tmp_path)
    error = refused_text(tmp_path, text[: len(text) // 2] + "\nENDSEC;\nEND-ISO-10303-21;\n")
    assert (error.code, error.place) == ("not_ifc", "Eintrag #109")


def test_an_odd_attribute_is_told_and_does_not_refuse_the_model(tmp_path: Path) -> None:
    path = tmp_path / "modell.ifc"
    path.write_text(text_of(tmp_path).replace(".FLOOR.", ".BODEN."))
    plan = read_ifc(path, "modell").plans[0]
    assert plan.features[0].geometry.area == pytest.approx(96, abs=0.001)
    assert any("entsprechen nicht seinem Schema" in warning for warning in plan.warnings)


def test_attributes_that_may_be_missing_do_not_refuse_the_model(tmp_path: Path) -> None:
    # Some programs write IFC4 with the shorter entities of 2x3.
    text = re.sub(r"(#\d+=IFCWALL\(.*),\$\);", r"\1);", text_of(tmp_path))
    path = tmp_path / "modell.ifc"
    path.write_text(text)
    plan = read_ifc(path, "modell").plans[0]
    assert plan.features[0].geometry.area == pytest.approx(96, abs=0.001)
    assert any("entsprechen nicht seinem Schema" in warning for warning in plan.warnings)


@pytest.mark.parametrize("schema", ["IFC5", "IFC4X1", "AUTOMOTIVE_DESIGN", "IFC2X2_FINAL"])
def test_other_schemas_are_refused_by_name(tmp_path: Path, schema: str) -> None:
    error = refused_text(tmp_path, text_of(tmp_path).replace("'IFC4'", f"'{schema}'"))
    assert error.code == "ifc_schema"
    assert f"„{schema}“" in error.message


def test_a_file_without_schema_and_binary_rubbish_are_refused(tmp_path: Path) -> None:
    assert refused_text(tmp_path, text_of(tmp_path).replace("FILE_SCHEMA", "FILE_SHEMA")).code == "ifc_schema"
    assert refused_text(tmp_path, b"ISO-10303-21;\x00\xff\xfe" * 100).code == "ifc_schema"
    assert refused_text(tmp_path, b"\x00\xff\xfe" * 100).code == "unknown_format"


def test_ifcxml_is_refused_with_the_way_out(tmp_path: Path) -> None:
    error = refused_text(tmp_path, '<?xml version="1.0"?><ifc:ifcXML xmlns:ifc="http://example.org"/>')
    assert error.code == "ifc_xml"
    assert ".ifc" in error.message


def test_a_zipped_model_is_read_and_other_archives_are_refused(tmp_path: Path) -> None:
    good = model().save(tmp_path)
    path = tmp_path / "modell.ifczip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(good, "modell.ifc")
    assert read_site_plans(path).plans[0].features[0].geometry.area == pytest.approx(96, abs=0.001)
    with zipfile.ZipFile(path, "a") as archive:
        archive.write(good, "zweites.ifc")
    assert "genau ein IFC-Modell" in refusal(path).message
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("modell.ifcxml", "<ifcXML/>")
    assert refusal(path).code == "ifc_xml"
    path.write_bytes(path.read_bytes()[:60])
    assert refusal(path).code == "ifc_zip"


def test_an_archive_that_swells_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bombe.ifczip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("modell.ifc", "ISO-10303-21;" + " " * 20_000_000)
    assert "unverhältnismäßig" in refusal(path).message


def test_more_entities_than_allowed_are_refused_unparsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_ENTITIES", 100)
    error = refusal(model().save(tmp_path))
    assert error.code == "ifc_limit"
    assert "mehr als 100 Einträge" in error.message


def test_more_triangles_than_allowed_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_TRIANGLES", 50)
    assert refusal(model().save(tmp_path)).code == "ifc_limit"


def test_placements_in_a_circle_are_named(tmp_path: Path) -> None:
    made = model()
    made.site.ObjectPlacement.PlacementRelTo = made.file.by_type("IfcBuilding")[0].ObjectPlacement
    error = refusal(made.save(tmp_path))
    assert error.code == "placement_loop"
    assert error.place.startswith("#")


def test_placements_nested_without_end_are_named(tmp_path: Path) -> None:
    made = model()
    last = made.site.ObjectPlacement
    for _ in range(1_000):
        last = made.place(last, (0, 0, 0))
    made.file.by_type("IfcBuilding")[0].ObjectPlacement.PlacementRelTo = last
    assert refusal(made.save(tmp_path)).code == "placement_loop"


def test_a_building_that_contains_itself_is_read_once(tmp_path: Path) -> None:
    made = model()
    building = made.file.by_type("IfcBuilding")[0]
    made.aggregate(storey_of(made), building)
    made.aggregate(building, building)
    assert len(plan_of(made, tmp_path).features) == 1


def test_a_shape_that_contains_itself_refuses_the_model(tmp_path: Path) -> None:
    made = model()
    solid = made.file.by_type("IfcExtrudedAreaSolid")[0]
    loop = made.new("IfcBooleanResult", "DIFFERENCE", solid, solid)
    loop.SecondOperand = loop
    made.element("IfcWall", storey_of(made), made.shape(loop, kind="CSG"))
    assert refusal(made.save(tmp_path)).code == "ifc_crash"


def test_a_mapped_shape_that_contains_itself_is_named(tmp_path: Path) -> None:
    made = model()
    source = made.new("IfcRepresentationMap", made.axes((0, 0, 0)), None)
    target = made.new("IfcCartesianTransformationOperator3D", None, None, made.point(0, 0, 0), 1.0)
    item = made.new("IfcMappedItem", source, target)
    source.MappedRepresentation = made.new("IfcShapeRepresentation", made.body, "Body", "MappedRepresentation", [item])
    shape = made.new("IfcProductDefinitionShape", None, None, [source.MappedRepresentation])
    made.element("IfcWall", storey_of(made), shape, Name="Schleife")
    error = refusal(made.save(tmp_path))
    assert error.code == "element_geometry"
    assert "IfcWall „Schleife“" in error.place


def test_a_part_of_a_wall_that_cannot_be_made_refuses_the_model(tmp_path: Path) -> None:
    made = model()
    wall = made.file.by_type("IfcWall")[0]
    body = wall.Representation.Representations[0]
    point = made.new("IfcPolyline", [made.point(0, 0), made.point(0, 0)])
    broken = made.solid(made.new("IfcArbitraryClosedProfileDef", "AREA", None, point), 0, 3)
    body.Items = [*body.Items, broken]
    error = refusal(made.save(tmp_path))
    assert error.code == "element_geometry"
    assert "IfcWall „Wand 1“" in error.place


def test_a_cut_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    made = model()
    body = made.file.by_type("IfcWall")[0].Representation.Representations[0]
    point = made.new("IfcPolyline", [made.point(0, 0), made.point(0, 0)])
    broken = made.solid(made.new("IfcArbitraryClosedProfileDef", "AREA", None, point), 0, 3)
    body.Items = [made.new("IfcBooleanResult", "DIFFERENCE", body.Items[0], broken)]
    error = refusal(made.save(tmp_path))
    assert error.code == "element_geometry"
    assert "IfcWall „Wand 1“" in error.place


def test_a_stair_that_cannot_be_made_is_named_and_the_house_is_read(tmp_path: Path) -> None:
    made = model()
    point = made.new("IfcPolyline", [made.point(0, 0), made.point(0, 0)])
    broken = made.solid(made.new("IfcArbitraryClosedProfileDef", "AREA", None, point), 0, 3)
    made.element("IfcStair", storey_of(made), made.shape(broken), Name="Treppe")
    plan = plan_of(made, tmp_path)
    assert plan.features[0].geometry.area == pytest.approx(96, abs=0.001)
    assert any("ohne lesbaren Körper" in warning and "Treppe" in warning for warning in plan.warnings)


def test_walls_without_thickness_or_body_are_named(tmp_path: Path) -> None:
    made = model()
    storey = storey_of(made)
    made.prism("IfcWall", storey, [(20, 0), (30, 0)], 0, 3, Name="Linie")
    made.contain(storey, made.root("IfcWall", Name="ohne Körper"))
    plan = plan_of(made, tmp_path)
    assert any("ohne Dicke" in warning and "Linie" in warning for warning in plan.warnings)
    assert any("Bauteile ohne Körper" in warning and "ohne Körper“" in warning for warning in plan.warnings)


def test_coordinates_beyond_all_measure_are_refused(tmp_path: Path) -> None:
    error = refused_text(tmp_path, text_of(tmp_path).replace("(12.,8.)", "(1.E12,8.)"))
    assert error.code == "not_finite"


def test_a_body_that_eats_all_memory_is_stopped(tmp_path: Path) -> None:
    # A sphere of 1,000 km within 5 mm of its surface has 10^9 triangles.
    made = model()
    made.element("IfcWall", storey_of(made), made.shape(made.new("IfcSphere", made.axes((0, 0, 0)), 1e6), kind="CSG"))
    error = refusal(made.save(tmp_path), memory_bytes=600_000_000)
    assert error.code in {"ifc_crash", "ifc_limit"}


def test_a_body_that_eats_all_time_is_stopped(tmp_path: Path) -> None:
    made = model()
    solid = made.file.by_type("IfcExtrudedAreaSolid")[0]
    deep = solid
    for _ in range(3_000):
        deep = made.new("IfcBooleanResult", "UNION", deep, solid)
    made.element("IfcWall", storey_of(made), made.shape(deep, kind="CSG"))
    error = refusal(made.save(tmp_path), seconds=2)
    assert error.code == "ifc_limit"
    assert "dauert zu lange" in error.message


def test_too_little_memory_to_start_is_a_refusal(tmp_path: Path) -> None:
    assert refusal(model().save(tmp_path), memory_bytes=150_000_000).code in {"ifc_limit", "ifc_crash"}


def test_models_without_buildings_or_bodies_say_what_is_missing(tmp_path: Path) -> None:
    assert refusal(IfcModel().save(tmp_path)).code == "no_building"
    empty = IfcModel()
    empty.building()
    assert refusal(empty.save(tmp_path)).code == "no_geometry"
    furnished = IfcModel()
    storey = furnished.storey(furnished.building("Haus"), "EG", 0)
    furnished.box("IfcBeam", storey, (0, 0, 1, 1), 0, 1)
    error = refusal(furnished.save(tmp_path))
    assert (error.code, error.place) == ("no_geometry", "IfcBuilding „Haus“")


def test_an_empty_building_beside_a_full_one_is_named(tmp_path: Path) -> None:
    made = model()
    made.building("Anbau")
    plan = plan_of(made, tmp_path)
    assert len(plan.features) == 1
    assert any("„Anbau“" in warning and "nicht im Lageplan" in warning for warning in plan.warnings)


def test_a_model_without_unit_is_taken_in_metres_and_says_so(tmp_path: Path) -> None:
    made = model()
    made.project.UnitsInContext = None
    assert any("angenommen sind Meter" in warning for warning in plan_of(made, tmp_path).warnings)


def test_a_database_named_like_a_model_is_not_opened_as_one(tmp_path: Path) -> None:
    # The library would choose its reader by the suffix; ours is told that it is STEP.
    path = tmp_path / "modell.ifcsqlite"
    path.write_bytes(model().save(tmp_path).read_bytes())
    assert len(read_site_plans(path).plans) == 1
