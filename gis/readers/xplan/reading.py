"""A whole file read: its plans, each with its parts, objects, texts, and what is wrong with it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pyproj

from gis.planning.model import BindingPlan, PlanObject, PlanProblem, PlanReading
from gis.planning.problems import find_problems
from gis.readers.source import Fault, SourceError
from gis.readers.xplan.links import LinkedFeature, broken_links, first_place, leads_right
from gis.readers.xplan.names import PART, PLAN, PRESENTATION, REASONS, TEXTS
from gis.readers.xplan.package import PlanLimits
from gis.readers.xplan.placed import PlacedFeatures
from gis.readers.xplan.plan import FileFacts, binding_plan, plan_object, plan_part, text_section
from gis.readers.xplan.raw import RawFeature

_OTHER_PLANS = {
    "FP_Plan": "einen Flächennutzungsplan",
    "RP_Plan": "einen Raumordnungsplan",
    "LP_Plan": "einen Landschaftsplan",
    "SO_Plan": "einen sonstigen Plan",
}
_WARNINGS = frozenset({"second_geometry"})


class _Contents:
    """Features of the file sorted by what they are."""

    def __init__(self) -> None:
        self.plans: list[RawFeature] = []
        self.parts: list[RawFeature] = []
        self.texts: list[RawFeature] = []
        self.objects: list[PlanObject] = []
        self.kinds: dict[str, str] = {}
        self.links: list[LinkedFeature] = []
        self.problems: list[PlanProblem] = []

    def take(self, feature: RawFeature) -> None:
        """Sort in one feature, and note what is already known to be wrong with it."""
        if feature.id in self.kinds or not feature.id:
            self.problems.append(_bad_id(feature))
        self.kinds.setdefault(feature.id, feature.kind)
        kinds = self.kinds
        if open_links := [link for link in feature.links if not leads_right(link, kinds)]:
            self.links.append(LinkedFeature(feature.id, feature.kind, open_links, feature.geometry))
        self.problems.extend(_from_fault(feature, fault) for fault in feature.faults)
        if feature.kind == PLAN:
            self.plans.append(feature)
        elif feature.kind == PART:
            self.parts.append(feature)
        elif feature.kind in TEXTS:
            self.texts.append(feature)
        elif feature.kind not in PRESENTATION and feature.kind != REASONS:
            self.objects.append(plan_object(feature))


def read_plans(gml: Path, limits: PlanLimits, crs: pyproj.CRS | None) -> tuple[PlanReading, ...]:
    """Read all binding plans of an unpacked file; raises SourceError."""
    stream, contents = PlacedFeatures(gml, limits, crs), _Contents()
    for feature in stream:
        contents.take(feature)
    if not contents.plans:
        raise SourceError(_no_plan(stream.counts))
    if stream.placement is None:
        raise SourceError("Der Plan enthält keine lesbare Geometrie.")
    facts = FileFacts(stream.version, stream.placement.crs, stream.srs_name, stream.counts, stream.placement.notes)
    owners = _owners(contents.plans, contents.parts)
    listed = {target: part.id for part in contents.parts for target in part.targets("planinhalt")}
    objects: dict[str, list[PlanObject]] = defaultdict(list)
    for named in contents.objects:
        part_id = named.part_id or listed.get(named.id)
        item = named if part_id == named.part_id else replace(named, part_id=part_id)
        objects[owners.get(part_id or "", owners[""])].append(item)
    problems = [*contents.problems, *broken_links(contents.links, contents.kinds)]
    readings = []
    for plan in contents.plans:
        own = [plan_part(part) for part in contents.parts if owners[part.id] == plan.id]
        used = {name for item in objects[plan.id] for name in item.text_ids} | set(plan.targets("texte"))
        texts = [
            text_section(text)
            for text in contents.texts
            if text.id in used or (plan.id == owners[""] and not _is_anothers(text, plan, contents.plans))
        ]
        read = binding_plan(plan, own, objects[plan.id], texts, facts)
        mine = {plan.id, *(part.id for part in own), *(item.id for item in read.objects), *(text.id for text in texts)}
        rest = plan.id == owners[""]
        all_ids = _ids_of_others(contents, mine) if rest else frozenset()
        kept = [
            _with_place(problem, read)
            for problem in problems
            if problem.id in mine or (rest and problem.id not in all_ids)
        ]
        readings.append(PlanReading(read, (*kept, *find_problems(read))))
    return tuple(readings)


def main_plan(readings: Sequence[PlanReading]) -> PlanReading:
    """The one plan with contents; the others are named in a warning. Raises SourceError for two with contents."""
    if len(readings) == 1:
        return readings[0]
    filled = [reading for reading in readings if reading.plan.parts or reading.plan.objects]
    if len(filled) != 1:
        names = ", ".join(f"„{reading.plan.name}“" for reading in (filled or readings))
        raise SourceError(
            f"Die Datei enthält mehrere Bebauungspläne ({names}). Bitte geben Sie für jeden Plan eine eigene Datei ab."
        )
    others = [
        PlanProblem(
            id=reading.plan.plan_id,
            kind="other_plan",
            place=first_place(reading.plan.scope),
            message=(
                f"Die Datei enthält außerdem den Plan „{reading.plan.name}“ ohne Bereich und Inhalte; "
                "er wurde nicht übernommen."
            ),
            severity="warning",
        )
        for reading in readings
        if reading is not filled[0]
    ]
    return replace(filled[0], problems=(*filled[0].problems, *others))


def _owners(plans: Sequence[RawFeature], parts: Sequence[RawFeature]) -> dict[str, str]:
    """Part → plan; under "" the plan of whatever names no part: the first one that has parts."""
    known = {plan.id for plan in plans}
    by_plan = {target: plan.id for plan in plans for target in plan.targets("bereich")}
    owners: dict[str, str] = {}
    for part in parts:
        named = part.link("gehoertZuPlan")
        owners[part.id] = named if named in known else by_plan.get(part.id, plans[0].id)
    owners[""] = next((plan.id for plan in plans if plan.id in owners.values()), plans[0].id)
    return owners


def _with_place(problem: PlanProblem, plan: BindingPlan) -> PlanProblem:
    """A broken link of a feature without geometry is shown where the plan is."""
    if problem.place is None and problem.kind.endswith("_reference"):
        return replace(problem, place=first_place(plan.scope))
    return problem


def _is_anothers(text: RawFeature, plan: RawFeature, plans: Iterable[RawFeature]) -> bool:
    return any(text.id in other.targets("texte") for other in plans if other is not plan)


def _ids_of_others(contents: _Contents, mine: set[str]) -> frozenset[str]:
    if len(contents.plans) == 1:
        return frozenset()
    return frozenset(contents.kinds) - mine - _drawn(contents)


def _drawn(contents: _Contents) -> set[str]:
    return {name for name, kind in contents.kinds.items() if kind in PRESENTATION or kind == REASONS or kind in TEXTS}


def _no_plan(counts: dict[str, int]) -> str:
    other = next((words for kind, words in _OTHER_PLANS.items() if counts.get(kind)), None)
    if other:
        return f"Die Datei enthält {other}. Eingelesen werden nur Bebauungspläne (BP_Plan)."
    return "Die Datei enthält keinen Bebauungsplan (BP_Plan)."


def _bad_id(feature: RawFeature) -> PlanProblem:
    message = (
        f"Die gml:id {feature.id} kommt mehrfach vor (hier an {feature.kind})."
        if feature.id
        else f"Ein Objekt der Klasse {feature.kind} hat keine gml:id."
    )
    kind = "duplicate_id" if feature.id else "missing_id"
    return PlanProblem(feature.id, kind, first_place(feature.geometry), message)


def _from_fault(feature: RawFeature, fault: Fault) -> PlanProblem:
    message = f"{feature.kind} {feature.id}: {fault.message}"
    place = fault.place or first_place(feature.geometry)
    return PlanProblem(feature.id, fault.kind, place, message, "warning" if fault.kind in _WARNINGS else "error")
