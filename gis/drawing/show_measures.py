"""What drawings show of the measure of use: areas that count, heights, storeys, sizes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import shapely

from gis.checks.result import CheckResult, Verdict
from gis.drawing.evidence import Area, Evidence, Look, Note, look_of
from gis.drawing.scene import Scene
from gis.site_context import parcel_ids, parcel_label, polygons
from gis.siteplan import Role
from gis.wording import counted, listed, metres, number, square_metres


def area_mismatch(scene: Scene, result: CheckResult) -> Evidence:
    """Both areas of every parcel of the site, and the parcels where they differ too much."""
    if scene.site is None:
        return Evidence()
    window = scene.window("parcels", scene.site.geometry.bounds)
    rows = {} if window is None else {name: row for row, name in enumerate(parcel_ids(window))}
    by_name = {entry["name"]: entry for entry in result.details.get("areas", ())}
    notes, areas = [], []
    for parcel in scene.site.parcel_ids:
        row = rows.get(parcel)
        if window is None or row is None:
            continue
        entry = next((e for name, e in by_name.items() if name.endswith(parcel_label(window, row))), None)
        shape = window.geometry[row]
        if entry is None:
            continue
        official, limit = entry["official_m2"], entry["limit_m2"]
        known = official is not None and official == official
        text = f"amtlich {square_metres(official)}" if known else "amtlich nicht bekannt"
        notes.append(Note(shape, (text, f"Karte {square_metres(entry['planar_m2'])}")))
        if known and limit == limit and abs(official - entry["planar_m2"]) > limit:
            areas.append(Area(shape, look_of(result.verdict), "Amtliche und berechnete Fläche weichen ab", ground=True))
    if not notes and result.value is not None:
        notes.append(Note(scene.site.geometry, (f"Abweichung {square_metres(result.value)}",)))
    if not areas and result.verdict is not Verdict.PASSED:
        areas.append(Area(scene.site.geometry, look_of(result.verdict), "Fläche des Baugrundstücks", ground=True))
    return Evidence(areas=tuple(areas), notes=tuple(notes))


def buildings(
    scene: Scene, result: CheckResult, words: Callable[[Mapping[str, Any]], tuple[str, ...]]
) -> Evidence:  # fmt: skip
    """Every judged building with its figures, highlighted by its own verdict."""
    names = dict[str, tuple[str, ...]]()
    worst = {look: rank for rank, look in enumerate((Look.FINE, Look.DOUBT, Look.UNKNOWN, Look.VIOLATION))}
    looks: dict[str, Look] = {}
    legends: dict[Look, str] = {}
    for entry in result.details.get("buildings", ()):
        feature = scene.feature(entry["feature"])
        if feature is None:
            continue
        verdict = Verdict(entry.get("verdict", result.verdict))
        if verdict is not Verdict.NOT_APPLICABLE:
            look = look_of(verdict)
            legends[look] = f"Gebäude: {result.labels.get(verdict, verdict.label)}"
            if worst[look] >= worst[looks.get(feature.id, Look.FINE)]:
                looks[feature.id] = look
        before = names.get(feature.id, (scene.name(feature),))
        names[feature.id] = (*before, *(text for text in words(entry) if text not in before))
    areas = tuple(
        Area(feature.geometry, look, legends[look])
        for name, look in looks.items()
        for feature in scene.features([name])
    )
    return Evidence(areas=areas, names=names)


def _with_limit(text: str, entry: Mapping[str, Any], limit: Callable[[float], str]) -> tuple[str, ...]:
    value = entry.get("limit")
    return (text,) if value is None else (text, f"(zulässig {limit(value)})")


def storeys(scene: Scene, result: CheckResult) -> Evidence:
    """Full storeys of every building and what the plan allows."""

    def words(entry: Mapping[str, Any]) -> tuple[str, ...]:
        value = entry.get("value")
        text = "Vollgeschosse unbekannt" if value is None else counted(value, "Vollgeschosse")
        return _with_limit(text, entry, lambda v: number(v, 0))

    return buildings(scene, result, words)


_HEIGHTS = {"eaves": "Traufe", "ridge": "First", "building": "Gebäudehöhe", "wall": "Wandhöhe"}


def building_height(scene: Scene, result: CheckResult) -> Evidence:
    """Heights of every building and what the plan allows."""

    def words(entry: Mapping[str, Any]) -> tuple[str, ...]:
        value = entry.get("value")
        kind = _HEIGHTS.get(str(entry.get("kind")), "Höhe")
        return _with_limit(f"{kind} {metres(value)}" if value is not None else f"{kind} unbekannt", entry, metres)

    return buildings(scene, result, words)


def dwellings(scene: Scene, result: CheckResult) -> Evidence:
    """Dwellings of every building and what the plan allows."""

    def words(entry: Mapping[str, Any]) -> tuple[str, ...]:
        value = entry.get("value")
        text = "Wohnungen unbekannt" if value is None else counted(value, "Wohnungen")
        return _with_limit(text, entry, lambda v: number(v, 0))

    return buildings(scene, result, words)


def building_class(scene: Scene, result: CheckResult) -> Evidence:
    """The class of every building."""

    def words(entry: Mapping[str, Any]) -> tuple[str, ...]:
        classes = [str(value) for value in entry.get("possible_classes", ())]
        special = ("Hinweis auf Sonderbau",) if entry.get("special_building") else ()
        return (f"Gebäudeklasse {listed(classes, 'oder')}", *special)

    return buildings(scene, result, words)


def plot_size(scene: Scene, result: CheckResult) -> Evidence:
    """The area of the site and what the plan asks for."""
    if scene.site is None:
        return Evidence()
    lines = [square_metres(result.value if result.value is not None else scene.site.area_m2)]
    if result.limit is not None:
        lines.append(f"(mindestens {square_metres(result.limit)})")
    area = Area(scene.site.geometry, look_of(result.verdict), f"Grundstücksgröße: {result.label}", ground=True)
    return Evidence(areas=(area,), notes=(Note(scene.site.geometry, tuple(lines)),))


def demand(scene: Scene, result: CheckResult) -> Evidence:
    """What stays green, and what the dwellings need."""
    if scene.site is None:
        return Evidence()
    covered = shapely.union_all([f.geometry for f in scene.plan.features if f.role is not Role.TO_BE_DEMOLISHED])
    green = polygons(scene.site.geometry.difference(covered))
    details = result.details
    lines = []
    if details.get("green_m2") is not None:
        lines.append(f"Grün {square_metres(details['green_m2'])}")
    if details.get("bicycles"):
        lines.append(f"Fahrräder: {number(details['bicycles'], 0)}")
    if details.get("car_spaces"):
        lines.append(f"Einstellplätze: {number(details['car_spaces'], 0)}")
    if details.get("playground"):
        lines.append("Spielplatz nachzuweisen")
    names = {
        feature.id: (scene.name(feature), counted(feature.dwellings, "Wohnungen"))
        for feature in scene.plan.by_role(Role.MAIN_BUILDING)
        if feature.dwellings is not None
    }
    notes = (Note(green, tuple(lines)),) if lines and not green.is_empty else ()
    return Evidence(
        areas=(Area(green, Look.FREE, "Bleibt unbebaut und unbefestigt", ground=True),), notes=notes, names=names
    )
