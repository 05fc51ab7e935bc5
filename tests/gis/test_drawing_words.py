"""Words of drawings: what is counted in the singular, and lines that end where a reader expects it."""

from itertools import pairwise

import pytest

from gis.drawing import draw_result
from gis.drawing.text import text_width, wrapped
from gis.wording import counted
from tests.gis.builders import box, feature, layer, plan, run


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Freizuhaltender Abstand 3,70 m", "3,70 m"),
        ("Fläche der Baulast 120,5 m² und mehr", "120,5 m²"),
        ("Abstand nach § 5 Abs. 8 NBauO", "§ 5 Abs. 8"),
        ("Baugrundstück, Flur 6", "Flur 6"),
    ],
)
def test_no_line_of_a_legend_ends_within_what_belongs_together(text: str, kept: str) -> None:
    for width in range(5, 70):
        lines = wrapped(text, float(width), 2.5)
        assert " ".join(lines) == text
        assert any(kept in line for line in lines), width


def test_lines_are_as_long_as_the_width_allows() -> None:
    lines = wrapped("ein langer Text mit 3 Wörtern und m als Wort", 20.0, 2.5)
    assert " ".join(lines) == "ein langer Text mit 3 Wörtern und m als Wort"
    assert all(text_width(line, 2.5) <= 20.0 for line in lines)
    assert all(text_width(f"{line} {following.split()[0]}", 2.5) > 20.0 for line, following in pairwise(lines))


def test_no_text_takes_no_line() -> None:
    assert wrapped("", 20.0, 2.5) == wrapped(" ", 20.0, 2.5) == []


def test_one_is_named_in_the_singular_and_eleven_are_not() -> None:
    assert counted(1, "Wohnungen") == "1 Wohnung"
    assert counted(11, "Wohnungen") == "11 Wohnungen"
    assert counted(1.0, "Vollgeschosse") == "1 Vollgeschoss"
    assert counted(11, "Vollgeschosse") == "11 Vollgeschosse"
    assert counted(1, "Treffer") == "1 Treffer"


def test_a_drawing_of_one_dwelling_says_so() -> None:
    house = plan(feature(box(5, 8, 15, 20), id="1", dwellings=1))
    parcels = layer("parcels", [box(0, 0, 20, 30)], {"parcel_id": ["A"]})
    svg = draw_result(house, {"parcels": parcels}, run("demand", house, parcels=parcels)).svg
    assert "ermittelt 1 Wohnung, maßgeblich 5 Wohnungen" in svg
    assert ">1 Wohnung<" in svg
