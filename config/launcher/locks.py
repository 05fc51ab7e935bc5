"""Locks on files, which the kernel lets go when their process ends, however it ends."""

import fcntl
import os
import time
from pathlib import Path


class LockedError(Exception):
    """Another process holds the lock."""


class Lock:
    """An advisory lock on ``path``: exclusive, or shared by many."""

    def __init__(self, path: Path, *, shared: bool = False) -> None:
        self.path = path
        self._kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        self._handle: int | None = None

    def acquire(self, wait_seconds: float = 0.0) -> None:
        """Take the lock, waiting for it at most ``wait_seconds``; raise LockedError."""
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + wait_seconds
        while True:
            try:
                fcntl.flock(handle, self._kind | fcntl.LOCK_NB)
            except BlockingIOError as error:
                if time.monotonic() >= deadline:
                    os.close(handle)
                    raise LockedError(str(self.path)) from error
                time.sleep(0.05)
            else:
                self._handle = handle
                return

    def release(self) -> None:
        """Give the lock back; does nothing if it is not held."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
