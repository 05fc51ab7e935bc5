"""PostgreSQL is killed and started again while web and worker are at work: both recover, nothing is lost or doubled."""

import http.cookiejar
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config.launcher.postgres import EmbeddedPostgres, socket_folder
from demo.cast import PASSWORD
from tests.config.processes import wait_until
from tests.workflows.restart_story import EMAIL
from tests.workflows.workers import PROJECT, Worker, wait_for


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """A durable server of its own: what was committed survives."""
    with EmbeddedPostgres(tmp_path / "pg") as found:
        yield found
    shutil.rmtree(socket_folder(tmp_path / "pg"), ignore_errors=True)


@pytest.fixture
def worker(server: EmbeddedPostgres, tmp_path: Path) -> Iterator[Worker]:
    found = Worker(tmp_path / "worker.log", url=server.url, var=tmp_path / "var")
    # A fresh clone has collected no static files yet, and pages name them by their hashes.
    found.environment["STATIC_ROOT"] = str(tmp_path / "static")
    run(found, "manage.py", "collectstatic", "--no-input", "--verbosity", "0")
    run(found, "manage.py", "migrate", "--verbosity", "0")
    run(found, "-m", "tests.workflows.restart_story", "prepare")
    yield found
    found.kill()


def run(worker: Worker, *command: str) -> str:
    """Run a command on the database of the worker."""
    done = subprocess.run(
        [sys.executable, *command], cwd=PROJECT, env=worker.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def look(worker: Worker) -> dict[str, object]:
    found: dict[str, object] = json.loads(run(worker, "-m", "tests.workflows.restart_story", "look").splitlines()[-1])
    return found


class Web:
    """A web server process, and a browser of Anna Brandt."""

    def __init__(self, worker: Worker) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.address = f"http://127.0.0.1:{probe.getsockname()[1]}"
        port = self.address.rpartition(":")[2]
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "runserver", "--noreload", "--insecure", port],
            cwd=PROJECT, env=worker.environment | {"PORT": port, "SITE_URL": self.address},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def get(self, path: str) -> str:
        with self.browser.open(self.address + path, timeout=30) as response:
            return str(response.read().decode())

    def answers(self) -> bool:
        try:
            self.get("/konto/anmelden/")
        except OSError:
            return False
        return True

    def sign_in(self) -> None:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get("/konto/anmelden/"))
        assert token is not None
        form = {"csrfmiddlewaretoken": token[1], "username": EMAIL, "password": PASSWORD}
        self.browser.open(self.address + "/konto/anmelden/", urllib.parse.urlencode(form).encode(), timeout=30)


@pytest.fixture
def web(worker: Worker) -> Iterator[Web]:
    found = Web(worker)
    yield found
    found.process.terminate()
    found.process.wait(20)


def is_issuing(url: str) -> bool:
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT status FROM procrastinate_jobs WHERE task_name = 'workflows.issue_notice' ORDER BY id DESC LIMIT 1"
        ).fetchone()
    return row is not None and row[0] in ("doing", "succeeded")


def test_web_and_worker_survive_a_restart_of_the_database(server: EmbeddedPostgres, worker: Worker, web: Web) -> None:
    wait_until(web.answers)
    web.sign_in()
    assert "63-" in web.get("/antraege/")

    worker.start()
    wait_for(lambda: is_issuing(server.url), worker)
    os.kill(server.pid, signal.SIGQUIT)  # at once, as after a crash: open transactions are gone
    wait_until(lambda: server.pid == 0)
    with pytest.raises(urllib.error.HTTPError) as caught:
        web.get("/antraege/")
    assert caught.value.code in (500, 503)
    server.restart()

    assert "63-" in web.get("/antraege/")  # the same session, without signing in again

    def done() -> bool:
        worker.keep_running()
        return look(worker)["steps"] == ["await_service"]

    wait_for(done, worker, seconds=240, poll=3)
    deadline = time.monotonic() + 120
    while (state := look(worker))["unsent"] and time.monotonic() < deadline:
        worker.keep_running()
        time.sleep(3)
    assert state["status"] == "granted"
    assert (state["notices"], state["receipts"], state["services"]) == (1, 1, 1)
    assert (state["unsent"], state["faults"]) == (0, 0)
