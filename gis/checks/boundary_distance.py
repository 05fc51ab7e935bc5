"""Do buildings keep their distance (Grenzabstand) from the boundaries of the site?

NBauO § 5: every point of the outer surface keeps ``max(3.00, floor(f × H × 10) ÷ 10)`` metres, H being its height above
ground and f the factor of the rule pack, to the nearest vertical above the boundary. Gables count in part (Abs. 4),
minor parts may be closer (Abs. 3), public traffic areas count to their middle and easement areas in full (§ 6).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis.checks import register
from gis.checks.boundary import BOUNDARY_LAYERS
from gis.checks.boundary_case import BoundaryCase
from gis.checks.context import CheckContext
from gis.checks.party_walls import PartySide
from gis.checks.privileged import unknown_heights
from gis.checks.result import CheckResult, Verdict
from gis.checks.walls import Walls, measure, on_land, wall_list
from gis.siteplan import Role
from gis.wording import listed, metres, number, verb

_SEVERITY = (Verdict.PASSED, Verdict.BORDERLINE, Verdict.NOT_ASSESSABLE, Verdict.FAILED)
_SEE = "siehe „Garagen und Nebengebäude an der Grenze“"


@register(
    "boundary_distance",
    title="Grenzabstand",
    unit="m",
    order=200,
    layers=BOUNDARY_LAYERS,
    also_reads=("buildings", "building_windows", "plan_scopes"),
    attributes=("wall_height_m", "base_height_m", "eaves_height_m", "ridge_height_m"),
    question="Gebäude müssen mit allen Punkten ihrer Außenflächen Abstand von den Grenzen des Baugrundstücks halten.",
    formula="Abstand ≥ 0,4 × Höhe, abgerundet auf volle 10 cm, mindestens 3 m (0,2 × Höhe zwischen Gewerbe- oder "
    "Industriegebieten); Dachüberstände bis 0,50 m und vortretende Bauteile bis 1,50 m dürfen ihn unterschreiten",
    inputs="Umrisse und Höhen der Gebäude und ihrer Bauteile, Flurstücke des Baugrundstücks, Baugebiete, öffentliche "
    "Verkehrsflächen, Abstandsbaulasten",
)
def boundary_distance(context: CheckContext) -> CheckResult:
    """Value and limit: distance and required distance of the governing wall, in metres.

    That is the wall of a main building, of its parts or of a raised terrace with the smallest margin; of a garage or
    outbuilding only where its verdict is worse. Distance of an edge: shortest planar distance to any ring of the
    site's boundary, 0 where it touches or crosses.
    """
    case = BoundaryCase(context)
    judged, others = case.judged, case.others()
    if not judged and not others and not case.garages.outside:
        message = "Nicht anwendbar: Der Lageplan enthält kein Hauptgebäude."
        return context.result(Verdict.NOT_APPLICABLE, message, details={"not_covered": []})
    outcomes = [*_Judgement(case).outcomes()]
    if not judged and not any(outcome.counts for outcome in outcomes):
        message = (
            "Nicht anwendbar: Der Lageplan enthält kein Hauptgebäude; die übrigen Gebäude halten den Abstand ein oder "
            "dürfen an der Grenze stehen (siehe „Garagen und Nebengebäude an der Grenze“)."
        )
        return context.result(Verdict.NOT_APPLICABLE, message, details={"not_covered": others})
    worst = max(outcomes, key=lambda outcome: _SEVERITY.index(outcome.verdict))
    first = outcomes[0]
    # A later outcome without a wall of its own keeps the figures of the main buildings.
    shown = worst if worst.walls is not None else first
    message = worst.message if worst is first else f"{worst.message} {first.message}".strip()
    message = " ".join([message, *(side.text for side in case.party_sides if side.settled)])
    walls, at = shown.walls, shown.at
    value = None if walls is None else float(walls.distance[at])
    limit = None if walls is None or np.isnan(walls.full[at]) else float(walls.required[at])
    basis = context.rule("boundary_distance").legal_basis
    return context.result(
        worst.verdict,
        f"{message} Rechtsgrundlage: {basis}.",
        value=value,
        limit=limit,
        details={
            "governing": None if walls is None else walls.entry(at),
            "walls": wall_list(judged),
            "not_covered": others,
            "easements": list(case.boundary.easements),
            "burdens": [name for name, _ in case.boundary.burdens],
            "party_walls": [
                {"feature": side.feature.id, "parcel": side.parcel, "settled": side.settled, "text": side.text}
                for side in case.party_sides
            ],
            "street_middle": [
                {"line": _coordinates(stretch.line), "boundary": _coordinates(stretch.own)}
                for stretch in case.boundary.stretches
                if stretch.counted
            ],
        },
        geometry=None if walls is None else _line(walls.line[at]),
        assumptions=case.assumptions,
        steps=case.steps(walls, at),
    )


def _coordinates(lines: BaseGeometry) -> list[list[list[float]]]:
    """Vertices of the parts of lines, for the drawing."""
    return [shapely.get_coordinates(part).tolist() for part in shapely.get_parts(lines)]


@dataclass(frozen=True)
class _Outcome:
    """What one group of walls comes to; ``counts``: it is more than the remark that all is well."""

    verdict: Verdict
    message: str
    walls: Walls | None = None
    at: int = 0
    counts: bool = True


@dataclass(frozen=True)
class _Judgement:
    """What the walls of a case come to."""

    case: BoundaryCase

    def outcomes(self) -> Iterator[_Outcome]:
        """What main buildings, garages and outbuildings, and existing buildings come to; the first is the main one."""
        if self.case.judged:
            yield self._main()
            if beyond := self._beyond():
                yield beyond
            open_sides = [side for side in self.case.party_sides if not side.settled]
            questions = [side.text for side in open_sides] + self.case.recesses
            if questions:
                text = f"Nicht prüfbar: {' '.join(questions)}"
                yield _Outcome(Verdict.NOT_ASSESSABLE, text, *(self._at_open(open_sides) or ()))
        else:
            yield _Outcome(Verdict.PASSED, "", counts=False)
        yield from self._garages()
        if sentences := self.case.burdened():
            yield _Outcome(Verdict.NOT_ASSESSABLE, f"Nicht abschließend prüfbar: {' '.join(sentences)}")
        close = [entry for entry in self.case.listed_walls(self.case.existing, "") if entry["too_close"]]
        if close:
            yield _Outcome(Verdict.NOT_ASSESSABLE, f"Nicht abschließend prüfbar: {_close_sentence(close)}")

    def _at_open(self, sides: Sequence[PartySide]) -> tuple[Walls, int] | None:
        """The wall with the smallest margin of houses at boundaries where it is open whether they may stand there."""
        open_houses = {side.feature.id for side in sides}
        return _smallest(
            [
                measure(self.case.context, walls.feature, self.case.boundary, self.case.values, walls.height)
                for walls in self.case.judged
                if walls.feature.id in open_houses
            ]
        )

    def _main(self) -> _Outcome:
        """The wall with the smallest margin; one without height counts only where no other wall fails."""
        worst = _smallest(self.case.judged)
        if worst is not None and worst[0].margin[worst[1]] < -self.case.tolerance - 1e-9:
            return self._wall(Verdict.FAILED, *worst)
        if self.case.conflicts:
            walls, at = worst or (self.case.judged[0], int(self.case.judged[0].distance.argmin()))
            return _Outcome(Verdict.NOT_ASSESSABLE, f"Nicht prüfbar: {' '.join(self.case.conflicts)}", walls, at)
        blind = [(w, int(i)) for w in self.case.judged for i in np.flatnonzero(np.isnan(w.height))]
        if blind:
            walls, at = min(blind, key=lambda pair: float(pair[0].distance[pair[1]]))
            message = (
                "Nicht prüfbar: Für mindestens eine Außenwand fehlt die Wandhöhe. Der kleinste Abstand einer solchen "
                f"Wand zur Grenze beträgt {metres(float(walls.distance[at]))}. Bitte geben Sie die Wandhöhe über dem "
                "gewachsenen Gelände an."
            )
            return _Outcome(Verdict.NOT_ASSESSABLE, message, walls, at)
        assert worst is not None  # every wall has a height here
        doubtful = any(
            w.feature.id in self.case.parts.doubtful and bool((w.distance - w.full < -self.case.tolerance).any())
            for w in self.case.judged
        )
        if unknown_roof := self._roof(worst) or self._gable(worst):
            return unknown_roof
        if abs(worst[0].margin[worst[1]]) <= self.case.tolerance + 1e-9:
            return self._wall(Verdict.BORDERLINE, *worst)
        if doubtful:
            text = self._wall(Verdict.PASSED, *worst).message
            share = "Grenzfall: Die vortretenden Bauteile nehmen fast genau den zulässigen Teil der Wandbreite ein."
            return _Outcome(Verdict.BORDERLINE, f"{share} {text}", *worst)
        passed = self._wall(Verdict.PASSED, *worst)
        if self.case.garages.close and self.case.garages.verdict is Verdict.PASSED:
            may = verb(self.case.garages.close, "darf", "dürfen")
            return replace(
                passed, message=f"{passed.message} {self._names()} {may} näher an der Grenze stehen ({_SEE})."
            )
        return passed

    def _roof(self, worst: tuple[Walls, int]) -> _Outcome | None:
        """A roof above the walls that the plan does not describe, where it could need more distance than there is."""
        highest = _smallest(self.case.roofs)
        if highest is None or highest[0].margin[highest[1]] >= -self.case.tolerance - 1e-9:
            return None
        walls, at = highest
        feature = walls.feature
        top = max(h for h in (feature.ridge_height_m, feature.eaves_height_m) if h is not None)
        what = "First" if top == feature.ridge_height_m else "Traufe"
        text = (
            f"Nicht prüfbar: Mit den angegebenen Wandhöhen wäre der Grenzabstand eingehalten. {feature.role.label} "
            f"{feature.id} hat aber {'einen' if what == 'First' else 'eine'} {what} von {metres(top)}; je nach Form "
            f"des Dachs sind an einer Wand bis zu {metres(float(walls.full[at]))} erforderlich, vorhanden sind "
            f"{metres(float(walls.distance[at]))}. Bitte geben Sie die Höhe jeder Außenwand an, Giebel bis zum First."
        )
        return _Outcome(Verdict.NOT_ASSESSABLE, text, *worst)

    def _gable(self, worst: tuple[Walls, int]) -> _Outcome | None:
        """A wall that may be no gable, where it needs more distance in full than there is."""
        short = [(walls, reason) for walls, reason in self.case.unsure if self._short(walls)]
        if not short:
            return None
        walls, reason = min(short, key=lambda pair: float(np.nanmin(pair[0].margin)))
        at = int(np.nanargmin(walls.margin))
        text = (
            "Nicht prüfbar: Ohne das Giebeldreieck wäre der Grenzabstand eingehalten. Ob die Wand von "
            f"{walls.feature.role.label} {walls.feature.id} in einem Giebel endet, ist aber offen: {reason}. In voller "
            f"Höhe von {metres(float(walls.height[at]))} sind {metres(float(walls.required[at]))} erforderlich, "
            f"vorhanden sind {metres(float(walls.distance[at]))}. Bitte prüfen Sie die Höhe jeder Außenwand; ob das "
            "Dreieck außer Betracht bleibt, entscheidet die Bauaufsichtsbehörde."
        )
        return _Outcome(Verdict.NOT_ASSESSABLE, text, *worst)

    def _short(self, walls: Walls) -> bool:
        return bool(np.nanmin(walls.margin) < -self.case.tolerance - 1e-9)

    def _names(self) -> str:
        return listed([f"{w.feature.role.label} {w.feature.id}" for w in self.case.garages.close[:5]])

    def _wall(self, verdict: Verdict, walls: Walls, at: int) -> _Outcome:
        distance, required = float(walls.distance[at]), float(walls.required[at])
        need = _required_text(walls, at, self.case.values)
        what = "Eine Außenwand" if walls.feature.role is Role.MAIN_BUILDING else f"{walls.feature.role.label}"
        of = "" if walls.feature.role is Role.MAIN_BUILDING else f" ({walls.feature.role.label})"
        there = " (bis zur Mitte der öffentlichen Verkehrsfläche gerechnet)" if walls.counted[at] else ""
        if verdict is Verdict.PASSED:
            text = f"Der Grenzabstand ist eingehalten{of}: {metres(distance)} vorhanden{there}, {need}."
        elif verdict is Verdict.BORDERLINE:
            accuracy = metres(self.case.tolerance, 3 if self.case.tolerance < 0.01 else 2)
            text = (
                f"Grenzfall{of}: Der Grenzabstand von {metres(distance, 3)}{there} weicht höchstens um die "
                f"Messgenauigkeit von {accuracy} vom erforderlichen "
                f"ab; {need}."
            )
        elif distance == 0:
            text = f"Der Grenzabstand ist nicht eingehalten: {what} berührt oder kreuzt die Grenze; {need}."
        else:
            text = (
                f"Der Grenzabstand ist nicht eingehalten{of}: {metres(distance)} vorhanden{there}, {need}. "
                f"Es fehlen {metres(required - distance)}."
            )
        return _Outcome(verdict, text, walls, at)

    def _beyond(self) -> _Outcome | None:
        """A main building that lies off the site without crossing its boundary says nothing by its distance."""
        site = self.case.context.site.geometry
        # What stands at a boundary as the plan demands or permits may be drawn across it by the accuracy of the plan.
        at_boundary = {side.feature.id for side in self.case.party_sides}
        if all(feature.id in at_boundary or on_land(feature, site) for feature in self.case.main):
            return None
        if _smallest(self.case.judged, rounding=True) is not None:
            return None
        return _Outcome(
            Verdict.NOT_ASSESSABLE,
            "Nicht prüfbar: Ein Hauptgebäude liegt nicht vollständig auf dem Baugrundstück, ohne dass eine Außenwand "
            "die Grenze kreuzt; der Abstand zur Grenze sagt dann nichts aus.",
        )

    def _garages(self) -> Iterator[_Outcome]:
        """Garages and outbuildings: by distance where they keep it, else by the limits of ``boundary_buildings``."""
        regular = _smallest(self.case.garages.regular)
        if regular is not None and abs(regular[0].margin[regular[1]]) <= self.case.garages.tolerance + 1e-9:
            yield self._wall(Verdict.BORDERLINE, *regular)
        if self.case.garages.outside:
            names = listed([f"{f.role.label} {f.id}" for f in self.case.garages.outside[:5]])
            lie = verb(self.case.garages.outside, "liegt", "liegen")
            text = f"Nicht prüfbar: {names} {lie} nicht vollständig auf dem Baugrundstück."
            yield _Outcome(Verdict.NOT_ASSESSABLE, text)
        if self.case.garages.roofs:
            names = listed([f"{f.role.label} {f.id}" for f in self.case.garages.roofs[:5]])
            text = (
                f"Nicht prüfbar: {names} {verb(self.case.garages.roofs, 'hat', 'haben')} einen First über den "
                "angegebenen Wandhöhen; je nach Form des Dachs ist mehr Abstand erforderlich. Bitte geben Sie die Höhe "
                "jeder Außenwand an."
            )
            yield _Outcome(Verdict.NOT_ASSESSABLE, text)
        if self.case.garages.unknown:
            sentences = " ".join(unknown_heights(self.case.garages.unknown, self.case.garages.conflicts))
            yield _Outcome(Verdict.NOT_ASSESSABLE, f"Nicht prüfbar: {sentences}")
        if not self.case.garages.close:
            return
        verdict = self.case.garages.verdict
        if verdict is Verdict.PASSED:
            return
        names = self._names()
        if verdict is Verdict.FAILED:
            worst = _smallest(self.case.garages.close) or (
                self.case.garages.close[0],
                int(self.case.garages.close[0].distance.argmin()),
            )
            wall = self._wall(Verdict.FAILED, *worst).message if not np.isnan(worst[0].full[worst[1]]) else ""
            exceed = verb(self.case.garages.close, "überschreitet", "überschreiten")
            text = f"{names} {exceed} die Maße, bis zu denen an der Grenze gebaut werden darf ({_SEE}). {wall}"
            if self.case.garages.lived_in:
                may = verb(self.case.garages.close, "darf", "dürfen")
                text = f"{names} {may} nicht ohne den allgemeinen Abstand an der Grenze stehen ({_SEE}). {wall}"
            yield _Outcome(Verdict.FAILED, text.strip(), *worst)
        elif verdict is Verdict.BORDERLINE:
            reach = verb(self.case.garages.close, "erreicht", "erreichen")
            yield _Outcome(
                Verdict.BORDERLINE, f"Grenzfall: {names} {reach} die zulässigen Maße an der Grenze ({_SEE})."
            )
        else:
            may = verb(self.case.garages.close, "darf", "dürfen")
            text = f"Nicht abschließend prüfbar: Ob {names} an der Grenze stehen {may}, ist offen ({_SEE})."
            yield _Outcome(Verdict.NOT_ASSESSABLE, text)


def _required_text(walls: Walls, at: int, values: Mapping[str, Any]) -> str:
    full, allowance = float(walls.full[at]), float(walls.allowance[at])
    less = f", von denen {metres(allowance)} fehlen dürfen," if allowance > 0 else ""
    return (
        f"erforderlich sind {metres(full)}{less} bei einer Wandhöhe von {metres(float(walls.height[at]))} "
        f"({number(float(walls.factor[at]))} × Wandhöhe, abgerundet auf volle "
        f"{number(100 * float(values['rounding_step_m']), 0)} cm, mindestens {metres(float(values['minimum_m']))})"
    )


def _smallest(walls: Sequence[Walls], *, rounding: bool = False) -> tuple[Walls, int] | None:
    """The wall with the smallest margin among those with a height; with ``rounding`` one that touches the boundary."""
    if rounding:
        touching = [(w, int(w.distance.argmin())) for w in walls if w.distance.min() == 0]
        return touching[0] if touching else None
    known = [(w, int(np.nanargmin(w.margin))) for w in walls if not np.isnan(w.margin).all()]
    return min(known, key=lambda pair: float(pair[0].margin[pair[1]]), default=None)


def _close_sentence(close: Sequence[Mapping[str, Any]]) -> str:
    items = [f"{Role(entry['role']).label} ({metres(entry['distance_m'])})" for entry in close]
    there = all(entry["role"] == Role.EXISTING_BUILDING.value for entry in close)
    what = "Ob dafür etwa Bestandsschutz gilt" if there else "Ob sie wie Gebäude wirken"
    return f"Näher an der Grenze als sonst erforderlich: {listed(items)}. {what}, prüft die Bauaufsichtsbehörde."


def _line(line: BaseGeometry) -> BaseGeometry:
    """The evidence: line from wall to boundary, or the point where they touch."""
    return line if line.length > 0 else shapely.Point(shapely.get_coordinates(line)[0])
