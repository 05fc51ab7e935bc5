"""Starts the process that reads a DXF file (``dxf_child``) and understands its answer."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gis.readers.dxf_layer_map import LayerMap
from gis.readers.options import ReadOptions
from gis.siteplan import SitePlanError
from gis.validation import Limits

_PROJECT = Path(__file__).parents[2]
_START = "import sys; sys.path.insert(0, sys.argv[1]); from gis.readers.dxf_child import main; main()"
#: Curves become polylines that leave the curve by no more than this.
_SAGITTA_M = 0.01
_MAX_ENTITIES = 200_000


def run_child(path: Path, maps: Sequence[LayerMap], limits: Limits, options: ReadOptions) -> dict[str, Any]:
    """What the process found on the layers of the maps (``dxf_child.read``). Raises :class:`SitePlanError`."""
    patterns = [pattern.pattern for layer_map in maps for pattern, _ in layer_map.layers]
    patterns += [re.escape(layer_map.fallback[0]) for layer_map in maps if layer_map.fallback]
    job = {
        "path": str(path.resolve()),
        "patterns": patterns,
        "sagitta_m": _SAGITTA_M,
        "metres_per_unit": options.match.metres_per_unit if options.match else None,
        "seconds": limits.seconds,
        "memory_bytes": limits.memory_bytes,
        "vertices": limits.vertices * 2,
        "entities": _MAX_ENTITIES,
    }
    environment = {"PATH": os.environ.get("PATH", ""), "OPENBLAS_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", _START, str(_PROJECT)],
            input=json.dumps(job),
            capture_output=True,
            encoding="utf-8",
            timeout=limits.seconds + 10,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SitePlanError("dxf_limit", "Das Lesen der DXF-Datei dauert zu lange; es wurde abgebrochen.") from None
    if done.returncode != 0:
        raise SitePlanError(
            "dxf_limit",
            "Die DXF-Datei ließ sich in den Grenzen für Zeit und Speicher nicht lesen; sie ist zu umfangreich.",
        )
    result: dict[str, Any] = json.loads(done.stdout)
    if "error" in result:
        raise SitePlanError(result["error"], result["message"])
    return result
