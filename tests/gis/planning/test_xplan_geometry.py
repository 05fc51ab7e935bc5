"""Curves, arcs, many-part geometries; what cannot be read is a problem with its place."""

import math
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from gis.planning.model import PlanProblem, PlanReading
from gis.readers.xplan import read_binding_plan
from tests.gis.planning.xplan_files import SRS, X, Y, box, line, numbers, part, plan, polygon, ring, thing, write

_WIDE = polygon(box(-1_000, -1_000, 1_000, 1_000))


def _read(folder: Path, geometry: str, kind: str = "BP_AbgrabungsFlaeche") -> PlanReading:
    return read_binding_plan(write(folder, plan(_WIDE), part(), thing(kind, "F", geometry)))


def _geometry(folder: Path, geometry: str, kind: str = "BP_AbgrabungsFlaeche") -> BaseGeometry:
    reading = _read(folder, geometry, kind)
    assert reading.problems == ()
    found = reading.plan.objects[0].geometry
    assert found is not None
    return shapely.transform(found, lambda xy: np.round(xy - [X, Y], 7))


def _problem(folder: Path, geometry: str) -> PlanProblem:
    (problem,) = _read(folder, geometry).errors
    return problem


def _curve(*segments: str) -> str:
    return f'<gml:Curve srsName="{SRS}"><gml:segments>{"".join(segments)}</gml:segments></gml:Curve>'


def _segment(kind: str, *points: tuple[float, float]) -> str:
    return f"<gml:{kind}><gml:posList>{numbers(points)}</gml:posList></gml:{kind}>"


def _off_circle(geometry: BaseGeometry, centre: tuple[float, float], radius: float) -> float:
    """Farthest that the chords of a geometry lie from a circle, metres."""
    dense = shapely.get_coordinates(shapely.segmentize(geometry, 0.01))
    return float(np.abs(np.hypot(dense[:, 0] - centre[0], dense[:, 1] - centre[1]) - radius).max())


def test_polygon_with_a_hole(tmp_path: Path) -> None:
    found = _geometry(tmp_path, polygon(box(0, 0, 10, 10), box(2, 2, 4, 4)))
    assert found.equals(shapely.box(0, 0, 10, 10) - shapely.box(2, 2, 4, 4))


def test_positions_one_by_one_and_with_heights(tmp_path: Path) -> None:
    single = "".join(f"<gml:pos>{numbers([place])}</gml:pos>" for place in box(0, 0, 10, 10))
    raised = " ".join(f"{numbers([place])} 55.5" for place in box(0, 0, 10, 10))
    for inner in (single, f'<gml:posList srsDimension="3">{raised}</gml:posList>'):
        text = f'<gml:Polygon srsName="{SRS}"><gml:exterior><gml:LinearRing>{inner}</gml:LinearRing></gml:exterior>'
        assert _geometry(tmp_path, f"{text}</gml:Polygon>").equals(shapely.box(0, 0, 10, 10))
    whole = polygon(box(0, 0, 10, 10)).replace("<gml:Polygon", '<gml:Polygon srsDimension="3"')
    whole = whole.replace(numbers(box(0, 0, 10, 10)), raised)
    assert _geometry(tmp_path, whole).equals(shapely.box(0, 0, 10, 10))


def test_a_ring_of_lines_and_arcs_stays_within_a_millimetre_of_the_arc(tmp_path: Path) -> None:
    # Half a disc of radius 10: area π · 100 / 2.
    members = [
        line([(-10, 0), (10, 0)]),
        _curve(_segment("Arc", (10, 0), (0, 10), (-10, 0))),
    ]
    joined = "".join(f"<gml:curveMember>{member}</gml:curveMember>" for member in members)
    text = f'<gml:Polygon srsName="{SRS}"><gml:exterior><gml:Ring>{joined}</gml:Ring></gml:exterior></gml:Polygon>'
    found = _geometry(tmp_path, text)
    assert found.area == pytest.approx(math.pi * 50, rel=1e-4)
    arc = shapely.LineString([xy for xy in shapely.get_coordinates(found) if xy[1] > 1e-6])
    assert _off_circle(arc, (0, 0), 10) < 0.001


def test_arc_strings_and_circles(tmp_path: Path) -> None:
    string = _geometry(tmp_path, _curve(_segment("ArcString", (10, 0), (6, 8), (0, 10), (-6, 8), (-10, 0))), "BP_Linie")
    assert _off_circle(string, (0, 0), 10) < 0.001
    assert string.length == pytest.approx(math.pi * 10, rel=1e-4)
    circle = (
        f'<gml:Polygon srsName="{SRS}"><gml:exterior><gml:Ring><gml:curveMember>'
        f"{_curve(_segment('Circle', (5, 0), (0, 5), (-5, 0)))}"
        "</gml:curveMember></gml:Ring></gml:exterior></gml:Polygon>"
    )
    assert _geometry(tmp_path, circle).area == pytest.approx(math.pi * 25, rel=1e-3)


def test_composite_and_reversed_curves(tmp_path: Path) -> None:
    backwards = (
        f'<gml:OrientableCurve orientation="-"><gml:baseCurve>{line([(10, 5), (10, 0)])}</gml:baseCurve>'
        "</gml:OrientableCurve>"
    )
    text = (
        f'<gml:CompositeCurve srsName="{SRS}"><gml:curveMember>{line([(0, 0), (10, 0)])}</gml:curveMember>'
        f"<gml:curveMember>{backwards}</gml:curveMember></gml:CompositeCurve>"
    )
    found = _geometry(tmp_path, text, "BP_Linie")
    assert shapely.get_coordinates(found).tolist() == [[0, 0], [10, 0], [10, 5]]


def test_multi_surfaces_surfaces_with_patches_and_multi_curves(tmp_path: Path) -> None:
    one, two = polygon(box(0, 0, 1, 1), srs=None), polygon(box(5, 0, 7, 1), srs=None)
    two_boxes = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(5, 0, 7, 1)])
    multi = (
        f'<gml:MultiSurface srsName="{SRS}"><gml:surfaceMember>{one}</gml:surfaceMember>'
        f"<gml:surfaceMember>{two}</gml:surfaceMember></gml:MultiSurface>"
    )
    assert _geometry(tmp_path, multi).equals(two_boxes)
    together = (
        f'<gml:MultiSurface srsName="{SRS}"><gml:surfaceMembers>{one}{two}</gml:surfaceMembers></gml:MultiSurface>'
    )
    assert _geometry(tmp_path, together).equals(two_boxes)
    patches = "".join(
        f"<gml:PolygonPatch><gml:exterior>{ring(outline)}</gml:exterior></gml:PolygonPatch>"
        for outline in (box(0, 0, 1, 1), box(5, 0, 7, 1))
    )
    surface = f'<gml:Surface srsName="{SRS}"><gml:patches>{patches}</gml:patches></gml:Surface>'
    assert _geometry(tmp_path, surface).equals(two_boxes)
    lines = "".join(f"<gml:curveMember>{line([(n, 0), (n, 5)], None)}</gml:curveMember>" for n in (0, 1))
    curves = _geometry(tmp_path, f'<gml:MultiCurve srsName="{SRS}">{lines}</gml:MultiCurve>', "BP_Linie")
    assert (curves.geom_type, curves.length) == ("MultiLineString", 10.0)
    single = [f"<gml:Point><gml:pos>{numbers([(n, 0)])}</gml:pos></gml:Point>" for n in (0, 1)]
    points = "".join(f"<gml:pointMember>{spot}</gml:pointMember>" for spot in single)
    spots = _geometry(tmp_path, f'<gml:MultiPoint srsName="{SRS}">{points}</gml:MultiPoint>', "BP_Punkt")
    assert (spots.geom_type, len(shapely.get_parts(spots))) == ("MultiPoint", 2)


def test_ends_within_two_millimetres_count_as_the_same_point(tmp_path: Path) -> None:
    outline = box(0, 0, 10, 10)
    nearly = polygon([*outline[:-1], (0.0015, 0.001)])
    assert _geometry(tmp_path, nearly).equals(shapely.box(0, 0, 10, 10))


_SQUARE = polygon(box(0, 0, 1, 1))
_GAP = (_segment("LineStringSegment", (0, 0), (1, 0)), _segment("LineStringSegment", (5, 0), (6, 0)))
_LINKED = f'<gml:MultiSurface srsName="{SRS}"><gml:surfaceMember xlink:href="#x"/></gml:MultiSurface>'


@pytest.mark.parametrize(
    ("geometry", "kind", "place"),
    [
        (polygon([(0, 0), (10, 0), (10, 10), (0, 10), (0, 1)]), "open_ring", (0, 0)),
        (polygon([(0, 0), (10, 0), (0, 0)]), "unreadable_geometry", (0, 0)),
        (_SQUARE.replace(f"{X + 1!r}", "x", 1), "unreadable_geometry", (0, 0)),
        (_SQUARE.replace(f"{X + 1!r}", "1_0", 1), "unreadable_geometry", (0, 0)),
        (_SQUARE.replace("<gml:posList>", '<gml:posList srsDimension="4">'), "unreadable_geometry", (0, 0)),
        (_SQUARE.replace("<gml:posList>", '<gml:posList srsDimension="x">'), "unreadable_geometry", (0, 0)),
        (_SQUARE.replace(f"{X + 1!r}", "NaN", 1), "not_finite", (0, 0)),
        (line([(3, 4)]), "unreadable_geometry", (3, 4)),
        (_curve(*_GAP), "unreadable_geometry", (1, 0)),
        (_curve(_segment("Arc", (0, 0), (1, 1))), "unreadable_geometry", (0, 0)),
        (_curve(_segment("Clothoid", (0, 0), (1, 1))), "unsupported_geometry", (0, 0)),
        (f'<gml:MultiSurface srsName="{SRS}"/>', "empty_geometry", None),
        (_LINKED, "unsupported_geometry", None),
        (f'<gml:Solid srsName="{SRS}"><gml:exterior/></gml:Solid>', "unsupported_geometry", None),
        (polygon(box(1e9, 0, 1e9 + 1, 1)), "outside_crs", (1e9, 0)),
    ],
)
def test_unreadable_geometries_are_named_with_their_place(
    tmp_path: Path, geometry: str, kind: str, place: tuple[float, float] | None
) -> None:
    problem = _problem(tmp_path, geometry)
    assert (problem.id, problem.kind) == ("F", kind)
    assert problem.message.startswith("BP_AbgrabungsFlaeche F: ")
    if place is not None:
        assert problem.place == pytest.approx((X + place[0], Y + place[1]))


def test_the_envelope_tells_the_place_where_the_geometry_does_not(tmp_path: Path) -> None:
    corner = f"<gml:lowerCorner>{numbers([(3, 4)])}</gml:lowerCorner>"
    envelope = f'<gml:boundedBy><gml:Envelope srsName="{SRS}">{corner}</gml:Envelope></gml:boundedBy>'
    broken = thing("BP_Flaeche", "F", _SQUARE.replace(numbers(box(0, 0, 1, 1)), "x y"))
    item = broken.replace("<xplan:gehoert", f"{envelope}<xplan:gehoert", 1)
    (problem,) = read_binding_plan(write(tmp_path, plan(_WIDE), part(), item)).errors
    assert problem.place == (X + 3, Y + 4)


def test_only_the_first_of_two_geometries_is_kept_and_the_other_is_told(tmp_path: Path) -> None:
    body = f"<xplan:wirkung>{polygon(box(0, 0, 2, 2))}</xplan:wirkung>"
    item = thing("BP_Immissionsschutz", "I", polygon(box(0, 0, 1, 1)), body)
    reading = read_binding_plan(write(tmp_path, plan(_WIDE), part(), item))
    assert [(problem.id, problem.kind, problem.severity) for problem in reading.problems] == [
        ("I", "second_geometry", "warning")
    ]
    assert reading.plan.areas_m2() == {"BP_Immissionsschutz": pytest.approx(1.0)}


def test_broken_geometries_leave_those_around_them_alone(tmp_path: Path) -> None:
    good = [thing("BP_Flaeche", f"G{n}", polygon(box(n, 0, n + 1, 1))) for n in range(3)]
    bad = thing("BP_Flaeche", "X", polygon(box(0, 0, 1, 1), [(0.2, 0.2), (0.4, 0.2), (0.4, 0.4), (0.2, 0.5)]))
    nan = thing("BP_Flaeche", "N", polygon(box(0, 0, 1, 1)).replace(f"{X + 1!r}", "NaN", 1))
    reading = read_binding_plan(write(tmp_path, plan(_WIDE), part(), good[0], bad, good[1], nan, good[2]))
    areas = {item.id: None if item.geometry is None else item.geometry.area for item in reading.plan.objects}
    assert areas == {"G0": 1.0, "X": None, "G1": 1.0, "N": None, "G2": 1.0}
    assert {problem.id for problem in reading.errors} == {"X", "N"}
