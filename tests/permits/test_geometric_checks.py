"""System checks refuse a geometric check that nobody can follow: without law, golden cases or explanation."""

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

import permits.checks
from gis.checks import CHECKS, Check
from permits.checks import check_geometric_checks

GOOD = CHECKS["dwellings"]


def registered(monkeypatch: pytest.MonkeyPatch, check: Check) -> list[str]:
    monkeypatch.setattr(permits.checks, "CHECKS", MappingProxyType({check.id: check}))
    return [message.msg for message in check_geometric_checks()]


def test_all_checks_of_the_product_are_complete() -> None:
    assert check_geometric_checks() == []


@pytest.mark.parametrize(
    ("name", "german"), [("title", "Titel"), ("question", "Frage"), ("formula", "Formel"), ("inputs", "Eingaben")]
)
def test_a_check_without_explanation_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, german: str) -> None:
    blank: dict[str, Any] = {name: " "}
    (message,) = registered(monkeypatch, replace(GOOD, **blank))
    assert f"fehlt die Angabe „{german}“" in message


def test_a_check_without_law_and_golden_cases_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    law, golden = registered(monkeypatch, replace(GOOD, id="no_such_rule"))
    assert "keine Werte zu „no_such_rule“" in law
    assert "gibt es keine Musterfälle (gis/checks/golden/no_such_rule.toml)" in golden


def test_a_check_with_an_unknown_layer_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    (message,) = registered(monkeypatch, replace(GOOD, layers=("parcels", "nowhere")))
    assert "unbekannte Ebene „nowhere“" in message


def test_law_that_is_no_longer_in_force_is_refused(
    monkeypatch: pytest.MonkeyPatch, time_machine: Callable[..., Any]
) -> None:
    time_machine.move_to("1950-01-01")  # type: ignore[attr-defined]
    (message,) = registered(monkeypatch, GOOD)
    assert "fehlt die Rechtsgrundlage" in message


def test_a_verdict_without_golden_case_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    from gis.checks import golden

    text = (golden.FOLDER / "dwellings.toml").read_text("utf-8")
    (tmp_path / "dwellings.toml").write_text(text.replace('verdict = "failed"', 'verdict = "passed"'), "utf-8")
    monkeypatch.setattr(golden, "FOLDER", tmp_path)
    golden._read.cache_clear()
    try:
        assert registered(monkeypatch, GOOD) == ["Zu „dwellings“ fehlt ein Musterfall „failed“."]
        (tmp_path / "dwellings.toml").write_text("[[case]\n", "utf-8")
        golden._read.cache_clear()
        (message,) = registered(monkeypatch, GOOD)
        assert "sind nicht lesbar" in message
    finally:
        golden._read.cache_clear()
