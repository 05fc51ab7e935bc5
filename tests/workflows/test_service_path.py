"""Bekanntgabe: consent, retrieval, post, time limits, remedy periods per recipient, further attempts."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from permits.errors import AccessDeniedError, InvalidInputError, StateError
from permits.models import (
    AuditEvent,
    Channel,
    FollowUp,
    Level,
    OutgoingMail,
    Party,
    PartyRole,
    PermitAuthority,
    PermitCase,
    ServiceOfNotice,
    ServiceState,
)
from permits.selectors.clock import clock_state
from permits.services.access import grant_case_access
from permits.services.drafts import save_party, set_portal_consent
from permits.services.issuing import issue_document, prepare_document
from permits.services.serving import provide_notice
from reports.pdf import RenderedDocument
from tests.cast import OWNER_ADDRESS, Cast
from tests.workflows.village import add_applicant, fill_in, issue, to_signed
from workflows import actions
from workflows.jobs import watch_service
from workflows.steps import current_steps

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
Clock = time_machine.Traveller


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def at(text: str, hour: int = 9) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{text}T{hour:02}:30:00+00:00")


def served(case: PermitCase, cast: Cast, paper: RenderedDocument) -> list[ServiceOfNotice]:
    """Issue the notice today; return its services in the order of the parties."""
    to_signed(case, cast)
    return list(issue(case, paper).services.order_by("party"))


@pytest.fixture
def portal(application: PermitCase, cast: Cast, paper: RenderedDocument) -> ServiceOfNotice:
    """The service through the portal on Anna Brandt, who consented."""
    (service,) = served(application, cast, paper)
    return service


@pytest.fixture
def post(village: dict[str, PermitAuthority], cast: Cast, paper: RenderedDocument) -> ServiceOfNotice:
    """The service by post: nobody consented to anything else."""
    (service,) = served(fill_in(cast, village["musterstadt"], consent=False), cast, paper)
    return service


def test_the_portal_needs_recorded_consent(portal: ServiceOfNotice, cast: Cast) -> None:
    assert (portal.channel, portal.state) == (Channel.PORTAL, ServiceState.PROVIDED)
    assert OutgoingMail.objects.filter(user=cast.owner, message_id__startswith="<notice.").count() == 1


def test_without_consent_a_notice_goes_by_post_and_an_officer_gets_the_task(post: ServiceOfNotice) -> None:
    assert (post.channel, post.state, post.provided_at) == (Channel.POST, ServiceState.PENDING, None)
    task = FollowUp.objects.get(case=post.document.case)
    assert "zur Post geben" in task.text
    assert not OutgoingMail.objects.filter(message_id__startswith="<notice.").exists()


def test_consent_is_the_persons_own_and_goes_with_the_person(application: PermitCase, cast: Cast) -> None:
    party = Party.objects.get(case=application, role=PartyRole.APPLICANT)
    grant_case_access(case=application, to=cast.designer, level=Level.CONTRIBUTE, by=cast.owner)
    with pytest.raises(InvalidInputError, match="Nur die Person selbst"):
        set_portal_consent(case=application, by=cast.designer, party=party, consents=True)
    # Another person takes the place: the consent of the first is not theirs.
    save_party(case=application, by=cast.owner, role=PartyRole.APPLICANT, values={}, party=party, user=cast.stranger)
    party.refresh_from_db()
    assert (party.user, party.portal_consent_at) == (cast.stranger, None)


def test_a_retrieval_counts_as_notification_on_the_next_day(portal: ServiceOfNotice, cast: Cast, monday: Clock) -> None:
    case = portal.document.case
    # 23:30 UTC on the 5th is the 6th in Berlin, so the notification is on the 7th, a Saturday (not moved).
    monday.move_to(at("2026-11-05", 23))
    result = actions.record_retrieval(case=case, by=cast.owner, service=portal)
    assert (result.notified_on, result.remedy_until) == (day("2026-11-07"), day("2026-12-07"))
    events = AuditEvent.objects.filter(chain__case=case, type__in=("notice.retrieved", "notice.served"))
    assert [event.type for event in events.order_by("sequence")] == ["notice.retrieved", "notice.served"]
    assert events[0].actor == cast.owner.uuid
    clock = clock_state(case, "remedy", str(portal.uuid))
    assert (clock.started_on, clock.due_on) == (day("2026-11-07"), day("2026-12-07"))
    assert current_steps(case) == set()


def test_only_the_first_retrieval_counts(portal: ServiceOfNotice, cast: Cast, monday: Clock) -> None:
    case = portal.document.case
    stale = ServiceOfNotice.objects.get(pk=portal.pk)
    actions.record_retrieval(case=case, by=cast.owner, service=portal)
    monday.move_to(at("2026-11-06"))
    again = actions.record_retrieval(case=case, by=cast.owner, service=stale)
    assert again.notified_on == day("2026-11-03")
    assert AuditEvent.objects.filter(chain__case=case, type="notice.retrieved").count() == 1


def test_nobody_but_the_recipient_retrieves(portal: ServiceOfNotice, cast: Cast) -> None:
    for person in (cast.officer, cast.reviewer, cast.auditor, cast.stranger):
        with pytest.raises(AccessDeniedError):
            actions.record_retrieval(case=portal.document.case, by=person, service=portal)
    portal.refresh_from_db()
    assert portal.state == ServiceState.PROVIDED


def test_what_is_not_fetched_within_ten_days_is_not_served(portal: ServiceOfNotice, monday: Clock) -> None:
    case = portal.document.case
    # Provided on 2 November: the last day is the 12th.
    monday.move_to(at("2026-11-12", 22))
    watch_service.func(timestamp=0)
    portal.refresh_from_db()
    assert portal.state == ServiceState.PROVIDED
    monday.move_to(at("2026-11-12", 23))  # half past midnight in Berlin
    for _ in range(2):
        watch_service.func(timestamp=0)
    portal.refresh_from_db()
    assert (portal.state, portal.failed_on, portal.notified_on) == (ServiceState.FAILED, day("2026-11-13"), None)
    task = FollowUp.objects.get(case=case)
    assert "nicht abgerufen" in task.text
    assert AuditEvent.objects.filter(chain__case=case, type="notice.not_served").count() == 1
    assert current_steps(case) == {"await_service"}


def test_a_retrieval_after_the_time_serves_nothing_even_before_the_watch_ran(
    portal: ServiceOfNotice, cast: Cast, monday: Clock
) -> None:
    monday.move_to(at("2026-11-13"))
    late = actions.record_retrieval(case=portal.document.case, by=cast.owner, service=portal)
    assert (late.state, late.retrieved_at, late.notified_on) == (ServiceState.FAILED, None, None)
    assert FollowUp.objects.filter(case=portal.document.case).count() == 1


def test_whoever_comes_too_late_is_told_so_and_gets_no_file(
    portal: ServiceOfNotice, cast: Cast, monday: Clock, client: Client
) -> None:
    monday.move_to(at("2026-11-13"))
    client.force_login(cast.owner, backend="django.contrib.auth.backends.ModelBackend")
    case = portal.document.case
    answer = client.post(reverse("retrieve_notice", args=[case.uuid, portal.uuid]), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("case_detail", args=[case.uuid])
    assert "Die Zeit für den Abruf ist vorbei" in answer.content.decode()


def test_the_last_day_of_retrieval_moves_on_from_a_weekend(
    application: PermitCase, cast: Cast, paper: RenderedDocument, monday: Clock
) -> None:
    monday.move_to(at("2026-11-04"))
    (service,) = served(application, cast, paper)
    # Ten days after 4 November end on Saturday the 14th, so on Monday the 16th.
    monday.move_to(at("2026-11-16"))
    assert actions.fail_unretrieved(case=application, service=service).state == ServiceState.PROVIDED
    monday.move_to(at("2026-11-17"))
    assert actions.fail_unretrieved(case=application, service=service).state == ServiceState.FAILED


def test_a_letter_is_notified_on_the_fourth_day_after_posting(post: ServiceOfNotice, cast: Cast, monday: Clock) -> None:
    case = post.document.case
    monday.move_to(at("2026-11-10"))
    for wrong in ("2026-11-01", "2026-11-11"):
        with pytest.raises(InvalidInputError) as caught:
            actions.record_posting(case=case, by=cast.officer, service=post, posted_on=day(wrong))
        assert caught.value.field == "posted_on"
    result = actions.record_posting(case=case, by=cast.officer, service=post, posted_on=day("2026-11-09"))
    # 13 November; one month later is Sunday, 13 December, so the remedy ends on Monday.
    assert (result.notified_on, result.remedy_until) == (day("2026-11-13"), day("2026-12-14"))
    with pytest.raises(StateError, match="schon eingetragen"):
        actions.record_posting(case=case, by=cast.officer, service=post, posted_on=day("2026-11-09"))
    assert current_steps(case) == set()


def test_channels_are_not_mixed_up(portal: ServiceOfNotice, post: ServiceOfNotice, cast: Cast) -> None:
    with pytest.raises(StateError):
        actions.record_posting(case=portal.document.case, by=cast.officer, service=portal, posted_on=day("2026-11-02"))
    untouched = actions.record_retrieval(case=post.document.case, by=cast.owner, service=post)
    assert untouched.state == ServiceState.PENDING
    with pytest.raises(InvalidInputError, match="anderen Vorgang"):
        actions.record_posting(case=portal.document.case, by=cast.officer, service=post, posted_on=day("2026-11-02"))


def test_a_failed_attempt_is_followed_by_another_which_counts(
    portal: ServiceOfNotice, cast: Cast, monday: Clock
) -> None:
    case = portal.document.case
    with pytest.raises(StateError, match="erst möglich, wenn der vorige gescheitert"):
        actions.serve_again(case=case, by=cast.officer, service=portal, channel=Channel.POST)
    monday.move_to(at("2026-11-13"))
    failed = actions.fail_unretrieved(case=case, service=portal)
    second = actions.serve_again(case=case, by=cast.officer, service=failed, channel=Channel.PORTAL)
    assert (second.attempt, second.state) == (2, ServiceState.PROVIDED)
    monday.move_to(at("2026-11-30"))
    actions.fail_unretrieved(case=case, service=second)
    third = actions.serve_again(case=case, by=cast.officer, service=second, channel=Channel.POST)
    assert (third.attempt, third.channel, third.state) == (3, Channel.POST, ServiceState.PENDING)
    actions.record_posting(case=case, by=cast.officer, service=third, posted_on=day("2026-11-30"))
    assert current_steps(case) == set()


def test_the_portal_is_no_second_way_without_consent(portal: ServiceOfNotice, cast: Cast, monday: Clock) -> None:
    case = portal.document.case
    set_portal_consent(case=case, by=cast.owner, party=portal.party, consents=False)
    monday.move_to(at("2026-11-13"))
    failed = actions.fail_unretrieved(case=case, service=portal)
    with pytest.raises(InvalidInputError, match="Ohne Zustimmung"):
        actions.serve_again(case=case, by=cast.officer, service=failed, channel=Channel.PORTAL)


def test_every_recipient_has_a_service_and_a_remedy_period_of_their_own(
    application: PermitCase, cast: Cast, paper: RenderedDocument, monday: Clock
) -> None:
    grant_case_access(case=application, to=cast.stranger, level=Level.OWN, by=cast.owner)
    add_applicant(application, cast.owner, cast.stranger)
    one, two = served(application, cast, paper)
    assert (one.channel, two.channel) == (Channel.PORTAL, Channel.POST)
    actions.record_retrieval(case=application, by=cast.owner, service=one)
    assert current_steps(application) == {"await_service"}
    monday.move_to(at("2026-11-10"))
    actions.record_posting(case=application, by=cast.officer, service=two, posted_on=day("2026-11-10"))
    ends = application.issued_documents.get(kind="permit_notice").services.order_by("party")
    assert [row.remedy_until for row in ends] == [day("2026-12-03"), day("2026-12-14")]
    assert current_steps(application) == set()
    with pytest.raises(AccessDeniedError):
        actions.record_retrieval(case=application, by=cast.stranger, service=one)


def test_a_representative_is_served_instead_of_the_applicants(
    application: PermitCase, cast: Cast, paper: RenderedDocument
) -> None:
    values = {"given_name": "Rita", "family_name": "Rat", **OWNER_ADDRESS}
    save_party(case=application, by=cast.owner, role=PartyRole.REPRESENTATIVE, values=values)
    (service,) = served(application, cast, paper)
    assert (service.party.role, service.channel) == (PartyRole.REPRESENTATIVE, Channel.POST)


def test_providing_twice_begins_one_service(portal: ServiceOfNotice) -> None:
    provide_notice(case=portal.document.case, document=portal.document)
    assert portal.document.services.count() == 1


def test_a_paper_of_an_act_is_stored_once(portal: ServiceOfNotice) -> None:
    case, document = portal.document.case, portal.document
    prepared = prepare_document(case=case, kind="permit_notice", subject=document.effect_key.partition(":")[2])
    assert prepared == document
    assert issue_document(case=case, prepared=prepared) == document
