"""The time within which the works have to begin (§ 71 NBauO): runs from the notification, and everybody sees it."""

import datetime as dt
import io

import pikepdf
import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from permits.models import ChangeKind, ClockEvent, IssuedDocument, Outcome, PermitCase, ServiceState
from permits.selectors.clock import clock_state
from permits.selectors.permit_validity import CLOCK, validity_of
from permits.services.files import read_file
from permits.services.hearings import waive_hearing
from permits.services.letters.site_sign import site_sign
from permits.services.notice_checks import Verdict, check_notice
from permits.services.reports_out import print_site_sign
from reports.contexts.site_sign import Paper
from reports.pdf import RenderedDocument
from tests.cast import Cast
from tests.jobs import run_jobs
from tests.permits.test_verify_notice import notice as sealed_notice
from tests.permits.test_verify_notice import sealed_paper
from tests.workflows.test_ended_notices import page
from tests.workflows.test_notice_changes import REVOCATION, notice, signed
from tests.workflows.village import issue, propose, sign, to_assessment
from workflows import actions
from workflows.jobs import watch_ends

__all__ = ["notice", "sealed_notice", "sealed_paper"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
# Fetched on Monday, 2 November 2026: notified on the 3rd, and three years later it ends, whatever day of the week.
UNTIL = dt.date(2029, 11, 3)
AFTER = dt.datetime(2029, 11, 4, 9, tzinfo=dt.UTC)


def fetched(notice: IssuedDocument, cast: Cast) -> IssuedDocument:
    actions.record_retrieval(case=notice.case, by=cast.owner, service=notice.services.get())
    return notice


def test_the_clock_begins_with_the_notification_and_officers_and_applicants_see_its_end(
    notice: IssuedDocument, cast: Cast, monday: time_machine.Traveller
) -> None:
    assert validity_of(notice) is None, "nobody has been notified"
    state = clock_state(fetched(notice, cast).case, CLOCK, str(notice.uuid))
    assert (state.started_on, state.due_on, state.verified) == (dt.date(2026, 11, 3), UNTIL, False)
    assert "Baugenehmigung gilt bis 3. November 2029, wenn bis dahin nicht begonnen wurde" in page(
        cast.owner, notice.case
    )
    assert "Baugenehmigung gilt bis 03.11.2029, wenn bis dahin nicht begonnen wurde." in page(
        cast.officer, notice.case, "staff_clocks"
    )
    assert site_sign(notice.case, notice, Paper.A4).valid_until == UNTIL
    monday.move_to(AFTER)
    assert "Baugenehmigung galt bis 3. November 2029" in page(cast.owner, notice.case)


def test_after_its_end_the_sign_asks_for_the_start_of_the_works_or_an_extension(
    notice: IssuedDocument, cast: Cast, monday: time_machine.Traveller
) -> None:
    fetched(notice, cast)
    monday.move_to(dt.datetime(2029, 11, 3, 9, tzinfo=dt.UTC))
    assert not site_sign(notice.case, notice, Paper.A4).validity_over
    monday.move_to(AFTER)
    assert site_sign(notice.case, notice, Paper.A4).validity_over
    for paper in Paper:
        pdf = print_site_sign(case=notice.case, reader=cast.owner, paper=paper).pdf
        with pikepdf.open(io.BytesIO(pdf)) as printed:
            assert len(printed.pages) == 1


def test_the_public_page_and_the_command_say_until_when_a_permit_is_good(
    sealed_notice: IssuedDocument, cast: Cast, monday: time_machine.Traveller
) -> None:
    def shown() -> str:
        data = {"number": sealed_notice.number, "code": sealed_notice.verification_code}
        text = Client().post(reverse("verify"), data).content.decode().partition("<main")[2]
        return " ".join(text.split())

    # Served before its clock was kept: nothing is said about it, and nothing breaks.
    assert "Dieser Bescheid ist echt und wirksam" in shown()
    assert "Geltungsdauer" not in shown()
    sealed_notice.services.update(state=ServiceState.PROVIDED, notified_on=None)
    fetched(sealed_notice, cast)
    assert "Geltungsdauer" not in shown(), "it is not in force before tomorrow"
    monday.move_to(dt.datetime(2029, 11, 3, 9, tzinfo=dt.UTC))
    assert "Dieser Bescheid ist echt und wirksam" in shown()
    assert "gilt bis 3. November 2029, wenn bis dahin nicht begonnen wurde" in shown()
    pdf = read_file(sealed_notice.file)
    before = check_notice(pdf)
    monday.move_to(AFTER)
    assert "Dieser Bescheid ist echt, seine Geltungsdauer ist abgelaufen" in shown()
    assert "Geltungsdauer abgelaufen</span>" in shown()
    assert "Lassen Sie sich das nachweisen." in shown()
    after = check_notice(pdf)
    assert after.validity is not None
    assert after.validity.until == UNTIL
    assert [before.verdict, after.verdict] == [Verdict.GENUINE, Verdict.CANNOT_BE_ESTABLISHED]


@pytest.mark.django_db(transaction=True)
def test_the_clock_stops_when_the_permit_has_been_revoked(
    notice: IssuedDocument, cast: Cast, monday: time_machine.Traveller
) -> None:
    case = fetched(notice, cast).case
    change = signed(notice, cast, ChangeKind.REVOCATION, REVOCATION)
    run_jobs()
    assert clock_state(case, CLOCK, str(notice.uuid)).is_running
    actions.record_retrieval(case=case, by=cast.owner, service=change.notice.services.get())
    monday.move_to(dt.datetime(2026, 11, 3, 9, tzinfo=dt.UTC))
    watch_ends.func(timestamp=0)
    assert clock_state(case, CLOCK, str(notice.uuid)).stopped_on == dt.date(2026, 11, 3)
    assert "Baugenehmigung gilt bis" not in page(cast.owner, case)


def test_a_refusal_has_no_such_time(application: PermitCase, cast: Cast, paper: RenderedDocument) -> None:
    to_assessment(application, cast)
    actions.finish_assessment(case=application, by=cast.officer)
    actions.on_case(waive_hearing, case=application, by=cast.second_officer, reason="Offensichtlich.")
    propose(application, cast, Outcome.REFUSED)
    sign(application, cast)
    fetched(issue(application, paper), cast)
    assert not ClockEvent.objects.filter(case=application, clock=CLOCK).exists()
