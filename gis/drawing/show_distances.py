"""What drawings show of distances: to the boundary, between buildings, beyond the site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.checks.result import CheckResult
from gis.drawing.dimensions import boundary_measures, land_of
from gis.drawing.evidence import Area, Evidence, Line, Look, Measure, deepest, look_of
from gis.drawing.scene import Scene
from gis.site_context import polygons
from gis.siteplan import PlanFeature
from gis.wording import metres, number, square_metres

#: So many parts of a finding are measured, the largest first, unless they are shorter than this.
_MEASURED, _SHORTEST_M = 6, 0.005
#: Buildings at a boundary are nearer to it than this.
_NEAR_M = 3.0
#: Ground before walls farther from the boundary than this is not drawn as to be kept free.
_LONGEST_M = 30.0


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
    return Evidence(areas=tuple(_too_close(scene, result)), lines=street_middle(result), measures=measures)


def reference_lines(scene: Scene, result: CheckResult | None) -> BaseGeometry:
    """The lines that distances are measured to: the boundary of the land, moved to the middle of streets."""
    line = land_of(scene, result).boundary
    for stretch in result.details.get("street_middle", ()) if result else ():
        own = shapely.MultiLineString(stretch["boundary"])
        line = line.difference(own.buffer(0.01, cap_style="flat")).union(shapely.MultiLineString(stretch["line"]))
    return line


def street_middle(result: CheckResult | None) -> tuple[Line, ...]:
    """The middle of streets that distances are measured to."""
    legend = "Mitte der Straße, bis zu der gerechnet wird"
    return tuple(
        Line(shapely.LineString(line), Look.UNKNOWN, legend)
        for stretch in (result.details.get("street_middle", ()) if result else ())
        for line in stretch["line"]
    )


def setback_band(scene: Scene, result: CheckResult | None) -> tuple[BaseGeometry, str]:
    """What of the site is to be kept free: all round as much as every wall needs, before a wall as much as it needs.

    With it the words for the legend; empty where no wall has a known height.
    """
    walls = result.details.get("walls", ()) if result else ()
    needs = {wall["required_m"] + wall["allowance_m"] for wall in walls if wall["required_m"] is not None}
    if not needs or scene.site is None:
        return shapely.Polygon(), ""
    reference, least, most = reference_lines(scene, result), min(needs), max(needs)
    parts: list[BaseGeometry] = [reference.buffer(least, join_style="round")]
    for wall in walls:
        need = None if wall["required_m"] is None else wall["required_m"] + wall["allowance_m"]
        if need is not None and need > least + 0.001 and wall["distance_m"] < _LONGEST_M:
            before = _before(scene, wall, wall["distance_m"] + need)
            parts.append(before.intersection(reference.buffer(need, join_style="round")))
    legend = f"Freizuhaltender Abstand {metres(least)}"
    if most > least + 0.001:
        legend = f"Freizuhaltender Abstand, je nach Außenwand {number(least)} bis {metres(most)}"
    return polygons(scene.site.geometry.intersection(shapely.union_all(parts))), legend


def _before(scene: Scene, wall: Mapping[str, Any], reach: float) -> BaseGeometry:
    """The ground straight before a wall, so far out."""
    feature = scene.feature(wall["feature"])
    if feature is None:
        return shapely.Polygon()
    segments, _, index = feature.edges()
    quads = []
    for start, end in segments[index == wall["edge"]]:
        along = end - start
        normal = np.array([along[1], -along[0]]) / np.hypot(*along)
        if feature.geometry.covers(shapely.Point((start + end) / 2 + 0.01 * normal)):
            normal = -normal
        quads.append(shapely.Polygon([start, end, end + reach * normal, start + reach * normal]))
    return shapely.union_all(quads)


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
    used: set[int] = set()
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
            measures += _along_boundary(scene, features, float(value), limit, look, used)
        elif criterion["kind"] == "site" and features and look is not Look.FINE:
            largest = max(features, key=lambda feature: feature.geometry.area)
            total = f"{metres(value)} (höchstens {metres(limit)})"
            names[largest.id] = (*names[largest.id], "an allen Grenzen zusammen", total)
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
    scene: Scene, features: Sequence[PlanFeature], value: float, limit: float, look: Look, used: set[int]
) -> list[Measure]:
    """Dimension lines along the boundary that the features stand at, overlaps once.

    Of several boundaries that they are near to it is the one along which they are as long as the check says; those in
    ``used`` have their line already.
    """
    assert scene.site is not None
    shapes = [feature.geometry for feature in features]
    found: list[tuple[float, float, int, list[list[float]], NDArray[np.float64]]] = []
    for number_, edge in enumerate(_straight_edges(scene.site.geometry)):
        line = shapely.LineString(edge)
        away = float(max(shapely.distance(shape, line) for shape in shapes))
        spans = _spans(shapes, edge)
        if number_ in used or not spans:
            continue
        length = sum(high - low for low, high in spans)
        found.append((round(abs(length - value), 2) + (away if away > _NEAR_M else 0.0), away, number_, spans, edge))
    if not found:
        return []
    *_, at, merged, (start, end) = min(found, key=lambda entry: entry[:3])
    used.add(at)
    along = (end - start) / np.hypot(*(end - start))
    measures = []
    for low, high in merged:
        text = metres(high - low)
        if len(merged) == 1:
            text = metres(value) if look is Look.FINE else f"{metres(value)} (höchstens {metres(limit)})"
        ends = np.array([start + low * along, start + high * along])
        measures.append(Measure(ends, text, look, _LENGTHS[look], aside=-1))
    if len(merged) > 1:
        text = f"zusammen {metres(value)} (höchstens {metres(limit)})"
        ends = np.array([start + merged[0][0] * along, start + merged[-1][1] * along])
        measures.append(Measure(ends, text, look, _LENGTHS[look], aside=-2))
    return measures


def _spans(shapes: Sequence[BaseGeometry], edge: NDArray[np.float64]) -> list[list[float]]:
    """Where shapes stand along an edge, in metres from its start, joined where they overlap."""
    start, end = edge
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
    return merged


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
