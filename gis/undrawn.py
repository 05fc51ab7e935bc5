"""Buildings that stand on the site according to the cadastre and that the site plan leaves out."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.site import MINIMUM_SHARE_M2
from gis.site_context import SiteContext, UnassessableError

#: A building counts as drawn where the plan's features cover at least this share of it.
_DRAWN_SHARE = 0.5


def undrawn_buildings(context: SiteContext) -> NDArray[np.object_] | None:
    """Return the footprints of the layer ``buildings`` on the site that no feature of the plan covers.

    None where the layer is missing or cannot be read: then nothing is known.
    """
    if not context.has_layer("buildings"):
        return None
    site = context.site.geometry
    try:
        shapes = context.window("buildings", site.bounds).geometry
    except UnassessableError:
        return None
    drawn = shapely.union_all([feature.geometry for feature in context.plan.features])
    on_site = shapely.area(shapely.intersection(shapes, site)) > MINIMUM_SHARE_M2
    shapes = shapes[on_site]
    covered = shapely.area(shapely.intersection(shapes, drawn))
    return np.asarray(shapes[covered < _DRAWN_SHARE * shapely.area(shapes)], dtype=object)
