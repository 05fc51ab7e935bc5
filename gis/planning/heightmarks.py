"""Heights that a plan sets at places of their own (BP_HoehenMass) belong to the window or zone that they lie in."""

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis.planning.derivation import derivation
from gis.planning.measures import limits_a_building, scalar
from gis.planning.model import BindingPlan, Height, PlanObject
from gis.planning.remarks import Remarks

#: Windows before zones: the more specific area is the one that is meant.
_TARGETS = ("building_windows", "zoning")
_REACH_M = 0.01


def heights_by_object(plan: BindingPlan, remarks: Remarks) -> dict[str, tuple[Height, ...]]:
    """Height limits of the marks, by id of the window or zone that they lie in."""
    found: dict[str, list[Height]] = {}
    marks = [mark for mark in plan.objects if _is_limit(mark)]
    if not marks:
        return {}
    areas = {layer: _areas(plan, layer) for layer in _TARGETS}
    for mark in marks:
        targets = next((hit for layer in _TARGETS if (hit := _hit(mark.geometry, areas[layer]))), [])
        if not targets:
            remarks.about("zoning")(mark, "liegt in keinem Baugebiet; die Höhe wurde keiner Fläche zugeordnet.")
        for target in targets:
            found.setdefault(target.id, []).extend(height for height in mark.heights if limits_a_building(height))
    return {name: tuple(heights) for name, heights in found.items()}


def _is_limit(mark: PlanObject) -> bool:
    tables = derivation()
    if mark.kind not in tables.height_mark_kinds or not mark.in_force or mark.geometry is None:
        return False
    force = scalar(mark.attributes, tables.binding_attribute)
    if force is not None and str(force) not in tables.binding_codes:
        return False
    return any(limits_a_building(height) for height in mark.heights)


def _areas(plan: BindingPlan, layer: str) -> list[PlanObject]:
    kinds = derivation().layers[layer].kinds
    return [
        item
        for item in plan.objects
        if item.kind in kinds and item.level == 0 and item.geometry is not None and item.geometry.is_valid
    ]


def _hit(geometry: BaseGeometry | None, areas: list[PlanObject]) -> list[PlanObject]:
    """Areas that a mark lies in: points and lines by touch, areas by the larger part."""
    if geometry is None or not geometry.is_valid or not areas:
        return []
    shapes = np.array([item.geometry for item in areas], dtype=object)
    if geometry.area > 0:
        share = shapely.area(shapely.intersection(shapes, geometry)) / np.maximum(shapely.area(shapes), _REACH_M)
        return [item for item, part in zip(areas, share, strict=True) if part > 1 / 2]
    near = shapely.dwithin(shapes, geometry, _REACH_M)
    return [item for item, hit in zip(areas, near, strict=True) if hit]
