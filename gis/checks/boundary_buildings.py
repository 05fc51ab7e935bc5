"""Do garages and outbuildings that stand closer to a boundary than others may keep the limits for that?

NBauO § 5 (8): without the regular distance they may be 3 m high and take up 9 m of each boundary and 15 m on the site.
Lengths are projections onto the boundary of what is closer than the regular distance; where two overlap they count
once. A boundary is a run of the site's outline up to the next corner (rule ``corner_deg``), whatever parcels lie on it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import shapely

from gis.checks import register
from gis.checks.boundary import BOUNDARY_LAYERS, boundary_of
from gis.checks.burdens import burdened
from gis.checks.context import CheckContext
from gis.checks.privileged import (
    NO_LIVING_ROOMS,
    boundary_buildings_of,
    privileged_features,
    unknown_heights,
)
from gis.checks.privileged_limits import BoundaryBuildings, Criterion
from gis.checks.result import CheckResult, Step, Verdict
from gis.checks.walls import Walls
from gis.wording import listed, metres, verb

_SIDES = (
    "Als eine Grenze gilt die Grundstücksgrenze bis zum nächsten Knick von mehr als {}°, auch wenn daran mehrere "
    "Flurstücke liegen."
)
_TITLE = "Garagen und Nebengebäude an der Grenze"


@register(
    "boundary_buildings",
    title=_TITLE,
    unit="m",
    order=220,
    layers=(*BOUNDARY_LAYERS, "buildings"),
    attributes=("wall_height_m", "eaves_height_m", "ridge_height_m", "use"),
    question="Garagen und Gebäude ohne Aufenthaltsräume und Feuerstätten dürfen ohne den sonst nötigen Abstand an der "
    "Grenze stehen, wenn sie niedrig und kurz sind.",
    formula="Höhe ≤ 3 m, Länge ≤ 9 m an jeder Grenze und ≤ 15 m auf dem Baugrundstück (auf die Grenze projiziert)",
    inputs="Umrisse, Höhen und Nutzung von Garagen und Nebengebäuden, vorhandene Gebäude, Flurstücke, öffentliche "
    "Verkehrsflächen, Baulasten",
)
def boundary_buildings(context: CheckContext) -> CheckResult:
    """Value and limit: of the limit that is used most (height, length per boundary, length on the site), in metres."""
    features = privileged_features(context.plan)
    if not features:
        message = "Nicht anwendbar: Der Lageplan enthält keine Garagen und Nebengebäude."
        return context.result(Verdict.NOT_APPLICABLE, message)
    context.take(features)
    found = boundary_buildings_of(context)
    boundary = boundary_of(context)
    assumptions = [*boundary.assumptions, *found.assumptions]
    if found.close:
        assumptions += [] if found.lived_in else [NO_LIVING_ROOMS]
        assumptions.append(_SIDES.format(f"{found.rule.values['corner_deg']:g}"))
    details = {
        "close": [walls.feature.id for walls in found.close],
        "regular": [walls.feature.id for walls in found.regular],
        "outside": [feature.id for feature in found.outside],
        "roofs_not_described": [feature.id for feature in found.roofs],
        "heights_open": [walls.feature.id for walls in found.unknown],
        "lived_in": [walls.feature.id for walls in found.lived_in],
        "use_open": [walls.feature.id for walls in found.open_use],
        "criteria": [
            {
                "kind": criterion.kind,
                "value": criterion.value,
                "limit": criterion.limit,
                "features": list(criterion.features),
            }
            for criterion in found.criteria
        ],
    }
    verdict = found.verdict
    message = _message(found, verdict)
    measured = [*found.close, *found.regular, *found.unknown]
    minimum = float(context.rules.rule("boundary_distance").values["minimum_m"])
    doubts = [
        *burdened(boundary, measured, minimum, found.tolerance),
        *_outside(found),
        *_roofs(found),
        *unknown_heights(found.unknown, found.conflicts),
    ]
    if doubts and verdict is not Verdict.FAILED:
        verdict, message = Verdict.NOT_ASSESSABLE, f"Nicht prüfbar: {' '.join(doubts)}"
    governing = found.governing
    value = governing.value if governing and not math.isnan(governing.value) else None
    return context.result(
        verdict,
        message if verdict is Verdict.NOT_APPLICABLE else f"{message} Rechtsgrundlage: {found.rule.legal_basis}.",
        value=value,
        limit=governing.limit if governing else None,
        details=details,
        geometry=shapely.union_all([walls.feature.geometry for walls in found.close]) if found.close else None,
        assumptions=assumptions,
        steps=_steps(found),
    )


def _outside(found: BoundaryBuildings) -> Iterator[str]:
    if found.outside:
        names = listed([f"{feature.role.label} {feature.id}" for feature in found.outside[:5]])
        yield f"{names} {verb(found.outside, 'liegt', 'liegen')} nicht vollständig auf dem Baugrundstück."


def _roofs(found: BoundaryBuildings) -> Iterator[str]:
    if found.roofs:
        names = listed([f"{feature.role.label} {feature.id}" for feature in found.roofs[:5]])
        yield (
            f"{names} {verb(found.roofs, 'hat', 'haben')} einen First über den angegebenen Wandhöhen; je nach Form des "
            "Dachs ist mehr Abstand erforderlich. Bitte geben Sie die Höhe jeder Außenwand an."
        )


def _message(found: BoundaryBuildings, verdict: Verdict) -> str:
    if verdict is Verdict.NOT_APPLICABLE:
        return "Nicht anwendbar: Alle Garagen und Nebengebäude halten den allgemeinen Grenzabstand."
    if verdict is Verdict.NOT_ASSESSABLE:
        return f"Nicht prüfbar: {' '.join(_open_questions(found))}"
    over = [c for c in found.criteria if c.value > c.limit + found.tolerance + 1e-9]
    tight = [c for c in found.criteria if abs(c.value - c.limit) <= found.tolerance + 1e-9]
    if found.lived_in:
        uses = listed([_with_use(walls) for walls in found.lived_in[:5]])
        return (
            f"Nicht zulässig an der Grenze: {uses} {verb(found.lived_in, 'hat', 'haben')} nach den Angaben im Lageplan "
            "Aufenthaltsräume. Ohne den allgemeinen Abstand dürfen nur Gebäude ohne Aufenthaltsräume stehen."
        )
    if verdict is Verdict.FAILED:
        return f"Nicht zulässig an der Grenze: {listed([_phrase(c) for c in over])}."
    if verdict is Verdict.BORDERLINE:
        return (
            f"Grenzfall: {listed([_phrase(c) for c in tight])}. Das liegt innerhalb der Messgenauigkeit von "
            f"{metres(found.tolerance)}."
        )
    return f"An der Grenze zulässig: {listed([_phrase(c) for c in found.criteria])}."


def _open_questions(found: BoundaryBuildings) -> Iterator[str]:
    if found.open_use:
        uses = listed([_with_use(walls) for walls in found.open_use[:5]])
        yield (
            f"Ob {uses} Aufenthaltsräume oder Feuerstätten {verb(found.open_use, 'hat', 'haben')}, geht aus der "
            "angegebenen Nutzung nicht hervor; ohne den allgemeinen Abstand dürfen nur Gebäude ohne beides stehen. "
            "Bitte geben Sie an, wozu das Gebäude dient."
        )
    unknown = [c for c in found.criteria if math.isnan(c.value)]
    yield from (found.conflicts[c.features[0]] for c in unknown if c.features[0] in found.conflicts)
    if names := [c.names[0] for c in unknown if c.features[0] not in found.conflicts]:
        yield (
            f"Für {listed(names[:5])} fehlt die Höhe. Gebäude an der Grenze dürfen höchstens "
            f"{metres(float(found.rule.values['height_m']))} hoch sein. Bitte geben Sie die Höhe an."
        )
    if found.existing:
        yield found.existing


def _with_use(walls: Walls) -> str:
    use = f" („{walls.feature.use}“)" if walls.feature.use else ""
    return f"{walls.feature.role.label} {walls.feature.id}{use}"


def _phrase(criterion: Criterion) -> str:
    allowed = f"{metres(criterion.value)} (höchstens {metres(criterion.limit)})"
    if criterion.kind == "height":
        return f"Höhe von {criterion.names[0]} {allowed}"
    return f"Länge {'an einer Grenze' if criterion.kind == 'boundary' else 'an allen Grenzen zusammen'} {allowed}"


def _steps(found: BoundaryBuildings) -> Iterator[Step]:
    basis = found.rule.legal_basis
    for walls in (*found.close, *found.regular):
        at = int(walls.distance.argmin())
        need = "bei unbekannter Höhe mindestens 3,00 m" if math.isnan(walls.full[at]) else metres(float(walls.full[at]))
        kind = "näher als allgemein zulässig" if walls in found.close else "hält den allgemeinen Abstand"
        text = f"{metres(float(walls.distance[at]), 3)} von der Grenze, allgemein erforderlich {need}: {kind}"
        label = f"Abstand von {walls.feature.role.label} {walls.feature.id}"
        yield Step(label, text, float(walls.distance[at]), "m", "§ 5 Abs. 2 NBauO")
    side = 0
    for criterion in found.criteria:
        limit = f"zulässig {metres(criterion.limit)}"
        value = None if math.isnan(criterion.value) else criterion.value
        if criterion.kind == "height":
            text = f"{'unbekannt' if value is None else metres(value)}; {limit}"
            yield Step(f"Höhe von {criterion.names[0]}", text, value, "m", basis)
            continue
        lengths = " + ".join(metres(length) for length in criterion.lengths)
        text = f"{lengths} = {metres(criterion.value)}; {limit}"
        if criterion.kind == "boundary":
            side += 1
            names = listed(list(criterion.names))
            text = f"{text} (überlappende Längen zählen einmal)" if len(criterion.lengths) > 1 else text
            yield Step(f"Länge an Grenze {side} ({names})", text, value, "m", basis)
        else:
            yield Step("Länge an allen Grenzen zusammen", text, value, "m", basis)
