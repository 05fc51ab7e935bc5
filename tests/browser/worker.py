"""A real worker process beside the test, as `make run` starts it: rendering and sealing happen outside of the test."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from config.launcher.children import Child, stop_all

PROJECT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "manage.py", "procrastinate", "worker", "--shutdown-graceful-timeout", "10")
STOP_SECONDS = 15


@contextmanager
def running_worker(site_url: str) -> Iterator[Child]:
    """Run a worker on the test's database and files, and end it. Fails if it ended by itself."""
    child = Child("Hintergrunddienst", COMMAND, PROJECT, os.environ | _environment(site_url))
    child.start()
    try:
        yield child
        ended = child.ended_with()
    finally:
        stop_all([child], STOP_SECONDS)
    assert ended is None, f"The worker ended by itself with exit code {ended}."


def _environment(site_url: str) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "BAUAKTE_ENV": "test",
        "BAUAKTE_VAR": str(settings.VAR),
        "LAYER_ROOT": str(settings.LAYER_ROOT),
        "DATABASE_URL": _database_url(),
        "SITE_URL": site_url,
    }


def _database_url() -> str:
    """Return the address of the test's database (not of the one that it was made from)."""
    used = connection.settings_dict
    login = ":".join(quote(used[key], safe="") for key in ("USER", "PASSWORD") if used[key])
    place = f":{used['PORT']}" if used["PORT"] else ""
    return f"postgresql://{login}@{place}/{quote(used['NAME'], safe='')}?host={quote(used['HOST'], safe='')}"
