"""Of very many walls only those are examined exactly that can matter, and the answer is that of examining all."""

import itertools
import math
import random

import pytest
import shapely
from shapely.affinity import rotate, translate

from gis.checks import CHECKS, Verdict
from gis.checks.context import CheckContext
from gis.checks.nearest_pairs import Budget
from gis.checks.separated_bodies import bodies_of
from gis.checks.wall_pairs import Pair, PairSearch
from gis.rules import load_rules
from gis.siteplan import PlanFeature, Role, SitePlan
from tests.gis.builders import EAST, NORTH, TODAY, box, feature, parcels, plan, polygon, run

LISTED = 50


def search(site_plan: SitePlan) -> PairSearch:
    context = CheckContext(site_plan, {"parcels": parcels(A=box(-500, -500, 900, 900))}, load_rules("ni", TODAY))
    context.check = CHECKS["building_separation"]
    values, own = (context.rules.rule(name).values for name in ("boundary_distance", "building_separation"))
    return PairSearch(bodies_of(context, site_plan.features, 0.03), values, own, float(values["factor"]), context)


def lattice(side: int, *, step: float = 8.0, height: float | None = 6.0) -> SitePlan:
    """Houses of 5 m × 5 m in rows and columns."""
    places = list(itertools.product(range(side), repeat=2))
    return plan(
        *(feature(box(x * step, y * step, x * step + 5, y * step + 5), wall_height_m=height) for x, y in places)
    )


@pytest.mark.parametrize("height", [6.0, 60.0, None])
def test_exact_looks_grow_with_the_number_of_buildings_not_with_its_square(height: float | None) -> None:
    looks = []
    for side in (8, 16, 32):
        searched = search(lattice(side, height=height))
        searched.most_urgent(LISTED)
        looks.append(searched.budget.exact)
    # Four times as many buildings each time; pairs of them would be 16 times as many.
    assert looks[1] < 6 * looks[0]
    assert looks[2] < 6 * looks[1]
    # Two nearest neighbours per house, 4 × 4 walls each, and some in the first batches.
    assert looks[2] < 32 * 32 * 2 * 16 * 2


def some_site(seed: int) -> SitePlan:
    draw = random.Random(seed)
    features: list[PlanFeature] = []
    for _ in range(draw.randint(2, 40)):
        width, depth = draw.choice([4, 8, 10]), draw.choice([5, 9, 12])
        shape = shapely.box(0, 0, width, depth)
        if draw.random() < 0.2:  # walls enough for a look block by block
            shape = shapely.Point(0, 0).buffer(width, quad_segs=20)
        if draw.random() < 0.4:
            shape = rotate(shape, draw.uniform(0, 90), origin=(0, 0))
        shape = translate(shape, EAST + draw.randint(0, 120), NORTH + draw.randint(0, 120))
        if all(shape.distance(other.geometry) > 0.1 for other in features):
            walls = len(shape.exterior.coords) - 1
            height = draw.choice(
                [None, 6.0, 12.0, 25.0, tuple(draw.choice([3.0, 9.0, math.nan]) for _ in range(walls))]
            )
            role = draw.choice([Role.MAIN_BUILDING, Role.MAIN_BUILDING, Role.EXISTING_BUILDING])
            features.append(feature(shape, role, wall_height_m=height))
    return plan(*features)


def every_pair(site_plan: SitePlan) -> list[tuple[str, str, float, float]]:
    """All walls of every two buildings against each other, in loops: names, distance, required (NaN: unknown)."""
    found = []
    for left, right in itertools.combinations(site_plan.features, 2):
        if left.role is right.role is Role.EXISTING_BUILDING:
            continue
        walls = []
        for (a, p, _), (b, q, _) in itertools.product(
            zip(*left.edges(), strict=True), zip(*right.edges(), strict=True)
        ):
            keep = [max(3.0, math.floor(0.4 * h * 10 + 1e-9) / 10) if h == h else math.nan for h in (p, q)]
            distance = shapely.distance(shapely.LineString(a), shapely.LineString(b))
            walls.append((float(distance), sum(keep)))
        blind = any(required != required for _, required in walls)
        worst = min(walls, key=(lambda wall: wall[0]) if blind else (lambda wall: wall[0] - wall[1]))
        found.append((left.id, right.id, *worst))
    return found


def urgency(distance: float, required: float) -> float:
    return distance if math.isnan(required) else distance - required


@pytest.mark.parametrize("seed", range(12))
def test_the_pairs_found_are_those_of_examining_every_wall_against_every_other(seed: int) -> None:
    site_plan = some_site(seed)
    expected = sorted(every_pair(site_plan), key=lambda row: urgency(*row[2:]))
    pairs = sorted(search(site_plan).most_urgent(LISTED), key=lambda pair: urgency(pair.distance, pair.required))
    assert [urgency(pair.distance, pair.required) for pair in pairs[:LISTED]] == pytest.approx(
        [urgency(*row[2:]) for row in expected[:LISTED]]
    )
    for unknown in (True, False):
        of_kind = [urgency(*row[2:]) for row in expected if math.isnan(row[3]) is unknown]
        if of_kind and (unknown or of_kind[0] < 0 or not any(math.isnan(row[3]) for row in expected)):
            assert min(_urgencies(pairs, unknown)) == pytest.approx(of_kind[0])


def _urgencies(pairs: list[Pair], unknown: bool) -> list[float]:
    return [urgency(pair.distance, pair.required) for pair in pairs if math.isnan(pair.required) is unknown]


def test_one_house_without_height_far_from_the_others_is_found() -> None:
    houses = lattice(12, step=11.5).features  # 6.5 m apart: all keep their distance
    away = feature(box(-120, 0, -110, 10))
    result = run("building_separation", plan(*houses, away), parcels=parcels(A=box(-200, -100, 400, 400)))
    # Among so many, a house 110 m away is no reason for doubt.
    assert (result.verdict, result.value) == (Verdict.PASSED, pytest.approx(6.5))
    nearer = feature(box(-16, 0, -6, 10))
    result = run("building_separation", plan(*houses, nearer), parcels=parcels(A=box(-200, -100, 400, 400)))
    assert (result.verdict, result.value) == (Verdict.NOT_ASSESSABLE, pytest.approx(6.0))


def test_walls_beyond_counting_are_not_assessable_instead_of_never_answered() -> None:
    # A comb of 4,000 teeth 10 m high: 16,000 long walls of one building that might face each other.
    teeth = [
        point
        for at in range(4_000)
        for point in ((6.0 * at, 0.0), (6.0 * at + 2, 0.0), (6.0 * at + 2, 10.0), (6.0 * at + 6, 10.0))
    ]
    comb = feature(polygon(*teeth, (24_000, 20), (0, 20)), wall_height_m=6.0)
    result = run("building_separation", plan(comb), parcels=parcels(A=box(-10, -10, 24_010, 30)))
    assert (result.verdict, result.value) == (Verdict.NOT_ASSESSABLE, None)
    assert "so viele Wände nahe beieinander" in result.message
    assert "Bitte vereinfachen Sie die Umrisse" in result.message


def test_footprints_drawn_over_each_other_thousands_of_times_are_not_assessable() -> None:
    stack = [feature(box(0, 0, 10, 10), wall_height_m=6.0) for _ in range(3_000)]
    result = run("building_separation", plan(*stack), parcels=parcels(A=box(-10, -10, 20, 20)))
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert "so viele Wände nahe beieinander" in result.message


def test_a_budget_ends_where_it_is_spent() -> None:
    budget = Budget(exact=10, rough=100)
    budget.spend(exact=10, rough=100)
    with pytest.raises(Exception, match="so viele Wände"):
        budget.spend(exact=1)


def test_a_comb_of_hundreds_of_teeth_names_the_gap_between_two() -> None:
    # Teeth 20 m long with 4 m between them; 3 m + 3 m are asked for.
    teeth = [
        point for at in range(300) for point in ((6.0 * at, 0.0), (6.0 * at + 2, 0.0), (6.0 * at + 2, 20.0),
                                                 (6.0 * at + 6, 20.0))
    ]  # fmt: skip
    comb = feature(polygon(*teeth, (1_800, 30), (0, 30)), wall_height_m=6.0)
    result = run("building_separation", plan(comb), parcels=parcels(A=box(-10, -10, 1_810, 40)))
    assert (result.verdict, result.value, result.limit) == (
        Verdict.NOT_ASSESSABLE,
        pytest.approx(4.0),
        pytest.approx(6.0),
    )
    assert len(result.details["pairs"]) == LISTED
