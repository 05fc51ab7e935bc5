"""The clock ledger in the database: legal order, law's limits, audit, and what the clocks of a case say."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from permits.clock_ledger import ClockRun
from permits.deadlines import Length
from permits.law import LawPackError
from permits.models import AuditEvent, ClockEvent, PermitAuthority, PermitCase, Proposal, User
from permits.selectors.clock import clock_state, clocks_of, law_of, permit_fiction_applies
from permits.services.clock import ClockSequenceError, record_clock_event

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today() -> Iterator[time_machine.Traveller]:
    """It is Sunday, 22 November 2026, ten in the morning in Berlin."""
    with time_machine.travel(dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC), tick=False) as clock:
        yield clock


@pytest.fixture
def officer() -> User:
    return User.objects.create_user(
        email="olga@musterstadt.example", password="x", given_name="Olga", family_name="Ott"
    )


@pytest.fixture
def case(officer: User) -> PermitCase:
    """A single-family house in the simplified procedure, submitted on 1 September 2026."""
    authority = PermitAuthority.objects.create(slug="musterstadt", name="Stadt Musterstadt", number_prefix="MS")
    case = PermitCase.objects.create(
        authority=authority,
        procedure="VG",
        status="assessment",
        created_by=officer,
        submitted_at=dt.datetime(2026, 9, 1, 8, tzinfo=dt.UTC),
    )
    Proposal.objects.create(
        case=case, title="Einfamilienhaus", measure_codes=["11"], is_residential=True, is_special_building=False
    )
    return case


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


class Book:
    """Writes events of one clock, by the officer."""

    def __init__(self, case: PermitCase, by: User, clock: str = "permit_fiction", subject: str = "") -> None:
        self.case, self.by, self.clock, self.subject = case, by, clock, subject

    def __call__(self, kind: str, on: str, length: Length | None = None, **more: str) -> ClockEvent:
        return record_clock_event(
            case=self.case,
            clock=self.clock,
            kind=kind,
            on=day(on),
            by=self.by,
            length=length,
            subject=self.subject,
            **more,
        )

    def refused(self, kind: str, on: str, length: Length | None = None) -> str:
        before = ClockEvent.objects.count()
        with pytest.raises(ClockSequenceError) as caught:
            self(kind, on, length)
        assert ClockEvent.objects.count() == before
        return str(caught.value)


@pytest.fixture
def book(case: PermitCase, officer: User) -> Book:
    return Book(case, officer)


# ---- Recording


def test_a_start_takes_length_and_basis_from_the_law(book: Book) -> None:
    event = book("start", "2026-09-01")
    assert event.length == {"months": 3}
    assert event.legal_basis == "§ 70a NBauO, § 42a Abs. 2 VwVfG"
    assert event.recorded_at == dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)


def test_every_event_is_in_the_audit_log_of_the_case(book: Book, officer: User) -> None:
    event = book("start", "2026-09-01", note="Letzte Unterlage am 1. September")
    logged = AuditEvent.objects.get(type="clock.recorded")
    assert logged.chain.case == book.case
    assert logged.actor == officer.uuid
    assert logged.subject == {
        "clock_event": str(event.uuid),
        "clock": "permit_fiction",
        "kind": "start",
        "of": "",
    }
    assert logged.payload.data["length"] == {"months": 3}
    assert logged.payload.data["note"] == "Letzte Unterlage am 1. September"


def test_the_system_may_write_too(case: PermitCase) -> None:
    event = record_clock_event(case=case, clock="formal_check", kind="start", on=day("2026-09-01"), by=None)
    assert event.by is None


def test_a_basis_of_its_own_is_kept(book: Book) -> None:
    book("start", "2026-09-01")
    assert book("pause", "2026-10-01", legal_basis="§ 15 Abs. 1 BauGB").legal_basis == "§ 15 Abs. 1 BauGB"


def test_the_database_refuses_to_change_or_delete_an_event(book: Book) -> None:
    event = book("start", "2026-09-01")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        ClockEvent.objects.filter(pk=event.pk).update(on=day("2026-09-02"))
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        ClockEvent.objects.filter(pk=event.pk).delete()


@pytest.mark.parametrize("kind", ["pause", "resume", "extend", "restart", "stop"])
def test_nothing_comes_before_the_start(book: Book, kind: str) -> None:
    assert "die Frist ist im Stand „nicht begonnen“" in book.refused(kind, "2026-09-01", None)


def test_a_clock_starts_once(book: Book) -> None:
    book("start", "2026-09-01")
    assert "„Beginn“ ist nicht möglich, die Frist ist im Stand „läuft“" in book.refused("start", "2026-09-02")


def test_a_clock_pauses_once_and_resumes_once(book: Book) -> None:
    book("start", "2026-09-01")
    assert "im Stand „läuft“" in book.refused("resume", "2026-09-02")
    book("pause", "2026-10-01")
    assert "im Stand „gehemmt“" in book.refused("pause", "2026-10-02")


def test_a_stopped_clock_only_restarts(book: Book) -> None:
    book("start", "2026-09-01")
    book("stop", "2026-10-01")
    for kind in ("start", "pause", "resume", "extend", "stop"):
        assert "im Stand „beendet“" in book.refused(kind, "2026-10-02", None)
    assert book("restart", "2026-11-02").length == {"months": 3}


def test_an_event_never_lies_before_the_one_before_it(book: Book) -> None:
    book("start", "2026-09-01")
    assert book.refused("pause", "2026-08-31").endswith(
        "Der 31.08.2026 liegt vor dem letzten Fristereignis vom 01.09.2026."
    )


def test_only_a_beginning_may_lie_in_the_future(case: PermitCase, officer: User) -> None:
    remedy = Book(case, officer, "remedy", "a1")
    remedy("start", "2026-11-23")  # notified tomorrow
    assert "nicht für einen künftigen Tag" in remedy.refused("stop", "2026-11-24")


def test_a_period_that_has_ended_is_not_paused(book: Book) -> None:
    # 20 August + 3 months = Friday 20 November 2026, the day before yesterday.
    book("start", "2026-08-20")
    assert book.refused("pause", "2026-11-21").endswith("ist am 20.11.2026 abgelaufen.")


def test_it_may_be_paused_on_its_last_day(book: Book) -> None:
    book("start", "2026-08-20")
    assert book("pause", "2026-11-20").kind == "pause"


def test_a_length_fixed_by_law_is_not_replaced(book: Book) -> None:
    assert "gesetzlich bestimmt (3 Monate)" in book.refused("start", "2026-09-01", Length(months=4))
    assert book("start", "2026-09-01", Length(months=3)).length == {"months": 3}


def test_an_event_without_a_length_takes_none(book: Book) -> None:
    book("start", "2026-09-01")
    assert "hat keine Länge" in book.refused("pause", "2026-10-01", Length(days=3))


def test_an_unknown_clock_is_refused(case: PermitCase, officer: User) -> None:
    with pytest.raises(LawPackError, match="keinen Wert „hop“"):
        Book(case, officer, "hop")("start", "2026-09-01")


# ---- Extending


def test_the_permit_fiction_is_extended_once_and_in_time(book: Book) -> None:
    book("start", "2026-09-01")
    assert "braucht eine Länge" in book.refused("extend", "2026-11-20")
    event = book("extend", "2026-11-20", Length(months=1))
    assert event.legal_basis == "§ 42a Abs. 2 Satz 3 und 4 VwVfG"
    # 1 December + 1 month = Friday 1 January 2027 → Monday 4 January.
    assert clock_state(book.case, "permit_fiction").due_on == day("2027-01-04")
    assert "nicht öfter als 1-mal" in book.refused("extend", "2026-11-21", Length(weeks=1))


def test_the_permit_fiction_is_not_extended_after_its_end(book: Book) -> None:
    book("start", "2026-08-20")
    assert "abgelaufen" in book.refused("extend", "2026-11-21", Length(months=1))


def test_an_information_request_is_extended_by_three_weeks_at_most(case: PermitCase, officer: User) -> None:
    request = Book(case, officer, "information_request", "r1")
    # Friday 6 November + 4 weeks = Friday 4 December; + 3 weeks = Friday 25 December → Monday 28: 24 days.
    request("start", "2026-11-06", Length(weeks=4))
    assert "um höchstens 3 Wochen" in request.refused("extend", "2026-11-20", Length(days=25))
    request("extend", "2026-11-20", Length(days=24))
    assert clock_state(case, "information_request", "r1").due_on == day("2026-12-28")


def test_a_time_set_by_the_authority_may_be_extended_after_its_end(case: PermitCase, officer: User) -> None:
    request = Book(case, officer, "information_request", "r1")
    request("start", "2026-11-02", Length(weeks=2))  # Monday 16 November
    request("extend", "2026-11-18", Length(weeks=1))
    assert clock_state(case, "information_request", "r1").due_on == day("2026-11-23")


def test_some_clocks_are_never_extended(case: PermitCase, officer: User) -> None:
    remedy = Book(case, officer, "remedy")
    remedy("start", "2026-11-20")
    assert "lässt sich nicht verlängern" in remedy.refused("extend", "2026-11-21", Length(weeks=1))


def test_an_extension_without_a_number_of_times_is_open(case: PermitCase, officer: User) -> None:
    hearing = Book(case, officer, "hearing")
    hearing("start", "2026-11-02")
    hearing("extend", "2026-11-16", Length(weeks=1))
    hearing("extend", "2026-11-20", Length(weeks=1))
    state = clock_state(case, "hearing")
    # Monday 2 November + 2 + 1 + 1 weeks = Monday 30 November.
    assert (state.due_on, state.extensions, state.legal_basis) == (day("2026-11-30"), 2, "§ 31 Abs. 7 VwVfG")


def test_a_restart_keeps_the_length_that_the_authority_had_set(case: PermitCase, officer: User) -> None:
    hearing = Book(case, officer, "hearing")
    hearing("start", "2026-11-02", Length(weeks=3))
    assert hearing("restart", "2026-11-09").length == {"weeks": 3}


def test_a_clock_without_a_length_has_no_end_to_extend(case: PermitCase, officer: User) -> None:
    receipt = Book(case, officer, "acknowledgement")
    assert receipt("start", "2026-11-20").length is None
    assert "hat kein Ende, das sich verlängern ließe" in receipt.refused("extend", "2026-11-21", Length(days=1))
    state = clock_state(case, "acknowledgement")
    assert (state.due_on, state.left, state.used) == (None, None, 2)


# ---- Reading


def test_a_clock_that_never_started_says_so(case: PermitCase) -> None:
    state = clock_state(case, "permit_fiction")
    assert (state.run, state.due_on, state.used, state.left, state.events) == (ClockRun.NOT_STARTED, None, 0, None, ())
    assert state.title == "Genehmigungsfiktion"
    assert not state.is_running
    assert not state.is_over


def test_a_running_clock_tells_used_left_and_due(book: Book) -> None:
    book("start", "2026-09-01")
    state = clock_state(book.case, "permit_fiction")
    # 29 days of September, 31 of October, 22 of November; 9 to Tuesday 1 December.
    assert (state.used, state.left, state.due_on) == (82, 9, day("2026-12-01"))
    assert state.is_running
    assert state.started_on == day("2026-09-01")
    assert state.legal_basis == "§ 70a NBauO, § 42a Abs. 2 VwVfG"


def test_a_clock_is_over_the_day_after_its_last_day(book: Book, today: time_machine.Traveller) -> None:
    book("start", "2026-09-01")
    today.move_to(dt.datetime(2026, 12, 1, 22, 59, tzinfo=dt.UTC))  # 23:59 in Berlin
    assert not clock_state(book.case, "permit_fiction").is_over
    today.move_to(dt.datetime(2026, 12, 1, 23, 0, tzinfo=dt.UTC))  # midnight in Berlin
    state = clock_state(book.case, "permit_fiction")
    assert state.is_over
    assert state.left == -1


def test_a_past_day_shows_the_clock_as_it_was_then(book: Book) -> None:
    book("start", "2026-09-01")
    book("pause", "2026-10-01")
    book("resume", "2026-10-15")
    book("stop", "2026-11-20")
    then = clock_state(book.case, "permit_fiction", on=day("2026-10-10"))
    assert (then.run, then.used, then.due_on, then.nominal_due_on) == (ClockRun.PAUSED, 29, None, None)
    assert len(then.events) == 2
    later = clock_state(book.case, "permit_fiction", on=day("2026-11-01"))
    assert (later.run, later.due_on, later.paused_days) == (ClockRun.RUNNING, day("2026-12-15"), 14)
    assert clock_state(book.case, "permit_fiction").run == ClockRun.STOPPED
    assert clock_state(book.case, "permit_fiction", on=day("2026-08-01")).run == ClockRun.NOT_STARTED


def test_each_subject_has_a_clock_of_its_own(case: PermitCase, officer: User) -> None:
    Book(case, officer, "remedy", "anna")("start", "2026-11-20")
    Book(case, officer, "remedy", "bert")("start", "2026-11-23")
    # Friday 20 November + 1 month = Sunday 20 → Monday 21 December; Monday 23 → Wednesday 23 December.
    assert clock_state(case, "remedy", "anna").due_on == day("2026-12-21")
    assert clock_state(case, "remedy", "bert").due_on == day("2026-12-23")
    assert not clock_state(case, "remedy", "anna").verified


def test_all_clocks_of_a_case_take_one_query(
    book: Book, officer: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    book("start", "2026-09-01")
    Book(book.case, officer, "remedy", "anna")("start", "2026-11-20")
    Book(book.case, officer, "formal_check")("start", "2026-09-01")
    case = PermitCase.objects.select_related("authority").get(pk=book.case.pk)
    with django_assert_num_queries(1):
        states = clocks_of(case)
    assert [state.clock for state in states] == ["permit_fiction", "remedy", "formal_check"]


def test_a_clock_runs_under_the_law_of_its_first_day(case: PermitCase, officer: User) -> None:
    with pytest.raises(LawPackError, match=r"zum 30\.06\.2024"):
        Book(case, officer)("start", "2024-06-30")
    Book(case, officer)("start", "2024-07-01")
    assert clock_state(case, "permit_fiction").due_on == day("2024-10-01")


# ---- Whether the fiction applies


def answer(case: PermitCase, procedure: str = "VG", **proposal: object) -> tuple[bool | None, str]:
    case.procedure = procedure
    Proposal.objects.filter(case=case).update(
        **{
            "measure_codes": ["11"],
            "is_residential": None,
            "creates_housing": None,
            "is_special_building": False,
            "structure_code": "N-744",
            **proposal,
        }
    )
    told = permit_fiction_applies(case, law_of(case))
    return told.applies, told.reason


@pytest.mark.parametrize(
    "proposal",
    [
        {"is_residential": True},
        {"is_residential": True, "structure_code": ""},
        {"is_residential": True, "measure_codes": ["12", "13"]},
        {"creates_housing": True, "measure_codes": ["14"]},
        {"structure_code": "S-antenna", "is_residential": False},
        {"procedure": "BG", "structure_code": "S-antenna", "is_special_building": None},
    ],
)
def test_the_fiction_applies_to_housing_and_masts(case: PermitCase, proposal: dict[str, object]) -> None:
    applies, reason = answer(case, **proposal)  # type: ignore[arg-type]
    assert applies is True
    assert reason.startswith("Die Genehmigungsfiktion gilt:")


@pytest.mark.parametrize(
    "proposal",
    [
        {"is_residential": False},
        {"is_residential": False, "creates_housing": None, "measure_codes": ["11"]},
        {"is_residential": True, "creates_housing": False, "measure_codes": ["13"]},
        {"is_residential": True, "is_special_building": True},
        {"procedure": "BG", "is_residential": True},
    ],
)
def test_the_fiction_does_not_apply_to_the_rest(case: PermitCase, proposal: dict[str, object]) -> None:
    applies, reason = answer(case, **proposal)  # type: ignore[arg-type]
    assert applies is False
    assert "gehört nicht zu den Fällen" in reason


@pytest.mark.parametrize(
    ("proposal", "missing"),
    [
        ({}, "überwiegende Wohnnutzung"),
        ({"measure_codes": [], "is_residential": True}, "Art der Maßnahme"),
        ({"measure_codes": ["13"]}, "Schaffung von Wohnraum"),
        ({"is_residential": True, "is_special_building": None}, "Sonderbau"),
        ({"is_residential": False, "structure_code": ""}, "Art der baulichen Anlage"),
    ],
)
def test_what_is_not_known_is_never_a_no(case: PermitCase, proposal: dict[str, object], missing: str) -> None:
    applies, reason = answer(case, **proposal)  # type: ignore[arg-type]
    assert applies is None
    assert missing in reason


def test_without_a_proposal_nothing_is_known(case: PermitCase) -> None:
    Proposal.objects.all().delete()
    told = permit_fiction_applies(case, law_of(case))
    assert told.applies is None
    assert "Art der Maßnahme" in told.missing
    assert told.legal_basis == "§ 70a NBauO, § 42a Abs. 2 VwVfG"
