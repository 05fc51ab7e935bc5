"""Every usual spelling and system of German plans ends in one metric system; a mixture is refused."""

from pathlib import Path

import numpy as np
import pyproj
import pytest
import shapely

from gis.planning.model import BindingPlan
from gis.readers.source import SourceError
from gis.readers.xplan import read_binding_plan
from tests.gis.planning.xplan_files import PLAN_BODY, document, part, thing

# Corner of a plot of 100 m by 80 m near Hannover, and another one near Berlin, ETRS89 / UTM in zones 32 and 33.
HANNOVER, BERLIN = (550_000.0, 5_800_000.0), (391_000.0, 5_820_000.0)
OUTLINE = np.array([(0, 0), (100, 0), (100, 80), (0, 80), (0, 0)], dtype=float)


def _file(folder: Path, srs: str, points: np.ndarray, *, second: str | None = None) -> Path:
    def outline(name: str) -> str:
        text = " ".join(f"{x!r} {y!r}" for x, y in points.tolist())
        return (
            f'<gml:Polygon srsName="{name}"><gml:exterior><gml:LinearRing><gml:posList>{text}</gml:posList>'
            "</gml:LinearRing></gml:exterior></gml:Polygon>"
        )

    head = (
        '<xplan:BP_Plan gml:id="P"><xplan:name>N</xplan:name><xplan:raeumlicherGeltungsbereich>'
        f"{outline(srs)}</xplan:raeumlicherGeltungsbereich>{PLAN_BODY}"
        '<xplan:bereich xlink:href="#B"/></xplan:BP_Plan>'
    )
    item = thing("BP_GruenFlaeche", "G", outline(second or srs))
    path = folder / "plan.gml"
    path.write_text(document(head, part(), item), encoding="utf-8")
    return path


def _points(code: int, corner: tuple[float, float], utm: int) -> np.ndarray:
    """The plot in another system, easting or longitude first."""
    move = pyproj.Transformer.from_crs(utm, code, always_xy=True)
    return np.column_stack(move.transform(*(OUTLINE + corner).T))


def _plan(folder: Path, srs: str, points: np.ndarray) -> BindingPlan:
    reading = read_binding_plan(_file(folder, srs, points))
    assert reading.errors == ()
    return reading.plan


def _lies_at(plan: BindingPlan, corner: tuple[float, float], tolerance_m: float) -> None:
    west, south, east, north = plan.scope.bounds
    wanted = (corner[0], corner[1], corner[0] + 100, corner[1] + 80)
    assert (west, south, east, north) == pytest.approx(wanted, abs=tolerance_m)
    (item,) = plan.objects
    assert item.geometry is not None
    assert item.geometry.equals_exact(shapely.get_parts(plan.scope)[0], 1e-9)


@pytest.mark.parametrize(
    "name",
    [
        "EPSG:25832",
        "epsg:25832",
        "urn:ogc:def:crs:EPSG::25832",
        "urn:ogc:def:crs:EPSG:6.9:25832",
        "http://www.opengis.net/def/crs/EPSG/0/25832",
        "http://www.opengis.net/gml/srs/epsg.xml#25832",
        "urn:adv:crs:ETRS89_UTM32",
        "urn:ogc:def:crs,crs:EPSG::25832,crs:EPSG::7837",
        "EPSG:5555",
    ],
)
def test_spellings_of_utm_zone_32(tmp_path: Path, name: str) -> None:
    plan = _plan(tmp_path, name, OUTLINE + HANNOVER)
    assert plan.crs.to_epsg() == 25832
    assert plan.source_crs_name == name
    _lies_at(plan, HANNOVER, 0.0)


@pytest.mark.parametrize(
    ("name", "prefix"),
    [
        ("EPSG:4647", 32e6),
        ("urn:ogc:def:crs:EPSG::4647", 32e6),
        ("EPSG:25832", 32e6),
        ("urn:adv:crs:ETRS89_UTM32", 32e6),
    ],
)
def test_zone_numbers_in_eastings_are_taken_off_exactly(tmp_path: Path, name: str, prefix: float) -> None:
    plan = _plan(tmp_path, name, OUTLINE + HANNOVER + np.array([prefix, 0]))
    assert plan.crs.to_epsg() == 25832
    _lies_at(plan, HANNOVER, 0.0)


def test_zone_33_stays_zone_33(tmp_path: Path) -> None:
    for name, prefix in (("EPSG:25833", 0.0), ("EPSG:5650", 33e6)):
        plan = _plan(tmp_path, name, OUTLINE + BERLIN + np.array([prefix, 0]))
        assert plan.crs.to_epsg() == 25833
        _lies_at(plan, BERLIN, 0.0)


@pytest.mark.parametrize(("code", "prefix"), [(3044, 0.0), (5652, 32e6)])
def test_systems_with_the_northing_first(tmp_path: Path, code: int, prefix: float) -> None:
    turned = (OUTLINE + HANNOVER + np.array([prefix, 0]))[:, ::-1]
    plan = _plan(tmp_path, f"urn:ogc:def:crs:EPSG::{code}", turned)
    assert plan.crs.to_epsg() == 25832
    _lies_at(plan, HANNOVER, 0.0)


@pytest.mark.parametrize(
    ("code", "corner", "utm"),
    [
        (31466, (305_000.0, 5_680_000.0), 25832),
        (31467, HANNOVER, 25832),
        (31468, (691_000.0, 5_335_000.0), 25832),
        (31469, BERLIN, 25833),
        (5676, (305_000.0, 5_680_000.0), 25832),
        (5677, HANNOVER, 25832),
        (5678, (691_000.0, 5_335_000.0), 25832),
        (5679, BERLIN, 25833),
        (2398, BERLIN, 25833),
    ],
)
def test_gauss_krueger_becomes_utm_of_the_zone_and_the_uncertainty_is_told(
    tmp_path: Path, code: int, corner: tuple[float, float], utm: int
) -> None:
    plan = _plan(tmp_path, f"EPSG:{code}", _points(code, corner, utm))
    assert plan.crs.to_epsg() == utm
    _lies_at(plan, corner, 0.01)
    assert any("genau" in note for note in plan.notes)


def test_gauss_krueger_by_its_urn_has_the_northing_first_and_by_its_adv_name_the_easting(tmp_path: Path) -> None:
    points = _points(31467, HANNOVER, 25832)
    for name, given in (
        ("urn:ogc:def:crs:EPSG::31467", points[:, ::-1]),
        ("urn:adv:crs:DE_DHDN_3GK3", points),
        ("EPSG:31467", points),
    ):
        _lies_at(_plan(tmp_path, name, given), HANNOVER, 0.01)


@pytest.mark.parametrize("code", [4258, 4326, 3857])
def test_degrees_and_web_maps_become_utm(tmp_path: Path, code: int) -> None:
    plan = _plan(tmp_path, f"EPSG:{code}", _points(code, BERLIN, 25833))
    assert plan.crs.to_epsg() == 25833
    _lies_at(plan, BERLIN, 0.01)


def test_turned_axes_are_turned_back_and_told(tmp_path: Path) -> None:
    plan = _plan(tmp_path, "EPSG:25832", (OUTLINE + HANNOVER)[:, ::-1])
    _lies_at(plan, HANNOVER, 0.0)
    assert any("getauscht" in note for note in plan.notes)


def test_the_system_that_an_authority_wants(tmp_path: Path) -> None:
    path = _file(tmp_path, "EPSG:25833", OUTLINE + BERLIN)
    plan = read_binding_plan(path, crs=pyproj.CRS.from_epsg(25832)).plan
    assert plan.crs.to_epsg() == 25832
    assert plan.scope.area == pytest.approx(8_000, rel=2e-3)


def test_mixed_systems_are_refused_with_both_names_and_the_place(tmp_path: Path) -> None:
    path = _file(tmp_path, "EPSG:25832", OUTLINE + HANNOVER, second="EPSG:25833")
    with pytest.raises(SourceError, match=r"EPSG:25832 und EPSG:25833 bei 550000\.000, 5800000\.000"):
        read_binding_plan(path)


def test_two_spellings_of_one_system_are_no_mixture(tmp_path: Path) -> None:
    path = _file(tmp_path, "EPSG:25832", OUTLINE + HANNOVER, second="urn:adv:crs:ETRS89_UTM32")
    assert read_binding_plan(path).problems == ()


def test_the_envelope_of_the_file_must_agree(tmp_path: Path) -> None:
    path = _file(tmp_path, "EPSG:25832", OUTLINE + HANNOVER)
    envelope = '<gml:boundedBy><gml:Envelope srsName="EPSG:31467"/></gml:boundedBy>\n<gml:featureMember>'
    path.write_text(path.read_text(encoding="utf-8").replace("<gml:featureMember>", envelope, 1), encoding="utf-8")
    with pytest.raises(SourceError, match="mischt"):
        read_binding_plan(path)


def test_a_system_named_only_in_the_envelope_counts(tmp_path: Path) -> None:
    path = _file(tmp_path, "EPSG:25832", OUTLINE + HANNOVER)
    envelope = '<gml:boundedBy><gml:Envelope srsName="EPSG:25832"/></gml:boundedBy>\n<gml:featureMember>'
    text = path.read_text(encoding="utf-8").replace(' srsName="EPSG:25832"', "")
    path.write_text(text.replace("<gml:featureMember>", envelope, 1), encoding="utf-8")
    _lies_at(read_binding_plan(path).plan, HANNOVER, 0.0)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match="kein Koordinatenreferenzsystem"):
        read_binding_plan(path)


@pytest.mark.parametrize(
    ("name", "corner", "words"),
    [
        ("EPSG:99999", HANNOVER, "unbekannt"),
        ("EPSG:25832", (9.7, 52.4), "wie Grad"),
        ("EPSG:25832", (9e8, 9e8), "passen nicht"),
    ],
)
def test_unknown_systems_and_coordinates_that_do_not_fit_are_refused(
    tmp_path: Path, name: str, corner: tuple[float, float], words: str
) -> None:
    points = OUTLINE / 1e6 + corner if corner[0] < 180 else OUTLINE + corner
    with pytest.raises(SourceError, match=words):
        read_binding_plan(_file(tmp_path, name, points))


def test_far_from_the_area_of_use_is_told(tmp_path: Path) -> None:
    plan = _plan(tmp_path, "EPSG:25832", OUTLINE + np.array([1_000_000.0, 5_800_000.0]))
    assert any("außerhalb des Gebiets" in note for note in plan.notes)
