"""Prüfbericht: what the checks of one run found, with everything needed to follow and to repeat it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from reports.contexts.decision_parts import SiteDrawing
from reports.contexts.parts import DocumentContext
from reports.errors import ContradictionError
from reports.registry import document_kind


class CheckVerdict(StrEnum):
    """Ergebnis einer Prüfung; unknown is its own answer."""

    PASSED = "passed"
    FAILED = "failed"
    BORDERLINE = "borderline"
    NOT_APPLICABLE = "not_applicable"
    NOT_ASSESSABLE = "not_assessable"


NEEDS_ATTENTION = frozenset({CheckVerdict.FAILED, CheckVerdict.BORDERLINE})
# Heading, sentence under it, and the verdicts that it gathers; in the order of the report.
GROUPS = (
    ("attention", "Zu beachten", "Nicht eingehalten, Grenzfall, oder von der Behörde abweichend bewertet."),
    ("kept", "Eingehalten", "Der ermittelte Wert hält den maßgeblichen Wert ein."),
    ("idle", "Nicht anwendbar", "Die Vorschrift betrifft dieses Vorhaben nicht."),
    (
        "unknown",
        "Nicht prüfbar",
        "Eine Angabe oder ein Datenbestand fehlt. Das heißt nicht, dass nichts zu beachten ist.",
    ),
)
#: Under "Zu beachten" where the reader is not shown what officers made of the results.
NOBODY_JUDGED = "Nicht eingehalten oder Grenzfall."
GROUP_OF = {
    CheckVerdict.FAILED: "attention",
    CheckVerdict.BORDERLINE: "attention",
    CheckVerdict.PASSED: "kept",
    CheckVerdict.NOT_APPLICABLE: "idle",
    CheckVerdict.NOT_ASSESSABLE: "unknown",
}


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure of a result, formatted with its unit."""

    label: str
    value: str


@dataclass(frozen=True, kw_only=True)
class ComputationStep:
    """One step of a computation: a formula with its numbers, and the paragraph where it has one of its own."""

    label: str
    formula: str
    legal_basis: str = ""


@dataclass(frozen=True, kw_only=True)
class OfficerReview:
    """What an officer made of a result; ``confirmed`` is False where the officer says something else, with a reason."""

    verdict: CheckVerdict
    label: str
    confirmed: bool
    by: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ReportedResult:
    """One check: verdict, figures, sentence, and what experts need.

    ``label`` is the German word for the verdict; ``value`` and ``limit`` are formatted, a dash where there is none.
    ``sources`` and ``rules`` are numbers of rows of the report's tables, from 1. ``unverified`` are legal bases that
    nobody has compared with their source; ``neighbour_protecting`` is None where that is not settled. ``drawn`` may be
    left out; ``reviews`` are in the order of time, the last one counts.
    """

    check: str
    title: str
    verdict: CheckVerdict
    label: str
    message: str
    value: str
    limit: str
    legal_basis: str
    figures: tuple[Figure, ...] = ()
    unverified: tuple[str, ...] = ()
    neighbour_protecting: bool | None = None
    assumptions: tuple[str, ...] = ()
    steps: tuple[ComputationStep, ...] = ()
    sources: tuple[int, ...] = ()
    rules: tuple[int, ...] = ()
    reviews: tuple[OfficerReview, ...] = ()
    drawn: SiteDrawing | None = None

    @property
    def review(self) -> OfficerReview | None:
        """What counts: the last review."""
        return self.reviews[-1] if self.reviews else None

    @property
    def group(self) -> str:
        """Under which heading it stands; whatever an officer sees otherwise is to be noted."""
        review = self.review
        if review is not None and (review.verdict is not self.verdict or review.verdict in NEEDS_ATTENTION):
            return "attention"
        return GROUP_OF[self.verdict]


@dataclass(frozen=True, kw_only=True)
class ResultGroup:
    """Results under one heading, each with its number in the report."""

    key: str
    title: str
    explanation: str
    rows: tuple[tuple[int, ReportedResult], ...]


@dataclass(frozen=True, kw_only=True)
class DataSource:
    """A data stock that was read, with its state; ``snapshot`` is the whole id, ``as_of`` a day or empty."""

    layer: str
    source: str
    as_of: str
    snapshot: str = ""
    licence: str = ""


@dataclass(frozen=True, kw_only=True)
class AppliedRule:
    """A legal value or table that was applied."""

    legal_basis: str
    source: str
    valid_from: str
    verified: bool


@dataclass(frozen=True, kw_only=True)
class NeighbourConcern:
    """A check that concerns a neighbour; ``protecting`` says in German whether neighbours can rely on the rule."""

    title: str
    label: str
    text: str
    protecting: str


@dataclass(frozen=True, kw_only=True)
class ReportedNeighbour:
    """A parcel beside the site: number, relation, and how long or how far."""

    name: str
    relation: str
    length: str
    street: bool
    concerns: tuple[NeighbourConcern, ...]


@dataclass(frozen=True, kw_only=True)
class NeighbourReport:
    """Proposed neighbours, with what stays open. ``for_all`` concerns every neighbour alike."""

    rows: tuple[ReportedNeighbour, ...]
    for_all: tuple[NeighbourConcern, ...]
    unknown: tuple[str, ...]
    assumptions: tuple[str, ...]
    within: str
    rule: str
    unverified: bool


@dataclass(frozen=True, kw_only=True)
class CheckedPlan:
    """The site plan that was checked, bound to its content by SHA-256."""

    name: str
    version: int
    origin: str
    created_at: datetime
    sha256: str
    warnings: tuple[str, ...] = ()


@document_kind("check_report", title="Prüfbericht", version="3", styles=("sheet.css", "check_report.css"))
@dataclass(frozen=True, kw_only=True)
class CheckReport(DocumentContext):
    """Prüfbericht of one run of the geometric checks.

    ``neighbours`` is None where they are not for the reader, or the run did not look for them (``neighbours_note``
    says which). ``automatic_only``: it is for the applicants and keeps back what officers make of the results, which
    prepares a decision and stands in the notice (§ 29 Abs. 1 Satz 2, § 39 VwVfG); it says so. ``outdated``: there is a
    newer site plan. A result that names a source or rule that is not listed
    raises ``ContradictionError`` when the context is made.
    """

    run_at: datetime
    run_by: str
    law_on: date
    rules_version: str
    software_version: str
    plan: CheckedPlan
    results: tuple[ReportedResult, ...]
    sources: tuple[DataSource, ...]
    rules: tuple[AppliedRule, ...]
    overview: SiteDrawing | None = None
    neighbours: NeighbourReport | None = None
    neighbours_note: str = ""
    automatic_only: bool = False
    outdated: bool = False

    def __post_init__(self) -> None:
        if self.automatic_only and (self.reviewed or self.neighbours is not None):
            raise ContradictionError(
                "Der Bericht für die Antragstellerseite enthält Bewertungen der Behörde oder Nachbarn.", ("results",)
            )
        for result in self.results:
            for name, numbers, rows in (("sources", result.sources, self.sources), ("rules", result.rules, self.rules)):
                if any(not 1 <= number <= len(rows) for number in numbers):
                    raise ContradictionError(
                        f"Die Prüfung „{result.title}“ nennt eine Quelle oder Regel, die der Bericht nicht aufführt.",
                        (f"results.{result.check}.{name}",),
                    )

    @property
    def groups(self) -> list[ResultGroup]:
        """Results by what they ask of the reader, numbered through in the order printed; empty groups left out."""
        found, number = [], 0
        for key, title, explanation in GROUPS:
            rows = []
            for result in self.results:
                if result.group == key:
                    number += 1
                    rows.append((number, result))
            if rows:
                said = NOBODY_JUDGED if key == "attention" and self.automatic_only else explanation
                found.append(ResultGroup(key=key, title=title, explanation=said, rows=tuple(rows)))
        return found

    @property
    def unverified(self) -> bool:
        """Whether anything rests on a legal value that nobody has compared with its source."""
        return any(result.unverified for result in self.results) or any(not rule.verified for rule in self.rules)

    @property
    def reviewed(self) -> int:
        """How many results an officer has looked at."""
        return sum(1 for result in self.results if result.reviews)

    @property
    def drawings(self) -> Mapping[str, SiteDrawing]:
        """The overview and the drawings of results, by the name that the template asks for."""
        found = {"overview": self.overview} if self.overview else {}
        return found | {result.check: result.drawn for result in self.results if result.drawn}
