"""`make run` as a person meets it: started, stopped, killed, started again. One after the other, on one folder."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.launcher.places import PROJECT
from tests.config.processes import processes_of, wait_until

START_SECONDS = 180
OUR_OWN = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "MAKELEVEL"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(var: Path, port: int) -> dict[str, str]:
    """Return what a new clone would see: none of the tests' own variables, and no demo data, for speed."""
    kept = {name: value for name, value in os.environ.items() if name not in OUR_OWN}
    static = {"STATIC_ROOT": str(var.parent / "static")}
    return kept | static | {"BAUAKTE_ENV": "development", "BAUAKTE_VAR": str(var), "PORT": str(port), "DEMO": "no"}


class Site:
    """One `make run` on the folder ``var``."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.port = free_port()
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> float:
        """Start and wait until the address is shown; return the seconds that it took."""
        began = time.monotonic()
        log = (self.var.parent / "output").open("w")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "config.launcher"],
            cwd=PROJECT, env=environment(self.var, self.port), stdout=log, stderr=log, text=True,
        )  # fmt: skip
        wait_until(lambda: "Bauakte läuft" in self.output() or self.process.poll() is not None, START_SECONDS)
        assert f"http://127.0.0.1:{self.port}/" in self.output(), self.output()
        return time.monotonic() - began

    def output(self) -> str:
        return (self.var.parent / "output").read_text()

    def end(self, number: signal.Signals) -> int:
        """Send a signal and return the exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(40)

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=10) as response:
                return bool(response.status == 200)
        except OSError:
            return False

    def pid_of(self, part: str) -> int:
        """Return the oldest process whose command line has ``part``."""
        return min(pid for pid, command in processes_of(self.var).items() if re.search(part, command))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("clone") / "var")
    site.start()
    yield site
    if site.process and site.process.poll() is None:
        site.end(signal.SIGKILL)


def attempt(var: Path, port: int) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "config.launcher"],
        cwd=PROJECT, env=environment(var, port), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_the_site_answers_and_its_folder_is_private(site: Site) -> None:
    assert site.answers()
    assert site.var.stat().st_mode & 0o077 == 0
    assert (site.var / "secret_key").stat().st_mode & 0o077 == 0


def test_a_port_in_use_is_named_before_anything_is_started(site: Site, tmp_path: Path) -> None:
    done = attempt(tmp_path / "var", site.port)
    assert done.returncode == 1
    assert f"Port {site.port} ist belegt" in done.stderr
    assert not (tmp_path / "var").exists()


def test_a_second_run_in_the_same_folder_is_refused(site: Site) -> None:
    done = attempt(site.var, free_port())
    assert done.returncode == 1
    assert "läuft in diesem Ordner schon" in done.stderr
    assert site.answers()


def test_a_port_that_is_no_number_is_refused(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "config.launcher"],
        cwd=PROJECT, env=environment(tmp_path, 0) | {"PORT": "acht"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "„acht“" in done.stderr


def test_a_command_uses_the_database_that_runs(site: Site) -> None:
    server = site.pid_of(r"postgres.* -D ")
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--check"],
        cwd=PROJECT, env=environment(site.var, 1), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert site.pid_of(r"postgres.* -D ") == server


@pytest.mark.parametrize("part", [r"postgres.* -D ", r"gunicorn", r"procrastinate"])
def test_what_is_killed_is_started_again_and_said(site: Site, part: str) -> None:
    before = site.pid_of(part)
    said = site.output().count("unerwartet beendet")
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: site.output().count("unerwartet beendet") > said)
    wait_until(
        lambda: any(re.search(part, command) for pid, command in processes_of(site.var).items() if pid != before)
    )
    wait_until(site.answers)


def test_after_a_hard_kill_nothing_is_left_and_the_next_run_recovers(site: Site) -> None:
    site.end(signal.SIGKILL)
    wait_until(lambda: not processes_of(site.var))
    site.start()
    assert site.answers()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything_in_order(site: Site, number: signal.Signals) -> None:
    if site.process is None or site.process.poll() is not None:
        site.start()
    assert site.end(number) == 0
    assert processes_of(site.var) == {}
    assert "Beendet." in site.output()
    assert not site.answers()


def test_a_command_without_a_running_site_gets_a_server_of_its_own(site: Site) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--check"],
        cwd=PROJECT, env=environment(site.var, 1), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert processes_of(site.var) == {}
