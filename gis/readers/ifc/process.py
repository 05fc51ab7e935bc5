"""Run the limited process that reads a model, and turn its every end into a result or a German refusal."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from gis.siteplan import SitePlanError
from gis.validation import Limits

_CHILD = Path(__file__).with_name("child")
#: Beyond its processor time, for starting and for a machine that is busy.
_GRACE_S = 30
_MAX_OUTPUT = 50_000_000
#: A detailed house has some 100,000.
_TRIANGLES = 2_000_000


def read_in_process(path: Path, limits: Limits) -> dict[str, Any]:
    """Return what ``child`` found in a plain STEP file. Raises :class:`SitePlanError`."""
    job = {
        "path": str(path.resolve()),
        "seconds": limits.seconds,
        "memory_bytes": limits.memory_bytes,
        "triangles": _TRIANGLES,
    }
    environment = {"PATH": os.environ.get("PATH", ""), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_CHILD)],
            input=json.dumps(job).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=limits.seconds + _GRACE_S,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _too_slow() from None
    if done.returncode in {-signal.SIGXCPU, -signal.SIGKILL}:
        raise _too_slow()
    if done.returncode != 0 or len(done.stdout) > _MAX_OUTPUT:
        raise SitePlanError(
            "ifc_crash",
            "Das IFC-Modell ließ sich nicht lesen: Es ist beschädigt, verweist im Kreis oder ist für die Grenze des "
            "Speichers zu umfangreich. Bitte prüfen Sie es in Ihrem Programm und geben Sie es neu aus.",
        )
    try:
        result: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise SitePlanError("ifc_crash", "Das Lesen des IFC-Modells ist abgebrochen.") from None
    if "error" in result:
        raise SitePlanError(result["error"], result["message"], result.get("place", ""))
    return result


def _too_slow() -> SitePlanError:
    return SitePlanError(
        "ifc_limit",
        "Das Lesen des IFC-Modells dauert zu lange und wurde abgebrochen. Bitte geben Sie das Modell ohne "
        "Einrichtung, Haustechnik und Bewehrung aus.",
    )
