"""Formal examination (§ 69 NBauO): findings, request for information, answer, completeness."""

import datetime as dt

from permits import legal_time
from permits.deadlines import Length, next_working_day
from permits.errors import InvalidInputError, StateError
from permits.models import (
    AdditionalInformationRequest,
    CaseStatus,
    CompletenessCheck,
    DocumentVersion,
    Finding,
    FindingKind,
    FollowUp,
    Level,
    PermitCase,
    SubmittedDocument,
    User,
)
from permits.selectors.clock import law_of, permit_fiction_applies
from permits.selectors.periods import deemed_withdrawn_on, latest_extension
from permits.services import audit
from permits.services.assessment import WORKING_STATES
from permits.services.clock import record_clock_event
from permits.services.clock_stops import stop_running_clocks
from permits.services.communication import finish_follow_up, open_system_task
from permits.services.notifications import notify_applicants
from permits.services.outbox import request_document
from permits.services.queue import enqueue
from permits.services.submission import record_submission
from permits.services.writing import set_status, writing

CHECKING = (CaseStatus.COMPLETENESS,)


def current_round(case: PermitCase) -> CompletenessCheck:
    """Return the round in progress, or the last one."""
    return case.completeness_checks.order_by("-number")[0]


def add_finding(
    *,
    case: PermitCase,
    by: User,
    kind: FindingKind,
    text: str,
    document_type: str = "",
    document: SubmittedDocument | None = None,
) -> Finding:
    """Note a defect in the round in progress."""
    with writing(case=case, by=by, level=Level.PROCESS, states=CHECKING) as locked:
        if not text.strip():
            raise InvalidInputError("Bitte beschreiben Sie, was fehlt oder falsch ist.", field="text")
        if document is not None and document.case_id != locked.pk:
            raise InvalidInputError("Diese Bauvorlage gehört zu einem anderen Vorgang.", field="document")
        finding = Finding.objects.create(
            check_round=current_round(locked),
            kind=kind,
            text=text.strip(),
            document_type=document.document_type if document else document_type,
            document=document,
            created_by=by,
        )
        audit.record(
            type="completeness.finding_added",
            by=by,
            case=locked,
            subject={"finding": finding.pk, "kind": kind, "document_type": finding.document_type},
            payload={"text": finding.text},
        )
        return finding


def remove_finding(*, case: PermitCase, by: User, finding: Finding) -> None:
    """Take a finding of the round in progress back."""
    with writing(case=case, by=by, level=Level.PROCESS, states=CHECKING) as locked:
        if finding.check_round_id != current_round(locked).pk:
            raise InvalidInputError("Dieser Befund gehört zu einer abgeschlossenen Prüfung.")
        audit.record(type="completeness.finding_removed", by=by, case=locked, subject={"finding": finding.pk})
        finding.delete()


def confirm_completeness(*, case: PermitCase, by: User) -> CompletenessCheck:
    """Find the application complete since the day on which its last document arrived.

    Where § 70a NBauO applies, the clock starts on that day, not on the day of this check. Where facts are missing to
    tell, an officer gets the question as a task (``settle_permit_fiction``): unknown is never read as "no". Raises
    StateError while findings of this round are open.
    """
    with writing(case=case, by=by, level=Level.PROCESS, states=CHECKING) as locked:
        check = current_round(locked)
        if check.findings.exists():
            raise StateError(
                "Es sind noch Befunde offen. Fordern Sie die Unterlagen nach, oder entfernen Sie die Befunde."
            )
        arrived_on = _last_arrival(locked)
        check.checked_by, check.checked_at = by, legal_time.now()
        check.complete, check.complete_since = True, arrived_on
        check.save()
        Finding.objects.filter(check_round__case=locked, resolved_at__isnull=True).update(resolved_at=check.checked_at)
        set_status(case=locked, status=CaseStatus.ASSESSMENT, by=by)
        audit.record(
            type="completeness.confirmed", by=by, case=locked, subject={"round": check.number, "since": arrived_on}
        )
        answer = permit_fiction_applies(locked, law_of(locked, on=arrived_on))
        if answer.applies:
            _start_permit_fiction(locked, arrived_on, by=by, note=answer.reason)
        elif answer.applies is None:
            open_system_task(
                case=locked,
                text=f"{answer.reason} Der Antrag ist seit dem {arrived_on:%d.%m.%Y} vollständig; gilt sie, läuft die "
                "Frist seit diesem Tag. Bitte klären Sie die Angaben und stellen Sie fest, ob sie gilt.",
                effect_key=_fiction_question(check),
            )
        notify_applicants(case=locked, event="complete", key=str(check.uuid))
        return check


def _start_permit_fiction(case: PermitCase, on: dt.date, *, by: User, note: str) -> None:
    record_clock_event(case=case, clock="permit_fiction", kind="start", on=on, by=by, note=note)


def _fiction_question(check: CompletenessCheck) -> str:
    return f"permit-fiction:{check.uuid}"


def open_fiction_question(case: PermitCase) -> FollowUp | None:
    """Return the open task that asks whether § 70a NBauO applies, or None."""
    check = case.completeness_checks.order_by("-number").first()
    if check is None:
        return None
    return FollowUp.objects.filter(effect_key=_fiction_question(check), done_at__isnull=True).first()


def settle_permit_fiction(*, case: PermitCase, by: User, applies: bool, reason: str) -> PermitCase:
    """Answer the question whether § 70a NBauO applies, left open when the application was found complete.

    The clock then starts on the day on which the application became complete. Raises StateError where nothing is open.
    """
    with writing(
        case=case, by=by, level=Level.PROCESS, states=(*WORKING_STATES, CaseStatus.DECISION_DRAFTED)
    ) as locked:
        check = current_round(locked)
        question = open_fiction_question(locked)
        if question is None or check.complete_since is None:
            raise StateError("Zur Genehmigungsfiktion ist in diesem Vorgang nichts offen.")
        if not reason.strip():
            raise InvalidInputError("Bitte begründen Sie die Feststellung.", field="reason")
        if applies:
            _start_permit_fiction(locked, check.complete_since, by=by, note=reason.strip())
        audit.record(
            type="clock.fiction_settled",
            by=by,
            case=locked,
            subject={"round": check.number, "applies": applies},
            payload={"reason": reason.strip()},
        )
        finish_follow_up(case=locked, by=by, follow_up=question)
        return locked


def _last_arrival(case: PermitCase) -> dt.date:
    """Return the Berlin day on which the last documents arrived: with the application, or with the last answer."""
    return legal_time.legal_day(case.submissions.latest("number").submitted_at)


def request_information(*, case: PermitCase, by: User, due_on: dt.date, text: str = "") -> AdditionalInformationRequest:
    """Close the round with a request for what its findings name; raises without a finding or with a past day."""
    with writing(case=case, by=by, level=Level.PROCESS, states=CHECKING) as locked:
        check = current_round(locked)
        if not check.findings.exists():
            raise StateError("Eine Nachforderung braucht mindestens einen Befund.")
        if due_on <= legal_time.today():
            raise InvalidInputError("Die Frist muss in der Zukunft liegen.", field="due_on")
        # An end on a weekend or holiday moves on (§ 31 Abs. 3 VwVfG); the letter names the day that counts.
        due_on = next_working_day(due_on, law_of(locked).holidays)
        check.checked_by, check.checked_at, check.complete = by, legal_time.now(), False
        check.save()
        request = AdditionalInformationRequest.objects.create(
            case=locked,
            check_round=check,
            text=text,
            sent_at=legal_time.now(),
            sent_by=by,
            due_on=due_on,
            deemed_withdrawn_on=deemed_withdrawn_on(locked, due_on),
        )
        record_clock_event(
            case=locked,
            clock="information_request",
            kind="start",
            on=legal_time.today(),
            by=by,
            subject=str(request.uuid),
            length=Length(days=(due_on - legal_time.today()).days),
        )
        set_status(case=locked, status=CaseStatus.INFORMATION_REQUESTED, by=by)
        audit.record(
            type="completeness.requested",
            by=by,
            case=locked,
            subject={"request": str(request.uuid), "due_on": due_on, "findings": check.findings.count()},
        )
        request_document(case=locked, kind="information_request", subject=str(request.uuid))
        notify_applicants(case=locked, event="information_requested", key=str(request.uuid))
        return request


def open_request(case: PermitCase) -> AdditionalInformationRequest:
    """Return the request that waits for an answer."""
    return case.information_requests.filter(answered_at__isnull=True).latest("sent_at")


def _require_still_open(request: AdditionalInformationRequest) -> None:
    if legal_time.today() >= request.deemed_withdrawn_on:
        raise StateError(
            f"Der Antrag gilt seit dem {request.deemed_withdrawn_on:%d.%m.%Y} als zurückgenommen, weil die Unterlagen "
            "nicht eingegangen sind (§ 69 Abs. 2 Satz 3 NBauO). Bitte wenden Sie sich an die Bauaufsicht."
        )


def extend_request(*, case: PermitCase, by: User, until: dt.date) -> AdditionalInformationRequest:
    """Extend the time to answer, on request, within the limit of § 69 (2) NBauO; raises once it counts as withdrawn."""
    with writing(case=case, by=by, level=Level.PROCESS, states=(CaseStatus.INFORMATION_REQUESTED,)) as locked:
        request = open_request(locked)
        _require_still_open(request)
        limit = latest_extension(locked, request.due_on)
        until = next_working_day(until, law_of(locked).holidays)
        if not request.due_on < until <= limit:
            raise InvalidInputError(f"Die Frist kann bis höchstens {limit:%d.%m.%Y} verlängert werden.", field="until")
        event = record_clock_event(
            case=locked,
            clock="information_request",
            kind="extend",
            on=legal_time.today(),
            by=by,
            subject=str(request.uuid),
            length=Length(days=(until - request.due_on).days),
        )
        request.extended_until = until
        request.deemed_withdrawn_on = deemed_withdrawn_on(locked, until)
        request.save(update_fields=["extended_until", "deemed_withdrawn_on"])
        audit.record(
            type="completeness.extended", by=by, case=locked, subject={"request": str(request.uuid), "until": until}
        )
        request_document(case=locked, kind="deadline_extension", subject=str(event.uuid))
        notify_applicants(case=locked, event="deadline_extended", key=str(event.uuid))
        return request


def answer_request(*, case: PermitCase, by: User) -> CompletenessCheck:
    """Hand in what was requested: a new submission and a new round. A repeated call returns the open round.

    Raises StateError where nothing new is there, and from the day on which the application counts as withdrawn by law.
    """
    with writing(case=case, by=by, level=Level.CONTRIBUTE) as locked:
        if locked.status == CaseStatus.COMPLETENESS and locked.information_requests.exists():
            return current_round(locked)
        if locked.status != CaseStatus.INFORMATION_REQUESTED:
            raise StateError("Es gibt keine offene Nachforderung zu diesem Vorgang.")
        request = open_request(locked)
        _require_still_open(request)
        new_documents = DocumentVersion.objects.filter(document__case=locked, submitted_at__isnull=True)
        if not new_documents.exists() and not locked.site_plans.filter(created_at__gt=request.sent_at).exists():
            raise StateError("Bitte laden Sie zuerst die nachgeforderten Unterlagen hoch.")
        request.answered_at, request.answered_by = legal_time.now(), by
        request.save(update_fields=["answered_at", "answered_by"])
        record_submission(case=locked, by=by)
        check = CompletenessCheck.objects.create(
            case=locked, number=current_round(locked).number + 1, started_at=legal_time.now()
        )
        set_status(case=locked, status=CaseStatus.COMPLETENESS, by=by)
        stop_running_clocks(case=locked, by=by, clock="information_request", note="Unterlagen nachgereicht")
        _order_check_of_new_plan(locked)
        audit.record(type="completeness.answered", by=by, case=locked, subject={"request": str(request.uuid)})
        return check


def _order_check_of_new_plan(case: PermitCase) -> None:
    """Have the worker check a site plan that came with the answer, so that officers see verdicts on what is new."""
    plan = case.site_plans.order_by("-number").first()
    if plan is not None and not plan.runs.exists():
        enqueue("workflows.check_site_plan", lock=f"case-{case.uuid}", plan_uuid=str(plan.uuid))
