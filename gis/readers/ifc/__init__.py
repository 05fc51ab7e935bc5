"""Site plans from IFC 2x3, 4 and 4.3: one outline per building with its parts, placed by the model's map conversion.

The model is read by a limited process (``child``); this side judges the georeference and builds the features.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from gis.readers.assemble import PlanDraft, finish
from gis.readers.ifc.features import bounds_of, build_feature, hints
from gis.readers.ifc.files import is_ifc, opened
from gis.readers.ifc.placing import place_model
from gis.readers.ifc.process import read_in_process
from gis.readers.options import NO_OPTIONS, ReadOptions
from gis.siteplan import PlanFile
from gis.validation import DEFAULT_LIMITS, Limits

__all__ = ["is_ifc", "read_ifc"]


def read_ifc(path: Path, name: str, limits: Limits = DEFAULT_LIMITS, options: ReadOptions = NO_OPTIONS) -> PlanFile:
    """Read one plan from an IFC model (.ifc or .ifczip).

    Outlines are those of the walls above ground, in metres of the model's projected system; heights are above the
    ground that the model gives, else above its ground floor (then marked as assumed). A model without a usable
    georeference is placed by two matched points (``options.match``, in units of the model), or refused. Raises
    :class:`gis.siteplan.SitePlanError`.
    """
    with opened(path, limits) as plain:
        model = read_in_process(plain, limits)
    crs, to_map, remarks = place_model(model["georeference"], model["unit_m"], bounds_of(model), options.match)
    draft = PlanDraft()
    for building in model["buildings"]:
        for number, feature in enumerate(building["features"]):
            draft.vertices += sum(len(ring) for polygon in feature["polygons"] for ring in polygon)
            draft.builders.append(partial(build_feature, building, number, to_map, path.name))
    warnings = [*remarks, *model["notes"], *hints(model)]
    return finish({name: draft}, source=path.name, crs=crs, warnings=warnings, limits=limits)
