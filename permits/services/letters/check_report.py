"""The report on one check run: for the authority with its assessments and neighbours, for applicants without.

What officers make of a result before they decide prepares the decision and is not for inspection (§ 29 Abs. 1 Satz 2
VwVfG); it may still change. What counts in the end stands with its reasons in the notice. So the report for
applicants is that of the automatic check alone, and says so.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, Generic, TypeVar

from permits.check_titles import check_order, check_title, unverified, verdict_text
from permits.models import CheckResult, CheckRun, PermitCase, ResultReview, SitePlanVersion
from permits.selectors.authorship import Authorship
from permits.selectors.case_assessment import Finding, finding_of, layer_name
from permits.selectors.case_neighbours import ConcernRow, neighbour_table
from permits.services.findings_out import number_text
from permits.services.letters.frame import Frame, common
from reports.contexts import SiteDrawing
from reports.contexts.check_report import (
    AppliedRule,
    CheckedPlan,
    CheckReport,
    CheckVerdict,
    ComputationStep,
    DataSource,
    Figure,
    NeighbourConcern,
    NeighbourReport,
    OfficerReview,
    ReportedNeighbour,
    ReportedResult,
)
from reports.formatting import short_date

Row = TypeVar("Row")
# As the columns of the report call them.
WORDS = {"Wert": "Ermittelt", "Grenzwert": "Maßgeblich"}


def check_report(case: PermitCase, run: CheckRun, frame: Frame, *, internal: bool) -> CheckReport:
    """Return the context of a report; ``internal`` adds what only the authority sees."""
    results = sorted(
        run.results.select_related("drawing").prefetch_related("reviews__by"), key=lambda row: check_order(row.check_id)
    )
    sources, rules = _Numbered(_sources(results)), _Numbered(_rules(results))
    return CheckReport(
        **common(case, frame),
        run_at=run.run_at,
        run_by=f"durch: {Authorship(case).of(run.run_by)}",
        law_on=run.law_on,
        rules_version=run.rules_version,
        software_version=run.software_version,
        plan=_plan(run.site_plan),
        results=tuple(_result(row, sources, rules, internal=internal) for row in results),
        sources=tuple(sources.rows),
        rules=tuple(rules.rows),
        overview=SiteDrawing(svg=run.drawing_svg, text_alternative=run.drawing_text, scale=run.drawing_scale)
        if run.drawing_svg and run.drawing_scale
        else None,
        neighbours=_neighbours(run) if internal else None,
        neighbours_note="Für diesen Prüflauf wurden keine Nachbarn ermittelt."
        if internal and not run.neighbours
        else "",
        automatic_only=not internal,
        outdated=case.site_plans.filter(number__gt=run.site_plan.number).exists(),
    )


class _Numbered(Generic[Row]):
    """Rows in the order of their first mention, and the number of each, from 1."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows: list[Row] = list(dict.fromkeys(rows))
        self._number = {row: number for number, row in enumerate(self.rows, start=1)}

    def numbers(self, rows: Iterable[Row]) -> tuple[int, ...]:
        """Return the numbers of ``rows``, each once, in order."""
        return tuple(sorted({self._number[row] for row in rows}))


def _sources(results: Iterable[CheckResult]) -> Iterable[DataSource]:
    for result in results:
        for row in result.details.get("sources") or ():
            yield _source(row)


def _source(row: Mapping[str, Any]) -> DataSource:
    as_of, read_at = row.get("as_of"), row.get("read_at")
    if as_of:
        state = short_date(dt.date.fromisoformat(as_of))
    else:
        state = f"gelesen am {short_date(dt.datetime.fromisoformat(read_at))}" if read_at else ""
    return DataSource(
        layer=layer_name(row.get("layer") or ""),
        source=row.get("source") or "ohne Angabe",
        as_of=state,
        snapshot=row.get("snapshot_id") or row.get("digest") or "",
        licence=row.get("licence") or "",
    )


def _rules(results: Iterable[CheckResult]) -> Iterable[AppliedRule]:
    for result in results:
        for row in result.details.get("rules") or ():
            yield _rule(row)


def _rule(row: Mapping[str, Any]) -> AppliedRule:
    since = row.get("valid_from")
    return AppliedRule(
        legal_basis=row.get("legal_basis") or "",
        source=row.get("source") or "",
        valid_from=short_date(dt.date.fromisoformat(since)) if since else "",
        verified=row.get("verified") is not False,
    )


def _plan(version: SitePlanVersion) -> CheckedPlan:
    return CheckedPlan(
        name=version.original_name,
        version=version.number,
        origin=version.get_source_display(),
        created_at=version.created_at,
        sha256=version.file.sha256,
        warnings=tuple(version.warnings),
    )


def _result(
    row: CheckResult, sources: _Numbered[DataSource], rules: _Numbered[AppliedRule], *, internal: bool
) -> ReportedResult:
    details: Mapping[str, Any] = row.details
    finding = finding_of(row)
    drawing = finding.drawing
    return ReportedResult(
        check=row.check_id,
        title=finding.title,
        verdict=CheckVerdict(row.verdict),
        label=verdict_text(row.check_id, row.verdict),
        message=row.message,
        value=number_text(row.value, row.unit),
        limit=number_text(row.limit, row.unit),
        legal_basis=row.legal_basis,
        figures=_figures(finding),
        unverified=unverified(details),
        neighbour_protecting=finding.neighbour_protecting,
        assumptions=finding.assumptions,
        steps=tuple(
            ComputationStep(label=step.label, formula=step.formula, legal_basis=step.legal_basis)
            for step in finding.steps
        ),
        sources=sources.numbers(_source(source) for source in details.get("sources") or ()),
        rules=rules.numbers(_rule(rule) for rule in details.get("rules") or ()),
        reviews=tuple(_review(review) for review in finding.reviews) if internal else (),
        drawn=SiteDrawing(svg=drawing.svg, text_alternative=drawing.text, scale=drawing.scale) if drawing else None,
    )


def _figures(finding: Finding) -> tuple[Figure, ...]:
    """The figures of a result; a tolerance alone says nothing."""
    if finding.result.value is None and finding.result.limit is None:
        return ()
    return tuple(Figure(label=WORDS.get(label, label), value=value) for label, value in finding.figures if value != "–")


def _review(review: ResultReview) -> OfficerReview:
    return OfficerReview(
        verdict=CheckVerdict(review.verdict),
        label=verdict_text(review.result.check_id, review.verdict),
        confirmed=review.confirmed,
        by=review.by.full_name,
        at=review.at,
        reason=review.reason,
    )


def _neighbours(run: CheckRun) -> NeighbourReport | None:
    table = neighbour_table(run)
    if not table.known:
        return None
    return NeighbourReport(
        rows=tuple(
            ReportedNeighbour(
                name=row.name,
                relation=row.relation,
                length=row.length,
                street=row.street,
                concerns=tuple(_concern(concern) for concern in row.concerns),
            )
            for row in table.rows
        ),
        for_all=tuple(_concern(concern) for concern in table.for_all),
        unknown=table.unknown,
        assumptions=table.assumptions,
        within=table.within,
        rule=table.rule,
        unverified=table.unverified,
    )


def _concern(concern: ConcernRow) -> NeighbourConcern:
    return NeighbourConcern(
        title=check_title(concern.check),
        label=verdict_text(concern.check, concern.verdict),
        text=concern.text,
        protecting=concern.protecting,
    )
