"""A site plan as GeoJSON of the site-plan profile, so that it can be stored and read again without loss."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import shapely

from gis.plan_crs import crs_label
from gis.siteplan import COUNT_ATTRIBUTES, NUMBER_ATTRIBUTES, PlanFeature, SitePlan


def plan_to_geojson(plan: SitePlan) -> dict[str, Any]:
    """Return the plan as a FeatureCollection in its CRS (metres, vertices in the order written).

    Raises ``ValueError`` for a plan whose CRS was never settled.
    """
    if plan.crs is None:
        raise ValueError("the plan has no CRS yet; place it first")
    data: dict[str, Any] = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": crs_label(plan.crs)}},
        "features": [_feature(plan, feature) for feature in plan.features],
    }
    if plan.plots:
        data["plots"] = [json.loads(shapely.to_geojson(plot)) for plot in plan.plots]
    return data


def _feature(plan: SitePlan, feature: PlanFeature) -> dict[str, Any]:
    heights = feature.wall_height_m
    properties: dict[str, Any] = {
        "plan": plan.plan,
        "role": feature.role.value,
        # A height that is not known (NaN) is null: JSON has no NaN.
        "wall_height_m": [None if h != h else h for h in heights] if isinstance(heights, tuple) else heights,
        "use": feature.use,
        "storey_levels": [asdict(storey) for storey in feature.storey_levels] or None,
    }
    properties |= {name: getattr(feature, name) for name in (*NUMBER_ATTRIBUTES, *COUNT_ATTRIBUTES)}
    provenance = feature.provenance
    properties |= {
        "capture": provenance.capture.kind.value,
        "capture_scale": provenance.capture.scale,
        "origins": {
            name: {"kind": origin.kind.value, "note": origin.note} for name, origin in provenance.values.items()
        },
    }
    if plan.parcels:
        properties["parcels"] = list(plan.parcels)
    return {
        "type": "Feature",
        "id": feature.id or None,
        "properties": {name: value for name, value in properties.items() if value is not None and value != {}},
        "geometry": json.loads(shapely.to_geojson(feature.geometry)),
    }
