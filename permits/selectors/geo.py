"""What maps show: windows of reference layers and the geometry of a case, as GeoJSON in the authority's CRS."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.crs import crs_from_name
from gis.layers import Bounds, Layer, LayerUnavailableError, LayerWindow
from gis.siteplan import Role
from permits.models import CheckResult, CheckRun, PermitAuthority, PermitCase
from permits.parcel_numbers import parcel_label
from permits.selectors.decision_content import latest_run
from permits.selectors.layers import layers_for
from permits.services.findings_out import number_text

# Layer → kind of the map (frontend/README.md).
KINDS: Mapping[str, str] = {
    "zoning": "zone",
    "overlays": "overlay",
    "parcels": "parcel",
    "buildings": "building",
    "monuments": "monument",
    "building_windows": "building_window",
    "building_limits": "building_limit",
    "building_lines": "building_line",
    "street_boundaries": "street_boundary",
}
RATIOS: Mapping[str, str] = {"site_coverage": "GRZ", "floor_area_ratio": "GFZ", "building_volume_ratio": "BMZ"}
MAX_SIDE_M = 4000.0
MAX_FEATURES = 8000
SURROUNDINGS_M = 45.0
SURROUNDING_LAYERS = ("zoning", "parcels", "buildings", "building_windows", "building_limits", "street_boundaries")
Feature = dict[str, Any]


class WindowTooLargeError(Exception):
    """A window with more than a map may ask for at once."""


def layer_features(authority: PermitAuthority, names: Iterable[str], bounds: Bounds) -> list[Feature]:
    """Return the features of layers in a window (authority's CRS).

    Raises WindowTooLargeError, and LayerUnavailableError for a layer that is not there or cannot be read: an empty
    answer means that there is nothing, and nothing else.
    """
    if bounds[2] - bounds[0] > MAX_SIDE_M or bounds[3] - bounds[1] > MAX_SIDE_M:
        raise WindowTooLargeError
    layers = layers_for(authority)
    found: list[Feature] = []
    for name in names:
        if name not in layers:
            raise LayerUnavailableError("Diese Ebene ist für die Behörde nicht veröffentlicht.")
        found += _features(name, _window(authority, layers[name], bounds))
        if len(found) > MAX_FEATURES:
            raise WindowTooLargeError
    return found


def published_layers(authority: PermitAuthority) -> list[str]:
    """Return the names of the layers that a map of the authority can show, lowest first."""
    in_force = layers_for(authority)
    return [name for name in KINDS if name in in_force]


def start_bounds(authority: PermitAuthority) -> Bounds | None:
    """Return where a map begins while no parcel is chosen: the middle of the authority's parcels."""
    layer = layers_for(authority).get("parcels")
    meta = getattr(layer, "meta", None)
    if layer is None or meta is None or meta.bounds is None:
        return None
    transformer = pyproj.Transformer.from_crs(layer.info.crs, _crs(authority), always_xy=True)
    west, south, east, north = transformer.transform_bounds(*meta.bounds)
    x, y = (west + east) / 2, (south + north) / 2
    return (x - 150, y - 150, x + 150, y + 150)


def case_features(
    case: PermitCase, *, surroundings: bool = True, proposal: bool = True
) -> tuple[list[Feature], list[str]]:
    """Return site, site plan and findings of a case with what lies around, and why layers around are missing."""
    own = [*_site(case), *(_plan(case) if proposal else ()), *(_findings(latest_run(case)) if proposal else ())]
    if not surroundings or case.site.box is None:
        return own, []
    x1, y1, x2, y2 = case.site.box
    bounds = (x1 - SURROUNDINGS_M, y1 - SURROUNDINGS_M, x2 + SURROUNDINGS_M, y2 + SURROUNDINGS_M)
    chosen = set(case.site.parcels.values_list("parcel_id", flat=True))
    around: list[Feature] = []
    problems: list[str] = []
    published = published_layers(case.authority)
    for name in SURROUNDING_LAYERS:
        if name not in published:
            continue
        try:
            around += layer_features(case.authority, [name], bounds)
        except LayerUnavailableError as error:
            problems.append(error.reason)
        except WindowTooLargeError:
            problems.append("Die Umgebung ist zu groß für die Karte.")
    return [row for row in around if row["properties"].get("parcel_id") not in chosen] + own, problems


def collection(features: list[Feature], authority: PermitAuthority, **members: Any) -> dict[str, Any]:
    """Return a FeatureCollection that names its CRS."""
    name = f"urn:ogc:def:crs:EPSG::{authority.crs_epsg}"
    return {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": name}},
        **members,
        "features": features,
    }


def _crs(authority: PermitAuthority) -> pyproj.CRS:
    return crs_from_name(f"EPSG:{authority.crs_epsg}")


def _window(authority: PermitAuthority, layer: Layer, bounds: Bounds) -> LayerWindow:
    own = _crs(authority)
    window = pyproj.Transformer.from_crs(own, layer.info.crs, always_xy=True).transform_bounds(*bounds)
    return layer.window(window).in_crs(own)


def _features(name: str, window: LayerWindow) -> list[Feature]:
    shapes = _geojson(window.geometry)
    return [
        {"type": "Feature", "properties": {"kind": KINDS[name], **_properties(name, window, row)}, "geometry": shape}
        for row, shape in enumerate(shapes)
    ]


def _geojson(geometry: NDArray[np.object_]) -> list[Any]:
    """Geometries as GeoJSON, rounded to millimetres."""
    rounded = shapely.transform(geometry, lambda xy: np.round(xy, 3))
    return [json.loads(text) for text in shapely.to_geojson(rounded)]


def _properties(name: str, window: LayerWindow, row: int) -> dict[str, Any]:
    def value(column: str) -> Any:
        values = window.columns.get(column)
        found = None if values is None else values[row]
        return None if found is None or found != found else found

    if name == "parcels":
        parcel_id = str(value("parcel_id"))
        return {"parcel_id": parcel_id, "label": parcel_label(parcel_id).rpartition("Flurstück ")[2]}
    if name == "zoning":
        grz = value("grz")
        parts = [str(value("zone") or ""), f"GRZ {grz:.1f}".replace(".", ",") if grz is not None else ""]
        return {"zone": str(value("zone") or ""), "label": " · ".join(part for part in parts if part)}
    if name in ("overlays", "monuments"):
        return {"label": str(value("name") or "")}
    return {}


def _site(case: PermitCase) -> list[Feature]:
    parcels = list(case.site.parcels.order_by("parcel_id"))
    return [
        {
            "type": "Feature",
            "properties": {
                "kind": "site",
                "parcel_id": parcel.parcel_id,
                "label": parcel_label(parcel.parcel_id).rpartition("Flurstück ")[2],
            },
            "geometry": _one(parcel.geometry),
        }
        for parcel in parcels
    ]


def _one(geometry: BaseGeometry) -> Any:
    return _geojson(np.array([geometry], dtype=object))[0]


def _plan(case: PermitCase) -> list[Feature]:
    version = case.site_plans.order_by("-number").first()
    features = version.features["features"] if version else []
    return [
        {
            "type": "Feature",
            "properties": {
                "kind": "plan",
                "role": feature["properties"]["role"],
                "label": Role(feature["properties"]["role"]).label,
            },
            "geometry": feature["geometry"],
        }
        for feature in features
    ]


def _findings(run: CheckRun | None) -> list[Feature]:
    return [
        {
            "type": "Feature",
            "properties": {
                "kind": "finding",
                "check": result.check_id,
                "verdict": result.verdict,
                "label": _figure(result),
            },
            "geometry": result.geometry,
        }
        for result in (run.results.all() if run else ())
        if result.geometry is not None
    ]


def _figure(result: CheckResult) -> str:
    """The value as it stands beside the geometry; a ratio alone says nothing there."""
    if result.value is None:
        return ""
    text = number_text(result.value, result.unit)
    name = RATIOS.get(result.check_id, "")
    return f"{name} {text}".strip()
