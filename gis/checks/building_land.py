"""What counts as the area of the site (§ 19 Abs. 3 BauNVO): building land behind the street boundary line."""

from __future__ import annotations

from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from gis.checks.context import CheckContext
from gis.checks.streets import public_rows
from gis.checks.zones import ZONE_AREA_M2, ZONE_REACH_M, Zones
from gis.layers import LayerWindow
from gis.site_context import UnassessableError, polygons
from gis.wording import square_metres

NO_STREET_LINE = "Straßenbegrenzungslinien sind nicht bekannt; das Baugrundstück liegt ganz dahinter."

#: Layers that say where building land ends and what stands on it; a check of a ratio reads them.
LAYERS = ("parcels", "zoning", "street_boundaries", "traffic_areas", "building_windows", "buildings")


def building_land(context: CheckContext, zones: Zones, built: BaseGeometry) -> tuple[BaseGeometry, tuple[str, ...]]:
    """Part of the site in building land behind the street boundary line (§ 19 Abs. 3), where these are known."""
    site: BaseGeometry = context.site.geometry
    land = site
    notes: tuple[str, ...] = ()
    if zones.zones:
        zoned = zones.covered
        rest = site.difference(zoned)
        # A zone drawn a hand's breadth beside the parcel's boundary is the whole site.
        if polygons(rest.buffer(-ZONE_REACH_M, join_style="mitre")).area > ZONE_AREA_M2:
            land = zoned
            notes = ("Als Grundstücksfläche zählt nur der Teil, der im Baugebiet liegt.",)
    if not context.has_layer("street_boundaries"):
        return land, (*notes, NO_STREET_LINE)
    lines = _street_lines(context)
    if lines is None:
        return land, notes
    pieces = [part for part in shapely.get_parts(_split(land, lines)) if part.area > ZONE_AREA_M2]
    if len(pieces) < 2:
        return land, notes
    traffic = _traffic(context)
    behind = [piece for piece in pieces if piece.intersection(traffic).area <= piece.area / 2]
    if len(behind) == len(pieces):
        # Nothing says which side is the street: the building stands in the building land.
        behind = [max(pieces, key=lambda piece: (piece.intersection(built).area, piece.area))]
    if not behind:
        return land, notes
    notes += ("Als Grundstücksfläche zählt nur der Teil hinter der Straßenbegrenzungslinie.",)
    return shapely.union_all(behind), notes


def on_land(built: BaseGeometry, land: BaseGeometry, site: BaseGeometry) -> tuple[BaseGeometry, tuple[str, ...]]:
    """Part of what is built that counts: that on the building land, which the ratio is formed with."""
    if land is site:
        return built, ()
    counts = polygons(built.intersection(land))
    left_out = float(built.area - counts.area)
    if left_out <= ZONE_AREA_M2:
        return counts, ()
    return counts, (f"{square_metres(left_out)} der Anlagen liegen außerhalb dieser Fläche und zählen nicht mit.",)


@dataclass(frozen=True)
class StreetOnLand:
    """Public traffic area on the land: no building land. ``area_m2`` planar, ``left`` the share of the land without it.

    ``built``: whether something stands on it that counts.
    """

    area_m2: float
    left: float
    built: bool


def street_on_land(context: CheckContext, land: BaseGeometry, built: BaseGeometry) -> StreetOnLand | None:
    """Public traffic areas that lie on the land by more than drawing inaccuracy, None where there are none."""
    window = _optional(context, "traffic_areas")
    if window is None or land.is_empty:
        return None
    values = context.rules.rule("counted_to_middle").values
    rows, _ = public_rows(window, set(values["kinds"]), set(values["kinds_public_unless_stated"]))
    if not len(rows):
        return None
    street = polygons(shapely.union_all(window.geometry[rows]).intersection(land))
    if not _reaches_in(street):
        return None
    rest = float(land.difference(street).area)
    return StreetOnLand(float(street.area), rest / float(land.area), _reaches_in(polygons(street.intersection(built))))


def _reaches_in(shape: BaseGeometry) -> bool:
    return bool(polygons(shape.buffer(-ZONE_REACH_M, join_style="mitre")).area > ZONE_AREA_M2)


def _split(land: BaseGeometry, lines: BaseGeometry) -> BaseGeometry:
    """Cut a polygon along lines: the faces of both together that lie in it."""
    faces = shapely.polygonize([shapely.union_all([land.boundary, lines])])
    inside = [face for face in shapely.get_parts(faces) if land.covers(face.representative_point())]
    return shapely.GeometryCollection(inside)


def _street_lines(context: CheckContext) -> BaseGeometry | None:
    window = _optional(context, "street_boundaries")
    if window is None or not len(window.geometry):
        return None
    lines = [g.boundary if g.geom_type.endswith("Polygon") else g for g in window.geometry]
    return shapely.union_all(lines)


def _traffic(context: CheckContext) -> BaseGeometry:
    window = _optional(context, "traffic_areas")
    return shapely.Polygon() if window is None else polygons(shapely.union_all(window.geometry))


def _optional(context: CheckContext, layer: str) -> LayerWindow | None:
    """A layer that sharpens the result where it is known; if it fails, the check becomes not assessable."""
    if not context.has_layer(layer):
        return None
    try:
        return context.window(layer, context.site.geometry.bounds)
    except UnassessableError:
        return None
