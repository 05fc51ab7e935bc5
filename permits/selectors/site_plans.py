"""The site plan of a case and what the checks say about it, as pages show it."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from permits.check_titles import check_order, check_title, unverified
from permits.models import AuditEvent, CheckResult, CheckRun, PermitCase, ResultDrawing, SitePlanVersion
from permits.selectors.result_drawings import drawn_results
from permits.services.findings_out import number_text


@dataclass(frozen=True)
class FindingCard:
    """A check's result in words: ``figures`` are label and value; ``unverified`` names rules not yet confirmed."""

    id: str
    title: str
    verdict: str
    message: str
    figures: tuple[tuple[str, str], ...]
    legal_basis: str
    assumptions: tuple[str, ...]
    sources: tuple[str, ...]
    unverified: bool
    drawing: ResultDrawing | None
    result: UUID


def current_plan(case: PermitCase) -> SitePlanVersion | None:
    """Return the last version of the site plan."""
    return case.site_plans.select_related("file").order_by("-number").first()


def current_run(case: PermitCase) -> CheckRun | None:
    """Return the last run on the current plan, if the parcels have not changed since."""
    plan = current_plan(case)
    run = plan.runs.order_by("-run_at", "-pk").first() if plan else None
    if run is None:
        return None
    changed = AuditEvent.objects.filter(chain__case=case, type="site.parcels_chosen", at__gt=run.run_at)
    return None if changed.exists() else run


def finding_cards(run: CheckRun | None) -> list[FindingCard]:
    """Return the results of a run, the ones that need attention first."""
    order = {"failed": 0, "borderline": 1, "not_assessable": 2, "passed": 3, "not_applicable": 4}
    results = sorted(drawn_results(run), key=lambda r: (order[r.verdict], check_order(r.check_id))) if run else []
    return [_card(result) for result in results]


def _card(result: CheckResult) -> FindingCard:
    details = result.details
    figures = []
    if result.value is not None:
        figures.append(("Ermittelt", number_text(result.value, result.unit)))
    if result.limit is not None:
        figures.append(("Grenzwert", number_text(result.limit, result.unit)))
    if result.tolerance:
        unit = "" if not result.unit else "m"
        figures.append(
            ("Toleranz", number_text(result.tolerance, unit) if unit else f"{result.tolerance:g}".replace(".", ","))
        )
    return FindingCard(
        id=result.check_id,
        title=check_title(result.check_id),
        verdict=result.verdict,
        message=result.message,
        figures=tuple(figures),
        legal_basis=result.legal_basis,
        assumptions=tuple(details.get("assumptions") or ()),
        sources=tuple(dict.fromkeys(_source(source) for source in details.get("sources") or ())),
        unverified=bool(unverified(details)),
        drawing=getattr(result, "drawing", None),
        result=result.uuid,
    )


def _source(source: dict[str, str | None]) -> str:
    name, as_of = source.get("source") or source.get("layer") or "", source.get("as_of")
    return f"{name}, Stand {dt.date.fromisoformat(as_of):%d.%m.%Y}" if as_of else name
