"""Date arithmetic of §§ 187–193 BGB. Expected days were counted by hand on the calendar printed beside them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.deadlines import (
    Length,
    NotificationRule,
    deemed_withdrawal_day,
    extended_end,
    holiday_names,
    is_working_day,
    next_working_day,
    nominal_end,
    notified_on,
    period_end,
    public_holidays,
    remedy_end,
    retrieval_deadline,
)

NI = public_holidays("ni")
MONTH = Length(months=1)
RULES = {
    "post": NotificationRule("provided", 4, shifts=False),
    "shifting_post": NotificationRule("provided", 4, shifts=True),
    "portal": NotificationRule("retrieved", 1, shifts=False, retrieve_within=Length(days=10)),
}


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("event", "length", "nominal", "end"),
    [
        # 31 January + 1 month: February 2027 has 28 days (§ 188 (3)); the 28th is a Sunday → Monday 1 March.
        ("2027-01-31", MONTH, "2027-02-28", "2027-03-01"),
        # Leap year 2028: 29 February is a Tuesday.
        ("2028-01-31", MONTH, "2028-02-29", "2028-02-29"),
        # … and back: 29 February + 1 month is 29 March (Wednesday), not the end of March.
        ("2028-02-29", MONTH, "2028-03-29", "2028-03-29"),
        # 29 February 2028 + 1 year: 28 February 2029, a Wednesday.
        ("2028-02-29", Length(years=1), "2029-02-28", "2029-02-28"),
        # 30 November + 3 months over the year's end: 28 February 2027 is a Sunday → Monday.
        ("2026-11-30", Length(months=3), "2027-02-28", "2027-03-01"),
        # Christmas 2026: Fri 25 and Sat 26 December are holidays, Sun 27 → Monday 28.
        ("2026-11-25", MONTH, "2026-12-25", "2026-12-28"),
        # Christmas 2025: Thu 25, Fri 26 holidays, Sat 27, Sun 28 → Monday 29, four days on.
        ("2025-12-11", Length(weeks=2), "2025-12-25", "2025-12-29"),
        # Good Friday 3 April 2026 to Easter Monday 6 April → Tuesday 7.
        ("2026-03-03", MONTH, "2026-04-03", "2026-04-07"),
        # Ascension Day, Thursday 14 May 2026 → Friday 15, a working day.
        ("2026-04-14", MONTH, "2026-05-14", "2026-05-15"),
        # Whit Monday 25 May 2026 → Tuesday.
        ("2026-04-25", MONTH, "2026-05-25", "2026-05-26"),
        # Whit Sunday 24 May 2026 → over Whit Monday to Tuesday.
        ("2026-05-03", Length(weeks=3), "2026-05-24", "2026-05-26"),
        # Reformation Day 31 October 2025 is a Friday → Monday 3 November.
        ("2025-09-30", Length(days=31), "2025-10-31", "2025-11-03"),
        # Year's end: 31 December is a working day (Thursday 2026) and stays.
        ("2026-11-30", Length(days=31), "2026-12-31", "2026-12-31"),
        # New Year's Day 2027 is a Friday → Monday 4 January.
        ("2026-12-01", MONTH, "2027-01-01", "2027-01-04"),
        # German Unity Day 3 October 2026 is a Saturday → Monday 5.
        ("2026-07-03", Length(months=3), "2026-10-03", "2026-10-05"),
        # Three months from Sunday 22 November 2026: 22 February 2027 is a Monday. The event day may be a Sunday.
        ("2026-11-22", Length(months=3), "2027-02-22", "2027-02-22"),
        # Mixed length: 31 January + 1 month = 28 February (Sunday), + 14 days = Sunday 14 March → Monday.
        ("2027-01-31", Length(months=1, days=14), "2027-03-14", "2027-03-15"),
        # 13 months, and 1 year and 1 month, are the same: 22 December 2027 is a Wednesday.
        ("2026-11-22", Length(months=13), "2027-12-22", "2027-12-22"),
        ("2026-11-22", Length(years=1, months=1), "2027-12-22", "2027-12-22"),
    ],
)
def test_a_period_ends_where_the_calendar_says(event: str, length: Length, nominal: str, end: str) -> None:
    assert nominal_end(day(event), length) == day(nominal)
    assert period_end(day(event), length, holidays=NI) == day(end)


def test_a_period_to_which_paragraph_193_does_not_apply_stays_on_a_sunday() -> None:
    assert period_end(day("2027-01-31"), MONTH, holidays=NI, shifts=False) == day("2027-02-28")


@pytest.mark.parametrize(
    ("end", "extension", "expected"),
    [
        # Friday 4 December 2026 + 3 weeks = Friday 25 December, a holiday → Monday 28.
        ("2026-12-04", Length(weeks=3), "2026-12-28"),
        # The old end is Saturday 5 December; the extension is counted from Monday 7: + 1 week = Monday 14.
        ("2026-12-05", Length(weeks=1), "2026-12-14"),
    ],
)
def test_an_extension_is_counted_from_the_end_of_the_old_period(end: str, extension: Length, expected: str) -> None:
    assert extended_end(day(end), extension, holidays=NI) == day(expected)


def test_an_extension_without_paragraph_193_is_counted_from_the_nominal_end() -> None:
    # Saturday 5 December 2026 + 1 week = Saturday 12 December.
    assert extended_end(day("2026-12-05"), Length(weeks=1), holidays=NI, shifts=False) == day("2026-12-12")


def test_reformation_day_is_a_holiday_in_lower_saxony_since_2018() -> None:
    assert day("2018-10-31") in NI
    assert day("2026-10-31") in NI
    assert day("2016-10-31") not in NI
    assert day("2017-10-31") in NI  # once for all Germany: 500 years of the Reformation
    assert holiday_names("NI", 2026)[day("2026-10-31")] == "Reformationstag"


def test_lower_saxony_keeps_neither_corpus_christi_nor_all_saints() -> None:
    assert day("2026-06-04") not in NI
    assert day("2026-11-01") not in NI  # a Sunday, and no holiday
    assert day("2027-11-01") not in NI
    assert is_working_day(day("2027-11-01"), NI)


def test_what_is_no_date_is_no_holiday() -> None:
    assert "2026-12-25" not in NI


def test_an_unknown_land_has_no_holidays_and_says_so() -> None:
    with pytest.raises(ValueError, match="Für das Land „atlantis“ sind keine Feiertage bekannt"):
        public_holidays("atlantis")


def test_the_same_day_may_be_a_holiday_in_one_land_and_not_in_another() -> None:
    assert day("2026-06-04") in public_holidays("nw")  # Corpus Christi


# ---- Notification (§ 41 VwVfG, § 9 OZG)


def test_a_posted_notice_counts_as_notified_on_the_fourth_day() -> None:
    # Posted Monday 16 November 2026 → Friday 20.
    told = notified_on("post", provided_on=day("2026-11-16"), rules=RULES, holidays=NI)
    assert told.day == told.literal == told.shifted == day("2026-11-20")
    assert not told.disputed


def test_both_readings_are_given_where_the_fourth_day_is_a_sunday() -> None:
    # Posted Wednesday 18 November 2026 → Sunday 22; the other reading: Monday 23.
    told = notified_on("post", provided_on=day("2026-11-18"), rules=RULES, holidays=NI)
    assert (told.day, told.literal, told.shifted) == (day("2026-11-22"), day("2026-11-22"), day("2026-11-23"))
    assert told.disputed


def test_the_rule_decides_which_reading_counts() -> None:
    told = notified_on("shifting_post", provided_on=day("2026-11-18"), rules=RULES, holidays=NI)
    assert told.day == day("2026-11-23")


def test_a_fetched_notice_counts_as_notified_on_the_next_day() -> None:
    # Fetched on New Year's Eve → notified on New Year's Day; the other reading: Monday 4 January.
    told = notified_on("portal", retrieved_on=day("2026-12-31"), rules=RULES, holidays=NI)
    assert (told.day, told.shifted) == (day("2027-01-01"), day("2027-01-04"))


def test_a_notice_that_was_not_fetched_is_not_notified() -> None:
    with pytest.raises(ValueError, match="ohne den Tag von Abruf nicht fest"):
        notified_on("portal", provided_on=day("2026-11-16"), rules=RULES, holidays=NI)


def test_a_notice_that_was_not_posted_is_not_notified() -> None:
    with pytest.raises(ValueError, match="Absendung oder Bereitstellung"):
        notified_on("post", retrieved_on=day("2026-11-16"), rules=RULES, holidays=NI)


def test_a_channel_without_a_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="Zustellweg „fax“"):
        notified_on("fax", provided_on=day("2026-11-16"), rules=RULES, holidays=NI)


def test_retrieval_is_possible_until_the_tenth_day() -> None:
    # Provided Monday 16 November 2026 → Thursday 26; provided Wednesday 18 → Saturday 28 → Monday 30.
    assert retrieval_deadline(day("2026-11-16"), RULES["portal"], holidays=NI) == day("2026-11-26")
    assert retrieval_deadline(day("2026-11-18"), RULES["portal"], holidays=NI) == day("2026-11-30")


def test_post_has_no_time_for_retrieval() -> None:
    assert retrieval_deadline(day("2026-11-16"), RULES["post"], holidays=NI) is None


def test_the_remedy_ends_a_month_after_notification() -> None:
    # Notified Friday 20 November 2026 → Sunday 20 December → Monday 21.
    assert remedy_end(day("2026-11-20"), MONTH, holidays=NI) == day("2026-12-21")


def test_an_application_counts_as_withdrawn_the_day_after_three_more_weeks() -> None:
    # Due Monday 7 December 2026 → + 3 weeks = Monday 28 December, the last day → withdrawn from Tuesday 29.
    assert deemed_withdrawal_day(day("2026-12-07"), Length(weeks=3), holidays=NI) == day("2026-12-29")
    # Due Friday 4 December → Friday 25 December, a holiday → Monday 28 → withdrawn from Tuesday 29, too.
    assert deemed_withdrawal_day(day("2026-12-04"), Length(weeks=3), holidays=NI) == day("2026-12-29")


# ---- Lengths


def test_a_length_reads_as_german_words() -> None:
    assert str(Length(months=3)) == "3 Monate"
    assert str(Length(weeks=1)) == "1 Woche"
    assert str(Length(years=1, months=2, days=1)) == "1 Jahr, 2 Monate und 1 Tag"


def test_a_length_reads_right_after_a_preposition() -> None:
    assert f"innerhalb von {Length(months=1).dative}" == "innerhalb von einem Monat"
    assert Length(months=3).dative == "3 Monaten"
    assert Length(years=1, weeks=2, days=10).dative == "einem Jahr, 2 Wochen und 10 Tagen"


@pytest.mark.parametrize("data", [{}, {"days": 0}, {"days": -1}, {"days": 1.5}, {"days": "3"}, {"days": True}])
def test_what_is_no_length_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="Länge aus ganzen"):
        Length.from_data(data)


def test_an_unknown_unit_is_named() -> None:
    with pytest.raises(ValueError, match="Unbekannte Einheit einer Frist: hours"):
        Length.from_data({"hours": 24})


# ---- Properties

days = st.dates(min_value=dt.date(2000, 1, 1), max_value=dt.date(2090, 12, 31))
lengths = st.builds(
    Length,
    years=st.integers(0, 3),
    months=st.integers(0, 30),
    weeks=st.integers(0, 10),
    days=st.integers(1, 60),
)


@given(lengths)
def test_a_length_survives_the_way_through_the_ledger(length: Length) -> None:
    assert Length.from_data(length.to_data()) == length


@given(days, lengths)
def test_a_period_ends_on_a_working_day_at_most_a_week_after_its_nominal_end(event: dt.date, length: Length) -> None:
    nominal, end = nominal_end(event, length), period_end(event, length, holidays=NI)
    assert event < nominal <= end <= nominal + dt.timedelta(days=6)
    assert is_working_day(end, NI)
    assert all(not is_working_day(nominal + dt.timedelta(days=n), NI) for n in range((end - nominal).days))


@given(days, st.integers(1, 400))
def test_a_later_event_never_ends_earlier(event: dt.date, months: int) -> None:
    length = Length(months=months % 36 + 1)
    later = event + dt.timedelta(days=1)
    assert period_end(event, length, holidays=NI) <= period_end(later, length, holidays=NI)


@given(days, st.integers(1, 60))
def test_a_month_keeps_the_day_number_or_takes_the_last_day(event: dt.date, months: int) -> None:
    end = nominal_end(event, Length(months=months))
    assert (end.year * 12 + end.month) - (event.year * 12 + event.month) == months
    last_of_month = (end + dt.timedelta(days=1)).month != end.month
    assert end.day == event.day or (end.day < event.day and last_of_month)


@given(days, st.integers(1, 200))
def test_weeks_keep_the_weekday(event: dt.date, weeks: int) -> None:
    assert nominal_end(event, Length(weeks=weeks)).weekday() == event.weekday()
    assert nominal_end(event, Length(weeks=weeks)) == nominal_end(event, Length(days=7 * weeks))


@given(days)
def test_moving_on_to_a_working_day_happens_once(moved: dt.date) -> None:
    assert next_working_day(next_working_day(moved, NI), NI) == next_working_day(moved, NI)
