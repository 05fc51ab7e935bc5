"""A worker that is killed while it issues a notice; a notice that cannot be issued; jobs that run twice."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings
from viewflow.workflow.models import Task
from viewflow.workflow.status import STATUS

from permits.errors import StateError
from permits.models import (
    AuditEvent,
    CaseStatus,
    FollowUp,
    IssuedDocument,
    PermitCase,
)
from permits.selectors.audit import verify_audit
from permits.services.documents_out import check_seal
from permits.services.files import read_file
from permits.services.sealing import fonts
from reports.seal_validation import SealState
from tests.cast import Cast
from tests.jobs import run_jobs
from tests.workflows.village import to_signed
from tests.workflows.workers import STALL_SECONDS, Worker, forget_jobs, rescue_now, wait_for
from workflows import actions
from workflows.jobs import RETRY, watch_issuing
from workflows.permit_flow import PermitFlow
from workflows.steps import current_steps

pytestmark = pytest.mark.django_db(transaction=True)
# Seconds after a worker began to issue: at once, while rendering, while sealing or storing.
KILLED_AFTER = (0.0, 1.0, 2.5)


@pytest.fixture(autouse=True)
def _no_old_jobs(db: None) -> None:
    forget_jobs()


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Worker]:
    found = Worker(tmp_path / "worker.log")
    yield found
    found.kill()


def job_of(case: PermitCase) -> ProcrastinateJob:
    """The job that issues the notice of a case."""
    task = Task.objects.get(process__caseprocess__case=case, flow_task=PermitFlow.issue_notice)
    return ProcrastinateJob.objects.filter(task_name="workflows.issue_notice", args__task_id=task.pk).latest("id")


def task_of(case: PermitCase) -> Task:
    return Task.objects.get(process__caseprocess__case=case, flow_task=PermitFlow.issue_notice)


def test_a_worker_killed_again_and_again_issues_exactly_one_notice(
    application: PermitCase, cast: Cast, worker: Worker
) -> None:
    to_signed(application, cast)
    kills = 0
    for seconds in KILLED_AFTER:
        worker.start()
        wait_for(lambda: job_of(application).status in ("doing", "succeeded"), worker)
        time.sleep(seconds)
        worker.kill()
        kills += job_of(application).status == "doing"
        # The dead worker's last beat has to be old enough before anybody takes its jobs.
        time.sleep(STALL_SECONDS + 0.5)
        rescue_now()
    worker.start()
    wait_for(lambda: current_steps(application) == {"await_service"}, worker)
    wait_for(lambda: job_of(application).status == "succeeded", worker)
    assert kills, "no kill hit the job"
    application.refresh_from_db()
    assert application.status == CaseStatus.GRANTED
    notice = IssuedDocument.objects.get(case=application, kind="permit_notice")
    assert check_seal(read_file(notice.file)).state == SealState.VALID
    assert notice.services.count() == 1
    for kind in ("notice.provided", "decision.signed"):
        assert AuditEvent.objects.filter(chain__case=application, type=kind).count() == 1
    issued = AuditEvent.objects.filter(chain__case=application, type="notice.issued").values_list(
        "subject__number", flat=True
    )
    assert list(issued).count(notice.number) == 1
    assert verify_audit().faults == ()


def last_attempt(case: PermitCase) -> None:
    """Bring the job to its last attempt, and let it run now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET attempts = %s, scheduled_at = NULL WHERE id = %s",
            [RETRY.max_attempts, job_of(case).id],
        )


@pytest.fixture
def broken(application: PermitCase, cast: Cast, settings: Settings, tmp_path: Path) -> PermitCase:
    """A signed case of an authority whose sealing key has gone missing, after the last attempt."""
    to_signed(application, cast)
    settings.SEAL_PFX, settings.SEAL_PFX_PASSWORD = str(tmp_path / "geheim" / "fehlt.p12"), "sehr geheim"
    last_attempt(application)
    run_jobs()
    return application


def test_a_notice_that_cannot_be_issued_becomes_a_task_and_tells_no_secrets(broken: PermitCase) -> None:
    task = task_of(broken)
    assert (task.status, set(task.data)) == (STATUS.ERROR, {"error_id", "error"})
    assert "geheim" not in str(task.data)
    follow_up = FollowUp.objects.get(case=broken)
    assert follow_up.text.startswith("Der Bescheid konnte nicht ausgefertigt werden")
    assert task.data["error_id"] in follow_up.text
    assert AuditEvent.objects.get(type="notice.failed").subject["error"] == task.data["error_id"]
    broken.refresh_from_db()
    assert (broken.status, current_steps(broken)) == (CaseStatus.DECISION_SIGNED, {"issue_notice"})
    assert not IssuedDocument.objects.filter(kind="permit_notice").exists()


def test_after_mending_the_officer_starts_it_again(broken: PermitCase, cast: Cast, settings: Settings) -> None:
    settings.SEAL_PFX = ""
    actions.issue_again(case=broken, by=cast.officer)
    with pytest.raises(StateError, match=r"nicht \(mehr\) gescheitert"):
        actions.issue_again(case=broken, by=cast.officer)
    run_jobs()
    broken.refresh_from_db()
    assert (broken.status, current_steps(broken)) == (CaseStatus.GRANTED, {"await_service"})
    assert IssuedDocument.objects.filter(case=broken, kind="permit_notice").count() == 1
    assert verify_audit().faults == ()


def test_a_fault_that_passes_is_tried_again_without_anybody_noticing(
    application: PermitCase, cast: Cast, settings: Settings, tmp_path: Path
) -> None:
    to_signed(application, cast)
    settings.SEAL_PFX = str(tmp_path / "fehlt.p12")
    run_jobs()
    assert (job_of(application).status, job_of(application).attempts) == ("todo", 1)
    assert not FollowUp.objects.filter(case=application).exists()
    settings.SEAL_PFX = ""
    last_attempt(application)
    run_jobs()
    assert current_steps(application) == {"await_service"}


def test_a_job_that_runs_twice_issues_once(application: PermitCase, cast: Cast) -> None:
    to_signed(application, cast)
    run_jobs()
    task = task_of(application)
    for _ in range(2):
        app.configure_task("workflows.issue_notice").defer(task_id=task.pk)
    run_jobs()
    assert IssuedDocument.objects.filter(case=application, kind="permit_notice").count() == 1
    assert current_steps(application) == {"await_service"}
    assert not ProcrastinateJob.objects.filter(status="failed").exists()


def test_a_step_whose_job_is_gone_is_found(application: PermitCase, cast: Cast) -> None:
    to_signed(application, cast)
    watch_issuing.func(timestamp=0)
    assert task_of(application).status == STATUS.SCHEDULED
    forget_jobs()
    watch_issuing.func(timestamp=0)
    assert task_of(application).status == STATUS.ERROR
    assert FollowUp.objects.filter(case=application).count() == 1
    actions.issue_again(case=application, by=cast.officer)
    assert task_of(application).status == STATUS.SCHEDULED


def test_a_letter_that_fails_for_good_becomes_a_task_and_holds_up_nothing(
    application: PermitCase, cast: Cast, settings: Settings, tmp_path: Path
) -> None:
    to_signed(application, cast)
    fonts.cache_clear()
    right = settings.FONT_FOLDER
    settings.FONT_FOLDER = tmp_path
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET attempts = %s WHERE task_name = 'workflows.issue_document'",
            [RETRY.max_attempts],
        )
    run_jobs()
    assert FollowUp.objects.get(case=application).text.startswith("Die Eingangsbestätigung konnte nicht")
    settings.FONT_FOLDER = right
    fonts.cache_clear()
    last_attempt(application)
    run_jobs()
    assert current_steps(application) == {"await_service"}
