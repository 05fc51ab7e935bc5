"""Canonical layers out of the binding plans in force: zoning, building windows, lines, scopes, and what lies beside."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.layers import Bounds, SkippedFeature
from gis.planning.derivation import SCOPES, LayerRule, derivation, derived_layers
from gis.planning.force import PlanInForce
from gis.planning.heightmarks import heights_by_object
from gis.planning.measures import code_of, codes_of, heights_of, measures_of, plain_code, scalar
from gis.planning.model import PlanObject
from gis.planning.placing import in_crs, parts_of_kind
from gis.planning.precedence import Standing, standings
from gis.planning.remarks import Remarks

#: A fault with a place and no object makes this much around it unreliable.
_AROUND_M = 1.0
_SURFACES = (shapely.Polygon, shapely.MultiPolygon)


@dataclass(frozen=True)
class DerivedLayer:
    """One layer: geometries (n,) and canonical attributes row by row, with what is missing or doubtful in it."""

    layer: str
    geometry: NDArray[np.object_]
    rows: tuple[Mapping[str, Any], ...]
    skipped: tuple[SkippedFeature, ...]
    notes: tuple[str, ...]


def derive_layers(plans: Sequence[PlanInForce], crs: pyproj.CRS) -> dict[str, DerivedLayer]:
    """Derive every layer of `derived_layers` from plans in force.

    Parameters
    ----------
    plans : sequence of PlanInForce
        Order does not matter: the result depends on nothing but their content.
    crs : CRS
        Metric system of the layers.

    Returns
    -------
    dict of layer name → DerivedLayer, also for layers that no plan fills.
    """
    ordered = sorted(plans, key=lambda plan: (plan.since is not None, plan.since or 0, plan.family))
    placed = [in_crs(plan, crs) for plan in ordered]
    drafts = {layer: _Draft(layer) for layer in derived_layers()}
    for plan, standing in zip(placed, standings(placed), strict=True):
        _add_plan(drafts, plan, standing)
    return {layer: draft.finish() for layer, draft in drafts.items()}


@dataclass
class _Draft:
    layer: str
    geometry: list[BaseGeometry] = field(default_factory=list)
    rows: list[Mapping[str, Any]] = field(default_factory=list)
    skipped: list[SkippedFeature] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def finish(self) -> DerivedLayer:
        geometry = np.empty(len(self.geometry), dtype=object)
        geometry[:] = self.geometry
        return DerivedLayer(self.layer, geometry, tuple(self.rows), tuple(self.skipped), tuple(self.notes))


def _add_plan(drafts: Mapping[str, _Draft], plan: PlanInForce, standing: Standing) -> None:
    cut = standing.cut
    remarks = Remarks(plan.plan)
    _add_scope(drafts[SCOPES], plan, cut)
    marked = heights_by_object(plan.plan, remarks)
    for item in plan.plan.objects:
        rule = derivation().rule_of(item.kind)
        if rule is not None:
            _add_object(drafts[rule.layer], rule, plan, item, marked.get(item.id, ()), cut, remarks)
    doubtful = _doubtful(plan, standing)
    for layer, draft in drafts.items():
        draft.skipped.extend(doubtful)
        draft.notes.extend([*standing.notes, *remarks.of(layer)])


def _add_scope(draft: _Draft, plan: PlanInForce, cut: BaseGeometry | None) -> None:
    bp, codes = plan.plan, derivation().codes
    rest = _without(bp.scope, cut)
    if rest is None:
        return
    kind = codes["plan_types"].get(bp.plan_type or "")
    draft.geometry.append(rest)
    draft.rows.append(
        {
            "plan_id": plan.family,
            "name": bp.name,
            "number": bp.number,
            "plan_type": kind or bp.plan_type,
            "qualified": {"qualified": True, "simple": False}.get(kind or ""),
            "in_force_since": None if plan.since is None else plan.since.isoformat(),
            "legal_status": plan.status,
            "baunvo_version": _text(bp.baunvo_version),
            "municipality": bp.municipality,
            "superseded_m2": bp.scope.area - rest.area if cut is not None else 0.0,
            "text_count": len(bp.texts),
        }
    )


def _add_object(
    draft: _Draft,
    rule: LayerRule,
    plan: PlanInForce,
    item: PlanObject,
    marked: tuple[Any, ...],
    cut: BaseGeometry | None,
    remarks: Remarks,
) -> None:
    remark = remarks.about(rule.layer)
    geometry = _usable(item, rule, remark)
    if geometry is None:
        if item.geometry is not None and not item.geometry.is_valid:
            draft.skipped.append(SkippedFeature(item.id, "invalid_geometry", _bounds(item.geometry)))
        return
    rest = _without(geometry, cut)
    if rest is None:
        return
    row: dict[str, Any] = {_ID[rule.layer]: item.id, "plan_id": plan.family}
    if rule.measures:
        row |= measures_of(item, remark) | heights_of((*item.heights, *marked))
    row |= _SPECIFIC.get(rule.layer, _nothing)(plan, item, remark)
    if item.conditional:
        # § 9 Abs. 2 BauGB: whether the condition has come about stands in no file.
        remark(item, "gilt nur befristet oder bedingt; Prüfungen in seinem Bereich sind „nicht prüfbar“.")
        draft.skipped.append(SkippedFeature(item.id, "conditional", _bounds(rest)))
    draft.geometry.append(rest)
    draft.rows.append(row)


def _usable(item: PlanObject, rule: LayerRule, remark: Callable[[PlanObject, str], None]) -> BaseGeometry | None:
    """The geometry that the layer takes of an object; None, with a remark, where the object stays out."""
    tables = derivation()
    if not item.in_force:
        remark(item, "ist im Plan als fortfallend gekennzeichnet und gilt nicht.")
        return None
    force = scalar(item.attributes, tables.binding_attribute)
    if force is not None and str(force) not in tables.binding_codes:
        remark(item, f"ist keine Festsetzung dieses Plans (Rechtscharakter {force}).")
        return None
    if rule.ground_only and item.level != 0:
        remark(item, f"liegt nicht in der Ebene des Geländes (Ebene {item.level}).")
        return None
    if item.geometry is None or item.geometry.is_empty:
        remark(item, "hat keine lesbare Geometrie.")
        return None
    if not item.geometry.is_valid:
        remark(item, "hat eine fehlerhafte Geometrie; Prüfungen in seinem Bereich sind „nicht prüfbar“.")
        return None
    geometry = parts_of_kind(item.geometry, rule.geometry)
    if geometry is None:
        remark(item, f"hat keine {'Fläche' if rule.geometry == 'polygon' else 'Linie'} als Geometrie.")
    return geometry


def _without(geometry: BaseGeometry, cut: BaseGeometry | None) -> BaseGeometry | None:
    """What later plans leave of a geometry, of the same kind; None where nothing is left."""
    if cut is None or not cut.intersects(geometry) or cut.touches(geometry):
        return geometry
    surface = isinstance(geometry, _SURFACES)
    rest = shapely.difference(geometry, cut)
    return None if rest.is_empty else parts_of_kind(rest, "polygon" if surface else "line")


def _zone(plan: PlanInForce, item: PlanObject, remark: Callable[[PlanObject, str], None]) -> dict[str, Any]:
    bp = plan.plan
    part = next((part for part in bp.parts if part.id == item.part_id), None)
    version = part.baunvo_version if part is not None and part.baunvo_version is not None else bp.baunvo_version
    zone = code_of(item, "besondereArtDerBaulNutzung", "special_kinds", remark)
    if zone is None:
        zone = code_of(item, "allgArtDerBaulNutzung", "general_kinds", remark)
    uses = sorted({code for entry in item.values("sondernutzung") if (code := plain_code(entry)) is not None})
    return {
        "plan_name": bp.name,
        "zone": zone,
        "special_use": ",".join(uses) or None,
        "baunvo_version": _text(version),
        "legal_status": plan.status,
        "in_force_since": None if plan.since is None else plan.since.isoformat(),
    }


def _ancillary(_plan: PlanInForce, item: PlanObject, remark: Callable[[PlanObject, str], None]) -> dict[str, Any]:
    communal = item.kind == "BP_GemeinschaftsanlagenFlaeche"
    rule = "designated"
    if item.kind == "BP_NebenanlagenAusschlussFlaeche":
        rule = code_of(item, "typ", "exclusions", remark) or "restricted"
    return {
        "kind": ",".join(codes_of(item, "zweckbestimmung", "communal" if communal else "ancillary")) or None,
        "rule": rule,
        "communal": communal,
        "storeys_max": measures_of(item, remark).get("storeys_max"),
        "level": item.level,
    }


def _traffic(_plan: PlanInForce, item: PlanObject, remark: Callable[[PlanObject, str], None]) -> dict[str, Any]:
    purposes = sorted({code for entry in item.values("zweckbestimmung") if (code := plain_code(entry)) is not None})
    kinds = {derivation().codes["traffic"].get(code, "other") for code in purposes}
    special = "BesondererZweckbestimmung" in item.kind
    return {
        "kind": kinds.pop() if len(kinds) == 1 else "other" if kinds or special else "street",
        "purpose": ",".join(purposes) or None,
        "public": code_of(item, "nutzungsform", "access", remark),
        "level": item.level,
    }


def _nothing(_plan: PlanInForce, _item: PlanObject, _remark: Callable[[PlanObject, str], None]) -> dict[str, Any]:
    return {}


_ID = {
    "zoning": "zone_id",
    "building_windows": "window_id",
    "building_limits": "line_id",
    "building_lines": "line_id",
    "street_boundaries": "line_id",
    "ancillary_areas": "area_id",
    "plan_traffic_areas": "area_id",
}
_SPECIFIC = {"zoning": _zone, "ancillary_areas": _ancillary, "plan_traffic_areas": _traffic}


def _doubtful(plan: PlanInForce, standing: Standing) -> list[SkippedFeature]:
    """Where the plan cannot be relied on: known faults, and overlaps without an order."""
    found = [SkippedFeature(plan.family, "plan_precedence", box) for box in standing.disputed]
    by_id = {item.id: item for item in plan.plan.objects}
    for problem in plan.problems:
        names = [name for name in (problem.id, *problem.other_ids) if name in by_id]
        boxes = [_bounds(by_id[name].geometry) for name in names]
        if not any(boxes) and problem.place is not None:
            x, y = problem.place
            boxes, names = [(x - _AROUND_M, y - _AROUND_M, x + _AROUND_M, y + _AROUND_M)], [problem.id]
        for name, box in zip(names or [problem.id or plan.family], boxes or [None], strict=True):
            found.append(SkippedFeature(name or plan.family, problem.kind, box or _bounds(plan.plan.scope)))
    return found


def _bounds(geometry: BaseGeometry | None) -> Bounds | None:
    if geometry is None or geometry.is_empty:
        return None
    west, south, east, north = (float(value) for value in geometry.bounds)
    return west, south, east, north


def _text(version: object) -> str | None:
    return str(version) or None if version is not None else None
