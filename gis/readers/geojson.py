"""Site plans from GeoJSON: RFC 7946, the older draft with a ``crs`` member, and JSON-FG. Strict, by our validation."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pyproj
import shapely

from gis.crs import crs_from_name
from gis.readers.assemble import PlanDraft, finish, fits_geographic
from gis.readers.geojson_areas import BODIES, area_from, positions_in
from gis.readers.geojson_crs import StatedCrs, coord_ref_sys, crs_member
from gis.readers.geojson_structure import StructureError, refuse_strangers
from gis.readers.json_text import parse_json
from gis.readers.properties import feature_from, parcel_list, plan_name
from gis.siteplan import PlanFeature, PlanFile, SitePlanError
from gis.validation import Limits, check_geometry

_LONGITUDE_FIRST = "OGC:CRS84"


def read_geojson(path: Path, name: str, limits: Limits) -> PlanFile:
    """Read a FeatureCollection (or one Feature) with one or more plans (property ``plan``; default: ``name``).

    Raises :class:`SitePlanError` where the whole file is unreadable; a bad feature refuses its plan only.
    """
    data = parse_json(path.read_bytes(), limits)
    if not isinstance(data, dict):
        raise SitePlanError("not_geojson", "Die Datei ist kein GeoJSON: Das oberste Element ist kein Objekt.")
    kind = data.get("type")
    if kind == "Feature":
        features: Any = [data]
    elif kind == "FeatureCollection":
        features = data.get("features")
    else:
        raise SitePlanError("not_geojson", "Die Datei ist keine GeoJSON-FeatureCollection.")
    if not isinstance(features, list):
        raise SitePlanError("not_geojson", "Der GeoJSON-FeatureCollection fehlt die Liste „features“.")
    _refuse_strangers(data, str(kind), "")
    _check_conformance(data)
    stated = crs_member(data)
    drafts: dict[str, PlanDraft] = {}
    for number, feature in enumerate(features, start=1):
        _collect(feature, number, name, path.name, limits, drafts, data, stated)
    if not drafts:
        drafts[name] = PlanDraft()
    result = finish(drafts, source=path.name, default_crs=_rfc_7946_crs, limits=limits)
    plots = _plots(data)
    return replace(result, plans=tuple(replace(plan, plots=plots) for plan in result.plans)) if plots else result


def _refuse_strangers(member: dict[str, Any], kind: str, place: str) -> None:
    try:
        refuse_strangers(member, kind)
    except StructureError as error:
        raise SitePlanError("structure", str(error), place) from None


def _check_conformance(data: Mapping[str, Any]) -> None:
    classes = data.get("conformsTo")
    if classes is not None and not (isinstance(classes, list) and all(isinstance(item, str) for item in classes)):
        raise SitePlanError("structure", "Die Angabe „conformsTo“ muss eine Liste von Texten sein.")


def _plots(data: Mapping[str, Any]) -> tuple[Any, ...]:
    """Plots that a stored plan keeps from its drawing (``gis.plan_json``)."""
    plots = data.get("plots")
    if not isinstance(plots, list):
        return ()
    areas = []
    for number, plot in enumerate(plots, start=1):
        place = f"Gezeichnetes Grundstück {number}"
        areas.append(area_from(plot, place))
        check_geometry(areas[-1], place)
    return tuple(areas)


def _rfc_7946_crs(features: tuple[PlanFeature, ...]) -> pyproj.CRS | None:
    """WGS 84, which RFC 7946 prescribes, where the coordinates can be degrees; else unknown."""
    return crs_from_name(_LONGITUDE_FIRST) if fits_geographic(features) else None


def _collect(
    feature: Any,
    number: int,
    default: str,
    source: str,
    limits: Limits,
    drafts: dict[str, PlanDraft],
    data: Mapping[str, Any],
    stated: StatedCrs | None,
) -> None:
    place = f"Objekt {number}"
    properties = feature.get("properties") if isinstance(feature, dict) else None
    name, error = default, None
    try:
        name = plan_name(properties, default, place) if isinstance(properties, dict) else default
    except SitePlanError as reason:
        error = reason
    draft = drafts.setdefault(name, PlanDraft())
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        error = SitePlanError("not_feature", "Das Objekt ist kein GeoJSON-Feature.", place)
    elif not isinstance(properties, dict | None):
        error = SitePlanError("properties", "Die Eigenschaften („properties“) sind kein Objekt.", place)
    if error:
        draft.refuse(error)
        draft.builders.append(partial(_build, {}, None, None, place, source))
        return
    in_place = _uses_place(feature, draft, place)
    geometry = feature["place"] if in_place else feature.get("geometry")
    try:
        own = _crs_of(feature, geometry, data, stated, place, in_place=in_place)
        draft.state_crs(own.crs if own else None, place)
    except SitePlanError as reason:
        own = None
        draft.refuse(reason)
    if own is not None and own.epoch is not None:
        draft.warnings.append(f"Die Epoche {own.epoch:g} der Koordinaten wird nicht berücksichtigt.")
    if "time" in feature and feature["time"] is not None:
        draft.warnings.append("Die Zeitangaben („time“) der Objekte werden nicht ausgewertet.")
    draft.vertices += positions_in(geometry, limits.vertices)
    draft.builders.append(partial(_build, feature, geometry, own, place, source, in_place))


def _uses_place(feature: Mapping[str, Any], draft: PlanDraft, place: str) -> bool:
    """Whether the geometry stands in ``place`` (JSON-FG); a body only where there is no outline in ``geometry``."""
    value = feature.get("place")
    if value is None:
        return False
    if isinstance(value, dict) and value.get("type") in BODIES and feature.get("geometry") is not None:
        draft.warnings.append(f"{place}: Der Körper in „place“ ist nicht gelesen; es gilt der Umriss in „geometry“.")
        return False
    if isinstance(value, dict) and value.get("type") in {"Prism", "MultiPrism"}:
        draft.warnings.append(f"{place}: Vom Prisma in „place“ ist nur die Grundfläche gelesen, nicht die Höhen.")
    return True


def _crs_of(
    feature: Mapping[str, Any],
    geometry: Any,
    data: Mapping[str, Any],
    stated: StatedCrs | None,
    place: str,
    *,
    in_place: bool,
) -> StatedCrs | None:
    """The system nearest to the geometry: its own, the feature's, the collection's."""
    own = geometry if isinstance(geometry, dict) else {}
    if in_place:
        value = next((m["coordRefSys"] for m in (own, feature, data) if m.get("coordRefSys") is not None), None)
        return coord_ref_sys(_LONGITUDE_FIRST if value is None else value, place)
    return crs_member(own, place) or crs_member(feature, place) or stated


def _build(
    feature: dict[str, Any], geometry: Any, stated: StatedCrs | None, place: str, source: str, in_place: bool = False
) -> tuple[PlanFeature, tuple[str, ...]]:
    feature_id = feature.get("id")
    if isinstance(feature_id, bool) or not isinstance(feature_id, str | int | float | None):
        raise SitePlanError("feature_id", "Die Kennung („id“) muss ein Text oder eine Zahl sein.", place)
    if isinstance(feature_id, float) and not math.isfinite(feature_id):
        raise SitePlanError("feature_id", "Die Kennung („id“) ist keine brauchbare Zahl.", place)
    _refuse_strangers(feature, "Feature", place)
    degrees = stated is not None and stated.crs.is_geographic
    area = area_from(geometry, place, json_fg=in_place, degrees=degrees)
    if stated is not None and stated.northing_first:
        area = shapely.transform(area, lambda xy: xy[:, ::-1])
    check_geometry(area, place)
    properties = feature.get("properties") or {}
    label = str(feature_id) if feature_id is not None else place.removeprefix("Objekt ")
    built = feature_from(properties, area, feature_id=label, source=source, place=place)
    return built, parcel_list(properties, place)
