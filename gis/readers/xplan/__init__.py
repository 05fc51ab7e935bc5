"""XPlanGML 5.0 to 6.x: a reader of our own, by local names, so that minor versions do not break it.

`read_binding_plan` reads the plan of a file and finds what is wrong with it; `iter_plan_objects` streams the objects
in constant memory, without following links between them.
"""

from collections.abc import Iterator
from pathlib import Path

import pyproj

from gis.planning.model import PlanObject, PlanReading
from gis.readers.xplan.names import PART, PLAN, PRESENTATION, REASONS, TEXTS
from gis.readers.xplan.package import DEFAULT_PLAN_LIMITS, PlanLimits, open_gml
from gis.readers.xplan.placed import PlacedFeatures
from gis.readers.xplan.plan import plan_object
from gis.readers.xplan.reading import main_plan, read_plans

__all__ = ["DEFAULT_PLAN_LIMITS", "PlanLimits", "iter_plan_objects", "read_binding_plan", "read_binding_plans"]


def read_binding_plan(
    path: Path, *, limits: PlanLimits = DEFAULT_PLAN_LIMITS, crs: pyproj.CRS | None = None
) -> PlanReading:
    """Read the binding plan of a file, and everything that is wrong with it.

    A file may hold further plans that are only a scope (plans that changed this one); they are named in a warning of
    kind "other_plan". Two plans with parts of their own in one file are refused.

    Parameters
    ----------
    path : .gml, or .zip with exactly one .gml inside
    limits : bounds on size, objects and archives
    crs : metric system of the result; default: ETRS89 / UTM of the file, or of the zone where the plan lies

    Raises
    ------
    SourceError
        When the file as a whole cannot be read, with a German sentence.
    """
    return main_plan(read_binding_plans(path, limits=limits, crs=crs))


def read_binding_plans(
    path: Path, *, limits: PlanLimits = DEFAULT_PLAN_LIMITS, crs: pyproj.CRS | None = None
) -> tuple[PlanReading, ...]:
    """Read every plan of a file, in its order; as `read_binding_plan` otherwise."""
    with open_gml(path, limits) as gml:
        return read_plans(gml, limits, crs)


def iter_plan_objects(
    path: Path, *, limits: PlanLimits = DEFAULT_PLAN_LIMITS, crs: pyproj.CRS | None = None
) -> Iterator[PlanObject]:
    """Stream the objects of a file (no plan, part, text or drawing); raises SourceError."""
    left_out = {PLAN, PART, REASONS, *TEXTS, *PRESENTATION}
    with open_gml(path, limits) as gml:
        for feature in PlacedFeatures(gml, limits, crs):
            if feature.kind not in left_out:
                yield plan_object(feature)
