"""What drawings show of the place and kind of use: limits and lines of plans, streets, protected areas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis.checks.result import CheckResult, Verdict
from gis.drawing.evidence import Area, Evidence, Line, Look, Measure, deepest, long_side, look_of
from gis.drawing.scene import Scene
from gis.drawing.show_measures import buildings
from gis.site_context import polygons
from gis.siteplan import Role
from gis.wording import listed, metres

_MEASURED = 6


def building_window(scene: Scene, result: CheckResult) -> Evidence:
    """What stands outside the building window, how far main buildings reach out, and outbuildings beside it."""
    if result.geometry is None or result.geometry.is_empty:
        return Evidence()
    houses = {name for crossing in result.details.get("crossings", ()) for name in crossing["features"]}
    crossed = shapely.union_all([feature.geometry for feature in scene.features(houses)])
    found = _crossed_limit(scene, result, polygons(result.geometry.intersection(crossed)))
    beside: Sequence[Mapping[str, Any]] = result.details.get("ancillary_outside", ())
    areas = [
        Area(polygons(result.geometry.intersection(feature.geometry)), look_of(entry["verdict"]), legend)
        for entry in beside
        for legend in [_BESIDE.get(Verdict(entry["verdict"]), _OUTSIDE)]
        for feature in scene.features([entry["feature"]])
    ]
    figures = "gilt für Hauptgebäude und ihre Bauteile" if beside and result.value is not None else ""
    return replace(found.with_more(Evidence(areas=tuple(areas))), figures=figures)


_OUTSIDE = "Garage oder Nebenanlage außerhalb der Baugrenze"
_BESIDE = {Verdict.FAILED: "Garage oder Nebenanlage, wo der Plan sie ausschließt"}


def _crossed_limit(scene: Scene, result: CheckResult, crossed: BaseGeometry) -> Evidence:
    """Parts of main buildings outside the window with the depth of each."""
    verdicts = [Verdict(entry["verdict"]) for entry in result.details.get("crossings", ())]
    look = Look.VIOLATION if Verdict.FAILED in verdicts else Look.DOUBT
    if result.verdict is Verdict.NOT_ASSESSABLE:
        look = Look.UNKNOWN
    parts = sorted((part for part in shapely.get_parts(crossed) if part.area > 0), key=lambda part: -part.area)
    window = scene.window("building_windows", scene.plan.bounds)
    inside: BaseGeometry | None = shapely.union_all(window.geometry) if window is not None else None
    if inside is None or inside.is_empty:
        window = scene.window("building_limits", scene.plan.bounds)
        inside = shapely.union_all(window.geometry) if window is not None else None
    measures = []
    for part in parts[:_MEASURED]:
        if inside is None:
            break
        line = deepest(part, inside)
        length = float(np.hypot(*(line[1] - line[0])))
        measures.append(Measure(line, metres(length), look, "Tiefe der Überschreitung"))
    legend = {
        Look.VIOLATION: "Überschreitung der Baugrenze",
        Look.DOUBT: "Überschreitung der Baugrenze: Grenzfall",
    }.get(look, "Außerhalb der Baugrenze")
    return Evidence(areas=tuple(Area(part, look, legend) for part in parts), measures=tuple(measures))


def building_line(scene: Scene, result: CheckResult) -> Evidence:
    """The farthest point of the façade from the building line."""
    del scene
    if result.geometry is None or result.geometry.is_empty or result.value is None:
        return Evidence()
    look = look_of(result.verdict)
    points = shapely.get_coordinates(result.geometry)
    line = np.array([points[0], points[-1]])
    text = metres(result.value)
    if result.limit is not None and look is not Look.FINE:
        text = f"{text} (höchstens {metres(result.limit)})"
    return Evidence(measures=(Measure(line, text, look, "Abstand der Fassade von der Baulinie"),))


def building_method(scene: Scene, result: CheckResult) -> Evidence:
    """The length of every group of houses, and the boundaries that they stand at."""
    areas, measures = [], []
    groups: Sequence[Mapping[str, Any]] = result.details.get("groups", ())
    for group in groups[: 2 * _MEASURED]:
        ids = (*group["features"], *group.get("built_onto", ()))
        shapes = [feature.geometry for feature in scene.features(ids)]
        if not shapes:
            continue
        outline = shapely.union_all(shapes)
        look = look_of(group["verdict"])
        verdict = Verdict(group["verdict"])
        areas.append(Area(outline, look, f"Hausform: {result.labels.get(verdict, verdict.label)}"))
        text = metres(float(group["length_m"]))
        measures.append(Measure(long_side(outline), text, look, "Länge des Gebäudes oder der Hausgruppe", aside=1))
    return Evidence(areas=tuple(areas), measures=tuple(measures))


def street_access(scene: Scene, result: CheckResult) -> Evidence:
    """The frontage on a street, or the way to one over others."""
    del scene
    shape = result.geometry
    if shape is None or shape.is_empty:
        return Evidence()
    look = look_of(result.verdict)
    if result.details.get("access") == "way":
        points = shapely.get_coordinates(shape)
        line = np.array([points[0], points[-1]])
        return Evidence(
            lines=(Line(shape, look, "Kürzester Weg zur Straße über fremde Flurstücke", broad=True),),
            measures=(Measure(line, metres(float(shape.length)), look, "Länge des Weges", aside=1),),
        )
    legend = "Grenze zur öffentlichen Verkehrsfläche"
    frontages: Sequence[Mapping[str, Any]] = result.details.get("frontages", ())
    return Evidence(
        lines=tuple(
            Line(shapely.MultiLineString(entry["lines"]), look, legend, _breadth(entry, result), broad=True)
            for entry in frontages
        )
    )


def _breadth(frontage: Mapping[str, Any], result: CheckResult) -> str:
    """What of a frontage counts: the straight way between its ends, also where it bends."""
    bent = frontage["length_m"] - frontage["width_m"] >= (result.tolerance or 0.0) + 1e-9
    return f"{metres(frontage['width_m'])} in gerader Linie" if bent else metres(frontage["width_m"])


def overlays(scene: Scene, result: CheckResult) -> Evidence:
    """Protected areas on the site, and how near those are that a distance is kept to."""
    shape = result.geometry
    if shape is None or shape.is_empty:
        return Evidence()
    hits = [answer for answer in result.details.get("answers", ()) if answer["answer"] == "hit"]
    inside = [answer["title"] for answer in hits if answer["distance_m"] is None]
    near = [answer["title"] for answer in hits if answer["distance_m"] is not None]
    areal = polygons(shape)
    areas: tuple[Area, ...] = ()
    if not areal.is_empty:
        legend = f"Betroffen: {listed(inside)}" if inside else "Betroffenes Gebiet"
        areas = (Area(areal, Look.FOUND, legend, ground=True),)
        if result.verdict is Verdict.FAILED:
            built = [f.geometry.intersection(areal) for f in scene.plan.features if f.role is not Role.TO_BE_DEMOLISHED]
            parts = polygons(shapely.union_all(built))
            areas += (Area(parts, Look.VIOLATION, "Im Gebiet gebaut, in dem das untersagt ist"),)
    measures = []
    for part in _lines(shape):
        points = shapely.get_coordinates(part)
        line = np.array([points[0], points[-1]])
        legend = f"Abstand: {listed(near)}" if near else "Abstand zum Gebiet"
        measures.append(Measure(line, metres(float(part.length)), Look.FOUND, legend))
    return Evidence(areas=areas, measures=tuple(measures[:_MEASURED]))


def _lines(shape: BaseGeometry) -> list[BaseGeometry]:
    return [part for part in shapely.get_parts(shape) if part.geom_type == "LineString"]


def land_use(scene: Scene, result: CheckResult) -> Evidence:
    """The use of every building and the zone that it stands in."""

    def words(entry: Mapping[str, Any]) -> tuple[str, ...]:
        zone = entry.get("zone")
        feature = scene.feature(str(entry["feature"]))
        named = entry.get("use_title") or (feature.use if feature is not None else None)
        found = [f"Nutzung: {named}" if named else "Nutzung unbekannt"]
        if zone:
            found.append(f"Gebiet: {zone}")
        return tuple(found)

    return buildings(scene, result, words)


def plan_plausibility(scene: Scene, result: CheckResult) -> Evidence:
    """The site; the zones carry what the plan sets."""
    if scene.site is None:
        return Evidence()
    legend = "Festsetzungen über dem Orientierungswert" if result.verdict is Verdict.BORDERLINE else "Baugrundstück"
    look = Look.DOUBT if result.verdict is Verdict.BORDERLINE else Look.FINE
    return Evidence(areas=(Area(scene.site.geometry, look, legend, ground=True),))
