"""Do buildings on the same site keep their distance from each other?

NBauO § 7 (1): between buildings that do not touch, the distance is measured as if a boundary ran between them, so every
pair of walls keeps the sum of what both would keep from a boundary. (2): garages and outbuildings as in § 5 (8) may be
closer; so may buildings in commercial and industrial areas where nothing speaks against it. (3): parts of one building,
or of buildings that touch, that face each other at less than 75° keep it too, minor recesses aside. Bay windows,
balconies and raised terraces keep it as they do from a boundary (§ 5 Abs. 1 and 3).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import shapely

from gis.checks import register
from gis.checks.boundary import is_one_of
from gis.checks.context import CheckContext
from gis.checks.living_rooms import Rooms
from gis.checks.minor_parts import GROUPED, OVERHANGS
from gis.checks.result import CheckResult, Step, Verdict
from gis.checks.separated_bodies import Bodies, bodies_of, doubt_about
from gis.checks.wall_pairs import Pair, PairSearch
from gis.checks.walls import required_distances
from gis.site_context import UnassessableError, texts
from gis.siteplan import Role
from gis.undrawn import undrawn_buildings
from gis.wording import metres, number

_BUILDINGS = (Role.MAIN_BUILDING, Role.EXISTING_BUILDING, Role.GARAGE, Role.ANCILLARY_BUILDING)
_ONLY_DRAWN = "Auf dem Baugrundstück stehen keine anderen Gebäude als die im Lageplan."
_NO_CONCERNS = (
    "Gegen den geringeren Abstand von Garagen und Nebengebäuden zu anderen Gebäuden bestehen hinsichtlich Brandschutz, "
    "Tageslicht und Lüftung keine Bedenken."
)
_NO_ROOMS = "Garagen und Nebengebäude, deren Nutzung nicht angegeben ist, haben keine Aufenthaltsräume."
#: At most this many pairs are listed in the details.
_LISTED = 50


@register(
    "building_separation",
    title="Abstand zwischen Gebäuden",
    unit="m",
    order=240,
    layers=("parcels", "zoning", "buildings"),
    attributes=("wall_height_m", "base_height_m", "eaves_height_m", "ridge_height_m", "use", "dwellings"),
    question="Gebäude auf einem Baugrundstück halten untereinander Abstand, als verliefe zwischen ihnen eine Grenze.",
    formula="Abstand zweier Wände ≥ Summe ihrer Grenzabstände (je 0,4 × Höhe, mindestens 3 m); vortretende Bauteile "
    "dürfen näher stehen wie an einer Grenze",
    inputs="Umrisse und Höhen der Gebäude auf dem Baugrundstück, ihrer Bauteile und der Terrassen, Nutzung der "
    "Nebengebäude, Baugebiete, Gebäude des Katasters",
)
def building_separation(context: CheckContext) -> CheckResult:
    """Value and limit: distance and required distance of the two walls with the smallest margin, in metres."""
    rule = context.rule("building_separation")
    buildings = context.plan.by_role(*_BUILDINGS)
    parts = context.plan.by_role(*OVERHANGS, *GROUPED, Role.TERRACE)
    if not buildings or (not parts and all(feature.role is Role.EXISTING_BUILDING for feature in buildings)):
        message = "Nicht anwendbar: Der Lageplan enthält kein geplantes Gebäude."
        return context.result(Verdict.NOT_APPLICABLE, message)
    context.site  # noqa: B018 - without a site there is nothing to say
    tolerance = context.take((*buildings, *parts)).length_m
    found = bodies_of(context, buildings, tolerance)
    commercial = _commercial(context)
    values = context.rules.rule("boundary_distance").values
    factor = float(values["factor_reduced" if commercial else "factor"])
    search = PairSearch(found, values, rule.values, factor, context)
    pairs = search.most_urgent(_LISTED)
    exempted = search.exempted(_LISTED)
    doubt = _doubt(
        found, pairs, tolerance, commercial, partial(PairSearch, found, values, rule.values, factor, context)
    )
    undrawn = undrawn_buildings(context)
    forgotten = None if undrawn is None else search.near(undrawn)
    assumptions = [*([_ONLY_DRAWN] if undrawn is None else []), *([_NO_CONCERNS] if exempted else [])]
    assumptions += [*found.assumptions, *(found.roofs if pairs else [])]
    assumptions += [_NO_ROOMS] if _exempt_of_unknown_use(found, exempted) else []
    details = {
        "pairs": [_entry(pair) for pair in sorted(pairs, key=_urgency)[:_LISTED]],
        "exempted": [list(names) for names in exempted],
    }
    if forgotten is not None and (not pairs or _judge(pairs, tolerance, commercial)[1] is not Verdict.FAILED):
        feature, distance = forgotten
        message = (
            f"Nicht prüfbar: Nach dem Liegenschaftskataster steht {metres(distance)} von {feature.role.label} "
            f"{feature.id} ein Gebäude auf dem Baugrundstück, das im Lageplan fehlt. Bitte zeichnen Sie vorhandene und "
            "abzubrechende Gebäude ein."
        )
        step = Step("Abstand zum nächsten nicht eingezeichneten Gebäude", metres(distance, 3), distance, "m")
        return context.result(Verdict.NOT_ASSESSABLE, message, details=details, assumptions=assumptions, steps=(step,))
    if not pairs and doubt is None:
        message = (
            "Nicht anwendbar: Der Lageplan enthält nur ein Gebäude."
            if len(buildings) == 1
            else "Nicht anwendbar: Keine Gebäude des Lageplans müssen voneinander Abstand halten."
        )
        if exempted:
            message += " Garagen und Nebengebäude nach § 5 Abs. 8 NBauO dürfen näher an anderen Gebäuden stehen."
        return context.result(Verdict.NOT_APPLICABLE, message, details=details, assumptions=assumptions)
    context.rule("boundary_distance")
    if doubt is not None:
        worst, verdict, message = doubt
    else:
        worst, verdict = _judge(pairs, tolerance, commercial)
        message = _message(worst, verdict, tolerance, commercial, found)
    unknown = math.isnan(worst.required)
    return context.result(
        verdict,
        f"{message} Rechtsgrundlage: {rule.legal_basis}.",
        value=worst.distance,
        limit=None if unknown else worst.required,
        details=details,
        geometry=worst.line if worst.line.length > 0 else shapely.Point(shapely.get_coordinates(worst.line)[0]),
        assumptions=assumptions,
        steps=(*found.steps, *_steps(worst, factor, values, rule.legal_basis)),
    )


def _exempt_of_unknown_use(found: Bodies, exempted: Sequence[tuple[str, str]]) -> bool:
    """Whether a building that may be closer does not say what it serves."""
    return any(found.rooms.get(name) is Rooms.NOT_STATED for names in exempted for name in names)


def _doubt(
    found: Bodies,
    pairs: Sequence[Pair],
    tolerance: float,
    commercial: bool,
    search: Callable[..., PairSearch],
) -> tuple[Pair, Verdict, str] | None:
    """What the worst comes to where something is open and all that is certain would keep the distance, else None."""
    certain = _judge(pairs, tolerance, commercial)[1] if pairs else Verdict.PASSED
    if not found.in_doubt or certain in (Verdict.FAILED, Verdict.NOT_ASSESSABLE):
        return None
    at_worst = search(worst=True).most_urgent(_LISTED)
    if not at_worst:
        return None
    pair, verdict = _judge(at_worst, tolerance, commercial)
    if verdict is Verdict.PASSED or (verdict is Verdict.BORDERLINE and certain is Verdict.BORDERLINE):
        return None
    reasons = [
        text for body, host in zip(pair.bodies, pair.hosts, strict=True) if (text := doubt_about(body, host, found))
    ]
    if math.isnan(pair.required):
        return pair, Verdict.NOT_ASSESSABLE, _message(pair, Verdict.NOT_ASSESSABLE, tolerance, commercial, found)
    why = " ".join(dict.fromkeys(reasons))
    heights = " und ".join(metres(height) for height in pair.heights)
    need = (
        f"Der Abstand {_names(pair)} beträgt {metres(pair.distance)}; ungünstigstenfalls sind {metres(pair.required)} "
        f"erforderlich (Höhen {heights})."
    )
    if verdict is Verdict.BORDERLINE or any(body.doubtful for body in pair.bodies):
        return pair, Verdict.BORDERLINE, f"Grenzfall: {need} {why}".strip()
    return pair, Verdict.NOT_ASSESSABLE, f"Nicht prüfbar: {need} {why}".strip()


def _commercial(context: CheckContext) -> bool:
    """Whether the whole site is known to lie in commercial or industrial areas."""
    if not context.has_layer("zoning"):
        return False
    site = context.site.geometry
    try:
        window = context.window("zoning", site.bounds)
    except UnassessableError:
        return False
    kinds = tuple(context.rules.rule("boundary_distance").values["zones_reduced"])
    rows = [i for i, kind in enumerate(texts(window, "zone")) if kind is not None and is_one_of(kind, kinds)]
    return bool(rows) and shapely.union_all(window.geometry[rows]).buffer(0.1).covers(site)


def _urgency(pair: Pair) -> float:
    return pair.distance if math.isnan(pair.required) else pair.margin


def _judge(pairs: Sequence[Pair], tolerance: float, commercial: bool) -> tuple[Pair, Verdict]:
    """The governing pair: a failing one first, then one without height, then the smallest margin."""
    known = [pair for pair in pairs if not math.isnan(pair.required)]
    blind = [pair for pair in pairs if math.isnan(pair.required)]
    between = [pair for pair in known if not pair.same_building]
    failing = [pair for pair in known if pair.margin < -tolerance - 1e-9]
    if failing:
        worst = min(failing, key=lambda pair: (pair.same_building or pair.existing, pair.margin))
        open_question = commercial or worst.same_building or worst.existing
        return worst, Verdict.NOT_ASSESSABLE if open_question else Verdict.FAILED
    if blind:
        return min(blind, key=lambda pair: pair.distance), Verdict.NOT_ASSESSABLE
    worst = min(between or known, key=lambda pair: pair.margin)
    tight = min(known, key=lambda pair: pair.margin)
    if tight.margin <= tolerance + 1e-9:
        return tight, Verdict.BORDERLINE
    return worst, Verdict.PASSED


def _names(pair: Pair) -> str:
    if pair.same_building and pair.left is pair.right:
        return f"zwischen zwei Wänden von {pair.left.role.label} {pair.left.id}"
    return f"zwischen {pair.left.role.label} {pair.left.id} und {pair.right.role.label} {pair.right.id}"


def _message(pair: Pair, verdict: Verdict, tolerance: float, commercial: bool, found: Bodies) -> str:
    names = _names(pair)
    if math.isnan(pair.required):
        if conflicts := [found.conflicts[host.id] for host in pair.hosts if host.id in found.conflicts]:
            return f"Nicht prüfbar: {' '.join(conflicts)}"
        return (
            f"Nicht prüfbar: Für mindestens eine Außenwand fehlt die Wandhöhe. Der Abstand {names} beträgt "
            f"{metres(pair.distance)}. Bitte geben Sie die Wandhöhe über dem gewachsenen Gelände an."
        )
    parts = any(body.feature is not host for body, host in zip(pair.bodies, pair.hosts, strict=True))
    what = "Höhen" if parts else "Wandhöhen"
    need = f"erforderlich sind {metres(pair.required)} ({what} {metres(pair.heights[0])} und {metres(pair.heights[1])})"
    if verdict is Verdict.PASSED:
        return f"Der Abstand {names} ist eingehalten: {metres(pair.distance)} vorhanden, {need}."
    if verdict is Verdict.BORDERLINE:
        return (
            f"Grenzfall: Der Abstand {names} von {metres(pair.distance, 3)} weicht höchstens um die Messgenauigkeit "
            f"von {metres(tolerance)} vom erforderlichen ab; {need}."
        )
    short = f"{metres(pair.distance)} vorhanden, {need}. Es fehlen {metres(pair.required - pair.distance)}."
    if verdict is Verdict.FAILED:
        return f"Der Abstand {names} ist nicht eingehalten: {short}"
    if commercial:
        return (
            f"Nicht abschließend prüfbar: Der Abstand {names} ist kleiner als sonst nötig: {short} In Gewerbe- und "
            "Industriegebieten darf er unterschritten werden, wenn Brandschutz, Tageslicht und Lüftung gesichert sind."
        )
    if pair.existing and not pair.same_building:
        return (
            f"Nicht abschließend prüfbar: Der Abstand {names} ist kleiner als nötig: {short} Ob das Bauteil schon "
            "besteht und dafür etwa Bestandsschutz gilt, ist hier nicht geprüft."
        )
    return (
        f"Nicht abschließend prüfbar: Der Abstand {names}, die einander gegenüberliegen, ist kleiner als sonst nötig: "
        f"{short} Er darf unterschritten werden, soweit dort keine Öffnungen zu Aufenthaltsräumen liegen."
    )


def _entry(pair: Pair) -> dict[str, Any]:
    return {
        "features": [pair.left.id, pair.right.id],
        "distance_m": pair.distance,
        "required_m": pair.required,
        "wall_heights_m": list(pair.heights),
        "same_building": pair.same_building,
        "line": shapely.get_coordinates(pair.line).tolist(),
    }


def _steps(pair: Pair, factor: float, values: Mapping[str, Any], basis: str) -> Iterator[Step]:
    yield Step(f"Abstand {_names(pair)}", metres(pair.distance, 3), pair.distance, "m", basis)
    if math.isnan(pair.required):
        return
    shares = []
    for feature, height, allowance in zip((pair.left, pair.right), pair.heights, pair.allowances, strict=True):
        full = float(required_distances(np.array([height]), factor, values)[0])
        share = full - allowance
        shares.append(share)
        text = (
            f"{number(factor)} × {metres(height)} = {metres(factor * height, 3)}, abgerundet auf volle "
            f"{number(100 * float(values['rounding_step_m']), 0)} cm, mindestens {metres(float(values['minimum_m']))}: "
            f"{metres(full)}"
        )
        if allowance > 0:
            text += f"; davon dürfen {metres(allowance)} fehlen: {metres(share)}"
        yield Step(f"Anteil von {feature.role.label} {feature.id}", text, share, "m", "§ 5 Abs. 2 NBauO")
    text = f"{metres(shares[0])} + {metres(shares[1])} = {metres(pair.required)}"
    yield Step("Erforderlicher Abstand", text, pair.required, "m", basis)
