"""Real workers that are killed, or whose disk is full, at a chosen moment of issuing: one right paper, or none.

The worker waits where the test wants it: at its key, which is a pipe that the test fills, or at a row that the test
has locked.
"""

import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from viewflow.workflow.status import STATUS

from permits.models import (
    CaseStatus,
    FollowUp,
    IssuedDocument,
    PermitCase,
    RegisterCounter,
    RegisterEntry,
)
from permits.selectors.audit import verify_audit
from permits.services.files import read_file, store_file
from permits.services.notice_checks import Verdict, check_notice
from permits.services.sealing import demo_pki
from tests.cast import Cast
from tests.workflows.test_killed_worker import job_of, last_attempt, task_of
from tests.workflows.village import to_signed
from tests.workflows.workers import STALL_SECONDS, Worker, forget_jobs, rescue_now, wait_for
from workflows.models import CaseProcess
from workflows.steps import current_steps

pytestmark = pytest.mark.django_db(transaction=True)
BACKEND = "django.contrib.auth.backends.ModelBackend"
SMALL = 20_000  # bytes: less than a notice has


@pytest.fixture(autouse=True)
def _no_old_jobs(db: None) -> None:
    forget_jobs()


class KeyPipe:
    """The worker's sealing key as a pipe: who reads it waits until it is filled."""

    def __init__(self, path: Path) -> None:
        self.path = path
        os.mkfifo(path)

    def wait_for_reader(self, worker: Worker) -> int:
        """Return the open end once the worker stands at its key: rendered, not sealed."""
        ends: list[int] = []

        def opened() -> bool:
            # ENXIO: nobody reads yet.
            with suppress(OSError):
                ends.append(os.open(self.path, os.O_WRONLY | os.O_NONBLOCK))
            return bool(ends)

        wait_for(opened, worker)
        return ends[0]

    def fill(self, end: int) -> None:
        """Hand the key over."""
        os.write(end, demo_pki().pfx.read_bytes())
        os.close(end)


@pytest.fixture
def pipe(tmp_path: Path) -> KeyPipe:
    return KeyPipe(tmp_path / "key.p12")


@pytest.fixture
def waiting_worker(tmp_path: Path, pipe: KeyPipe) -> Iterator[Worker]:
    """A worker whose key is the pipe, and that waits long for locks."""
    found = Worker(
        tmp_path / "waiting.log",
        SEAL_PFX=str(pipe.path),
        SEAL_PFX_PASSWORD=demo_pki().password,
        FLOW_LOCK_TIMEOUT_MS="120000",
    )
    yield found
    found.kill()


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Worker]:
    found = Worker(tmp_path / "worker.log")
    yield found
    found.kill()


def somebody_waits() -> bool:
    """Whether another session of this database waits for a lock of ours."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' "
            "AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        (count,) = cursor.fetchone()
    return bool(count)


@contextmanager
def flow_lock(case: PermitCase) -> Iterator[None]:
    """Hold the lock that the worker takes after sealing, before storing."""
    with transaction.atomic():
        CaseProcess.objects.select_for_update(of=("self",)).get(case=case)
        yield


@contextmanager
def register_lock(case: PermitCase) -> Iterator[None]:
    """Hold the counter that the worker takes in the middle of storing."""
    with transaction.atomic():
        RegisterCounter.objects.select_for_update().get(authority=case.authority)
        yield


def nothing_is_issued(case: PermitCase) -> None:
    assert not IssuedDocument.objects.filter(case=case, decision_version__isnull=False).exists()
    assert not RegisterEntry.objects.filter(case=case, kind="permit_notice").exists()
    assert PermitCase.objects.get(pk=case.pk).status == CaseStatus.DECISION_SIGNED


def exactly_one_is_issued(case: PermitCase) -> None:
    notice = IssuedDocument.objects.get(case=case, decision_version__isnull=False)
    entry = RegisterEntry.objects.get(kind="permit_notice", case=case)
    assert entry.sha256 == notice.sha256
    numbers = RegisterEntry.objects.filter(authority=case.authority).values_list("number", flat=True)
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    assert RegisterCounter.objects.get(authority=case.authority).last == len(numbers)
    # Genuine in every respect; nobody has been notified of it yet.
    assert check_notice(read_file(notice.file)).verdict is Verdict.NOT_NOTIFIED
    assert notice.services.count() == 1
    assert verify_audit().faults == ()


def test_a_worker_killed_at_any_moment_leaves_one_notice_or_none(
    application: PermitCase, cast: Cast, pipe: KeyPipe, waiting_worker: Worker, worker: Worker
) -> None:
    to_signed(application, cast)
    # Killed between rendering and sealing.
    waiting_worker.start()
    end = pipe.wait_for_reader(waiting_worker)
    waiting_worker.kill()
    os.close(end)
    nothing_is_issued(application)
    # Between sealing and storing, then in the middle of storing.
    for lock in (flow_lock, register_lock):
        time.sleep(STALL_SECONDS + 0.5)
        rescue_now()
        waiting_worker.start()
        end = pipe.wait_for_reader(waiting_worker)
        with lock(application):
            pipe.fill(end)
            wait_for(somebody_waits, waiting_worker)
            waiting_worker.kill()
        nothing_is_issued(application)
    time.sleep(STALL_SECONDS + 0.5)
    rescue_now()
    worker.start()
    wait_for(lambda: current_steps(application) == {"await_service"}, worker)
    exactly_one_is_issued(application)


def test_two_workers_that_seal_at_once_issue_one_notice(
    application: PermitCase, cast: Cast, pipe: KeyPipe, waiting_worker: Worker, worker: Worker
) -> None:
    to_signed(application, cast)
    waiting_worker.start()
    end = pipe.wait_for_reader(waiting_worker)
    # Taken for dead while it only waits: another worker gets the job, and is faster.
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'todo' WHERE id = %s", [job_of(application).id])
    worker.start()
    wait_for(lambda: current_steps(application) == {"await_service"}, worker)
    worker.kill()
    pipe.fill(end)
    wait_for(lambda: job_of(application).status == "succeeded", waiting_worker)
    exactly_one_is_issued(application)


def test_a_full_disk_issues_nothing_and_the_officer_starts_it_again(
    application: PermitCase, cast: Cast, pipe: KeyPipe, waiting_worker: Worker, worker: Worker
) -> None:
    to_signed(application, cast)
    last_attempt(application)
    waiting_worker.start()
    end = pipe.wait_for_reader(waiting_worker)
    assert waiting_worker.process is not None
    # From here on the system refuses this process every byte of a file beyond the limit.
    resource.prlimit(waiting_worker.process.pid, resource.RLIMIT_FSIZE, (SMALL, SMALL))
    pipe.fill(end)
    wait_for(lambda: task_of(application).status == STATUS.ERROR, waiting_worker)
    waiting_worker.kill()
    nothing_is_issued(application)
    assert not list(Path(default_storage.location).rglob("*.part"))  # type: ignore[attr-defined]
    assert FollowUp.objects.filter(case=application, text__startswith="Der Bescheid konnte nicht").count() == 1
    officer = Client()
    officer.force_login(cast.officer, backend=BACKEND)
    page = officer.get(reverse("staff_decision", args=[application.uuid])).content.decode()
    assert "Ausfertigung fehlgeschlagen" in page
    answer = officer.post(reverse("staff_issue_again", args=[application.uuid]), follow=True)
    assert "Die Ausfertigung läuft erneut." in answer.content.decode()
    worker.start()
    wait_for(lambda: current_steps(application) == {"await_service"}, worker)
    exactly_one_is_issued(application)


def test_a_file_that_was_cut_short_is_written_again(application: PermitCase) -> None:
    content = os.urandom(5000)
    stored = store_file(authority=application.authority, content=content, media_type="application/pdf")
    path = Path(default_storage.path(stored.storage_name))
    path.write_bytes(content[:1000])
    assert store_file(authority=application.authority, content=content, media_type="application/pdf") == stored
    assert read_file(stored) == content
    assert path.stat().st_mode & 0o777 == 0o600
    assert [other.name for other in path.parent.iterdir() if other.name.startswith(".")] == []
