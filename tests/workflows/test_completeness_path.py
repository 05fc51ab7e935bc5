"""Completeness: requests, answers, extensions, deemed withdrawal, and from which day the § 70a clock runs."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from gis.checks import CHECKS
from permits.errors import InvalidInputError, StateError
from permits.models import AuditEvent, CaseStatus, FindingKind, FollowUp, PermitAuthority, PermitCase
from permits.selectors.clock import clock_state, clocks_of
from permits.services.checking import save_site_plan
from permits.services.clock import ClockSequenceError
from permits.services.completeness import (
    add_finding,
    extend_request,
    open_request,
    remove_finding,
    settle_permit_fiction,
)
from permits.services.drafts import save_proposal
from permits.services.files import read_file
from permits.services.submission import IncompleteApplicationError
from tests.cast import Cast
from tests.workflows.village import fill_in, request_missing, upload
from workflows import actions
from workflows.jobs import check_new_plan, watch_requests
from workflows.steps import current_steps

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
Clock = time_machine.Traveller


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{text}T09:00:00+00:00")


@pytest.fixture
def requested(application: PermitCase, cast: Cast) -> PermitCase:
    """A case that waits for a drawing until Monday, 23 November 2026."""
    actions.submit(case=application, by=cast.owner)
    request_missing(application, cast)
    return application


def test_a_complete_application_starts_the_fiction_clock_on_its_receipt(
    application: PermitCase, cast: Cast, monday: Clock
) -> None:
    actions.submit(case=application, by=cast.owner)
    monday.move_to(at("2026-11-12"))
    check = actions.confirm_completeness(case=application, by=cast.officer)
    assert check.complete_since == day("2026-11-02")
    clock = clock_state(application, "permit_fiction")
    # Three months from 2 November 2026: 2 February 2027, a Tuesday.
    assert (clock.started_on, clock.due_on) == (day("2026-11-02"), day("2027-02-02"))
    assert current_steps(application) == {"assess"}


def test_the_clock_starts_when_the_last_missing_document_arrived_and_not_on_the_day_of_the_check(
    requested: PermitCase, cast: Cast, monday: Clock
) -> None:
    assert current_steps(requested) == {"await_information"}
    # 23:30 UTC on the 14th is half past midnight on the 15th in Berlin.
    monday.move_to(dt.datetime(2026, 11, 14, 23, 30, tzinfo=dt.UTC))
    upload(requested, cast.owner)
    actions.answer_request(case=requested, by=cast.owner)
    assert current_steps(requested) == {"check_completeness"}
    monday.move_to(at("2026-11-20"))
    check = actions.confirm_completeness(case=requested, by=cast.officer)
    assert (check.number, check.complete_since) == (2, day("2026-11-15"))
    assert clock_state(requested, "permit_fiction").started_on == day("2026-11-15")
    assert not requested.completeness_checks.get(number=1).findings.filter(resolved_at__isnull=True).exists()


def test_a_second_request_moves_the_start_to_the_second_answer(
    requested: PermitCase, cast: Cast, monday: Clock
) -> None:
    for moment in ("2026-11-10", "2026-11-18"):
        monday.move_to(at(moment))
        upload(requested, cast.owner, title=f"Schnitt {moment}")
        actions.answer_request(case=requested, by=cast.owner)
        if moment == "2026-11-10":
            request_missing(requested, cast)
    actions.confirm_completeness(case=requested, by=cast.officer)
    assert clock_state(requested, "permit_fiction").started_on == day("2026-11-18")
    assert requested.submissions.count() == 3


def test_no_clock_runs_where_the_fiction_does_not_apply(village: dict[str, PermitAuthority], cast: Cast) -> None:
    case = fill_in(cast, village["musterstadt"], is_residential=False)
    actions.submit(case=case, by=cast.owner)
    actions.confirm_completeness(case=case, by=cast.officer)
    assert clocks_of(case) == []
    assert not FollowUp.objects.filter(case=case).exists()


def test_facts_on_which_a_clock_hangs_are_asked_before_submission(
    village: dict[str, PermitAuthority], cast: Cast
) -> None:
    case = fill_in(cast, village["musterstadt"], measure_codes=["14"])
    with pytest.raises(IncompleteApplicationError, match="Schaffung von Wohnraum"):
        actions.submit(case=case, by=cast.owner)
    save_proposal(case=case, by=cast.owner, values={"creates_housing": True})
    actions.submit(case=case, by=cast.owner)
    assert case.status == CaseStatus.COMPLETENESS


@pytest.fixture
def undecided(application: PermitCase, cast: Cast) -> PermitCase:
    """A case that came in with a fact missing (as from an older form), found complete ten days later."""
    actions.submit(case=application, by=cast.owner)
    application.proposal.measure_codes, application.proposal.creates_housing = ["14"], None
    application.proposal.save()
    with time_machine.travel(at("2026-11-12"), tick=False):
        actions.confirm_completeness(case=application, by=cast.officer)
    return application


def test_unknown_is_a_question_to_the_officer_and_never_a_no(undecided: PermitCase, cast: Cast) -> None:
    assert clocks_of(undecided) == []
    question = FollowUp.objects.get(case=undecided)
    assert "Schaffung von Wohnraum" in question.text
    assert "02.11.2026" in question.text


@pytest.mark.parametrize("applies", [True, False])
def test_the_officers_answer_starts_the_clock_on_the_day_of_completeness(
    undecided: PermitCase, cast: Cast, monday: Clock, applies: bool
) -> None:
    monday.move_to(at("2026-11-16"))
    with pytest.raises(InvalidInputError, match="begründen"):
        actions.on_case(settle_permit_fiction, case=undecided, by=cast.officer, applies=applies, reason=" ")
    actions.on_case(settle_permit_fiction, case=undecided, by=cast.officer, applies=applies, reason="Laut Bauherrin.")
    started = [clock.started_on for clock in clocks_of(undecided)]
    assert started == ([day("2026-11-02")] if applies else [])
    assert not FollowUp.objects.filter(case=undecided, done_at__isnull=True).exists()
    event = AuditEvent.objects.get(type="clock.fiction_settled")
    assert event.subject["applies"] is applies
    with pytest.raises(StateError, match="nichts offen"):
        actions.on_case(settle_permit_fiction, case=undecided, by=cast.officer, applies=True, reason="Noch einmal.")


def test_open_findings_keep_the_application_from_being_complete(application: PermitCase, cast: Cast) -> None:
    actions.submit(case=application, by=cast.owner)
    with pytest.raises(InvalidInputError, match="beschreiben"):
        actions.on_case(add_finding, case=application, by=cast.officer, kind=FindingKind.PROPOSAL, text=" ")
    finding = actions.on_case(add_finding, case=application, by=cast.officer, kind=FindingKind.PROPOSAL, text="Unklar.")
    with pytest.raises(StateError, match="noch Befunde offen"):
        actions.confirm_completeness(case=application, by=cast.officer)
    assert current_steps(application) == {"check_completeness"}
    actions.on_case(remove_finding, case=application, by=cast.officer, finding=finding)
    with pytest.raises(StateError, match="mindestens einen Befund"):
        actions.request_information(case=application, by=cast.officer, due_on=day("2026-12-01"))
    actions.confirm_completeness(case=application, by=cast.officer)
    assert current_steps(application) == {"assess"}


def test_a_request_names_a_day_in_the_future_and_a_working_day(application: PermitCase, cast: Cast) -> None:
    actions.submit(case=application, by=cast.owner)
    with pytest.raises(InvalidInputError, match="Zukunft"):
        request_missing(application, cast, days=0)
    # 28 November 2026 is a Saturday: the time ends on the Monday after it.
    actions.request_information(case=application, by=cast.officer, due_on=day("2026-11-28"))
    assert open_request(application).due_on == day("2026-11-30")


def test_an_answer_brings_something(requested: PermitCase, cast: Cast) -> None:
    with pytest.raises(StateError, match="laden Sie zuerst"):
        actions.answer_request(case=requested, by=cast.owner)
    assert current_steps(requested) == {"await_information"}


def test_an_extension_stays_within_three_weeks_and_happens_once(requested: PermitCase, cast: Cast) -> None:
    request = open_request(requested)
    assert (request.due_on, request.deemed_withdrawn_on) == (day("2026-11-23"), day("2026-12-15"))
    for wrong in ("2026-11-23", "2026-12-15"):
        with pytest.raises(InvalidInputError, match=r"14\.12\.2026"):
            actions.on_case(extend_request, case=requested, by=cast.officer, until=day(wrong))
    actions.on_case(extend_request, case=requested, by=cast.officer, until=day("2026-12-07"))
    request.refresh_from_db()
    assert (request.extended_until, request.deemed_withdrawn_on) == (day("2026-12-07"), day("2026-12-29"))
    assert clock_state(requested, "information_request", str(request.uuid)).due_on == day("2026-12-07")
    with pytest.raises(ClockSequenceError, match="nicht öfter als 1-mal"):
        actions.on_case(extend_request, case=requested, by=cast.officer, until=day("2026-12-08"))
    request.refresh_from_db()
    assert request.extended_until == day("2026-12-07")


def test_deemed_withdrawal_is_refused_the_day_before_and_confirmed_on_the_day(
    requested: PermitCase, cast: Cast, monday: Clock
) -> None:
    monday.move_to(at("2026-12-14"))
    with pytest.raises(StateError, match=r"erst ab dem 15\.12\.2026"):
        actions.confirm_deemed_withdrawal(case=requested, by=cast.officer)
    watch_requests.func(timestamp=0)
    assert not FollowUp.objects.filter(case=requested).exists()
    monday.move_to(at("2026-12-15"))
    for _ in range(2):
        watch_requests.func(timestamp=0)
    assert FollowUp.objects.filter(case=requested).count() == 1
    actions.confirm_deemed_withdrawal(case=requested, by=cast.officer)
    assert requested.status == CaseStatus.DEEMED_WITHDRAWN
    assert current_steps(requested) == set()
    assert not any(clock.is_running for clock in clocks_of(requested))


def test_deemed_withdrawal_waits_for_the_extended_deadline(requested: PermitCase, cast: Cast, monday: Clock) -> None:
    actions.on_case(extend_request, case=requested, by=cast.officer, until=day("2026-12-14"))
    # Three weeks after 14 December end on 4 January 2027.
    monday.move_to(at("2027-01-04"))
    with pytest.raises(StateError, match=r"05\.01\.2027"):
        actions.confirm_deemed_withdrawal(case=requested, by=cast.officer)
    monday.move_to(at("2027-01-05"))
    actions.confirm_deemed_withdrawal(case=requested, by=cast.officer)
    assert requested.status == CaseStatus.DEEMED_WITHDRAWN


def test_an_answer_counts_on_the_last_day_and_not_after_it(requested: PermitCase, cast: Cast, monday: Clock) -> None:
    upload(requested, cast.owner)
    monday.move_to(at("2026-12-15"))
    with pytest.raises(StateError, match="gilt seit dem 15"):
        actions.answer_request(case=requested, by=cast.owner)
    with pytest.raises(StateError, match="gilt seit dem 15"):
        actions.on_case(extend_request, case=requested, by=cast.officer, until=day("2026-12-14"))
    monday.move_to(at("2026-12-14"))
    actions.answer_request(case=requested, by=cast.owner)
    assert requested.status == CaseStatus.COMPLETENESS


def test_answering_twice_opens_one_round(requested: PermitCase, cast: Cast) -> None:
    upload(requested, cast.owner)
    actions.answer_request(case=requested, by=cast.owner)
    with pytest.raises(StateError):
        actions.answer_request(case=requested, by=cast.owner)
    assert requested.completeness_checks.count() == 2
    assert requested.submissions.count() == 2


def test_a_site_plan_that_comes_with_the_answer_is_checked(requested: PermitCase, cast: Cast) -> None:
    first = requested.site_plans.get()
    content = read_file(first.file)
    plan = save_site_plan(case=requested, by=cast.owner, content=content, original_name="lageplan.geojson")
    upload(requested, cast.owner)
    actions.answer_request(case=requested, by=cast.owner)
    job = ProcrastinateJob.objects.get(task_name="workflows.check_site_plan")
    check_new_plan(**job.args)
    assert {result.check_id for result in plan.runs.get().results.all()} == set(CHECKS)
    check_new_plan(**job.args)
    assert plan.runs.count() == 1


def test_the_officer_answers_the_question_on_the_page_of_deadlines(
    undecided: PermitCase, cast: Cast, client: Client
) -> None:
    client.force_login(cast.officer, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("staff_clocks", args=[undecided.uuid])).content.decode()
    assert "Gilt die Genehmigungsfiktion?" in page
    address = reverse("staff_fiction_settle", args=[undecided.uuid])
    refused = client.post(address, {"applies": "yes", "reason": ""})
    assert refused.status_code == 422
    client.post(address, {"applies": "yes", "reason": "Überwiegend Wohnen, siehe Grundrisse."})
    assert clock_state(undecided, "permit_fiction").started_on == day("2026-11-02")
    assert (
        "Gilt die Genehmigungsfiktion?"
        not in client.get(reverse("staff_clocks", args=[undecided.uuid])).content.decode()
    )
    assert client.post(address, {"applies": "no", "reason": "Noch einmal."}).status_code == 409
