"""Every real building of two places as a plan: the checks say what SQL on PostGIS computes from the text of the law.

The two share nothing but the files and the legal values: PostGIS projects, unites, cuts and measures on its own. The
rules in ``sql/`` are written from the paragraphs, not from the checks.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from psycopg import sql

from bench.postgis_server import connect
from gis.checks import CheckResult, run_checks
from gis.rules import load_rules
from tests.gis.builders import TODAY
from tests.gis.proof import towns
from tests.gis.proof.towns import Connection, Town

Results = Mapping[tuple[str, str], CheckResult]
Row = tuple[str, float, float, str]
Close = Callable[[str], float]

pytestmark = pytest.mark.realdata
RULES = load_rules("ni", TODAY)
CHECKS = ("boundary_distance", "inside_parcels", "site_coverage")
STATEMENTS = Path(__file__).parent / "sql"
#: PostGIS and the product project and intersect with libraries of different versions; they agree to a micrometre.
CLOSE = 1e-6
#: Where the factor changes at the corner of a neighbour's parcel that lies off the line: by this much, in metres.
OFF_THE_LINE = {("terresdebord", "b0145"): 0.006, ("terresdebord", "b0796"): 0.035}
#: How often each verdict comes: all of them do.
OUTSIDE: dict[str, dict[str, int]] = {
    "terresdebord": {"passed": 1555, "borderline": 38, "failed": 4},
    "neuwerk": {"passed": 52, "borderline": 5},
}
DISTANCES: dict[str, dict[str, int]] = {
    "terresdebord": {"passed": 407, "borderline": 8, "failed": 1182},
    "neuwerk": {"passed": 33, "borderline": 1, "failed": 23},
}
COVERAGE: dict[str, dict[str, int]] = {
    "terresdebord": {"passed": 1303, "borderline": 11, "failed": 158, "not_assessable": 119},
    "neuwerk": {"passed": 55, "failed": 2},
}
BUILDINGS = {"terresdebord": 1597, "neuwerk": 57}


@pytest.fixture(scope="module")
def connection(postgis: str) -> Iterator[Connection]:
    with connect(postgis) as found:
        yield found


@pytest.fixture(scope="module", params=BUILDINGS)
def town(
    request: pytest.FixtureRequest, connection: Connection, shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Town:
    made: Town = getattr(towns, request.param)(connection, shared_data, tmp_path_factory.mktemp(request.param))
    assert len(made.plans) == BUILDINGS[request.param]
    execute(connection, made, "sites", least_share_m2=0.5, gap_m=0.02)
    return made


@pytest.fixture(scope="module")
def results(town: Town) -> Results:
    return {(r.plan, r.check): r for p in town.plans.values() for r in run_checks(p, town.layers, RULES, CHECKS)}


def execute(connection: Connection, town: Town, name: str, **values: Any) -> list[tuple[Any, ...]]:
    """Run a statement of ``sql/`` on the town's schema with values put in."""
    text = (STATEMENTS / f"{name}.sql").read_text()
    known = {key: sql.Literal(value) for key, value in {**values, "srid": town.srid}.items()}
    cursor = connection.execute(sql.SQL(text).format(schema=sql.Identifier(town.schema), **known))
    return cursor.fetchall() if cursor.description else []


def compare(
    check: str, results: Results, rows: list[Row], close: Callable[[str], float] = lambda plan: CLOSE
) -> Counter[str]:
    """Value, limit and verdict of every plan equal the row of SQL; returns how often each verdict comes."""
    wrong = []
    for plan, value, limit, verdict in rows:
        result = results[plan, check]
        near = CLOSE if close is None else close(plan)
        same = result.value == pytest.approx(value, abs=near) and result.limit == pytest.approx(limit, abs=1e-9)
        if not same or result.verdict != verdict:
            wrong.append((plan, (value, limit, verdict), (result.value, result.limit, result.verdict.value)))
    assert not wrong, f"{len(wrong)} of {len(rows)} differ: {wrong[:10]}"
    return Counter(row[3] for row in rows)


def test_every_building_has_the_same_parcels(town: Town, connection: Connection, results: Results) -> None:
    query = sql.SQL("SELECT plan, parcels FROM {}").format(sql.Identifier(town.schema, "sites"))
    sites: dict[Any, Any] = dict(connection.execute(query).fetchall())
    for plan in town.plans:
        assert results[plan, "inside_parcels"].parcels == tuple(sites.get(plan, ())), plan


def test_what_stands_outside_the_parcels_is_what_sql_cuts_off(
    town: Town, connection: Connection, results: Results
) -> None:
    rows = execute(connection, town, "inside_parcels", tolerance_m=0.03, rounding_m2=1e-6)

    def close(plan: str) -> float:
        result = results[plan, "inside_parcels"]
        return CLOSE if result.geometry is None else CLOSE + moved(result) * result.geometry.length

    assert compare("inside_parcels", results, rows, close) == OUTSIDE[town.schema]


def moved(result: CheckResult) -> float:
    """Where the gap between two parcels of a site is closed, its edges move by up to a hundredth of a millimetre."""
    return 0.0 if len(result.parcels) == 1 else 1e-5


def test_distances_to_the_boundary_are_those_of_the_law_in_sql(
    town: Town, connection: Connection, results: Results
) -> None:
    """Without zones there is one factor, and every figure is the same."""
    layers = {"parcels": town.layers["parcels"]}
    plain = {(p.plan, r.check): r for p in town.plans.values() for r in run_checks(p, layers, RULES, CHECKS[:1])}
    rows = distances(connection, town, zones=[], side_m=0)

    def close(plan: str) -> float:
        return CLOSE + moved(plain[plan, "boundary_distance"])

    assert compare("boundary_distance", plain, rows, close) == DISTANCES[town.schema]


def test_the_smaller_factor_holds_where_the_law_says_so_in_sql(
    town: Town, connection: Connection, results: Results
) -> None:
    """Zones cut through the boundaries. The check looks 10 cm to both sides of a boundary for the zone there.

    SQL gives two bounds: the zone as drawn, and the zone without a strip of 10 cm along its edge. Where they agree, the
    check says the same; where the edge of a zone crosses close by, it lies between them.
    """

    def close(plan: str, result: CheckResult) -> float:
        return CLOSE + moved(result) + OFF_THE_LINE.get((town.schema, plan), 0.0)

    zones = RULES.rule("boundary_distance").values["zones_reduced"]
    widest = distances(connection, town, zones=zones, side_m=0)
    narrowest = distances(connection, town, zones=zones, side_m=0.1)
    same = [row for row, other in zip(widest, narrowest, strict=True) if row == other]
    assert len(same) > 0.9 * len(widest)
    compare("boundary_distance", results, same, lambda plan: close(plan, results[plan, "boundary_distance"]))
    for most, least in zip(widest, narrowest, strict=True):
        result = results[most[0], "boundary_distance"]
        assert result.value is not None
        assert result.limit is not None
        margin, off = result.value - result.limit, close(most[0], result)
        assert least[1] - least[2] - off <= margin <= most[1] - most[2] + off, most[0]
    factors = {w["factor"] for r in results.values() for w in r.details.get("walls", ())}
    assert factors == {0.2, 0.4}


def distances(connection: Connection, town: Town, *, zones: list[str], side_m: float) -> list[Row]:
    """Distances to the boundary by SQL, with the values of the law in force."""
    values = RULES.rule("boundary_distance").values
    return execute(
        connection, town, "boundary_distance",
        factor=values["factor"], factor_reduced=values["factor_reduced"], zones_reduced=zones, side_m=side_m,
        minimum_m=values["minimum_m"], step_m=values["rounding_step_m"], tolerance_m=0.03,
        around_m=60.0,
    )  # fmt: skip


def test_the_site_coverage_is_that_of_the_law_in_sql(town: Town, connection: Connection, results: Results) -> None:
    areas = RULES.rule("area_mismatch").values
    rows = execute(
        connection, town, "site_coverage",
        zone_reach_m=0.1, zone_area_m2=0.5, tolerance=0.005, tolerance_m=0.03, root_factor=areas["root_factor"],
        area_share=areas["share"], area_rounding_m2=areas["rounding_m2"],
    )  # fmt: skip
    assert compare("site_coverage", results, rows) == COVERAGE[town.schema]
    # The others stand on sites without any zone.
    others = town.plans.keys() - {row[0] for row in rows}
    assert {results[plan, "site_coverage"].verdict for plan in others} <= {"not_assessable"}
