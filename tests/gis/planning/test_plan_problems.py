"""What is wrong with a plan is found, with its kind and place; what is right passes."""

from pathlib import Path

import numpy as np
import pytest
import shapely

from gis.planning.model import PlanProblem
from gis.planning.problems import find_problems
from gis.planning.problems.areas import square_metres
from gis.readers.xplan import read_binding_plan
from tests.gis.planning.synthetic import plan as model_plan
from tests.gis.planning.synthetic import rectangle
from tests.gis.planning.xplan_files import PLAN_BODY, X, Y, box, line, part, plan, point, polygon, thing, write, zone

WEST, EAST = zone("W", box(0, 0, 50, 100)), zone("E", box(50, 0, 100, 100))


def _problems(folder: Path, *features: str) -> list[PlanProblem]:
    return list(read_binding_plan(write(folder, *features)).problems)


def _kinds(folder: Path, *features: str) -> list[tuple[str, str, str]]:
    return [(problem.id, problem.kind, problem.severity) for problem in _problems(folder, *features)]


def _near(problem: PlanProblem, x: float, y: float, distance: float = 0.01) -> bool:
    assert problem.place is not None
    return float(np.hypot(problem.place[0] - X - x, problem.place[1] - Y - y)) <= distance


def test_areas_that_close_have_no_problem(tmp_path: Path) -> None:
    assert _problems(tmp_path, plan(), part(), WEST, EAST) == []


def test_an_overlap_is_named_with_both_areas_their_size_and_the_place(tmp_path: Path) -> None:
    (problem,) = _problems(tmp_path, plan(), part(), WEST, zone("E", box(49, 0, 100, 100)))
    assert (problem.id, problem.other_ids, problem.kind, problem.severity) == ("W", ("E",), "overlap", "error")
    assert "100,0 m²" in problem.message
    assert _near(problem, 49.5, 50)


def test_an_area_inside_another_and_a_double_one_overlap(tmp_path: Path) -> None:
    inside = zone("I", box(10, 10, 20, 20))
    assert [kind for _, kind, _ in _kinds(tmp_path, plan(), part(), WEST, EAST, inside)] == ["overlap"]
    double = zone("D", box(0, 0, 50, 100))
    assert [kind for _, kind, _ in _kinds(tmp_path, plan(), part(), WEST, EAST, double)] == ["overlap"]


def test_a_gap_is_named_with_its_size_and_place(tmp_path: Path) -> None:
    (problem,) = _problems(tmp_path, plan(), part(), WEST, zone("E", box(50, 0, 100, 90)))
    assert (problem.id, problem.kind, problem.severity) == ("P", "gap", "warning")
    assert "500,0 m²" in problem.message
    assert _near(problem, 75, 95)
    assert set(problem.other_ids) == {"W", "E"}


@pytest.mark.parametrize(("width", "found"), [(0.0019, False), (0.0025, True)])
def test_two_millimetres_are_the_tolerance_of_the_standard(tmp_path: Path, width: float, found: bool) -> None:
    overlap = _kinds(tmp_path, plan(), part(), WEST, zone("E", box(50 - width, 0, 100, 100)))
    gap = _kinds(tmp_path, plan(), part(), WEST, zone("E", box(50 + width, 0, 100, 100)))
    assert [kind for _, kind, _ in overlap] == ["overlap"] * found
    assert [kind for _, kind, _ in gap] == ["gap"] * found


def test_areas_that_share_an_arc_described_in_two_ways_close(tmp_path: Path) -> None:
    # A circle of radius 50 cut out of one area: as one circle, and as two arcs with other points on them.
    def ring(*segments: str) -> str:
        curve = f'<gml:Curve srsName="EPSG:25832"><gml:segments>{"".join(segments)}</gml:segments></gml:Curve>'
        return f"<gml:Ring><gml:curveMember>{curve}</gml:curveMember></gml:Ring>"

    def on(*degrees: float) -> str:
        places = [(50 + 40 * np.cos(np.radians(d)), 50 + 40 * np.sin(np.radians(d))) for d in degrees]
        return " ".join(f"{X + x:.4f} {Y + y:.4f}" for x, y in places)

    circle = ring(f"<gml:Circle><gml:posList>{on(0, 100, 200)}</gml:posList></gml:Circle>")
    arcs = ring(
        f"<gml:Arc><gml:posList>{on(10, 77, 140)}</gml:posList></gml:Arc>",
        f"<gml:Arc><gml:posList>{on(140, 270, 10)}</gml:posList></gml:Arc>",
    )
    closing = "<xplan:flaechenschluss>true</xplan:flaechenschluss>"
    disc = f'<gml:Polygon srsName="EPSG:25832"><gml:exterior>{circle}</gml:exterior></gml:Polygon>'
    frame = polygon(box(0, 0, 100, 100)).replace("</gml:Polygon>", f"<gml:interior>{arcs}</gml:interior></gml:Polygon>")
    objects = [thing("BP_GruenFlaeche", "D", disc, closing), thing("BP_WaldFlaeche", "F", frame, closing)]
    assert _problems(tmp_path, plan(), part(), *objects) == []


def test_other_levels_conditions_and_areas_that_do_not_close_may_overlap(tmp_path: Path) -> None:
    closing = "<xplan:flaechenschluss>true</xplan:flaechenschluss>"
    condition = "<xplan:endeBedingung><xplan:B><xplan:b>x</xplan:b></xplan:B></xplan:endeBedingung>"
    above = [
        thing("BP_GruenFlaeche", "L", polygon(box(0, 0, 9, 9)), f"{closing}<xplan:ebene>-1</xplan:ebene>"),
        thing("BP_GruenFlaeche", "C", polygon(box(0, 0, 9, 9)), closing + condition),
        thing("BP_GruenFlaeche", "N", polygon(box(0, 0, 9, 9)), "<xplan:flaechenschluss>false</xplan:flaechenschluss>"),
        thing("BP_GruenFlaeche", "U", polygon(box(0, 0, 9, 9))),
    ]
    assert _problems(tmp_path, plan(), part(), WEST, EAST, *above) == []


def test_parts_with_scopes_of_their_own_close_for_themselves(tmp_path: Path) -> None:
    head = plan(parts=("B", "C"))
    parts = [part("B", geometry=polygon(box(0, 0, 50, 100))), part("C", geometry=polygon(box(50, 0, 100, 100)))]
    good = [zone("W", box(0, 0, 50, 100), part="B"), zone("E", box(50, 0, 100, 100), part="C")]
    assert _problems(tmp_path, head, *parts, *good) == []
    short = zone("E", box(60, 0, 100, 100), part="C")
    assert _kinds(tmp_path, head, *parts, good[0], short) == [("C", "gap", "warning")]
    # One part without closing areas is not looked at for itself, but the plan as a whole is.
    assert _kinds(tmp_path, head, *parts, good[0]) == [("P", "gap", "warning")]


def test_a_plan_that_changes_another_need_not_close_as_a_whole(tmp_path: Path) -> None:
    old = "<xplan:XP_VerbundenerPlan><xplan:planName>Alt</xplan:planName></xplan:XP_VerbundenerPlan>"
    head = plan(body=f"{PLAN_BODY}<xplan:aendertPlan>{old}</xplan:aendertPlan>", parts=("B", "C"))
    parts = [part("B", geometry=polygon(box(0, 0, 50, 100))), part("C", geometry=polygon(box(50, 0, 100, 100)))]
    assert _kinds(tmp_path, head, *parts, zone("W", box(0, 0, 50, 100))) == []


def test_objects_outside_the_scope_are_named_whatever_their_geometry(tmp_path: Path) -> None:
    outside = [
        thing("BP_GruenFlaeche", "A", polygon(box(90, 0, 110, 10))),
        thing("BP_BauGrenze", "L", line([(0, 50), (120, 50)])),
        thing("BP_HoehenMass", "M", point(200, 1)),
    ]
    problems = _problems(tmp_path, plan(), part(), WEST, EAST, *outside)
    assert [(problem.id, problem.kind, problem.severity) for problem in problems] == [
        ("A", "out_of_scope", "error"),
        ("L", "out_of_scope", "error"),
        ("M", "out_of_scope", "error"),
    ]
    assert _near(problems[0], 105, 5, 0.1)
    assert _near(problems[2], 200, 1)
    assert "100,0 m²" in problems[0].message


def test_two_millimetres_beyond_the_scope_pass(tmp_path: Path) -> None:
    assert _problems(tmp_path, plan(), part(), WEST, zone("E", box(50, 0, 100.0015, 100))) == []


def test_parts_for_compensation_may_lie_elsewhere_and_hold_their_own_objects(tmp_path: Path) -> None:
    head = plan(parts=("B", "K"))
    elsewhere = part("K", "<xplan:bedeutung>1800</xplan:bedeutung>", polygon(box(500, 0, 600, 100)))
    inside = thing("BP_AusgleichsFlaeche", "A", polygon(box(500, 0, 600, 100)), part="K")
    assert _problems(tmp_path, head, part(), elsewhere, WEST, EAST, inside) == []
    beyond = thing("BP_AusgleichsFlaeche", "A", polygon(box(590, 0, 610, 100)), part="K")
    assert _kinds(tmp_path, head, part(), elsewhere, WEST, EAST, beyond) == [("A", "out_of_scope", "error")]
    plain = part("K", "", polygon(box(500, 0, 600, 100)))
    assert _kinds(tmp_path, head, part(), plain, WEST, EAST, inside) == [("K", "part_out_of_scope", "warning")]


def test_information_from_around_the_plan_may_lie_anywhere(tmp_path: Path) -> None:
    around = part("I", "<xplan:bedeutung>2000</xplan:bedeutung>", polygon(box(200, 0, 210, 10)))
    item = thing("BP_GenerischesObjekt", "G", polygon(box(900, 0, 910, 10)), part="I")
    assert _problems(tmp_path, plan(parts=("B", "I")), part(), around, WEST, EAST, item) == []


def test_links_that_lead_nowhere_or_to_the_wrong_thing(tmp_path: Path) -> None:
    item = zone("E", box(50, 0, 100, 100), '<xplan:refTextInhalt xlink:href="#T"/>', part="X")
    bad_part = part(body='<xplan:planinhalt xlink:href="#P"/><xplan:praesentationsobjekt xlink:href="#D"/>')
    problems = _problems(tmp_path, plan(parts=("B", "Y")), bad_part, WEST, item)
    assert [(problem.id, problem.kind, problem.severity) for problem in problems] == [
        ("P", "dangling_reference", "error"),
        ("B", "dangling_reference", "error"),
        ("B", "dangling_reference", "warning"),
        ("E", "dangling_reference", "error"),
        ("E", "dangling_reference", "error"),
    ]
    assert all(problem.place is not None for problem in problems)
    assert "bereich auf „Y“" in problems[0].message
    assert "planinhalt auf BP_Plan (P); erwartet ist ein Planinhalt" in problems[1].message
    assert _near(problems[3], 50, 0)


def test_links_out_of_the_file_are_told_and_not_followed(tmp_path: Path) -> None:
    item = zone("E", box(50, 0, 100, 100), '<xplan:refTextInhalt xlink:href="https://example.org/x.gml#T"/>')
    assert _kinds(tmp_path, plan(), part(), WEST, item) == [("E", "external_reference", "warning")]


def test_one_broken_link_does_not_hide_that_an_id_is_used_twice(tmp_path: Path) -> None:
    again = thing("BP_BauGrenze", "W", line([(1, 1), (9, 1)]))
    nameless = again.replace('gml:id="W"', "")
    assert _kinds(tmp_path, plan(), part(), WEST, EAST, again) == [("W", "duplicate_id", "error")]
    assert [kind for _, kind, _ in _kinds(tmp_path, plan(), part(), WEST, EAST, nameless)] == ["missing_id"]


@pytest.mark.parametrize(
    ("points", "kind", "place"),
    [
        ([(10, 10), (20, 20), (20, 10), (10, 20), (10, 10)], "self_crossing", (15, 15)),
        ([(10, 10), (20, 10), (20, 20), (15, 10), (10, 20), (10, 10)], "self_touching", None),
        ([(10, 10), (20, 10), (20, 10), (10, 10)], "sliver", (10, 10)),
        ([(10, 10), (20, 10), (20, 10.0015), (10, 10.0015), (10, 10)], "sliver", (10, 10)),
    ],
)
def test_rings_that_cross_themselves_and_areas_without_width(
    tmp_path: Path, points: list[tuple[float, float]], kind: str, place: tuple[float, float] | None
) -> None:
    item = thing("BP_GruenFlaeche", "G", polygon(points))
    (problem,) = _problems(tmp_path, plan(), part(), WEST, EAST, item)
    assert (problem.id, problem.severity) == ("G", "error")
    if place is None:
        assert problem.kind in {"self_touching", "self_crossing"}
    else:
        assert problem.kind == kind
        assert _near(problem, *place)


def test_thin_areas_are_only_told(tmp_path: Path) -> None:
    strip = thing("BP_GruenFlaeche", "G", polygon(box(10, 10, 40, 10.04)))
    (problem,) = _problems(tmp_path, plan(), part(), WEST, EAST, strip)
    assert (problem.kind, problem.severity) == ("sliver", "warning")
    assert "39,9 mm" in problem.message or "40,0 mm" in problem.message


def test_holes_outside_their_area_and_crossing_scopes(tmp_path: Path) -> None:
    item = thing("BP_GruenFlaeche", "G", polygon(box(10, 10, 20, 20), box(30, 30, 40, 40)))
    assert _kinds(tmp_path, plan(), part(), WEST, EAST, item) == [("G", "hole_outside", "error")]
    twisted = polygon([(0, 0), (100, 100), (100, 0), (0, 100), (0, 0)])
    found = _kinds(tmp_path, plan(twisted), part(), thing("BP_BauGrenze", "L", line([(40, 30), (60, 30)])))
    assert ("P", "self_crossing", "error") in found


def test_classes_with_the_wrong_kind_of_geometry(tmp_path: Path) -> None:
    objects = [
        thing("BP_BaugebietsTeilFlaeche", "Z", line([(1, 1), (2, 2)])),
        thing("BP_BauLinie", "L", polygon(box(1, 1, 2, 2))),
    ]
    assert _kinds(tmp_path, plan(), part(), WEST, EAST, *objects) == [
        ("Z", "wrong_geometry_type", "error"),
        ("L", "wrong_geometry_type", "error"),
    ]


def test_what_a_plan_must_say_and_does_not(tmp_path: Path) -> None:
    bare = '<xplan:BP_Plan gml:id="P"/>'
    objects = [thing("BP_BaugebietsTeilFlaeche", "Z"), thing("BP_BauGrenze", "L", line([(1, 1), (2, 2)]))]
    text = '<xplan:BP_TextAbschnitt gml:id="T"><xplan:schluessel>1</xplan:schluessel></xplan:BP_TextAbschnitt>'
    parts = [part("B"), part("C")]
    without = thing("BP_BauGrenze", "M", line([(1, 1), (2, 2)]), part=None)
    found = {(name, kind): severity for name, kind, severity in _kinds(tmp_path, bare, *parts, *objects, without, text)}
    assert found == {
        ("P", "missing_scope"): "error",
        ("P", "missing_name"): "error",
        ("P", "missing_municipality"): "warning",
        ("P", "missing_plan_type"): "warning",
        ("P", "missing_status"): "warning",
        ("P", "missing_baunvo_version"): "warning",
        ("T", "missing_text"): "warning",
        ("Z", "missing_geometry"): "error",
        ("M", "missing_part"): "warning",
    }


def test_a_plan_without_contents_is_told(tmp_path: Path) -> None:
    assert _kinds(tmp_path, plan(parts=())) == [
        ("P", "missing_part", "warning"),
        ("P", "no_objects", "warning"),
    ]


def test_problems_of_a_plan_in_memory_are_found_alike() -> None:
    assert find_problems(model_plan("leer", rectangle(0, 0, 10, 10)))[-1].kind == "no_objects"


def test_areas_in_german() -> None:
    assert [square_metres(area) for area in (12_345.67, 1.5, 0.0005)] == ["12.345,7 m²", "1,500 m²", "0,000500 m²"]


def test_thousands_of_areas_in_one_place_end_after_a_thousand_overlaps(tmp_path: Path) -> None:
    heap = [zone(f"Z{n}", box(0, 0, 100, 100 - n / 1_000)) for n in range(3_000)]
    problems = _problems(tmp_path, plan(), part(), *heap)
    assert [problem.kind for problem in problems] == ["overlap"] * 1_001
    assert "mehr als 1000 Überlappungen" in problems[-1].message


def test_ten_thousand_areas_with_one_defect_of_each_kind(tmp_path: Path) -> None:
    side = 100
    cells = [
        zone(f"Z{row}_{column}", box(column * 10, row * 10, column * 10 + 10, row * 10 + 10))
        for row in range(side)
        for column in range(side)
    ]
    cells[5_050] = zone("Z50_50", box(500, 500, 509, 510))
    cells[1_010] = zone("Z10_10", box(100, 100, 110, 110.5))
    reading = read_binding_plan(write(tmp_path, plan(polygon(box(0, 0, 1_000, 1_000))), part(), *cells))
    assert len(reading.plan.objects) == 10_000
    found = {problem.kind: problem for problem in reading.problems}
    assert sorted(problem.kind for problem in reading.problems) == ["gap", "overlap"]
    assert _near(found["overlap"], 105, 110.25, 0.3)
    assert _near(found["gap"], 509.5, 505, 0.1)
    assert shapely.union_all([item.geometry for item in reading.plan.objects]).area == pytest.approx(1_000_000 - 10)
