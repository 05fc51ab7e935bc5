"""Papers about time: ordered with the act, issued once, with the days that the clock says."""

import datetime as dt

import pytest
import time_machine
from procrastinate.contrib.django.models import ProcrastinateJob

from permits.deadlines import Length
from permits.models import IssuedDocument, OutgoingMail, PermitCase
from permits.services.clock import record_clock_event
from permits.services.completeness import extend_request, open_request
from permits.services.documents_out import preview
from permits.services.issuing import FAILURES, issue_document, prepare_document
from permits.services.letters import LETTERS
from reports.errors import ContradictionError
from tests.cast import Cast
from tests.workflows.village import request_missing
from workflows import actions

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
Clock = time_machine.Traveller


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{text}T09:00:00+00:00")


def ordered(case: PermitCase, kind: str) -> list[str]:
    """The subjects of the papers of a kind that the worker is to issue."""
    jobs = ProcrastinateJob.objects.filter(task_name="workflows.issue_document", args__kind=kind)
    return [job.args["subject"] for job in jobs.filter(args__case_uuid=str(case.uuid)).order_by("pk")]


def issue(case: PermitCase, kind: str, subject: str) -> IssuedDocument:
    """What the worker's job does."""
    return issue_document(case=case, prepared=prepare_document(case=case, kind=kind, subject=subject))


@pytest.fixture
def requested(application: PermitCase, cast: Cast) -> PermitCase:
    """A case that waits for a drawing until Monday, 23 November 2026."""
    actions.submit(case=application, by=cast.owner)
    request_missing(application, cast)
    return application


def test_an_extension_is_told_with_its_old_and_new_end(requested: PermitCase, cast: Cast) -> None:
    actions.on_case(extend_request, case=requested, by=cast.officer, until=day("2026-12-07"))
    (subject,) = ordered(requested, "deadline_extension")
    paper = issue(requested, "deadline_extension", subject)
    assert paper.number == f"{requested.case_number}-V1"
    context = paper.context
    assert (context["old_due_on"], context["due_on"]) == ("2026-11-23", "2026-12-07")
    assert context["legal_basis"] == "§ 69 Abs. 2 Satz 3 NBauO"
    # Three weeks after 7 December end on 28 December 2026.
    assert "ab dem 29.\u00a0Dezember\u00a02026 als zurückgenommen" in " ".join(context["consequences"])
    assert "Noch einmal" in context["limits"]
    assert issue(requested, "deadline_extension", subject) == paper


def test_an_extension_is_announced_by_mail(requested: PermitCase, cast: Cast) -> None:
    actions.on_case(extend_request, case=requested, by=cast.officer, until=day("2026-12-07"))
    assert OutgoingMail.objects.filter(to=cast.owner.email, subject__startswith="Ihre Frist ist verlängert").exists()


def test_a_deemed_withdrawal_is_told_with_the_days_that_led_to_it(
    requested: PermitCase, cast: Cast, monday: Clock
) -> None:
    request = open_request(requested)
    asked_for = issue(requested, "information_request", str(request.uuid))
    actions.on_case(extend_request, case=requested, by=cast.officer, until=day("2026-12-14"))
    monday.move_to(at("2027-01-05"))
    actions.confirm_deemed_withdrawal(case=requested, by=cast.officer)
    assert ordered(requested, "deemed_withdrawal") == [str(request.uuid)]
    paper = issue(requested, "deemed_withdrawal", str(request.uuid))
    assert paper.number == f"{requested.case_number}-RF1"
    context = paper.context
    days = [context[name] for name in ("requested_on", "first_due_on", "expired_on", "last_day", "withdrawn_on")]
    assert days == ["2026-11-02", "2026-11-23", "2026-12-14", "2027-01-04", "2027-01-05"]
    assert context["request_number"] == asked_for.number
    assert [item["request"] for item in context["items"]] == [
        finding.text for finding in request.check_round.findings.all()
    ]
    assert context["legal_basis"] == "§ 69 Abs. 2 Satz 3 NBauO"


def test_a_deemed_withdrawal_without_an_extension_names_one_end_only(
    requested: PermitCase, cast: Cast, monday: Clock
) -> None:
    monday.move_to(at("2026-12-15"))
    actions.confirm_deemed_withdrawal(case=requested, by=cast.officer)
    context = issue(requested, "deemed_withdrawal", str(open_request(requested).uuid)).context
    assert (context["first_due_on"], context["expired_on"]) == (None, "2026-11-23")
    assert context["request_number"] == ""


def test_more_time_for_the_decision_is_told_with_its_reasons(application: PermitCase, cast: Cast) -> None:
    actions.submit(case=application, by=cast.owner)
    actions.confirm_completeness(case=application, by=cast.officer)
    reasons = "Ein Gutachten zum Baumbestand steht noch aus."
    event = record_clock_event(
        case=application,
        clock="permit_fiction",
        kind="extend",
        on=day("2026-11-02"),
        by=cast.officer,
        length=Length(months=1),
        note=reasons,
    )
    paper = issue(application, "deadline_extension", str(event.uuid))
    assert paper.title == "Verlängerung der Entscheidungsfrist"
    context = paper.context
    # Complete on 2 November 2026: three months end on 2 February 2027, another one on 2 March.
    assert (context["old_due_on"], context["due_on"]) == ("2027-02-02", "2027-03-02")
    assert context["reasons"] == [reasons]
    assert context["legal_basis"] == "§ 42a Abs. 2 Satz 3 und 4 VwVfG"
    assert "ab dem 3.\u00a0März\u00a02027 als erteilt" in " ".join(context["consequences"])


def test_more_time_for_the_decision_is_refused_without_a_reason(application: PermitCase, cast: Cast) -> None:
    actions.submit(case=application, by=cast.owner)
    actions.confirm_completeness(case=application, by=cast.officer)
    event = record_clock_event(
        case=application,
        clock="permit_fiction",
        kind="extend",
        on=day("2026-11-02"),
        by=cast.officer,
        length=Length(months=1),
    )
    with pytest.raises(ContradictionError, match="braucht eine Begründung"):
        preview(case=application, kind="deadline_extension", subject=str(event.uuid))


def test_officers_read_in_words_which_paper_failed() -> None:
    assert set(LETTERS) <= set(FAILURES)
