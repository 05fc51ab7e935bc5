"""German dates, numbers and amounts, and what stays on one line."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from reports import formatting as f
from reports.template_filters import paragraphs
from reports.typography import bind, break_endless_words

NBSP = "\u00a0"


def test_dates_count_on_the_day_in_berlin() -> None:
    new_year = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert f.german_date(new_year) == f"1.{NBSP}Januar{NBSP}2027"
    assert f.short_date(new_year) == "01.01.2027"
    assert f.german_moment(new_year) == f"1.{NBSP}Januar{NBSP}2027, 00:30{NBSP}Uhr"
    assert f.german_date(date(2026, 3, 5)) == f"5.{NBSP}März{NBSP}2026"


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        f.german_moment(datetime(2026, 1, 1))  # noqa: DTZ001


def test_numbers_are_rounded_half_up_and_grouped() -> None:
    assert f.euros(Decimal("4957.405")) == f"4.957,41{NBSP}€"
    assert f.square_metres(1234.5) == f"1.235{NBSP}m²"
    assert f.metres(2.675) == f"2,68{NBSP}m"
    assert f.german_number(-1234567.891, 1) == "-1.234.567,9"
    assert [f.file_size(size) for size in (0, 12, 999, 1_400_000, 2_000)] == [
        f"0{NBSP}Byte",
        f"12{NBSP}Byte",
        f"999{NBSP}Byte",
        f"1,4{NBSP}MB",
        f"2,0{NBSP}kB",
    ]
    assert [f.file_size(size) for size in (999_949, 999_950, 999_949_999, 999_950_000)] == [
        f"999,9{NBSP}kB",
        f"1,0{NBSP}MB",
        f"999,9{NBSP}MB",
        f"1,0{NBSP}GB",
    ]


def test_law_units_and_abbreviations_stay_together() -> None:
    text = "nach § 5 Abs. 2 Satz 1 Nr. 3 NBauO, z. B. 3,00 m und 48 m² um 12 Uhr; 5 mal"
    assert bind(text).replace(NBSP, "~") == (
        "nach §~5~Abs.~2 Satz~1 Nr.~3 NBauO, z.~B. 3,00~m und 48~m² um 12~Uhr; 5 mal"
    )
    text = "§§ 5 ff. i. V. m. Abs. 2 Buchst. a, Flurstück 17/4, 18. Dezember 2026, Dr. Vogt, 0511 5550-231 – heute"
    assert bind(text).replace(NBSP, "~") == (
        "§§~5~ff. i.~V.~m. Abs.~2 Buchst.~a, Flurstück~17/4, 18.~Dezember~2026, Dr.~Vogt, 0511~5550-231~– heute"
    )


def test_a_paragraph_stays_with_its_subsection() -> None:
    text = "§ 31 Abs. 2 BauGB, § 2 Abs. 12, § 6a Abs. 1, Art. 6 Abs. 1 und §§ 31, 32 Abs. 2"
    assert bind(text).replace(NBSP, "~") == (
        "§~31~Abs.~2 BauGB, §~2~Abs.~12, §~6a~Abs.~1, Art.~6~Abs.~1 und §§~31, 32 Abs.~2"
    )


def test_ratios_of_building_law_stay_with_their_number() -> None:
    text = "Die GRZ I (GRZ / I, GRZ / II) und die GRZ I / II bei GFZ 0,80; GRZ und IV. Teil"
    assert bind(text).replace(NBSP, "~") == (
        "Die GRZ~I (GRZ~/~I, GRZ~/~II) und die GRZ~I~/~II bei GFZ~0,80; GRZ und IV. Teil"
    )


def test_a_short_last_word_takes_the_word_before_it_along() -> None:
    html = "<p>Wir entscheiden wie folgt.</p><li><strong>Der Antrag ist <b>da.</b></strong></li><td>nicht so</td>"
    assert bind(html).replace(NBSP, "~") == html.replace("wie folgt", "wie~folgt")
    assert bind("<li>ein <strong>Wort hier.</strong></li>").replace(NBSP, "~").endswith("Wort~hier.</strong></li>")


def test_endless_words_are_marked_in_texts_and_not_in_attributes() -> None:
    html = f'<img alt="{"a" * 200}"><p>{"b" * 200} {"c" * 64}</p>'
    marked = break_endless_words(html)
    assert marked == html.replace("b" * 200, f'<span class="endless">{"b" * 200}</span>')


def test_paragraphs_are_parted_by_empty_lines() -> None:
    assert paragraphs("eins\r\n\r\nzwei\nzwei\n \n\ndrei\n") == ["eins", "zwei\nzwei", "drei"]
