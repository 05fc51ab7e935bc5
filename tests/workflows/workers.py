"""Real worker processes on the database of a test, to be started, killed and waited for."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from procrastinate.contrib.django import app

PROJECT = Path(__file__).resolve().parents[2]
# A worker that has not been heard of for this long counts as dead; three beats.
STALL_SECONDS = 3


def database_address() -> str:
    """Address of the database that this test uses, for another process."""
    data = connection.settings_dict
    options = urlencode({"host": data["HOST"], **({"port": data["PORT"]} if data["PORT"] else {})})
    return f"postgresql://{data['USER']}:{data['PASSWORD']}@/{data['NAME']}?{options}"


class Worker:
    """One ``manage.py procrastinate worker``."""

    def __init__(self, log: Path, *, url: str = "", var: Path | None = None, **environment: str) -> None:
        self.log = log
        self.environment = os.environ | {
            "BAUAKTE_ENV": "test",
            "BAUAKTE_VAR": str(var or settings.VAR),
            "DATABASE_URL": url or database_address(),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "JOB_STALL_SECONDS": str(STALL_SECONDS),
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "manage.py", "procrastinate", "worker", "--fetch-job-polling-interval", "0.5"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=PROJECT, env=self.environment, stdout=log, stderr=log)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(10)

    def keep_running(self) -> None:
        """Start it again where it ended by itself, as the launcher and every service manager do."""
        if self.process is None or self.process.poll() is not None:
            self.start()

    def output(self) -> str:
        return self.log.read_text(errors="replace")


def wait_for(condition: Callable[[], object], worker: Worker, *, seconds: float = 120, poll: float = 0.05) -> None:
    """Wait until something holds; fail with the worker's words."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s:\n{worker.output()[-3000:]}"
        time.sleep(poll)


def rescue_now() -> None:
    """Have the next free worker run the rescue of stalled jobs, which the clock does once a minute."""
    moment = int(time.time())
    app.configure_task("workflows.rescue_stalled", queueing_lock=f"test-{moment}").defer(timestamp=moment)


def forget_jobs() -> None:
    """Procrastinate's tables are not emptied between tests."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")
