"""Two people at once, through the pages, on connections of their own: one wins, the other is told, nothing doubles."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, connections, transaction
from django.test import Client
from viewflow.workflow.models import Task
from viewflow.workflow.status import STATUS

from permits.models import (
    AuditEvent,
    CaseStatus,
    Decision,
    DecisionContributor,
    InternalNote,
    IssuedDocument,
    PermitCase,
    User,
)
from tests.cast import Cast
from tests.jobs import run_jobs
from workflows import actions
from workflows.models import CaseProcess

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def case(draft: PermitCase, cast: Cast) -> PermitCase:
    actions.submit(case=draft, by=cast.owner)
    return draft


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def at_once(*posts: Callable[[], Any]) -> list[Any]:
    """Call all at the same moment, each in its own thread with its own connection."""
    gate = threading.Barrier(len(posts))

    def run(post: Callable[[], Any]) -> Any:
        try:
            gate.wait(timeout=10)
            return post()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(posts)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, post) for post in posts]]


def address(case: PermitCase, page: str) -> str:
    return f"/vorgaenge/{case.uuid}/akte/{page}/"


def test_two_officers_confirm_completeness_at_once_and_one_does(case: PermitCase, cast: Cast) -> None:
    clients = [signed_in(cast.officer), signed_in(cast.second_officer)]
    answers = at_once(*(lambda client=client: client.post(address(case, "vollstaendig")) for client in clients))
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    loser = next(answer for answer in answers if answer.status_code == 409)
    assert "Jemand anderes war vielleicht schneller" in loser.content.decode()
    assert AuditEvent.objects.filter(chain__case=case, type="completeness.confirmed").count() == 1
    assert case.clock_events.filter(clock="permit_fiction").count() == 1


def test_one_confirms_while_the_other_requests_and_only_one_of_both_happens(case: PermitCase, cast: Cast) -> None:
    first, second = signed_in(cast.officer), signed_in(cast.second_officer)
    first.post(address(case, "befund"), {"kind": "05", "document_type": "1805", "text": "Der Schnitt fehlt."})
    request = {"due_on": "2099-12-01", "text": ""}
    answers = at_once(
        lambda: first.post(address(case, "nachfordern"), request),
        lambda: second.post(address(case, "nachfordern"), request),
    )
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    assert case.information_requests.count() == 1


def to_draft(case: PermitCase, cast: Cast) -> None:
    actions.confirm_completeness(case=case, by=cast.officer)
    actions.finish_assessment(case=case, by=cast.officer)


def test_two_officers_save_a_draft_at_once_and_neither_text_is_lost(case: PermitCase, cast: Cast) -> None:
    to_draft(case, cast)
    texts = {cast.officer: "Text von Clara.", cast.second_officer: "Text von Jonas."}
    posts = [
        lambda user=user, text=text: signed_in(user).post(
            address(case, "entwurf"),
            {"outcome": "granted", "operative_part": text, "reasons": "", "revision": "1"},
        )
        for user, text in texts.items()
    ]
    answers = at_once(*posts)
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    loser = next(answer for answer in answers if answer.status_code == 409).content.decode()
    assert all(text in loser for text in texts.values())
    assert Decision.objects.get(case=case).versions.count() == 1


def propose(case: PermitCase, cast: Cast) -> str:
    to_draft(case, cast)
    actions.save_decision(case=case, by=cast.officer, outcome="granted", operative_part="Erteilt.", reasons="")  # type: ignore[arg-type]
    return actions.propose_decision(case=case, by=cast.officer).content_sha256


def test_two_heads_sign_at_once_and_the_decision_is_signed_once(case: PermitCase, cast: Cast) -> None:
    from permits.models import Role
    from permits.services.authorities import add_member

    add_member(authority=case.authority, user=cast.second_officer, role=Role.HEAD_OF_UNIT, by=None)
    signature = {"content_sha256": propose(case, cast), "read": "on"}
    clients = [signed_in(cast.reviewer), signed_in(cast.second_officer)]
    answers = at_once(*(lambda client=client: client.post(address(case, "zeichnen"), signature) for client in clients))
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    assert DecisionContributor.objects.filter(version__decision__case=case, act="signed").count() == 1
    run_jobs()
    assert IssuedDocument.objects.filter(case=case, kind="permit_notice").count() == 1


def test_one_signs_while_the_other_sends_back(case: PermitCase, cast: Cast) -> None:
    signature = {"content_sha256": propose(case, cast), "read": "on"}
    client, other = signed_in(cast.reviewer), signed_in(cast.reviewer)
    answers = at_once(
        lambda: client.post(address(case, "zeichnen"), signature),
        lambda: other.post(address(case, "zurueckgeben"), {"reason": "Bitte prüfen."}),
    )
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    case.refresh_from_db()
    assert case.status in (CaseStatus.DECISION_SIGNED, CaseStatus.ASSESSMENT)


def test_signature_for_a_text_that_changed_is_refused(case: PermitCase, cast: Cast) -> None:
    old = propose(case, cast)
    actions.return_decision(case=case, by=cast.reviewer, reason="Bitte kürzen.")
    actions.save_decision(case=case, by=cast.officer, outcome="granted", operative_part="Kurz.", reasons="")  # type: ignore[arg-type]
    actions.propose_decision(case=case, by=cast.officer)
    answer = signed_in(cast.reviewer).post(address(case, "zeichnen"), {"content_sha256": old, "read": "on"})
    assert answer.status_code == 409
    assert "Bitte lesen Sie sie erneut" in answer.content.decode()


def test_double_click_is_not_two_acts(case: PermitCase, cast: Cast) -> None:
    officer = signed_in(cast.officer)
    assert [officer.post(address(case, "vollstaendig")).status_code for _ in range(2)] == [302, 409]


@pytest.mark.parametrize("held", ["process", "case"])
def test_busy_case_says_so_and_keeps_what_was_typed(case: PermitCase, cast: Cast, settings: Any, held: str) -> None:
    settings.FLOW_LOCK_TIMEOUT_MS = 300
    assert django_settings.FLOW_LOCK_TIMEOUT_MS == 300
    locked, done = threading.Event(), threading.Event()

    def hold() -> None:
        rows = CaseProcess.objects.filter(case=case) if held == "process" else PermitCase.objects.filter(pk=case.pk)
        try:
            with transaction.atomic():
                list(rows.select_for_update(of=("self",)))
                locked.set()
                done.wait(timeout=30)
        finally:
            connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        assert locked.wait(timeout=10)
        answer = signed_in(cast.officer).post(address(case, "vermerk"), {"text": "Das darf nicht verloren gehen."})
    finally:
        done.set()
        thread.join()
    assert answer.status_code == 423
    page = answer.content.decode()
    assert "Diesen Vorgang bearbeitet gerade jemand anderes" in page
    assert "Das darf nicht verloren gehen." in page
    assert not InternalNote.objects.exists()
    assert signed_in(cast.officer).post(address(case, "vermerk"), {"text": "Jetzt."}).status_code == 302


def test_failed_notice_is_issued_again_exactly_once(case: PermitCase, cast: Cast) -> None:
    signature = {"content_sha256": propose(case, cast), "read": "on"}
    head, officer = signed_in(cast.reviewer), signed_in(cast.officer)
    assert officer.post(address(case, "erneut-ausfertigen")).status_code == 409
    head.post(address(case, "zeichnen"), signature)
    task = Task.objects.get(process__caseprocess__case=case, status=STATUS.SCHEDULED)
    with task.activation() as activation:
        activation.start()
    with task.activation() as activation:
        activation.error(RuntimeError("the key is away"))
    page = officer.get(address(case, "entscheidung")).content.decode()
    assert "Ausfertigung fehlgeschlagen" in page
    assert "Ausfertigung fehlgeschlagen" in officer.get("/vorgaenge/").content.decode()
    assert officer.post(address(case, "erneut-ausfertigen")).status_code == 302
    assert officer.post(address(case, "erneut-ausfertigen")).status_code == 409
    run_jobs()
    assert IssuedDocument.objects.filter(case=case, kind="permit_notice").count() == 1
    case.refresh_from_db()
    assert case.status == CaseStatus.GRANTED
    assert AuditEvent.objects.filter(chain__case=case, type="notice.retried").count() == 1
