"""Programs that run beside each other and end together."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.launcher.account import bound_to_parent

# A program that ends by itself is started again, but not for ever.
RESTARTS = 5
RESTART_WINDOW_SECONDS = 60.0


@dataclass
class Child:
    """A long-running program, started by ``start`` in a session of its own, ending at the latest with this process."""

    name: str
    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    pass_fds: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    started_at: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start the program."""
        self.started_at.append(time.monotonic())
        self.process = subprocess.Popen(
            bound_to_parent(*self.command, signal="TERM"),
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            pass_fds=self.pass_fds,
            start_new_session=True,  # Ctrl-C in the terminal is ours to pass on, in the right order
        )

    def ended_with(self) -> int | None:
        """Return the exit code, or None while the program runs."""
        return self.process.poll() if self.process else None

    def may_restart(self) -> bool:
        """Return whether the program has not ended too often lately."""
        since = time.monotonic() - RESTART_WINDOW_SECONDS
        return sum(moment > since for moment in self.started_at) <= RESTARTS


def stop_all(children: Sequence[Child], seconds: float) -> None:
    """Ask all programs to end, and after ``seconds`` end them with everything they started."""
    running = [child.process for child in children if child.process]
    for process in running:
        _signal_group(process, signal.SIGTERM, leader_only=True)
    deadline = time.monotonic() + seconds
    for process in running:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            continue
    for process in running:
        _signal_group(process, signal.SIGKILL)
        process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals, *, leader_only: bool = False) -> None:
    try:
        if leader_only:
            process.send_signal(number)
        else:
            os.killpg(process.pid, number)
    except ProcessLookupError:
        return
