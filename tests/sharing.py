"""Things that take long to make, made by one process of a test run and read by its others (xdist's workers)."""

import fcntl
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def made_once(name: str, make: Callable[[], T]) -> T:
    """Return what ``make`` returns, called once in the whole run; whoever comes meanwhile waits for it."""
    folder = Path(os.environ["BAUAKTE_TEST_FOLDER"])
    stored = folder / f"{name}.pickle"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stored.exists():
            read: T = pickle.loads(stored.read_bytes())
            return read
        value = make()
        stored.write_bytes(pickle.dumps(value))
        return value
