"""Buildings that stand on the site according to the cadastre and that the site plan leaves out."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.site import MINIMUM_SHARE_M2
from gis.site_context import SiteContext, UnassessableError, polygons

#: A building counts as left out where the plan's features cover less than this share of what stands on the site.
_DRAWN_SHARE = 0.5
#: Drawn outlines may differ from those of the cadastre by this, in metres; what is left of a drawn building beyond it,
#: and still as wide on either side of its middle, is a part that the plan leaves out.
_OUTLINE_M = 0.5
#: Buildings that reach less than this into the site, in metres, are a neighbour's at the boundary.
_REACH_M = 0.10


def undrawn_buildings(context: SiteContext) -> NDArray[np.object_] | None:
    """Return the footprints of the layer ``buildings`` on the site that no feature of the plan covers.

    Of a building that is drawn in part, the rest. Features to be demolished are drawn too. None where the layer is
    missing or cannot be read: then nothing is known.
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
    missing = covered < _DRAWN_SHARE * shapely.area(parts)
    rests = [rest for part in parts[~missing] if (rest := _rest(part, drawn)) is not None]
    return np.array([*shapes[missing], *rests], dtype=object)


def _rest(part: BaseGeometry, drawn: BaseGeometry) -> BaseGeometry | None:
    """What the plan leaves out of a building that it draws otherwise; None where outlines are only inexact."""
    if drawn.covers(part):
        return None
    rest = polygons(part.difference(drawn))
    beyond = polygons(rest.difference(drawn.buffer(_OUTLINE_M, join_style="mitre")))
    real = [
        piece
        for piece in shapely.get_parts(rest)
        if polygons(piece.intersection(beyond)).buffer(-_OUTLINE_M, join_style="mitre").area > 0
    ]
    return shapely.union_all(real) if real else None


def undrawn_footprint(context: SiteContext) -> BaseGeometry | None:
    """Ground of the site that buildings take which the plan leaves out; None where no layer says (may be empty)."""
    shapes = undrawn_buildings(context)
    if shapes is None:
        return None
    return polygons(shapely.union_all(shapes).intersection(context.site.geometry))
