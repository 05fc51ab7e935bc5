"""The real plan Blankenese 29 (Hamburg) through import_plan: layers say what the file says, counted independently."""

import itertools
import json
import math
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from lxml import etree
from pytest_django import Settings

from permits.models import LayerPublication, PermitAuthority
from permits.selectors.layers import layers_for
from permits.selectors.plans import binding_plans

pytestmark = [pytest.mark.django_db, pytest.mark.realdata]

GML = "{http://www.opengis.net/gml/3.2}"
XPLAN = "{http://www.xplanung.de/xplangml/6/0}"
HAMBURG = (552_000.0, 5_934_000.0, 554_000.0, 5_936_000.0)


@pytest.fixture(autouse=True)
def _store(tmp_path: Path, settings: Settings) -> None:
    settings.LAYER_ROOT = tmp_path / "layers"


@pytest.fixture
def town(authorities: dict[str, PermitAuthority]) -> PermitAuthority:
    return authorities["musterstadt"]


@pytest.fixture(scope="module")
def source(shared_data: Path) -> Any:
    return etree.parse(str(shared_data / "xplan" / "Blankenese29.gml")).getroot()


def imported(path: Path, *options: str) -> dict[str, Any]:
    out = StringIO()
    call_command("import_plan", str(path), "--authority", "musterstadt", *options, stdout=out, stderr=StringIO())
    summary: dict[str, Any] = json.loads(out.getvalue())
    return summary


def objects(source: Any, kind: str) -> dict[str, Any]:
    return {element.get(f"{GML}id"): element for element in source.iter(f"{XPLAN}{kind}")}


def area(element: Any) -> tuple[float, float]:
    """Exact area of an object (arcs as arcs), and how far chords at most 1 cm off may miss it."""
    total = slack = 0.0
    for patch in element.iter(f"{GML}Polygon", f"{GML}PolygonPatch"):
        for sign, boundary in ((1, "exterior"), (-1, "interior")):
            for ring in patch.iter(f"{GML}{boundary}"):
                enclosed, arcs = _enclosed(ring)
                total += sign * abs(enclosed)
                slack += 0.01 * arcs + 1e-6
    return total, slack


def _enclosed(ring: Any) -> tuple[float, float]:
    """Signed area by Green's theorem over the pieces of a ring, and the length of its arcs."""
    enclosed = length = 0.0
    origin: tuple[float, float] | None = None
    for piece in ring.iter(f"{GML}posList"):
        numbers = [float(number) for number in str(piece.text).split()]
        origin = origin or (numbers[0], numbers[1])
        points = [(x - origin[0], y - origin[1]) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
        if etree.QName(piece.getparent()).localname == "Arc":
            centre, radius, turn = _circle(*points)
            (x0, y0), (x1, y1) = points[0], points[2]
            enclosed += (centre[0] * (y1 - y0) - centre[1] * (x1 - x0) + radius**2 * turn) / 2
            length += radius * abs(turn)
        else:
            enclosed += sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in itertools.pairwise(points)) / 2
    return enclosed, length


def _circle(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> tuple[Any, float, float]:
    """Centre, radius and signed angle of the arc from a over b to c."""
    d = 2 * (a[0] * (b[1] - c[1]) + b[0] * (c[1] - a[1]) + c[0] * (a[1] - b[1]))
    squares = [x * x + y * y for x, y in (a, b, c)]
    x = (squares[0] * (b[1] - c[1]) + squares[1] * (c[1] - a[1]) + squares[2] * (a[1] - b[1])) / d
    y = (squares[0] * (c[0] - b[0]) + squares[1] * (a[0] - c[0]) + squares[2] * (b[0] - a[0])) / d
    angles = [math.atan2(point[1] - y, point[0] - x) for point in (a, b, c)]
    steps = [math.remainder(after - before, math.tau) for before, after in itertools.pairwise(angles)]
    return (x, y), math.hypot(a[0] - x, a[1] - y), sum(steps)


def text(element: Any, name: str) -> str | None:
    found = element.find(f"{XPLAN}{name}")
    return None if found is None else found.text


def test_it_is_a_bylaw_by_its_file_and_so_nothing_follows(
    shared_data: Path, town: PermitAuthority, source: Any
) -> None:
    summary = imported(shared_data / "xplan" / "Blankenese29.gml", *_accepting(shared_data))
    assert (summary["legal_status"], summary["in_force"], summary["layers"]) == ("3000", False, {})
    members = [element for member in source.iter(f"{GML}featureMember") for element in member]
    assert summary["counts"] == Counter(etree.QName(element).localname for element in members)
    assert sum(summary["counts"].values()) == 491
    assert summary["counts"]["BP_UeberbaubareGrundstuecksFlaeche"] == 79
    (state,) = binding_plans(town)
    assert (state.in_force, state.snapshot.name) == (False, "Blankenese29_Testplan_60")
    assert not LayerPublication.objects.exists()


def test_in_force_its_zones_and_windows_have_the_areas_and_values_of_the_file(
    shared_data: Path, town: PermitAuthority, source: Any
) -> None:
    path = shared_data / "xplan" / "Blankenese29.gml"
    imported(path, "--in-force-since", "1991-07-20", *_accepting(shared_data))
    layers = layers_for(town)
    windows = layers["building_windows"].window(HAMBURG)
    expected = objects(source, "BP_UeberbaubareGrundstuecksFlaeche")
    assert set(windows.columns["window_id"]) == set(expected)
    for name, shape, storeys in zip(
        windows.columns["window_id"], windows.geometry, windows.columns["storeys_max"], strict=True
    ):
        exact, slack = area(expected[name])
        assert shape.area == pytest.approx(exact, abs=slack)
        assert (None if storeys != storeys else str(int(storeys))) == text(expected[name], "Z")
    zones = layers["zoning"].window(HAMBURG)
    expected = objects(source, "BP_BaugebietsTeilFlaeche")
    assert set(zones.columns["zone_id"]) == set(expected)
    kinds = {"1200": "WA", "1100": "WR"}
    for row, name in enumerate(zones.columns["zone_id"]):
        element = expected[name]
        exact, slack = area(element)
        assert zones.geometry[row].area == pytest.approx(exact, abs=slack)
        assert zones.columns["zone"][row] == kinds[str(text(element, "besondereArtDerBaulNutzung"))]
        for column, attribute in (("grz", "GRZ"), ("gr_m2", "GR"), ("max_dwellings", "MaxZahlWohnungen")):
            value = zones.columns[column][row]
            stated = text(element, attribute)
            assert (None if value != value else value) == (None if stated is None else float(stated))
    assert {str(version) for version in zones.columns["baunvo_version"]} == {"01.01.1990"}
    assert len(layers["building_limits"].window(HAMBURG)) == 83
    assert len(layers["street_boundaries"].window(HAMBURG)) == 8
    assert len(layers["building_lines"].window(HAMBURG)) == 0
    (scope,) = layers["plan_scopes"].window(HAMBURG).geometry
    exact, slack = area(next(source.iter(f"{XPLAN}raeumlicherGeltungsbereich")))
    assert scope.area == pytest.approx(exact, abs=slack)


def _accepting(shared_data: Path) -> tuple[str, ...]:
    """``--skip-bad`` where the plan as published by Hamburg has faults of its own."""
    out = StringIO()
    try:
        path = shared_data / "xplan" / "Blankenese29.gml"
        call_command("import_plan", str(path), "--validate-only", stdout=out, stderr=StringIO())
    except CommandError:
        return ("--skip-bad",)
    return ()
