"""What people read as the verdict, and that nothing unverified stays unsaid."""

import pytest

from gis.checks import CHECKS, Verdict
from gis.checks.golden import golden_cases
from gis.rules import load_rules
from tests.gis.builders import TODAY

RULES = load_rules("ni", TODAY)


def test_a_check_that_advises_finds_out_or_hints() -> None:
    assert {check.id for check in CHECKS.values() if check.advice} == {"building_class", "demand", "plan_plausibility"}
    for check in CHECKS.values():
        if check.advice:
            assert (check.label(Verdict.PASSED), check.label(Verdict.BORDERLINE)) == ("ermittelt", "Hinweis")
            assert all(case.verdict is not Verdict.FAILED for case in golden_cases(check.id))
        else:
            assert check.label(Verdict.FAILED) == Verdict.FAILED.label


def test_results_carry_the_words_of_their_check() -> None:
    case = next(case for case in golden_cases("building_class") if case.verdict is Verdict.PASSED)
    result = case.run()
    assert result.label == "ermittelt"
    details = result.to_json()["details"]
    assert (details["label"], details["advice"]) == ("ermittelt", True)
    # A verdict that changes afterwards changes its word with it.
    assert result.replace(verdict=Verdict.NOT_ASSESSABLE).label == "nicht prüfbar"


@pytest.mark.parametrize("check", list(CHECKS))
def test_every_result_under_an_unverified_rule_says_so(check: str) -> None:
    rule = RULES.rule(check)
    for case in golden_cases(check):
        details = case.run().to_json()["details"]
        if not rule.verified and case.on == TODAY:
            assert rule.legal_basis in details["unverified"], case.name
        assert all(isinstance(basis, str) for basis in details["unverified"])


def test_an_unverified_entry_of_a_table_says_so_where_it_is_hit() -> None:
    hit = next(case for case in golden_cases("overlays") if case.verdict is Verdict.BORDERLINE)
    none = next(case for case in golden_cases("overlays") if case.verdict is Verdict.PASSED)
    assert "§§ 51 bis 53 WHG" in hit.run().to_json()["details"]["unverified"]
    assert "§§ 51 bis 53 WHG" not in none.run().to_json()["details"]["unverified"]
