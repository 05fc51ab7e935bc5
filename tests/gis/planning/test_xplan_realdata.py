"""Real plans: counts and areas equal an independent count, and every defect plan is found while its valid twin passes.

The count here knows nothing of the reader: paths over the whole tree, the shoelace formula over the points as they
stand there, and the exact area between an arc and its chords.
"""

import math
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree

from gis.planning.model import PlanReading
from gis.readers.xplan import read_binding_plan, read_binding_plans

GML = {"g": "http://www.opengis.net/gml/3.2"}
Point = tuple[float, float]

pytestmark = pytest.mark.realdata


def _tree(path: Path) -> etree._ElementTree:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            return etree.parse(BytesIO(archive.read("xplan.gml")))
    return etree.parse(path)


def _features(path: Path) -> Iterator[tuple[str, etree._Element]]:
    for feature in _tree(path).getroot().findall(".//g:featureMember/*", GML):
        yield etree.QName(feature).localname, feature


def _is_content(kind: str) -> bool:
    return kind not in {"BP_Plan", "BP_Bereich", "XP_TextAbschnitt", "BP_TextAbschnitt", "XP_PPO", "XP_PTO"}


def _expected_areas(path: Path) -> dict[str, float]:
    areas: defaultdict[str, float] = defaultdict(float)
    for kind, feature in _features(path):
        if _is_content(kind):
            for polygon in feature.findall(".//g:Polygon", GML):
                areas[kind] += _polygon_area(polygon)
    return dict(areas)


def _polygon_area(polygon: etree._Element) -> float:
    outer = polygon.findall("g:exterior/*", GML)
    inner = polygon.findall("g:interior/*", GML)
    return sum(_ring_area(ring) for ring in outer) - sum(_ring_area(ring) for ring in inner)


def _ring_area(ring: etree._Element) -> float:
    """Area inside a ring: the polygon of all its points, and what lies between each arc and its two chords."""
    points: list[Point] = []
    bulges = 0.0
    for text in ring.findall(".//g:posList", GML):
        values = [float(value) for value in (text.text or "").split()]
        own = list(zip(values[::2], values[1::2], strict=True))
        points += own
        if _parent(text) in {"Arc", "ArcString"}:
            bulges += sum(_bulge(*own[index : index + 3]) for index in range(0, len(own) - 2, 2))
    x0, y0 = points[0]
    moved = [(x - x0, y - y0) for x, y in points]
    pairs = zip(moved, moved[1:] + moved[:1], strict=True)
    signed = sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairs) / 2
    return abs(signed + bulges)


def _parent(element: etree._Element) -> str:
    parent = element.getparent()
    return "" if parent is None else etree.QName(parent).localname


def _bulge(start: Point, middle: Point, end: Point) -> float:
    """Signed area between the arc and the chords start–middle–end; positive where the arc turns left."""
    (ax, ay), (bx, by) = (middle[0] - start[0], middle[1] - start[1]), (end[0] - start[0], end[1] - start[1])
    cross = ax * by - ay * bx
    if abs(cross) < 1e-9:
        return 0.0
    a, b = math.hypot(ax, ay), math.hypot(end[0] - middle[0], end[1] - middle[1])
    radius = a * b * math.hypot(bx, by) / (2 * abs(cross))
    # The angle at the centre over each chord; the longer arc where the chord's inscribed angle is obtuse.
    angles = [2 * math.asin(min(1.0, chord / (2 * radius))) for chord in (a, b)]
    segments = sum(radius**2 / 2 * (angle - math.sin(angle)) for angle in angles)
    return math.copysign(segments, cross)


def _check(path: Path) -> PlanReading:
    reading = read_binding_plan(path)
    counted = Counter(kind for kind, _ in _features(path))
    assert dict(reading.plan.object_counts) == {kind: n for kind, n in counted.items() if kind != "Envelope"}
    assert reading.plan.counts() == {kind: n for kind, n in sorted(counted.items()) if _is_content(kind)}
    areas = _expected_areas(path)
    assert set(reading.plan.areas_m2()) == set(areas)
    # A chord is at most 0.5 mm off its arc: 0.05 m² on 100 m of arc.
    assert reading.plan.areas_m2() == pytest.approx(areas, abs=0.05)
    scopes = [feature for kind, feature in _features(path) if kind == "BP_Plan"]
    (scope,) = scopes
    outlines = scope.findall("{*}raeumlicherGeltungsbereich//g:Polygon", GML)
    assert reading.plan.scope.area == pytest.approx(sum(map(_polygon_area, outlines)), abs=0.05)
    links = Counter(len(feature.findall("{*}refTextInhalt")) for kind, feature in _features(path))
    assert sum(len(item.text_ids) for item in reading.plan.objects) == sum(n * count for n, count in links.items())
    return reading


def test_blankenese_29_equals_an_independent_count(shared_data: Path) -> None:
    reading = _check(shared_data / "xplan" / "Blankenese29.gml")
    plan = reading.plan
    assert reading.problems == ()
    assert sum(plan.object_counts.values()) == 491
    assert (plan.number, plan.legal_status.label, plan.in_force) == ("29", "Satzung beschlossen", False)
    assert (len(plan.objects), len(plan.parts), len(plan.texts), len(plan.changes)) == (255, 1, 12, 6)
    assert str(plan.baunvo_version) == "01.01.1990"
    assert plan.counts()["BP_BaugebietsTeilFlaeche"] == 42
    zones = {item.attributes["besondereArtDerBaulNutzung"] for item in plan.objects if item.kind.startswith("BP_Baug")}
    assert zones == {"1100", "1200"}


def test_bplan_001_in_6_0_equals_an_independent_count(shared_data: Path) -> None:
    reading = _check(shared_data / "xplan" / "BPlan001_6-0.zip")
    assert len(reading.plan.objects) == 7
    assert reading.errors == ()
    # Between the zones is a real wedge: the difference of the areas as they stand there.
    (gap,) = [problem for problem in reading.problems if problem.kind == "gap"]
    assert "1,020 m²" in gap.message


def test_bplan_001_in_5_2_with_two_parts_equals_an_independent_count(shared_data: Path) -> None:
    reading = _check(shared_data / "xplan" / "BPlan001_5-2_Bereiche.zip")
    plan = reading.plan
    assert reading.problems == ()
    assert (len(plan.objects), len(plan.parts), len(plan.texts)) == (64, 2, 24)
    assert str(plan.baunvo_version) == "Version vom 11.06.2013"
    assert sum(part.geometry.area for part in plan.parts if part.geometry) == pytest.approx(plan.scope.area, abs=0.05)
    assert all(item.part_id in {part.id for part in plan.parts} for item in plan.objects)
    heights = [height for item in plan.objects for height in item.heights]
    assert len(heights) == 8


@pytest.mark.parametrize(
    ("defect", "kind", "feature", "twin"),
    [
        (
            "BPlan_Kompensationsbereich_6-0-2_Ueberlappung.gml",
            "overlap",
            "Gml_303B15E7-1CC4-4829-A81F-5CAA4E7D1E74",
            "BPlan_Kompensationsbereich_6-0-2_valide.gml",
        ),
        (
            "BPlan_6-0_Polygon_ausserhalb.gml",
            "out_of_scope",
            "Gml_758D6453-D193-40D3-964F-30E05A6BDB5D",
            "1_Geltungsbereich-Test.gml",
        ),
        ("Demo-planinhalt-invalid.gml", "dangling_reference", "GML_18e6f5cd-9896-4e80-b4f3-ce0d8cc8a0c4", "Demo.gml"),
        (
            "BPlan001_5-4_Sliver-Polygon.gml",
            "sliver",
            "GML_b5f66983-6732-4cdc-8910-ba4d40a060e8SP",
            "../BPlan001_6-0.zip",
        ),
    ],
)
def test_every_defect_plan_is_found_and_its_twin_passes(
    shared_data: Path, defect: str, kind: str, feature: str, twin: str
) -> None:
    folder = shared_data / "xplan" / "defects"
    (error,) = read_binding_plan(folder / defect).errors
    assert (error.kind, error.id) == (kind, feature)
    assert error.place is not None
    valid = read_binding_plan(folder / twin)
    assert valid.errors == ()
    assert kind not in {problem.kind for problem in valid.problems}


def test_no_defect_file_is_left_out(shared_data: Path) -> None:
    assert {path.name for path in (shared_data / "xplan" / "defects").iterdir()} == {
        "1_Geltungsbereich-Test.gml",
        "BPlan001_5-4_Sliver-Polygon.gml",
        "BPlan_6-0_Polygon_ausserhalb.gml",
        "BPlan_Kompensationsbereich_6-0-2_Ueberlappung.gml",
        "BPlan_Kompensationsbereich_6-0-2_valide.gml",
        "Demo-planinhalt-invalid.gml",
        "Demo.gml",
    }


def test_the_demo_plan_is_moved_from_gauss_krueger_and_its_change_plan_is_read_too(shared_data: Path) -> None:
    change, demo = read_binding_plans(shared_data / "xplan" / "defects" / "Demo.gml")
    assert (change.plan.name, len(change.plan.objects)) == ("DemoPlanAenderung_1", 0)
    assert demo.plan.crs.to_epsg() == 25833
    assert demo.plan.in_force
    expected = _expected_areas(shared_data / "xplan" / "defects" / "Demo.gml")
    assert demo.plan.areas_m2() == pytest.approx(expected, rel=6e-3)
