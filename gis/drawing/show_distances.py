"""What drawings show of distances: to the boundary, between buildings, beyond the site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.checks.result import CheckResult
from gis.drawing.dimensions import boundary_measures
from gis.drawing.evidence import Area, Evidence, Line, Look, Measure, deepest, look_of
from gis.drawing.scene import Scene
from gis.site_context import polygons, texts
from gis.siteplan import PlanFeature
from gis.wording import metres, number, square_metres

#: So many parts of a finding are measured, the largest first, unless they are shorter than this.
_MEASURED, _SHORTEST_M = 6, 0.005


def inside_parcels(scene: Scene, result: CheckResult) -> Evidence:
    """The part outside the site, and how far it reaches."""
    outside = result.geometry
    if outside is None or outside.is_empty:
        return Evidence(areas=tuple(_within(scene)))
    look = look_of(result.verdict)
    parts = sorted(shapely.get_parts(polygons(outside)), key=lambda part: -part.area)
    site = scene.site_geometry
    measures = []
    for part in parts[:_MEASURED]:
        line = deepest(part, site) if not site.is_empty else None
        length = 0.0 if line is None else float(np.hypot(*(line[1] - line[0])))
        if line is not None and length >= _SHORTEST_M:
            measures.append(Measure(line, metres(length), look, "Tiefe außerhalb des Baugrundstücks"))
    areas = [
        Area(part, look, "Außerhalb des Baugrundstücks", (square_metres(float(part.area)),) if at < _MEASURED else ())
        for at, part in enumerate(parts)
    ]
    return Evidence(areas=tuple(areas), measures=tuple(measures))


def _within(scene: Scene) -> list[Area]:
    return [Area(scene.site.geometry, Look.FINE, "Baugrundstück, nicht überschritten")] if scene.site else []


def boundary_distance(scene: Scene, result: CheckResult) -> Evidence:
    """The strip along the boundary in which nothing may stand, what stands in it, and every distance."""
    measures = boundary_measures(scene, result)
    lines = [
        Line(shapely.LineString(line), Look.UNKNOWN, "Mitte der Straße, bis zu der gerechnet wird")
        for stretch in result.details.get("street_middle", ())
        for line in stretch["line"]
    ]
    return Evidence(areas=tuple(_too_close(scene, result)), lines=tuple(lines), measures=measures)


def reference_lines(scene: Scene, result: CheckResult | None) -> BaseGeometry:
    """The lines that distances are measured to: the boundary of the land, moved to the middle of streets."""
    land: BaseGeometry = scene.site_geometry
    if result is None:
        return land.boundary
    names = set(result.details.get("easements", ()))
    window = scene.window("easements", land.bounds) if names else None
    if window is not None:
        rows = [row for row, name in enumerate(texts(window, "easement_id")) if name in names]
        land = shapely.union_all([land, *(polygons(window.geometry[row]) for row in rows)])
    line = land.boundary
    for stretch in result.details.get("street_middle", ()):
        own = shapely.MultiLineString(stretch["boundary"])
        line = line.difference(own.buffer(0.01, cap_style="flat")).union(shapely.MultiLineString(stretch["line"]))
    return line


def setback_band(scene: Scene, result: CheckResult | None) -> BaseGeometry:
    """The part of the site nearer to the boundary than the check's limit; empty where there is none."""
    if result is None or not result.limit or scene.site is None:
        return shapely.Polygon()
    near = reference_lines(scene, result).buffer(result.limit, join_style="round")
    return polygons(scene.site.geometry.intersection(near))


def _too_close(scene: Scene, result: CheckResult) -> list[Area]:
    """What of a building lies within the distance that its wall has to keep."""
    reference = reference_lines(scene, result)
    tolerance = (result.tolerance or 0.0) + 1e-9
    strips: dict[str, list[BaseGeometry]] = {}
    for wall in result.details.get("walls", ()):
        if wall["margin_m"] is None or wall["margin_m"] >= -tolerance or reference.is_empty:
            continue
        feature = scene.feature(wall["feature"])
        if feature is None:
            continue
        start = shapely.Point(wall["line"][0])
        near = polygons(feature.geometry.intersection(reference.buffer(float(wall["required_m"]))))
        parts = [part for part in shapely.get_parts(near) if shapely.dwithin(part, start, 0.05)]
        strips.setdefault(feature.id, []).extend(parts)
    return [
        Area(shapely.union_all(parts), Look.VIOLATION, "Zu nah an der Grenze") for parts in strips.values() if parts
    ]


def boundary_buildings(scene: Scene, result: CheckResult) -> Evidence:
    """Garages and outbuildings at the boundary, their heights, and how much of each boundary they take up."""
    criteria: Sequence[Mapping[str, Any]] = result.details.get("criteria", ())
    tolerance = (result.tolerance or 0.0) + 1e-9
    close = scene.features(result.details.get("close", ()))
    looks = {feature.id: Look.FINE for feature in close}
    names: dict[str, tuple[str, ...]] = {feature.id: (scene.name(feature),) for feature in close}
    measures: list[Measure] = []
    for criterion in criteria:
        value, limit = criterion["value"], float(criterion["limit"])
        known = value is not None and value == value
        look = (
            Look.UNKNOWN
            if not known
            else Look.VIOLATION
            if value > limit + tolerance
            else Look.DOUBT
            if value >= limit - tolerance
            else Look.FINE
        )
        features = scene.features(criterion["features"])
        if criterion["kind"] == "height":
            text = f"Höhe {metres(value) if known else 'unbekannt'} (höchstens {metres(limit)})"
            for feature in features:
                names[feature.id] = (scene.name(feature), text)
        elif criterion["kind"] == "boundary" and features and scene.site:
            measures += _along_boundary(scene, features, float(value), limit, look)
        if look is not Look.FINE:
            looks.update({feature.id: look for feature in features if looks.get(feature.id) is not Look.VIOLATION})
    legends = {
        Look.FINE: "Zulässig an der Grenze",
        Look.DOUBT: "An der Grenze: Grenzfall",
        Look.VIOLATION: "An der Grenze nicht zulässig",
        Look.UNKNOWN: "An der Grenze: nicht prüfbar",
    }
    areas = [Area(feature.geometry, looks[feature.id], legends[looks[feature.id]]) for feature in close]
    outside = scene.features(result.details.get("outside", ()))
    areas += [Area(feature.geometry, Look.UNKNOWN, "Nicht auf dem Baugrundstück") for feature in outside]
    return Evidence(areas=tuple(areas), measures=tuple(measures), names=names)


def _along_boundary(
    scene: Scene, features: Sequence[PlanFeature], value: float, limit: float, look: Look
) -> list[Measure]:
    """Dimension lines along the boundary that the features stand at, overlaps once."""
    assert scene.site is not None
    edges = _straight_edges(scene.site.geometry)
    shapes = [feature.geometry for feature in features]
    distance = np.array([sum(shapely.distance(shape, shapely.LineString(edge)) for shape in shapes) for edge in edges])
    start, end = edges[int(np.argmin(distance))]
    along = (end - start) / np.hypot(*(end - start))
    spans = []
    for shape in shapes:
        at = (shapely.get_coordinates(shape) - start) @ along
        spans.append((float(at.min()), float(at.max())))
    merged: list[list[float]] = []
    for low, high in sorted(spans):
        if merged and low <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], high)
        else:
            merged.append([low, high])
    measures = []
    for low, high in merged:
        text = metres(high - low)
        if len(merged) == 1:
            text = metres(value) if look is Look.FINE else f"{metres(value)} (höchstens {metres(limit)})"
        line = np.array([start + low * along, start + high * along])
        measures.append(Measure(line, text, look, _LENGTHS[look], aside=-1))
    if len(merged) > 1:
        text = f"zusammen {metres(value)} (höchstens {metres(limit)})"
        line = np.array([start + merged[0][0] * along, start + merged[-1][1] * along])
        measures.append(Measure(line, text, look, _LENGTHS[look], aside=-2))
    return measures


_LENGTHS = {
    Look.FINE: "Länge an der Grenze",
    Look.DOUBT: "Länge an der Grenze: Grenzfall",
    Look.VIOLATION: "Länge an der Grenze, zu groß",
    Look.UNKNOWN: "Länge an der Grenze",
}


def _straight_edges(site: BaseGeometry) -> NDArray[np.float64]:
    """Edges of the outer boundary, shape (n, 2, 2), the site on their left; points on straight lines dropped."""
    edges = []
    for part in shapely.get_parts(site):
        ring = shapely.get_coordinates(part.simplify(0.02).exterior.normalize())
        if not shapely.is_ccw(shapely.LinearRing(ring)):
            ring = ring[::-1]
        edges.append(np.stack([ring[:-1], ring[1:]], axis=1))
    return np.concatenate(edges)


def building_separation(scene: Scene, result: CheckResult) -> Evidence:
    """The closest walls of every two buildings; the worst pair carries what it would need."""
    tolerance = (result.tolerance or 0.0) + 1e-9
    measures = []
    pairs: Sequence[Mapping[str, Any]] = result.details.get("pairs", ())
    for at, pair in enumerate(pairs[: 2 * _MEASURED]):
        required = pair["required_m"]
        known = required is not None and required == required
        margin = pair["distance_m"] - required if known else None
        look = Look.FINE
        if margin is None:
            look = Look.UNKNOWN
        elif margin < -tolerance:
            look = look_of(result.verdict)
        elif margin <= tolerance:
            look = Look.DOUBT
        text = metres(pair["distance_m"])
        if known and (at == 0 or look is not Look.FINE):
            text = f"{text} (erforderlich {number(required)} m)"
        measures.append(Measure(np.array(pair["line"], dtype=float), text, look, _SEPARATIONS[look]))
    del scene
    return Evidence(measures=tuple(measures))


_SEPARATIONS = {
    Look.FINE: "Abstand zwischen Gebäuden",
    Look.DOUBT: "Abstand zwischen Gebäuden: Grenzfall",
    Look.VIOLATION: "Abstand nicht eingehalten",
    Look.UNKNOWN: "Abstand: nicht abschließend prüfbar",
}
