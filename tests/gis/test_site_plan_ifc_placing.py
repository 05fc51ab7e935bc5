"""Where a model lies: map conversions and systems as files write them, and what is named instead of guessed."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest
import shapely

from gis.matching import Match
from gis.plan_crs import place_plan
from gis.readers.ifc import read_ifc
from gis.readers.ifc.crs_names import CrsNameError, projected_crs
from gis.readers.ifc.placing import NotPlacedError, placing_of
from gis.readers.options import ReadOptions
from gis.siteplan import PlanFile, SitePlan, SitePlanError
from tests.gis.builders import CRS
from tests.gis.ifc_models import IfcModel, house

EAST, NORTH = 550_000.0, 5_800_000.0
BOUNDS = (0.0, 0.0, 12.0, 8.0)


def read(model: IfcModel, folder: Path, match: Match | None = None) -> PlanFile:
    if not model.file.by_type("IfcBuilding"):
        house(model, model.building())
    return read_ifc(model.save(folder), "modell", options=ReadOptions(match=match))


def only(file: PlanFile) -> SitePlan:
    assert not file.refused
    return file.plans[0]


def refusal(model: IfcModel, folder: Path, match: Match | None = None) -> SitePlanError:
    with pytest.raises(SitePlanError) as caught:
        read(model, folder, match)
    return caught.value


def facts(**changes: Any) -> dict[str, Any]:
    """What the reading process finds in a model with a good map conversion; ``changes`` also go to the numbers."""
    names = "Eastings Northings OrthogonalHeight XAxisAbscissa XAxisOrdinate Scale FactorX FactorY FactorZ"
    numbers: dict[str, float | None] = dict.fromkeys(names.split())
    numbers |= {"Eastings": EAST, "Northings": NORTH}
    numbers |= {name: changes.pop(name) for name in list(changes) if name in numbers}
    found = {
        "kind": "IfcMapConversion",
        "several": False,
        "crs_kind": "IfcProjectedCRS",
        "crs": {"Name": "EPSG:25832"},
        "map_unit": 1.0,
        "numbers": numbers,
        "shifted_origin": False,
        "true_north": None,
        "latitude": None,
        "longitude": None,
    }
    return found | changes


def why_not(unit_m: float = 1.0, bounds: tuple[float, float, float, float] = BOUNDS, **changes: Any) -> str:
    with pytest.raises(NotPlacedError) as caught:
        placing_of(facts(**changes), unit_m, bounds)
    return str(caught.value)


@pytest.mark.parametrize(
    ("named", "epsg"),
    [
        ({"Name": "EPSG:25832"}, 25832),
        ({"Name": "epsg:25833"}, 25833),
        ({"Name": "EPSG 25832"}, 25832),
        ({"Name": "EPSG25832"}, 25832),
        ({"Name": "25832"}, 25832),
        ({"Name": "urn:ogc:def:crs:EPSG::25832"}, 25832),
        ({"Name": "ETRS89_UTM32"}, 25832),
        ({"Name": "ETRS89 / UTM zone 32N"}, 25832),
        ({"Name": "ETRS89/UTM 32N"}, 25832),
        ({"Name": "UTM32", "GeodeticDatum": "ETRS89"}, 25832),
        ({"Name": "DE_DHDN_3GK3"}, 31467),
        ({"Name": "EPSG:4647"}, 4647),
        ({"Name": "EPSG:5555"}, 25832),  # with heights: only the plane is taken
        ({"Name": None, "GeodeticDatum": "ETRS89", "MapProjection": "UTM", "MapZone": "33N"}, 25833),
        ({"Name": "EPSG:25832", "GeodeticDatum": "ETRS89", "MapProjection": "UTM", "MapZone": "UTM32"}, 25832),
    ],
)
def test_systems_are_known_by_the_names_that_programs_write(named: dict[str, str | None], epsg: int) -> None:
    assert projected_crs(named).to_epsg() == epsg


@pytest.mark.parametrize(
    ("named", "reason"),
    [
        ({}, "nennt kein"),
        ({"Name": ""}, "nennt kein"),
        ({"Name": "Unknown"}, "nennt kein"),
        ({"Name": "EPSG:99999"}, "unbekannt"),
        ({"Name": "UTM32"}, "unbekannt"),  # of which datum?
        ({"Name": "Projektkoordinaten"}, "unbekannt"),
        ({"Name": "+proj=utm +zone=32 +nadgrids=https://example.org/x"}, "unbekannt"),
        ({"Name": "EPSG:4326"}, "kein ebenes System"),
        ({"Name": "EPSG:25832", "MapZone": "33N"}, "widerspricht"),
    ],
)
def test_systems_that_are_missing_or_contradictory_are_named(named: dict[str, str | None], reason: str) -> None:
    with pytest.raises(CrsNameError, match=reason):
        projected_crs(named)


def test_a_map_conversion_turns_scales_and_shifts() -> None:
    angle = math.radians(30)
    placing = placing_of(
        facts(XAxisAbscissa=2 * math.cos(angle), XAxisOrdinate=2 * math.sin(angle), Scale=0.9996), 1.0, BOUNDS
    )
    # By hand: (10, 0) turned by 30° is (8.660254, 5), times 0.9996.
    (found,) = placing.apply(np.array([[10.0, 0.0]]))
    assert found == pytest.approx((EAST + 8.660254 * 0.9996, NORTH + 5 * 0.9996), abs=1e-5)
    assert placing.warnings == ()


@pytest.mark.parametrize(
    ("unit_m", "changes", "warned"),
    [
        (0.001, {"Scale": 0.001}, False),
        (0.001, {"Scale": 1.0}, True),
        (0.001, {}, True),
        (0.001, {"map_unit": None, "Scale": 0.001}, False),
        (0.001, {"map_unit": None, "Eastings": EAST * 1000, "Northings": NORTH * 1000}, False),
        (0.001, {"map_unit": None}, True),
        (0.3048, {"Scale": 0.3048}, False),
        (0.3048, {"map_unit": None, "Eastings": EAST / 0.3048, "Northings": NORTH / 0.3048}, False),
        (1.0, {"map_unit": 0.001, "Eastings": EAST * 1000, "Northings": NORTH * 1000, "Scale": 1000.0}, False),
    ],
)
def test_units_of_model_and_map_are_brought_together(unit_m: float, changes: dict[str, Any], warned: bool) -> None:
    placing = placing_of(facts(**changes), unit_m, BOUNDS)
    (found,) = placing.apply(np.array([[10.0, 0.0]]))
    assert found == pytest.approx((EAST + 10, NORTH), abs=1e-6)
    assert bool(placing.warnings) is warned


def test_the_factors_of_a_scaled_conversion_stretch_each_axis() -> None:
    placing = placing_of(facts(kind="IfcMapConversionScaled", FactorX=0.9996, FactorY=1.0004), 1.0, BOUNDS)
    (found,) = placing.apply(np.array([[10.0, 10.0]]))
    assert found == pytest.approx((EAST + 9.996, NORTH + 10.004), abs=1e-6)


def test_a_scale_that_fits_no_unit_is_refused() -> None:
    assert "Scale = 25,4" in why_not(Scale=25.4) or "Scale = 25.4" in why_not(Scale=25.4)
    assert "Scale" in why_not(Scale=-1.0)
    assert "FactorX" in why_not(FactorX=0.0)


@pytest.mark.parametrize("east", [0.0, 1.0])
def test_a_zero_map_conversion_is_named_as_the_default_of_programs(east: float) -> None:
    sentence = why_not(Eastings=east, Northings=0.0)
    assert "nicht gesetzt" in sentence
    assert f"Ostwert {east:g}" in sentence


def test_a_zero_map_conversion_is_good_where_the_model_itself_has_map_coordinates() -> None:
    bounds = (EAST, NORTH, EAST + 12, NORTH + 8)
    placing = placing_of(facts(Eastings=0.0, Northings=0.0), 1.0, bounds)
    assert placing.apply(np.array([[EAST, NORTH]]))[0] == pytest.approx((EAST, NORTH))


def test_what_leads_nowhere_or_is_ambiguous_is_refused_with_the_reason() -> None:
    assert "führt aus dem Gebiet" in why_not(Eastings=5_800_000.0, Northings=550_000.0)  # swapped
    assert "fehlen Ost- oder Nordwert" in why_not(Northings=None)
    assert "mehrere Georeferenzen" in why_not(several=True)
    assert "verschobenen Ursprung" in why_not(shifted_origin=True)
    assert "Richtung 0/0" in why_not(XAxisAbscissa=0.0, XAxisOrdinate=0.0)
    assert "IfcRigidOperation" in why_not(kind="IfcRigidOperation")
    assert "nennt kein" in why_not(crs={"Name": None})


def test_a_zone_before_the_easting_is_left_to_the_common_rule() -> None:
    placing = placing_of(facts(Eastings=32_000_000 + EAST), 1.0, BOUNDS)
    assert placing.apply(np.zeros((1, 2)))[0, 0] == 32_000_000 + EAST


def test_a_turned_north_without_a_turned_map_is_told() -> None:
    placing = placing_of(facts(true_north=25.0), 1.0, BOUNDS)
    assert "gedrehte Nordrichtung" in placing.warnings[0]
    assert placing_of(facts(true_north=1.5), 1.0, BOUNDS).warnings == ()


def test_a_model_without_georeference_is_refused_and_says_what_it_has(tmp_path: Path) -> None:
    model = IfcModel(site={"RefLatitude": (42, 21, 31, 181945), "RefLongitude": (-71, -3, -35, -194702)})
    error = refusal(model, tmp_path)
    assert error.code == "georeference"
    assert "keine Georeferenz (IfcMapConversion)" in error.message
    assert "Breite 42,3587°, Länge -71,0598°" in error.message
    assert "Passpunkten" in error.message
    assert error.place == "Modellkoordinaten x 0,00 bis 12,00 m, y 0,00 bis 8,00 m"


def test_a_default_map_conversion_is_refused_when_read_from_a_file(tmp_path: Path) -> None:
    model = IfcModel()
    model.georeference(0, 0)
    assert "nicht gesetzt" in refusal(model, tmp_path).message


def test_a_model_of_2x3_without_property_sets_is_refused(tmp_path: Path) -> None:
    assert "keine Georeferenz" in refusal(IfcModel("IFC2X3"), tmp_path).message


def test_a_shifted_context_beside_a_map_conversion_is_refused(tmp_path: Path) -> None:
    model = IfcModel()
    model.georeference(EAST, NORTH)
    model.context.WorldCoordinateSystem = model.axes((100, 0, 0))
    assert "WorldCoordinateSystem" in refusal(model, tmp_path).message


def test_two_matched_points_place_a_model_without_georeference(tmp_path: Path) -> None:
    # In millimetres; the house is turned by 90°: (0, 0) → (EAST, NORTH), (12, 0) → (EAST, NORTH + 12).
    model = IfcModel(unit="MILLIMETRE")
    match = Match(((0, 0), (12_000, 0)), ((EAST, NORTH), (EAST, NORTH + 12)), pyproj.CRS.from_epsg(25832))
    plan = place_plan(only(read(model, tmp_path, match)), CRS)
    assert plan.bounds == pytest.approx((EAST - 8, NORTH, EAST, NORTH + 12), abs=0.001)
    assert any("keine Georeferenz" in warning for warning in plan.warnings)
    assert any("zwei Passpunkten" in warning and "90,00°" in warning for warning in plan.warnings)


def test_matched_points_of_another_scale_are_refused(tmp_path: Path) -> None:
    model = IfcModel(unit="MILLIMETRE")
    match = Match(((0, 0), (12, 0)), ((EAST, NORTH), (EAST, NORTH + 12)), pyproj.CRS.from_epsg(25832))
    assert refusal(model, tmp_path, match).code == "match_scale"


def test_matched_points_never_move_a_georeferenced_model(tmp_path: Path) -> None:
    model = IfcModel()
    model.georeference(EAST, NORTH)
    match = Match(((0, 0), (12, 0)), ((EAST + 99, NORTH), (EAST + 111, NORTH)), pyproj.CRS.from_epsg(25832))
    plan = only(read(model, tmp_path, match))
    assert plan.bounds[0] == pytest.approx(EAST, abs=0.001)
    assert any("Passpunkte wurden nicht benutzt" in warning for warning in plan.warnings)


def test_coordinates_stay_exact_in_a_model_drawn_in_map_coordinates(tmp_path: Path) -> None:
    model = IfcModel(unit="MILLIMETRE", at=(EAST, NORTH, 52))
    model.georeference(0, 0, scale=0.001)
    plan = only(read(model, tmp_path))
    expected = shapely.box(EAST, NORTH, EAST + 12, NORTH + 8)
    assert shapely.hausdorff_distance(plan.features[0].geometry, expected) < 0.001
    assert plan.features[0].ground_level_nhn_m is None  # a map height of 0 that nobody set


def test_another_zone_is_transformed_to_that_of_the_parcels(tmp_path: Path) -> None:
    to_gk = pyproj.Transformer.from_crs(25832, 25833, always_xy=True)
    east, north = to_gk.transform(EAST, NORTH)
    model = IfcModel()
    model.georeference(east, north, name="EPSG:25833")
    plan = only(read(model, tmp_path))
    assert plan.crs is not None
    assert plan.crs.to_epsg() == 25833
    placed = place_plan(plan, CRS)
    assert shapely.get_coordinates(placed.features[0].geometry).min(axis=0)[1] == pytest.approx(NORTH, abs=1)
    assert placed.crs == CRS
