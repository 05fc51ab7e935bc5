"""Reads every hostile file in one process with limits of memory and time, and prints what became of each as JSON.

Run by `test_hostile_outcomes`: `python -m tests.gis.hostile_run FOLDER STORE MEMORY_BYTES CPU_SECONDS`. FOLDER is the
folder `hostile`; standard input is a JSON list of `[file, way, srid or null]`, where way is plan, drawing, layer or
binding.
"""

import json
import re
import resource
import sys
from pathlib import Path

import numpy as np
import shapely

from gis.crs import crs_from_epsg
from gis.importing import ImportRequest, import_features
from gis.layers import MemoryLayer, open_layer_file
from gis.readers import read_site_plans
from gis.readers.dxf_layer_map import LayerMap
from gis.readers.options import NO_OPTIONS, ReadOptions
from gis.readers.source import SourceError
from gis.readers.xplan import read_binding_plan
from gis.siteplan import Role, SitePlanError

Outcome = tuple[str, list[str]]


#: Takes every layer of a drawing, so that what is hostile in it is looked at, whatever its layers are called.
EVERY_LAYER = LayerMap("alle", ((re.compile(".*"), Role.MAIN_BUILDING),))


def site_plan(path: Path, options: ReadOptions = NO_OPTIONS) -> Outcome:
    """Read as a site plan: outcome, and every German sentence that came with it."""
    try:
        file = read_site_plans(path, options=options)
    except SitePlanError as error:
        return f"refused {error.code}", [error.text]
    if file.refused:
        errors = list(file.refused.values())
        return f"refused {', '.join(sorted({error.code for error in errors}))}", [error.text for error in errors]
    shapes = [feature.geometry for plan in file.plans for feature in plan.features]
    return _reading(np.array(shapes, dtype=object)), [text for plan in file.plans for text in plan.warnings]


def layer(path: Path, srid: int | None, store: Path) -> Outcome:
    """Import as a layer of any geometries, publishing nothing; what reads is read into memory for its area, too."""
    summary = import_features(ImportRequest("overlays", path, srid=srid, validate_only=True), store)
    if summary.problems:
        kinds = sorted({problem.kind for problem in summary.problems})
        return f"refused {', '.join(kinds)}", [problem.message for problem in summary.problems]
    if not summary.ok:
        return "refused file", [str(summary.error)]
    opened = open_layer_file("overlays", path, crs=None if srid is None else crs_from_epsg(srid))
    assert isinstance(opened, MemoryLayer)
    assert len(opened.geometry) == summary.feature_count
    return _reading(opened.geometry), list(summary.notes)


def binding_plan(path: Path) -> Outcome:
    """Read as a binding plan."""
    try:
        reading = read_binding_plan(path)
    except SourceError as error:
        return "refused file", [str(error)]
    return f"reads {len(reading.plan.objects)}", [problem.message for problem in reading.problems]


def _reading(geometry: np.ndarray) -> str:
    area = float(shapely.area(geometry).sum())
    return f"reads {len(geometry)}, {area:.2f} m²" if area else f"reads {len(geometry)}"


def main() -> None:
    """Set the limits, read everything, print."""
    folder, store, memory, seconds = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    outcomes = []
    for file, way, srid in json.load(sys.stdin):
        path = folder / file
        if way == "plan":
            outcome = site_plan(path)
        elif way == "drawing":
            outcome = site_plan(path, ReadOptions(layer_maps=(EVERY_LAYER,)))
        elif way == "layer":
            outcome = layer(path, srid, store)
        else:
            outcome = binding_plan(path)
        outcomes.append([file, way, *outcome])
    json.dump(outcomes, sys.stdout)


if __name__ == "__main__":
    main()
