"""The year for taking a notice back (§ 48 (4), § 49 (2) sentence 2 VwVfG): asked of whoever signs and of the worker."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from permits.errors import StateError
from permits.models import ChangeKind, ChangeState, FollowUp, IssuedDocument, NoticeChange, PermitCase, User
from permits.selectors.decision_content import digest_of
from permits.selectors.worklist import WorklistQuery, worklist_page
from permits.services.notice_changes import issue_change_again, return_change, sign_change
from tests.cast import Cast
from tests.jobs import run_jobs
from tests.workflows.test_notice_changes import BACKEND, CORRECTION, REVOCATION, notice, proposed, signed
from workflows import actions

__all__ = ["notice"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
# Known on 2 November 2026, so that 2 November 2027, a Tuesday, is the last day.
LAST_DAY = dt.datetime(2027, 11, 2, 9, tzinfo=dt.UTC)
NEXT_DAY = dt.datetime(2027, 11, 3, 9, tzinfo=dt.UTC)
OVER = "Die Frist dafür endete am 02.11.2027"


def page(person: User, case: PermitCase, name: str = "staff_register") -> str:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return " ".join(client.get(reverse(name, args=[case.uuid])).content.decode().split())


def sign(change: NoticeChange, cast: Cast) -> NoticeChange:
    return actions.on_case(
        sign_change, case=change.case, by=cast.reviewer, change=change, content_sha256=change.content_sha256
    )


def test_it_is_signed_on_the_last_day_and_not_after_it(
    notice: IssuedDocument, cast: Cast, monday: time_machine.Traveller
) -> None:
    change = proposed(notice, cast, ChangeKind.REVOCATION, REVOCATION)
    monday.move_to(NEXT_DAY)
    with pytest.raises(StateError, match=OVER):
        sign(change, cast)
    assert NoticeChange.objects.get().state == ChangeState.PROPOSED
    assert "Diese Fassung lässt sich nicht mehr zeichnen" in page(cast.reviewer, notice.case)
    monday.move_to(LAST_DAY)
    assert sign(change, cast).state == ChangeState.SIGNED


def test_what_is_too_late_to_be_signed_is_still_returned(
    notice: IssuedDocument, cast: Cast, monday: time_machine.Traveller
) -> None:
    change = proposed(notice, cast, ChangeKind.REVOCATION, REVOCATION)
    monday.move_to(NEXT_DAY)
    return_change(case=notice.case, by=cast.reviewer, change=change, reason="Zu spät.")
    assert OVER in page(cast.officer, notice.case)
    # A correction has no such time, and nothing stands in its way.
    assert sign(proposed(notice, cast, ChangeKind.CORRECTION, CORRECTION), cast).state == ChangeState.SIGNED


@pytest.mark.django_db(transaction=True)
def test_the_worker_issues_nothing_after_the_last_day(
    notice: IssuedDocument, cast: Cast, monday: time_machine.Traveller
) -> None:
    monday.move_to(LAST_DAY)
    change = signed(notice, cast, ChangeKind.REVOCATION, REVOCATION)
    monday.move_to(NEXT_DAY)
    run_jobs()
    change.refresh_from_db()
    assert change.failed_error
    assert not IssuedDocument.objects.filter(change=change).exists()
    task = FollowUp.objects.get(case=notice.case, effect_key=f"issue-failed:{change.failed_error}")
    assert OVER in task.text
    assert task.text.endswith("Auf der Seite „Ausgangsregister“ kann die Leitung die Fassung zurückgeben.")
    shown = page(cast.reviewer, notice.case)
    assert "Die Frist ist abgelaufen." in shown
    assert "Erneut ausfertigen" not in shown
    with pytest.raises(StateError, match=OVER):
        issue_change_again(case=notice.case, by=cast.officer, change=change)
    return_change(case=notice.case, by=cast.reviewer, change=change, reason="Zu spät.")
    change.refresh_from_db()
    assert (change.state, change.signed_by, change.failed_error) == (ChangeState.RETURNED, None, "")
    task.refresh_from_db()
    assert task.done_by == cast.reviewer
    # What was returned stands in the way of nothing, and its number is not used up.
    correction = signed(notice, cast, ChangeKind.CORRECTION, CORRECTION)
    run_jobs()
    assert IssuedDocument.objects.get(change=correction).number.endswith("-K1")


def test_a_signed_change_that_did_not_fail_is_not_returned(notice: IssuedDocument, cast: Cast) -> None:
    change = signed(notice, cast, ChangeKind.REVOCATION, REVOCATION)
    with pytest.raises(StateError, match="wird ausgefertigt"):
        return_change(case=notice.case, by=cast.reviewer, change=change, reason="Doch nicht.")
    assert NoticeChange.objects.get().state == ChangeState.SIGNED


def test_pages_and_worklist_show_the_day_of_knowledge_and_the_last_day(
    notice: IssuedDocument, cast: Cast, monday: time_machine.Traveller
) -> None:
    case = notice.case
    assert "Frist der Aufhebung</dt>" not in page(cast.reviewer, case)
    change = proposed(notice, cast, ChangeKind.REVOCATION, REVOCATION)
    for person in (cast.officer, cast.reviewer):
        shown = page(person, case)
        assert "<dt>Kenntnis der Tatsachen</dt><dd>02.11.2026</dd>" in shown
        assert "<dt>Frist der Aufhebung</dt><dd>letzter Tag 02.11.2027" in shown
    assert "<strong>02.11.2027</strong>" in page(cast.officer, case, "staff_clocks")
    (row,) = worklist_page(cast.reviewer, WorklistQuery(view="signature")).rows
    assert row.deadline is not None
    assert (row.deadline.title, row.deadline.due_on) == ("Frist der Aufhebung", dt.date(2027, 11, 2))
    assert worklist_page(cast.reviewer, WorklistQuery(view="overdue")).rows == []
    monday.move_to(NEXT_DAY)
    (row,) = worklist_page(cast.reviewer, WorklistQuery(view="overdue")).rows
    assert row.deadline is not None
    assert row.deadline.words == "seit 1 Tag überschritten"
    return_change(case=case, by=cast.reviewer, change=change, reason="Zu spät.")
    assert worklist_page(cast.reviewer, WorklistQuery(view="overdue")).rows == []


def test_a_content_from_before_the_day_was_kept_still_opens(notice: IssuedDocument, cast: Cast) -> None:
    change = proposed(notice, cast, ChangeKind.REVOCATION, REVOCATION)
    del change.content["known_on"]
    change.content_sha256 = digest_of(change.content)
    change.save()
    shown = page(cast.reviewer, notice.case)
    assert change.content_sha256 in shown
    assert "Frist der Aufhebung</dt>" not in shown
    (row,) = worklist_page(cast.reviewer, WorklistQuery(view="signature")).rows
    assert row.deadline is None
    client = Client()
    client.force_login(cast.reviewer, backend=BACKEND)
    assert client.get(reverse("staff_change_pdf", args=[notice.case.uuid, change.uuid])).content.startswith(b"%PDF")
