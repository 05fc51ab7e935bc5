"""Reads a DXF file in a process of its own, limited in time and memory, and prints what it found as JSON.

Started by ``gis.readers.dxf`` with the job as JSON on stdin: path, patterns (regular expressions of wanted layers),
sagitta_m, metres_per_unit (None: as the drawing says) and limits.
"""

from __future__ import annotations

import json
import math
import resource
import sys
from pathlib import Path
from typing import Any

from gis.readers.dxf_outlines import RefusedError, collect
from gis.readers.dxf_units import METRES_PER_UNIT


def main() -> None:
    """Read the job from stdin, print one JSON object."""
    job = json.load(sys.stdin)
    memory, seconds = job["memory_bytes"], job["seconds"]
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        result = read(job)
    except RefusedError as error:
        result = {"error": error.code, "message": error.message}
    except (MemoryError, RecursionError):
        result = {"error": "dxf_limit", "message": "Die DXF-Datei ist zu umfangreich oder zu tief verschachtelt."}
    # Bytes that are no text in the drawing's encoding stand as lone surrogates, which nobody can print or store.
    sys.stdout.buffer.write(json.dumps(result, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace"))


def read(job: dict[str, Any]) -> dict[str, Any]:
    """Return unit, georeference, layers and the outlines on wanted layers (world coordinates in drawing units)."""
    from ezdxf import recover
    from ezdxf.filemanagement import readfile
    from ezdxf.lldxf.const import DXFError

    path = Path(job["path"])
    with path.open("rb") as file:
        binary = file.read(18) == b"AutoCAD Binary DXF"
    try:
        # Recovery reads text files only; binary ones are written by machines and need none.
        document, auditor = (readfile(path), None) if binary else recover.readfile(path)
        space = document.modelspace()
    except (DXFError, OSError, ValueError, LookupError, TypeError, AttributeError, AssertionError, OverflowError):
        # ezdxf's recovery raises such errors on damaged files; none of them says more than "unreadable".
        raise RefusedError("not_dxf", "Die Datei ist keine lesbare DXF-Zeichnung.") from None
    unit = document.header.get("$INSUNITS", 0)
    unit = unit if isinstance(unit, int) else 0
    georeference = geodata(space)
    scale = job["metres_per_unit"] or METRES_PER_UNIT.get(unit, 1.0)
    if georeference and "corners" in georeference:
        scale = math.dist(*georeference["corners"][:2])
    found = collect(document, job, job["sagitta_m"] / scale if scale > 0 else math.inf)
    return {
        "unit": unit,
        "damaged": bool(auditor is not None and auditor.has_errors),
        "geodata": georeference,
        "layers": sorted(found.layers),
        "external": sorted(found.external),
        "unusable": found.unusable,
        "not_taken": sorted(found.not_taken),
        "in_paper_space": found.in_paper_space,
        "outlines": found.outlines,
    }


def geodata(space: Any) -> dict[str, Any] | None:
    """Georeference of the drawing: images of (0, 0), (1, 0), (0, 1) in the CRS and its EPSG code; None without one."""
    from ezdxf.lldxf.const import DXFError

    entity = space.get_geodata()
    if entity is None:
        return None
    try:
        matrix, epsg = entity.get_crs_transformation()
        corners = [matrix.transform((x, y, 0)) for x, y in ((0, 0), (1, 0), (0, 1))]
    except (DXFError, ValueError, ZeroDivisionError, ArithmeticError, AttributeError):
        return {"error": True}
    values = [[c.x, c.y] for c in corners]
    if not all(math.isfinite(value) for corner in values for value in corner):
        return {"error": True}
    return {"epsg": epsg, "corners": values}
