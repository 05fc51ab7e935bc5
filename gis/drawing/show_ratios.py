"""What drawings show of ratios (GRZ, GFZ, BMZ): what counts, by the zones that are reckoned on their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis.checks.result import CheckResult, Verdict
from gis.drawing.evidence import Area, Evidence, Look, Note, look_of
from gis.drawing.scene import Scene
from gis.site_context import polygons, texts
from gis.wording import number, square_metres

#: Smaller pieces of footprints are rounding at the edge of a zone.
_SLIVER_M2 = 0.01
#: Zones whose ground differs by more from the area reckoned with (official and planar areas differ too) are not drawn.
_SAME_AREA = 0.1


def site_coverage(scene: Scene, result: CheckResult) -> Evidence:
    """What counts as covered, with its area: main buildings, and what counts only with outbuildings."""
    areas, names = [], {}
    grounds = _grounds(scene, result)
    for entry in result.details.get("counted", ()):
        feature = scene.feature(entry["feature"])
        if feature is None or scene.site is None:
            continue
        first = entry["counts"] == "grz_1"
        shape = polygons(feature.geometry.intersection(scene.site.geometry))
        legend = "Zählt zur Grundfläche" if first else "Zählt nur mit Nebenanlagen"
        shares = []
        for part, ground in grounds:
            look = _coverage_looks(result, part)[0 if first else 1]
            piece = shape if ground is None else polygons(shape.intersection(ground))
            if piece.area > _SLIVER_M2:
                areas.append(Area(piece, look, _too_much(legend, look)))
                shares.append(f"{square_metres(piece.area)} in {part.get('zone') or 'ohne Art'}")
        own = (scene.name(feature), square_metres(entry["area_m2"]))
        names[feature.id] = (*own, f"({', '.join(shares)})") if len(shares) > 1 else own
    details = result.details
    notes = tuple(
        note for part, ground in grounds for note in _ratio_note(scene, ground, *_shown_coverage(result, part, grounds))
    )
    second = result.value is not None and result.value == details.get("grz_2") != details.get("grz_1")
    other, limit, words = (
        (details.get("grz_1"), details.get("limit_grz_1"), "ohne")
        if second
        else (details.get("grz_2"), details.get("limit_grz_2"), "mit")
    )
    figures = "" if other is None else f"{words} Nebenanlagen {number(other)}"
    if figures and limit is not None:
        figures += f", maßgeblich {number(limit)}"
    return Evidence(areas=tuple(areas), notes=notes, names=names, figures=figures)


def _too_much(legend: str, look: Look) -> str:
    return f"{legend}: zu viel" if look is Look.VIOLATION else legend


def _grounds(scene: Scene, result: CheckResult) -> list[tuple[Mapping[str, Any], BaseGeometry | None]]:
    """Parts of the site that are reckoned on their own, with their ground; None for the whole site."""
    parts = [part for part in result.details.get("parts", ()) if part.get("zone")]
    window = scene.window("zoning", scene.site.geometry.bounds) if scene.site and len(parts) > 1 else None
    if window is None or scene.site is None:
        return [({}, None)]
    kinds = np.array(texts(window, "zone"), dtype=object)
    found: list[tuple[Mapping[str, Any], BaseGeometry | None]] = []
    for part in parts:
        shape = shapely.union_all(window.geometry[kinds == part["zone"]])
        found.append((part, polygons(shape.intersection(scene.site.geometry))))
    alone = len({part["zone"] for part in parts}) == len(parts) and all(
        ground is not None and abs(ground.area - other["area_m2"]) < _SAME_AREA * other["area_m2"]
        for (_, ground), other in zip(found, parts, strict=True)
    )
    # Zones of one name, or on land that counts in part only, cannot be told apart by it.
    return found if alone else [({}, None)]


def _shown_coverage(
    result: CheckResult, part: Mapping[str, Any], grounds: Sequence[object]
) -> tuple[str, float | None, float | None]:
    """Ratio, value and limit that stand in a part of the site: those of the result, or the part's own."""
    if len(grounds) < 2:
        second = result.value is not None and result.value == result.details.get("grz_2") != result.details.get("grz_1")
        return ("GRZ mit Nebenanlagen" if second else "GRZ"), result.value, result.limit
    over_1, over_2 = _margin(part, "grz_1"), _margin(part, "grz_2")
    if over_2 > max(over_1, 0.0):
        return f"{part['zone']}: GRZ mit Nebenanlagen", part["grz_2"], part["limit_grz_2"]
    return f"{part['zone']}: GRZ", part["grz_1"], part["limit_grz_1"]


def _margin(figures: Mapping[str, Any], name: str) -> float:
    """By how much a ratio is more than its limit; far below where one is not known."""
    value, limit = figures.get(name), figures.get(f"limit_{name}")
    return -1.0 if value is None or limit is None else float(value - limit)


def _coverage_looks(result: CheckResult, part: Mapping[str, Any]) -> tuple[Look, Look]:
    """How areas look that count always, and those that count with outbuildings: what is too much is hatched."""
    if result.verdict not in {Verdict.FAILED, Verdict.BORDERLINE}:
        return Look.COUNTED, Look.COUNTED_TOO
    look, tolerance = look_of(result.verdict), result.tolerance or 0.0
    figures = part or result.details
    over = [_margin(figures, name) > -tolerance for name in ("grz_1", "grz_2")]
    if not part and not any(over):  # the plan asks for more
        return look, Look.COUNTED_TOO
    return (look if any(over) else Look.COUNTED), (look if over[1] else Look.COUNTED_TOO)


def _ratio_note(
    scene: Scene, ground: BaseGeometry | None, short: str, value: float | None, limit: float | None
) -> tuple[Note, ...]:
    if scene.site is None or value is None:
        return ()
    text = f"{short} {number(value)}"
    if limit is not None:
        text += f" (zulässig {number(limit)})"
    return (Note(scene.site.geometry if ground is None else ground, (text,)),)


def floor_area_ratio(scene: Scene, result: CheckResult) -> Evidence:
    """The floor area that every building brings."""
    return _amounts(scene, result, "Geschossfläche", "m²", "GFZ")


def building_volume_ratio(scene: Scene, result: CheckResult) -> Evidence:
    """The volume that every building brings."""
    return _amounts(scene, result, "Baumasse", "m³", "BMZ")


def _amounts(scene: Scene, result: CheckResult, what: str, unit: str, short: str) -> Evidence:
    areas, names = [], {}
    grounds = _grounds(scene, result)
    judged = result.verdict in {Verdict.FAILED, Verdict.BORDERLINE}
    tolerance = result.tolerance or 0.0
    for entry in result.details.get("amounts", ()):
        feature = scene.feature(entry["feature"])
        if feature is None:
            continue
        value = entry["value"]
        known = value is not None and value == value
        text = f"{what} {number(value)} {unit}" if known else f"{what} unbekannt"
        names[feature.id] = (scene.name(feature), text)
        for part, ground in grounds:
            piece = feature.geometry if ground is None else polygons(feature.geometry.intersection(ground))
            near = not part or part["limit"] is None or part["value"] > part["limit"] - tolerance
            look = look_of(result.verdict) if judged and near else Look.COUNTED if known else Look.UNKNOWN
            if piece.area > _SLIVER_M2:
                areas.append(Area(piece, look, _too_much(f"Zählt zur {what}", look)))
    notes = tuple(
        note
        for part, ground in grounds
        for note in _ratio_note(
            scene,
            ground,
            f"{part['zone']}: {short}" if part else short,
            part["value"] if part else result.value,
            part["limit"] if part else result.limit,
        )
    )
    return Evidence(areas=tuple(areas), notes=notes, names=names)
