"""Which protected and restricted areas does the project meet, and which authorities are to be consulted?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.attributes import normalise
from gis.checks import register
from gis.checks.context import CheckContext
from gis.checks.result import CheckResult, Step, Verdict
from gis.layers import Bounds, LayerWindow
from gis.site_context import UnassessableError, texts, union_of
from gis.siteplan import Role
from gis.wording import listed, metres, percent, square_metres, verb

_KEYS = ("kind", "key")


@dataclass(frozen=True)
class _Answer:
    """What one definition of the table answered; ``hit`` is None where its layer is not known.

    On the site: ``site_m2`` of areas, ``site_m`` of lines and the number of ``points``; ``built_m2`` of areas under
    what the plan shows, on the site or not.
    """

    definition: Mapping[str, Any]
    hit: bool | None
    names: tuple[str, ...] = ()
    site_m2: float = 0.0
    site_m: float = 0.0
    points: int = 0
    built_m2: float = 0.0
    distance_m: float | None = None
    shape: BaseGeometry | None = None
    builds_in: bool = False
    reason: str = ""

    @property
    def forbids(self) -> bool:
        """Whether the area forbids building where the project builds."""
        return bool(self.hit and self.definition["effect"] == "forbids" and self.builds_in)

    def sentence(self, site_m2: float) -> str:
        """German clause: which area, how much of the site, whom to consult."""
        definition = self.definition
        names = f" ({listed(self.names[:3])})" if self.names else ""
        return f"{definition['title']}{names} {self._where(site_m2)}, {definition['legal_basis']}"

    def _where(self, site_m2: float) -> str:
        if self.site_m2 > 0:
            where = f"auf {square_metres(self.site_m2)} des Baugrundstücks ({percent(self.site_m2 / site_m2)})"
        elif self.on_site:
            where = f"liegt {self.on_site}"
        elif self.distance_m is not None:
            return f"im Abstand von {metres(self.distance_m)}"
        else:
            where = "außerhalb des Baugrundstücks"
        if self.built_m2 > 0:
            word = "davon" if self.site_m2 > 0 else "dort"
            return f"{where}, {word} {square_metres(self.built_m2)} bebaut"
        return f"{where}, an dieser Stelle wird gebaut" if self.builds_in else where

    @property
    def on_site(self) -> str:
        """German words for what has no area but lies on the site; empty where nothing does."""
        lines = [f"auf {metres(self.site_m)} Länge"] if self.site_m > 0 else []
        points = [f"an {self.points} Stellen"] if self.points > 1 or (lines and self.points) else []
        where = listed(lines + points)
        return f"{where} auf dem Baugrundstück".strip() if self.site_m > 0 or self.points else ""

    def table(self, site_m2: float) -> dict[str, Any]:
        """Record of the answer, also of a negative one."""
        definition = self.definition
        return {
            "id": definition["id"],
            "title": definition["title"],
            "answer": "unknown" if self.hit is None else "hit" if self.hit else "none",
            "reason": self.reason,
            "names": list(self.names),
            "site_m2": self.site_m2,
            "site_share": self.site_m2 / site_m2,
            "site_m": self.site_m,
            "site_points": self.points,
            "built_m2": self.built_m2,
            "distance_m": self.distance_m,
            "consultee": definition["consultee"] if self.hit else None,
            "effect": definition["effect"],
            "legal_basis": definition["legal_basis"],
            "verified": definition["verified"],
        }


@register(
    "overlays",
    title="Schutzgebiete und Festlegungen",
    unit="Treffer",
    order=600,
    labels={Verdict.PASSED: "nicht betroffen", Verdict.BORDERLINE: "Hinweis"},
    layers=("parcels", "overlays", "monuments", "traffic_areas"),
    question="Liegt das Vorhaben in einem geschützten oder beschränkten Gebiet oder in dessen Nähe, sodass "
    "Fachbehörden zu beteiligen sind?",
    formula="Fläche und Anteil des Baugrundstücks in jedem Gebiet der Liste; Berühren zählt nicht, Abstände "
    "nach der Liste",
    inputs="Baugrundstück, Umrisse des Vorhabens, Schutzgebiete, Denkmale, Verkehrsflächen",
)
def overlays(context: CheckContext) -> CheckResult:
    """Value: number of areas of the rule's table that the project meets; limit 0.

    Every definition is answered: hit (with area in m², share, names, consultee), none, or unknown where its layer is
    missing. Areas that forbid building fail where something is built; others are ``borderline`` and propose a
    consultee.
    """
    rule = context.rule("overlays")
    tolerance = context.take(context.plan.features).length_m
    site = context.site
    core: BaseGeometry = site.geometry.buffer(-tolerance, join_style="mitre")
    core = site.geometry if core.is_empty else core
    built = union_of(tuple(f for f in context.plan.features if f.role is not Role.TO_BE_DEMOLISHED))
    definitions: Sequence[Mapping[str, Any]] = rule.values["definitions"]
    around = core.union(built).bounds
    ground = _Ground(core, built, around, tolerance)
    answers = [_answer(context, definition, ground) for definition in definitions]
    hits = [answer for answer in answers if answer.hit]
    unknown = [answer for answer in answers if answer.hit is None]
    unclassified = _without_key(context, definitions, built)
    others = [name for name in _without_definition(context, definitions, ground) if name not in unclassified]
    verdict = (
        Verdict.FAILED if any(answer.forbids for answer in hits)
        else Verdict.NOT_ASSESSABLE if unknown or others or unclassified
        else Verdict.BORDERLINE if hits
        else Verdict.PASSED
    )  # fmt: skip
    sentences = []
    if hits:
        hits.sort(key=lambda answer: (not answer.forbids, -answer.built_m2, -answer.site_m2))
        found = "; ".join(answer.sentence(site.planar_area_m2) for answer in hits)
        forbidden = "Bauen ist dort grundsätzlich untersagt" if verdict is Verdict.FAILED else "Hinweis"
        sentences.append(f"{forbidden}: {found}")
        consultees = list(dict.fromkeys(str(answer.definition["consultee"]) for answer in hits))
        sentences.append(f"Zu beteiligen: {listed(consultees)}")
    elif not unknown and not others and not unclassified:
        sentences.append("Das Baugrundstück liegt in keinem der geprüften Schutzgebiete")
    if others:
        lead = "Nicht prüfbar" if not hits else "Nicht geprüft"
        sentences.append(
            f"{lead}: Das Vorhaben liegt in {listed(others)}; dafür ist keine Regel hinterlegt. Bitte prüfen Sie, was "
            "dort gilt"
        )
    if unclassified:
        lead = "Nicht prüfbar" if not hits else "Nicht geprüft"
        sentences.append(
            f"{lead}: {listed(unclassified)} {verb(unclassified, 'liegt', 'liegen')} in der Nähe, aber ohne Angabe der "
            "Klasse (key); welche Abstände dort einzuhalten sind, ist nicht bekannt. Bitte ergänzen Sie die Klasse"
        )
    if unknown:
        titles = listed([str(answer.definition["title"]) for answer in unknown[:4]])
        more = f" und {len(unknown) - 4} weitere" if len(unknown) > 4 else ""
        lead = "Nicht prüfbar" if not hits else "Nicht geprüft"
        sentences.append(f"{lead}: {titles}{more}. {unknown[0].reason}".rstrip("."))
    shapes = [answer.shape for answer in hits if answer.shape is not None]
    return context.result(
        verdict,
        f"{'. '.join(sentences)}.",
        value=float(len(hits)) if hits or not (unknown or others or unclassified) else None,
        limit=0.0,
        geometry=shapely.union_all(shapes) if shapes else None,
        details={
            "answers": [answer.table(site.planar_area_m2) for answer in answers],
            "consultees": list(dict.fromkeys(str(answer.definition["consultee"]) for answer in hits)),
            "without_rule": [*others, *unclassified],
        },
        steps=[_step(answer) for answer in answers],
    )


@dataclass(frozen=True)
class _Ground:
    """The project: the site without its rim, what is built, the bounds of both, and how exact outlines are."""

    core: BaseGeometry
    built: BaseGeometry
    around: Bounds
    tolerance: float

    @cached_property
    def _within(self) -> BaseGeometry:
        """What is built, without the strip in which its outline may be off."""
        return self.built.buffer(-self.tolerance, join_style="mitre")

    def built_in(self, shape: BaseGeometry) -> bool:
        """Whether something is built in an area; a wall that only reaches its edge does not stand in it."""
        return bool(shape.intersects(self.built)) and bool(shape.intersects(self._within))

    def lies_in(self, shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
        """Whether the project lies in each area: the site as named may not be where the buildings stand."""
        found = np.asarray(shapely.intersects(shapes, self.core), dtype=bool)
        for at in np.flatnonzero(~found).tolist():
            found[at] = self.built_in(shapes[at])
        return found


def _answer(context: CheckContext, definition: Mapping[str, Any], ground: _Ground) -> _Answer:
    buffer = float(definition["buffer_m"])
    core, built = ground.core, ground.built
    xmin, ymin, xmax, ymax = ground.around
    try:
        window = context.window(definition["layer"], (xmin - buffer, ymin - buffer, xmax + buffer, ymax + buffer))
    except UnassessableError as error:
        return _Answer(definition, None, reason=error.message)
    rows = _rows(window, definition)
    if buffer > 0:
        # A distance is kept by what is built, not by the garden.
        distance = np.asarray(shapely.distance(window.geometry[rows], built))
        near = distance <= buffer + ground.tolerance
        rows, distance = rows[near], distance[near]
        if definition.get("only_outside", False):
            outside = ~np.asarray(shapely.intersects(window.geometry[rows], core), dtype=bool)
            rows, distance = rows[outside], distance[outside]
    else:
        rows = rows[ground.lies_in(window.geometry[rows])]
        distance = np.zeros(len(rows))
    if not len(rows):
        return _Answer(definition, False)
    shape: BaseGeometry = shapely.union_all(window.geometry[rows])
    site = context.site.geometry
    # Neither line nor point has an area; where two areas touch, the line between them lies on nobody's site.
    parts = shapely.get_parts(window.geometry[rows])
    thin = parts[(shapely.get_dimensions(parts) < 2) & shapely.intersects(parts, core)]
    return _Answer(
        definition,
        True,
        _names(window, rows),
        float(shape.intersection(site).area),
        float(shapely.union_all(thin).intersection(site).length),
        int((shapely.get_dimensions(thin) == 0).sum()),
        float(shape.intersection(built).area),
        float(distance.min()) if buffer > 0 else None,
        shape.intersection(site) if buffer == 0 else shapely.shortest_line(built, shape),
        ground.built_in(shape),
    )


def _rows(window: LayerWindow, definition: Mapping[str, Any]) -> NDArray[np.intp]:
    """Features of the kinds (and keys of the source) that the definition names; without any, all of the layer.

    Kinds are known by their id and by the German names of the rule, whatever the spelling.
    """
    chosen = np.ones(len(window), dtype=bool)
    for column in _KEYS:
        wanted = definition.get(f"{column}s")
        if wanted is not None:
            known = {normalise(name) for name in (*wanted, *definition.get(f"{column}_names", ()))}
            chosen &= np.array(
                [text is not None and normalise(text) in known for text in texts(window, column)], dtype=bool
            )
    return np.flatnonzero(chosen)


def _names(window: LayerWindow, rows: NDArray[np.intp]) -> tuple[str, ...]:
    """What people call the areas: name, else the meaning of the key."""
    names, meanings = texts(window, "name"), texts(window, "description")
    found = [names[row] or meanings[row] for row in rows]
    return tuple(dict.fromkeys(name for name in found if name))


def _without_definition(context: CheckContext, definitions: Sequence[Mapping[str, Any]], ground: _Ground) -> list[str]:
    """Areas where the project is of kinds that the table does not know: named, so that none is overlooked."""
    if not context.has_layer("overlays"):
        return []
    try:
        window = context.window("overlays", ground.around)
    except UnassessableError:
        return []
    known = {
        row for definition in definitions if definition["layer"] == "overlays" for row in _rows(window, definition)
    }
    hit = np.flatnonzero(ground.lies_in(window.geometry))
    rest = np.array([row for row in hit if row not in known], dtype=int)
    kinds = texts(window, "kind")
    names, meanings = texts(window, "name"), texts(window, "description")
    return list(dict.fromkeys(names[row] or meanings[row] or kinds[row] or "einem Gebiet ohne Art" for row in rest))


def _without_key(
    context: CheckContext, definitions: Sequence[Mapping[str, Any]], built: BaseGeometry
) -> tuple[str, ...]:
    """What lies as near as any definition of its kind asks about, but lacks the key that tells which one applies."""
    keyed = [definition for definition in definitions if definition["layer"] == "overlays" and "keys" in definition]
    if not keyed or not context.has_layer("overlays"):
        return ()
    xmin, ymin, xmax, ymax = built.bounds
    reach = max(float(definition["buffer_m"]) for definition in keyed)
    try:
        window = context.window("overlays", (xmin - reach, ymin - reach, xmax + reach, ymax + reach))
    except UnassessableError:
        return ()
    of_kind = np.unique([row for one in keyed for row in _rows(window, {**one, "keys": None})]).astype(int)
    keys = texts(window, "key")
    rows = np.array([row for row in of_kind if keys[row] is None], dtype=int)
    near = rows[np.asarray(shapely.dwithin(window.geometry[rows], built, reach), dtype=bool)]
    names, meanings = texts(window, "name"), texts(window, "description")
    return tuple(dict.fromkeys(names[row] or meanings[row] or "eine Straße" for row in near))


def _step(answer: _Answer) -> Step:
    definition = answer.definition
    title = str(definition["title"])
    if answer.hit is None:
        return Step(title, f"nicht bekannt: {answer.reason}", None, "", str(definition["legal_basis"]))
    if not answer.hit:
        reach = f" im Umkreis von {metres(float(definition['buffer_m']))}" if definition["buffer_m"] else ""
        return Step(title, f"nicht betroffen{reach}", 0.0, "m²", str(definition["legal_basis"]))
    distance = "" if answer.distance_m is None else f", Abstand {metres(answer.distance_m)}"
    if answer.site_m2 == 0 and answer.on_site:
        text = f"{answer.on_site}{distance}"
        return Step(
            title, text, answer.site_m or answer.points, "m" if answer.site_m else "", definition["legal_basis"]
        )
    text = f"{square_metres(answer.site_m2)} des Baugrundstücks, {square_metres(answer.built_m2)} bebaut{distance}"
    return Step(title, text, answer.site_m2, "m²", str(definition["legal_basis"]))
