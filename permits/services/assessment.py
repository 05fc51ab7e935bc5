"""Work during assessment: conditions, reviews of check results, assignment. In any order (design decision 5)."""

from collections.abc import Mapping

from django.db.models import Max

from permits import legal_time
from permits.check_titles import CONFIRMED_TOGETHER
from permits.errors import InvalidInputError, StaleError, StateError
from permits.models import (
    CaseStatus,
    CheckResult,
    CheckRun,
    Condition,
    Level,
    PermitCase,
    ResultReview,
    TextBlockVersion,
    User,
    Verdict,
)
from permits.selectors.access import levels_on_case
from permits.selectors.decision_content import latest_run
from permits.selectors.text_block_filling import case_values, fill_block
from permits.selectors.text_blocks import usable_versions
from permits.services import audit
from permits.services.gaps import require_no_gaps
from permits.services.writing import set_status, writing

WORKING_STATES = (CaseStatus.ASSESSMENT, CaseStatus.HEARING)
CONDITION_FIELDS = frozenset({"kind", "stage", "text", "reason", "legal_basis"})


def assign_case(*, case: PermitCase, by: User, to: User | None) -> PermitCase:
    """Assign a case to an officer who may process it, or to nobody."""
    with writing(case=case, by=by, level=Level.REGISTER) as locked:
        if to is not None and Level.PROCESS not in levels_on_case(to, locked):
            raise InvalidInputError("Diese Person bearbeitet keine Vorgänge dieser Behörde.", field="assigned_to")
        locked.assigned_to = to
        locked.save(update_fields=["assigned_to"])
        audit.record(
            type="case.assigned", by=by, case=locked, subject={"user": str(to.uuid) if to is not None else None}
        )
        return locked


def add_condition(
    *, case: PermitCase, by: User, values: Mapping[str, str], text_block: TextBlockVersion | None = None
) -> Condition:
    """Add a condition (Nebenbestimmung) or advisory note, perhaps made from a version of a text block.

    Raises AccessDeniedError, StateError, InvalidInputError; StaleError where the version is no longer in use.
    """
    with writing(case=case, by=by, level=Level.PROCESS, states=WORKING_STATES) as locked:
        fields = _condition_fields(values)
        made_from = _made_from(locked, text_block) if text_block else {}
        last = locked.conditions.aggregate(last=Max("position"))["last"] or 0
        condition = Condition.objects.create(case=locked, position=last + 1, written_by=by, **fields, **made_from)
        subject: dict[str, object] = {"condition": str(condition.uuid)}
        if text_block is not None:
            subject |= {"text_block": str(text_block.uuid), "sha256": text_block.sha256, "altered": condition.altered}
        audit.record(type="condition.added", by=by, case=locked, subject=subject, payload=fields)
        return condition


def change_condition(*, case: PermitCase, by: User, condition: Condition, values: Mapping[str, str]) -> Condition:
    """Change a condition; the author becomes who changed it last."""
    with writing(case=case, by=by, level=Level.PROCESS, states=WORKING_STATES) as locked:
        condition = _standing(condition, locked)
        fields = _condition_fields(values)
        for name, value in fields.items():
            setattr(condition, name, value)
        condition.written_by = by
        condition.save()
        audit.record(
            type="condition.changed", by=by, case=locked, subject={"condition": str(condition.uuid)}, payload=fields
        )
        return condition


def remove_condition(*, case: PermitCase, by: User, condition: Condition) -> None:
    """Take a condition out; the row stays for the log."""
    with writing(case=case, by=by, level=Level.PROCESS, states=WORKING_STATES) as locked:
        condition = _standing(condition, locked)
        condition.removed_at = legal_time.now()
        condition.save(update_fields=["removed_at"])
        audit.record(type="condition.removed", by=by, case=locked, subject={"condition": str(condition.uuid)})


def _standing(condition: Condition, case: PermitCase) -> Condition:
    """Return the condition as it stands now, whatever the caller's copy says."""
    if condition.case_id != case.pk:
        raise InvalidInputError("Diese Nebenbestimmung gehört zu einem anderen Vorgang.")
    fresh = Condition.objects.get(pk=condition.pk)
    if fresh.removed_at is not None:
        raise StateError("Diese Nebenbestimmung wurde inzwischen entfernt.")
    return fresh


def _condition_fields(values: Mapping[str, str]) -> dict[str, str]:
    unknown = set(values) - CONDITION_FIELDS
    if unknown:
        raise InvalidInputError(f"Unbekannte Angaben: {', '.join(sorted(unknown))}.")
    if not values.get("text", "").strip():
        raise InvalidInputError("Bitte geben Sie den Text der Nebenbestimmung ein.", field="text")
    for field in ("text", "reason"):
        require_no_gaps(values.get(field, ""), field=field)
    return dict(values)


def _made_from(case: PermitCase, version: TextBlockVersion) -> dict[str, object]:
    """Return the reference of a condition to its text block, with what the block says for this case today."""
    usable = usable_versions(case.authority, case.procedure, legal_time.today())
    if not usable.filter(pk=version.pk).exists():
        raise StaleError(
            "Von diesem Textbaustein gibt es inzwischen eine andere Fassung, oder er gilt nicht mehr. "
            "Bitte wählen Sie ihn noch einmal aus."
        )
    filled = fill_block(version, case_values(case))
    return {"text_block": version, "block_text": filled.text, "block_reason": filled.reason}


def review_result(
    *, case: PermitCase, by: User, result: CheckResult, verdict: Verdict, reason: str = ""
) -> ResultReview:
    """Confirm a check's verdict, or override it with a reason; earlier reviews stay."""
    with writing(case=case, by=by, level=Level.PROCESS, states=WORKING_STATES) as locked:
        if result.run.case_id != locked.pk:
            raise InvalidInputError("Dieses Prüfergebnis gehört zu einem anderen Vorgang.")
        run = latest_run(locked)
        if run is None or run.pk != result.run_id:
            raise StaleError("Inzwischen wurde neu geprüft. Bitte bewerten Sie das neue Ergebnis.")
        confirmed = verdict == result.verdict
        if not confirmed and not reason.strip():
            raise InvalidInputError("Bitte begründen Sie, warum Sie vom Prüfergebnis abweichen.", field="reason")
        review = ResultReview.objects.create(
            result=result, confirmed=confirmed, verdict=verdict, reason=reason.strip(), by=by, at=legal_time.now()
        )
        audit.record(
            type="check.reviewed",
            by=by,
            case=locked,
            subject={"result": str(result.uuid), "check": result.check_id, "verdict": verdict},
            payload={"reason": reason},
        )
        return review


def confirm_results(*, case: PermitCase, by: User, run: CheckRun) -> int:
    """Confirm at once every result of a run that nobody has reviewed and that says "kept" or "does not apply".

    ``run`` is the run that the officer saw: a newer one raises StaleError. Returns how many were confirmed. What
    fails, is borderline or could not be assessed needs a review of its own.
    """
    with writing(case=case, by=by, level=Level.PROCESS, states=WORKING_STATES) as locked:
        latest = latest_run(locked)
        if latest is None or latest.pk != run.pk:
            raise StaleError("Inzwischen wurde neu geprüft. Bitte sehen Sie sich die neuen Ergebnisse an.")
        open_results = latest.results.filter(verdict__in=CONFIRMED_TOGETHER, reviews=None).order_by("pk")
        for result in open_results:
            verdict = Verdict(result.verdict)
            review_result(case=locked, by=by, result=result, verdict=verdict)
        return len(open_results)


def reopen_assessment(*, case: PermitCase, by: User) -> PermitCase:
    """Go back from drafting the decision to assessing."""
    with writing(case=case, by=by, level=Level.PROCESS, states=WORKING_STATES) as locked:
        audit.record(type="assessment.reopened", by=by, case=locked)
        return locked


def finish_assessment(*, case: PermitCase, by: User) -> PermitCase:
    """Close the assessment; drafting the decision is next."""
    with writing(case=case, by=by, level=Level.PROCESS, states=WORKING_STATES) as locked:
        set_status(case=locked, status=CaseStatus.ASSESSMENT, by=by)
        audit.record(type="assessment.finished", by=by, case=locked)
        return locked
