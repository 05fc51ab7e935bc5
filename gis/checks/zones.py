"""Zoning of a site: the zones that the binding plan sets on it, the permitted GRZ, and what counts as building land."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis.checks.context import CheckContext
from gis.layers import LayerWindow
from gis.site_context import UnassessableError, numbers, polygons, texts
from gis.wording import listed, number

#: Zones that reach less than this into the site (metres) or cover less (m²) are drawing inaccuracy of the plan.
_ZONE_REACH_M, _ZONE_AREA_M2 = 0.10, 0.5


@dataclass(frozen=True)
class Zone:
    """Area of the site with one set of measures; ``grz`` and ``gr_m2`` are NaN where not set."""

    plan_id: str | None
    kind: str | None
    grz: float
    gr_m2: float
    baunvo: str | None
    geometry: BaseGeometry

    @property
    def label(self) -> str:
        """German text such as "WA mit GRZ 0,40"."""
        return f"{self.kind or 'ohne Art'} mit GRZ {'–' if math.isnan(self.grz) else number(self.grz)}"


@dataclass(frozen=True)
class Zones:
    """Zones on the site, equal ones merged. ``missing`` says why there is no zoning to look at."""

    zones: tuple[Zone, ...]
    missing: str | None = None
    overriding: tuple[tuple[float, float], ...] = ()

    @property
    def baunvo_year(self) -> int | None:
        """Year of the BauNVO that applies, where the plan says so for all zones alike."""
        years = {match[0] for zone in self.zones if (match := re.search(r"19\d\d|20\d\d", zone.baunvo or ""))}
        return int(years.pop()) if len(years) == 1 else None

    def limit(self, area_m2: float) -> tuple[float | None, str]:
        """Permitted GRZ, or None and the German reason."""
        if self.missing:
            return None, self.missing
        if not self.zones:
            return None, "Für das Baugrundstück ist kein Baugebiet aus einem Bebauungsplan bekannt."
        if len(self.zones) > 1:
            kinds = [zone.label for zone in self.zones]
            return None, f"Das Baugrundstück liegt in mehreren Baugebieten ({listed(kinds)})."
        pairs = set(self.overriding) or {(self.zones[0].grz, self.zones[0].gr_m2)}
        if len(pairs) > 1:
            return None, "Auf dem Baugrundstück gelten für mehrere Baufenster verschiedene Grundflächenzahlen."
        grz, gr_m2 = pairs.pop()
        if not math.isnan(grz):
            return grz, ""
        if not math.isnan(gr_m2):
            return gr_m2 / area_m2, ""
        return None, "Der Bebauungsplan setzt für das Baugebiet keine Grundflächenzahl fest."

    def table(self) -> list[dict[str, Any]]:
        """Zones for the details of a result."""
        return [
            {
                "plan_id": zone.plan_id,
                "zone": zone.kind,
                "grz": None if math.isnan(zone.grz) else zone.grz,
                "gr_m2": None if math.isnan(zone.gr_m2) else zone.gr_m2,
                "baunvo_version": zone.baunvo,
                "area_m2": zone.geometry.area,
            }
            for zone in self.zones
        ]


def zones_on_site(context: CheckContext) -> Zones:
    """Read the zones on the site; says why where there is nothing to read."""
    site: BaseGeometry = context.site.geometry
    if not context.has_layer("zoning"):
        return Zones((), "Es sind keine Baugebiete aus Bebauungsplänen bekannt (keine Ebene „zoning“).")
    try:
        window = context.window("zoning", site.bounds)
    except UnassessableError as error:
        return Zones((), error.message)
    core: BaseGeometry = site.buffer(-_ZONE_REACH_M, join_style="mitre")
    if core.is_empty:
        core = site
    rows = np.flatnonzero(shapely.intersects(window.geometry, core))
    columns = list(
        zip(
            texts(window, "plan_id"),
            texts(window, "zone"),
            numbers(window, "grz"),
            numbers(window, "gr_m2"),
            texts(window, "baunvo_version"),
            strict=True,
        )
    )
    groups: dict[tuple[Any, ...], list[BaseGeometry]] = {}
    for row in rows:
        part = polygons(window.geometry[row].intersection(site))
        if polygons(window.geometry[row].intersection(core)).area > min(_ZONE_AREA_M2, core.area / 2):
            plan_id, kind, grz, gr_m2, baunvo = columns[row]
            key = (plan_id, kind, None if math.isnan(grz) else grz, None if math.isnan(gr_m2) else gr_m2, baunvo)
            groups.setdefault(key, []).append(part)
    zones = [
        Zone(
            key[0], key[1], math.nan if key[2] is None else float(key[2]),
            math.nan if key[3] is None else float(key[3]), key[4], shapely.union_all(parts),
        )
        for key, parts in groups.items()
    ]  # fmt: skip
    return Zones(tuple(zones), overriding=_overriding(context, core))


def _overriding(context: CheckContext, core: BaseGeometry) -> tuple[tuple[float, float], ...]:
    """GRZ or GR that building windows on the site set for themselves."""
    if not context.has_layer("building_windows"):
        return ()
    try:
        window = context.window("building_windows", core.bounds)
    except UnassessableError:
        return ()
    grz, gr_m2 = numbers(window, "grz"), numbers(window, "gr_m2")
    own = np.isfinite(grz) | np.isfinite(gr_m2)
    rows = np.flatnonzero(own & shapely.intersects(window.geometry, core))
    return tuple((float(grz[row]), float(gr_m2[row])) for row in rows)


def building_land(context: CheckContext, zones: Zones, built: BaseGeometry) -> tuple[BaseGeometry, tuple[str, ...]]:
    """Part of the site in building land behind the street boundary line (§ 19 Abs. 3), where these are known."""
    site: BaseGeometry = context.site.geometry
    land = site
    notes: tuple[str, ...] = ()
    if len(zones.zones) == 1:
        rest = site.difference(zones.zones[0].geometry)
        # A zone drawn a hand's breadth beside the parcel's boundary is the whole site.
        if polygons(rest.buffer(-_ZONE_REACH_M, join_style="mitre")).area > _ZONE_AREA_M2:
            land = zones.zones[0].geometry
            notes = ("Als Grundstücksfläche zählt nur der Teil, der im Baugebiet liegt.",)
    lines = _street_lines(context)
    if lines is None:
        return land, notes
    pieces = [part for part in shapely.get_parts(_split(land, lines)) if part.area > _ZONE_AREA_M2]
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
