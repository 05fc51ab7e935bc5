"""A withdrawal or revocation takes effect with its notification (§ 43 (1) VwVfG), not in the minute it is issued."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from permits.models import (
    CaseStatus,
    ChangeKind,
    Channel,
    IssuedDocument,
    Level,
    PermitCase,
    ServiceOfNotice,
    ServiceState,
    User,
)
from permits.selectors.notice_effect import Effect, current_effect
from permits.services.access import grant_case_access
from permits.services.reports_out import NothingToPrintError, print_site_sign
from reports.pdf import RenderedDocument
from tests.cast import Cast
from tests.jobs import run_jobs
from tests.permits.text_block_cast import browser
from tests.workflows.test_ended_notices import page
from tests.workflows.test_notice_changes import CORRECTION, REVOCATION, notice, signed
from tests.workflows.village import add_applicant, issue, to_signed
from workflows import actions
from workflows.jobs import watch_ends

__all__ = ["notice"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("monday")]


def day(number: int) -> dt.datetime:
    return dt.datetime(2026, 11, number, 9, tzinfo=dt.UTC)


def issued(notice: IssuedDocument, cast: Cast, kind: ChangeKind, text: object) -> IssuedDocument:
    change = signed(notice, cast, kind, text)  # type: ignore[arg-type]
    run_jobs()
    return IssuedDocument.objects.get(change=change)


def status(case: PermitCase) -> str:
    return str(PermitCase.objects.get(pk=case.pk).status)


def public(document: IssuedDocument) -> str:
    data = {"number": document.number, "code": document.verification_code}
    shown = Client().post(reverse("verify"), data).content.decode().partition("<main")[2]
    return " ".join(shown.split())


def state(document: IssuedDocument) -> str:
    return ServiceOfNotice.objects.filter(document=document).latest("attempt").state


def test_a_notice_that_was_served_counts_until_its_revocation_has_been_notified(
    notice: IssuedDocument, cast: Cast, monday: time_machine.Traveller
) -> None:
    case = notice.case
    actions.record_retrieval(case=case, by=cast.owner, service=notice.services.get())
    monday.move_to(day(3))
    assert current_effect(notice) is Effect.IN_FORCE
    correction = issued(notice, cast, ChangeKind.CORRECTION, CORRECTION)
    revocation = issued(notice, cast, ChangeKind.REVOCATION, REVOCATION)
    assert status(case) == CaseStatus.REVOCATION_ISSUED
    assert [current_effect(paper) for paper in (notice, correction)] == [Effect.ENDING, Effect.ENDING]
    # Who has the notice still gets its correction.
    assert state(correction) == ServiceState.PROVIDED
    shown = page(cast.owner, case)
    assert "Widerruf dieses Bescheids ausgefertigt am 3. November 2026, wird mit der Bekanntgabe wirksam." in shown
    assert "Aufhebung ausgefertigt" in shown
    for words in ("gilt nicht mehr", "Bescheid aufgehoben", "früherer Bescheid", "Bauschild in A4"):
        assert words not in shown, words
    for name in ("staff_register", "staff_service", "staff_clocks"):
        told = page(cast.officer, case, name)
        assert "ausgefertigt am 03.11.2026" in told, name
        assert "wird mit der Bekanntgabe wirksam" in told, name
    assert "Diese Berichtigung ist echt, die Aufhebung ihres Bescheids ist ausgefertigt" in public(correction)
    assert "Dieser Bescheid ist echt, aber noch nicht wirksam" in public(revocation)
    with pytest.raises(NothingToPrintError):
        print_site_sign(case=PermitCase.objects.get(pk=case.pk), reader=None, paper="A4")
    # Not fetched in ten days: the revocation is not effective, however long it lies there.
    monday.move_to(day(20))
    actions.fail_unretrieved(case=case, service=revocation.services.get())
    watch_ends.func(timestamp=0)
    assert status(case) == CaseStatus.REVOCATION_ISSUED
    actions.serve_again(case=case, by=cast.officer, service=revocation.services.get(), channel=Channel.PORTAL)
    actions.record_retrieval(case=case, by=cast.owner, service=revocation.services.get(attempt=2))
    watch_ends.func(timestamp=0)
    assert status(case) == CaseStatus.REVOCATION_ISSUED, "it counts as notified tomorrow"
    monday.move_to(day(21))
    assert "Dieser Bescheid ist echt und wirksam" in public(revocation)
    assert current_effect(notice) is Effect.ENDED, "the day says so, whether the job has run or not"
    watch_ends.func(timestamp=0)
    assert (status(case), state(correction)) == (CaseStatus.REVOKED, ServiceState.DROPPED)
    shown = page(cast.owner, case)
    assert "Dieser Bescheid gilt nicht mehr. Er ist am 3. November 2026 widerrufen." in shown
    assert "wird mit der Bekanntgabe wirksam" not in shown


def test_who_has_not_got_the_notice_does_not_get_it_any_more(
    application: PermitCase, cast: Cast, paper: RenderedDocument, monday: time_machine.Traveller
) -> None:
    grant_case_access(case=application, to=cast.stranger, level=Level.OWN, by=cast.owner)
    add_applicant(application, cast.owner, cast.stranger)
    to_signed(application, cast)
    permit = issue(application, paper)
    fetched, posted = permit.services.order_by("party")
    actions.record_retrieval(case=application, by=cast.owner, service=fetched)
    monday.move_to(day(3))
    correction = issued(permit, cast, ChangeKind.CORRECTION, CORRECTION)
    revocation = issued(permit, cast, ChangeKind.REVOCATION, REVOCATION)
    posted.refresh_from_db()
    assert posted.state == ServiceState.DROPPED
    states = list(correction.services.order_by("party").values_list("state", flat=True))
    assert states == [ServiceState.PROVIDED, ServiceState.DROPPED]
    # Posted on the 3rd, entered on the 9th: it counted as notified on the 7th, so the notice ends at once.
    monday.move_to(day(9))
    by_post = revocation.services.get(channel=Channel.POST)
    actions.record_posting(case=application, by=cast.officer, service=by_post, posted_on=dt.date(2026, 11, 3))
    assert status(application) == CaseStatus.REVOKED


def test_a_letter_that_had_left_is_entered_after_its_notice_was_taken_back(
    notice: IssuedDocument, cast: Cast, monday: time_machine.Traveller
) -> None:
    """It lies in the box: it counts as notified on the fourth day, its remedy period runs, and the notice counted."""
    case = notice.case
    monday.move_to(day(20))
    actions.fail_unretrieved(case=case, service=notice.services.get())
    actions.serve_again(case=case, by=cast.officer, service=notice.services.get(), channel=Channel.POST)
    revocation = issued(notice, cast, ChangeKind.REVOCATION, REVOCATION)
    assert (status(case), current_effect(notice)) == (CaseStatus.REVOKED, Effect.ENDED), "nobody had it, it seemed"
    letter = notice.services.get(attempt=2)
    shown = page(cast.officer, case, "staff_service")
    assert "War das Schreiben spätestens am 20.11.2026 schon zur Post gegeben?" in shown
    monday.move_to(day(23))
    address, officer = reverse("staff_posting", args=[case.uuid, letter.uuid]), browser(cast.officer)
    late = officer.post(address, {"posted_on": "2026-11-23"})
    assert (late.status_code, state(notice)) == (422, ServiceState.DROPPED)
    assert "und dem 20.11.2026 liegen" in late.content.decode()
    assert officer.post(address, {"posted_on": "2026-11-20"}).status_code == 302
    letter.refresh_from_db()
    assert letter.state == ServiceState.SERVED
    assert letter.notified_on is not None
    assert letter.remedy_until is not None
    assert (status(case), current_effect(notice)) == (CaseStatus.REVOCATION_ISSUED, Effect.ENDING)
    assert officer.post(address, {"posted_on": "2026-11-20"}).status_code == 409, "once"
    actions.record_retrieval(case=case, by=cast.owner, service=revocation.services.get())
    monday.move_to(day(24))
    watch_ends.func(timestamp=0)
    assert (status(case), current_effect(notice)) == (CaseStatus.REVOKED, Effect.ENDED)


def test_a_notice_that_never_came_and_was_taken_back_opens_from_the_page(
    notice: IssuedDocument, cast: Cast, monday: time_machine.Traveller
) -> None:
    """Its link once led back to the page with "Bitte rufen Sie den Bescheid hier ab", where there was nothing to do."""
    case = notice.case
    grant_case_access(case=case, to=cast.designer, level=Level.READ, by=cast.owner)
    address = reverse("issued_file", args=[case.uuid, notice.uuid])

    def told_to(user: User) -> str:
        return browser(user).get(address, follow=True).content.decode()

    told = told_to(cast.designer)
    assert "Diesen Bescheid können Sie öffnen, sobald er bekannt gegeben ist." in told
    assert "rufen Sie den Bescheid hier ab" not in told
    assert "rufen Sie den Bescheid hier ab" in told_to(cast.owner)
    monday.move_to(day(20))
    actions.fail_unretrieved(case=case, service=notice.services.get())
    assert "Der Bescheid ist Ihnen noch nicht bekannt gegeben." in told_to(cast.owner)
    actions.serve_again(case=case, by=cast.officer, service=notice.services.get(), channel=Channel.POST)
    issued(notice, cast, ChangeKind.REVOCATION, REVOCATION)
    assert f'href="{address}"' in page(cast.owner, case)
    assert browser(cast.owner).get(address)["Content-Type"] == "application/pdf"
    assert "aufgehoben und wird nicht mehr bekannt gegeben" in told_to(cast.designer)


def test_the_letter_says_from_when_it_counts_and_what_an_objection_does(notice: IssuedDocument, cast: Cast) -> None:
    html = issued(notice, cast, ChangeKind.REVOCATION, REVOCATION).html.replace("\u00a0", " ").replace("\u00ad", "")
    for words in (
        "Das wird mit der Bekanntgabe dieses Schreibens wirksam.",
        "Beginnen Sie dann nicht mit dem Bau.",
        "Ein Widerspruch schiebt das auf, wenn nicht die sofortige Vollziehung angeordnet ist (§ 80 VwGO).",
    ):
        assert words in html, words
    assert "Beginnen Sie nicht mit dem Bau. Haben" not in html
