"""Do buildings keep their distance (Grenzabstand) from the boundaries of the site?

NBauO § 5: every point of the outer surface keeps ``max(3.00, floor(f × H × 10) ÷ 10)`` metres, H being its height above
ground and f the factor of the rule pack, to the nearest vertical above the boundary. Gables count in part (Abs. 4),
minor parts may be closer (Abs. 3), public traffic areas count to their middle and easement areas in full (§ 6).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.checks import register
from gis.checks.boundary import BOUNDARY_LAYERS, Boundary, boundary_of
from gis.checks.context import CheckContext
from gis.checks.minor_parts import GROUPED, OVERHANGS, MinorParts, minor_parts
from gis.checks.privileged import NO_LIVING_ROOMS, ROLES, BoundaryBuildings, boundary_buildings_of
from gis.checks.result import CheckResult, Step, Verdict
from gis.checks.walls import ROUNDING_M, Gable, Walls, counting_heights, measure, on_land, wall_list
from gis.siteplan import PlanFeature, Role
from gis.wording import listed, metres, number

_SEVERITY = (Verdict.PASSED, Verdict.BORDERLINE, Verdict.NOT_ASSESSABLE, Verdict.FAILED)
_SEE = "siehe „Garagen und Nebengebäude an der Grenze“"
_MINOR = (*OVERHANGS, *GROUPED)


@register(
    "boundary_distance",
    title="Grenzabstand",
    unit="m",
    order=200,
    layers=BOUNDARY_LAYERS,
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
    case = _Case(context)
    judged, others = case.judged, case.others()
    if not judged and not others and not case.garages.outside:
        message = "Nicht anwendbar: Der Lageplan enthält kein Hauptgebäude."
        return context.result(Verdict.NOT_APPLICABLE, message, details={"not_covered": []})
    outcomes = [*case.outcomes()]
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
        },
        geometry=None if walls is None else _line(walls.line[at]),
        assumptions=case.assumptions,
        steps=case.steps(walls, at),
    )


@dataclass(frozen=True)
class _Outcome:
    """What one group of walls comes to; ``counts``: it is more than the remark that all is well."""

    verdict: Verdict
    message: str
    walls: Walls | None = None
    at: int = 0
    counts: bool = True


@dataclass
class _Case:
    """Everything that is measured for one plan."""

    context: CheckContext
    assumptions: list[str] = field(default_factory=list)
    gables: list[Gable] = field(default_factory=list)

    def __post_init__(self) -> None:
        context = self.context
        self.values: Mapping[str, Any] = context.rule("boundary_distance").values
        plan = context.plan
        self.main = plan.by_role(Role.MAIN_BUILDING)
        raised = self._raised_terraces()
        existing = self._existing()
        self.tolerance = context.take(
            (*self.main, *plan.by_role(*_MINOR), *(f for f, _ in raised), *plan.by_role(*ROLES), *existing)
        ).length_m
        self.garages: BoundaryBuildings = boundary_buildings_of(context)
        self.judged: list[Walls] = []
        self.parts = MinorParts()
        self.existing: list[Walls] = []
        if not (self.main or raised or existing or plan.by_role(*_MINOR) or plan.by_role(*ROLES)):
            return
        self.boundary: Boundary = boundary_of(context)
        self.assumptions += self.boundary.assumptions
        heights = self._counting_heights((*self.main, *plan.by_role(Role.EXISTING_BUILDING)))
        self.parts = minor_parts(context, self.boundary, heights, self.values, self.tolerance)
        self.assumptions += self.parts.assumptions
        garage_ids = {feature.id for feature in plan.by_role(*ROLES)}
        self.judged = [measure(context, f, self.boundary, self.values, heights[f.id]) for f in self.main]
        self.judged += [w for host, walls in self.parts.by_host.items() if host not in garage_ids for w in walls]
        self.judged += [measure(context, f, self.boundary, self.values, level) for f, level in raised]
        self.existing = [measure(context, f, self.boundary, self.values) for f in existing]
        self._assume_about_garages(garage_ids)

    # -- what takes part -------------------------------------------------------------------------------------------

    def _raised_terraces(self) -> list[tuple[PlanFeature, NDArray[np.float64]]]:
        """Terraces higher than 1 m above ground with their level at every edge (§ 5 Abs. 1 Satz 2)."""
        terraces = self.context.plan.by_role(Role.TERRACE)
        found: list[tuple[PlanFeature, NDArray[np.float64]]] = []
        if not terraces:
            return found
        above = float(self.context.rules.rule("raised_terraces").values["above_m"])
        unknown: list[str] = []
        for terrace in terraces:
            if terrace.wall_height_m is None and terrace.base_height_m is None:
                unknown.append(terrace.id)
                continue
            _, level, _ = self.context.edges(terrace)
            if terrace.base_height_m is not None:
                level = np.where(np.isnan(level), terrace.base_height_m, level)
            if np.isnan(level).all():
                unknown.append(terrace.id)
            elif np.nanmax(level) > above + ROUNDING_M:
                found.append((terrace, np.where(np.isnan(level), np.nanmax(level), level)))
        if unknown:
            which = f"Terrasse {unknown[0]} liegt" if len(unknown) == 1 else "Terrassen ohne Höhenangabe liegen"
            self.assumptions.append(f"{which} nicht höher als {metres(above)} über dem Gelände.")
        if found:
            self.context.rule("raised_terraces")
        return found

    def _existing(self) -> tuple[PlanFeature, ...]:
        """Other features with walls, which are listed and not judged."""
        roles = set(self.values["roles_listed"])
        judged = {Role.MAIN_BUILDING, Role.TERRACE, Role.TO_BE_DEMOLISHED, Role.UNDERGROUND, *ROLES, *_MINOR}
        return tuple(
            f
            for f in self.context.plan.features
            if f.role.value in roles or (f.role not in judged and f.wall_height_m is not None)
        )

    def _counting_heights(self, features: Sequence[PlanFeature]) -> dict[str, NDArray[np.float64]]:
        """Heights of edges by feature, gables reduced; what a roof above the walls assumes."""
        ignored = float(self.context.rules.rule("gables").values["ignored_width_m"])
        heights: dict[str, NDArray[np.float64]] = {}
        for feature in features:
            heights[feature.id], gables = counting_heights(self.context, feature, ignored)
            if feature.role is not Role.MAIN_BUILDING:
                continue
            self.gables += gables
            walls = heights[feature.id]
            ridge = feature.ridge_height_m
            if ridge is not None and not gables and not np.isnan(walls).any() and walls.max() < ridge - ROUNDING_M:
                self.assumptions.append(
                    f"Das Dach von {feature.role.label} {feature.id} tritt hinter die Wände zurück (Neigung flacher "
                    "als 68°); die angegebenen Wandhöhen gelten auch für die Giebel."
                )
        if self.gables:
            self.context.rule("gables")
        return heights

    def _assume_about_garages(self, ids: set[str]) -> None:
        minimum = float(self.values["minimum_m"])
        for walls in self.garages.regular:
            if np.isnan(walls.full).any():
                self.assumptions.append(
                    f"Für {walls.feature.role.label} {walls.feature.id} fehlt die Höhe; angenommen ist, dass "
                    f"{metres(minimum)} Abstand genügen."
                )
        if self.garages.close:
            self.assumptions.append(NO_LIVING_ROOMS)
        if ids & self.parts.by_host.keys():
            self.assumptions.append("Dachüberstände und Bauteile von Garagen und Nebengebäuden sind nicht bewertet.")

    # -- outcomes --------------------------------------------------------------------------------------------------

    def outcomes(self) -> Iterator[_Outcome]:
        """What main buildings, garages and outbuildings, and existing buildings come to; the first is the main one."""
        if self.judged:
            yield self._main()
            if beyond := self._beyond():
                yield beyond
        else:
            yield _Outcome(Verdict.PASSED, "", counts=False)
        yield from self._garages()
        close = [entry for entry in self._listed(self.existing, "") if entry["too_close"]]
        if close:
            yield _Outcome(Verdict.NOT_ASSESSABLE, f"Nicht abschließend prüfbar: {_close_sentence(close)}")

    def _main(self) -> _Outcome:
        """The wall with the smallest margin; one without height counts only where no other wall fails."""
        worst = _smallest(self.judged)
        if worst is not None and worst[0].margin[worst[1]] < -self.tolerance - 1e-9:
            return self._wall(Verdict.FAILED, *worst)
        blind = [(w, int(i)) for w in self.judged for i in np.flatnonzero(np.isnan(w.height))]
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
            w.feature.id in self.parts.doubtful and bool((w.distance - w.full < -self.tolerance).any())
            for w in self.judged
        )
        if abs(worst[0].margin[worst[1]]) <= self.tolerance + 1e-9:
            return self._wall(Verdict.BORDERLINE, *worst)
        if doubtful:
            text = self._wall(Verdict.PASSED, *worst).message
            share = "Grenzfall: Die vortretenden Bauteile nehmen fast genau den zulässigen Teil der Wandbreite ein."
            return _Outcome(Verdict.BORDERLINE, f"{share} {text}", *worst)
        passed = self._wall(Verdict.PASSED, *worst)
        if self.garages.close and self.garages.verdict is Verdict.PASSED:
            return replace(
                passed, message=f"{passed.message} {self._names()} darf näher an der Grenze stehen ({_SEE})."
            )
        return passed

    def _names(self) -> str:
        return listed([f"{w.feature.role.label} {w.feature.id}" for w in self.garages.close[:5]])

    def _wall(self, verdict: Verdict, walls: Walls, at: int) -> _Outcome:
        distance, required = float(walls.distance[at]), float(walls.required[at])
        need = _required_text(walls, at, self.values)
        what = "Eine Außenwand" if walls.feature.role is Role.MAIN_BUILDING else f"{walls.feature.role.label}"
        of = "" if walls.feature.role is Role.MAIN_BUILDING else f" ({walls.feature.role.label})"
        there = " (bis zur Mitte der öffentlichen Verkehrsfläche gerechnet)" if walls.counted[at] else ""
        if verdict is Verdict.PASSED:
            text = f"Der Grenzabstand ist eingehalten{of}: {metres(distance)} vorhanden{there}, {need}."
        elif verdict is Verdict.BORDERLINE:
            text = (
                f"Grenzfall{of}: Der Grenzabstand von {metres(distance, 3)}{there} weicht höchstens um die "
                f"Messgenauigkeit von {metres(self.tolerance, 3 if self.tolerance < 0.01 else 2)} vom erforderlichen "
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
        site = self.context.site.geometry
        if all(on_land(feature, site) for feature in self.main):
            return None
        if _smallest(self.judged, rounding=True) is not None:
            return None
        return _Outcome(
            Verdict.NOT_ASSESSABLE,
            "Nicht prüfbar: Ein Hauptgebäude liegt nicht vollständig auf dem Baugrundstück, ohne dass eine Außenwand "
            "die Grenze kreuzt; der Abstand zur Grenze sagt dann nichts aus.",
        )

    def _garages(self) -> Iterator[_Outcome]:
        """Garages and outbuildings: by distance where they keep it, else by the limits of ``boundary_buildings``."""
        regular = _smallest(self.garages.regular)
        if regular is not None and abs(regular[0].margin[regular[1]]) <= self.garages.tolerance + 1e-9:
            yield self._wall(Verdict.BORDERLINE, *regular)
        if self.garages.outside:
            names = listed([f"{f.role.label} {f.id}" for f in self.garages.outside[:5]])
            text = f"Nicht prüfbar: {names} liegt nicht auf dem Baugrundstück."
            yield _Outcome(Verdict.NOT_ASSESSABLE, text)
        if not self.garages.close:
            return
        verdict = self.garages.verdict
        if verdict is Verdict.PASSED:
            return
        names = self._names()
        if verdict is Verdict.FAILED:
            worst = _smallest(self.garages.close) or (
                self.garages.close[0],
                int(self.garages.close[0].distance.argmin()),
            )
            wall = self._wall(Verdict.FAILED, *worst).message if not np.isnan(worst[0].full[worst[1]]) else ""
            text = f"{names} überschreitet die Maße, bis zu denen an der Grenze gebaut werden darf ({_SEE}). {wall}"
            yield _Outcome(Verdict.FAILED, text.strip(), *worst)
        elif verdict is Verdict.BORDERLINE:
            yield _Outcome(
                Verdict.BORDERLINE, f"Grenzfall: {names} erreicht die zulässigen Maße an der Grenze ({_SEE})."
            )
        else:
            text = f"Nicht abschließend prüfbar: Ob {names} an der Grenze stehen darf, ist offen ({_SEE})."
            yield _Outcome(Verdict.NOT_ASSESSABLE, text)

    # -- what is recorded ------------------------------------------------------------------------------------------

    def others(self) -> list[dict[str, Any]]:
        """Walls of other roles: what is closer than its distance, and which check judges it."""
        garages = [*self.garages.regular, *self.garages.close]
        return [*self._listed(garages, "boundary_buildings"), *self._listed(self.existing, "")]

    def _listed(self, walls: Sequence[Walls], judged_by: str) -> list[dict[str, Any]]:
        minimum = float(self.values["minimum_m"])
        result = []
        for measured in walls:
            required = np.where(np.isnan(measured.required), minimum, measured.required)
            at = int(np.argmin(measured.distance - required))
            entry = measured.entry(at)
            entry["minimum_m"] = minimum
            entry["too_close"] = bool(measured.distance[at] < required[at] - ROUNDING_M)
            entry["judged_by"] = judged_by or None
            result.append(entry)
        return result

    def steps(self, walls: Walls | None, at: int) -> Iterator[Step]:
        """The computation for the governing wall."""
        basis = self.context.rule("boundary_distance").legal_basis
        for gable in self.gables:
            yield _gable_step(gable, self.context.rule("gables"))
        yield from self.parts.steps
        if self.boundary.easements:
            text = f"Die Flächen der Baulasten {listed(list(self.boundary.easements))} zählen zum Baugrundstück."
            yield Step("Abstandsbaulast", text, None, "", self.context.rule("distance_easements").legal_basis)
        if walls is None:
            return
        label = f"{walls.feature.role.label} {walls.feature.id}, Kante {int(walls.index[at]) + 1}"
        distance = float(walls.distance[at])
        if walls.counted[at]:
            own = float(walls.feature.geometry.distance(self.boundary.land.boundary))
            text = f"bis zur Mitte der öffentlichen Verkehrsfläche {metres(distance, 3)}; das Gebäude steht "
            text += f"{metres(own, 3)} von der Grenze"
            yield Step(f"Abstand: {label}", text, distance, "m", self.context.rule("counted_to_middle").legal_basis)
        else:
            text = f"kürzester Weg zur Grenze {metres(distance, 3)}"
            yield Step(f"Abstand: {label}", text, distance, "m", basis)
        if np.isnan(walls.full[at]):
            return
        full, height, factor = float(walls.full[at]), float(walls.height[at]), float(walls.factor[at])
        text = (
            f"{number(factor)} × {metres(height)} = {metres(factor * height, 3)}, abgerundet auf volle "
            f"{number(100 * float(self.values['rounding_step_m']), 0)} cm, mindestens "
            f"{metres(float(self.values['minimum_m']))}: {metres(full)}"
        )
        yield Step("Erforderlicher Abstand", text, full, "m", basis)
        if walls.allowance[at] > 0:
            allowance = float(walls.allowance[at])
            text = f"{metres(full)} − {metres(allowance)} = {metres(full - allowance)}"
            rule = self.context.rule("minor_parts")
            yield Step("Darf unterschritten werden", text, full - allowance, "m", rule.legal_basis)
        margin = float(walls.margin[at])
        text = f"{metres(distance, 3)} − {metres(float(walls.required[at]))} = {number(margin, 3)} m"
        yield Step("Überschuss (+) oder Fehlbetrag (−)", text, margin, "m")


def _gable_step(gable: Gable, rule: Any) -> Step:
    ignored = float(rule.values["ignored_width_m"])
    text = (
        f"{metres(gable.ridge)} − {metres(ignored)} ÷ {metres(gable.width)} × ({metres(gable.ridge)} − "
        f"{metres(gable.eaves)}) = {metres(gable.ridge - ignored / gable.width * (gable.ridge - gable.eaves))}, "
        f"mindestens die Traufhöhe: {metres(gable.counts)}"
    )
    return Step(f"Anzurechnende Höhe des Giebels, {gable.feature.role.label} {gable.feature.id}", text, gable.counts,
                "m", rule.legal_basis)  # fmt: skip


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
    return (
        f"Näher an der Grenze als sonst erforderlich: {listed(items)}. Ob dafür etwa Bestandsschutz gilt, prüft die "
        "Bauaufsichtsbehörde."
    )


def _line(line: BaseGeometry) -> BaseGeometry:
    """The evidence: line from wall to boundary, or the point where they touch."""
    return line if line.length > 0 else shapely.Point(shapely.get_coordinates(line)[0])
