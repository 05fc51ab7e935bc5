"""The golden cases that come with the product (``gis/checks/golden``) give what was computed by hand."""

from collections import Counter

import pytest

from gis.checks import CHECKS, Verdict
from gis.checks.golden import FOLDER, GoldenCase, golden_cases, golden_gaps
from gis.wording import number

CASES = [case for check in CHECKS for case in golden_cases(check)]


@pytest.mark.parametrize("case", CASES, ids=[f"{case.check}-{case.number}" for case in CASES])
def test_every_golden_case_gives_what_was_computed_by_hand(case: GoldenCase) -> None:
    result = case.run()
    assert result.verdict is case.verdict, result.message
    for name, expected in case.expected.items():
        # Building windows that touch are joined with a tenth of a millimetre.
        assert getattr(result, name) == pytest.approx(expected, abs=2e-4), result.message
    assert all((result.message, result.legal_basis, result.details["rules"]))


@pytest.mark.parametrize("check", list(CHECKS))
def test_every_verdict_has_a_golden_case_or_a_reason_why_it_cannot_be(check: str) -> None:
    assert golden_gaps(check) == ()


def test_files_belong_to_checks() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(CHECKS)


def test_names_tell_cases_apart_and_figures_stand_in_the_message() -> None:
    assert [name for name, count in Counter((case.check, case.name) for case in CASES).items() if count > 1] == []
    for case in CASES:
        if case.verdict in {Verdict.PASSED, Verdict.FAILED} and case.expected.get("value"):
            result = case.run()
            if result.unit in {"m", "m²", ""}:
                assert number(case.expected["value"]) in result.message, result.message
