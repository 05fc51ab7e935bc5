"""Buildings that stand on the site according to the cadastre and that the site plan leaves out."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.site import MINIMUM_SHARE_M2
from gis.site_context import SiteContext, UnassessableError, polygons

#: A building counts as drawn where the plan's features cover at least this share of what stands on the site.
_DRAWN_SHARE = 0.5
#: Buildings that reach less than this into the site, in metres, are a neighbour's at the boundary.
_REACH_M = 0.10


def undrawn_buildings(context: SiteContext) -> NDArray[np.object_] | None:
    """Return the footprints of the layer ``buildings`` on the site that no feature of the plan covers.

    Features to be demolished are drawn too. None where the layer is missing or cannot be read: then nothing is known.
    """
    if not context.has_layer("buildings"):
        return None
    site = context.site.geometry
    try:
        shapes = context.window("buildings", site.bounds).geometry
    except UnassessableError:
        return None
    shapes = shapes[shapely.intersects(shapes, site)]
    parts = np.array([polygons(part) for part in shapely.intersection(shapes, site)], dtype=object)
    cores = shapely.buffer(parts, -_REACH_M, join_style="mitre")
    on_site = (shapely.area(parts) > MINIMUM_SHARE_M2) & (shapely.area(cores) > 0)
    shapes, parts = shapes[on_site], parts[on_site]
    drawn = shapely.union_all([feature.geometry for feature in context.plan.features])
    covered = shapely.area(shapely.intersection(parts, drawn))
    return np.asarray(shapes[covered < _DRAWN_SHARE * shapely.area(parts)], dtype=object)


def undrawn_footprint(context: SiteContext) -> BaseGeometry | None:
    """Ground of the site that buildings take which the plan leaves out; None where no layer says (may be empty)."""
    shapes = undrawn_buildings(context)
    if shapes is None:
        return None
    return polygons(shapely.union_all(shapes).intersection(context.site.geometry))
