"""Golden scenarios of ``building_separation``: parts, raised terraces, roofs and uses; the site is 60 m × 60 m."""

import math
from typing import Any

import pytest

from gis.checks import CheckResult, Verdict
from gis.siteplan import PlanFeature, Role
from tests.gis.builders import box, feature, parcels, plan, polygon, run

TOWN = parcels(A=box(0, 0, 60, 60))
LEFT = feature(box(10, 10, 20, 20), wall_height_m=6.0, id="links")  # asks for 3 m


def right(gap: float, role: Role = Role.MAIN_BUILDING, **attributes: Any) -> PlanFeature:
    return feature(box(20 + gap, 10, 30 + gap, 20), role, **{"wall_height_m": 6.0, "id": "rechts", **attributes})


def separation(*features: PlanFeature) -> CheckResult:
    return run("building_separation", plan(*features), parcels=TOWN)


def test_a_bay_window_over_the_whole_wall_keeps_the_distance_like_the_wall() -> None:
    bay = feature(box(20, 10, 23, 20), Role.BAY_WINDOW, wall_height_m=6.0, id="e")
    result = separation(LEFT, right(6.5), bay)
    assert (result.verdict, result.value, result.limit) == (Verdict.FAILED, pytest.approx(3.5), pytest.approx(6.0))
    assert "zwischen Hauptgebäude rechts und Erker e" in result.message


@pytest.mark.parametrize(("gap", "verdict"), [(6.7, "passed"), (6.5, "borderline"), (6.3, "failed")])
def test_a_small_balcony_may_be_a_third_of_its_distance_closer(gap: float, verdict: str) -> None:
    # 3 m of a wall 10 m wide and 1.5 m deep: of 3 m one may be missing, 2 m + 3 m.
    balcony = feature(box(20, 14, 21.5, 17), Role.BALCONY, wall_height_m=6.0, id="b")
    result = separation(LEFT, right(gap), balcony)
    assert (result.verdict, result.value, result.limit) == (verdict, pytest.approx(gap - 1.5), pytest.approx(5.0))
    assert any("davon dürfen 1,00 m fehlen: 2,00 m" in step.formula for step in result.steps)


def test_eaves_of_half_a_metre_change_nothing() -> None:
    eaves = feature(box(9.5, 9.5, 20.5, 20.5), Role.ROOF_OVERHANG, id="d")
    result = separation(LEFT, right(6.2), eaves)
    assert (result.verdict, result.value, result.limit) == (Verdict.PASSED, pytest.approx(6.2), pytest.approx(6.0))


@pytest.mark.parametrize(("level", "verdict"), [(2.5, "failed"), (0.8, "passed")])
def test_a_raised_terrace_keeps_the_distance_and_a_low_one_need_not(level: float, verdict: str) -> None:
    terrace = feature(box(20, 10, 26, 20), Role.TERRACE, wall_height_m=level, id="t")
    result = separation(LEFT, right(7.0), terrace)
    assert result.verdict == verdict
    assert result.value == pytest.approx(1.0 if verdict == "failed" else 7.0)


def test_a_part_that_connects_two_houses_leaves_the_distance_open() -> None:
    bridge = feature(box(20, 14, 26.5, 16), Role.BALCONY, wall_height_m=6.0, id="b")
    result = separation(LEFT, right(6.5), bridge)
    assert (result.verdict, result.value) == (Verdict.NOT_ASSESSABLE, pytest.approx(0.0))


def test_a_part_of_an_existing_house_beside_another_one_may_have_been_there() -> None:
    old = feature(box(10, 10, 20, 20), Role.EXISTING_BUILDING, wall_height_m=6.0, id="alt")
    bay = feature(box(20, 10, 23, 20), Role.BAY_WINDOW, wall_height_m=6.0, id="e")
    result = separation(old, right(6.5, Role.EXISTING_BUILDING), bay)
    assert (result.verdict, result.value) == (Verdict.NOT_ASSESSABLE, pytest.approx(3.5))
    assert "Bestandsschutz" in result.message


@pytest.mark.parametrize("role", [Role.MAIN_BUILDING, Role.EXISTING_BUILDING])
def test_a_roof_that_nobody_described_is_not_taken_for_flat(role: Role) -> None:
    # A gable 10 m wide up to 20 m counts 20 - 6 / 10 · 14 = 11.6 m: 4.6 m + 3 m.
    result = separation(LEFT, right(6.5, role, ridge_height_m=20.0))
    assert (result.verdict, result.value, result.limit) == (
        Verdict.NOT_ASSESSABLE,
        pytest.approx(6.5),
        pytest.approx(7.6),
    )
    assert "Giebel bis zum First" in result.message
    wide = separation(LEFT, right(14.0, role, ridge_height_m=20.0))
    assert (wide.verdict, wide.limit) == (Verdict.PASSED, pytest.approx(6.0))


def test_a_roof_of_usual_height_changes_nothing() -> None:
    # 9 - 6 / 10 · 3 = 7.2 m asks for 3 m.
    result = separation(LEFT, right(6.5, ridge_height_m=9.0))
    assert (result.verdict, result.limit) == (Verdict.PASSED, pytest.approx(6.0))


def test_walls_stated_one_by_one_show_that_there_is_no_gable() -> None:
    result = separation(LEFT, right(6.5, wall_height_m=(6.0,) * 4, ridge_height_m=10.0))
    assert result.verdict is Verdict.PASSED
    assert any("keine Wand hat einen Giebel" in text for text in result.assumptions)


def test_heights_that_contradict_the_storeys_are_named() -> None:
    result = separation(LEFT, right(6.5, storeys=9))
    assert result.verdict is Verdict.NOT_ASSESSABLE
    assert "9 Geschosse" in result.message


def test_a_missing_height_stays_missing_beside_a_stated_ridge() -> None:
    result = separation(LEFT, right(9.0, wall_height_m=None, eaves_height_m=6.0, ridge_height_m=8.0))
    assert (result.verdict, result.limit) == (Verdict.NOT_ASSESSABLE, None)


@pytest.mark.parametrize(
    ("attributes", "verdict"),
    [
        ({"use": "Wohnen", "dwellings": 1}, "failed"),
        ({"use": "Gästehaus"}, "failed"),
        ({"use": "Lounge"}, "not_assessable"),
        ({"use": "Schuppen"}, "not_applicable"),
        ({}, "not_applicable"),
    ],
)
def test_outbuildings_that_people_live_in_are_not_exempt(attributes: dict[str, Any], verdict: str) -> None:
    hut = feature(box(21, 10, 26, 20), Role.ANCILLARY_BUILDING, wall_height_m=2.8, id="n", **attributes)
    result = separation(LEFT, hut)
    assert result.verdict == verdict
    if attributes.get("use") == "Lounge":
        assert "Ob Nebengebäude n („Lounge“) Aufenthaltsräume hat" in result.message
    assert any("keine Aufenthaltsräume" in text for text in result.assumptions) is (not attributes)


@pytest.mark.parametrize("vertices", [500, 1000, 20_000])
def test_a_jagged_outline_is_answered(vertices: int) -> None:
    angles = [(math.tau * at / vertices, 6.0 if at % 2 else 4.8) for at in range(vertices)]
    star = polygon(*((30 + radius * math.cos(angle), 30 + radius * math.sin(angle)) for angle, radius in angles))
    result = separation(feature(star, wall_height_m=6.0))
    # No two of its walls face each other, whatever their number.
    assert result.verdict is Verdict.NOT_APPLICABLE
