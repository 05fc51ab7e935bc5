"""Strange files are read in a process of their own, limited in memory and time, that sees nothing but their bytes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any


def ask_limited(worker: Path, data: bytes, *arguments: str, seconds: int, answer_limit: int) -> dict[str, Any]:
    """The answer of the script ``worker`` to ``data`` on its standard input.

    ``{"refusal": "too_costly"}`` where it takes more than ``seconds``, dies (of its limit of memory, say), or
    answers with more than ``answer_limit`` bytes.
    """
    too_costly = {"refusal": "too_costly"}
    try:
        # Isolated mode and an empty environment: the worker sees its packages and the bytes.
        done = subprocess.run(
            [sys.executable, "-I", str(worker), *arguments],
            input=data,
            capture_output=True,
            timeout=seconds,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return too_costly
    if done.returncode != 0 or len(done.stdout) > answer_limit:
        return too_costly
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
