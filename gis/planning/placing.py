"""A plan in the system of the layers, with geometries that can be computed with."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from gis.crs import same_crs, transform_geometries
from gis.planning.force import PlanInForce
from gis.planning.model import BindingPlan, PlanProblem

_SURFACES = (shapely.Polygon, shapely.MultiPolygon)


def in_crs(plan: PlanInForce, crs: pyproj.CRS) -> PlanInForce:
    """The plan, its objects and the places of its faults in another system; a crossing scope is made valid."""
    problems = tuple(_moved_problem(problem, plan.plan.crs, crs) for problem in plan.problems)
    return replace(plan, plan=_moved_plan(plan.plan, crs), problems=problems)


def parts_of_kind(geometry: BaseGeometry, kind: str) -> BaseGeometry | None:
    """The polygons (``polygon``) or lines (``line``) of a geometry; None without any. A surface has its outline."""
    if kind == "polygon":
        parts = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
        return None if not parts else parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
    if isinstance(geometry, _SURFACES):
        geometry = geometry.boundary
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type in {"LineString", "LinearRing"}]
    return None if not parts else parts[0] if len(parts) == 1 else shapely.MultiLineString(parts)


def _moved_plan(plan: BindingPlan, crs: pyproj.CRS) -> BindingPlan:
    if not same_crs(plan.crs, crs):
        geometries = _moved([plan.scope, *(item.geometry for item in plan.objects)], plan.crs, crs)
        scope = _surfaces(next(geometries))
        objects = tuple(replace(item, geometry=moved) for item, moved in zip(plan.objects, geometries, strict=True))
        plan = replace(plan, scope=scope, objects=objects, crs=crs)
    if not plan.scope.is_valid:
        plan = replace(plan, scope=_surfaces(shapely.make_valid(plan.scope)))
    return plan


def _moved_problem(problem: PlanProblem, source: pyproj.CRS, target: pyproj.CRS) -> PlanProblem:
    if problem.place is None or same_crs(source, target):
        return problem
    (point,) = _moved([shapely.Point(problem.place)], source, target)
    assert isinstance(point, shapely.Point)
    return replace(problem, place=(point.x, point.y))


def _moved(
    geometries: Sequence[BaseGeometry | None], source: pyproj.CRS, target: pyproj.CRS
) -> Iterator[BaseGeometry | None]:
    array = np.empty(len(geometries), dtype=object)
    array[:] = geometries
    there = np.array([geometry is not None for geometry in geometries], dtype=bool)
    array[there] = transform_geometries(array[there], source, target)
    return iter(array)


def _surfaces(geometry: BaseGeometry | None) -> shapely.MultiPolygon:
    parts = shapely.get_parts(geometry)
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon"])
