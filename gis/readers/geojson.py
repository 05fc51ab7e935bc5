"""Site plans from GeoJSON: RFC 7946, and the older draft with a ``crs`` member. Strict, by our own validation."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pyproj
from shapely.geometry import MultiPolygon, Polygon

from gis.crs import CrsError, crs_from_name
from gis.readers.assemble import PlanDraft, finish, fits_geographic
from gis.readers.geojson_structure import StructureError, refuse_strangers
from gis.readers.properties import feature_from, parcel_list, plan_name
from gis.siteplan import PlanFeature, PlanFile, SitePlanError
from gis.validation import Limits, check_geometry, check_nesting, count_positions, polygon_from

_GEOMETRY_NAMES = {
    "Point": "ein Punkt",
    "MultiPoint": "eine Punktmenge",
    "LineString": "eine Linie",
    "MultiLineString": "eine Linienmenge",
    "GeometryCollection": "eine Geometriesammlung",
}


class _DuplicateKeyError(ValueError):
    pass


def read_geojson(path: Path, name: str, limits: Limits) -> PlanFile:
    """Read a FeatureCollection (or one Feature) with one or more plans (property ``plan``; default: ``name``).

    Raises :class:`SitePlanError` where the whole file is unreadable; a bad feature refuses its plan only.
    """
    raw = path.read_bytes()
    check_nesting(raw, limits)
    data = _parse(raw)
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
    crs = _crs_member(data)
    drafts: dict[str, PlanDraft] = {}
    for number, feature in enumerate(features, start=1):
        _collect(feature, number, name, path.name, limits, drafts)
    if not drafts:
        drafts[name] = PlanDraft()
    return finish(drafts, source=path.name, crs=crs, default_crs=_rfc_7946_crs, limits=limits)


def _parse(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_unique)
    except _DuplicateKeyError as error:
        raise SitePlanError(
            "not_json", f"Die Datei ist nicht eindeutig: Der Schlüssel „{error}“ kommt doppelt vor."
        ) from None
    except UnicodeDecodeError:
        raise SitePlanError("not_json", "Die Datei ist kein GeoJSON: Sie ist nicht in UTF-8 geschrieben.") from None
    except json.JSONDecodeError as error:
        place = f"Zeile {error.lineno}, Spalte {error.colno}"
        raise SitePlanError("not_json", "Die Datei ist kein gültiges JSON.", place) from None
    except RecursionError:
        raise SitePlanError("not_json", "Die Datei ist zu tief geschachtelt.") from None
    except ValueError:
        raise SitePlanError("not_json", "Die Datei enthält eine Zahl, die sich nicht lesen lässt.") from None


def _refuse_strangers(member: dict[str, Any], kind: str, place: str) -> None:
    try:
        refuse_strangers(member, kind)
    except StructureError as error:
        raise SitePlanError("structure", str(error), place) from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _DuplicateKeyError(key[:60])
            seen.add(key)
    return result


def _crs_member(data: dict[str, Any]) -> pyproj.CRS | None:
    """CRS of the 2008 draft, ``{"type": "name", "properties": {"name": …}}``; also ``"EPSG"`` with a ``code``."""
    member = data.get("crs")
    if member is None:
        return None
    properties = member.get("properties") if isinstance(member, dict) else None
    name: Any = None
    if isinstance(properties, dict):
        if member.get("type") == "name":
            name = properties.get("name")
        elif str(member.get("type")).upper() == "EPSG":
            name = f"EPSG:{properties.get('code')}"
    if not isinstance(name, str):
        raise SitePlanError("crs_unknown", "Die Angabe zum Koordinatenreferenzsystem („crs“) ist nicht lesbar.")
    try:
        crs = crs_from_name(name)
    except CrsError as error:
        raise SitePlanError("crs_unknown", str(error)) from None
    if not (crs.is_projected or crs.is_geographic):
        raise SitePlanError(
            "crs_unknown", f"Das Koordinatenreferenzsystem „{name[:80]}“ ist keines für Lagekoordinaten."
        )
    return crs


def _rfc_7946_crs(features: tuple[PlanFeature, ...]) -> pyproj.CRS | None:
    """WGS 84, which RFC 7946 prescribes, where the coordinates can be degrees; else unknown."""
    return crs_from_name("OGC:CRS84") if fits_geographic(features) else None


def _collect(
    feature: Any, number: int, default: str, source: str, limits: Limits, drafts: dict[str, PlanDraft]
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
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if isinstance(geometry, dict):
        draft.vertices += count_positions(geometry.get("coordinates"), limits.vertices)
    draft.builders.append(partial(_build, feature, place, source))


def _build(feature: dict[str, Any], place: str, source: str) -> tuple[PlanFeature, tuple[str, ...]]:
    feature_id = feature.get("id")
    if isinstance(feature_id, bool) or not isinstance(feature_id, str | int | float | None):
        raise SitePlanError("feature_id", "Die Kennung („id“) muss ein Text oder eine Zahl sein.", place)
    _refuse_strangers(feature, "Feature", place)
    properties = feature.get("properties") or {}
    geometry = _geometry(feature.get("geometry"), place)
    check_geometry(geometry, place)
    label = str(feature_id) if feature_id is not None else place.removeprefix("Objekt ")
    built = feature_from(properties, geometry, feature_id=label, source=source, place=place)
    return built, parcel_list(properties, place)


def _geometry(value: Any, place: str) -> Polygon | MultiPolygon:
    if value is None:
        raise SitePlanError("geometry_type", "Das Objekt hat keine Geometrie.", place)
    if not isinstance(value, dict):
        raise SitePlanError("geometry_type", "Die Geometrie ist kein Objekt.", place)
    kind, coordinates = value.get("type"), value.get("coordinates")
    _refuse_strangers(value, "Geometry", place)
    if kind == "Polygon":
        return polygon_from(coordinates, place)
    if kind == "MultiPolygon":
        if not isinstance(coordinates, list) or not coordinates:
            raise SitePlanError("coordinates", "Ein MultiPolygon muss mindestens eine Teilfläche haben.", place)
        parts = [polygon_from(part, f"{place}, Teilfläche {i}") for i, part in enumerate(coordinates, start=1)]
        return MultiPolygon(parts)
    found = _GEOMETRY_NAMES.get(str(kind), "keine bekannte Geometrie")
    raise SitePlanError(
        "geometry_type", f"Das Objekt ist {found}; erlaubt sind Flächen (Polygon, MultiPolygon).", place
    )
