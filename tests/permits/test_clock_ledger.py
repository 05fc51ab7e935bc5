"""The arithmetic of the ledger, without a database. Days were counted by hand on the calendars in the comments."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.clock_ledger import ClockRun, Entry, Tally, tally
from permits.deadlines import Length, public_holidays

NI = public_holidays("ni")
NO_HOLIDAYS: frozenset[dt.date] = frozenset()


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def counted(*entries: Entry, shifts: bool = True) -> Tally:
    return tally(entries, holidays=NI, shifts=shifts)


START = Entry("start", day("2026-09-01"), Length(months=3))  # Tuesday; ends Tuesday 1 December 2026


def test_an_empty_ledger_has_not_started() -> None:
    count = counted()
    assert (count.run, count.due_on, count.used(day("2026-09-01")), count.left(day("2026-09-01"))) == (
        ClockRun.NOT_STARTED,
        None,
        0,
        None,
    )
    assert ClockRun.NOT_STARTED.label == "nicht begonnen"


def test_the_day_of_the_event_does_not_count() -> None:
    count = counted(START)
    assert count.due_on == day("2026-12-01")
    assert count.used(day("2026-09-01")) == 0
    assert count.used(day("2026-09-02")) == 1
    # 30 − 1 days of September, 31 of October, 30 of November, 1 of December.
    assert count.left(day("2026-09-01")) == 91
    assert count.left(day("2026-12-01")) == 0
    assert count.left(day("2026-12-02")) == -1


def test_a_clock_that_starts_in_the_future_has_used_nothing() -> None:
    assert counted(START).used(day("2026-08-20")) == 0
    assert counted(START).left(day("2026-08-20")) == 103


def test_paused_days_are_given_back_one_by_one() -> None:
    # Paused from 1 October, runs again from 15 October: 14 days. 1 December + 14 = Tuesday 15 December.
    count = counted(START, Entry("pause", day("2026-10-01")), Entry("resume", day("2026-10-15")))
    assert count.due_on == day("2026-12-15")
    assert count.paused_days == 14
    assert count.used(day("2026-10-14")) == 29  # 2 to 30 September
    assert count.used(day("2026-10-15")) == 30
    assert count.left(day("2026-10-15")) == 61


def test_a_paused_clock_stands_still_and_has_no_end() -> None:
    count = counted(START, Entry("pause", day("2026-10-01")))
    assert count.run == ClockRun.PAUSED
    assert count.due_on is None
    for asked in ("2026-10-01", "2026-10-20", "2027-03-01"):
        assert count.used(day(asked)) == 29  # 2 to 30 September
        assert count.left(day(asked)) == 62  # 1 October to 1 December


def test_a_pause_resumed_on_the_same_day_changes_nothing() -> None:
    count = counted(START, Entry("pause", day("2026-10-01")), Entry("resume", day("2026-10-01")))
    assert (count.due_on, count.paused_days) == (day("2026-12-01"), 0)


def test_a_pause_on_the_day_of_the_start_gives_back_only_days_that_would_have_counted() -> None:
    # 1 September does not count anyway; 2 to 4 September are given back: 4 December 2026, a Friday.
    count = counted(START, Entry("pause", day("2026-09-01")), Entry("resume", day("2026-09-05")))
    assert (count.paused_days, count.due_on) == (3, day("2026-12-04"))
    assert count.used(day("2026-09-05")) == 1


def test_two_pauses_add_up() -> None:
    count = counted(
        START,
        Entry("pause", day("2026-10-01")),
        Entry("resume", day("2026-10-11")),
        Entry("pause", day("2026-10-11")),
        Entry("resume", day("2026-10-16")),
    )
    # 10 + 5 days: 16 December 2026, a Wednesday.
    assert (count.paused_days, count.due_on) == (15, day("2026-12-16"))


def test_an_end_moved_by_a_pause_onto_a_holiday_moves_on() -> None:
    # 24 days of pause: 25 December 2026 → Monday 28.
    count = counted(START, Entry("pause", day("2026-10-01")), Entry("resume", day("2026-10-25")))
    assert (count.end, count.due_on) == (day("2026-12-25"), day("2026-12-28"))


def test_a_clock_without_paragraph_193_keeps_its_sunday() -> None:
    # 22 September + 2 months = Sunday 22 November 2026.
    start = Entry("start", day("2026-09-22"), Length(months=2))
    assert counted(start, shifts=False).due_on == day("2026-11-22")
    assert counted(start).due_on == day("2026-11-23")


def test_an_extension_lengthens_from_the_end_as_it_counts() -> None:
    # Saturday 5 December → Monday 7 December; + 3 weeks = Monday 28 December.
    start = Entry("start", day("2026-11-05"), Length(months=1))
    count = counted(start, Entry("extend", day("2026-11-20"), Length(weeks=3)))
    assert (count.due_on, count.extensions) == (day("2026-12-28"), 1)


def test_an_extension_during_a_pause_is_kept_on_resuming() -> None:
    count = counted(
        START,
        Entry("pause", day("2026-10-01")),
        Entry("extend", day("2026-10-05"), Length(months=1)),
        Entry("resume", day("2026-10-15")),
    )
    # 1 December + 1 month = 1 January 2027; + 14 days = Friday 15 January.
    assert count.due_on == day("2027-01-15")
    assert count.unextended_end == day("2026-12-15")


def test_a_restart_begins_anew() -> None:
    count = counted(
        START,
        Entry("pause", day("2026-10-01")),
        Entry("restart", day("2026-11-02"), Length(months=3)),
    )
    # 2 February 2027 is a Tuesday; nothing of the first run is left.
    assert (count.run, count.started_on, count.due_on) == (ClockRun.RUNNING, day("2026-11-02"), day("2027-02-02"))
    assert (count.paused_days, count.extensions, count.used(day("2026-11-04"))) == (0, 0, 2)


def test_a_stop_freezes_all_figures() -> None:
    count = counted(START, Entry("stop", day("2026-10-01")))
    assert count.run == ClockRun.STOPPED
    for asked in ("2026-10-01", "2026-12-24"):
        assert (count.used(day(asked)), count.left(day(asked))) == (30, 61)
    assert count.due_on == day("2026-12-01")


def test_a_clock_stopped_while_paused_keeps_the_figures_of_the_pause() -> None:
    count = counted(START, Entry("pause", day("2026-10-01")), Entry("stop", day("2026-11-01")))
    assert (count.used(day("2026-12-24")), count.left(day("2026-12-24")), count.due_on) == (29, 62, None)


def test_a_clock_without_a_length_runs_without_an_end() -> None:
    count = counted(
        Entry("start", day("2026-09-01")),
        Entry("pause", day("2026-09-05")),
        Entry("resume", day("2026-09-08")),
    )
    assert (count.due_on, count.left(day("2026-09-10"))) == (None, None)
    assert count.used(day("2026-09-10")) == 6  # 2, 3, 4, 8, 9 and 10 September
    assert count.extended(Length(days=3)) is None


def test_an_unknown_event_is_refused() -> None:
    with pytest.raises(ValueError, match="Unbekanntes Fristereignis: hop"):
        counted(Entry("hop", day("2026-09-01")))


@given(
    start=st.dates(min_value=dt.date(2024, 1, 1), max_value=dt.date(2030, 12, 31)),
    months=st.integers(2, 24),
    gaps=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 40)), max_size=5),
    asked=st.integers(0, 900),
)
def test_used_and_left_always_make_up_the_whole_period(
    start: dt.date, months: int, gaps: list[tuple[int, int]], asked: int
) -> None:
    """Without § 193 BGB: used + left = nominal length, on any day after the last event."""
    entries = [Entry("start", start, Length(months=months))]
    now = start
    for running, paused in gaps:
        now += dt.timedelta(days=running)
        entries.append(Entry("pause", now))
        now += dt.timedelta(days=paused)
        entries.append(Entry("resume", now))
    whole = tally(entries[:1], holidays=NO_HOLIDAYS, shifts=False).left(start)
    count = tally(entries, holidays=NO_HOLIDAYS, shifts=False)
    day_asked = now + dt.timedelta(days=asked)
    left = count.left(day_asked)
    assert left is not None
    assert count.used(day_asked) + left == whole
    # Every calendar day after the start is either used or given back.
    assert count.used(day_asked) + count.paused_days == (day_asked - start).days


@given(paused=st.integers(0, 100), after=st.integers(0, 60))
def test_resuming_gives_back_exactly_the_days_that_a_pause_took(paused: int, after: int) -> None:
    pause = Entry("pause", START.on + dt.timedelta(days=1 + after))
    resume = Entry("resume", pause.on + dt.timedelta(days=paused))
    standing = tally([START, pause], holidays=NO_HOLIDAYS, shifts=False)
    running = tally([START, pause, resume], holidays=NO_HOLIDAYS, shifts=False)
    eve = resume.on - dt.timedelta(days=1)
    assert running.left(eve) == standing.left(resume.on)
    assert running.used(max(eve, START.on)) == standing.used(resume.on)
