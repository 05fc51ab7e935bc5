"""A result names every layer that its check has looked at, with snapshot and date."""

from collections import defaultdict

import pytest

from gis.checks import CHECKS
from gis.checks.context import CheckContext
from gis.checks.golden import GoldenCase, golden_cases
from gis.layers import Bounds, LayerWindow

CASES = [case for check in CHECKS for case in golden_cases(check)]


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> dict[str, set[str]]:
    """The layers that each check asks for, by check."""
    found: dict[str, set[str]] = defaultdict(set)
    read = CheckContext.window

    def window(self: CheckContext, name: str, bounds: Bounds) -> LayerWindow:
        found[self.check.id].add(name)
        return read(self, name, bounds)

    monkeypatch.setattr(CheckContext, "window", window)
    return found


@pytest.mark.parametrize("case", CASES, ids=[f"{case.check}-{case.number}" for case in CASES])
def test_a_check_names_every_layer_that_it_looks_at(case: GoldenCase, looked_at: dict[str, set[str]]) -> None:
    result = case.run()
    check = CHECKS[case.check]
    assert looked_at[case.check] <= {*check.layers, *check.also_reads}
    named = {source["layer"] for source in result.sources}
    assert looked_at[case.check] & set(case.layers) <= named


def test_what_a_check_can_do_without_is_not_also_what_it_needs() -> None:
    assert [check.id for check in CHECKS.values() if set(check.layers) & set(check.also_reads)] == []
