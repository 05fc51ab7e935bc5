"""What a decision says, frozen when it is proposed: the notice is made from this and nothing else."""

import hashlib

from django.db.models import Q

from permits.check_titles import check_order, unverified
from permits.models import AuditEvent, CheckResult, CheckRun, Condition, DecisionVersion, Outcome, PermitCase, User
from permits.selectors.applications import current_documents
from permits.selectors.letters import parts_for_papers
from permits.selectors.result_drawings import notice_drawings
from permits.services.audit import canonical


def latest_run(case: PermitCase) -> CheckRun | None:
    """Return the last check run on the current site plan."""
    return case.check_runs.order_by("-run_at", "-pk").first()


def digest_of(content: object) -> str:
    """Return the SHA-256 of a version's content, as its signer confirms it."""
    return hashlib.sha256(canonical(content)).hexdigest()


def is_untouched(version: DecisionVersion) -> bool:
    """Whether the frozen content is still the one that was proposed."""
    return version.content is not None and digest_of(version.content) == version.content_sha256


def authors_of_content(version: DecisionVersion) -> list[User]:
    """Return who wrote something that the version says, beyond its tenor and reasons.

    Everybody who ever worked on a condition that still stands (the log knows them all), whoever judged a result that
    is quoted, and who gave the reason for refusing without a hearing.
    """
    case = version.decision.case
    conditions = list(case.conditions.filter(removed_at__isnull=True))
    events = AuditEvent.objects.filter(
        chain__case=case,
        type__in=("condition.added", "condition.changed"),
        subject__condition__in=[str(condition.uuid) for condition in conditions],
    )
    actors = set(events.values_list("actor", flat=True))
    people = {condition.written_by_id for condition in conditions}
    run = latest_run(case)
    for result in run.results.prefetch_related("reviews") if run else []:
        people |= {review.by_id for review in list(result.reviews.all())[-1:]}
    if version.outcome == Outcome.REFUSED:
        people |= set(case.hearings.exclude(waived_reason="").values_list("held_by", flat=True))
    return list(User.objects.filter(Q(pk__in=people) | Q(uuid__in=actors)).order_by("pk"))


def frozen_content(version: DecisionVersion) -> dict[str, object]:
    """Return all that a version says as JSON values: tenor, reasons, conditions, parcels, documents, findings."""
    case = version.decision.case
    run = latest_run(case)
    findings = [_finding(result) for result in _in_reading_order(run)] if run else []
    return {
        "outcome": version.outcome,
        "operative_part": version.operative_part,
        "reasons": version.reasons,
        "conditions": [
            {
                "kind": condition.kind,
                "stage": condition.stage,
                "text": condition.text,
                "reason": condition.reason,
                "legal_basis": condition.legal_basis,
                "text_block": _text_block(condition),
            }
            for condition in case.conditions.filter(removed_at__isnull=True).select_related("text_block__block")
        ],
        "parcels": [
            {
                "parcel_id": parcel.parcel_id,
                "district_name": parcel.district_name,
                "official_area_m2": parcel.official_area_m2,
            }
            for parcel in case.site.parcels.order_by("parcel_id")
        ],
        "documents": _documents(case) if version.outcome == Outcome.GRANTED else [],
        "findings": findings,
        "drawing": _drawing(run),
        # The geometry that was checked and drawn; it goes into the notice as an associated file.
        "site_plan": run.site_plan.features if run else None,
        "result_drawings": _result_drawings(run, findings),
        "check_run": str(run.uuid) if run else None,
        "letter_parts": _letter_parts(version),
    }


def _letter_parts(version: DecisionVersion) -> list[dict[str, object]]:
    """The authority's own texts for this kind of notice, pinned."""
    kind = "permit_notice" if version.outcome == Outcome.GRANTED else "refusal_notice"
    parts = parts_for_papers(version.decision.case.authority, kind)
    return [{"place": part.place, "version": part.number} for part in parts]


def _text_block(condition: Condition) -> dict[str, object] | None:
    """The text block that a condition was made from, pinned; ``altered``: the condition says something else."""
    version = condition.text_block
    if version is None:
        return None
    return {
        "key": version.block.key,
        "version": version.number,
        "sha256": version.sha256,
        "altered": condition.altered,
    }


def _in_reading_order(run: CheckRun) -> list[CheckResult]:
    return sorted(run.results.prefetch_related("reviews"), key=lambda result: check_order(result.check_id))


def _drawing(run: CheckRun | None) -> dict[str, object] | None:
    if run is None or not run.drawing_svg:
        return None
    return {"svg": run.drawing_svg, "text": run.drawing_text, "scale": run.drawing_scale}


def _result_drawings(run: CheckRun | None, findings: list[dict[str, object]]) -> list[dict[str, object]]:
    if run is None:
        return []
    verdicts = {str(row["check"]): str(row["verdict"]) for row in findings}
    return [
        {"check": row.result.check_id, "svg": row.svg, "text": row.text, "scale": row.scale}
        for row in notice_drawings(run, verdicts)
    ]


def _documents(case: PermitCase) -> list[dict[str, object]]:
    """The last submitted version of each document; what was uploaded but never submitted is not approved."""
    approved: list[dict[str, object]] = []
    for document in current_documents(case):
        submitted = [version for version in document.versions.all() if version.submitted_at is not None]
        if submitted:
            last = submitted[-1]
            approved.append(
                {
                    "title": document.title,
                    "type": document.document_type,
                    "name": last.original_name,
                    "version": last.number,
                    "uploaded_at": last.uploaded_at.isoformat(),
                    "sha256": last.file.sha256,
                    "pages": last.page_count,
                }
            )
    return approved


def _finding(result: CheckResult) -> dict[str, object]:
    """A check's result with what the officer made of it: the last review counts."""
    reviews = list(result.reviews.all())
    review = reviews[-1] if reviews else None
    return {
        "check": result.check_id,
        "verdict": review.verdict if review else result.verdict,
        "computed_verdict": result.verdict,
        "reviewed": review is not None,
        "review_reason": review.reason if review else "",
        "value": result.value,
        "limit": result.limit,
        "unit": result.unit,
        "legal_basis": result.legal_basis,
        "message": result.message,
        "assumptions": list(result.details.get("assumptions") or ()),
        "unverified": list(unverified(result.details)),
    }
