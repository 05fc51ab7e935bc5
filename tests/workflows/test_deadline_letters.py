"""Papers about time: ordered with the act, issued once, with the days that the clock says."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from permits.errors import InvalidInputError
from permits.models import ClockEvent, IssuedDocument, OutgoingMail, PermitCase
from permits.selectors.clock import clock_state
from permits.services.clock import ClockSequenceError, record_clock_event
from permits.services.completeness import extend_request, open_request
from permits.services.fiction_extension import extend_permit_fiction
from permits.services.issuing import issue_document, prepare_document
from permits.services.issuing_failures import FAILURES
from permits.services.letters import LETTERS
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


@pytest.fixture
def assessed(application: PermitCase, cast: Cast) -> PermitCase:
    """Complete on 2 November 2026: the permit counts as granted when 2 February 2027 has passed."""
    actions.submit(case=application, by=cast.owner)
    actions.confirm_completeness(case=application, by=cast.officer)
    return application


REASONS = "Ein Gutachten zum Baumbestand steht noch aus."


def extend(case: PermitCase, cast: Cast, until: str, reason: str = REASONS) -> ClockEvent:
    return actions.on_case(extend_permit_fiction, case=case, by=cast.officer, until=day(until), reason=reason)


def test_more_time_for_the_decision_is_told_with_its_reasons(assessed: PermitCase, cast: Cast) -> None:
    # 28 February 2027 is a Sunday.
    event = extend(assessed, cast, "2027-02-28")
    assert clock_state(assessed, "permit_fiction").due_on == day("2027-03-01")
    assert ordered(assessed, "deadline_extension") == [str(event.uuid)]
    paper = issue(assessed, "deadline_extension", str(event.uuid))
    assert paper.title == "Verlängerung der Entscheidungsfrist"
    context = paper.context
    assert (context["old_due_on"], context["due_on"]) == ("2027-02-02", "2027-03-01")
    assert context["reasons"] == [REASONS]
    assert context["legal_basis"] == "§ 42a Abs. 2 Satz 3 und 4 VwVfG"
    assert "ab dem 2.\u00a0März\u00a02027 als erteilt" in " ".join(context["consequences"])
    assert "Noch einmal" in context["limits"]


def test_the_time_to_decide_is_extended_once_with_a_reason_and_a_later_day(assessed: PermitCase, cast: Cast) -> None:
    with pytest.raises(InvalidInputError, match="begründen"):
        extend(assessed, cast, "2027-03-01", " ")
    with pytest.raises(InvalidInputError, match=r"endet am 02\.02\.2027"):
        extend(assessed, cast, "2027-02-02")
    extend(assessed, cast, "2027-03-01")
    with pytest.raises(ClockSequenceError, match="nicht öfter als 1-mal"):
        extend(assessed, cast, "2027-03-15")
    assert len(ordered(assessed, "deadline_extension")) == 1


def test_a_time_that_is_over_or_never_ran_is_not_extended(assessed: PermitCase, cast: Cast, monday: Clock) -> None:
    monday.move_to(at("2027-02-03"))
    with pytest.raises(ClockSequenceError, match="abgelaufen"):
        extend(assessed, cast, "2027-03-01")
    record_clock_event(case=assessed, clock="permit_fiction", kind="stop", on=day("2027-02-03"), by=cast.officer)
    with pytest.raises(ClockSequenceError, match="läuft in diesem Vorgang nicht"):
        extend(assessed, cast, "2027-03-01")


def test_an_officer_takes_more_time_on_the_page_of_deadlines(assessed: PermitCase, cast: Cast, client: Client) -> None:
    client.force_login(cast.officer, backend="django.contrib.auth.backends.ModelBackend")
    page = reverse("staff_clocks", args=[assessed.uuid])
    assert "Zeit für die Entscheidung verlängern" in client.get(page).content.decode()
    address = reverse("staff_fiction_extend", args=[assessed.uuid])
    assert client.post(address, {"until": "2027-03-01", "reason": ""}).status_code == 422
    assert client.post(address, {"until": "2027-03-01", "reason": "Baum \U0001f333"}).status_code == 422
    assert client.post(address, {"until": "2027-03-01", "reason": REASONS}).status_code == 302
    assert "Zeit für die Entscheidung verlängern" not in client.get(page).content.decode()


def test_officers_read_in_words_which_paper_failed() -> None:
    assert set(LETTERS) <= set(FAILURES)
