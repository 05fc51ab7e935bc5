"""Read an IFC model in a process of its own, limited in time and memory, and print what it found as JSON.

Run as a script by ``gis.readers.ifc.process``: the job comes on stdin as JSON. What libraries print goes nowhere, so
that standard output holds one JSON object or nothing.
"""

import json
import os
import resource
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    """Set limits first, then import and read."""
    job = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_AS, (job["memory_bytes"], job["memory_bytes"]))
    resource.setrlimit(resource.RLIMIT_CPU, (job["seconds"], job["seconds"] + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    # Isolated mode knows only the installed packages.
    sys.path.insert(0, str(Path(__file__).resolve().parents[4]))
    try:
        json.dump(_result(job), out, allow_nan=False)
        out.flush()
    except OSError:
        os._exit(3)  # standard output is a file that may not grow, or a pipe that nobody reads
    os._exit(0)  # the native library's own clean-up takes as long as reading


def _result(job: dict[str, Any]) -> dict[str, Any]:
    try:
        from gis.readers.ifc.child.reading import read_model
        from gis.readers.ifc.child.refusal import RefusedError
    except (ImportError, MemoryError):
        return {"error": "ifc_limit", "message": "Für IFC-Modelle ist die Speichergrenze zu niedrig eingestellt."}
    try:
        return read_model(job)
    except RefusedError as error:
        return {"error": error.code, "message": error.message, "place": error.place}
    except (MemoryError, RecursionError):
        return {"error": "ifc_limit", "message": "Das IFC-Modell ist zu umfangreich oder zu tief verschachtelt."}


if __name__ == "__main__":
    main()
