"""What a drawing says in words: its title, figures, sources, and the text for those who do not see it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from gis.checks import CHECKS
from gis.checks.context import ASSUMED
from gis.checks.result import CheckResult, Verdict
from gis.drawing.scene import Scene
from gis.site import ONE_PLOT_ASSUMPTION
from gis.siteplan import PlanFeature, SitePlan
from gis.wording import counted, listed, metres, number, parcels_named, square_metres

#: Plans with more features than this are described by counts.
_DESCRIBED = 20
LAYER_NAMES = {
    "parcels": "Flurstücke",
    "buildings": "Gebäude",
    "building_windows": "Baufenster",
    "building_limits": "Baugrenzen",
    "building_lines": "Baulinien",
    "street_boundaries": "Straßenbegrenzungslinien",
    "zoning": "Baugebiete",
    "traffic_areas": "Verkehrsflächen",
    "easements": "Baulasten",
    "overlays": "Schutz- und Risikogebiete",
    "monuments": "Denkmale",
}
_DIGITS = {"m": 2, "m²": 2, "": 2}


def title(scene: Scene, shown: CheckResult | None) -> str:
    """Heading of the drawing."""
    if shown is not None:
        return f"{check_title(shown)}: {shown.label}"
    names = [short_name(scene.context.parcel_name(parcel)) for parcel in scene.site.parcel_ids] if scene.site else []
    return f"Lageplan, {parcels_named(names)}" if names else "Lageplan"


def check_title(result: CheckResult) -> str:
    """German title of the result's check."""
    check = CHECKS.get(result.check)
    return check.title if check else result.check


def figures(shown: CheckResult | None, more: str = "") -> str:
    """What was found and what decides, for the foot of a drawing; empty without figures."""
    if shown is None or shown.value is None:
        return ""
    found = f"ermittelt {_figure(shown.value, shown.unit)}"
    if shown.limit is not None:
        found += f", maßgeblich {_figure(shown.limit, shown.unit)}"
    return f"{found}; {more}" if more else found


def _figure(value: float, unit: str) -> str:
    if unit == "Klasse":
        return f"Klasse {number(value, 0)}"
    return f"{number(value, _DIGITS[unit])} {unit}".strip() if unit in _DIGITS else counted(value, unit)


def sources(scene: Scene, layers: Iterable[str], drawn_on: date | None) -> list[str]:
    """Source and date of every layer shown, coordinates, date of the drawing."""
    parts: dict[str, list[str]] = {}
    for name in layers:
        known = scene.context.windows.get(name)
        if known is None:
            continue
        info = known[1].info
        as_of = f", Stand {info.as_of:%d.%m.%Y}" if info.as_of else ""
        licence = f", {info.licence}" if info.licence else ""
        parts.setdefault(f"{info.source}{as_of}{licence}", []).append(LAYER_NAMES.get(name, name))
    found = [f"{listed(names)}: {source}" for source, names in parts.items()]
    if scene.context.crs_name:
        found.append(f"Koordinaten: {scene.context.crs_name}")
    if drawn_on:
        found.append(f"gezeichnet am {drawn_on:%d.%m.%Y}")
    return found


def text_alternative(scene: Scene, shown: CheckResult | None, legend: Iterable[str], scale: int) -> str:
    """What the drawing shows, in German sentences."""
    at = f"im Maßstab 1:{number(scale, 0)}, Norden ist oben."
    if shown is not None:
        sentences = [f"Zeichnung zur Prüfung „{check_title(shown)}“ {at}", f"Ergebnis: {shown.label}."]
        sentences.append(_message(shown))
        if highlighted := list(legend):
            sentences.append(f"Hervorgehoben: {listed(highlighted)}.")
    else:
        sentences = [f"Lageplan {at}"]
    if scene.site:
        names = [scene.context.parcel_name(parcel) for parcel in scene.site.parcel_ids]
        sentences.append(f"Baugrundstück: {parcels_named(names)}, {square_metres(scene.site.area_m2)}.")
    else:
        sentences.append("Das Baugrundstück ist nicht bestimmt.")
    sentences.append(f"Eingezeichnet: {listed(_described_all(scene.plan))}.")
    if shown is None:
        sentences += _all_results(scene)
    sentences += [f"{ASSUMED} {assumption}" for assumption in (scene.site.assumptions if scene.site else ())]
    return " ".join(sentence for sentence in sentences if sentence)


def _message(result: CheckResult) -> str:
    return result.message.replace(f" {ASSUMED} {ONE_PLOT_ASSUMPTION}", "")


def _all_results(scene: Scene) -> list[str]:
    """What needs attention in full, what is fine by its title."""
    results = list(scene.results.values())
    open_ones = {Verdict.FAILED, Verdict.BORDERLINE}
    found = [f"{check_title(result)}: {_message(result)}" for result in results if result.verdict in open_ones]
    for verdict in (Verdict.PASSED, Verdict.NOT_ASSESSABLE):
        titles = [check_title(result) for result in results if result.verdict is verdict]
        if titles:
            found.append(f"{verdict.label[0].upper()}{verdict.label[1:]}: {listed(titles)}.")
    return found


def short_name(label: str) -> str:
    """A parcel's name as it fits a drawing."""
    return label if len(label) <= 10 else f"…{label[-6:]}"


def _described_all(plan: SitePlan) -> list[str]:
    """Features one by one, or counted by role where there are too many to listen to."""
    if len(plan.features) <= _DESCRIBED:
        return [_described(feature) for feature in plan.features]
    counts = Counter(feature.role for feature in plan.features)
    return [f"{number(count, 0)} × {role.label}" for role, count in counts.items()]


def _described(feature: PlanFeature) -> str:
    height = feature.wall_height_m
    walls = f" mit {metres(height)} Wandhöhe" if isinstance(height, float | int) else ""
    return f"{feature.role.label} ({square_metres(feature.geometry.area)}{walls})"
