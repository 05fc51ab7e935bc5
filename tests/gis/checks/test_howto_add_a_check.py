"""The check in docs/howto/add-a-check.md does what the page says."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import gis.checks
import tests.gis.builders
from gis import check_docs
from gis.checks import CHECKS, golden
from gis.checks.self_check import check_gaps
from gis.drawing import draw_result
from gis.rules import load_rules
from tests.gis.builders import TODAY

PROJECT = Path(__file__).resolve().parents[3]
PAGE = PROJECT / "docs/howto/add-a-check.md"
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
RULE, GOLDEN = (text for language, text in BLOCKS if language == "toml")
CHECK, TEST = (text for language, text in BLOCKS if language == "python")
ID = "garage_forecourt"


def run(code: str, number: int) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": f"howto_{number}"}
    exec(compile(code, f"{PAGE.name} block {number}", "exec"), names)
    return names


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The rule pack with the rule of the page."""
    path = tmp_path / "ni.toml"
    path.write_text(f"{(PROJECT / 'gis/rules/ni.toml').read_text('utf-8')}\n{RULE}", "utf-8")
    return path


@pytest.fixture
def registered(tmp_path: Path, rules: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / f"{ID}.toml").write_text(GOLDEN, "utf-8")
    monkeypatch.setattr(golden, "FOLDER", tmp_path)
    golden._read.cache_clear()
    monkeypatch.setattr(tests.gis.builders, "load_rules", lambda land, on: load_rules(land, on, path=rules))
    monkeypatch.setattr(check_docs, "LAND", str(rules))
    run(CHECK, 0)
    yield
    gis.checks._registry.pop(ID)
    golden._read.cache_clear()


@pytest.mark.usefixtures("registered")
def test_the_golden_cases_of_the_page_give_what_they_say(rules: Path) -> None:
    cases = golden.golden_cases(ID)
    assert len(cases) == 5
    for case in cases:
        result = case.run(str(rules))
        assert result.verdict is case.verdict, result.message
        for name, expected in case.expected.items():
            assert getattr(result, name) == pytest.approx(expected)


@pytest.mark.usefixtures("registered")
def test_the_check_of_the_page_lacks_nothing(rules: Path) -> None:
    assert list(check_gaps(CHECKS[ID], load_rules("ni", TODAY, path=rules))) == []


@pytest.mark.usefixtures("registered")
def test_the_test_of_the_page_passes() -> None:
    names = run(TEST, 1)
    (test,) = [value for name, value in names.items() if name.startswith("test_")]
    test()


@pytest.mark.usefixtures("registered")
def test_the_check_of_the_page_is_drawn_and_described(rules: Path) -> None:
    case = golden.golden_cases(ID)[1]
    assert "Stauraum vor Garagen" in draw_result(case.plan, case.layers, case.run(str(rules))).text_alternative
    section = check_docs._section(CHECKS[ID], load_rules(str(rules), TODAY))
    assert "`length_m` = 3" in section
    assert "**ungeprüft**" in section


def test_a_name_of_the_page_is_not_taken() -> None:
    assert ID not in CHECKS
