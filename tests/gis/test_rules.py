"""Rule packs: dated, cited, and a German reason for one that cannot be read."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from gis.checks import CHECKS
from gis.rules import RulePackError, available_lands, load_rules

GOOD = """
[[rule]]
id = "x"
valid_from = 2020-01-01
valid_to = 2020-12-31
legal_basis = "§ 1"
source = "Quelle"
verified = true
neighbour_protecting = true
[rule.values]
factor = 1.0
"""


@pytest.mark.parametrize("land", available_lands())
def test_every_land_has_a_cited_rule_for_every_check(land: str) -> None:
    pack = load_rules(land, date(2026, 11, 22))
    for check in CHECKS:
        rule = pack.rule(check)
        assert rule.legal_basis
        assert rule.source


def test_the_day_selects_the_version() -> None:
    change = date(2024, 7, 1)
    assert load_rules("ni", change).rule("boundary_distance").values["factor"] == 0.4
    assert load_rules("ni", change - timedelta(days=1)).rule("boundary_distance").values["factor"] == 0.5


def test_a_pack_from_a_file_is_versioned_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "xx.toml"
    path.write_text(GOOD)
    first = load_rules(str(path), date(2020, 6, 1))
    path.write_text(GOOD + "\n# more\n")
    assert first.rule("x").citation()["valid_to"] == "2020-12-31"
    assert load_rules(str(path), date(2020, 6, 1)).version != first.version
    with pytest.raises(RulePackError, match="keine Werte"):
        load_rules(str(path), date(2021, 1, 1)).rule("x")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[[rule", "nicht lesbar"),
        ("title = 'leer'", "keine Regeln"),
        ("rule = [1]", "keine Tabelle"),
        (GOOD.replace("verified = true", ""), "verified"),
        (GOOD.replace("protecting = true", 'protecting = "ja"'), "neighbour_protecting"),
        (GOOD.replace("2020-01-01", '"bald"'), "valid_from"),
        (GOOD.replace("2020-12-31", "2019-12-31"), "valid_to"),
        (GOOD + GOOD, "zwei Fassungen"),
    ],
)
def test_an_unreadable_pack_is_named_in_german(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "xx.toml"
    path.write_text(text)
    with pytest.raises(RulePackError, match=reason):
        load_rules(str(path), date(2020, 6, 1))


def test_an_unknown_land_or_file_is_named() -> None:
    with pytest.raises(RulePackError, match="Vorhanden: ni"):
        load_rules("zz", date(2026, 1, 1))
    with pytest.raises(RulePackError, match="öffnen"):
        load_rules("nirgends.toml", date(2026, 1, 1))
