"""From the signed decision to the stored, sealed, registered notice, against bare WeasyPrint on the same HTML."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator


def figures() -> Iterator[dict[str, object]]:
    """Yield the ratio of the medians, measured in turns on real cases in a process with a database of its own."""
    program = "import django; django.setup(); from bench.issuing_run import main; main()"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    yield from (json.loads(line) for line in done.stdout.splitlines() if line.startswith("{"))
