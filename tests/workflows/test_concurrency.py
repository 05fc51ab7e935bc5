"""Two people, or one person twice, at the same moment: one acts, nothing is doubled, nothing is overwritten."""

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import ConnectorException
from pytest_django import Settings

from permits.errors import StateError
from permits.models import (
    AuditEvent,
    CaseNumberCounter,
    CaseStatus,
    DecisionVersion,
    Outcome,
    OutgoingMail,
    PermitCase,
    ServiceState,
)
from permits.selectors.audit import verify_audit
from permits.services.communication import write_note
from reports.pdf import RenderedDocument
from tests.cast import Cast
from tests.workflows.village import TENOR, issue, to_assessment, to_proposed, to_signed
from workflows import actions
from workflows.jobs import watch_service
from workflows.locks import CaseBusyError
from workflows.models import CaseProcess
from workflows.steps import acting, current_steps

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls in threads with connections of their own, all starting together; return results or errors."""
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        connection.ensure_connection()
        barrier.wait()
        try:
            return call()
        except Exception as error:  # noqa: BLE001  # the error is what the test looks at
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def fresh(case: PermitCase) -> PermitCase:
    """A copy of the case as another request would load it."""
    return PermitCase.objects.get(pk=case.pk)


def receipts_of(case: PermitCase) -> "QuerySet[ProcrastinateJob]":
    """Jobs that make the receipt of a case."""
    return ProcrastinateJob.objects.filter(task_name="workflows.issue_document", args__case_uuid=str(case.uuid))


@contextmanager
def held(hold: Callable[[threading.Event], None]) -> Iterator[None]:
    """Let another connection hold something while the block runs."""
    ready, done = threading.Event(), threading.Event()

    def run() -> None:
        try:
            with transaction.atomic():
                hold(ready)
                ready.set()
                assert done.wait(30)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        holder: Future[None] = pool.submit(run)
        assert ready.wait(30)
        try:
            yield
        finally:
            done.set()
            holder.result()


def test_a_double_click_submits_once(application: PermitCase, cast: Cast) -> None:
    results = at_once(*[lambda: actions.submit(case=fresh(application), by=cast.owner)] * 4)
    assert len({submission.pk for submission in results}) == 1
    application.refresh_from_db()
    assert (application.status, application.case_number[-6:]) == (CaseStatus.COMPLETENESS, "-00001")
    assert application.submissions.count() == 1
    assert CaseProcess.objects.filter(case=application).count() == 1
    assert CaseNumberCounter.objects.get().last == 1
    assert application.completeness_checks.count() == 1
    assert receipts_of(application).count() == 1
    assert OutgoingMail.objects.filter(subject__startswith="Ihr Antrag ist eingegangen").count() == 1


def test_a_reload_submits_once(application: PermitCase, cast: Cast) -> None:
    first = actions.submit(case=application, by=cast.owner)
    assert actions.submit(case=application, by=cast.owner) == first
    assert CaseNumberCounter.objects.get().last == 1


def test_a_submission_that_fails_half_way_leaves_nothing(application: PermitCase, cast: Cast) -> None:
    CaseNumberCounter.objects.create(authority=application.authority, year=1999)
    with connection.cursor() as cursor:
        # The last write of the transaction fails: the job that sends the receipt cannot be queued.
        cursor.execute(
            "CREATE FUNCTION no_job() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN IF NEW.task_name = 'workflows.issue_document' THEN RAISE 'full'; END IF; RETURN NEW; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER no_job BEFORE INSERT ON procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION no_job()"
        )
    before = AuditEvent.objects.count()
    try:
        with pytest.raises(ConnectorException):
            actions.submit(case=application, by=cast.owner)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION no_job() CASCADE")
    application.refresh_from_db()
    assert (application.status, application.case_number, application.submitted_at) == (CaseStatus.DRAFT, "", None)
    assert not CaseNumberCounter.objects.filter(last__gt=0).exists()
    assert not CaseProcess.objects.exists()
    assert not receipts_of(application).exists()
    assert AuditEvent.objects.count() == before
    actions.submit(case=application, by=cast.owner)
    assert CaseNumberCounter.objects.get(last__gt=0).last == 1


def test_of_two_planners_deciding_at_once_one_moves_the_step(application: PermitCase, cast: Cast) -> None:
    to_assessment(application, cast)
    actions.finish_assessment(case=application, by=cast.officer)
    actions.save_decision(case=application, by=cast.officer, outcome=Outcome.GRANTED, operative_part=TENOR, reasons="")
    results = at_once(
        lambda: actions.propose_decision(case=fresh(application), by=cast.officer),
        lambda: actions.propose_decision(case=fresh(application), by=cast.second_officer),
    )
    assert sorted(type(result).__name__ for result in results) == ["DecisionVersion", "StateError"]
    assert AuditEvent.objects.filter(type="decision.proposed").count() == 1
    assert current_steps(application) == {"second_signature"}


def test_of_signing_and_returning_at_once_one_happens(application: PermitCase, cast: Cast) -> None:
    version = to_proposed(application, cast)
    results = at_once(
        lambda: actions.sign_decision(case=fresh(application), by=cast.reviewer, content_sha256=version.content_sha256),
        lambda: actions.return_decision(case=fresh(application), by=cast.reviewer, reason="Bitte genauer."),
        lambda: actions.withdraw(case=fresh(application), by=cast.owner),
    )
    happened = [result for result in results if isinstance(result, DecisionVersion | PermitCase)]
    refused = [result for result in results if isinstance(result, StateError)]
    # Returned first, a withdrawal may still follow; nothing else may happen twice.
    signed, returned, withdrawn = (result in happened for result in results)
    assert len(happened) + len(refused) == 3
    assert not (signed and (returned or withdrawn))
    assert verify_audit().faults == ()


def test_a_retrieval_clicked_twice_is_logged_once(application: PermitCase, cast: Cast, paper: RenderedDocument) -> None:
    to_signed(application, cast)
    service = issue(application, paper).services.get()
    results = at_once(*[lambda: actions.record_retrieval(case=fresh(application), by=cast.owner, service=service)] * 3)
    assert {getattr(result, "state", result) for result in results} == {"served"}
    assert AuditEvent.objects.filter(type="notice.retrieved").count() == 1
    assert current_steps(application) == set()


def test_who_waits_too_long_is_told_that_the_case_is_busy(
    application: PermitCase, cast: Cast, settings: Settings
) -> None:
    settings.FLOW_LOCK_TIMEOUT_MS = 200
    to_assessment(application, cast)
    before = AuditEvent.objects.count()

    def hold(_: threading.Event) -> None:
        CaseProcess.objects.select_for_update().get(case=application)

    with held(hold):
        began = time.monotonic()
        with pytest.raises(CaseBusyError, match="gerade jemand"):
            actions.finish_assessment(case=application, by=cast.officer)
        with pytest.raises(CaseBusyError):
            actions.on_case(write_note, case=application, by=cast.officer, text="Vermerk")
        assert time.monotonic() - began < 5
    assert AuditEvent.objects.count() == before
    assert current_steps(application) == {"assess"}
    actions.finish_assessment(case=application, by=cast.officer)
    assert current_steps(application) == {"draft_decision"}


def test_a_case_row_that_is_held_counts_as_busy_too(application: PermitCase, cast: Cast, settings: Settings) -> None:
    settings.FLOW_LOCK_TIMEOUT_MS = 200
    to_assessment(application, cast)

    def hold(_: threading.Event) -> None:
        PermitCase.objects.select_for_update().get(pk=application.pk)

    with held(hold), pytest.raises(CaseBusyError):
        actions.finish_assessment(case=application, by=cast.officer)
    assert current_steps(application) == {"assess"}


def test_the_process_is_locked_before_the_case(application: PermitCase, cast: Cast) -> None:
    """Whoever holds the case row waits for nobody, and whoever holds the process gets the case afterwards."""
    to_assessment(application, cast)

    def hold(_: threading.Event) -> None:
        with acting(application):
            pass
        CaseProcess.objects.select_for_update().get(case=application)

    with held(hold), transaction.atomic():
        # The process is held by somebody else, and yet the case row is free: nobody took it first.
        assert PermitCase.objects.select_for_update(nowait=True).get(pk=application.pk) == application


def test_a_wait_that_ends_in_time_is_no_error(application: PermitCase, cast: Cast) -> None:
    to_assessment(application, cast)
    results = at_once(
        *[lambda: actions.on_case(write_note, case=fresh(application), by=cast.officer, text="Vermerk")] * 6
    )
    assert [type(result).__name__ for result in results] == ["InternalNote"] * 6
    assert verify_audit().faults == ()


def test_a_busy_case_does_not_end_the_watch_over_services(
    application: PermitCase, cast: Cast, paper: RenderedDocument, settings: Settings
) -> None:
    settings.FLOW_LOCK_TIMEOUT_MS = 200
    to_signed(application, cast)
    service = issue(application, paper).services.get()
    service.provided_at -= dt.timedelta(days=30)
    service.save()

    def hold(_: threading.Event) -> None:
        CaseProcess.objects.select_for_update().get(case=application)

    with held(hold):
        watch_service.func(timestamp=0)
        service.refresh_from_db()
        assert service.state == ServiceState.PROVIDED
    watch_service.func(timestamp=0)
    service.refresh_from_db()
    assert service.state == ServiceState.FAILED
