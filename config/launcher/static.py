"""Collects static files only when they have changed."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from config.launcher.places import PROJECT


def collect_static(collect: Callable[[], object]) -> None:
    """Call ``collect`` unless the folder it fills is there and made from the same files and packages as now."""
    target = Path(os.environ.get("STATIC_ROOT") or PROJECT / "staticfiles")
    stamp, now = target / ".made-from", _inputs()
    if stamp.exists() and stamp.read_text() == now:
        return
    collect()
    stamp.write_text(now)


def _inputs() -> str:
    found = hashlib.sha256((PROJECT / "requirements" / "run.txt").read_bytes())
    for path in sorted((PROJECT / "static").rglob("*")):
        if path.is_file():
            status = path.stat()
            found.update(f"{path.relative_to(PROJECT)}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return found.hexdigest()
