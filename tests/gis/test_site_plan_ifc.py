"""Site plans from IFC: outlines, roles, heights and quantities of models with known measures."""

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import shapely

from gis.plan_crs import place_plan
from gis.plan_json import plan_to_geojson
from gis.readers import read_site_plans
from gis.readers.ifc import read_ifc
from gis.siteplan import OriginKind, PlanFeature, Role, SitePlan, StoreyLevel
from tests.gis.builders import CRS
from tests.gis.ifc_models import UNITS, IfcModel, house

EAST, NORTH = 550_000.0, 5_800_000.0
HOUSE = (0, 0, 12, 8)


def plan_of(model: IfcModel, folder: Path) -> SitePlan:
    result = read_ifc(model.save(folder), "modell")
    assert not result.refused, result.refused
    return result.plans[0]


def feature_of(plan: SitePlan, role: Role) -> PlanFeature:
    (found,) = plan.by_role(role)
    return found


def turned(x: float, y: float, angle_deg: float) -> tuple[float, float]:
    angle = math.radians(angle_deg)
    return x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)


def same_corners(feature: PlanFeature, points: list[tuple[float, float]], tolerance: float = 0.001) -> None:
    """The outline has these corners, to a millimetre, and no others."""
    found = shapely.get_coordinates(feature.geometry)[:-1]
    assert len(found) == len(points)
    distance = np.hypot(*(found[:, None] - np.array(points)[None]).T)
    assert distance.min(axis=0).max() < tolerance
    assert distance.min(axis=1).max() < tolerance


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("schema", ["IFC2X3", "IFC4", "IFC4X3"])
def test_a_turned_and_shifted_house_lies_to_the_millimetre_where_it_was_drawn(
    tmp_path: Path, schema: str, unit: str
) -> None:
    # Site at (100, 200) turned by 30°, building on it at (5, 3) turned by 20°, map turned by 10°: 60° together.
    model = IfcModel(schema, unit, at=(100, 200, 5), angle_deg=30)
    house(model, model.building(at=(5, 3, 0), angle_deg=20))
    scale = UNITS[unit]  # units of the model to metres of the map
    if schema == "IFC2X3":
        angle = math.radians(10)
        values = {"Eastings": EAST, "Northings": NORTH, "OrthogonalHeight": 50.0, "Scale": scale}
        values |= {"XAxisAbscissa": math.cos(angle), "XAxisOrdinate": math.sin(angle)}
        model.properties(model.site, "ePset_MapConversion", **values)
        model.properties(model.site, "ePSet_ProjectedCRS", Name="EPSG:25832", MapUnit="METRE")
    else:
        model.georeference(EAST, NORTH, height=50, angle_deg=10, scale=scale)
    plan = plan_of(model, tmp_path)
    assert plan.crs is not None
    assert plan.crs.to_epsg() == 25832
    (building,) = plan.features
    expected = []
    for x, y in [(0, 0), (12, 0), (12, 8), (0, 8)]:
        on_site = turned(*np.add(turned(x, y, 20), (5, 3)), 30)
        on_map = turned(*np.add(on_site, (100, 200)), 10)
        expected.append((EAST + on_map[0], NORTH + on_map[1]))
    same_corners(building, expected)
    assert building.geometry.area == pytest.approx(96, abs=1e-3)
    assert building.geometry.exterior.is_ccw
    assert building.role is Role.MAIN_BUILDING
    # Walls of two storeys of 2.8 m, the flat roof of 0.2 m flush on them; ground 5 m above the model's zero.
    assert building.wall_height_m == pytest.approx(5.8)
    assert building.eaves_height_m == pytest.approx(5.8)
    assert building.ridge_height_m == pytest.approx(5.8)
    assert building.storeys == 2
    assert building.top_floor_level_m == pytest.approx(2.8)
    assert building.ground_level_nhn_m == pytest.approx(55)


def test_every_value_says_where_it_comes_from_and_keeps_it_when_stored(tmp_path: Path) -> None:
    model = IfcModel(site={"RefElevation": 48.5})
    building = model.building(ObjectType="Wohngebäude")
    house(model, building)
    model.quantities(building, "Qto_BuildingBaseQuantities", GrossFloorArea=192.5, GrossVolume=537.6)
    model.georeference(EAST, NORTH)
    plan = plan_of(model, tmp_path)
    (found,) = plan.features
    kinds = {name: origin.kind for name, origin in found.provenance.values.items()}
    assert kinds == {
        "geometry": OriginKind.MEASURED,
        "role": OriginKind.ASSUMED,
        "wall_height_m": OriginKind.ASSUMED,  # the model does not say where the ground is
        "eaves_height_m": OriginKind.ASSUMED,
        "ridge_height_m": OriginKind.ASSUMED,
        "storeys": OriginKind.DERIVED,
        "top_floor_level_m": OriginKind.DERIVED,
        "gross_floor_area_m2": OriginKind.GIVEN,
        "gross_volume_m3": OriginKind.GIVEN,
        "use": OriginKind.GIVEN,
        "storey_levels": OriginKind.DERIVED,
        "ground_level_nhn_m": OriginKind.DERIVED,
    }
    notes = {name: origin.note for name, origin in found.provenance.values.items()}
    assert notes["gross_volume_m3"] == "Qto_BuildingBaseQuantities.GrossVolume"
    assert "IfcSite.RefElevation" in notes["ground_level_nhn_m"]
    assert "IfcWall" in notes["geometry"]
    assert (found.gross_floor_area_m2, found.gross_volume_m3, found.use) == (192.5, 537.6, "Wohngebäude")
    assert found.ground_level_nhn_m == pytest.approx(48.5)
    assert any("Geländehöhe nicht" in warning and "Erdgeschoss" in warning for warning in plan.warnings)
    stored = tmp_path / "plan.geojson"
    stored.write_text(json.dumps(plan_to_geojson(place_plan(plan, CRS))))
    (again,) = read_site_plans(stored).plans
    assert again.features[0].provenance.values == found.provenance.values
    assert again.features[0].wall_height_m == found.wall_height_m
    assert again.features[0].storey_levels == found.storey_levels


def test_the_ground_is_where_the_building_says_it_is(tmp_path: Path) -> None:
    # ±0.00 at 52.00 m above sea level, terrain at 51.50 m: walls rise 2.8 + 0.2 + 0.5 m above the ground.
    model = IfcModel()
    house(model, model.building(ElevationOfRefHeight=52.0, ElevationOfTerrain=51.5), storeys=1)
    model.georeference(EAST, NORTH)
    (found,) = plan_of(model, tmp_path).features
    assert found.wall_height_m == pytest.approx(3.5)
    assert found.ground_level_nhn_m == pytest.approx(51.5)
    assert found.provenance.values["wall_height_m"].kind is OriginKind.MEASURED
    assert found.provenance.values["ground_level_nhn_m"].kind is OriginKind.GIVEN


def test_two_buildings_become_two_features_with_roles_from_their_names(tmp_path: Path) -> None:
    model = IfcModel()
    house(model, model.building("Wohnhaus"))
    house(model, model.building("Doppelgarage", at=(20, 0, 0)), (0, 0, 6, 6), 1)
    model.georeference(EAST, NORTH)
    plan = plan_of(model, tmp_path)
    assert [(f.role, round(f.geometry.area, 3)) for f in plan.features] == [
        (Role.MAIN_BUILDING, 96),
        (Role.GARAGE, 36),
    ]
    same_corners(plan.features[1], [(EAST + x, NORTH + y) for x, y in [(20, 0), (26, 0), (26, 6), (20, 6)]])
    assert plan.features[1].wall_height_m == pytest.approx(3)
    assert "Doppelgarage" in plan.features[1].provenance.values["role"].note


def gable_roof(model: IfcModel, storey: object, overhang: float) -> None:
    """Eaves walls (y = 0 and 8) 2.9 m high, gables to 7 m in the middle, roof of 0.25 m (upright) over all."""
    model.box("IfcWall", storey, (0, 0, 12, 0.4), 0, 2.9)
    model.box("IfcWall", storey, (0, 7.6, 12, 8), 0, 2.9)
    gable = [(0, 0), (8, 0), (8, 3), (4, 7), (0, 3)]
    model.extruded_along_x("IfcWall", storey, gable, 0, 0.4)
    model.extruded_along_x("IfcWall", storey, gable, 11.6, 12)
    low = 3 - overhang
    roof = [
        (-overhang, low),
        (4, 7),
        (8 + overhang, low),
        (8 + overhang, low + 0.25),
        (4, 7.25),
        (-overhang, low + 0.25),
    ]
    model.extruded_along_x("IfcRoof", storey, roof, -overhang, 12 + overhang)
    model.box("IfcSlab", storey, HOUSE, -0.2, 0)


def test_walls_end_where_they_meet_the_skin_of_the_roof(tmp_path: Path) -> None:
    model = IfcModel()
    gable_roof(model, model.storey(model.building(), "EG", 0), 0.5)
    model.georeference(EAST, NORTH)
    plan = plan_of(model, tmp_path)
    found = feature_of(plan, Role.MAIN_BUILDING)
    same_corners(found, [(EAST + x, NORTH + y) for x, y in [(0, 0), (12, 0), (12, 8), (0, 8)]])
    # At the outer face (y = 0) the skin lies at 3.25 m, above the wall's 2.9 m; on the gable it rises to 7.25 m.
    assert found.eaves_height_m == pytest.approx(3.25, abs=0.005)
    assert found.ridge_height_m == pytest.approx(7.25)
    segments, heights, _ = found.edges()
    for (start, end), height in zip(segments, heights, strict=True):
        along_x = abs(end[1] - start[1]) < 0.001
        assert height == pytest.approx(3.25 if along_x else 7.25, abs=0.001)


def test_a_roof_that_stands_out_is_an_overhang_of_its_own(tmp_path: Path) -> None:
    model = IfcModel()
    gable_roof(model, model.storey(model.building(), "EG", 0), 0.5)
    model.georeference(EAST, NORTH)
    overhang = feature_of(plan_of(model, tmp_path), Role.ROOF_OVERHANG)
    # 13 × 9 − 12 × 8 = 21 m², a ring around the house.
    assert overhang.geometry.area == pytest.approx(21, abs=0.001)
    assert len(overhang.geometry.interiors) == 1
    assert overhang.base_height_m == pytest.approx(2.5)


def test_a_cellar_larger_than_the_house_is_underground_beyond_it(tmp_path: Path) -> None:
    model = IfcModel()
    building = model.building()
    cellar = model.storey(building, "Keller", -2.6)
    model.walls(cellar, (-2, 0, 14, 8), 0, 2.4)
    model.box("IfcSlab", cellar, (-2.3, -0.3, 14.3, 8.3), -0.3, 0, PredefinedType="BASESLAB")
    house(model, building)
    model.georeference(EAST, NORTH)
    plan = plan_of(model, tmp_path)
    found = feature_of(plan, Role.MAIN_BUILDING)
    same_corners(found, [(EAST + x, NORTH + y) for x, y in [(0, 0), (12, 0), (12, 8), (0, 8)]])
    assert found.storeys == 2
    assert found.storey_levels == (
        StoreyLevel("Keller", -2.6, 2.6, above_ground=False),
        StoreyLevel("Erdgeschoss", 0, 2.8),
        StoreyLevel("1. Obergeschoss", 2.8, 2.8),
    )
    under = feature_of(plan, Role.UNDERGROUND)
    assert under.geometry.area == pytest.approx(2 * 2 * 8, abs=0.001)
    assert [round(part.area, 3) for part in under.geometry.geoms] == [16, 16]


def test_a_storey_says_itself_whether_it_is_above_ground(tmp_path: Path) -> None:
    model = IfcModel()
    building = model.building()
    storeys = house(model, building, storeys=3)
    model.properties(storeys[0], "Pset_BuildingStoreyCommon", AboveGround=False)
    for storey in storeys[1:]:
        model.properties(storey, "Pset_BuildingStoreyCommon", AboveGround=True)
    model.georeference(EAST, NORTH)
    (found,) = plan_of(model, tmp_path).features
    assert found.storeys == 2
    assert found.provenance.values["storeys"].kind is OriginKind.GIVEN


def test_levels_that_carry_only_a_parapet_are_no_storeys(tmp_path: Path) -> None:
    model = IfcModel()
    building = model.building()
    house(model, building)
    roof = model.storey(building, "OK Dach", 5.8)
    for wall in model.walls(roof, HOUSE, 0, 0.6, 0.2):
        wall.Name = "Attika"
    model.georeference(EAST, NORTH)
    (found,) = plan_of(model, tmp_path).features
    assert found.storeys == 2
    assert found.wall_height_m == pytest.approx(6.4)


def test_a_balcony_and_a_terrace_are_told_from_the_house(tmp_path: Path) -> None:
    model = IfcModel()
    building = model.building()
    ground, upper = house(model, building)
    model.box("IfcSlab", upper, (4, -1.5, 8, 0), -0.2, 0, Name="Balkonplatte")
    model.box("IfcWall", upper, (4, -1.5, 8, -1.4), 0, 1, Name="Brüstung Balkon")
    model.box("IfcColumn", ground, (4, -1.5, 4.2, -1.3), 0, 2.6, Name="Balkonstütze links")
    model.box("IfcColumn", ground, (7.8, -1.5, 8, -1.3), 0, 2.6, Name="Stütze rechts")
    model.box("IfcColumn", ground, (5, 0.1, 5.3, 0.4), 0, 2.6, Name="Stütze in der Wand")
    model.box("IfcSlab", ground, (0, 8, 12, 11), -0.2, 0)
    model.georeference(EAST, NORTH)
    plan = plan_of(model, tmp_path)
    assert feature_of(plan, Role.MAIN_BUILDING).geometry.area == pytest.approx(96, abs=0.001)
    balcony = feature_of(plan, Role.BALCONY)
    assert balcony.geometry.area == pytest.approx(6, abs=0.001)
    assert balcony.base_height_m == pytest.approx(2.6)
    assert balcony.provenance.values["role"].kind is OriginKind.DERIVED
    terrace = feature_of(plan, Role.TERRACE)
    assert terrace.geometry.area == pytest.approx(36, abs=0.001)
    assert terrace.provenance.values["role"].kind is OriginKind.ASSUMED
    assert any("Als Terrasse gilt" in warning for warning in plan.warnings)
    assert not any("Stütze" in warning for warning in plan.warnings)  # they stand under the balcony


def test_a_column_that_stands_alone_is_named_and_is_no_house(tmp_path: Path) -> None:
    model = IfcModel()
    storey = house(model, model.building())[0]
    model.box("IfcColumn", storey, (-5, -5, -4.8, -4.8), 0, 2.6, Name="Pergola")
    model.georeference(EAST, NORTH)
    plan = plan_of(model, tmp_path)
    assert plan.features[0].geometry.area == pytest.approx(96, abs=0.001)
    assert any("IfcColumn „Pergola“" in warning for warning in plan.warnings)


def test_a_yard_stays_open_and_a_stairwell_does_not(tmp_path: Path) -> None:
    model = IfcModel()
    storey = model.storey(model.building(), "EG", 0)
    model.walls(storey, (0, 0, 20, 20), 0, 3)
    model.walls(storey, (6, 6, 14, 14), 0, 3)  # the yard lies within its walls: 7.2 m wide
    ring = [(0, 0), (20, 0), (20, 20), (0, 20), (0, 10), (6.2, 10), (6.2, 13.8), (13.8, 13.8), (13.8, 6.2), (6.2, 6.2)]
    ring += [(6.2, 9.2), (0, 9.2)]
    model.prism("IfcSlab", storey, ring, 3, 3.2, PredefinedType="FLOOR")
    model.box("IfcSlab", storey, (0, 9.2, 6.2, 10), 3, 3.2, PredefinedType="FLOOR")
    model.georeference(EAST, NORTH)
    found = feature_of(plan_of(model, tmp_path), Role.MAIN_BUILDING)
    assert found.geometry.area == pytest.approx(400 - 7.2 * 7.2, abs=0.001)
    assert len(found.geometry.interiors) == 1


def test_a_round_wall_stays_within_a_centimetre_of_its_circle(tmp_path: Path) -> None:
    model = IfcModel(unit="MILLIMETRE")
    storey = model.storey(model.building(), "EG", 0)
    position = model.new("IfcAxis2Placement2D", model.point(10, 10))
    profile = model.new("IfcCircleHollowProfileDef", "AREA", None, position, 6 / model.scale, 0.4 / model.scale)
    model.element("IfcWall", storey, model.shape(model.solid(profile, 0, 3)))
    model.georeference(EAST, NORTH, scale=0.001)
    (found,) = plan_of(model, tmp_path).features
    ring = shapely.get_coordinates(found.geometry)
    assert np.hypot(*(ring - (EAST + 10, NORTH + 10)).T) == pytest.approx(6, abs=0.001)
    circle = shapely.Point(EAST + 10, NORTH + 10).buffer(6, quad_segs=2_000)
    assert shapely.hausdorff_distance(found.geometry.exterior, circle.exterior, densify=0.5) < 0.01
    assert found.wall_height_m == pytest.approx(3)


def test_a_carport_of_columns_and_a_roof_has_the_outline_of_its_roof(tmp_path: Path) -> None:
    model = IfcModel()
    storey = model.storey(model.building("Carport"), "EG", 0)
    for x, y in [(0.2, 0.2), (5.6, 0.2), (5.6, 5.6), (0.2, 5.6)]:
        model.box("IfcColumn", storey, (x, y, x + 0.2, y + 0.2), 0, 2.4)
    model.box("IfcRoof", storey, (0, 0, 6, 6), 2.4, 2.6)
    model.georeference(EAST, NORTH)
    plan = plan_of(model, tmp_path)
    (found,) = plan.features
    assert found.role is Role.GARAGE
    assert found.geometry.area == pytest.approx(36, abs=0.001)
    assert found.wall_height_m == pytest.approx(2.6)
    assert any("umschließen" in warning for warning in plan.warnings)


def test_parts_of_roofs_and_curtain_walls_belong_to_them(tmp_path: Path) -> None:
    model = IfcModel()
    building = model.building()
    storey = model.storey(building, "EG", 0)
    at = model.place(storey.ObjectPlacement, (0, 0, 0))
    facade = model.root("IfcCurtainWall", Name="Fassade", ObjectPlacement=at)
    model.contain(storey, facade)
    sides = [(0, 0, 10, 0.1), (9.9, 0.1, 10, 9.9), (0, 9.9, 10, 10), (0, 0.1, 0.1, 9.9)]
    plates = []
    for box in sides:
        plate = model.box("IfcPlate", storey, box, 0, 3)
        plates.append(plate)
    model.aggregate(facade, *plates)
    roof = model.root("IfcRoof", Name="Dach", ObjectPlacement=at)
    model.contain(storey, roof)
    model.aggregate(roof, model.box("IfcSlab", storey, (-1, -1, 11, 11), 3, 3.3))
    model.georeference(EAST, NORTH)
    plan = plan_of(model, tmp_path)
    assert feature_of(plan, Role.MAIN_BUILDING).geometry.area == pytest.approx(100, abs=0.001)
    assert feature_of(plan, Role.ROOF_OVERHANG).geometry.area == pytest.approx(44, abs=0.001)


def test_openings_spaces_and_furniture_do_not_change_the_outline(tmp_path: Path) -> None:
    model = IfcModel()
    building = model.building()
    (storey,) = house(model, building, storeys=1)
    wall = model.file.by_type("IfcWall")[0]
    opening = model.box("IfcOpeningElement", storey, (3, -0.2, 5, 0.6), 0, 2.8)
    model.root("IfcRelVoidsElement", RelatingBuildingElement=wall, RelatedOpeningElement=opening)
    model.box("IfcFurnishingElement" if model.schema == "IFC2X3" else "IfcFurniture", storey, (-5, -5, -4, -4), 0, 1)
    space = model.root("IfcSpace", Name="Garten", ObjectPlacement=model.place(storey.ObjectPlacement, (0, 0, 0)))
    model.aggregate(storey, space)
    model.georeference(EAST, NORTH)
    (found,) = plan_of(model, tmp_path).features
    same_corners(found, [(EAST + x, NORTH + y) for x, y in [(0, 0), (12, 0), (12, 8), (0, 8)]])


def test_what_stands_out_without_being_counted_is_named(tmp_path: Path) -> None:
    model = IfcModel()
    building = model.building()
    storey = house(model, building)[0]
    model.box("IfcStair", storey, (12, 2, 14, 3), 0, 1, Name="Außentreppe")
    model.box("IfcWall", storey, (-6, -3, -5.8, 10), 0, 1.8, Name="Gartenmauer")
    model.box("IfcWall", model.site, (40, 0, 50, 0.3), 0, 1.8, Name="Wand auf dem Grundstück")
    model.georeference(EAST, NORTH)
    plan = plan_of(model, tmp_path)
    (found,) = plan.features
    assert found.geometry.area == pytest.approx(96, abs=0.001)
    (sentence,) = [warning for warning in plan.warnings if "ragen über" in warning]
    assert "IfcStair „Außentreppe“" in sentence
    assert "IfcWall „Gartenmauer“" in sentence
    assert any("ohne Gebäude (IfcBuilding)" in warning for warning in plan.warnings)


def test_a_mass_model_of_proxies_is_read_and_said_to_be_one(tmp_path: Path) -> None:
    model = IfcModel()
    storey = model.storey(model.building(), "EG", 0)
    model.box("IfcBuildingElementProxy", storey, HOUSE, 0, 6)
    model.georeference(EAST, NORTH)
    plan = plan_of(model, tmp_path)
    (found,) = plan.features
    assert found.geometry.area == pytest.approx(96, abs=0.001)
    assert found.wall_height_m == pytest.approx(6)
    assert any("IfcBuildingElementProxy" in warning for warning in plan.warnings)


def test_areas_and_volumes_of_all_storeys_add_up_in_square_and_cubic_metres(tmp_path: Path) -> None:
    model = IfcModel(unit="MILLIMETRE")
    building = model.building()
    storeys = house(model, building)
    for storey in storeys:
        model.quantities(storey, "Qto_BuildingStoreyBaseQuantities", GrossFloorArea=96, GrossVolume=268.8)
    millimetres = model.new("IfcSIUnit", UnitType="VOLUMEUNIT", Prefix="MILLI", Name="CUBIC_METRE")
    for quantity in model.file.by_type("IfcQuantityVolume"):
        quantity.Unit, quantity.VolumeValue = millimetres, 268.8e9
    model.georeference(EAST, NORTH, scale=0.001)
    (found,) = plan_of(model, tmp_path).features
    assert found.gross_floor_area_m2 == pytest.approx(192)
    assert found.gross_volume_m3 == pytest.approx(537.6)
    assert found.provenance.values["gross_floor_area_m2"].kind is OriginKind.DERIVED


def test_quantities_of_only_some_storeys_are_not_summed(tmp_path: Path) -> None:
    model = IfcModel()
    storeys = house(model, model.building())
    model.quantities(storeys[0], "Qto_BuildingStoreyBaseQuantities", GrossFloorArea=96)
    model.georeference(EAST, NORTH)
    (found,) = plan_of(model, tmp_path).features
    assert found.gross_floor_area_m2 is None


def test_names_with_umlauts_in_every_spelling_of_step_are_read(tmp_path: Path) -> None:
    model = IfcModel()
    house(model, model.building("Gebäude №1 „Süd“"))
    model.georeference(EAST, NORTH)
    path = model.save(tmp_path)
    assert "\\X2\\" in path.read_text("latin-1")
    plan = read_ifc(path, "modell").plans[0]
    assert plan.features[0].provenance.place == "IfcBuilding „Gebäude №1 „Süd““"
    text = path.read_text("latin-1")
    start, end = text.index("'Geb"), text.index("d\\X2\\201C\\X0\\'")
    path.write_text(text[:start] + "'Geb\\S\\dude S\\X\\FC" + text[end:], "latin-1")
    assert read_ifc(path, "modell").plans[0].features[0].provenance.place == "IfcBuilding „Gebäude Süd““"


def test_the_product_does_not_load_the_ifc_library() -> None:
    code = "import gis.readers.ifc, gis.readers, gis.checking, sys; sys.exit('ifcopenshell' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
