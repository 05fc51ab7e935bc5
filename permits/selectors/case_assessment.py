"""The checks of a case as officers read them: figures, provenance, assumptions, what was made of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from permits.check_titles import CONFIRMED_TOGETHER, check_order, check_title, unverified
from permits.models import CheckResult, CheckRun, PermitCase, ResultDrawing, ResultReview, SitePlanVersion, Verdict
from permits.selectors.case_neighbours import NeighbourTable, neighbour_table
from permits.selectors.decision_content import latest_run
from permits.selectors.plan_objects import PlanObject, plan_objects
from permits.selectors.result_drawings import drawn_results
from permits.services.findings_out import number_text

LAYER_NAMES: Mapping[str, str] = {
    "parcels": "Flurstücke",
    "buildings": "Gebäude im Bestand",
    "building_parts": "Bauteile von Gebäuden",
    "zoning": "Baugebiete",
    "building_windows": "Baufenster",
    "building_limits": "Baugrenzen",
    "building_lines": "Baulinien",
    "street_boundaries": "Straßenbegrenzungslinien",
    "plan_scopes": "Geltungsbereiche der Bebauungspläne",
    "ancillary_areas": "Flächen für Nebenanlagen, Stellplätze und Garagen",
    "plan_traffic_areas": "Verkehrsflächen der Bebauungspläne",
    "traffic_areas": "Verkehrsflächen",
    "land_use": "Nutzungsarten",
    "easements": "Baulasten",
    "overlays": "Schutz- und Risikogebiete",
    "monuments": "Baudenkmale",
    "addresses": "Adressen",
}


@dataclass(frozen=True)
class Source:
    """Where an input of a check came from."""

    layer: str
    source: str
    as_of: str
    snapshot: str


@dataclass(frozen=True)
class Step:
    """One step of a computation: the formula with its numbers, and the paragraph where it has one of its own."""

    label: str
    formula: str
    legal_basis: str


@dataclass(frozen=True)
class Finding:
    """A check's result for its card.

    ``unverified`` are legal bases that nobody has compared with their source; ``neighbour_protecting`` is None where
    that is not settled.
    """

    result: CheckResult
    title: str
    figures: tuple[tuple[str, str], ...]
    assumptions: tuple[str, ...]
    sources: tuple[Source, ...]
    rules: tuple[str, ...]
    unverified: tuple[str, ...]
    steps: tuple[Step, ...]
    neighbour_protecting: bool | None
    reviews: tuple[ResultReview, ...]
    drawing: ResultDrawing | None

    @property
    def review(self) -> ResultReview | None:
        """What counts: the last review."""
        return self.reviews[-1] if self.reviews else None


@dataclass(frozen=True)
class FindingGroup:
    """Cards under one heading."""

    key: str
    title: str
    findings: list[Finding]


@dataclass(frozen=True)
class AssessmentView:
    """Site plan, its last run with a card per check, and earlier runs."""

    plan: SitePlanVersion | None
    run: CheckRun | None
    findings: tuple[Finding, ...]
    earlier: tuple[CheckRun, ...]
    outdated: bool

    @property
    def groups(self) -> list[FindingGroup]:
        """The cards by what they ask of an officer: to be looked at, kept, not applicable; empty groups left out."""
        groups = [
            FindingGroup("attention", "Zu beachten", []),
            FindingGroup("kept", "Eingehalten", []),
            FindingGroup("idle", "Nicht anwendbar", []),
        ]
        by_verdict = {Verdict.PASSED: groups[1], Verdict.NOT_APPLICABLE: groups[2]}
        for finding in self.findings:
            by_verdict.get(Verdict(finding.result.verdict), groups[0]).findings.append(finding)
        return [group for group in groups if group.findings]

    @property
    def confirmable(self) -> int:
        """How many results an officer may confirm together."""
        return sum(1 for f in self.findings if f.review is None and f.result.verdict in CONFIRMED_TOGETHER)

    @property
    def open_reviews(self) -> int:
        """How many results nobody has looked at."""
        return sum(1 for finding in self.findings if finding.review is None)

    @property
    def neighbours(self) -> NeighbourTable:
        """The neighbours that the run proposes."""
        return neighbour_table(self.run)

    @property
    def objects(self) -> list[PlanObject]:
        """The objects of the plan that was checked, with the origin of their values."""
        return plan_objects(self.run.site_plan if self.run else self.plan)


def layer_name(layer: str) -> str:
    """Return the German name of a layer."""
    return LAYER_NAMES.get(layer, layer)


def assessment_view(case: PermitCase) -> AssessmentView:
    """Return what the assessment page shows."""
    plan = case.site_plans.order_by("-number").first()
    run = latest_run(case)
    results = drawn_results(run).prefetch_related("reviews__by") if run else CheckResult.objects.none()
    runs = case.check_runs.select_related("run_by", "site_plan").defer("drawing_svg", "drawing_text")
    return AssessmentView(
        plan=plan,
        run=run,
        findings=tuple(finding_of(result) for result in sorted(results, key=_reading_order)),
        earlier=tuple(runs[1:6]),
        outdated=bool(run and plan and run.site_plan_id != plan.pk),
    )


def _reading_order(result: CheckResult) -> tuple[bool, tuple[int, str]]:
    """What does not apply comes last, all else as people read it."""
    return result.verdict == Verdict.NOT_APPLICABLE, check_order(result.check_id)


def _rule(rule: Mapping[str, Any]) -> str:
    doubt = "" if rule.get("verified", True) else "; ungeprüft"
    return f"{rule.get('legal_basis', '')} – {rule.get('source', '')} (gilt ab {rule.get('valid_from', '')}{doubt})"


def finding_of(result: CheckResult) -> Finding:
    """Return a result as its card shows it."""
    details: Mapping[str, Any] = result.details
    rules = details.get("rules") or ()
    return Finding(
        result=result,
        title=check_title(result.check_id),
        figures=tuple(_figures(result)),
        assumptions=tuple(details.get("assumptions") or ()),
        sources=tuple(
            Source(
                layer_name(row.get("layer", "")),
                row.get("source") or "ohne Angabe",
                row.get("as_of") or "ohne Angabe",
                (row.get("snapshot_id") or row.get("digest") or "")[:12],
            )
            for row in details.get("sources") or ()
        ),
        rules=tuple(_rule(rule) for rule in rules),
        unverified=unverified(details),
        steps=tuple(
            Step(step.get("label", ""), step.get("formula", ""), step.get("legal_basis", ""))
            for step in details.get("steps") or ()
        ),
        neighbour_protecting=details.get("neighbour_protecting"),
        reviews=tuple(result.reviews.all()),
        drawing=getattr(result, "drawing", None),
    )


def _figures(result: CheckResult) -> Iterable[tuple[str, str]]:
    yield "Wert", number_text(result.value, result.unit)
    yield "Grenzwert", number_text(result.limit, result.unit)
    if result.tolerance is not None:
        yield "Toleranz", f"± {result.tolerance:g} {result.unit}".strip().replace(".", ",")
    details = result.details
    if details.get("grz_2") is not None:
        yield "GRZ mit Nebenanlagen", number_text(details["grz_2"], "")
        yield "Grenzwert mit Nebenanlagen", number_text(details.get("limit_grz_2"), "")
    if details.get("official_area_m2") is not None and details.get("planar_area_m2") is not None:
        yield "Amtliche Fläche", number_text(details["official_area_m2"], "m²")
        yield "Berechnete Fläche", number_text(details["planar_area_m2"], "m²")
